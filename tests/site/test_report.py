"""The report of a campaign: a PDF with the page's own words, where hostile names stay words."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.site.campaign_scene import add_campaign, count_days

from entregent.apps.measure.actions_findings import measure_due
from entregent.apps.measure.models import Finding
from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
SLUG = "gagne-ton-hiver"
HOSTILE = '#panic("no") $x$ *fort* @nul `brut` \\ "cité" <script>alert(1)</script>'


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def measured(alice: Member) -> None:
    count_days()
    add_campaign(alice, name=HOSTILE)
    while measure_due(limit=9):
        pass


def report(browser: Client, language: str = "fr") -> bytes:
    answer = browser.get(reverse("pages:report", args=[SLUG, language]))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert f"{SLUG}-{language}.pdf" in answer["Content-Disposition"]
    return bytes(answer.content)


def text_of(made: bytes, folder: Path) -> str:
    """The words of a PDF on one line, as a reader's program finds them."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    file = folder / "report.pdf"
    file.write_bytes(made)
    done = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True)
    return " ".join(done.stdout.decode().replace("\u00a0", " ").split())


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_has_the_verdict_the_tables_and_the_placebo_record_in_its_language(
    bob: Member, as_member: Browser, measured: None, tmp_path: Path, language: str
) -> None:
    told = text_of(report(as_member(bob), language), tmp_path)
    sentence = Finding.objects.get().result["sentence"][language]
    assert " ".join(sentence.replace("\u00a0", " ").split()) in told
    wanted = {
        "fr": ("Trois nombres", "Essais à blanc", "Ce qu'on a supposé", "Ce qui changerait"),
        "en": ("Three numbers", "Placebo checks", "What we assumed", "What would change"),
    }
    for words in wanted[language]:
        assert words in told
    for words in wanted["en" if language == "fr" else "fr"]:
        assert words not in told
    # The words of the chart are words too.
    assert {"fr": "sans la campagne (estimation)", "en": "without the campaign (estimate)"}[
        language
    ] in told


def test_hostile_names_stay_words(
    bob: Member, as_member: Browser, measured: None, tmp_path: Path
) -> None:
    made = report(as_member(bob))
    assert made.startswith(b"%PDF-")
    assert b"/JavaScript" not in made
    told = text_of(made, tmp_path)
    for word in ('#panic("no")', "$x$", "*fort*", "@nul", "`brut`", "<script>alert(1)</script>"):
        assert word in told


def test_the_same_finding_gives_the_same_file(
    bob: Member, as_member: Browser, measured: None
) -> None:
    browser = as_member(bob)
    assert report(browser) == report(browser)


def test_it_is_for_all_who_sign_in_and_for_nobody_else(
    bob: Member, gwen: Member, charlie: Client, as_member: Browser, measured: None
) -> None:
    report(as_member(gwen))
    where = reverse("pages:report", args=[SLUG, "fr"])
    assert charlie.get(where)["Location"].startswith("/account/login/")
    browser = as_member(bob)
    assert browser.post(where).status_code == 405
    assert browser.get(reverse("pages:report", args=[SLUG, "de"])).status_code == 404
    assert browser.get(reverse("pages:report", args=["no-such", "fr"])).status_code == 404
    assert where in unescape(browser.get(reverse("pages:campaign", args=[SLUG])).content.decode())


def test_there_is_none_while_nothing_is_worked_out(alice: Member, as_member: Browser) -> None:
    count_days()
    add_campaign(alice)
    browser = as_member(alice)
    where = reverse("pages:report", args=[SLUG, "fr"])
    assert browser.get(where).status_code == 404
    assert where not in browser.get(reverse("pages:campaign", args=[SLUG])).content.decode()


def test_a_refusal_has_a_report_with_its_reason(
    alice: Member, as_member: Browser, tmp_path: Path
) -> None:
    at = count_days()
    add_campaign(alice, first=at.begins + timedelta(days=9), last=at.begins + timedelta(days=20))
    measure_due()
    told = text_of(report(as_member(alice)), tmp_path)
    assert "On ne peut pas le mesurer" in told
    assert " ".join(Finding.objects.get().refused_fr.replace("\u00a0", " ").split()) in told
