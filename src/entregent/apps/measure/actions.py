"""Every write of measuring: one transaction, a member who acts, an audit row."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from entregent.apps.address.queries import campaign_metric, names_by_id
from entregent.apps.listen.queries import local_day, network_names, zone_of_days
from entregent.apps.measure.models import DayCount, Finding, Moment, ReadOut, RollUp
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.queries import Member, NotFound
from entregent.vocabulary import ACCOUNT_TYPES

if TYPE_CHECKING:
    import pyarrow as pa

    from entregent.apps.measure.deeds import House

PARTS = "by_part"
"""Roll-up of messages by part of the day, for the last weeks: see movements.py."""
_BEING_COUNTED = "#"
_ALL = date(1970, 1, 1)
LONGEST_WHY = 120
"""Characters of an explanation that a chart has room for."""
_SAID = ("mentions", "positive", "negative", "people_back", "recommendations", "coverage", PARTS)
_BY_TYPE = {
    "Follow": ("follows", "unfollows"),
    "Undo": ("unfollows",),
    "View": ("visits", "scans"),
    "Arrive": ("check_ins",),
    "Accept": ("redemptions",),
    "schema:BuyAction": ("orders", "redemptions"),
    "Announce": ("recommendations",),
    "Create": _SAID,
    "Update": _SAID,
    "Delete": _SAID,
}


class MeasureRefused(Exception):
    """A change that cannot be made; `code` says why.

    Codes: ``planned_already``, ``no_such_member``, ``no_such_campaign``, ``why_missing``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def origins_of(rows: "pa.Table") -> dict[int, date]:
    """First possible days of the texts that edits and deletions touch without saying when.

    Parameters
    ----------
    rows
        Activities that are being kept, in the columns of the lake.

    Returns
    -------
    dict
        By `object_key`; without those that the record does not know yet.
    """
    import numpy as np
    import pyarrow.compute as pc

    from entregent.apps.listen import journal
    from entregent.lake.days import month_name
    from entregent.lake.key_run import UNKNOWN
    from entregent.lake.keys import created_key
    from entregent.lake.record import Record

    undated = rows.filter(pc.and_(_changes(rows), pc.is_null(rows["object_published"])))
    keys = sorted(set(undated["object_key"].to_pylist()) - {None})
    if not keys:
        return {}
    waiting = journal.waiting_batches()
    with Record(journal.lake(), waiting, tables=("activities",)) as record:
        months = record.months_of(np.array([created_key(key) for key in keys], np.int64)).tolist()
    return {
        # The month is one of UTC; its first hours may lie on the day before.
        key: date.fromisoformat(f"{month_name(month)}-01") - timedelta(days=1)
        for key, month in zip(keys, months, strict=True)
        if month != UNKNOWN
    }


def mark_dirty(rows: "pa.Table", origins: Mapping[int, date]) -> None:
    """Note from which day on each metric has to be counted again; inside the keeper's transaction.

    Parameters
    ----------
    rows
        Activities that are being kept, in the columns of the lake.
    origins
        What `origins_of` found for them, before the transaction.
    """
    first: dict[str, date] = {}
    for kind, day in _first_days(rows, origins):
        for slug in _BY_TYPE.get(kind, ()):
            first[slug] = min(day, first.get(slug, day))
    if not first:
        return
    _mark(first)
    audit(
        acting_user=None,
        action="measure.days_reopened",
        subject="days:counted",
        changes={"from": [None, min(first.values()).isoformat()]},
    )


def mark_all_dirty() -> None:
    """Count everything again from the beginning: what is ours has changed, or much was removed."""
    mark_dirty_from(_ALL)


@transaction.atomic
def mark_dirty_from(first: date) -> None:
    """Count every metric again from a day on."""
    from entregent.apps.measure.metrics import METRICS

    _mark(dict.fromkeys([*METRICS, PARTS], first))
    audit(
        acting_user=None,
        action="measure.days_reopened",
        subject="days:counted",
        changes={"from": [None, first.isoformat()]},
    )


def count_due(limit: int | None = None) -> int:
    """Count again the days that are due, and those that have ended meanwhile.

    Parameters
    ----------
    limit
        Metrics to count at most; all if left out.

    Returns
    -------
    int
        Days of metrics that were counted; 0 if nothing was due.

    Notes
    -----
    What a metric has to be counted from is first moved to a row of its own, under its name with a
    sign before it; what becomes dirty while we count is thus not lost, and what a crash leaves is
    found there. Then its days are deleted and filled in one transaction.
    """
    due = _due()
    if not due:
        return 0
    chosen = dict(list(due.items())[:limit])
    from entregent.apps.listen.journal import open_record
    from entregent.lake.record import read

    _begin(chosen)
    house = _house()
    earliest = min(chosen.values())
    # A few days are cheap to read alone; beyond that, everything is read in one go anyway.
    found = read(open_record, lambda record: _count(record, house, chosen, earliest))
    until = local_day(house.now) - timedelta(days=1)
    days = sum(_store(slug, chosen[slug], rows, until) for slug, rows in found.items())
    with transaction.atomic():
        audit(
            acting_user=None,
            action="measure.days_counted",
            subject="days:counted",
            changes={"rows": [0, sum(len(rows) for rows in found.values())]},
        )
    return days


def metrics_due() -> int:
    """How many metrics have days to be counted again."""
    return len(_due())


def _changes(rows: "pa.Table") -> "pa.ChunkedArray":
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.is_in(rows["type"], value_set=pa.array(["Update", "Delete"]))


def _first_days(rows: "pa.Table", origins: Mapping[int, date]) -> Iterable[tuple[str, date]]:
    """First day touched by each type of activity; edits and deletions touch older days."""
    import pyarrow as pa
    import pyarrow.compute as pc

    when = pc.coalesce(rows["published"], rows["received_at"])
    changes = _changes(rows)
    # Whoever closes an account takes back everything that was ever said by it.
    closes = pc.or_(
        pc.is_in(rows["object_type"], value_set=pa.array(sorted(ACCOUNT_TYPES))),
        pc.fill_null(pc.equal(rows["object_id"], rows["actor"]), False),
    )
    ever = pa.scalar(datetime(1970, 1, 2, tzinfo=UTC), when.type)
    written = pc.coalesce(rows["object_published"], pc.if_else(closes, ever, when))
    when = pc.if_else(pc.and_(changes, pc.less(written, when)), written, when)
    yield from (
        (kind, origins[key])
        for kind, key in zip(
            rows.filter(changes)["type"].to_pylist(),
            rows.filter(changes)["object_key"].to_pylist(),
            strict=True,
        )
        if key in origins
    )
    grouped = pa.table({"type": rows["type"], "when": when}).group_by("type")
    for row in grouped.aggregate([("when", "min")]).to_pylist():
        if row["when_min"] is not None:
            yield row["type"], local_day(row["when_min"])


def _mark(first: dict[str, date]) -> None:
    known = RollUp.objects.in_bulk(list(first))
    changed = []
    for slug, day in first.items():
        row = known.get(slug)
        if row is None:
            continue  # Never counted: all of it is due anyway.
        if row.dirty_from is None or day < row.dirty_from:
            row.dirty_from = day
            changed.append(row)
    RollUp.objects.bulk_update(changed, ["dirty_from"])


def _due() -> dict[str, date]:
    """From which day each metric has to be counted, for those that have to."""
    from entregent.apps.measure.metrics import METRICS

    today = local_day(timezone.now())
    rows = {row.metric: row for row in RollUp.objects.all()}
    due = {}
    for slug in (*METRICS, PARTS):
        row, begun = rows.get(slug), rows.get(_BEING_COUNTED + slug)
        days = [each.dirty_from for each in (row, begun) if each is not None and each.dirty_from]
        if row is None or row.complete_until is None:
            days.append(_ALL)
        elif row.complete_until < today - timedelta(days=1):
            days.append(row.complete_until + timedelta(days=1))
        if days:
            due[slug] = min(days)
    return due


@transaction.atomic
def _begin(chosen: dict[str, date]) -> None:
    RollUp.objects.filter(metric__in=chosen).update(dirty_from=None)
    RollUp.objects.bulk_create(
        [RollUp(metric=_BEING_COUNTED + slug, dirty_from=day) for slug, day in chosen.items()],
        update_conflicts=True,
        unique_fields=["metric"],
        update_fields=["dirty_from"],
    )


def _house() -> "House":
    from entregent.apps.measure.deeds import House
    from entregent.apps.remember.queries import our_accounts

    return House(
        zone=zone_of_days(),
        networks=network_names(),
        ours=tuple(sorted({each.uri for each in our_accounts()})),
        now=timezone.now(),
    )


def _count(
    record: object, house: "House", chosen: dict[str, date], earliest: date
) -> dict[str, list[tuple[str, int, float]]]:
    from entregent.apps.listen.rollups import spoke_before
    from entregent.apps.measure.deeds import prepare
    from entregent.apps.measure.metrics import METRICS
    from entregent.apps.measure.parts import count_parts
    from entregent.lake.record import Record

    assert isinstance(record, Record)
    deeds = prepare(record, house, None if earliest == _ALL else earliest, spoke_before)
    found = {slug: METRICS[slug].count(deeds) for slug in chosen if slug in METRICS}
    if PARTS in chosen:
        found[PARTS] = count_parts(record, deeds, local_day(house.now))
    return found


@transaction.atomic
def _store(slug: str, first: date, rows: list[tuple[str, int, float]], until: date) -> int:
    """Put the days of a metric in place of those that stand from `first` on."""
    from entregent.apps.measure.parts import PART_METRICS
    from entregent.lake.days import day_of, number_of

    if not RollUp.objects.filter(metric=_BEING_COUNTED + slug).delete()[0]:
        # Somebody else has counted it meanwhile, from a newer look at the record than ours.
        return 0
    if slug == PARTS:
        # Places of parts name the metric too, since several are counted in one go.
        DayCount.objects.filter(metric__in=PART_METRICS).delete()
        named = [(*_metric_and_place(place), day, value) for place, day, value in rows]
        begins = None
    else:
        DayCount.objects.filter(metric=slug, day__gte=first).delete()
        start = number_of(first)
        named = [(slug, place, day, value) for place, day, value in rows if day >= start]
        begins = min((day for _, _, day, _ in named), default=None)
    # Thousands of rows in one short transaction: by the cursor, without an object for each.
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO measure_daycount (metric, place, day, value) VALUES (%s, %s, %s, %s)",
            [(metric, place, day_of(day), value) for metric, place, day, value in named],
        )
    row, _ = RollUp.objects.get_or_create(metric=slug)
    if row.complete_until is not None and first <= row.complete_until:
        # Days that were complete are others now: what was measured from them is looked at again.
        row.revised_at = timezone.now()
    if begins is not None:
        day = day_of(begins)
        row.begins_on = min(day, row.begins_on) if row.begins_on and first > _ALL else day
    row.complete_until = until
    # Not `dirty_from`: somebody may have marked days since we began.
    row.save(update_fields=["begins_on", "complete_until", "revised_at"])
    return len({day for _, _, day, _ in named})


def _metric_and_place(named: str) -> tuple[str, str]:
    metric, _, place = named.partition("|")
    return metric, place


@transaction.atomic
def plan_read_out(
    *, acting_user: Member, campaign_id: int, months: int, due_on: date, member_id: int
) -> int:
    """Plan beforehand who reads a campaign's result, and when; returns its id."""
    _require_worker(acting_user)
    if campaign_id not in names_by_id([campaign_id]):
        raise MeasureRefused("no_such_campaign")
    if not Member.objects.filter(pk=member_id, is_active=True).exclude(role="guest").exists():
        raise MeasureRefused("no_such_member")
    if ReadOut.objects.filter(campaign_id=campaign_id, months=months).exists():
        raise MeasureRefused("planned_already")
    row = ReadOut.objects.create(
        campaign_id=campaign_id, months=months, due_on=due_on, member_id=member_id
    )
    audit(
        acting_user=acting_user,
        action="measure.read_out_planned",
        subject=f"read_out:{row.pk}",
        changes={
            "campaign": [None, f"campaign:{campaign_id}"],
            "owner": [None, f"member:{member_id}"],
            "due_on": [None, due_on.isoformat()],
        },
    )
    return row.pk


@transaction.atomic
def finish_read_out(
    *, acting_user: Member, read_out_id: int, campaign_id: int | None = None
) -> None:
    """Note that a planned reading was done, with what stood there when it was read.

    The reading stays on record as it was, whatever is computed later.
    """
    _require_worker(acting_user)
    row = ReadOut.objects.select_for_update().filter(pk=read_out_id).first()
    if row is None or campaign_id not in {None, row.campaign_id}:
        raise NotFound("There is no such read-out.")
    if row.done_at is not None:
        return
    row.done_at = timezone.now()
    row.reading = _reading(row.campaign_id)
    row.save(update_fields=["done_at", "reading"])
    audit(
        acting_user=acting_user,
        action="measure.read_out_done",
        subject=f"read_out:{row.pk}",
        changes={"verdict": [None, row.reading.get("refused") or row.reading.get("verdict")]},
    )


def _reading(campaign_id: int) -> dict[str, str | float | None]:
    """What the page says of a campaign's own metric now; empty while it is not worked out."""
    metric = campaign_metric(campaign_id)
    found = Finding.objects.defer("rows").filter(campaign_id=campaign_id, metric=metric).first()
    if found is None or found.computed_at is None or found.until is None:
        return {}
    sentence = found.result.get("sentence") or {"fr": found.refused_fr, "en": found.refused_en}
    return {
        "verdict": found.result.get("verdict"),
        "refused": found.refused or None,
        "fr": sentence["fr"],
        "en": sentence["en"],
        "level": found.result.get("level"),
        "until": found.until.isoformat(),
        "computed_at": found.computed_at.isoformat(),
    }


@transaction.atomic
def explain_movement(*, acting_user: Member, key: str, why: str) -> None:
    """« C'est normal, voici pourquoi »: the movement is told no more, and the charts say why.

    Parameters
    ----------
    acting_user
        Who knows why.
    key
        Of the movement.
    why
        Drawn on every chart on that day, as a moment; in the words it was written in.
    """
    from entregent.apps.measure.parts import EXPLAINED, PARTS_OF_DAY

    _require_worker(acting_user)
    told, _dash, part = key.rpartition("-")
    try:
        day = date.fromisoformat(told)
    except ValueError:
        day = None
    if day is None or part not in PARTS_OF_DAY:
        raise NotFound("There is no such movement.")
    if not why.strip():
        raise MeasureRefused("why_missing")
    _, is_new = DayCount.objects.get_or_create(
        metric=EXPLAINED, place=part, day=day, defaults={"value": 1}
    )
    if not is_new:
        return
    name = why.strip()[:LONGEST_WHY]
    moment = Moment.objects.create(
        kind=Moment.Kind.EVENT, first_day=day, last_day=day, name_fr=name, name_en=name
    )
    audit(
        acting_user=acting_user,
        action="measure.movement_explained",
        subject=f"movement:{key}",
        changes={"moment": [None, f"moment:{moment.pk}"]},
    )


def _require_worker(member: Member) -> None:
    if not member.may_work:
        raise PermissionDenied("Guests may look, not change.")
