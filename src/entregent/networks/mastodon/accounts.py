"""Accounts as the Mastodon API shows them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from entregent.networks.mastodon.known import Known
from entregent.networks.reading import Context, Outcome, Taken
from entregent.vocabulary import Account, Point, VocabularyError, parse_time
from entregent.vocabulary.reading import Json, optional_text, required_uri, uri_of

SCHEMA: Final = "mastodon/1"
_COUNTS = (
    ("followers_count", "followers.totalItems"),
    ("following_count", "following.totalItems"),
    ("statuses_count", "outbox.totalItems"),
)


def account_uri(account: Json) -> str:
    """URI of an account; its page on servers that are too old to tell its URI."""
    return required_uri(account.get("uri") or account.get("url"), "account.uri")


def account_of(account: Json, context: Context) -> Account:
    """The account that the API shows."""
    indexable, hidden = account.get("indexable"), account.get("noindex")
    if not isinstance(indexable, bool):
        indexable = not hidden if isinstance(hidden, bool) else None
    kind = "Group" if account.get("group") is True else "Person"
    return Account(
        id=account_uri(account),
        type="Service" if account.get("bot") is True else kind,
        handle=_whole_handle(account, context),
        name=optional_text(account.get("display_name"), "account.display_name") or "",
        url=uri_of(account.get("url"), "account.url") or "",
        summary=optional_text(account.get("note"), "account.note") or "",
        created=_opened(account.get("created_at")),
        indexable=indexable,
        source=context.source,
        received_at=context.received_at,
    )


def points_of(account: Json, context: Context) -> tuple[Point, ...]:
    """Counts of an account, where the time they were true is known."""
    if context.as_of is None:
        return ()
    owner = account_uri(account)
    counts = [(metric, account.get(name)) for name, metric in _COUNTS]
    return tuple(
        Point(
            owner, metric, context.as_of, float(count), "count", context.source, context.received_at
        )
        for metric, count in counts
        # Below zero: the holder hides it.
        if type(count) is int and 0 <= count < 2**53
    )


def read_account(value: Any, context: Context, _known: Known) -> Iterator[Outcome]:
    """Give the account, and its counts."""
    yield taken_account(value, context)


def taken_account(value: Json, context: Context) -> Taken:
    """What an account tells."""
    account = account_of(value, context)
    return Taken(
        accounts=(account,), points=points_of(value, context), native=account.id, raw=value
    )


def _whole_handle(account: Json, context: Context) -> str:
    handle = optional_text(account.get("acct"), "account.acct") or ""
    if not handle or "@" in handle:
        return handle
    # The server leaves its own name out.
    try:
        host = urlsplit(account_uri(account)).netloc
    except ValueError:
        host = ""
    return f"{handle}@{host or context.server}" if host or context.server else handle


def _opened(value: object) -> datetime | None:
    # Some servers give a mere date. What was said in it is worth more than when it was opened.
    try:
        return parse_time(value)
    except VocabularyError:
        return None
