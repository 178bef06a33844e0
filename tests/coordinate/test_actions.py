"""What members do with conversations: owner, teammate, guest, and who is gone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from entregent.apps.coordinate import actions, queries
from entregent.apps.coordinate.models import Ask, Conversation, Draft
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.organisation.queries import NotFound
from tests.coordinate.scene import Scene, member_of

pytestmark = pytest.mark.django_db

Act = Callable[[Member, Conversation, Scene], Any]
TOMORROW = timedelta(days=1)


def _ask(member: Member, row: Conversation, scene: Scene) -> int:
    return actions.ask_function(
        acting_user=member,
        conversation_id=row.pk,
        function_id=scene.functions["produit"],
        question="La rampe est-elle posée?",
        due_at=timezone.now() + TOMORROW,
    )


ACTS: dict[str, Act] = {
    "assign": lambda member, row, _: actions.assign(
        acting_user=member, conversation_id=row.pk, member_id=member.pk
    ),
    "hand_over": lambda member, row, scene: actions.hand_over(
        acting_user=member, conversation_id=row.pk, function_id=scene.functions["produit"]
    ),
    "note": lambda member, row, _: actions.add_note(
        acting_user=member, conversation_id=row.pk, text="À voir avec la technique"
    ),
    "ask": _ask,
    "leave": lambda member, row, _: actions.leave(
        acting_user=member, conversation_id=row.pk, reason="elsewhere"
    ),
    "close": lambda member, row, _: actions.close(acting_user=member, conversation_id=row.pk),
}


@pytest.fixture
def row(scene: Scene) -> Conversation:
    return scene.say("La rampe est-elle prête?", public=True, intents=("question",))


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_members_and_owners_act_and_the_trail_says_so(
    scene: Scene, alice: Member, bob: Member, row: Conversation, act: Act
) -> None:
    for member in (alice, bob):
        before = AuditEntry.objects.count()
        act(member, row, scene)
        if member == alice:
            entry = AuditEntry.objects.latest("pk")
            assert AuditEntry.objects.count() == before + 1
            assert entry.member == alice
            assert "rampe" not in str(entry.changes)
            assert "technique" not in str(entry.changes)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_guests_do_not_act(scene: Scene, gwen: Member, row: Conversation, act: Act) -> None:
    with pytest.raises(PermissionDenied):
        act(gwen, row, scene)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_a_guest_finds_no_private_conversation(scene: Scene, gwen: Member, act: Act) -> None:
    private = scene.say("Entre nous")
    with pytest.raises(NotFound):
        act(gwen, private, scene)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_who_is_gone_finds_nothing(scene: Scene, bob: Member, row: Conversation, act: Act) -> None:
    bob.is_active = False
    with pytest.raises(NotFound):
        act(bob, row, scene)


def test_staying_out_has_one_of_three_reasons_and_can_be_undone(
    alice: Member, row: Conversation
) -> None:
    with pytest.raises(actions.CoordinateRefused, match="not_a_reason"):
        actions.leave(acting_user=alice, conversation_id=row.pk, reason="bof")
    since = row.waiting_since
    actions.leave(acting_user=alice, conversation_id=row.pk, reason="not_worth")
    row.refresh_from_db()
    assert (row.state, row.left_reason, row.waiting_since) == ("left", "not_worth", None)
    assert queries.waiting_count(alice) == 0
    actions.reopen(acting_user=alice, conversation_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.left_reason, row.waiting_since) == ("waiting", "", since)


def test_a_conversation_is_held_by_who_works_here(
    alice: Member, gwen: Member, row: Conversation
) -> None:
    for nobody in (gwen.pk, 10_000):
        with pytest.raises(actions.CoordinateRefused, match="unknown_member"):
            actions.assign(acting_user=alice, conversation_id=row.pk, member_id=nobody)


def test_handing_over_frees_it_and_says_why_it_is_there(
    scene: Scene, alice: Member, row: Conversation
) -> None:
    actions.assign(acting_user=alice, conversation_id=row.pk, member_id=alice.pk)
    ACTS["hand_over"](alice, row, scene)
    sheet = queries.access_conversation(alice, row.pk)
    assert (sheet.line.function, sheet.line.member) == ("Produit", "")
    assert sheet.reason.rule == "handed_over"


# Asking a function


def test_an_answer_returns_to_whoever_asked(scene: Scene, bob: Member, row: Conversation) -> None:
    maker = member_of(scene, bob, "Gaétan", "produit")
    ask_id = _ask(bob, row, scene)
    (asked,) = queries.asks_for(maker)
    assert (asked.id, asked.may_answer) == (ask_id, True)
    line = queries.who_waits(bob)[0].ask
    assert line is not None
    assert line.function == "Produit"
    actions.answer_ask(
        acting_user=maker, ask_id=ask_id, answer="Oui, depuis hier.\n— Gaétan, produit"
    )
    (back,) = queries.answers_back(bob)
    assert (back.answered_by, back.state, back.may_use) == ("Gaétan Vadeboncœur", "answered", True)
    assert queries.answers_back(maker) == []
    assert actions.use_answer(acting_user=bob, ask_id=ask_id) == row.pk
    draft = Draft.objects.get()
    assert draft.text == "Bonjour,\n\nOui, depuis hier."
    assert queries.answers_back(bob) == []
    actions.use_answer(acting_user=bob, ask_id=ask_id)
    draft.refresh_from_db()
    assert draft.text.count("depuis hier") == 1


def test_only_the_asked_function_and_owners_answer(
    scene: Scene, alice: Member, bob: Member, gwen: Member, row: Conversation
) -> None:
    seller = member_of(scene, alice, "Karim", "ventes")
    ask_id = _ask(bob, row, scene)
    for stranger in (bob, seller):
        with pytest.raises(PermissionDenied):
            actions.answer_ask(acting_user=stranger, ask_id=ask_id, answer="Oui")
    with pytest.raises(NotFound):
        actions.answer_ask(acting_user=gwen, ask_id=ask_id, answer="Oui")
    actions.answer_ask(acting_user=alice, ask_id=ask_id, answer="Oui")
    with pytest.raises(actions.CoordinateRefused, match="already_answered"):
        actions.answer_ask(acting_user=alice, ask_id=ask_id, answer="Non")


def test_a_reminder_goes_out_once_an_hour(scene: Scene, bob: Member, row: Conversation) -> None:
    ask_id = _ask(bob, row, scene)
    actions.remind_ask(acting_user=bob, ask_id=ask_id)
    with pytest.raises(actions.CoordinateRefused, match="reminded_already"):
        actions.remind_ask(acting_user=bob, ask_id=ask_id)
    Ask.objects.update(reminded_at=timezone.now() - timedelta(hours=2))
    actions.remind_ask(acting_user=bob, ask_id=ask_id)


def test_whoever_asked_takes_the_question_back(
    scene: Scene, alice: Member, bob: Member, row: Conversation
) -> None:
    ask_id = _ask(alice, row, scene)
    with pytest.raises(PermissionDenied):
        actions.withdraw_ask(acting_user=bob, ask_id=ask_id)
    actions.withdraw_ask(acting_user=alice, ask_id=ask_id)
    with pytest.raises(actions.CoordinateRefused, match="not_open"):
        actions.answer_ask(acting_user=alice, ask_id=ask_id, answer="Oui")
    with pytest.raises(actions.CoordinateRefused, match="not_answered"):
        actions.use_answer(acting_user=alice, ask_id=ask_id)


def test_a_deadline_is_still_to_come(scene: Scene, bob: Member, row: Conversation) -> None:
    with pytest.raises(actions.CoordinateRefused, match="deadline_passed"):
        actions.ask_function(
            acting_user=bob,
            conversation_id=row.pk,
            function_id=scene.functions["produit"],
            question="Oui?",
            due_at=timezone.now(),
        )


# Drafts


def draft(member: Member, row: Conversation, text: str = "Bonjour", **more: Any) -> int:
    facts = {"language": "fr", "is_public": row.is_public} | more
    return actions.save_draft(acting_user=member, conversation_id=row.pk, text=text, **facts)


def test_a_draft_is_kept_for_each_member_and_guest(
    scene: Scene, alice: Member, bob: Member, gwen: Member, row: Conversation
) -> None:
    for member in (alice, bob, gwen):
        draft(member, row, f"De {member.name}")
    draft(bob, row, "Autrement")
    sheet = queries.access_conversation(bob, row.pk)
    assert sheet.draft is not None
    assert sheet.draft.text == "Autrement"
    assert {each.member for each in sheet.others_drafts} == {alice.name, gwen.name}
    assert queries.access_conversation(gwen, row.pk).others_drafts == []
    private = scene.say("Entre nous")
    with pytest.raises(NotFound):
        draft(gwen, private)


def test_changing_sides_removes_nothing(scene: Scene, bob: Member) -> None:
    row = scene.say("Entre nous")
    draft(bob, row, "Une phrase <script>, =1+1 et ❤️")
    actions.change_side(acting_user=bob, conversation_id=row.pk, is_public=True)
    actions.change_side(acting_user=bob, conversation_id=row.pk, is_public=False)
    kept = Draft.objects.get()
    assert (kept.text, kept.is_public) == ("Une phrase <script>, =1+1 et ❤️", False)


def test_a_keystroke_leaves_no_row_in_the_trail(bob: Member, row: Conversation) -> None:
    draft(bob, row, "Bon")
    before = AuditEntry.objects.count()
    for words in ("Bonj", "Bonjo", "Bonjour"):
        draft(bob, row, words)
    assert AuditEntry.objects.count() == before


def test_a_draft_of_ten_thousand_characters_is_kept_and_no_longer(
    bob: Member, row: Conversation
) -> None:
    draft(bob, row, "x" * 10_000)
    with pytest.raises(actions.CoordinateRefused, match="too_long"):
        draft(bob, row, "x" * 10_001)
