"""The page of one conversation: who may open it, what it tells, and that it harms nobody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext

from entregent.apps.coordinate import actions
from entregent.apps.coordinate.models import Ask, Conversation, Message
from entregent.apps.organisation.models import Member
from entregent.apps.remember.models import Account
from entregent.apps.understand.models import Correction
from tests.coordinate.pages import HOSTILE, HTMX, SCRIPT, Browser, is_sign_in, page_of, read
from tests.coordinate.scene import MARYSE, Scene, member_of
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db
Budget = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def question(demo: Scene) -> Conversation:
    text = "La rampe des Tanneurs est-elle prête? Merci, vous êtes fins."
    start = text.index("Merci")
    return demo.say(
        text,
        public=True,
        intents=("question",),
        state_of_mind="positive",
        words=((start, start + 5, 0.4),),
    )


def seen_in(page: str) -> str:
    return page.partition("&amp;seen=")[2].partition('"')[0]


def test_public_conversations_are_for_all_who_sign_in_and_private_ones_for_members(
    demo: Scene,
    alice: Member,
    bob: Member,
    gwen: Member,
    charlie: Client,
    as_member: Browser,
    question: Conversation,
) -> None:
    private = demo.say("Entre nous")
    for member, status in ((alice, 200), (bob, 200), (gwen, 404)):
        browser = as_member(member)
        answer = browser.get(page_of(question))
        assert answer.status_code == 200
        check(answer.headers, answer.content.decode())
        assert browser.get(page_of(private)).status_code == status
    for row in (question, private):
        assert is_sign_in(charlie.get(page_of(row)))
        parts = charlie.get(page_of(row), {"part": "thread"}, headers=HTMX)
        assert parts.headers["HX-Redirect"].startswith("/account/login/")


@pytest.mark.parametrize("number", [0, 10**6, 10**30])
def test_what_is_not_there_is_nowhere(bob: Member, as_member: Browser, number: int) -> None:
    assert as_member(bob).get(f"/conversations/{number}/").status_code == 404


def test_a_guest_sees_no_notes_no_questions_and_no_person(
    demo: Scene, bob: Member, gwen: Member, as_member: Browser, question: Conversation
) -> None:
    actions.add_note(acting_user=bob, conversation_id=question.pk, text="Client difficile")
    actions.ask_function(
        acting_user=bob,
        conversation_id=question.pk,
        function_id=demo.functions["produit"],
        question="Posée quand?",
        due_at=timezone.now() + timedelta(days=1),
    )
    hers, his = read(as_member(gwen), question), read(as_member(bob), question)
    for told in ("Client difficile", "Posée quand?", "/accounts/", "/assign/", "/leave/"):
        assert told not in hers
        assert told in his


def test_what_people_wrote_is_harmless_and_whole(
    demo: Scene, bob: Member, as_member: Browser
) -> None:
    row = demo.say(f"{HOSTILE}\nDeuxième ligne", words=((0, 8, 1.0), (4, 12, 1.0)))
    Account.objects.filter(pk=row.account_id).update(name=HOSTILE)
    actions.add_note(acting_user=bob, conversation_id=row.pk, text=HOSTILE)
    actions.ask_function(
        acting_user=bob,
        conversation_id=row.pk,
        function_id=demo.functions["produit"],
        question=HOSTILE,
        due_at=timezone.now() + timedelta(days=1),
    )
    Ask.objects.update(state="answered", answer=HOSTILE, answered_by=bob, answered_at=row.last_at)
    answer = as_member(bob).get(page_of(row))
    page = answer.content.decode()
    check(answer.headers, page)
    assert SCRIPT not in page
    assert f"<mark>{escape('<script>')}</mark>alert(1)" in page
    assert "<br>Deuxième ligne" in page
    # Name, title, thread, note, question and answer: each with every sign.
    assert page.count(escape("=1+1 \N{RIGHT-TO-LEFT OVERRIDE}txt.exe & \"quoted\" 'too'")) >= 6


def test_the_words_that_decided_are_shown_and_what_nobody_knows_is_said(
    demo: Scene, bob: Member, as_member: Browser, question: Conversation
) -> None:
    page = read(as_member(bob), question)
    assert "<mark>Merci</mark>" in page
    assert "<q>Merci</q>" in page
    unknown = demo.say("Bof.", actor="https://fete.example/@eloi")
    assert "Je ne sais pas · à classer par une personne" in read(as_member(bob), unknown)


def test_a_correction_stands_in_place_of_what_the_machine_said(
    bob: Member, as_member: Browser, question: Conversation
) -> None:
    browser = as_member(bob)
    seen = seen_in(read(browser, question))
    where = f"{page_of(question)}correct/"
    browser.post(where, {"value": "negative"})
    correction = Correction.objects.get()
    assert (correction.value, correction.machine_value, correction.member) == (
        "negative",
        "positive",
        bob,
    )
    page = read(browser, question)
    assert f"Mécontentement · corrigé par {bob.name}" in page
    assert "<mark>" not in page
    assert browser.get(page_of(question), {"part": "thread", "seen": seen}).status_code == 200
    browser.post(where, {"value": ""})
    assert f"Je ne sais pas · corrigé par {bob.name}" in read(browser, question)
    assert browser.post(where, {"value": "furious"}, follow=True).status_code == 200
    assert Correction.objects.get().value == "unknown"


def test_words_that_were_taken_back_are_gone(
    demo: Scene, bob: Member, as_member: Browser, question: Conversation
) -> None:
    name = Message.objects.get().object_id
    demo.hear(demo.text("", object_id=name, thread=question.thread, is_deleted=True, public=True))
    page = read(as_member(bob), question)
    assert "Tanneurs" not in page
    assert "Message retiré" in page


def test_the_thread_refreshes_only_when_something_changed(
    demo: Scene, bob: Member, as_member: Browser, question: Conversation
) -> None:
    browser = as_member(bob)
    seen = seen_in(read(browser, question))
    part = {"part": "thread", "seen": seen}
    assert browser.get(page_of(question), part, headers=HTMX).status_code == 204
    demo.say("Allo?", thread=question.thread, public=True, published=timezone.now())
    fresh = browser.get(page_of(question), part, headers=HTMX)
    assert fresh.status_code == 200
    assert "Allo?" in fresh.content.decode()
    assert "<html" not in fresh.content.decode()
    again = {"part": "thread", "seen": seen_in(fresh.content.decode())}
    assert browser.get(page_of(question), again, headers=HTMX).status_code == 204


def test_the_page_speaks_the_language_of_whoever_reads(
    demo: Scene, alice: Member, as_member: Browser, question: Conversation
) -> None:
    siobhan = member_of(demo, alice, "Siobhan", "relations-publiques", language="en")
    page = read(as_member(siobhan), question)
    assert '<html lang="en"' in page
    with translation.override("en"):
        assert gettext("everyone will be able to read this") in page
    assert 'lang="fr"' in page  # their words stay in their language


def test_the_signature_shown_is_the_one_that_leaves(
    demo: Scene, alice: Member, as_member: Browser
) -> None:
    siobhan = member_of(demo, alice, "Siobhan", "ventes", language="fr")
    row = demo.say("Is the ramp ready?", language="en")
    assert "— Siobhan, sales" in read(as_member(siobhan), row)


def test_the_page_says_to_whom_the_answer_goes_and_on_which_side(
    demo: Scene, bob: Member, as_member: Browser, question: Conversation
) -> None:
    private = demo.say("Entre nous")
    page = read(as_member(bob), question)
    assert "tout le monde pourra lire ceci" in page
    assert "Publier la réponse" in page
    page = read(as_member(bob), private)
    assert "personne d'autre que Maryse ne lira ceci" in unescape(page)
    assert "Envoyer en privé" in page


def test_where_nothing_can_be_sent_the_page_says_so(
    scene: Scene, bob: Member, as_member: Browser
) -> None:
    row = scene.say("Bonjour")
    page = read(as_member(bob), row)
    assert "Envoyer en privé" not in page
    assert "ne publie pas encore" in page


def test_a_long_thread_takes_few_queries(
    demo: Scene, bob: Member, as_member: Browser, django_assert_max_num_queries: Budget
) -> None:
    row = demo.say("Bonjour", published=timezone.now() - timedelta(days=2))
    demo.hear(
        *(demo.text(f"Encore {n}", thread=row.thread, published=timezone.now()) for n in range(60))
    )
    demo.person(MARYSE, name="Maryse Bélanger")
    browser = as_member(bob)
    read(browser, row)
    with django_assert_max_num_queries(45):
        read(browser, row)
