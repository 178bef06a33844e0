"""Who may see and do what: members everything, guests what is public, strangers nothing."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import translation

from entregent.apps.coordinate.models import Ask, Conversation, Draft
from entregent.apps.coordinate.queries_accounts import account_lines, our_account
from entregent.apps.coordinate.routing import MANAGEMENT, PRESS
from entregent.apps.organisation import answering
from entregent.apps.organisation.queries import Member, NotFound, house
from entregent.apps.outbox.channels import can_send

LANGUAGES = ("fr", "en")
"""In which we answer."""


def seen_by(viewer: Member) -> QuerySet[Conversation]:
    """Conversations that a viewer may see."""
    if not viewer.is_active:
        return Conversation.objects.none()
    if viewer.may_work:
        return Conversation.objects.all()
    return Conversation.objects.filter(is_public=True)


def reach(viewer: Member, conversation_id: int) -> Conversation:
    """One conversation, or `NotFound`."""
    found = seen_by(viewer).filter(pk=conversation_id).first()
    if found is None:
        raise NotFound
    return found


def reach_ask(viewer: Member, ask_id: int) -> Ask:
    """One question between functions, or `NotFound`; guests see none."""
    found = Ask.objects.filter(pk=ask_id).first() if viewer.may_work else None
    if found is None:
        raise NotFound
    return found


def reach_draft(viewer: Member, draft_id: int) -> Draft:
    """One draft that is still being written or approved, or `NotFound`."""
    found = (
        Draft.objects.filter(pk=draft_id, conversation__in=seen_by(viewer))
        .exclude(state=Draft.State.LEFT)
        .first()
    )
    if found is None or not (viewer.may_work or found.member_id == viewer.pk):
        raise NotFound
    return found


def is_management(member: Member) -> bool:
    """Whether a member decides for the house: its owners, and its general management."""
    if member.is_owner:
        return True
    mine = member.function_id
    return member.may_work and mine is not None and mine == management()


def management() -> int | None:
    """The function that decides."""
    return answering.functions_by_slug().get(MANAGEMENT)


def may_answer(member: Member, ask_function_id: int) -> bool:
    """Whether a member may answer a question put to a function: its own members, and owners."""
    return member.is_owner or (member.may_work and member.function_id == ask_function_id)


def approver_members(subject_id: int | None, *, but: int | None = None) -> list[Member]:
    """Who may approve answers on a subject: those trusted on it, else the owners."""
    found = answering.trusted_members(subject_id) if subject_id is not None else []
    able = [member for member in found if member.may_work and member.pk != but]
    return able or [
        member
        for member in Member.objects.filter(Q(role="owner"), is_active=True).order_by("pk")
        if member.pk != but
    ]


def may_close(member: Member) -> bool:
    """Whether a member may close the crisis room."""
    by_slug = answering.functions_by_slug()
    press = {by_slug[slug] for slug in PRESS if slug in by_slug}
    return member.is_owner or (member.may_work and member.function_id in press)


def own_draft(member: Member, row: Conversation) -> Draft | None:
    """A member's draft in a conversation, if they write one."""
    found = Draft.objects.filter(conversation=row, member=member)
    return found.exclude(state=Draft.State.LEFT).first()


def answer_language(row: Conversation) -> str:
    """Language in which to answer: the person's, else that of their words, else the house's."""
    line = account_lines([row.account_id]).get(row.account_id)
    for language in ((line.language if line else ""), row.language):
        if language[:2] in LANGUAGES:
            return language[:2]
    place = house()
    return place.default_language if place is not None else LANGUAGES[0]


def greeting(row: Conversation) -> str:
    """How an answer to somebody begins: by their first name where we know it."""
    line = account_lines([row.account_id]).get(row.account_id)
    name = line.name.split()[0] if line and line.person_id and line.name.split() else ""
    form = (line.address_form if line else "") or answering.default_address_form()
    language = answer_language(row)
    hello = "Hello" if language == "en" else "Salut" if form == "tu" else "Bonjour"
    return f"{hello} {name}," if name else f"{hello},"


def signature(member: Member, language: str) -> str:
    """How a member signs in a language: « — Odile, billetterie »."""
    with translation.override(language):
        function = answering.function_names().get(member.function_id or 0, "")
    # « RP » and the like stay as they are.
    lowered = function if function[1:2].isupper() else function[:1].lower() + function[1:]
    first = member.name.split()[0] if member.name.split() else member.name
    return f"— {first}, {lowered}" if function else f"— {first}"


def refusal_of(row: Conversation, *, is_public: bool, now: datetime) -> str:
    """Why nothing can be sent in a conversation; empty if something can."""
    if not can_send(row.network) or our_account(row.our_uri, row.network) is None:
        return "no_channel"
    if row.is_public == is_public and row.window_until is not None and row.window_until <= now:
        return "window_closed"
    return ""
