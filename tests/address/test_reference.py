"""The reference page of campaigns says what stands in the code."""

from entregent.apps.address.plans import LINES
from entregent.apps.address.words import LINES as ASKED
from entregent.apps.address.words import LINK_KINDS, WARNINGS
from entregent.measurement.read_outs import level_of
from entregent.measurement.wording import times_in_100
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


def test_the_levels_of_planned_read_outs_are_those_of_the_engine() -> None:
    said = {int(row[0]): row[1] for row in rows(PAGE["Verdict"]) if row[0].isdigit()}
    assert list(said) == [1, 2, 3, 4, 5, 6]
    for count, levels in said.items():
        told = [times_in_100(level_of(number, count), "en") for number in range(count)]
        assert levels == ", ".join(told)
