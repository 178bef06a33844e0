"""What moved: three times the usual of the same weekday and part of the day, and ten people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from entregent.apps.measure import queries
from entregent.apps.measure.actions import MeasureRefused, explain_movement
from entregent.apps.organisation.models import Function, Member, Subject
from entregent.apps.organisation.queries import NotFound
from entregent.vocabulary import Activity
from tests.measure.conftest import NOW, Tell, count, said

pytestmark = pytest.mark.django_db

# Monday evening in Toronto, before the Tuesday morning of these tests.
MONDAY = datetime(2026, 11, 24, 1, tzinfo=UTC)


def usual(per_evening: int = 4) -> list[Activity]:
    return [
        said(MONDAY - timedelta(days=7 * week, minutes=number), who=number)
        for week in range(1, 9)
        for number in range(per_evening)
    ]


def burst(people: int, text: str = "Le stationnement à 30 $, franchement") -> list[Activity]:
    return [said(MONDAY + timedelta(minutes=number), text, who=number) for number in range(people)]


def test_an_unusual_evening_is_told_with_its_people_and_its_subject(
    tell: Tell, bob: Member
) -> None:
    place = Function.objects.order_by("pk").first()
    assert place is not None
    Subject.objects.create(
        slug="stationnement",
        name_fr="Stationnement",
        name_en="Parking",
        query="stationnement",
        function=place,
    )
    tell(*usual(), *burst(16))
    count()
    (told,) = queries.movements(bob, NOW)
    assert (told.key, told.part) == ("2026-11-23-evening", "evening")
    assert (told.messages, told.usual, told.times) == (16, 4, 4)
    # Four of them had spoken on the Mondays before.
    assert (told.people, told.new_people) == (16, 12)
    assert (told.subject, told.subject_people) == ("stationnement", 16)
    assert told.start == datetime(2026, 11, 23, 23, tzinfo=UTC)
    assert told.until == datetime(2026, 11, 24, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "people"),
    [
        (4, 11),  # less than three times as many
        (1, 9),  # fewer than ten people
    ],
)
def test_what_is_little_is_not_told(tell: Tell, bob: Member, before: int, people: int) -> None:
    tell(*usual(before), *burst(people))
    count()
    assert queries.movements(bob, NOW) == []


def test_what_somebody_explains_is_told_no_more_and_stands_on_the_charts(
    tell: Tell, bob: Member, gwen: Member
) -> None:
    tell(*usual(), *burst(16))
    count()
    key = "2026-11-23-evening"
    with pytest.raises(PermissionDenied):
        explain_movement(acting_user=gwen, key=key, why="La prévente a ouvert à 18 h.")
    with pytest.raises(MeasureRefused, match="why_missing"):
        explain_movement(acting_user=bob, key=key, why="  ")
    for unknown in ("2026-11-23-noon", "evening", "2026-13-40-evening"):
        with pytest.raises(NotFound):
            explain_movement(acting_user=bob, key=unknown, why="?")
    assert len(queries.movements(bob, NOW)) == 1

    explain_movement(acting_user=bob, key=key, why="La prévente a ouvert à 18 h.")
    explain_movement(acting_user=bob, key=key, why="Encore")
    assert queries.movements(bob, NOW) == []
    (moment,) = queries.moments(gwen, date(2026, 11, 23), date(2026, 11, 23))
    assert moment.name == "La prévente a ouvert à 18 h."


def test_without_weeks_to_compare_nothing_is_told(tell: Tell, bob: Member) -> None:
    tell(*burst(30))
    count()
    assert queries.movements(bob, NOW) == []
