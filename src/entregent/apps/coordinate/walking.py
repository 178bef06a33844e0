"""Conversations one after the other, for programs that read them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entregent.apps.coordinate.models import Conversation, Message
from entregent.apps.coordinate.queries_access import reach, seen_by
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.outbox.queries import state_of
from entregent.apps.understand.queries import Corrected, corrections

_OURS_TO_COME = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class ConversationFacts:
    """A conversation without its messages; `subject` is a slug, what is unknown is empty."""

    id: int
    network: str
    is_public: bool
    state: str
    account_id: int
    our_uri: str
    language: str
    state_of_mind: str
    intents: tuple[str, ...]
    subject: str
    function: str
    opened_at: datetime
    last_at: datetime
    waiting_since: datetime | None
    due_at: datetime | None
    first_answer_at: datetime | None
    left_reason: str


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """A message that was said, theirs or ours.

    Attributes
    ----------
    text
        Empty where it was taken back: see `is_withdrawn`.
    state_of_mind
        A member's correction, else what the machine said; empty for « I do not know ».
    is_corrected
        Whether a member said so.
    """

    id: int
    object_id: str
    is_ours: bool
    at: datetime
    text: str
    is_withdrawn: bool
    language: str
    state_of_mind: str
    is_corrected: bool
    intents: tuple[str, ...]


def conversations_after(
    viewer: Member,
    after: int,
    count: int,
    *,
    with_private: bool,
    state: str | None = None,
    network: str | None = None,
) -> list[ConversationFacts]:
    """Conversations that a viewer may see, by their numbers.

    Parameters
    ----------
    viewer
        Who looks.
    after
        Number of the one before; 0 to begin.
    count
        How many at most.
    with_private
        Whether private ones are told, to who may see them.
    state, network
        To which they are limited.
    """
    rows = seen_by(viewer).filter(pk__gt=after).select_related("subject", "function")
    if not with_private:
        rows = rows.filter(is_public=True)
    if state is not None:
        rows = rows.filter(state=state)
    if network is not None:
        rows = rows.filter(network=network)
    return [_facts(row) for row in rows.order_by("pk")[:count]]


def access_facts(viewer: Member, conversation_id: int, *, with_private: bool) -> ConversationFacts:
    """One conversation, or `NotFound`."""
    row = reach(viewer, conversation_id)
    if not (row.is_public or with_private):
        raise NotFound
    return _facts(row)


def messages_said(viewer: Member, conversation_id: int) -> list[MessageFacts]:
    """All that was said in a conversation, oldest first; what has not left yet is not said."""
    row = reach(viewer, conversation_id)
    found = list(row.messages.order_by("at", "pk"))
    corrected = corrections([each.object_id for each in found])
    keys = {
        each.pk: UUID(each.object_id.removeprefix(_OURS_TO_COME))
        for each in found
        if each.object_id.startswith(_OURS_TO_COME)
    }
    states = state_of(keys.values()) if keys else {}
    return [
        _message(each, corrected.get(each.object_id, {}))
        for each in found
        if each.pk not in keys
        or (keys[each.pk] in states and states[keys[each.pk]].state == "sent")
    ]


def _facts(row: Conversation) -> ConversationFacts:
    return ConversationFacts(
        id=row.pk,
        network=row.network,
        is_public=row.is_public,
        state=row.state,
        account_id=row.account_id,
        our_uri=row.our_uri,
        language=row.language,
        state_of_mind=row.state_of_mind,
        intents=tuple(row.intents),
        subject=row.subject.slug if row.subject is not None else "",
        function=row.function.slug if row.function is not None else "",
        opened_at=row.opened_at,
        last_at=row.last_at,
        waiting_since=row.waiting_since,
        due_at=row.due_at,
        first_answer_at=row.first_answer_at,
        left_reason=row.left_reason,
    )


def _message(row: Message, corrected: Mapping[str, Corrected]) -> MessageFacts:
    labels = row.labels
    mood, language = corrected.get("state_of_mind"), corrected.get("language")
    intent = corrected.get("intent")
    return MessageFacts(
        id=row.pk,
        object_id=row.object_id,
        is_ours=row.is_ours,
        at=row.at,
        text=row.text,
        is_withdrawn=bool(labels.get("withdrawn")),
        language=_known(language.value) if language else row.language,
        state_of_mind=_known(mood.value) if mood else labels.get("state_of_mind") or "",
        is_corrected=mood is not None,
        intents=tuple(filter(None, [_known(intent.value)]))
        if intent
        else tuple(labels.get("intents", ())),
    )


def _known(value: str) -> str:
    return "" if value in {"unknown", "und", "none"} else value
