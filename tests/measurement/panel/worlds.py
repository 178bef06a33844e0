"""Panels drawn with a known truth, for the tests of every method."""

import numpy as np

from entregent.measurement.panel import Panel


def drawn_panel(seed, *, controls=6, before=20, after=5, effect=0.0, noise=0.3, treated=1):
    """A panel with two common factors; the first units are treated, by the same effect each."""
    rng = np.random.default_rng(seed)
    length = before + after
    factors = np.cumsum(rng.normal(size=(2, length)), axis=1)
    loadings = rng.uniform(size=(treated + controls, 2))
    loadings[:treated] = loadings[treated:].mean(axis=0) + 0.1 * rng.normal(size=(treated, 2))
    outcomes = 20 + loadings @ factors + noise * rng.normal(size=(treated + controls, length))
    outcomes[:treated, before:] += effect
    names = tuple(f"ville {number}" for number in range(treated + controls))
    return Panel(names, tuple(range(length)), outcomes, names[:treated], before)


def rows_of(panel, order=None):
    """Columns of units, periods and values, in a given order of the cells."""
    cells = [(i, t) for i in range(len(panel.units)) for t in range(len(panel.periods))]
    if order is not None:
        cells = [cells[position] for position in order]
    return (
        [panel.units[i] for i, _ in cells],
        [panel.periods[t] for _, t in cells],
        [float(panel.outcomes[i, t]) for i, t in cells],
    )
