"""Alpha spending against published boundaries; intervals that hold however often they are read."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import multivariate_normal, norm

from entregent.measurement.looks import (
    AlphaSpending,
    always_valid_interval,
    crossing_chance,
    fractions_of_days,
    fractions_of_errors,
    mixture_precision,
)
from entregent.measurement.results import CannotMeasure

FIVE = (0.2, 0.4, 0.6, 0.8, 1.0)


@pytest.mark.parametrize(
    ("spending", "fractions", "published"),
    [
        # R package RTSA, boundaries(timing, alpha = 0.05, side = 2, es_alpha = "esOF");
        # more digits in Reboussin, DeMets, Kim and Lan (2000).
        ("obrien-fleming", FIVE, (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
        # R package rpact, getDesignGroupSequential(typeOfDesign = "asOF"), one-sided 0.025.
        ("obrien-fleming", (1 / 3, 2 / 3, 1.0), (3.710, 2.511, 1.993)),
        ("obrien-fleming", (0.5, 1.0), (2.963, 1.969)),
        ("pocock", (0.5, 1.0), (2.157, 2.201)),
    ],
)
def test_the_boundaries_are_the_published_ones(spending, fractions, published):
    looks = AlphaSpending(spending=spending).looks(fractions)
    assert [look.z for look in looks] == pytest.approx(published, abs=6e-4)


def test_the_integral_gives_the_classical_constants():
    """Jennison and Turnbull (2000), tables 2.1 and 2.3: K = 5, 5% on two sides."""
    pocock = brentq(lambda c: crossing_chance(FIVE, [c] * 5) - 0.05, 2, 3)
    fleming = brentq(
        lambda c: crossing_chance(FIVE, [c / math.sqrt(each) for each in FIVE]) - 0.05, 1.9, 3
    )
    assert pocock == pytest.approx(2.413, abs=5e-4)
    assert fleming == pytest.approx(2.040, abs=5e-4)


def test_the_integral_agrees_with_a_normal_rectangle():
    bounds = (2.2, 2.1, 2.3)
    times = np.array([0.1, 0.55, 1.0])
    covariance = np.sqrt(np.minimum.outer(times, times) / np.maximum.outer(times, times))
    inside = multivariate_normal(np.zeros(3), covariance).cdf(
        bounds, lower_limit=[-each for each in bounds]
    )
    assert crossing_chance(times, bounds) == pytest.approx(1 - inside, abs=2e-4)


fractions = st.lists(st.integers(1, 200), min_size=1, max_size=8, unique=True).map(
    lambda ticks: [each / max(ticks) for each in sorted(ticks)]
)


@settings(max_examples=40, deadline=None)
@given(fractions, st.sampled_from(["obrien-fleming", "pocock"]), st.floats(0.5, 0.999))
def test_the_whole_plan_errs_as_often_as_it_says(steps, spending, level):
    looks = AlphaSpending(level, spending).looks(steps)
    chance = crossing_chance(steps, [look.z for look in looks])
    assert chance == pytest.approx(1 - level, abs=1e-6)
    assert looks[-1].spent == pytest.approx(1 - level)
    assert all(look.level >= level - 1e-9 for look in looks)


@settings(max_examples=25, deadline=None)
@given(fractions)
def test_a_later_look_changes_none_of_those_before(steps):
    rule = AlphaSpending(spending="pocock")
    half = [each / 2 for each in steps]
    assert rule.looks([*half, 1.0])[:-1] == rule.looks(half)


@given(fractions, st.floats(0.8, 0.999))
def test_without_known_dependence_the_errors_add_up(steps, level):
    looks = AlphaSpending(level, "pocock", "any").looks(steps)
    assert sum(2 * norm.sf(look.z) for look in looks) == pytest.approx(1 - level)


def test_a_first_look_far_too_early_may_use_nothing():
    looks = AlphaSpending().looks([1e-4, 0.5, 1.0])
    assert looks[0].z == math.inf
    assert looks[0].level == 1.0
    assert looks[1].z == pytest.approx(2.963, abs=1e-3)


def test_information_by_days_and_by_precision():
    assert fractions_of_days([30, 90, 360]) == pytest.approx((1 / 12, 0.25, 1))
    assert fractions_of_errors([2.0, 1.0, 0.5]) == pytest.approx((1 / 16, 0.25, 1))


@pytest.mark.parametrize("steps", [[], [0.0, 1.0], [0.5, 0.4], [0.5, 0.5], [0.5, 1.2], [math.nan]])
def test_it_refuses_fractions_that_do_not_grow(steps):
    with pytest.raises(CannotMeasure) as refused:
        AlphaSpending().looks(steps)
    assert refused.value.code == "bad_fractions"


def test_it_refuses_a_look_a_day_and_names_the_remedy():
    with pytest.raises(CannotMeasure, match="read at any time") as refused:
        AlphaSpending().looks(fractions_of_days(range(1, 366)))
    assert refused.value.code == "too_many_looks"


def first_days(seed, paths=4000, looks=28):
    """Estimates after each day, with their standard errors, where there is no effect."""
    rng = np.random.default_rng(seed)
    means = rng.normal(size=(paths, looks)).cumsum(axis=1) / np.arange(1, looks + 1)
    return means, 1 / np.sqrt(np.arange(1, looks + 1))


def test_a_look_a_day_at_95_percent_is_wrong_one_time_in_four():
    """Reported for 28 days: 25 to 35% (bucketeer-io/bucketeer#2664)."""
    means, errors = first_days(1)
    fooled = (np.abs(means) > 1.96 * errors).any(axis=1).mean()
    assert 0.25 <= fooled <= 0.35
    exact = crossing_chance(fractions_of_days(range(1, 29)), [1.96] * 28)
    assert fooled == pytest.approx(exact, abs=0.022)


@pytest.mark.parametrize("planned", [7, 28])
def test_an_always_valid_interval_is_not(planned):
    means, errors = first_days(2)
    halves = [
        always_valid_interval(0.0, error, planned_standard_error=planned**-0.5).high
        for error in errors
    ]
    fooled = (np.abs(means) > np.array(halves)).any(axis=1).mean()
    assert 0.005 < fooled <= 0.05


def test_it_holds_over_a_very_long_time():
    rng = np.random.default_rng(3)
    times = np.unique(np.geomspace(1, 1e6, 400).round())
    steps = np.sqrt(np.diff(np.concatenate([[0], times])))
    sums = (rng.normal(size=(2000, len(times))) * steps).cumsum(axis=1)
    halves = np.array([always_valid_interval(0.0, t**-0.5, rho=3.0).high for t in times])
    assert (np.abs(sums / times) > halves).any(axis=1).mean() <= 0.06


@given(st.floats(0.01, 100), st.floats(0.5, 0.999))
def test_it_is_narrowest_at_the_planned_moment(planned, level):
    """Howard et al. (2021), section 3.5: no other mixture is narrower there."""
    best = mixture_precision(planned, level)
    width = always_valid_interval(0.0, planned, planned_standard_error=planned, level=level).width
    for factor in (0.5, 0.9, 1.1, 2.0):
        other = always_valid_interval(0.0, planned, rho=best * factor, level=level).width
        assert width <= other * (1 + 1e-12)
    assert width > 2 * norm.isf((1 - level) / 2) * planned


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_it_scales_with_its_unit(estimate, error, factor):
    one = always_valid_interval(estimate, error, planned_standard_error=error / 2)
    two = always_valid_interval(
        factor * estimate, factor * error, planned_standard_error=factor * error / 2
    )
    assert two.width == pytest.approx(factor * one.width, rel=1e-6)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"standard_error": 0.0, "rho": 1.0}, "bad_standard_error"),
        ({"standard_error": math.nan, "rho": 1.0}, "bad_standard_error"),
        ({"standard_error": 1.0}, "no_plan"),
        ({"standard_error": 1.0, "rho": 0.0}, "no_plan"),
        ({"standard_error": 1.0, "rho": 1.0, "level": 0.0}, "bad_level"),
    ],
)
def test_it_refuses_what_means_nothing(arguments, code):
    with pytest.raises(CannotMeasure) as refused:
        always_valid_interval(0.0, **arguments)
    assert refused.value.code == code
