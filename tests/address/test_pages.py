"""The pages of plans and links, opened and used by whoever may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from entregent.apps.address import actions
from entregent.apps.address.actions import CampaignDetails
from entregent.apps.address.models import NextStep, TrackedLink
from entregent.apps.address.queries import access_campaign, campaigns
from entregent.apps.organisation.models import Member
from tests.address.conftest import LINES
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
SCRIPT = "<script>alert(1)</script>"
TARGET = "https://frimasetframboises.example/billets"


def open_page(browser: Client, name: str, *args: object) -> HttpResponse:
    return browser.get(reverse(f"address:{name}", args=args))


@pytest.fixture
def link_id(bob: Member, slug: str, home: Path) -> int:
    return actions.add_link(
        acting_user=bob, slug=slug, kind="qr", label="Quai", target=TARGET, code="quai7"
    )


@pytest.mark.parametrize(
    ("name", "for_guest"),
    [
        ("add", 403),
        ("plan", 200),
        ("links", 200),
        ("qr", 200),
        ("next_step", 403),
        ("cost", 403),
    ],
)
def test_each_page_is_open_to_whom_it_should_be(
    bob: Member,
    gwen: Member,
    alice: Member,
    charlie: Client,
    as_member: Browser,
    slug: str,
    link_id: int,
    name: str,
    for_guest: int,
) -> None:
    args = {"add": [], "qr": [slug, link_id]}.get(name, [slug])
    for member, status in ((alice, 200), (bob, 200), (gwen, for_guest)):
        answer = open_page(as_member(member), name, *args)
        assert answer.status_code == status
        if name != "qr":
            check(answer.headers, answer.content.decode())
    assert open_page(charlie, name, *args)["Location"].startswith("/account/login/")


@pytest.mark.parametrize("name", ["launch", "finish"])
def test_each_form_is_closed_to_guests_strangers_and_links(
    bob: Member, gwen: Member, charlie: Client, as_member: Browser, slug: str, name: str
) -> None:
    where = reverse(f"address:{name}", args=[slug] if name == "launch" else [slug, 1])
    assert as_member(gwen).post(where).status_code == 403
    assert charlie.post(where)["Location"].startswith("/account/login/")
    assert as_member(bob).get(where).status_code == 405


@pytest.mark.parametrize("name", ["add", "plan", "links", "next_step", "cost"])
def test_guests_send_nothing(gwen: Member, as_member: Browser, slug: str, name: str) -> None:
    where = reverse(f"address:{name}", args=[] if name == "add" else [slug])
    assert as_member(gwen).post(where, LINES).status_code == 403


@pytest.mark.parametrize("name", ["plan", "links", "next_step", "cost", "launch", "finish"])
def test_what_is_not_there_is_nowhere(bob: Member, as_member: Browser, name: str) -> None:
    where = reverse(f"address:{name}", args=["rien"] if name != "finish" else ["rien", 1])
    hers = as_member(bob)
    answer = hers.post(where) if name in {"launch", "finish"} else hers.get(where)
    assert answer.status_code == 404


def test_from_the_idea_to_the_launch(
    bob: Member, as_member: Browser, details: CampaignDetails
) -> None:
    his = as_member(bob)
    answer = his.post(
        reverse("address:add"),
        {
            "name": "Les Frimas en famille",
            "kind": "event",
            "serves_id": details.serves_id,
            "function_id": details.function_id,
            "owner_id": bob.pk,
            "first_day": "2027-02-01",
            "last_day": "2027-02-10",
            "metric": "follows",
            "budget": "2000",
        },
    )
    plan = reverse("address:plan", args=["les-frimas-en-famille"])
    assert answer["Location"] == plan
    page = his.get(plan).content.decode()
    assert "Qui s'en soucie, et pourquoi?" in page.replace("&#x27;", "'")
    assert reverse("pages:plan") in page

    launch = reverse("address:launch", args=["les-frimas-en-famille"])
    his.post(plan, {**LINES, "how_they_come": ""})
    refused = his.post(launch)
    assert refused.status_code == 400
    told = refused.content.decode().replace("&#x27;", "'")
    assert "Encore vides\u00a0: Comment les gens vont-ils s'y rendre?." in told
    check(refused.headers, refused.content.decode())

    his.post(plan, LINES)
    assert his.post(launch)["Location"] == "/campaigns/les-frimas-en-famille/"
    page = his.get(plan).content.decode()
    assert "Stratégie écrite le" in page
    assert "Inchangée depuis" in page
    assert campaigns(bob)[0].is_launched


def test_a_link_its_code_and_its_count_are_shown(
    bob: Member, as_member: Browser, slug: str, home: Path
) -> None:
    his, where = as_member(bob), reverse("address:links", args=[slug])
    form = {"kind": "qr", "label": "Quai", "target": TARGET, "code": "quai7"}
    assert his.post(where, form).status_code == 302
    assert "Ce code est déjà pris" in his.post(where, form).content.decode()
    his.get("/l/quai7/", headers={"user-agent": "Mozilla/5.0 (iPhone)"})
    page = his.get(where).content.decode()
    assert "http://testserver/l/quai7/" in page
    assert "Ouvert 1 fois." in page
    link = TrackedLink.objects.get()
    drawing = open_page(his, "qr", slug, link.pk)
    assert drawing["Content-Type"] == "image/svg+xml"
    assert b"<svg" in drawing.content
    assert b"<script" not in drawing.content


def test_a_coupon_has_no_qr_code_and_no_link_is_anothers(
    bob: Member, as_member: Browser, slug: str, details: CampaignDetails, link_id: int
) -> None:
    his = as_member(bob)
    coupon = actions.add_link(acting_user=bob, slug=slug, kind="coupon", label="x")
    assert open_page(his, "qr", slug, coupon).status_code == 404
    other = actions.add_campaign(acting_user=bob, details=details)
    assert open_page(his, "qr", other, link_id).status_code == 404


def test_a_next_step_is_noted_and_done(bob: Member, as_member: Browser, slug: str) -> None:
    his, where = as_member(bob), reverse("address:next_step", args=[slug])
    said = {"what": "Écrire aux écoles", "member_id": bob.pk, "due_on": "2027-03-14"}
    assert his.post(where, said)["Location"] == f"/campaigns/{slug}/"
    step = NextStep.objects.get()
    his.post(reverse("address:finish", args=[slug, step.pk]))
    step.refresh_from_db()
    assert step.done_on is not None


def test_a_cost_is_written_as_people_write_it(bob: Member, as_member: Browser, slug: str) -> None:
    where = reverse("address:cost", args=[slug])
    as_member(bob).post(where, {"cost": "1234,50"})
    assert str(access_campaign(bob, slug).cost) == "1234.50"


@pytest.mark.parametrize("words", [SCRIPT, "=1+1", "\u202eabc", "🫐" * 20, "a" * 10_000])
def test_what_people_write_comes_back_harmless(
    alice: Member, bob: Member, as_member: Browser, details: CampaignDetails, words: str, home: Path
) -> None:
    his = as_member(bob)
    slug = campaign_named(bob, details, words[:120])
    pages = [reverse(f"address:{name}", args=[slug]) for name in ("plan", "links", "next_step")]
    his.post(pages[0], dict.fromkeys(LINES, words))
    his.post(pages[1], {"kind": "link", "label": words[:120], "target": TARGET, "code": ""})
    hostile = {"kind": "link", "label": words, "target": words, "code": words}
    if words == SCRIPT:
        actions.launch(acting_user=bob, slug=slug)
        his.post(pages[0], {**dict.fromkeys(LINES, words), "objective": f"{words} 2"})
    answers = [his.get(page) for page in pages]
    answers += [his.post(page, hostile) for page in pages[1:]]
    answers += [his.post(reverse("address:add"), dict.fromkeys(["name", "place", "kind"], words))]
    for answer in answers:
        assert answer.status_code == 200
        check(answer.headers, answer.content.decode())
        assert SCRIPT not in answer.content.decode()


def campaign_named(member: Member, details: CampaignDetails, name: str) -> str:
    from dataclasses import replace

    return actions.add_campaign(acting_user=member, details=replace(details, name=name))
