"""Draw the two shapes of docs/explanation/boost-or-lasting-growth.md, from simulated series.

Run by hand where the charts or the engine change: python -m bench.measurement_pictures
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import vl_convert

from entregent.measurement.boosts import boost
from entregent.measurement.series import DailySeries
from entregent.simulation.daily_series import Effect, draw

FOLDER: Final = Path(__file__).parents[1] / "docs" / "images"
DESIGN, SEED, BEFORE_DAYS, HIGHEST = "iid_trend", 3, 365, 100
SHAPES: Final = {
    "boost-only": Effect(during=40.0),
    "lasting-growth": Effect(during=12.0, lasting=9.0),
}


def shape(name: str) -> dict[str, Any]:
    """The specification of one picture; both have the same scale, from zero."""
    world = draw(DESIGN, SEED, before=BEFORE_DAYS, campaign=28, effect=SHAPES[name])
    series = DailySeries(world.first_day, world.values, "Follows", "new follows a day")
    first, last = (world.first_day + timedelta(days=at) for at in (world.start, world.end))
    found = boost(series, (first, last), seed=SEED)
    drawn: dict[str, Any] = found.chart("en").to_dict()
    drawn["title"] = {
        "text": found.title("en"),
        "subtitle": ["Simulated.", found.sentence("en")],
        "anchor": "start",
        "subtitleColor": "#515963",
    }
    for layer in drawn["layer"]:
        y = layer["encoding"].get("y", {})
        if y.get("field") == "value":
            y["scale"] = {"domain": [0, HIGHEST]}
    drawn["background"] = "white"
    return drawn


def main() -> None:
    """Write both pictures."""
    for name in SHAPES:
        picture = vl_convert.vegalite_to_svg(shape(name))
        # A tenth of a pixel is enough, and a third of the file.
        picture = re.sub(r"\d+\.\d{2,}", lambda found: f"{float(found[0]):.1f}", picture)
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
