"""What people want: several intents may hold, and few words must not make a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.understanding.intent import CODES, intents


def codes(text, language="fr"):
    return {intent.code for intent in intents(text, language)}


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("C'est-tu loin du quai", "fr", "question"),
        ("Y a-tu de la place pour une poussette", "fr", "question"),
        ("Les chiens entrent-ils?", "fr", "question"),
        ("J'aimerais savoir si l'entrée est accessible.", "fr", "question"),
        ("I was wondering if dogs are allowed", "en", "question"),
        ("Ça fait une heure qu'on gèle au quai", "fr", "complaint"),
        ("Ma question est restée sans réponse", "fr", "complaint"),
        ("Les toilettes étaient dégueulasses", "fr", "complaint"),
        ("My parents stood outside because of it", "en", "complaint"),
        ("Mille mercis à Odile, vous êtes des amours", "fr", "praise"),
        ("Whoever programs this deserves a raise", "en", "praise"),
        ("Reste-tu des billets pour samedi?", "fr", "purchase"),
        ("How much is a family pass?", "en", "purchase"),
        ("Le code promo refuse ma carte", "fr", "promotion"),
        ("Je participe au concours", "fr", "promotion"),
        ("Où est-ce que j'envoie mon CV?", "fr", "job"),
        ("How do I become a volunteer?", "en", "job"),
        ("Je boucle à 16 h.", "fr", "press"),
        ("I'm a reporter with the weekly, on deadline", "en", "press"),
    ],
)
def test_an_intent_is_told(text, language, code):
    assert code in codes(text, language)


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("Je suis triste que ce soit fini", "fr", "complaint"),
        ("Ma grand-mère est morte hier", "fr", "complaint"),
        ("Bravo pour le stationnement à 30 piastres. Belle job.", "fr", "praise"),
        ("Merci à l'avance", "fr", "praise"),
        ("L'an prochain, on revient. Vraiment??", "fr", "question"),
        ("https://example.org/?q=navette", "fr", "question"),
        ("J'achète toujours local", "fr", "purchase"),
        ("Il a fait une bonne job", "fr", "job"),
        ("La presse est passée hier", "fr", "press"),
        ("The line of the song is lovely", "en", "complaint"),
    ],
)
def test_a_word_alone_makes_no_intent(text, language, code):
    assert code not in codes(text, language)


def test_the_words_that_told_are_shown_as_they_were_written():
    (intent,) = intents("Je BOUCLE à 16 h", "fr")
    assert intent.words == ("Je BOUCLE",)


@given(st.text(), st.sampled_from(["fr", "en", None]))
def test_any_text_is_read(text, language):
    told = intents(text, language)
    assert [intent.code for intent in told] == [
        code for code in CODES if code in {intent.code for intent in told}
    ]
    assert all(word in text for intent in told for word in intent.words)
