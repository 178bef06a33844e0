"""Hours of UTC and days of a zone, also where clocks change and days begin at half past."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.lake.days import month_name
from entregent.lake.rollups.periods import (
    HOUR_S,
    Span,
    hour_of,
    hours_of_month,
    month_index,
    month_of_hour,
    periods_between,
    start_of_hour,
)

ZONES = st.sampled_from(
    ["America/Toronto", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)
HOURS = st.integers(
    hour_of(datetime(1985, 1, 1, tzinfo=UTC)), hour_of(datetime(2030, 1, 1, tzinfo=UTC))
)


def day_number(moment: datetime, zone: ZoneInfo) -> int:
    return (moment.astimezone(zone).date() - date(1970, 1, 1)).days


@given(hour=HOURS, zone=ZONES)
def test_a_span_holds_every_day_that_its_hour_touches_and_no_other(hour: int, zone: str) -> None:
    place = ZoneInfo(zone)
    span = Span.of({hour}, place)
    begins = start_of_hour(hour)
    minutes = [begins + timedelta(seconds=second) for second in range(0, HOUR_S, 60)]
    minutes.append(begins + timedelta(seconds=HOUR_S, microseconds=-1))
    assert span.days == {day_number(minute, place) for minute in minutes}
    assert span.begins <= begins
    assert span.ends >= begins + timedelta(hours=1)


# Clocks went back at one minute past midnight, so that a day came back after the next had begun.
@pytest.mark.parametrize("hour", range(-3, 4))
def test_a_day_that_comes_back_for_an_hour_is_touched_by_that_hour(hour: int) -> None:
    place = ZoneInfo("America/St_Johns")
    changes = datetime(2006, 10, 29, 2, 31, tzinfo=UTC)
    number = hour_of(changes) + hour
    begins = start_of_hour(number)
    seconds = (begins + timedelta(seconds=second) for second in range(0, HOUR_S, 15))
    assert Span.of({number}, place).days == {day_number(second, place) for second in seconds}


@given(hour=HOURS, zone=ZONES)
def test_all_of_a_days_time_lies_in_the_span(hour: int, zone: str) -> None:
    place = ZoneInfo(zone)
    span = Span.of({hour}, place)
    for day in span.days:
        for moment in (0, 1, 12, 22, 23):
            local = datetime.combine(
                date(1970, 1, 1) + timedelta(days=day), datetime.min.time(), place
            ).replace(hour=moment)
            assert span.begins <= local.astimezone(UTC) < span.ends
            assert month_of_hour(hour_of(local.astimezone(UTC))) in span.months


def test_months_are_numbered_without_a_gap() -> None:
    assert month_name(month_index("2026-11")) == "2026-11"
    assert month_index("2027-01") == month_index("2026-12") + 1
    assert len(hours_of_month("2026-02")) == 28 * 24
    assert {month_of_hour(hour) for hour in hours_of_month("2026-02")} == {"2026-02"}


def test_folders_are_months_of_hours_and_years_of_days() -> None:
    first = hour_of(datetime(2025, 11, 30, 23, tzinfo=UTC))
    last = hour_of(datetime(2026, 2, 1, 0, tzinfo=UTC))
    assert periods_between("hour", first, last) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert periods_between("day", first // 24, last // 24) == ["2025", "2026"]
