"""« Avant d'envoyer »: what a draft forgets, and what it must not say."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.apps.coordinate.memory_check import (
    BLOCKS,
    DraftFacts,
    Finding,
    HouseFacts,
    Owed,
    PersonFacts,
    Question,
    check,
    offers_something,
)

TODAY = date(2026, 11, 17)
HOUSE = HouseFacts(TODAY, our_domains=frozenset({"frimasetframboises.example"}))
ASKED = Question(
    "Bonjour, l'entrée de la rue des Tanneurs est-elle accessible en fauteuil roulant? Maryse",
    datetime(2026, 11, 4, 15, tzinfo=UTC),
)
RAMP = Owed("confirmer l'accès en fauteuil roulant", date(2026, 11, 18))
PRIVATE = "Je suis au 4e étage et ma fille de six ans marche avec une canne blanche"


def codes(
    text: str,
    person: PersonFacts | None = None,
    *,
    is_public: bool = False,
    house: HouseFacts = HOUSE,
    **draft: bool,
) -> list[str]:
    facts = DraftFacts(text, "fr", is_public, **draft)
    return [found.code for found in check(facts, person or PersonFacts(), house)]


def test_a_question_that_the_draft_forgets_is_told_with_its_day() -> None:
    person = PersonFacts(name="Maryse Bélanger", unanswered=[ASKED])
    (found,) = check(DraftFacts("Bonjour Maryse, bonne journée!", "fr", False), person, HOUSE)
    assert (found.code, found.at, found.is_block) == ("unanswered_question", ASKED.at, False)


def test_a_draft_that_answers_the_question_forgets_nothing() -> None:
    person = PersonFacts(name="Maryse Bélanger", unanswered=[ASKED], promises=[RAMP])
    assert codes("Oui, une rampe est en place : tout est accessible.", person) == []


@pytest.mark.parametrize(
    ("due_on", "told"), [(date(2026, 11, 15), True), (TODAY, True), (date(2026, 12, 1), False)]
)
def test_a_promise_is_told_when_it_is_due(due_on: date, told: bool) -> None:
    person = PersonFacts(promises=[Owed("confirmer l'accès", due_on)])
    assert codes("Merci d'avoir écrit.", person) == (["promise_due"] if told else [])


@pytest.mark.parametrize(
    "text",
    [
        "Voici un rabais pour la prochaine fois.",
        "Prenez 15 % avec TUQUE15.",
        "Here is a promo code for you.",
        "15 percent off!",
    ],
)
def test_no_offer_to_somebody_who_complains(text: str) -> None:
    assert codes(text, PersonFacts(complains=True)) == ["offer_to_complaint"]
    assert codes(text) == []


def test_a_word_within_a_word_offers_nothing() -> None:
    assert not offers_something("La soldate est revenue, c'est idéal.")


@pytest.mark.parametrize(
    ("text", "told"),
    [("Bienvenue chez nous", True), ("You're welcome, Ann", False), ("Welcome, Ann", True)],
)
def test_nobody_whom_we_know_is_welcomed(text: str, told: bool) -> None:
    known = PersonFacts(exchanges=14, since_year=2023)
    assert codes(text, known) == (["welcome_to_known"] if told else [])
    assert codes(text, PersonFacts(exchanges=1)) == []


def test_an_order_number_is_not_asked_for_twice() -> None:
    person = PersonFacts(order_given="FF-20417")
    assert codes("Quel est votre numéro de commande?", person) == ["order_already_given"]
    assert codes("What is your order number?") == []


@pytest.mark.parametrize(
    "text",
    [
        "On vous écrit à maryse@courriel.example",
        "On vous appelle au 581 555-0199",
        "Votre commande FF-20417 est prête",
        "Votre commande no 20417 est prête",
        "On livre au 12, rue des Tanneurs",
        "On livre au G0X 1A0",
        "Comme votre fille de six ans marche avec une canne, venez par ici",
    ],
)
def test_a_private_fact_is_blocked_in_public_and_passes_in_private(text: str) -> None:
    person = PersonFacts(private_texts=[PRIVATE])
    assert codes(text, person, is_public=True) == ["private_fact_in_public"]
    assert codes(text, person) == []


@pytest.mark.parametrize(
    "text",
    [
        "Écrivez à info@frimasetframboises.example",
        "Appelez au 418 555-0142",
        "Le spectacle est à 19 h 30, le 12 février 2026, pour 45 $",
        "1 310 laissez-passer, 340 bénévoles",
    ],
)
def test_what_is_ours_may_be_said_in_public(text: str) -> None:
    house = HouseFacts(
        TODAY, our_domains=HOUSE.our_domains, our_texts=["Billetterie : 418-555-0142"]
    )
    assert codes(text, is_public=True, house=house) == []


@pytest.mark.parametrize(
    ("person", "told"),
    [
        (PersonFacts(), True),
        (PersonFacts(has_consent=True), False),
        (PersonFacts(has_consent=True, do_not_solicit=True), True),
    ],
)
def test_a_first_address_needs_consent_and_an_answer_does_not(
    person: PersonFacts, told: bool
) -> None:
    assert codes("Bonjour", person, is_answer=False) == (["no_consent"] if told else [])
    assert codes("Bonjour", person) == []


def test_a_freeze_holds_what_is_scheduled_or_offers_something() -> None:
    frozen = HouseFacts(TODAY, is_frozen=True)
    assert codes("Quelle soirée magique!", house=frozen, is_scheduled=True) == ["frozen"]
    assert codes("Un rabais pour vous", house=frozen) == ["frozen"]
    assert codes("Les navettes repartent à 23 h.", house=frozen) == []


TEXTS = st.text(max_size=200)


@given(text=TEXTS, private=st.lists(TEXTS, max_size=3), question=TEXTS, is_public=st.booleans())
def test_any_text_is_checked_and_blocks_come_first(
    text: str, private: list[str], question: str, is_public: bool
) -> None:
    person = PersonFacts(
        unanswered=[Question(question, ASKED.at)], promises=[RAMP], private_texts=private
    )
    found = check(DraftFacts(text, "fr", is_public), person, HOUSE)
    blocks = [each.is_block for each in found]
    assert blocks == sorted(blocks, reverse=True)
    assert len({each.code for each in found}) == len(found)


WORDS = st.sampled_from(["quai", "rampe", "neige", "glace", "navette", "tuque"])


@given(words=st.lists(WORDS, min_size=6))
def test_any_six_private_words_in_a_row_are_a_quotation(words: list[str]) -> None:
    said = " ".join(words)
    person = PersonFacts(private_texts=[f"Bonjour, {said}. Maryse"])
    assert codes(f"Vous disiez {said}", person, is_public=True) == ["private_fact_in_public"]


def test_blocks_are_three() -> None:
    assert len(BLOCKS) == 3
    assert Finding("frozen").is_block
