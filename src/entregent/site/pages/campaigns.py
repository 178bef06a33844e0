"""The campaigns: a list sorted by what stayed, and the page of each."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from entregent.apps.address import queries as address
from entregent.apps.address.queries import CampaignLine
from entregent.apps.coordinate.queries import answered_by_function
from entregent.apps.measure import queries as measure
from entregent.apps.measure.lines import Stayed, WindowMean
from entregent.apps.organisation.queries import Member
from entregent.apps.organisation.signed_in import member_of
from entregent.site.pages.charts import (
    DAYS_BEFORE,
    TABS,
    CampaignChart,
    campaign_chart,
    newest_done,
    two_charts,
)

OTHER_EFFECTS = ("orders", "people_back", "recommendations", "coverage", "visits")


@dataclass(frozen=True, slots=True)
class ListedCampaign:
    """A campaign in the list: what there was per day before, during, and in the newest window."""

    line: CampaignLine
    stayed: Stayed | None
    unit: str

    @property
    def before(self) -> float | None:
        """Mean before the campaign: of the same weeks of an earlier year where that is known."""
        if self.stayed is None:
            return None
        base = self.stayed.same_weeks or self.stayed.before
        return base.mean if base is not None else None

    @property
    def during(self) -> float | None:
        """Mean during the campaign."""
        found = self.stayed.during if self.stayed is not None else None
        return found.mean if found is not None else None


@dataclass(frozen=True, slots=True)
class OtherEffect:
    """One of the other effects: the same windows in another metric."""

    metric: str
    name: str
    unit: str
    before: WindowMean | None
    during: WindowMean | None
    newest: WindowMean | None


@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """List the campaigns, the two charts first, then by what stayed."""
    viewer = member_of(request)
    lines = address.campaigns(viewer)
    stayed = measure.what_stayed(viewer, [line for line in lines if line.is_launched])
    units = {words.slug: words.unit for words in measure.metrics()}
    listed = [
        ListedCampaign(line, stayed.get(line.slug), units.get(line.metric, "")) for line in lines
    ]
    listed.sort(key=lambda each: (-_difference(each.stayed), -each.line.first_day.toordinal()))
    context = {"campaigns": listed, "two_charts": two_charts(viewer)}
    return render(request, "pages/campaigns.html", context)


@require_GET
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one campaign: its chart in one measure at a time, and what came of it, described."""
    viewer = member_of(request)
    sheet = address.access_campaign(viewer, slug)
    if not sheet.line.is_launched:
        return render(request, "pages/campaign_before.html", {"sheet": sheet})
    asked = request.GET.get("measure", "")
    tab = asked if asked in TABS else _first_tab(sheet.line)
    charts = [campaign_chart(viewer, sheet.line, metric) for metric in TABS[tab]]
    main = charts[0] if TABS[tab] == (sheet.line.metric,) else _main(viewer, sheet.line)
    context = {
        "sheet": sheet,
        "charts": charts,
        "tabs": _tabs(),
        "tab": tab,
        "before": _window(main.windows, "before"),
        "during": _window(main.windows, "during"),
        "newest": newest_done(main.windows),
        "unit": main.series.unit,
        "effects": _effects(viewer, sheet.line),
        "answered": answered_by_function(
            viewer, sheet.line.first_day, min(sheet.line.last_day, timezone.localdate())
        ),
        "read_outs": measure.read_outs(viewer, sheet.line.id, timezone.localdate()),
        "colleagues": address.working_members(viewer),
        "in_a_month": timezone.localdate() + timedelta(days=30),
    }
    return render(request, "pages/campaign.html", context)


@require_GET
def what_next(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what people did next: a part of its own, since it reads the record."""
    viewer = member_of(request)
    line = address.access_line(viewer, slug)
    context = {
        "line": line,
        "next": measure.what_people_did_next(viewer, line),
        "asked": measure.first_sources_asked(viewer, line),
    }
    whole = not getattr(request, "htmx", None)
    page = "pages/campaign_next.html" if whole else "pages/_campaign_next.html"
    return render(request, page, context)


def _first_tab(line: CampaignLine) -> str:
    return line.metric if line.metric in TABS else "visits"


def _tabs() -> list[tuple[str, str]]:
    names = {words.slug: words.name for words in measure.metrics()}
    return [(tab, names.get(tab) or _("State of mind")) for tab in TABS]


def _main(viewer: Member, line: CampaignLine) -> CampaignChart:
    return campaign_chart(viewer, line, line.metric)


def _window(windows: list[WindowMean], code: str) -> WindowMean | None:
    return next((window for window in windows if window.code == code), None)


def _difference(stayed: Stayed | None) -> float:
    found = stayed.difference if stayed is not None else None
    return found if found is not None else float("-inf")


def _effects(viewer: Member, line: CampaignLine) -> list[OtherEffect]:
    words = {each.slug: each for each in measure.metrics()}
    found = []
    wanted = [metric for metric in OTHER_EFFECTS if metric != line.metric and metric in words]
    yesterday = timezone.localdate() - timedelta(days=1)
    first = min(line.first_day, yesterday) - timedelta(days=DAYS_BEFORE)
    told = measure.several_series(
        viewer, [(metric, "") for metric in wanted], first_day=first, last_day=yesterday
    )
    for metric, series in zip(wanted, told, strict=True):
        windows = measure.windows(line, series)
        found.append(
            OtherEffect(
                metric,
                words[metric].name,
                words[metric].unit,
                _window(windows, "before"),
                _window(windows, "during"),
                newest_done(windows),
            )
        )
    return found
