"""Floors on public data: what was measured once must not be lost."""

import re
from pathlib import Path

import pytest

from entregent.understanding.language import Languages
from entregent.understanding.reading import read
from entregent.understanding.sentiment import state_of_mind

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
UMSAB = SHARED / "sentiment_umsab"
FOLDERS = {"fr": "french", "en": "english"}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not UMSAB.is_dir(),
        reason="the shared test data (../shared) is not beside this checkout",
    ),
]


def posts(language, split):
    """Texts with their labels: 0 negative, 1 neutral, 2 positive."""
    folder = UMSAB / FOLDERS[language]
    texts = (folder / f"{split}_text.txt").read_text(encoding="utf-8").split("\n")
    labels = (folder / f"{split}_labels.txt").read_text(encoding="utf-8").split()
    return [
        (text.replace("&amp;", "&"), int(label)) for text, label in zip(texts, labels, strict=False)
    ]


def macro_f1(pairs):
    """Mean of the F1 of each class, of pairs of true and told."""
    scores = []
    for label in (0, 1, 2):
        right = sum(true == told == label for true, told in pairs)
        wrong = sum((true == label) != (told == label) for true, told in pairs)
        scores.append(2 * right / (2 * right + wrong) if right else 0.0)
    return 100 * sum(scores) / len(scores)


@pytest.mark.parametrize(("language", "floor"), [("fr", 52.0), ("en", 62.0)])
def test_state_of_mind_on_posts_that_were_not_looked_at(language, floor):
    told = {"positive": 2, "negative": 0}
    pairs = [
        (label, told.get(state_of_mind(text, language).value, 1))
        for text, label in posts(language, "val")
    ]
    assert macro_f1(pairs) >= floor


def test_language_of_the_first_four_words():
    house = Languages(("fr", "en"))
    right = count = 0
    for language in FOLDERS:
        for text, _ in posts(language, "val"):
            words = re.sub(r"\bhttp\S*|@user|#", "", text).split()[:4]
            if words:
                count += 1
                right += house.of(" ".join(words)).language == language
    assert right / count >= 0.965


def test_every_post_of_eight_languages_is_read():
    for path in sorted(UMSAB.glob("*/val_text.txt")):
        for text in path.read_text(encoding="utf-8").split("\n"):
            read(text, spoken=("fr", "en"))
