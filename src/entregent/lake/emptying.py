"""Texts that go while their rows stay: of deleted posts, and rows that may be kept no longer."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from entregent.lake.erasing import Guard, delete, parts, replace
from entregent.lake.record import Record
from entregent.lake.store import Lake
from entregent.vocabulary.objects import TOMBSTONE

_EMPTIED: Final = (
    *("name", "summary", "content", "language", "url", "quote", "object_rest"),
    "raw_ref",
)
_HAS_WORDS: Final = f"""
type IN ('Create', 'Update') AND coalesce(object_type, '') <> '{TOMBSTONE}'
AND (content IS NOT NULL OR name IS NOT NULL OR summary IS NOT NULL
     OR url IS NOT NULL OR object_rest IS NOT NULL
     OR coalesce(raw_ref, key) IN (SELECT ref FROM raw))
"""  # noqa: S608 (our own words)

Note = Callable[[Collection[int]], None]
"""Told keys of objects."""


@dataclass(frozen=True)
class Emptied:
    """What was done: rows whose words went, payloads removed, and which objects it was about."""

    rows: int = 0
    payloads: int = 0
    objects: tuple[int, ...] = ()


@dataclass(frozen=True)
class Expired:
    """Rows that may be kept no longer.

    Attributes
    ----------
    rows
        How many went.
    objects
        Addresses of the texts among them.
    hours
        Hours since 1970 in which they had been done.
    """

    rows: int = 0
    objects: tuple[str, ...] = ()
    hours: tuple[int, ...] = ()


def empty_deleted(record: Record, lake: Lake, guard: Guard, note: Note) -> Emptied:
    """Empty every text whose object, or whose author's account, was deleted at its origin.

    Parameters
    ----------
    record, lake, guard
        As everywhere here.
    note
        Told the keys of the objects before anything is written.
    """
    return _empty(record, lake, _OF_DELETED, {}, guard, note)


def empty_objects(record: Record, lake: Lake, objects: Collection[int], guard: Guard) -> Emptied:
    """Empty every text of some objects, by their keys."""
    return _empty(
        record,
        lake,
        "object_key IN (SELECT unnest($objects))",
        {"objects": list(objects)},
        guard,
        lambda _: None,
    )


_OF_DELETED = """
(object_key IN (SELECT subject FROM superseded WHERE scope = 'object' AND state = 'deleted')
 OR actor_key IN (
    SELECT subject FROM superseded WHERE scope = 'account'
    GROUP BY subject HAVING arg_max(state, rank) = 'undone'))
"""


def _empty(
    record: Record, lake: Lake, which: str, values: dict[str, Any], guard: Guard, note: Note
) -> Emptied:
    ask = record.connection
    found = ask.execute(
        "SELECT month, key, object_key, coalesce(raw_ref, key) FROM activities "  # noqa: S608 (our own words)
        f"WHERE {which} AND {_HAS_WORDS}",
        values,
    ).fetchall()
    # What told a deleted post told nothing else: its payload goes, and that of its deletion stays.
    refs = sorted({ref for _, _, _, ref in found})
    objects = sorted({key for _, _, key, _ in found if key is not None})
    if objects:
        note(objects)
    for part in parts(lake, sorted(found)):
        months = sorted({month for month, _, _, _ in part})
        keys = [key for _, key, _, _ in part]
        record.focus("activities", months=months)
        rows = ask.execute(
            "SELECT * FROM activities WHERE key IN (SELECT unnest($keys)) "
            "AND list_contains($months, month)",
            {"keys": keys, "months": months},
        ).fetch_arrow_table()
        emptied = [row | dict.fromkeys(_EMPTIED) for row in rows.to_pylist()]
        guard()
        replace(lake, "activities", "key", keys, emptied, months=months)
    record.focus("activities")
    payloads = _remove(record, lake, "raw", "ref", refs, guard)
    _remove(record, lake, "labels", "object_key", objects, guard)
    return Emptied(len(found), payloads, tuple(objects))


def expire(
    record: Record,
    lake: Lake,
    now: datetime,
    rules: Sequence[tuple[str, str, int]],
    guard: Guard,
    note: Callable[[Sequence[str]], None],
) -> Expired:
    """Remove rows past their end: what their origin set, or the rule of their source and type.

    Parameters
    ----------
    record, lake, guard
        A look at every table in which nothing waits, its tables, and what is asked before writes.
    note
        Told the addresses of texts that go, before anything is written.
    now
        Aware.
    rules
        Slug of a source, type of activity (empty for all), days since it was done.
    """
    ask = record.connection
    values: dict[str, Any] = {"now": now}
    tests = ["(retain_until IS NOT NULL AND retain_until <= $now)"]
    for number, (source, kind, days) in enumerate(rules):
        values |= {f"source_{number}": source, f"days_{number}": days}
        of_type = ""
        if kind:
            values[f"type_{number}"] = kind
            of_type = f" AND type = $type_{number}"
        tests.append(
            f"(source = $source_{number}{of_type} AND coalesce(published, received_at) "
            f"<= $now - to_days(CAST($days_{number} AS INTEGER)))"
        )
    found = ask.execute(f"{_ROWS} WHERE {' OR '.join(tests)}", values).fetchall()
    texts = [row for row in found if row[5] in {"Create", "Update"} and row[3] is not None]
    objects = sorted({row[4] for row in texts if row[4]})
    note(objects)
    for part in parts(lake, sorted(found, key=lambda row: row[:2])):
        guard()
        months = sorted({row[0] for row in part})
        delete(lake, "activities", "key", [row[1] for row in part], months=months)
    refs = {row[2] for row in found}
    payloads = ask.execute(
        "SELECT ref FROM raw WHERE retain_until IS NOT NULL AND retain_until <= $now", {"now": now}
    ).fetchall()
    _remove(record, lake, "raw", "ref", sorted({*refs, *(ref for (ref,) in payloads)}), guard)
    _remove(record, lake, "labels", "object_key", sorted({row[3] for row in texts}), guard)
    _remove(record, lake, "marks", "activity_key", sorted(row[1] for row in found), guard)
    return Expired(
        len(found),
        tuple(objects),
        tuple(sorted({row[6] for row in found if row[6] is not None})),
    )


_ROWS: Final = """
SELECT month, key, coalesce(raw_ref, key), object_key, object_id, type,
       CAST(floor(epoch(coalesce(published, received_at)) / 3600) AS BIGINT)
FROM activities
"""


def _remove(
    record: Record, lake: Lake, name: str, column: str, values: Sequence[int], guard: Guard
) -> int:
    """Remove rows of a table by a key, as far as there are any."""
    if not values:
        return 0
    there = record.connection.execute(
        f"SELECT {column}, count(*) FROM {name} "  # noqa: S608 (our own names)
        f"WHERE {column} IN (SELECT unnest($values)) GROUP BY ALL",
        {"values": list(values)},
    ).fetchall()
    for part in parts(lake, there):
        guard()
        delete(lake, name, column, [key for key, _ in part])
    return sum(number for _, number in there)
