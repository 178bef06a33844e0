"""Streams that measure what comes through them, and can be looked at before they are read."""

import codecs
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from gzip import GzipFile
from typing import IO, Final, Protocol, cast

from entregent.networks.files.limits import Limits, Unreadable, in_words

HEAD_BYTES: Final = 65536
CHUNK_BYTES: Final = 1 << 20

# What the archive modules of Python let out when an archive is cut, damaged or forged.
ARCHIVE_FAULTS: Final = (
    ArithmeticError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    AttributeError,
    AssertionError,
    lzma.LZMAError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
DAMAGED: Final = "it is cut short or damaged; fetch or pack it again"


class Source(Protocol):
    """Anything that gives bytes when asked for them."""

    def read(self, size: int = -1, /) -> bytes:
        """Give at most `size` bytes; none at the end."""
        ...


class Meter:
    """Counts what an archive of a given packed size, and the archives in it, unpack to."""

    def __init__(self, limits: Limits, packed_bytes: int) -> None:
        self.limits = limits
        self.total = 0
        self._packed = max(packed_bytes, 1)

    def add(self, size: int) -> None:
        """Count; refuse the archive where it is too much."""
        self.total += size
        if self.total > self.limits.archive_bytes:
            raise TooMuch(
                f"the archive unpacks to more than {in_words(self.limits.archive_bytes)}; "
                "split it, or unpack it first"
            )
        if self.total > self.limits.ratio_from and self.total > self.limits.ratio * self._packed:
            raise TooMuch(bomb_sentence(self.limits))


def bomb_sentence(limits: Limits) -> str:
    """What is said of an archive whose content is out of all proportion."""
    return (
        f"it unpacks to more than {limits.ratio} times its size, as a bomb does; "
        "unpack it first if it is meant"
    )


class TooMuch(Unreadable):
    """An archive that is refused with all its members."""


class Measured(io.RawIOBase):
    """Unpacked bytes, counted as they come; headers are not believed.

    Parameters
    ----------
    source
        Gives the unpacked bytes.
    packed_bytes
        Tells how much they took in the archive.
    meter
        Of the whole archive.
    owned
        Closed with this stream.
    """

    def __init__(
        self,
        source: Source,
        packed_bytes: Callable[[], int],
        meter: Meter,
        owned: IO[bytes] | None = None,
    ) -> None:
        super().__init__()
        self._owned = owned
        self._source = source
        self._packed = packed_bytes
        self._meter = meter
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        try:
            part = self._source.read(len(buffer))
        except Unreadable:
            raise
        except ARCHIVE_FAULTS:
            raise Unreadable(DAMAGED) from None
        size = len(part)
        buffer[:size] = part
        self._count(size)
        return size

    def close(self) -> None:
        if self._owned is not None:
            self._owned.close()
        super().close()

    def _count(self, size: int) -> None:
        limits = self._meter.limits
        self._size += size
        self._meter.add(size)
        if self._size > limits.member_bytes:
            raise Unreadable(f"it unpacks to more than {in_words(limits.member_bytes)}; split it")
        if self._size > limits.ratio_from and self._size > limits.ratio * max(self._packed(), 1):
            raise Unreadable(bomb_sentence(limits))


class Gunzip:
    """Unpacks gzip, giving what is whole before a break rather than nothing."""

    def __init__(self, packed: Source) -> None:
        self._file = GzipFile(fileobj=cast("IO[bytes]", packed))

    def read(self, size: int = -1, /) -> bytes:
        """Give some bytes, at most `size`; none at the end."""
        return self._file.read1(size)


class Counted:
    """A stream that says how much was read from it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        """Give at most `size` bytes."""
        part = self._source.read(size)
        self.size += len(part)
        return part


class Prefixed(io.RawIOBase):
    """Bytes that were read ahead, then the rest of the stream they came from."""

    def __init__(self, head: bytes, rest: Source) -> None:
        super().__init__()
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        part: bytes | memoryview = self._head[: len(buffer)]
        self._head = self._head[len(part) :]
        if not part:
            part = self._rest.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)


class Transcoded(io.RawIOBase):
    """Text in another encoding, as UTF-8."""

    def __init__(self, source: Source, encoding: str) -> None:
        super().__init__()
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._name = encoding.upper()
        self._ready = b""
        self._ended = False
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        while not self._ready and not self._ended:
            part = self._source.read(HEAD_BYTES)
            self._ended = not part
            try:
                text = self._decoder.decode(part, final=self._ended)
                self._ready = text.encode("utf-8")
            except UnicodeError:
                raise Unreadable(
                    f"broken {self._name}; save it again as UTF-8",
                    f"near byte {self._position + 1}",
                ) from None
            self._position += len(part)
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def read_some(source: Source, size: int) -> bytes:
    """Read at most `size` bytes, at once: a break further on does not take them along."""
    return source.read1(size) if isinstance(source, io.BufferedReader) else source.read(size)


def read_exactly(source: Source, size: int) -> bytes:
    """Read `size` bytes, or all there are."""
    parts, left = [], size
    while left > 0:
        part = source.read(min(left, CHUNK_BYTES))
        if not part:
            break
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def look(source: Source, size: int = HEAD_BYTES) -> tuple[bytes, io.BufferedReader]:
    """First bytes of a stream, and a stream that still has them.

    Where the stream breaks among them, what came before is given, and the break comes after it.
    """
    parts, left, rest = [], size, source
    while left > 0:
        try:
            part = read_some(source, min(left, CHUNK_BYTES))
        except Unreadable as fault:
            rest = _Break(fault)
            break
        if not part:
            break
        parts.append(part)
        left -= len(part)
    head = b"".join(parts)
    return head, io.BufferedReader(Prefixed(head, rest), CHUNK_BYTES)


class _Break:
    """The end of a stream that has none."""

    def __init__(self, fault: Unreadable) -> None:
        self._fault = fault

    def read(self, size: int = -1, /) -> bytes:
        raise self._fault


def drain(source: Source) -> None:
    """Read to the end, so that a break before it is noticed."""
    while source.read(CHUNK_BYTES):
        pass


def bounded_lines(stream: IO[bytes], limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Lines with their numbers, from 1; None for one longer than `limit`, which is not held."""
    number = 0
    readline = stream.readline
    while line := readline(limit + 1):
        number += 1
        if len(line) <= limit or line.endswith(b"\n"):
            yield number, line
            continue
        while (more := readline(CHUNK_BYTES)) and not more.endswith(b"\n"):
            pass
        yield number, None
