"""Two campaigns side by side, on one scale and one axis: the peak, or what stays."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from entregent.apps.measure.finding_lines import WithoutLine
from entregent.apps.measure.lines import Series
from entregent.site.charts.daily import data_of, rows_of, without_band, without_line
from entregent.site.charts.hand import Ink, altair, config


def aligned_chart(
    series: Series,
    *,
    begins: date,
    days: int,
    before: float | None,
    span: tuple[int, int],
    top: float,
    ink: Ink,
    without: Sequence[WithoutLine] = (),
    height: int = 230,
) -> dict[str, Any]:
    """One of the two: days are counted from the campaign's first, and the axes are given.

    Parameters
    ----------
    series
        What is shown.
    begins, days
        The campaign's first day and its length.
    before
        Mean per day before it, drawn across as a thin line; None if unknown.
    span
        First and last number of days on the axis, both included.
    top
        Upper edge of the axis, the same for both.
    without
        What there would have been, drawn in the place of the mean before.
    """
    alt = altair()

    shown = [
        ((row.day - begins).days, row)
        for row in rows_of(series, without)
        if span[0] <= (row.day - begins).days <= span[1]
    ]
    rows = [{"n": n, "value": row.value, "mean": row.mean_7_days} for n, row in shown]
    estimated = [
        {
            "n": n,
            "without": row.without,
            "low": row.low,
            "high": row.high,
            "mean": row.mean_7_days,
        }
        for n, row in shown
        if row.without is not None
    ]
    ends = max((n for n, row in shown if row.without is not None), default=span[1])
    x = alt.X(
        "n:Q",
        title=gettext("days since the campaign began"),
        scale=alt.Scale(domain=list(span), nice=False),
        axis=alt.Axis(tickCount=5, grid=False),
    )
    y_axis = alt.Axis(tickCount=4, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-10)
    y = alt.Y(
        "value:Q",
        title=series.unit,
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=y_axis,
    )
    campaign = data_of([{"n": 0, "end": days, "zero": 0, "top": top, "text": gettext("campaign")}])
    box = alt.Chart(campaign)
    data = alt.Chart(data_of(rows))
    layers: list[Any] = [
        box.mark_rect(color=ink.pale, clip=True).encode(
            x=x, x2="end:Q", y=alt.Y("zero:Q"), y2="top:Q"
        ),
        box.mark_text(
            align="left", baseline="top", dx=3, dy=3, color=ink.frost, fontSize=11
        ).encode(x="n:Q", y=alt.Y("top:Q"), text="text:N"),
    ]
    layers += without_band(alt, estimated, "n:Q", ink)
    if before is not None and not estimated:
        level = alt.Chart(
            data_of([{"n": span[0], "end": span[1], "mean": before, "text": gettext("before")}])
        )
        layers += [
            level.mark_rule(color=ink.soft, strokeDash=[4, 3]).encode(
                x="n:Q", x2="end:Q", y=alt.Y("mean:Q")
            ),
            level.mark_text(align="left", dx=4, color=ink.soft, fontSize=11).encode(
                x="end:Q", y=alt.Y("mean:Q"), text="text:N"
            ),
        ]
    layers += [
        data.mark_circle(size=9, color=ink.dot, opacity=0.8, clip=True).encode(x=x, y=y),
        data.mark_line(
            color=ink.ink, strokeWidth=1.8, clip=True, invalid="break-paths-show-domains"
        ).encode(x=x, y=alt.Y("mean:Q")),
        *without_line(
            alt,
            estimated,
            "n:Q",
            ink,
            top=top,
            ends_at=(ends - span[0]) / (span[1] - span[0]),
            is_open=ends >= max((n for n, _row in shown), default=ends),
        ),
    ]
    chart = alt.layer(*layers).properties(width="container", height=height)
    found: dict[str, Any] = chart.to_dict(validate=False)
    found["config"] = config(ink, (get_language() or "fr")[:2])
    found["autosize"] = {"type": "fit-x", "contains": "padding"}
    return found
