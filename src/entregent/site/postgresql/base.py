"""Django's PostgreSQL, with transactions that begin by taking the one write lock.

SQLite's do so too (``IMMEDIATE``). An action may thus look first and write then, and nobody writes
in between: no rule of ours is broken by two members who act at the same instant, and no two
transactions wait for each other. Who only reads waits for nobody.
"""

from django.db.backends.postgresql import base

WRITE_LOCK = 0x656E7472
"""« entr »: an advisory lock, which PostgreSQL keeps for each database apart."""


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection; Django finds it under this name."""

    def set_autocommit(
        self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False
    ) -> None:
        """Begin a transaction, with the lock, or let each statement be one of its own."""
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if autocommit:
            return
        try:
            with self.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
        except BaseException:
            # The transaction has not begun for whoever asked: leave none behind.
            self.close()
            raise
