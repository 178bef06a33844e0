"""Who may look at the sources, and what they are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from entregent.apps.listen.models import Source, SourceDay, SourceGap
from entregent.apps.listen.queries import (
    DAYS_SHOWN,
    LATE_AFTER,
    access_source,
    local_day,
    source_states,
)
from entregent.apps.organisation.models import Member
from entregent.apps.organisation.queries import NotFound

pytestmark = pytest.mark.django_db


def a_source(name: str = "Écho", **values: object) -> Source:
    now = timezone.now()
    usual: dict[str, object] = {
        "slug": f"feed:{name}",
        "network": "feed",
        "kind": "feed",
        "name": name,
        "address": f"https://{name.lower()}.example/fil",
        "created_at": now,
        "last_try_at": now,
        "next_try_at": now + timedelta(minutes=15),
    }
    return Source.objects.create(**(usual | values))


def test_owner_teammate_and_guest_see_the_sources(alice: Member, bob: Member, gwen: Member) -> None:
    source = a_source()
    for viewer in (alice, bob, gwen):
        assert [state.name for state in source_states(viewer)] == ["Écho"]
        assert access_source(viewer, source.pk).name == "Écho"


def test_someone_who_has_left_sees_nothing(bob: Member) -> None:
    source = a_source()
    bob.is_active = False
    with pytest.raises(NotFound):
        source_states(bob)
    with pytest.raises(NotFound):
        access_source(bob, source.pk)


def test_a_source_that_does_not_exist_is_not_found(alice: Member) -> None:
    with pytest.raises(NotFound):
        access_source(alice, 7)


def test_feeds_come_before_files_each_in_the_order_of_their_names(alice: Member) -> None:
    a_source("Riposte", slug="file:a", kind="file", address="")
    a_source("Vague")
    a_source("Battures")
    assert [state.name for state in source_states(alice)] == ["Battures", "Vague", "Riposte"]


NOW = timezone.now()


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, "current"),
        ({"last_try_at": None, "next_try_at": NOW}, "waiting"),
        ({"next_try_at": NOW - LATE_AFTER - timedelta(minutes=1)}, "late"),
        ({"next_try_at": NOW - LATE_AFTER / 2}, "current"),
        ({"error": "forbidden"}, "failing"),
        ({"error": "forbidden", "is_paused": True}, "paused"),
        ({"kind": "file", "address": "", "items": 0}, "never"),
        ({"kind": "file", "address": "", "items": 3}, "current"),
    ],
)
def test_the_state_of_a_source_is_one_word(
    values: dict[str, object], state: str, alice: Member
) -> None:
    source = a_source(**values)
    assert access_source(alice, source.pk).state == state


def test_a_paused_feed_has_no_next_try(alice: Member) -> None:
    source = a_source(is_paused=True)
    assert access_source(alice, source.pk).next_try_at is None


def test_a_day_without_items_is_zero_only_if_it_was_collected(alice: Member) -> None:
    source, today = a_source(), local_day(timezone.now())
    SourceDay.objects.create(source=source, day=today, items=0)
    SourceDay.objects.create(source=source, day=today - timedelta(days=2), items=5)
    days = access_source(alice, source.pk).days
    assert len(days) == DAYS_SHOWN
    assert [items for _, items in days[-3:]] == [5, None, 0]
    assert [day for day, _ in days] == sorted(day for day, _ in days)
    assert days[-1][0] == today


def test_days_and_gaps_of_other_sources_stay_theirs(alice: Member) -> None:
    mine, other = a_source("Écho"), a_source("Vague")
    SourceDay.objects.create(source=other, day=local_day(timezone.now()), items=5)
    SourceGap.objects.create(source=other, start=timezone.now(), reason="forbidden")
    state = access_source(alice, mine.pk)
    assert {items for _, items in state.days} == {None}
    assert state.gaps == ()


def test_gaps_are_told_newest_first(alice: Member) -> None:
    source, now = a_source(), timezone.now()
    long_ago = now - timedelta(days=9)
    SourceGap.objects.create(source=source, start=long_ago, until=now, reason="server_error")
    SourceGap.objects.create(source=source, start=now, reason="forbidden")
    gaps = access_source(alice, source.pk).gaps
    assert [(gap.reason, gap.until) for gap in gaps] == [("forbidden", None), ("server_error", now)]


def test_a_day_is_that_of_the_organisation(alice: Member) -> None:
    from datetime import UTC, datetime

    assert local_day(datetime(2026, 2, 4, 4, 30, tzinfo=UTC)) == date(2026, 2, 3)


def test_the_list_asks_the_database_as_often_for_many_sources_as_for_one(
    alice: Member,
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            source_states(alice)
        return len(queries)

    a_source()
    once = asked()
    for number in range(9):
        a_source(f"n{number}")
    assert asked() == once
