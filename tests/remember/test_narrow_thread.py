"""A person's thread, read from few files, is what reading the whole record tells."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from django.db import transaction
from tests.lake.histories import PEOPLE, US, history

from entregent.apps.listen import journal
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.lease import Claim
from entregent.apps.remember.our_rows import _Known
from entregent.apps.remember.thread_rows import LOOKS_AT, Found, Question, answered_by
from entregent.lake.keys import object_key
from entregent.lake.present import present_activities
from entregent.lake.record import Record
from entregent.lake.rows import Landing
from entregent.lake.schema import LABELS
from entregent.lake.tidying import sort
from entregent.vocabulary import Activity

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("home")]
COLUMNS = ("key", "type", "content", "in_reply_to", "deleted", "undone", "account_gone")


def keep(activities: list[Activity], aliases: Iterable[tuple[str, str]] = ()) -> None:
    landing = Landing(account_key)
    for activity in activities:
        landing.add(activities=[activity])
    landing.add(aliases=aliases)
    with transaction.atomic():
        journal.land(landing.tables(), origin="test")


def labels(activities: list[Activity], random: Random) -> pa.Table:
    rows = [
        {
            "key": number,
            "object_key": object_key(str(each.object.id)),
            "at": each.published,
            "language": random.choice(["fr", "en"]),
            "intents": random.choice([[], ["question"], ["thanks"]]),
            "engine": "test",
            "actor_key": account_key(str(each.actor)),
            "batch": 1,
        }
        for number, each in enumerate(activities)
        if each.type in {"Create", "Update"} and each.object is not None
    ]
    return pa.Table.from_pylist(rows, schema=LABELS.schema)


def whole(record: Record, asked: Question) -> tuple[list[dict[str, Any]], dict[int, Any], Any]:
    """The same answer from every row of the record."""
    values = {"theirs": list(asked.theirs), "uris": list(asked.uris), "ours": list(asked.ours)}
    near = record.connection.execute(
        """
        WITH said AS (
            SELECT object_id FROM activities
            WHERE actor_key IN (SELECT unnest($theirs)) AND type = 'Create'
              AND object_id IS NOT NULL)
        SELECT key FROM activities
        WHERE type NOT IN ('Update', 'Delete', 'Undo')
          AND (actor_key IN (SELECT unnest($theirs))
               OR (actor_key IN (SELECT unnest($ours))
                   AND (list_has_any("to", $uris) OR list_has_any(cc, $uris)
                        OR in_reply_to IN (SELECT object_id FROM said))))
        """,
        values,
    ).fetchall()
    keys = {key for (key,) in near}
    present = present_activities(record).to_pyarrow().to_pylist()
    authors = record.connection.execute(
        "SELECT object_key, min(actor_key) FROM activities WHERE type = 'Create' GROUP BY 1"
    ).fetchall()
    read = record.connection.execute(
        'SELECT object_key, arg_max(language, "at"), arg_max(intents, "at") FROM labels GROUP BY 1'
    ).fetchall()
    rows = [row for row in present if row["key"] in keys]
    told = {key: (language, intents or ()) for key, language, intents in read}
    return rows, dict(authors), told


def shown(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(tuple(row[name] for name in COLUMNS) for row in rows)


@pytest.mark.parametrize("seed", range(4))
def test_few_files_tell_what_all_of_them_tell(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    if seed > 1:
        # As if they answered so many that each month is asked as a whole.
        monkeypatch.setattr("entregent.lake.record._MOST_PLACES", 0)
    told = list(history(random, 160))
    kept = told[: random.choice([100, 160])]
    keeper = Keeper(Claim())
    for begin in range(0, len(kept), 40):
        keep(kept[begin : begin + 40], [("urn:local:3", "https://x.example/n/3")])
        while keeper.turn(flush=True).was_busy:
            pass
    lake = journal.lake()
    read = labels(told, random)
    lake.append("labels", {1: read.slice(0, len(read) // 2)})
    lake.append("labels", {2: read.slice(len(read) // 2)})
    if seed % 2:
        sort(lake, "activities", "2026-01")
    if len(kept) < len(told):
        keep(told[len(kept) :])
    people = random.sample(PEOPLE, 2)
    asked = Question(tuple(map(account_key, people)), tuple(people), tuple(map(account_key, US)))
    with journal.open_record() as record:
        rows, authors, newest = whole(record, asked)
    with journal.open_record(tables=LOOKS_AT) as record:
        found: Found = asked.ask(record)
    assert len(rows) > 20
    assert shown(found.rows) == shown(rows)
    answered = {
        object_key(row["in_reply_to"])
        for row in rows
        if row["actor_key"] in asked.theirs and row["in_reply_to"]
    }
    assert found.authors == {key: authors[key] for key in answered if key in authors}
    texts = {row["object_key"] for row in rows if row["type"] == "Create"} | answered
    assert {key: told for key, told in found.labels.items() if key in texts} == {
        key: told for key, told in newest.items() if key in texts
    }


def test_without_deeds_only_our_own_authorship_is_looked_for() -> None:
    told = list(history(Random(9), 120))
    keep(told)
    while Keeper(Claim()).turn(flush=True).was_busy:
        pass
    ours = tuple(map(account_key, US))
    narrow = Question((account_key(PEOPLE[0]),), (PEOPLE[0],), ours, with_others=False)
    wide = Question((account_key(PEOPLE[0]),), (PEOPLE[0],), ours)
    with journal.open_record(tables=LOOKS_AT) as record:
        few = narrow.ask(record)
    with journal.open_record(tables=LOOKS_AT) as record:
        all_of_them = wide.ask(record)
    assert shown(few.rows) == shown(all_of_them.rows)
    theirs = [row for row in few.rows if row["actor_key"] in narrow.theirs]
    answered = {object_key(uri) for row in theirs for uri in answered_by(row)}
    with journal.open_record() as record:
        _, authors, _ = whole(record, wide)
    of_ours = {key: authors[key] for key in answered if authors.get(key) in ours}
    assert of_ours
    assert {key: actor for key, actor in few.authors.items() if actor in ours} == of_ours


def test_what_we_said_is_read_once_and_as_the_files_are_now() -> None:
    told = list(history(Random(3), 160))
    asked = Question(
        (account_key(PEOPLE[0]),), (PEOPLE[0],), tuple(map(account_key, US)), with_others=False
    )
    for begin in range(0, len(told), 40):
        keep(told[begin : begin + 40])
        if begin % 80 == 0:
            while Keeper(Claim()).turn(flush=True).was_busy:
                pass
        with journal.open_record() as record:
            rows, _, _ = whole(record, asked)
        for _ in range(2):
            with journal.open_record(tables=LOOKS_AT) as record:
                assert shown(asked.ask(record).rows) == shown(rows)
    sort(journal.lake(), "activities", "2026-01")
    with journal.open_record(tables=LOOKS_AT) as record:
        assert shown(asked.ask(record).rows) == shown(rows)
        held = record.holding("activities", {"actor_key": asked.ours})
    assert set(_Known.now[1]) == set(held or ())
