"""Actors: what they say of themselves, and how many follow them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from entregent.networks.activitystreams.activities import kind_in
from entregent.networks.reading import Context, Outcome, Taken
from entregent.vocabulary import ACCOUNT_TYPES, Account, Point

_COUNTS = (
    ("followers_count", "followers.totalItems"),
    ("following_count", "following.totalItems"),
)


def is_actor(value: Any) -> bool:
    """Whether a value is an actor."""
    return kind_in(value) in ACCOUNT_TYPES and "id" in value


def read_actor(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the account, and its counts where the time they were true is known."""
    account = Account.from_as2(value, source=context.source, received_at=context.received_at)
    if account.handle and "@" not in account.handle:
        account = replace(account, handle=_whole_handle(value, account))
    counted = [
        point
        for name, metric in _COUNTS
        for point in count_of(account.id, metric, value.get(name), context)
    ]
    for name in ("followers", "following", "outbox"):
        part = value.get(name)
        if isinstance(part, dict):
            counted += count_of(account.id, f"{name}.totalItems", part.get("totalItems"), context)
    yield Taken(accounts=(account,), points=tuple(counted), native=account.id, raw=value)


def count_of(account: str, metric: str, value: object, context: Context) -> list[Point]:
    """The point that a count makes; none where its time is unknown, or it is hidden (below 0)."""
    if context.as_of is None or type(value) is not int or not 0 <= value < 2**53:
        return []
    return [
        Point(
            account,
            metric,
            context.as_of,
            float(value),
            "count",
            context.source,
            context.received_at,
        )
    ]


def _whole_handle(value: dict[str, Any], account: Account) -> str:
    told = value.get("webfinger")
    if isinstance(told, str) and told.count("@") == 1 and len(told) <= 300 and told.isprintable():
        return told
    try:
        host = urlsplit(account.id).netloc
    except ValueError:
        host = ""
    return f"{account.handle}@{host}" if host else account.handle
