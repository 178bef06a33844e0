"""The table of routing: who gets what, by when, and who waits."""

from datetime import timedelta

import pytest

from entregent.apps.coordinate.routing import (
    Facts,
    Functions,
    is_owed,
    route,
    time_to_answer,
)

PRESS, DAILY, JOBS, ACCESS, SALES = 1, 2, 3, 4, 5
FUNCTIONS = Functions(
    by_slug={"relations-publiques": PRESS, "medias-sociaux-et-web": DAILY, "benevoles-et-rh": JOBS},
    by_subject={"acces": (70, ACCESS), "billetterie": (71, SALES)},
    by_query={9: SALES},
    english={PRESS: [12], DAILY: (), JOBS: (), ACCESS: (), SALES: ()},
)


@pytest.mark.parametrize(
    ("facts", "function", "rule"),
    [
        (Facts(("press", "question"), subjects=(("acces", ()),)), PRESS, "press"),
        (Facts(("job",), subjects=(("billetterie", ()),)), JOBS, "job"),
        (Facts(("question",), subjects=(("acces", ("rampe",)),)), ACCESS, "subject"),
        (Facts(("question",), subjects=(("unknown", ()), ("billetterie", ()))), SALES, "subject"),
        (Facts(queries=(3, 9)), SALES, "query"),
        (Facts(("praise",)), DAILY, "daily"),
    ],
)
def test_rules_are_tried_in_their_order(facts: Facts, function: int, rule: str) -> None:
    chosen = route(facts, FUNCTIONS)
    assert (chosen.function_id, chosen.reason["rule"]) == (function, rule)


def test_the_reason_keeps_the_words_that_told() -> None:
    facts = Facts(("question", "press"), (("est-ce",), ("je boucle",)), language="en")
    chosen = route(facts, FUNCTIONS)
    assert chosen.reason["words"] == ["je boucle"]
    assert chosen.reason["answerers"] == [12]


def test_the_language_chooses_no_function() -> None:
    french, english = (route(Facts(("press",), language=x), FUNCTIONS) for x in ("fr", "en"))
    assert french.function_id == english.function_id
    assert "answerers" not in french.reason


def test_a_house_without_the_function_falls_back_on_the_next_rule() -> None:
    bare = Functions({"medias-sociaux-et-web": DAILY}, {}, {}, {DAILY: ()})
    assert route(Facts(("press", "job")), bare).function_id == DAILY
    assert route(Facts(), Functions({}, {}, {}, {})).function_id is None


@pytest.mark.parametrize(
    ("intents", "hours"),
    [(("question", "press"), 2), (("complaint",), 8), (("praise", "question"), 8), ((), 16)],
)
def test_deadlines_follow_the_most_pressing_intent(intents: tuple[str, ...], hours: int) -> None:
    assert time_to_answer(intents) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "intents", "is_public", "after_ours", "owed"),
    [
        ("La rampe est-elle prête?", ("question",), True, False, True),
        ("Quel show!", ("praise",), True, False, False),
        ("On partage pour gagner", ("promotion",), True, False, False),
        ("Bonjour, deux mots au sujet de samedi.", (), False, False, True),
        ("Merci beaucoup, bonne journée", ("praise",), False, True, False),
        ("Merci beaucoup, bonne journée", ("praise",), False, False, True),
        ("Merci, mais la porte est barrée?", (), False, True, True),
        ("Merci, mais la porte est barrée.", ("complaint",), False, True, True),
    ],
)
def test_praise_and_chat_wait_for_nobody_in_public(
    text: str, intents: tuple[str, ...], is_public: bool, after_ours: bool, owed: bool
) -> None:
    facts = Facts(intents)
    assert is_owed(facts, text, is_public=is_public, after_ours=after_ours) is owed
