"""The present state of a few activities, without reading the record as a whole.

Whoever asks puts them into the table ``some_activities`` of the look's connection. What stands
beside them there, as edits, spares looking for it.
"""

from functools import lru_cache
from typing import Any, Final, cast

import pyarrow as pa

from entregent.lake.present import present_activities
from entregent.lake.record import Record
from entregent.lake.schema import TABLES

SOME: Final = "some_activities"
NEEDED: Final = ("activities", "superseded", "aliases")
"""Tables of the record that are looked at."""


def begin(record: Record) -> None:
    """Make ``some_activities``, empty."""
    # Of what waits: a view of every file takes longer to look at.
    none = "FROM pending_activities LIMIT 0"
    record.connection.execute(f"CREATE OR REPLACE TEMP TABLE {SOME} AS {none}")


def present_some(record: Record, chosen: str) -> list[dict[str, Any]]:
    """Some activities as things stand now; columns as `present_activities` gives them.

    Parameters
    ----------
    record
        A look at `NEEDED`; it is narrowed.
    chosen
        Query that gives the keys of those of ``some_activities`` which are wanted.
    """
    ask = record.connection.execute
    ask(f"CREATE OR REPLACE TEMP TABLE some_chosen AS {chosen}")
    subjects = [number for (number,) in ask(_SUBJECTS).fetchall()]
    if not subjects:
        return []
    record.make_superseded("some_superseded", pa.array(subjects, pa.int64()))
    _take_edits(record, [key for (key,) in ask(_EDITS).fetchall()])
    ask(_ALIASES)
    rows: list[dict[str, Any]] = ask(_sql()).fetch_arrow_table().to_pylist()
    return rows


def _take_edits(record: Record, keys: list[int]) -> None:
    """Add rows of edits that are not there yet."""
    if not keys:
        return
    record.focus_near(keys)
    record.connection.register("some_edits", pa.table({"key": keys}))
    record.connection.execute(
        f"INSERT INTO {SOME} SELECT * FROM activities "  # noqa: S608 (our own names)
        "WHERE key IN (SELECT key FROM some_edits)"
    )
    record.connection.unregister("some_edits")


_SUBJECTS = """
WITH wanted AS (SELECT * FROM some_activities WHERE key IN (SELECT key FROM some_chosen))
SELECT object_key FROM wanted WHERE object_key IS NOT NULL
UNION SELECT key FROM wanted
UNION SELECT actor_key FROM wanted WHERE actor_key IS NOT NULL
"""
_EDITS = """
SELECT DISTINCT key FROM some_superseded
WHERE scope = 'object' AND state = 'edited' AND key NOT IN (SELECT key FROM some_activities)
  AND subject IN (SELECT object_key FROM some_activities WHERE type IN ('Create', 'Update')
                  AND key IN (SELECT key FROM some_chosen))
"""
# What is only liked or shared is not told in words: its edits change nothing here.
_ALIASES = """
CREATE OR REPLACE TEMP TABLE some_aliases AS
SELECT * FROM aliases WHERE placeholder IN (
    SELECT object_id FROM some_activities UNION SELECT in_reply_to FROM some_activities
    UNION SELECT quote FROM some_activities)
"""


class _Columns:
    """The tables of a few rows by their columns alone, for compiling."""

    def table(self, name: str) -> Any:
        """A table without rows."""
        import ibis

        return ibis.table(ibis.Schema.from_pyarrow(TABLES[name].schema), name=f"some_{name}")


@lru_cache(maxsize=1)
def _sql() -> str:
    """The present state in DuckDB's words: compiling takes longer than asking."""
    import ibis

    present = ibis.to_sql(present_activities(cast("Record", _Columns())), dialect="duckdb")
    return (
        f"SELECT * FROM ({present}) "  # noqa: S608 (our own names)
        "WHERE key IN (SELECT key FROM some_chosen)"
    )


def warm_up() -> None:
    """Compile now what the first page would wait for."""
    _sql()
