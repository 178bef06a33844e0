"""Remembering who spoke: thousands of accounts in few queries, inside the keeper's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

from django.db import connection, transaction

from entregent.apps.listen.keyring import account_key
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.columns import is_short
from entregent.apps.remember.lines import AccountSeen
from entregent.apps.remember.models import Account
from entregent.apps.understand.said import Said

if TYPE_CHECKING:
    import pyarrow as pa

_SOME = 5_000
_T = TypeVar("_T")
_NAMELESS = frozenset({"linkedin"})
"""Networks whose members never enter the records of people: nothing is kept but the account."""


@dataclass(slots=True)
class _Heard:
    """What a batch tells of one account."""

    network: str
    first: datetime
    last: datetime
    language: str
    is_demo: bool

    def hear(self, said: Said) -> None:
        """One more text; they come in order of time."""
        self.first, self.last = min(self.first, said.published), max(self.last, said.published)
        self.language = said.language or self.language


@transaction.atomic
def remember_accounts(said: Sequence[Said], rows: "pa.Table") -> dict[str, AccountSeen]:
    """Remember the accounts that spoke.

    Only words bring an account in, and only words say when it was seen: what somebody did in
    silence makes nobody known.

    Parameters
    ----------
    said
        Texts in order of time.
    rows
        The admitted activities that they were read from.

    Returns
    -------
    dict
        By URI: every account that spoke, and every one of ours.
    """
    del rows  # Traces are not looked at here, on purpose.
    heard = _heard(said)
    known = _known(heard)
    new = [_new(uri, each) for uri, each in heard.items() if uri not in known]
    _add(new)
    _move([row for uri, row in known.items() if _is_moved(row, heard[uri])])
    if heard:
        audit(
            acting_user=None,
            action="remember.accounts_seen",
            subject="account:many",
            changes={"accounts": [len(known), len(heard)]},
        )
    ours = Account.objects.filter(is_ours=True)
    return {
        row.uri: AccountSeen(row.pk, row.uri, row.is_ours, row.name or row.handle)
        for row in (*ours, *known.values(), *new)
    }


def _heard(said: Iterable[Said]) -> dict[str, _Heard]:
    found: dict[str, _Heard] = {}
    for each in said:
        if each.is_deleted or not each.actor or not is_short(each.actor):
            continue
        one = found.get(each.actor)
        if one is None:
            found[each.actor] = _Heard(
                each.network[:40],
                each.published,
                each.published,
                each.language,
                each.source.startswith("demo:"),
            )
        else:
            one.hear(each)
    return found


def _new(uri: str, heard: _Heard) -> Account:
    return Account(
        uri=uri,
        key=account_key(uri),
        network=heard.network,
        handle="" if heard.network in _NAMELESS else handle_of(uri),
        language=heard.language[:35],
        first_seen_at=heard.first,
        last_seen_at=heard.last,
        is_demo=heard.is_demo,
    )


def _is_moved(row: Account, heard: _Heard) -> bool:
    """Let a known account say what was heard of it; whether that changes anything."""
    before = (row.first_seen_at, row.last_seen_at, row.language)
    if heard.last >= row.last_seen_at and heard.language:
        row.language = heard.language[:35]
    row.first_seen_at = min(row.first_seen_at, heard.first)
    row.last_seen_at = max(row.last_seen_at, heard.last)
    return before != (row.first_seen_at, row.last_seen_at, row.language)


_WRITTEN = (
    *("uri", "key", "network", "handle", "name", "language", "first_seen_at", "last_seen_at"),
    *("is_ours", "link_reason", "is_demo"),
)


def _add(rows: Sequence[Account]) -> None:
    """Write new accounts, and give them their numbers: three times as fast as by the models."""
    if not rows:
        return
    when = connection.ops.adapt_datetimefield_value
    table = connection.ops.quote_name("remember_account")
    values = [
        (
            *(row.uri, row.key, row.network, row.handle, row.name, row.language),
            *(when(row.first_seen_at), when(row.last_seen_at)),
            *(row.is_ours, row.link_reason, row.is_demo),
        )
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({', '.join(_WRITTEN)}) "  # noqa: S608 (our own names)
            f"VALUES ({', '.join(['%s'] * len(_WRITTEN))})",
            values,
        )
    numbers: dict[int, int] = {}
    for start in range(0, len(rows), _SOME):
        keys = [row.key for row in rows[start : start + _SOME]]
        numbers |= dict(Account.objects.filter(key__in=keys).values_list("key", "pk"))
    for row in rows:
        row.pk = numbers[row.key]


def _move(rows: Sequence[Account]) -> None:
    """Write the times and languages of many known accounts: ten times as fast as by the models."""
    if not rows:
        return
    when = connection.ops.adapt_datetimefield_value
    table = connection.ops.quote_name("remember_account")
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET first_seen_at = %s, last_seen_at = %s, language = %s "  # noqa: S608 (our own table)
            "WHERE id = %s",
            [
                (when(row.first_seen_at), when(row.last_seen_at), row.language, row.pk)
                for row in rows
            ],
        )


def _known(uris: Iterable[str]) -> dict[str, Account]:
    found: dict[str, Account] = {}
    for some in in_parts(uris):
        found |= {row.uri: row for row in Account.objects.filter(uri__in=some)}
    return found


@transaction.atomic
def name_accounts(accounts: "pa.Table") -> int:
    """Give known accounts the names and handles that their networks told; returns how many changed.

    Parameters
    ----------
    accounts
        Columns of the lake's ``accounts``.
    """
    newest: dict[str, tuple[datetime, str, str]] = {}
    columns = [accounts[name].to_pylist() for name in ("id", "received_at", "handle", "name")]
    for uri, at, handle, name in zip(*columns, strict=True):
        before = newest.get(uri)
        if before is None or at >= before[0]:
            newest[uri] = (at, (handle or "")[:200], (name or "")[:200])
    changed = []
    for uri, row in _known(newest).items():
        _, handle, name = newest[uri]
        if row.network in _NAMELESS:
            continue
        if (handle or row.handle, name or row.name) != (row.handle, row.name):
            row.handle, row.name = handle or row.handle, name or row.name
            changed.append(row)
    Account.objects.bulk_update(changed, ["handle", "name"], batch_size=200)
    if changed:
        audit(
            acting_user=None,
            action="remember.accounts_named",
            subject="account:many",
            changes={"accounts": [0, len(changed)]},
        )
    return len(changed)


def handle_of(uri: str) -> str:
    """The name by which an account is addressed, as far as its URI tells; empty if it does not.

    Examples
    --------
    >>> handle_of("https://mastodon.example/@maryse")
    'maryse'
    >>> handle_of("mailto:maryse@courriel.example")
    'maryse@courriel.example'
    """
    if uri.startswith("mailto:"):
        return unquote(uri.removeprefix("mailto:"))[:200]
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"}:
        return ""
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]).lstrip("@")
    # A number is how a network counts its members, and nobody's name.
    return "" if last.isdigit() else last[:200]


def in_parts(values: Iterable[_T]) -> Iterator[list[_T]]:
    """Values a few thousand at once: what a database takes in one question."""
    rest = iter(values)
    while some := list(islice(rest, _SOME)):
        yield some
