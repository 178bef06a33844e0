"""Time as people who work count it: within opening hours, on working days that are no holidays."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

__all__ = ["WorkingHours", "after", "worked"]

_LONGEST_DAYS = 3_700
"""Days that are looked at before giving up: ten years without one open hour is a mistake."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When people are there.

    Attributes
    ----------
    opens_at, closes_at
        ``[opens_at, closes_at)`` of each working day, in `zone`.
    working_days
        Monday is 0.
    zone
        Zone of the clock on the wall.
    """

    opens_at: time
    closes_at: time
    working_days: tuple[int, ...]
    zone: ZoneInfo


def worked(
    start: datetime, end: datetime, hours: WorkingHours, holidays: Container[date] = ()
) -> timedelta:
    """Working time in ``[start, end)``.

    Parameters
    ----------
    start, end
        Aware; nothing has passed if `end` is not after `start`.
    hours
        When people are there.
    holidays
        Days, in the zone of `hours`, on which they are not.

    Returns
    -------
    timedelta
        Never negative; real time, also where clocks change within opening hours.
    """
    total = timedelta()
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    for opening, closing in _stretches(start, hours, holidays):
        if opening >= end:
            break
        total += max(timedelta(), min(closing, end) - max(opening, start))
    return total


def after(
    start: datetime, span: timedelta, hours: WorkingHours, holidays: Container[date] = ()
) -> datetime:
    """The moment at which `span` of working time has passed since `start`.

    Parameters
    ----------
    start
        Aware.
    span
        Zero or more of working time; zero gives the first moment at which people are there.
    hours, holidays
        As in `worked`.

    Returns
    -------
    datetime
        In UTC.

    Raises
    ------
    ValueError
        If the hours are never open.
    """
    left = max(span, timedelta())
    start = start.astimezone(UTC)
    for opening, closing in _stretches(start, hours, holidays):
        begin = max(opening, start)
        if begin >= closing:
            continue
        if left <= closing - begin:
            return begin + left
        left -= closing - begin
    raise ValueError("these working hours are never open")


def _stretches(
    start: datetime, hours: WorkingHours, holidays: Container[date]
) -> Iterator[tuple[datetime, datetime]]:
    """Open stretches from the day of `start` on, in UTC, so that differences are real time."""
    day = start.astimezone(hours.zone).date()
    for _ in range(_LONGEST_DAYS):
        if day.weekday() in hours.working_days and day not in holidays:
            yield (
                datetime.combine(day, hours.opens_at, hours.zone).astimezone(UTC),
                datetime.combine(day, hours.closes_at, hours.zone).astimezone(UTC),
            )
        if day == date.max:
            return
        day += timedelta(days=1)
