"""The reference page of campaigns says what stands in the code."""

from entregent.apps.address.plans import LINES
from entregent.apps.address.words import LINES as ASKED
from entregent.apps.address.words import LINK_KINDS, WARNINGS
from tests.docs.pages import DOCS, code_words, rows, sections

PAGE = sections(DOCS / "reference" / "campaigns.md")


def first_words(title: str) -> list[list[str]]:
    return [code_words(row[0]) for row in rows(PAGE[title])]


def test_the_five_lines_and_the_warnings_are_documented() -> None:
    said = [words[0] for words in first_words("The five lines")]
    assert said == [*LINES, *WARNINGS]
    assert list(ASKED) == list(LINES)


def test_the_kinds_of_links_are_documented() -> None:
    assert [words[0] for words in first_words("Links and codes")] == list(LINK_KINDS)
