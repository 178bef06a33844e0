"""Asking another function, with a deadline; its answer returns to whoever asked."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from entregent.apps.coordinate.actions_core import (
    CoordinateRefused,
    checked_text,
    held,
    require_function,
)
from entregent.apps.coordinate.actions_drafts import append_to_draft
from entregent.apps.coordinate.models import Ask
from entregent.apps.coordinate.queries_access import may_answer, reach_ask
from entregent.apps.organisation.actions import record
from entregent.apps.organisation.queries import Member

REMIND_AFTER = timedelta(hours=1)

State = Ask.State


@transaction.atomic
def ask_function(
    *,
    acting_user: Member,
    conversation_id: int,
    function_id: int,
    question: str,
    due_at: datetime,
) -> int:
    """Ask a function something about a conversation, and return the question's number.

    Refused with ``unknown_function``, ``empty``, ``too_long`` or ``deadline_passed``.
    """
    row = held(acting_user, conversation_id)
    require_function(function_id)
    now = timezone.now()
    if due_at <= now:
        raise CoordinateRefused("deadline_passed")
    ask = Ask.objects.create(
        conversation=row,
        asked_by=acting_user,
        function_id=function_id,
        question=checked_text(question),
        asked_at=now,
        due_at=due_at,
        state=State.OPEN,
    )
    _record(
        acting_user,
        "coordinate.function_asked",
        ask,
        {"function": [None, f"function:{function_id}"], "due_at": [None, due_at.isoformat()]},
    )
    return ask.pk


@transaction.atomic
def answer_ask(*, acting_user: Member, ask_id: int, answer: str) -> None:
    """Answer a question put to one's function; owners may answer for any.

    Refused with ``already_answered``, ``not_open``, ``empty`` or ``too_long``.
    """
    ask = reach_ask(acting_user, ask_id)
    if not may_answer(acting_user, ask.function_id):
        raise PermissionDenied("This question is for another function.")
    if ask.state != State.OPEN:
        answered = ask.state in {State.ANSWERED, State.USED}
        raise CoordinateRefused("already_answered" if answered else "not_open")
    ask.answer, ask.answered_by = checked_text(answer), acting_user
    ask.answered_at, ask.state = timezone.now(), State.ANSWERED
    ask.save(update_fields=["answer", "answered_by", "answered_at", "state"])
    _record_state(acting_user, "coordinate.ask_answered", ask, State.OPEN)


@transaction.atomic
def remind_ask(*, acting_user: Member, ask_id: int) -> None:
    """Remind a function of a question, once an hour at most.

    Refused with ``not_open`` or ``reminded_already``.
    """
    ask = _open_ask(acting_user, ask_id)
    now = timezone.now()
    if ask.reminded_at is not None and ask.reminded_at > now - REMIND_AFTER:
        raise CoordinateRefused("reminded_already")
    ask.reminded_at = now
    ask.save(update_fields=["reminded_at"])
    _record(acting_user, "coordinate.ask_reminded", ask, {"reminded_at": [None, now.isoformat()]})


@transaction.atomic
def withdraw_ask(*, acting_user: Member, ask_id: int) -> None:
    """Take a question back: for whoever asked it, and for owners.

    Refused with ``not_open``.
    """
    ask = _open_ask(acting_user, ask_id)
    if not (acting_user.is_owner or ask.asked_by_id == acting_user.pk):
        raise PermissionDenied("Only whoever asked takes a question back.")
    ask.state = State.WITHDRAWN
    ask.save(update_fields=["state"])
    _record_state(acting_user, "coordinate.ask_withdrawn", ask, State.OPEN)


@transaction.atomic
def use_answer(*, acting_user: Member, ask_id: int) -> int:
    """Put a colleague's answer at the end of one's draft; returns the conversation's number.

    A draft that is still empty begins with a greeting. Refused with ``not_answered``.
    """
    ask = reach_ask(acting_user, ask_id)
    if ask.state not in {State.ANSWERED, State.USED}:
        raise CoordinateRefused("not_answered")
    row = held(acting_user, ask.conversation_id)
    append_to_draft(acting_user=acting_user, row=row, words=_unsigned(ask.answer))
    if ask.state == State.ANSWERED:
        ask.state = State.USED
        ask.save(update_fields=["state"])
        _record_state(acting_user, "coordinate.answer_used", ask, State.ANSWERED)
    return row.pk


def _unsigned(answer: str) -> str:
    """A colleague's answer without their signature: whoever answers signs."""
    lines = answer.strip().splitlines()
    while len(lines) > 1 and (not lines[-1].strip() or lines[-1].lstrip()[:1] in "—–"):
        lines.pop()
    return "\n".join(lines).strip()


def _open_ask(acting_user: Member, ask_id: int) -> Ask:
    ask = reach_ask(acting_user, ask_id)
    if ask.state != State.OPEN:
        raise CoordinateRefused("not_open")
    return ask


def _record_state(acting_user: Member, action: str, ask: Ask, before: str) -> None:
    _record(acting_user, action, ask, {"state": [str(before), str(ask.state)]})


def _record(acting_user: Member, action: str, ask: Ask, changes: dict[str, object]) -> None:
    record(acting_user=acting_user, action=action, subject=f"ask:{ask.pk}", changes=changes)
