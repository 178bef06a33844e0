"""The scale that a series is modelled on: which may be, which is chosen, and the way back."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.measurement.planted import added

from entregent.measurement.scales import (
    first_signal,
    innovation_sd,
    may_be_count,
    may_be_log,
    scaled_counts,
    scaled_linear,
    scaled_log,
)

WEEK = np.arange(140) % 7


@pytest.mark.parametrize(
    ("values", "count", "log"),
    [
        ([0, 3, 12, np.nan], True, False),
        ([1, 3, 12, np.nan], True, True),
        ([1.5, 3, np.nan, 2], False, True),
        ([-1, 3, 2, 2], False, False),
        ([0.5, 0.0, 2, 2], False, False),
    ],
)
def test_counts_are_whole_and_logarithms_above_zero(values, count, log):
    values = np.array(values, dtype=float)
    assert may_be_count(values) is count
    assert may_be_log(values) is log


@pytest.mark.parametrize(
    ("design", "scale"),
    [("multiplicative", "log"), ("count_growth", "count"), ("iid_trend", "linear")],
)
def test_evidence_chooses_the_scale_that_a_series_was_made_on(design, scale):
    assert added(1.0, design=design, before=365).scale == scale


@pytest.mark.parametrize("design", ["count_growth", "multiplicative"])
def test_bounds_stay_above_zero_on_a_scale_of_ratios(design):
    found = added(0.0, design=design, before=365)
    assert all(row.low >= 0 for row in found.rows if row.low is not None)


def test_a_scale_that_was_asked_for_is_kept():
    assert added(1.0, design="multiplicative", before=365, scale="linear").scale == "linear"


@given(st.integers(0, 1000), st.floats(1e-3, 1e6))
def test_linear_and_log_come_back_to_the_values(seed, size):
    generator = np.random.default_rng(seed)
    values = size * np.exp(generator.normal(0, 0.4, 140))
    values[5:9] = np.nan
    for scaled in (scaled_linear(values, WEEK), scaled_log(values, WEEK)):
        back = scaled.back(scaled.values, generator)
        np.testing.assert_allclose(back, values, rtol=1e-9)
        assert scaled.spread > 0
        assert np.all(scaled.extra == 0)


def test_counts_come_back_as_whole_numbers_around_their_rate():
    generator = np.random.default_rng(3)
    values = generator.poisson(12.0, 140).astype(float)
    scaled = scaled_counts(values, first_signal(values, WEEK), None, WEEK)
    drawn = scaled.back(
        np.full((4000, 1), (np.log(12.0) - scaled.centre) / scaled.spread), generator
    )
    assert may_be_count(drawn.ravel())
    assert abs(np.mean(drawn) - 12.0) < 4 * np.sqrt(12.0 / 4000)
    assert np.var(drawn) == pytest.approx(12.0, rel=0.1)


def test_paths_that_run_away_stay_finite():
    generator = np.random.default_rng(3)
    values = np.exp(generator.normal(2, 0.4, 140))
    scaled = scaled_log(values, WEEK)
    assert np.isfinite(scaled.back(np.full((2, 3), 1e6), generator)).all()


def test_the_density_of_a_scale_is_that_of_the_series_itself():
    # A change of variables: log density of the values = that of the scaled ones + log_density.
    generator = np.random.default_rng(8)
    values = np.exp(generator.normal(2, 0.4, 140))
    linear, log = scaled_linear(values, WEEK), scaled_log(values, WEEK)
    eps = 1e-6
    for scaled, transform in ((linear, lambda x: x), (log, np.log)):
        slopes = (transform(values + eps) - transform(values - eps)) / (2 * eps) / scaled.spread
        assert scaled.log_density == pytest.approx(np.sum(np.log(slopes)), rel=1e-5)


def test_the_noise_is_found_beside_weekdays_and_a_few_jumps():
    generator = np.random.default_rng(2)
    values = 50 + 9.0 * (WEEK == 5) + generator.normal(0, 2.0, 140)
    values[[20, 77]] += 60
    assert innovation_sd(values, WEEK) == pytest.approx(2.0, rel=0.35)


def test_no_noise_is_found_in_a_constant_series_nor_one_of_weekdays_alone():
    assert innovation_sd(np.full(140, 4.0), WEEK) == 0.0
    assert innovation_sd(WEEK.astype(float), WEEK) == 0.0


def test_a_first_signal_follows_weekdays_through_missing_days():
    values = np.where(WEEK == 6, 40.0, 10.0)
    values[30:40] = np.nan
    signal = np.exp(first_signal(values, WEEK))
    assert np.isfinite(signal).all()
    assert np.mean(signal[WEEK == 6]) > 2 * np.mean(signal[WEEK != 6])
    assert date(2024, 1, 1).weekday() == 0
