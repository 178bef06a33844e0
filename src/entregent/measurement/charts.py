"""Charts of results in the hand of the house, from the very rows of their tables."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from entregent.measurement.results import Language
from entregent.measurement.words import number

if TYPE_CHECKING:
    from entregent.measurement.boosts import BoostResult
    from entregent.measurement.effects import DayRow, EffectResult

INK, SOFT, FROST, PALE, DOT, RULE = (
    "#1b222b",
    "#515963",
    "#1c5c8c",
    "#d3e4f3",
    "#a8baca",
    "#d3d8de",
)
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "fr": {
        "without": "sans la campagne (estimation)",
        "campaign": "campagne",
        "unit": "par jour",
        "before": "avant",
    },
    "en": {
        "without": "without the campaign (estimate)",
        "campaign": "campaign",
        "unit": "a day",
        "before": "before",
    },
}


def effect_chart(result: "EffectResult", language: Language = "fr") -> Any:
    """Days as dots, their running mean, and the counterfactual with its band."""
    return _drawn(result.rows, result, language, ())


def boost_chart(result: "BoostResult", language: Language = "fr") -> Any:
    """The same, with the campaign as a column and the mean of each window as a flat segment."""
    segments = []
    for window in result.windows:
        if window.mean is None:
            continue
        rows = [row for row in result.rows if window.first_date <= row.day <= window.last_date]
        seen = [row.observed for row in rows if row.observed is not None]
        if seen:
            mean = sum(seen) / len(seen)
            segments.append(
                {
                    "x": rows[0].day.isoformat(),
                    "x2": (rows[-1].day + timedelta(days=1)).isoformat(),
                    "middle": rows[len(rows) // 2].day.isoformat(),
                    "y": mean,
                    "text": number(mean, language),
                }
            )
    return _drawn(result.rows, result, language, segments)


def _drawn(
    rows: "Iterable[DayRow]",
    result: "EffectResult | BoostResult",
    language: Language,
    segments: Iterable[dict[str, Any]],
) -> Any:
    import altair as alt

    words = _WORDS[language]
    told = [
        {
            "day": row.day.isoformat(),
            "value": row.observed,
            "mean": row.mean7,
            "without": row.counterfactual,
            "low": row.low,
            "high": row.high,
        }
        for row in rows
    ]
    data = alt.InlineData(values=told)
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6, grid=False))
    title = result.origin.unit or words["unit"]
    axis = alt.Axis(tickCount=4, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-10)
    y = alt.Y("value:Q", title=title, axis=axis)
    base = alt.Chart(data)
    campaign = [
        {
            "x": result.first_day.isoformat(),
            "x2": (result.last_day + timedelta(days=1)).isoformat(),
            "text": words["campaign"],
        }
    ]
    column = alt.Chart(alt.InlineData(values=campaign))
    last = [row for row in told if row["without"] is not None][-1:]
    layers = [
        column.mark_rect(color="#eef0f3").encode(x="x:T", x2="x2:T"),
        column.mark_text(color=SOFT, align="left", baseline="top", dx=3, dy=3, fontSize=11).encode(
            x="x:T", y=alt.value(0), text="text:N"
        ),
        base.mark_area(color=PALE, opacity=0.9).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_circle(size=12, color=DOT, opacity=0.9).encode(x=x, y=y),
        base.mark_line(color=INK, strokeWidth=1.6).encode(x=x, y="mean:Q"),
        base.mark_line(color=FROST, strokeWidth=1.6, strokeDash=[5, 4]).encode(x=x, y="without:Q"),
        alt.Chart(alt.InlineData(values=last))
        .mark_text(color=FROST, align="right", dy=14, fontSize=11)
        .encode(x="day:T", y="without:Q", text=alt.value(words["without"])),
    ]
    if segments:
        flat = alt.Chart(alt.InlineData(values=list(segments)))
        layers += [
            flat.mark_rule(color=INK, strokeWidth=3).encode(x="x:T", x2="x2:T", y="y:Q"),
            flat.mark_text(color=INK, dy=-10, fontSize=12, fontWeight=700).encode(
                x="middle:T", y="y:Q", text="text:N"
            ),
        ]
    return (
        alt.layer(*layers)
        .properties(width=640, height=280)
        .configure_view(stroke=None)
        .configure_axis(labelColor=SOFT, titleColor=SOFT, domainColor=RULE, gridColor=RULE)
    )
