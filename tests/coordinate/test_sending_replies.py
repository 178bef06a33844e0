"""A reply leaves after the memory check and, where it is asked, an approval."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from entregent.apps.coordinate import actions, queries
from entregent.apps.coordinate.models import Conversation, Draft, Message
from entregent.apps.organisation.models import AuditEntry, Member, Subject, Trust
from entregent.apps.outbox.actions import start_freeze
from entregent.apps.outbox.models import Outgoing
from entregent.apps.outbox.queries import state_of
from entregent.apps.remember.models import Promise
from tests.coordinate.scene import MARYSE, OURS, Scene, member_of

pytestmark = pytest.mark.django_db
ANSWER = "Oui, une rampe est posée à l'entrée des Tanneurs."


@pytest.fixture(autouse=True)
def at_home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def row(demo: Scene) -> Conversation:
    return demo.say(
        "L'entrée des Tanneurs est-elle accessible?",
        intents=("question",),
        object_id="https://fete.example/notes/q",
    )


def write(member: Member, row: Conversation, text: str = ANSWER, **more: Any) -> None:
    facts = {"language": "fr", "is_public": row.is_public} | more
    actions.save_draft(acting_user=member, conversation_id=row.pk, text=text, **facts)


def send(member: Member, row: Conversation, **more: Any) -> UUID:
    return actions.send_reply(acting_user=member, conversation_id=row.pk, **more)


def test_a_reply_leaves_signed_and_ends_the_wait(
    demo: Scene, alice: Member, row: Conversation
) -> None:
    odile = member_of(demo, alice, "Odile", "ventes")
    write(odile, row)
    key = send(odile, row)
    out = Outgoing.objects.get()
    assert out.text == f"{ANSWER}\n\n— Odile, ventes"
    assert (out.state, out.from_uri, out.to_uri) == ("approved", OURS, MARYSE)
    assert (out.in_reply_to, out.thread) == ("https://fete.example/notes/q", row.thread)
    row.refresh_from_db()
    assert (row.state, row.waiting_since, row.member) == ("answered", None, odile)
    assert row.first_answer_at is not None
    sheet = queries.access_conversation(odile, row.pk)
    assert (sheet.messages[-1].name, sheet.messages[-1].sending) == (odile.name, "approved")
    assert sheet.draft is None
    assert state_of([key])[key].state == "approved"
    with pytest.raises(actions.CoordinateRefused, match="no_draft"):
        send(odile, row)


def test_english_is_signed_in_english(demo: Scene, alice: Member, row: Conversation) -> None:
    siobhan = member_of(demo, alice, "Siobhan", "ventes", language="en")
    write(siobhan, row, "Yes, it is accessible.", language="en")
    send(siobhan, row)
    assert Outgoing.objects.get().text.endswith("— Siobhan, sales")


def test_what_is_sent_comes_back_as_the_same_message(
    demo: Scene, alice: Member, row: Conversation
) -> None:
    from entregent.apps.outbox.channels import senders
    from entregent.apps.outbox.sending import send_due

    write(alice, row)
    key = send(alice, row)
    send_due(senders(), timezone.now())
    native = state_of([key])[key].native_id
    demo.say(ANSWER, actor=OURS, object_id=native, thread=row.thread, published=timezone.now())
    (ours,) = Message.objects.filter(is_ours=True)
    assert (ours.object_id, ours.member) == (native, alice)
    demo.say("Merci!", thread=row.thread, in_reply_to=native, published=timezone.now())
    row.refresh_from_db()
    assert row.state == "answered"


def test_guests_do_not_send(demo: Scene, gwen: Member) -> None:
    row = demo.say("Une question?", public=True, intents=("question",))
    write(gwen, row)
    with pytest.raises(PermissionDenied):
        send(gwen, row)
    assert queries.access_conversation(gwen, row.pk).refusal == "guest"


def test_a_house_without_a_sender_says_so(scene: Scene, bob: Member) -> None:
    row = scene.say("Bonjour")
    write(bob, row)
    with pytest.raises(actions.CoordinateRefused, match="no_channel"):
        send(bob, row)
    assert queries.access_conversation(bob, row.pk).refusal == "no_channel"


def test_a_closed_window_refuses(bob: Member, row: Conversation) -> None:
    Conversation.objects.update(window_until=timezone.now())
    write(bob, row)
    with pytest.raises(actions.CoordinateRefused, match="window_closed"):
        send(bob, row)


def test_a_warning_asks_for_a_reason_and_keeps_it(
    demo: Scene, bob: Member, row: Conversation
) -> None:
    Promise.objects.create(
        account_id=row.account_id,
        what="confirmer l'accès en fauteuil roulant",
        made_at=timezone.now(),
        made_by=bob,
        due_on=timezone.localdate(),
        function_id=demo.functions["produit"],
    )
    write(bob, row, "Bonjour, on regarde ça.")
    with pytest.raises(actions.MemoryStops) as stopped:
        send(bob, row)
    assert [each.code for each in stopped.value.findings] == ["promise_due"]
    assert not stopped.value.blocks
    (line,) = queries.check_draft(
        bob, row.pk, text="Bonjour, on regarde ça.", language="fr", is_public=False
    )
    assert "confirmer l'accès en fauteuil roulant" in line.sentence
    send(bob, row, because="la réponse vient de la technique")
    kept = Draft.objects.get()
    assert (kept.because, kept.warnings) == ("la réponse vient de la technique", ["promise_due"])
    assert "technique" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))


def test_an_old_question_that_the_draft_forgets_is_told(demo: Scene, bob: Member) -> None:
    old = timezone.now() - timedelta(days=9)
    row = demo.say("La rue des Tanneurs a-t-elle une rampe?", intents=("question",), published=old)
    demo.say("Bonjour, me revoici.", thread=row.thread)
    (line,) = queries.check_draft(
        bob, row.pk, text="Bonne journée!", language="fr", is_public=False
    )
    assert line.code == "unanswered_question"
    assert not queries.check_draft(bob, row.pk, text=ANSWER, language="fr", is_public=False)


def test_a_block_lets_nothing_through(bob: Member, row: Conversation) -> None:
    write(bob, row, "On vous appelle au 581 555-0199.", is_public=True)
    with pytest.raises(actions.MemoryStops) as stopped:
        send(bob, row, because="elle est d'accord")
    assert stopped.value.blocks
    assert not Outgoing.objects.exists()


def test_a_freeze_lets_a_person_answer_and_stops_an_offer(bob: Member, row: Conversation) -> None:
    start_freeze(acting_user=bob)
    write(bob, row, "Oui, c'est accessible, et voici un rabais.")
    with pytest.raises(actions.MemoryStops):
        send(bob, row, because="quand même")
    write(bob, row)
    send(bob, row)


def test_a_promise_is_made_with_the_reply(demo: Scene, bob: Member, row: Conversation) -> None:
    write(bob, row)
    due = timezone.localdate() + timedelta(days=3)
    send(bob, row, promise=actions.NewPromise("rappeler", due, demo.functions["produit"]))
    made = Promise.objects.get()
    assert (made.what, made.due_on, made.conversation_id) == ("rappeler", due, row.pk)
    assert (made.account_id, made.made_by) == (row.account_id, bob)


def test_public_words_are_answered_in_private_in_another_conversation(
    demo: Scene, bob: Member
) -> None:
    row = demo.say("La rampe?", public=True, intents=("question",))
    write(bob, row, is_public=False)
    send(bob, row)
    other = Conversation.objects.exclude(pk=row.pk).get()
    assert (other.is_public, other.state, other.messages.count()) == (False, "answered", 1)
    row.refresh_from_db()
    assert (row.is_public, row.state, row.messages.count()) == (True, "answered", 1)


def test_a_private_text_is_not_named_in_a_public_answer(bob: Member, row: Conversation) -> None:
    write(bob, row, "La rampe est prête.", is_public=True)
    send(bob, row)
    out = Outgoing.objects.get()
    assert (out.is_public, out.in_reply_to) == (True, "")
    assert out.thread != row.thread


def test_what_could_not_leave_comes_back(bob: Member, row: Conversation) -> None:
    since = row.waiting_since
    write(bob, row)
    key = send(bob, row)
    Outgoing.objects.update(state="failed", error="forbidden")
    assert actions.take_back(keys=[key]) == 1
    row.refresh_from_db()
    assert (row.state, row.waiting_since) == ("waiting", since)
    sheet = queries.access_conversation(bob, row.pk)
    assert sheet.draft is not None
    assert sheet.draft.text == ANSWER
    assert sheet.messages[-1].sending == "failed"
    assert actions.take_back(keys=[key]) == 0


# Approval


@pytest.fixture
def sensitive(demo: Scene) -> Conversation:
    Subject.objects.filter(slug="acces").update(needs_approval=True)
    return demo.say("La rampe?", public=True, intents=("question",), subjects=(("acces", ()),))


def test_an_approval_lets_it_leave_in_the_name_of_its_writer(
    demo: Scene, alice: Member, bob: Member, gwen: Member, sensitive: Conversation
) -> None:
    nadege = member_of(demo, alice, "Nadège", "service-a-la-clientele")
    Trust.objects.create(member=nadege, subject=Subject.objects.get(slug="acces"))
    write(bob, sensitive)
    with pytest.raises(actions.CoordinateRefused, match="needs_approval"):
        send(bob, sensitive)
    sheet = queries.access_conversation(bob, sensitive.pk)
    assert not sheet.answers_alone
    assert [each.id for each in sheet.approvers] == [nadege.pk]
    with pytest.raises(actions.CoordinateRefused, match="not_an_approver"):
        actions.ask_approval(acting_user=bob, conversation_id=sensitive.pk, approver_id=gwen.pk)
    draft_id = actions.ask_approval(
        acting_user=bob, conversation_id=sensitive.pk, approver_id=nadege.pk
    )
    (line,) = queries.to_approve(nadege)
    assert (line.id, line.may_approve, line.member) == (draft_id, True, bob.name)
    with pytest.raises(PermissionDenied):
        actions.approve_draft(acting_user=bob, draft_id=draft_id)
    assert queries.usual_approval() is None
    actions.approve_draft(acting_user=nadege, draft_id=draft_id)
    out = Outgoing.objects.get()
    assert (out.created_by, out.approved_by) == (bob, nadege)
    assert out.text.endswith("— Bob")
    assert queries.usual_approval() is not None
    with pytest.raises(actions.CoordinateRefused, match="no_draft"):
        send(bob, sensitive)


def test_whoever_is_trusted_answers_alone(bob: Member, sensitive: Conversation) -> None:
    Trust.objects.create(member=bob, subject=Subject.objects.get(slug="acces"))
    write(bob, sensitive)
    send(bob, sensitive)
    assert Outgoing.objects.get().approved_by == bob


def test_a_refusal_returns_with_its_reason_and_a_change_withdraws_the_request(
    alice: Member, bob: Member, sensitive: Conversation
) -> None:
    write(bob, sensitive)
    ask = {"acting_user": bob, "conversation_id": sensitive.pk, "approver_id": alice.pk}
    draft_id = actions.ask_approval(**ask)  # type: ignore[arg-type]
    actions.refuse_draft(acting_user=alice, draft_id=draft_id, reason="Trop long")
    sheet = queries.access_conversation(bob, sensitive.pk)
    assert sheet.draft is not None
    assert (sheet.draft.state, sheet.draft.refusal) == ("refused", "Trop long")
    actions.ask_approval(**ask)  # type: ignore[arg-type]
    write(bob, sensitive, "Oui, la rampe est là.")
    assert queries.to_approve(alice) == []
    with pytest.raises(actions.CoordinateRefused, match="not_to_approve"):
        actions.approve_draft(acting_user=alice, draft_id=draft_id)


def test_a_guests_words_leave_in_the_name_of_whoever_approves(
    alice: Member, gwen: Member, sensitive: Conversation
) -> None:
    write(gwen, sensitive)
    draft_id = actions.ask_approval(
        acting_user=gwen, conversation_id=sensitive.pk, approver_id=alice.pk
    )
    actions.approve_draft(acting_user=alice, draft_id=draft_id)
    assert Outgoing.objects.get().created_by == alice
    assert Outgoing.objects.get().text.endswith("— Alice")
