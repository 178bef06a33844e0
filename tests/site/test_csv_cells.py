"""A spreadsheet that opens our CSV runs nothing that somebody typed."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.site.csv_cells import FORMULA_SIGNS, cell, response, text_of

WORDS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "'=1"])
def test_what_looks_like_a_formula_becomes_text(typed: str) -> None:
    assert cell(typed) == f"'{typed}"


@pytest.mark.parametrize(
    ("value", "told"),
    [(None, ""), (-3, "-3"), (2.5, "2.5"), (date(2026, 2, 3), "2026-02-03"), (True, "1")],
)
def test_numbers_and_dates_stay_what_they_are(value: object, told: str) -> None:
    assert cell(value) == told


@given(WORDS)
def test_no_cell_begins_with_a_formula_sign(text: str) -> None:
    assert not cell(text).lstrip(" ").startswith(FORMULA_SIGNS)


@given(st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_a_table_comes_back_cell_by_cell(rows: list[tuple[str, str]]) -> None:
    read = list(csv.reader(io.StringIO(text_of(("a", "b"), rows), newline="")))
    assert [tuple(row) for row in read[1:]] == [(cell(a), cell(b)) for a, b in rows]


def test_the_file_has_a_harmless_name() -> None:
    answer = response('é"; x=\r\n../../évasion.csv', ("a",), [("é",)])
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    assert "\r" not in answer["Content-Disposition"]
    assert answer.content.decode("utf-8-sig") == "a\r\né\r\n"
