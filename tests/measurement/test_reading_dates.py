"""A column of dates is read in one way, decided from the whole of it, or refused by its place."""

import datetime as dt

import pytest

from entregent.measurement.reading import days_of
from entregent.measurement.results import CannotMeasure

FEBRUARY_3 = dt.date(2026, 2, 3)


def read(*cells: str, name: str = "date") -> list[dt.date]:
    return days_of(cells, list(range(2, 2 + len(cells))), name).days


def notes(*cells: str) -> list[str]:
    return [each.code for each in days_of(cells, list(range(2, 2 + len(cells))), "date").notes]


def refused(*cells: str, name: str = "date") -> CannotMeasure:
    with pytest.raises(CannotMeasure) as caught:
        read(*cells, name=name)
    return caught.value


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "2026-02-03",
            "2026/02/03",
            "2026.02.03",
            "20260203",
            "2026-2-3",
            "03/02/2026",
            "3.2.2026",
        ),
        *("2026-02-03 19:30", "2026-02-03T19:30:00Z", "2026-02-03T23:59:59.123-05:00"),
        *(
            "3 février 2026",
            "3 fevrier 2026",
            "3 FÉVRIER 2026",
            "3 févr. 2026",
            "le 3 février 2026",
        ),
        *("3.2.2026", "le 3 février 2026", "mardi 3 février 2026", "Mardi, 3 févr. 2026"),
        *("February 3, 2026", "Feb 3 2026", "Tue, Feb. 3rd, 2026", "3 Feb 2026", "03-févr.-2026"),
        *("3-Feb-2026", "Tuesday, 3 February 2026", "2026-02-03 12:00:00 -0500"),
    ],
)
def test_a_day_is_read_as_people_write_it(cell: str) -> None:
    assert read(cell) == [FEBRUARY_3]


@pytest.mark.parametrize("cell", ["1er mars 2026", "1ᵉʳ mars 2026", "March 1st, 2026"])
def test_the_first_of_a_month_has_its_ending(cell: str) -> None:
    assert read(cell) == [dt.date(2026, 3, 1)]


@pytest.mark.parametrize(
    ("cells", "days", "told"),
    [
        (["03/02/2026", "13/02/2026"], ["2026-02-03", "2026-02-13"], []),
        (["02/03/2026", "02/13/2026"], ["2026-02-03", "2026-02-13"], []),
        (["05/05/2026", "06/06/2026"], ["2026-05-05", "2026-06-06"], []),
        # Nothing decides: day before month, unless only the other order goes day by day.
        (["03/02/2026", "09/04/2026"], ["2026-02-03", "2026-04-09"], ["date_order"]),
        (["02/03/2026", "02/04/2026"], ["2026-02-03", "2026-02-04"], ["date_order"]),
        (["03/02/2026", "04/02/2026"], ["2026-02-03", "2026-02-04"], ["date_order"]),
    ],
)
def test_the_order_of_day_and_month_is_decided_for_the_whole_column(
    cells: list[str], days: list[str], told: list[str]
) -> None:
    assert [day.isoformat() for day in read(*cells)] == days
    assert notes(*cells) == told


def test_two_orders_in_one_column_are_refused_with_both_lines() -> None:
    error = refused("13/02/2026", "02/14/2026")
    assert error.code == "mixed_dates"
    assert "« 13/02/2026 » (line 2) and « 02/14/2026 » (line 3)" in error.en


def test_forms_may_be_mixed_where_each_can_be_read_in_one_way_only() -> None:
    cells = ("2026-02-03", "4 février 2026", "20260205", "13/02/2026", "February 14, 2026")
    assert [day.day for day in read(*cells)] == [3, 4, 5, 13, 14]
    assert refused("2026-02-03", "04/02/2026").en.startswith("Line 3, column « date »")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026-02-30", "no_such_day"),
        ("31/06/2026", "no_such_day"),
        ("31 juin 2026", "no_such_day"),
        ("1026-02-03", "no_such_day"),
        ("03/02/26", "short_year"),
        ("hier", "not_a_date"),
        ("3 brumaire 2026", "not_a_date"),
        ("2026-02-03 and more", "not_a_date"),
        ("2026-02-03T99", "not_a_date"),
        ("46056", "not_a_date"),
        ("2026-02", "not_daily"),
        ("février 2026", "not_daily"),
        ("2026", "not_daily"),
        ("2026-W06", "not_daily"),
        ("Semaine 6", "not_daily"),
    ],
)
def test_what_is_no_day_is_refused_with_line_and_column(cell: str, code: str) -> None:
    error = refused("2026-02-01", cell)
    assert error.code == code
    assert "Ligne 3, colonne «\xa0date\xa0»" in error.fr
    assert "Line 3, column « date »" in error.en


def test_numbers_of_days_are_dates_where_the_header_says_so_and_all_are_such() -> None:
    assert read("46056", "46057.0", name="Date de vente")[0] == FEBRUARY_3
    assert notes("46056", "46057") == ["serial_dates"]
    assert refused("46056", "46057", name="visites").code == "not_a_date"
    assert refused("46056", "2026-02-04").code == "not_a_date"


def test_a_time_counts_for_the_day_where_it_was_written() -> None:
    assert read("2026-02-03T23:30:00-05:00", "2026-02-04T00:30:00-05:00") == [
        FEBRUARY_3,
        dt.date(2026, 2, 4),
    ]
    assert notes("2026-02-03T23:30:00-05:00") == ["zone"]


def test_summer_time_is_one_zone() -> None:
    assert len(read("2026-03-07T12:00-05:00", "2026-03-09T12:00-04:00")) == 2


@pytest.mark.parametrize(
    "second", ["2026-02-04T12:00Z", "2026-02-04T12:00", "2026-02-04T12:00+01:00"]
)
def test_mixed_zones_are_refused_with_both_lines(second: str) -> None:
    error = refused("2026-02-03T12:00-05:00", second)
    assert error.code == "mixed_zones"
    assert "(line 2)" in error.en
    assert "(line 3)" in error.en
