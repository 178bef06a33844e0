"""Crises, decisions, what was changed, and how many people each function answered."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from entregent.apps.coordinate.models import Change, Crisis, Decision, Message
from entregent.apps.coordinate.queries_access import is_management, may_close
from entregent.apps.coordinate.queries_lines import (
    AnsweredLine,
    ChangeLine,
    CrisisEntryLine,
    CrisisLine,
    CrisisSheet,
    DecisionLine,
    OptionLine,
)
from entregent.apps.coordinate.queries_lists import member_names
from entregent.apps.coordinate.words import in_english
from entregent.apps.organisation import answering
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.outbox.queries import held_back, is_frozen

SHOWN_FOR = timedelta(days=180)
"""How long a change stays among those made because of what people said."""


def crises(viewer: Member) -> list[CrisisLine]:
    """Every crisis, the newest first; guests see none."""
    if not viewer.may_work:
        return []
    return [
        CrisisLine(row.pk, row.name, row.opened_at, row.closed_at)
        for row in Crisis.objects.order_by("-opened_at")
    ]


def crisis_open(viewer: Member) -> CrisisLine | None:
    """The crisis whose room is open, if one is."""
    row = Crisis.objects.filter(closed_at=None).first() if viewer.may_work else None
    if row is None:
        return None
    return CrisisLine(row.pk, row.name, row.opened_at, None, held_back())


def access_crisis(viewer: Member, crisis_id: int) -> CrisisSheet:
    """One crisis, or `NotFound`; guests see none."""
    row = Crisis.objects.filter(pk=crisis_id).first() if viewer.may_work else None
    if row is None:
        raise NotFound
    english = in_english()
    entries = list(row.entries.order_by("at", "pk"))
    people = member_names([row.opened_by_id, *(each.member_id for each in entries)])
    is_open = row.closed_at is None
    return CrisisSheet(
        id=row.pk,
        name=row.name,
        opened_at=row.opened_at,
        opened_by=people.get(row.opened_by_id or 0, ""),
        closed_at=row.closed_at,
        query=row.query,
        entries=[
            CrisisEntryLine(
                each.at,
                each.kind,
                each.text_en if english else each.text_fr,
                people.get(each.member_id or 0, ""),
            )
            for each in entries
        ],
        is_frozen=is_open and is_frozen(),
        held_back=held_back() if is_open else 0,
        may_act=viewer.may_work,
        may_close=is_open and may_close(viewer),
    )


def decisions(viewer: Member) -> list[DecisionLine]:
    """Decisions to take, the most urgent first: for management only."""
    if not is_management(viewer):
        return []
    return [_decision(row) for row in Decision.objects.filter(decided_at=None).order_by("due_on")]


def decided(viewer: Member, count: int = 10) -> list[DecisionLine]:
    """Decisions that were taken, the newest first: for whoever works here."""
    if not viewer.may_work:
        return []
    rows = Decision.objects.filter(decided_at__isnull=False).order_by("-decided_at")
    return [_decision(row) for row in rows.select_related("decided_by")[:count]]


def _decision(row: Decision) -> DecisionLine:
    english = in_english()
    options = tuple(
        OptionLine(index, option["en" if english else "fr"])
        for index, option in enumerate(row.options)
    )
    return DecisionLine(
        id=row.pk,
        question=row.question_en if english else row.question_fr,
        options=options,
        people=row.people,
        due_on=row.due_on,
        decided_at=row.decided_at,
        decided_by=row.decided_by.name if row.decided_by else "",
        choice=options[row.choice] if row.choice is not None else None,
    )


def changes(viewer: Member) -> list[ChangeLine]:
    """« Changé grâce à eux »: what was changed lately because people asked, the newest first."""
    if not viewer.may_work:
        return []
    english = in_english()
    names = answering.function_names()
    rows = Change.objects.filter(done_on__gte=timezone.localdate() - SHOWN_FOR).annotate(
        asked=Count("asked_for"),
        told=Count("asked_for", filter=Q(asked_for__told_at__isnull=False)),
    )
    return [
        ChangeLine(
            row.pk,
            row.what_en if english else row.what_fr,
            row.done_on,
            names.get(row.function_id, ""),
            row.asked,
            row.told,
            row.asked - row.told,
        )
        for row in rows.order_by("-done_on", "-pk")
    ]


def answered_by_function(viewer: Member, first_day: date, last_day: date) -> list[AnsweredLine]:
    """How many people each function answered in ``[first_day, last_day]``, most first.

    A person counts once for each function that answered them. The function is that of the member
    who wrote, else the one that holds the conversation.
    """
    if not viewer.is_active:
        raise NotFound
    zone = answering.hours().zone
    start = datetime.combine(first_day, time(), zone)
    end = datetime.combine(last_day + timedelta(days=1), time(), zone)
    names = answering.function_names()
    of_member = {
        member.pk: function for function in names for member in answering.function_members(function)
    }
    rows = Message.objects.filter(is_ours=True, at__gte=start, at__lt=end).values_list(
        "member_id", "conversation__function_id", "conversation__account_id"
    )
    people: dict[int, set[int]] = defaultdict(set)
    for member, holder, account in rows.distinct():
        function = of_member.get(member, holder)
        if function is not None:
            people[function].add(account)
    lines = [AnsweredLine(pk, names[pk], len(found)) for pk, found in people.items() if pk in names]
    return sorted(lines, key=lambda line: (-line.people, line.function))
