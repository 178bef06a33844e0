"""What can be asked of measuring, each through an access check. All of it is description.

Guests see campaigns and their counts; nothing here names a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import get_language

from entregent.apps.address.queries import CampaignLine, names_by_id
from entregent.apps.measure.calendars import holidays_of
from entregent.apps.measure.lines import (
    Asked,
    DayGap,
    MomentLine,
    Movement,
    ReadOutLine,
    Series,
    Stayed,
    WhatNext,
    WindowMean,
)
from entregent.apps.measure.models import Moment, ReadOut, RollUp
from entregent.apps.measure.movements import movements_at
from entregent.apps.measure.series import Listening, series_of
from entregent.apps.measure.windows import YEAR, stayed_of, windows_of
from entregent.apps.measure.words import METRICS
from entregent.apps.organisation.queries import Member, NotFound

__all__ = [
    "Asked",
    "DayGap",
    "MetricWords",
    "MomentLine",
    "Movement",
    "ReadOutLine",
    "Series",
    "Stayed",
    "WhatNext",
    "WindowMean",
    "complete_until",
    "first_sources_asked",
    "holidays_of",
    "metrics",
    "moments",
    "movements",
    "read_outs",
    "read_outs_due",
    "series",
    "several_series",
    "what_people_did_next",
    "what_stayed",
    "windows",
]


YEARS_LOOKED_AT = 3
"""How many years before a campaign are looked at, for what there was in the same weeks."""


@dataclass(frozen=True, slots=True)
class MetricWords:
    """A metric in the words of the page."""

    slug: str
    name: str
    unit: str


def metrics() -> list[MetricWords]:
    """Every metric, in the order in which it is shown."""
    return [MetricWords(slug, str(name), str(unit)) for slug, (name, unit) in METRICS.items()]


def series(
    viewer: Member,
    metric: str,
    place: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
) -> Series:
    """One metric by day, or `NotFound` where there is no such metric.

    Parameters
    ----------
    viewer
        Who looks.
    metric, place
        As in ``docs/reference/metrics.md``; an empty place is everything.
    first_day, last_day
        Both included; from the first to the last counted day if left out.
    """
    _require_active(viewer)
    return series_of(Listening.now(), metric, place, first_day, last_day)


def several_series(
    viewer: Member,
    wanted: Iterable[tuple[str, str]],
    first_day: date | None = None,
    last_day: date | None = None,
) -> list[Series]:
    """Several series of the same days, as ``(metric, place)``: quicker than one by one."""
    _require_active(viewer)
    listening = Listening.now()
    return [series_of(listening, metric, place, first_day, last_day) for metric, place in wanted]


def windows(campaign: CampaignLine, counted: Series) -> list[WindowMean]:
    """The windows before, during and after a campaign, with their means over collected days."""
    return windows_of(campaign.first_day, campaign.last_day, counted)


def what_stayed(viewer: Member, campaigns: Iterable[CampaignLine]) -> dict[str, Stayed]:
    """For each campaign, by slug, what its newest complete window has per day more than before."""
    _require_active(viewer)
    listening = Listening.now()
    found = {}
    for campaign in campaigns:
        begin = campaign.first_day - YEARS_LOOKED_AT * YEAR
        counted = series_of(listening, campaign.metric, campaign.place, begin)
        found[campaign.slug] = stayed_of(windows(campaign, counted), counted)
    return found


def complete_until(metric: str) -> date | None:
    """Last day up to which a metric is complete; None while it is not counted."""
    found = RollUp.objects.filter(metric=metric).values_list("complete_until", flat=True)
    return found.first()


def movements(viewer: Member, now: datetime) -> list[Movement]:
    """What moved, at most three: told from counts alone, without reading the lake."""
    _require_active(viewer)
    return movements_at(now)


def read_outs_due(viewer: Member, day: date) -> list[ReadOutLine]:
    """Readings that are due on a day, or should have been done before it, oldest first."""
    return _read_outs(viewer, Q(done_at=None, due_on__lte=day), day)


def read_outs(viewer: Member, campaign_id: int, day: date) -> list[ReadOutLine]:
    """Every reading planned for a campaign, in the order of their windows; `day` is today."""
    return _read_outs(viewer, Q(campaign_id=campaign_id), day)


def moments(viewer: Member, first_day: date, last_day: date) -> list[MomentLine]:
    """What happened between two days (both included), oldest first, in words."""
    _require_active(viewer)
    in_english = (get_language() or "fr").startswith("en")
    found = Moment.objects.filter(first_day__lte=last_day, last_day__gte=first_day)
    return [
        MomentLine(
            row.kind, row.first_day, row.last_day, row.name_en if in_english else row.name_fr
        )
        for row in found.order_by("first_day", "pk")
    ]


def what_people_did_next(viewer: Member, campaign: CampaignLine) -> WhatNext | None:
    """What those did who came by a campaign; reads the lake, so load it as a part of a page.

    None where nobody can be told apart: a campaign without a place, or without newcomers.
    """
    _require_active(viewer)
    from entregent.apps.listen.journal import open_record
    from entregent.apps.measure.followed_up import did_next
    from entregent.lake.record import read

    return read(open_record, lambda record: did_next(record, viewer, campaign))


def first_sources_asked(viewer: Member, campaign: CampaignLine) -> Asked | None:
    """What people answered to « Qu'est-ce qui vous a amené? »; None if nobody was asked.

    Reads the lake, as `what_people_did_next`.
    """
    _require_active(viewer)
    from entregent.apps.listen.journal import open_record
    from entregent.apps.measure.followed_up import asked_what_brought_them
    from entregent.lake.record import read

    return read(open_record, lambda record: asked_what_brought_them(record, campaign))


def _read_outs(viewer: Member, which: Q, day: date) -> list[ReadOutLine]:
    _require_active(viewer)
    rows = list(ReadOut.objects.filter(which).order_by("due_on", "months", "pk"))
    campaigns = names_by_id(row.campaign_id for row in rows)
    names = dict(Member.objects.values_list("pk", "name")) if rows else {}
    found = []
    for row in rows:
        slug, name = campaigns.get(row.campaign_id, ("", ""))
        found.append(
            ReadOutLine(
                id=row.pk,
                campaign_id=row.campaign_id,
                campaign_slug=slug,
                campaign=name,
                months=row.months,
                due_on=row.due_on,
                member_id=row.member_id,
                member=names.get(row.member_id, ""),
                done_at=row.done_at,
                is_late=row.done_at is None and row.due_on < day,
            )
        )
    return found


def _require_active(viewer: Member) -> None:
    if not viewer.is_active:
        raise NotFound("This member no longer has access.")
