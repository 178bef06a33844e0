"""One model fitted: its posterior by importance sampling around its mode, and its evidence.

Parameters are sampled on the scale of their logarithms (``rho`` as a logit). The proposal is a
Student t around the mode with the curvature found there; its points are quasi-random, so that a few
hundred of them say what thousands of random ones would.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.compiled import compiled
from entregent.measurement.state_space import filter_columns, marginal

Floats = NDArray[np.float64]

LOCAL_LEVEL, TREND, LEVEL_WALK, SLOPE_WALK = range(4)
"""Kinds of model; the first is CausalImpact's, the others are averaged by default."""
MODEL_NAMES: Final = {
    LOCAL_LEVEL: "local_level",
    TREND: "trend_ar1",
    LEVEL_WALK: "level_walk",
    SLOPE_WALK: "slope_walk",
}
DIMENSIONS: Final = {LOCAL_LEVEL: 2, TREND: 3, LEVEL_WALK: 4, SLOPE_WALK: 5}
DRAWS: Final = 800
LARGEST_RHO: Final = 0.98
_STARTS: Final = {
    LOCAL_LEVEL: (-0.3, -3.0),
    TREND: (-0.4, -0.7, 0.3),
    LEVEL_WALK: (-0.4, -0.7, 0.3, -3.0),
    SLOPE_WALK: (-0.4, -0.7, 0.3, -3.0, -6.2),
}
_DF: Final = 5.0
_INFLATED: Final = 1.15
_LEAST_CURVATURE: Final = 0.4


@dataclass(frozen=True)
class Priors:
    """How large each movement is thought to be beforehand, in units of the series' own noise.

    Attributes
    ----------
    noise, ar, level, slope
        Scales of half-normal densities of the standard deviations.
    """

    noise: float = 1.5
    ar: float = 1.5
    level: float = 0.2
    slope: float = 0.02

    def as_array(self) -> Floats:
        """Shape (4,)."""
        return np.array([self.noise, self.ar, self.level, self.slope])


@dataclass(frozen=True)
class Fitted:
    """A model's posterior: weighted points.

    Attributes
    ----------
    kind
        Of the model.
    variances
        Shape (draws, 5), as the filter takes them.
    weights
        Shape (draws,): of importance; they sum to one.
    log_evidence
        Of the model, on the scale it was fitted on.
    mode
        Shape (dimensions,): where a later fit may start.
    effective_draws
        How many independent draws the weighted ones are worth.
    """

    kind: int
    variances: Floats
    weights: Floats
    log_evidence: float
    mode: Floats
    effective_draws: float


@compiled
def variances_of(kind: int, theta: Floats, found: Floats) -> None:
    """Write the variances that a point stands for, as the filter takes them."""
    found[0] = math.exp(2.0 * theta[0])
    if kind == 0:
        found[1], found[2], found[4] = 0.0, 0.0, 0.0
        found[3] = math.exp(2.0 * theta[1])
        return
    found[1] = math.exp(2.0 * theta[1])
    found[2] = 0.98 / (1.0 + math.exp(-theta[2]))
    found[3] = math.exp(2.0 * theta[3]) if kind >= 2 else 0.0
    found[4] = math.exp(2.0 * theta[4]) if kind >= 3 else 0.0


@compiled
def _log_half_normal(log_sd: float, scale: float) -> float:
    """Density of the logarithm of a standard deviation that is half-normal."""
    ratio = math.exp(log_sd) / scale
    return 0.5 * math.log(2.0 / math.pi) + math.log(ratio) - 0.5 * ratio * ratio


@compiled
def _log_inverse_gamma(log_sd: float, guess: float, weight: float) -> float:
    """Density of the logarithm of a sd whose precision is gamma(weight / 2, weight guess² / 2)."""
    shape, rate = 0.5 * weight, 0.5 * weight * guess * guess
    return (
        math.log(2.0)
        + shape * math.log(rate)
        - math.lgamma(shape)
        - 2.0 * shape * log_sd
        - rate * math.exp(-2.0 * log_sd)
    )


@compiled
def log_prior(kind: int, theta: Floats, scales: Floats) -> float:
    """Logarithm of the prior density at a point."""
    for value in theta:
        if abs(value) > 14.0:
            return -math.inf
    if kind == 0:
        # Noise: guess and weight; level: guess, weight and largest value, as CausalImpact has them.
        if math.exp(theta[1]) > scales[4]:
            return -math.inf
        return _log_inverse_gamma(theta[0], scales[0], scales[1]) + _log_inverse_gamma(
            theta[1], scales[2], scales[3]
        )
    share = 1.0 / (1.0 + math.exp(-theta[2]))
    found = _log_half_normal(theta[0], scales[0]) + _log_half_normal(theta[1], scales[1])
    # rho / 0.98 is beta(2, 2), times the derivative of the logit.
    found += math.log(6.0) + 2.0 * math.log(share) + 2.0 * math.log(1.0 - share)
    if kind >= 2:
        found += _log_half_normal(theta[3], scales[2])
    if kind >= 3:
        found += _log_half_normal(theta[4], scales[3])
    return found


@compiled
def log_posterior(
    kind: int,
    theta: Floats,
    rows: Floats,
    extra: Floats,
    precision: Floats,
    scales: Floats,
    cross: Floats,
    means: Floats,
) -> float:
    """Logarithm of prior times likelihood at a point; `cross` and `means` are room to work in."""
    found = log_prior(kind, theta, scales)
    if not found > -math.inf:
        return -math.inf
    variances = np.empty(5)
    covariance = np.empty((3, 3))
    variances_of(kind, theta, variances)
    log_f, observed = filter_columns(rows, extra, variances, cross, means, covariance)
    return found + marginal(cross, precision, log_f, observed)


@compiled
def climb(  # noqa: PLR0912 (one loop of one method)
    kind: int,
    start: Floats,
    rows: Floats,
    extra: Floats,
    precision: Floats,
    scales: Floats,
    most: int,
) -> tuple[Floats, float]:
    """Find the mode by BFGS with differences for the gradient."""
    size, columns = len(start), rows.shape[1]
    cross, means = np.empty((columns, columns)), np.empty((3, columns))
    here = start.copy()
    value = log_posterior(kind, here, rows, extra, precision, scales, cross, means)
    inverse = np.eye(size) * 0.2
    gradient, before = np.zeros(size), np.zeros(size)
    step, moved, trial = np.zeros(size), np.zeros(size), np.zeros(size)
    eps = 1e-4
    for turn in range(most):
        for i in range(size):
            trial[:] = here
            trial[i] = here[i] + eps
            up = log_posterior(kind, trial, rows, extra, precision, scales, cross, means)
            trial[i] = here[i] - eps
            down = log_posterior(kind, trial, rows, extra, precision, scales, cross, means)
            gradient[i] = (up - down) / (2.0 * eps)
        if turn > 0:
            change = gradient - before
            curve = -np.dot(moved, change)
            if curve > 1e-10:
                # The inverse of minus the curvature, updated.
                hy = np.dot(inverse, -change)
                yhy = np.dot(-change, hy)
                for i in range(size):
                    for j in range(size):
                        inverse[i, j] += (1.0 + yhy / curve) * moved[i] * moved[j] / curve - (
                            hy[i] * moved[j] + moved[i] * hy[j]
                        ) / curve
        step = np.dot(inverse, gradient)
        slope = np.dot(step, gradient)
        if slope <= 0.0:
            inverse = np.eye(size) * 0.2
            step = np.dot(inverse, gradient)
            slope = np.dot(step, gradient)
        if slope < 1e-5:
            break
        longest = np.max(np.abs(step))
        if longest > 1.5:
            step *= 1.5 / longest
            slope *= 1.5 / longest
        size_of_step, is_better = 1.0, False
        for _ in range(12):
            trial = here + size_of_step * step
            found = log_posterior(kind, trial, rows, extra, precision, scales, cross, means)
            if found >= value + 1e-4 * size_of_step * slope:
                is_better = True
                break
            size_of_step *= 0.4
        if not is_better:
            break
        moved = trial - here
        before = gradient.copy()
        here = trial.copy()
        gained = found - value
        value = found
        if gained < 1e-4 and turn > 3:
            break
    return here, value


@compiled
def curvature(
    kind: int,
    mode: Floats,
    rows: Floats,
    extra: Floats,
    precision: Floats,
    scales: Floats,
) -> Floats:
    """Minus the second derivatives at the mode, by differences wide enough to see the shoulders."""
    size, columns = len(mode), rows.shape[1]
    cross, means = np.empty((columns, columns)), np.empty((3, columns))
    found = np.zeros((size, size))
    trial = mode.copy()
    width = 0.15
    for i in range(size):
        for j in range(i + 1):
            total = 0.0
            for sign in (1.0, -1.0):
                trial[:] = mode
                trial[i] += width
                trial[j] += sign * width
                total += sign * log_posterior(
                    kind, trial, rows, extra, precision, scales, cross, means
                )
                trial[:] = mode
                trial[i] -= width
                trial[j] -= sign * width
                total += sign * log_posterior(
                    kind, trial, rows, extra, precision, scales, cross, means
                )
            # On the diagonal, the two of equal sign are the value itself.
            scale = 4.0 * width * width
            found[i, j] = -total / scale
            found[j, i] = found[i, j]
    return found


@compiled
def _at_points(
    kind: int,
    points: Floats,
    rows: Floats,
    extra: Floats,
    precision: Floats,
    scales: Floats,
) -> Floats:
    count, columns = len(points), rows.shape[1]
    cross, means = np.empty((columns, columns)), np.empty((3, columns))
    found = np.empty(count)
    for i in range(count):
        found[i] = log_posterior(kind, points[i], rows, extra, precision, scales, cross, means)
    return found


def fit_model(
    kind: int,
    rows: Floats,
    extra: Floats,
    precision: Floats,
    scales: Floats,
    generator: np.random.Generator,
    *,
    draws: int = DRAWS,
    start: Floats | None = None,
) -> Fitted:
    """Fit one model to the days before.

    Parameters
    ----------
    kind
        One of `MODEL_NAMES`.
    rows
        Shape (days, columns), the series first, in units of its own noise.
    extra
        Shape (days,): known variance of each day.
    precision
        Shape (columns - 1,): prior precision of the coefficients.
    scales
        As `Priors.as_array` gives them (CausalImpact's five numbers for the local level).
    generator
        Shifts the quasi-random points.
    draws
        Points of the importance sample, over its three stages.
    start
        Where to begin to climb.
    """
    mode, _ = find_mode(kind, rows, extra, precision, scales, start=start)
    # The posterior is skewed: each later proposal stands where the weight of those before lies.
    proposals = [(mode, _spread(curvature(kind, mode, rows, extra, precision, scales)))]
    sizes = [draws // 4, draws // 4, draws - 2 * (draws // 4)]
    uniform = _quasi_random(draws, len(mode) + 1, generator)
    points, target = np.empty((0, len(mode))), np.empty(0)
    for number, size in enumerate(sizes):
        done = sum(sizes[:number])
        fresh = _points(*proposals[-1], uniform[done : done + size])
        points = np.concatenate([points, fresh])
        told = _at_points(kind, fresh, rows, extra, precision, scales)
        target = np.concatenate([target, told])
        # All together are a sample of the mixture of their proposals.
        log_weights = target - _log_mixture(points, proposals, sizes)
        if number + 1 < len(sizes):
            weights = _normalised(log_weights)[0]
            middle = weights @ points
            apart = (points - middle) * np.sqrt(weights)[:, None]
            around = apart.T @ apart + 0.02 * np.eye(len(mode))
            proposals.append((middle, np.asarray(np.linalg.cholesky(around))))
    weights, log_mean = _normalised(log_weights)
    variances = np.empty((draws, 5))
    for index in range(draws):
        variances_of(kind, points[index], variances[index])
    return Fitted(
        kind=kind,
        variances=variances,
        weights=weights,
        log_evidence=log_mean,
        mode=mode,
        effective_draws=1.0 / float(np.sum(weights * weights)),
    )


def find_mode(
    kind: int,
    rows: Floats,
    extra: Floats,
    precision: Floats,
    scales: Floats,
    *,
    start: Floats | None = None,
) -> tuple[Floats, float]:
    """The mode of a model's posterior, and the logarithm of prior times likelihood there."""
    begin = np.array(_STARTS[kind]) if start is None else start
    return climb(kind, begin, rows, extra, precision, scales, 60)


def laplace_evidence(
    kind: int, rows: Floats, extra: Floats, precision: Floats, scales: Floats
) -> tuple[float, Floats]:
    """A quick approximation of a model's evidence (Laplace's), and the mode it stands on."""
    mode, value = find_mode(kind, rows, extra, precision, scales)
    spread = _spread(curvature(kind, mode, rows, extra, precision, scales))
    size = len(mode)
    log_spread = float(np.sum(np.log(np.diag(spread))))
    return value + 0.5 * size * math.log(2 * math.pi) + log_spread, mode


def _spread(bent: Floats) -> Floats:
    """Cholesky factor of the inverse curvature, flat directions kept within bounds."""
    values, vectors = np.linalg.eigh(np.where(np.isfinite(bent), bent, 0.0))
    values = np.clip(values, _LEAST_CURVATURE, 1e6)
    covariance = (vectors / values) @ vectors.T
    return np.asarray(np.linalg.cholesky(covariance + 1e-12 * np.eye(len(values))))


def _normalised(log_weights: Floats) -> tuple[Floats, float]:
    """Weights that sum to one, and the logarithm of the mean of what they were."""
    top = float(np.max(log_weights))
    weights = np.exp(log_weights - top)
    total = float(np.sum(weights))
    return weights / total, top + math.log(total / len(weights))


def _points(middle: Floats, spread: Floats, uniform: Floats) -> Floats:
    """Points of a Student t, from points of the unit cube with one dimension more."""
    from scipy.special import gammaincinv, ndtri

    size = len(middle)
    normal = ndtri(uniform[:, :size])
    mixing = 2.0 * gammaincinv(_DF / 2, uniform[:, size]) / _DF
    return np.asarray(middle + (normal / np.sqrt(mixing)[:, None]) * _INFLATED @ spread.T)


def _log_proposal(points: Floats, middle: Floats, spread: Floats) -> Floats:
    """Logarithm of the density that `_points` have."""
    size = len(middle)
    standard = np.linalg.solve(spread, (points - middle).T).T / _INFLATED
    constant = (
        math.lgamma((_DF + size) / 2)
        - math.lgamma(_DF / 2)
        - 0.5 * size * math.log(_DF * math.pi)
        - float(np.sum(np.log(np.diag(spread))))
        - size * math.log(_INFLATED)
    )
    squares = np.sum(standard**2, axis=1)
    return np.asarray(constant - 0.5 * (_DF + size) * np.log1p(squares / _DF))


def _log_mixture(
    points: Floats, proposals: list[tuple[Floats, Floats]], sizes: list[int]
) -> Floats:
    """Logarithm of the density of the mixture that some proposals make, by their sizes."""
    total = sum(sizes[: len(proposals)])
    told = [
        math.log(size / total) + _log_proposal(points, *proposal)
        for size, proposal in zip(sizes, proposals, strict=False)
    ]
    return np.asarray(np.logaddexp.reduce(told, axis=0))


def _quasi_random(count: int, size: int, generator: np.random.Generator) -> Floats:
    """Points in the unit cube that fill it evenly: additive recurrence, shifted at random.

    The steps are powers of the root of ``x^(size + 1) = x + 1`` (Roberts, 2018, "The unreasonable
    effectiveness of quasirandom sequences").
    """
    root = 2.0
    for _ in range(40):
        root = (1.0 + root) ** (1.0 / (size + 1))
    steps = root ** -np.arange(1, size + 1)
    found = (generator.random(size) + np.arange(1, count + 1)[:, None] * steps) % 1.0
    return np.clip(found, 1e-6, 1 - 1e-6)
