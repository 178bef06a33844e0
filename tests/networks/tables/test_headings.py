"""Which table is it, and what is wrong with it."""

from collections.abc import Callable
from typing import Any

import pytest

from entregent.networks.reading import Refused

Read = Callable[[str], Any]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("commandes.csv", "csv/orders"),
        ("orders.csv", "csv/orders"),
        ("visites.csv", "csv/visits"),
        ("quotidien.csv", "csv/daily"),
        ("daily.csv", "csv/daily"),
        ("google_ads.csv", "csv/advertising"),
        ("meta_ads.csv", "csv/advertising"),
    ],
)
def test_it_knows_each_table_by_its_headers(name: str, form: str, read_table: Read) -> None:
    assert read_table(name).format == form


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_of_three_separators_will_do(separator: str, read_table: Read) -> None:
    text = "date,order number,amount,currency\n"
    row = "2026-02-03T19:30Z,7,12.50,CAD\n"

    reading = read_table((text + row).replace(",", separator))

    assert len(reading.activities) == 1


def test_headers_are_known_without_accents_case_and_marks(read_table: Read) -> None:
    header = "DATE DE COMMANDE;N\u1d52\xa0DE\xa0COMMANDE;Montant total (CAD)\n"

    assert len(read_table(header + "2026-02-03T19:30Z;7;12,50\n").activities) == 1


def test_a_missing_column_is_named_with_the_headers_it_may_have(read_table: Read) -> None:
    refused = read_table("date,order number,currency\n2026-02-03T19:30Z,7,CAD\n").heading

    assert isinstance(refused, Refused)
    assert refused.where == "line 1"
    assert "« amount » of csv/orders is missing" in refused.reason
    assert "« montant »" in refused.reason


def test_a_table_that_lacks_a_column_does_not_pass_for_daily_counts(read_table: Read) -> None:
    refused = read_table("date,order number,quantity\n2026-02-03,7,1\n").heading

    assert isinstance(refused, Refused)
    assert "missing" in refused.reason


def test_amounts_without_any_currency_are_refused_once_for_all(read_table: Read) -> None:
    refused = read_table("date,order number,amount\n2026-02-03T19:30Z,7,12\n").heading

    assert isinstance(refused, Refused)
    assert "« currency »" in refused.reason


@pytest.mark.parametrize(
    "header", ["date,order number,amount,amount,currency", "date,no commande,amount,Montant,devise"]
)
def test_a_doubled_column_is_named(header: str, read_table: Read) -> None:
    refused = read_table(header + "\n2026-02-03T19:30Z,7,12,13,CAD\n").heading

    assert isinstance(refused, Refused)
    assert "« amount » stands twice" in refused.reason


def test_another_table_is_named_by_its_headers(read_table: Read) -> None:
    refused = read_table("nom,âge,ville\nZoé,33,Ici\nLoïc,44,Là\n").heading

    assert isinstance(refused, Refused)
    assert "« nom », « âge », « ville »" in refused.reason


def test_words_are_no_table(read_table: Read) -> None:
    assert read_table("Bonjour,\nvoici la liste, comme promis.\n").heading is None


def test_a_row_of_another_width_is_refused_and_the_rest_goes_on(read_table: Read) -> None:
    reading = read_table(
        "date,order number,amount,currency\n2026-02-03T19:30Z,7,12\n\n2026-02-03T19:30Z,8,12,CAD\n"
    )

    assert [one.where for one in reading.refused] == ["row 2 (line 2)"]
    assert "3 cells, where the header has 4" in reading.refused[0].reason
    assert len(reading.activities) == 1


def test_cells_may_hold_separators_quotes_and_line_ends(read_table: Read) -> None:
    reading = read_table(
        "date,order number,amount,currency,product\n"
        '2026-02-03T19:30Z,7,12,CAD,"Tuque, ""rouge""\nen laine"\n'
        "hier,8,12,CAD,Tuque\n"
    )

    assert reading.activities[0].object.name == 'Tuque, "rouge"\nen laine'
    assert reading.refused[0].where == "row 3 (line 4), column « date »"


def test_a_quotation_mark_that_is_not_closed_is_told_where_it_opens(read_table: Read) -> None:
    reading = read_table(
        "date,order number,amount,currency\n"
        "2026-02-03T19:30Z,7,12,CAD\n"
        '2026-02-03T19:30Z,8,12,"CAD\n'
        "2026-02-03T19:30Z,9,12,CAD\n"
    )

    assert len(reading.activities) == 1
    assert [one.where for one in reading.refused] == ["row 3 (line 3)"]
    assert "quotation mark" in reading.refused[0].reason
