"""Today: who waits, what is owed, what moved, in the order in which they matter."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET

from entregent.apps.coordinate import queries as coordinate
from entregent.apps.coordinate.queries_lines import (
    AskLine,
    ChangeLine,
    CrisisLine,
    DecisionLine,
    DraftLine,
    WaitingLine,
)
from entregent.apps.listen.queries import SourceState, source_states
from entregent.apps.listen.strips import Row, rows_of
from entregent.apps.measure import queries as measure
from entregent.apps.measure.lines import Movement, ReadOutLine
from entregent.apps.organisation.queries import Member
from entregent.apps.organisation.signed_in import member_of
from entregent.apps.remember import queries as remember
from entregent.apps.remember.lines import PromiseLine
from entregent.site.pages.charts import two_charts

MOST_SHOWN = 20
SEEN = "has_seen_two_charts"


@dataclass(frozen=True, slots=True)
class People:
    """The left column: people."""

    waiting: list[WaitingLine]
    waiting_count: int
    promises: Sequence[PromiseLine]
    kept_yesterday: int
    answers: list[AskLine]
    asked_of_us: list[AskLine]
    to_approve: list[DraftLine]
    last_answer_at: datetime | None

    @property
    def more(self) -> int:
        """How many wait that are not listed."""
        return self.waiting_count - len(self.waiting)


@dataclass(frozen=True, slots=True)
class Moved:
    """The right column: what moved, what is to be read and decided, and how listening is."""

    movements: list[Movement]
    read_outs: list[ReadOutLine]
    decisions: list[DecisionLine]
    changes: list[ChangeLine]
    sources: list[SourceState]

    @property
    def troubled(self) -> list[Row]:
        """Sources that are not up to date, the worst first."""
        return [
            row for row in rows_of(self.sources) if row.source.state not in {"current", "never"}
        ]

    @property
    def read(self) -> int:
        """How many sources are read at all."""
        return sum(source.state != "never" for source in self.sources)

    @property
    def current(self) -> int:
        """How many of them are up to date."""
        return sum(source.state == "current" for source in self.sources)


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Show the day; htmx asks for the people alone, every few seconds."""
    member = member_of(request)
    now = timezone.now()
    day = timezone.localdate(now)
    people = people_of(member, day)
    seen = _digest(people, now)
    if request.GET.get("part") == "people":
        if request.GET.get("seen") == seen:
            response = HttpResponse(status=204)
        else:
            context = {"people": people, "seen": seen, "today": day}
            response = render(request, "pages/_today_people.html", context)
        patch_vary_headers(response, ["HX-Request"])
        return response
    moved = moved_of(member, now, day)
    crisis: CrisisLine | None = coordinate.crisis_open(member)
    context = {
        "people": people,
        "moved": moved,
        "seen": seen,
        "today": day,
        "crisis": crisis,
        "due": [promise for promise in people.promises if promise.due_on <= soon(day)],
        **_first_visit(request, member),
    }
    response = render(request, "pages/today.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def people_of(member: Member, day: date) -> People:
    """Everything that concerns people today, as a member may see it."""
    works = member.may_work
    return People(
        waiting=coordinate.who_waits(member, limit=MOST_SHOWN),
        waiting_count=coordinate.waiting_count(member),
        promises=remember.open_promises(member) if works else [],
        kept_yesterday=remember.promises_kept_on(member, before(day)) if works else 0,
        answers=coordinate.answers_back(member),
        asked_of_us=coordinate.asks_for(member),
        to_approve=coordinate.to_approve(member),
        last_answer_at=coordinate.last_answer_at(member),
    )


def moved_of(member: Member, now: datetime, day: date) -> Moved:
    """What moved, what is to be read and decided."""
    return Moved(
        movements=measure.movements(member, now)[:3],
        read_outs=measure.read_outs_due(member, day),
        decisions=coordinate.decisions(member),
        changes=coordinate.changes(member),
        sources=source_states(member),
    )


def soon(day: date) -> date:
    """The day up to which a promise counts as due soon: tomorrow."""
    return date.fromordinal(day.toordinal() + 1)


def before(day: date) -> date:
    """The day before."""
    return date.fromordinal(day.toordinal() - 1)


def _first_visit(request: HttpRequest, member: Member) -> dict[str, object]:
    """The two charts, until somebody has seen them once; then they are with the campaigns."""
    if request.session.get(SEEN) and "charts" not in request.GET:
        return {}
    charts = two_charts(member)
    if charts:
        request.session[SEEN] = True
    return {"two_charts": charts}


def _digest(people: People, now: datetime) -> str:
    # The minute is part of it, since the page says how long people wait.
    said = (people, translation.get_language(), now.strftime("%H:%M"))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]
