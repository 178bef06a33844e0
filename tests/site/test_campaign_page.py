"""The page of a campaign: what was planned, what there was, and nothing that was not computed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from tests.site.campaign_scene import add_campaign, count_days
from tests.site.test_every_page import check

from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
Budget = Callable[[int], AbstractContextManager[Any]]
HOSTILE = "<script>alert(1)</script> =1+1 \N{RIGHT-TO-LEFT OVERRIDE} \N{PARTY POPPER}"
SLUG = "gagne-ton-hiver"
HERE = f"/campaigns/{SLUG}/"
NEXT = f"/campaigns/{SLUG}/afterwards/"


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def counted(alice: Member) -> None:
    count_days()
    add_campaign(alice)


def page(browser: Client, where: str = HERE, **asked: str) -> str:
    answer = browser.get(where, asked)
    assert answer.status_code == 200
    check(answer.headers, answer.content.decode())
    return unescape(answer.content.decode()).replace("\u00a0", " ")


@pytest.mark.parametrize("where", [HERE, NEXT])
def test_a_campaign_is_for_all_who_sign_in(
    alice: Member,
    bob: Member,
    gwen: Member,
    charlie: Client,
    as_member: Browser,
    counted: None,
    where: str,
) -> None:
    for member in (alice, bob, gwen):
        page(as_member(member), where)
    assert charlie.get(where)["Location"].startswith("/account/login/")
    assert as_member(bob).get(where.replace(SLUG, "no-such")).status_code == 404
    assert as_member(bob).post(where).status_code == 405


def test_no_verdict_is_guessed_and_no_cost_is_zero(
    bob: Member, as_member: Browser, counted: None
) -> None:
    told = page(as_member(bob))
    assert "Verdict : pas encore calculé" in told
    assert "Coût : non fourni" in told
    assert "0 $" not in told
    for word in ("Pic sans suite", "Croissance soutenue", "Aucun effet"):
        assert word not in told


def test_before_the_launch_the_five_lines_are_what_there_is(
    alice: Member, as_member: Browser
) -> None:
    count_days()
    add_campaign(alice, launched=False)
    told = page(as_member(alice))
    assert "Objectif (un rythme, pas un sommet)" in told
    assert "Verdict" not in told


@pytest.mark.parametrize("measure", ["follows", "visits", "orders", "mentions", "mind", "likes"])
def test_one_measure_at_a_time_by_plain_links(
    bob: Member, as_member: Browser, counted: None, measure: str
) -> None:
    told = page(as_member(bob), measure=measure)
    charts = [reverse("pages:chart", args=[SLUG, slug]) for slug in ("positive", "negative")]
    assert all((chart in told) == (measure == "mind") for chart in charts)
    assert told.count('aria-current="page">') >= 1


def test_guests_change_nothing_here(
    bob: Member, gwen: Member, as_member: Browser, counted: None
) -> None:
    where = reverse("address:next_step", args=[SLUG])
    assert where in page(as_member(bob))
    assert where not in page(as_member(gwen))


def test_what_people_did_next_is_a_part_and_a_page(
    bob: Member, as_member: Browser, counted: None
) -> None:
    browser = as_member(bob)
    part = browser.get(NEXT, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.strip().splitlines()[0] in browser.get(NEXT).content.decode()


def test_hostile_words_of_a_plan_are_harmless(alice: Member, as_member: Browser) -> None:
    count_days()
    add_campaign(alice, name=HOSTILE)
    add_campaign(alice, name=HOSTILE, slug="autre", launched=False)
    browser = as_member(alice)
    for where in (HERE, "/campaigns/autre/", NEXT):
        assert HOSTILE in page(browser, where)
        assert "<script>alert" not in browser.get(where).content.decode()


def test_the_page_speaks_english_to_who_reads_english(
    alice: Member, as_member: Browser, counted: None
) -> None:
    browser = as_member(alice)
    browser.post("/language/", {"language": "en", "next": "/"})
    told = page(browser)
    with translation.override("en"):
        wanted = [gettext(words) for words in ("Verdict: not worked out yet", "Cost: not given")]
    for words in [*wanted, "new followers per day"]:
        assert words in told


def test_the_page_takes_few_queries(
    alice: Member, as_member: Browser, counted: None, django_assert_max_num_queries: Budget
) -> None:
    browser = as_member(alice)
    page(browser)
    with django_assert_max_num_queries(80):
        browser.get(HERE, {"measure": "mind"})


# The list


def test_the_list_is_for_all_who_sign_in_and_is_sorted_by_what_stayed(
    alice: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    at = count_days()
    add_campaign(alice)  # 8 before, 12 after: four stay
    add_campaign(
        alice,
        name="Les voix d'ici",
        slug="voix",
        first=at.last + timedelta(days=10),
        last=at.last + timedelta(days=20),
    )  # the contest before it makes its past high: less stays
    add_campaign(alice, name="Pas encore", slug="draft", launched=False)
    told = page(as_member(gwen), "/campaigns/")
    begins = told.index('<ul class="list')
    links = [f'<h3><a href="/campaigns/{slug}/">' for slug in (SLUG, "voix", "draft")]
    order = [told.index(link, begins) for link in links]
    assert order == sorted(order)
    assert "Le sommet, ou ce qui reste?" in told
    assert "Préparer une campagne" not in told
    assert "Préparer une campagne" in page(as_member(alice), "/campaigns/")
    assert charlie.get("/campaigns/")["Location"].startswith("/account/login/")


def test_where_there_is_no_campaign_the_list_says_how_one_begins(
    alice: Member, as_member: Browser
) -> None:
    told = page(as_member(alice), "/campaigns/")
    assert "Aucune campagne" in told
    assert "Le sommet, ou ce qui reste?" not in told
