"""Who holds a conversation, what colleagues note of it, and when it is over."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from entregent.apps.coordinate.actions_core import (
    CoordinateRefused,
    checked_text,
    held,
    require_function,
)
from entregent.apps.coordinate.hours import HouseHours
from entregent.apps.coordinate.models import Conversation, Note
from entregent.apps.coordinate.receiving import answers
from entregent.apps.coordinate.routing import time_to_answer
from entregent.apps.coordinate.words import LEFT_REASONS
from entregent.apps.organisation.actions import record
from entregent.apps.organisation.queries import Member

State = Conversation.State


@transaction.atomic
def assign(*, acting_user: Member, conversation_id: int, member_id: int | None) -> None:
    """Give a conversation to a member who works here, or to nobody.

    Refused with ``unknown_member``.
    """
    row = held(acting_user, conversation_id)
    if member_id is not None:
        member = Member.objects.filter(pk=member_id).first()
        if member is None or not member.may_work:
            raise CoordinateRefused("unknown_member")
    _change(acting_user, "coordinate.conversation_assigned", row, {"member_id": member_id})


@transaction.atomic
def hand_over(*, acting_user: Member, conversation_id: int, function_id: int) -> None:
    """Hand a conversation to another function; whoever held it holds it no longer.

    Refused with ``unknown_function``.
    """
    row = held(acting_user, conversation_id)
    require_function(function_id)
    reason = {**row.reason, "rule": "handed_over"}
    _change(
        acting_user,
        "coordinate.conversation_handed_over",
        row,
        {"function_id": function_id, "member_id": None, "reason": reason},
    )


@transaction.atomic
def add_note(*, acting_user: Member, conversation_id: int, text: str) -> int:
    """Note something for colleagues, and return the note's number.

    Refused with ``empty`` or ``too_long``.
    """
    row = held(acting_user, conversation_id)
    note = Note.objects.create(
        conversation=row, member=acting_user, text=checked_text(text), at=timezone.now()
    )
    _record(acting_user, "coordinate.note_added", row, {"note": [None, note.pk]})
    return note.pk


@transaction.atomic
def close(*, acting_user: Member, conversation_id: int) -> None:
    """Say that nobody waits here any more."""
    row = held(acting_user, conversation_id)
    _change(
        acting_user,
        "coordinate.conversation_closed",
        row,
        {"state": State.CLOSED.value, "waiting_since": None, "due_at": None},
    )


@transaction.atomic
def leave(*, acting_user: Member, conversation_id: int, reason: str) -> None:
    """« On n'entre pas dans la conversation »: for one of three reasons.

    Parameters
    ----------
    reason
        ``not_worth``, ``not_allowed`` or ``elsewhere``; else refused with ``not_a_reason``.
    """
    row = held(acting_user, conversation_id)
    if reason not in LEFT_REASONS:
        raise CoordinateRefused("not_a_reason")
    _change(
        acting_user,
        "coordinate.conversation_left",
        row,
        {
            "state": State.LEFT.value,
            "left_reason": reason,
            "waiting_since": None,
            "due_at": None,
        },
    )


@transaction.atomic
def reopen(*, acting_user: Member, conversation_id: int) -> None:
    """Say that somebody waits here after all, since the newest of their words."""
    row = held(acting_user, conversation_id)
    if row.state == State.WAITING:
        return
    since = waiting_since(row)
    _change(
        acting_user,
        "coordinate.conversation_reopened",
        row,
        {
            "state": State.WAITING.value,
            "left_reason": "",
            "waiting_since": since,
            "due_at": HouseHours().after(timezone.now(), time_to_answer(row.intents)),
        },
    )


def waiting_since(row: Conversation) -> datetime:
    """Since when they wait: their first words after our last, else their newest."""
    said = [
        (at, is_ours, answers(is_ours, labels))
        for at, is_ours, labels in row.messages.order_by("at").values_list(
            "at", "is_ours", "labels"
        )
    ]
    answered = max((at for at, _, is_answer in said if is_answer), default=None)
    theirs = [at for at, is_ours, _ in said if not is_ours]
    after = [at for at in theirs if answered is None or at > answered]
    return after[0] if after else theirs[-1] if theirs else timezone.now()


def _change(acting_user: Member, action: str, row: Conversation, new: Mapping[str, object]) -> None:
    changes: dict[str, object] = {}
    for field, value in new.items():
        old = getattr(row, field)
        if old != value:
            setattr(row, field, value)
            changes[field] = [_told(field, old), _told(field, value)]
    if changes:
        row.save(update_fields=list(changes))
        _record(acting_user, action, row, changes)


def _told(field: str, value: object) -> object:
    """A value as the trail holds it: references and codes, and no words of anybody's."""
    if value is None or value == "":
        return None
    if field.endswith("_id"):
        return f"{field[:-3]}:{value}"
    if isinstance(value, dict):
        return value.get("rule")
    return value if isinstance(value, str) else str(value)


def _record(
    acting_user: Member, action: str, row: Conversation, changes: Mapping[str, object]
) -> None:
    record(
        acting_user=acting_user,
        action=action,
        subject=f"conversation:{row.pk}",
        changes=changes,
    )
