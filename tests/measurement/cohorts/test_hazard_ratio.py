"""The discrete-time hazard: against statsmodels, and how often its interval is right."""

import numpy as np
import pytest
import statsmodels.api as sm

from entregent.measurement.cohorts import Follow, hazard_ratio, period_counts
from entregent.measurement.results import CannotMeasure


def cohort(rng, count, hazard, *, seen=200, later=None):
    """People who leave at a constant hazard a day, or at another from day 60 on."""
    age = np.floor(rng.exponential(1 / hazard, count)).astype(np.int64)
    if later is not None:
        more = 60 + np.floor(rng.exponential(1 / later, count)).astype(np.int64)
        age = np.where(age >= 60, more, age)
    watched = np.full(count, seen) - rng.integers(0, 60, count)
    return Follow(watched, np.where(age <= watched, age, -1), 700_000 - watched)


@pytest.mark.parametrize("link", ["cloglog", "logit"])
def test_it_agrees_with_a_generalised_linear_model(link):
    rng = np.random.default_rng(1)
    counts = period_counts(
        cohort(rng, 300, 0.004), cohort(rng, 900, 0.002), horizon=140, period_days=30
    )
    found = hazard_ratio(counts, link=link)
    periods = len(counts.at_risk)
    design = np.hstack(
        [np.repeat(np.eye(periods), 2, axis=0), np.tile([[1.0], [0.0]], (periods, 1))]
    )
    gone, there = counts.left.ravel(), counts.at_risk.ravel()
    links = {"cloglog": sm.families.links.CLogLog(), "logit": sm.families.links.Logit()}
    oracle = sm.GLM(
        np.column_stack([gone, there - gone]), design, sm.families.Binomial(link=links[link])
    ).fit(tol=1e-12)
    low, high = oracle.conf_int()[-1]
    assert found.ratio.estimate == pytest.approx(np.exp(oracle.params[-1]), rel=1e-6)
    assert found.ratio.low == pytest.approx(np.exp(low), rel=1e-4)
    assert found.ratio.high == pytest.approx(np.exp(high), rel=1e-4)


def test_its_interval_is_right_as_often_as_it_says():
    """400 worlds, ratio 2: 95% with a Monte-Carlo error of 1.1 points."""
    rng = np.random.default_rng(2)
    right = flagged = 0
    for _ in range(400):
        counts = period_counts(
            cohort(rng, 80, 0.004), cohort(rng, 300, 0.002), horizon=140, period_days=30
        )
        found = hazard_ratio(counts)
        right += not found.ratio.excludes(2.0)
        flagged += found.proportional_p < 0.05
    assert 0.92 <= right / 400 <= 0.98
    assert flagged / 400 <= 0.09


def test_the_length_of_the_periods_hardly_moves_the_ratio_of_hazards():
    rng = np.random.default_rng(3)
    campaign, others = cohort(rng, 4000, 0.004), cohort(rng, 4000, 0.002)
    ratios = [
        hazard_ratio(period_counts(campaign, others, horizon=139, period_days=days)).ratio.estimate
        for days in (7, 14, 35, 70)
    ]
    assert max(ratios) / min(ratios) < 1.05


def test_it_notices_a_ratio_that_changes_with_age():
    rng = np.random.default_rng(4)
    campaign = cohort(rng, 2000, 0.008, later=0.0005)
    counts = period_counts(campaign, cohort(rng, 2000, 0.002), horizon=140, period_days=14)
    found = hazard_ratio(counts)
    assert found.proportional_p < 0.001
    assert found.change < 0.8


def test_exchanging_the_cohorts_inverts_the_ratio():
    rng = np.random.default_rng(5)
    one, two = cohort(rng, 200, 0.004), cohort(rng, 500, 0.002)
    there = hazard_ratio(period_counts(one, two, horizon=120, period_days=30)).ratio
    back = hazard_ratio(period_counts(two, one, horizon=120, period_days=30)).ratio
    assert there.estimate == pytest.approx(1 / back.estimate, rel=1e-6)
    assert there.low == pytest.approx(1 / back.high, rel=1e-6)


def test_it_refuses_a_ratio_of_a_handful_of_departures():
    rng = np.random.default_rng(6)
    counts = period_counts(
        cohort(rng, 30, 0.0001), cohort(rng, 300, 0.002), horizon=140, period_days=30
    )
    with pytest.raises(CannotMeasure) as refused:
        hazard_ratio(counts)
    assert refused.value.code == "too_few_left"


def test_it_refuses_where_nobody_left():
    rng = np.random.default_rng(6)
    still = cohort(rng, 30, 1e-9)
    with pytest.raises(CannotMeasure) as refused:
        hazard_ratio(period_counts(still, still, horizon=140, period_days=30))
    assert refused.value.code == "no_overlap"
