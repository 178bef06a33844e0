"""JSON Feed, versions 1 and 1.1."""

from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from entregent.networks.feeds.entries import MOST_ENTRIES, Entry, Feed, attachment, read_entries
from entregent.networks.reading import Context, JsonFormat, Outcome
from entregent.vocabulary import VocabularyError, parse_time
from entregent.vocabulary.reading import Json, kind_of, optional_text

_VERSION: Final = "https://jsonfeed.org/version/"


def is_json_feed(value: Any) -> bool:
    """Whether a JSON value says that it is a JSON Feed."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("version"), str)
        and value["version"].startswith(_VERSION)
    )


def read_json_feed(value: Any, context: Context) -> Iterator[Outcome]:
    """Read a feed and its items; a bad item is refused, and the rest goes on.

    Raises
    ------
    VocabularyError
        If there is no list of items, or one of more than `MOST_ENTRIES`.
    """
    items = value.get("items", [])
    if not isinstance(items, list):
        raise VocabularyError(f"a list was expected, not {kind_of(items)}", "items")
    if len(items) > MOST_ENTRIES:
        raise VocabularyError(
            f"a feed of more than {MOST_ENTRIES:,} entries; ask for its newest part"
        )
    link = _text(value, "home_page_url")
    feed = Feed(
        key=_key(_text(value, "feed_url")) or _key(link) or context.server or "unnamed",
        title=_text(value, "title"),
        link=link,
        summary=_text(value, "description"),
        language=_text(value, "language"),
    )
    entries: list[tuple[str, Entry | VocabularyError]] = []
    for index, item in enumerate(items):
        place = f"items[{index}]"
        try:
            entries.append((place, _entry(item)))
        except VocabularyError as error:
            entries.append((place, error))
    yield from read_entries(feed, entries, context)


def _entry(item: Any) -> Entry:
    if not isinstance(item, dict):
        raise VocabularyError(f"an object was expected, not {kind_of(item)}")
    name = item.get("id")
    guid = str(name) if isinstance(name, (int, float)) else _text(item, "id")
    author = _author(item)
    text = _text(item, "content_text")
    published, updated = item.get("date_published"), item.get("date_modified")
    return Entry(
        guid=guid,
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        content=_text(item, "content_html") or _as_html(text),
        summary=_as_html(_text(item, "summary")),
        language=_text(item, "language"),
        author_name=_text(author, "name"),
        author_uri=_text(author, "url"),
        published=parse_time(published, "date_published") if published else None,
        updated=parse_time(updated, "date_modified") if updated else None,
        categories=tuple(dict.fromkeys(_tags(item.get("tags")))),
        enclosures=tuple(
            attachment(_text(part, "url"), _text(part, "mime_type"), _text(part, "title"))
            for part in item.get("attachments") or ()
            if isinstance(part, dict)
        ),
        raw=item,
    )


def _author(item: Json) -> Json:
    several = item.get("authors")
    one = several[0] if isinstance(several, list) and several else item.get("author")
    return one if isinstance(one, dict) else {}


def _as_html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _key(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return ""
    return parts.hostname + parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")


def _tags(told: object) -> Iterator[str]:
    for tag in told if isinstance(told, list) else ():
        if isinstance(tag, str):
            yield tag.replace("\x00", "").strip()[:200]


def _text(item: Json, name: str) -> str:
    return (optional_text(item.get(name), name) or "").strip()


JSON_FEED: Final = JsonFormat("feed/json", is_json_feed, read_json_feed)
