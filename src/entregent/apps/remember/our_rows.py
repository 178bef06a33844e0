"""What we said, and for whom, as keys: kept by file, since a file of the record never changes.

Whoever opens a person's page is shown what we told them. Our own rows lie in every month, and to
read them again each time took a third of the page.
"""

from collections.abc import Collection, Sequence
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from entregent.lake.record import Record

_COLUMNS: Final = "month, key, actor_key, reply_key, named_keys"
_MOST_ROWS: Final = 1_000_000
"""More than that is read anew each time: about a hundred bytes each."""


class _Known:
    """What was chosen, and its rows by file; both are replaced at once: no thread sees a half."""

    now: tuple[str, dict[str, pa.Table]] = ("", {})


def our_rows(record: Record, ours: Collection[int]) -> pa.Table:
    """Rows of ours that may have been for somebody, kept or waiting.

    Parameters
    ----------
    record
        A look at ``activities``; it is narrowed.
    ours
        Keys of our accounts, at least one.

    Returns
    -------
    pyarrow.Table
        ``month``, ``key``, ``actor_key``, ``reply_key``, ``named_keys``. Rows that answer nothing
        and name nobody are left out, unless they may be of an older program, which did not tell.
    """
    listed = ", ".join(str(int(key)) for key in sorted(ours))
    chosen = f"actor_key IN ({listed}) AND type NOT IN ('Update', 'Delete', 'Undo')"
    if not record.is_mixed("activities"):
        chosen += " AND (reply_key IS NOT NULL OR named_keys IS NOT NULL)"
    files = record.holding("activities", {"actor_key": ours})
    if files is None:
        record.focus("activities", keys={"actor_key": ours})
        return _ask(record, f"SELECT {_COLUMNS} FROM activities WHERE {chosen}")  # noqa: S608 (our names)
    waits = _ask(record, f"SELECT {_COLUMNS} FROM pending_activities WHERE {chosen}")  # noqa: S608
    return pa.concat_tables([*_kept(record, files, chosen), waits])


def _kept(record: Record, files: Sequence[str], chosen: str) -> Collection[pa.Table]:
    what, known = _Known.now
    found = {file: known[file] for file in files if file in known} if what == chosen else {}
    missing = [file for file in files if file not in found]
    if missing:
        rows = _ask(
            record,
            f"SELECT filename, {_COLUMNS} FROM {record.reading('activities', missing)} "  # noqa: S608 (our names)
            f"WHERE {chosen}",
        )
        for file in missing:
            found[file] = rows.filter(pc.equal(rows["filename"], file)).drop_columns("filename")
    if sum(map(len, found.values())) <= _MOST_ROWS:
        _Known.now = (chosen, found)
    return found.values()


def _ask(record: Record, sql: str) -> pa.Table:
    return record.connection.execute(sql).fetch_arrow_table()
