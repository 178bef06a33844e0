"""The filter against the dense normal distribution that it takes a short cut through."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from entregent.measurement.state_space import filter_columns, marginal, smooth_noise

Floats = NDArray[np.float64]
SDS = st.floats(0.0, 2.0).map(lambda sd: sd if sd > 0.01 else 0.0)


class Dense:
    """The joint normal distribution of all days, as the state space defines it."""

    def __init__(
        self, rows: Floats, extra: Floats, variances: Floats, precision: Floats, last: Floats
    ) -> None:
        days = len(rows) + 1
        noise, innovation, rho, v_level, v_slope = variances
        before = np.tril(np.ones((days, days)), -1)
        apart = np.abs(np.subtract.outer(np.arange(days), np.arange(days)))
        level = v_level * before @ before.T + v_slope * before @ before @ (before @ before).T
        autoregression = innovation / (1 - rho**2) * rho**apart
        self.design = np.vstack([rows[:, 1:], last])
        self.signal = level + autoregression
        self.noise = np.diag(noise + np.append(extra, 0.0))
        self.spread = self.signal + self.noise
        self.whole = self.spread + self.design @ np.diag(1 / precision) @ self.design.T
        self.known = np.flatnonzero(~np.isnan(rows[:, 0]))
        self.seen = rows[self.known, 0]

    def log_likelihood(self) -> float:
        part = self.whole[np.ix_(self.known, self.known)]
        _, log_determinant = np.linalg.slogdet(part)
        squares = self.seen @ np.linalg.solve(part, self.seen)
        return float(-0.5 * (len(self.seen) * math.log(2 * math.pi) + log_determinant + squares))

    def next_day(self) -> tuple[float, float]:
        """Mean and variance of the day after the last, given those that were seen."""
        gain = np.linalg.solve(self.whole[np.ix_(self.known, self.known)], self.whole[self.known])
        mean = gain.T @ self.seen
        variance = self.whole - self.whole[:, self.known] @ gain
        return float(mean[-1]), float(variance[-1, -1])


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """A short series with a design, missing days, and any parameters."""
    days, columns = draw(st.integers(4, 25)), draw(st.integers(1, 4))
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    rows = generator.normal(size=(days, 1 + columns))
    rows[:, 1] = 1.0
    missing = generator.random(days) < draw(st.floats(0, 0.6))
    rows[missing, 0] = np.nan
    assume(not missing.all())
    extra = generator.random(days) * draw(st.sampled_from([0.0, 1.0]))
    sds = draw(st.tuples(st.floats(0.05, 2.0), SDS, SDS, SDS))
    rho = draw(st.floats(0.0, 0.97))
    variances = np.array([sds[0] ** 2, sds[1] ** 2, rho, sds[2] ** 2, (0.1 * sds[3]) ** 2])
    return (
        rows,
        extra,
        variances,
        generator.uniform(0.05, 2.0, columns),
        generator.normal(size=columns),
    )


@given(worlds())
@settings(max_examples=150)
def test_the_evidence_is_that_of_the_dense_normal_distribution(
    world: tuple[Floats, Floats, Floats, Floats, Floats],
) -> None:
    rows, extra, variances, precision, last = world
    columns = rows.shape[1]
    cross, means, covariance = np.empty((columns,) * 2), np.empty((3, columns)), np.empty((3, 3))
    log_f, observed = filter_columns(rows, extra, variances, cross, means, covariance)
    dense = Dense(rows, extra, variances, precision, last)
    assert observed == len(dense.seen)
    assert marginal(cross, precision, log_f, observed) == pytest.approx(
        dense.log_likelihood(), rel=1e-8, abs=1e-8
    )


@given(worlds())
@settings(max_examples=150)
def test_the_day_ahead_is_that_of_the_dense_normal_distribution(
    world: tuple[Floats, Floats, Floats, Floats, Floats],
) -> None:
    rows, extra, variances, precision, last = world
    columns = rows.shape[1]
    cross, means, covariance = np.empty((columns,) * 2), np.empty((3, columns)), np.empty((3, 3))
    log_f, observed = filter_columns(rows, extra, variances, cross, means, covariance)
    marginal(cross, precision, log_f, observed)
    factor = np.tril(cross[1:, 1:])
    coefficients = np.linalg.solve(factor.T, cross[1:, 0])
    # The states move with the coefficients, which are not known either.
    pick = np.array([1.0, 0.0, 1.0])
    through = last - pick @ means[:, 1:]
    mean = pick @ means[:, 0] + through @ coefficients
    shaken = np.linalg.solve(factor, through)
    variance = pick @ covariance @ pick + shaken @ shaken + variances[0]
    expected = Dense(rows, extra, variances, precision, last).next_day()
    assert (mean, variance) == pytest.approx(expected, rel=1e-7, abs=1e-8)


@given(worlds())
@settings(max_examples=100)
def test_the_smoothed_noise_is_its_conditional_mean(
    world: tuple[Floats, Floats, Floats, Floats, Floats],
) -> None:
    rows, extra, variances, precision, last = world
    coefficients = last
    dense = Dense(rows, extra, variances, precision, last)
    left = dense.seen - (dense.design[:-1] @ coefficients)[dense.known]
    weighed = np.linalg.solve(dense.spread[np.ix_(dense.known, dense.known)], left)
    expected = np.zeros(len(rows))
    expected[dense.known] = extra[dense.known] * weighed
    found = smooth_noise(rows, extra, variances, coefficients)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-8)


def test_a_local_level_has_the_likelihood_that_statsmodels_gives() -> None:
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    generator = np.random.default_rng(7)
    values = np.cumsum(generator.normal(0, 0.3, 120)) + generator.normal(size=120)
    values[[10, 11, 50]] = np.nan
    oracle = UnobservedComponents(values, "llevel")
    oracle.ssm.initialize_known(np.zeros(1), np.array([[4.0]]))
    oracle.loglikelihood_burn = 0
    rows = np.column_stack([values, np.ones(120)])
    cross, means, covariance = np.empty((2, 2)), np.empty((3, 2)), np.empty((3, 3))
    for noise, level in ((1.0, 0.09), (0.4, 0.5), (2.0, 1e-4)):
        variances = np.array([noise, 0.0, 0.0, level, 0.0])
        log_f, observed = filter_columns(rows, np.zeros(120), variances, cross, means, covariance)
        found = marginal(cross, np.array([0.25]), log_f, observed)
        assert found == pytest.approx(oracle.loglike([noise, level]), abs=1e-7)


def test_it_says_so_where_the_coefficients_cannot_be_told_apart() -> None:
    # Two equal columns and a prior that says nothing: rounding makes the precision singular.
    rows = np.column_stack([np.arange(5.0), np.full(5, 1e9), np.full(5, 1e9)])
    cross, means, covariance = np.empty((3, 3)), np.empty((3, 3)), np.empty((3, 3))
    variances = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    log_f, observed = filter_columns(rows, np.zeros(5), variances, cross, means, covariance)
    assert marginal(cross, np.full(2, 1e-300), log_f, observed) == -math.inf
