"""The state of mind: Québec as it speaks, negation, strength, and « I do not know »."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.understanding.lexicon import FILES, entries, lines
from entregent.understanding.sentiment import state_of_mind


def value(text, language="fr"):
    return state_of_mind(text, language).value


def weight(text, word, language="fr"):
    found = [each for each in state_of_mind(text, language).words if word in each.text.lower()]
    assert len(found) == 1, found
    return found[0].weight


@pytest.mark.parametrize(
    "text",
    [
        "C'est écœurant comment c'était beau",
        "La poutine est écœurante.",
        "Vous êtes malades!",
        "Un show malade",
        "C'est pas pire.",
        "C'est pas pire pantoute",
        "Ostie que c'était bon, la clôture.",
        "Le gars à la billetterie, un amour",
        "On a eu ben du fun",
        "C'était au boutte",
        "C'est correct, ça fait la job",
        "J'ai braillé ma vie ❤️",
        "Pas de trouble, merci la gang",
    ],
)
def test_what_quebec_says_to_praise_is_praise(text):
    assert value(text) == "positive"


@pytest.mark.parametrize(
    "text",
    [
        "C'est de valeur, on l'a manqué",
        "Le show était plate",
        "C'est plate en titi",
        "Voyons donc, gang de niaiseux",
        "Y a pas une maudite navette en vue",
        "Je suis malade depuis la soirée",
        "Je suis tanné d'attendre",
        "Ça marche pas",
        "C'est rendu broche à foin",
        "Tabarnak.",
    ],
)
def test_what_quebec_says_to_blame_is_blame(text):
    assert value(text) == "negative"


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("C'est pas beau", "fr", "beau"),
        ("Je n'aime plus ça", "fr", "aime"),
        ("J'aime vraiment pas ça", "fr", "aime"),
        ("Ce n'est jamais vraiment agréable", "fr", "agréable"),
        ("Aucun plaisir", "fr", "plaisir"),
        ("It isn't helpful", "en", "helpful"),
        ("It was never really fun", "en", "fun"),
    ],
)
def test_a_negation_turns_praise_into_blame(text, language, word):
    assert weight(text, word, language) < 0


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        ("Pas là, mais magnifique", "fr", "magnifique"),
        ("Je n'y étais pas. Magnifique!", "fr", "magnifique"),
        ("Pas juste bon", "fr", "bon"),
        ("Je n'ai jamais été aussi heureux", "fr", "heureux"),
        ("I have never been so happy", "en", "happy"),
        ("I couldn't stay, but it was wonderful", "en", "wonderful"),
    ],
)
def test_a_negation_ends_with_its_clause(text, language, word):
    assert weight(text, word, language) > 0


def test_words_around_make_a_word_stronger_or_softer():
    plain = weight("C'est beau", "beau")
    assert weight("C'est ben beau", "beau") > plain
    assert weight("C'est beau en maudit", "beau") > plain
    assert weight("C'est BEAU", "beau") > plain
    assert weight("C'est un peu triste", "triste") > weight("C'est triste", "triste")
    assert weight("Bravooooo", "bravo") > weight("Bravo", "bravo")
    assert state_of_mind("Merci!!!", "fr").strength > state_of_mind("Merci", "fr").strength


def test_emoji_are_words_and_can_be_all_there_is():
    assert value("😍😍", None) == "positive"
    assert value("🤬", None) == "negative"
    assert [word.because for word in state_of_mind("❤️", "fr").words] == ["emoji"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('Bravo pour le stationnement à 30 piastres. Votre "fête populaire". Belle job.', "irony"),
        ("Wow, quelle belle organisation, trois heures de file", "irony"),
        ("Allô", "little"),
        ("J'ai pensé à vous en passant devant", "little"),
        ("Un peu long, assez joli", "contradictory"),
    ],
)
def test_it_says_that_it_does_not_know(text, reason):
    state = state_of_mind(text, "fr")
    assert (state.value, state.strength, state.reason) == (None, 0.0, reason)


def test_praise_for_a_price_is_not_taken_for_irony():
    assert value("Merci à Karim, 45 $ bien dépensés, superbe soirée") == "positive"


def test_neutral_needs_a_text_that_states_or_asks():
    assert value("Les portes ouvrent à 19 h 30 au vieux quai.") == "neutral"
    assert value("Est-ce que les chiens entrent?") == "neutral"
    assert value("C'est-tu annulé?") == "neutral"
    assert value("Les portes", "fr") is None
    assert value("Las puertas abren a las siete en el muelle", "es") is None


def test_words_between_quotation_marks_are_somebody_elses():
    text = "« Quelle soirée magique! », à 22 h 12, devant tout le monde au vieux quai"
    assert state_of_mind(text, "fr").words == ()
    assert value("« Magnifique! »") == "positive"


def test_strong_praise_beside_strong_blame_is_mixed():
    assert value("Le show était magnifique. La navette, une honte.") == "mixed"


def test_a_polite_formula_decides_nothing():
    assert state_of_mind("Merci à l'avance.", "fr").words == ()
    assert state_of_mind("Thanks in advance", "en").words == ()


@given(st.text(), st.sampled_from(["fr", "en", None, "es"]))
def test_any_text_is_read_and_words_stand_where_they_are_said_to(text, language):
    state = state_of_mind(text, language)
    assert -1 <= state.strength <= 1
    for word in state.words:
        assert text[word.start : word.end] == word.text
        assert word.weight


@given(st.lists(st.sampled_from([words for words, _, _ in lines("fr_ca")]), max_size=5))
def test_expressions_run_together_keep_their_places(expressions):
    text = ", ".join(expressions)
    places = [(word.start, word.end) for word in state_of_mind(text, "fr").words]
    assert all(end <= start for (_, end), (start, _) in pairwise(places))


def test_the_lexicon_is_ours_and_large_enough():
    counts = {name: sum(entry.weight != 0 for entry in entries(name)) for name in FILES}
    assert counts["fr"] >= 1_200
    assert counts["en"] >= 1_000
    assert counts["emoji"] >= 120
    assert sum(" " in words for words, weight, _ in lines("fr_ca") if weight) >= 250
    assert all(-3 <= weight <= 3 for name in FILES for _, weight, _ in lines(name))
    for name in FILES:
        written = [words for words, _, _ in lines(name)]
        assert len(written) == len(set(written)), name
