"""The database, brought to this version's shape before a command needs it."""

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from entregent.cli.output import PlainError


def prepare() -> None:
    """Apply the migrations that are missing; refuse a database of a newer program."""
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
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        place = connection.settings_dict["NAME"]
        raise PlainError(
            f"the database {place} cannot be used ({error}); run « entregent doctor » for details"
        ) from None
