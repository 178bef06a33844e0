"""Weights as the first program for synthetic difference-in-differences finds them.

Its Frank-Wolfe steps stop before the minimum: published numbers carry that mark, and this is here
to reproduce them. `simplex` goes to the minimum, and is what everything else uses.
"""

import numpy as np

from entregent.measurement.compiled import compiled
from entregent.measurement.panel.simplex import Floats


def frank_wolfe_weights(design: Floats, goal: Floats, ridge: float, least_gain: float) -> Floats:
    """Weights on the simplex: a hundred steps, small weights dropped, then up to ten thousand.

    Parameters
    ----------
    design, goal
        Shapes (rows, weights) and (rows,).
    ridge
        Weight of the squared weights beside the mean squared misfit.
    least_gain
        Stop when a step gains less than this in that sum.

    Notes
    -----
    Settings of `synthdid` 0.0.9 for R (Arkhangelsky et al. 2021): a weight of at most a quarter of
    the largest is dropped between the two runs.
    """
    design = np.ascontiguousarray(design)
    first = _steps(design, goal, ridge, least_gain, np.full(design.shape[1], 1.0), 100)
    first[first <= first.max() / 4] = 0.0
    return _steps(design, goal, ridge, least_gain, first, 10_000)


@compiled
def _steps(
    design: Floats, goal: Floats, ridge: float, least_gain: float, start: Floats, most: int
) -> Floats:
    rows = goal.size
    weights: Floats = start / start.sum()
    penalty = rows * ridge
    misfit = design @ weights - goal
    before = np.inf
    for done in range(most):
        slope = misfit @ design + penalty * weights
        best = int(np.argmin(slope))
        move = -weights
        move[best] += 1.0
        change = design[:, best] - goal - misfit
        curve = (change**2).sum() + penalty * (move**2).sum()
        if curve <= 0.0:
            break
        step = min(1.0, max(0.0, -(slope * move).sum() / curve))
        weights = weights + step * move
        misfit = misfit + step * change
        value = ridge * (weights**2).sum() + (misfit**2).sum() / rows
        if done >= 1 and before - value <= least_gain:
            break
        before = value
    return weights
