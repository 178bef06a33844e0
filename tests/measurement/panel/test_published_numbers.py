"""Proposition 99, held to numbers that others published.

- ``synthdid`` for R, its README and its captures in mlsynth: SDID −15.603829, DID −27.349111,
  SC −19.619665. Its Frank-Wolfe steps stop short of the minimum; ``solver="frank_wolfe"`` stops
  where it stops, and reproduces all digits.
- The minimum itself, for the synthetic control: sum of squares 52.1296, also by `scipy`.
  ``Synth`` for R reports 52.136, with Utah .396, Montana .229, Nevada .204, Connecticut .109.
- Ridge-augmented: pysyncon 1.7.0 (`AugSynth`, outcomes alone) gives penalty 429.83758 and effect
  −15.952603 on this table; its solver leaves about 1e-5.
"""

import numpy as np
import pytest
from scipy.optimize import nnls
from tests.measurement.panel.prop99 import FIRST_TREATED_YEAR, long_rows

from entregent.measurement.panel import Panel, panel_effect
from entregent.measurement.panel.estimators import tune


@pytest.fixture(scope="module")
def prop99():
    return Panel.from_rows(
        *long_rows(), treated=["California"], start=FIRST_TREATED_YEAR, unit="packs per head"
    )


def test_the_table_is_whole(prop99):
    assert prop99.outcomes.shape == (39, 31)
    assert prop99.treatment_time == 19
    assert prop99.outcomes.sum() == pytest.approx(143_741.9, abs=1e-6)


@pytest.mark.parametrize(
    ("method", "published"), [("sdid", -15.603829), ("sc", -19.619665), ("did", -27.349111)]
)
def test_the_reference_programs_digits_come_out(prop99, method, published):
    found = panel_effect(prop99, method=method, solver="frank_wolfe", per_period=False)
    assert found.effect.estimate == pytest.approx(published, abs=1e-6)


@pytest.mark.parametrize(
    ("method", "published", "tolerance"),
    [("sdid", -15.603829, 0.002), ("sc", -19.619665, 0.11), ("did", -27.349111, 1e-6)],
)
def test_the_minimum_lies_close_to_what_is_published(prop99, method, published, tolerance):
    found = panel_effect(prop99, method=method, per_period=False)
    assert found.effect.estimate == pytest.approx(published, abs=tolerance)


def test_the_synthetic_control_is_the_true_minimum(prop99):
    found = panel_effect(prop99, method="sc", per_period=False)
    controls = np.delete(prop99.outcomes, prop99.units.index("California"), axis=0)[:, :19]
    goal = prop99.outcomes[prop99.units.index("California"), :19]
    weights = np.array([found.weights[name] for name in prop99.control_units])
    ours = ((goal - weights @ controls) ** 2).sum()
    heavy = 1e5  # a row that holds the sum at one
    other, _ = nnls(np.vstack([controls.T, np.full(38, heavy)]), np.append(goal, heavy))
    assert ours == pytest.approx(((goal - other @ controls) ** 2).sum(), abs=1e-4)
    assert ours < 52.136
    assert found.weights["Utah"] == pytest.approx(0.396, abs=0.004)
    assert found.weights["Montana"] == pytest.approx(0.229, abs=0.004)
    assert found.weights["Nevada"] == pytest.approx(0.204, abs=0.004)
    assert found.weights["Connecticut"] == pytest.approx(0.109, abs=0.004)


def test_the_augmented_control_agrees_with_another_package(prop99):
    row = prop99.units.index("California")
    controls = np.delete(prop99.outcomes, row, axis=0)
    assert tune("ascm", controls, prop99.outcomes[row], 19, 1).outcome_ridge == pytest.approx(
        429.8375811, rel=1e-8
    )
    found = panel_effect(prop99, method="ascm", per_period=False)
    assert found.effect.estimate == pytest.approx(-15.952603, abs=1e-4)


def test_the_gap_of_the_year_2000_grew(prop99):
    found = panel_effect(prop99, method="sdid")
    assert found.per_period[0].estimate > found.per_period[-1].estimate
    assert found.p == pytest.approx(1 / 31)
    assert found.effect.excludes(0.0)
    assert found.effect.low <= found.effect.estimate <= found.effect.high


def test_an_estimate_that_the_refitted_test_rejects_widens_the_interval(prop99):
    found = panel_effect(prop99, method="ascm", per_period=False)
    blocks = next(check for check in found.origin.checks if check.name == "blocks")
    assert blocks.numbers["widened_to_hold_estimate"] == 1
    assert blocks.outcome == "informative"
    assert found.effect.low <= found.effect.estimate <= found.effect.high
