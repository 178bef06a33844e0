"""Numbers, amounts, days and times as people write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entregent.networks.tables.cells import (
    fold,
    parse_number,
    read_day,
    read_moment,
    read_money,
    zone_of,
)
from entregent.vocabulary import Money, VocabularyError

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("1 234,50", "1234.50"), ("1\u202f234,50", "1234.50"), ("1\xa0234,50\xa0$", "1234.50")),
        *(("1,234.50", "1234.50"), ("1234.5", "1234.5"), ("12,50 $", "12.50"), ("$12.50", "12.50")),
        *(("(12.50)", "-12.50"), ("($12.50)", "-12.50"), ("\u221231", "-31"), ("-31 $", "-31")),
        *(("-$5.00", "-5.00"), ("CAD 12.50", "12.50"), ("12,50 $ CA", "12.50"), ("0", "0")),
        *(("1.234.567,8", "1234567.8"), ("1,234,567", "1234567"), ("0,125", "0.125")),
        *(("1’234", "1234"), (",5", "0.5"), ("5,", "5.0"), ("1.234", "1.234")),
    ],
)
def test_it_reads_numbers_as_both_languages_write_them(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "-", "abc", "1,2,3", "1 23", "12 34", "(5", "5)", "1e5", "NaN", "12 %", "=1+1", "٣"],
)
def test_it_refuses_what_is_no_number(text: str) -> None:
    with pytest.raises(VocabularyError, match="not a number"):
        parse_number(text)


def test_a_number_that_may_be_two_is_read_only_where_the_table_tells() -> None:
    with pytest.raises(VocabularyError, match=r"write 1234 or 1\.234"):
        parse_number("1,234")
    assert parse_number("1,234", "decimal") == Decimal("1.234")
    assert parse_number("1,234", "thousands") == 1234


@given(AMOUNTS, st.sampled_from([" ", "\xa0", "\u202f", "\u2009"]))
def test_what_french_writes_comes_back(amount: Decimal, space: str) -> None:
    written = f"{amount:,.2f}".replace(",", space).replace(".", ",") + "\xa0$"

    assert parse_number(written, "decimal") == amount


@given(AMOUNTS)
def test_what_english_writes_comes_back(amount: Decimal) -> None:
    assert parse_number(f"{amount:,.2f}", "thousands") == amount
    assert parse_number(f"${abs(amount):,.2f}", "thousands") == abs(amount)


@given(st.integers(min_value=0, max_value=10**12))
def test_a_count_comes_back_in_either_language(count: int) -> None:
    assert parse_number(f"{count:,}".replace(",", "\u202f")) == count
    assert parse_number(f"{count:,}", "thousands") == count


@given(st.text(max_size=70))
def test_no_cell_raises_anything_but_a_refusal(text: str) -> None:
    for read in (
        lambda: parse_number(text),
        lambda: read_moment({"time": text}, "time"),
        lambda: read_day({"day": text}, "day"),
        lambda: zone_of(text, "zone"),
    ):
        try:
            told: object = read()
        except VocabularyError as refusal:
            told = refusal.reason
        assert told is not None


def test_an_amount_takes_its_currency_from_column_header_or_cell() -> None:
    expected = Money(Decimal("12.50"), "CAD")

    assert read_money({"amount": "12,50", "currency": "cad"}, "amount") == expected
    assert read_money({"amount": "12,50 $", "@amount": "CAD"}, "amount") == expected
    assert read_money({"amount": "12,50 CAD"}, "amount") == expected
    with pytest.raises(VocabularyError, match="currency is missing"):
        read_money({"amount": "12,50 $"}, "amount")


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-03T19:30:00-05:00", "2026-02-03 19:30:00 -0500", "2026-02-03 19:30-05:00"),
        *("2026-02-04T00:30Z", "2026-02-04 00:30 UTC", "2026/02/04 00:30:00+00:00"),
    ],
)
def test_it_reads_a_time_with_its_zone(text: str) -> None:
    assert read_moment({"time": text}, "time") == datetime(2026, 2, 4, 0, 30, tzinfo=UTC)


def test_it_refuses_a_time_without_a_zone_and_says_what_to_do() -> None:
    with pytest.raises(VocabularyError, match="no zone; write -05:00 after it, or add a column"):
        read_moment({"time": "2026-02-03 19:30"}, "time")


@pytest.mark.parametrize("given_by", ["zone", "@time"])
def test_a_time_takes_its_zone_from_the_table(given_by: str) -> None:
    row = {"time": "2026-02-03 19:30", given_by: "America/Toronto"}

    assert read_moment(row, "time") == datetime(2026, 2, 4, 0, 30, tzinfo=UTC)


def test_of_an_hour_that_comes_twice_the_first_is_meant() -> None:
    row = {"time": "2026-11-01 01:30", "zone": "America/Toronto"}

    assert read_moment(row, "time") == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("03/02/2026 19:30", "two days"),
        ("2026-02-03", "day without a time"),
        ("9999-12-31 19:30Z", "9999"),
        ("2026-02-30 19:30Z", "not a time that exists"),
        ("2026-02-03 25:30Z", "not a time that exists"),
        ("2026-03-08 02:30", "clocks go forward"),
        ("hier", "not a date"),
        ("", "missing"),
    ],
)
def test_it_refuses_a_time_that_is_none_or_two(text: str, reason: str) -> None:
    with pytest.raises(VocabularyError, match=reason):
        read_moment({"time": text, "zone": "America/Toronto"}, "time")


@pytest.mark.parametrize(
    "zone", ["Montréal", "../../etc/passwd", "America/Nowhere", "EST5", "-99:00"]
)
def test_it_refuses_a_zone_that_is_none(zone: str) -> None:
    with pytest.raises(VocabularyError, match="not a time zone"):
        zone_of(zone, "zone")


@given(st.dates(min_value=date(1970, 1, 2), max_value=date(2099, 12, 31)))
def test_a_day_begins_at_midnight_utc_where_the_table_names_no_zone(day: date) -> None:
    assert read_day({"day": day.isoformat()}, "day").date() == day


@pytest.mark.parametrize(
    "text",
    ["2026-02-03", "2026/02/03", "20260203", "3 février 2026", "3 févr. 2026", "Feb 3, 2026"],
)
def test_it_reads_a_day_that_can_be_only_one(text: str) -> None:
    assert read_day({"day": text}, "day") == datetime(2026, 2, 3, tzinfo=UTC)


def test_a_day_begins_where_its_table_is() -> None:
    row = {"day": "2026-02-03", "zone": "America/Toronto"}

    assert read_day(row, "day") == datetime(2026, 2, 3, 5, tzinfo=UTC)


@pytest.mark.parametrize("text", ["03/02/2026", "2/3/26", "9999-02-03", "2026-02-30", "février"])
def test_it_refuses_a_day_that_is_none_or_two(text: str) -> None:
    with pytest.raises(VocabularyError):
        read_day({"day": text}, "day")


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assume(fold(text))
    assert fold(fold(text)) == fold(text)
