"""Series in which it is known what a campaign added, and the questions that are asked of them."""

from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.boosts import BoostResult, boost
from entregent.measurement.effects import EffectResult, effect
from entregent.measurement.series import DailySeries
from entregent.simulation import daily_series
from entregent.simulation.daily_series import Effect, PlantedSeries

MONDAY = date(2024, 1, 1)
NAME, UNIT = "Abonnements", "nouveaux abonnements par jour"


def draw(design: str, seed: int, **options: Any) -> PlantedSeries:
    """A world whose campaign lasts four weeks."""
    return daily_series.draw(design, seed, **{"campaign": 28, **options})


def series_of(world: PlantedSeries, values: NDArray[np.float64] | None = None) -> DailySeries:
    """What was collected in a world, or other values on its days."""
    return DailySeries(world.first_day, world.values if values is None else values, NAME, UNIT)


def campaign_of(world: PlantedSeries) -> tuple[date, date]:
    """First and last day of a world's campaign."""
    first, last = (world.first_day + timedelta(days=at) for at in (world.start, world.end))
    return first, last


def controls_of(world: PlantedSeries) -> tuple[DailySeries, ...]:
    """The series beside it."""
    return tuple(
        DailySeries(world.first_day, values, f"Témoin {number}")
        for number, values in enumerate(world.controls, 1)
    )


def short_world(lift: float = 0.0, *, seed: int = 5, before: int = 70, after: int = 10) -> Any:
    """A quiet quarter, and a campaign of four weeks: little to compute."""
    return draw("iid_trend", seed, before=before, after=after, effect=Effect(during=lift))


@cache
def measured(
    design: str = "ar6_trend",
    seed: int = 3,
    planted: Effect | None = None,
    *,
    before: int = 365,
    after: int = 365,
    **options: Any,
) -> BoostResult:
    """What `boost` says of a world; the same question is asked once."""
    world = draw(design, seed, before=before, after=after, effect=planted)
    return boost(series_of(world), campaign_of(world), seed=1, **options)


@cache
def added(
    lift: float = 6.0,
    *,
    design: str = "iid_trend",
    seed: int = 5,
    before: int = 120,
    **options: Any,
) -> EffectResult:
    """What `effect` says of the campaign of a world; the same question is asked once."""
    world = draw(design, seed, before=before, after=20, effect=Effect(during=lift))
    return effect(series_of(world), *campaign_of(world), seed=1, **options)
