"""« Essayer un plan »: the smallest effect that a campaign could show, before it is paid for."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from entregent import __version__
from entregent.apps.address import queries as address
from entregent.apps.address.queries import CampaignLine, CampaignSheet
from entregent.apps.measure import queries as measure
from entregent.apps.measure.lines import Series
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.organisation.signed_in import member_of
from entregent.site.charts.drawing import svg
from entregent.site.charts.measured import specification
from entregent.site.pages.measuring_forms import LONGEST_PLAN_DAYS, PlanForm
from entregent.site.pages.measuring_turn import Busy, turn
from entregent.site.pages.measuring_words import plan_assumptions

if TYPE_CHECKING:
    from entregent.measurement.power import PowerResult
    from entregent.measurement.power_result import ReadOutPower
    from entregent.measurement.results import Language

KEPT_S: Final = 6 * 3600
_MARK: Final = "|"


@dataclass(frozen=True)
class Told:
    """What a plan can show, in the words of the page; or why that cannot be told."""

    result: "PowerResult | None"
    refused: str
    series: Series | None
    language: "Language"

    @property
    def headline(self) -> str:
        """The smallest effect."""
        return self.result.headline(self.language) if self.result else ""

    @property
    def warning(self) -> str:
        """Whether what is hoped for would be seen."""
        return self.result.warning(self.language) if self.result else ""

    @property
    def is_enough(self) -> bool:
        """Whether what is hoped for would be seen as often as asked for."""
        hoped = self.result.hoped if self.result else None
        return hoped is None or hoped.is_enough

    @property
    def remedies(self) -> list[str]:
        """What would help."""
        return self.result.remedies(self.language) if self.result else []

    @property
    def later(self) -> str:
        """What could be called lasting growth."""
        return self.result.later(self.language) if self.result else ""

    @property
    def assumed(self) -> list[str]:
        """What the answer rests on."""
        return plan_assumptions(self.result, self.language) if self.result else []

    @property
    def cost_each(self) -> str:
        """What each would cost if all that is hoped for came."""
        from entregent.measurement.costs import money

        result = self.result
        if result is None or result.budget is None or result.hoped is None:
            return ""
        each = result.budget / result.hoped.total
        return money(each, result.currency, self.language, 2 if each < 100 else 0)

    @property
    def rows(self) -> list[tuple["ReadOutPower", str]]:
        """Readings, each with its rate that is called lasting."""
        from entregent.measurement.words import number

        found = self.result.read_outs if self.result else ()
        return [
            (each, number(each.lasting.per_day, self.language) if each.lasting else "")
            for each in found
        ]


@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """Try a plan: everything stands in the address, so that it can be sent to a colleague."""
    viewer = member_of(request)
    sheet = _sheet(viewer, request.GET.get("campaign", ""))
    choices = _choices(viewer)
    given: Mapping[str, Any] | None = request.GET if "what" in request.GET else None
    if given is None and sheet is not None:
        given = _of_campaign(sheet)
    form = PlanForm(given, choices=choices, initial=PlanForm.beginning(timezone.localdate()))
    told = _told(viewer, form) if form.is_bound and form.is_valid() else None
    context = {
        "form": form,
        "told": told,
        "query": urlencode(_query(form)) if told else "",
        "sheet": sheet,
        "has_series": bool(choices),
    }
    page = "pages/_plan.html" if getattr(request, "htmx", None) else "pages/plan.html"
    return render(request, page, context)


@require_GET
def chart(request: HttpRequest) -> HttpResponse:
    """Give the chart of a plan as a Vega-Lite specification."""
    return JsonResponse(_drawn(request, request.GET.get("scheme", "")))


@require_GET
def picture(request: HttpRequest) -> HttpResponse:
    """Give the chart of a plan as a picture."""
    return HttpResponse(svg(_drawn(request, "light")), content_type="image/svg+xml")


@require_GET
def budget_line(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the line about a campaign's budget: a part of its page that comes when it is ready."""
    viewer = member_of(request)
    sheet = address.access_campaign(viewer, slug)
    if not getattr(request, "htmx", None):
        return redirect(f"{reverse('pages:plan')}?{urlencode({'campaign': slug})}")
    form = PlanForm(_of_campaign(sheet), choices=_choices(viewer))
    told = _told(viewer, form) if form.is_valid() else None
    return render(request, "pages/_budget_line.html", {"told": told, "sheet": sheet})


def _drawn(request: HttpRequest, scheme: str) -> dict[str, Any]:
    viewer = member_of(request)
    form = PlanForm(request.GET, choices=_choices(viewer))
    told = _told(viewer, form) if form.is_valid() else None
    if told is None or told.result is None:
        raise NotFound
    return specification(told.result, told.language, scheme=scheme)


def _told(viewer: Member, form: PlanForm) -> Told:
    """Work a plan out; what was worked out today is not worked out again."""
    from entregent.measurement.results import CannotMeasure

    said = form.cleaned_data
    metric, _mark, place = said["what"].partition(_MARK)
    series = measure.series(viewer, metric, place=place)
    language: Language = "en" if (get_language() or "fr").startswith("en") else "fr"
    budget, hoped = (_float(said[name]) for name in ("budget", "hoped"))
    others = _earlier(viewer, metric, place, said["first_day"])
    asked = [series.unit, series.days[:1], series.values, said["first_day"], said["days"], others]
    key = hashlib.sha256(orjson.dumps([__version__, *asked, budget, hoped])).hexdigest()
    found: PowerResult | None = cache.get(f"plan:{key}")
    if found is None:
        try:
            with turn():
                found = _worked_out(series, said["first_day"], said["days"], budget, hoped, others)
        except Busy:
            busy = _("Others are measuring just now. Send it again in a minute.")
            return Told(None, busy, series, language)
        except CannotMeasure as refused:
            return Told(None, refused.sentence(language), series, language)
        cache.set(f"plan:{key}", found, KEPT_S)
    return Told(found, "", series, language)


def _worked_out(
    series: Series,
    first: date,
    days: int,
    budget: float | None,
    hoped: float | None,
    others: list[tuple[date, date]],
) -> "PowerResult":
    import numpy as np

    from entregent.measurement.calendars import holiday_names
    from entregent.measurement.power import smallest_effect
    from entregent.measurement.results import CannotMeasure
    from entregent.measurement.series import DailySeries

    values = np.array([np.nan if value is None else value for value in series.values])
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        raise CannotMeasure(
            "nothing_counted",
            fr="Rien n'a encore été recueilli de cette mesure. Ce n'est pas zéro.",
            en="Nothing of this has been collected yet. It is not zero.",
        )
    last = int(known[-1]) + 1
    daily = DailySeries(series.days[0], values[:last], series.name, series.unit)
    end = date.fromordinal(max(daily.last_day.toordinal(), first.toordinal()) + days + 400)
    return smallest_effect(
        daily,
        campaign_days=days,
        from_day=first,
        budget=budget,
        hoped=hoped,
        holidays=holiday_names(daily.first_day, end),
        other_campaigns=others,
    )


def _earlier(viewer: Member, metric: str, place: str, day: date) -> list[tuple[date, date]]:
    """Days of campaigns that moved the same series before: they are no part of its own ways."""
    before = address.overlapping(viewer, date.min, day)
    return [
        (line.first_day, line.last_day)
        for line in before
        if line.metric == metric and place in {"", line.place} and line.first_day < day
    ]


def _choices(viewer: Member) -> list[tuple[str, str]]:
    """Every metric that is counted, everywhere and where campaigns look at it."""
    names = {words.slug: words.name for words in measure.metrics()}
    counted = [slug for slug in names if measure.complete_until(slug) is not None]
    found = [(f"{slug}{_MARK}", names[slug]) for slug in counted]
    places = {
        (line.metric, line.place): None
        for line in address.campaigns(viewer)
        if line.place and line.metric in counted
    }
    told = measure.several_series(viewer, places, last_day=date.min, first_day=date.min)
    for (slug, place), series in zip(places, told, strict=True):
        found.append((f"{slug}{_MARK}{place}", f"{names[slug]} · {series.source or place}"))
    order = list(names)
    return sorted(found, key=lambda each: order.index(each[0].partition(_MARK)[0]))


def _sheet(viewer: Member, slug: str) -> CampaignSheet | None:
    try:
        return address.access_campaign(viewer, slug) if slug else None
    except NotFound:
        return None


def _of_campaign(sheet: CampaignSheet) -> dict[str, Any]:
    line: CampaignLine = sheet.line
    return {
        "what": f"{line.metric}{_MARK}{line.place}",
        "first_day": line.first_day.isoformat(),
        "days": str(min(line.days, LONGEST_PLAN_DAYS)),
        "budget": _plain(sheet.budget),
        "hoped": "",
    }


def _query(form: PlanForm) -> dict[str, str]:
    said = form.cleaned_data
    return {
        "what": said["what"],
        "first_day": said["first_day"].isoformat(),
        "days": str(said["days"]),
        "budget": _plain(said["budget"]),
        "hoped": _plain(said["hoped"]),
    }


def _plain(value: Decimal | None) -> str:
    """A number as somebody would type it; empty for none."""
    if not value:
        return ""
    return str(int(value)) if value == int(value) else str(value)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
