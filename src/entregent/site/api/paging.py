"""Cursors: where a page ended, opaque to readers, and the same wherever the page began."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar

from entregent.site.api.problems import bad_value

T = TypeVar("T")

MOST = 500
"""Items of a page, at most."""


def cursor_of(*place: int) -> str:
    """A cursor for a place in an order of numbers."""
    text = ".".join(str(number) for number in place)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str, length: int) -> tuple[int, ...]:
    """The place that a cursor stands for; a problem if it stands for none."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        place = tuple(_number(part) for part in text.split("."))
    except (UnicodeError, binascii.Error, ValueError) as error:
        raise bad_value("cursor") from error
    if len(place) != length or len(cursor) > 100:
        raise bad_value("cursor")
    return place


def cut(found: Sequence[T], limit: int, place: Callable[[T], str]) -> tuple[list[T], str | None]:
    """The page, and the cursor of the next one where more than `limit` were found."""
    page = list(found[:limit])
    return page, place(page[-1]) if len(found) > limit else None


def _number(text: str) -> int:
    number = int(text)
    if not -(2**63) <= number < 2**63 or text != str(number):
        raise ValueError(text)
    return number
