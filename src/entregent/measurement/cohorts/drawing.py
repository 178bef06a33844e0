"""Charts of cohorts: two lines with their bands, labelled where they end."""

import importlib
from collections.abc import Sequence
from typing import Any, Final

from entregent.measurement.results import Language
from entregent.measurement.words import NO_BREAK

INK: Final = "#1b222b"
SOFT: Final = "#515963"
FROST: Final = "#1c5c8c"
PALE: Final = "#e0edf8"
GREY: Final = "#e3e5e8"
DECIMALS: Final[dict[Language, dict[str, Any]]] = {
    "fr": {
        "decimal": ",",
        "thousands": NO_BREAK,
        "grouping": [3],
        "currency": ["", f"{NO_BREAK}$"],
    },
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["$", ""]},
}
NAMES: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("la campagne", "les autres"),
    "en": ("the campaign", "the others"),
}
Line = Sequence[tuple[float, float, float, float]]
"""Points of one cohort: age, estimate, lower and upper bound."""


def two_lines(
    campaign: Line,
    others: Line,
    *,
    language: Language,
    x_title: str,
    y_title: str,
    ticks: Sequence[int],
    top: float | None = None,
    steps: bool = True,
    names: tuple[str, str] | None = None,
) -> Any:
    """The campaign's cohort in frost over the others in soft ink, on one scale from zero.

    Parameters
    ----------
    campaign, others
        Points by growing age.
    x_title, y_title
        Units, written out.
    ticks
        Ages that carry a number.
    top
        Upper edge; by the data if None.
    steps
        Whether a value stays until the next one.
    names
        Of the campaign's line and the others'; the usual ones if None.
    """
    alt = importlib.import_module("altair")
    ours, theirs = names or NAMES[language]
    lines = (others, campaign)
    looks = ((theirs, SOFT, GREY), (ours, FROST, PALE))
    last = max([float(tick) for tick in ticks] + [line[-1][0] for line in lines if line])
    x = alt.X(
        "age:Q",
        title=x_title,
        scale=alt.Scale(domain=[0, last], nice=False),
        axis=alt.Axis(values=[0, *ticks], grid=False),
    )
    scale = alt.Scale(domain=[0, top]) if top is not None else alt.Scale(zero=True)
    axis = alt.Axis(tickCount=4, titleAngle=0, titleAlign="left", titleAnchor="end", titleY=-10)
    interpolate = "step-after" if steps else "linear"
    layers = []
    for line, (name, colour, band) in zip(lines, looks, strict=True):
        if not line:
            continue
        rows = [
            {"age": age, "value": value, "low": low, "high": high, "name": name}
            for age, value, low, high in line
        ]
        chart = alt.Chart(alt.Data(values=rows))
        y = alt.Y("value:Q", title=y_title, scale=scale, axis=axis)
        layers.append(
            chart.mark_area(color=band, opacity=0.7, interpolate=interpolate).encode(
                x=x, y=alt.Y("low:Q", title=y_title, scale=scale, axis=axis), y2="high:Q"
            )
        )
        layers.append(
            chart.mark_line(color=colour, strokeWidth=1.5, interpolate=interpolate).encode(x=x, y=y)
        )
        label = alt.Chart(alt.Data(values=rows[-1:]))
        layers.append(
            label.mark_text(color=colour, align="left", dx=6, fontSize=12).encode(
                x=x, y=y, text="name:N"
            )
        )
    chart = alt.layer(*layers).properties(
        width=520, height=260, padding={"left": 5, "top": 20, "right": 90, "bottom": 5}
    )
    return (
        chart.configure(locale={"number": DECIMALS[language]})
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=SOFT,
            titleColor=SOFT,
            titleFontWeight="normal",
            domainColor="#d3d8de",
            tickColor="#d3d8de",
            gridColor="#d3d8de",
        )
    )
