"""The database, brought to this version's shape before a command needs it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from entregent import ledger
from entregent.apps.listen.health import reason_of
from entregent.cli.output import PlainError
from entregent.keeping import unfinished
from entregent.keeping.errors import KeepingError

_MIGRATING = 0x6D696772
"""« migr »: the advisory lock of whoever brings the tables to this version's shape."""
_REMEDY = {
    "sqlite": "run « entregent doctor » for details",
    "postgresql": "check that the server named in DATABASE_URL runs and lets us in",
}


def refuse_unfinished() -> None:
    """Refuse a data folder into which a restore was cut off."""
    try:
        unfinished.refuse_unfinished()
    except KeepingError as error:
        raise PlainError(str(error)) from None


def prepare() -> None:
    """Apply the migrations that are missing; refuse a database of a newer program."""
    _migrate()
    begin_ledger()


def begin_ledger() -> None:
    """Give a new instance its ledger of erasures."""
    try:
        ledger.begin()
    except ledger.LedgerError as error:
        raise PlainError(str(error)) from None


def _migrate() -> None:
    try:
        executor = MigrationExecutor(connection)
        applied = set(executor.loader.applied_migrations)
        newer = {
            name
            for name in applied - set(executor.loader.disk_migrations)
            if name[0] in {"organisation", "listen"}
        }
        if newer:
            raise PlainError(
                "the database was written by a newer Entregent; install that version or a later one"
            )
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            with _alone():
                call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        place = connection.settings_dict["NAME"]
        raise PlainError(
            f"the database {place} cannot be used ({reason_of(error)}); "
            f"{_REMEDY[connection.vendor]}"
        ) from None


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time change the tables, where several may start at once."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])
