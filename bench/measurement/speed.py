"""How quickly the engine answers, beside what a user would pick instead: ratios of one run."""

import importlib.util
import resource
import statistics
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from typing import Any

import numpy as np

from entregent.measurement.boosts import boost
from entregent.measurement.counterfactual import Model
from entregent.measurement.effects import effect
from entregent.measurement.series import DailySeries
from entregent.simulation.daily_series import FIRST_DAY, Effect, draw

BEFORE, AFTER = 365, 60
LENGTHS = (200, 1_000, 5_000)


def run(*, repeats: int = 7, slow: bool = False, campaigns: int = 24) -> dict[str, Any]:
    """Measure, print, and give the figures back.

    Parameters
    ----------
    repeats
        Runs of each case; the median is told.
    slow
        Whether CausalPy is run too, once: it takes minutes.
    campaigns
        How many campaigns are measured for the figure of a night.
    """
    outcome, control, start = _case()
    series = DailySeries(FIRST_DAY, outcome, "orders")
    beside = DailySeries(FIRST_DAY, control, "beside")
    first = FIRST_DAY + timedelta(days=start)
    whole: dict[str, Any] = {"days": len(outcome), "cases": {}}

    def one_fit() -> None:
        Model().fit(FIRST_DAY, outcome, start, np.random.default_rng(1), controls=[control])

    cases: dict[str, Callable[[], object]] = {
        "fit": one_fit,
        "fit, audit and control check": lambda: effect(series, first, controls=[beside]),
        "statsmodels, trend + AR(1) + weekdays + control": lambda: _statsmodels(
            outcome, control, start
        ),
    }
    if importlib.util.find_spec("causal_impact") or importlib.util.find_spec("causalimpact"):
        cases["bsts-causalimpact"] = lambda: _bsts(outcome, control, start, 1)
        cases["bsts-causalimpact, nseasons=7"] = lambda: _bsts(outcome, control, start, 7)
    for name, case in cases.items():
        case()
        whole["cases"][name] = _median(case, repeats)
    if slow and importlib.util.find_spec("causalpy"):
        whole["cases"]["CausalPy, linear regression"] = _median(
            lambda: _causalpy(outcome, control, start), 1
        )
    ours = whole["cases"]["fit"]
    for name, seconds in whole["cases"].items():
        print(f"measurement, {name}: {seconds:.3f} s, {seconds / ours:.2f} times our fit")
    whole["by_days"] = {}
    for days in LENGTHS:
        world = draw("ar6_trend", 1, before=days, after=60, campaign=1)
        quick = Model(scale="linear")

        def fit(world: Any = world, quick: Model = quick) -> None:
            quick.fit(world.first_day, world.values, world.start, np.random.default_rng(1))

        fit()
        whole["by_days"][days] = _median(fit, repeats)
        print(f"measurement, fit of {days} days: {whole['by_days'][days]:.3f} s")
    whole["night"] = _night(campaigns)
    night = whole["night"]
    print(
        f"measurement, a night: 1,000 campaigns in {night['minutes']:.0f} min on 2 cores, "
        f"{night['peak_mb']:.0f} MB a process"
    )
    return whole


def _case() -> tuple[Any, Any, int]:
    world = draw(
        "control_ar6", 5, before=BEFORE, after=AFTER - 1, campaign=1, effect=Effect(during=0.0)
    )
    return world.values, world.controls[0], world.start


def _median(case: Callable[[], object], repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        started = time.perf_counter()
        case()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def _statsmodels(outcome: Any, control: Any, start: int) -> None:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    days = np.arange(len(outcome)) % 7
    dummies = np.column_stack([(days == day).astype(float) for day in range(6)])
    beside = np.column_stack([dummies, control])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = UnobservedComponents(
            outcome[:start], "lltrend", autoregressive=1, exog=beside[:start]
        )
        fitted = model.fit(disp=False)
        fitted.get_forecast(len(outcome) - start, exog=beside[start:])


def _bsts(outcome: Any, control: Any, start: int, seasons: int) -> None:
    import pandas as pd

    try:
        from causal_impact import CausalImpact, ModelOptions
    except ImportError:
        from causalimpact import CausalImpact, ModelOptions
    frame = pd.DataFrame({"y": outcome, "x": control})
    CausalImpact(
        frame,
        [0, start - 1],
        [start, len(outcome) - 1],
        model_args=ModelOptions(nseasons=seasons),
    )


def _causalpy(outcome: Any, control: Any, start: int) -> None:
    import causalpy
    import pandas as pd

    frame = pd.DataFrame(
        {"y": outcome, "x": control, "t": np.arange(len(outcome)), "d": np.arange(len(outcome)) % 7}
    )
    causalpy.InterruptedTimeSeries(
        frame,
        start,
        formula="y ~ 1 + t + C(d) + x",
        model=causalpy.pymc_models.LinearRegression(
            sample_kwargs={"chains": 2, "cores": 2, "progressbar": False, "random_seed": 1}
        ),
    )


def one_campaign(seed: int) -> int:
    """Measure one campaign of a night; the process's largest memory so far, in KiB."""
    designs = ("ar6_trend", "count_growth", "random_walk", "gaps")
    world = draw(designs[seed % len(designs)], seed, effect=Effect(during=4.0, lasting=1.0))
    first = world.first_day + timedelta(days=world.start)
    last: date = world.first_day + timedelta(days=world.end)
    boost(DailySeries(world.first_day, world.values), (first, last))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _night(campaigns: int) -> dict[str, float]:
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(one_campaign, range(2)))
        started = time.perf_counter()
        peaks = list(pool.map(one_campaign, range(campaigns)))
        spent = time.perf_counter() - started
    return {"minutes": spent / campaigns * 1_000 / 60, "peak_mb": max(peaks) / 1024}
