"""Working time: within opening hours, on working days that are no holidays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.vocabulary.working_hours import WorkingHours, after, worked

ZONE = ZoneInfo("America/Toronto")
WEEK = WorkingHours(time(9), time(17), (0, 1, 2, 3, 4), ZONE)
TUESDAY = date(2026, 11, 17)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (local(17, 10), local(17, 13, 20), 3 + 1 / 3),
        (local(16, 16), local(17, 10), 2),
        (local(13, 16), local(16, 10), 2),  # over a week-end
        (local(14, 8), local(15, 20), 0),
        (local(17, 13), local(17, 10), 0),
    ],
)
def test_only_time_within_opening_hours_counts(
    start: datetime, end: datetime, hours: float
) -> None:
    assert worked(start, end, WEEK) == timedelta(hours=hours)


def test_nobody_works_on_a_holiday() -> None:
    assert worked(local(16, 16), local(18, 10), WEEK, {TUESDAY}) == timedelta(hours=2)
    assert after(local(16, 16), timedelta(hours=2), WEEK, {TUESDAY}) == local(18, 10)


def test_a_deadline_moves_into_opening_hours() -> None:
    assert after(local(13, 16, 30), timedelta(hours=2), WEEK) == local(16, 10, 30)
    assert after(local(14, 3), timedelta(0), WEEK) == local(16, 9)
    assert after(local(17, 9), timedelta(hours=8), WEEK) == local(17, 17)


def test_hours_that_never_open_are_refused() -> None:
    with pytest.raises(ValueError, match="never open"):
        after(local(17, 9), timedelta(hours=1), WorkingHours(time(9), time(17), (), ZONE))


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC)
)


@given(start=MOMENTS, minutes=st.integers(1, 5_000))
def test_after_gives_back_what_worked_counts(start: datetime, minutes: int) -> None:
    span = timedelta(minutes=minutes)
    assert worked(start, after(start, span, WEEK), WEEK) == span


@given(moments=st.tuples(MOMENTS, MOMENTS, MOMENTS).map(sorted))
def test_stretches_add_up(moments: list[datetime]) -> None:
    one, two, three = moments
    assert worked(one, two, WEEK) + worked(two, three, WEEK) == worked(one, three, WEEK)
