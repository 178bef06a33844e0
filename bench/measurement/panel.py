"""How often the test of panels cries wolf, and how often its bounds hold what was planted.

Worlds inside what the methods assume (`independent`, `autocorrelated`, `random_walk`) and outside:
`outside_the_hull`, where no weights can follow the treated unit, and `growing_effect`, where the
bounds are asked to hold the mean of an effect that is not the same in every period.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np

from entregent.measurement.panel import METHODS, Panel, panel_effect
from entregent.measurement.results import CannotMeasure

DESIGNS = ("independent", "autocorrelated", "random_walk", "outside_the_hull", "growing_effect")
PLANTED = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What many drawn panels gave.

    Attributes
    ----------
    reps, refused
        Panels drawn, and those that were refused.
    false_positive_share
        Share of the others in which no effect was rejected although there was none.
    coverage
        Share in which the bounds held the planted effect, once one was planted.
    median_width, root_mean_square_error
        Of the bounds, and of the estimate of the planted effect.
    """

    reps: int
    refused: int
    false_positive_share: float
    coverage: float
    median_width: float
    root_mean_square_error: float


def conformal_size(
    design: str, reps: int, seed: int, *, method: str = "sdid", level: float = 0.9
) -> Calibration:
    """Draw panels with nothing and with something planted, and count.

    Parameters
    ----------
    design
        One of `DESIGNS`.
    reps
        Panels to draw.
    seed
        Of the generator.
    method, level
        As `panel_effect` takes them.
    """
    rng = np.random.default_rng(seed)
    wrong, held, widths, errors, refused = 0, 0, [], [], 0
    for _ in range(reps):
        panel = draw_panel(design, rng)
        after = len(panel.periods) - panel.treatment_time
        path = np.full(after, PLANTED)
        if design == "growing_effect":
            path = PLANTED * 2 * np.arange(1, after + 1) / (after + 1)
        outcomes = panel.outcomes.copy()
        outcomes[0, panel.treatment_time :] += path
        planted = Panel(
            panel.units, panel.periods, outcomes, panel.treated_units, panel.treatment_time
        )
        try:
            nothing = panel_effect(panel, method=method, level=level, per_period=False)
            found = panel_effect(planted, method=method, level=level, per_period=False).effect
        except CannotMeasure:
            refused += 1
            continue
        wrong += nothing.p <= 1 - level + 1e-12
        held += not found.excludes(PLANTED)
        widths.append(found.width)
        errors.append(found.estimate - PLANTED)
    counted = max(reps - refused, 1)
    return Calibration(
        reps=reps,
        refused=refused,
        false_positive_share=wrong / counted,
        coverage=held / counted,
        median_width=float(np.median(widths)) if widths else float("nan"),
        root_mean_square_error=float(np.sqrt(np.mean(np.square(errors))))
        if errors
        else float("nan"),
    )


def draw_panel(
    design: str, rng: np.random.Generator, controls: int = 20, before: int = 32, after: int = 8
) -> Panel:
    """One panel with two common factors and no effect; the first unit is treated."""
    length = before + after
    factors = rng.normal(size=(2, length))
    if design == "random_walk":
        factors = 0.5 * np.cumsum(factors, axis=1)
    loadings = rng.uniform(size=(controls + 1, 2))
    loadings[0] = loadings[1:5].mean(axis=0)
    if design == "outside_the_hull":
        factors[0] = np.arange(length) / 5
        loadings[0] = (1.2, 0.5)
    noise = rng.normal(size=(controls + 1, length))
    if design == "autocorrelated":
        for t in range(1, length):
            noise[:, t] = 0.6 * noise[:, t - 1] + 0.8 * noise[:, t]
    outcomes = 10 + loadings @ factors + 0.7 * noise
    names = tuple(f"unit {number:02}" for number in range(controls + 1))
    return Panel(names, tuple(range(length)), outcomes, names[:1], before)


def run(reps: int = 200, seed: int = 1) -> None:
    """Print one line for each design and method."""
    print(f"Panels: {reps} of each design, seed {seed}, level 0.90")
    for design in DESIGNS:
        for method in METHODS:
            began = time.perf_counter()
            found = conformal_size(design, reps, seed, method=method)
            spent = time.perf_counter() - began
            print(
                f"  {design:17} {method:5} false positives {found.false_positive_share:.3f}, "
                f"coverage {found.coverage:.3f}, width {found.median_width:.2f}, "
                f"error {found.root_mean_square_error:.2f}, refused {found.refused}, "
                f"{1000 * spent / reps:.0f} ms a panel"
            )


if __name__ == "__main__":
    run(*(int(each) for each in sys.argv[1:]))
