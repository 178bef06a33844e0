"""What charts are drawn from: specifications, pictures, tables to download, and the bundle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from entregent.apps.address import queries as address
from entregent.apps.address.queries import CampaignLine
from entregent.apps.measure import queries as measure
from entregent.apps.measure.finding_lines import FindingLine, WithoutLine
from entregent.apps.measure.lines import MomentLine, Series, Stayed, WindowMean
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.organisation.signed_in import member_of
from entregent.site.charts import daily, two
from entregent.site.charts.daily import Band, DayRow
from entregent.site.charts.drawing import bundle, bundle_name, svg
from entregent.site.charts.hand import Ink, scheme_of
from entregent.site.csv_cells import response
from entregent.site.findings import wording
from entregent.site.findings.shown import WindowShown, verdict_title, windows_shown

DAYS_BEFORE = 90
DAYS_AFTER = 365
TABS = {
    "follows": ("follows",),
    "visits": ("visits",),
    "orders": ("orders",),
    "mentions": ("mentions",),
    "mind": ("positive", "negative"),
}
"""Tabs of a campaign's page, in their order, and the metrics that each draws."""
TWO_OF_THE_DEMONSTRATION = ("gagne-ton-hiver", "les-voix-d-ici")
YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class CampaignChart:
    """A campaign in one metric: what its chart, its table and its CSV are made from."""

    line: CampaignLine
    metric: str
    series: Series
    windows: list[WindowMean]
    bands: list[Band]
    moments: list[MomentLine]
    finding: FindingLine | None
    without: tuple[WithoutLine, ...]

    @property
    def rows(self) -> list[DayRow]:
        """Days, oldest first."""
        return daily.rows_of(self.series, self.without)

    @property
    def has_effect(self) -> bool:
        """Whether what was added to this metric is told."""
        return self.finding is not None and not self.finding.refused

    @property
    def shown_windows(self) -> tuple[WindowShown, ...]:
        """The rows of its table."""
        return windows_shown(self.windows, self.finding)


@dataclass(frozen=True, slots=True)
class OneOfTwo:
    """One of the two charts side by side, with its sentence."""

    line: CampaignLine
    before: WindowMean | None
    during: WindowMean | None
    newest: WindowMean | None
    finding: FindingLine | None

    @property
    def verdict(self) -> str:
        """The verdict in words; empty while it is not worked out."""
        return "" if self.finding is None else verdict_title(self.line, self.finding)


def campaign_chart(viewer: Member, line: CampaignLine, metric: str) -> CampaignChart:
    """Everything that is drawn of a campaign in one metric."""
    # A campaign's place is one of its own metric: a coupon's code is no account to follow.
    place = line.place if metric == line.metric else ""
    # Of a campaign that is launched and still far, the days before today are shown.
    first = min(line.first_day, _yesterday()) - timedelta(days=DAYS_BEFORE)
    series = measure.series(viewer, metric, place=place, first_day=first, last_day=_yesterday())
    bands = [Band(line.name, line.first_day, line.last_day, is_this=True)]
    others = address.overlapping(viewer, first, _yesterday(), but=line.id)
    bands = [Band(o.name, o.first_day, o.last_day, is_this=False) for o in others] + bands
    last = series.days[-1]
    finding = measure.finding(viewer, line, metric)
    return CampaignChart(
        line=line,
        metric=metric,
        series=series,
        windows=measure.windows(line, series),
        bands=bands,
        moments=[*measure.moments(viewer, first, last), *measure.holidays_of(first, last)],
        finding=finding,
        without=measure.without_campaign(viewer, line, metric) if finding is not None else (),
    )


@require_GET
def chart(request: HttpRequest, slug: str, metric: str) -> HttpResponse:
    """Give a campaign's chart as a Vega-Lite specification."""
    shown = _shown(request, slug, metric)
    return JsonResponse(specification_of(shown, scheme_of(request.GET.get("scheme"))))


@require_GET
def picture(request: HttpRequest, slug: str, metric: str) -> HttpResponse:
    """Give a campaign's chart as a picture."""
    shown = _shown(request, slug, metric)
    drawn = svg(specification_of(shown, scheme_of(request.GET.get("scheme"))))
    return HttpResponse(drawn, content_type="image/svg+xml")


@require_GET
def table(request: HttpRequest, slug: str, metric: str) -> HttpResponse:
    """Give the rows of a campaign's chart as CSV; an empty cell is 'not told', never zero."""
    shown = _shown(request, slug, metric)
    header = (
        *(_("day"), shown.series.unit, _("mean of 7 days"), _("collected")),
        *(_("without the campaign (estimate)"), _("lower bound"), _("upper bound")),
        _("about the bounds"),
    )
    found = shown.finding
    level = found.level_sentence(wording.language()) if found is not None else ""
    rows = [
        (
            *(row.day, row.value, _rounded(row.mean_7_days), row.value is not None),
            *(row.without, row.low, row.high),
            level if row.without is not None else None,
        )
        for row in shown.rows
    ]
    return response(f"{slug}-{metric}.csv", header, rows)


@require_GET
def vega(request: HttpRequest, name: str) -> HttpResponse:
    """Give the module that draws charts; its address changes with what it holds."""
    if name != bundle_name():
        raise NotFound
    answer = HttpResponse(bundle(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
    del request
    return answer


@require_GET
def one_of_two(request: HttpRequest, slug: str) -> HttpResponse:
    """Give one of the two charts side by side; both have the same axes."""
    pair = _two(member_of(request))
    if slug not in {line.slug for line in pair}:
        raise NotFound
    viewer = member_of(request)
    shown = {line.slug: _aligned(viewer, line) for line in pair}
    top = max(daily.top_of(series) for _line, series in shown.values())
    line, series = shown[slug]
    before = next((w.mean for w in measure.windows(line, series) if w.code == "before"), None)
    specification = two.aligned_chart(
        series,
        begins=line.first_day,
        days=line.days,
        before=before,
        span=(-DAYS_BEFORE, DAYS_AFTER),
        top=top,
        ink=scheme_of(request.GET.get("scheme")),
        without=measure.without_campaign(viewer, line),
    )
    return JsonResponse(specification)


def two_charts(viewer: Member) -> list[OneOfTwo]:
    """The peak and what stays, with the means said under each; none where there are not two."""
    found = []
    pair = _two(viewer)
    told = measure.findings(viewer, pair) if pair else {}
    for line in pair:
        _line, series = _aligned(viewer, line)
        windows = measure.windows(line, series)
        by_code = {w.code: w for w in windows}
        found.append(
            OneOfTwo(
                line,
                by_code.get("before"),
                by_code.get("during"),
                newest_done(windows),
                told.get(line.slug),
            )
        )
    return found


def _two(viewer: Member) -> list[CampaignLine]:
    """Two campaigns that show the difference: the highest peak, and where most stayed."""
    lines = [line for line in address.campaigns(viewer) if line.is_launched]
    known = {line.slug: line for line in lines if line.is_demo}
    if all(slug in known for slug in TWO_OF_THE_DEMONSTRATION):
        return [known[slug] for slug in TWO_OF_THE_DEMONSTRATION]
    same = [line for line in lines if line.metric == "follows" and line.state == "over"]
    if len(same) < 2:
        return []
    stayed = measure.what_stayed(viewer, same)
    peak = max(same, key=lambda line: _peak(stayed.get(line.slug)))
    rest = [line for line in same if line.slug != peak.slug]
    most = max(rest, key=lambda line: _difference(stayed.get(line.slug)))
    return [peak, most]


def _peak(stayed: Stayed | None) -> float:
    during = stayed.during if stayed is not None else None
    return during.mean if during is not None and during.mean is not None else float("-inf")


def _difference(stayed: Stayed | None) -> float:
    found = stayed.difference if stayed is not None else None
    return found if found is not None else float("-inf")


def _aligned(viewer: Member, line: CampaignLine) -> tuple[CampaignLine, Series]:
    first = line.first_day - timedelta(days=DAYS_BEFORE)
    last = min(_yesterday(), line.first_day + timedelta(days=DAYS_AFTER))
    return line, measure.series(
        viewer, line.metric, place=line.place, first_day=first, last_day=last
    )


def _shown(request: HttpRequest, slug: str, metric: str) -> CampaignChart:
    viewer = member_of(request)
    if metric not in {words.slug for words in measure.metrics()}:
        raise NotFound
    return campaign_chart(viewer, address.access_line(viewer, slug), metric)


def specification_of(shown: CampaignChart, ink: Ink) -> dict[str, object]:
    """A campaign's chart as a Vega-Lite specification, in the colours of a scheme."""
    return daily.daily_chart(
        shown.series,
        bands=shown.bands,
        windows=shown.windows,
        moments=shown.moments,
        without=shown.without,
        ink=ink,
    )


def _yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def newest_done(windows: Sequence[WindowMean]) -> WindowMean | None:
    """The last window after the campaign that is over and of which enough was collected."""
    over = [
        w
        for w in windows
        if w.code not in {"before", "during"}
        and w.mean is not None
        and not (w.is_running or w.is_to_come or w.is_thin)
    ]
    return over[-1] if over else None
