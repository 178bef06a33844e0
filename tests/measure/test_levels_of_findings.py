"""A campaign with planned read-outs is read at the level of the one that is meant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from entregent.apps.address.models import Campaign
from entregent.apps.address.queries import access_line
from entregent.apps.listen.queries import local_day
from entregent.apps.measure import queries
from entregent.apps.measure.actions import finish_read_out, plan_read_out
from entregent.apps.measure.actions_findings import measure_due
from entregent.apps.measure.finding_lines import FindingLine
from entregent.apps.measure.models import DayCount, Finding
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.measurement.read_outs import plan_read_outs
from tests.site.campaign_scene import Days, add_campaign, count_days

pytestmark = pytest.mark.django_db

SLUG = "gagne-ton-hiver"


TODAY = datetime(2026, 11, 22, 17, tzinfo=UTC)
"""A day on which the verdict is far from its edge at both levels: weeks and months move it."""


@pytest.fixture
def counted(home: object, alice: Member, monkeypatch: pytest.MonkeyPatch) -> Days:
    """A campaign that ended 100 days ago, and from which 12.7 a day are left.

    That many are told apart at 95 % and not at 98.5, whatever the draws: at 13 they decide.
    """
    monkeypatch.setattr(timezone, "now", lambda: TODAY)
    at = count_days()
    add_campaign(alice)
    DayCount.objects.filter(day__gt=at.last).update(value=12.7)
    return at


def plan(owner: Member, *days_from_now: int) -> list[int]:
    """Plan a read-out so many days from now each, the first one a month after the campaign."""
    today, campaign = local_day(timezone.now()), Campaign.objects.get(slug=SLUG)
    return [
        plan_read_out(
            acting_user=owner,
            campaign_id=campaign.pk,
            months=months,
            due_on=today + timedelta(days=days),
            member_id=owner.pk,
        )
        for months, days in enumerate(days_from_now, start=1)
    ]


def read(viewer: Member, metric: str = "") -> FindingLine:
    """What is told once the worker has done what is due."""
    while measure_due(limit=9):
        pass
    told = queries.finding(viewer, access_line(viewer, SLUG), metric)
    assert told is not None
    return told


def levels(count: int) -> list[float]:
    planned = plan_read_outs(date(2026, 1, 31), months=range(1, count + 1))
    return [each.look.level for each in planned.read_outs]


@pytest.mark.parametrize(
    ("days_from_now", "meant"),
    [
        ((1, 30, 60, 90), 0),
        ((0, 30, 60, 90), 0),
        ((-9, 30, 60, 90), 0),
        ((-60, -30, -1, 90), 2),
        ((-90, -60, -30, 0), 3),
        ((90, -1, -30, -60), 2),
    ],
)
def test_it_is_read_at_the_level_of_the_last_read_out_that_is_due_or_of_the_first(
    alice: Member, counted: Days, days_from_now: tuple[int, ...], meant: int
) -> None:
    plan(alice, *days_from_now)
    told = read(alice)
    assert told.level == levels(4)[meant] > 0.98
    assert told.read_outs == 4
    assert told.added is not None
    assert told.read is not None
    every = [told.added, told.total, told.read.added, *(each.added for each in told.windows)]
    assert {each.level for each in every if each is not None} == {told.level}


def test_a_campaign_without_planned_read_outs_keeps_95_percent(
    alice: Member, counted: Days
) -> None:
    add_campaign(alice, name="Une autre", slug="autre", metric="visits", place="")
    other = Campaign.objects.get(slug="autre")
    plan_read_out(
        acting_user=alice,
        campaign_id=other.pk,
        months=1,
        due_on=counted.yesterday,
        member_id=alice.pk,
    )
    told = read(alice)
    assert (told.level, told.read_outs) == (0.95, 0)


def test_a_single_read_out_takes_the_whole_error(alice: Member, counted: Days) -> None:
    before = read(alice)
    plan(alice, -1)
    told = read(alice)
    assert told.read_outs == 1
    assert told.level == pytest.approx(0.95)
    assert told.added is not None
    assert before.added is not None
    assert told.added.low == pytest.approx(before.added.low)


def test_the_verdict_and_every_interval_are_made_at_that_level(
    alice: Member, counted: Days
) -> None:
    alone = read(alice)
    rows = Finding.objects.get().rows
    plan(alice, -60, -30, -1, 90)
    told = read(alice)
    assert (alone.verdict, told.verdict) == ("sustained", "too_early")
    for narrow, wide in (
        (alone.added, told.added),
        (alone.read and alone.read.added, told.read and told.read.added),
        (alone.windows[0].share, told.windows[0].share),
    ):
        assert narrow is not None
        assert wide is not None
        assert wide.estimate == pytest.approx(narrow.estimate)
        assert wide.low < narrow.low < narrow.high < wide.high
    band = Finding.objects.get().rows
    assert band["without"] == rows["without"]
    assert all(low < was for low, was in zip(band["low"], rows["low"], strict=True))
    # The audit widens as before: its factor is a ratio of variances, whatever the level.
    assert alone.placebo is not None
    assert told.placebo is not None
    assert told.placebo.widened == alone.placebo.widened


def test_other_effects_of_the_campaign_are_read_at_the_same_level(
    alice: Member, counted: Days
) -> None:
    count_days("orders", place="")
    plan(alice, -60, -30, -1, 90)
    read(alice)
    told = queries.other_findings(alice, access_line(alice, SLUG))["orders"]
    assert told.level == levels(4)[2]


def test_a_campaign_that_runs_is_read_at_the_level_of_its_first_read_out(
    home: object, alice: Member
) -> None:
    at = count_days()
    add_campaign(alice, first=at.first, last=at.yesterday + timedelta(days=30))
    plan(alice, 60, 120)
    told = read(alice)
    assert told.is_running
    assert told.level == levels(2)[0]


def test_on_the_date_of_the_next_read_out_the_same_days_are_read_again_at_its_level(
    alice: Member, counted: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(alice, -30, 5, 90)
    assert read(alice).level == levels(3)[0]
    assert measure_due() == 0
    later: datetime = timezone.now() + timedelta(days=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    told = read(alice)
    assert told.level == levels(3)[1]
    assert told.until == counted.yesterday
    newest = AuditEntry.objects.filter(action="measure.finding_made").order_by("-pk")[0]
    assert newest.changes["level"] == levels(3)[:2]


def test_what_was_read_at_an_earlier_read_out_stays_with_its_level(
    alice: Member, counted: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _second = plan(alice, -1, 5)
    was = read(alice)
    finish_read_out(acting_user=alice, read_out_id=first)
    later: datetime = timezone.now() + timedelta(days=5)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    now = read(alice)
    kept, to_come = queries.read_outs(alice, was.campaign_id, local_day(later))
    assert (kept.read_level, now.level) == tuple(levels(2))
    assert (kept.read_fr, kept.read_en) == (was.sentence("fr"), was.sentence("en"))
    assert now.sentence("fr") != was.sentence("fr")
    assert to_come.read_level is None


def test_a_refusal_has_no_level_to_tell(home: object, alice: Member) -> None:
    at = count_days()
    add_campaign(alice, first=at.begins + timedelta(days=9), last=at.begins + timedelta(days=20))
    plan(alice, -1, 30)
    told = read(alice)
    assert told.refused == "past_too_short"
    assert told.level_sentence("fr") == told.level_sentence("en") == ""


def test_more_read_outs_than_a_plan_can_share_are_refused_with_their_reason(
    alice: Member, counted: Days
) -> None:
    plan(alice, *range(1, 102))
    told = read(alice)
    assert told.refused == "too_many_looks"
    assert "101 lectures" in told.sentence("fr")
