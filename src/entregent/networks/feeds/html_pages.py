"""Web pages that are given where a feed was meant, and the feeds that they name."""

import re
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin

_FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL
)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)


def is_page(head: bytes) -> bool:
    """Whether a document begins as an HTML page does."""
    head = head.replace(b"\x00", b"")
    start = _PROLOG.match(head)
    return _PAGE.match(head, start.end() if start else 0) is not None


def feeds_named_by(page: bytes, base: str = "") -> tuple[str, ...]:
    """Addresses of the feeds that a page declares, in their order.

    Parameters
    ----------
    page
        The page, or its beginning.
    base
        Its own address, where it is known.
    """
    parser = _Links()
    parser.feed(page[: 512 * 1024].decode("utf-8", "replace"))
    found = (urljoin(base, href) if base else href for href in parser.found)
    return tuple(dict.fromkeys(found))[:5]


def not_a_feed(page: bytes, base: str = "") -> str:
    """Say that a page is no feed, and what to give instead."""
    named = feeds_named_by(page, base)
    if named:
        return f"an HTML page, not a feed; the feed that it names is {named[0][:200]}"
    return "an HTML page, not a feed; look for « RSS » or « Atom » on the site for its address"


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and "alternate" in given.get("rel", "").lower().split():
            kind = given.get("type", "").partition(";")[0].strip().lower()
            if kind in _FEED_TYPES and given.get("href", "").strip():
                self.found.append(given["href"].strip())
