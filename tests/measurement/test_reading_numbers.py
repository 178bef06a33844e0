"""A column of numbers is read in one way, decided from the whole of it, or refused by its place."""

import numpy as np
import pytest

from entregent.measurement.reading import numbers_of
from entregent.measurement.results import CannotMeasure


def read(*cells: str, separator: str = ",") -> list[float | None]:
    lines = range(2, 2 + len(cells))
    found = numbers_of(cells, list(lines), "visites", separator=separator)
    return [None if np.isnan(each) else float(each) for each in found.values]


def refused(*cells: str, separator: str = ",") -> CannotMeasure:
    with pytest.raises(CannotMeasure) as caught:
        read(*cells, separator=separator)
    return caught.value


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1\N{NARROW NO-BREAK SPACE}234,5", 1234.5),
        ("1\N{THIN SPACE}234\N{THIN SPACE}567,25", 1234567.25),
        ("1\N{NO-BREAK SPACE}234", 1234),
        ("1 234,567", 1234.567),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1'234.5", 1234.5),
        ("1.234.567", 1234567),
        ("-1,5", -1.5),
        ("\N{MINUS SIGN}1,5", -1.5),
        ("(1,5)", -1.5),
        ("(1 234,50 $)", -1234.5),
        ("+3", 3),
        ("12,5 %", 12.5),
        ("$1,234.50", 1234.5),
        ("CA$12.50", 12.5),
        ("-$5", -5),
        ("12,50\N{NO-BREAK SPACE}$", 12.5),
        ("0,123", 0.123),
        (".5", 0.5),
        ("1.5E+03", 1500),
        ("12345,678", 12345.678),
        ("007", 7),
    ],
)
def test_a_number_is_read_as_people_write_it(cell: str, value: float) -> None:
    assert read(cell) == [value]


@pytest.mark.parametrize(
    "cell", ["", "NA", "n/d", "N/A", "#N/A", "non recueilli", "Not collected", "-", "—", "NULL"]
)
def test_what_was_not_collected_is_missing(cell: str) -> None:
    assert read("5", cell, "0") == [5, None, 0]


@pytest.mark.parametrize(
    "cell",
    [
        *("abc", "1O5", "1 2", "1 23", "12 34,5", "1,2,3", "1.2.3", "1..2", "--5", "1-2"),
        *("(5", "5)", "(-5)", "1.2k", "3 M", "2 mille", "1e400", "9" * 40, "1e16", "#REF!"),
        *("12:30", "٣", "1,23,456", "5 approx.", "$5 $", "½", "1/2", "0x1F", "1_000"),
        *("1,5.0,3", "true"),
    ],
)
def test_garbage_is_refused_with_line_and_column(cell: str) -> None:
    error = refused("5", cell, "7", "8")
    assert "ligne 3, colonne «\xa0visites\xa0»" in error.fr.lower()
    assert "line 3, column « visites »" in error.en.lower()


@pytest.mark.parametrize("cell", ["inf", "-inf", "NaN", "Infinity", "∞"])
def test_what_is_not_finite_is_refused(cell: str) -> None:
    assert refused("5", cell).code == "not_finite"


def test_a_formula_is_refused() -> None:
    assert refused("5", '=HYPERLINK("x")').code == "formula"


@pytest.mark.parametrize(
    ("cells", "separator", "values", "told"),
    [
        # Another cell of the column decides.
        (["1,234", "0,5"], ",", [1.234, 0.5], False),
        (["1,234", "1.5"], ";", [1234, 1.5], False),
        (["1.234", "1,5"], ",", [1234, 1.5], False),
        (["1,234", "1,234,567"], ";", [1234, 1234567], False),
        (["1.234", "1,234.5"], ";", [1.234, 1234.5], False),
        # Nothing decides: a rule does, and says so.
        (["1,234", "2,345"], ";", [1.234, 2.345], True),
        (["1,234", "2,345"], ",", [1234, 2345], True),
        (["1,234", "2,345"], "\t", [1234, 2345], True),
        (["1.234", "2.345"], ";", [1.234, 2.345], True),
        (["1,234", "987"], ";", [1234, 987], True),
        (["1.234", "987"], ",", [1234, 987], True),
    ],
)
def test_the_decimal_mark_is_decided_for_the_whole_column(
    cells: list[str], separator: str, values: list[float], told: bool
) -> None:
    found = numbers_of(cells, [2, 3], "visites", separator=separator)
    assert found.values.tolist() == values
    assert [note.code for note in found.notes] == (["decimal_mark"] if told else [])


def test_a_column_that_contradicts_itself_is_refused_with_both_lines() -> None:
    error = refused("1,5", "2", "1.5")
    assert error.code == "mixed_decimal_marks"
    assert "« 1,5 » (line 2) and « 1.5 » (line 4)" in error.en


def test_the_unit_is_kept_and_two_units_are_refused() -> None:
    assert numbers_of(["5 %", "7 %"], [2, 3], "part").unit == "%"
    assert numbers_of(["1 visite", "2 visites"], [2, 3], "v").unit in {"visite", "visites"}
    error = refused("5 $", "6 $", "7 %")
    assert error.code == "mixed_units"
    assert error.en.startswith("Line 4")
