"""A campaign's report as PDF, in French or in English."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_GET

from entregent.apps.address import queries as address
from entregent.apps.measure import queries as measure
from entregent.apps.organisation.queries import NotFound, house
from entregent.apps.organisation.signed_in import member_of
from entregent.site.charts.hand import scheme_of
from entregent.site.findings.report import drawn, pdf
from entregent.site.pages.campaigns import campaign_shown
from entregent.site.pages.charts import campaign_chart, specification_of


@require_GET
def report(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Give the report; there is none while nothing is worked out."""
    viewer = member_of(request)
    if language not in {"fr", "en"}:
        raise NotFound
    with translation.override(language):
        sheet = address.access_campaign(viewer, slug)
        chart = campaign_chart(viewer, sheet.line, sheet.line.metric)
        if chart.finding is None:
            raise NotFound
        ours = house()
        read_outs = measure.read_outs(viewer, sheet.line.id, timezone.localdate())
        made = pdf(
            sheet,
            campaign_shown(viewer, sheet, chart, read_outs),
            drawn(chart, specification_of(chart, scheme_of("light"))),
            house=ours.name if ours is not None else "",
            read_outs=read_outs,
            made_at=chart.finding.computed_at,
        )
    answer = HttpResponse(made, content_type="application/pdf")
    name = get_valid_filename(f"{slug}-{language}.pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
