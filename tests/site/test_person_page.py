"""The page of a person: what we owe them first, traces only with consent, nothing to guests."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.keyring import account_key
from entregent.apps.organisation.models import Function, Member
from entregent.apps.remember import actions, queries
from entregent.apps.remember.models import Account
from entregent.lake.rows import Landing
from entregent.vocabulary import PUBLIC, Activity, Object

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db(transaction=True)
Browser = Callable[[Member], Client]
NOON = datetime(2026, 3, 9, 17, tzinfo=UTC)
US = "https://facebook.example/frimas"
MARYSE = "https://facebook.example/maryse.b"
HOSTILE = '=1+1<script>alert("x")</script>\u202e 🫐'
ANONYMOUS = "n'a pas accepté qu'on fasse le lien"


@pytest.fixture(autouse=True)
def home(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    journal.lake().create()


def account_of(uri: str, **more: Any) -> Account:
    facts = {"network": "facebook", "first_seen_at": NOON, "last_seen_at": NOON, **more}
    return Account.objects.create(uri=uri, key=account_key(uri), **facts)


@pytest.fixture
def maryse(bob: Member) -> int:
    account_of(US, is_ours=True)
    person = actions.add_person(
        acting_user=bob,
        name="Maryse B.",
        languages=["fr"],
        address_form="vous",
        known_since=NOON.date(),
    )
    actions.link_account(
        acting_user=bob,
        account_id=account_of(MARYSE, handle="maryse.b").pk,
        person_id=person,
        reason="themselves",
    )
    return person


def agree(bob: Member, person: int, purpose: str = "profile") -> None:
    actions.give_consent(
        acting_user=bob,
        person_id=person,
        purpose=purpose,
        basis="express",
        proof="formulaire du site",
        given_at=NOON,
    )


def land(*activities: Activity) -> None:
    landing = Landing(account_key)
    landing.add(activities=activities)
    with transaction.atomic():
        journal.land(landing.tables(), origin="test")


def did(kind: str, name: str, minute: int, actor: str = MARYSE, **more: Any) -> Activity:
    at = NOON + timedelta(minutes=minute)
    return Activity(
        id=f"{actor}/{name}",
        type=kind,
        actor=actor,
        published=at,
        received_at=at,
        source="file:facebook",
        dataschema="test/1",
        **more,
    )


def said(name: str, text: str, minute: int = 0, *, to: tuple[str, ...] = (US,)) -> Activity:
    about = Object(id=f"{MARYSE}/n/{name}", type="Note", content=text)
    return did("Create", name, minute, object=about, to=to)


def seen(browser: Client, where: str) -> str:
    answer = browser.get(where)
    assert answer.status_code == 200
    return " ".join(unescape(answer.content.decode()).split())


def test_it_says_who_they_are_what_we_owe_and_what_they_said(
    as_member: Browser, bob: Member, maryse: int
) -> None:
    land(said("q", "La rampe est-elle ouverte?"), said("p", "Quel beau show", 1, to=(PUBLIC, US)))
    account = Account.objects.get(uri=MARYSE)
    actions.make_promise(
        acting_user=bob,
        account_id=account.pk,
        what="confirmer la rampe",
        due_on=timezone.localdate() + timedelta(days=1),
        function_id=Function.objects.order_by("pk")[0].pk,
    )
    text = seen(as_member(bob), f"/people/{maryse}/")
    for words in (
        "Maryse B.</h1>",
        "vous · connue depuis mars 2026",
        "lien confirmé par elle le",
        "Ce qu'on lui doit",
        "confirmer la rampe",
        "Ce qu'on peut faire",
        "Courriel : non, jamais demandé.",
        "Ses facettes",
        ANONYMOUS,
        "La rampe est-elle ouverte?",
        "Oublier cette personne",
        "Qui a consulté cette fiche",
        bob.name,
    ):
        assert words in text, words
    assert text.index("Quel beau show") < text.index("La rampe est-elle ouverte?")
    assert text.index("Ce qu'on lui doit") < text.index("Ses facettes")
    assert ">PUBLIC<" in text
    assert ">PRIVÉ<" in text


def test_traces_and_facets_come_and_go_with_the_consent_to_them(
    as_member: Browser, bob: Member, maryse: int
) -> None:
    land(
        said("q", "Bonjour"),
        did(
            "View",
            "scan",
            3,
            instrument=Object(name="Vieux quai"),
            object=Object(id="https://quai.example/"),
            voluntary=False,
        ),
    )
    where, browser = f"/people/{maryse}/", as_member(bob)
    assert "a numérisé un code" not in seen(browser, where)
    agree(bob, maryse)
    text = seen(browser, where)
    assert 'a numérisé un code · <span dir="auto">Vieux quai' in text
    assert ANONYMOUS not in text
    assert text.count('class="bar"') == 7
    assert "score" not in text.lower()
    browser.post(f"{where}withdraw/", {"purpose": "profile"})
    text = seen(browser, where)
    assert ANONYMOUS in text
    assert 'class="bar"' not in text
    assert "Vieux quai" not in text
    assert "Profil : non, retiré le" in text


def test_the_thread_is_filtered_by_links(as_member: Browser, bob: Member, maryse: int) -> None:
    agree(bob, maryse)
    land(said("q", "Bonjour"), did("Follow", "f", 2, object=Object(id=US)))
    browser = as_member(bob)
    both = [
        ("Bonjour" in text.partition('id="thread"')[2], "s'est abonnée à notre page" in text)
        for text in (seen(browser, f"/people/{maryse}/?show={way}") for way in ("", "said", "did"))
    ]
    assert both == [(True, True), (True, False), (False, True)]


def test_what_people_typed_comes_back_harmless_everywhere(
    as_member: Browser, bob: Member, maryse: int
) -> None:
    agree(bob, maryse)
    land(said("q", HOSTILE), did("schema:BuyAction", "o", 2, object=Object(name=HOSTILE)))
    browser, where = as_member(bob), f"/people/{maryse}/"
    answer = browser.post(
        f"{where}correct/", {"name": HOSTILE, "languages": ["fr"], "address_form": "tu"}
    )
    assert answer.status_code == 302
    browser.post(
        f"{where}consent/",
        {"purpose": "email", "basis": "express", "given_on": "2026-03-09", "proof": HOSTILE},
    )
    for page in (where, f"{where}correct/", f"/people/?search={HOSTILE[:4]}"):
        assert b"<script>alert" not in browser.get(page).content
    exported = browser.get(f"{where}export.csv")
    assert exported["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig"))))
    assert {row["way"] for row in rows} == {"said", "did"}
    cells = [cell for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    document = browser.get(f"{where}export.json")
    assert document["Content-Type"] == "application/json"
    assert document["X-Content-Type-Options"] == "nosniff"
    told = json.loads(document.content)
    assert told["person"]["name"] == HOSTILE
    assert told["consents"][0]["proof"] == HOSTILE
    assert told["traces"] == "linked"
    assert len(told["thread"]) == 2


def test_words_of_an_absurd_length_do_not_break_the_forms(
    as_member: Browser, bob: Member, maryse: int
) -> None:
    where, browser = f"/people/{maryse}/", as_member(bob)
    assert browser.post(f"{where}correct/", {"name": "é" * 10_000}).status_code == 200
    answer = browser.post(
        f"{where}consent/",
        {"purpose": "email", "basis": "express", "given_on": "hier", "proof": "é" * 10_000},
    )
    assert answer.status_code == 422
    assert queries.consents_of(bob, maryse) == []
    assert browser.get(f"/people/?search={'é' * 1_000}&page=99999999").status_code == 200


def test_refusals_of_a_form_stand_beside_it(as_member: Browser, bob: Member, maryse: int) -> None:
    answer = as_member(bob).post(
        f"/people/{maryse}/consent/",
        {"purpose": "profile", "basis": "purchase", "given_on": "2026-03-09", "proof": "FF-1"},
    )
    assert answer.status_code == 422
    assert "demandez un consentement exprès" in unescape(answer.content.decode())


def test_an_account_without_a_person_has_a_page_without_facets(
    as_member: Browser, bob: Member, maryse: int
) -> None:
    nameless = account_of("https://x.example/12345", network="x")
    browser = as_member(bob)
    text = seen(browser, f"/accounts/{nameless.pk}/")
    assert "Compte sans nom</h1>" in text
    assert ANONYMOUS in text
    assert "Ses facettes" not in text
    assert f'value="{maryse}"' in seen(browser, f"/accounts/{nameless.pk}/?find=maryse")
    browser.post(f"/accounts/{nameless.pk}/link/", {"person_id": maryse, "reason": "order"})
    assert queries.person_of(nameless.pk) == maryse
    assert browser.get(f"/accounts/{nameless.pk}/")["Location"] == f"/people/{maryse}/"
    browser.post(f"/accounts/{nameless.pk}/unlink/")
    assert queries.person_of(nameless.pk) is None


def test_somebody_new_is_added_behind_an_account(as_member: Browser, bob: Member) -> None:
    account = account_of("https://x.example/thomas", network="x")
    answer = as_member(bob).post(
        f"/accounts/{account.pk}/person/", {"name": "Thomas A.", "reason": "themselves"}
    )
    person = queries.person_of(account.pk)
    assert answer["Location"] == f"/people/{person}/"


def test_the_list_shows_whom_we_owe_first_and_counts_nobody_s_followers(
    as_member: Browser, bob: Member, maryse: int
) -> None:
    actions.add_person(acting_user=bob, name="Adèle")
    actions.make_promise(
        acting_user=bob,
        account_id=Account.objects.get(uri=MARYSE).pk,
        what="rappeler",
        due_on=timezone.localdate(),
        function_id=Function.objects.order_by("pk")[0].pk,
    )
    text = seen(as_member(bob), "/people/")
    assert text.index("Maryse B.") < text.index("Adèle")
    assert "1 promesse à tenir" in text
    assert "abonné" not in text


def test_promises_are_kept_from_the_page(as_member: Browser, bob: Member, maryse: int) -> None:
    made = actions.make_promise(
        acting_user=bob,
        account_id=Account.objects.get(uri=MARYSE).pk,
        what="rappeler",
        due_on=timezone.localdate(),
        function_id=Function.objects.order_by("pk")[0].pk,
    )
    answer = as_member(bob).post(f"/people/promises/{made}/keep/")
    assert answer["Location"] == f"/people/{maryse}/"
    assert "On ne lui doit rien." in seen(as_member(bob), f"/people/{maryse}/")


def test_a_question_without_an_answer_is_owed(as_member: Browser, bob: Member, maryse: int) -> None:
    from entregent.apps.coordinate.models import Conversation, Message

    account = Account.objects.get(uri=MARYSE)
    talk = Conversation.objects.create(
        thread="urn:fil:1",
        network="facebook",
        is_public=False,
        account_id=account.pk,
        state=Conversation.State.WAITING,
        opened_at=NOON,
        last_at=NOON,
        waiting_since=NOON,
    )
    Message.objects.create(
        conversation=talk,
        object_id="urn:mot:1",
        account_id=account.pk,
        is_ours=False,
        text=HOSTILE,
        at=NOON,
        labels={"owed": True},
    )
    browser = as_member(bob)
    raw = browser.get(f"/people/{maryse}/").content
    assert b"<script>alert" not in raw
    text = seen(browser, f"/people/{maryse}/")
    assert "sans réponse · depuis le 9 mars 2026, 13 h" in text.replace("\u00a0", " ")
    assert f"/conversations/{talk.pk}/" in text


def test_not_to_be_solicited_is_a_wide_band(as_member: Browser, bob: Member, maryse: int) -> None:
    browser, where = as_member(bob), f"/people/{maryse}/"
    browser.post(f"{where}solicit/", {"allowed": "0"})
    assert '<p class="do-not"><strong>Ne pas solliciter' in seen(browser, where)
    browser.post(f"{where}solicit/", {"allowed": "1"})
    assert 'class="do-not"' not in seen(browser, where)


def test_in_english_too(as_member: Browser, bob: Member, maryse: int) -> None:
    Member.objects.filter(pk=bob.pk).update(language="en")
    bob.refresh_from_db()
    text = seen(as_member(bob), f"/people/{maryse}/")
    assert "known since March 2026" in text
    assert "E-mail: no, not asked yet." in text


GETS = [
    "/people/{p}/",
    "/people/{p}/export.json",
    "/people/{p}/export.csv",
    "/accounts/{a}/",
    "/accounts/{a}/export.json",
    "/people/",
]
POSTS = [
    "/people/{p}/consent/",
    "/people/{p}/withdraw/",
    "/people/{p}/solicit/",
    "/accounts/{a}/person/",
    "/accounts/{a}/link/",
    "/accounts/{a}/unlink/",
    "/people/promises/1/keep/",
]


@pytest.mark.parametrize("path", [*GETS, "/people/{p}/correct/"])
def test_pages_are_open_to_those_who_work_here_and_to_nobody_else(
    as_member: Browser,
    alice: Member,
    bob: Member,
    gwen: Member,
    charlie: Client,
    maryse: int,
    path: str,
) -> None:
    where = path.format(p=maryse, a=account_of("https://x.example/seul", network="x").pk)
    assert as_member(alice).get(where).status_code == 200
    assert as_member(bob).get(where).status_code == 200
    assert as_member(gwen).get(where).status_code in {403, 404}
    assert charlie.get(where)["Location"].startswith("/account/login/")
    nowhere = path.format(p=99_999, a=99_999)
    if nowhere != path:
        assert as_member(alice).get(nowhere).status_code == 404


@pytest.mark.parametrize("path", POSTS)
def test_forms_are_closed_to_guests_and_strangers_and_to_links(
    as_member: Browser, bob: Member, gwen: Member, charlie: Client, maryse: int, path: str
) -> None:
    where = path.format(p=maryse, a=Account.objects.get(uri=MARYSE).pk)
    assert as_member(gwen).post(where).status_code == 403
    assert charlie.post(where)["Location"].startswith("/account/login/")
    assert as_member(bob).get(where).status_code == 405


def test_our_own_account_has_no_page(as_member: Browser, bob: Member, maryse: int) -> None:
    ours = Account.objects.get(uri=US)
    assert as_member(bob).get(f"/accounts/{ours.pk}/").status_code == 404


def test_a_page_asks_the_database_little(as_member: Browser, bob: Member, maryse: int) -> None:
    agree(bob, maryse)
    land(*(said(f"q{number}", "Bonjour", number) for number in range(60)))
    browser = as_member(bob)
    browser.get(f"/people/{maryse}/")
    with CaptureQueriesContext(connection) as asked:
        browser.get(f"/people/{maryse}/")
    assert len(asked) < 40
