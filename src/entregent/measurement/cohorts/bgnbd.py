"""Repeat purchase by the beta-geometric/NBD model: likelihood, fit, what it expects.

Fader, Hardie and Lee (2005), "Counting your customers" the easy way, Marketing Science 24(2).
While alive a person buys at a Poisson rate, which differs between people as Gamma(r, rate alpha);
after each repeat purchase they stop with a chance that differs as Beta(a, b).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from scipy.special import (
    betainccinv,
    betaln,
    digamma,
    expit,
    gammaln,
    hyp2f1,
    ndtri,
    roots_legendre,
)

from entregent.measurement.cohorts.buyers import Buyers
from entregent.measurement.cohorts.survival import Floats
from entregent.measurement.results import CannotMeasure, Interval

_EDGE = 9.0
_HOLD = 2.5
_FEWEST_REPEATERS = 5
_STEP = 1e-4
_STARTS = ((0.0, 0.0, 0.0, 0.0), (-1.0, -1.0, -0.5, 1.0), (1.0, 1.0, -2.0, 0.5))


@dataclass(frozen=True, slots=True)
class Parameters:
    """r and alpha of the Gamma of rates, a and b of the Beta of chances to stop.

    `alpha` is in the unit of time of the data; the others have none.
    """

    r: float
    alpha: float
    a: float
    b: float

    def expected(self, time: ArrayLike) -> Floats:
        """Expected repeat purchases of a new person in some time after the first one."""
        return _expected(self.r, self.alpha, self.a, self.b, np.asarray(time, dtype=np.float64))

    def nobody(self, time: ArrayLike) -> Floats:
        """Chance that a new person buys nothing again in some time."""
        return (self.alpha / (self.alpha + np.asarray(time, dtype=np.float64))) ** self.r

    def alive(self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Floats:
        """Chance that a person may still buy; 1 by construction for who never bought again."""
        x, last, watched = (
            np.asarray(each, dtype=np.float64) for each in (frequency, recency, age)
        )
        again = np.where(x > 0, x, 1.0)
        odds = np.log(self.a) - np.log(self.b + again - 1)
        odds = odds + (self.r + again) * np.log((self.alpha + watched) / (self.alpha + last))
        return np.where(x > 0, expit(-odds), 1.0)

    def conditional(
        self, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, time: ArrayLike
    ) -> Floats:
        """Expected purchases of people in some time from now, given what they did.

        Notes
        -----
        Given that a person is alive their rate is Gamma(r + x, alpha + T) and their chance to stop
        Beta(a, b + x): what a new person of such parameters would do, times P(alive).
        """
        x, watched = np.asarray(frequency, dtype=np.float64), np.asarray(age, dtype=np.float64)
        coming = _expected(
            self.r + x, self.alpha + watched, self.a, self.b + x, np.asarray(time, dtype=np.float64)
        )
        return self.alive(frequency, recency, age) * coming


def _expected(r: ArrayLike, alpha: ArrayLike, a: float, b: ArrayLike, time: Floats) -> Floats:
    if abs(a - 1) < 1e-4:  # the closed form is 0/0 there, and smooth on both sides
        sides = (_expected(r, alpha, side, b, time) for side in (1 - 2e-4, 1 + 2e-4))
        return np.asarray(sum(sides) / 2)
    r, alpha, b, time = np.broadcast_arrays(r, alpha, b, time)
    with np.errstate(all="ignore"):
        series = hyp2f1(r, b, a + b - 1, time / (alpha + time))
        found = (a + b - 1) / (a - 1) * (1 - (alpha / (alpha + time)) ** r * series)
    # The series loses its digits for large b or r: there, average over the chance to stop.
    most = r / alpha * time
    bad = ~np.isfinite(found) | (found < 0) | (found > most * (1 + 1e-9)) | (b > 500) | (r > 500)
    if bad.any():
        found = np.where(bad, _averaged(r, alpha, a, b, time), found)
    return np.asarray(found)


def _averaged(r: Floats, alpha: Floats, a: float, b: Floats, time: Floats) -> Floats:
    nodes, weights = roots_legendre(200)
    chance = np.maximum(betainccinv(a, b[..., None], (1 - nodes) / 2), 1e-12)
    gone = -np.expm1(-r[..., None] * np.log1p(chance * (time / alpha)[..., None]))
    return np.asarray((gone / chance) @ (weights / 2))


def log_likelihood(logs: Floats, buyers: Buyers, scale: float = 1.0) -> tuple[float, Floats]:
    """Log-likelihood and its gradient by the logarithms of r, alpha, a and b.

    Parameters
    ----------
    logs
        Shape (4,), logarithms of the parameters, alpha in units of `scale` times the data's.
    buyers
        The people.
    scale
        Unit of alpha, in units of the data.
    """
    r, alpha, a, b = np.exp(logs)
    x, last, watched = buyers.frequency, buyers.recency / scale, buyers.age / scale
    again = x > 0
    safe = np.where(again, x, 1.0)
    end, last_end = np.log(alpha + watched), np.log(alpha + last)
    alive = betaln(a, b + x) - (r + x) * end
    stopped = np.where(again, betaln(a + 1, b + safe - 1) - (r + x) * last_end, -np.inf)
    both = np.logaddexp(alive, stopped)
    count = len(x)
    value = float(np.sum(gammaln(r + x) + both)) + count * (
        r * np.log(alpha) - float(gammaln(r)) - float(betaln(a, b))
    )
    share = np.exp(alive - both)
    gone = np.where(again, 1 - share, 0.0)
    total = digamma(a + b + x)
    by_r = digamma(r + x) - digamma(r) + np.log(alpha) - share * end - gone * last_end
    by_alpha = r / alpha - (r + x) * (share / (alpha + watched) + gone / (alpha + last))
    by_a = digamma(a + b) - total + gone / a
    by_b = (
        share * digamma(b + x) + gone * digamma(b + safe - 1) - total + digamma(a + b) - digamma(b)
    )
    gradient = np.array([by_r.sum(), by_alpha.sum(), by_a.sum(), by_b.sum()])
    # Values are per unit of the data: the change of unit adds a constant that only x knows.
    value -= float(x.sum()) * np.log(scale)
    return value, gradient * np.array([r, alpha, a, b])


@dataclass(frozen=True, eq=False)
class Fit:
    """Parameters of some buyers, with how surely they are known.

    Attributes
    ----------
    parameters
        By maximum likelihood.
    log_likelihood
        At its largest.
    covariance
        Shape (4, 4), of the logarithms of r, alpha, a, b, by the observed information.
    draws
        Shape (draws, 4), logarithms fitted again to simulated buyers; None without a bootstrap.
    level
        Of every interval.
    held
        Whether the data alone had no best parameters, so that ordinary ones were leant on.
    """

    parameters: Parameters
    log_likelihood: float
    covariance: Floats
    draws: Floats | None
    level: float
    held: bool

    def interval_of(self, quantity: Callable[[Parameters], float]) -> Interval:
        """Interval of any positive quantity of the parameters.

        By the delta method on its logarithm, or by quantiles of the bootstrap where there is one.
        """
        middle = float(quantity(self.parameters))
        tail = (1 - self.level) / 2
        if self.draws is not None:
            values = [float(quantity(Parameters(*np.exp(each).tolist()))) for each in self.draws]
            low, high = np.quantile(values, [tail, 1 - tail])
            return Interval(middle, min(float(low), middle), max(float(high), middle), self.level)
        logs = np.log([getattr(self.parameters, name) for name in ("r", "alpha", "a", "b")])
        slopes = np.zeros(4)
        for position in range(4):
            moved = [logs.copy(), logs.copy()]
            moved[0][position] += _STEP
            moved[1][position] -= _STEP
            up, down = (float(quantity(Parameters(*np.exp(each).tolist()))) for each in moved)
            slopes[position] = math.log(up / down) / (2 * _STEP)
        variance = float(slopes @ self.covariance @ slopes)
        half = -float(ndtri(tail)) * math.sqrt(max(variance, 0.0))
        factor = math.exp(half)
        return Interval(middle, middle / factor, middle * factor, self.level)


def fit(
    buyers: Buyers,
    *,
    level: float = 0.95,
    draws: int = 0,
    generator: np.random.Generator | None = None,
    hold: bool = True,
) -> Fit:
    """Fit the model by maximum likelihood.

    Parameters
    ----------
    buyers
        At least ten, of whom someone bought again.
    level
        Of the intervals.
    draws
        Of the parametric bootstrap; 0 takes the observed information instead, which is quicker.
    generator
        Draws the bootstrap; seeded with 0 if None.
    hold
        What happens where the likelihood has no top, as where nobody seems to stop buying: lean a
        little on ordinary parameters (a normal penalty of standard deviation 2.5 on the logarithm
        of r, a, b and alpha over the mean time watched), and say so; or refuse.

    Raises
    ------
    CannotMeasure
        ``too_few_people``, ``nobody_repeats``, ``too_few_repeats``, ``not_converged``, each with
        its remedy.
    """
    if len(buyers) < 10:
        raise CannotMeasure(
            "too_few_people",
            fr=f"Personnes qui ont acheté : {len(buyers)}. Il en faut au moins 10. Attendez, ou "
            "regroupez des cohortes.",
            en=f"People who bought: {len(buyers)}. It takes at least 10. Wait, or pool cohorts.",
        )
    if buyers.repeaters == 0:
        raise CannotMeasure(
            "nobody_repeats",
            fr="Personne n'a acheté de nouveau : le rythme des rachats ne peut pas s'estimer. "
            "Observez plus longtemps, ou vérifiez que chaque personne garde le même identifiant.",
            en="Nobody bought again: the pace of repeat purchase cannot be estimated. Observe "
            "longer, or check that each person keeps one identifier.",
        )
    if buyers.repeaters < _FEWEST_REPEATERS:
        raise CannotMeasure(
            "too_few_repeats",
            fr=f"Personnes qui ont acheté de nouveau : {buyers.repeaters}. Il en faut au moins "
            f"{_FEWEST_REPEATERS}. Observez plus longtemps, ou regroupez des cohortes.",
            en=f"People who bought again: {buyers.repeaters}. It takes at least "
            f"{_FEWEST_REPEATERS}. Observe longer, or pool cohorts.",
        )
    logs, covariance, value, held = _largest(buyers, hold=hold)
    found = Parameters(*np.exp(logs).tolist())
    again: Floats | None = None
    if draws:
        source = np.random.default_rng(0) if generator is None else generator
        again = _again(found, buyers, draws, source, hold=hold)
    return Fit(found, value, covariance, again, level, held)


def _largest(
    buyers: Buyers, near: Floats | None = None, *, hold: bool
) -> tuple[Floats, Floats, float, bool]:
    """Logarithms of the parameters, their covariance, the log-likelihood, and whether held."""
    scale = float(buyers.age.mean())
    if scale <= 0:
        raise _not_converged()
    count = len(buyers)
    units = np.array([0.0, math.log(scale), 0.0, 0.0])
    starts = [np.array(each) for each in _STARTS]
    for weight in (0.0, 1 / _HOLD**2) if hold else (0.0,):

        def cost(logs: Floats, weight: float = weight) -> tuple[float, Floats]:
            value, gradient = log_likelihood(logs, buyers, scale)
            held = value - weight * float(logs @ logs) / 2
            return -held / count, (weight * logs - gradient) / count

        for start in starts if near is None else [near - units, *starts]:
            tried = minimize(
                cost,
                np.clip(start, -_EDGE, _EDGE),
                jac=True,
                method="L-BFGS-B",
                bounds=[(-_EDGE, _EDGE)] * 4,
                options={"maxiter": 300, "ftol": 1e-11, "gtol": 1e-6},
            )
            polished = _polished(cost, np.asarray(tried.x, dtype=np.float64))
            if polished is not None:
                logs, hessian = polished
                covariance: Floats = np.asarray(np.linalg.inv(hessian * count))
                value = log_likelihood(logs, buyers, scale)[0]
                return logs + units, covariance, value, weight > 0
    raise _not_converged()


def _polished(
    cost: Callable[[Floats], tuple[float, Floats]], logs: Floats
) -> tuple[Floats, Floats] | None:
    """Newton's steps to the last digits, with the curvature there; None where there is no top."""
    for _ in range(20):
        if not np.abs(logs).max() < _EDGE - 0.01:
            return None
        hessian = _hessian(cost, logs)
        if not np.linalg.eigvalsh(hessian)[0] > 1e-9:
            return None
        step = np.linalg.solve(hessian, cost(logs)[1])
        if np.abs(step).max() < 1e-8:
            return logs, hessian
        if cost(logs - step)[0] > cost(logs)[0] + 1e-12:
            step = step / 4
        logs = logs - step
    return None


def _hessian(cost: Callable[[Floats], tuple[float, Floats]], logs: Floats) -> Floats:
    rows = []
    for position in range(4):
        step = np.zeros(4)
        step[position] = _STEP
        rows.append((cost(logs + step)[1] - cost(logs - step)[1]) / (2 * _STEP))
    found = np.array(rows)
    return (found + found.T) / 2


def _again(
    found: Parameters, buyers: Buyers, draws: int, generator: np.random.Generator, *, hold: bool
) -> Floats:
    fitted = []
    near = np.log([found.r, found.alpha, found.a, found.b])
    for _ in range(draws):
        try:
            made = simulate(found, buyers.age, generator, buyers.unit_days)
            fitted.append(_largest(made, near, hold=hold)[0])
        except CannotMeasure:
            continue
    if len(fitted) < 0.9 * draws:
        raise _not_converged()
    return np.array(fitted)


def simulate(
    parameters: Parameters, age: ArrayLike, generator: np.random.Generator, unit_days: float = 7.0
) -> Buyers:
    """Buyers who do as the model says, each watched for an age.

    Parameters
    ----------
    parameters
        Of the model, alpha in the unit of `age`.
    age
        Shape (people,), time from the first order to the end.
    generator
        Draws them.
    unit_days
        Days in one unit of time.
    """
    watched = np.array(age, dtype=np.float64).reshape(-1)
    count = len(watched)
    rate = generator.gamma(parameters.r, 1 / parameters.alpha, count)
    stop = generator.beta(parameters.a, parameters.b, count)
    frequency, recency, clock = np.zeros(count), np.zeros(count), np.zeros(count)
    active: NDArray[np.int64] = np.arange(count)
    while len(active):
        # A rate may underflow to zero: such a person never buys again.
        gap = generator.exponential(1.0, len(active)) / np.maximum(rate[active], 1e-300)
        clock[active] += gap
        bought = active[clock[active] <= watched[active]]
        frequency[bought] += 1
        recency[bought] = clock[bought]
        active = bought[generator.random(len(bought)) >= stop[bought]]
    return Buyers(frequency, recency, watched, unit_days)


def _not_converged() -> CannotMeasure:
    return CannotMeasure(
        "not_converged",
        fr="Le rythme des rachats n'a pas pu être estimé : trop peu de rachats, ou personne ne "
        "semble cesser d'acheter. Observez plus longtemps, ou regroupez des cohortes.",
        en="The pace of repeat purchase could not be estimated: too few repeats, or nobody seems "
        "to stop buying. Observe longer, or pool cohorts.",
    )
