"""What can be asked of measuring, each through an access check.

All of it is description, but for what `finding` and `findings` give: what campaigns added, as the
worker computed it last. Guests see campaigns and their counts; nothing here names a person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min, Q
from django.utils.translation import get_language

from entregent.apps.address.queries import CampaignLine, names_by_id
from entregent.apps.measure.calendars import holidays_of
from entregent.apps.measure.finding import OTHER_EFFECTS
from entregent.apps.measure.finding_lines import (
    CODES,
    AddedWindow,
    FindingLine,
    ReadOutPlace,
    WithoutLine,
    YearRate,
    finding_line,
    read_out_place,
    without_lines,
    year_rates,
)
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
from entregent.apps.measure.models import Finding, Moment, ReadOut, RollUp
from entregent.apps.measure.movements import movements_at
from entregent.apps.measure.series import Listening, series_of
from entregent.apps.measure.windows import YEAR, stayed_of, windows_of
from entregent.apps.measure.words import METRICS
from entregent.apps.organisation.queries import Member, NotFound

__all__ = [
    "OTHER_EFFECTS",
    "AddedWindow",
    "Asked",
    "DayGap",
    "FindingLine",
    "MetricWords",
    "MomentLine",
    "Movement",
    "ReadOutLine",
    "ReadOutPlace",
    "Series",
    "Stayed",
    "WhatNext",
    "WindowMean",
    "WithoutLine",
    "YearRate",
    "base_rates",
    "complete_until",
    "finding",
    "findings",
    "first_sources_asked",
    "holidays_of",
    "metrics",
    "moments",
    "movements",
    "other_findings",
    "read_early",
    "read_out_place",
    "read_outs",
    "read_outs_due",
    "series",
    "several_series",
    "what_people_did_next",
    "what_stayed",
    "windows",
    "without_campaign",
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


def finding(viewer: Member, campaign: CampaignLine, metric: str = "") -> FindingLine | None:
    """What a campaign added to a metric, its own if left out; None while it is not worked out."""
    return findings(viewer, [campaign], metric or campaign.metric).get(campaign.slug)


def findings(
    viewer: Member, campaigns: Iterable[CampaignLine], metric: str = ""
) -> dict[str, FindingLine]:
    """What campaigns added to their own metrics, or all to one, by slug; without those untold."""
    _require_active(viewer)
    wanted = {(line.id, metric or line.metric): line.slug for line in campaigns}
    rows = Finding.objects.defer("rows").filter(campaign_id__in={key[0] for key in wanted})
    found = {}
    for row in rows:
        slug = wanted.get((row.campaign_id, row.metric))
        told = finding_line(row) if slug else None
        if slug is not None and told is not None:
            found[slug] = told
    return found


def other_findings(viewer: Member, campaign: CampaignLine) -> dict[str, FindingLine]:
    """What a campaign added to everything that is measured beside its own metric, by metric."""
    _require_active(viewer)
    rows = Finding.objects.defer("rows").filter(campaign_id=campaign.id, metric__in=OTHER_EFFECTS)
    told = {row.metric: finding_line(row) for row in rows if row.metric != campaign.metric}
    return {metric: line for metric, line in told.items() if line is not None}


def read_early(viewer: Member, campaigns: Iterable[CampaignLine], day: date) -> set[str]:
    """Slugs of the campaigns whose answer is read before its planned date: not to be quoted.

    Those that still run, and those of which no planned read-out has come.
    """
    _require_active(viewer)
    lines = list(campaigns)
    told = ReadOut.objects.filter(campaign_id__in=[line.id for line in lines])
    first = dict(told.values("campaign_id").values_list("campaign_id", Min("due_on")))
    return {
        line.slug
        for line in lines
        if line.state == "running" or (line.id in first and first[line.id] > day)
    }


def without_campaign(
    viewer: Member, campaign: CampaignLine, metric: str = ""
) -> tuple[WithoutLine, ...]:
    """By day what there would have been without a campaign; empty where that is not worked out.

    It ends where the campaign can no longer be told apart from what the series does by itself: a
    line drawn beyond would say more than is known.
    """
    _require_active(viewer)
    found = Finding.objects.filter(campaign_id=campaign.id, metric=metric or campaign.metric)
    row = found.first()
    return () if row is None else without_lines(row.rows, finding_line(row))


def base_rates(viewer: Member, campaign: CampaignLine) -> list[YearRate]:
    """The base rate of a campaign's own metric year over year: description, never an effect."""
    _require_active(viewer)
    begin = campaign.first_day - timedelta(days=365)
    until = complete_until(campaign.metric)
    if until is None or until < campaign.last_day + timedelta(days=365):
        return []
    counted = series(viewer, campaign.metric, campaign.place, begin)
    return year_rates(campaign.first_day, campaign.last_day, counted)


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
                read=row.reading.get("refused") or CODES.get(row.reading.get("verdict") or "", ""),
                read_fr=row.reading.get("fr", ""),
                read_en=row.reading.get("en", ""),
                read_until=_day(row.reading.get("until")),
                read_level=row.reading.get("level"),
            )
        )
    return found


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None


def _require_active(viewer: Member) -> None:
    if not viewer.is_active:
        raise NotFound("This member no longer has access.")
