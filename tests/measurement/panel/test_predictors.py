"""Synthetic control on predictors: laws of its weights, of its test, and what it refuses."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measurement.panel.worlds import drawn_panel

from entregent.measurement.panel import Panel, Predictor, predictor_effect
from entregent.measurement.panel.importance import ImportanceSearch
from entregent.measurement.results import CannotMeasure

SEEDS = st.integers(0, 10_000)
few = settings(max_examples=8, deadline=None)


def world(seed, **options):
    """A drawn panel of ten units, and two predictors that know what moves it, roughly."""
    panel = drawn_panel(seed, controls=9, **options)
    rng = np.random.default_rng(seed)
    past = panel.outcomes[:, :10]
    traits = (past.mean(axis=1), past[:, -1] - past[:, 0] + 0.1 * rng.normal(size=10))
    return panel, [
        Predictor(f"trait {number}", dict(zip(panel.units, trait.tolist(), strict=True)))
        for number, trait in enumerate(traits)
    ]


def effect_of(panel, predictors, level=0.9, **options):
    return predictor_effect(panel, predictors, level=level, per_period=False, **options)


def check(found, name):
    return next(each for each in found.origin.checks if each.name == name)


@few
@given(seed=SEEDS)
def test_weights_and_importances_are_shares(seed):
    found = effect_of(*world(seed))
    assert sum(found.weights.values()) == pytest.approx(1)
    assert min(found.weights.values()) >= 0
    assert sum(row.importance for row in found.predictors) == pytest.approx(1)
    assert min(row.importance for row in found.predictors) >= 0


@few
@given(seed=SEEDS, effect=st.floats(-6, 6), level=st.sampled_from([0.7, 0.8, 0.9]))
def test_p_value_and_interval_never_contradict_each_other(seed, effect, level):
    found = effect_of(*world(seed, effect=effect), level)
    assert found.effect.excludes(0.0) == (found.p <= 1 - level + 1e-12)
    assert found.effect.low <= found.effect.estimate <= found.effect.high
    assert found.smallest_p == 1 / 10 <= found.p <= 1


@few
@given(seed=SEEDS, planted=st.floats(-5, 5))
def test_what_is_planted_is_added_to_the_estimate_and_widens_nothing(seed, planted):
    panel, predictors = world(seed)
    raised = panel.outcomes.copy()
    raised[0, panel.treatment_time :] += planted
    nothing = effect_of(panel, predictors)
    found = effect_of(replace(panel, outcomes=raised), predictors)
    assert found.effect.estimate - nothing.effect.estimate == pytest.approx(planted, abs=1e-7)
    assert found.effect.width == pytest.approx(nothing.effect.width, abs=1e-7)


@few
@given(seed=SEEDS, power=st.integers(-10, 10))
def test_the_unit_of_a_predictor_does_not_matter(seed, power):
    panel, predictors = world(seed)
    first, second = predictors
    other = Predictor("other", {name: 2.0**power * value for name, value in first.means.items()})
    plain, scaled = effect_of(panel, predictors), effect_of(panel, [other, second])
    assert scaled.effect == plain.effect
    assert scaled.weights == plain.weights


def test_a_planted_effect_is_found_and_its_predictors_told():
    panel, predictors = world(4, effect=8.0, noise=0.1)
    found = predictor_effect(panel, predictors, level=0.9)
    assert found.effect.low > 0
    assert found.effect.low < 8.0 < found.effect.high
    assert found.p == found.smallest_p
    row = found.predictors[0]
    means = predictors[0].means
    told = sum(weight * means[name] for name, weight in found.weights.items())
    assert row.treated == pytest.approx(means[panel.treated_units[0]])
    assert row.synthetic == pytest.approx(told)
    others = [means[name] for name in panel.control_units]
    assert row.controls_mean == pytest.approx(np.mean(others))
    assert all(each.low <= each.estimate <= each.high for each in found.per_period)


def test_without_an_effect_one_world_in_ten_is_wrong_at_most():
    wrong = sum(effect_of(*world(seed)).p <= 0.1 + 1e-12 for seed in range(40))
    assert wrong <= 4 + 2 * math.sqrt(40 * 0.1 * 0.9)


def test_the_search_does_no_worse_than_its_two_starts():
    panel, predictors = world(11)
    traits = np.array([[each.means[name] for each in predictors] for name in panel.units])
    past = panel.outcomes[:, : panel.treatment_time]
    search = ImportanceSearch(traits[1:], traits[0], past[1:], past[0])
    equal = search.weights(np.array([0.5, 0.5]))
    begun = np.mean((past[0] - equal @ past[1:]) ** 2)
    assert search.best().error <= begun + 1e-12


def test_a_predictor_that_decides_alone_is_matched():
    traits = np.array([[0.0, 5.0], [1.0, 5.0], [4.0, 5.0]])
    search = ImportanceSearch(traits, np.array([3.0, 5.0]), np.eye(3), np.ones(3))
    weights = search.weights(np.array([1.0, 0.0]))
    assert weights @ traits[:, 0] == pytest.approx(3.0, abs=1e-4)


def test_the_same_panel_gives_the_same_answer():
    assert effect_of(*world(5)).to_dict() == effect_of(*world(5)).to_dict()


def test_only_the_fit_periods_choose_the_importances():
    panel, predictors = world(6)
    changed = panel.outcomes.copy()
    changed[:, :5] += np.random.default_rng(1).normal(size=(10, 5))
    other = replace(panel, outcomes=changed)
    plain = effect_of(panel, predictors, fit=(8, 19)).weights
    assert effect_of(other, predictors, fit=(8, 19)).weights == plain
    assert effect_of(panel, predictors).weights != plain


@pytest.mark.parametrize(
    ("span", "expected"), [(None, 2.0), ((1, 2), 2.5), ((2, 2), 3.0)], ids=["all", "two", "one"]
)
def test_a_predictor_is_the_mean_of_what_was_collected(span, expected):
    values = [1.0, 2.0, 3.0, None, 99.0]
    told = Predictor.from_rows("age", ["Gaspé"] * 5, range(5), values, start=4, span=span)
    assert told.means == {"Gaspé": expected}


def refused(code, *arguments, **options):
    with pytest.raises(CannotMeasure) as told:
        predictor_effect(*arguments, **{"level": 0.9, **options})
    assert told.value.code == code
    return told.value


def test_a_unit_without_any_value_is_named_with_the_column():
    panel, predictors = world(1)
    means = {name: value for name, value in predictors[0].means.items() if name != "ville 3"}
    told = refused("predictor_missing", panel, [Predictor("âge", means)])
    assert "« ville 3 »" in told.fr.replace("\N{NO-BREAK SPACE}", " ")
    assert "“âge”" in told.en


@pytest.mark.parametrize("span", [(5, 2), (0, 4), (4, 6)])
def test_a_span_that_is_turned_round_or_reaches_the_campaign_is_refused(span):
    with pytest.raises(CannotMeasure) as told:
        Predictor.from_rows("age", ["a"], [1], [1.0], start=4, span=span)
    assert told.value.code == "bad_span"


def test_what_cannot_be_weighed_is_refused():
    panel, predictors = world(1)
    refused("no_predictor", panel, [])
    refused("predictor_constant", panel, [Predictor("x", dict.fromkeys(panel.units, 1.0))])
    refused("bad_span", panel, predictors, fit=(0, 2))
    refused("bad_span", panel, predictors, fit=(0, 22))
    refused("bad_level", panel, predictors, level=1.5)
    both = replace(panel, treated_units=panel.units[:2])
    refused("one_treated_unit", both, predictors)


def test_too_few_controls_for_the_level_are_counted():
    told = refused("too_few_controls_for_level", *world(1), level=0.95)
    assert "19 are needed" in told.en
    assert "0.90" in told.en


def test_dates_and_numbers_do_not_mix():
    panel, predictors = world(1)
    refused("mixed_periods", panel, predictors, fit=("a", "b"))
    assert isinstance(panel, Panel)
