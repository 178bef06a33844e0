"""Fetches a feed by its address: politely, and through the guard."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

import httpx
import orjson

from entregent.networks.feeds.entries import LARGEST_BYTES
from entregent.networks.feeds.html_pages import is_page, not_a_feed
from entregent.networks.feeds.json_feed import is_json_feed, read_json_feed
from entregent.networks.feeds.xml_feeds import kind_of_feed, open_feed
from entregent.networks.outgoing import AddressRefused, follow
from entregent.networks.reading import Context, Outcome
from entregent.vocabulary import VocabularyError

FeedState: TypeAlias = Literal[
    "new",
    "unchanged",
    "unreachable",
    "not_found",
    "gone",
    "forbidden",
    "not_a_feed",
    "too_large",
    "server_error",
    "rate_limited",
    "refused_address",
]

_ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_LONGEST_WAIT = timedelta(days=30)
_LONGEST_MARK = 1024
_STATES: Final[dict[int, FeedState]] = {
    401: "forbidden",
    402: "forbidden",
    403: "forbidden",
    404: "not_found",
    407: "forbidden",
    410: "gone",
    429: "rate_limited",
    451: "forbidden",
}


@dataclass(frozen=True, slots=True)
class FeedCursor:
    """What is remembered of a feed between two readings.

    Attributes
    ----------
    etag, last_modified
        Marks of the version that was read, as the server gave them; empty at first.
    address
        Where the feed has moved for good; empty while it is where it was.
    """

    etag: str = ""
    last_modified: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class FeedAnswer:
    """What came of asking for a feed.

    Attributes
    ----------
    state
        ``new`` and ``unchanged`` are successes; ``gone`` asks never to come back.
    cursor
        To be kept with the outcomes, in the same transaction.
    outcomes
        What the feed told; empty unless ``new``.
    not_before
        The server asks not to be asked before then; aware.
    ttl
        How long the feed itself asks to be left alone.
    reason
        One sentence where it did not succeed; empty otherwise.
    format
        Such as ``feed/rss``; empty unless ``new``.
    """

    state: FeedState
    cursor: FeedCursor
    outcomes: tuple[Outcome, ...] = ()
    not_before: datetime | None = None
    ttl: timedelta | None = None
    reason: str = ""
    format: str = ""


def fetch_feed(
    address: str,
    cursor: FeedCursor,
    *,
    client: httpx.Client,
    now: datetime,
    source: str = "feed",
) -> FeedAnswer:
    """Ask once for a feed; nothing is raised for what a server answers or fails to answer.

    Parameters
    ----------
    address
        As it was typed; the cursor's own address comes before it.
    cursor
        Of the last reading; ``FeedCursor()`` at first.
    client
        From `entregent.networks.outgoing.guarded_client`.
    now
        Aware; when the answer is received.
    source
        Connector instance to name in what it brings.
    """
    asked = cursor.address or address
    try:
        with follow(client, asked, _conditions(cursor)) as (response, lasting):
            moved = replace(cursor, address=lasting if lasting != address else "")
            return _answer(response, moved, now, source)
    except AddressRefused as refusal:
        return FeedAnswer("refused_address", cursor, reason=refusal.reason)
    except httpx.DecodingError:
        return FeedAnswer(
            "server_error", cursor, reason="the answer is not packed as it says; try again later"
        )
    except httpx.TimeoutException:
        return FeedAnswer("unreachable", cursor, reason="the server did not answer in time")
    except httpx.HTTPError as error:
        told = str(error)[:200] or type(error).__name__
        return FeedAnswer("unreachable", cursor, reason=f"the server cannot be reached: {told}")


def _conditions(cursor: FeedCursor) -> dict[str, str]:
    headers = {"Accept": _ACCEPT}
    if cursor.etag:
        headers["If-None-Match"] = cursor.etag
    if cursor.last_modified:
        headers["If-Modified-Since"] = cursor.last_modified
    return headers


def _answer(response: httpx.Response, cursor: FeedCursor, now: datetime, source: str) -> FeedAnswer:
    status = response.status_code
    not_before = _not_before(response.headers.get("retry-after", ""), now)
    if status == 304:
        return FeedAnswer("unchanged", cursor, not_before=not_before)
    if status != 200:
        state = _STATES.get(status, "server_error" if status >= 500 else "not_found")
        reason = f"the server answered {status}" + (
            "; the feed is gone for good" if state == "gone" else ""
        )
        return FeedAnswer(state, cursor, not_before=not_before, reason=reason)
    body = _body(response)
    if body is None:
        reason = f"a feed of more than {LARGEST_BYTES >> 20} MB; ask for its newest part"
        return FeedAnswer("too_large", cursor, not_before=not_before, reason=reason)
    address = str(response.request.url)
    parts = urlsplit(address)
    context = Context(source, now, server=parts.hostname or "", path=parts.path)
    answer = _read(body, address, context, cursor)
    if answer.state == "new":
        # Only a version that could be read is marked as known.
        cursor = replace(
            cursor,
            etag=_mark(response.headers.get("etag", "")),
            last_modified=_mark(response.headers.get("last-modified", "")),
        )
    return replace(answer, cursor=cursor, not_before=not_before)


def _body(response: httpx.Response) -> bytes | None:
    """The whole body; None where it is too large, read no further than that."""
    parts, total = [], 0
    for part in response.iter_bytes():
        total += len(part)
        if total > LARGEST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _read(body: bytes, address: str, context: Context, cursor: FeedCursor) -> FeedAnswer:
    kind, ttl = kind_of_feed(body[:65536]), None
    try:
        if is_page(body[:65536]):
            return FeedAnswer("not_a_feed", cursor, reason=not_a_feed(body, address))
        if kind:
            found, ttl = open_feed(body, context)
            outcomes = tuple(found)
        else:
            kind, outcomes = "json", tuple(_json_outcomes(body, context))
    except VocabularyError as error:
        return FeedAnswer("not_a_feed", cursor, reason=error.reason)
    return FeedAnswer("new", cursor, outcomes, ttl=ttl, format=f"feed/{kind}")


def _json_outcomes(body: bytes, context: Context) -> Iterator[Outcome]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    if not is_json_feed(value):
        raise VocabularyError(
            "neither RSS, Atom nor JSON Feed; give the address of the feed itself"
        )
    yield from read_json_feed(value, context)


def _mark(text: str) -> str:
    # What a server gives here is sent back to it: nothing but printable text, and not too much.
    return text if len(text) <= _LONGEST_MARK and text.isascii() and text.isprintable() else ""


def _not_before(text: str, now: datetime) -> datetime | None:
    """When Retry-After allows the next try: seconds or a date; never more than 30 days ahead."""
    text = text.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return min(max(moment.astimezone(UTC), now), now + _LONGEST_WAIT)
