"""The chart of a plan: the past, the coming days as they may go, and what would be seen."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from entregent.measurement.charts import DOT, FROST, INK, PALE, RULE, SOFT
from entregent.measurement.results import Language
from entregent.measurement.words import number

if TYPE_CHECKING:
    from entregent.measurement.power import PowerResult

GREY: Final = "#eef0f3"
RASPBERRY: Final = "#a9164a"
PAPER: Final = "#fcfaf6"
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "fr": {
        "without": "sans la campagne (estimation)",
        "campaign": "campagne",
        "unit": "par jour",
        "step": "plus petit effet visible",
        "hoped": "ce qu'on espère",
    },
    "en": {
        "without": "without the campaign (estimate)",
        "campaign": "campaign",
        "unit": "a day",
        "step": "smallest effect that can be seen",
        "hoped": "what is hoped for",
    },
}


def power_chart(result: "PowerResult", language: Language = "fr") -> Any:
    """Days as dots, their running mean, the fan of the coming days, and what must be added."""
    import altair as alt

    words = _WORDS[language]
    rows = [
        {
            "day": row.day.isoformat(),
            "value": row.observed,
            "mean": row.mean7,
            "without": row.counterfactual,
            "low": row.low,
            "high": row.high,
        }
        for row in result.rows
    ]
    end = (result.last_day + timedelta(days=1)).isoformat()
    middle = result.first_day + timedelta(days=result.campaign_days // 2)
    level = result.expected.estimate
    steps = [
        {
            "x": result.first_day.isoformat(),
            "x2": end,
            "middle": middle.isoformat(),
            "level": level,
            "top": level + result.smallest.per_day,
            "text": f"{words['step']} (+{number(result.smallest.per_day, language)})",
        }
    ]
    hoped = []
    if result.hoped is not None:
        hoped = [
            {
                "x": result.first_day.isoformat(),
                "x2": end,
                "top": level + result.hoped.per_day,
                "text": f"{words['hoped']} (+{number(result.hoped.per_day, language)})",
            }
        ]
    base = alt.Chart(alt.InlineData(values=rows))
    step = alt.Chart(alt.InlineData(values=steps))
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6, grid=False))
    axis = alt.Axis(tickCount=4, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-10)
    y = alt.Y(
        "value:Q", title=result.origin.unit or words["unit"], axis=axis, scale=alt.Scale(zero=True)
    )
    coming = [row for row in rows if row["without"] is not None]
    layers = [
        step.mark_rect(color=GREY).encode(x="x:T", x2="x2:T"),
        step.mark_text(color=SOFT, align="left", baseline="top", dx=3, dy=3, fontSize=11).encode(
            x="x:T", y=alt.value(0), text=alt.value(words["campaign"])
        ),
        base.mark_area(color=PALE, opacity=0.9).encode(x=x, y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_circle(size=12, color=DOT, opacity=0.9).encode(x=x, y=y),
        base.mark_line(color=INK, strokeWidth=1.6).encode(x=x, y="mean:Q"),
        base.mark_line(color=FROST, strokeWidth=1.6, strokeDash=[5, 4]).encode(x=x, y="without:Q"),
        alt.Chart(alt.InlineData(values=coming[-1:]))
        .mark_text(color=FROST, align="right", dy=14, fontSize=11)
        .encode(x="day:T", y="low:Q", text=alt.value(words["without"])),
        step.mark_rule(color=RASPBERRY, strokeWidth=3).encode(x="x:T", x2="x2:T", y="top:Q"),
        step.mark_rule(color=RASPBERRY, strokeWidth=1).encode(x="x:T", y="level:Q", y2="top:Q"),
        step.mark_rule(color=RASPBERRY, strokeWidth=1).encode(x="x2:T", y="level:Q", y2="top:Q"),
        *_labelled(step, RASPBERRY, "right", -6, 0, "x:T"),
    ]
    if hoped:
        wanted = alt.Chart(alt.InlineData(values=hoped))
        layers += [
            wanted.mark_rule(color=INK, strokeWidth=2, strokeDash=[2, 3]).encode(
                x="x:T", x2="x2:T", y="top:Q"
            ),
            *_labelled(wanted, INK, "left", 6, -8, "x2:T"),
        ]
    return (
        alt.layer(*layers)
        .properties(width=640, height=280)
        .configure_view(stroke=None)
        .configure_axis(labelColor=SOFT, titleColor=SOFT, domainColor=RULE, gridColor=RULE)
    )


def _labelled(chart: Any, color: str, align: str, dx: int, dy: int, x: str) -> list[Any]:
    """Words beside a step, with paper behind them: they stand on lines."""
    looks = {"align": align, "dx": dx, "dy": dy, "fontSize": 12, "fontWeight": 700}
    place = {"x": x, "y": "top:Q", "text": "text:N"}
    halo = {"color": PAPER, "stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"}
    return [
        chart.mark_text(**halo, **looks).encode(**place),
        chart.mark_text(color=color, **looks).encode(**place),
    ]
