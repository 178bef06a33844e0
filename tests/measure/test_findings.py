"""What campaigns added is worked out once, stored with its reasons, and read through the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from entregent.apps.address.queries import access_line
from entregent.apps.measure import queries
from entregent.apps.measure.actions import finish_read_out, plan_read_out
from entregent.apps.measure.actions_findings import CLAIM, measure_due
from entregent.apps.measure.finding_lines import FindingLine, read_out_place
from entregent.apps.measure.models import DayCount, Finding, RollUp
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.organisation.queries import NotFound
from tests.site.campaign_scene import OURS, Days, add_campaign, count_days, days

pytestmark = pytest.mark.django_db

SLUG = "gagne-ton-hiver"


@pytest.fixture
def counted(home: object, alice: Member) -> Days:
    """Follows around a campaign that ended 100 days ago: 8 a day before, 40 during, 12 after."""
    at = count_days()
    add_campaign(alice)
    return at


def measure_all() -> int:
    done = 0
    while more := measure_due(limit=10):
        done += more
    return done


def found(viewer: Member, metric: str = "") -> FindingLine:
    told = queries.finding(viewer, access_line(viewer, SLUG), metric)
    assert told is not None
    return told


def made() -> int:
    return AuditEntry.objects.filter(action="measure.finding_made").count()


def test_a_campaign_that_stays_is_found_to_stay_and_its_numbers_hold_together(
    alice: Member, counted: Days
) -> None:
    assert queries.finding(alice, access_line(alice, SLUG)) is None
    assert measure_all() == 1
    told = found(alice)
    assert told.until == counted.yesterday
    assert not told.refused
    assert told.is_shown
    assert told.added is not None
    # 40 on nine days of ten, where there were 8.
    assert 20 < told.added.low < told.added.estimate < told.added.high < 40
    assert told.total is not None
    assert told.total.estimate == pytest.approx(28 * told.added.estimate)
    assert told.lasting is not None
    assert told.lasting.low < told.lasting.estimate < told.lasting.high < 20
    assert [window.code for window in told.windows][:2] == ["1-30", "31-90"]
    assert set(told.sentences) == {"fr", "en"}
    assert told.placebo is not None
    assert told.seed == told.campaign_id


def test_what_there_would_have_been_is_stored_day_by_day_from_the_first_day_on(
    alice: Member, counted: Days
) -> None:
    measure_all()
    rows = queries.without_campaign(alice, access_line(alice, SLUG))
    assert rows[0].day == counted.first
    assert rows[-1].day == counted.yesterday
    assert [row.day for row in rows] == [
        counted.first + timedelta(days=number) for number in range(len(rows))
    ]
    assert all(row.low <= row.without <= row.high for row in rows)
    assert 5 < rows[30].without < 10


def test_the_line_ends_where_the_campaign_cannot_be_told_apart_any_more(
    alice: Member, counted: Days
) -> None:
    measure_all()
    row = Finding.objects.get()
    row.result["windows"][1]["is_told_apart"] = False
    row.save()
    line = access_line(alice, SLUG)
    assert queries.without_campaign(alice, line)[-1].day == counted.last + timedelta(days=30)


def test_it_is_computed_once_and_again_when_something_changed(alice: Member, counted: Days) -> None:
    measure_all()
    first = Finding.objects.get()
    assert (measure_all(), made()) == (0, 1)

    # Complete days were counted again, and are the same: looked at, and left.
    RollUp.objects.update(revised_at=timezone.now())
    assert (measure_all(), made()) == (1, 1)
    assert Finding.objects.get().computed_at == first.computed_at

    # And now they are others.
    DayCount.objects.filter(day=counted.last).update(value=400)
    RollUp.objects.update(revised_at=timezone.now() + timedelta(seconds=1))
    assert (measure_all(), made()) == (1, 2)
    second = Finding.objects.get()
    assert second.fingerprint != first.fingerprint
    assert second.result["boost"]["total"]["estimate"] > first.result["boost"]["total"]["estimate"]


def test_a_newer_complete_day_and_a_neighbour_make_it_due_again(
    alice: Member, counted: Days
) -> None:
    measure_all()
    RollUp.objects.update(complete_until=counted.yesterday + timedelta(days=1))
    assert measure_all() == 1
    add_campaign(
        alice,
        name="Une autre",
        slug="autre",
        first=counted.last + timedelta(days=70),
        last=counted.last + timedelta(days=80),
    )
    # Its own answer, and that of the one whose later days it now cuts off.
    assert measure_all() == 2
    told = found(alice)
    assert told.last_used == counted.last + timedelta(days=69)
    assert len(told.others) == 1


def test_a_campaign_of_another_place_or_metric_is_no_neighbour(
    alice: Member, counted: Days
) -> None:
    measure_all()
    add_campaign(alice, name="Ailleurs", slug="ailleurs", place="https://instagram.example/x")
    measure_all()
    assert found(alice).others == ()
    assert made() == 2


def test_nothing_is_measured_while_its_days_are_to_be_counted_again(
    alice: Member, counted: Days
) -> None:
    RollUp.objects.update(dirty_from=counted.first)
    assert measure_all() == 0
    # What is dirty after the last complete day changes no day that is used.
    RollUp.objects.update(dirty_from=counted.yesterday + timedelta(days=1))
    assert measure_all() == 1


def test_two_workers_do_not_work_on_the_same_answer(alice: Member, counted: Days) -> None:
    line = access_line(alice, SLUG)
    row = Finding.objects.create(
        campaign_id=line.id, metric="follows", claimed_at=timezone.now() - timedelta(seconds=5)
    )
    assert measure_all() == 0
    # One that died leaves its work to others.
    Finding.objects.filter(pk=row.pk).update(claimed_at=timezone.now() - 2 * CLAIM)
    assert measure_all() == 1
    assert Finding.objects.get().claimed_at is None


def test_a_refusal_is_an_answer_with_its_reason_in_both_languages(
    home: object, alice: Member
) -> None:
    at = count_days()
    add_campaign(alice, first=at.begins + timedelta(days=9), last=at.begins + timedelta(days=20))
    assert measure_all() == 1
    told = found(alice)
    assert told.refused == "past_too_short"
    assert told.title("fr") == "On ne peut pas le mesurer"
    assert told.sentence("fr") != told.sentence("en")
    assert (told.added, told.windows, told.placebo) == (None, (), None)
    assert measure_all() == 0


def test_where_no_source_tells_a_metric_that_is_the_reason(home: object, alice: Member) -> None:
    at = days()
    RollUp.objects.create(metric="follows", complete_until=at.yesterday)
    add_campaign(alice)
    measure_all()
    assert found(alice).refused == "nothing_counted"


def test_a_running_campaign_has_an_effect_so_far_and_no_verdict(
    home: object, alice: Member
) -> None:
    at = count_days()
    add_campaign(alice, first=at.first, last=at.yesterday + timedelta(days=30))
    measure_all()
    told = found(alice)
    assert told.is_running
    assert told.verdict == ""
    assert told.added is not None
    line = access_line(alice, SLUG)
    assert queries.read_early(alice, [line], timezone.localdate()) == {SLUG}


def test_a_campaign_that_has_not_begun_is_not_asked_about(home: object, alice: Member) -> None:
    at = count_days()
    add_campaign(alice, first=at.yesterday + timedelta(days=9), last=at.yesterday + timedelta(20))
    add_campaign(alice, slug="draft", launched=False)
    assert measure_all() == 0


def test_other_effects_are_measured_everywhere_and_after_the_own_metrics(
    alice: Member, counted: Days
) -> None:
    count_days("orders", place="")
    assert measure_due() == 1
    assert set(Finding.objects.values_list("metric", flat=True)) == {"follows"}
    assert measure_due() == 1
    told = queries.other_findings(alice, access_line(alice, SLUG))
    assert set(told) == {"orders"}
    assert told["orders"].place == ""
    assert found(alice).place == OURS


def test_each_answer_has_a_row_in_the_audit_trail(alice: Member, counted: Days) -> None:
    measure_all()
    row = AuditEntry.objects.get(action="measure.finding_made")
    told = found(alice)
    assert row.member is None
    assert row.subject == f"campaign:{told.campaign_id}"
    assert row.changes["metric"] == [None, "follows"]
    assert row.changes["until"] == [None, counted.yesterday.isoformat()]


def test_who_has_no_access_any_more_is_told_nothing(bob: Member, counted: Days) -> None:
    measure_all()
    line = access_line(bob, SLUG)
    bob.is_active = False
    for asks in (
        lambda: queries.finding(bob, line),
        lambda: queries.findings(bob, [line]),
        lambda: queries.other_findings(bob, line),
        lambda: queries.without_campaign(bob, line),
        lambda: queries.base_rates(bob, line),
        lambda: queries.read_early(bob, [line], date(2026, 1, 1)),
    ):
        with pytest.raises(NotFound):
            asks()


def test_a_read_out_keeps_what_was_read_whatever_is_computed_later(
    alice: Member, bob: Member, counted: Days
) -> None:
    measure_all()
    line = access_line(alice, SLUG)
    today = timezone.localdate()
    read_out = plan_read_out(
        acting_user=bob, campaign_id=line.id, months=3, due_on=today, member_id=bob.pk
    )
    finish_read_out(acting_user=bob, read_out_id=read_out, campaign_id=line.id)
    was = found(alice)
    DayCount.objects.filter(day=counted.last).update(value=400)
    RollUp.objects.update(revised_at=timezone.now())
    measure_all()
    (kept,) = queries.read_outs(alice, line.id, today)
    assert (kept.read, kept.read_fr) == (was.verdict, was.sentence("fr"))
    assert kept.read_until == counted.yesterday
    assert found(alice).sentence("fr") != was.sentence("fr")
    with pytest.raises(NotFound):
        finish_read_out(acting_user=bob, read_out_id=read_out, campaign_id=line.id + 1)


def test_what_is_read_before_the_first_planned_date_is_early(
    alice: Member, bob: Member, counted: Days
) -> None:
    measure_all()
    line = access_line(alice, SLUG)
    today = timezone.localdate()
    assert queries.read_early(alice, [line], today) == set()
    for months in (6, 12):
        plan_read_out(
            acting_user=bob,
            campaign_id=line.id,
            months=months,
            due_on=today + timedelta(days=30 * months),
            member_id=bob.pk,
        )
    assert queries.read_early(alice, [line], today) == {SLUG}
    planned = queries.read_outs(alice, line.id, today)
    place = read_out_place(planned, today)
    assert place.is_early
    assert place.following == planned[0]
    later = today + timedelta(days=200)
    assert not read_out_place(planned, later).is_early
    assert read_out_place(planned, later).following == replace(planned[1])
    assert queries.read_early(alice, [line], later) == set()


def test_the_base_rate_year_over_year_is_told_once_a_year_is_over(
    home: object, alice: Member
) -> None:
    at = count_days()
    add_campaign(alice)
    line = access_line(alice, SLUG)
    assert queries.base_rates(alice, line) == []
    long_ago = at.begins + timedelta(days=10)
    early = replace(line, first_day=at.begins + timedelta(days=2), last_day=long_ago)
    assert (at.yesterday - long_ago).days > 365
    rates = queries.base_rates(alice, early)
    assert [rate.number for rate in rates] == [0, 1, 2]
    # Of the year before two days were counted, and of the second year after it, some.
    assert rates[0].mean is None
    assert rates[1].mean is not None
    assert 8 < rates[1].mean < 12
    assert [rate.is_running for rate in rates] == [False, False, True]
