"""Joint draws of the days ahead: of parameters, coefficients, states and noise."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.compiled import compiled
from entregent.measurement.fitting import Fitted
from entregent.measurement.state_space import filter_columns, marginal

Floats = NDArray[np.float64]


def draw_paths(
    fits: Sequence[Fitted],
    weights: Floats,
    rows: Floats,
    extra: Floats,
    precision: Floats,
    ahead: Floats,
    paths: int,
    generator: np.random.Generator,
) -> Floats:
    """Joint draws of the days ahead: of parameters, coefficients, states and noise.

    Returns
    -------
    array
        Shape (paths, days ahead), in units of noise. Paths come in pairs of opposite chance.
    """
    all_weights = np.concatenate(
        [weight * fit.weights for weight, fit in zip(weights, fits, strict=True)]
    )
    all_variances = np.concatenate([fit.variances for fit in fits])
    pairs = paths // 2
    # Systematic choice: each point as often as its weight says, give or take one.
    edges = np.cumsum(all_weights)
    edges /= edges[-1]
    places = (np.arange(pairs) + generator.random()) / pairs
    chosen = np.minimum(np.searchsorted(edges, places), len(edges) - 1)
    points, counts = np.unique(chosen, return_counts=True)
    found = np.empty((2 * pairs, len(ahead)))
    simulate(
        all_variances[points],
        counts,
        rows,
        extra,
        precision,
        np.ascontiguousarray(ahead),
        generator,
        found,
    )
    return found


@compiled
def simulate(
    variances: Floats,
    counts: NDArray[np.int64],
    rows: Floats,
    extra: Floats,
    precision: Floats,
    ahead: Floats,
    generator: np.random.Generator,
    found: Floats,
) -> None:
    """Fill pairs of paths of opposite chance, for each point as many as are asked.

    Parameters
    ----------
    variances, counts
        Shape (points, 5), as the filter takes them, and pairs of paths of each.
    rows, extra, precision
        As for the fit.
    ahead
        Shape (days ahead, columns - 1): the design of the days to be drawn.
    found
        Filled, shape (2 * pairs, days ahead).
    """
    days, size = ahead.shape
    cross, means = np.empty((size + 1, size + 1)), np.empty((3, size + 1))
    covariance = np.empty((3, 3))
    middle, apart = np.empty(size), np.empty(size)
    at = 0
    for point in range(len(variances)):
        told = variances[point]
        log_f, observed = filter_columns(rows, extra, told, cross, means, covariance)
        marginal(cross, precision, log_f, observed)
        root_of(covariance)
        sd_noise, sd_ar, rho = math.sqrt(told[0]), math.sqrt(told[1]), told[2]
        sd_level, sd_slope = math.sqrt(told[3]), math.sqrt(told[4])
        for i in range(size):
            middle[i] = cross[i + 1, 0]
        back_substitute(cross, middle)
        m = np.empty(3)
        for k in range(3):
            m[k] = means[k, 0]
            for i in range(size):
                m[k] -= means[k, i + 1] * middle[i]
        base = np.dot(ahead, middle)
        m0, m1, m2 = m[0], m[1], m[2]
        for t in range(days):
            base[t] += m0 + m2
            m0, m2 = m0 + m1, rho * m2
        for _ in range(counts[point]):
            for i in range(size):
                apart[i] = generator.standard_normal()
            back_substitute(cross, apart)
            z0, z1, z2 = (
                generator.standard_normal(),
                generator.standard_normal(),
                generator.standard_normal(),
            )
            d0 = covariance[0, 0] * z0
            d1 = covariance[1, 0] * z0 + covariance[1, 1] * z1
            d2 = covariance[2, 0] * z0 + covariance[2, 1] * z1 + covariance[2, 2] * z2
            for i in range(size):
                d0 -= means[0, i + 1] * apart[i]
                d1 -= means[1, i + 1] * apart[i]
                d2 -= means[2, i + 1] * apart[i]
            moved = np.dot(ahead, apart)
            for t in range(days):
                away = moved[t] + d0 + d2 + sd_noise * generator.standard_normal()
                found[at, t] = base[t] + away
                found[at + 1, t] = base[t] - away
                d0, d2 = d0 + d1, rho * d2
                if sd_ar > 0.0:
                    d2 += sd_ar * generator.standard_normal()
                if sd_level > 0.0:
                    d0 += sd_level * generator.standard_normal()
                if sd_slope > 0.0:
                    d1 += sd_slope * generator.standard_normal()
            at += 2


@compiled
def back_substitute(cross: Floats, values: Floats) -> None:
    """Solve with the transpose of the factor that `marginal` leaves in `cross`, in place."""
    for i in range(len(values) - 1, -1, -1):
        total = values[i]
        for j in range(i + 1, len(values)):
            total -= cross[j + 1, i + 1] * values[j]
        values[i] = total / cross[i + 1, i + 1]


@compiled
def root_of(covariance: Floats) -> None:
    """Replace the covariance of the states by a lower root; rows without variance stay empty."""
    for j in range(3):
        total = covariance[j, j]
        for k in range(j):
            total -= covariance[j, k] * covariance[j, k]
        root = math.sqrt(total) if total > 1e-14 else 0.0
        covariance[j, j] = root
        for i in range(j + 1, 3):
            total = covariance[i, j]
            for k in range(j):
                total -= covariance[i, k] * covariance[j, k]
            covariance[i, j] = total / root if root > 0.0 else 0.0
