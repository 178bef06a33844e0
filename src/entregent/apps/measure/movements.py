"""« Ce qui a bougé »: parts of a day with far more messages than usual. Counts only, no cause."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from entregent.apps.listen.queries import local_day, zone_of_days
from entregent.apps.measure.lines import Movement
from entregent.apps.measure.models import DayCount, RollUp
from entregent.apps.measure.parts import (
    ABOUT,
    ENOUGH_PEOPLE,
    EXPLAINED,
    MESSAGES,
    NEW,
    PART_METRICS,
    PARTS_OF_DAY,
    PEOPLE,
    WEEKS,
)

TIMES = 3.0
"""How many times more than usual there must be."""
MOST = 3
"""How many movements are told at once, at most."""
_ENOUGH_WEEKS = 4

Counts = dict[tuple[str, date, str], float]


def movements_at(now: datetime) -> list[Movement]:
    """Parts of today, and yesterday's evening, that were unusual; the most unusual first."""
    zone, today = zone_of_days(), local_day(now)
    begins = RollUp.objects.filter(metric="mentions").values_list("begins_on", flat=True).first()
    if begins is None:
        return []
    counts = _counts(today)
    parts = [(today - timedelta(days=1), PARTS_OF_DAY[-1])]
    parts += [(today, part) for part in PARTS_OF_DAY if span_of(today, part, zone)[0] <= now]
    found = [_movement(day, part, counts, begins, zone, now) for day, part in parts]
    told = [movement for movement in found if movement is not None]
    told.sort(key=lambda movement: movement.messages - movement.usual, reverse=True)
    return told[:MOST]


def span_of(day: date, part: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """``[start, until)`` of a part of a day."""
    hours = 24 // len(PARTS_OF_DAY)
    number = PARTS_OF_DAY.index(part)
    start = datetime.combine(day, time(number * hours), zone)
    if number + 1 == len(PARTS_OF_DAY):
        return start, datetime.combine(day + timedelta(days=1), time(), zone)
    return start, datetime.combine(day, time((number + 1) * hours), zone)


def _counts(today: date) -> Counts:
    days = {today - timedelta(days=number) for number in (0, 1)}
    wanted = {day - timedelta(days=7 * week) for day in days for week in range(WEEKS + 1)}
    rows = DayCount.objects.filter(metric__in=[*PART_METRICS, EXPLAINED], day__in=wanted)
    return {
        (metric, day, place): value
        for metric, day, place, value in rows.values_list("metric", "day", "place", "value")
    }


def _movement(
    day: date, part: str, counts: Counts, begins: date, zone: ZoneInfo, now: datetime
) -> Movement | None:
    messages = counts.get((MESSAGES, day, part), 0.0)
    people = int(counts.get((PEOPLE, day, part), 0))
    past = [day - timedelta(days=7 * week) for week in range(1, WEEKS + 1)]
    known = [counts.get((MESSAGES, each, part), 0.0) for each in past if each >= begins]
    if (EXPLAINED, day, part) in counts or people < ENOUGH_PEOPLE or len(known) < _ENOUGH_WEEKS:
        return None
    usual = sum(known) / len(known)
    if messages < TIMES * usual:
        return None
    prefix = f"{part}:"
    about = [
        (value, place.removeprefix(prefix))
        for (metric, when, place), value in counts.items()
        if metric == ABOUT and when == day and place.startswith(prefix)
    ]
    spoken, subject = max(about, default=(0.0, ""), key=lambda pair: (pair[0], pair[1]))
    # Fewer than half of them: then it is not what « they » speak of.
    if 2 * spoken < people:
        spoken, subject = 0.0, ""
    start, until = span_of(day, part, zone)
    return Movement(
        key=f"{day.isoformat()}-{part}",
        day=day,
        part=part,
        start=start,
        until=until,
        messages=int(messages),
        usual=usual,
        times=messages / usual if usual else None,
        people=people,
        new_people=int(counts.get((NEW, day, part), 0)),
        subject=subject,
        subject_people=int(spoken),
        is_running=until > now,
    )
