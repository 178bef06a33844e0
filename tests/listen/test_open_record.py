"""A look at the record sees everything, and holds up nobody."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from entregent.apps.listen import journal
from entregent.apps.listen.keyring import account_key
from entregent.lake.rows import Landing
from entregent.vocabulary import Activity, Object

pytestmark = pytest.mark.django_db(transaction=True)


def land_one(number: int) -> None:
    landing = Landing(account_key)
    about = Object(id=f"https://battures.example/notes/look/{number}", type="Note")
    landing.add(
        activities=[
            Activity(
                id=f"{about.id}/create",
                type="Create",
                object=about,
                source="file:test",
                received_at=datetime(2026, 2, 3, tzinfo=UTC),
                dataschema="test/1",
            )
        ]
    )
    with transaction.atomic():
        journal.land(landing.tables(), origin="test")


def test_it_sees_every_landed_chunk_however_many_there_are() -> None:
    for number in range(1_020):
        land_one(number)
    with journal.open_record() as record:
        found = record.connection.sql(
            "SELECT count(*) FROM activities WHERE id LIKE '%/notes/look/%'"
        ).fetchall()
    assert found == [(1_020,)]


def test_it_takes_no_write_lock() -> None:
    land_one(0)
    with CaptureQueriesContext(connection) as asked, journal.open_record():
        pass
    assert len(asked) > 0
    assert not any(query["sql"].startswith("BEGIN") for query in asked)
