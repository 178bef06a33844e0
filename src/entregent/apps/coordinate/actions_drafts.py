"""Replies while they are written: kept for each member, on one side or the other."""

from django.db import transaction
from django.utils import timezone

from entregent.apps.coordinate.actions_core import LONGEST_TEXT, CoordinateRefused
from entregent.apps.coordinate.models import ApprovedLine, Conversation, Draft
from entregent.apps.coordinate.queries_access import (
    LANGUAGES,
    answer_language,
    greeting,
    own_draft,
    reach,
)
from entregent.apps.organisation.actions import record
from entregent.apps.organisation.queries import Member

State = Draft.State


@transaction.atomic
def save_draft(
    *, acting_user: Member, conversation_id: int, text: str, language: str, is_public: bool
) -> int:
    """Keep what a member, or a guest, is writing; returns the draft's number.

    A draft that waits for approval, or was refused, is being written again once it changes.
    Refused with ``too_long``.
    """
    row = reach(acting_user, conversation_id)
    if len(text) > LONGEST_TEXT:
        raise CoordinateRefused("too_long")
    if language not in LANGUAGES:
        language = answer_language(row)
    return _keep(acting_user, row, {"text": text, "language": language, "is_public": is_public}).pk


@transaction.atomic
def change_side(*, acting_user: Member, conversation_id: int, is_public: bool) -> int:
    """Move a draft to the public or the private side; nothing in it is removed."""
    row = reach(acting_user, conversation_id)
    return _keep(acting_user, row, {"is_public": is_public}).pk


@transaction.atomic
def use_line(*, acting_user: Member, conversation_id: int, line_id: int) -> None:
    """Put an approved line at the end of one's draft, in its language.

    Refused with ``no_line`` where it is on another subject, or holds no longer.
    """
    row = reach(acting_user, conversation_id)
    line = ApprovedLine.objects.filter(pk=line_id).first()
    if line is None or line.subject_id != row.subject_id or line.until < timezone.localdate():
        raise CoordinateRefused("no_line")
    draft = own_draft(acting_user, row)
    language = draft.language if draft is not None else answer_language(row)
    words = line.text_en if language == "en" else line.text_fr
    append_to_draft(acting_user=acting_user, row=row, words=words)


def append_to_draft(*, acting_user: Member, row: Conversation, words: str) -> None:
    """Put words at the end of a draft, once; inside the caller's transaction."""
    draft = own_draft(acting_user, row)
    text = draft.text.rstrip() if draft is not None else ""
    if words in text:
        return
    new = f"{text}\n\n{words}" if text else f"{greeting(row)}\n\n{words}"
    _keep(acting_user, row, {"text": new[:LONGEST_TEXT]})


def _keep(acting_user: Member, row: Conversation, new: dict[str, object]) -> Draft:
    draft = own_draft(acting_user, row)
    before = draft.state if draft is not None else None
    if draft is None:
        draft = Draft(
            conversation=row,
            member=acting_user,
            language=answer_language(row),
            is_public=row.is_public,
            state=State.WRITING,
            changed_at=timezone.now(),
        )
    changed = {name for name, value in new.items() if getattr(draft, name) != value}
    if before is not None and not changed:
        return draft
    for name in changed:
        setattr(draft, name, new[name])
    draft.state, draft.changed_at = State.WRITING, timezone.now()
    draft.approver = draft.asked_approval_at = None
    draft.warnings, draft.because = [], ""
    draft.save()
    # One row when it begins and one when its state changes: a row a keystroke would bury the trail.
    if before != State.WRITING:
        record(
            acting_user=acting_user,
            action="coordinate.draft_kept",
            subject=f"draft:{draft.pk}",
            changes={"state": [before and str(before), State.WRITING.value]},
        )
    return draft
