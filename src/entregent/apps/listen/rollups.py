"""Roll-ups kept up to date: what has to be counted again, and counting it.

Whatever changes what a roll-up counts notes the hours, or the keys whose hours are not known yet,
in its own transaction. The keeper counts them again, writes the counts, and only then takes the
notes away. So a roll-up is complete but for what is noted, and a crash at any step costs nothing
but counting once more.
"""

import secrets
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
from django.db import connection, transaction
from django.db.models import Min, Q
from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.clock import has_passed
from entregent.apps.listen.lease import Claim
from entregent.apps.listen.models import Reopened, RollUpState
from entregent.apps.listen.queries import zone_of_days
from entregent.apps.organisation.actions import record as audit
from entregent.lake.days import day_of, month_name, start_of
from entregent.lake.record import Record, read
from entregent.lake.rollups.counting import TABLES, count, hours_of
from entregent.lake.rollups.periods import (
    Span,
    hour_of,
    hours_of_month,
    month_index,
    month_of_hour,
)
from entregent.lake.rollups.registry import ALL, ROLL_UPS, SPEAKERS, TEXTS, reached
from entregent.lake.rollups.store import RollUps, rows_kept
from entregent.lake.rollups.touching import (
    ACCOUNT,
    HOUR,
    MONTH,
    OBJECT,
    Note,
    notes_of,
)

MOST_KEYS = 20_000
"""Keys whose hours are looked up at once."""
MOST_TOGETHER = 300_000
"""Activities of months that are counted together, at most; one month may have more."""
COUNT_MB = 1_536
"""Memory of the engine while it counts: three million activities of one month take most of it."""
LATE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class _Noted:
    """Notes that were read, with the marks by which they are known to be the same still."""

    marks: Mapping[Note, int]

    @classmethod
    def where(cls, condition: Q, limit: int | None = None) -> "_Noted":
        rows = Reopened.objects.filter(condition).order_by("id")[:limit]
        found = rows.values_list("scope", "key", "reach", "mark")
        return cls({Note(scope, key, reach): mark for scope, key, reach, mark in found})

    def remove(self) -> None:
        """Take these notes away, but for those that were noted again since."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM listen_reopened "
                "WHERE scope = %s AND key = %s AND reach = %s AND mark = %s",
                [(*note, mark) for note, mark in self.marks.items()],
            )


# What has to be counted again


def reopen(notes: Collection[Note]) -> None:
    """Note what has to be counted again, inside the caller's transaction."""
    mark = secrets.randbits(62)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO listen_reopened (scope, key, reach, mark) VALUES (%s, %s, %s, %s) "
            "ON CONFLICT (scope, key, reach) DO UPDATE SET mark = excluded.mark",
            [(*note, mark) for note in sorted(notes)],
        )


def reopen_texts(object_keys: Collection[int]) -> None:
    """Note that labels of some texts were corrected; inside the caller's transaction."""
    reopen({Note(OBJECT, key, TEXTS) for key in object_keys})


def reopen_hours(hours: Collection[int]) -> None:
    """Note that something went from some hours, or came; inside the caller's transaction."""
    reopen(notes_of(sorted(hours), ALL))


def count_all_again() -> None:
    """Let the next turn count everything anew; inside the caller's transaction."""
    RollUpState.objects.all().delete()
    Reopened.objects.all().delete()


def spoke_before(day: int) -> pa.Table | None:
    """When each account spoke last on each day before one, or None while that is not known.

    Parameters
    ----------
    day
        Its number, in the organisation's zone.

    Returns
    -------
    pyarrow.Table or None
        ``actor_key``, ``seconds`` (on the clock of the zone), ``source``, ``object_type``.
    """
    zone = zone_of_days()
    state = RollUpState.objects.filter(name=SPEAKERS).first()
    if state is None or state.shape != _shapes(zone)[SPEAKERS]:
        return None
    ends = hour_of(start_of(day_of(day), zone)) + 1
    notes = Reopened.objects.filter(reach__in=[ALL, SPEAKERS])
    last_month = month_index(month_of_hour(ends))
    if notes.filter(
        Q(scope__in=[OBJECT, ACCOUNT])
        | Q(scope=HOUR, key__lte=ends)
        | Q(scope=MONTH, key__lte=last_month)
    ).exists():
        return None
    store = RollUps.open(journal.lake())
    if store is None or store.table_id != state.table or store.version < state.version:
        return None
    return store.speakers(day)


# Counting it


def is_late() -> bool:
    """Whether something waits to be counted, and nobody has looked for a minute."""
    looked = RollUpState.objects.aggregate(at=Min("looked_at"))["at"]
    is_long_ago = looked is None or has_passed(looked, LATE_AFTER)
    return is_long_ago and Reopened.objects.exists()


def refresh_due(
    claim: Claim,
    corrections: Callable[[], pa.Table],
    *,
    found: Callable[[Collection[int]], None] = lambda _: None,
) -> int:
    """Count again what has to be, of the newest month in which something has.

    Small months that all have to be counted from nothing are counted together: most of what it
    takes to count one of them is not its rows.

    Parameters
    ----------
    claim
        Ours to be the keeper: nobody else writes counts.
    corrections
        Gives what members said labels should be: rows of
        `entregent.lake.rollups.counting.CORRECTIONS`.
    found
        Told, in the transaction that notes them, the hours of what was known by its key alone.

    Returns
    -------
    int
        Hours that were counted; 0 if nothing is left to do, or somebody else does it.

    Raises
    ------
    LostRace
        If another keeper wrote counts meanwhile.
    """
    zone = zone_of_days()
    if not _is_due(zone) or not claim.take():
        return 0
    # Before the record is looked at: whoever writes in between is noticed when we write.
    store = RollUps.create(journal.lake())
    _begin_anew(store, zone)
    _find_hours(found)
    newest = _newest_month()
    if newest is None:
        return 0
    oldest = _oldest_beside(newest)
    hours = range(hours_of_month(oldest).start, hours_of_month(newest).stop)
    noted = _Noted.where(
        Q(scope=HOUR, key__gte=hours.start, key__lt=hours.stop)
        | Q(scope=MONTH, key__gte=month_index(oldest), key__lte=month_index(newest))
    )
    span = Span.of(_hours_in(noted, hours), zone)
    names = sorted({name for note in noted.marks for name in reached(note.reach)})
    at = timezone.now()
    rows = 0
    if names:
        counted = read(_open, lambda record: _counted(record, corrections(), names, span, claim))
        if not claim.is_held() and not claim.take():
            return 0
        rows = store.replace(counted, span, zone, at=at)
    with transaction.atomic():
        noted.remove()
        RollUpState.objects.filter(name__in=names).update(version=store.version, looked_at=at)
        audit(
            acting_user=None,
            action="listen.hours_counted",
            subject=f"hours:{newest}" if oldest == newest else f"hours:{oldest}/{newest}",
            changes={"hours": [0, len(span.hours)], "rows": [0, rows]},
        )
    return len(span.hours)


def _is_due(zone: ZoneInfo) -> bool:
    if Reopened.objects.exists():
        return True
    shapes = dict(RollUpState.objects.values_list("name", "shape"))
    return shapes != _shapes(zone)


def _shapes(zone: ZoneInfo) -> dict[str, str]:
    """What everything is counted by, by its name."""
    told = {name: ",".join(roll_up.dimensions) for name, roll_up in ROLL_UPS.items()}
    return {name: f"{by}@{zone.key}" for name, by in {**told, SPEAKERS: ""}.items()}


def _begin_anew(store: RollUps, zone: ZoneInfo) -> None:
    """Note every month of the roll-ups that are new, or were counted by something else."""
    states = {row.name: row for row in RollUpState.objects.all()}
    table, version = store.table_id, store.version
    if any(row.table != table or row.version > version for row in states.values()):
        # Another table, or an older one, than the one that we counted into: a backup came back.
        states = {}
    new = {
        name: shape
        for name, shape in _shapes(zone).items()
        if name not in states or states[name].shape != shape
    }
    if not new:
        return
    for name in new:
        store.drop(name)
    # What waits first: a batch that is kept in between is in the lake.
    waiting = journal.waiting_batches().values()
    rows = [batch["activities"] for batch in waiting if "activities" in batch]
    named = {month for each in rows for month in each["month"].unique().to_pylist()}
    months = [month_index(month) for month in sorted(named.union(rows_kept(journal.lake())))]
    with transaction.atomic():
        for name, shape in new.items():
            RollUpState.objects.update_or_create(
                name=name,
                defaults={
                    "shape": shape,
                    "table": store.table_id,
                    "version": store.version,
                    "looked_at": None,
                },
            )
        RollUpState.objects.exclude(name__in=_shapes(zone)).delete()
        Reopened.objects.filter(scope__in=[HOUR, MONTH], reach__in=new).delete()
        reopen({Note(MONTH, month, name) for month in months for name in new})


def _find_hours(found: Callable[[Collection[int]], None]) -> None:
    """Turn keys into the hours in which they are counted."""
    noted = _Noted.where(Q(scope__in=[OBJECT, ACCOUNT]), MOST_KEYS)
    if not noted.marks:
        return
    by_reach: dict[str, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for note in noted.marks:
        by_reach[note.reach][note.scope == ACCOUNT].add(note.key)

    def ask(record: Record) -> dict[str, set[int]]:
        return {
            reach: hours_of(record, objects, accounts)
            for reach, (objects, accounts) in by_reach.items()
        }

    hours = read(lambda: _open(("activities",)), ask)
    with transaction.atomic():
        for reach, some in hours.items():
            reopen(notes_of(sorted(some), reach))
        found(frozenset().union(*hours.values()))
        noted.remove()


def _open(tables: Collection[str] = TABLES) -> Record:
    """A look at what was admitted; what has only landed is noted when it is."""
    waiting = journal.waiting_batches()
    return Record(journal.lake(), waiting, tables=tables, memory_mb=COUNT_MB)


def _newest_month() -> str | None:
    hours = Reopened.objects.filter(scope=HOUR).order_by("-key").values_list("key", flat=True)
    months = Reopened.objects.filter(scope=MONTH).order_by("-key").values_list("key", flat=True)
    newest_hour, newest_month = hours.first(), months.first()
    found = [] if newest_month is None else [newest_month]
    if newest_hour is not None:
        found.append(month_index(month_of_hour(newest_hour)))
    return month_name(max(found)) if found else None


def _oldest_beside(newest: str) -> str:
    """The oldest month that is counted together with the newest one: they are noted alike."""
    reaches: dict[int, set[str]] = defaultdict(set)
    for key, reach in Reopened.objects.filter(scope=MONTH).values_list("key", "reach"):
        reaches[key].add(reach)
    oldest = month_index(newest)
    if oldest not in reaches:
        return newest
    rows = rows_kept(journal.lake())
    together = rows.get(newest, 0)
    while reaches.get(oldest - 1) == reaches[oldest]:
        together += rows.get(month_name(oldest - 1), 0)
        if together > MOST_TOGETHER:
            break
        oldest -= 1
    return month_name(oldest)


def _hours_in(noted: _Noted, hours: range) -> set[int]:
    if any(note.scope == MONTH for note in noted.marks):
        return set(hours)
    return {note.key for note in noted.marks}


def _counted(
    record: Record,
    corrections: pa.Table,
    names: Sequence[str],
    span: Span,
    claim: Claim,
) -> dict[str, pa.Table]:
    found = {}
    for name, rows in zip(names, count(record, corrections, names, span), strict=True):
        found[name] = rows
        # A large month takes a while, and the lease is for half a minute.
        claim.take()
    return found
