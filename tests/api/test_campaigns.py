"""Campaigns with their windows as a description, and series that tell zero from nothing."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from entregent.apps.address.models import Campaign, Plan
from entregent.apps.measure.actions import plan_read_out
from entregent.apps.measure.actions_findings import measure_due
from entregent.apps.measure.models import DayCount, Finding, RollUp
from entregent.apps.organisation.models import Function, Member
from tests.api.conftest import Ask, Token
from tests.site.campaign_scene import add_campaign, count_days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

AT = datetime(2026, 1, 4, 15, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def voices(alice: Member) -> Campaign:
    function = Function.objects.get(slug="marketing")
    campaign = Campaign.objects.create(
        slug="les-voix-d-ici",
        name=HOSTILE,
        kind="dialogue",
        serves=function,
        function=function,
        owner=alice,
        first_day=date(2026, 2, 1),
        last_day=date(2026, 2, 10),
        metric="visits",
        launched_at=AT,
        created_at=AT,
    )
    Plan.objects.create(campaign=campaign, written_at=AT, member=alice, objective="13 par jour")
    return campaign


def test_a_campaign_has_windows_and_no_verdict(
    gwen: Member, voices: Campaign, ask: Ask, token: Token
) -> None:
    status, told = ask("campaigns/les-voix-d-ici", token(gwen, "campaigns"))
    assert status == 200
    assert (told["verdict"], told["verdict_reason"]) == (None, "not computed yet")
    assert (told["name"], told["objective"], told["who_cares"]) == (HOSTILE, "13 par jour", None)
    assert [each["code"] for each in told["windows"]][:3] == ["before", "during", "1-30"]
    assert {each["mean"] for each in told["windows"]} == {None}


def test_a_verdict_comes_with_its_sentence_and_its_intervals(
    alice: Member, ask: Ask, token: Token
) -> None:
    count_days()
    add_campaign(alice)
    assert measure_due() == 1
    secret = token(alice, "campaigns")
    status, told = ask("campaigns/gagne-ton-hiver", secret)
    assert status == 200
    stored = Finding.objects.get().result
    assert told["sentence"] == stored["sentence"]
    assert told["added_per_day"] == stored["boost"]["per_day"]
    assert told["lasting_per_day"] == stored["reading"]["mean"]
    assert told["verdict"] in {"sustained", "too_early", "boost_only", "compounding"}
    assert (told["verdict_reason"], told["read_early"]) == (None, False)
    windows = {each["code"]: each for each in told["windows"]}
    assert windows["during"]["added"] == told["added_per_day"]
    assert windows["1-30"]["added"] == stored["windows"][0]["mean"]
    assert windows["before"]["added"] is None
    _, page = ask("campaigns", secret)
    assert page["items"][0]["verdict"] == told["verdict"]
    assert told["level"] == page["items"][0]["level"] == 0.95


def test_the_level_of_the_planned_read_out_is_told_in_both_languages(
    alice: Member, ask: Ask, token: Token
) -> None:
    at = count_days()
    campaign = add_campaign(alice)
    for months, due_on in ((1, at.yesterday), (36, at.yesterday + timedelta(days=900))):
        plan_read_out(
            acting_user=alice,
            campaign_id=campaign.pk,
            months=months,
            due_on=due_on,
            member_id=alice.pk,
        )
    measure_due()
    _, told = ask("campaigns/gagne-ton-hiver", token(alice, "campaigns"))
    # Two read-outs, of which the first one is meant: 0.05 log(1 + (e - 1) / 2) is left to it.
    assert told["level"] == pytest.approx(1 - 0.05 * math.log(1 + (math.e - 1) / 2))
    assert told["level_sentence"] == {
        "fr": "Fourchette à 96,9\u00a0%\u00a0: le plan prévoit 2 lectures, ensemble justes 95 fois "
        "sur 100.",
        "en": "Interval at 96.9%: 2 read-outs are planned, together right 95 times in 100.",
    }


def test_a_refusal_is_no_verdict_and_says_why(alice: Member, ask: Ask, token: Token) -> None:
    at = count_days()
    add_campaign(alice, first=at.begins + timedelta(days=9), last=at.begins + timedelta(days=20))
    measure_due()
    _, told = ask("campaigns/gagne-ton-hiver", token(alice, "campaigns"))
    assert (told["verdict"], told["verdict_reason"]) == (None, "past_too_short")
    assert told["sentence"]["fr"] != told["sentence"]["en"]
    assert told["added_per_day"] is None
    assert told["level"] is told["level_sentence"] is None


def test_campaigns_come_once_each_the_newest_first(
    alice: Member, voices: Campaign, ask: Ask, token: Token
) -> None:
    for number in range(4):
        voices.pk, voices.slug = None, f"autre-{number}"
        voices.first_day = date(2026, 1, 5 + number // 2)
        voices.save(force_insert=True)
    secret = token(alice, "campaigns")
    told: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        _, page = ask("campaigns", secret, limit=2, cursor=cursor)
        told += [each["slug"] for each in page["items"]]
        cursor = page["next"]
    assert told == ["les-voix-d-ici", "autre-3", "autre-2", "autre-1", "autre-0"]


def test_a_series_tells_each_day_once_and_nothing_where_nothing_was_counted(
    alice: Member, ask: Ask, token: Token
) -> None:
    RollUp.objects.create(
        metric="visits", begins_on=date(2026, 2, 1), complete_until=date(2026, 2, 5)
    )
    DayCount.objects.create(metric="visits", day=date(2026, 2, 2), value=7)
    secret = token(alice, "series")
    told: list[tuple[str, float | None, str | None]] = []
    cursor: str | None = ""
    while cursor is not None:
        _, page = ask(
            "series",
            secret,
            metric="visits",
            since="2026-02-01",
            until="2026-02-07",
            limit=3,
            cursor=cursor,
        )
        told += [(each["day"], each["value"], each["reason"]) for each in page["items"]]
        cursor = page["next"]
    assert [day for day, _, _ in told] == [f"2026-02-0{number}" for number in range(1, 8)]
    assert all((value is None) == (reason == "not collected") for _, value, reason in told)
    assert [value for _, value, _ in told][5:] == [None, None]
