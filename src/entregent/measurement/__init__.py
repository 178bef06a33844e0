"""Measurement, as a pure library: what was added, how surely, and whether it stayed.

Data in, data out: no clock, no file, no network; what is drawn comes from a seed. Names below are
loaded where they are first used, since what stands behind them is heavy.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from entregent.measurement.boosts import BoostResult, boost
    from entregent.measurement.calendars import holiday_names
    from entregent.measurement.cohorts import compare_repeat_purchase, repeat_purchase, retention
    from entregent.measurement.costs import cost_per_lasting
    from entregent.measurement.effects import EffectResult, effect
    from entregent.measurement.looks import AlphaSpending, always_valid_interval
    from entregent.measurement.panel import (
        Panel,
        StaggeredPanel,
        design_markets,
        group_time_effects,
        panel_effect,
    )
    from entregent.measurement.power import PowerResult, smallest_effect
    from entregent.measurement.read_outs import plan_read_outs
    from entregent.measurement.reading import read_table, series_from
    from entregent.measurement.results import CannotMeasure, Check, Interval, Origin
    from entregent.measurement.series import DailySeries

_MODULES = {
    "boosts": ("BoostResult", "boost"),
    "calendars": ("holiday_names",),
    "cohorts": ("compare_repeat_purchase", "repeat_purchase", "retention"),
    "costs": ("cost_per_lasting",),
    "effects": ("EffectResult", "effect"),
    "looks": ("AlphaSpending", "always_valid_interval"),
    "panel": ("Panel", "StaggeredPanel", "design_markets", "group_time_effects", "panel_effect"),
    "power": ("PowerResult", "smallest_effect"),
    "read_outs": ("plan_read_outs",),
    "reading": ("read_table", "series_from"),
    "results": ("CannotMeasure", "Check", "Interval", "Origin"),
    "series": ("DailySeries",),
}
_WHERE = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "AlphaSpending",
    "BoostResult",
    "CannotMeasure",
    "Check",
    "DailySeries",
    "EffectResult",
    "Interval",
    "Origin",
    "Panel",
    "PowerResult",
    "StaggeredPanel",
    "always_valid_interval",
    "boost",
    "compare_repeat_purchase",
    "cost_per_lasting",
    "design_markets",
    "effect",
    "group_time_effects",
    "holiday_names",
    "panel_effect",
    "plan_read_outs",
    "read_table",
    "repeat_purchase",
    "retention",
    "series_from",
    "smallest_effect",
]


def __getattr__(name: str) -> Any:
    """Load a name where it is first asked for."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
