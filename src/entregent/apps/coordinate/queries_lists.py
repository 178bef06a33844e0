"""Conversations in lists: who waits, what waits with whom."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from entregent.apps.coordinate.hours import HouseHours
from entregent.apps.coordinate.models import Ask, Conversation, Draft, Message
from entregent.apps.coordinate.queries_access import (
    may_answer,
    reach_ask,
    reach_draft,
    seen_by,
)
from entregent.apps.coordinate.queries_accounts import account_lines, promises_due
from entregent.apps.coordinate.queries_lines import (
    AccountLine,
    AskLine,
    ConversationsPage,
    DraftLine,
    ToldLine,
    WaitingLine,
)
from entregent.apps.organisation import answering
from entregent.apps.organisation.folded import folded
from entregent.apps.organisation.queries import Member
from entregent.understanding.queries import QueryError, fold, parse

PAGE = 30
_FIRST_LINE = 160
_MOST_FOUND = 30_000
"""Conversations that a query finds at most: what a database takes as one list."""
_QUERY_SIGNS = re.compile(r'["*()#@]|\b(?:AND|OR|NOT|ET|OU|SAUF)\b')

State = Conversation.State


def who_waits(viewer: Member, limit: int = 20) -> list[WaitingLine]:
    """Who waits for us: by deadline, then by the promise that is due first, never by followers."""
    rows = seen_by(viewer).filter(state=State.WAITING).order_by("due_at", "pk")
    return sorted(lines_of(viewer, rows[:limit]), key=_by_deadline)


def waiting_count(viewer: Member) -> int:
    """How many conversations wait for us."""
    return seen_by(viewer).filter(state=State.WAITING).count()


def inbox(limit: int = 50) -> list[WaitingLine]:
    """Who waits, without an access check: for this machine's own command line."""
    rows = Conversation.objects.filter(state=State.WAITING).order_by("due_at", "pk")
    return sorted(lines_of(None, rows[:limit]), key=_by_deadline)


def count_waiting() -> int:
    """How many wait, without an access check: for this machine's own command line."""
    return Conversation.objects.filter(state=State.WAITING).count()


def waiting_of(viewer: Member, account_ids: Iterable[int]) -> list[WaitingLine]:
    """What some accounts wait for."""
    rows = seen_by(viewer).filter(state=State.WAITING, account_id__in=list(account_ids))
    return lines_of(viewer, rows.order_by("due_at", "pk")[:50])


def conversations(
    viewer: Member,
    which: str = "waiting",
    *,
    side: str = "",
    words: str = "",
    start: datetime | None = None,
    until: datetime | None = None,
    number: int = 1,
) -> ConversationsPage:
    """One page of conversations.

    Parameters
    ----------
    which
        ``waiting``, ``mine``, ``function``, ``left`` or ``all``; those who wait come first.
    side
        ``public``, ``private``, or empty for both.
    words
        Found in what was said; empty for everything. With the signs of saved queries it is one.
    start, until
        Something of theirs was said in ``[start, until)``; aware, None for no limit.
    number
        From 1; what is too large gives the last page.
    """
    rows = _which(viewer, which)
    if side in {"public", "private"}:
        rows = rows.filter(is_public=side == "public")
    rows = _said_between(rows, start, until)
    rows = _said(rows, words, start, until)
    total = rows.count()
    last = max(1, -(-total // PAGE))
    number = min(max(1, number), last)
    # Waiting first by deadline, then the newest: NULLs stand last on every database.
    ordered = rows.order_by(_waiting_first(), "due_at", "-last_at", "-pk")
    shown = ordered[(number - 1) * PAGE : number * PAGE]
    return ConversationsPage(lines_of(viewer, shown), number, total, number < last)


def _between(start: datetime | None, until: datetime | None) -> QuerySet[Message]:
    found = Message.objects.all()
    if start is not None:
        found = found.filter(at__gte=start)
    return found if until is None else found.filter(at__lt=until)


def _said_between(
    rows: QuerySet[Conversation], start: datetime | None, until: datetime | None
) -> QuerySet[Conversation]:
    if start is None and until is None:
        return rows
    theirs = _between(start, until).filter(is_ours=False)
    return rows.filter(pk__in=theirs.values("conversation_id"))


def _said(
    rows: QuerySet[Conversation], words: str, start: datetime | None, until: datetime | None
) -> QuerySet[Conversation]:
    """Conversations in which words were said, or in which one text is what a query asks for."""
    if _QUERY_SIGNS.search(words):
        try:
            asked = parse(words)
        except QueryError:
            pass
        else:
            said = _between(start, until).filter(conversation__in=rows)
            texts = said.values_list("conversation_id", "text").iterator(5_000)
            found = {pk for pk, text in texts if asked.matches(fold(text))}
            return rows.filter(pk__in=sorted(found)[-_MOST_FOUND:])
    for word in words.split()[:8]:
        said = _between(start, until).filter(text__folded__contains=folded(word))
        rows = rows.filter(pk__in=said.values("conversation_id"))
    return rows


def _which(viewer: Member, which: str) -> QuerySet[Conversation]:
    rows = seen_by(viewer)
    if which == "all":
        return rows
    if which == "left":
        return rows.filter(state=State.LEFT)
    if which == "mine":
        return rows.filter(member=viewer).exclude(state=State.LEFT)
    if which == "function":
        held = Q(function_id=viewer.function_id) if viewer.function_id else Q(pk=None)
        return rows.filter(held).exclude(state=State.LEFT)
    return rows.filter(state=State.WAITING)


def _waiting_first() -> Any:
    from django.db.models import Case, IntegerField, Value, When

    return Case(
        When(state=State.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField()
    )


def _by_deadline(line: WaitingLine) -> tuple[bool, datetime, bool, Any, int]:
    due = line.due_at or line.last_at
    promise = line.promise_due_on
    return (line.due_at is None, due, promise is None, promise, line.id)


def lines_of(viewer: Member | None, rows: Iterable[Conversation]) -> list[WaitingLine]:
    """Conversations as lines, in few queries; promises and asks only for whoever works here."""
    listed = list(rows)
    ids = [row.pk for row in listed]
    names = answering.function_names()
    accounts = account_lines(row.account_id for row in listed)
    members = member_names(row.member_id for row in listed)
    works = viewer if viewer is not None and viewer.may_work else None
    promises = promises_due(works, accounts) if works is not None else {}
    asks = _under_way(works, ids) if works is not None else {}
    words = _first_words(listed)
    hours, now = HouseHours(), timezone.now()
    lines = []
    for row in listed:
        account = accounts[row.account_id]
        due = promises.get(row.account_id)
        since = row.waiting_since
        lines.append(
            WaitingLine(
                id=row.pk,
                account=account,
                network=row.network,
                is_public=row.is_public,
                state=row.state,
                first_line=words.get(row.pk, ""),
                language=row.language,
                last_at=row.last_at,
                waiting_since=since,
                waited=None if since is None else hours.worked(since, now),
                due_at=row.due_at,
                is_late=row.due_at is not None and row.due_at < now,
                function_id=row.function_id,
                function=names.get(row.function_id or 0, ""),
                member_id=row.member_id,
                member=members.get(row.member_id or 0, ""),
                subject_id=row.subject_id,
                state_of_mind=row.state_of_mind,
                intents=tuple(row.intents),
                promise_due_on=due[0][0] if due else None,
                ask=asks.get(row.pk),
                left_reason=row.left_reason,
            )
        )
    return lines


def _first_words(rows: Sequence[Conversation]) -> dict[int, str]:
    """First line of what waits in each conversation, else of their newest words."""
    since = {row.pk: row.waiting_since for row in rows}
    found: dict[int, str] = {}
    said = Message.objects.filter(
        conversation_id__in=since, account_id=F("conversation__account_id")
    ).order_by("at")
    for pk, at, text in said.values_list("conversation_id", "at", "text"):
        start = since[pk]
        if not text or (start is not None and pk in found):
            continue
        if start is None or at >= start:
            found[pk] = first_line(text)
    return found


def first_line(text: str) -> str:
    """The first line of a text, cut at a word where it is long."""
    line = next((each.strip() for each in text.splitlines() if each.strip()), "")
    if len(line) <= _FIRST_LINE:
        return line
    return line[:_FIRST_LINE].rsplit(" ", 1)[0].rstrip(",;: ") + "…"


def member_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Names of colleagues, by id."""
    wanted = {pk for pk in ids if pk is not None}
    if not wanted:
        return {}
    return dict(Member.objects.filter(pk__in=wanted).values_list("pk", "name"))


def _under_way(viewer: Member, ids: Sequence[int]) -> dict[int, AskLine]:
    rows = Ask.objects.filter(conversation_id__in=ids, state=Ask.State.OPEN).order_by("-due_at")
    # The one that is due first stays: it comes last.
    return {line.conversation_id: line for line in ask_lines(viewer, rows)}


def ask_lines(viewer: Member, rows: Iterable[Ask]) -> list[AskLine]:
    """Questions between functions as lines."""
    listed = list(rows.select_related("conversation") if isinstance(rows, QuerySet) else rows)
    if not listed:
        return []
    names = answering.function_names()
    people = member_names(pk for ask in listed for pk in (ask.asked_by_id, ask.answered_by_id))
    accounts = account_lines(ask.conversation.account_id for ask in listed)
    now = timezone.now()
    return [
        AskLine(
            id=ask.pk,
            conversation_id=ask.conversation_id,
            account=accounts[ask.conversation.account_id].name,
            function_id=ask.function_id,
            function=names.get(ask.function_id, ""),
            asked_by=people.get(ask.asked_by_id, ""),
            question=ask.question,
            asked_at=ask.asked_at,
            due_at=ask.due_at,
            is_late=ask.state == Ask.State.OPEN and ask.due_at < now,
            reminded_at=ask.reminded_at,
            state=ask.state,
            answer=ask.answer,
            answered_by=people.get(ask.answered_by_id or 0, ""),
            answered_at=ask.answered_at,
            may_answer=ask.state == Ask.State.OPEN and may_answer(viewer, ask.function_id),
            may_remind=ask.state == Ask.State.OPEN and viewer.may_work,
            may_use=ask.state in {Ask.State.ANSWERED, Ask.State.USED} and viewer.may_work,
        )
        for ask in listed
    ]


def access_ask(viewer: Member, ask_id: int) -> AskLine:
    """One question between functions, or `NotFound`; guests see none."""
    return ask_lines(viewer, [reach_ask(viewer, ask_id)])[0]


def conversation_of_draft(viewer: Member, draft_id: int) -> int:
    """The conversation that a draft is written in, or `NotFound`."""
    return reach_draft(viewer, draft_id).conversation_id


def answers_back(viewer: Member) -> list[AskLine]:
    """« Réponses revenues »: what came back to the viewer and was not taken up yet."""
    if not viewer.may_work:
        return []
    mine = Q(asked_by=viewer) | Q(conversation__member=viewer)
    rows = Ask.objects.filter(mine, state=Ask.State.ANSWERED).order_by("answered_at", "pk")
    return ask_lines(viewer, rows[:50])


def asks_for(viewer: Member) -> list[AskLine]:
    """« On vous demande »: open questions to the viewer's function, the most urgent first."""
    if not viewer.may_work or viewer.function_id is None:
        return []
    rows = Ask.objects.filter(function_id=viewer.function_id, state=Ask.State.OPEN)
    return ask_lines(viewer, rows.order_by("due_at", "pk")[:50])


def to_approve(viewer: Member) -> list[DraftLine]:
    """Drafts that the viewer is asked to approve, the oldest first."""
    if not viewer.may_work:
        return []
    rows = Draft.objects.filter(state=Draft.State.TO_APPROVE, approver=viewer)
    return draft_lines(viewer, rows.order_by("asked_approval_at", "pk")[:50])


def draft_lines(viewer: Member, rows: Iterable[Draft]) -> list[DraftLine]:
    """Drafts as lines."""
    listed = list(rows.select_related("conversation") if isinstance(rows, QuerySet) else rows)
    if not listed:
        return []
    people = member_names(pk for draft in listed for pk in (draft.member_id, draft.approver_id))
    accounts: dict[int, AccountLine] = account_lines(
        draft.conversation.account_id for draft in listed
    )
    return [
        DraftLine(
            id=draft.pk,
            conversation_id=draft.conversation_id,
            member_id=draft.member_id,
            member=people.get(draft.member_id, ""),
            text=draft.text,
            language=draft.language,
            is_public=draft.is_public,
            state=draft.state,
            changed_at=draft.changed_at,
            because=draft.because,
            warnings=tuple(draft.warnings),
            approver_id=draft.approver_id,
            approver=people.get(draft.approver_id or 0, ""),
            asked_approval_at=draft.asked_approval_at,
            refusal=draft.refusal,
            may_approve=draft.state == Draft.State.TO_APPROVE
            and draft.member_id != viewer.pk
            and (viewer.is_owner or draft.approver_id == viewer.pk),
            account=accounts[draft.conversation.account_id].name,
        )
        for draft in listed
    ]


def what_we_told(viewer: Member, account_ids: Iterable[int], count: int = 3) -> list[ToldLine]:
    """« Ce qu'on lui a dit »: the last things that we told some accounts, newest first."""
    rows = (
        Message.objects.filter(
            conversation__in=seen_by(viewer),
            conversation__account_id__in=list(account_ids),
            is_ours=True,
        )
        .exclude(text="")
        .order_by("-at")
        .select_related("conversation")[:count]
    )
    listed = [row for row in rows if not row.labels.get("failed")]
    people = member_names(row.member_id for row in listed)
    return [
        ToldLine(
            row.conversation_id,
            row.at,
            row.text,
            row.language,
            people.get(row.member_id or 0, ""),
            row.conversation.is_public,
        )
        for row in listed
    ]


def last_answer_at(viewer: Member) -> datetime | None:
    """When the last answer left."""
    newest = Message.objects.filter(is_ours=True, conversation__in=seen_by(viewer))
    return newest.order_by("-at").values_list("at", flat=True).first()
