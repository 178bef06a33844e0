"""Today: who waits, what is owed, what moved; for each who signs in, and quickly."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext
from tests.coordinate.scene import MARYSE, OURS, THOMAS, Scene, make_demo, member_of, set_scene
from tests.site.campaign_scene import add_campaign, count_days
from tests.site.test_every_page import check

from entregent.apps.coordinate import actions
from entregent.apps.coordinate.models import Conversation, Decision
from entregent.apps.listen.queries import local_day, zone_of_days
from entregent.apps.measure.lines import Movement
from entregent.apps.measure.models import DayCount, Moment, RollUp
from entregent.apps.measure.movements import span_of
from entregent.apps.organisation.models import Member
from entregent.apps.remember.models import Promise
from entregent.site.templatetags.today import movement_sentence

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
Budget = Callable[[int], AbstractContextManager[Any]]
HERE = "/today/"
HTMX = {"HX-Request": "true"}
HOSTILE = "<script>alert(1)</script> =1+1 \N{RIGHT-TO-LEFT OVERRIDE} \N{PARTY POPPER}"


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def demo(alice: Member) -> Scene:
    """The house of the tests, where things can be sent."""
    scene = set_scene(acces="service-a-la-clientele", billetterie="ventes")
    scene.account(OURS, ours=True)
    make_demo()
    return scene


def page(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return unescape(answer.content.decode()).replace("\u00a0", " ")


def seen_in(text: str) -> str:
    return text.partition("seen=")[2].partition('"')[0]


def promise(scene: Scene, member: Member, due_on: date, what: str = "confirmer la rampe") -> int:
    return Promise.objects.create(
        account_id=scene.account(MARYSE).id,
        what=what,
        made_at=timezone.now(),
        made_by=member,
        due_on=due_on,
        function_id=scene.functions["produit"],
    ).pk


def burst(people: int = 31) -> Movement:
    """Count an unusual last evening, as counting writes it, after eight quiet ones."""
    zone, day = zone_of_days(), local_day(timezone.now()) - timedelta(days=1)
    RollUp.objects.create(
        metric="mentions", begins_on=day - timedelta(days=100), complete_until=day
    )
    rows = [("messages_by_part", day - timedelta(days=7 * week), 2.0) for week in range(1, 9)]
    rows += [("messages_by_part", day, 40.0), ("people_by_part", day, float(people))]
    rows += [("new_by_part", day, 22.0)]
    DayCount.objects.bulk_create(
        DayCount(metric=metric, day=when, place="evening", value=value)
        for metric, when, value in rows
    )
    start, until = span_of(day, "evening", zone)
    return Movement(
        f"{day.isoformat()}-evening", day, "evening", start, until, 40, 2.0, 20.0, people, 22
    )


def test_each_who_signs_in_sees_what_concerns_them(
    demo: Scene, alice: Member, bob: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    demo.say("La rampe?", public=True, intents=("question",), actor=THOMAS)
    demo.say("Entre nous")
    promise(demo, bob, local_day(timezone.now()))
    for member, waiting, owed in ((alice, 2, 1), (bob, 2, 1), (gwen, 1, 0)):
        answer = as_member(member).get(HERE)
        check(answer.headers, answer.content.decode())
        text = page(answer)
        some = f"{waiting} personnes attendent" if waiting > 1 else "1 personne attend"
        assert f"Bonjour {member.name.split()[0]}." in text
        assert some in text
        assert ("1 promesse" in text) == bool(owed)
        assert ("Entre nous" in text) == (member != gwen)
        assert ("confirmer la rampe" in text) == (member != gwen)
    assert charlie.get(HERE)["Location"].startswith("/account/login/")
    part = charlie.get(HERE, {"part": "people"}, headers=HTMX)
    assert part.headers["HX-Redirect"].startswith("/account/login/")
    assert as_member(bob).post(HERE).status_code == 405


def test_an_empty_day_is_said_in_sentences(demo: Scene, bob: Member, as_member: Browser) -> None:
    text = page(as_member(bob).get(HERE))
    assert "Personne n'attend" in text
    assert "Aucune source n'est encore lue." in text
    for word in ("0 personne", "abonnés", "mentions j'aime"):
        assert word not in text


def test_people_refresh_only_when_something_changed(
    demo: Scene, bob: Member, as_member: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A minute that passes in between changes what is shown, too.
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now)
    browser = as_member(bob)
    seen = seen_in(browser.get(HERE).content.decode().replace("&amp;", "&"))
    asked = {"part": "people", "seen": seen}
    assert browser.get(HERE, asked, headers=HTMX).status_code == 204
    demo.say("La rampe?")
    fresh = browser.get(HERE, asked, headers=HTMX)
    assert "La rampe?" in page(fresh)
    assert "<html" not in fresh.content.decode()
    again = {"part": "people", "seen": seen_in(fresh.content.decode().replace("&amp;", "&"))}
    assert browser.get(HERE, again, headers=HTMX).status_code == 204
    # In another language it is another page.
    browser.post("/language/", {"language": "en", "next": HERE})
    assert browser.get(HERE, again, headers=HTMX).status_code == 200


def test_answers_questions_and_drafts_stand_with_whoever_they_are_for(
    demo: Scene, alice: Member, bob: Member, as_member: Browser
) -> None:
    maker = member_of(demo, alice, "Gaétan", "produit")
    row = demo.say("La rampe?", public=True, intents=("question",))
    ask_id = actions.ask_function(
        acting_user=bob,
        conversation_id=row.pk,
        function_id=demo.functions["produit"],
        question="La rampe est-elle posée?",
        due_at=timezone.now() + timedelta(hours=4),
    )
    asked = page(as_member(maker).get(HERE))
    assert "On vous demande" in asked
    assert "La rampe est-elle posée?" in asked
    assert "doit nous revenir" in page(as_member(bob).get(HERE))
    actions.answer_ask(acting_user=maker, ask_id=ask_id, answer="Oui.")
    assert "Réponses revenues" in page(as_member(bob).get(HERE))
    assert "Réponses revenues" not in page(as_member(maker).get(HERE))
    actions.save_draft(
        acting_user=bob, conversation_id=row.pk, text="Oui.", language="fr", is_public=True
    )
    actions.ask_approval(acting_user=bob, conversation_id=row.pk, approver_id=alice.pk)
    assert "À approuver" in page(as_member(alice).get(HERE))
    assert "À approuver" not in page(as_member(bob).get(HERE))


def test_a_promise_is_kept_by_one_click_of_who_works_here(
    demo: Scene, bob: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    late = promise(demo, bob, local_day(timezone.now()) - timedelta(days=2))
    browser = as_member(bob)
    assert "En retard de 2 jours" in page(browser.get(HERE))
    where = f"/promises/{late}/keep/"
    assert as_member(gwen).post(where).status_code == 403
    assert charlie.post(where)["Location"].startswith("/account/login/")
    assert browser.get(where).status_code == 405
    assert browser.post("/promises/1000000/keep/").status_code == 404
    assert browser.post(where)["Location"] == HERE
    assert Promise.objects.get().kept_by == bob
    assert "confirmer la rampe" not in page(browser.get(HERE))


def test_what_moved_leads_to_the_people_who_wrote(
    demo: Scene, bob: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    moved = burst()
    for number in range(31):
        demo.say(
            f"Le stationnement, {number}",
            actor=f"https://fete.example/@n{number}",
            public=True,
            published=moved.start + timedelta(minutes=number),
        )
    demo.say("Avant", actor=THOMAS, public=True, published=moved.start - timedelta(minutes=1))
    browser = as_member(bob)
    answer = browser.get(HERE)
    text = page(answer)
    assert "20 fois plus de messages que d'habitude" in text
    assert "31 personnes, dont 22 nouvelles." in text
    link = text.partition(">Voir les 31")[0].rpartition('href="')[2].split('"')[0]
    asked = parse_qs(urlsplit(link).query)
    assert datetime.fromisoformat(asked["from"][0]) == moved.start
    assert "31 conversations" in page(browser.get(link))
    # « C'est normal, voici pourquoi »
    where = f"/movements/{moved.key}/"
    assert as_member(gwen).post(where, {"why": "Fête"}).status_code == 403
    assert charlie.post(where, {"why": "Fête"})["Location"].startswith("/account/login/")
    assert browser.post(where, {"why": "   "})["Location"] == HERE
    assert browser.post("/movements/never-evening/", {"why": "Fête"}).status_code == 404
    assert not Moment.objects.exists()
    browser.post(where, {"why": HOSTILE})
    assert "20 fois plus" not in page(browser.get(HERE))
    assert Moment.objects.get().name_fr == HOSTILE


@pytest.mark.parametrize(
    ("language", "day", "times"), [("fr", "lundi soir", "fois"), ("en", "Monday evening", "times")]
)
def test_many_times_nothing_is_no_number(
    alice: Member, language: str, day: str, times: str
) -> None:
    start = datetime(2026, 11, 24, 1, tzinfo=timezone.get_default_timezone())
    quiet = Movement(
        "2026-11-23-evening", date(2026, 11, 23), "evening", start, start, 12, 0, None, 12, 3
    )
    with translation.override(language):
        told = movement_sentence(quiet).replace("\u00a0", " ")
    assert re.findall(r"\d+", told) == ["12", "3"]
    assert day in told
    assert times not in told


def test_a_crisis_is_told_before_everything(
    demo: Scene, alice: Member, gwen: Member, as_member: Browser
) -> None:
    actions.open_crisis(acting_user=alice, name="La nuit")
    text = page(as_member(alice).get(HERE))
    assert text.index("Salle de crise ouverte") < text.index("Qui attend")
    assert "Salle de crise ouverte" not in page(as_member(gwen).get(HERE))


def test_decisions_are_for_management(
    demo: Scene, alice: Member, bob: Member, as_member: Browser
) -> None:
    Decision.objects.create(
        question_fr=HOSTILE,
        question_en=HOSTILE,
        options=[{"fr": HOSTILE, "en": HOSTILE}, {"fr": "Non", "en": "No"}],
        people=164,
        due_on=timezone.localdate(),
    )
    text = page(as_member(alice).get(HERE))
    assert HOSTILE in text
    assert "164 personnes en ont parlé." in text
    assert "164" not in page(as_member(bob).get(HERE))


def test_hostile_words_are_harmless(demo: Scene, bob: Member, as_member: Browser) -> None:
    row = demo.say(HOSTILE, public=True, intents=("question",))
    row.account.name = HOSTILE
    row.account.save()
    promise(demo, bob, local_day(timezone.now()), HOSTILE)
    actions.ask_function(
        acting_user=bob,
        conversation_id=row.pk,
        function_id=demo.functions["produit"],
        question=HOSTILE,
        due_at=timezone.now() + timedelta(hours=4),
    )
    answer = as_member(bob).get(HERE)
    check(answer.headers, answer.content.decode())
    assert "<script>alert" not in answer.content.decode()
    assert page(answer).count(HOSTILE) >= 3


def test_the_two_charts_stand_here_at_the_first_visit_alone(
    demo: Scene, alice: Member, as_member: Browser
) -> None:
    at = count_days()
    add_campaign(alice)
    first = at.last + timedelta(days=5)
    add_campaign(alice, name="Voix", slug="voix", first=first, last=first + timedelta(days=9))
    browser = as_member(alice)
    assert "Le sommet, ou ce qui reste?" in page(browser.get(HERE))
    assert "Le sommet, ou ce qui reste?" not in page(browser.get(HERE))
    assert "Le sommet, ou ce qui reste?" in page(browser.get(HERE, {"charts": ""}))


def test_the_page_speaks_english_to_who_reads_english(
    demo: Scene, bob: Member, as_member: Browser
) -> None:
    demo.say("La rampe?")
    burst()
    browser = as_member(bob)
    browser.post("/language/", {"language": "en", "next": HERE})
    text = page(browser.get(HERE))
    with translation.override("en"):
        heading = gettext("What moved")
    assert "Hello Bob." in text
    assert "1 person " in text
    assert heading in text
    assert "31 people" in text
    assert "personne" not in text


def test_the_page_takes_few_queries_however_much_there_is(
    demo: Scene, alice: Member, as_member: Browser, django_assert_max_num_queries: Budget
) -> None:
    today = local_day(timezone.now())
    for number in range(25):
        demo.say("La rampe?", actor=f"https://fete.example/@n{number}", intents=("question",))
    for number in range(5):
        promise(demo, alice, today, f"chose {number}")
    row = Conversation.objects.latest("pk")
    for _ in range(4):
        actions.ask_function(
            acting_user=alice,
            conversation_id=row.pk,
            function_id=demo.functions["produit"],
            question="Oui?",
            due_at=timezone.now() + timedelta(hours=4),
        )
    burst()
    browser = as_member(alice)
    page(browser.get(HERE))
    with django_assert_max_num_queries(44):
        text = page(browser.get(HERE))
    assert "5 autres personnes attendent" in text
