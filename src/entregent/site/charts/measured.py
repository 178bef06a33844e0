"""Charts of the measurement library on a page: its width, light and dark, its language."""

from typing import Any, Final

import orjson

from entregent.site.charts.hand import SCHEMES, Ink, altair, config

_OF_THE_LIBRARY: Final = {
    "#1b222b": "ink",
    "#515963": "soft",
    "#d3d8de": "rule",
    "#1c5c8c": "frost",
    "#d3e4f3": "pale",
    "#e0edf8": "pale",
    "#a9164a": "raspberry",
    "#a8baca": "dot",
    "#eef0f3": "grey",
    "#fcfaf6": "paper",
}
"""Colours that the library draws with, all of them of the light scheme."""


def specification(
    result: Any, language: str, *, scheme: str = "light", height: int = 300
) -> dict[str, Any]:
    """The chart of a result as a Vega-Lite specification that a page can hold.

    Parameters
    ----------
    result
        Anything of `entregent.measurement` that has a chart and a sentence.
    language
        ``fr`` or ``en``.
    scheme
        ``light`` or ``dark``.
    height
        Of the drawing, in pixels.
    """
    altair()
    found: dict[str, Any] = result.chart(language).to_dict(validate=False)
    found |= {
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "config": config(SCHEMES["light"], language),
        "description": result.sentence(language),
    }
    if scheme != "dark":
        return found
    text = orjson.dumps(found).decode()
    for light, dark in dark_colours().items():
        text = text.replace(light, dark)
    recoloured: dict[str, Any] = orjson.loads(text)
    return recoloured


def dark_colours() -> dict[str, str]:
    """For each colour of a light chart, the one that stands for it in the dark."""
    dark: Ink = SCHEMES["dark"]
    return {light: getattr(dark, name) for light, name in _OF_THE_LIBRARY.items()}
