"""What of the landed rows is new: nothing that is already known goes into the lake again.

Rows arrive in any order, more than once and from several sources. A row is admitted if its key is
neither in the record nor earlier in the same batch. What was taken back may be done again, and an
undoing may come before what it undoes: both are settled here, by rows of `superseded`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from entregent.lake.effects import effects_of
from entregent.lake.forgotten import ForgottenKeys, without_forgotten
from entregent.lake.key_run import UNKNOWN
from entregent.lake.record import Record
from entregent.lake.rows import LANDED_SCHEMAS
from entregent.lake.schema import KEPT_BESIDE, TABLES, conformed

_BY_KEY = ("accounts", "series", "aliases", "marks", "links")
"""Tables whose rows are known by their key alone."""


@dataclass
class Counts:
    """What became of the items of one chunk."""

    new: int = 0
    updated: int = 0
    known: int = 0
    deleted: int = 0
    accounts: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.new + other.new,
            self.updated + other.updated,
            self.known + other.known,
            self.deleted + other.deleted,
            self.accounts + other.accounts,
        )


@dataclass
class Admitted:
    """Rows for the lake, without batch number, and what became of each chunk's items.

    Attributes
    ----------
    tables
        Rows by table.
    counts
        By chunk.
    left_out
        Whether something of people that were forgotten had landed: it is in none of the tables.
    """

    tables: dict[str, pa.Table]
    counts: list[Counts] = field(default_factory=list)
    left_out: bool = False

    def numbered(self, batch: int) -> dict[str, pa.Table]:
        """The rows with their batch number."""
        return {
            name: _with_column(rows, "batch", pa.array([batch] * len(rows), pa.int64()))
            for name, rows in self.tables.items()
        }


def admit(
    chunks: Sequence[Mapping[str, pa.Table]],
    record: Record,
    forgotten: ForgottenKeys | None = None,
) -> Admitted:
    """Decide what of some landed chunks is new.

    Parameters
    ----------
    chunks
        Landed rows by table, in the order in which they were landed.
    record
        What is known so far: the lake and the batches that wait for it.
    forgotten
        Whom and what never to take in again; it counts as known.
    """
    counts = [Counts() for _ in chunks]
    left_out = False
    if forgotten:
        left = [without_forgotten(chunk, forgotten) for chunk in chunks]
        counts = [Counts(known=dropped) for _, dropped in left]
        left_out = any(
            dropped or any(not rows.equals(tables[name]) for name, rows in chunk.items())
            for chunk, (tables, dropped) in zip(chunks, left, strict=True)
        )
        chunks = [tables for tables, _ in left]
    landed = {name: _concat(chunks, name) for name in LANDED_SCHEMAS}
    connection = record.connection
    activities = landed["activities"]
    is_known = record.months_of(activities["key"].to_numpy()) != UNKNOWN
    fresh = _fresh_activities(activities, is_known)
    admitted = activities.filter(fresh)
    _count_activities(activities, fresh, counts)
    effects = effects_of(record, landed["superseded"], activities, is_known, fresh)
    for name in _BY_KEY:
        connection.register(f"landed_{name}", landed[name])
    series = _fresh_series(connection, landed["series"], counts)
    accounts = _fresh_accounts(connection, landed["accounts"], counts)
    tables = {
        "activities": _without_own_refs(admitted).select(
            [*TABLES["activities"].schema.names, *KEPT_BESIDE]
        ),
        "superseded": effects,
        "raw": _raw_of(landed["raw"], admitted),
        "accounts": accounts,
        "series": series,
        **{
            name: _as_table(_unseen(connection, name, landed[name]), name)
            for name in ("aliases", "marks", "links")
        },
    }
    for name in _BY_KEY:
        connection.unregister(f"landed_{name}")
    kept = {name: rows for name, rows in tables.items() if len(rows)}
    return Admitted(kept, counts, left_out)


def _concat(chunks: Sequence[Mapping[str, pa.Table]], name: str) -> pa.Table:
    schema = LANDED_SCHEMAS[name]
    parts = [schema.append(pa.field("chunk", pa.int64())).empty_table()]
    for index, tables in enumerate(chunks):
        rows = tables.get(name)
        if rows is not None:
            rows = conformed(rows, schema)
            parts.append(rows.append_column("chunk", pa.array([index] * len(rows), pa.int64())))
    whole = pa.concat_tables(parts)
    return whole.append_column("row", pa.array(np.arange(len(whole))))


def _fresh_activities(activities: pa.Table, is_known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which landed rows are the first with their key, here and in the record."""
    keys, derived = activities["key"].to_numpy(), activities["derived"].to_numpy()
    order = np.lexsort((derived, keys))
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[order][1:] != keys[order][:-1]
    fresh = np.zeros(len(keys), dtype=bool)
    fresh[order] = first
    return fresh & ~is_known


def _count_activities(activities: pa.Table, fresh: NDArray[np.bool_], counts: list[Counts]) -> None:
    """Count items, not rows: an edited post is one item although it makes two rows."""
    chunks = activities["chunk"].to_numpy()
    derived = activities["derived"].to_numpy()
    kinds = activities["type"]
    updates, deletes = (
        pc.equal(kinds, name).to_numpy().astype(bool) for name in ("Update", "Delete")
    )
    told = ~derived
    for name, chosen in (
        ("updated", told & fresh & updates),
        ("deleted", told & fresh & deletes),
        ("new", told & fresh & ~updates & ~deletes),
        ("known", told & ~fresh),
    ):
        found = np.bincount(chunks[chosen], minlength=len(counts))
        for place in np.flatnonzero(found).tolist():
            setattr(counts[place], name, getattr(counts[place], name) + int(found[place]))
    _count_edits(activities, fresh, derived, counts)


def _count_edits(
    activities: pa.Table,
    fresh: NDArray[np.bool_],
    derived: NDArray[np.bool_],
    counts: list[Counts],
) -> None:
    """A known post with a version that is new counts as updated."""
    edited = derived & fresh
    if not edited.any():
        return
    known = ~derived & ~fresh & pc.equal(activities["type"], "Create").to_numpy().astype(bool)
    columns = ("chunk", "item", "object_key")
    posts, edits = (
        zip(*(activities.filter(chosen)[name].to_pylist() for name in columns), strict=True)
        for chosen in (known, edited)
    )
    left = set(posts)
    for post in edits:
        if post in left:
            left.discard(post)
            counts[post[0]].known -= 1
            counts[post[0]].updated += 1


def _fresh_series(
    connection: duckdb.DuckDBPyConnection, landed: pa.Table, counts: list[Counts]
) -> pa.Table:
    """Points that tell something: a new one, or another value than the newest told."""
    if not len(landed):
        return _as_table(landed, "series")
    values: dict[int, float] = dict(
        connection.execute(
            "SELECT key, arg_max(value, received_at) FROM series "
            "WHERE key IN (SELECT key FROM landed_series) GROUP BY key"
        ).fetchall()
    )
    chosen = []
    told = zip(
        landed["key"].to_pylist(),
        landed["value"].to_pylist(),
        landed["chunk"].to_pylist(),
        strict=True,
    )
    for key, value, chunk in told:
        before = values.get(key)
        if before is None:
            counts[chunk].new += 1
        elif before == value:
            counts[chunk].known += 1
        else:
            counts[chunk].updated += 1
        chosen.append(before != value)
        values[key] = value
    return _as_table(landed.filter(pa.array(chosen, pa.bool_())), "series")


def _fresh_accounts(
    connection: duckdb.DuckDBPyConnection, landed: pa.Table, counts: list[Counts]
) -> pa.Table:
    """Accounts of which something new is told; each chunk counts those it told first."""
    fresh = _unseen(connection, "accounts", landed)
    for chunk in pc.value_counts(fresh["chunk"]).to_pylist():
        counts[chunk["values"]].accounts += chunk["counts"]
    return _as_table(fresh, "accounts")


def _unseen(connection: duckdb.DuckDBPyConnection, name: str, landed: pa.Table) -> pa.Table:
    """Rows whose key is neither in the record nor earlier in the same batch."""
    if not len(landed):
        return landed
    rows = connection.sql(
        f"SELECT min(row) AS row FROM landed_{name} "  # noqa: S608 (names are our own)
        f"WHERE key NOT IN (SELECT key FROM {name} WHERE key IN (SELECT key FROM landed_{name})) "
        "GROUP BY key ORDER BY row"
    ).to_arrow_table()["row"]
    return landed.take(rows)


def _raw_of(landed: pa.Table, admitted: pa.Table) -> pa.Table:
    """Payloads of the activities that are admitted, once each."""
    wanted = landed.filter(pc.is_in(landed["ref"], value_set=pc.unique(admitted["raw_ref"])))
    first = wanted.group_by("ref", use_threads=False).aggregate([("row", "min")])["row_min"]
    return _as_table(wanted.filter(pc.is_in(wanted["row"], value_set=first)), "raw")


def _without_own_refs(activities: pa.Table) -> pa.Table:
    """A payload under the activity's own key is found by it: eight bytes less for each."""
    refs = activities["raw_ref"]
    is_own = pc.equal(refs, activities["key"])
    return _with_column(
        activities, "raw_ref", pc.if_else(is_own.fill_null(False), pa.scalar(None, refs.type), refs)
    )


def _as_table(rows: pa.Table, name: str) -> pa.Table:
    return rows.select(TABLES[name].schema.names)


def _with_column(rows: pa.Table, name: str, values: pa.Array) -> pa.Table:
    if name in rows.column_names:
        return rows.set_column(rows.schema.get_field_index(name), name, values)
    return rows.append_column(name, values)
