"""What landed deeds change of other things: the rows of `superseded` that they bring.

What was taken back may be done again, and an undoing may come before what it undoes, or name it by
its id alone. All of it is settled among few rows: those told now, and those that the record holds
of the very same things.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from entregent.lake.record import Record
from entregent.lake.rows import effect_row
from entregent.lake.schema import SUPERSEDED

Chosen = NDArray[np.bool_]


def effects_of(
    record: Record, told: pa.Table, activities: pa.Table, is_known: Chosen, fresh: Chosen
) -> pa.Table:
    """Rows of `superseded`: those told, and those that follow from what is known.

    Parameters
    ----------
    record
        What is known so far.
    told
        What the landed activities say of other things, as ``LANDED_SUPERSEDED``.
    activities
        Landed, with ``row``.
    is_known, fresh
        Shape (activities,): whether the record holds its key; whether it is the first that tells
        it, here and there.
    """
    schema = SUPERSEDED.schema
    # What a repeated activity says counts only if its origin dated it: otherwise reading the same
    # file twice would take back, or do again, something that was settled in between.
    new_keys = activities["key"].to_numpy()[fresh]
    counts = told["dated"].to_numpy() | np.isin(told["key"].to_numpy(), new_keys)
    told = told.filter(counts).select(_COLUMNS)
    relations = activities.filter(pc.is_valid(activities["id_key"]))
    _gather_known(record, activities, is_known, told)
    connection = record.connection
    subjects = pa.concat_arrays(
        [
            column.combine_chunks()
            for column in (
                *(told["subject"], relations["key"], relations["id_key"]),
                connection.sql("SELECT key FROM known_rows").to_arrow_table()["key"],
            )
        ]
    )
    record.make_superseded("near", subjects.unique())
    known = connection.sql("SELECT subject FROM near").fetchnumpy()["subject"]
    again = _may_be_again(relations, is_known, told, known)
    found = schema.empty_table()
    if len(told) or len(known) or len(again):
        connection.register("landed_told", told)
        connection.register("landed_relations", relations)
        connection.register("landed_again", again)
        connection.register("landed_activities", activities)
        found = _settled(record)
        for name in ("told", "relations", "again", "activities"):
            connection.unregister(f"landed_{name}")
    # Whoever asks this look next finds its tables alone.
    connection.execute("DROP TABLE near; DROP TABLE known_rows")
    return found


_COLUMNS = ["subject", "scope", "state", "rank", "version", "key", "told_of"]


def _gather_known(record: Record, landed: pa.Table, is_known: Chosen, told: pa.Table) -> None:
    """Make `known_rows`: those of the record that decide what an undoing, or a deed, changes.

    Relations that are told again, and what is undone by its id alone. Both are few, and the months
    they lie in are known: nothing else is read.
    """
    again = landed.filter(pc.and_(pa.array(is_known), pc.is_valid(landed["id_key"])))["key"]
    by_id = told.filter(pc.equal(told["subject"], told["told_of"]))
    undoings = landed.filter(pc.is_in(landed["key"], value_set=pc.unique(by_id["key"])))
    record.gather(
        "known_rows",
        keys=pc.unique(again).to_numpy(),
        relations=pc.unique(by_id["told_of"]).to_numpy(),
        ids=pc.unique(undoings["object_id"].drop_null()),
    )


def _may_be_again(
    relations: pa.Table, is_known: Chosen, told: pa.Table, known: NDArray[np.int64]
) -> pa.Table:
    """Relations that may have been done again: known, told twice, or taken back at some time."""
    keys = relations["key"].to_numpy()
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    taken_back = np.concatenate([told["subject"].to_numpy(), known])
    chosen = is_known[relations["row"].to_numpy()] | (counts[places] > 1)
    chosen |= np.isin(keys, taken_back) | np.isin(relations["id_key"].to_numpy(), taken_back)
    return relations.filter(pa.array(chosen))


def _settled(record: Record) -> pa.Table:
    connection = record.connection
    schema = SUPERSEDED.schema
    connection.execute("CREATE OR REPLACE TEMP TABLE told AS SELECT * FROM landed_told")
    # An undoing that knew only the id of what it undoes: say it again of that activity's key.
    connection.execute(_RESOLVED)
    rows = [
        effect_row(row["key"], "relation", "done", row["version"], row["key"], row["told_of"])
        for row in connection.sql(_AGAIN).to_arrow_table().to_pylist()
    ]
    found = connection.sql(_UNSAID).to_arrow_table()
    connection.execute("DROP TABLE told")
    found = found.append_column("batch", pa.array(np.zeros(len(found), np.int64)))
    done = schema.empty_table()
    if rows:
        done = pa.table([list(column) for column in zip(*rows, strict=True)], schema=schema)
    return pa.concat_tables([found.select(schema.names).cast(schema), done])


_RESOLVED = """
    INSERT INTO told
    SELECT relation.key, 'relation', u.state, u.rank, u.version, u.key, u.told_of
    FROM (SELECT * FROM told UNION ALL BY NAME SELECT * FROM near) u
    JOIN (SELECT key, id_key FROM landed_relations
          UNION
          SELECT a.key, t.told_of AS id_key
          FROM told t JOIN landed_activities l ON l.key = t.key
          JOIN known_rows a ON a.id = l.object_id
          WHERE t.subject = t.told_of) relation
      ON relation.id_key = u.subject AND relation.key <> u.subject
    WHERE u.scope = 'relation' AND u.state = 'undone'
"""

_AGAIN = """
    WITH kept AS (
        SELECT a.key, max(coalesce(a.published, a.received_at)) AS version
        FROM known_rows a WHERE a.key IN (SELECT key FROM landed_again) GROUP BY a.key
    ), earlier AS (
        SELECT l.key, coalesce(k.version, l.version) AS version
        FROM landed_again l LEFT JOIN kept k USING (key)
        QUALIFY row_number() OVER (PARTITION BY l.key ORDER BY l.row) = 1
    ), undone AS (
        SELECT subject, max(version) AS version, list(told_of) AS ids
        FROM (SELECT * FROM near UNION ALL BY NAME SELECT * FROM told)
        WHERE scope = 'relation' GROUP BY subject
    )
    SELECT l.key, max(l.version) AS version, max(l.id_key) AS told_of
    FROM landed_again l
    JOIN earlier e ON e.key = l.key
    LEFT JOIN undone u ON u.subject = l.key
    WHERE ((l.dated AND l.version > greatest(coalesce(u.version, e.version), e.version))
           OR (NOT l.dated AND u.version IS NOT NULL AND NOT list_contains(u.ids, l.id_key)
               AND NOT EXISTS (SELECT 1 FROM known_rows k WHERE k.key = l.key AND k.id = l.id)))
    GROUP BY l.key
"""

_UNSAID = """
    SELECT DISTINCT ON (subject, scope, state, rank) subject, scope, state, rank, version, key,
           told_of
    FROM told t
    WHERE NOT EXISTS (SELECT 1 FROM near s WHERE s.subject = t.subject
                      AND s.scope = t.scope AND s.state = t.state AND s.rank = t.rank)
"""
