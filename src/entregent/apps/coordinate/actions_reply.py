"""Letting a reply leave: the memory check, approval where it is asked, the outbox, the promise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from entregent.apps.coordinate.actions_core import (
    CoordinateRefused,
    MemoryStops,
    checked_text,
    held,
    require_function,
)
from entregent.apps.coordinate.actions_talk import waiting_since
from entregent.apps.coordinate.hours import HouseHours
from entregent.apps.coordinate.memory_check import Finding
from entregent.apps.coordinate.models import Ask, Conversation, Draft, Message
from entregent.apps.coordinate.queries_access import (
    approver_members,
    own_draft,
    reach,
    reach_draft,
    refusal_of,
    signature,
)
from entregent.apps.coordinate.queries_accounts import account_lines, our_account
from entregent.apps.coordinate.queries_memory import findings
from entregent.apps.coordinate.receiving import pending_id, thread_of
from entregent.apps.coordinate.routing import time_to_answer
from entregent.apps.organisation import answering
from entregent.apps.organisation.actions import record
from entregent.apps.organisation.queries import Member
from entregent.apps.outbox.actions import Text, queue
from entregent.apps.remember.actions import make_promise

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class NewPromise:
    """« Je promets quelque chose »: what, by when, and which function holds it (ours if None)."""

    what: str
    due_on: date
    function_id: int | None = None


@transaction.atomic
def send_reply(
    *,
    acting_user: Member,
    conversation_id: int,
    because: str = "",
    promise: NewPromise | None = None,
) -> UUID:
    """Send the member's draft, signed with their first name; returns the outbox's key.

    Parameters
    ----------
    because
        « Envoyer quand même, parce que… »: why, although the memory check warns.
    promise
        What is promised with it.

    Raises
    ------
    MemoryStops
        If the memory check blocks it, or warns and `because` is empty.
    CoordinateRefused
        With ``no_draft``, ``needs_approval``, ``no_channel`` or ``window_closed``.
    """
    row = held(acting_user, conversation_id)
    draft = _written(acting_user, row)
    if not answering.may_answer_alone(acting_user, row.subject_id):
        raise CoordinateRefused("needs_approval")
    found = _checked(acting_user, row, draft, because)
    return _let_leave(
        draft, row, approved_by=acting_user, because=because, found=found, promise=promise
    )


@transaction.atomic
def ask_approval(
    *, acting_user: Member, conversation_id: int, approver_id: int, because: str = ""
) -> int:
    """Ask a colleague to approve one's draft; returns the draft's number.

    Guests may, where they may write. Raises `MemoryStops` as `send_reply`; refused with
    ``no_draft`` or ``not_an_approver``.
    """
    row = reach(acting_user, conversation_id)
    draft = _written(acting_user, row)
    able = {each.pk for each in approver_members(row.subject_id, but=acting_user.pk)}
    if approver_id not in able:
        raise CoordinateRefused("not_an_approver")
    found = _checked(acting_user, row, draft, because)
    draft.state, draft.approver_id = Draft.State.TO_APPROVE, approver_id
    draft.asked_approval_at, draft.refusal = timezone.now(), ""
    draft.because, draft.warnings = because.strip()[:LONGEST_REASON], _codes(found)
    draft.save()
    _record(
        acting_user,
        "coordinate.approval_asked",
        draft,
        {"approver": [None, f"member:{approver_id}"]},
    )
    return draft.pk


@transaction.atomic
def approve_draft(*, acting_user: Member, draft_id: int) -> UUID:
    """Let a colleague's draft leave in their name; returns the outbox's key.

    For whoever was asked, and for owners. Raises `MemoryStops` if something blocks it by now;
    refused with ``not_to_approve``, ``no_channel`` or ``window_closed``.
    """
    draft = _to_approve(acting_user, draft_id)
    row = held(acting_user, draft.conversation_id)
    found = _checked(acting_user, row, draft, draft.because or "approved")
    return _let_leave(draft, row, approved_by=acting_user, because=draft.because, found=found)


@transaction.atomic
def refuse_draft(*, acting_user: Member, draft_id: int, reason: str) -> None:
    """Send a draft back to its writer, with the reason.

    Refused with ``not_to_approve``, ``empty`` or ``too_long``.
    """
    draft = _to_approve(acting_user, draft_id)
    draft.refusal = checked_text(reason, LONGEST_REASON)
    draft.state = Draft.State.REFUSED
    draft.save(update_fields=["state", "refusal"])
    _record(
        acting_user,
        "coordinate.draft_refused",
        draft,
        {"state": [Draft.State.TO_APPROVE.value, Draft.State.REFUSED.value]},
    )


@transaction.atomic
def take_back(*, keys: Iterable[UUID]) -> int:
    """Undo the answers that surely did not leave: their people wait again, drafts come back.

    Called with what the outbox could not send (`outbox.sending.Outcome` with state ``failed``);
    returns how many there were.
    """
    names = {pending_id(key): key for key in keys}
    messages = Message.objects.filter(object_id__in=names).select_related("conversation")
    count = 0
    for message in messages:
        if message.labels.get("failed"):
            continue
        count += 1
        message.labels = {**message.labels, "failed": True}
        message.save(update_fields=["labels"])
        row = message.conversation
        row.state = Conversation.State.WAITING
        row.waiting_since = since = waiting_since(row)
        row.due_at = HouseHours().after(since, time_to_answer(row.intents))
        row.save(update_fields=["state", "waiting_since", "due_at"])
        draft = Draft.objects.filter(outgoing_key=names[message.object_id]).first()
        if draft is not None and own_draft(draft.member, row) is None:
            draft.state, draft.outgoing_key = Draft.State.WRITING, None
            draft.save(update_fields=["state", "outgoing_key"])
        record(
            acting_user=None,
            action="coordinate.reply_taken_back",
            subject=f"conversation:{row.pk}",
            changes={"state": [Conversation.State.ANSWERED.value, row.state]},
        )
    return count


def signed(text: str, member: Member, language: str) -> str:
    """A text with the signature of whoever answers: « — Odile, billetterie »."""
    lines = text.rstrip().splitlines()
    if lines and lines[-1].lstrip().startswith("— "):
        return text.rstrip()
    return f"{text.rstrip()}\n\n{signature(member, language)}"


def _written(member: Member, row: Conversation) -> Draft:
    draft = own_draft(member, row)
    if draft is None or not draft.text.strip():
        raise CoordinateRefused("no_draft")
    return draft


def _to_approve(acting_user: Member, draft_id: int) -> Draft:
    draft = reach_draft(acting_user, draft_id)
    if draft.state != Draft.State.TO_APPROVE:
        raise CoordinateRefused("not_to_approve")
    may = acting_user.is_owner or draft.approver_id == acting_user.pk
    if not may or draft.member_id == acting_user.pk:
        raise PermissionDenied("Somebody else was asked to approve this.")
    return draft


def _checked(viewer: Member, row: Conversation, draft: Draft, because: str) -> list[Finding]:
    found = findings(
        viewer, row, text=draft.text, language=draft.language, is_public=draft.is_public
    )
    if any(each.is_block for each in found) or (found and not because.strip()):
        raise MemoryStops(found)
    return found


def _let_leave(
    draft: Draft,
    row: Conversation,
    *,
    approved_by: Member,
    because: str,
    found: Sequence[Finding],
    promise: NewPromise | None = None,
) -> UUID:
    now = timezone.now()
    refused = refusal_of(row, is_public=draft.is_public, now=now)
    ours = our_account(row.our_uri, row.network)
    if refused or ours is None:
        raise CoordinateRefused(refused or "no_channel")
    # A guest's words leave in the name of whoever lets them leave.
    writer = draft.member if draft.member.may_work else approved_by
    text = signed(draft.text, writer, draft.language)
    place = _side(row, is_public=draft.is_public)
    newest = row.messages.filter(account_id=row.account_id).order_by("-at").first()
    key = queue(
        acting_user=writer,
        approved_by=approved_by,
        text=Text(
            network=row.network,
            from_uri=ours[1],
            text=text,
            language=draft.language,
            is_public=draft.is_public,
            to_uri=account_lines([row.account_id])[row.account_id].uri,
            # A private text is never named to everybody.
            in_reply_to=newest.object_id
            if newest is not None and (row.is_public or not draft.is_public)
            else "",
            thread=thread_of(place.thread),
        ),
    )
    Message.objects.create(
        conversation=place,
        object_id=pending_id(key),
        account_id=ours[0],
        is_ours=True,
        member=writer,
        text=text,
        at=now,
        language=draft.language,
    )
    for each in {row.pk: row, place.pk: place}.values():
        _answered(each, writer, now)
    draft.state, draft.outgoing_key = Draft.State.LEFT, key
    draft.because, draft.warnings = because.strip()[:LONGEST_REASON], _codes(found)
    draft.save(update_fields=["state", "outgoing_key", "because", "warnings"])
    Ask.objects.filter(conversation=row, state=Ask.State.ANSWERED).update(state=Ask.State.USED)
    if promise is not None:
        _promise(writer, row, promise)
    _record(
        approved_by,
        "coordinate.reply_sent",
        draft,
        {
            "state": [None, Draft.State.LEFT.value],
            "outgoing": [None, f"outgoing:{key}"],
            "warnings": [[], _codes(found)],
        },
    )
    return key


def _answered(row: Conversation, writer: Member, now: datetime) -> None:
    row.state = Conversation.State.ANSWERED
    row.waiting_since = row.due_at = None
    row.left_reason = ""
    row.first_answer_at = row.first_answer_at or now
    row.last_at = now
    row.member_id = row.member_id or writer.pk
    row.save(
        update_fields=[
            "state",
            "waiting_since",
            "due_at",
            "left_reason",
            "first_answer_at",
            "last_at",
            "member",
        ]
    )


def _side(row: Conversation, *, is_public: bool) -> Conversation:
    """The conversation itself, or its other side: one is public or private, never both."""
    if row.is_public == is_public:
        return row
    now = timezone.now()
    side = "public" if is_public else "private"
    other, _ = Conversation.objects.get_or_create(
        thread=f"urn:entregent:{side}-side-of:{row.pk}",
        defaults={
            "network": row.network,
            "is_public": is_public,
            "account_id": row.account_id,
            "our_uri": row.our_uri,
            "language": row.language,
            "subject_id": row.subject_id,
            "function_id": row.function_id,
            "reason": row.reason,
            "state": Conversation.State.ANSWERED,
            "opened_at": now,
            "last_at": now,
            "is_demo": row.is_demo,
        },
    )
    return other


def _promise(writer: Member, row: Conversation, promise: NewPromise) -> None:
    function_id = promise.function_id or writer.function_id or row.function_id
    if function_id is None:
        raise CoordinateRefused("unknown_function")
    require_function(function_id)
    make_promise(
        acting_user=writer,
        account_id=row.account_id,
        what=checked_text(promise.what, LONGEST_REASON),
        due_on=promise.due_on,
        function_id=function_id,
        conversation_id=row.pk,
    )


def _codes(found: Iterable[Finding]) -> list[str]:
    return [each.code for each in found]


def _record(acting_user: Member, action: str, draft: Draft, changes: dict[str, object]) -> None:
    record(acting_user=acting_user, action=action, subject=f"draft:{draft.pk}", changes=changes)
