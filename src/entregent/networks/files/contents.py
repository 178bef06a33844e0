"""What a file holds, told by its content, never by its name."""

import codecs
import io
import re
from dataclasses import dataclass
from typing import Final, Literal

from entregent.networks.feeds.html_pages import is_page, not_a_feed
from entregent.networks.files.json_values import JsonShape, shape_of
from entregent.networks.files.limits import Limits, Unreadable, in_words
from entregent.networks.files.streams import (
    HEAD_BYTES,
    Transcoded,
    bounded_lines,
    drain,
    look,
    read_exactly,
)
from entregent.networks.reading import Refused, TextFormat
from entregent.networks.registry import NETWORKS
from entregent.networks.tables import Heading, find_heading

_ROWS: Final = tuple(form for network in NETWORKS for form in network.rows)
_TEXTS: Final = tuple((network, form) for network in NETWORKS for form in network.texts)
NETWORK_OF_TABLE: Final = {form.name: network.slug for network in NETWORKS for form in network.rows}
_UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_KNOWN: Final = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word document; save it as CSV UTF-8"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"BZh", "a bzip2 archive; pack it again as .zip or .gz"),
    (b"\xfd7zXZ", "an xz archive; pack it again as .zip or .gz"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive; pack it again as .zip or .gz"),
    (b"7z\xbc\xaf", "a 7z archive; pack it again as .zip or .gz"),
    (b"Rar!", "a rar archive; pack it again as .zip or .gz"),
    (b"\x7fELF", "a program"),
    (b"RIFF", "a picture, sound or film"),
    (b"window.YTD.", "an archive of X, which is JavaScript; it is not read yet"),
)
_REMEDY: Final = "; docs/reference/formats-files.md lists what is read"

Kind = Literal["empty", "lines", "document", "large document", "table", "text"]


@dataclass(frozen=True, slots=True)
class Content:
    """What was found in a file, and how it is to be read.

    Attributes
    ----------
    kind
        Shape of the content.
    encoding
        ``utf-8``, ``utf-16-le``, ``utf-16-be`` or ``cp1252``.
    marked
        Whether it begins with a byte order mark.
    heading
        Of a table.
    text
        Network and format of a text.
    """

    kind: Kind
    encoding: str = "utf-8"
    marked: bool = False
    heading: Heading | None = None
    text: tuple[str, TextFormat] | None = None


def inspect(stream: io.BufferedReader, limits: Limits, *, packed: bool) -> Content:
    """Tell what a stream holds.

    Parameters
    ----------
    stream
        From its beginning. Where `packed`, it is read to its end, so that what is cut short is
        known before any of it is taken.
    limits
        Bounds.
    packed
        Whether it comes out of an archive.

    Raises
    ------
    Unreadable
        If nothing can be read from it, with what it is.
    """
    raw, whole = look(stream)
    encoding = next((name for mark, name in _UTF16.items() if raw.startswith(mark)), "utf-8")
    marked = encoding != "utf-8" or raw.startswith(codecs.BOM_UTF8)
    for network, form in _TEXTS:
        if form.recognise(raw):
            _check_text(whole, limits)
            return Content("text", text=(network.slug, form))
    if is_page(raw):
        raise Unreadable(not_a_feed(raw))
    head, text = look(as_utf8(whole, encoding, marked=marked))
    first = head.lstrip()[:1]
    if not first:
        if text.read(HEAD_BYTES + 1).strip():
            raise Unreadable("nothing but blanks at its beginning; correct the file")
        if packed:
            drain(text)
        return Content("empty", encoding, marked)
    if first in {b"{", b"["}:
        shape: JsonShape = shape_of(text, head, limits, packed=packed)
        return Content(shape, encoding, marked)
    _refuse_other(head)
    return _table(head, text, encoding, limits, marked=marked)


def as_utf8(stream: io.BufferedReader, encoding: str, *, marked: bool) -> io.BufferedReader:
    """The stream without its byte order mark, in UTF-8 unless it is in a one-byte encoding."""
    if marked:
        stream.read(3 if encoding == "utf-8" else 2)
    if encoding.startswith("utf-16"):
        return io.BufferedReader(Transcoded(stream, encoding), HEAD_BYTES)
    return stream


def _check_text(stream: io.BufferedReader, limits: Limits) -> None:
    if len(read_exactly(stream, limits.text_bytes + 1)) > limits.text_bytes:
        size = in_words(limits.text_bytes)
        raise Unreadable(f"a feed of more than {size}; ask for its newest part")


def _refuse_other(head: bytes) -> None:
    for magic, name in _KNOWN:
        if head.startswith(magic):
            raise Unreadable(f"it is {name}" + (_REMEDY if ";" not in name else ""))
    if head[4:8] == b"ftyp":
        raise Unreadable(f"it is a film or sound{_REMEDY}")
    if head.startswith(b"<"):
        raise Unreadable(f"it is XML, and no feed{_REMEDY}")
    if _CONTROL.search(head):
        raise Unreadable(f"it is neither text nor an archive that is known{_REMEDY}")


def _table(
    head: bytes, stream: io.BufferedReader, encoding: str, limits: Limits, *, marked: bool
) -> Content:
    sample = _sample(head)
    found = find_heading(sample, _ROWS)
    if found is None:
        raise Unreadable(f"it is plain text, neither JSON, nor a table, nor a feed{_REMEDY}")
    if isinstance(found, Refused):
        raise Unreadable(found.reason, found.where)
    one_byte = _is_one_byte(stream, limits)
    if one_byte and encoding != "utf-8":
        raise Unreadable("broken text; save it again as UTF-8")
    return Content("table", "cp1252" if one_byte else encoding, marked, heading=found)


def _sample(head: bytes) -> str:
    whole = head[: head.rfind(b"\n") + 1] if len(head) >= HEAD_BYTES and b"\n" in head else head
    return "".join(_decoded(line) for line in whole.splitlines(keepends=True))


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _is_one_byte(stream: io.BufferedReader, limits: Limits) -> bool:
    """Whether a table is in Windows-1252, as Excel writes it; refuse UTF-8 that is broken.

    Text with letters in whole UTF-8 and some bytes that are not is damaged; text in which no
    letter is UTF-8 never was.
    """
    broken, has_utf8 = "", False
    for number, line in bounded_lines(stream, limits.row_bytes):
        if line is None or line.isascii():
            continue
        try:
            line.decode("utf-8")
            has_utf8 = True
        except UnicodeDecodeError as error:
            has_utf8 = has_utf8 or not line.decode("utf-8", "ignore").isascii()
            broken = broken or f"line {number}, byte {error.start + 1}"
            try:
                line.decode("cp1252")
            except UnicodeDecodeError:
                has_utf8 = True
    if broken and has_utf8:
        raise Unreadable("broken UTF-8; save the table again as CSV UTF-8", broken)
    return bool(broken)
