"""Tiles say how much, by how many, and what is missing; they never make a zero of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from entregent.apps.listen import tiles
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.models import Source, SourceDay, SourceGap
from entregent.apps.listen.tiles import TileRefused, tile
from entregent.apps.organisation.models import Member
from entregent.apps.organisation.queries import NotFound
from entregent.loop import hear
from tests.listen.rolling import keep, refresh
from tests.listen.test_rollups import GLAD, NOON, text

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST = datetime(2026, 2, 1, 5, tzinfo=UTC)
"""The first instant of 1 February in Toronto."""


@pytest.fixture
def listening(keeper: Keeper, alice: Member) -> Keeper:
    """A keeper that hears as the loop does, and a source that was listened to all February."""
    source = Source.objects.create(
        slug="file:activitystreams",
        network="activitystreams",
        kind="file",
        name="files",
        created_at=NOON,
    )
    for day in (date(2026, 2, 1), date(2026, 2, 28)):
        SourceDay.objects.create(source=source, day=day)
    listening = Keeper(keeper.claim, hear)
    keep(
        listening,
        text("1", GLAD),
        text("2", GLAD, NOON + timedelta(minutes=20), "jude"),
        text("3", GLAD, NOON + timedelta(hours=2), "jude"),
        text("4", GLAD, NOON + 3 * DAY, "jude"),
    )
    refresh(listening)
    return listening


def gap(start: datetime, until: datetime | None) -> None:
    source = Source.objects.get(slug="file:activitystreams")
    SourceGap.objects.create(source=source, start=start, until=until, reason="quota")


def test_days_have_their_activities_and_distinct_accounts(listening: Keeper, bob: Member) -> None:
    found = tile(bob, "source", FIRST, FIRST + 7 * DAY)
    assert [(row.activities, row.accounts) for row in found.rows] == [
        *((0, 0), (0, 0), (3, 2), (0, 0), (0, 0), (1, 1), (0, 0)),
    ]
    assert {row.collected for row in found.rows} == {"yes"}
    assert (found.total, found.missing) == (4, ())
    assert found.accounts_per_period == (0, 0, 2, 0, 0, 1, 0)
    assert found.rows[0].start == FIRST


def test_hours_are_those_of_utc(listening: Keeper, bob: Member) -> None:
    found = tile(bob, "source", NOON, NOON + timedelta(hours=4), grain="hour")
    assert [(row.start.hour, row.activities, row.accounts) for row in found.rows] == [
        *((17, 2, 2), (18, 0, 0), (19, 1, 1), (20, 0, 0)),
    ]


def test_one_dimension_tells_apart_and_another_chooses(listening: Keeper, bob: Member) -> None:
    found = tile(
        bob,
        "source",
        FIRST,
        FIRST + 7 * DAY,
        where={"source": "file:activitystreams"},
        by=("type",),
    )
    assert [(row.values, row.activities) for row in found.rows] == [
        (("Create",), 3),
        (("Create",), 1),
    ]
    nothing = tile(bob, "source", FIRST, FIRST + 7 * DAY, where={"type": "Like"})
    assert nothing.total == 0


def test_a_text_with_two_intents_stands_twice_and_counts_once(
    listening: Keeper, bob: Member
) -> None:
    both = "Combien coûte un billet? J'aimerais acheter deux passes, où puis-je les acheter?"
    keep(listening, text("5", both, NOON + 5 * DAY))
    refresh(listening)
    found = tile(bob, "intent", NOON + 4 * DAY, NOON + 6 * DAY, by=("intent",))
    assert len(found.rows) > 1
    assert found.total == 1


def test_what_was_not_collected_is_no_zero(listening: Keeper, bob: Member) -> None:
    gap(FIRST + DAY, FIRST + 2 * DAY)
    gap(FIRST + 4 * DAY + timedelta(hours=12), FIRST + 5 * DAY)
    found = tile(bob, "source", FIRST, FIRST + 7 * DAY)
    assert [row.collected for row in found.rows] == [
        *("yes", "no", "yes", "yes", "partly", "yes", "yes"),
    ]
    assert found.rows[1].activities is None
    assert found.accounts_per_period[1] is None
    assert found.rows[4].activities == 0
    assert found.total == 4
    assert [(each.start, each.until, each.reason) for each in found.missing] == [
        (FIRST + DAY, FIRST + 2 * DAY, "quota"),
        (FIRST + 4 * DAY + timedelta(hours=12), FIRST + 5 * DAY, "quota"),
    ]


def test_before_and_after_a_source_was_listened_to_nothing_is_known(
    listening: Keeper, bob: Member
) -> None:
    before = tile(bob, "source", FIRST - 2 * DAY, FIRST)
    assert {(row.activities, row.collected) for row in before.rows} == {(None, "no")}
    after = tile(bob, "source", FIRST + 28 * DAY, FIRST + 30 * DAY)
    assert {row.collected for row in after.rows} == {"no"}


def test_an_hour_that_is_half_in_a_gap_is_partly_collected(listening: Keeper, bob: Member) -> None:
    gap(NOON + timedelta(minutes=30), NOON + timedelta(hours=2))
    found = tile(bob, "source", NOON, NOON + timedelta(hours=3), grain="hour")
    assert [row.collected for row in found.rows] == ["partly", "no", "yes"]
    assert found.rows[0].activities == 2


def test_a_tile_says_up_to_where_it_is_complete(listening: Keeper, bob: Member) -> None:
    assert tile(bob, "source", FIRST, FIRST + DAY).complete_until == datetime.now(UTC).replace(
        minute=0, second=0, microsecond=0
    )
    keep(listening, text("0", GLAD, FIRST - 40 * DAY))
    found = tile(bob, "source", FIRST, FIRST + DAY)
    assert found.complete_until == FIRST - 40 * DAY
    assert found.reopened == 0
    assert tile(bob, "source", FIRST - 41 * DAY, FIRST).reopened == 1
    states = {each.name: each for each in tiles.states(bob)}
    assert states["public"].reopened == 1
    refresh(listening)
    until = tile(bob, "source", FIRST, FIRST + DAY).complete_until
    assert until is not None
    assert until > FIRST


def test_before_anything_was_counted_a_tile_says_so(
    keeper: Keeper, alice: Member, bob: Member
) -> None:
    found = tile(bob, "source", FIRST, FIRST + DAY)
    assert (found.total, found.complete_until, found.as_of) == (0, None, None)
    assert found.rows[0].activities is None


def test_guests_see_no_roll_up(listening: Keeper, gwen: Member) -> None:
    with pytest.raises(NotFound):
        tile(gwen, "source", FIRST, FIRST + DAY)
    with pytest.raises(NotFound):
        tiles.states(gwen)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("no_such_roll_up", {"name": "weather"}),
        ("no_such_grain", {"grain": "week"}),
        ("no_such_dimension", {"by": ("public",)}),
        ("no_time", {"until": FIRST}),
        ("too_long", {"until": FIRST + 90_000 * DAY}),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_reason(
    code: str, changed: dict[str, object], keeper: Keeper, bob: Member
) -> None:
    asked: dict[str, Any] = {"name": "source", "since": FIRST, "until": FIRST + DAY, **changed}
    with pytest.raises(TileRefused) as refused:
        tile(bob, **asked)
    assert refused.value.code == code
