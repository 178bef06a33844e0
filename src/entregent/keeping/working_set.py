"""Copies of the working set, each of one instant, while others go on writing.

SQLite by its online backup; PostgreSQL by ``pg_dump`` and ``pg_restore``, which must be installed.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection

from entregent.apps.listen.lease import KEEPER
from entregent.keeping.errors import KeepingError

PAGES: Final = 4096
"""Of SQLite's database, copied between two looks at whether somebody wants to stop."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of the working set.

    Attributes
    ----------
    kind
        ``sqlite`` or ``postgresql``.
    at
        A moment just before the instant that was copied.
    migrations
        Name of the newest migration of each app.
    last_batch
        Number of the last batch that it knows: the record is copied up to there.
    """

    kind: str
    at: datetime
    migrations: dict[str, str]
    last_batch: int


def kind() -> str:
    """``sqlite`` or ``postgresql``."""
    return str(connection.vendor)


def file_name() -> str:
    """Name of the copy in a backup."""
    return "entregent.sqlite3" if kind() == "sqlite" else "entregent.dump"


def database_file() -> Path:
    """The file of a SQLite database."""
    return Path(connection.settings_dict["NAME"])


def copy(target: Path, say: Say) -> Copied:
    """Write a copy of one instant to a file that is not there yet."""
    target.touch(mode=0o600, exist_ok=False)
    return _copy_sqlite(target, say) if kind() == "sqlite" else _copy_postgresql(target, say)


def _copy_sqlite(target: Path, say: Say) -> Copied:
    def progress(_: int, remaining: int, total: int) -> None:
        say(f"the working set, {100 * (total - remaining) // max(total, 1)} %")

    at = datetime.now(UTC)
    place = f"{database_file().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(place, uri=True)) as source,
        closing(sqlite3.connect(target)) as copied,
    ):
        source.execute("PRAGMA busy_timeout = 20000")
        # A look that stays open: what others write meanwhile neither shows nor begins it anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        source.backup(copied, pages=PAGES, progress=progress)
        source.rollback()
        # One file that needs no other: its log is not copied.
        copied.execute("PRAGMA journal_mode = DELETE")
        damage = copied.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise KeepingError(
                f"the database is damaged ({damage}); restore the newest good backup, or stop "
                "Entregent and mend it with sqlite3's « .recover »"
            )
        rows = copied.execute("SELECT app, max(name) FROM django_migrations GROUP BY app")
        migrations = dict(rows.fetchall())
        found = copied.execute("SELECT last_batch FROM listen_lease WHERE name = ?", (KEEPER,))
        return Copied("sqlite", at, migrations, (found.fetchone() or (0,))[0])


def _copy_postgresql(target: Path, say: Say) -> Copied:
    say("the working set, by pg_dump")
    at = datetime.now(UTC)
    with _one_look() as (cursor, snapshot):
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", "--schema=public",
             "--no-owner", "--no-privileges", f"--file={target}")  # fmt: skip
        cursor.execute("SELECT app, max(name) FROM django_migrations GROUP BY app")
        migrations = dict(cursor.fetchall())
        cursor.execute("SELECT last_batch FROM listen_lease WHERE name = %s", [KEEPER])
        return Copied("postgresql", at, migrations, (cursor.fetchone() or (0,))[0])


@contextmanager
def _one_look() -> Iterator[tuple[Any, str]]:
    """A transaction that sees one instant, and the name by which pg_dump sees the same."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            # It waits while pg_dump works.
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            yield cursor, cursor.fetchone()[0]
            cursor.execute("ROLLBACK")
    finally:
        other.close()


def put_sqlite(copied: Path, stamp: str | None) -> None:
    """Put a copy in the database's place; one that is there is moved aside.

    Parameters
    ----------
    copied
        Written by `copy`.
    stamp
        What to add to the name of what was there.
    """
    connection.close()
    place = database_file()
    for end in ("", "-wal", "-shm"):
        old = place.with_name(place.name + end)
        if stamp is not None and old.exists():
            old.rename(old.with_name(f"{old.name}.{stamp}"))
    shutil.move(copied, place)


def holds_something() -> bool:
    """Whether a PostgreSQL database has tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema='public'")
        return bool(cursor.fetchone()[0])


def restore_postgresql(dump: Path, *, aside: str | None) -> None:
    """Fill the database from a dump, in one transaction.

    Parameters
    ----------
    dump
        Written by `copy`.
    aside
        End of the name of the schema to which what is there is moved; None if nothing is.
    """
    if aside is not None:
        with connection.cursor() as cursor:
            quoted = connection.ops.quote_name(f"entregent_{aside}")
            cursor.execute(f"ALTER SCHEMA public RENAME TO {quoted}")
            cursor.execute("CREATE SCHEMA public")
    connection.close()
    _run("pg_restore", "--schema=public", "--no-owner", "--no-privileges", "--single-transaction",
         "--exit-on-error", f"--dbname={connection.settings_dict['NAME']}", str(dump))  # fmt: skip


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on our database; its password is not among the words."""
    path = shutil.which(program)
    if path is None:
        raise KeepingError(
            f"{program} is not installed; install the client programs of PostgreSQL, of the "
            "server's version or newer"
        )
    given = connection.settings_dict
    options = given.get("OPTIONS", {})
    environ = {
        "PGDATABASE": given["NAME"],
        "PGHOST": given["HOST"],
        "PGPORT": str(given["PORT"]),
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        **{f"PG{name.upper()}": options.get(name, "") for name in ("sslmode", "sslrootcert",
                                                                  "sslcert", "sslkey")},
    }  # fmt: skip
    done = subprocess.run(  # noqa: S603 (our own words)
        [path, *arguments],
        env={**os.environ, **{name: value for name, value in environ.items() if value}},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["it did not say why"])[0][:300]
        raise KeepingError(f"{program} could not do it ({told}); put right what it names")
