"""A campaign with two years of counted days, a gap among them, for the tests of its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from entregent.apps.address.models import Campaign, Plan
from entregent.apps.listen.models import Source, SourceDay, SourceGap
from entregent.apps.listen.queries import local_day, zone_of_days
from entregent.apps.measure.models import DayCount, Moment, RollUp
from entregent.apps.organisation.models import Function, Member
from entregent.apps.remember.models import Account

OURS = "https://facebook.example/frimas"
GAP_DAYS = 20


@dataclass(frozen=True)
class Days:
    """Days around the campaign, counted from yesterday, which is the last complete one."""

    yesterday: date
    begins: date
    first: date
    last: date
    gap: date


def days() -> Days:
    """A campaign of 28 days that ended 100 days ago, counted since 300 days before it."""
    yesterday = local_day(timezone.now()) - timedelta(days=1)
    last = yesterday - timedelta(days=100)
    first = last - timedelta(days=27)
    return Days(yesterday, first - timedelta(days=300), first, last, last + timedelta(days=40))


def value_on(day: date, at: Days) -> float:
    """Follows on a day: 8 before, 40 during, 12 after, and none at all each tenth day."""
    if (day - at.begins).days % 10 == 9:
        return 0.0
    return 8.0 if day < at.first else 40.0 if day <= at.last else 12.0


def count_days(metric: str = "follows", place: str = OURS) -> Days:
    """Listen to a network since long, with a gap of some days, and count a metric."""
    at = days()
    source, is_new = Source.objects.get_or_create(
        slug="file:facebook",
        defaults={
            "network": "facebook",
            "kind": "file",
            "name": "Facebook",
            "created_at": timezone.now(),
        },
    )
    if is_new:
        for day in (at.begins, at.yesterday + timedelta(days=1)):
            SourceDay.objects.create(source=source, day=day)
        SourceGap.objects.create(
            source=source,
            start=noon(at.gap) - timedelta(hours=12),
            until=noon(at.gap + timedelta(days=GAP_DAYS)) - timedelta(hours=12),
            reason="quota",
        )
        Account.objects.create(
            uri=OURS,
            key=7,
            network="facebook",
            name="Frimas et Framboises",
            is_ours=True,
            first_seen_at=timezone.now(),
            last_seen_at=timezone.now(),
        )
    RollUp.objects.create(metric=metric, begins_on=at.begins, complete_until=at.yesterday)
    told = [at.begins + timedelta(days=n) for n in range((at.yesterday - at.begins).days + 1)]
    DayCount.objects.bulk_create(
        DayCount(metric=metric, place=place, day=day, value=value_on(day, at))
        for day in told
        if value_on(day, at) and not at.gap <= day < at.gap + timedelta(days=GAP_DAYS)
    )
    return at


def add_campaign(
    owner: Member,
    name: str = "Gagne ton hiver",
    slug: str = "gagne-ton-hiver",
    *,
    first: date | None = None,
    last: date | None = None,
    launched: bool = True,
    metric: str = "follows",
    place: str = OURS,
) -> Campaign:
    """A campaign with its plan, on the days of `days` if none are given."""
    at = days()
    function = Function.objects.order_by("pk")[0]
    campaign = Campaign.objects.create(
        slug=slug,
        name=name,
        kind="contest",
        serves=function,
        function=function,
        owner=owner,
        first_day=first or at.first,
        last_day=last or at.last,
        metric=metric,
        place=place,
        launched_at=timezone.now() if launched else None,
        created_at=timezone.now(),
    )
    Plan.objects.create(
        campaign=campaign,
        written_at=timezone.now(),
        member=owner,
        **dict.fromkeys(
            ("objective", "in_service_of", "who_cares", "how_they_come", "how_measured"), name
        ),
    )
    return campaign


def add_moment(name: str, day: date) -> None:
    """A press moment that charts draw."""
    Moment.objects.create(kind="press", first_day=day, last_day=day, name_fr=name, name_en=name)


def noon(day: date) -> datetime:
    """Noon of the house on a day, which has no change of clocks."""
    return datetime.combine(day, time(12), zone_of_days()).astimezone(UTC)
