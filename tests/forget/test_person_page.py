"""From a person's page: everything that is kept as a file, and forgetting with one confirmation."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from entregent.apps.listen import journal
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.remember import actions
from entregent.apps.remember.models import Erasure
from tests.coordinate.scene import MARYSE, Scene, set_scene

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db
Browser = Callable[[Member], Client]


@pytest.fixture
def scene(alice: Member, settings: SettingsWrapper, tmp_path: Path) -> Scene:
    settings.HOME = tmp_path
    journal.lake().create()
    return set_scene(acces="service-a-la-clientele")


@pytest.fixture
def person(scene: Scene, bob: Member) -> int:
    talk = scene.say("Où est la rampe?")
    return actions.add_person_behind(
        acting_user=bob, account_id=talk.account_id, name="Maryse Bolduc", reason="themselves"
    )


def test_an_owner_is_told_what_goes_and_what_stays(
    alice: Member, as_member: Browser, person: int
) -> None:
    page = unescape(as_member(alice).get(f"/people/{person}/forget/").content.decode())
    assert "Oublier Maryse Bolduc" in page
    assert "1 conversation, avec les notes" in page
    assert "C'est irréversible." in page
    assert "Ce qui reste" in page
    assert not Erasure.objects.exists(), "looking asks for nothing"


def test_confirming_asks_for_the_erasure_and_shows_how_far_it_is(
    alice: Member, as_member: Browser, person: int
) -> None:
    answer = as_member(alice).post(f"/people/{person}/forget/", follow=True)
    erasure = Erasure.objects.get()
    assert answer.redirect_chain[-1][0] == f"/erasures/{erasure.pk}/"
    page = unescape(answer.content.decode())
    assert "En cours" in page
    assert "Maryse" not in page
    assert erasure.requested_by == alice
    assert erasure.person_id == person
    entry = AuditEntry.objects.get(action="remember.erasure_asked")
    assert entry.member == alice
    assert "Maryse" not in json.dumps(entry.changes)
    assert MARYSE not in json.dumps(entry.changes)


def test_asking_twice_makes_one_erasure(alice: Member, as_member: Browser, person: int) -> None:
    browser = as_member(alice)
    browser.post(f"/people/{person}/forget/")
    browser.post(f"/people/{person}/forget/")
    assert Erasure.objects.count() == 1


def test_a_colleague_who_is_no_owner_may_not(
    bob: Member, gwen: Member, as_member: Browser, person: int
) -> None:
    for member in (bob, gwen):
        assert as_member(member).post(f"/people/{person}/forget/").status_code == 403
    assert not Erasure.objects.exists()
    page = unescape(as_member(bob).get(f"/people/{person}/").content.decode())
    assert "C'est une personne propriétaire qui le fait" in page


def test_what_is_known_of_them_is_sealed_while_it_is_under_way(
    alice: Member, as_member: Browser, person: int
) -> None:
    as_member(alice).post(f"/people/{person}/forget/")
    sealed = bytes(Erasure.objects.get().sealed or b"")
    assert sealed
    assert b"Maryse" not in sealed
    assert MARYSE.encode() not in sealed


def test_everything_we_keep_is_one_file(bob: Member, as_member: Browser, person: int) -> None:
    answer = as_member(bob).get(f"/people/{person}/everything.json")
    assert answer["Content-Disposition"] == f'attachment; filename="person-{person}.json"'
    document = json.loads(answer.content)
    assert document["working_set"]["people"][0]["name"] == "Maryse Bolduc"
    assert [each["uri"] for each in document["working_set"]["accounts"]] == [MARYSE]
    assert [each["text"] for each in document["working_set"]["messages"]] == ["Où est la rampe?"]
    assert document["activitystreams"]["type"] == "Collection"
    assert AuditEntry.objects.filter(action="remember.person_exported", member=bob).exists()


def test_guests_get_no_file(gwen: Member, as_member: Browser, person: int) -> None:
    assert as_member(gwen).get(f"/people/{person}/everything.json").status_code == 404
