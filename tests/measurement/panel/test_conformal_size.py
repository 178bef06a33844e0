"""The test of panels rejects what is true no more often than it says: a short Monte Carlo.

The long one is `python -m bench.measurement.panel`.
"""

import pytest
from bench.measurement.panel import conformal_size
from scipy.stats import binom

from entregent.measurement.panel import METHODS

REPS = 100


@pytest.mark.parametrize(
    ("method", "design"),
    [(each, "independent") for each in METHODS] + [("sdid", "autocorrelated")],
)
def test_it_cries_wolf_no_more_often_than_it_says(method, design):
    found = conformal_size(design, REPS, seed=2026, method=method, level=0.9)
    most = binom.ppf(0.999, REPS, 0.1) / REPS
    least = binom.ppf(0.001, REPS, 0.05) / REPS
    assert found.refused == 0
    assert least <= found.false_positive_share <= most
    assert found.coverage >= 1 - most


def test_bounds_hold_the_mean_of_a_growing_effect():
    found = conformal_size("growing_effect", 60, seed=2027, method="sdid", level=0.9)
    assert found.coverage >= binom.ppf(0.001, 60, 0.9) / 60
