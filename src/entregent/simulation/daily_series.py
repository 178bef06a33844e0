"""Daily series with a planted truth: what the proofs and benchmarks of measurement are made on.

Each world is drawn twice over, so to speak: what would have happened anyway, and what a campaign
added to it day by day. An estimate can thus be held against the truth of that very world.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FIRST_DAY: Final = date(2024, 1, 1)
"""Of every world: a Monday."""
BEFORE_DAYS: Final = 365
CAMPAIGN_DAYS: Final = 30


@dataclass(frozen=True)
class PlantedSeries:
    """A world.

    Attributes
    ----------
    design
        Name of the design it was drawn from.
    first_day
        Of the series.
    values
        Shape (days,): what was collected; NaN where nothing was.
    effect
        Shape (days,): what the campaign added on each day; zero before it.
    start, end
        Indices of the campaign's first and last day, both included.
    controls
        Series beside it, each of shape (days,).
    breaks
        First days of a new way of collecting that a user would declare.
    others
        First and last day of other campaigns that a user would declare.
    """

    design: str
    first_day: date
    values: Floats
    effect: Floats
    start: int
    end: int
    controls: tuple[Floats, ...] = ()
    breaks: tuple[date, ...] = ()
    others: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a campaign adds, in units of the series' own noise (of its mean, for growing ones).

    Attributes
    ----------
    during
        Each day of the campaign.
    lasting
        Each day after it, for good.
    fading, half_life_days
        More on the first day after it, which halves in so many days.
    slope
        More each day after it than the day before.
    payback, payback_days
        Taken back in all, as a multiple of what the campaign brought, spread over so many days.
    """

    during: float = 0.0
    lasting: float = 0.0
    fading: float = 0.0
    half_life_days: float = 14.0
    slope: float = 0.0
    payback: float = 0.0
    payback_days: int = 60

    def path(self, start: int, end: int, days: int) -> Floats:
        """What it adds day by day, shape (days,), for a campaign on `start` to `end`."""
        found = np.zeros(days)
        found[start : end + 1] = self.during
        after = np.arange(1, days - end)
        found[end + 1 :] = (
            self.lasting + self.fading * 2.0 ** (-after / self.half_life_days) + self.slope * after
        )
        taken = self.payback * self.during * (end - start + 1) / self.payback_days
        found[end + 1 : end + 1 + self.payback_days] -= taken
        return found


@dataclass(frozen=True)
class _Drawn:
    """What a design draws: the series without the campaign, and what comes with it."""

    base: Floats
    unit: float = 1.0
    controls: tuple[Floats, ...] = ()
    breaks: tuple[int, ...] = ()
    others: tuple[tuple[int, int], ...] = ()
    missing: NDArray[np.bool_] | None = None
    leaks: float = 0.0
    counts: bool = False


def draw(
    design: str,
    seed: int,
    *,
    before: int = BEFORE_DAYS,
    after: int = 365,
    campaign: int = CAMPAIGN_DAYS,
    effect: Effect | None = None,
) -> PlantedSeries:
    """Draw a world.

    Parameters
    ----------
    design
        One of `DESIGNS`.
    seed
        The same design and seed give the same world.
    before, campaign, after
        Days before the campaign, of it, and after it.
    effect
        What the campaign adds; nothing if left out.
    """
    days = before + campaign + after
    # The name takes part in the seed: designs of one seed are not the same noise.
    generator = np.random.default_rng([seed, *design.encode()])
    drawn = DESIGNS[design](generator, days, before)
    start, end = before, before + campaign - 1
    added = (effect or Effect()).path(start, end, days) * drawn.unit
    if drawn.counts:
        sign = np.sign(added)
        added = sign * generator.poisson(np.abs(added))
        # Nobody can take back more than there is.
        added = np.maximum(added, -drawn.base)
    values = drawn.base + added
    if drawn.missing is not None:
        values = np.where(drawn.missing, np.nan, values)
    return PlantedSeries(
        design=design,
        first_day=FIRST_DAY,
        values=values,
        effect=added,
        start=start,
        end=end,
        controls=tuple(control + drawn.leaks * added for control in drawn.controls),
        breaks=tuple(FIRST_DAY + timedelta(days=day) for day in drawn.breaks),
        others=tuple(
            (FIRST_DAY + timedelta(days=low), FIRST_DAY + timedelta(days=high))
            for low, high in drawn.others
        ),
    )


def _week(days: int, size: float = 1.0) -> Floats:
    pattern = np.array([-0.6, -0.2, 0.1, 0.4, 0.9, 0.3, -0.9]) * size
    return np.asarray(pattern[np.arange(days) % 7])


def _autoregression(shocks: Floats, rho: float, warm_up: int = 200) -> Floats:
    """A first-order autoregression of some shocks, shape (days,); the first `warm_up` are lost."""
    found = np.empty(len(shocks))
    last = 0.0
    for number, shock in enumerate(shocks):
        last = rho * last + shock
        found[number] = last
    return found[warm_up:]


def _ar(generator: np.random.Generator, days: int, rho: float, sd: float = 1.0) -> Floats:
    """A first-order autoregression whose values have a standard deviation of `sd`."""
    return _autoregression(generator.normal(0, sd * math.sqrt(1 - rho**2), days + 200), rho)


def _trend(days: int, slope: float = 0.01) -> Floats:
    return np.asarray(50.0 + slope * np.arange(days), dtype=np.float64)


def _iid_trend(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    del before
    return _Drawn(_trend(days) + _week(days) + generator.normal(size=days))


def _ar_trend(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    del before
    return _Drawn(_trend(days) + _week(days) + _ar(generator, days, 0.6))


def _random_walk(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    del before
    walk = np.cumsum(generator.normal(0, 0.2, days))
    return _Drawn(50.0 + walk + _week(days) + generator.normal(size=days))


def _control(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    del before
    walk = np.cumsum(generator.normal(0, 0.3, days))
    control = 30.0 + walk + _week(days, 0.5) + generator.normal(0, 0.5, days)
    base = 20.0 + control + _week(days, 0.5) + _ar(generator, days, 0.6)
    return _Drawn(base, controls=(control,))


def _persistent(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    del before
    return _Drawn(50.0 + _week(days) + _ar(generator, days, 0.9))


def _local_trend(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    del before
    slope = np.cumsum(generator.normal(0, 0.01, days))
    level = np.cumsum(slope + generator.normal(0, 0.1, days))
    return _Drawn(50.0 + level + _week(days) + generator.normal(size=days))


def _count_growth(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    rate = 20.0 * np.exp(0.002 * np.arange(days) + _week(days, 0.15))
    size = 10.0
    counts = generator.poisson(rate * generator.gamma(size, 1 / size, days)).astype(float)
    return _Drawn(counts, unit=float(np.mean(rate[before - 28 : before])) / 4, counts=True)


def _heavy_tails(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    del before
    shocks = generator.standard_t(3, days + 200)
    return _Drawn(_trend(days) + _week(days) + _autoregression(shocks, 0.6))


def _drifting_week(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    del before
    weeks = days // 7 + 1
    pattern = np.cumsum(generator.normal(0, 0.12, (weeks, 7)), axis=0)
    pattern -= pattern.mean(axis=1, keepdims=True)
    drift = pattern.reshape(-1)[:days]
    return _Drawn(_trend(days) + _week(days) + drift + _ar(generator, days, 0.6))


def _multiplicative(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    logs = 0.002 * np.arange(days) + _week(days, 0.12) + _ar(generator, days, 0.6, 0.1)
    base = 50.0 * np.exp(logs)
    return _Drawn(base, unit=float(np.mean(base[before - 28 : before])) / 10)


def _level_break(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    drawn = _ar_trend(generator, days, before)
    at = int(generator.integers(before // 4, before - 30))
    step = 4.0 * (1 if generator.random() < 0.5 else -1)
    return _Drawn(drawn.base + step * (np.arange(days) >= at))


def _declared_break(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    drawn = _ar_trend(generator, days, before)
    at = int(generator.integers(before // 4, before - 30))
    step = 4.0 * (1 if generator.random() < 0.5 else -1)
    return _Drawn(drawn.base + step * (np.arange(days) >= at), breaks=(at,))


def _contaminated(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    drawn = _control(generator, days, before)
    return _Drawn(drawn.base, controls=drawn.controls, leaks=0.5)


def _overlapping(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    drawn = _ar_trend(generator, days, before)
    first, last = before - 21, before + 6
    other = np.zeros(days)
    other[first : last + 1] = 4.0
    other[last + 1 :] = 0.8
    return _Drawn(drawn.base + other, others=((first, last),))


def _gaps(generator: np.random.Generator, days: int, before: int) -> _Drawn:
    drawn = _ar_trend(generator, days, before)
    missing = generator.random(days) < 0.08
    for low in (before // 3, before - 40, before + 50):
        missing[low : low + 18] = True
    missing[0] = False
    return _Drawn(drawn.base, missing=missing)


DESIGNS: Final[Mapping[str, Callable[[np.random.Generator, int, int], _Drawn]]] = {
    "iid_trend": _iid_trend,
    "ar6_trend": _ar_trend,
    "random_walk": _random_walk,
    "control_ar6": _control,
    "ar9": _persistent,
    "local_trend": _local_trend,
    "count_growth": _count_growth,
    "heavy_tails": _heavy_tails,
    "drifting_week": _drifting_week,
    "multiplicative": _multiplicative,
    "level_break": _level_break,
    "declared_break": _declared_break,
    "contaminated_control": _contaminated,
    "overlapping": _overlapping,
    "gaps": _gaps,
}
"""Every design by its name; each takes a generator, all days, and the days before the campaign."""
WITHIN_THE_FAMILY: Final = frozenset(
    {
        *("iid_trend", "ar6_trend", "random_walk", "control_ar6", "ar9", "local_trend"),
        *("declared_break", "gaps"),
    }
)
"""Designs that the averaged models hold; the others are there to see what happens outside."""
