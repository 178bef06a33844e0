"""What of the landed rows is new: nothing that is already known goes into the lake again.

Rows arrive in any order, more than once and from several sources. A row is admitted if its key is
neither in the record nor earlier in the same batch. What was taken back may be done again, and an
undoing may come before what it undoes: both are settled here, by rows of `superseded`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from entregent.lake.record import Record
from entregent.lake.rows import LANDED_SCHEMAS, effect_row
from entregent.lake.schema import SUPERSEDED, TABLES


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
    """Rows for the lake, without batch number, and what became of each chunk's items."""

    tables: dict[str, pa.Table]
    counts: list[Counts] = field(default_factory=list)

    def numbered(self, batch: int) -> dict[str, pa.Table]:
        """The rows with their batch number."""
        return {
            name: _with_column(rows, "batch", pa.array([batch] * len(rows), pa.int64()))
            for name, rows in self.tables.items()
        }


def admit(chunks: Sequence[Mapping[str, pa.Table]], record: Record) -> Admitted:
    """Decide what of some landed chunks is new.

    Parameters
    ----------
    chunks
        Landed rows by table, in the order in which they were landed.
    record
        What is known so far: the lake and the batches that wait for it.
    """
    landed = {name: _concat(chunks, name) for name in LANDED_SCHEMAS}
    counts = [Counts() for _ in chunks]
    connection = record.connection
    for name, rows in landed.items():
        connection.register(f"landed_{name}", rows)
    fresh = _fresh_activities(connection)
    activities = landed["activities"]
    admitted = activities.filter(fresh)
    _count_activities(activities, fresh, counts)
    effects = _effects(connection, landed["superseded"], fresh, activities)
    series = _fresh_series(connection, landed["series"], counts)
    accounts = _fresh_accounts(connection, landed["accounts"], counts)
    tables = {
        "activities": _as_table(admitted, "activities"),
        "superseded": effects,
        "raw": _raw_of(landed["raw"], admitted),
        "accounts": accounts,
        "series": series,
        "aliases": _as_table(_unseen(connection, "aliases", landed["aliases"]), "aliases"),
    }
    for name in LANDED_SCHEMAS:
        connection.unregister(f"landed_{name}")
    return Admitted({name: rows for name, rows in tables.items() if len(rows)}, counts)


def _concat(chunks: Sequence[Mapping[str, pa.Table]], name: str) -> pa.Table:
    schema = LANDED_SCHEMAS[name]
    parts = [schema.append(pa.field("chunk", pa.int64())).empty_table()]
    for index, tables in enumerate(chunks):
        rows = tables.get(name)
        if rows is not None:
            parts.append(rows.append_column("chunk", pa.array([index] * len(rows), pa.int64())))
    whole = pa.concat_tables(parts)
    return whole.append_column("row", pa.array(range(len(whole)), pa.int64()))


def _fresh_activities(connection: duckdb.DuckDBPyConnection) -> pa.ChunkedArray:
    """Which landed rows are the first with their key, here and in the record."""
    return connection.sql(
        """
        SELECT known.key IS NULL
               AND row_number() OVER (
                   PARTITION BY landed.key ORDER BY landed.derived, landed.row) = 1 AS fresh
        FROM landed_activities landed
        LEFT JOIN (SELECT DISTINCT key FROM activities
                   WHERE key IN (SELECT key FROM landed_activities)) known USING (key)
        ORDER BY landed.row
        """
    ).to_arrow_table()["fresh"]


def _count_activities(activities: pa.Table, fresh: pa.ChunkedArray, counts: list[Counts]) -> None:
    """Count items, not rows: an edited post is one item although it makes two rows."""
    outcome: dict[tuple[int, int, int], str] = {}
    columns = ("chunk", "item", "object_key", "type", "derived")
    told = zip(*(activities[name].to_pylist() for name in columns), fresh.to_pylist(), strict=True)
    for row, (chunk, item, subject, kind, derived, is_fresh) in enumerate(told):
        if derived:
            post = (chunk, item, subject)
            if is_fresh and outcome.get(post) == "known":
                counts[chunk].known -= 1
                counts[chunk].updated += 1
                outcome[post] = "updated"
            continue
        verdict = _WORDS.get(kind, "new") if is_fresh else "known"
        setattr(counts[chunk], verdict, getattr(counts[chunk], verdict) + 1)
        if kind == "Create":
            outcome[chunk, item, subject if subject is not None else -row] = verdict


_WORDS = {"Update": "updated", "Delete": "deleted"}


def _effects(
    connection: duckdb.DuckDBPyConnection,
    landed: pa.Table,
    fresh: pa.ChunkedArray,
    activities: pa.Table,
) -> pa.Table:
    """Rows of `superseded`: those told, and those that follow from what is known."""
    connection.register("fresh_rows", pa.table({"row": activities["row"], "fresh": fresh}))
    connection.execute("CREATE OR REPLACE TEMP TABLE told AS " + _TOLD)
    # An undoing that knew only the id of what it undoes: say it again of that activity's key.
    connection.execute(_RESOLVED)
    again = connection.sql(_AGAIN).to_arrow_table().to_pylist()
    rows = [
        effect_row(row["key"], "relation", "done", row["version"], row["key"], row["told_of"])
        for row in again
    ]
    found = connection.sql(
        """
        SELECT DISTINCT ON (subject, scope, state, rank) subject, scope, state, rank, version, key,
               told_of
        FROM told t
        WHERE NOT EXISTS (SELECT 1 FROM superseded s WHERE s.subject = t.subject
                          AND s.scope = t.scope AND s.state = t.state AND s.rank = t.rank)
        """
    ).to_arrow_table()
    connection.unregister("fresh_rows")
    # Whoever asks this look next finds its tables alone.
    connection.execute("DROP TABLE told")
    schema = SUPERSEDED.schema
    told = _with_column(found, "batch", pa.array([0] * len(found), pa.int64()))
    done = schema.empty_table()
    if rows:
        done = pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema)
    return pa.concat_tables([told.select(schema.names).cast(schema), done])


# What a repeated activity says counts only if its origin dated it: otherwise reading the same file
# twice would take back, or do again, something that was settled in between.
_TOLD = """
    SELECT subject, scope, state, rank, version, key, told_of FROM landed_superseded
    WHERE dated OR key IN (SELECT l.key FROM landed_activities l JOIN fresh_rows USING (row)
                           WHERE fresh)
"""

_RESOLVED = """
    INSERT INTO told
    SELECT relation.key, 'relation', u.state, u.rank, u.version, u.key, u.told_of
    FROM (SELECT * FROM told UNION ALL
          SELECT subject, scope, state, rank, version, key, told_of FROM superseded) u
    JOIN (SELECT key, id_key FROM landed_activities
          UNION
          SELECT a.key, t.told_of AS id_key
          FROM told t JOIN landed_activities l ON l.key = t.key
          JOIN activities a ON a.id = l.object_id
          WHERE t.subject = t.told_of) relation
      ON relation.id_key = u.subject AND relation.key <> u.subject
    WHERE u.scope = 'relation' AND u.state = 'undone'
"""

_AGAIN = """
    WITH kept AS (
        SELECT a.key, max(coalesce(a.published, a.received_at)) AS version
        FROM activities a WHERE a.key IN (SELECT key FROM landed_activities) GROUP BY a.key
    ), earlier AS (
        SELECT l.key, coalesce(k.version, l.version) AS version
        FROM landed_activities l LEFT JOIN kept k USING (key)
        QUALIFY row_number() OVER (PARTITION BY l.key ORDER BY l.row) = 1
    ), undone AS (
        SELECT subject, max(version) AS version, list(told_of) AS ids
        FROM (SELECT * EXCLUDE (batch) FROM superseded UNION ALL BY NAME SELECT * FROM told)
        WHERE scope = 'relation' GROUP BY subject
    )
    SELECT l.key, max(l.version) AS version, max(l.id_key) AS told_of
    FROM landed_activities l
    JOIN earlier e ON e.key = l.key
    LEFT JOIN undone u ON u.subject = l.key
    WHERE l.id_key IS NOT NULL
      AND ((l.dated AND l.version > greatest(coalesce(u.version, e.version), e.version))
           OR (NOT l.dated AND u.version IS NOT NULL AND NOT list_contains(u.ids, l.id_key)
               AND NOT EXISTS (SELECT 1 FROM activities k WHERE k.key = l.key AND k.id = l.id)))
    GROUP BY l.key
"""


def _fresh_series(
    connection: duckdb.DuckDBPyConnection, landed: pa.Table, counts: list[Counts]
) -> pa.Table:
    """Points that tell something: a new one, or another value than the newest told."""
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
        f"WHERE key NOT IN (SELECT key FROM {name}) GROUP BY key ORDER BY row"
    ).to_arrow_table()["row"]
    return landed.take(rows)


def _raw_of(landed: pa.Table, admitted: pa.Table) -> pa.Table:
    """Payloads of the activities that are admitted, once each."""
    wanted = landed.filter(pc.is_in(landed["ref"], value_set=pc.unique(admitted["raw_ref"])))
    first = wanted.group_by("ref", use_threads=False).aggregate([("row", "min")])["row_min"]
    return _as_table(wanted.filter(pc.is_in(wanted["row"], value_set=first)), "raw")


def _as_table(rows: pa.Table, name: str) -> pa.Table:
    return rows.select(TABLES[name].schema.names)


def _with_column(rows: pa.Table, name: str, values: pa.Array) -> pa.Table:
    if name in rows.column_names:
        return rows.set_column(rows.schema.get_field_index(name), name, values)
    return rows.append_column(name, values)
