"""A conversation with all that its page shows."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from entregent.apps.coordinate.models import ApprovedLine, Ask, Conversation, Draft, Message
from entregent.apps.coordinate.queries_access import (
    answer_language,
    approver_members,
    reach,
    refusal_of,
    signature,
)
from entregent.apps.coordinate.queries_accounts import account_lines, accounts_beside
from entregent.apps.coordinate.queries_lines import (
    ApprovedLineFacts,
    ConversationSheet,
    DraftLine,
    FindingLine,
    MemberLine,
    MessageLine,
    NoteLine,
    ReasonLine,
    WaitingLine,
)
from entregent.apps.coordinate.queries_lists import (
    ask_lines,
    draft_lines,
    lines_of,
    member_names,
    what_we_told,
)
from entregent.apps.coordinate.queries_memory import findings
from entregent.apps.coordinate.receiving import thread_of
from entregent.apps.coordinate.words import finding_line, in_english, reason_sentence
from entregent.apps.organisation import answering
from entregent.apps.organisation.queries import Member
from entregent.apps.outbox.queries import OutgoingState, state_of

NEWEST = 200
"""Messages of one conversation that its page shows, the newest."""
_PAST_APPROVALS = 50


def access_conversation(viewer: Member, conversation_id: int) -> ConversationSheet:
    """One conversation, or `NotFound`."""
    row = reach(viewer, conversation_id)
    line = lines_of(viewer, [row])[0]
    beside = accounts_beside(viewer, row.account_id)
    subject = next((each for each in answering.subjects() if each.id == row.subject_id), None)
    subject_name = (subject.name_en if in_english() else subject.name_fr) if subject else ""
    drafts = draft_lines(
        viewer, Draft.objects.filter(conversation=row).exclude(state=Draft.State.LEFT)
    )
    asks = []
    if viewer.may_work:
        asks = ask_lines(viewer, Ask.objects.filter(conversation=row).order_by("asked_at", "pk"))
    messages = _messages(row)
    own = next((draft for draft in drafts if draft.member_id == viewer.pk), None)
    return ConversationSheet(
        line=line,
        thread=thread_of(row.thread),
        our_uri=row.our_uri,
        subject=subject_name,
        reason=_reason(row, line, subject_name),
        messages=messages,
        notes=_notes(row) if viewer.may_work else [],
        asks=asks,
        draft=own,
        others_drafts=[draft for draft in drafts if draft != own] if viewer.may_work else [],
        language=answer_language(row),
        address_form=line.account.address_form or answering.default_address_form(),
        window_until=row.window_until,
        first_answer_at=row.first_answer_at,
        may_act=viewer.may_work,
        answers_alone=answering.may_answer_alone(viewer, row.subject_id),
        refusal=may_send(viewer, row, own),
        trusted_on=answering.trusted_subjects(viewer),
        approvers=approvers(viewer, row.subject_id),
        usual_approval=usual_approval(),
        lines=lines_for(row.subject_id, timezone.localdate()),
        told=what_we_told(viewer, beside),
        ask_function_id=_ask_function(row, viewer, subject.function_id if subject else None),
        ask_question=_question(messages),
        signature=signature(viewer, own.language if own is not None else answer_language(row)),
    )


def check_draft(
    viewer: Member, conversation_id: int, *, text: str, language: str, is_public: bool
) -> list[FindingLine]:
    """« Avant d'envoyer »: what the memory check finds in a text, in words."""
    row = reach(viewer, conversation_id)
    found = findings(viewer, row, text=text, language=language, is_public=is_public)
    return [finding_line(each) for each in found]


def may_send(viewer: Member, row: Conversation, draft: DraftLine | None = None) -> str:
    """Why a viewer can send nothing here: empty if they can; see `words.REFUSALS`."""
    if not viewer.may_work:
        return "guest"
    side = draft.is_public if draft is not None else row.is_public
    return refusal_of(row, is_public=side, now=timezone.now())


def lines_for(subject_id: int | None, today: date) -> list[ApprovedLineFacts]:
    """Approved lines on a subject that hold on a day."""
    if subject_id is None:
        return []
    names = answering.function_names()
    return [
        ApprovedLineFacts(
            row.pk,
            subject_id,
            row.text_fr,
            row.text_en,
            names.get(row.function_id, ""),
            row.until,
        )
        for row in ApprovedLine.objects.filter(subject_id=subject_id, until__gte=today).order_by(
            "until", "pk"
        )
    ]


def approvers(viewer: Member, subject_id: int | None) -> list[MemberLine]:
    """Who may approve what the viewer writes on a subject."""
    return [MemberLine(each.pk, each.name) for each in approver_members(subject_id, but=viewer.pk)]


def usual_approval() -> timedelta | None:
    """How long approvals took, at the median of the last fifty; None without a past."""
    asked = {
        key: at
        for key, at in Draft.objects.filter(asked_approval_at__isnull=False)
        .exclude(outgoing_key=None)
        .order_by("-asked_approval_at")
        .values_list("outgoing_key", "asked_approval_at")[:_PAST_APPROVALS]
        if key is not None and at is not None
    }
    if not asked:
        return None
    waits: list[timedelta] = [
        state.approved_at - asked[key]
        for key, state in state_of(asked).items()
        if state.approved_at is not None
    ]
    return sorted(waits)[len(waits) // 2] if waits else None


def _messages(row: Conversation) -> list[MessageLine]:
    rows = list(row.messages.order_by("-at", "-pk")[:NEWEST])[::-1]
    people = member_names(each.member_id for each in rows)
    accounts = account_lines(each.account_id for each in rows)
    keys = {each.pk: UUID(each.object_id[9:]) for each in rows if each.object_id[:9] == "urn:uuid:"}
    states = state_of(keys.values()) if keys else {}
    return [
        _message(
            each,
            people.get(each.member_id or 0, "") if each.is_ours else accounts[each.account_id].name,
            states.get(keys[each.pk]) if each.pk in keys else None,
        )
        for each in rows
    ]


def _message(row: Message, name: str, state: OutgoingState | None) -> MessageLine:
    labels: Mapping[str, Any] = row.labels
    return MessageLine(
        id=row.pk,
        object_id=row.object_id,
        is_ours=row.is_ours,
        name=name,
        text=row.text,
        at=row.at,
        language=row.language,
        is_withdrawn=bool(labels.get("withdrawn")),
        state_of_mind=labels.get("state_of_mind", ""),
        words=tuple((start, end, weight) for start, end, weight in labels.get("words", ())),
        intents=tuple(labels.get("intents", ())),
        intent_words=tuple(tuple(words) for words in labels.get("intent_words", ())),
        sending="" if state is None or state.state == "sent" else state.state,
        error=state.error if state is not None else "",
    )


def _notes(row: Conversation) -> list[NoteLine]:
    rows = list(row.notes.order_by("at", "pk"))
    people = member_names(each.member_id for each in rows)
    return [NoteLine(each.pk, people.get(each.member_id, ""), each.text, each.at) for each in rows]


def _reason(row: Conversation, line: WaitingLine, subject: str) -> ReasonLine:
    reason: Mapping[str, Any] = row.reason
    words = tuple(reason.get("words", ()))
    people = member_names(reason.get("answerers", ()))
    return ReasonLine(
        rule=reason.get("rule", ""),
        words=words,
        subject=subject,
        sentence=reason_sentence(reason, line.function, subject, words),
        answerers=tuple(people.values()),
    )


def _ask_function(row: Conversation, viewer: Member, subject_function: int | None) -> int | None:
    """The function that « Demander à une fonction » proposes: never the viewer's own."""
    for each in (row.function_id, subject_function):
        if each is not None and each != viewer.function_id:
            return each
    return None


def _question(messages: Sequence[MessageLine]) -> str:
    """What « Demander à une fonction » proposes: their newest question, else their newest words."""
    theirs = [each for each in messages if not each.is_ours and each.text]
    asked = [each for each in theirs if "question" in each.intents]
    newest = (asked or theirs)[-1:] or None
    return newest[0].text[:1_000] if newest else ""
