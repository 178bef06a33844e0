"""A text read whole: the ten posts of the demonstration, and HTML as networks send it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.understanding.reading import ENGINE, plain, read

HEILLE = (
    "Heille, ça fait une heure qu'on gèle au vieux quai pis y a pas une maudite navette en vue. "
    "−31 avec des enfants. Allez-vous nous dire de quoi, coudonc?"
)
MASCARA = (
    "Le show sur la glace hier… j'en reviens juste pas. J'ai braillé ma vie, j'ai pus de mascara. "
    "Merci la gang ❤️"
)
WHEELCHAIR = (
    "Bonjour, titulaire d'un laissez-passer familial, j'aimerais savoir si l'entrée de la rue des "
    "Tanneurs est accessible en fauteuil roulant. Ma question du 4 novembre est restée sans "
    "réponse. Merci à l'avance. Maryse B."
)
CHIPS = (
    "Three hours on the autoroute, one dep stop for chips, zero regrets. "
    "Whoever programs les Framboises deserves a raise."
)
TUQUE15 = (
    "C'est-tu encore bon, le code TUQUE15? Ça marche pas sur mon cell. "
    "En passant, le gars à la billetterie hier, un amour."
)
PARKING = (
    "Bravo pour le stationnement à 30 piastres. Vraiment accessible, "
    'votre "fête populaire". Belle job.'
)
PRESS = (
    "Bonjour Odile, Thomas Archambault-Néron, L'Écho des Battures. Je boucle à 16 h. "
    "Qui peut me parler de l'attente de samedi? Deux phrases suffiraient."
)
TEENS = (
    "Si vous avez des ados, allez aux Framboises : c'est pas cher, y a de la place pour "
    "s'asseoir, pis la poutine est écœurante."
)
PARENTS = (
    "The English page still says 'Navettes à venir'. My parents are 74 and stood outside because "
    "of it. I'd like someone to call me, please."
)
CLOSING = "Ostie que c'était bon, la clôture. Vous êtes malades. Fait que… à l'an prochain 🫐"


@pytest.mark.parametrize(
    ("text", "language", "state", "intents"),
    [
        (HEILLE, "fr", "negative", {"complaint", "question"}),
        (MASCARA, "fr", "positive", {"praise"}),
        (WHEELCHAIR, "fr", "negative", {"complaint", "question"}),
        (CHIPS, "en", "positive", {"praise"}),
        (TUQUE15, "fr", "mixed", {"complaint", "question", "promotion", "praise"}),
        (PARKING, "fr", None, set()),
        (PRESS, "fr", None, {"press", "question"}),
        (TEENS, "fr", "positive", {"praise"}),
        (PARENTS, "en", "negative", {"complaint"}),
        (CLOSING, "fr", "positive", {"praise"}),
    ],
)
def test_the_ten_posts(text, language, state, intents):
    understood = read(text, spoken=("fr", "en"))
    assert understood.language.language == language
    assert understood.state_of_mind.value == state
    assert {intent.code for intent in understood.intents} == intents
    assert understood.engine == ENGINE


def test_a_grievance_without_a_charged_word_is_not_called_neutral():
    understood = read("Personne sur place ne savait où passer la navette.", spoken=("fr",))
    assert [intent.code for intent in understood.intents] == ["complaint"]
    assert understood.state_of_mind.value != "neutral"


def test_words_of_both_languages_count_in_a_text_of_both():
    text = (
        "Les navettes ne sont pas là avec les enfants, "
        "and it was a wonderful night for all of us with them"
    )
    words = read(text, spoken=("fr", "en")).state_of_mind.words
    assert "wonderful" in {word.text for word in words}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Allô <a href='https://x.example'>le <b>quai</b></a></p>", "Allô le quai"),
        ("<p>un</p><p>deux<br>trois</p>", "un\ndeux\ntrois"),
        ("2 &lt; 3 &amp; 4", "2 < 3 & 4"),
        ("I <3 you, 1 < 2", "I <3 you, 1 < 2"),
        ("avant<script>alert(1)</script>après", "avantaprès"),
        ("<style>p{}</style><p>vu</p><svg><title>non</title></svg>", "vu"),
        ("<p>gèle <img src='x' alt=':tuque:'></p>", "gèle :tuque:"),
        ("<ul><li>un<li>deux</ul>", "un\ndeux"),
        ("une \n\n\n ligne", "une\nligne"),
        ("<p>pas fermé", "pas fermé"),
        ("", ""),
    ],
)
def test_html_becomes_what_a_reader_sees(html, text):
    assert plain(html) == text


@given(st.text())
def test_any_content_becomes_text_without_control_characters(html):
    text = plain(html)
    assert text == text.strip()
    assert not any(ord(letter) < 32 and letter != "\n" for letter in text)


@given(st.text(), st.sampled_from([("fr", "en"), ("fr",), ("en", "es"), ()]))
def test_any_text_is_read(text, spoken):
    understood = read(text, spoken=spoken, prior="fr")
    assert all(text[word.start : word.end] == word.text for word in understood.state_of_mind.words)
