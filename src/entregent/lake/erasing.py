"""The lake's part of forgetting: rows of some accounts go, and what points to them.

Predicates name keys and months alone, since they stand in the log until it is cleaned; what is
written anew is found beforehand by the engine, and nothing is read whole into memory. Only whoever
holds the keeper's lease may write here.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Any, Final

import pyarrow as pa
from deltalake import CommitProperties, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError

from entregent.lake import keys
from entregent.lake.disk import remove_replaced, settle
from entregent.lake.errors import LostRace
from entregent.lake.forgotten import Scrubber
from entregent.lake.masking import Known
from entregent.lake.record import Record
from entregent.lake.rewriting import Changed, rewrite
from entregent.lake.schema import TABLES
from entregent.lake.store import KEEPER, NO_HOOKS, WRITER, Lake, schema_versions

SOME: Final = 800
"""Keys that one predicate names: its evaluation grows with their number."""
SOME_LOCALLY: Final = 20_000
"""Keys that one rewriting of local files names: rows that are written anew are held in memory."""
_SPILL_AGE_S: Final = 600.0
_MONTH: Final = re.compile(r"\d{4}-\d{2}")

Guard = Callable[[], None]
"""Called before each write; raises `LostRace` where the lease has gone."""
Refold = Callable[[Sequence[Changed]], object]
"""Told rows as they are and as they will be, before they are written."""


@dataclass
class Found:
    """What the lake holds of some accounts, by keys.

    Attributes
    ----------
    accounts
        Their keys.
    own
        Keys of activities that go, by month.
    pointing
        Keys of other people's activities that point to them, by month.
    objects
        Keys of what they wrote, and of the accounts as something that others follow.
    payloads
        References of raw payloads that go.
    hours
        Hours, since 1970, of the activities that go.
    """

    accounts: list[int]
    own: dict[str, list[int]] = field(default_factory=dict)
    pointing: dict[str, list[int]] = field(default_factory=dict)
    objects: list[int] = field(default_factory=list)
    payloads: list[int] = field(default_factory=list)
    hours: list[int] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """As JSON; its names are those of the fields."""
        return dict(vars(self))


def known_of(record: Record, accounts: Sequence[int]) -> Known:
    """By what the lake knows some accounts: every address, handle and name that was ever told."""
    record.focus("accounts", keys={"account_key": accounts})
    told = record.connection.execute(
        "SELECT DISTINCT id, url, handle, name FROM accounts "
        "WHERE account_key IN (SELECT unnest($keys))",
        {"keys": list(accounts)},
    ).fetchall()
    record.focus("activities", keys={"actor_key": accounts})
    acted = record.connection.execute(
        "SELECT DISTINCT actor FROM activities WHERE actor_key IN (SELECT unnest($keys))",
        {"keys": list(accounts)},
    ).fetchall()
    record.focus("accounts")
    record.focus("activities")
    addresses = [uri for row in told for uri in row[:2] if uri] + [uri for (uri,) in acted if uri]
    return Known(
        addresses=tuple(dict.fromkeys(addresses)),
        handles=tuple(dict.fromkeys(row[2] for row in told if row[2])),
        names=tuple(dict.fromkeys(row[3] for row in told if row[3])),
    )


def find(record: Record, lake: Lake, accounts: Sequence[int], known: Known) -> tuple[Found, Known]:
    """Find what a record holds of some accounts.

    Parameters
    ----------
    record
        A look in which nothing waits for the lake.
    lake
        Its tables.
    accounts
        Their keys.
    known
        Their addresses; empty after a restore, when the keys are all that is known.

    Returns
    -------
    tuple of Found and Known
        What was found, and what they are known by with the addresses of what they wrote.
    """
    ask = record.connection
    found = Found(list(accounts))
    _list_in(ask, "gone_accounts", "key", found.accounts)
    _text_in(ask, "gone_addresses", "uri", known.addresses)
    ask.execute(_OWN)
    own = ask.execute("SELECT month, key, ref, hour FROM own").fetchall()
    found.own = _by_month((month, key) for month, key, _, _ in own)
    found.hours = sorted({hour for _, _, _, hour in own if hour is not None})
    wrote = [uri for (uri,) in ask.execute(_WROTE).fetchall()]
    wrote += _other_names(ask, wrote)
    known |= Known(objects=tuple(wrote))
    objects = {keys.object_key(uri) for uri in (*wrote, *known.addresses)}
    found.objects = sorted(objects)
    _list_in(ask, "gone_objects", "key", found.objects)
    _text_in(ask, "gone_uris", "uri", dict.fromkeys((*wrote, *known.addresses)))
    table = lake.open("activities")
    mixed = table is not None and schema_versions(table)[1] is not None
    pointing = ask.execute(_pointing(mixed=mixed)).fetchall()
    found.pointing = _by_month((month, key) for month, key, _ in pointing)
    refs = {ref for _, _, ref, _ in own} | {ref for _, _, ref in pointing}
    # Also where the post itself was never admitted; an older program named payloads by the object.
    found.payloads = sorted(refs | objects | set(map(keys.created_key, objects)))
    return found, known


def _other_names(ask: Any, wrote: Sequence[str]) -> list[str]:
    """What else the same things are called: a network's local id beside its address."""
    _text_in(ask, "gone_uris", "uri", wrote)
    told = ask.execute(
        "SELECT placeholder, uri FROM aliases WHERE uri IN (SELECT uri FROM gone_uris) "
        "OR placeholder IN (SELECT uri FROM gone_uris)"
    ).fetchall()
    return sorted({name for row in told for name in row} - set(wrote))


# Their deeds, and what somebody else told of their words.
_OWN = """
CREATE OR REPLACE TEMP TABLE own AS
SELECT month, key, coalesce(raw_ref, key) AS ref, object_id, object_key, type, actor_key,
       CAST(floor(epoch(coalesce(published, received_at)) / 3600) AS BIGINT) AS hour
FROM activities
WHERE actor_key IN (SELECT key FROM gone_accounts)
   OR (attributed_to IS NOT NULL AND attributed_to IN (SELECT uri FROM gone_addresses)
       AND type IN ('Create', 'Update'))
"""
_WROTE = """
SELECT DISTINCT object_id FROM own WHERE object_id IS NOT NULL AND type IN ('Create', 'Update')
"""


def _pointing(*, mixed: bool) -> str:
    """Other people's rows that point to them; strings are looked at where keys are missing."""
    older = ""
    if mixed:
        older = """
        OR (reply_key IS NULL AND in_reply_to IN (SELECT uri FROM gone_uris))
        OR (thread_key IS NULL AND context IN (SELECT uri FROM gone_uris))
        OR (named_keys IS NULL AND (
            list_has_any("to", (SELECT list(uri) FROM gone_addresses))
            OR list_has_any(cc, (SELECT list(uri) FROM gone_addresses))))"""
    return f"""
    SELECT month, key, coalesce(raw_ref, key) FROM activities
    WHERE (object_key IN (SELECT key FROM gone_objects)
        OR reply_key IN (SELECT key FROM gone_objects)
        OR thread_key IN (SELECT key FROM gone_objects)
        OR (named_keys IS NOT NULL
            AND list_has_any(named_keys, (SELECT list(key) FROM gone_accounts)))
        OR (quote IS NOT NULL AND quote IN (SELECT uri FROM gone_uris))
        OR (attributed_to IS NOT NULL AND attributed_to IN (SELECT uri FROM gone_addresses))
        {older})
      AND (actor_key IS NULL OR actor_key NOT IN (SELECT key FROM gone_accounts))
      AND NOT (attributed_to IS NOT NULL AND attributed_to IN (SELECT uri FROM gone_addresses)
               AND type IN ('Create', 'Update'))
    """  # noqa: S608 (our own words)


def erase_activities(
    record: Record,
    lake: Lake,
    found: Found,
    scrubber: Scrubber,
    guard: Guard,
    refold: Refold,
) -> dict[str, int]:
    """Remove their activities, and write other people's anew without what points to them.

    Parameters
    ----------
    record, lake
        A look at ``activities`` and ``labels``, and their tables.
    found
        What `find` gave.
    scrubber
        Takes them out of a row.
    guard
        Called before each write.
    refold
        Told the rows that change, before they do: `entregent.lake.refolding.refold`.

    Returns
    -------
    dict
        ``removed`` and ``rewritten``.
    """
    own = {key for some in found.own.values() for key in some}
    plan = [
        (month, key)
        for month in sorted({*found.own, *found.pointing})
        for key in (*found.own.get(month, ()), *found.pointing.get(month, ()))
    ]
    removed = rewritten = 0

    def change(row: dict[str, Any]) -> dict[str, Any] | None:
        return None if row["key"] in own else scrubber.activity(row) or row

    for part in parts(lake, plan):
        here = sorted({month for month, _ in part})
        named = [key for _, key in part]
        changes: list[Changed] = []
        guard()
        if lake.is_local:

            def first(rows: list[Changed], found: list[Changed] = changes) -> None:
                found += rows
                refold(rows)

            rewrite(lake, "activities", "key", named, change, months=here, first=first)
        else:
            rows = _rows(
                record, "activities", "key", [key for key in named if key not in own], here
            )
            pairs = ((row, scrubber.activity(row)) for row in rows)
            changes += [(row, after) for row, after in pairs if after is not None]
            refold(changes)
            gone = [key for key in named if key in own]
            anew = [after for _, after in changes]
            replace(
                lake, "activities", "key", [*gone, *(r["key"] for r in anew)], anew, months=here
            )
        removed += len(own.intersection(named))
        rewritten += len(changes)
    return {"removed": removed, "rewritten": rewritten}


def erase_table(record: Record, lake: Lake, name: str, found: Found, known: Known) -> int:
    """Find what another table than ``activities`` holds of them, and remove it; returns the rows.

    Parameters
    ----------
    record, lake
        As for `find`.
    name
        Of the table.
    found, known
        What `find` gave.
    """
    ask = record.connection
    _list_in(ask, "gone_accounts", "key", found.accounts)
    _list_in(ask, "gone_objects", "key", found.objects)
    _list_in(ask, "gone_activities", "key", [key for some in found.own.values() for key in some])
    _list_in(ask, "gone_payloads", "key", found.payloads)
    _text_in(ask, "gone_uris", "uri", dict.fromkeys((*known.objects, *known.addresses)))
    rows = 0
    for column, predicate in HELD[name]:
        month = ", month" if "month" in TABLES[name].schema.names else ", ''"
        told = ask.execute(
            f"SELECT {column}{month}, count(*) FROM {name} WHERE {predicate} GROUP BY ALL"  # noqa: S608 (our own names)
        ).fetchall()
        for some in parts(lake, told):
            months = sorted({month for _, month, _ in some if month})
            delete(lake, name, column, [key for key, _, _ in some], months=months)
        rows += sum(number for _, _, number in told)
    return rows


_OBJECTS: Final = "(SELECT key FROM gone_objects)"
_ACCOUNTS: Final = "(SELECT key FROM gone_accounts)"
_ACTIVITIES: Final = "(SELECT key FROM gone_activities)"
_PAYLOADS: Final = "(SELECT key FROM gone_payloads)"
_URIS: Final = "(SELECT uri FROM gone_uris)"
_OF_SUPERSEDED: Final = (
    f"subject IN {_OBJECTS} OR subject IN {_ACCOUNTS} OR subject IN {_ACTIVITIES}"
)
HELD: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "superseded": (("subject", _OF_SUPERSEDED), ("key", f"key IN {_ACTIVITIES}")),
    "raw": (("ref", f"ref IN {_PAYLOADS}"),),
    "accounts": (("account_key", f"account_key IN {_ACCOUNTS}"),),
    "series": (("key", f"account IN {_URIS}"),),
    "aliases": (("key", f"uri IN {_URIS} OR placeholder IN {_URIS}"),),
    "labels": (("key", f"object_key IN {_OBJECTS} OR actor_key IN {_ACCOUNTS}"),),
    "marks": (("key", f"activity_key IN {_ACTIVITIES} OR object_key IN {_OBJECTS}"),),
    "links": (("account_key", f"account_key IN {_ACCOUNTS}"),),
}
"""By table: the column that a deletion names, and the rows that go."""


def replace(
    lake: Lake,
    name: str,
    column: str,
    values: Sequence[int],
    rows: Sequence[dict[str, Any]],
    *,
    months: Collection[str] = (),
) -> None:
    """Put rows in the place of those whose key is among some values, in one commit.

    Raises
    ------
    LostRace
        If another process committed in between. Nothing was written then.
    """
    if lake.is_local:
        anew = {row[column]: row for row in rows}
        rewrite(lake, name, column, values, lambda row: anew.get(row[column]), months=months)
        return
    table = lake.open(name)
    if table is None:
        return
    try:
        write_deltalake(
            table,
            pa.Table.from_pylist(list(rows), schema=TABLES[name].schema),
            mode="overwrite",
            predicate=_predicate(column, values, months),
            writer_properties=WRITER,
            commit_properties=CommitProperties(
                max_commit_retries=0,
                app_transactions=[Transaction(KEEPER, table.transaction_version(KEEPER) or 0)],
            ),
            post_commithook_properties=NO_HOOKS,
        )
    except CommitFailedError as error:
        raise LostRace(f"another keeper wrote to « {name} »") from error


def delete(
    lake: Lake, name: str, column: str, values: Sequence[int], *, months: Collection[str] = ()
) -> None:
    """Remove rows whose key is among some values; raises as `replace` does."""
    if lake.is_local:
        rewrite(lake, name, column, values, months=months)
        return
    table = lake.open(name)
    if table is None or not values:
        return
    try:
        table.delete(
            _predicate(column, values, months),
            writer_properties=WRITER,
            commit_properties=CommitProperties(max_commit_retries=0),
            post_commithook_properties=NO_HOOKS,
        )
    except CommitFailedError as error:
        raise LostRace(f"another keeper wrote to « {name} »") from error


def _predicate(column: str, values: Sequence[int], months: Collection[str]) -> str:
    named = ", ".join(str(int(value)) for value in values)
    keyed = f"{column} IN ({named})"
    if not months:
        return keyed
    if not all(_MONTH.fullmatch(month) for month in months):
        raise ValueError("a month is written as 2026-11")
    listed = ", ".join(f"'{month}'" for month in months)
    return f"month IN ({listed}) AND {keyed}"


def tidy(lake: Lake, names: Iterable[str], guard: Guard) -> dict[str, int]:
    """Remove replaced files and the log of how they were replaced; returns the files removed.

    Readers that hold the list of files from before take a new one.
    """
    removed = {}
    for name in names:
        guard()
        table = lake.open(name)
        if table is None:
            continue
        settle(table, 0)
        removed[name] = remove_replaced(table, hours=0)
        _forget_log(lake, name)
    if lake.is_local:
        _remove_spill(lake.spill)
    return removed


def _forget_log(lake: Lake, name: str) -> None:
    table = lake.open(name)
    if table is None:
        return
    retention = table.metadata().configuration.get(_RETENTION) or "interval 30 days"
    table.alter.set_table_properties({_RETENTION: "interval 0 days"})
    table = lake.open(name)
    if table is None:
        return
    table.create_checkpoint()
    settle(table, table.version())
    table.cleanup_metadata()
    table.alter.set_table_properties({_RETENTION: retention})


_RETENTION: Final = "delta.logRetentionDuration"


def _remove_spill(folder: Path) -> None:
    """What engines have put aside: those that still run keep theirs."""
    if not folder.is_dir():
        return
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file() and path.stat().st_mtime < time() - _SPILL_AGE_S:
                path.unlink()


def _rows(
    record: Record, name: str, column: str, values: Sequence[int], months: Collection[str]
) -> list[dict[str, Any]]:
    if not values:
        return []
    record.focus(name, months=months)
    asked = record.connection.execute(
        f"SELECT * FROM {name} WHERE {column} IN (SELECT unnest($keys)) "  # noqa: S608 (our own names)
        "AND list_contains($months, month)",
        {"keys": list(values), "months": list(months)},
    )
    rows: list[dict[str, Any]] = asked.fetch_arrow_table().to_pylist()
    record.focus(name)
    return rows


def _by_month(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for month, key in pairs:
        found.setdefault(month, []).append(key)
    return found


def _list_in(ask: Any, table: str, column: str, values: Collection[int]) -> None:
    rows = pa.table({column: pa.array(list(values), pa.int64())})
    _as_table(ask, table, rows)


def _text_in(ask: Any, table: str, column: str, values: Collection[str]) -> None:
    _as_table(ask, table, pa.table({column: pa.array(list(values), pa.string())}))


def _as_table(ask: Any, table: str, rows: pa.Table) -> None:
    ask.register(f"given_{table}", rows)
    ask.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM given_{table}")  # noqa: S608 (our own names)
    ask.unregister(f"given_{table}")


def parts(lake: Lake, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """As many values as one write may name: many where files are rewritten by us."""
    size = SOME_LOCALLY if lake.is_local else SOME
    for start in range(0, len(values), size):
        yield values[start : start + size]
