"""One word per thing, decisions in one shape, and a changelog that knows its version."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from entregent import __version__
from tests.docs.pages import DOCS, ROOT, code_words, page_id, rows, sections

GLOSSARY = DOCS / "glossary.md"
ADRS = sorted((DOCS / "adr").glob("*.md"))


@pytest.mark.parametrize(("column", "language"), [(0, "French"), (1, "English")])
def test_no_word_of_the_glossary_stands_for_two_things(column: int, language: str) -> None:
    words = Counter(row[column].casefold() for row in rows(GLOSSARY.read_text(encoding="utf-8")))
    assert not [word for word, times in words.items() if times > 1], language


def test_every_word_of_the_glossary_is_given_in_both_languages() -> None:
    assert all(row[0] and row[1] for row in rows(GLOSSARY.read_text(encoding="utf-8")))


def test_code_words_of_the_glossary_stand_in_the_code() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    files = {path.name for path in (ROOT / "src").rglob("*.py")}
    for row in rows(sections(GLOSSARY)["Words of the program"]):
        for word in code_words(row[2]):
            assert word in files or re.search(rf"\b{re.escape(word)}\b", code), word


@pytest.mark.parametrize("doc_page", ADRS, ids=page_id)
def test_a_decision_has_its_sections_in_their_order(doc_page: Path) -> None:
    text = doc_page.read_text(encoding="utf-8")
    number = int(doc_page.name.partition("-")[0])
    assert re.match(rf"# {number}\. \S.+\n\nStatus: [a-z ]+\. Date: \d{{4}}-\d\d-\d\d\.\n", text)
    assert list(sections(doc_page)) == ["Context", "Decision", "Consequences", "Alternatives"]


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(page.name.partition("-")[0]) for page in ADRS]
    assert numbers == list(range(1, len(ADRS) + 1))
    assert len(numbers) >= 6


def test_the_newest_version_in_the_changelog_is_this_one() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\S+)", text, re.MULTILINE)[0] == __version__
