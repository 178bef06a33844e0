"""Invented colleagues answer what is asked of them, and nobody else is made to answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from entregent.apps.coordinate import actions
from entregent.apps.coordinate.models import Ask
from entregent.apps.organisation.models import Member
from entregent.demonstration import colleagues
from tests.coordinate.scene import OURS, Scene, make_demo, member_of, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(alice: Member) -> Scene:
    scene = set_scene(acces="service-a-la-clientele", horaire="produit")
    scene.account(OURS, ours=True)
    make_demo()
    return scene


def ask(scene: Scene, member: Member, function: str, subject: str = "acces", **more: str) -> Ask:
    row = scene.say("La rampe?", subjects=((subject, ()),), **more)
    number = actions.ask_function(
        acting_user=member,
        conversation_id=row.pk,
        function_id=scene.functions[function],
        question="Posée?",
        due_at=timezone.now() + timedelta(days=1),
    )
    Ask.objects.filter(pk=number).update(asked_at=timezone.now() - timedelta(minutes=1))
    return Ask.objects.get(pk=number)


def test_they_answer_in_the_language_of_who_waits(scene: Scene, alice: Member) -> None:
    gaetan = member_of(scene, alice, "Gaétan", "produit", is_demo=True)
    french, english = (
        ask(scene, alice, "produit"),
        ask(scene, alice, "produit", language="en", actor="https://fete.example/@fiona"),
    )
    unknown = ask(scene, alice, "produit", "horaire", actor="https://fete.example/@eloi")
    while colleagues.act():
        pass
    for each in (french, english, unknown):
        each.refresh_from_db()
        assert (each.state, each.answered_by) == ("answered", gaetan)
        assert "{" not in each.answer
    assert french.answer.startswith("Oui, l'entrée de la rue des Tanneurs")
    assert english.answer.startswith("Yes, the rue des Tanneurs entrance")
    assert unknown.answer == colleagues.UNKNOWN[0]


def test_a_function_without_anybody_invented_holds_nobody_up(scene: Scene, alice: Member) -> None:
    # A colleague who exists is never made to say something.
    member_of(scene, alice, "Karim", "ventes")
    real, nobody = ask(scene, alice, "ventes"), ask(scene, alice, "finances")
    assert not colleagues.act()
    member_of(scene, alice, "Gaétan", "produit", is_demo=True)
    later = ask(scene, alice, "produit", actor="https://fete.example/@eloi")
    assert colleagues.act()
    assert not colleagues.act()
    for each, state in ((real, "open"), (nobody, "open"), (later, "answered")):
        each.refresh_from_db()
        assert each.state == state


def test_in_a_house_of_ones_own_nobody_is_invented(scene: Scene, alice: Member) -> None:
    from entregent.apps.organisation.models import Organisation

    member_of(scene, alice, "Gaétan", "produit", is_demo=True)
    ask(scene, alice, "produit")
    Organisation.objects.update(is_demo=False)
    assert not colleagues.act()


def test_what_was_asked_just_now_waits_a_moment(scene: Scene, alice: Member) -> None:
    member_of(scene, alice, "Gaétan", "produit", is_demo=True)
    Ask.objects.filter(pk=ask(scene, alice, "produit").pk).update(asked_at=timezone.now())
    assert not colleagues.act()
