"""The page of a campaign, its CSV, its report and the list say at which level they are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.site.campaign_scene import add_campaign, count_days
from tests.site.test_report import report, text_of

from entregent.apps.listen.queries import local_day
from entregent.apps.measure.actions import finish_read_out, plan_read_out
from entregent.apps.measure.actions_findings import measure_due
from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
SLUG = "gagne-ton-hiver"
# Three read-outs, of which the second one is meant: 0.05 log((1 + 2 c / 3) / (1 + c / 3)) is left
# to it, with c = e - 1.
SAID = {
    "fr": "Fourchette à 98,4 % : le plan prévoit 3 lectures, ensemble justes 95 fois sur 100.",
    "en": "Interval at 98.4%: 3 read-outs are planned, together right 95 times in 100.",
}
NONE_PLANNED = "Fourchette à 95 % : aucune lecture n'était prévue d'avance."


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def read_outs(alice: Member) -> list[int]:
    """Three of a campaign: a month ago, yesterday, and in a month; the answer is worked out."""
    count_days()
    campaign, today = add_campaign(alice), local_day(timezone.now())
    planned = [
        plan_read_out(
            acting_user=alice,
            campaign_id=campaign.pk,
            months=months,
            due_on=today + timedelta(days=days),
            member_id=alice.pk,
        )
        for months, days in ((1, -30), (3, -1), (6, 30))
    ]
    while measure_due(limit=9):
        pass
    return planned


def page(browser: Client, where: str = "") -> str:
    answer = browser.get(where or reverse("pages:campaign", args=[SLUG]))
    assert answer.status_code == 200
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def in_language(member: Member, as_member: Browser, language: str) -> Client:
    browser = as_member(member)
    browser.post("/language/", {"language": language, "next": reverse("pages:campaigns")})
    return browser


def bounds_said(browser: Client, column: str) -> set[str]:
    answer = browser.get(reverse("pages:csv", args=[SLUG, "follows"]))
    rows = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    return {row[column].replace("\u00a0", " ") for row in rows}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_says_the_level_under_the_verdict(
    bob: Member, as_member: Browser, read_outs: list[int], language: str
) -> None:
    told = page(in_language(bob, as_member, language))
    verdict = told.partition('id="verdict"')[2].partition("</section>")[0]
    assert SAID[language] in verdict
    promise = {"fr": "On vise juste 98,4 fois sur 100", "en": "Right 98.4 times in 100"}[language]
    numbers = told.partition('class="facts three"')[2].partition("</section>")[0]
    assert promise in numbers
    assumed = {
        "fr": "98,4 fois sur 100, prise seule : 3 lectures étaient prévues d'avance",
        "en": "98.4 times in 100, taken alone: 3 read-outs were planned beforehand",
    }
    assert assumed[language] in told
    chance = {"fr": "1,6 % d'entre eux peuvent", "en": "1.6% of them may"}
    assert chance[language] in told
    assert SAID["en" if language == "fr" else "fr"] not in told


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_report_says_it(
    bob: Member, as_member: Browser, read_outs: list[int], tmp_path: Path, language: str
) -> None:
    told = text_of(report(as_member(bob), language), tmp_path)
    assert SAID[language] in told
    assert {"fr": "juste 98,4 fois", "en": "Right 98.4 times"}[language] in told


@pytest.mark.parametrize(
    ("language", "column"), [("fr", "à propos des bornes"), ("en", "about the bounds")]
)
def test_the_csv_says_it_beside_each_bound(
    bob: Member, as_member: Browser, read_outs: list[int], language: str, column: str
) -> None:
    # Days before the campaign have no bounds.
    assert bounds_said(in_language(bob, as_member, language), column) == {"", SAID[language]}


def test_the_list_says_it_beside_what_stayed(
    bob: Member, as_member: Browser, read_outs: list[int]
) -> None:
    told = page(as_member(bob), reverse("pages:campaigns"))
    assert f'title="{SAID["fr"]}"' in told


def test_what_was_read_is_told_with_the_level_it_was_read_at(
    alice: Member, as_member: Browser, read_outs: list[int]
) -> None:
    finish_read_out(acting_user=alice, read_out_id=read_outs[1])
    told = page(as_member(alice))
    assert "et des fourchettes à 98,4 % :" in told.partition("Lu alors, avec les jours")[2]


def test_before_the_first_date_the_mark_stands_beside_the_level(
    alice: Member, as_member: Browser
) -> None:
    count_days()
    campaign, today = add_campaign(alice), local_day(timezone.now())
    for months in (6, 12):
        plan_read_out(
            acting_user=alice,
            campaign_id=campaign.pk,
            months=months,
            due_on=today + timedelta(days=30 * months),
            member_id=alice.pk,
        )
    measure_due()
    told = page(as_member(alice))
    assert "Lu avant la date prévue : à ne pas citer." in told
    assert "Fourchette à 96,9 % : le plan prévoit 2 lectures" in told


def test_without_planned_read_outs_it_is_95_percent_everywhere(
    alice: Member, as_member: Browser, tmp_path: Path
) -> None:
    count_days()
    add_campaign(alice)
    measure_due()
    browser = as_member(alice)
    told = page(browser)
    assert NONE_PLANNED in told
    assert "On vise juste 95 fois sur 100" in told
    assert "5 % d'entre eux peuvent" in told
    assert NONE_PLANNED in text_of(report(browser), tmp_path)
    assert bounds_said(browser, "à propos des bornes") == {"", NONE_PLANNED}


def test_a_refusal_has_no_level(alice: Member, as_member: Browser) -> None:
    at = count_days()
    add_campaign(alice, first=at.begins + timedelta(days=9), last=at.begins + timedelta(days=20))
    measure_due()
    told = page(as_member(alice))
    assert "On ne peut pas le mesurer" in told
    assert "Fourchette à" not in told
