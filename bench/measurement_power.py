"""Whether an effect of the size that a plan is told is shown as often as it was told: a long run.

Example: python -m bench.measurement_power 100
"""

import sys
from datetime import timedelta

import numpy as np

from entregent.measurement.boosts import boost
from entregent.measurement.effects import effect
from entregent.measurement.power import smallest_effect
from entregent.measurement.results import CannotMeasure
from entregent.measurement.series import DailySeries
from entregent.simulation.daily_series import Effect, draw

DESIGNS = ("iid_trend", "ar6_trend", "random_walk", "ar9", "count_growth", "multiplicative")
FACTORS = (1.0, 0.5)
BEFORE, CAMPAIGN = 250, 28


def shown(design: str, worlds: int, first_seed: int) -> dict[float, float]:
    """Share of worlds in which the smallest effect, and half of it, are told from zero."""
    found = dict.fromkeys(FACTORS, 0)
    for seed in range(first_seed, first_seed + worlds):
        world = draw(design, seed, before=BEFORE, after=0, campaign=CAMPAIGN)
        start = world.first_day + timedelta(days=world.start)
        series = DailySeries(world.first_day, world.values)
        plan = smallest_effect(series, campaign_days=CAMPAIGN, from_day=start, read_after_days=())
        generator = np.random.default_rng(seed)
        for factor in FACTORS:
            rate = factor * plan.smallest.per_day
            came: object = rate
            if plan.scale == "count":
                came = generator.poisson(rate, CAMPAIGN)
            values = world.values.copy()
            values[world.start :] += came
            told = effect(DailySeries(world.first_day, values), start, seed=seed)
            found[factor] += told.mean.low > 0
    return {factor: count / worlds for factor, count in found.items()}


def lasting(design: str, worlds: int, first_seed: int) -> dict[float, float]:
    """Share of worlds in which the smallest lasting rate, and half of it, are called lasting."""
    found = dict.fromkeys(FACTORS, 0)
    after = 180
    for seed in range(first_seed, first_seed + worlds):
        world = draw(design, seed, before=BEFORE, after=after, effect=Effect(during=12.0))
        first, last = (world.first_day + timedelta(days=each) for each in (world.start, world.end))
        hoped = 28 * 12.0
        plan = smallest_effect(
            DailySeries(world.first_day, world.values),
            campaign_days=CAMPAIGN,
            from_day=first,
            read_after_days=(after,),
            hoped=hoped,
        )
        rate = plan.read_outs[0].lasting
        assert rate is not None
        for factor in FACTORS:
            values = world.values.copy()
            values[world.end + 1 :] += factor * rate.per_day
            try:
                told = boost(DailySeries(world.first_day, values), (first, last), seed=seed)
            except CannotMeasure:
                continue
            found[factor] += told.verdict in {"sustained", "compounding"}
    return {factor: count / worlds for factor, count in found.items()}


def main(worlds: int, first_seed: int = 70_000) -> None:
    """Print a row for each design."""
    print(f"{worlds} worlds a row; 80% is what a plan is told. Standard error at 80%:")
    print(
        f"{100 * (0.8 * 0.2 / worlds) ** 0.5:.1f} points. {BEFORE} days before, {CAMPAIGN} of it."
    )
    print("| design | smallest effect shown | half of it |")
    print("|---|---|---|")
    for design in DESIGNS:
        full, half = shown(design, worlds, first_seed).values()
        print(f"| {design} | {full:.0%} | {half:.0%} |", flush=True)
    print("| lasting rate at 180 days, boost of 12 | called lasting | half of it |")
    for design in ("iid_trend", "ar6_trend"):
        full, half = lasting(design, worlds, first_seed).values()
        print(f"| {design} | {full:.0%} | {half:.0%} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
