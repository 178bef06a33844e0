"""The numbers of a crisis: how much was said that night, and in what state of mind since."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_GET

from entregent.apps.coordinate.queries import access_crisis
from entregent.apps.coordinate.queries_lines import CrisisSheet
from entregent.apps.coordinate.queries_said import said_about
from entregent.apps.measure.queries import several_series
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.organisation.signed_in import member_of
from entregent.site.charts import after
from entregent.site.charts.hand import scheme_of
from entregent.site.csv_cells import response

BEFORE = timedelta(hours=1)
NIGHT = timedelta(hours=6)
QUARTER = timedelta(minutes=15)
WEEKS_BEFORE, WEEKS_AFTER = 6, 26
KINDS = ("night", "mind")


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """Messages about a crisis in a quarter of an hour, and the people who wrote them."""

    at: datetime
    messages: int
    people: int


@dataclass(frozen=True, slots=True)
class WeekRow:
    """State of mind in a week that begins on `day`; what the machine does not know is told too."""

    day: date
    positive: int
    negative: int
    unknown: int

    @property
    def negative_share(self) -> float | None:
        """Share of the displeased among those of whom it is known; None if there are none."""
        known = self.positive + self.negative
        return self.negative / known if known else None


def night_rows(viewer: Member, sheet: CrisisSheet) -> list[QuarterRow]:
    """Everything said to us from an hour before the room was opened to six hours after."""
    opened = sheet.opened_at.replace(
        minute=sheet.opened_at.minute // 15 * 15, second=0, microsecond=0
    )
    start, until = opened - BEFORE, opened + NIGHT
    messages: Counter[datetime] = Counter()
    people: dict[datetime, set[int]] = {}
    for said in said_about(viewer, "", start, until):
        quarter = start + (said.at - start) // QUARTER * QUARTER
        messages[quarter] += 1
        people.setdefault(quarter, set()).add(said.account_id)
    quarters = [start + number * QUARTER for number in range((until - start) // QUARTER)]
    return [QuarterRow(at, messages[at], len(people.get(at, ()))) for at in quarters]


def mind_rows(viewer: Member, sheet: CrisisSheet) -> list[WeekRow]:
    """Whole weeks of all mentions, from before the crisis to half a year after it."""
    week = timedelta(days=7)
    opened = timezone.localtime(sheet.opened_at).date()
    monday = opened - timedelta(days=opened.weekday())
    start = monday - WEEKS_BEFORE * week
    last = min(monday + WEEKS_AFTER * week, timezone.localdate()) - timedelta(days=1)
    wanted = [("mentions", ""), ("positive", ""), ("negative", "")]
    counted = several_series(viewer, wanted, first_day=start, last_day=last)
    sums = [
        [
            int(sum(value or 0 for value in series.values[first : first + 7]))
            for first in range(0, len(series.days) - 6, 7)
        ]
        for series in counted
    ]
    return [
        WeekRow(start + number * week, positive, negative, mentions - positive - negative)
        for number, (mentions, positive, negative) in enumerate(zip(*sums, strict=True))
    ]


@require_GET
def crisis_numbers(request: HttpRequest, crisis_id: int) -> HttpResponse:
    """Show both charts of a crisis with their tables; htmx puts them into its page."""
    viewer = member_of(request)
    sheet = access_crisis(viewer, crisis_id)
    context = {
        "sheet": sheet,
        "night": [row for row in night_rows(viewer, sheet) if row.messages],
        "weeks": mind_rows(viewer, sheet),
    }
    whole = not getattr(request, "htmx", None)
    page = "pages/crisis_numbers.html" if whole else "pages/_crisis_numbers.html"
    return render(request, page, context)


@require_GET
def crisis_chart(request: HttpRequest, crisis_id: int, kind: str) -> HttpResponse:
    """Give one of the two charts as a Vega-Lite specification."""
    viewer = member_of(request)
    sheet = access_crisis(viewer, crisis_id)
    ink = scheme_of(request.GET.get("scheme"))
    language = (get_language() or "fr")[:2]
    if kind == "night":
        rows = [
            {
                "at": _local(row.at),
                "end": _local(row.at + QUARTER - timedelta(seconds=30)),
                "n": row.messages,
            }
            for row in night_rows(viewer, sheet)
        ]
        opened = timezone.localtime(sheet.opened_at).replace(tzinfo=None).isoformat()
        return JsonResponse(after.night_chart(rows, opened=opened, ink=ink, language=language))
    if kind == "mind":
        weeks: list[dict[str, Any]] = [
            {"day": row.day.isoformat(), "share": row.negative_share}
            for row in mind_rows(viewer, sheet)
        ]
        opened = timezone.localtime(sheet.opened_at).date().isoformat()
        return JsonResponse(after.mind_chart(weeks, opened=opened, ink=ink, language=language))
    raise NotFound


@require_GET
def crisis_table(request: HttpRequest, crisis_id: int, kind: str) -> HttpResponse:
    """Give the rows of one of the two charts as CSV."""
    viewer = member_of(request)
    sheet = access_crisis(viewer, crisis_id)
    if kind == "night":
        return response(
            f"crisis-{crisis_id}-night.csv",
            (gettext("time"), gettext("messages"), gettext("people")),
            [(row.at, row.messages, row.people) for row in night_rows(viewer, sheet)],
        )
    if kind == "mind":
        return response(
            f"crisis-{crisis_id}-mind.csv",
            (
                gettext("week from"),
                gettext("pleased"),
                gettext("displeased"),
                gettext("neither, or not known"),
            ),
            [(r.day, r.positive, r.negative, r.unknown) for r in mind_rows(viewer, sheet)],
        )
    raise NotFound


def _local(moment: datetime) -> str:
    return timezone.localtime(moment).replace(tzinfo=None).isoformat()
