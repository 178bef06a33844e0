"""Least squares on the simplex: weights that are not negative and sum to one.

Wolfe's active-set method on the Gram matrix. It ends at the exact minimum after finitely many
steps, where Frank-Wolfe only comes near; a start near the answer makes it short.
"""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.compiled import compiled

Floats: TypeAlias = NDArray[np.float64]
Positions: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

STEADY: Final = 1e-10
"""Ridge added to every Gram matrix, as a share of its mean diagonal: makes the minimum unique."""


def simplex_minimum(
    gram: Floats, target: Floats, *, allowed: Flags | None = None, start: Floats | None = None
) -> Floats:
    """Weights w that minimise ``w @ gram @ w / 2 - target @ w``, w >= 0 and w.sum() == 1.

    Parameters
    ----------
    gram
        Positive definite, shape (n, n).
    target
        Shape (n,).
    allowed
        Which weights may differ from zero; all by default. At least one.
    start
        Weights to begin with, such as those of a neighbouring problem; what is not allowed in them
        is dropped.

    Returns
    -------
    numpy.ndarray
        Shape (n,); exactly zero outside the support.

    Notes
    -----
    P. Wolfe, "Finding the nearest point in a polytope", Mathematical Programming 11 (1976).
    """
    where = np.ones(target.size, dtype=np.bool_) if allowed is None else allowed
    begin = np.zeros(target.size) if start is None else np.where(where, start, 0.0)
    total = begin.sum()
    if total > 0:
        begin = begin / total
    return _minimum(
        np.ascontiguousarray(gram), np.ascontiguousarray(target), where, np.ascontiguousarray(begin)
    )


@compiled
def _minimum(  # noqa: PLR0912, PLR0915 (one compiled loop)
    gram: Floats, target: Floats, allowed: Flags, start: Floats
) -> Floats:
    count = target.size
    weights = start.copy()
    support = np.empty(count, dtype=np.int64)
    inside = np.zeros(count, dtype=np.bool_)
    held = 0
    scale = 0.0
    for i in range(count):
        scale = max(scale, gram[i, i])
        if weights[i] > 0:
            support[held] = i
            inside[i] = True
            held += 1
    if held == 0:
        best = -1
        for i in range(count):
            if allowed[i] and (
                best < 0 or gram[i, i] / 2 - target[i] < gram[best, best] / 2 - target[best]
            ):
                best = i
        support[0] = best
        inside[best] = True
        weights[best] = 1.0
        held = 1
    newest = -1
    for _ in range(20 * count + 100):
        stuck = False
        while True:
            wished = _on_support(gram, target, support, held)
            step = 1.0
            for k in range(held):
                if wished[k] <= 0.0:
                    have = weights[support[k]]
                    step = min(step, have / (have - wished[k]) if have > wished[k] else 0.0)
            for k in range(held):
                i = support[k]
                weights[i] += step * (wished[k] - weights[i])
            if step >= 1.0:
                break
            kept = 0
            for k in range(held):
                i = support[k]
                if weights[i] > 1e-15:
                    support[kept] = i
                    kept += 1
                else:
                    weights[i] = 0.0
                    inside[i] = False
                    stuck = stuck or i == newest
            if kept == held:
                # Rounding hid the one that reached its bound: take out the smallest.
                least = 0
                for k in range(held):
                    if weights[support[k]] < weights[support[least]]:
                        least = k
                weights[support[least]] = 0.0
                inside[support[least]] = False
                support[least] = support[held - 1]
                kept = held - 1
            held = kept
            if held <= 1:
                weights[support[0]] = 1.0
                break
        if stuck:
            break
        slope = -target.copy()
        for k in range(held):
            i = support[k]
            for j in range(count):
                slope[j] += gram[i, j] * weights[i]
        level = 0.0
        for k in range(held):
            level += weights[support[k]] * slope[support[k]]
        best = -1
        for i in range(count):
            if allowed[i] and not inside[i] and (best < 0 or slope[i] < slope[best]):
                best = i
        if best < 0 or slope[best] >= level - 1e-12 * scale:
            break
        support[held] = best
        inside[best] = True
        held += 1
        newest = best
    return weights


@compiled
def _on_support(gram: Floats, target: Floats, support: Positions, held: int) -> Floats:
    """Minimum with the sum held at one and the signs left free, on the support alone."""
    lower = np.empty((held, held))
    for a in range(held):
        for b in range(a + 1):
            value = gram[support[a], support[b]]
            for c in range(b):
                value -= lower[a, c] * lower[b, c]
            if a == b:
                lower[a, a] = np.sqrt(max(value, 1e-14 * gram[support[a], support[a]] + 1e-300))
            else:
                lower[a, b] = value / lower[b, b]
    plain = np.empty(held)
    ones = np.empty(held)
    for a in range(held):
        first, second = target[support[a]], 1.0
        for c in range(a):
            first -= lower[a, c] * plain[c]
            second -= lower[a, c] * ones[c]
        plain[a] = first / lower[a, a]
        ones[a] = second / lower[a, a]
    for a in range(held - 1, -1, -1):
        first, second = plain[a], ones[a]
        for c in range(a + 1, held):
            first -= lower[c, a] * plain[c]
            second -= lower[c, a] * ones[c]
        plain[a] = first / lower[a, a]
        ones[a] = second / lower[a, a]
    wished: Floats = plain + ones * ((1.0 - plain.sum()) / ones.sum())
    return wished
