"""The database behind a data folder that a test gives to the program.

On SQLite it is a file in the folder. Where ``DATABASE_URL`` names PostgreSQL each folder gets a
database of its own on that server, under a name made from the folder's; all go with the test run.
"""

import atexit
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SERVER = os.environ.get("DATABASE_URL", "")
IS_POSTGRESQL = SERVER.startswith(("postgresql://", "postgres://"))
_made: set[str] = set()
ERRORS: tuple[type[Exception], ...] = (sqlite3.Error,)
"""What a question may end with, such as one for a table that is not there yet."""
if IS_POSTGRESQL:
    import psycopg

    ERRORS = (psycopg.Error,)


def environment(home: Path, **more: str) -> dict[str, str]:
    """Give what the program needs to find this folder and its database, and nothing of ours."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ENTREGENT_", "DJANGO_"))}
    if IS_POSTGRESQL:
        kept["DATABASE_URL"] = _address(_database(home))
    return {**kept, "ENTREGENT_HOME": str(home), **more}


def copy(home: Path, to: Path) -> Path:
    """Copy a data folder with its database; nobody may be at work in it."""
    shutil.copytree(home, to)
    if IS_POSTGRESQL:
        _make(_name(to), template=_database(home))
    return to


def rows(home: Path, statement: str) -> list[tuple[Any, ...]]:
    """Ask the database of a data folder."""
    with _connection(home) as connection:
        return [tuple(row) for row in connection.execute(statement).fetchall()]


def change(home: Path, statement: str) -> None:
    """Change something behind the program's back."""
    with _connection(home) as connection:
        connection.execute(statement)
        connection.commit()


def values(home: Path) -> Iterator[tuple[str, bytes]]:
    """Give what stands in the tables of a folder's database on a server, with the table's name.

    Nothing where the database is a file in the folder: whoever looks through its files sees it.
    """
    if not IS_POSTGRESQL or _name(home) not in _made:
        return
    with _connection(home) as connection:
        names = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, name in names:
            for row in connection.execute(f'SELECT * FROM "{schema}"."{name}"'):  # type: ignore[call-overload]
                for value in row:
                    if isinstance(value, bytes | memoryview):
                        yield f"table {name}", bytes(value)
                    elif isinstance(value, str | dict | list):
                        yield f"table {name}", str(value).encode()


@contextmanager
def _connection(home: Path) -> Iterator[Any]:
    if IS_POSTGRESQL:
        with closing(psycopg.connect(_address(_database(home)))) as connection:
            yield connection
    else:
        with closing(sqlite3.connect(home / "entregent.sqlite3")) as connection:
            yield connection


def _name(home: Path) -> str:
    return f"entregent_{hashlib.blake2b(str(home.absolute()).encode(), digest_size=10).hexdigest()}"


def _address(name: str) -> str:
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


def _database(home: Path) -> str:
    name = _name(home)
    if name not in _made:
        _make(name)
    return name


def _make(name: str, template: str = "template1") -> None:
    # From an earlier run in the same folder, if there is one.
    _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    _administer(f"CREATE DATABASE {name} TEMPLATE {template}")
    if not _made:
        atexit.register(_remove)
    _made.add(name)


def _remove() -> None:
    for name in _made:
        _administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administer(statement: str) -> None:
    with psycopg.connect(_address("postgres"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload] # names of our own making
