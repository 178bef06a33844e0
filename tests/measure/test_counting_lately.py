"""Counting the last days again costs those days, and says what counting everything says."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from entregent.apps.listen import journal, rollups
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.lease import Claim
from entregent.apps.measure import actions
from entregent.apps.measure.models import DayCount, RollUp
from entregent.apps.organisation.models import Member
from entregent.apps.understand.queries import corrected_labels
from entregent.lake.days import number_of
from entregent.lake.rows import Landing
from entregent.vocabulary import Activity, Object
from tests.measure.conftest import (
    INSTAGRAM,
    NOW,
    OURS,
    PRESS,
    act,
    count,
    days_before,
    follow,
    heard,
    person,
    said,
    unfollow,
    values,
    visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(house: Member) -> Keeper:
    """A keeper that hears what counting needs."""
    return Keeper(Claim(), heard)


def tell(keeper: Keeper, *activities: Activity) -> None:
    from django.db import transaction

    landing = Landing(account_key)
    for activity in activities:
        landing.add(activities=[activity])
    with transaction.atomic():
        journal.land(landing.tables(), origin="test")
    while keeper.turn(flush=True).was_busy:
        pass
    while rollups.refresh_due(keeper.claim, corrected_labels):
        pass


def counted() -> list[tuple[Any, ...]]:
    return sorted(DayCount.objects.values_list("metric", "place", "day", "value"))


def some_years(chance: random.Random) -> list[Activity]:
    """People who speak, fall silent and come back; follows that are taken back; articles."""
    found: list[Activity] = []
    for _ in range(60):
        at = NOW - timedelta(seconds=chance.randrange(400 * 86_400), microseconds=1)
        who = chance.randrange(12)
        choice = chance.randrange(6)
        if choice < 3:
            found.append(said(at, "Merci, c'était magnifique!", who=who))
        elif choice == 3:
            found.append(follow(at, who, chance.choice([OURS, INSTAGRAM])))
        elif choice == 4:
            about = Object(id=f"urn:article:{at.timestamp()}", type="Article", name="Fête")
            found.append(act("Create", at, source=PRESS, actor=person(who), object=about))
        else:
            picture = Object(id=f"urn:picture:{at.timestamp()}", type="Note")
            found.append(act("Create", at, actor=person(who), object=picture))
    return found


def last_days(chance: random.Random) -> list[Activity]:
    found: list[Activity] = []
    for who in range(16):
        at = NOW - timedelta(seconds=chance.randrange(3 * 86_400))
        found.append(said(at, "C'est inacceptable.", who=who))
        if who % 3 == 0:
            found.append(unfollow(at, who))
    return [*found, visit(NOW - timedelta(hours=5))]


@pytest.mark.parametrize("seed", range(3))
def test_counting_a_few_days_gives_what_counting_everything_gives(
    seed: int, keeper: Keeper
) -> None:
    chance = random.Random(seed)
    tell(keeper, *some_years(chance))
    count()
    tell(keeper, *last_days(chance))
    first = min(row.dirty_from for row in RollUp.objects.all() if row.dirty_from)
    assert first >= days_before(4).date()
    assert rollups.spoke_before(number_of(days_before(60).date())) is not None
    assert count() > 0
    lately = counted()
    actions.mark_all_dirty()
    assert count() > 0
    assert counted() == lately
    assert values("people_back")


def test_counting_a_few_days_reads_no_row_of_older_months(keeper: Keeper) -> None:
    tell(keeper, said(days_before(300), who=1), said(days_before(250), who=2))
    tell(keeper, said(days_before(2), who=3))
    count()
    tell(keeper, said(days_before(1), who=1), said(days_before(1), who=4))
    folder = Path(journal.lake().path("activities"))
    older = list(folder.glob("month=2026-0[1-4]/*.parquet"))
    assert older
    for path in older:
        # Its end still tells what is in it; whoever reads the rows themselves fails.
        with path.open("r+b") as file:
            file.seek(4)
            file.write(b"\xff" * 500)
    assert count() > 0
    assert values("people_back") == {days_before(1).date(): 1}
    assert sum(values("new_by_part", part).get(days_before(1).date(), 0) for part in PARTS) == 1


PARTS = ("night", "morning", "afternoon", "evening")


def test_while_older_hours_wait_to_be_counted_everything_is_read(keeper: Keeper) -> None:
    tell(keeper, said(days_before(300), who=1))
    count()
    before = number_of(days_before(60).date())
    assert rollups.spoke_before(before) is not None
    from django.db import transaction

    with transaction.atomic():
        rollups.reopen_hours([int(days_before(200).timestamp()) // 3600])
    assert rollups.spoke_before(before) is None
    tell(keeper, said(days_before(1), who=1))
    assert rollups.spoke_before(before) is not None
    count()
    assert values("people_back") == {days_before(1).date(): 1}


def test_a_deleted_text_reopens_its_own_month_and_nothing_older(keeper: Keeper) -> None:
    note = "https://facebook.example/notes/gone"
    tell(keeper, said(days_before(300), who=1), said(days_before(40), who=2, note=note))
    count()
    about = Object(id=note, type="Tombstone")
    tell(keeper, act("Delete", days_before(1), actor=person(2), object=about))
    day = days_before(40).date()
    assert RollUp.objects.get(metric="mentions").dirty_from == day.replace(day=1) - timedelta(
        days=1
    )
    count()
    assert values("mentions") == {days_before(300).date(): 1}


def test_an_account_that_closes_reopens_everything(keeper: Keeper) -> None:
    tell(keeper, said(days_before(300), who=1), said(days_before(40), who=2))
    count()
    about = Object(id=person(1), type="Person")
    tell(keeper, act("Delete", days_before(1), actor=person(1), object=about))
    count()
    assert values("mentions") == {days_before(40).date(): 1}
