"""Days of a zone and months of UTC, as every engine can count them.

A day is told by seconds, and what the zone adds to them; a month by its name or its number.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAY_S = 86_400
EPOCH = date(1970, 1, 1)
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=7)
_TIME: Final = "timestamp('UTC', 6)"


def month_number(month: str) -> int:
    """Number of a month written as ``2026-11``, counted from year 0; at most 32 767."""
    year, _, number = month.partition("-")
    return min(int(year) * 12 + int(number) - 1, 32_767)


@lru_cache(maxsize=1024)
def month_name(number: int) -> str:
    """The month with a number, as ``2026-11``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def month_at(moment: date) -> str:
    """The month of a day, or of an instant in UTC, as the record names folders: ``2026-11``."""
    return month_name(moment.year * 12 + moment.month - 1)


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


def seconds_of(moment: "ir.TimestampValue") -> "ir.IntegerValue":
    """Whole seconds since 1970 as an Ibis expression, rounded down.

    By a function that each engine has under some name: to cut an instant at a second goes by
    DuckDB's zones, and takes sixty times as long.
    """
    return _unix_micros()(moment) // 1_000_000


@cache
def _unix_micros() -> Any:
    import ibis

    def unix_micros(moment: Any) -> Any: ...

    made = ibis.udf.scalar.builtin(name="unix_micros", signature=((_TIME,), "int64"))
    return made(unix_micros)


def local_seconds(
    moment: "ir.TimestampValue", changes: Sequence[tuple[int, int]]
) -> "ir.IntegerValue":
    """Whole seconds since 1970 on the clock of a zone, as an Ibis expression."""
    seconds = seconds_of(moment)
    return seconds + _offset_of(seconds, changes)


def _offset_of(
    seconds: "ir.IntegerValue", changes: Sequence[tuple[int, int]]
) -> "ir.IntegerValue | int":
    """Offset of the zone, by halving: decades of changes asked one by one took 10 us a row."""
    import ibis

    if len(changes) == 1:
        return changes[0][1]
    middle = len(changes) // 2
    later, earlier = (_offset_of(seconds, part) for part in (changes[middle:], changes[:middle]))
    return ibis.ifelse(
        seconds >= changes[middle][0],
        *(
            ibis.literal(each, "int64") if isinstance(each, int) else each
            for each in (later, earlier)
        ),
    )


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
