"""What one entry of a feed becomes, whichever kind of feed it stands in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from entregent.networks.bases import PUBLIC_SPEECH
from entregent.networks.reading import Context, Outcome, Refused, Taken
from entregent.vocabulary import (
    PUBLIC,
    Account,
    Activity,
    Attachment,
    Object,
    Tag,
    VocabularyError,
    format_time,
    native_id,
    row_id,
)
from entregent.vocabulary.reading import optional_text, required_uri
from entregent.vocabulary.times import check_bounds

SCHEMA: Final = "feed/1"
MOST_ENTRIES: Final = 5_000
LARGEST_BYTES: Final = 32 * 1024 * 1024

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as its feed gives it; texts are stripped, and empty where they are missing.

    Attributes
    ----------
    guid, link
        Its name in the feed, and its page; neither has to be an address yet.
    content, summary
        HTML.
    about
        Address of what a comment answers.
    is_comment
        Whether it is a comment rather than an article.
    raw
        What is kept of the entry as it came.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    content: str = ""
    summary: str = ""
    language: str = ""
    author_name: str = ""
    author_uri: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    about: str = ""
    is_comment: bool = False
    categories: tuple[str, ...] = ()
    enclosures: tuple[Attachment, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says of itself.

    Attributes
    ----------
    key
        Host and path that name it, such as ``blogue.example/feed``.
    """

    key: str
    title: str = ""
    link: str = ""
    summary: str = ""
    language: str = ""

    @property
    def uri(self) -> str:
        """URI of the account that the feed is."""
        return native_id("feed", self.key)


def read_entries(
    feed: Feed, entries: list[tuple[str, Entry | VocabularyError]], context: Context
) -> Iterator[Outcome]:
    """Give the feed's account, then what each entry tells.

    Parameters
    ----------
    feed
        The feed itself.
    entries
        Each with its place in the document; what could not be read stands as its error.
    context
        Where the document comes from.
    """
    account = Account(
        feed.uri,
        "Service",
        context.source,
        context.received_at,
        handle=feed.key[:200],
        name=feed.title[:500],
        url=uri_or_empty(feed.link),
        summary=feed.summary[:5000],
    )
    yield Taken(accounts=(account,), nothing="" if entries else "a feed without entries")
    seen: dict[str, int] = {}
    for place, entry in entries:
        inner = context.at(place)
        try:
            if isinstance(entry, VocabularyError):
                raise entry
            yield _taken(entry, feed, seen, inner)
        except VocabularyError as error:
            where = inner.at(error.where).where if error.where else inner.where
            yield Refused(where, error.reason)


def _taken(entry: Entry, feed: Feed, seen: dict[str, int], context: Context) -> Taken:
    uri = _id_of(entry, feed, seen)
    if seen.setdefault(uri, 0):
        return Taken(nothing="an entry that the feed gives twice")
    seen[uri] = 1
    published = _dated(entry.published or entry.updated, "published")
    updated = _dated(entry.updated, "updated")
    author = _author(entry, feed, context)
    actor = author.id if author is not None else None if entry.is_comment else feed.uri
    link, about = uri_or_empty(entry.link), uri_or_empty(entry.about)
    text = entry.content or entry.summary
    language = (entry.language or feed.language).replace("_", "-")
    article = Object(
        id=uri,
        type="Note" if entry.is_comment else "Article",
        name=optional_text(None if entry.is_comment else entry.title or None, "title"),
        content=optional_text(text or None, "content"),
        summary=optional_text(
            entry.summary if entry.content and entry.summary != entry.content else None, "summary"
        )
        or None,
        language=language if _LANGUAGE.fullmatch(language) and len(language) <= 35 else None,
        url=link or None,
        attributed_to=actor,
        in_reply_to=about or None,
        published=published,
        updated=updated if updated and updated != published else None,
        tag=tuple(Tag("Hashtag", name=f"#{term.lstrip('#')}") for term in entry.categories),
        attachment=tuple(e for e in entry.enclosures if uri_or_empty(e.url)),
    )
    created = Activity(
        id=f"{uri}#create",
        type="Create",
        actor=actor,
        object=article,
        to=(PUBLIC,),
        published=published,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=PUBLIC_SPEECH,
    )
    activities = [created]
    if article.updated is not None:
        # A feed gives the newest text only; the Update is what a later reading adds.
        moment = article.updated
        activities.append(
            replace(
                created, id=f"{uri}#update:{format_time(moment)}", type="Update", published=moment
            )
        )
    return Taken(
        tuple(activities), (author,) if author is not None else (), native=uri, raw=entry.raw
    )


def _id_of(entry: Entry, feed: Feed, seen: dict[str, int]) -> str:
    for name in (entry.guid, "" if entry.guid else entry.link):
        if uri_or_empty(name):
            return name
    if entry.guid:
        return native_id("feed", feed.key, entry.guid[:2000])
    moment = format_time(entry.published) if entry.published else ""
    texts = (entry.title, entry.link, entry.content, entry.summary)
    content = (feed.key, moment, *texts, *(one.url for one in entry.enclosures))
    if not any(texts) and not entry.enclosures:
        raise VocabularyError("an entry without id, link, title, text and file; nothing names it")
    bare = row_id("feed-entry", content, 0)
    ordinal = seen.get("row " + bare, 0)
    seen["row " + bare] = ordinal + 1
    return row_id("feed-entry", content, ordinal)


def _author(entry: Entry, feed: Feed, context: Context) -> Account | None:
    """Who wrote it, where an address or, for a comment, a name tells; the feed itself otherwise."""
    uri = uri_or_empty(entry.author_uri)
    name = entry.author_name[:500]
    if not uri and entry.is_comment and name:
        uri = native_id("feed", feed.key.partition("/")[0], "author", name)
    if not uri:
        return None
    url = uri if uri.startswith(("http:", "https:")) else ""
    handle = uri.removeprefix("mailto:") if uri.startswith("mailto:") else ""
    return Account(
        uri, "Person", context.source, context.received_at, handle=handle, name=name, url=url
    )


def _dated(moment: datetime | None, where: str) -> datetime | None:
    return check_bounds(moment, where) if moment is not None else None


def uri_or_empty(text: str) -> str:
    """The text if it is an absolute address that the model takes, else nothing."""
    try:
        return required_uri(optional_text(text, "address"), "address")
    except VocabularyError:
        return ""


def attachment(url: str, media_type: str, title: str = "") -> Attachment:
    """An enclosure, its type told by its media type."""
    main = media_type.partition("/")[0].lower()
    kinds = {"image": "Image", "audio": "Audio", "video": "Video"}
    return Attachment(kinds.get(main, "Document"), url, media_type[:100], title[:500])
