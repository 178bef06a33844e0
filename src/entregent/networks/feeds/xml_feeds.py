"""RSS, Atom, RDF and CDF, as they are really written."""

import html
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urldefrag, urlsplit

import feedparser

from entregent.networks.feeds.entries import (
    LARGEST_BYTES,
    MOST_ENTRIES,
    Entry,
    Feed,
    attachment,
    read_entries,
    uri_or_empty,
)
from entregent.networks.feeds.html_pages import is_page, not_a_feed
from entregent.networks.reading import Context, Outcome
from entregent.vocabulary import Attachment, VocabularyError

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)[\s/>]")
_START_TAG = re.compile(rb"<[A-Za-z_]")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ENTITY = re.compile(rb"<!ENTITY\b", re.IGNORECASE)
_ENTRY = re.compile(rb"<(?:[A-Za-z_][\w.\-]*:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_TAGS = re.compile(r"<[^<>]*>")
_COMMENT_ANCHOR = re.compile(r"#comment-?\w+$")
_COMMENT_FEED = re.compile(r"^(?:comments (?:on|for)\b|commentaires (?:sur|pour)\b)", re.IGNORECASE)
_KINDS: Final = {"rss": "rss", "rdf": "rss", "feed": "atom", "channel": "cdf"}
_PLAIN: Final = "text/plain"
# The parser is tolerant by design, and lets some faults of its own out on broken input.
_FAULTS: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)


def kind_of_feed(head: bytes) -> str:
    """``rss``, ``atom`` or ``cdf`` by the first element of a document; empty for all else."""
    root = _ROOT.search(_COMMENT.sub(b"", head.replace(b"\x00", b"")))
    return _KINDS.get(root[1].decode("ascii", "replace").lower(), "") if root else ""


def read_feed(data: bytes, context: Context) -> Iterator[Outcome]:
    """Read a feed.

    Parameters
    ----------
    data
        The whole document.
    context
        Its server and path, where known, name a feed that does not name itself.

    Raises
    ------
    VocabularyError
        If it is no feed, too large, or defines entities.
    """
    outcomes, _ = open_feed(data, context)
    yield from outcomes


def open_feed(data: bytes, context: Context) -> tuple[Iterator[Outcome], timedelta | None]:
    """What `read_feed` gives, and how long the feed asks to be left alone, if it does."""
    _refuse_hostile(data)
    told = _parsed(data, context)
    about = told.get("feed") or {}
    feed = _feed(about, context)
    all_comments = _COMMENT_FEED.match(feed.title) is not None
    items = told.get("entries") or []
    if not items and is_page(data[:65536]):
        raise VocabularyError(not_a_feed(data))
    if not items and not told.get("version") and not kind_of_feed(data[:65536]):
        raise VocabularyError("neither RSS nor Atom; nothing in it is an entry")
    entries: list[tuple[str, Entry | VocabularyError]] = []
    for index, item in enumerate(items):
        place = f"entry[{index}]"
        try:
            entries.append((place, _entry(item, all_comments=all_comments)))
        except VocabularyError as error:
            entries.append((place, error))
    return read_entries(feed, entries, context), _time_to_live(about)


def _time_to_live(about: Mapping[str, Any]) -> timedelta | None:
    try:
        minutes = int(_text(about, "ttl")[:9] or 0)
        if minutes > 0:
            return timedelta(minutes=min(minutes, 60 * 24 * 7))
        often = max(1, int(_text(about, "sy_updatefrequency")[:9] or 1))
    except ValueError:
        return None
    hours = {"hourly": 1, "daily": 24, "weekly": 168}.get(_text(about, "sy_updateperiod").lower())
    return timedelta(hours=hours) / often if hours else None


def _refuse_hostile(data: bytes) -> None:
    if len(data) > LARGEST_BYTES:
        raise VocabularyError(
            f"a feed of more than {LARGEST_BYTES >> 20} MB; ask for its newest part"
        )
    flat = data.replace(b"\x00", b"") if b"\x00" in data[:4096] else data
    bare = _COMMENT.sub(b"", flat) if b"<!DOCTYPE" in flat[:65536].upper() else flat[:65536]
    first = _START_TAG.search(bare)
    prolog = bare[: first.start() if first else len(bare)]
    if _ENTITY.search(prolog) or any(
        "<!ENTITY".encode(name) in data[:65536] for name in ("cp037", "cp500", "cp1026")
    ):
        raise VocabularyError(
            "it defines XML entities, which may unpack without end or reach for other files; "
            "ask for a feed without them"
        )
    if sum(1 for _ in _ENTRY.finditer(flat)) > MOST_ENTRIES:
        raise VocabularyError(
            f"a feed of more than {MOST_ENTRIES:,} entries; ask for its newest part"
        )


def _parsed(data: bytes, context: Context) -> Mapping[str, Any]:
    headers = {"content-type": "application/xml"}
    if context.server:
        headers["content-location"] = f"https://{context.server}{context.path or '/'}"
    try:
        told: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(data),
            response_headers=headers,
            # Words are kept as they were said; they are made harmless where they are shown.
            sanitize_html=False,
            resolve_relative_uris=True,
        )
    except _FAULTS:
        raise VocabularyError("its XML is too broken to be read as a feed") from None
    return told


def _feed(about: Mapping[str, Any], context: Context) -> Feed:
    own = next(
        (_text(link, "href") for link in about.get("links") or () if link.get("rel") == "self"), ""
    )
    link = _text(about, "link")
    key = _key(own) or _key(link) or (context.server and context.server + context.path)
    title = _plain_text(about, "title")
    return Feed(
        key=key or _text(about, "id") or title or "unnamed",
        title=title,
        link=link,
        summary=_html(about, "subtitle"),
        language=_text(about, "language"),
    )


def _key(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return parts.hostname + parts.path.rstrip("/") + query


def _entry(item: Mapping[str, Any], *, all_comments: bool) -> Entry:
    guid, link = _text(item, "id"), _text(item, "link")
    about = _replied_to(item)
    is_comment = bool(about) or all_comments or _COMMENT_ANCHOR.search(guid) is not None
    if is_comment and not about:
        # A blog names a comment by the article's own id, with an anchor after it.
        about = next((urldefrag(a)[0] for a in (guid, link) if uri_or_empty(a) and "#" in a), "")
    author = item.get("author_detail") or {}
    uri = _text(author, "href") or (
        f"mailto:{_text(author, 'email').lower()}" if _text(author, "email") else ""
    )
    bodies = [part for part in item.get("content") or () if part.get("value")]
    body = next((part for part in bodies if "html" in part.get("type", "")), None)
    body = body or (bodies[0] if bodies else None)
    title, content, summary = _plain_text(item, "title"), _escaped(body), _html(item, "summary")
    return Entry(
        guid=guid,
        link=link,
        title=title,
        content=content,
        summary=summary,
        language=_text(body or item.get("summary_detail") or {}, "language"),
        author_name=_text(author, "name") or _text(item, "author"),
        author_uri=uri,
        published=_moment(item, "published_parsed") or _moment(item, "created_parsed"),
        updated=_moment(item, "updated_parsed"),
        about=about,
        is_comment=is_comment,
        categories=_terms(item),
        enclosures=_enclosures(item),
        raw={
            "id": guid,
            "link": link,
            "title": title,
            "summary": summary,
            "content": content,
            "published": _text(item, "published"),
            "updated": _text(item, "updated"),
        },
    )


def _replied_to(item: Mapping[str, Any]) -> str:
    reply = _given(item, "thr_in-reply-to")
    if not isinstance(reply, Mapping):
        return ""
    return next((text for name in ("ref", "href") if uri_or_empty(text := _text(reply, name))), "")


def _terms(item: Mapping[str, Any]) -> tuple[str, ...]:
    tags = (_text(tag, "label") or _text(tag, "term") for tag in item.get("tags") or ())
    return tuple(dict.fromkeys(term[:200] for term in tags if term))


def _enclosures(item: Mapping[str, Any]) -> tuple[Attachment, ...]:
    links = [link for link in item.get("links") or () if link.get("rel") == "enclosure"]
    media = item.get("media_content") or ()
    found = [
        attachment(_text(link, "href"), _text(link, "type"), _text(link, "title")) for link in links
    ]
    found += [
        attachment(_text(part, "url"), _text(part, "type") or _text(part, "medium") + "/*")
        for part in media
    ]
    by_url: dict[str, Attachment] = {}
    for one in found:
        by_url.setdefault(one.url, one)
    return tuple(by_url.values())


def _moment(item: Mapping[str, Any], name: str) -> datetime | None:
    parts = _given(item, name)
    if parts is None:
        return None
    try:
        year, month, day, hour, minute, second = parts[:6]
        # A leap second counts as the second before it.
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        raise VocabularyError("a date that does not exist; correct it in the feed", name) from None


def _plain_text(item: Mapping[str, Any], name: str) -> str:
    text = _text(item, name)
    if "<" in text and (item.get(f"{name}_detail") or {}).get("type") != _PLAIN:
        text = " ".join(_TAGS.sub(" ", text).split())
    return html.unescape(text) if "&" in text else text


def _html(item: Mapping[str, Any], name: str) -> str:
    detail = item.get(f"{name}_detail")
    return _escaped(detail) if detail else _text(item, name)


def _escaped(part: Mapping[str, Any] | None) -> str:
    if part is None:
        return ""
    text = _text(part, "value")
    return html.escape(text, quote=False) if part.get("type") == _PLAIN else text


def _given(item: Mapping[str, Any], name: str) -> Any:
    # The parser's own look-up answers for missing names with related ones.
    return dict.get(item, name) if isinstance(item, dict) else None


def _text(item: Mapping[str, Any], name: str) -> str:
    value = _given(item, name)
    if not isinstance(value, str):
        return ""
    return value.strip().encode("utf-8", "replace").decode().replace("\x00", "")
