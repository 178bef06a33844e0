"""Claims: what waits on the first morning is there, word for word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from html import unescape

from entregent.simulation import World, cast
from entregent.simulation.crisis import POST_1
from entregent.simulation.staged_words import (
    POST_2,
    POST_4,
    POST_5,
    POST_6,
    POST_7,
    POST_8,
    POST_9,
    POST_10,
)
from entregent.vocabulary import PUBLIC, Activity

Deeds = Mapping[str, list[Activity]]
MARYSE = "mailto:maryse.b@courriel.example"


def _words(deeds: Deeds) -> dict[str, Activity]:
    return {
        unescape(each.object.content or ""): each
        for each in deeds["words"]
        if each.object is not None
    }


def test_the_ten_posts_are_said(deeds: Deeds) -> None:
    said = _words(deeds)
    for post in (POST_1, POST_2, POST_4, POST_5, POST_6, POST_7, POST_8, POST_9, POST_10):
        assert post in said
    third = (
        "Bonjour, titulaire d'un laissez-passer familial, j'aimerais savoir si l'entrée de la rue "
        "des Tanneurs est accessible en fauteuil roulant. Ma question du 4 novembre est restée "
        "sans réponse. Merci à l'avance. Maryse B."
    )
    assert said[third].actor == MARYSE
    assert PUBLIC not in said[third].to


def test_seven_people_wait_and_nobody_of_us_had_the_last_word(world: World) -> None:
    assert len(set(world.waiting)) == 7
    plan = world.plan
    uris = {item.uri: item.number for item in plan.items}
    for thread in world.waiting:
        root = uris[thread]
        said = [item for item in plan.items if item.number == root or item.root == root]
        assert not any(item.is_ours for item in said)


def test_maryse_was_promised_an_answer_for_tomorrow(world: World) -> None:
    (promise,) = [each for each in world.promises if each.account == MARYSE]
    today = world.calendar.today
    assert promise.what == "confirmer l'accès en fauteuil roulant"
    assert promise.made_at.astimezone(world.calendar.zone).date() == today - timedelta(days=7)
    assert promise.due_on == today + timedelta(days=1)
    assert promise.kept_at is None


def test_two_promises_are_open_one_of_them_late_and_one_was_kept_yesterday(world: World) -> None:
    today = world.calendar.today
    open_ones = [each for each in world.promises if each.kept_at is None]
    assert sorted((each.due_on - today).days for each in open_ones) == [-2, 1]
    yesterday = today - timedelta(days=1)
    zone = world.calendar.zone
    kept = [each for each in world.promises if each.kept_at]
    assert any(each.kept_at.astimezone(zone).date() == yesterday for each in kept if each.kept_at)


def test_one_question_between_functions_is_open_and_one_came_back_to_maude(world: World) -> None:
    by_function = {ask.function: ask for ask in world.asks}
    under_way, answered = by_function[cast.TICKETS], by_function[cast.STAGE]
    assert under_way.answered_at is None
    assert under_way.due_at.astimezone(world.calendar.zone).hour == 14
    assert under_way.due_at > world.settings.now
    assert answered.asked_by == "maude"
    assert answered.answered_by == "gaetan"
    assert {ask.thread for ask in world.asks} <= set(world.waiting)


def test_a_reading_is_due_today_and_only_one(world: World) -> None:
    due = [
        read_out
        for campaign in world.campaigns
        for read_out in campaign.read_outs
        if read_out.done_at is None and read_out.due_on <= world.calendar.today
    ]
    assert len(due) == 1


def test_thirty_eight_asked_for_the_ramp_and_seven_are_not_told(world: World) -> None:
    (change,) = world.changes
    assert len(change.asked) == 38
    assert len(set(change.asked) - set(change.told)) == 7
    known = {account.uri for account in world.accounts}
    assert set(change.asked) <= known


def test_thirty_one_people_spoke_of_parking_yesterday_evening_and_22_are_new(
    world: World, deeds: Deeds
) -> None:
    zone = world.calendar.zone
    yesterday = world.calendar.today - timedelta(days=1)
    ours = {channel.our_uri for channel in world.channels}
    evening = [
        each
        for each in deeds["words"]
        if each.received_at.astimezone(zone).date() == yesterday
        and each.received_at.astimezone(zone).hour >= 18
    ]
    people = {each.actor for each in evening} - ours
    assert len(people) == 31
    before = {
        each.actor
        for each in deeds["words"]
        if each.received_at.astimezone(zone).date() < yesterday
    }
    assert len(people - before) == 22


def test_threads_that_something_is_staged_for_exist(world: World, deeds: Deeds) -> None:
    said = {each.object.id for each in deeds["words"] if each.object is not None}
    for thread in (
        *world.waiting,
        *(ask.thread for ask in world.asks),
        *(staged.thread for staged in world.staged),
        *(promise.thread for promise in world.promises if promise.thread),
    ):
        assert thread in said


def test_one_source_is_not_collected_since_yesterday_at_16_h(world: World) -> None:
    open_gaps = [
        (channel.network, gap)
        for channel in world.channels
        for gap in channel.gaps
        if not gap.until
    ]
    ((network, gap),) = open_gaps
    assert network == "youtube"
    assert gap.start.astimezone(world.calendar.zone).hour == 16
