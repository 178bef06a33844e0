"""A campaign in one metric, day by day: the rows, and the chart that is drawn from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from entregent.apps.measure.finding_lines import WithoutLine
from entregent.apps.measure.lines import MomentLine, Series, WindowMean
from entregent.site.charts.hand import Ink, altair, config, hatching
from entregent.site.templatetags.words import full_day

_ROOM = 0.08
"""Share of the axis that a line of words takes."""
_UNDER_WORDS_DAYS = 90
_FREE = 0.6
"""Share of the axis where the words go if nothing else has room: above most days."""
_EARLY, _LATE = 0.45, 0.75
"""Shares of the axis: a line that ends early has its words after it, one that ends late before."""
_NARROW = 0.035
"""Share of the chart's days below which a window has no room for its number."""


@dataclass(frozen=True, slots=True)
class Band:
    """Days of a campaign: this one, or another that ran at the same time."""

    name: str
    first_day: date
    last_day: date
    is_this: bool


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day, as chart, table and CSV have it; None is 'not collected'.

    `without`, `low` and `high` are what the mean of seven days would have been without the
    campaign, with its bounds; None before it, and where that is not worked out.
    """

    day: date
    value: float | None
    mean_7_days: float | None
    without: float | None = None
    low: float | None = None
    high: float | None = None


def rows_of(series: Series, without: Sequence[WithoutLine] = ()) -> list[DayRow]:
    """The rows of a series, oldest first, beside what there would have been."""
    told = {each.day: (each.without, each.low, each.high) for each in without}
    return [
        DayRow(day, value, mean, *told.get(day, (None, None, None)))
        for day, value, mean in zip(series.days, series.values, series.rolling(), strict=True)
    ]


def top_of(series: Series) -> float:
    """Upper edge of the axis: a little more than the largest day."""
    return 1.12 * max((value for value in series.values if value is not None), default=1.0) or 1.0


def daily_chart(
    series: Series,
    *,
    bands: Sequence[Band],
    windows: Sequence[WindowMean],
    moments: Sequence[MomentLine],
    ink: Ink,
    without: Sequence[WithoutLine] = (),
    height: int = 300,
) -> dict[str, Any]:
    """The chart of a campaign as a Vega-Lite specification.

    Dots are days, the line is the mean of seven days, flat segments are the means of windows. The
    dashed line with its band is what that mean would have been without the campaign. The axis
    begins at zero. What was not collected is hatched, and windows to come are empty boxes.
    """
    alt = altair()

    top = top_of(series)
    language = (get_language() or "fr")[:2]
    first = series.days[0].isoformat()
    to_come = [window.first_date for window in windows if _soon(window, series)]
    last_day = max([series.days[-1], *(day + timedelta(days=45) for day in to_come)])
    x = alt.X(
        "day:T",
        title=None,
        scale=alt.Scale(domain=[first, last_day.isoformat()]),
        axis=alt.Axis(format="%b %Y", tickCount=6, grid=False, labelOverlap=True),
    )
    y = alt.Y(
        "value:Q",
        title=series.unit,
        scale=alt.Scale(domain=[0, top], nice=False),
        axis=alt.Axis(tickCount=4, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-10),
    )
    rows = [
        {"day": row.day.isoformat(), "value": row.value, "mean": row.mean_7_days}
        for row in rows_of(series)
    ]
    days = data_of(rows)
    layers: list[Any] = [
        *_bands(alt, bands, top, ink),
        *without_band(alt, _without(series, without), "day:T", ink),
        *_gaps(alt, series, top, ink),
        alt.Chart(days).mark_circle(size=14, color=ink.dot, opacity=0.9).encode(x=x, y=y),
        alt.Chart(days)
        .mark_line(color=ink.ink, strokeWidth=1.6, invalid="break-paths-show-domains")
        .encode(x=x, y=alt.Y("mean:Q")),
        *_without_line(alt, series, without, top, ink, last_day),
        *_windows(alt, windows, series, top, ink, last_day),
        *_moments(alt, moments, series, top, ink),
    ]
    chart = alt.layer(*layers).properties(width="container", height=height)
    found: dict[str, Any] = chart.to_dict(validate=False)
    found["config"] = config(ink, language)
    found["autosize"] = {"type": "fit-x", "contains": "padding"}
    found["description"] = describe(series, windows)
    return found


def without_band(alt: Any, rows: list[dict[str, Any]], x: str, ink: Ink) -> list[Any]:
    """The band of what there would have been; it lies under what was seen."""
    if not rows:
        return []
    return [
        alt.Chart(data_of(rows))
        .mark_area(color=ink.frost, opacity=0.2, clip=True)
        .encode(x=x, y=alt.Y("low:Q"), y2="high:Q")
    ]


def without_line(
    alt: Any,
    rows: list[dict[str, Any]],
    x: str,
    ink: Ink,
    *,
    top: float,
    ends_at: float,
    is_open: bool,
) -> list[Any]:
    """The dashed line of what there would have been, with its words at its end.

    Parameters
    ----------
    alt, rows, x, ink
        Library, rows, the field of their days, colours.
    top
        Upper edge of the axis.
    ends_at
        Share of the axis at which the line ends.
    is_open
        Whether nothing is drawn after its end.
    """
    if not rows:
        return []
    end = {**rows[-1], "text": gettext("without the campaign (estimate)")}
    place = {"fontSize": 12, "clip": True, **_words_place(rows, end, top, ends_at, is_open)}
    label = alt.Chart(data_of([end]))
    halo = {"stroke": ink.paper, "strokeWidth": 5, "strokeJoin": "round"}
    return [
        alt.Chart(data_of(rows))
        .mark_line(color=ink.frost, strokeWidth=1.8, strokeDash=[5, 4], clip=True)
        .encode(x=x, y=alt.Y("without:Q")),
        label.mark_text(color=ink.paper, **halo, **place).encode(
            x=x, y=alt.Y("edge:Q"), text="text:N"
        ),
        label.mark_text(color=ink.frost, **place).encode(x=x, y=alt.Y("edge:Q"), text="text:N"),
    ]


def _words_place(
    rows: list[dict[str, Any]], end: dict[str, Any], top: float, ends_at: float, is_open: bool
) -> dict[str, Any]:
    """Where the words stand: after the line, below its band or above it, whatever has room."""
    if is_open and ends_at < _LATE:
        end["edge"] = end["without"]
        return {"align": "left", "baseline": "middle", "dx": 6}
    align = {"align": "left" if ends_at < _EARLY else "right"}
    seen = [row for row in rows[-_UNDER_WORDS_DAYS:] if row["mean"] is not None]
    above = sum(row["mean"] > (row["without"] + row["high"]) / 2 for row in seen)
    if 2 * above > len(seen) and end["low"] > _ROOM * top:
        end["edge"] = end["low"]
        return {**align, "baseline": "top", "dy": 5}
    if end["high"] < (1 - 2 * _ROOM) * top:
        end["edge"] = end["high"]
        return {**align, "baseline": "bottom", "dy": -5}
    end["edge"] = _FREE * top
    return {**align, "baseline": "middle", "dx": 4 if ends_at < _EARLY else -4}


def _without_line(
    alt: Any,
    series: Series,
    without: Sequence[WithoutLine],
    top: float,
    ink: Ink,
    last_day: date,
) -> list[Any]:
    rows = _without(series, without)
    if not rows:
        return []
    end, first = date.fromisoformat(rows[-1]["day"]), series.days[0]
    return without_line(
        alt,
        rows,
        "day:T",
        ink,
        top=top,
        ends_at=(end - first) / max(last_day - first, timedelta(days=1)),
        is_open=end >= series.days[-1],
    )


def _without(series: Series, without: Sequence[WithoutLine]) -> list[dict[str, Any]]:
    return [
        {
            "day": row.day.isoformat(),
            "without": row.without,
            "low": row.low,
            "high": row.high,
            "mean": row.mean_7_days,
        }
        for row in rows_of(series, without)
        if row.without is not None
    ]


def describe(series: Series, windows: Sequence[WindowMean]) -> str:
    """What the chart shows, for whoever does not see it."""
    told = [
        gettext("%(window)s: %(mean)s") % {"window": window_name(w), "mean": per_day(w.mean)}
        for w in windows
        if w.mean is not None and not w.is_to_come
    ]
    return f"{series.name}, {series.unit}. {'; '.join(told)}."


def per_day(value: float | None) -> str:
    """A mean as it is written: one decimal below ten."""
    if value is None:
        return gettext("not collected")
    # Rounded first: by itself, what writes numbers cuts them off.
    rounded = round(value, 1)
    return number_format(rounded, 1) if abs(rounded) < 10 else number_format(round(value), 0)


def window_name(window: WindowMean) -> str:
    """A window in words: before, during, days 1-30 and so on, years 2 and 3."""
    names = {
        "before": gettext("before"),
        "during": gettext("during"),
        "year2": gettext("year 2"),
        "year3": gettext("year 3"),
    }
    return names.get(window.code) or gettext("days %(range)s") % {"range": window.code}


def data_of(rows: list[dict[str, Any]]) -> Any:
    """Rows as the inline data of a chart."""
    return altair().InlineData(values=rows)


def _soon(window: WindowMean, series: Series) -> bool:
    return window.is_to_come and window.first_date <= series.days[-1] + timedelta(days=45)


def _bands(alt: Any, bands: Sequence[Band], top: float, ink: Ink) -> list[Any]:
    found = []
    for band in bands:
        data = data_of(
            [
                {
                    "day": band.first_day.isoformat(),
                    "end": (band.last_day + timedelta(days=1)).isoformat(),
                    "top": top,
                    "zero": 0,
                    "name": band.name,
                }
            ]
        )
        base = alt.Chart(data)
        found.append(
            base.mark_rect(color=ink.pale if band.is_this else ink.grey, clip=True).encode(
                x=alt.X("day:T"), x2="end:T", y=alt.Y("zero:Q"), y2="top:Q"
            )
        )
        if band.is_this:
            found.append(
                base.mark_text(
                    align="left",
                    baseline="top",
                    dx=4,
                    dy=4,
                    color=ink.frost,
                    fontWeight=600,
                    clip=True,
                ).encode(x="day:T", y=alt.Y("top:Q"), text="name:N")
            )
    return found


def _gaps(alt: Any, series: Series, top: float, ink: Ink) -> list[Any]:
    lines, labels, boxes = [], [], []
    span = max(len(series.days), 1)
    for gap in series.gaps:
        after = gap.last_day + timedelta(days=1)
        box = {"x": gap.first_day.isoformat(), "x2": after.isoformat(), "y": 0, "y2": top}
        boxes.append(box)
        lines += hatching(gap.first_day, gap.last_day, top, step_days=max(span / 220, 0.5))
        middle = gap.first_day + (gap.last_day - gap.first_day) / 2
        labels.append({"x": middle.isoformat(), "y": top * 0.5, "text": gettext("not collected")})
    if not lines:
        return []
    found = [
        alt.Chart(data_of(boxes))
        .mark_rect(fill=ink.paper, stroke=ink.soft, strokeWidth=0.5, clip=True)
        .encode(x="x:T", x2="x2:T", y=alt.Y("y:Q"), y2="y2:Q"),
        alt.Chart(data_of(lines))
        .mark_rule(color=ink.soft, opacity=0.55, strokeWidth=0.8, clip=True)
        .encode(x="x:T", x2="x2:T", y=alt.Y("y:Q"), y2="y2:Q"),
    ]
    longest = max((gap.last_day - gap.first_day).days + 1 for gap in series.gaps)
    if longest * 14 > span:
        found.append(
            alt.Chart(data_of(labels))
            .mark_text(angle=270, color=ink.soft, fontSize=11)
            .encode(x="x:T", y=alt.Y("y:Q"), text="text:N")
        )
    return found


def _windows(
    alt: Any,
    windows: Sequence[WindowMean],
    series: Series,
    top: float,
    ink: Ink,
    last_day: date,
) -> list[Any]:
    told, empty = [], []
    for window in windows:
        start = max(window.first_date, series.days[0])
        end = window.last_date + timedelta(days=1)
        if window.is_running:
            # As far as it has come; the rest of it is not known yet.
            end = min(end, series.days[-1] + timedelta(days=1))
        middle = start + (end - start) / 2
        box = {"x": start.isoformat(), "x2": end.isoformat(), "middle": middle.isoformat()}
        if window.is_to_come:
            if _soon(window, series):
                label = gettext("from %(day)s") % {"day": full_day(window.first_date)}
                edge = min(end, last_day).isoformat()
                empty.append(box | {"y": 0, "y2": top * 0.07, "edge": edge, "text": label})
        elif window.mean is not None:
            is_narrow = window.days < _NARROW * len(series.days) and window.code != "during"
            told.append(
                box | {"mean": window.mean, "text": "" if is_narrow else per_day(window.mean)}
            )
    found = []
    if told:
        data = alt.Chart(data_of(told))
        found.append(
            data.mark_rule(color=ink.ink, strokeWidth=3, clip=True).encode(
                x="x:T", x2="x2:T", y=alt.Y("mean:Q")
            )
        )
        found.append(
            data.mark_text(
                color=ink.paper,
                dy=-12,
                fontSize=13,
                fontWeight=700,
                stroke=ink.paper,
                strokeWidth=5,
                strokeJoin="round",
                clip=True,
            ).encode(x="middle:T", y=alt.Y("mean:Q"), text="text:N")
        )
        found.append(
            data.mark_text(color=ink.ink, dy=-12, fontSize=13, fontWeight=700, clip=True).encode(
                x="middle:T", y=alt.Y("mean:Q"), text="text:N"
            )
        )
    if empty:
        data = alt.Chart(data_of(empty))
        found.append(
            data.mark_rect(
                fill=None, stroke=ink.soft, strokeDash=[3, 3], strokeWidth=1, clip=True
            ).encode(x="x:T", x2="x2:T", y=alt.Y("y:Q"), y2="y2:Q")
        )
        found.append(
            data.mark_text(color=ink.soft, align="right", dx=-2, dy=-8, fontSize=11).encode(
                x="edge:T", y=alt.Y("y2:Q"), text="text:N"
            )
        )
    return found


def _moments(
    alt: Any, moments: Sequence[MomentLine], series: Series, top: float, ink: Ink
) -> list[Any]:
    pins: list[dict[str, Any]] = []
    ticks: list[dict[str, Any]] = []
    labelled = series.days[0] - timedelta(days=366)
    apart = timedelta(days=max(len(series.days) // 30, 1))
    for moment in sorted(moments, key=lambda each: each.first_day):
        if moment.first_day > series.days[-1] or moment.last_day < series.days[0]:
            continue
        mark = {"x": moment.first_day.isoformat(), "name": moment.name}
        if moment.kind == "press":
            # One label for pins that stand close together.
            is_apart = moment.first_day - labelled >= apart
            labelled = moment.first_day if is_apart else labelled
            pins.append(mark | {"y": top, "text": gettext("PR") if is_apart else ""})
        else:
            ticks.append(mark | {"y": 0})
    found = []
    if pins:
        data = alt.Chart(data_of(pins))
        found.append(
            data.mark_rule(color=ink.soft, strokeDash=[2, 3]).encode(
                x="x:T", tooltip=[alt.Tooltip("name:N", title=gettext("PR moment"))]
            )
        )
        found.append(
            data.mark_text(color=ink.soft, dy=-6, fontSize=11, fontWeight=600).encode(
                x="x:T", y=alt.Y("y:Q"), text="text:N"
            )
        )
    if ticks:
        found.append(
            alt.Chart(data_of(ticks))
            .mark_tick(color=ink.soft, size=8, thickness=1.4, yOffset=4)
            .encode(x="x:T", y=alt.Y("y:Q"), tooltip=[alt.Tooltip("name:N", title=gettext("day"))])
        )
    return found
