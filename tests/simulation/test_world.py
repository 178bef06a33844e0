"""Claims: size, sameness and validity of a simulated world."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from entregent.simulation import Settings, World, simulate
from entregent.simulation.population import authored
from entregent.vocabulary import PUBLIC, Activity
from tests.simulation.conftest import NOW

Deeds = Mapping[str, list[Activity]]


def _digest(world: World) -> str:
    told = hashlib.sha256()
    for part in world.parts:
        for activity in world.deeds(part):
            told.update(repr(activity).encode())
    for facts in (*world.people, *world.accounts, *world.promises, *world.campaigns):
        told.update(repr(facts).encode())
    return told.hexdigest()


def test_the_same_settings_give_the_same_world_to_the_last_byte(small: World) -> None:
    assert _digest(small) == _digest(simulate(small.settings))


def test_another_seed_gives_another_world(small: World) -> None:
    other = simulate(Settings(now=NOW, people=500, seed=2))
    assert _digest(other) != _digest(small)


def test_a_part_does_not_depend_on_which_parts_were_drawn_before(small: World) -> None:
    alone = simulate(small.settings)
    assert list(alone.deeds("reactions")) == list(small.deeds("reactions"))


def test_a_world_of_the_usual_size_has_the_numbers_that_are_documented(deeds: Deeds) -> None:
    counts = {part: len(done) for part, done in deeds.items()}
    assert sum(counts.values()) == pytest.approx(300_000, rel=0.03)
    assert counts["words"] == pytest.approx(25_000, rel=0.03)
    assert counts["reactions"] == pytest.approx(70_000, rel=0.03)
    assert counts["visits"] == pytest.approx(132_000, rel=0.05)
    kinds = Counter(activity.type for done in deeds.values() for activity in done)
    assert kinds["schema:BuyAction"] == pytest.approx(18_000, rel=0.05)
    assert kinds["Follow"] == pytest.approx(34_700, rel=0.03)
    assert sum(1 for each in deeds["quay"] if each.type == "View") == 6_200


def test_what_is_done_grows_with_people_and_years() -> None:
    def count(people: int, years: float) -> int:
        world = simulate(Settings(now=NOW, people=people, years=years))
        return sum(1 for part in world.parts for _each in world.deeds(part))

    assert count(2_000, 3) == pytest.approx(30_000, rel=0.12)
    assert count(2_000, 5) > 1.3 * count(2_000, 3)


@pytest.mark.parametrize("years", [0.5, 1, 2, 10])
@pytest.mark.parametrize("now", [NOW, datetime(2027, 2, 9, 3, tzinfo=UTC)])
def test_any_number_of_editions_makes_a_whole_world(years: float, now: datetime) -> None:
    world = simulate(Settings(now=now, people=200, years=years))
    seasons = Counter(edition.season for edition in world.calendar.editions)
    assert seasons["winter"] == seasons["summer"] == world.settings.editions
    for part in world.parts:
        assert all(each.received_at <= now for each in world.deeds(part))
    assert len(world.waiting) == 7


def test_every_id_is_unique_and_every_part_in_order_of_time(deeds: Deeds) -> None:
    ids: set[str] = set()
    relations: set[tuple[object, ...]] = set()
    for done in deeds.values():
        for before, after in itertools.pairwise(done):
            assert before.received_at <= after.received_at
        for each in done:
            assert each.id not in ids
            ids.add(each.id)
            if each.type in {"Follow", "Like", "Announce"} and each.object is not None:
                key = (each.type, each.actor, each.object.id, each.content)
                assert key not in relations
                relations.add(key)


def test_every_activity_survives_its_own_json(deeds: Deeds) -> None:
    for done in deeds.values():
        for each in done[:: max(1, len(done) // 200)]:
            again = Activity.from_as2(
                each.to_as2(),
                source=each.source,
                received_at=each.received_at,
                dataschema=each.dataschema,
            )
            assert again.id == each.id
            assert again.object == each.object


def test_sources_are_those_of_the_channels_and_nothing_is_in_their_gaps(
    world: World, deeds: Deeds
) -> None:
    channels = {channel.slug: channel for channel in world.channels}
    assert all(slug.startswith("demo:") for slug in channels)
    assert {each.source for done in deeds.values() for each in done} <= set(channels)
    staged = {item.uri for item in world.plan.items if item.text}
    for done in deeds.values():
        for each in done:
            if each.object is not None and each.object.id in staged:
                continue
            if each.type in {"Like", "Announce", "Join"}:
                continue
            for gap in channels[each.source].gaps:
                assert not gap.start <= each.received_at < (gap.until or NOW)


def test_follower_totals_follow_from_follows(world: World) -> None:
    points = [point for point in world.points() if point.metric == "followers.totalItems"]
    place = next(each.our_uri for each in world.channels if each.network == "facebook")
    page = [point for point in points if point.account == place]
    assert page[0].at.date() == world.calendar.first_day == date(2023, 4, 1)
    assert page[-1].value - page[0].value > 12_000


def test_the_truth_can_be_written_as_json(world: World) -> None:
    told = json.loads(json.dumps(world.truth))
    assert told["campaigns"]["gagne-ton-hiver"]["numbers"]["during"] == 49
    assert len(told["campaigns"]) == 7


def test_names_come_from_lists_of_single_names_of_which_there_are_many() -> None:
    assert len({*authored("first")["fr"], *authored("first")["en"]}) >= 250
    assert len({*authored("last")["fr"], *authored("last")["en"]}) >= 250


def test_known_people_consented_before_an_account_was_linked(world: World) -> None:
    assert len(world.people) == pytest.approx(1_200, rel=0.02)
    for account in world.accounts:
        if account.person is None or account.network == "email":
            continue
        person = world.people[account.person]
        agreed = any(
            each.purpose == "profile" and each.basis == "express" for each in person.consents
        )
        assert agreed or account.link_reason in {"themselves", "order"}


def test_accounts_are_one_each_and_none_is_ours(world: World) -> None:
    uris = [account.uri for account in world.accounts]
    assert len(uris) == len(set(uris))
    assert not set(uris) & {channel.our_uri for channel in world.channels}


def test_everybody_who_speaks_has_an_account(world: World, deeds: Deeds) -> None:
    known = {account.uri for account in world.accounts}
    known |= {channel.our_uri for channel in world.channels}
    assert {each.actor for each in deeds["words"]} <= known


def test_what_is_private_is_said_to_us_or_by_us_alone(world: World, deeds: Deeds) -> None:
    ours = {channel.our_uri for channel in world.channels if channel.our_uri}
    for each in deeds["words"]:
        if PUBLIC not in each.to:
            assert len(each.to) == 1
            assert each.to[0] in ours or each.actor in ours


def test_settings_outside_their_bounds_are_refused() -> None:
    for wrong in ({"people": 10}, {"years": 0}, {"years": 11}, {"seed": -1}):
        with pytest.raises(ValueError, match="must be"):
            Settings(now=NOW, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="zone"):
        Settings(now=datetime(2026, 11, 17, 9) - timedelta(0))
