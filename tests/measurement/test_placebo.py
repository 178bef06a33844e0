"""The placebo audit may widen an interval; it never narrows one."""

import math
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.measurement.planted import MONDAY, added

from entregent.measurement.counterfactual import Counterfactual
from entregent.measurement.effects import effect
from entregent.measurement.placebo import LEAST_PAST, MOST_WINDOWS, Placebo, pseudo_starts
from entregent.measurement.series import DailySeries

FACTORS = st.floats(1.0, 5.0)


@given(st.integers(0, 2000), st.integers(7, 400))
def test_windows_do_not_overlap_and_end_before_the_campaign(start, days):
    starts = pseudo_starts(start, days)
    assert len(starts) <= MOST_WINDOWS
    assert all(begin + days <= start for begin in starts)
    assert all(later - earlier >= days for later, earlier in pairwise(starts))
    assert all(begin >= LEAST_PAST for begin in starts)


@given(st.sampled_from(["linear", "log", "count"]), FACTORS, st.integers(0, 99))
def test_a_wider_counterfactual_holds_the_narrower_one(scale, factor, seed):
    # As the engine draws them: pairs of opposite chance, and here the middle itself.
    chance = np.random.default_rng(seed).normal(0, 0.5, (100, 6))
    paths = np.concatenate([chance, -chance, np.zeros((1, 6))])
    paths = 20.0 + 5.0 * paths if scale == "linear" else np.exp(2.0 + paths)
    told = Counterfactual(date(2026, 1, 1), paths, scale, {"trend_ar1": 1.0}, 100.0)
    wider = told.widened(factor).paths
    for share in (0.025, 0.25):
        assert np.all(np.quantile(wider, share, axis=0) <= np.quantile(paths, share, axis=0) + 1e-9)
        assert np.all(
            np.quantile(wider, 1 - share, axis=0) >= np.quantile(paths, 1 - share, axis=0) - 1e-9
        )
    np.testing.assert_allclose(np.median(wider, axis=0), np.median(paths, axis=0), rtol=1e-6)
    if scale != "linear":
        assert wider.min() > -0.5


def test_a_factor_of_one_changes_nothing():
    told = Counterfactual(date(2026, 1, 1), np.ones((4, 3)), "linear", {}, 9.0)
    assert told.widened(1.0) is told


@pytest.mark.parametrize(
    ("count", "outcome"), [(3, "informative"), (4, "passed"), (0, "informative")]
)
def test_with_fewer_than_four_windows_the_audit_says_that_it_is_weak(count, outcome):
    found = Placebo(scores=(0.5,) * count, days=28, false_positives=0, widened=1.0)
    assert found.is_weak is (count < 4)
    check = found.check()
    assert (check.name, check.outcome) == ("placebo", outcome)
    assert check.numbers["windows"] == count


def test_a_widened_interval_is_a_failed_check():
    found = Placebo(scores=(2.0,) * 6, days=28, false_positives=6, widened=1.6)
    assert found.check().outcome == "failed"
    assert found.z_rms == pytest.approx(2.0)
    assert found.false_positive_share == 1.0


def test_without_a_window_nothing_is_claimed():
    found = Placebo(scores=(), days=28, false_positives=0, widened=1.0)
    assert (found.z_rms, found.false_positive_share, found.windows) == (None, None, 0)


@pytest.mark.parametrize("design", ["iid_trend", "level_break", "drifting_week", "random_walk"])
def test_no_interval_is_narrower_for_having_been_audited(design):
    found = added(3.0, design=design, before=240)
    assert found.placebo.widened >= 1.0
    assert found.placebo.days >= 7
    assert found.placebo.windows >= 4
    assert all(map(math.isfinite, found.placebo.scores))


def test_a_past_full_of_jumps_widens():
    # Each month stands at a height of its own: the engine, which expects small steps, is wrong at
    # pseudo-dates, and says so.
    generator = np.random.default_rng(10)
    heights = np.repeat(generator.normal(0, 12, 13), 28)
    values = 100 + heights + generator.normal(0, 1.0, 364)
    series = DailySeries(MONDAY, values)
    days = series.days
    jumpy = effect(series, days[336], scale="linear", seed=1)
    calm = effect(DailySeries(MONDAY, values - heights), days[336], scale="linear", seed=1)
    width = jumpy.mean.high - jumpy.mean.low
    assert width > 5 * (calm.mean.high - calm.mean.low)
    assert jumpy.mean.low <= float(np.mean(heights[336:] - heights[335])) <= jumpy.mean.high
