"""Which words of others are masked, and which stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.lake.masking import WORDS, Known, Mask

KNOWN = Known(
    addresses=(
        "https://battures.example/users/maryse.b",
        "https://battures.example/@maryse.b",
        "mailto:maryse.b@courriel.example",
    ),
    handles=("maryse.b", "eloise"),
    names=("Éloïse Côté-Roy", "Maryse"),
    objects=("https://battures.example/notes/9001", "at://did:plc:abc/post/1"),
)
FR, EN = WORDS["fr"], WORDS["en"]


def masked(text: str, language: str | None = "fr") -> str:
    return Mask(KNOWN)(text, language)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Merci @maryse.b !", f"Merci {FR} !"),
        ("Merci @MARYSE.B@battures.example, à demain", f"Merci {FR}, à demain"),
        ("maryse.b a raison", f"{FR} a raison"),
        ("Vu @eloise hier", f"Vu {FR} hier"),
        ("Éloïse Côté-Roy chante", f"{FR} chante"),
        ("ELOISE COTE-ROY chante", f"{FR} chante"),
        ("Éloïse <b>Côté-Roy</b> chante", f"{FR}</b> chante"),
        ("Côté-Roy, Éloïse", FR),
        ("Écris à maryse.b@courriel.example.", f"Écris à {FR}."),
        ("Voir https://battures.example/@maryse.b/1234 !", f"Voir {FR} !"),
        ("Voir battures.example/@maryse.b, tiens", f"Voir {FR}, tiens"),
        ("Lu : https://battures.example/notes/9001.", f"Lu : {FR}"),
        (
            '<a href="https://battures.example/@maryse.b" class="h">@<span>maryse.b</span></a> oui',
            f"{FR} oui",
        ),
    ],
)
def test_what_names_them_is_masked(text: str, left: str) -> None:
    assert masked(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "Maryse est passée",  # a first name alone is many people's
        "Éloïse est passée",
        "Roy a gagné",
        "eloise est un prénom",  # a handle that is a common word, without its sign
        "maryse.bernier a raison",
        "@maryse.bernier a raison",
        "https://battures.example/@maryse.bernier",
        "https://battures.example/notes/90012",
        "La poutine est écœurante",
    ],
)
def test_what_names_somebody_else_stays(text: str) -> None:
    assert masked(text) == text


def test_the_words_are_in_the_language_of_the_text() -> None:
    assert masked("Thanks @maryse.b", "en-CA") == f"Thanks {EN}"
    assert masked("Gracias @maryse.b", "es") == f"Gracias {FR}"
    guessing = Mask(KNOWN, lambda text: "en" if "Thanks" in text else "fr")
    assert guessing("Thanks @maryse.b", None) == f"Thanks {EN}"


@given(st.text(), st.text())
def test_a_text_without_them_is_left_as_it_is(before: str, after: str) -> None:
    mask = Mask(Known(handles=("zq9-xv7",)))
    text = before + after
    if "zq9" not in text.lower():
        assert mask(text, "fr") == text


@given(st.text(alphabet="ab é'«»\n<>.", max_size=40), st.text(alphabet="ab é'«»\n<>.", max_size=40))
def test_masking_twice_masks_once(before: str, after: str) -> None:
    once = masked(f"{before} @maryse.b {after}")
    assert "maryse.b" not in once
    assert masked(once) == once


@given(
    st.lists(st.text(min_size=1), max_size=3),
    st.lists(st.text(min_size=1), max_size=3),
    st.text(),
)
def test_no_name_or_handle_breaks_it(handles: list[str], names: list[str], text: str) -> None:
    mask = Mask(Known(handles=tuple(handles), names=tuple(names)))
    assert isinstance(mask(text, "fr"), str)


def test_what_is_sealed_comes_back_whole() -> None:
    assert Known.unpacked(KNOWN.packed()) == KNOWN
