"""Days of a zone and months of UTC, as every engine can count them.

A day is told by seconds, and what the zone adds to them; a month by its name or its number.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAY_S = 86_400
EPOCH = date(1970, 1, 1)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=7)


def month_number(month: str) -> int:
    """Number of a month written as ``2026-11``, counted from year 0; at most 32 767."""
    year, _, number = month.partition("-")
    return min(int(year) * 12 + int(number) - 1, 32_767)


def month_name(number: int) -> str:
    """The month with a number, as ``2026-11``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def number_of(day: date) -> int:
    """Number of a day since 1 January 1970."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day with a number since 1 January 1970."""
    return EPOCH + timedelta(days=number)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def offsets(
    zone: ZoneInfo, until: datetime, *, since: datetime = _EARLIEST
) -> list[tuple[int, int]]:
    """What a zone adds to UTC, as ``(from_s, offset_s)``, oldest first.

    Parameters
    ----------
    zone
        Zone of the days.
    until, since
        Aware; changes after and before are left out.

    Returns
    -------
    list of tuple
        `from_s` is the first second (since 1970, UTC) at which the offset holds; the first entry
        holds for everything before the second one.
    """
    found = [(0, _offset(zone, since))]
    low = since
    while low < until:
        high = low + _STEP
        if _offset(zone, high) != found[-1][1]:
            found.append((_change(zone, low, high), _offset(zone, high)))
        low = high
    return found


def local_seconds(moment: "ir.TimestampValue", changes: list[tuple[int, int]]) -> "ir.NumericValue":
    """Seconds since 1970 on the clock of a zone, as an Ibis expression."""
    import ibis

    seconds = moment.epoch_seconds()
    branches = [
        (seconds >= begins, ibis.literal(offset, "int64"))
        for begins, offset in reversed(changes[1:])
    ]
    added = ibis.cases(*branches, else_=ibis.literal(changes[0][1], "int64")) if branches else None
    return seconds + (added if added is not None else changes[0][1])


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> int:
    """The first second at which the offset is that of `high`; it changes once in between."""
    new = _offset(zone, high)
    first, last = int(low.timestamp()), int(high.timestamp())
    while last - first > 1:
        middle = (first + last) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == new:
            last = middle
        else:
            first = middle
    return last
