"""Claims: people's words are many, whole, of their season, and say what the plan meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from random import Random

import pytest

from entregent.simulation import World, wording
from entregent.simulation.wording import Moment, Wording, elided, fragments, season_in
from entregent.vocabulary import Activity

Deeds = Mapping[str, list[Activity]]
# Answered between functions while the demonstration runs, not in its past.
NOT_SAID = {"internal"}


def _texts(deeds: Deeds) -> list[str]:
    return [unescape(each.object.content or "") for each in deeds["words"] if each.object]


def test_there_are_at_least_two_thousand_fragments_and_no_two_are_equal() -> None:
    lines = [text for texts in fragments().values() for text in texts]
    assert len(set(lines)) >= 2_000
    assert len(lines) - len(set(lines)) < 10


def test_every_kind_and_topic_that_was_written_is_said(world: World) -> None:
    planned = {(item.language, item.kind, item.topic) for item in world.plan.items}
    for key in fragments():
        language, kind, rest = key.split(".", 2)
        topic = rest.rpartition(".")[0]
        if kind in NOT_SAID:
            continue
        if topic.endswith("_title"):
            about = topic.removesuffix("_title")
            assert any((language, kind, f"{about}{form}") in planned for form in ("_lead", ""))
            continue
        assert (language, kind, topic) in planned, key


def test_no_text_is_empty_or_holds_an_unfilled_slot(deeds: Deeds) -> None:
    for text in _texts(deeds):
        assert text.strip()
        assert not re.search(r"[{}]", text), text


def test_most_texts_are_said_once_or_seldom(deeds: Deeds) -> None:
    assert len(set(_texts(deeds))) > 6_000


def test_a_fragment_does_not_come_back_before_the_others_were_heard() -> None:
    words = Wording(Random(1))
    key = "fr.praise.show.familier"
    suited = [text for text in fragments()[key] if season_in(text) in {"", "winter"}]
    moment = Moment(date(2026, 2, 9), "winter", "Lise")
    drawn = [words._next(key, moment) for _each in suited]
    assert sorted(drawn) == sorted(suited)


def test_nobody_speaks_of_raspberries_in_february_or_of_ice_in_july(
    world: World, deeds: Deeds
) -> None:
    plan = world.plan
    items = sorted(plan.items, key=lambda item: (item.at, item.number))
    said = [item for item in items if item.number not in plan.lost]
    wrong = [
        text
        for item, text in zip(said, _texts(deeds), strict=True)
        if item.kind in {"praise", "chat", "story"}
        and season_in(text) not in {"", plan.season(item.at)}
    ]
    # A title, a place or a dish in a slot may bring a word of the other season.
    assert len(wrong) < 0.04 * len(said)


@pytest.mark.parametrize(
    ("before", "text", "whole"),
    [
        ("de", "Éloïse Vents-du-Large", "d'Éloïse Vents-du-Large"),
        ("de", "Marco Tassé", "de Marco Tassé"),
        ("de", "Les Engoulevents", "des Engoulevents"),
        ("de", "le vieux quai", "du vieux quai"),
        ("de", "la chapelle", "de la chapelle"),
        ("de", "l'aréna", "de l'aréna"),
        ("a", "le chapiteau", "au chapiteau"),
        ("a", "l'anse aux Outardes", "à l'anse aux Outardes"),
        ("a", "les cabanes à éperlans", "aux cabanes à éperlans"),
        ("que", "Odile", "qu'Odile"),
        ("que", "Hélène", "qu'Hélène"),
        ("que", "Karim", "que Karim"),
    ],
)
def test_french_words_are_elided_and_contracted(before: str, text: str, whole: str) -> None:
    assert elided(before, text) == whole


def test_a_letter_is_signed_by_who_writes_it(world: World, deeds: Deeds) -> None:
    names = {account.uri: account.name for account in world.accounts}
    letters = [
        each
        for each in deeds["words"]
        if each.source == "demo:courriel" and each.object is not None
    ]
    signed = 0
    for each in letters:
        name = names.get(each.actor or "", "")
        text = (each.object.content or "") if each.object else ""
        signed += bool(name) and name.split(" ")[0] in text
    assert signed > 0.2 * len(letters)


def test_our_answers_are_signed_with_a_first_name_and_a_function(world: World) -> None:
    spoken = [item for item in world.plan.items if item.kind == "answer"]
    assert all(item.member and item.function for item in spoken)
    after = world.spans.voices
    assert after is not None
    desks = {item.function for item in spoken if world.plan.day(item.at) > after.first}
    assert len(desks) >= 9


def test_nine_in_ten_are_answered_and_sooner_from_year_to_year(world: World) -> None:
    items = world.plan.items
    first: dict[int, float] = {}
    for item in items:
        if item.kind == "answer" and item.topic != "told":
            root = items[item.parent]
            hours = (item.at - root.at) / 3600
            first[item.parent] = min(hours, first.get(item.parent, hours))
    asked = [
        item for item in items
        if (item.kind in {"question", "complaint"} and item.mention) or item.kind == "message"
    ]  # fmt: skip
    answered = [item for item in asked if item.number in first]
    assert len(answered) / len(asked) == pytest.approx(0.9, abs=0.05)

    def median(year: int) -> float:
        hours = sorted(first[item.number] for item in answered if item.when.year == year)
        return hours[len(hours) // 2]

    assert median(2024) > median(2025) > median(2026)


def test_the_words_that_wait_for_a_topic_have_it() -> None:
    assert "access" in wording.topics("fr", "question")
    assert wording.registers("fr", "answer", "access") == ("tu", "vous")
