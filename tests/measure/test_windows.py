"""Windows lie side by side, and their means are those of the collected days."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.apps.measure.lines import Series
from entregent.apps.measure.windows import BEFORE_DAYS, stayed_of, windows_of

FIRST = date(2024, 2, 1)
ONE = timedelta(days=1)


def series(values: list[float | None], begin: date, until: date | None) -> Series:
    days = tuple(begin + timedelta(days=number) for number in range(len(values)))
    return Series("follows", "", days, tuple(values), "", "", "", until)


numbers = st.one_of(st.none(), st.integers(0, 60).map(float))


@given(
    length=st.integers(1, 120),
    values=st.lists(numbers, max_size=700),
    offset=st.integers(-200, 200),
    after=st.integers(-50, 1200),
)
def test_windows_cover_each_day_once_and_tell_all_of_what_was_collected(
    length: int, values: list[float | None], offset: int, after: int
) -> None:
    last = FIRST + timedelta(days=length - 1)
    until = last + timedelta(days=after)
    counted = series(values, FIRST + timedelta(days=offset), until)
    found = windows_of(FIRST, last, counted)

    assert found[0].last_date == FIRST - ONE
    assert found[0].first_date >= FIRST - timedelta(days=BEFORE_DAYS)
    for one, next_one in pairwise(found):
        assert next_one.first_date == one.last_date + ONE
    assert found[-1].last_date == last + timedelta(days=1095)
    for window in found:
        within = [
            value
            for day, value in zip(counted.days, counted.values, strict=True)
            if window.first_date <= day <= min(window.last_date, until) and value is not None
        ]
        assert window.days_counted == len(within)
        assert (window.mean is None) == (not within)
        if within:
            assert window.mean == sum(within) / len(within)
        assert window.is_to_come == (window.first_date > until)
        assert window.is_running == (window.first_date <= until < window.last_date)
        if not window.is_to_come:
            past = (min(window.last_date, until) - window.first_date).days + 1
            assert window.days_counted + window.days_missing == past


def test_before_begins_with_what_there_is() -> None:
    begin = FIRST - timedelta(days=40)
    before = windows_of(FIRST, FIRST, series([8.0] * 41, begin, FIRST))[0]
    assert (before.first_date, before.from_day, before.to_day) == (begin, -40, -1)
    assert before.days_missing == 0


def test_a_gap_is_no_zero_in_a_mean() -> None:
    values = [8.0] * 90 + [49.0, None, None, 49.0]
    window = windows_of(
        FIRST,
        FIRST + 3 * ONE,
        series(values, FIRST - timedelta(days=90), FIRST + 3 * ONE),
    )[1]
    assert window.mean == 49
    assert (window.days_counted, window.days_missing, window.is_thin) == (2, 2, False)


def test_what_stayed_is_told_by_the_newest_window_that_is_over() -> None:
    last = FIRST + timedelta(days=27)
    values = [8.0] * 90 + [49.0] * 28 + [9.0] * 30 + [10.0] * 60 + [40.0] * 20
    until = FIRST - timedelta(days=90) + timedelta(days=len(values) - 1)
    told = stayed_of(windows_of(FIRST, last, series(values, FIRST - timedelta(days=90), until)))
    assert told.window is not None
    assert told.window.code == "31-90"
    assert told.difference == 2
    assert told.before is not None
    assert told.before.mean == 8


def test_a_window_with_less_than_half_of_its_days_tells_nothing_of_what_stayed() -> None:
    values = [8.0] * 91 + [20.0] * 10 + [None] * 25
    until = FIRST + timedelta(days=35)
    told = stayed_of(windows_of(FIRST, FIRST, series(values, FIRST - timedelta(days=90), until)))
    assert told.window is None
    assert told.difference is None


def test_a_rolling_mean_leaves_out_what_was_not_collected() -> None:
    told = series([7.0, 7.0, 7.0, 7.0, None, None, None, None, 14.0], FIRST, None).rolling(7)
    assert told[3] == 7
    assert told[4:8] == (None,) * 4
    assert told[8] is None


def test_what_stayed_is_told_from_the_same_weeks_of_an_earlier_year() -> None:
    # Ten a day in winter, two in summer, every year alike: nothing stayed.
    begin = FIRST - timedelta(days=900)
    days = [begin + timedelta(days=number) for number in range(900 + 400)]
    values = [10.0 if day.month in {12, 1, 2} else 2.0 for day in days]
    counted = series(values, begin, days[-1])

    told = stayed_of(windows_of(FIRST, FIRST, counted), counted)

    assert told.same_weeks is not None
    assert told.same_weeks.last_date < FIRST
    assert told.difference == pytest.approx(0, abs=0.2)
    plain = stayed_of(windows_of(FIRST, FIRST, counted))
    assert plain.same_weeks is None
