"""The page on named queries says what stands in their registry."""

from __future__ import annotations

import re

import pytest

from entregent.lake.questions import QUESTIONS
from entregent.lake.rollups.registry import DIMENSIONS
from tests.docs.pages import DOCS, code_words, rows, sections

PAGE = DOCS / "reference" / "lake-queries.md"
OPTIONS = {
    "from": "--from",
    "until": "--until",
    "by": "--by",
    "window_days": "--window-days",
    "queries": "--words",
}
SECTIONS = {name: text for name, text in sections(PAGE).items() if name in QUESTIONS}


def test_every_named_query_has_its_section() -> None:
    assert list(SECTIONS) == list(QUESTIONS)


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_a_section_says_what_the_query_says(name: str) -> None:
    question, text = QUESTIONS[name], SECTIONS[name]
    assert " ".join(text.split()).startswith(question.says["en"])
    told = {row[0].strip("`").replace("…", "*"): row[1] for row in rows(text)}
    assert told == dict(question.columns)
    taken = re.findall(r"`(--[a-z-]+)`", text.partition("At most")[0])
    assert taken == [option for key, option in OPTIONS.items() if key in question.takes]
    assert f"{question.rows:,} rows" in " ".join(text.split())


def test_every_dimension_is_named() -> None:
    head = PAGE.read_text(encoding="utf-8").partition("\n## ")[0]
    by = next(row for row in rows(head) if "--by" in row[0])
    assert set(DIMENSIONS) <= set(code_words(by[1]))
