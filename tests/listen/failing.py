"""A database that refuses one kind of write, as a full disk would at that moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def failing_at(step: str, reason: str = "cut off") -> Iterator[None]:
    """Refuse a step, such as ``INSERT ON listen_batch``, inside the test's transaction."""
    if connection.vendor == "sqlite":
        begin = [f"CREATE TRIGGER stop BEFORE {step} BEGIN SELECT RAISE(ABORT, '{reason}'); END"]
        end = ["DROP TRIGGER stop"]
    else:
        # A trigger cannot be dropped while the test's transaction has checks to make.
        begin = [
            f"""CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF current_setting('tests.stop') = 'yes' THEN RAISE EXCEPTION '{reason}'; END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$""",
            f"CREATE TRIGGER stop BEFORE {step} FOR EACH ROW EXECUTE FUNCTION stop()",
            "SET tests.stop = 'yes'",
        ]
        end = ["SET tests.stop = 'no'"]
    _execute(*begin)
    try:
        yield
    finally:
        _execute(*end)


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
