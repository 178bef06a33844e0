"""The report of a campaign as PDF: the same words, rows and chart as its page.

What people wrote goes to typst as data and never as markup, so that hostile names stay words. The
fonts are those that typst brings along, and the date is that of the finding: the same finding gives
the same file.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext

from entregent.apps.address.queries import CampaignSheet
from entregent.apps.measure.lines import ReadOutLine
from entregent.site.charts.daily import describe
from entregent.site.charts.drawing import svg
from entregent.site.findings.shown import Shown, WindowShown
from entregent.site.findings.wording import language
from entregent.site.templatetags.measures import campaign_kind, days_span, read_sentence
from entregent.site.templatetags.words import full_day

TEMPLATE = Path(__file__).parent / "report.typ"
FONT = "Libertinus Serif"
CHART_WIDTH = 620


@dataclass(frozen=True, slots=True)
class Drawn:
    """The chart of a report: its specification, its series' name and unit, and its windows."""

    specification: dict[str, Any]
    caption: str
    described: str
    windows: tuple[WindowShown, ...]


def drawn(chart: Any, specification: dict[str, Any]) -> Drawn:
    """What a report takes of a campaign's chart."""
    source = chart.series.source
    parts = [chart.series.name, chart.series.unit]
    if source:
        parts.append(gettext("source: %(source)s") % {"source": source})
    return Drawn(
        specification,
        " · ".join(parts),
        describe(chart.series, chart.windows),
        chart.shown_windows,
    )


def pdf(
    sheet: CampaignSheet,
    shown: Shown,
    chart: Drawn,
    *,
    house: str,
    read_outs: Sequence[ReadOutLine],
    made_at: datetime,
) -> bytes:
    """The report, in the language that is active.

    Parameters
    ----------
    sheet, shown
        The campaign, and what was measured of it in words.
    chart
        In its own metric.
    house
        Name of the organisation.
    read_outs
        Planned ones, with what was read.
    made_at
        When the finding was worked out.
    """
    import typst

    picture = dict(chart.specification)
    picture["config"] = {**picture["config"], "font": FONT, "text": {"font": FONT}}
    picture["background"] = "white"
    told = _told(sheet, shown, chart, house, read_outs)
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"told": orjson.dumps(told).decode(), "chart": svg(picture, CHART_WIDTH)},
        timestamp=int(made_at.timestamp()),
    )
    return made


def _told(
    sheet: CampaignSheet,
    shown: Shown,
    chart: Drawn,
    house: str,
    read_outs: Sequence[ReadOutLine],
) -> dict[str, Any]:
    line = sheet.line
    facts = (
        campaign_kind(line.kind).capitalize(),
        days_span(line.first_day, line.last_day),
        gettext("serving %(function)s") % {"function": line.serves},
        line.owner,
    )
    return {
        "language": language(),
        "house": house,
        "name": line.name,
        "facts": " · ".join(facts),
        "title": shown.title,
        "sentence": shown.sentence,
        "mark": shown.mark,
        "level": shown.level,
        "established": f"{shown.established}." if shown.established else "",
        "following": shown.following,
        "caption": chart.caption,
        "described": chart.described,
        "numbers": [asdict(each) for each in shown.numbers],
        "windows": _windows(chart.windows),
        "effects": _effects(shown),
        "years": _years(shown),
        "read_outs": _read_outs(read_outs),
        "assumed": list(shown.assumed),
        "placebo": list(shown.placebo) or ["—"],
        "changing": list(shown.changing),
        "by_chance": shown.by_chance,
        "words": _words(shown),
        "foot": gettext("Made with Entregent. Effects have an interval; all else is description."),
    }


def _words(shown: Shown) -> dict[str, str]:
    return {
        "numbers": gettext("Three numbers"),
        "interval": f"{gettext('In brackets, two bounds.')} {shown.promise}",
        "windows": gettext("Window by window"),
        "effects": gettext("And the other effects?"),
        "years": gettext("The base rate, year over year"),
        "years_said": gettext(
            "What there was, described. The longer ago a campaign is, the less can be told apart "
            "from everything else: this table does not say that the campaign did it."
        ),
        "read_outs": gettext("Planned read-outs"),
        "placebo": gettext("Placebo checks"),
        "assumed": gettext("What we assumed"),
        "changing": gettext("What would change this answer"),
    }


def _windows(windows: Sequence[WindowShown]) -> dict[str, Any]:
    head = [
        *(gettext("Window"), gettext("Days"), gettext("there was, per day")),
        *(gettext("it added, per day"), gettext("share of the boost")),
    ]
    rows = [
        [
            _capital(each.name),
            days_span(each.first_date, each.last_date),
            f"{each.mean} ({gettext('so far')})" if each.is_running else each.mean,
            each.added,
            each.share,
        ]
        for each in windows
    ]
    return {"head": head, "rows": rows}


def _effects(shown: Shown) -> dict[str, Any]:
    head = [
        *(gettext("What"), gettext("During: it added, per day")),
        gettext("Later: it added, per day"),
    ]
    rows = [
        [
            f"{each.name}, {each.unit}",
            f"{each.during}. {each.note}" if each.note else each.during,
            each.later,
        ]
        for each in shown.effects
    ]
    return {"head": head, "rows": rows}


def _years(shown: Shown) -> dict[str, Any]:
    head = [gettext("Year"), gettext("Days"), gettext("there was, per day")]
    rows = [
        [_capital(each.name), days_span(each.first_date, each.last_date), each.mean]
        for each in shown.years
    ]
    return {"head": head, "rows": rows}


def _read_outs(read_outs: Sequence[ReadOutLine]) -> dict[str, Any]:
    head = [
        *(gettext("After months"), gettext("planned for"), gettext("by"), gettext("what was read")),
    ]
    rows = [
        [str(each.months), full_day(each.due_on), each.member, read_sentence(each) or "—"]
        for each in read_outs
    ]
    return {"head": head, "rows": rows}


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
