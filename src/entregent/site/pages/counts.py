"""Counts by hour and by day, for analysts: a roll-up as chart, table and CSV."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from entregent.apps.address import queries as address
from entregent.apps.listen import tiles
from entregent.apps.listen.queries import collections, local_day, zone_of_days
from entregent.apps.listen.tiles import Tile, TileRefused
from entregent.apps.listen.words import NETWORKS, REASONS
from entregent.apps.organisation.answering import function_names, functions_by_slug, public_names
from entregent.apps.organisation.answering import publics as every_public
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.organisation.signed_in import member_of
from entregent.apps.understand.queries import saved_queries
from entregent.lake.days import start_of
from entregent.lake.rollups.registry import ROLL_UPS, SEVERAL
from entregent.site.charts.counted import counted_chart
from entregent.site.charts.drawing import svg
from entregent.site.charts.hand import scheme_of
from entregent.site.csv_cells import response

LENGTHS = {"hour": timedelta(days=3), "day": timedelta(days=90)}
"""How far back the page looks."""
MOST_ROWS = 400
"""Rows of the table; the CSV has all."""

NAMES = {
    "source": gettext_lazy("Everything, by source and type"),
    "state_of_mind": gettext_lazy("States of mind and languages"),
    "intent": gettext_lazy("Intents"),
    "campaign": gettext_lazy("Campaigns"),
    "query": gettext_lazy("Saved queries"),
    "function": gettext_lazy("Functions"),
    "public": gettext_lazy("Publics"),
}
DIMENSIONS = {
    "source": gettext_lazy("source"),
    "type": gettext_lazy("type"),
    "language": gettext_lazy("language"),
    "state_of_mind": gettext_lazy("state of mind"),
    "intent": gettext_lazy("intent"),
    "campaign": gettext_lazy("campaign"),
    "query": gettext_lazy("saved query"),
    "function": gettext_lazy("function"),
    "public": gettext_lazy("public"),
}
_WORDS = {
    "state_of_mind": {
        "positive": gettext_lazy("pleased"),
        "negative": gettext_lazy("displeased"),
        "mixed": gettext_lazy("mixed"),
        "neutral": gettext_lazy("neutral"),
    },
    "intent": {
        "question": gettext_lazy("question"),
        "complaint": gettext_lazy("complaint"),
        "praise": gettext_lazy("praise"),
        "purchase": gettext_lazy("purchase"),
        "promotion": gettext_lazy("promotion"),
        "job": gettext_lazy("job"),
        "press": gettext_lazy("press"),
    },
    "language": {"fr": gettext_lazy("French"), "en": gettext_lazy("English")},
}


@dataclass(frozen=True)
class Shown:
    """What the page, its chart and its CSV are made from."""

    viewer: Member
    tile: Tile
    by: str

    @property
    def name(self) -> str:
        """What is counted, in words."""
        return str(NAMES[self.tile.roll_up])

    @property
    def unit(self) -> str:
        """What a bar counts."""
        texts = ROLL_UPS[self.tile.roll_up].counts_texts
        if self.tile.grain == "hour":
            return _("texts per hour") if texts else _("activities per hour")
        return _("texts per day") if texts else _("activities per day")

    @property
    def is_several(self) -> bool:
        """Whether one activity may stand in several rows of one hour or day."""
        return self.by in SEVERAL

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Values of the dimension told apart, in words, as far as they have any."""
        if self.by in _WORDS:
            return {value: str(word) for value, word in _WORDS[self.by].items()}
        named = _NAMED.get(self.by)
        return named(self.viewer) if named is not None else {}

    def word(self, value: str | None) -> str:
        """A value in words."""
        return _("unknown") if value is None else self.names.get(value, value)

    @property
    def rows(self) -> list[tuple[datetime, str, int | None, int | None, str]]:
        """Start, value, activities, accounts and what was collected; newest first."""
        return [
            (
                row.start,
                self.word(row.values[0]) if row.values else "",
                row.activities,
                row.accounts,
                row.collected,
            )
            for row in reversed(self.tile.rows)
        ]

    @property
    def complete_until(self) -> datetime | None:
        """Before it, everything that was heard is counted."""
        return self.tile.complete_until

    @property
    def missing(self) -> list[tuple[str, datetime, datetime, str]]:
        """Source, start, end and reason of each time that was not collected."""
        networks = _of_sources(self.viewer)
        return [
            (
                networks.get(each.source, each.source),
                each.start,
                each.until,
                str(REASONS.get(each.reason, each.reason)),
            )
            for each in self.tile.missing
        ]

    @property
    def description(self) -> str:
        """What the chart shows, for whoever does not see it."""
        counted = _("%(total)s in all") % {"total": self.tile.total}
        return f"{self.name}, {self.unit}. {counted}."


def _of_sources(viewer: Member) -> dict[str, str]:
    del viewer
    return {each.slug: str(NETWORKS.get(each.network, each.slug)) for each in collections()}


def _of_functions(viewer: Member) -> dict[str, str]:
    del viewer
    names = function_names()
    return {slug: names[pk] for slug, pk in functions_by_slug().items()}


def _of_publics(viewer: Member) -> dict[str, str]:
    del viewer
    names = dict(public_names())
    return {each.slug: names[each.id] for each in every_public()}


_NAMED: Mapping[str, Callable[[Member], dict[str, str]]] = {
    "source": _of_sources,
    "campaign": lambda viewer: {each.slug: each.name for each in address.campaigns(viewer)},
    "query": lambda viewer: {str(each.id): each.name for each in saved_queries(viewer)},
    "function": _of_functions,
    "public": _of_publics,
}


@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """Show a roll-up: by hour or by day, in all or by one of its dimensions."""
    shown = _shown(request)
    rows = shown.rows
    roll_up = ROLL_UPS[shown.tile.roll_up]
    context = {
        "shown": shown,
        "rows": rows[:MOST_ROWS],
        "more_rows": max(len(rows) - MOST_ROWS, 0),
        "roll_ups": [(name, NAMES[name], name == roll_up.name) for name in ROLL_UPS],
        "grains": [
            ("day", _("by day, 90 days"), shown.tile.grain == "day"),
            ("hour", _("by hour, 3 days"), shown.tile.grain == "hour"),
        ],
        "dimensions": [(each, DIMENSIONS[each], each == shown.by) for each in roll_up.dimensions],
        "dimension": DIMENSIONS.get(shown.by, ""),
        "asked": request.GET.urlencode(),
    }
    return render(request, "pages/counts.html", context)


@require_GET
def chart(request: HttpRequest) -> HttpResponse:
    """Give the chart as a Vega-Lite specification."""
    return JsonResponse(_specification(request))


@require_GET
def picture(request: HttpRequest) -> HttpResponse:
    """Give the chart as a picture."""
    return HttpResponse(svg(_specification(request)), content_type="image/svg+xml")


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """Give the rows as CSV; an empty cell is 'not collected', never zero."""
    shown = _shown(request)
    tile = shown.tile
    header = (
        _("start"),
        *((str(DIMENSIONS[shown.by]),) if shown.by else ()),
        _("texts") if ROLL_UPS[tile.roll_up].counts_texts else _("activities"),
        _("distinct accounts"),
        _("collected"),
    )
    rows = [
        (
            _there(row.start) if tile.grain == "hour" else _there(row.start).date(),
            *((shown.word(row.values[0]),) if shown.by else ()),
            row.activities,
            row.accounts,
            row.collected,
        )
        for row in tile.rows
    ]
    return response(f"{tile.roll_up}-{tile.grain}.csv", header, rows)


def _shown(request: HttpRequest) -> Shown:
    viewer = member_of(request)
    name = request.GET.get("roll_up", "source")
    grain = request.GET.get("grain", "day")
    by = request.GET.get("by", "")
    if name not in ROLL_UPS or grain not in LENGTHS:
        raise NotFound
    if by not in ROLL_UPS[name].dimensions:
        # Another roll-up was chosen, and the dimension of the last one stayed in the form.
        by = ""
    since, until = _span(grain)
    try:
        told = tiles.tile(viewer, name, since, until, grain=grain, by=(by,) if by else ())
    except TileRefused as refused:
        raise NotFound from refused
    return Shown(viewer, told, by)


def _span(grain: str) -> tuple[datetime, datetime]:
    """What is shown of a grain: the last hours, or the last days with today."""
    until = timezone.now()
    if grain == "hour":
        return until - LENGTHS[grain], until
    # From one day to another, not from one instant: a day may have 23 or 25 hours.
    first = local_day(until) - LENGTHS[grain] + timedelta(days=1)
    return start_of(first, zone_of_days()), until


def _specification(request: HttpRequest) -> dict[str, object]:
    shown = _shown(request)
    tile = shown.tile
    step = timedelta(hours=1) if tile.grain == "hour" else timedelta(days=1)
    counted: dict[datetime, int | None] = {}
    status: dict[datetime, str] = {}
    whole = tile
    if shown.by:
        whole = tiles.tile(shown.viewer, tile.roll_up, *_span(tile.grain), grain=tile.grain)
    for row in whole.rows:
        counted[row.start], status[row.start] = row.activities, row.collected
    rows = [
        (_there(start), _there(start) + step, value, status[start])
        for start, value in sorted(counted.items())
    ]
    ink = scheme_of(request.GET.get("scheme"))
    return counted_chart(rows, unit=shown.unit, ink=ink)


def _there(moment: datetime) -> datetime:
    """A time on the clock of the house, without its zone."""
    return moment.astimezone(zone_of_days()).replace(tzinfo=None)
