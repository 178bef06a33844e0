"""The campaigns: a list sorted by what stayed, and the page of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from entregent.apps.address import queries as address
from entregent.apps.address.queries import CampaignLine
from entregent.apps.coordinate.queries import answered_by_function
from entregent.apps.measure import actions as measuring
from entregent.apps.measure import queries as measure
from entregent.apps.measure.finding_lines import FindingLine
from entregent.apps.measure.lines import ReadOutLine, Stayed
from entregent.apps.organisation.queries import Member
from entregent.apps.organisation.signed_in import member_of
from entregent.site.findings import wording
from entregent.site.findings.shown import Shown, shown, verdict_title
from entregent.site.pages.charts import (
    TABS,
    CampaignChart,
    campaign_chart,
    two_charts,
)


@dataclass(frozen=True, slots=True)
class ListedCampaign:
    """A campaign in the list: what there was per day before, during, and in the newest window."""

    line: CampaignLine
    stayed: Stayed | None
    unit: str
    finding: FindingLine | None = None
    is_early: bool = False

    @property
    def verdict(self) -> str:
        """The verdict in words; empty for a campaign that is not launched."""
        return verdict_title(self.line, self.finding) if self.line.is_launched else ""

    @property
    def lasting(self) -> str:
        """What was added per day and stayed, with its interval; empty where that is not told."""
        found = self.finding
        if found is None or found.lasting is None or not found.is_shown:
            return ""
        return wording.whole_of(found.lasting)

    @property
    def level(self) -> str:
        """The level of that interval, and why it is that."""
        return "" if self.finding is None else self.finding.level_sentence(wording.language())

    @property
    def place(self) -> tuple[float, int]:
        """Place in the list: what was added and stayed where that is known, else what there was."""
        found = self.finding
        if found is not None and found.lasting is not None and found.is_shown:
            stayed = found.lasting.estimate
        else:
            stayed = _difference(self.stayed)
        return -stayed, -self.line.first_day.toordinal()

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


@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """List the campaigns, the two charts first, then by what stayed."""
    viewer = member_of(request)
    lines = address.campaigns(viewer)
    stayed = measure.what_stayed(viewer, [line for line in lines if line.is_launched])
    told = measure.findings(viewer, lines)
    early = measure.read_early(viewer, lines, timezone.localdate())
    units = {words.slug: words.unit for words in measure.metrics()}
    listed = [
        ListedCampaign(
            line=line,
            stayed=stayed.get(line.slug),
            unit=units.get(line.metric, ""),
            finding=told.get(line.slug),
            is_early=line.slug in early and line.slug in told,
        )
        for line in lines
    ]
    listed.sort(key=lambda each: each.place)
    context = {"campaigns": listed, "two_charts": two_charts(viewer)}
    return render(request, "pages/campaigns.html", context)


@require_GET
def campaign(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one campaign: the verdict, its chart in one measure at a time, and all beside it."""
    viewer = member_of(request)
    sheet = address.access_campaign(viewer, slug)
    if not sheet.line.is_launched:
        return render(request, "pages/campaign_before.html", {"sheet": sheet})
    asked = request.GET.get("measure", "")
    tab = asked if asked in TABS else _first_tab(sheet.line)
    charts = [campaign_chart(viewer, sheet.line, metric) for metric in TABS[tab]]
    is_main = TABS[tab] == (sheet.line.metric,)
    main = charts[0] if is_main else campaign_chart(viewer, sheet.line, sheet.line.metric)
    today = timezone.localdate()
    read_outs = measure.read_outs(viewer, sheet.line.id, today)
    context = {
        "sheet": sheet,
        "shown": campaign_shown(viewer, sheet, main, read_outs),
        "charts": charts,
        "tables": charts if is_main else [main, *charts],
        "tabs": _tabs(),
        "tab": tab,
        "answered": answered_by_function(
            viewer, sheet.line.first_day, min(sheet.line.last_day, today)
        ),
        "read_outs": read_outs,
        "today": today,
    }
    return render(request, "pages/campaign.html", context)


def campaign_shown(
    viewer: Member,
    sheet: address.CampaignSheet,
    main: CampaignChart,
    read_outs: Sequence[ReadOutLine],
) -> Shown:
    """What was measured of a campaign, in words: for its page and for its report.

    `main` is the chart of its own metric.
    """
    line, today = sheet.line, timezone.localdate()
    return shown(
        sheet,
        main.finding,
        effects=measure.other_findings(viewer, line),
        metrics=measure.metrics(),
        place=measure.read_out_place(read_outs, today),
        others=address.overlapping(viewer, line.first_day, today, but=line.id),
        gaps=main.series.gaps,
        years=measure.base_rates(viewer, line),
    )


@require_POST
def finish_read_out(request: HttpRequest, slug: str, read_out_id: int) -> HttpResponse:
    """Note that a planned read-out was done; what stands on the page now stays on record."""
    member = member_of(request)
    if not member.may_work:
        raise PermissionDenied("Guests may only look.")
    line = address.access_line(member, slug)
    measuring.finish_read_out(acting_user=member, read_out_id=read_out_id, campaign_id=line.id)
    messages.success(request, _("The read-out is noted, with what stood here."))
    return redirect("pages:campaign", slug=slug)


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


def _difference(stayed: Stayed | None) -> float:
    found = stayed.difference if stayed is not None else None
    return found if found is not None else float("-inf")
