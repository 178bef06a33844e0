"""Opens files, folders and archives, and gives the documents in them one by one."""

import io
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, cast

from entregent.networks.files.archives import (
    ArchiveKind,
    Member,
    archive_kind,
    is_gzip,
    members_of,
)
from entregent.networks.files.contents import NETWORK_OF_TABLE, Content, as_utf8, inspect
from entregent.networks.files.json_values import read_document, read_lines
from entregent.networks.files.large_json import read_large_document
from entregent.networks.files.limits import Limits, Unreadable, in_words
from entregent.networks.files.streams import (
    Counted,
    Gunzip,
    Measured,
    Meter,
    TooMuch,
    bounded_lines,
    drain,
    look,
    read_exactly,
)
from entregent.networks.json_documents import UNKNOWN, Read
from entregent.networks.reading import Context, Refused, Taken
from entregent.networks.tables import read_rows
from entregent.vocabulary import VocabularyError

DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file, or a member of an archive, of which nothing is read.

    Attributes
    ----------
    path
        As in `Document`.
    where
        Place inside it, such as ``line 1``; empty where it is the whole.
    reason
        One sentence that says why, and what would be right.
    """

    path: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file, or a member of an archive, that can be read.

    Attributes
    ----------
    path
        As it was given; members as ``archive.zip!inner/name.json``.
    kind
        ``empty``, ``lines``, ``document``, ``large document``, ``table`` or ``text``.
    """

    path: str
    kind: str
    _content: Content
    _open: Callable[[], io.BufferedReader]
    _context: Context
    _limits: Limits

    def read(self) -> Iterator[Read]:
        """Give what each value, row or entry in it tells.

        To be read through before the next document is asked for, and once only: it may come
        straight out of an archive.
        """
        try:
            with self._open() as stream:
                yield from _reads(stream, self._content, self._context, self._limits)
        except Unreadable as unreadable:
            yield Read(UNKNOWN, "", Refused(unreadable.where, unreadable.reason))
        except OSError as error:
            reason = f"it can no longer be read: {error.strerror or 'unknown fault'}"
            yield Read(UNKNOWN, "", Refused("", reason))


def documents(
    path: Path, received_at: datetime, *, limits: Limits = DEFAULT_LIMITS
) -> Iterator[Document | RefusedFile]:
    """Open a file, or every file in a folder, and what is packed in them.

    Parameters
    ----------
    path
        A file or a folder; a folder is walked in sorted order, its hidden files left out.
    received_at
        Goes into everything that is read; aware.
    limits
        How much is read before a file is refused.

    Yields
    ------
    Document or RefusedFile
        One for each file or member. Whatever a file holds, nothing is raised.
    """
    opening = _Opening(received_at, limits)
    for file in _files(path):
        if isinstance(file, RefusedFile):
            yield file
        else:
            yield from opening.file(file)


def _files(path: Path) -> Iterator[Path | RefusedFile]:
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            yield path
            return
        if not stat.S_ISDIR(mode):
            yield RefusedFile(str(path), "", "it is neither a file nor a folder")
            return
        inside = sorted(path.iterdir())
    except (OSError, ValueError) as error:
        yield RefusedFile(str(path), "", _fault(error))
        return
    for entry in inside:
        # A linked folder may lead back to where it hangs.
        if not entry.name.startswith(".") and not (entry.is_symlink() and entry.is_dir()):
            yield from _files(entry)


def _fault(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "it may not be read by this user; change its permissions"
    told = error.strerror if isinstance(error, OSError) else None
    return f"it cannot be opened: {told or 'its name is not a path'}"


class _Opening:
    """One call of `documents`: what is the same for all its files."""

    def __init__(self, received_at: datetime, limits: Limits) -> None:
        self._received_at = received_at
        self._limits = limits

    def file(self, path: Path) -> Iterator[Document | RefusedFile]:
        label = str(path).encode("utf-8", "replace").decode()
        try:
            facts = path.stat()
            meter = Meter(self._limits, facts.st_size)
            opened = _Opened(path, facts.st_size, self._limits)
            with opened.stream(meter) as stream:
                head, whole = look(stream)
                kind = archive_kind(head)
                if is_gzip(head):
                    raise Unreadable("gzip inside gzip; unpack it first")
                if not kind:
                    modified = datetime.fromtimestamp(facts.st_mtime, UTC)
                    found = self._leaf(whole, label, modified, packed=opened.packed)
                    if isinstance(found, Document):
                        again = Meter(self._limits, facts.st_size)
                        found = replace(found, _open=lambda: opened.stream(again))
            if kind:
                yield from self._archive(opened.stream, kind, label, facts.st_size, meter, 1)
            else:
                yield found
        except Unreadable as unreadable:
            yield RefusedFile(label, unreadable.where, unreadable.reason)
        except (OSError, ValueError, OverflowError) as error:
            yield RefusedFile(label, "", _fault(error))

    def _leaf(
        self, stream: io.BufferedReader, label: str, modified: datetime | None, *, packed: bool
    ) -> Document | RefusedFile:
        """What a stream holds; the stream is used up."""
        try:
            content = inspect(stream, self._limits, packed=packed)
            if packed:
                drain(stream)
        except TooMuch:
            raise
        except Unreadable as unreadable:
            return RefusedFile(label, unreadable.where, unreadable.reason)
        context = Context("file", self._received_at, as_of=modified)
        return Document(label, content.kind, content, _once(stream), context, self._limits)

    def _archive(
        self,
        reopen: Callable[[Meter], IO[bytes]],
        kind: ArchiveKind,
        label: str,
        packed_bytes: int,
        meter: Meter,
        layer: int,
    ) -> Iterator[Document | RefusedFile]:
        """Go through an archive twice: nothing of a member is taken before it is known whole."""
        found: list[Document | RefusedFile | _Inner] = []
        broken: RefusedFile | None = None
        try:
            with reopen(meter) as opened, _seekable(opened, kind, self._limits) as archive:
                for member in members_of(kind, archive, packed_bytes, meter):
                    found.append(self._member(member, label, meter, layer))  # noqa: PERF401
        except TooMuch as refused:
            yield RefusedFile(label, "", refused.reason)
            return
        except Unreadable as refused:
            broken = RefusedFile(label, "", refused.reason)
        try:
            yield from self._second_pass(reopen, kind, label, packed_bytes, meter, layer, found)
        except Unreadable as refused:
            broken = broken or RefusedFile(label, "", refused.reason)
        if broken is not None:
            yield broken

    def _second_pass(
        self,
        reopen: Callable[[Meter], IO[bytes]],
        kind: ArchiveKind,
        label: str,
        packed_bytes: int,
        meter: Meter,
        layer: int,
        found: "list[Document | RefusedFile | _Inner]",
    ) -> Iterator[Document | RefusedFile]:
        again = Meter(self._limits, packed_bytes)
        with ExitStack() as stack:
            opened = stack.enter_context(reopen(again))
            archive = stack.enter_context(_seekable(opened, kind, self._limits))
            members = members_of(kind, archive, packed_bytes, again)
            for known in found:
                member = next(members, None)
                if isinstance(known, RefusedFile):
                    yield known
                elif member is None or member.stream is None:
                    yield RefusedFile(known.path, "", "it changed while it was read; try again")
                elif isinstance(known, _Inner):
                    yield from self._inner(known, member.stream, layer, meter)
                else:
                    yield replace(known, _open=_once(_peeled(member.stream, again)[1]))

    def _member(
        self, member: Member, label: str, meter: Meter, layer: int
    ) -> "Document | RefusedFile | _Inner":
        path = f"{label}!{member.name}"
        if member.stream is None:
            return RefusedFile(path, "", member.refused)
        try:
            head, stream = _peeled(member.stream, meter)
            kind = archive_kind(head)
            if is_gzip(head) or (kind and layer > 1):
                reason = "an archive inside an archive inside an archive; unpack it first"
                return RefusedFile(path, "", reason)
            if kind:
                size = len(read_exactly(stream, self._limits.inner_archive_bytes + 1))
                if size > self._limits.inner_archive_bytes:
                    most = in_words(self._limits.inner_archive_bytes)
                    reason = f"an inner archive of more than {most}; unpack it first"
                    return RefusedFile(path, "", reason)
                return _Inner(path, kind, size)
            return self._leaf(stream, path, member.modified, packed=True)
        except TooMuch:
            raise
        except Unreadable as unreadable:
            return RefusedFile(path, unreadable.where, unreadable.reason)

    def _inner(
        self, known: "_Inner", stream: io.BufferedReader, layer: int, meter: Meter
    ) -> Iterator[Document | RefusedFile]:
        body = read_exactly(_peeled(stream, Meter(self._limits, known.size))[1], known.size)
        yield from self._archive(
            lambda _: io.BytesIO(body), known.kind, known.path, known.size, meter, layer + 1
        )


@dataclass(frozen=True, slots=True)
class _Inner:
    path: str
    kind: ArchiveKind
    size: int


class _Opened:
    """A file that can be opened again and again, unpacked where it is gzip."""

    def __init__(self, path: Path, size: int, limits: Limits) -> None:
        self._path = path
        self._size = size
        self._limits = limits
        with path.open("rb") as file:
            self.packed = is_gzip(file.read(3))

    def stream(self, meter: Meter) -> io.BufferedReader:
        file: io.BufferedReader = io.BufferedReader(
            cast("io.RawIOBase", io.FileIO(self._path)), 1 << 18
        )
        if not self.packed:
            return file
        unpacked = Measured(Gunzip(file), lambda: self._size, meter, owned=file)
        return io.BufferedReader(unpacked, 1 << 18)


def _peeled(stream: io.BufferedReader, meter: Meter) -> tuple[bytes, io.BufferedReader]:
    """Head and stream of a member, unpacked where it is gzip."""
    head, whole = look(stream)
    if not is_gzip(head):
        return head, whole
    counted = Counted(whole)
    unpacked = Measured(Gunzip(counted), lambda: counted.size, meter)
    return look(io.BufferedReader(unpacked, 1 << 18))


def _once(stream: io.BufferedReader) -> Callable[[], io.BufferedReader]:
    return lambda: stream


def _seekable(opened: IO[bytes], kind: ArchiveKind, limits: Limits) -> IO[bytes]:
    """An archive as its module wants it: a zip inside gzip has to be held to be read."""
    if kind != "zip" or opened.seekable():
        return opened
    body = read_exactly(opened, limits.inner_archive_bytes + 1)
    if len(body) > limits.inner_archive_bytes:
        most = in_words(limits.inner_archive_bytes)
        raise TooMuch(f"an inner archive of more than {most}; unpack it first")
    return io.BytesIO(body)


def _reads(
    raw: io.BufferedReader, content: Content, context: Context, limits: Limits
) -> Iterator[Read]:
    if content.kind == "empty":
        yield Read("empty", "", Taken(nothing="an empty file"))
        return
    if content.kind == "text":
        yield from _text(raw, content, context, limits)
        return
    stream = as_utf8(raw, content.encoding, marked=content.marked)
    if content.kind == "lines":
        yield from read_lines(stream, context, limits)
    elif content.kind == "document":
        yield from read_document(stream, context, limits)
    elif content.kind == "large document":
        yield from read_large_document(stream, context, limits)
    else:
        yield from _table(stream, content, context, limits)


def _text(
    stream: io.BufferedReader, content: Content, context: Context, limits: Limits
) -> Iterator[Read]:
    assert content.text is not None
    slug, form = content.text
    named = replace(context, source=f"{context.source}:{slug}")
    try:
        for outcome in form.read(read_exactly(stream, limits.text_bytes + 1), named):
            yield Read(form.name, slug, outcome)
    except VocabularyError as error:
        yield Read(form.name, slug, Refused(error.where, error.reason))


def _table(
    stream: io.BufferedReader, content: Content, context: Context, limits: Limits
) -> Iterator[Read]:
    assert content.heading is not None
    form, encoding = content.heading.format, content.encoding
    slug = NETWORK_OF_TABLE[form.name]
    if encoding == "cp1252":
        told = "text in Windows-1252, read as such; save it as CSV UTF-8 to be sure of its accents"
        yield Read(form.name, slug, Taken(nothing=told))
    name = "cp1252" if encoding == "cp1252" else "utf-8"
    lines = (
        (number, None if line is None else line.decode(name, "replace"))
        for number, line in bounded_lines(stream, limits.row_bytes)
    )
    for outcome in read_rows(lines, content.heading, replace(context, source=f"file:{slug}")):
        yield Read(form.name, slug, outcome)
