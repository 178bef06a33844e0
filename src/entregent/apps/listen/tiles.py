"""What roll-ups say: counts by hour or by day, with what was not collected beside them.

A tile opens a few small files and asks no engine. Accounts are distinct within each hour or day;
those of a longer time are not their sum, and nobody is given one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from entregent.apps.listen.models import Reopened, RollUpState
from entregent.apps.listen.queries import collections, zone_of_days
from entregent.apps.organisation.queries import Member, NotFound
from entregent.lake.days import day_of, month_name, start_of
from entregent.lake.rollups.periods import (
    hour_of,
    hours_of_month,
    number_of_period,
    periods_between,
    start_of_hour,
)
from entregent.lake.rollups.registry import ROLL_UPS, RollUp, reached

if TYPE_CHECKING:
    from entregent.lake.rollups.store import RollUps

MOST_PERIODS: Final = 20_000
"""Hours or days of one tile, at most."""
GRAINS: Final = ("hour", "day")


class TileRefused(Exception):
    """A question that roll-ups cannot answer; `code` says why.

    Codes: ``no_such_roll_up``, ``no_such_dimension``, ``no_such_grain``, ``no_time``, ``too_long``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Missing:
    """A time ``[start, until)`` in which a source was not collected, with the reason's code."""

    source: str
    start: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class TileRow:
    """One hour or day, for one combination of values.

    Attributes
    ----------
    start
        Its first instant.
    values
        Of the dimensions asked for; None is unknown.
    activities, accounts
        How many, and by how many distinct accounts within it. None where nothing was collected and
        nothing is known: that is no zero.
    collected
        ``yes``, ``partly`` or ``no``.
    """

    start: datetime
    values: tuple[str | None, ...]
    activities: int | None
    accounts: int | None
    collected: str


@dataclass(frozen=True, slots=True)
class Tile:
    """Counts of some time, and how far they can be trusted.

    Attributes
    ----------
    rows
        Oldest first; where no dimension is asked for, one for each hour or day. Otherwise those
        that have something, or that were not collected.
    total
        Activities in all, each once, also where it has several values of a dimension. What was not
        collected is in `missing` and adds nothing.
    accounts_per_period
        Distinct accounts of each hour or day, in order of time, None as in `TileRow`. They may
        come again on the next one: their sum is no number of accounts.
    missing
        Times that were not collected.
    complete_until
        Before it, everything that was heard is counted; None while nothing is.
    reopened
        Hours or months within the time that are being counted again.
    unsettled
        Changes whose hours are not known yet; the next turn of the loop finds them.
    as_of
        When the record was looked at last for this roll-up.
    """

    roll_up: str
    grain: str
    by: tuple[str, ...]
    rows: tuple[TileRow, ...]
    total: int
    accounts_per_period: tuple[int | None, ...]
    missing: tuple[Missing, ...]
    complete_until: datetime | None
    reopened: int
    unsettled: int
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class State:
    """How far a roll-up has come; attributes as in `Tile`."""

    name: str
    dimensions: tuple[str, ...]
    complete_until: datetime | None
    reopened: int
    unsettled: int
    as_of: datetime | None


def tile(
    viewer: Member,
    name: str,
    since: datetime,
    until: datetime,
    *,
    grain: str = "day",
    where: Mapping[str, str | None] | None = None,
    by: Sequence[str] = (),
) -> Tile:
    """Counts of a roll-up between two times, for those who work here.

    Parameters
    ----------
    viewer
        Who looks.
    name
        One of `entregent.lake.rollups.registry.ROLL_UPS`.
    since, until
        Aware; hours and days that begin in ``[since, until)``.
    grain
        ``hour`` (of UTC) or ``day`` (of the organisation's zone).
    where
        One value for each of some dimensions; None is unknown.
    by
        Dimensions to tell apart.

    Raises
    ------
    NotFound
        If this member may not look.
    TileRefused
        If there is no such roll-up, dimension or grain, or the time is empty or too long.
    """
    from entregent.apps.listen import journal
    from entregent.lake.rollups.store import RollUps

    _require_worker(viewer)
    where = dict(where or {})
    roll_up = _asked(name, grain, (*where, *by))
    zone = zone_of_days()
    numbers = _numbers(grain, since, until, zone)
    # Before the counts: what is taken away between the two is in them.
    state = _state(roll_up)
    reopened = _reopened_between(roll_up, since, until)
    store = RollUps.open(journal.lake())
    listening = _listening(where, zone)
    starts = [start_of_period(grain, number, zone) for number in (*numbers, numbers[-1] + 1)]
    statuses = {
        number: _collected(listening, start, end)
        for number, start, end in zip(numbers, starts, starts[1:], strict=False)
    }
    counts = _Counts(store, roll_up, grain, numbers, where)
    whole = counts.at(()) or {}
    totals = {number: count for (number, _values), count in whole.items()}
    told = counts.at(tuple(by)) if by else whole
    rows = _rows(told, numbers, statuses, grain, zone, fill=not by)
    return Tile(
        roll_up=name,
        grain=grain,
        by=tuple(by),
        rows=tuple(rows),
        total=sum(activities for activities, _ in totals.values()),
        accounts_per_period=tuple(
            totals.get(number, (0, 0 if statuses[number] != "no" else None))[1]
            for number in numbers
        ),
        missing=tuple(_missing(listening, starts[0], starts[-1])),
        complete_until=state.complete_until,
        reopened=reopened,
        unsettled=state.unsettled,
        as_of=state.as_of,
    )


def states(viewer: Member) -> list[State]:
    """How far each roll-up has come, for those who work here."""
    _require_worker(viewer)
    return [_state(roll_up) for roll_up in ROLL_UPS.values()]


def start_of_period(grain: str, number: int, zone: ZoneInfo) -> datetime:
    """First instant of an hour or a day."""
    return start_of_hour(number) if grain == "hour" else start_of(day_of(number), zone)


@dataclass(frozen=True)
class _Counts:
    store: "RollUps | None"
    roll_up: RollUp
    grain: str
    numbers: range
    where: Mapping[str, str | None]

    def at(self, by: tuple[str, ...]) -> dict[tuple[int, tuple[str | None, ...]], tuple[int, int]]:
        """Activities and accounts by number of the period and values of some dimensions."""
        if self.store is None:
            return {}
        first, last = self.numbers[0], self.numbers[-1]
        place = dict(zip(self.roll_up.dimensions, ("first", "second", "third"), strict=False))
        rows = self.store.rows(
            self.grain,
            self.roll_up.name,
            periods_between(self.grain, first, last),
            level=self.roll_up.level_of(frozenset((*self.where, *by))),
            numbers=(first, last),
            equal={place[dimension]: value for dimension, value in self.where.items()},
        )
        names = ("number", *(place[dimension] for dimension in by), "activities", "accounts")
        columns = (rows[name].to_pylist() for name in names)
        return {
            (number, tuple(values)): (activities, accounts)
            for number, *values, activities, accounts in zip(*columns, strict=True)
        }


def _asked(name: str, grain: str, dimensions: Sequence[str]) -> RollUp:
    roll_up = ROLL_UPS.get(name)
    if roll_up is None:
        raise TileRefused("no_such_roll_up")
    if grain not in GRAINS:
        raise TileRefused("no_such_grain")
    if set(dimensions) - set(roll_up.dimensions):
        raise TileRefused("no_such_dimension")
    return roll_up


def _numbers(grain: str, since: datetime, until: datetime, zone: ZoneInfo) -> range:
    """Hours or days that begin in a time."""
    if since >= until:
        raise TileRefused("no_time")
    first = number_of_period(grain, since, zone)
    if start_of_period(grain, first, zone) < since:
        first += 1
    last = number_of_period(grain, until - timedelta(microseconds=1), zone)
    if last < first:
        raise TileRefused("no_time")
    if last - first >= MOST_PERIODS:
        raise TileRefused("too_long")
    return range(first, last + 1)


def _rows(
    told: Mapping[tuple[int, tuple[str | None, ...]], tuple[int, int]],
    numbers: range,
    statuses: Mapping[int, str],
    grain: str,
    zone: ZoneInfo,
    *,
    fill: bool,
) -> list[TileRow]:
    found = [
        TileRow(start_of_period(grain, number, zone), values, *counts, statuses[number])
        for (number, values), counts in told.items()
    ]
    if fill:
        known = {number for number, _ in told}
        for number in numbers:
            if number not in known:
                nothing = None if statuses[number] == "no" else 0
                start = start_of_period(grain, number, zone)
                found.append(TileRow(start, (), nothing, nothing, statuses[number]))
    return sorted(found, key=lambda row: (row.start, [value or "" for value in row.values]))


# What was collected


@dataclass(frozen=True, slots=True)
class _Listened:
    """When a source was listened to: ``[begins, ends)`` but for its gaps, which do not overlap."""

    slug: str
    begins: datetime
    ends: datetime
    gaps: tuple[tuple[datetime, datetime, str], ...]

    def share(self, start: datetime, until: datetime) -> float | None:
        """How much of a time was collected; None if it was not listened to then at all."""
        if until <= self.begins or start >= self.ends:
            return None
        low, high = max(start, self.begins), min(until, self.ends)
        covered = high - low
        for begins, ends, _ in self.gaps:
            if begins < high and ends > low:
                covered -= min(high, ends) - max(low, begins)
        return covered / (until - start)


def _listening(where: Mapping[str, str | None], zone: ZoneInfo) -> list[_Listened]:
    """Sources that tell what is asked for; what lies ahead is not collected yet."""
    wanted, now = where.get("source"), timezone.now()
    found = []
    for each in collections():
        if each.first_day is None or (wanted is not None and each.slug != wanted):
            continue
        ends = now
        if each.last_day is not None:
            ends = min(now, start_of(each.last_day + timedelta(days=1), zone))
        gaps = tuple((gap.start, gap.until or now, gap.reason) for gap in each.gaps)
        found.append(_Listened(each.slug, start_of(each.first_day, zone), ends, gaps))
    return found


def _collected(listening: Sequence[_Listened], start: datetime, until: datetime) -> str:
    """How far a time was collected: ``yes``, ``partly`` or ``no``.

    A source that nobody listened to yet, or no more, says nothing of a time; where that is so of
    all of them, it was not collected.
    """
    shares = [share for each in listening if (share := each.share(start, until)) is not None]
    if not shares or max(shares) <= 0:
        return "no"
    return "yes" if min(shares) >= 1 else "partly"


def _missing(listening: Sequence[_Listened], start: datetime, until: datetime) -> list[Missing]:
    found = [
        Missing(each.slug, max(start, begins), min(until, ends), reason)
        for each in listening
        for begins, ends, reason in each.gaps
        if begins < until and ends > start
    ]
    return sorted(found, key=lambda each: (each.start, each.source))


# How far it has come


def _state(roll_up: RollUp) -> State:
    from entregent.apps.listen import journal

    row = RollUpState.objects.filter(name=roll_up.name).first()
    notes = Reopened.objects.filter(reach__in=_reaches(roll_up))
    earliest: list[datetime] = []
    reopened = 0
    for scope, key in notes.filter(scope__in=["hour", "month"]).values_list("scope", "key"):
        hours = range(key, key + 1) if scope == "hour" else hours_of_month(month_name(key))
        earliest.append(start_of_hour(hours.start))
        reopened += len(hours)
    until = None
    if row is not None:
        now = timezone.now()
        landed = journal.landed_rows()[1]
        until = start_of_hour(hour_of(min(now, landed or now)))
        until = min([until, *earliest])
    return State(
        roll_up.name,
        roll_up.dimensions,
        until,
        reopened,
        notes.filter(scope__in=["object", "account"]).count(),
        row.looked_at if row is not None else None,
    )


def _reaches(roll_up: RollUp) -> list[str]:
    return [
        reach
        for reach in ("all", "texts", "people", roll_up.name)
        if roll_up.name in reached(reach)
    ]


def _reopened_between(roll_up: RollUp, start: datetime, until: datetime) -> int:
    first, last = hour_of(start), hour_of(until - timedelta(microseconds=1))
    low, high = _month(start), _month(until - timedelta(microseconds=1))
    return Reopened.objects.filter(
        Q(scope="hour", key__range=(first, last)) | Q(scope="month", key__range=(low, high)),
        reach__in=_reaches(roll_up),
    ).count()


def _month(moment: datetime) -> int:
    there = moment.astimezone(UTC)
    return there.year * 12 + there.month - 1


def _require_worker(viewer: Member) -> None:
    if not viewer.may_work:
        raise NotFound("Roll-ups are for those who work here.")
