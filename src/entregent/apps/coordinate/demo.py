"""The demonstration's lines, asks, crisis and decisions; its conversations come by what is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from entregent.apps.coordinate.actions import answer_ask
from entregent.apps.coordinate.models import (
    ApprovedLine,
    Ask,
    AskedFor,
    Change,
    Conversation,
    Crisis,
    CrisisEntry,
    Decision,
    Draft,
    Message,
    Note,
)
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.answering import function_members
from entregent.apps.remember.queries import account_ids
from entregent.simulation.world import (
    AskFacts,
    ChangeFacts,
    CrisisFacts,
    DecisionFacts,
    LineFacts,
    StagedFacts,
)
from entregent.understanding.queries import fold, parse


def count_conversations() -> int:
    """How many conversations there are."""
    return Conversation.objects.count()


def conversations_of(threads: Sequence[str]) -> dict[str, int]:
    """Numbers of the conversations of some threads."""
    return dict(Conversation.objects.filter(thread__in=threads).values_list("thread", "pk"))


@transaction.atomic
def stage(
    *,
    lines: Sequence[LineFacts],
    asks: Sequence[AskFacts],
    staged: Sequence[StagedFacts],
    crises: Sequence[CrisisFacts],
    decisions: Sequence[DecisionFacts],
    changes: Sequence[ChangeFacts],
    members: Mapping[str, int],
    functions: Mapping[str, int],
    subjects: Mapping[str, int],
    now: datetime,
) -> None:
    """Write what stands around the conversations, which are there already."""
    Conversation.objects.filter(account__is_demo=True).update(is_demo=True)
    ApprovedLine.objects.bulk_create(
        ApprovedLine(
            subject_id=subjects[each.subject],
            text_fr=each.text_fr,
            text_en=each.text_en,
            function_id=functions[each.function],
            until=each.until,
            is_demo=True,
        )
        for each in lines
    )
    _asks(asks, members, functions)
    _held(staged, members, now)
    _crises(crises, members)
    _decisions(decisions, members)
    _changes(changes, functions)
    audit(
        acting_user=None,
        action="coordinate.demonstration_staged",
        subject="conversation:demo",
        changes={"rows": [0, len(asks) + len(staged)]},
    )


def _asks(
    asks: Sequence[AskFacts], members: Mapping[str, int], functions: Mapping[str, int]
) -> None:
    threads = conversations_of([each.thread for each in asks])
    Ask.objects.bulk_create(
        Ask(
            conversation_id=threads[each.thread],
            asked_by_id=members[each.asked_by],
            function_id=functions[each.function],
            question=each.question,
            asked_at=each.asked_at,
            due_at=each.due_at,
            state=Ask.State.ANSWERED if each.answered_at else Ask.State.OPEN,
            answer=each.answer,
            answered_by_id=members[each.answered_by] if each.answered_by else None,
            answered_at=each.answered_at,
            is_demo=True,
        )
        for each in asks
    )


def _held(staged: Sequence[StagedFacts], members: Mapping[str, int], now: datetime) -> None:
    threads = conversations_of([each.thread for each in staged])
    for each in staged:
        found = Conversation.objects.filter(pk=threads[each.thread])
        if each.member:
            found.update(member_id=members[each.member])
        if each.left_reason:
            found.update(
                state=Conversation.State.LEFT,
                left_reason=each.left_reason,
                waiting_since=None,
                due_at=None,
            )
        if each.note:
            author = each.note_by or each.member
            Note.objects.create(
                conversation_id=threads[each.thread],
                member_id=members[author or next(iter(members))],
                text=each.note,
                at=now,
            )


def _crises(crises: Sequence[CrisisFacts], members: Mapping[str, int]) -> None:
    for each in crises:
        crisis = Crisis.objects.create(
            name=each.name,
            opened_at=each.opened_at,
            opened_by_id=members[each.opened_by],
            closed_at=each.closed_at,
            query=each.query,
            is_demo=True,
        )
        CrisisEntry.objects.bulk_create(
            CrisisEntry(
                crisis=crisis,
                at=entry.at,
                kind=entry.kind,
                text_fr=entry.text_fr,
                text_en=entry.text_en,
                member_id=members[entry.member] if entry.member else None,
            )
            for entry in each.entries
        )


def _decisions(decisions: Sequence[DecisionFacts], members: Mapping[str, int]) -> None:
    for each in decisions:
        Decision.objects.create(
            question_fr=each.question_fr,
            question_en=each.question_en,
            options=[{"fr": fr, "en": en} for fr, en in each.options],
            query=each.query,
            people=people_who_spoke_of(each.query),
            due_on=each.due_on,
            decided_at=each.decided_at,
            decided_by_id=members[each.decided_by] if each.decided_by else None,
            choice=each.choice,
            is_demo=True,
        )


def people_who_spoke_of(query: str) -> int:
    """How many accounts said something that a query finds, in all conversations."""
    if not query:
        return 0
    asked = parse(query)
    found = Message.objects.filter(is_ours=False).values_list("account_id", "text")
    return len({account for account, text in found.iterator(5_000) if asked.matches(fold(text))})


def _changes(changes: Sequence[ChangeFacts], functions: Mapping[str, int]) -> None:
    for each in changes:
        change = Change.objects.create(
            what_fr=each.what_fr,
            what_en=each.what_en,
            done_on=each.done_on,
            function_id=functions[each.function],
            is_demo=True,
        )
        ids = account_ids(each.asked)
        AskedFor.objects.bulk_create(
            AskedFor(change=change, account_id=ids[uri], told_at=each.told.get(uri))
            for uri in each.asked
            if uri in ids
        )


@dataclass(frozen=True, slots=True)
class WaitingAsk:
    """An ask that nobody has answered: its number, its conversation's subject and language."""

    id: int
    subject: str
    language: str


def asks_waiting_for_colleagues(*, before: datetime) -> list[WaitingAsk]:
    """Asks put since the demonstration began, by whoever tries it; those staged keep waiting."""
    loaded = Ask.objects.filter(state=Ask.State.OPEN, is_demo=False, asked_at__lt=before)
    found = loaded.order_by("pk").values_list(
        "pk", "conversation__subject__slug", "conversation__language"
    )
    return [WaitingAsk(pk, slug or "", language) for pk, slug, language in found]


def colleague_answers(*, ask_id: int, text: str) -> bool:
    """Answer an ask as the first invented member of its function; whether there is one."""
    ask = Ask.objects.get(pk=ask_id)
    invented = [member for member in function_members(ask.function_id) if member.is_demo]
    if not invented:
        return False
    answer_ask(acting_user=invented[0], ask_id=ask_id, answer=text)
    return True


@transaction.atomic
def remove_demonstration() -> None:
    """Remove the demonstration's conversations and everything around them."""
    demo = Q(is_demo=True) | Q(account__is_demo=True)
    gone = Conversation.objects.filter(demo)
    Ask.objects.filter(conversation__in=gone).delete()
    Draft.objects.filter(conversation__in=gone).delete()
    Note.objects.filter(conversation__in=gone).delete()
    Message.objects.filter(conversation__in=gone).delete()
    gone.delete()
    ApprovedLine.objects.filter(is_demo=True).delete()
    Crisis.objects.filter(is_demo=True).delete()
    Decision.objects.filter(is_demo=True).delete()
    Change.objects.filter(is_demo=True).delete()
