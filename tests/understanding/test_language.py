"""The language of short texts, as people really write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.understanding.language import Languages

HOUSE = Languages(("fr", "en"))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("C'est-tu encore bon?", "fr"),
        ("j'ai pus de mascara", "fr"),
        ("pis la poutine", "fr"),
        ("Le show était full le fun", "fr"),
        ("faque on fait quoi", "fr"),
        ("One dep stop for chips", "en"),
        ("the navettes never came", "en"),
        ("don't know why", "en"),
        ("Merci @maryse@masto.example https://example.org/the/best/of/it", "fr"),
    ],
)
def test_few_words_are_enough(text, language):
    assert HOUSE.of(text).language == language


@pytest.mark.parametrize("text", ["", "ok", "👍👍", "−31", "@maryse https://example.org", "хорошо"])
def test_what_says_nothing_stays_undetermined(text):
    assert HOUSE.of(text).language is None


def test_two_languages_in_one_text_are_admitted():
    guess = HOUSE.of(
        "Les navettes ne sont pas passées avec les enfants, "
        "and nobody was there to tell us what to do with them"
    )
    assert guess.reason == "mixed"
    assert guess.certainty < 0.9


def test_the_author_decides_where_the_text_does_not():
    assert HOUSE.of("Bravo").language is None
    assert HOUSE.of("Bravo", prior="en").language == "en"
    assert HOUSE.of("Bravo", prior="fr").language == "fr"
    assert Languages(("fr",)).of("Marco Synnott", prior="fr").reason == "prior"


def test_the_author_does_not_overrule_the_text():
    assert HOUSE.of("Où est la navette pour le vieux quai?", prior="en").language == "fr"


def test_a_house_of_one_language_does_not_take_another_for_its_own():
    only = Languages(("fr",))
    assert only.of("Where are the shuttles and why is nobody here?").language is None
    assert only.of("Où sont les navettes?").language == "fr"


def test_a_house_of_more_languages_is_asked_of_the_model():
    many = Languages(("fr", "en", "es", "pt"))
    assert many.of("¿Dónde está el autobús para volver al hotel esta noche?").language == "es"
    assert many.of("Où est la navette pour le vieux quai?").language == "fr"


def test_a_language_that_no_model_knows_is_no_error():
    assert Languages(("xx",)).of("Bonjour tout le monde").language is None
    assert Languages(()).of("Bonjour tout le monde").language is None


@given(st.text())
def test_no_text_is_refused(text):
    guess = HOUSE.of(text)
    assert guess.language in {"fr", "en", None}
    assert 0 <= guess.certainty <= 1
