"""The small forms of a conversation: who may send each, asking a function, and who holds it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from entregent.apps.coordinate import actions
from entregent.apps.coordinate.models import Ask, Conversation, Draft, Note
from entregent.apps.organisation.models import Member, Subject
from tests.coordinate.pages import (
    HOSTILE,
    SCRIPT,
    Browser,
    address,
    is_sign_in,
    page_of,
    read,
    send_form,
)
from tests.coordinate.scene import Scene, member_of
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db

ANSWER = "Oui, la rampe est posée à l'entrée des Tanneurs."
SAME_PAGE, REFUSED, HIDDEN = 302, 403, 404


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def row(demo: Scene) -> Conversation:
    return demo.say(
        "La rampe est-elle prête?",
        public=True,
        intents=("question",),
        subjects=(("acces", ("rampe",)),),
    )


def asked(member: Member, row: Conversation, scene: Scene) -> int:
    return actions.ask_function(
        acting_user=member,
        conversation_id=row.pk,
        function_id=scene.functions["produit"],
        question="La rampe est-elle posée?",
        due_at=timezone.now() + timedelta(days=1),
    )


def to_approve(member: Member, row: Conversation, approver: Member) -> int:
    actions.save_draft(
        acting_user=member, conversation_id=row.pk, text=ANSWER, language="fr", is_public=True
    )
    return actions.ask_approval(acting_user=member, conversation_id=row.pk, approver_id=approver.pk)


def needs_approval() -> None:
    Subject.objects.filter(slug="acces").update(needs_approval=True)


# Every form, and who may send it

FORMS = {
    **dict.fromkeys(("draft", "side"), SAME_PAGE),
    **dict.fromkeys(("send", "ask_approval", "ask", "assign", "hand_over", "note"), REFUSED),
    **dict.fromkeys(("leave", "close", "reopen", "correct"), REFUSED),
}
FORMS_OF_ASKS = ("use_answer", "remind_ask", "withdraw_ask")
FIELDS = {
    "text": ANSWER,
    "language": "fr",
    "is_public": "1",
    "ask_question": "Posée?",
    "ask_due_at": "2090-01-01T10:00",
    "leave_reason": "elsewhere",
    "value": "negative",
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_of_a_conversation_is_for_whom_it_should_be(
    demo: Scene,
    alice: Member,
    bob: Member,
    gwen: Member,
    charlie: Client,
    as_member: Browser,
    row: Conversation,
    name: str,
) -> None:
    fields = FIELDS | {
        "approver": alice.pk,
        "ask_function": demo.functions["produit"],
        "function": demo.functions["produit"],
        "member": bob.pk,
    }
    private = demo.say("Entre nous")
    guest = as_member(gwen)
    assert send_form(guest, name, row, **fields).status_code == FORMS[name]
    for_private = HIDDEN if FORMS[name] == SAME_PAGE else REFUSED
    assert send_form(guest, name, private, **fields).status_code == for_private
    assert is_sign_in(send_form(charlie, name, row, **fields))
    private.refresh_from_db()
    assert (private.state, private.drafts.count(), private.notes.count()) == ("waiting", 0, 0)
    for member in (bob, alice):
        browser = as_member(member)
        assert browser.get(address(name, conversation_id=row.pk)).status_code == 405
        assert send_form(browser, name, row, **fields).status_code == 302
        assert browser.post(address(name, conversation_id=10**6), fields).status_code == 404


@pytest.mark.parametrize("name", FORMS_OF_ASKS)
def test_each_form_of_a_question_is_for_members(
    demo: Scene,
    bob: Member,
    gwen: Member,
    charlie: Client,
    as_member: Browser,
    row: Conversation,
    name: str,
) -> None:
    ask_id = asked(bob, row, demo)
    where = address(name, ask_id=ask_id)
    assert as_member(gwen).post(where).status_code == 403
    assert is_sign_in(charlie.post(where))
    browser = as_member(bob)
    assert browser.get(where).status_code == 405
    assert browser.post(address(name, ask_id=10**6)).status_code == 404
    assert browser.post(where, {"text": ANSWER}).status_code == 302


@pytest.mark.parametrize("name", ["approve", "refuse"])
def test_a_draft_is_approved_by_whom_it_was_given_to(
    demo: Scene,
    alice: Member,
    bob: Member,
    gwen: Member,
    charlie: Client,
    as_member: Browser,
    row: Conversation,
    name: str,
) -> None:
    needs_approval()
    where = address(name, draft_id=to_approve(bob, row, alice))
    fields = {"reason": "Plus court"}
    other = member_of(demo, alice, "Karim", "ventes")
    for stranger in (gwen, other, bob):
        assert as_member(stranger).post(where, fields).status_code == 403
    assert is_sign_in(charlie.post(where, fields))
    assert as_member(alice).get(where).status_code == 405
    assert as_member(alice).post(where, fields).status_code == 302
    assert as_member(alice).post(address(name, draft_id=10**6)).status_code == 404


# Asking a function


def test_a_question_goes_and_its_answer_comes_back_into_the_draft(
    demo: Scene, alice: Member, bob: Member, as_member: Browser, row: Conversation
) -> None:
    maker = member_of(demo, alice, "Gaétan", "produit")
    browser = as_member(bob)
    fields = {"text": "", "ask_function": demo.functions["produit"], "ask_question": HOSTILE}
    send_form(browser, "ask", row, **fields, ask_due_at="2090-01-01T10:00")
    ask = Ask.objects.get()
    assert (ask.question, ask.due_at.isoformat()) == (HOSTILE, "2090-01-01T15:00:00+00:00")
    where = address("answer_ask", ask_id=ask.pk)
    his = as_member(maker)
    answer = his.get(where)
    check(answer.headers, answer.content.decode())
    assert SCRIPT not in answer.content.decode()
    told = his.post(where, {"answer": f"{HOSTILE}\r\nDepuis hier."})
    assert told["Location"] == "/today/"
    page = read(browser, row)
    assert SCRIPT not in page
    assert "Reprendre la réponse" in page
    for _ in range(2):
        text = Draft.objects.get().text.replace("\n", "\r\n") if Draft.objects.exists() else ""
        browser.post(address("use_answer", ask_id=ask.pk), {"text": text, "is_public": "1"})
    assert Draft.objects.get().text.count("Depuis hier.") == 1
    assert his.get(where)["Location"] == page_of(row)


def test_a_question_that_cannot_be_put_is_not_lost(
    demo: Scene, bob: Member, as_member: Browser, row: Conversation
) -> None:
    browser = as_member(bob)
    fields = {"text": ANSWER, "ask_function": demo.functions["ventes"], "ask_question": HOSTILE}
    for due in ("2020-01-01T10:00", "demain", ""):
        where = address("ask", conversation_id=row.pk)
        page = browser.post(where, fields | {"ask_due_at": due}, follow=True).content.decode()
        assert HOSTILE in unescape(page)
        assert SCRIPT not in page
        assert f'<option value="{demo.functions["ventes"]}" selected>' in page
    assert not Ask.objects.exists()
    assert Draft.objects.get().text == ANSWER


def test_only_the_function_that_is_asked_gets_the_form(
    demo: Scene, alice: Member, bob: Member, gwen: Member, as_member: Browser, row: Conversation
) -> None:
    where = address("answer_ask", ask_id=asked(alice, row, demo))
    assert as_member(gwen).get(where).status_code == 403
    assert as_member(bob).get(where)["Location"] == page_of(row)
    assert as_member(bob).post(where, {"answer": "Oui"}).status_code == 403
    assert as_member(alice).get(where).status_code == 200
    assert as_member(alice).post(where, {"answer": "   "}).status_code == 200
    assert Ask.objects.get().state == "open"


def test_a_reminder_comes_back_to_where_it_was_asked(
    demo: Scene, bob: Member, as_member: Browser, row: Conversation
) -> None:
    where = address("remind_ask", ask_id=asked(bob, row, demo))
    browser = as_member(bob)
    assert browser.post(where)["Location"] == "/today/"
    assert browser.post(where)["Location"] == "/today/"
    assert browser.post(where, {"text": ANSWER})["Location"] == page_of(row)
    assert Draft.objects.get().text == ANSWER


# Who holds it, notes, and when it is over


def test_who_holds_it_is_said_and_can_be_taken_back(
    demo: Scene, alice: Member, bob: Member, gwen: Member, as_member: Browser, row: Conversation
) -> None:
    browser = as_member(bob)
    send_form(browser, "assign", row, member=alice.pk)
    row.refresh_from_db()
    assert row.member == alice
    send_form(browser, "assign", row, member=gwen.pk)
    send_form(browser, "assign", row, member="x")
    row.refresh_from_db()
    assert row.member == alice
    send_form(browser, "hand_over", row, function=demo.functions["ventes"])
    assert "une personne de l'équipe l'a confié" in unescape(read(browser, row))
    send_form(browser, "assign", row, member="")
    row.refresh_from_db()
    assert row.member is None


def test_a_note_stays_among_us(bob: Member, as_member: Browser, row: Conversation) -> None:
    browser = as_member(bob)
    send_form(browser, "note", row, text=HOSTILE)
    send_form(browser, "note", row, text="  ")
    assert Note.objects.get().text == HOSTILE
    assert not Draft.objects.exists()
    page = read(browser, row)
    assert SCRIPT not in page
    assert HOSTILE in unescape(page)


def test_staying_out_says_why_and_can_be_undone(
    bob: Member, as_member: Browser, row: Conversation
) -> None:
    browser = as_member(bob)
    send_form(browser, "leave", row, text="", is_public="1", leave_reason="bof")
    row.refresh_from_db()
    assert row.state == "waiting"
    left = send_form(browser, "leave", row, text="", is_public="1", leave_reason="not_allowed")
    assert left["Location"] == "/today/"
    row.refresh_from_db()
    assert (row.state, row.left_reason) == ("left", "not_allowed")
    assert "ne peut pas être discuté" in read(browser, row)
    send_form(browser, "reopen", row)
    row.refresh_from_db()
    assert row.state == "waiting"
    send_form(browser, "close", row)
    row.refresh_from_db()
    assert row.state == "closed"
