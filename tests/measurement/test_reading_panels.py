"""A panel and plain columns are read with their lines, or refused by their place."""

import datetime as dt

import numpy as np
import pytest

from entregent.measurement.reading import columns, long_rows, read_table
from entregent.measurement.results import CannotMeasure

YEARS = (
    "State;Year;PacksPerCapita\n"
    "Québec;1970;89,8\nOntario;1970;100,3\nQuébec;1971;95,4\nOntario;1971;\n"
)
NAMES = {"unit": "state", "date": "year", "value": "packspercapita"}


def refused(text: str, **names: str) -> CannotMeasure:
    with pytest.raises(CannotMeasure) as caught:
        long_rows(read_table(text), **{**NAMES, **names})
    return caught.value


def test_a_panel_of_years_is_read_with_whole_numbers() -> None:
    panel = long_rows(read_table(YEARS), **NAMES)
    assert panel.units == ["Québec", "Ontario", "Québec", "Ontario"]
    assert panel.periods == [1970, 1970, 1971, 1971]
    np.testing.assert_array_equal(panel.values, [89.8, 100.3, 95.4, np.nan])
    assert panel.lines == [2, 3, 4, 5]


def test_a_panel_of_days_is_read_with_days() -> None:
    text = YEARS.replace("1970", "2026-02-03").replace("1971", "2026-02-04")
    assert set(long_rows(read_table(text), **NAMES).periods) == {
        dt.date(2026, 2, 3),
        dt.date(2026, 2, 4),
    }


def test_a_unit_with_two_rows_in_one_period_is_refused_with_both_lines() -> None:
    error = refused(YEARS + "Québec;1970;5\n")
    assert error.code == "doubled_row"
    assert error.en.startswith("Lines 2 and 6: « Québec » stands twice for 1970")


def test_a_cell_that_cannot_be_read_is_refused_by_its_place() -> None:
    assert refused(YEARS.replace("95,4", "beaucoup")).en.startswith("Line 4, column « Packs")
    assert refused(YEARS + ";1972;5\n").en.startswith("Line 6, column « State »: the cell is empty")
    assert refused(YEARS + "Québec;1972 environ;5\n").en.startswith("Line 6, column « Year »")
    assert "« State »" in refused(YEARS, unit="states").en


def test_columns_come_as_they_are_written_by_the_names_asked_for() -> None:
    found = columns(read_table(YEARS), ["Year", "state"])
    assert found["Year"] == ["1970", "1970", "1971", "1971"]
    assert found["state"][0] == "Québec"
    with pytest.raises(CannotMeasure, match="PacksPerCapita"):
        columns(read_table(YEARS), ["packs per capita"])
