"""Claims: what was planted can be found again in what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest

from entregent.simulation import World, cast
from entregent.simulation.rates import Span, negative_share
from entregent.vocabulary import Activity

Deeds = Mapping[str, list[Activity]]


def _by_day(
    world: World, done: list[Activity], wanted: Callable[[Activity], bool]
) -> Counter[date]:
    zone = world.calendar.zone
    return Counter(each.received_at.astimezone(zone).date() for each in done if wanted(each))


def _mean(counts: Counter[date], first: date, days: int) -> float:
    return sum(counts[first + timedelta(days=day)] for day in range(days)) / days


def _follows(world: World, deeds: Deeds, network: str, kind: str = "Follow") -> Counter[date]:
    source = cast.SLUGS[network]
    return _by_day(
        world, deeds["follows"], lambda each: each.source == source and each.type == kind
    )


def _span(span: Span | None) -> Span:
    assert span is not None
    return span


def test_the_contest_is_a_peak_that_falls_back(world: World, deeds: Deeds) -> None:
    span = _span(world.spans.contest)
    follows = _follows(world, deeds, "instagram")
    after = span.last + timedelta(days=30)
    assert _mean(follows, span.first - timedelta(days=90), 90) == pytest.approx(8, abs=1)
    assert _mean(follows, span.first, span.days) == pytest.approx(49, abs=5)
    assert _mean(follows, after, 300) == pytest.approx(8, abs=0.6)


def test_one_in_five_who_came_by_the_contest_leaves_within_90_days(
    world: World, deeds: Deeds
) -> None:
    span = _span(world.spans.contest)
    came: dict[str, date] = {}
    left: dict[str, date] = {}
    for each in deeds["follows"]:
        if each.source != cast.SLUGS["instagram"] or each.actor is None:
            continue
        day = each.received_at.astimezone(world.calendar.zone).date()
        (came if each.type == "Follow" else left)[each.actor] = day
    joined = [actor for actor, day in came.items() if day in span]
    gone = [actor for actor in joined if actor in left]
    assert len(gone) / len(joined) == pytest.approx(0.2, abs=0.035)
    assert all((left[actor] - came[actor]).days <= 90 for actor in gone)


def test_the_voices_stay(world: World, deeds: Deeds) -> None:
    span = _span(world.spans.voices)
    follows = _follows(world, deeds, "facebook")
    assert _mean(follows, span.first - timedelta(days=200), 200) == pytest.approx(8, abs=0.6)
    assert _mean(follows, span.first, span.days) == pytest.approx(17, abs=1.5)
    assert _mean(follows, span.last + timedelta(days=180), 365) == pytest.approx(13, abs=0.8)


def test_the_coupon_moved_orders_six_weeks_forward(world: World, deeds: Deeds) -> None:
    span = _span(world.spans.presale)
    orders = _by_day(world, deeds["orders"], lambda each: each.type == "schema:BuyAction")
    january = span.first + timedelta(days=42)
    a_year = timedelta(days=364)
    more = (_mean(orders, span.first, 28) - _mean(orders, span.first - a_year, 28)) * 28
    fewer = (_mean(orders, january + a_year, 28) - _mean(orders, january, 28)) * 28
    assert more == pytest.approx(1_310, abs=150)
    assert fewer == pytest.approx(1_190, abs=250)
    redeemed = [each for each in deeds["orders"] if each.type == "Accept"]
    assert len(redeemed) >= 1_310
    assert {each.object.name for each in redeemed if each.object} == {"TUQUE15"}


def test_the_story_of_the_tuques_brings_five_times_the_visits_for_nine_days(
    world: World, deeds: Deeds
) -> None:
    span = _span(world.spans.tuques)
    visits = _by_day(world, deeds["visits"], lambda _each: True)

    def rise(first: date) -> float:
        return _mean(visits, first, 9) / _mean(visits, first - timedelta(days=10), 10)

    # People come nearer to the edition anyway: a year later they do so without Yvette.
    third = world.calendar.winter(3)
    assert third is not None
    assert rise(span.first) / rise(third - timedelta(days=17)) == pytest.approx(5, rel=0.25)
    english = [
        each.object.id.startswith(f"{cast.SITE}/en/")
        for each in deeds["visits"]
        if each.object and each.object.id
        and each.received_at.astimezone(world.calendar.zone).date() > span.last
    ]  # fmt: skip
    assert sum(english) / len(english) == pytest.approx(0.14, abs=0.03)


def test_april_moved_nothing(world: World, deeds: Deeds) -> None:
    span = _span(world.spans.april)
    follows = _follows(world, deeds, "instagram")
    assert _mean(follows, span.first, span.days) == pytest.approx(8, abs=2)
    spent = [point.value for point in world.points() if point.metric == "spend"]
    assert sum(spent) == pytest.approx(400, abs=0.5)


def test_the_family_contest_adds_three_a_day_and_ended_nineteen_days_ago(
    world: World, deeds: Deeds
) -> None:
    span = world.spans.family
    follows = _follows(world, deeds, "instagram")
    assert (world.calendar.today - span.last).days == 19
    assert _mean(follows, span.first, span.days) == pytest.approx(11, abs=2.5)


def test_those_who_agreed_on_the_quay_buy_more_but_already_did_before(
    world: World, deeds: Deeds
) -> None:
    span = _span(world.spans.quay)
    people = world.population
    linked = {people.uri("email", person) for person in people.linked_on_quay}
    known = {people.uri("email", person) for person in people.known} - linked
    named = sum(each.actor is not None for each in deeds["quay"]) / len(deeds["quay"])
    assert named == pytest.approx(0.09, abs=0.012)

    def ratio(later: bool) -> float:
        bought = [
            each.actor
            for each in deeds["orders"]
            if each.type == "schema:BuyAction"
            and (each.received_at.astimezone(world.calendar.zone).date() > span.last) is later
        ]
        mine = sum(actor in linked for actor in bought) / len(linked)
        return mine / (sum(actor in known for actor in bought) / len(known))

    assert ratio(later=False) == pytest.approx(3, rel=0.2)
    assert ratio(later=True) == pytest.approx(3, rel=0.2)


def test_state_of_mind_comes_back_after_five_months_not_five_days() -> None:
    assert negative_share(-1) == negative_share(150) == 0.12
    assert negative_share(5) > 0.5
    assert 0.12 < negative_share(90) < negative_share(30)


def test_the_night_of_the_shuttles_has_its_hours(world: World) -> None:
    (crisis,) = world.crises
    clock = [entry.at.astimezone(world.calendar.zone).strftime("%H:%M") for entry in crisis.entries]
    assert clock[:7] == ["21:50", "22:05", "22:12", "22:14", "22:14", "22:31", "22:55"]
    assert "00:20" in clock
    said = [item for item in world.plan.items if item.kind == "shuttles" and item.topic != "told"]
    assert len(said) == pytest.approx(610, abs=40)
    told = [item for item in world.plan.items if item.kind == "answer" and item.topic == "told"]
    assert len(told) == 212
    assert {world.plan.day(item.at).month for item in told} == {3}


def test_the_scheduled_post_goes_out_at_22_12(world: World) -> None:
    (post,) = [item for item in world.plan.items if item.topic == "scheduled_post" and item.is_ours]
    assert post.when.astimezone(world.calendar.zone).strftime("%H:%M") == "22:12"
