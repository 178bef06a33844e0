"""« Essayer un plan »: what a campaign could show, before it is paid for."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.site.campaign_scene import OURS, add_campaign, count_days
from tests.site.html_page import check

from entregent.apps.organisation.models import Member
from entregent.site.pages import measuring_turn

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
Budget = Callable[[int], AbstractContextManager[Any]]
HERE = "/measure/plan/"


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    cache.clear()


@pytest.fixture
def counted(alice: Member) -> None:
    count_days()
    add_campaign(alice, slug="autre", launched=False)


def page(answer: Any) -> str:
    assert answer.status_code == 200
    text = answer.content.decode()
    check(answer.headers, text)
    return unescape(text).replace("\u00a0", " ")


def asked(**changed: str) -> dict[str, str]:
    start = timezone.localdate() + timedelta(days=5)
    return {
        "what": f"follows|{OURS}",
        "first_day": start.isoformat(),
        "days": "28",
        "budget": "2000",
        "hoped": "",
    } | changed


def test_it_is_for_all_who_sign_in(
    bob: Member, gwen: Member, charlie: Client, as_member: Browser, counted: None
) -> None:
    for member in (bob, gwen):
        assert "le plus petit effet visible est de" in page(as_member(member).get(HERE, asked()))
    assert charlie.get(HERE)["Location"].startswith("/account/login/")


def test_a_budget_is_told_the_smallest_effect_it_can_show(
    gwen: Member, as_member: Browser, counted: None
) -> None:
    told = page(as_member(gwen).get(HERE, asked()))
    assert "Avec 2 000 $, le plus petit effet visible est de" in told
    assert "sauf le métier" in told
    assert "Et après?" in told
    assert "Ce qui aiderait" not in told


def test_what_can_show_nothing_is_told_so_with_what_would_help(
    gwen: Member, as_member: Browser, counted: None
) -> None:
    told = page(as_member(gwen).get(HERE, asked(hoped="20")))
    assert "ce budget ne peut rien montrer" in told
    assert "Ce qui aiderait" in told
    assert "apprendre le métier" in told
    assert "Si tout cela venait : 100 $ chacun" in told
    enough = page(as_member(gwen).get(HERE, asked(hoped="99999")))
    assert "ne peut rien montrer" not in enough


def test_the_chart_is_drawn_from_the_same_address(
    gwen: Member, as_member: Browser, counted: None
) -> None:
    browser = as_member(gwen)
    drawn = browser.get(f"{HERE}chart.json", asked() | {"scheme": "dark"})
    assert drawn.status_code == 200
    assert "plus petit effet visible" in drawn.content.decode("unicode_escape")
    assert "#1c5c8c" not in drawn.content.decode()
    picture = browser.get(f"{HERE}chart.svg", asked())
    assert picture["Content-Type"] == "image/svg+xml"
    assert browser.get(f"{HERE}chart.json").status_code == 404


def test_what_was_worked_out_is_not_worked_out_again(
    gwen: Member, as_member: Browser, counted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = as_member(gwen)
    first = page(browser.get(HERE, asked()))
    monkeypatch.setattr(measuring_turn, "PATIENCE_S", 0.01)
    with measuring_turn.turn(), measuring_turn.turn():
        again = page(browser.get(HERE, asked()))
        assert again.split('id="planning"')[1] == first.split('id="planning"')[1]
        assert "Renvoyez dans une minute" in page(browser.get(HERE, asked(days="14")))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"what": "likes|"}, "what"),
        ({"first_day": "demain"}, "first_day"),
        ({"days": "0"}, "days"),
        ({"days": "9999"}, "days"),
        ({"budget": "-3"}, "budget"),
        ({"hoped": "beaucoup"}, "hoped"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    gwen: Member, as_member: Browser, counted: None, changed: dict[str, str], field: str
) -> None:
    told = page(as_member(gwen).get(HERE, asked(**changed)))
    assert f'id="id_{field}_error"' in told
    assert "le plus petit effet visible" not in told


def test_a_plan_too_far_ahead_gets_its_reason(
    gwen: Member, as_member: Browser, counted: None
) -> None:
    told = page(as_member(gwen).get(HERE, asked(first_day="2099-01-01")))
    assert "On ne peut pas le mesurer" in told
    assert "personne ne sait" in told


def test_where_nothing_is_counted_it_says_so(gwen: Member, as_member: Browser) -> None:
    assert "Rien n'est encore compté" in page(as_member(gwen).get(HERE))


def test_places_of_campaigns_can_be_chosen(
    alice: Member, as_member: Browser, counted: None
) -> None:
    told = page(as_member(alice).get(HERE))
    assert f'value="follows|{OURS}"' in told
    assert "Abonnements · Facebook" in told


# Before a launch


def planned(alice: Member, budget: int | None = 2000) -> str:
    start = timezone.localdate() + timedelta(days=5)
    campaign = add_campaign(alice, launched=False, first=start, last=start + timedelta(days=13))
    campaign.budget = None if budget is None else Decimal(budget)
    campaign.save(update_fields=["budget"])
    return campaign.slug


def test_the_page_before_the_launch_leads_to_its_plan(
    alice: Member, as_member: Browser, counted: None
) -> None:
    slug = planned(alice)
    browser = as_member(alice)
    told = page(browser.get(f"/campaigns/{slug}/"))
    assert f"{HERE}?campaign={slug}" in told
    plan = page(browser.get(HERE, {"campaign": slug}))
    assert "Avec 2 000 $, le plus petit effet visible est de" in plan
    assert "en tout sur 14 jours" in plan
    assert 'value="14"' in plan
    assert f"/campaigns/{slug}/plan/" in plan


def test_the_budget_line_comes_as_a_part(
    alice: Member, gwen: Member, as_member: Browser, counted: None
) -> None:
    slug = planned(alice)
    where = f"{HERE}{slug}/"
    part = as_member(gwen).get(where, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "Avec 2 000 $, le plus petit effet visible est de" in page(part)
    away = as_member(gwen).get(where)
    assert away.status_code == 302
    assert away["Location"] == f"{HERE}?campaign={slug}"
    assert as_member(gwen).get(f"{HERE}no-such/").status_code == 404


def test_without_a_budget_nothing_is_guessed(
    alice: Member, as_member: Browser, counted: None
) -> None:
    slug = planned(alice, None)
    told = page(as_member(alice).get(f"/campaigns/{slug}/"))
    assert "hx-get" not in told.split('id="budget"')[1].split("</section>")[0]
    assert "$" not in told.split('id="budget"')[1].split("</section>")[0]


def test_a_campaign_whose_metric_is_not_counted_says_so(alice: Member, as_member: Browser) -> None:
    slug = planned(alice)
    part = as_member(alice).get(f"{HERE}{slug}/", headers={"HX-Request": "true"})
    assert "pas encore compté" in page(part)


def test_the_page_takes_few_queries(
    gwen: Member, as_member: Browser, counted: None, django_assert_max_num_queries: Budget
) -> None:
    browser = as_member(gwen)
    page(browser.get(HERE, asked()))
    with django_assert_max_num_queries(60):
        browser.get(HERE, asked())


def test_it_speaks_english_to_who_reads_english(
    gwen: Member, as_member: Browser, counted: None
) -> None:
    browser = as_member(gwen)
    browser.post("/language/", {"language": "en", "next": "/"})
    told = page(browser.get(HERE, asked(hoped="20")))
    for words in ("With $2,000, the smallest effect", "can show nothing", "learning the craft"):
        assert words in told
