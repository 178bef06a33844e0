"""Rows are decided once, and then only copied: whatever breaks off, the next turn mends it."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from entregent.apps.listen import journal
from entregent.apps.listen.importing import ImportReport, ensure_file_source
from entregent.apps.listen.keeper import (
    ADMIT_AFTER,
    APPEND_AFTER,
    COMPACT_AFTER,
    Heard,
    Keeper,
    items_by_day,
)
from entregent.apps.listen.lease import KEEPER, Claim
from entregent.apps.listen.models import Batch, LandedChunk, Lease, Source, SourceDay
from entregent.apps.organisation.models import AuditEntry, Member, Organisation
from entregent.lake.errors import NewerLake
from entregent.lake.rows import Landing
from entregent.lake.schema import LABELS, SCHEMA_VERSION
from entregent.lake.store import KEEPER as LOG_NAME
from entregent.vocabulary import Activity, Object
from tests.lake.record_book import account_key
from tests.listen.deeds import edit, post, write
from tests.listen.failing import failing_at

pytestmark = pytest.mark.django_db

Export = Callable[[], list[dict[str, Any]]]
TakeIn = Callable[..., ImportReport]


def notes(count: int, at: datetime | None = None) -> list[Activity]:
    when = at or datetime(2026, 2, 3, 12, tzinfo=UTC)
    return [
        Activity(
            id=f"https://battures.example/notes/{when:%d%H%M}-{number}/create",
            type="Create",
            actor="https://battures.example/users/maryse",
            object=Object(
                id=f"https://battures.example/notes/{when:%d%H%M}-{number}",
                type="Note",
                content="Bonjour",
            ),
            published=when,
            received_at=datetime(2026, 3, 1, tzinfo=UTC),
            source="file:activitystreams",
            dataschema="test/1",
        )
        for number in range(count)
    ]


def land(*activities: Activity, awaited: bool = False) -> int:
    landing = Landing(account_key)
    for activity in activities:
        landing.add(activities=[activity], native=activity.id, raw={"id": activity.id})
    with transaction.atomic():
        return journal.land(landing.tables(), origin="test", awaited=awaited)


def rows_of(name: str) -> int:
    with journal.open_record() as record:
        return int(record.connection.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0])


def versions() -> list[int | None]:
    tables = (journal.lake().open(name) for name in ("activities", "raw"))
    return [table.transaction_version(LOG_NAME) for table in tables if table is not None]


STEPS = [
    "INSERT ON listen_batch",
    "UPDATE ON listen_landedchunk",
    "DELETE ON listen_batch",
    "INSERT ON organisation_auditentry",
]


@pytest.mark.parametrize("step", STEPS)
def test_a_turn_that_breaks_off_at_any_step_is_mended_by_the_next_keeper(
    step: str, keeper: Keeper, alice: Member, exported: Export
) -> None:
    ensure_file_source("activitystreams", acting_user=alice)
    chunk = land(*notes(3), awaited=True)
    with failing_at(step), pytest.raises(DatabaseError):
        keeper.turn(flush=True)
    keeper.claim.release()

    Keeper(Claim()).turn(flush=True)

    assert len(exported()) == 3
    assert (rows_of("activities"), rows_of("raw")) == (3, 3)
    assert not Batch.objects.exists()
    assert journal.take_counts([chunk])[chunk].new == 3
    assert Source.objects.get(slug="file:activitystreams").items == 3


def test_a_turn_that_breaks_off_between_two_tables_completes_the_stored_rows(
    keeper: Keeper, exported: Export
) -> None:
    land(*notes(2))
    keeper.turn(hurry=True)
    raw = Path(journal.lake().path("raw")) / "_delta_log" / "00000000000000000000.json"
    good = raw.read_text()
    raw.write_text(good.replace(f"entregent schema {SCHEMA_VERSION}", "entregent schema 99"))
    with pytest.raises(NewerLake):
        keeper.turn(flush=True)
    assert versions_of("activities") == 1
    raw.write_text(good)

    keeper.turn(flush=True)

    assert (rows_of("activities"), rows_of("raw")) == (2, 2)
    assert len(exported()) == 2
    assert not Batch.objects.exists()


def versions_of(name: str) -> int | None:
    table = journal.lake().open(name)
    return None if table is None else table.transaction_version(LOG_NAME)


def test_what_is_stored_is_kept_and_seen_before_it_is_in_the_lake(
    keeper: Keeper, exported: Export
) -> None:
    land(*notes(2))
    assert len(exported()) == 2, "landed"
    assert keeper.turn(hurry=True).admitted == 1
    assert len(exported()) == 2, "stored"
    assert versions() == [None, None]
    assert keeper.turn(flush=True).kept == 1
    assert len(exported()) == 2, "kept"
    assert versions() == [1, 1]


def test_a_few_rows_wait_for_company_a_second_unless_somebody_waits(keeper: Keeper) -> None:
    land(*notes(1))
    assert keeper.turn().admitted == 0
    LandedChunk.objects.update(landed_at=timezone.now() - ADMIT_AFTER)
    assert keeper.turn().admitted == 1
    land(*notes(1, datetime(2026, 2, 4, tzinfo=UTC)))
    assert keeper.turn(hurry=True).admitted == 1


def test_a_batch_waits_for_company_for_a_minute(keeper: Keeper) -> None:
    land(*notes(1))
    assert keeper.turn(hurry=True).kept == 0
    assert keeper.turn().kept == 0
    Batch.objects.update(ready_at=timezone.now() - APPEND_AFTER)
    assert keeper.turn().kept == 1


def test_the_same_chunk_landed_again_brings_nothing_new(keeper: Keeper, exported: Export) -> None:
    land(*notes(2))
    keeper.turn(flush=True)
    again = land(*notes(2), awaited=True)
    keeper.turn(flush=True)
    counts = journal.take_counts([again])[again]
    assert (counts.new, counts.known) == (0, 2)
    assert Batch.objects.count() == 0
    assert len(exported()) == 2


def test_a_batch_number_that_the_lake_has_seen_is_never_used_again(
    keeper: Keeper, exported: Export
) -> None:
    for minute in range(3):
        land(*notes(1, datetime(2026, 2, 3, 12, minute, tzinfo=UTC)))
        keeper.turn(flush=True)
    keeper.claim.release()
    # The database of an older backup beside the lake of today.
    Lease.objects.update(last_batch=1)

    later = Keeper(Claim())
    land(*notes(1, datetime(2026, 2, 4, tzinfo=UTC)))
    later.turn(flush=True)

    assert versions() == [4, 4]
    assert len(exported()) == 4


def test_a_stored_batch_that_the_lake_holds_already_is_not_appended_again(
    keeper: Keeper, exported: Export
) -> None:
    land(*notes(2))
    keeper.turn(hurry=True)
    stored = Batch.objects.get()
    keeper.turn(flush=True)
    Batch.objects.create(
        number=stored.number,
        ready_at=stored.ready_at,
        rows=stored.rows,
        size=stored.size,
        body=bytes(stored.body),
    )
    assert len(exported()) == 2
    keeper.turn(flush=True)
    assert (rows_of("activities"), rows_of("raw")) == (2, 2)


def test_a_second_keeper_does_nothing_while_the_first_holds_the_lease(keeper: Keeper) -> None:
    keeper.turn()
    land(*notes(1))
    second = Keeper(Claim())
    assert not second.turn(flush=True).was_busy
    assert second.compact() is None
    assert keeper.turn(flush=True).was_busy


def test_a_keeper_that_lost_its_lease_meanwhile_decides_nothing(keeper: Keeper) -> None:
    keeper.turn()
    land(*notes(1))
    Lease.objects.filter(name=KEEPER).update(holder="elsewhere/boot/1/1/word")
    assert keeper.turn(flush=True).admitted == 0
    assert LandedChunk.objects.filter(body__isnull=False).count() == 1
    assert not Batch.objects.exists()


def test_two_keepers_that_take_turns_keep_everything_once(keeper: Keeper, exported: Export) -> None:
    second = Keeper(Claim())
    for minute in range(4):
        land(*notes(2, datetime(2026, 2, 3, 12, minute, tzinfo=UTC)))
        mine, other = (keeper, second) if minute % 2 else (second, keeper)
        assert mine.turn(hurry=True, flush=minute == 3).admitted == 1
        assert not other.turn(flush=True).was_busy
        mine.claim.release()
    assert len(exported()) == 8
    assert rows_of("raw") == 8


def test_counts_stay_until_whoever_waits_has_read_them(keeper: Keeper) -> None:
    awaited, other = land(*notes(2), awaited=True), land(*notes(2))
    assert journal.take_counts([awaited]) == {}
    keeper.turn(hurry=True)
    assert list(LandedChunk.objects.values_list("id", "body")) == [(awaited, None)]
    counts = journal.take_counts([awaited, other])
    assert counts[awaited].new == 2
    assert not LandedChunk.objects.exists()


def test_counts_that_nobody_reads_are_forgotten_after_a_day(keeper: Keeper) -> None:
    land(*notes(1), awaited=True)
    keeper.turn(flush=True)
    keeper.claim.release()
    LandedChunk.objects.update(landed_at=timezone.now() - timedelta(days=2))
    Keeper(Claim()).turn()
    assert not LandedChunk.objects.exists()


def test_each_appending_is_one_line_of_the_audit_trail(keeper: Keeper) -> None:
    land(*notes(1))
    keeper.turn(flush=True)
    keeper.turn(flush=True)
    entry = AuditEntry.objects.get(action="listen.batches_kept")
    assert (entry.member, entry.subject) == (None, "batches:1-1")


def test_compaction_keeps_every_row_and_is_done_when_it_is_due(
    keeper: Keeper, exported: Export
) -> None:
    for minute in range(3):
        land(*notes(1, datetime(2026, 2, 3, 12, minute, tzinfo=UTC)))
        keeper.turn(flush=True)
    before = exported()
    assert keeper.compact_if_due()
    assert not keeper.compact_if_due()
    Lease.objects.update(last_compaction_at=timezone.now() - COMPACT_AFTER)
    assert keeper.compact_if_due()
    assert exported() == before
    table = journal.lake().open("activities")
    assert table is not None
    assert len(table.file_uris()) == 1
    assert AuditEntry.objects.filter(action="listen.lake_compacted").count() == 2


def days_of(slug: str) -> dict[date, int]:
    return dict(SourceDay.objects.filter(source__slug=slug).values_list("day", "items"))


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("America/Toronto", "2026-02-03T23:30:00-05:00", date(2026, 2, 3)),
        ("America/St_Johns", "2026-02-04T00:10:00-03:30", date(2026, 2, 4)),
    ],
)
def test_an_item_counts_on_its_day_in_the_zone_of_the_organisation(
    zone: str, at: str, day: date, take_in: TakeIn, tmp_path: Path
) -> None:
    Organisation.objects.update(time_zone=zone)
    moment = f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    take_in(write(tmp_path / "a.jsonl", [post(at=moment)]))
    assert days_of("file:activitystreams") == {day: 1}


@settings(max_examples=30, deadline=None)
@given(
    moments=st.lists(
        st.datetimes(datetime(2020, 1, 1), datetime(2027, 1, 1)), min_size=1, max_size=20
    ),
    zone=st.sampled_from(["America/Toronto", "America/St_Johns", "Australia/Eucla", "UTC"]),
)
def test_days_are_those_of_a_calendar_on_the_wall(moments: list[datetime], zone: str) -> None:
    from collections import Counter
    from zoneinfo import ZoneInfo

    Organisation.objects.update_or_create(
        pk=1, defaults={"name": "Frimas", "time_zone": zone, "default_language": "fr"}
    )
    landing = Landing(account_key)
    for moment in moments:
        landing.add(activities=notes(1, moment.replace(tzinfo=UTC)))
    expected = Counter(
        ("file:activitystreams", moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date())
        for moment in moments
    )
    assert items_by_day(landing.tables()) == expected


def test_late_items_are_added_to_their_own_day(take_in: TakeIn, tmp_path: Path) -> None:
    early, late = "2026-02-03T15:00:00Z", "2026-02-03T22:00:00Z"
    other = "https://battures.example/notes/2"
    take_in(write(tmp_path / "a.jsonl", [post(at=early)]))
    take_in(write(tmp_path / "b.jsonl", [post(note=other, at=late), post(at=early)]))
    assert days_of("file:activitystreams") == {date(2026, 2, 3): 2}
    source = Source.objects.get()
    assert source.items == 2
    assert source.last_item_at is not None


def test_an_edit_counts_on_the_day_of_the_edit(take_in: TakeIn, tmp_path: Path) -> None:
    deeds = [post(), edit("Elle passe.", at="2026-02-09T15:00:00Z")]
    take_in(write(tmp_path / "a.jsonl", deeds))
    assert days_of("file:activitystreams") == {date(2026, 2, 3): 1, date(2026, 2, 9): 1}


def test_rows_known_to_be_new_are_kept_under_the_next_number(
    keeper: Keeper, exported: Export
) -> None:
    land(*notes(2))
    keeper.turn(flush=True)
    landing = Landing(account_key)
    landing.add(activities=notes(1, at=datetime(2026, 2, 4, 12, tzinfo=UTC)))
    settled: list[bool] = []

    number = keeper.keep_new(landing.tables(), lambda: settled.append(connection.in_atomic_block))

    assert settled == [True]
    assert number == 2
    assert versions_of("activities") == 2
    assert len(exported()) == 3
    land(*notes(2))
    keeper.turn(flush=True)
    assert len(exported()) == 3


def test_labels_of_what_was_heard_are_kept_with_its_batch(home: Path, db: None) -> None:
    settled: list[int] = []

    def hear(tables: Mapping[str, pa.Table]) -> Heard:
        keys = tables["activities"]["object_key"].to_pylist()
        labels = [{"key": key, "object_key": key, "engine": "test", "batch": 0} for key in keys]
        table = pa.Table.from_pylist(labels, schema=LABELS.schema)
        return Heard(table, lambda: settled.append(len(keys)))

    land(*notes(2))
    keeper = Keeper(Claim(), hear)
    keeper.turn(flush=True)
    land(*notes(2))
    keeper.turn(flush=True)

    assert settled == [2]
    assert rows_of("labels") == 2
