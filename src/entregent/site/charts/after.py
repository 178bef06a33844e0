"""A crisis in two charts: the night by quarters of an hour, the half year after by weeks."""

from typing import Any

from django.utils.translation import gettext

from entregent.site.charts.daily import data_of
from entregent.site.charts.hand import Ink, altair, config


def night_chart(
    rows: list[dict[str, Any]], *, opened: str, ink: Ink, language: str
) -> dict[str, Any]:
    """Messages by quarter of an hour; `rows` have ``at`` and ``end`` (local ISO) and ``n``."""
    alt = altair()
    hours = "%-I %p" if language == "en" else "%-H\N{NO-BREAK SPACE}h"
    y_axis = alt.Axis(tickCount=4, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-10)
    bars = (
        alt.Chart(data_of(rows))
        .mark_rect(color=ink.dot)
        .encode(
            x=alt.X("at:T", title=None, axis=alt.Axis(format=hours, grid=False, tickCount=8)),
            x2="end:T",
            y=alt.Y("n:Q", title=gettext("messages per quarter of an hour"), axis=y_axis),
            y2=alt.datum(0),
        )
    )
    return _finished(alt.layer(bars, *_mark(alt, opened, ink)), ink, language, 200)


def mind_chart(
    rows: list[dict[str, Any]], *, opened: str, ink: Ink, language: str
) -> dict[str, Any]:
    """Share of the displeased by week; `rows` have ``day`` (ISO date) and ``share`` or None."""
    alt = altair()
    axis = alt.Axis(
        tickCount=4,
        format=".0%",
        titleAngle=0,
        titleAlign="left",
        titleAnchor="end",
        titleY=-10,
    )
    base = alt.Chart(data_of(rows)).encode(
        x=alt.X("day:T", title=None, axis=alt.Axis(format="%b %Y", grid=False, tickCount=6)),
        y=alt.Y(
            "share:Q",
            title=gettext("displeased, where a state of mind shows"),
            scale=alt.Scale(domain=[0, 1]),
            axis=axis,
        ),
    )
    line = base.mark_line(
        color=ink.ink, strokeWidth=1.8, point=alt.OverlayMarkDef(color=ink.ink, size=16)
    )
    return _finished(alt.layer(line, *_mark(alt, opened, ink)), ink, language, 200)


def _mark(alt: Any, opened: str, ink: Ink) -> list[Any]:
    data = alt.Chart(data_of([{"at": opened, "text": gettext("room opened")}]))
    return [
        data.mark_rule(color=ink.raspberry, strokeDash=[3, 3]).encode(x="at:T"),
        data.mark_text(
            color=ink.raspberry, align="left", dx=-2, baseline="bottom", fontSize=11
        ).encode(x="at:T", y=alt.value(-3), text="text:N"),
    ]


def _finished(chart: Any, ink: Ink, language: str, height: int) -> dict[str, Any]:
    found: dict[str, Any] = chart.properties(width="container", height=height).to_dict(
        validate=False
    )
    found["config"] = config(ink, language)
    found["autosize"] = {"type": "fit-x", "contains": "padding"}
    return found
