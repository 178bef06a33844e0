"""Laws that every method obeys, whatever the panel."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measurement.panel.worlds import drawn_panel, rows_of

from entregent.measurement.panel import METHODS, Panel, panel_effect

SEEDS = st.integers(0, 10_000)
pytestmark = pytest.mark.parametrize("method", METHODS)
few = settings(max_examples=12, deadline=None)


def effect_of(panel, method, level=0.9):
    return panel_effect(panel, method=method, level=level, per_period=False)


@few
@given(seed=SEEDS, constant=st.floats(-1e3, 1e3))
def test_adding_a_constant_leaves_the_effect_alone(method, seed, constant):
    panel = drawn_panel(seed, effect=1.0)
    plain = effect_of(panel, method)
    moved = effect_of(replace(panel, outcomes=panel.outcomes + constant), method)
    assert moved.effect.estimate == pytest.approx(plain.effect.estimate, abs=1e-6)
    assert moved.effect.low == pytest.approx(plain.effect.low, abs=1e-5)
    assert moved.effect.high == pytest.approx(plain.effect.high, abs=1e-5)
    assert moved.p == plain.p


@few
@given(seed=SEEDS, factor=st.floats(1e-3, 1e4))
def test_scaling_the_outcome_scales_the_effect(method, seed, factor):
    panel = drawn_panel(seed, effect=1.0)
    plain = effect_of(panel, method)
    scaled = effect_of(replace(panel, outcomes=panel.outcomes * factor), method)
    assert scaled.effect.estimate == pytest.approx(factor * plain.effect.estimate, rel=1e-6)
    assert scaled.effect.low == pytest.approx(factor * plain.effect.low, abs=1e-5 * factor)
    assert scaled.effect.high == pytest.approx(factor * plain.effect.high, abs=1e-5 * factor)
    assert scaled.p == plain.p


@few
@given(seed=SEEDS, data=st.data())
def test_the_order_of_rows_changes_nothing(method, seed, data):
    panel = drawn_panel(seed, effect=1.0)
    order = data.draw(st.permutations(range(panel.outcomes.size)))
    read = Panel.from_rows(*rows_of(panel, order), treated=panel.treated_units, start=20)
    assert effect_of(read, method).to_dict() == effect_of(panel, method).to_dict()


@few
@given(seed=SEEDS, data=st.data())
def test_the_order_of_units_changes_nothing(method, seed, data):
    panel = drawn_panel(seed, effect=1.0)
    order = data.draw(st.permutations(range(len(panel.units))))
    turned = replace(
        panel, units=tuple(panel.units[i] for i in order), outcomes=panel.outcomes[list(order)]
    )
    plain, other = effect_of(panel, method), effect_of(turned, method)
    assert other.effect.estimate == pytest.approx(plain.effect.estimate, abs=1e-7)
    assert other.weights == pytest.approx(plain.weights, abs=1e-7)
    assert other.p == plain.p


@few
@given(seed=SEEDS, planted=st.floats(-5, 5))
def test_what_is_planted_is_added_to_the_estimate(method, seed, planted):
    nothing = effect_of(drawn_panel(seed), method)
    found = effect_of(drawn_panel(seed, effect=planted), method)
    assert found.effect.estimate - nothing.effect.estimate == pytest.approx(planted, abs=1e-7)
    assert found.weights == pytest.approx(nothing.weights, abs=1e-7)


@few
@given(seed=SEEDS, effect=st.floats(-2, 2), level=st.sampled_from([0.8, 0.9, 0.95]))
def test_p_value_and_interval_never_contradict_each_other(method, seed, effect, level):
    found = effect_of(drawn_panel(seed, effect=effect), method, level)
    assert found.effect.excludes(0.0) == (found.p <= 1 - level + 1e-12)
    assert found.effect.low <= found.effect.estimate <= found.effect.high
    assert found.smallest_p <= found.p <= 1


@few
@given(seed=SEEDS)
def test_a_higher_level_never_narrows_the_interval(method, seed):
    panel = drawn_panel(seed, effect=0.5)
    narrow, wide = effect_of(panel, method, 0.8).effect, effect_of(panel, method, 0.95).effect
    assert wide.low <= narrow.low + 1e-6
    assert wide.high >= narrow.high - 1e-6


def test_a_planted_effect_is_recovered(method):
    errors, held = [], 0
    for seed in range(30):
        found = effect_of(drawn_panel(seed, controls=12, effect=3.0, noise=0.2), method).effect
        errors.append(found.estimate - 3.0)
        held += not found.excludes(3.0)
    assert abs(np.mean(errors)) < 0.2
    assert held >= 23  # 0.9 of 30 less twice the Monte-Carlo error


def test_several_treated_units_are_measured_by_their_mean(method):
    panel = drawn_panel(4, controls=10, treated=3, effect=2.0, noise=0.1)
    found = effect_of(panel, method)
    assert found.effect.estimate == pytest.approx(2.0, abs=0.5)
    assert found.total.estimate == pytest.approx(found.effect.estimate * 3 * 5)


def test_weights_sum_to_one(method):
    found = effect_of(drawn_panel(5), method)
    assert sum(found.weights.values()) == pytest.approx(1)
    assert sum(found.time_weights.values()) == pytest.approx(1 if method in {"sdid", "did"} else 0)


def test_effects_per_period_average_to_the_effect(method):
    found = panel_effect(drawn_panel(6, effect=1.0), method=method, level=0.9)
    mean = np.mean([each.estimate for each in found.per_period])
    assert mean == pytest.approx(found.effect.estimate)
    assert all(each.low <= each.estimate <= each.high for each in found.per_period)


def test_a_shorter_past_than_the_level_needs_leaves_periods_without_bounds(method):
    found = panel_effect(drawn_panel(6, before=18, after=5), method=method, level=0.95)
    assert found.effect.low < found.effect.high
    assert all(each.low is None and each.high is None for each in found.per_period)


def test_controls_that_fit_perfectly_are_no_trouble(method):
    panel = drawn_panel(7)
    outcomes = panel.outcomes.copy()
    outcomes[0] = outcomes[1:].mean(axis=0)
    outcomes[0, 20:] += 1.0
    found = effect_of(replace(panel, outcomes=outcomes), method)
    assert found.effect.estimate == pytest.approx(1.0, abs=0.35)


def test_it_refuses_a_level_that_the_periods_cannot_reach(method):
    from entregent.measurement.results import CannotMeasure

    with pytest.raises(CannotMeasure, match="20 periods are needed") as refused:
        panel_effect(drawn_panel(1, before=12, after=3), method=method, level=0.95)
    assert refused.value.code == "too_few_periods_for_level"
    assert panel_effect(drawn_panel(1, before=12, after=3), method=method, level=0.9).p >= 1 / 15
