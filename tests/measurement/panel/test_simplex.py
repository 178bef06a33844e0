"""The minimum on the simplex: conditions that only the minimum meets."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from entregent.measurement.panel.simplex import simplex_minimum


@st.composite
def problems(draw):
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    size, rows = draw(st.integers(1, 30)), draw(st.integers(1, 30))
    design = rng.normal(size=(rows, size)) * 10.0 ** draw(st.integers(-3, 3))
    goal = design @ rng.dirichlet(np.ones(size)) + draw(st.sampled_from([0.0, 1.0])) * rng.normal(
        size=rows
    )
    gram = design.T @ design
    ridge = draw(st.sampled_from([1e-9, 0.1])) * np.trace(gram) / size
    return gram + ridge * np.eye(size), design.T @ goal, rng


@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_no_weight_could_be_moved_for_the_better(problem):
    gram, target, _ = problem
    weights = simplex_minimum(gram, target)
    assert weights.min() >= 0
    assert abs(weights.sum() - 1) < 1e-9
    slope = gram @ weights - target
    scale = np.abs(gram).max() + np.abs(target).max()
    held = weights > 1e-9
    assert np.ptp(slope[held]) < 1e-7 * scale
    assert slope.min() > slope[held].mean() - 1e-7 * scale


@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_where_it_starts_does_not_matter(problem):
    gram, target, rng = problem
    cold = simplex_minimum(gram, target)
    warm = simplex_minimum(gram, target, start=rng.dirichlet(np.ones(target.size)))
    value = [w @ gram @ w / 2 - target @ w for w in (cold, warm)]
    assert abs(value[0] - value[1]) <= 1e-9 * (1 + abs(value[0]) + np.abs(gram).max())


def test_what_is_not_allowed_stays_at_zero():
    gram = np.eye(3)
    weights = simplex_minimum(
        gram, np.array([5.0, 1.0, 1.0]), allowed=np.array([False, True, True])
    )
    assert weights.tolist() == [0.0, 0.5, 0.5]
