"""From what somebody wrote to their thanks, by the real way: journal, keeper, hearing, outbox."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from entregent.apps.coordinate import actions, queries
from entregent.apps.coordinate.models import Conversation, Message
from entregent.apps.listen import journal
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.keyring import account_key, secret
from entregent.apps.listen.lease import Claim
from entregent.apps.organisation.models import Member
from entregent.apps.outbox.channels import senders
from entregent.apps.outbox.sending import send_due, take_answers
from entregent.lake.rows import Landing
from entregent.loop import hear
from entregent.vocabulary import Activity, Object
from tests.coordinate.scene import MARYSE, OURS, Scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.HOME = tmp_path
    secret.cache_clear()
    account_key.cache_clear()
    yield
    secret.cache_clear()
    account_key.cache_clear()


def test_a_question_is_answered_and_thanked_for(demo: Scene, bob: Member) -> None:
    now = timezone.now()
    landing = Landing(account_key)
    question = Activity(
        id="urn:test:create",
        type="Create",
        source="demo:email",
        received_at=now,
        dataschema="demo/1",
        actor=MARYSE,
        object=Object(
            id="urn:test:q",
            type="Note",
            content="<p>Bonjour, l'entrée des Tanneurs est-elle accessible?</p>",
            context="urn:test:thread",
        ),
        to=(OURS,),
        published=now - timedelta(hours=1),
    )
    landing.add(activities=[question], native=question.id, raw={})
    with transaction.atomic():
        journal.land(landing.tables(), origin="test")
    keeper = Keeper(Claim(), hear)
    keeper.turn(flush=True)

    (line,) = queries.who_waits(bob)
    assert line.first_line == "Bonjour, l'entrée des Tanneurs est-elle accessible?"
    assert "question" in line.intents
    actions.save_draft(
        acting_user=bob,
        conversation_id=line.id,
        text="Oui, l'entrée des Tanneurs est accessible.",
        language="fr",
        is_public=False,
    )
    actions.send_reply(acting_user=bob, conversation_id=line.id)
    assert [each.state for each in send_due(senders(), timezone.now())] == ["sent"]
    keeper.turn(flush=True)
    assert queries.access_conversation(bob, line.id).messages[-1].sending == ""
    assert Message.objects.filter(conversation_id=line.id, is_ours=True).count() == 1

    assert take_answers(timezone.now() + timedelta(seconds=10)) == 1
    keeper.turn(flush=True)
    sheet = queries.access_conversation(bob, line.id)
    assert [message.is_ours for message in sheet.messages] == [False, True, False]
    assert sheet.line.state == "answered"
    assert Conversation.objects.count() == 1
    assert take_answers(timezone.now() + timedelta(minutes=10)) == 0
