"""The list of conversations: who sees what, how it is narrowed, and that it harms nobody."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from entregent.apps.coordinate import actions, queries
from entregent.apps.coordinate.models import Conversation
from entregent.apps.organisation.models import Member
from tests.coordinate.pages import HOSTILE, SCRIPT, Browser, is_sign_in, page_of
from tests.coordinate.scene import THOMAS, Scene
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db

LIST = "/conversations/"
NAVETTE = "https://fete.example/@eloi"


def shown(browser: Client, **asked: str) -> set[int]:
    answer = browser.get(LIST, asked)
    assert answer.status_code == 200
    page = answer.content.decode()
    check(answer.headers, page)
    return {pk for pk in Conversation.objects.values_list("pk", flat=True) if row_of(pk) in page}


def row_of(pk: int) -> str:
    return f'href="{reverse("coordinate:conversation", args=[pk])}"'


def test_guests_see_public_ones_and_strangers_none(
    demo: Scene, alice: Member, bob: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    public = demo.say("La rampe?", public=True, intents=("question",))
    private = demo.say("Entre nous", actor=THOMAS)
    for member in (alice, bob):
        assert shown(as_member(member)) == {public.pk, private.pk}
    assert shown(as_member(gwen)) == {public.pk}
    assert shown(as_member(gwen), words="Entre nous", which="all") == set()
    assert is_sign_in(charlie.get(LIST))
    assert "Entre nous" not in as_member(gwen).get(LIST, {"which": "all"}).content.decode()


def test_what_was_said_in_a_time_is_found_and_pages_keep_the_filter(
    demo: Scene, bob: Member, as_member: Browser
) -> None:
    now = timezone.now()
    evening = now - timedelta(hours=12)
    rows = [
        demo.say(
            f"Le stationnement, {n}?",
            actor=f"https://fete.example/@n{n}",
            public=True,
            intents=("question",),
            published=evening + timedelta(minutes=n),
        )
        for n in range(31)
    ]
    before = demo.say("Le stationnement?", actor=THOMAS, published=evening - timedelta(minutes=1))
    after = demo.say("Le stationnement?", actor=NAVETTE, published=now)
    asked = {
        "which": "all",
        "from": evening.isoformat(),
        "until": (evening + timedelta(hours=1)).isoformat(),
    }
    browser = as_member(bob)
    first = browser.get(LIST, asked).content.decode()
    assert "31 conversations" in first
    older = unescape(first.partition(">Plus anciennes<")[0].rpartition('href="')[2].split('"')[0])
    found = shown(browser, **asked)
    second = browser.get(LIST + older).content.decode()
    found |= {row.pk for row in rows if row_of(row.pk) in second}
    assert found == {row.pk for row in rows}
    assert shown(browser, which="all", until=evening.isoformat()) == {before.pk}
    assert shown(browser, **{"which": "all", "from": now.isoformat()}) == {after.pk}


def test_our_own_words_do_not_make_a_time(demo: Scene, bob: Member) -> None:
    row = demo.say("La rampe?", published=timezone.now() - timedelta(days=3))
    demo.say("Oui", actor="https://fete.example/@frimas", thread=row.thread)
    since = timezone.now() - timedelta(days=1)
    assert queries.conversations(bob, "all", start=since).total == 0


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("navette rampe", set[str]()),
        ("navette", {"navette", "both"}),
        ("navette* OR rampe", {"navette", "both", "rampe"}),
        ('"deux navettes"', {"both"}),
        ("navette* NOT deux", {"navette"}),
        ("RAMPE OU NAVETTES", {"navette", "both", "rampe"}),
        ('rampe "', {"rampe"}),
        ("( OR", set[str]()),
    ],
)
def test_words_or_a_saved_query_find_what_was_said(
    demo: Scene, bob: Member, words: str, found: set[str]
) -> None:
    rows = {
        "navette": demo.say("Où sont les navettes?"),
        "both": demo.say("Deux navettes, enfin!", actor=THOMAS),
        "rampe": demo.say('La rampe " est prête?', actor=NAVETTE),
    }
    page = queries.conversations(bob, "all", words=words)
    assert {line.id for line in page.lines} == {rows[name].pk for name in found}


@pytest.mark.parametrize(
    "asked",
    [
        {"which": "gossip", "side": "both", "page": "-1"},
        {"page": "99999999999999999999", "from": "hier", "until": "2026-99-99T00:00"},
        {"from": "0001-01-01T00:00:00+14:00", "until": "9999-12-31T23:59:59-12:00"},
        {"words": HOSTILE},
        {"words": "(" * 200},
    ],
)
def test_what_cannot_be_asked_is_no_fault(
    demo: Scene, bob: Member, as_member: Browser, asked: dict[str, str]
) -> None:
    demo.say("Bonjour")
    answer = as_member(bob).get(LIST, asked)
    assert answer.status_code == 200
    check(answer.headers, answer.content.decode())
    assert SCRIPT not in answer.content.decode()


def test_what_people_wrote_is_harmless(demo: Scene, bob: Member, as_member: Browser) -> None:
    row = demo.say(HOSTILE)
    row.account.name = HOSTILE
    row.account.save()
    actions.open_crisis(acting_user=bob, name=HOSTILE[:100])
    answer = as_member(bob).get(LIST)
    page = answer.content.decode()
    check(answer.headers, page)
    assert page_of(row) in page
    assert unescape(page).count(HOSTILE) >= 2


def test_where_nobody_waits_the_page_says_so(demo: Scene, bob: Member, as_member: Browser) -> None:
    browser = as_member(bob)
    assert "Personne n'attend." in unescape(browser.get(LIST).content.decode())
    page = unescape(browser.get(LIST, {"words": "rampe"}).content.decode())
    assert "Personne n'attend." not in page


def test_the_page_speaks_the_language_of_whoever_reads(
    demo: Scene, bob: Member, as_member: Browser
) -> None:
    demo.say("Bonjour")
    browser = as_member(bob)
    browser.post("/language/", {"language": "en", "next": LIST})
    page = browser.get(LIST).content.decode()
    assert '<html lang="en"' in page
    assert "attend" not in page
