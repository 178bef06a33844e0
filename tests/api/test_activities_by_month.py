"""Pages of activities, read from one month after the other, are what the whole record tells."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from django.db import transaction

from entregent.apps.listen import journal
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.lease import Claim
from entregent.apps.organisation.models import Member
from entregent.lake.present import present_batches
from entregent.lake.rows import Landing
from entregent.vocabulary import Activity
from tests.api.conftest import Ask, Token
from tests.lake.histories import BEGIN, history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]


def land(activities: list[Activity]) -> None:
    landing = Landing(account_key)
    landing.add(activities=activities, aliases=[("urn:local:3", "https://x.example/n/3")])
    with transaction.atomic():
        journal.land(landing.tables(), origin="test")


def whole() -> list[dict[str, Any]]:
    with journal.open_record() as record:
        return [row for batch in present_batches(record) for row in batch.to_pylist()]


def asked(ask: Ask, secret: str, **query: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        status, page = ask("activities", secret, limit=17, cursor=cursor, **query)
        assert status == 200
        told += page["items"]
        cursor = page["next"]
    return told


@pytest.mark.parametrize("kept", [0, 70, 140])
def test_every_page_tells_what_the_whole_record_tells(
    alice: Member, ask: Ask, token: Token, kept: int
) -> None:
    told = list(history(Random(kept), 140))
    if kept:
        land(told[:kept])
        while Keeper(Claim()).turn(flush=True).was_busy:
            pass
    if kept < len(told):
        land(told[kept:])
    secret = token(alice, "activities", "private")
    rows = whole()
    found = asked(ask, secret)
    assert [each["id"] for each in found] == [row["id"] for row in rows]
    for each, row in zip(found, rows, strict=True):
        assert each["object"]["in_reply_to"] == row["in_reply_to"]
        assert (each["object"]["text"] or None) == (row["content"] or None)
        assert (each["deleted"] is None) == (row["deleted"] is None and row["account_gone"] is None)
        assert (each["undone"] is None) == (row["undone"] is None)
    middle = rows[len(rows) // 2]["published"]
    later = [row["id"] for row in rows if row["published"] >= middle and row["type"] == "Create"]
    found = asked(ask, secret, since=middle.isoformat(), type="Create")
    assert [each["id"] for each in found] == later
    earlier = [row["id"] for row in rows if row["published"] < middle]
    assert [each["id"] for each in asked(ask, secret, until=middle.isoformat())] == earlier
    assert asked(ask, secret, until=BEGIN.isoformat()) == []
