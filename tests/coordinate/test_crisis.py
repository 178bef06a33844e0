"""The crisis room, decisions, and telling people what was changed because of them."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from entregent.apps.coordinate import actions, queries
from entregent.apps.coordinate.models import AskedFor, Decision
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.organisation.queries import NotFound
from entregent.apps.outbox.actions import Text, queue
from entregent.apps.outbox.models import Outgoing
from entregent.apps.outbox.queries import is_frozen
from tests.coordinate.scene import MARYSE, OURS, THOMAS, Scene, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def test_opening_the_room_holds_back_what_is_scheduled(alice: Member, bob: Member) -> None:
    later = timezone.now() + timedelta(hours=1)
    text = Text("mastodon", OURS, "Quelle soirée magique!", "fr", is_public=True)
    queue(acting_user=bob, approved_by=bob, text=text, at=later)
    crisis_id = actions.open_crisis(acting_user=bob, name="La nuit des navettes")
    line = queries.crisis_open(bob)
    assert line is not None
    assert (line.id, line.held_back, is_frozen()) == (crisis_id, 1, True)
    with pytest.raises(actions.CoordinateRefused, match="already_open"):
        actions.open_crisis(acting_user=alice, name="Une autre")
    sheet = queries.access_crisis(bob, crisis_id)
    assert [entry.kind for entry in sheet.entries] == ["freeze"]
    assert (sheet.is_frozen, sheet.opened_by) == (True, bob.name)


def test_the_room_is_closed_by_owners_and_public_relations(
    scene: Scene, alice: Member, bob: Member
) -> None:
    odile = member_of(scene, alice, "Odile", "relations-publiques")
    crisis_id = actions.open_crisis(acting_user=bob, name="La nuit des navettes")
    with pytest.raises(PermissionDenied):
        actions.close_crisis(acting_user=bob, crisis_id=crisis_id)
    assert queries.access_crisis(odile, crisis_id).may_close
    actions.close_crisis(acting_user=odile, crisis_id=crisis_id)
    assert (queries.crisis_open(bob), is_frozen()) == (None, False)
    with pytest.raises(actions.CoordinateRefused, match="already_closed"):
        actions.close_crisis(acting_user=odile, crisis_id=crisis_id)
    actions.add_crisis_entry(
        acting_user=bob, crisis_id=crisis_id, kind="decision", text_fr="Deux entreprises"
    )
    assert queries.access_crisis(bob, crisis_id).entries[-1].text == "Deux entreprises"


def test_an_entry_is_of_a_known_kind_and_says_something(bob: Member) -> None:
    crisis_id = actions.open_crisis(acting_user=bob, name="La nuit")
    for kind, text in (("gossip", "Bonjour"), ("event", " ")):
        with pytest.raises(actions.CoordinateRefused):
            actions.add_crisis_entry(acting_user=bob, crisis_id=crisis_id, kind=kind, text_fr=text)


def test_guests_know_of_no_crisis(alice: Member, gwen: Member) -> None:
    crisis_id = actions.open_crisis(acting_user=alice, name="La nuit")
    assert (queries.crises(gwen), queries.crisis_open(gwen)) == ([], None)
    with pytest.raises(NotFound):
        queries.access_crisis(gwen, crisis_id)
    with pytest.raises(PermissionDenied):
        actions.open_crisis(acting_user=gwen, name="Une autre")
    with pytest.raises(NotFound):
        actions.add_crisis_entry(
            acting_user=gwen, crisis_id=crisis_id, kind="event", text_fr="Bonjour"
        )


# Decisions


def test_management_decides_once(scene: Scene, alice: Member, bob: Member, gwen: Member) -> None:
    maude = member_of(scene, alice, "Maude", "direction-generale")
    decision = Decision.objects.create(
        question_fr="Ramener le stationnement à 20 $?",
        question_en="Bring parking back to $20?",
        options=[{"fr": "Oui", "en": "Yes"}, {"fr": "Non", "en": "No"}],
        people=164,
        due_on=timezone.localdate(),
    )
    for stranger in (bob, gwen):
        assert queries.decisions(stranger) == []
    with pytest.raises(NotFound):
        actions.decide(acting_user=bob, decision_id=decision.pk, choice=0)
    (line,) = queries.decisions(maude)
    assert [option.text for option in line.options] == ["Oui", "Non"]
    with pytest.raises(actions.CoordinateRefused, match="not_an_option"):
        actions.decide(acting_user=maude, decision_id=decision.pk, choice=2)
    actions.decide(acting_user=maude, decision_id=decision.pk, choice=0)
    assert queries.decisions(alice) == []
    (taken,) = queries.decided(bob)
    assert taken.choice is not None
    assert (taken.choice.text, taken.decided_by) == ("Oui", maude.name)
    with pytest.raises(actions.CoordinateRefused, match="already_decided"):
        actions.decide(acting_user=alice, decision_id=decision.pk, choice=1)


# Changes


def ramp(scene: Scene, member: Member, *uris: str) -> int:
    return actions.record_change(
        acting_user=member,
        what_fr="Une rampe à l'entrée des Tanneurs.",
        what_en="A ramp at the Tanneurs entrance.",
        done_on=timezone.localdate(),
        function_id=scene.functions["produit"],
        account_ids=[scene.account(uri).id for uri in uris],
    )


def test_those_who_asked_are_told_where_they_spoke(demo: Scene, alice: Member) -> None:
    row = demo.say("Une rampe, ce serait bien.", public=True, intents=("question",))
    demo.say("A ramp, please?", actor=THOMAS, language="en")
    change_id = ramp(demo, alice, MARYSE, THOMAS)
    told = actions.tell_asked(acting_user=alice, change_id=change_id)
    assert (told.queued, told.left_out) == (2, 0)
    french, english = Outgoing.objects.order_by("pk")
    assert "Vous l'aviez demandé\u00a0: une rampe à l'entrée des Tanneurs." in french.text
    assert (french.is_public, french.to_uri) == (True, MARYSE)
    assert "You had asked for it: a ramp at the Tanneurs entrance." in english.text
    assert (english.is_public, english.language) == (False, "en")
    (line,) = queries.changes(alice)
    assert (line.asked, line.told, line.left) == (2, 2, 0)
    with pytest.raises(actions.CoordinateRefused, match="nobody_left"):
        actions.tell_asked(acting_user=alice, change_id=change_id)
    row.refresh_from_db()
    assert row.state == "waiting"  # being told of a ramp answers no question


def test_who_asked_not_to_be_solicited_is_not_told(demo: Scene, alice: Member) -> None:
    demo.say("Une rampe?")
    demo.person(MARYSE, name="Maryse Bélanger", do_not_solicit=True)
    demo.account("https://fete.example/@muette")
    change_id = ramp(demo, alice, MARYSE, "https://fete.example/@muette")
    told = actions.tell_asked(acting_user=alice, change_id=change_id)
    assert (told.queued, told.reasons) == (0, {"do_not_solicit": 1, "no_way": 1})
    assert not AskedFor.objects.filter(told_at__isnull=False).exists()


def test_by_email_an_old_question_is_no_consent(demo: Scene, alice: Member) -> None:
    old = timezone.now() - timedelta(days=300)
    demo.account("mailto:info@frimasetframboises.example", ours=True, network="email")
    demo.say("Une rampe?", network="email", published=old)
    told = actions.tell_asked(acting_user=alice, change_id=ramp(demo, alice, MARYSE))
    assert (told.queued, told.reasons) == (0, {"no_consent": 1})


def test_nobody_is_told_during_a_crisis_nor_by_a_guest(
    demo: Scene, alice: Member, gwen: Member
) -> None:
    demo.say("Une rampe?")
    change_id = ramp(demo, alice, MARYSE)
    with pytest.raises(PermissionDenied):
        actions.tell_asked(acting_user=gwen, change_id=change_id)
    assert queries.changes(gwen) == []
    actions.open_crisis(acting_user=alice, name="La nuit")
    with pytest.raises(actions.CoordinateRefused, match="frozen"):
        actions.tell_asked(acting_user=alice, change_id=change_id)


def test_the_trail_holds_no_words_of_a_crisis(alice: Member) -> None:
    crisis_id = actions.open_crisis(acting_user=alice, name="Un enfant à l'hôpital")
    actions.add_crisis_entry(
        acting_user=alice, crisis_id=crisis_id, kind="event", text_fr="Une rumeur"
    )
    trail = str(list(AuditEntry.objects.values_list("changes", flat=True)))
    assert "rumeur" not in trail
    assert "enfant" not in trail
