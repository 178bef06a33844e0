"""What can be asked of listening, each through an access check."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Min
from django.utils import timezone

from entregent.apps.listen.models import Source, SourceDay, SourceGap
from entregent.apps.organisation.folded import Folded
from entregent.apps.organisation.queries import Member, NotFound, house

DAYS_SHOWN = 14
LATE_AFTER = timedelta(hours=2)
ALWAYS_HEARD = frozenset({"links"})
"""Networks that are our own site: no item is a real zero."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time ``[start, until)`` that was not collected; `until` is None while it lasts."""

    start: datetime
    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Collection:
    """When a source was listened to: from its first to its last day, but for its gaps.

    Attributes
    ----------
    first_day, last_day
        Days in the organisation's zone, both included. Neither is known before anything came;
        `last_day` is None for what is listened to all along.
    """

    slug: str
    network: str
    first_day: date | None
    last_day: date | None
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as the page and the command line show it.

    Attributes
    ----------
    state
        ``current``, ``waiting`` (asked, no answer yet), ``late``, ``failing``, ``paused``, or
        ``never`` (nothing came yet).
    days
        Items per day in the organisation's zone, oldest first, today last; None is 'not
        collected', 0 a real zero.
    error
        Code of what went wrong last; empty if nothing did.
    refused
        Items that could not be read, since the beginning.
    """

    id: int
    name: str
    network: str
    kind: str
    address: str
    state: str
    last_item_at: datetime | None
    last_try_at: datetime | None
    next_try_at: datetime | None
    items: int
    days: tuple[tuple[date, int | None], ...]
    gaps: tuple[Gap, ...]
    error: str
    refused: int
    is_demo: bool = False


def source_states(viewer: Member) -> list[SourceState]:
    """Every source, feeds first, in the order of their names."""
    _require_active(viewer)
    return every_source_state()


def every_source_state() -> list[SourceState]:
    """Every source, without an access check: for this machine's own command line."""
    return states_of(Source.objects.order_by("kind", Folded("name"), "id"))


def access_source(viewer: Member, source_id: int) -> SourceState:
    """One source, or `NotFound`."""
    _require_active(viewer)
    found = states_of(Source.objects.filter(pk=source_id))
    if not found:
        raise NotFound("There is no such source.")
    return found[0]


def states_of(sources: Iterable[Source]) -> list[SourceState]:
    """States of some sources, without an access check: for this machine's own command line."""
    listed = list(sources)
    ids = [source.pk for source in listed]
    today = local_day(timezone.now())
    first = today - timedelta(days=DAYS_SHOWN - 1)
    items: dict[tuple[int, date], int] = {
        (row.source_id, row.day): row.items
        for row in SourceDay.objects.filter(source_id__in=ids, day__range=(first, today))
    }
    gaps: dict[int, list[Gap]] = defaultdict(list)
    for gap in SourceGap.objects.filter(source_id__in=ids).order_by("-start"):
        gaps[gap.source_id].append(Gap(gap.start, gap.until, gap.reason))
    shown = [first + timedelta(days=offset) for offset in range(DAYS_SHOWN)]
    return [_state(source, shown, items, gaps[source.pk]) for source in listed]


def _state(
    source: Source, shown: list[date], items: dict[tuple[int, date], int], gaps: list[Gap]
) -> SourceState:
    return SourceState(
        id=source.pk,
        name=source.name,
        network=source.network,
        kind=source.kind,
        address=source.address,
        state=_word(source),
        last_item_at=source.last_item_at,
        last_try_at=source.last_try_at,
        next_try_at=None if source.is_paused else source.next_try_at,
        items=source.items,
        days=tuple((day, items.get((source.pk, day))) for day in shown),
        gaps=tuple(gaps),
        error=source.error,
        refused=source.refused,
        is_demo=source.slug.startswith("demo:"),
    )


def _word(source: Source) -> str:
    if source.is_paused:
        return "paused"
    if source.error:
        return "failing"
    if source.kind == Source.Kind.FILE:
        return "current" if source.items else "never"
    if source.last_try_at is None:
        return "waiting"
    if source.next_try_at is not None and source.next_try_at < timezone.now() - LATE_AFTER:
        return "late"
    return "current"


def network_names() -> dict[str, str]:
    """Network of each source, by the source's slug."""
    return dict(Source.objects.values_list("slug", "network"))


def collections() -> list[Collection]:
    """When each source was listened to; read by measuring, which checks who looks."""
    sources = list(Source.objects.order_by("pk"))
    spans = {
        row["source_id"]: (row["first"], row["last"])
        for row in SourceDay.objects.values("source_id").annotate(first=Min("day"), last=Max("day"))
    }
    gaps: dict[int, list[Gap]] = defaultdict(list)
    for gap in SourceGap.objects.order_by("start"):
        gaps[gap.source_id].append(Gap(gap.start, gap.until, gap.reason))
    found = []
    for source in sources:
        first, last = spans.get(source.pk, (None, None))
        # A file tells of its own days alone; feeds, and our own links, are listened to all along.
        is_told = source.kind == Source.Kind.FILE and source.network not in ALWAYS_HEARD
        found.append(
            Collection(
                slug=source.slug,
                network=source.network,
                first_day=first,
                last_day=last if is_told else None,
                gaps=tuple(gaps[source.pk]),
            )
        )
    return found


def gaps_of(network: str) -> list[Gap]:
    """Gaps of the sources of one network, oldest first; read by measuring, which checks."""
    found = [gap for each in collections() if each.network == network for gap in each.gaps]
    return sorted(found, key=lambda gap: gap.start)


def count_items() -> tuple[int, int]:
    """How many activities are kept, and how many texts were read; for the command line."""
    from entregent.apps.listen import journal

    lake = journal.lake()
    return lake.count("activities"), lake.count("labels")


def local_day(moment: datetime) -> date:
    """Day of a time in the organisation's zone."""
    return moment.astimezone(zone_of_days()).date()


def zone_of_days() -> ZoneInfo:
    """Zone in which days are counted: the organisation's, or the one proposed at its set-up."""
    place = house()
    return ZoneInfo(place.time_zone if place is not None else "America/Toronto")


def _require_active(viewer: Member) -> None:
    if not viewer.is_active:
        raise NotFound("This member no longer has access.")
