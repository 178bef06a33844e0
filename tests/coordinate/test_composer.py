"""The composer: drafts, sides, approved lines, the memory check, sending, approval."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from entregent.apps.coordinate import actions
from entregent.apps.coordinate.models import ApprovedLine, Conversation, Draft
from entregent.apps.organisation.models import Member, Subject
from entregent.apps.outbox.models import Outgoing
from entregent.apps.remember.models import Promise
from tests.coordinate.pages import (
    HOSTILE,
    HTMX,
    SCRIPT,
    Browser,
    address,
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


def needs_approval() -> None:
    Subject.objects.filter(slug="acces").update(needs_approval=True)


def line(row: Conversation, scene: Scene) -> int:
    assert row.subject_id is not None
    return ApprovedLine.objects.create(
        subject_id=row.subject_id,
        text_fr="L'entrée des Tanneurs est accessible.",
        text_en="The Tanneurs entrance is accessible.",
        function_id=scene.functions["produit"],
        until=timezone.localdate(),
    ).pk


# The draft


def test_a_draft_is_kept_word_for_word_and_comes_back_harmless(
    bob: Member, as_member: Browser, row: Conversation
) -> None:
    words = f"{HOSTILE}\r\n\r\nDeuxième paragraphe\r\n" + "é" * 9_800
    browser = as_member(bob)
    send_form(browser, "draft", row, text=words, language="fr", is_public="1")
    kept = Draft.objects.get()
    assert kept.text == words.replace("\r\n", "\n")
    answer = browser.get(page_of(row))
    page = answer.content.decode()
    check(answer.headers, page)
    assert SCRIPT not in page
    shown = page.partition('id="text"')[2].partition(">")[2].partition("</textarea>")[0]
    assert unescape(shown) == kept.text
    # What the browser sends back is the same draft, and no new one.
    send_form(browser, "draft", row, text=words, language="fr", is_public="1")
    again = Draft.objects.get()
    assert (again.text, again.changed_at) == (kept.text, kept.changed_at)


def test_while_somebody_writes_the_draft_is_kept_without_a_new_page(
    bob: Member, as_member: Browser, row: Conversation
) -> None:
    where = address("draft", conversation_id=row.pk)
    fields = {"text": ANSWER, "language": "en", "is_public": "1"}
    browser = as_member(bob)
    assert browser.post(where, fields, headers=HTMX).status_code == 204
    assert Draft.objects.get().text == ANSWER
    too_long = fields | {"text": "x" * 10_001}
    assert browser.post(where, too_long, headers=HTMX).status_code == 422
    page = browser.post(where, too_long, follow=True).content.decode()
    assert "Ce texte est trop long" in page
    assert ANSWER in unescape(page)
    assert Draft.objects.get().text == ANSWER


def test_a_change_of_language_keeps_the_draft(
    bob: Member, as_member: Browser, row: Conversation
) -> None:
    browser = as_member(bob)
    fields = {"text": HOSTILE, "language": "en", "is_public": "1"}
    browser.post(address("draft", conversation_id=row.pk), fields, headers=HTMX)
    switched = browser.post("/language/", {"language": "en", "next": page_of(row)}, follow=True)
    page = switched.content.decode()
    assert "Publish the answer" in page
    assert HOSTILE in unescape(page)
    assert '<option value="en" selected>English</option>' in page


def test_moving_to_the_other_side_removes_nothing(
    demo: Scene, bob: Member, as_member: Browser
) -> None:
    row = demo.say("Entre nous")
    browser = as_member(bob)
    asked = send_form(browser, "side", row, text=HOSTILE, language="fr", is_public="")
    assert asked["Location"].endswith("?moving=1#moving")
    assert not Draft.objects.get().is_public
    page = unescape(browser.get(asked["Location"]).content.decode())
    assert "Oui, passer de l'autre côté" in page
    send_form(browser, "side", row, text=HOSTILE, language="fr", is_public="", sure="1")
    page = read(browser, row)
    assert HOSTILE in unescape(page)
    assert "tout le monde pourra lire ceci" in page
    assert "Publier la réponse" in page
    send_form(browser, "side", row, text=HOSTILE, language="fr", is_public="1", sure="1")
    assert "Envoyer en privé" in read(browser, row)
    assert Draft.objects.get().text == HOSTILE


def test_colleagues_read_each_others_drafts(
    alice: Member, gwen: Member, as_member: Browser, row: Conversation
) -> None:
    send_form(as_member(gwen), "draft", row, text=HOSTILE, language="fr", is_public="1")
    page = read(as_member(alice), row)
    assert f"Brouillon de {gwen.name}" in page
    assert SCRIPT not in page


def test_an_approved_line_goes_in_once_and_others_stay_out(
    demo: Scene, bob: Member, as_member: Browser, row: Conversation
) -> None:
    line_id = line(row, demo)
    browser = as_member(bob)
    where = address("use_line", conversation_id=row.pk, line_id=line_id)
    assert "ligne à jour jusqu'au" in unescape(read(browser, row)).lower()
    for _ in range(2):
        text = Draft.objects.get().text if Draft.objects.exists() else "Bonjour!"
        fields = {"text": text.replace("\n", "\r\n"), "language": "fr", "is_public": "1"}
        assert browser.post(where, fields)["Location"] == f"{page_of(row)}#text"
    assert Draft.objects.get().text == "Bonjour!\n\nL'entrée des Tanneurs est accessible."
    other = demo.say("Bonjour", actor="https://fete.example/@eloi", public=True)
    where = address("use_line", conversation_id=other.pk, line_id=line_id)
    page = browser.post(where, follow=True).content.decode()
    assert "Cette ligne" in page


# Sending


def test_an_answer_leaves_and_the_page_says_so(
    bob: Member, as_member: Browser, row: Conversation
) -> None:
    browser = as_member(bob)
    answer = send_form(browser, "send", row, text=ANSWER, language="fr", is_public="1")
    assert answer["Location"] == page_of(row)
    out = Outgoing.objects.get()
    assert out.text.startswith(ANSWER)
    assert (out.is_public, out.state) == (True, "approved")
    page = unescape(read(browser, row))
    assert ANSWER in page
    assert "En route…" in page


def test_nothing_empty_leaves(bob: Member, as_member: Browser, row: Conversation) -> None:
    where = address("send", conversation_id=row.pk)
    page = as_member(bob).post(where, {"text": "  ", "is_public": "1"}, follow=True)
    assert "Écrivez d'abord la réponse." in unescape(page.content.decode())
    assert not Outgoing.objects.exists()


def promise_to(row: Conversation, member: Member, scene: Scene) -> None:
    Promise.objects.create(
        account_id=row.account_id,
        what="rappeler sa mère",
        made_at=timezone.now(),
        made_by=member,
        due_on=timezone.localdate(),
        function_id=scene.functions["produit"],
    )


def test_memory_warns_and_keeps_all_that_was_typed_until_there_is_a_reason(
    demo: Scene, bob: Member, as_member: Browser, row: Conversation
) -> None:
    promise_to(row, bob, demo)
    browser = as_member(bob)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    fields = {
        "text": ANSWER,
        "language": "fr",
        "is_public": "1",
        "promise_what": HOSTILE,
        "promise_due_on": tomorrow,
        "promise_function": demo.functions["ventes"],
    }
    answer = send_form(browser, "send", row, **fields)
    assert answer["Location"] == f"{page_of(row)}?check=1#check"
    assert not Outgoing.objects.exists()
    answer = browser.get(f"{page_of(row)}?check=1")
    page = answer.content.decode()
    check(answer.headers, page)
    told = unescape(page)
    assert "rappeler sa mère" in told
    assert "Envoyer quand même" in told
    for typed in (f'value="{tomorrow}"', HOSTILE, ANSWER):
        assert typed in told
    assert f'<option value="{demo.functions["ventes"]}" selected>' in page
    # Typed things are shown once: another conversation's composer starts empty.
    assert HOSTILE not in unescape(read(browser, row))
    send_form(browser, "send", row, **fields, because="Elle attend depuis hier")
    assert Outgoing.objects.get().text.startswith(ANSWER)
    made = Promise.objects.latest("pk")
    assert (made.what, made.due_on.isoformat(), made.function_id) == (
        HOSTILE,
        tomorrow,
        demo.functions["ventes"],
    )
    assert Draft.objects.get().because == "Elle attend depuis hier"


def test_a_block_has_no_send_anyway(
    alice: Member, bob: Member, as_member: Browser, row: Conversation
) -> None:
    actions.open_crisis(acting_user=alice, name="La nuit")
    browser = as_member(bob)
    offer = {"text": "Voici un rabais de 15 %.", "language": "fr", "is_public": "1"}
    send_form(browser, "send", row, **offer, because="On y tient")
    page = unescape(read(browser, row, check="1"))
    assert "Avant d'envoyer" in page
    assert "Envoyer quand même" not in page
    assert not Outgoing.objects.exists()


def test_a_promise_has_a_date(demo: Scene, bob: Member, as_member: Browser) -> None:
    row = demo.say("Entre nous")
    browser = as_member(bob)
    fields = {"text": ANSWER, "language": "fr", "promise_what": "Vous rappeler"}
    for due in ("", "demain", "2026-13-45"):
        page = browser.post(
            address("send", conversation_id=row.pk), fields | {"promise_due_on": due}, follow=True
        ).content.decode()
        assert "Vous rappeler" in page
    assert not Outgoing.objects.exists()
    assert not Promise.objects.exists()


# Approval


def test_an_answer_is_approved_by_a_colleague_then_leaves(
    alice: Member, bob: Member, as_member: Browser, row: Conversation
) -> None:
    needs_approval()
    browser = as_member(bob)
    page = unescape(read(browser, row))
    assert "Faire approuver" in page
    assert "Publier la réponse" not in page
    fields = {"text": ANSWER, "language": "fr", "is_public": "1"}
    send_form(browser, "send", row, **fields)
    assert not Outgoing.objects.exists()
    send_form(browser, "ask_approval", row, **fields, approver=alice.pk)
    draft = Draft.objects.get()
    assert (draft.state, draft.approver) == ("to_approve", alice)
    hers = as_member(alice)
    assert "Approuver et publier" in read(hers, row)
    refused = hers.post(address("refuse", draft_id=draft.pk), {"reason": HOSTILE})
    assert refused["Location"] == page_of(row)
    page = read(browser, row)
    assert SCRIPT not in page
    assert HOSTILE in unescape(page)
    send_form(browser, "ask_approval", row, **fields, approver=alice.pk)
    hers.post(address("approve", draft_id=draft.pk))
    assert Outgoing.objects.get().text.startswith(ANSWER)


def test_who_cannot_approve_is_not_asked(
    demo: Scene, alice: Member, bob: Member, as_member: Browser, row: Conversation
) -> None:
    needs_approval()
    other = member_of(demo, alice, "Karim", "ventes")
    fields = {"text": ANSWER, "is_public": "1"}
    for approver in (other.pk, bob.pk, "", "x"):
        send_form(as_member(bob), "ask_approval", row, **fields, approver=approver)
    assert Draft.objects.get().state == "writing"


def test_with_approval_a_warning_is_answered_for_there(
    demo: Scene, alice: Member, bob: Member, as_member: Browser, row: Conversation
) -> None:
    needs_approval()
    promise_to(row, bob, demo)
    browser = as_member(bob)
    fields = {"text": ANSWER, "language": "fr", "is_public": "1", "approver": alice.pk}
    send_form(browser, "ask_approval", row, **fields)
    page = read(browser, row, check="1")
    assert 'name="because"' in page
    assert ">Envoyer quand même<" not in page  # what is approved leaves by approval alone
    send_form(browser, "ask_approval", row, **fields, because="Promis pour tantôt")
    draft = Draft.objects.get()
    assert (draft.state, draft.because) == ("to_approve", "Promis pour tantôt")
