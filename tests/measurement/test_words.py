"""Numbers and days as the two languages write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.measurement.results import Interval
from entregent.measurement.words import (
    between,
    day_in_words,
    digits_for,
    number,
    percent,
    with_bounds,
)

NO_BREAK = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "digits", "french", "english"),
    [
        (1234.5, 1, f"1{NO_BREAK}234,5", "1,234.5"),
        (1234567, 0, f"1{NO_BREAK}234{NO_BREAK}567", "1,234,567"),
        (-31.0, 0, "−31", "−31"),
        (0.4, None, "0,4", "0.4"),
        (0.04, None, "0,04", "0.04"),
        (41.3, None, "41", "41"),
        (0.0, None, "0,00", "0.00"),
        (-0.001, 1, "0,0", "0.0"),
        (float("nan"), None, "—", "—"),
        (float("inf"), None, "—", "—"),
    ],
)
def test_a_number_is_written_as_each_language_does(value, digits, french, english):
    assert number(value, "fr", digits) == french
    assert number(value, "en", digits) == english


@given(st.floats(-1e12, 1e12), st.integers(0, 4))
def test_a_number_reads_back_in_both_languages(value, digits):
    english = number(value, "en", digits).replace(",", "").replace("−", "-")
    french = number(value, "fr", digits).replace(NO_BREAK, "").replace(",", ".").replace("−", "-")
    assert float(english) == float(french) == pytest.approx(round(value, digits), abs=10**-digits)
    assert " " not in number(value, "fr", digits)


def test_a_percentage_has_a_space_in_french_alone():
    assert percent(0.12, "fr") == f"12{NO_BREAK}%"
    assert percent(0.12, "en") == "12%"
    assert percent(-0.005, "en", 1) == "−0.5%"


def test_bounds_have_as_many_decimals_as_the_larger_needs():
    interval = Interval(0.4, -1.2, 2.1)
    assert with_bounds(interval, "fr") == "0,4 (de −1,2 à 2,1)"
    assert with_bounds(interval, "en") == "0.4 (−1.2 to 2.1)"
    assert between(Interval(41, 33, 49), "fr") == "de 33 à 49"


@pytest.mark.parametrize(("value", "digits"), [(10, 0), (9.96, 0), (9.9, 1), (0.1, 1), (0.05, 2)])
def test_decimals_follow_the_size(value, digits):
    assert digits_for(value) == digits
    assert digits_for(value, -value / 2, float("nan")) == digits


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 2, 3), "3 février 2026", "February 3, 2026"),
        (date(2026, 3, 1), "1ᵉʳ mars 2026", "March 1, 2026"),
    ],
)
def test_a_day_is_written_out(day, french, english):
    assert day_in_words(day, "fr") == french
    assert day_in_words(day, "en") == english
