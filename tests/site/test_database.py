"""The working set is kept as safely as its database can."""

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.mark.sqlite
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pragma", "wanted"),
    [("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1), ("busy_timeout", 20_000)],
)
def test_each_connection_has_its_safeguards(pragma: str, wanted: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == wanted


@pytest.mark.sqlite
@pytest.mark.django_db
def test_transactions_take_the_write_lock_when_they_begin() -> None:
    connection.ensure_connection()
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_django_finds_nothing_to_say() -> None:
    call_command("check", fail_level="WARNING")
