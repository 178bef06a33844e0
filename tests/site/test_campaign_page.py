"""The page of a campaign: what was planned, what there was, what it added, and no guess."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from tests.site.campaign_scene import GAP_DAYS, add_campaign, count_days, days
from tests.site.test_every_page import check

from entregent.apps.address.models import Campaign
from entregent.apps.listen.queries import local_day
from entregent.apps.measure.actions import plan_read_out
from entregent.apps.measure.actions_findings import measure_due
from entregent.apps.measure.finding_lines import FindingLine, finding_line
from entregent.apps.measure.models import Finding
from entregent.apps.organisation.models import Member
from entregent.measurement.results import Interval
from entregent.site.findings import wording
from entregent.site.findings.shown import cost_of_each

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
    assert "Verdict : calcul en cours" in told
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
        wanted = [gettext(words) for words in ("Verdict: being worked out", "Cost: not given")]
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


# Once it is worked out


@pytest.fixture
def measured(counted: None, alice: Member) -> None:
    count_days("orders", place="")
    while measure_due(limit=9):
        pass


def finding_of(metric: str = "follows") -> FindingLine:
    told = finding_line(Finding.objects.get(metric=metric))
    assert told is not None
    return told


def test_the_verdict_stands_first_in_its_fixed_words_with_its_sentence_and_its_days(
    bob: Member, as_member: Browser, measured: None
) -> None:
    told, found = page(as_member(bob)), finding_of()
    where = [
        told.index(words.replace("\u00a0", " "))
        for words in (found.title("fr"), found.sentence("fr"), "Établi le")
    ]
    assert where == sorted(where)
    assert f"sur {found.days} jours" in told
    assert "calcul en cours" not in told.partition('id="chart"')[0]


def test_the_three_numbers_have_their_intervals_and_their_windows(
    bob: Member, as_member: Browser, measured: None
) -> None:
    told, found = page(as_member(bob)), finding_of()
    assert found.added is not None
    assert found.lasting is not None
    numbers = told.partition("Trois nombres")[2].partition("<section")[0]
    for interval in (found.added, found.lasting):
        assert wording.bounds_of(interval).replace("\u00a0", " ") in numbers
    assert "jours 31 à 90 après la campagne" in numbers
    assert "Coût : non fourni" in numbers
    assert "On vise juste 95 fois sur 100" in numbers


def test_what_each_who_stayed_cost_has_an_interval_or_is_not_said(
    bob: Member, as_member: Browser, measured: None
) -> None:
    Campaign.objects.update(cost=Decimal("450.00"))
    found = finding_of()
    assert found.read is not None
    told = page(as_member(bob)).partition("Trois nombres")[2].partition("<section")[0]
    each = cost_of_each(Decimal("450.00"), found)
    if found.read.added.low > 0:
        assert each is not None
        assert each.low <= each.estimate <= each.high
        assert each.estimate == pytest.approx(450 / (found.read.added.estimate * found.read.days))
        assert wording.money(each.estimate, "CAD").replace("\u00a0", " ") in told
    else:
        assert each is None
        assert "ne se dit pas" in told
    nothing = replace(found, read=replace(found.read, added=Interval(1.0, -0.5, 2.5)))
    assert cost_of_each(Decimal("450.00"), nothing) is None


def test_other_effects_have_an_interval_or_are_not_shown(
    bob: Member, as_member: Browser, measured: None
) -> None:
    told, found = page(as_member(bob)), finding_of("orders")
    rows = told.partition('id="effects"')[2].partition("</table>")[0]
    assert found.added is not None
    assert wording.bounds_of(found.added).replace("\u00a0", " ") in rows
    # What is not counted yet says so, and is no zero.
    assert rows.count("calcul en cours") == 4


def test_assumptions_placebo_and_what_would_change_are_told_as_they_were(
    alice: Member, bob: Member, as_member: Browser, counted: None
) -> None:
    at = days()
    add_campaign(alice, name="Le défilé", slug="defile", metric="orders", place="", first=at.first)
    while measure_due(limit=9):
        pass
    told, found = page(as_member(bob)), finding_of()
    assert found.placebo is not None
    assert f"posée à {found.placebo.windows} date" in told
    assert "en dessous de 10 % du sommet" in told
    assert "Aucune lecture n'était prévue d'avance" in told
    assert "seulement dessinées en gris" in told
    assert "Le défilé" in told.partition("Ce qui changerait cette réponse")[2]
    assert f"{GAP_DAYS} jours non recueillis" in told


def test_a_refusal_says_what_is_missing(alice: Member, as_member: Browser) -> None:
    at = count_days()
    add_campaign(alice, first=at.begins + timedelta(days=9), last=at.begins + timedelta(days=20))
    measure_due()
    told, found = page(as_member(alice)), finding_of()
    assert "On ne peut pas le mesurer" in told
    assert found.refused
    assert found.sentence("fr").replace("\u00a0", " ") in told


def test_a_running_campaign_is_marked_as_read_early(alice: Member, as_member: Browser) -> None:
    at = count_days()
    add_campaign(alice, first=at.first, last=at.yesterday + timedelta(days=30))
    measure_due()
    browser = as_member(alice)
    told = page(browser)
    assert "En cours : pas encore de verdict" in told
    assert "Lu avant la date prévue : à ne pas citer." in told
    assert "Lu avant la date prévue : à ne pas citer." in page(browser, "/campaigns/")


def test_a_planned_read_out_is_noted_with_what_stood_there(
    bob: Member, gwen: Member, as_member: Browser, measured: None
) -> None:
    today = local_day(timezone.now())
    campaign = Campaign.objects.get(slug=SLUG)
    read_out = plan_read_out(
        acting_user=bob, campaign_id=campaign.pk, months=3, due_on=today, member_id=bob.pk
    )
    where = reverse("pages:finish_read_out", args=[SLUG, read_out])
    assert where in page(as_member(bob))
    assert where not in page(as_member(gwen))
    assert f"{HERE}#verdict" in page(as_member(bob), "/today/")
    assert as_member(gwen).post(where).status_code == 403
    assert as_member(bob).post(where).status_code == 302
    told = page(as_member(bob))
    assert where not in told
    assert "Lu alors, avec les jours allant jusqu'au" in told
    assert told.count(finding_of().sentence("fr").replace("\u00a0", " ")) == 2


def test_the_list_says_the_verdict_and_is_sorted_by_what_was_added_and_stayed(
    alice: Member, as_member: Browser, measured: None
) -> None:
    add_campaign(alice, name="Rien", slug="rien", metric="visits", place="")
    row = Finding.objects.get(metric="follows")
    told = page(as_member(alice), "/campaigns/")
    listed = told.partition("Selon ce qui est resté")[2]
    assert f"{HERE}#verdict" in listed
    assert finding_of().title("fr") in listed
    assert listed.index(SLUG) < listed.index("rien/")
    # It is the interval that is told in the list too.
    lasting = finding_of().lasting
    assert lasting is not None
    assert wording.whole_of(lasting).replace("\u00a0", " ") in listed
    assert row.computed_at is not None


def test_hostile_names_stay_words_beside_a_verdict(
    alice: Member, as_member: Browser, measured: None
) -> None:
    at = days()
    add_campaign(
        alice, name=HOSTILE, slug="autre", first=at.last + timedelta(days=60), last=at.yesterday
    )
    while measure_due(limit=9):
        pass
    told = as_member(alice).get(HERE).content.decode()
    assert "<script>alert" not in told
    assert HOSTILE in unescape(told)
