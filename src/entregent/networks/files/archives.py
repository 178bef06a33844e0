"""Members of zip and tar archives, as streams; nothing is unpacked to disk."""

import io
import stat
import struct
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Final, Literal, TypeAlias

from entregent.networks.files.limits import Unreadable
from entregent.networks.files.streams import (
    ARCHIVE_FAULTS,
    DAMAGED,
    Measured,
    Meter,
    Source,
    TooMuch,
    drain,
    read_some,
)

ArchiveKind: TypeAlias = Literal["zip", "tar", ""]

_BLOCK: Final = 512
_LARGEST_DIRECTORY: Final = 24 << 20
_LARGEST_HEADER: Final = 1 << 20
_ORDINARY: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True, slots=True)
class Member:
    """One member; its stream is to be read before the next member is asked for.

    Attributes
    ----------
    name
        As it may be shown.
    refused
        Why it is not read; empty where it is.
    stream
        What it holds, measured; None where it is refused.
    modified
        Its own date, where the archive gives one with a zone.
    """

    name: str
    refused: str = ""
    stream: io.BufferedReader | None = None
    modified: datetime | None = None


def is_gzip(head: bytes) -> bool:
    """Whether bytes begin as gzip does."""
    return head.startswith(b"\x1f\x8b\x08")


def archive_kind(head: bytes) -> ArchiveKind:
    """Which archive begins like this; empty where none does."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if len(head) >= _BLOCK and any(head[:_BLOCK]):
        try:
            tarfile.TarInfo.frombuf(head[:_BLOCK], "utf-8", "surrogateescape")
        except ARCHIVE_FAULTS:
            return ""
        return "tar"
    return ""


def members_of(
    kind: ArchiveKind, opened: IO[bytes], packed_bytes: int, meter: Meter
) -> Iterator[Member]:
    """Give the members in their order, folders and hidden files left out.

    Parameters
    ----------
    opened
        The archive; a zip must be able to seek.
    packed_bytes
        Its size as packed.
    meter
        Counts what comes out of it.

    Raises
    ------
    Unreadable
        If the archive breaks off or is damaged; members that were given before are whole.
    TooMuch
        If it is refused with all its members.
    """
    found = _zip_members if kind == "zip" else _tar_members
    count = 0
    try:
        for member in found(opened, packed_bytes, meter):
            count += 1
            if count > meter.limits.archive_members:
                raise TooMuch(f"more than {meter.limits.archive_members:,} members; split it")
            if not _is_hidden(member.name):
                yield member
    except Unreadable:
        raise
    except ARCHIVE_FAULTS:
        raise Unreadable(DAMAGED) from None


def _zip_members(opened: IO[bytes], packed_bytes: int, meter: Meter) -> Iterator[Member]:
    _check_directory(opened)
    with zipfile.ZipFile(opened) as archive:
        infos = archive.infolist()
        if any(info.filename == "[Content_Types].xml" for info in infos):
            raise TooMuch("an Excel or Word document; save it as CSV UTF-8 and import that")
        for info in infos:
            name = shown_name(info.filename)
            refused = _zip_refusal(info)
            if info.is_dir() and not refused:
                continue
            if refused:
                yield Member(name, refused)
                continue
            try:
                source = archive.open(info)
            except ARCHIVE_FAULTS:
                yield Member(name, DAMAGED)
                continue
            with source:
                packed = min(info.compress_size, packed_bytes)
                # A zip's dates have no zone, so they say nothing here.
                yield Member(name, stream=_measured(source, packed, meter))


def _zip_refusal(info: zipfile.ZipInfo) -> str:
    if climbs_out(info.filename) or climbs_out(info.orig_filename):
        return "its name leads out of the archive; pack it again without « .. » and « / »"
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "a link or device, not a file; pack the file itself"
    if info.flag_bits & 0x1:
        return "it is encrypted; unpack it with its password and import what is inside"
    if info.compress_type not in _ORDINARY:
        return "packed by a method that is not read here; pack it again as an ordinary zip"
    return ""


def _check_directory(opened: IO[bytes]) -> None:
    """Refuse a list of members that would itself exhaust memory, before it is read."""
    size = opened.seek(0, io.SEEK_END)
    opened.seek(max(0, size - 66_000))
    tail = opened.read(66_000)
    opened.seek(0)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 20:
        raise Unreadable(DAMAGED)
    (listed,) = struct.unpack_from("<L", tail, end + 12)
    wide = tail.rfind(b"PK\x06\x06")
    if listed == 0xFFFFFFFF and 0 <= wide <= len(tail) - 48:
        (listed,) = struct.unpack_from("<Q", tail, wide + 40)
    if _LARGEST_DIRECTORY < listed <= size:
        raise TooMuch("it lists more than 100,000 members; split it")


def _tar_members(opened: IO[bytes], packed_bytes: int, meter: Meter) -> Iterator[Member]:
    gate = _Gate(opened)
    with tarfile.open(fileobj=gate, mode="r|", errorlevel=2) as archive:  # type: ignore[call-overload]
        for info in archive:
            name = shown_name(info.name)
            # Every record is kept by the module for later; here there is no later.
            archive.members = []
            refused = _tar_refusal(info)
            if info.isdir() and not refused:
                continue
            source = archive.extractfile(info) if info.isreg() and not info.issparse() else None
            gate.open_for(info.size)
            if refused or source is None:
                yield Member(name, refused or "a link or device, not a file; pack the file itself")
            else:
                stream = _measured(source, packed_bytes, meter)
                yield Member(name, stream=stream, modified=_moment(info.mtime))
            if source is not None:
                drain(_measured(source, packed_bytes, meter))
            gate.close_again()
        if not gate.ended_at(archive.offset):
            raise Unreadable("the archive is cut short; what came before the cut was read whole")
    # What is packed around it may still turn out to be cut.
    drain(opened)


def _tar_refusal(info: tarfile.TarInfo) -> str:
    if climbs_out(info.name):
        return "its name leads out of the archive; pack it again without « .. » and « / »"
    if info.issparse():
        return "a file with holes; pack it again without them"
    if not (info.isreg() or info.isdir()):
        return "a link or device, not a file; pack the file itself"
    return ""


class _Gate:
    """Lets only so much through between members: a header that is a bomb is not held."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._allowed = _LARGEST_HEADER
        self._position = 0
        self._last: list[tuple[int, bytes]] = []

    def read(self, size: int = -1, /) -> bytes:
        part = read_some(self._source, size)
        self._allowed -= len(part)
        if self._allowed < 0:
            raise Unreadable("a member whose name alone is larger than 1 MB; pack it again")
        self._last = [*self._last[-1:], (self._position, part)]
        self._position += len(part)
        return part

    def open_for(self, size: int) -> None:
        self._allowed = max(size, 0) + _LARGEST_HEADER

    def close_again(self) -> None:
        self._allowed = _LARGEST_HEADER

    def ended_at(self, offset: int) -> bool:
        """Whether the block at `offset`, the last that was read, is the empty one of an end."""
        for start, part in self._last:
            if start <= offset < start + len(part):
                block = part[offset - start : offset - start + _BLOCK]
                return not any(block) and bool(block)
        return False


def _measured(source: Source, packed_bytes: int, meter: Meter) -> io.BufferedReader:
    return io.BufferedReader(Measured(source, lambda: packed_bytes, meter), 1 << 18)


def _moment(mtime: float) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(mtime, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if 1970 < moment.year < 2100 else None


def climbs_out(name: str) -> bool:
    """Whether a member's name leads out of the folder it would be unpacked to."""
    name = name.replace("\\", "/")
    return name.startswith("/") or name[1:2] == ":" or ".." in name.split("/") or "\x00" in name


def shown_name(name: str) -> str:
    """A name as a sentence may show it: whole characters, none of them invisible."""
    text = name.encode("utf-8", "replace").decode("utf-8")
    clean = "".join("?" if unicodedata.category(c) in {"Cc", "Cf", "Cs"} else c for c in text)
    clean = clean.removeprefix("./")
    return clean if len(clean) <= 200 else clean[:199] + "…"


def _is_hidden(name: str) -> bool:
    parts = [part for part in name.replace("\\", "/").split("/") if part]
    return any(p == "__MACOSX" or (p.startswith(".") and p not in {".", ".."}) for p in parts)
