"""The database after something was removed: no trace in free pages, and none in its log."""

import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection

BUSY_S = 10.0
_EACH_MS = 100
"""How long one try to empty the log waits for those who read."""
SMALL_BYTES = 64 * 1024 * 1024
"""Up to this size a database is written anew without looking: it takes less than a second."""


def tidy(tables: Collection[str], holds: Callable[[Path], bool]) -> dict[str, Any]:
    """Remove what was deleted from the files of the database.

    Deleted rows are overwritten as they go (``secure_delete``), but SQLite may have moved a copy
    of one within a page before. So the files are searched, and written anew where something is
    found.

    Parameters
    ----------
    tables
        Those from which rows went.
    holds
        Whether a file still holds what must not be there.

    Returns
    -------
    dict
        ``log_emptied`` and ``written_anew``.
    """
    if connection.vendor != "sqlite":
        return {"log_emptied": False, "written_anew": False, "vacuumed": _vacuum_tables(tables)}
    emptied = empty_log()
    path = Path(str(connection.settings_dict["NAME"]))
    if not path.is_file():
        return {"log_emptied": emptied, "written_anew": False}
    anew = path.stat().st_size <= SMALL_BYTES or holds(path)
    if anew:
        try:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")
        except OperationalError:
            # Somebody is at work in it: the caller tries again.
            return {"log_emptied": False, "written_anew": False}
        emptied = empty_log()
    return {"log_emptied": emptied, "written_anew": anew}


def empty_log(*, wait_s: float = BUSY_S) -> bool:
    """Move SQLite's log into the database and cut it to nothing; whether that could be done.

    Parameters
    ----------
    wait_s
        For how long it is tried, since somebody who reads holds it back; 0 for once.
    """
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        return False
    begun = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual_ms,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {_EACH_MS}")
        try:
            while True:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy = cursor.fetchone()
                if busy is None or not busy[0]:
                    return True
                if time.monotonic() - begun >= wait_s:
                    return False
                time.sleep(0.1)
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual_ms}")


def _vacuum_tables(tables: Collection[str]) -> int:
    known = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in sorted(known & set(tables)):
            cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
    return len(known & set(tables))
