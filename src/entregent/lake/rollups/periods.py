"""Hours and days: their numbers since 1970, and which of them belong together.

An hour is one of UTC. A day is one of the organisation's zone; it may begin at half past an hour,
and have 23 or 25 of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from entregent.lake.days import DAY_S, day_of, month_at, number_of, offsets

HOUR_S = 3_600
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_OFFSET = timedelta(days=1)


def hour_of(moment: datetime) -> int:
    """Number of the hour of UTC in which an aware time lies."""
    return (moment - _EPOCH) // timedelta(hours=1)


def start_of_hour(hour: int) -> datetime:
    """The instant at which an hour begins."""
    return _EPOCH + timedelta(hours=hour)


def month_of_hour(hour: int) -> str:
    """Month of UTC in which an hour lies, as ``2026-11``."""
    return month_at(start_of_hour(hour))


def month_index(month: str) -> int:
    """Number of a month written as ``2026-11``, counted from year 0."""
    return int(month[:4]) * 12 + int(month[5:]) - 1


def hours_of_month(month: str) -> range:
    """The hours of a month of UTC."""
    begins = datetime(int(month[:4]), int(month[5:]), 1, tzinfo=UTC)
    after = (begins + timedelta(days=32)).replace(day=1)
    return range(hour_of(begins), hour_of(after))


@dataclass(frozen=True)
class Span:
    """Hours that are counted again, with the days that they touch.

    Attributes
    ----------
    hours, days
        Numbers since 1970; each hour lies in days of `days` only.
    offsets
        What the zone adds to UTC in their time: see `entregent.lake.days.offsets`.
    begins, ends
        Instants between which all of them lie.
    """

    hours: frozenset[int]
    days: frozenset[int]
    offsets: tuple[tuple[int, int], ...]
    begins: datetime
    ends: datetime

    @property
    def months(self) -> tuple[str, ...]:
        """Months of UTC that the time between `begins` and `ends` touches."""
        return tuple(months_between(self.begins, self.ends))

    @classmethod
    def of(cls, hours: Collection[int], zone: ZoneInfo) -> "Span":
        """The span of at least one hour, of one month or a little more, in a zone."""
        first, last = start_of_hour(min(hours)), start_of_hour(max(hours) + 1)
        changes = offsets(zone, last + 2 * _LONGEST_OFFSET, since=first - 2 * _LONGEST_OFFSET)
        days = {day for hour in hours for day in days_of(hour, changes)}
        low, high = min(added for _, added in changes), max(added for _, added in changes)
        return cls(
            frozenset(hours),
            frozenset(days),
            tuple(changes),
            _EPOCH + timedelta(seconds=min(days) * DAY_S - high),
            _EPOCH + timedelta(seconds=(max(days) + 1) * DAY_S - low),
        )


def days_of(hour: int, changes: Collection[tuple[int, int]]) -> set[int]:
    """Numbers of the days that an hour touches: one, or two where a day begins within it."""
    begins, ends = hour * HOUR_S, (hour + 1) * HOUR_S - 1
    # Clocks go on steadily, but where the zone changes: before and after it they tell the days.
    moments = {begins, ends}
    for since, _ in changes:
        if begins < since <= ends:
            moments |= {since - 1, since}
    return {(moment + _added(moment, changes)) // DAY_S for moment in moments}


def _added(moment_s: int, changes: Collection[tuple[int, int]]) -> int:
    """What the zone adds to UTC at a time."""
    found = 0
    for place, (since, added) in enumerate(changes):
        if place == 0 or moment_s >= since:
            found = added
    return found


def period_of(grain: str, number: int) -> str:
    """Folder in which an hour (its month), a day (its year) or its speakers (its month) lie."""
    if grain == "hour":
        return month_of_hour(number)
    return day_of(number).strftime("%Y-%m" if grain == "speaker" else "%Y")


def months_between(since: datetime, until: datetime) -> list[str]:
    """Months of UTC that a time touches, both ends included."""
    first, last = since.astimezone(UTC), until.astimezone(UTC)
    count = (last.year - first.year) * 12 + last.month - first.month
    months = range(first.month - 1, first.month + count)
    return [f"{first.year + month // 12:04d}-{month % 12 + 1:02d}" for month in months]


def periods_between(grain: str, first: int, last: int) -> list[str]:
    """Folders in which some hours or days lie, the first and the last included."""
    if grain == "hour":
        return months_between(start_of_hour(first), start_of_hour(last))
    return [f"{year:04d}" for year in range(day_of(first).year, day_of(last).year + 1)]


def number_of_period(grain: str, moment: datetime, zone: ZoneInfo) -> int:
    """Number of the hour or day in which a time lies."""
    if grain == "hour":
        return hour_of(moment)
    return number_of(moment.astimezone(zone).date())
