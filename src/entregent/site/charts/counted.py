"""How much was done in each hour or on each day: bars, with what was not collected hatched."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language, gettext

from entregent.site.charts.daily import data_of
from entregent.site.charts.hand import Ink, altair, config

_LINES = 160
"""Slanted lines that would fill the whole chart."""


def counted_chart(
    rows: Sequence[tuple[datetime, datetime, int | None, str]], *, unit: str, ink: Ink
) -> dict[str, Any]:
    """The chart as a Vega-Lite specification.

    Parameters
    ----------
    rows
        Start and end of each period on the clock of the house, without a zone; how much was done,
        and how far it was collected: ``yes``, ``partly`` or ``no``. Oldest first, at least one.
    unit
        What the axis counts.
    ink
        Colours.
    """
    alt = altair()
    language = (get_language() or "fr")[:2]
    top = 1.12 * max((value or 0 for _, _, value, _ in rows), default=1) or 1.0
    bars = [
        {"at": start.isoformat(), "end": (end - (end - start) / 12).isoformat(), "n": value}
        for start, end, value, _ in rows
        if value
    ]
    # The ends of the axis are data: as its domain, the two ends of a bar read them differently.
    ends = [{"at": rows[0][0].isoformat()}, {"at": rows[-1][1].isoformat()}]
    x = alt.X(
        "at:T",
        title=None,
        scale=alt.Scale(nice=False),
        axis=alt.Axis(grid=False, tickCount=6, labelOverlap=True),
    )
    axis = alt.Axis(tickCount=4, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-10)
    y = alt.Y("n:Q", title=unit, scale=alt.Scale(domain=[0, top], nice=False), axis=axis)
    layers = [
        alt.Chart(data_of(ends)).mark_point(opacity=0).encode(x=x),
        *_missing(alt, rows, top, ink),
        alt.Chart(data_of(bars))
        .mark_rect(color=ink.dot)
        .encode(x=x, x2="end:T", y=y, y2=alt.datum(0)),
    ]
    chart = alt.layer(*layers).properties(width="container", height=240)
    found: dict[str, Any] = chart.to_dict(validate=False)
    found["config"] = config(ink, language)
    found["autosize"] = {"type": "fit-x", "contains": "padding"}
    return found


def _missing(
    alt: Any, rows: Sequence[tuple[datetime, datetime, int | None, str]], top: float, ink: Ink
) -> list[Any]:
    """Boxes over what was not collected, or only in part, hatched and named."""
    step = max((rows[-1][1] - rows[0][0]) / _LINES, timedelta(minutes=1))
    boxes, lines, names = [], [], []
    for start, end, status in _runs(rows):
        box = {"x": start.isoformat(), "x2": end.isoformat(), "y": 0, "y2": top}
        boxes.append(box)
        lines += _slanted(start, end, top, step if status == "no" else 3 * step)
        text = gettext("not collected") if status == "no" else gettext("partly collected")
        if end - start > 14 * step:
            middle = (start + (end - start) / 2).isoformat()
            names.append({"x": middle, "y": top * 0.5, "text": text})
    if not boxes:
        return []
    edges = {"x": "x:T", "x2": "x2:T", "y": alt.Y("y:Q"), "y2": "y2:Q"}
    found = [
        alt.Chart(data_of(boxes))
        .mark_rect(fill=ink.paper, stroke=ink.soft, strokeWidth=0.5, clip=True)
        .encode(**edges),
        alt.Chart(data_of(lines))
        .mark_rule(color=ink.soft, opacity=0.55, strokeWidth=0.8, clip=True)
        .encode(**edges),
    ]
    if names:
        named = alt.Chart(data_of(names)).encode(x="x:T", y="y:Q", text="text:N")
        found += [
            named.mark_text(color=ink.soft, stroke=ink.paper, strokeWidth=5, strokeJoin="round"),
            named.mark_text(color=ink.soft),
        ]
    return found


def _runs(
    rows: Sequence[tuple[datetime, datetime, int | None, str]],
) -> list[tuple[datetime, datetime, str]]:
    """Times without a break that were not, or only partly, collected."""
    found: list[tuple[datetime, datetime, str]] = []
    for start, end, _, status in rows:
        if status == "yes":
            continue
        if found and found[-1][1] == start and found[-1][2] == status:
            found[-1] = (found[-1][0], end, status)
        else:
            found.append((start, end, status))
    return found


def _slanted(start: datetime, end: datetime, top: float, step: timedelta) -> list[dict[str, Any]]:
    found = []
    foot = start - 3 * step
    while foot < end:
        low, high = max(foot, start), min(foot + 3 * step, end)
        if low < high:
            found.append(
                {
                    "x": low.isoformat(),
                    "x2": high.isoformat(),
                    "y": top * ((low - foot) / (3 * step)),
                    "y2": top * ((high - foot) / (3 * step)),
                }
            )
        foot += step
    return found
