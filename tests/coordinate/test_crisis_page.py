"""The crisis room and its account afterwards: opened, written in, read and closed on its page."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from entregent.apps.coordinate import actions
from entregent.apps.coordinate.models import Crisis, CrisisEntry, Decision
from entregent.apps.organisation.models import Member
from entregent.apps.outbox.queries import is_frozen
from tests.coordinate.pages import HOSTILE, SCRIPT, Browser, address, is_sign_in, page_of
from tests.coordinate.scene import THOMAS, Scene, member_of
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def crisis(scene: Scene, bob: Member) -> int:
    return actions.open_crisis(acting_user=bob, name="La nuit des navettes")


def page(browser: Client, crisis_id: int) -> str:
    answer = browser.get(address("crisis", crisis_id=crisis_id))
    assert answer.status_code == 200
    check(answer.headers, answer.content.decode())
    return unescape(answer.content.decode())


def test_the_room_is_for_members(
    alice: Member, bob: Member, gwen: Member, charlie: Client, as_member: Browser, crisis: int
) -> None:
    here = address("crisis", crisis_id=crisis)
    for member in (alice, bob):
        assert "Salle de crise ouverte" in page(as_member(member), crisis)
    assert as_member(gwen).get(here).status_code == 404
    assert is_sign_in(charlie.get(here))
    assert as_member(bob).get(address("crisis", crisis_id=10**6)).status_code == 404


@pytest.mark.parametrize("name", ["open_crisis", "crisis_entry", "close_crisis"])
def test_each_form_is_closed_to_guests_strangers_and_links(
    bob: Member, gwen: Member, charlie: Client, as_member: Browser, crisis: int, name: str
) -> None:
    where = address(name) if name == "open_crisis" else address(name, crisis_id=crisis)
    fields = {"name": "Une autre", "kind": "event", "text_fr": "Vu", "text_en": "Seen"}
    assert as_member(gwen).post(where, fields).status_code == 403
    assert is_sign_in(charlie.post(where, fields))
    assert as_member(bob).get(where).status_code == 405
    assert Crisis.objects.filter(closed_at=None).count() == 1
    assert CrisisEntry.objects.count() == 1


def test_a_room_is_opened_written_in_and_closed(
    scene: Scene, alice: Member, bob: Member, as_member: Browser
) -> None:
    browser = as_member(bob)
    opened = browser.post(address("open_crisis"), {"name": HOSTILE[:100]})
    crisis = Crisis.objects.get()
    assert opened["Location"] == address("crisis", crisis_id=crisis.pk)
    assert is_frozen()
    again = browser.post(address("open_crisis"), {"name": "Une autre"}, follow=True)
    assert "déjà ouverte" in again.content.decode()
    where = address("crisis_entry", crisis_id=crisis.pk)
    fields = {"kind": "line", "text_fr": f"{HOSTILE}\r\nDeuxième", "text_en": "What we know"}
    assert browser.post(where, fields)["Location"] == opened["Location"]
    assert HOSTILE in page(browser, crisis.pk)
    browser.post("/language/", {"language": "en", "next": "/"})
    told = page(browser, crisis.pk)
    assert "What we know" in told
    assert "Deuxième" not in told
    # Closing is for owners and public relations.
    assert browser.post(address("close_crisis", crisis_id=crisis.pk)).status_code == 403
    odile = as_member(member_of(scene, alice, "Odile", "relations-publiques"))
    odile.post(address("close_crisis", crisis_id=crisis.pk))
    assert not is_frozen()
    assert "Salle de crise ouverte du" in page(odile, crisis.pk)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "gossip", "text_fr": "Vu", "text_en": "Seen"},
        {"kind": "event", "text_fr": "  ", "text_en": ""},
        {},
    ],
)
def test_an_entry_that_cannot_be_taken_is_refused_in_the_room(
    bob: Member, as_member: Browser, crisis: int, fields: dict[str, str]
) -> None:
    where = address("crisis_entry", crisis_id=crisis)
    answer = as_member(bob).post(where, fields)
    assert answer["Location"] == address("crisis", crisis_id=crisis)
    assert CrisisEntry.objects.count() == 1


def test_the_room_leads_to_what_people_said(
    scene: Scene, bob: Member, as_member: Browser, crisis: int
) -> None:
    scene.say("Bravo pour la fête!", published=timezone.now() - timedelta(days=2))
    cold = scene.say("On gèle au quai", actor=THOMAS, published=timezone.now())
    browser = as_member(bob)

    def linked() -> str:
        text = page(browser, crisis).partition(">Lire ce que les gens ont dit<")[0]
        return browser.get(text.rpartition('href="')[2].split('"')[0]).content.decode()

    # Opened by hand, it has no words to look for: everything since then is shown.
    since = linked()
    assert page_of(cold) in since
    assert "Bravo" not in since
    Crisis.objects.update(query="navette* OR quai")
    by_words = linked()
    assert page_of(cold) in by_words
    assert "Bravo" not in by_words


def test_no_word_of_theirs_can_break_the_room(
    scene: Scene, bob: Member, as_member: Browser, crisis: int
) -> None:
    Crisis.objects.update(name=HOSTILE, query='(" AND <script>')
    assert SCRIPT not in page(as_member(bob), crisis).replace(HOSTILE, "")
    numbers = as_member(bob).get(f"/crises/{crisis}/numbers/")
    assert numbers.status_code == 200
    assert SCRIPT not in numbers.content.decode()


# Decisions and changes are forms of the page Today.


def test_a_decision_is_taken_by_management_and_refused_on_its_page(
    scene: Scene, alice: Member, bob: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    decision = Decision.objects.create(
        question_fr="Ramener le stationnement à 20 $?",
        question_en="Bring parking back to $20?",
        options=[{"fr": "Oui", "en": "Yes"}, {"fr": "Non", "en": "No"}],
        due_on=timezone.localdate(),
    )
    where = address("decide", decision_id=decision.pk)
    assert as_member(bob).post(where, {"choice": "0"}).status_code == 404
    assert as_member(gwen).post(where, {"choice": "0"}).status_code == 403
    assert is_sign_in(charlie.post(where, {"choice": "0"}))
    browser = as_member(alice)
    for choice in ("7", "", "x"):
        assert browser.post(where, {"choice": choice})["Location"] == "/today/"
    assert browser.post(where, {"choice": "1"})["Location"] == "/today/"
    decision.refresh_from_db()
    assert decision.choice == 1


def test_those_who_asked_are_told_once(
    demo: Scene, bob: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    demo.say("Une rampe?", public=True, intents=("question",))
    change = actions.record_change(
        acting_user=bob,
        what_fr="Une rampe",
        what_en="A ramp",
        done_on=timezone.localdate(),
        function_id=demo.functions["produit"],
        account_ids=[account.id for account in demo.accounts.values() if not account.is_ours],
    )
    where = address("tell_asked", change_id=change)
    assert as_member(gwen).post(where).status_code == 403
    assert is_sign_in(charlie.post(where))
    browser = as_member(bob)
    assert browser.post(where)["Location"] == "/today/"
    assert browser.post(where)["Location"] == "/today/"
    assert browser.post(address("tell_asked", change_id=10**6)).status_code == 404
