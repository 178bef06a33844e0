"""Who waits, in which order, and who may see it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from entregent.apps.coordinate import queries
from entregent.apps.coordinate.models import ApprovedLine, Conversation
from entregent.apps.organisation.models import Member, Subject
from entregent.apps.organisation.queries import NotFound
from entregent.apps.remember.models import Promise
from tests.coordinate.scene import MARYSE, OURS, THOMAS, Scene, member_of

pytestmark = pytest.mark.django_db
Budget = Callable[[int], AbstractContextManager[Any]]


def test_who_waits_stands_by_deadline_then_by_promise(scene: Scene, bob: Member) -> None:
    now = timezone.now()
    slow = scene.say("Bonjour", published=now - timedelta(minutes=40))
    quick = scene.say("Je boucle à 16 h", actor=THOMAS, intents=("press",), published=now)
    other = scene.say("Bonjour", actor="https://fete.example/@eloi")
    promised = scene.say("Bonjour", actor="https://fete.example/@aline")
    Conversation.objects.filter(pk__in=[other.pk, promised.pk]).update(due_at=slow.due_at)
    Conversation.objects.filter(pk=quick.pk).update(due_at=now - timedelta(minutes=1))
    Promise.objects.create(
        account_id=promised.account_id,
        what="rappeler",
        made_at=now,
        made_by=bob,
        due_on=timezone.localdate(),
        function_id=scene.functions["produit"],
    )
    lines = queries.who_waits(bob)
    assert [line.id for line in lines] == [quick.pk, promised.pk, slow.pk, other.pk]
    assert (lines[0].is_late, lines[0].function) == (True, "Relations publiques")
    assert lines[1].promise_due_on == timezone.localdate()


def test_a_line_shows_the_first_words_that_wait(scene: Scene, bob: Member) -> None:
    row = scene.say("\n  Bonjour, la rampe?\nMerci", published=timezone.now() - timedelta(hours=3))
    scene.say("Toujours rien?", thread=row.thread)
    (line,) = queries.who_waits(bob)
    assert line.first_line == "Bonjour, la rampe?"
    assert line.waited is not None
    assert line.account.name == "Maryse"
    long = scene.say("mot " * 100, actor=THOMAS)
    found = next(line for line in queries.who_waits(bob) if line.id == long.pk)
    assert found.first_line.endswith("mot…")
    assert len(found.first_line) <= 160


def test_guests_see_what_is_public(scene: Scene, gwen: Member) -> None:
    private = scene.say("Entre nous")
    public = scene.say("La rampe?", actor=THOMAS, public=True, intents=("question",))
    assert [line.id for line in queries.who_waits(gwen)] == [public.pk]
    assert queries.conversations(gwen, "all").total == 1
    assert queries.waiting_count(gwen) == 1
    assert queries.waiting_of(gwen, [private.account_id]) == []
    with pytest.raises(NotFound):
        queries.access_conversation(gwen, private.pk)
    sheet = queries.access_conversation(gwen, public.pk)
    assert (sheet.may_act, sheet.refusal, sheet.notes) == (False, "guest", [])
    for nothing in (queries.answers_back, queries.asks_for, queries.to_approve, queries.changes):
        assert nothing(gwen) == []


def test_who_is_gone_sees_nothing(scene: Scene, bob: Member) -> None:
    row = scene.say("Bonjour")
    bob.is_active = False
    assert queries.who_waits(bob) == []
    with pytest.raises(NotFound):
        queries.access_conversation(bob, row.pk)
    with pytest.raises(NotFound):
        queries.answered_by_function(bob, timezone.localdate(), timezone.localdate())


@pytest.mark.parametrize(
    ("which", "side", "words", "found"),
    [
        ("waiting", "", "", {"rampe", "prive"}),
        ("all", "", "", {"rampe", "prive", "bravo"}),
        ("all", "public", "", {"rampe", "bravo"}),
        ("all", "private", "", {"prive"}),
        ("all", "", "rampe prête", {"rampe"}),
        ("mine", "", "", {"prive"}),
        ("function", "", "", {"rampe"}),
        ("left", "", "", set()),
    ],
)
def test_conversations_are_found(
    scene: Scene, alice: Member, which: str, side: str, words: str, found: set[str]
) -> None:
    nadege = member_of(scene, alice, "Nadège", "service-a-la-clientele")
    rows = {
        "rampe": scene.say(
            "La rampe est-elle prête?",
            public=True,
            intents=("question",),
            subjects=(("acces", ("rampe",)),),
        ),
        "prive": scene.say("Bonjour", actor=THOMAS),
        "bravo": scene.say("Bravo", actor="https://fete.example/@eloi", public=True),
    }
    Conversation.objects.filter(pk=rows["prive"].pk).update(member=nadege)
    page = queries.conversations(nadege, which, side=side, words=words)
    assert {line.id for line in page.lines} == {rows[name].pk for name in found}
    assert page.total == len(found)


def test_pages_hold_every_conversation_once(scene: Scene, bob: Member) -> None:
    scene.hear(*(scene.text(f"Bonjour {n}") for n in range(65)))
    pages = [queries.conversations(bob, "all", number=n) for n in (1, 2, 3)]
    ids = [line.id for page in pages for line in page.lines]
    assert len(set(ids)) == len(ids) == 65
    assert [page.has_next for page in pages] == [True, True, False]
    assert queries.conversations(bob, "all", number=99).number == 3


def test_a_sheet_says_why_it_is_here_in_the_language_of_the_page(scene: Scene, bob: Member) -> None:
    row = scene.say("La rampe?", intents=("question",), subjects=(("acces", ("rampe",)),))
    with translation.override("en"):
        english = queries.access_conversation(bob, row.pk)
    assert english.reason.sentence == (
        "With Customer service, which handles “acces (en)” (“rampe”)."
    )
    with translation.override("fr"):
        french = queries.access_conversation(bob, row.pk)
    assert "Service à la clientèle" in french.reason.sentence
    assert "«\u00a0rampe\u00a0»" in french.reason.sentence
    assert french.ask_function_id == scene.functions["service-a-la-clientele"]
    assert french.ask_question == "La rampe?"


def test_the_person_chooses_the_language_and_the_form(scene: Scene, bob: Member) -> None:
    row = scene.say("La rampe?")
    scene.person(MARYSE, name="Maryse", languages=["en"], address_form="tu")
    sheet = queries.access_conversation(bob, row.pk)
    assert (sheet.language, sheet.address_form) == ("en", "tu")


def test_lines_hold_until_their_last_day(scene: Scene) -> None:
    subject = Subject.objects.get(slug="acces").pk
    today = timezone.localdate()
    for days in (-1, 0, 9):
        ApprovedLine.objects.create(
            subject_id=subject,
            text_fr="Oui",
            text_en="Yes",
            function_id=scene.functions["produit"],
            until=today + timedelta(days=days),
        )
    lines = queries.lines_for(subject, today)
    assert [line.until for line in lines] == [today, today + timedelta(days=9)]
    assert (lines[0].text("en"), lines[0].text("fr")) == ("Yes", "Oui")
    assert queries.lines_for(None, today) == []


def test_what_we_told_is_the_last_of_all_their_accounts(scene: Scene, bob: Member) -> None:
    row = scene.say("La rampe?", published=timezone.now() - timedelta(hours=3))
    for n in range(4):
        scene.say(f"Oui {n}", actor=OURS, thread=row.thread)
    told = queries.what_we_told(bob, [row.account_id])
    assert [line.text for line in told] == ["Oui 3", "Oui 2", "Oui 1"]
    assert queries.last_answer_at(bob) == told[0].at


def test_each_function_counts_the_people_it_answered(scene: Scene, bob: Member) -> None:
    for actor in (MARYSE, THOMAS):
        row = scene.say(
            "La rampe?",
            actor=actor,
            subjects=(("acces", ()),),
            published=timezone.now() - timedelta(hours=3),
        )
        for _ in range(2):
            scene.say("Oui", actor=OURS, thread=row.thread)
    today = timezone.localdate()
    (line,) = queries.answered_by_function(bob, today - timedelta(days=1), today)
    assert (line.function, line.people) == ("Service à la clientèle", 2)
    assert queries.answered_by_function(bob, today + timedelta(days=9), today) == []


def test_pages_take_few_queries_however_many_wait(
    scene: Scene, bob: Member, django_assert_max_num_queries: Budget
) -> None:
    scene.hear(*(scene.text(f"Bonjour {n}") for n in range(40)))
    with django_assert_max_num_queries(10):
        assert len(queries.who_waits(bob)) == 20
    with django_assert_max_num_queries(11):
        queries.conversations(bob, "all")
    row = Conversation.objects.latest("pk")
    with django_assert_max_num_queries(34):
        queries.access_conversation(bob, row.pk)
