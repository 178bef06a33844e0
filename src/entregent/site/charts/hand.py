"""The hand that all charts share: colours, type, languages, how a gap is hatched.

The colours are those of ``page.css``, as the numbers that an SVG understands.
"""

import importlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours of one scheme."""

    paper: str
    ink: str
    soft: str
    rule: str
    frost: str
    pale: str
    raspberry: str
    dot: str
    grey: str


SCHEMES: Final = {
    "light": Ink(
        paper="#fcfaf6",
        ink="#1b222b",
        soft="#515963",
        rule="#d3d8de",
        frost="#1c5c8c",
        pale="#e0edf8",
        raspberry="#a9164a",
        dot="#a8baca",
        grey="#eef0f3",
    ),
    "dark": Ink(
        paper="#11161d",
        ink="#e8e4dd",
        soft="#a4acb4",
        rule="#353b42",
        frost="#82c8ea",
        pale="#1f2d39",
        raspberry="#fa8fa4",
        dot="#50606e",
        grey="#1e2226",
    ),
}

SANS: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"

_FRENCH: Final = {
    "number": {
        "decimal": ",",
        "thousands": "\N{NARROW NO-BREAK SPACE}",
        "grouping": [3],
        "currency": ["", "\N{NO-BREAK SPACE}$"],
        "percent": "\N{NO-BREAK SPACE}%",
    },
    "time": {
        "dateTime": "%A %e %B %Y, %X",
        "date": "%Y-%m-%d",
        "time": "%-H h %M",
        "periods": ["", ""],
        "days": ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"],
        "shortDays": ["dim.", "lun.", "mar.", "mer.", "jeu.", "ven.", "sam."],
        "months": [
            *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
            *("septembre", "octobre", "novembre", "décembre"),
        ],
        "shortMonths": [
            *("janv.", "févr.", "mars", "avril", "mai", "juin", "juill.", "août"),
            *("sept.", "oct.", "nov.", "déc."),
        ],
    },
}

_ENGLISH: Final = {
    "time": {
        "dateTime": "%A, %B %e, %Y, %X",
        "date": "%B %-d, %Y",
        "time": "%-I:%M %p",
        "periods": ["a.m.", "p.m."],
        "days": [
            *("Sunday", "Monday", "Tuesday", "Wednesday"),
            *("Thursday", "Friday", "Saturday"),
        ],
        "shortDays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        "months": [
            *("January", "February", "March", "April", "May", "June", "July", "August"),
            *("September", "October", "November", "December"),
        ],
        "shortMonths": [
            *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
            *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        ],
    },
}


def altair() -> Any:
    """The library of specifications, loaded where a chart is asked for first.

    It looks at pandas where that is loaded, without waiting until it is loaded whole; and Arrow
    loads it in some thread or other, also while a chart is drawn. So it is loaded before.
    """
    importlib.import_module("pandas")
    return importlib.import_module("altair")


def scheme_of(name: str | None) -> Ink:
    """Colours by name; light ones for anything but ``dark``."""
    return SCHEMES["dark" if name == "dark" else "light"]


def config(ink: Ink, language: str) -> dict[str, Any]:
    """How everything looks that a chart does not say itself."""
    found: dict[str, Any] = {
        "background": "transparent",
        "font": SANS,
        "view": {"stroke": None},
        "axis": {
            "labelColor": ink.soft,
            "titleColor": ink.soft,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "domainColor": ink.rule,
            "tickColor": ink.rule,
            "gridColor": ink.rule,
            "gridOpacity": 0.6,
        },
        "text": {"font": SANS, "fontSize": 12, "color": ink.ink},
    }
    found["locale"] = _ENGLISH if language == "en" else _FRENCH
    return found


def hatching(first: date, last: date, top: float, step_days: float) -> list[dict[str, Any]]:
    """Slanted lines that fill a box of days: how a gap is drawn, where no pattern can be.

    Parameters
    ----------
    first, last
        First and last day of the gap, both included.
    top
        Value at the upper edge of the chart; the lower one is zero.
    step_days
        Days between two lines, and width over which each rises to the top.

    Returns
    -------
    list of dict
        Lines from ``(x, y)`` to ``(x2, y2)``, cut at the edges of the box.
    """
    width = (last - first).days + 1.0
    found = []
    start = -step_days * 3
    while start < width:
        end = start + step_days * 3
        low, high = max(start, 0.0), min(end, width)
        if high > low:
            found.append(
                {
                    "x": _moment(first, low),
                    "x2": _moment(first, high),
                    "y": top * (low - start) / (step_days * 3),
                    "y2": top * (high - start) / (step_days * 3),
                }
            )
        start += step_days
    return found


def _moment(day: date, after_days: float) -> str:
    seconds = round(after_days * 86_400)
    whole = day + timedelta(seconds=seconds // 86_400 * 86_400)
    rest = seconds % 86_400
    return f"{whole.isoformat()}T{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
