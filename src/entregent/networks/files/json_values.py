"""JSON in files: one value a line, or one document."""

import io
import re
from collections.abc import Iterator
from typing import IO, Final, Literal, TypeAlias

import orjson

from entregent.networks.files.large_json import Check
from entregent.networks.files.limits import Limits, Unreadable, in_words
from entregent.networks.files.streams import bounded_lines, drain, read_exactly
from entregent.networks.json_documents import DEEPEST, UNKNOWN, Read, read_value
from entregent.networks.reading import Context, Refused

JsonShape: TypeAlias = Literal["lines", "document", "large document"]

# In one JSON value, nothing that closes is followed by something that opens: a comma stands
# between. Where it happens, a new value begins.
_NEW_VALUE = re.compile(rb"\n\s*[{\[]")
_CARRY: Final = 4096


def shape_of(stream: io.BufferedReader, head: bytes, limits: Limits, *, packed: bool) -> JsonShape:
    """Tell whether a text that begins with a brace or bracket is JSON lines or one document.

    Parameters
    ----------
    stream
        From its beginning; read as far as needed.
    head
        Its first bytes.
    limits
        Bounds.
    packed
        Whether it comes out of an archive, and so has to be read to its end to be trusted.

    Raises
    ------
    Unreadable
        If it is a large document that is broken, too deep, or has nothing to go through.
    """
    if _has_new_value(head) or _first_line_is_whole(head):
        if packed:
            drain(stream)
        return "lines"
    body = read_exactly(stream, limits.whole_bytes + 1)
    if _has_new_value(body):
        if packed:
            drain(stream)
        return "lines"
    if len(body) <= limits.whole_bytes:
        return "document"
    return _shape_of_large(body, stream, limits, packed=packed)


def _first_line_is_whole(head: bytes) -> bool:
    line, end, rest = head.lstrip().partition(b"\n")
    if not end or not rest.strip():
        return False
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return False
    return True


def _has_new_value(text: bytes) -> bool:
    for match in _NEW_VALUE.finditer(text):
        before = text[max(0, match.start() - 64) : match.start()].rstrip()
        if before.endswith((b"}", b"]")):
            return True
    return False


def _shape_of_large(
    body: bytes, stream: io.BufferedReader, limits: Limits, *, packed: bool
) -> JsonShape:
    """Go through a large document once before anything of it is read, so that it is whole."""
    check = Check(limits)
    fault: Unreadable | None = None
    carry = b""
    part = body
    while part:
        if _has_new_value(carry + part):
            if packed:
                drain(stream)
            return "lines"
        carry = part[-_CARRY:]
        if fault is None:
            try:
                check.feed(part)
            except Unreadable as unreadable:
                # It may still prove to be JSON lines whose first line is very long.
                fault = unreadable
        part = stream.read(1 << 20)
    if fault is not None:
        raise fault
    check.finish()
    return "large document"


def read_lines(stream: IO[bytes], context: Context, limits: Limits) -> Iterator[Read]:
    """Read one JSON value a line; a line that is refused does not stop the next."""
    for number, line in bounded_lines(stream, limits.line_bytes):
        place = f"line {number}"
        if line is None:
            reason = f"a line of more than {in_words(limits.line_bytes)}; it was skipped"
            yield Read(UNKNOWN, "", Refused(place, reason))
            continue
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            if line.strip():
                yield Read(UNKNOWN, "", Refused(place, _why_not_json(line, error)))
            continue
        yield from read_value(value, context.at(place))


def read_document(stream: IO[bytes], context: Context, limits: Limits) -> Iterator[Read]:
    """Read one JSON document of at most `limits.whole_bytes`."""
    body = read_exactly(stream, limits.whole_bytes + 1)
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        where = f"line {error.lineno}"
        yield Read(UNKNOWN, "", Refused(where, _why_not_json(body, error)))
        return
    yield from read_value(value, context)


def _why_not_json(text: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as broken:
        return f"broken UTF-8 at byte {broken.start + 1}; save it again as UTF-8"
    found = text.decode("utf-8")[error.pos : error.pos + 9]
    if found.startswith(("NaN", "Infinity", "-Infinity")) or "infinity" in error.msg:
        return "a number that is not finite (NaN or Infinity), which JSON does not have"
    if "depth" in error.msg:
        return f"objects or lists nested more than {DEEPEST} deep; flatten the document"
    if "surrogate" in error.msg:
        return f"half of a character (a lone surrogate) at character {error.pos + 1}"
    if "end of" in error.msg or "EOF" in error.msg or error.pos >= len(text.rstrip()):
        return "the JSON ends before it is complete; fetch it again"
    return f"it is not JSON: {error.msg} at column {error.colno}"
