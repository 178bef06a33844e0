"""The demonstration's sources: marked by their slugs, which begin with ``demo:``."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from entregent.apps.listen import journal
from entregent.apps.listen.models import Source, SourceDay, SourceGap
from entregent.apps.listen.queries import zone_of_days
from entregent.apps.listen.rollups import count_all_again
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.demo import is_demonstration
from entregent.lake.key_index import KeyIndex
from entregent.lake.rollups.store import empty
from entregent.simulation.world import ChannelFacts, GapFacts

MARK = "demo:"


@transaction.atomic
def add_channels(channels: Sequence[ChannelFacts], *, now: datetime) -> None:
    """Add the sources with their gaps, and the days on which each was listened to."""
    for channel in channels:
        open_gap = next((gap for gap in channel.gaps if gap.until is None), None)
        source = Source.objects.create(
            slug=channel.slug,
            network=channel.network,
            kind=Source.Kind.FILE,
            name=channel.name,
            error=open_gap.reason if open_gap is not None else "",
            created_at=now,
            last_try_at=now,
        )
        SourceGap.objects.bulk_create(
            SourceGap(source=source, start=gap.start, until=gap.until, reason=gap.reason)
            for gap in channel.gaps
        )
        if channel.since is not None:
            SourceDay.objects.bulk_create(
                SourceDay(source=source, day=day)
                for day in _days(channel.since, now)
                if not any(_covers(gap, day, now) for gap in channel.gaps)
            )
    audit(
        acting_user=None,
        action="listen.source_added",
        subject="source:demo",
        changes={"rows": [0, len(channels)]},
    )


def _days(since: date, now: datetime) -> list[date]:
    last = now.astimezone(zone_of_days()).date()
    return [since + timedelta(days=number) for number in range((last - since).days + 1)]


def _covers(gap: GapFacts, day: date, now: datetime) -> bool:
    """Whether a gap takes up a whole day, or the end of it up to now."""
    zone = zone_of_days()
    begin = datetime(day.year, day.month, day.day, tzinfo=zone)
    end = min(begin + timedelta(days=1), now)
    return gap.start <= begin and (gap.until is None or gap.until >= end)


def is_left_behind() -> bool:
    """Whether sources of a demonstration stand in a house that is none any more."""
    return not is_demonstration() and Source.objects.filter(slug__startswith=MARK).exists()


def remove_channels() -> int:
    """Remove the demonstration's sources and all that came by them from the lake.

    Only the keeper may call it, holding the lease.

    Returns
    -------
    int
        How many activities went.
    """
    gone = journal.lake().remove_source_prefix(MARK)
    empty(journal.lake())
    # What went may come again.
    KeyIndex(journal.lake()).forget_all()
    with transaction.atomic():
        Source.objects.filter(slug__startswith=MARK).delete()
        count_all_again()
        audit(
            acting_user=None,
            action="listen.sources_removed",
            subject="source:demo",
            changes={"rows": [gone, 0]},
        )
    return gone
