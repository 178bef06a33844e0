"""The page of the reference and the registry say the same."""

import re

import pytest

from entregent.lake.rollups.registry import (
    DIMENSIONS,
    ROLL_UPS,
    SEVERAL,
    SPEAKERS,
    RollUp,
    reached,
)
from entregent.lake.rollups.store import SCHEMA
from tests.docs.pages import DOCS, sections

PAGE = sections(DOCS / "reference" / "rollups.md")


def names(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`(\w+)`", cell))


def cells(section: str) -> list[list[str]]:
    rows = [line for line in PAGE[section].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def test_the_reference_names_every_roll_up_with_its_dimensions() -> None:
    told = {names(name)[0]: names(dimensions) for name, dimensions, _ in cells("What is counted")}
    assert told == {each.name: each.dimensions for each in ROLL_UPS.values()}


def test_the_reference_says_which_count_texts() -> None:
    told = {names(name)[0]: what.startswith("texts") for name, _, what in cells("What is counted")}
    assert told == {each.name: each.counts_texts for each in ROLL_UPS.values()}


def test_the_reference_names_every_column_of_the_table() -> None:
    told = [name for cell, *_ in cells("The table") for name in names(cell)]
    assert told == SCHEMA.names


def test_every_dimension_is_counted_by_some_roll_up() -> None:
    assert {each for roll_up in ROLL_UPS.values() for each in roll_up.dimensions} == set(DIMENSIONS)
    assert set(DIMENSIONS) >= SEVERAL


def test_a_correction_reaches_those_of_texts_and_a_link_those_of_people() -> None:
    assert reached("all") == {*ROLL_UPS, SPEAKERS}
    assert reached("texts") == {"state_of_mind", "intent", "query", "function"}
    assert reached("people") == {"public"}
    assert reached("source") == {"source"}
    assert reached("of a newer program") == frozenset()


@pytest.mark.parametrize(
    "dimensions", [(), ("source", "type", "language", "intent"), ("weather",), ("public", "query")]
)
def test_no_roll_up_has_dimensions_that_cannot_be_counted(dimensions: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="dimension"):
        RollUp("x", dimensions)
