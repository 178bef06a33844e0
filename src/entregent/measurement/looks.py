"""Reading early without fooling oneself: alpha spending, and intervals valid at all times.

Whoever looks every day at a 95% interval and stops when it excludes zero is wrong far more often
than five times in a hundred. Two ways out: dates fixed beforehand, each with a higher level; or an
interval that holds at all times together, and is wider for it.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import lambertw, ndtri, roots_legendre
from scipy.stats import norm

from entregent.measurement.results import CannotMeasure, Interval, Language
from entregent.measurement.words import NO_BREAK, number

Spending = Literal["obrien-fleming", "pocock"]
Dependence = Literal["increments", "any"]
Floats = NDArray[np.float64]
_FARTHEST: Final = 38.0
_LEAST: Final = 1e-300
_MOST_LOOKS: Final = 100
_NODES: Final = roots_legendre(16)


@dataclass(frozen=True, slots=True)
class Look:
    """What one look may use.

    Attributes
    ----------
    fraction
        Share of the information of the last look, above 0 and at most 1.
    spent
        Error spent by this look and those before, at most 1 - level of the plan.
    z
        An estimate this many standard errors from zero is shown; infinite where the plan leaves
        nothing for this look.
    level
        Nominal level of the interval at this look: 2 Phi(z) - 1.
    """

    fraction: float
    spent: float
    z: float
    level: float


@dataclass(frozen=True, slots=True)
class AlphaSpending:
    """Share the error of a plan among its looks (Lan and DeMets 1983).

    Parameters
    ----------
    level
        Of the whole plan, two-sided: all intervals hold together in this share of cases.
    spending
        ``obrien-fleming`` keeps nearly all for the end: 2 * 2(1 - Phi(z / sqrt(t))), z the
        quantile of alpha/4. ``pocock`` shares almost evenly: alpha log(1 + (e - 1) t).
    dependence
        ``increments``: every look estimates the same quantity from growing data, so that looks
        are correlated as sqrt(t1 / t2). ``any``: looks may be about different windows or
        quantities; the error is then added up, which holds whatever the correlation.

    Notes
    -----
    Boundaries by the recursion of Armitage, McPherson and Rowe (1969), integrated by Gauss and
    Legendre. The two sides spend alike, so that K = 5 even looks at 95% give, for
    ``obrien-fleming``, 4.877, 3.357, 2.680, 2.290, 2.031.
    """

    level: float = 0.95
    spending: Spending = "obrien-fleming"
    dependence: Dependence = "increments"

    def spent(self, fraction: float) -> float:
        """Error spent up to a fraction of the information, between 0 and 1, both included."""
        alpha = 1 - self.level
        if fraction <= 0:
            return 0.0
        if self.spending == "pocock":
            return alpha * math.log1p((math.e - 1) * min(fraction, 1.0))
        return 4 * float(norm.sf(-ndtri(alpha / 4) / math.sqrt(min(fraction, 1.0))))

    def looks(self, fractions: Sequence[float]) -> tuple[Look, ...]:
        """Level and boundary of each look.

        Parameters
        ----------
        fractions
            Of information, growing, above 0 and at most 1: see `fractions_of_days` and
            `fractions_of_errors`. A look added or moved later changes none of those before it.

        Raises
        ------
        CannotMeasure
            ``bad_level``, ``bad_fractions``, ``too_many_looks``.
        """
        check_level(self.level)
        steps = [float(each) for each in fractions]
        if not steps or not all(0 < each <= 1 for each in steps) or steps != sorted(set(steps)):
            raise CannotMeasure(
                "bad_fractions",
                fr="Les lectures doivent se suivre, chacune avec plus d'information que la "
                f"précédente, de 0 à 1. Reçu{NO_BREAK}: {listed(steps, 'fr')}.",
                en="Looks must follow one another, each with more information than the one "
                f"before, from 0 to 1. Received: {listed(steps, 'en')}.",
            )
        if len(steps) > _MOST_LOOKS:
            raise CannotMeasure(
                "too_many_looks",
                fr=f"{len(steps)} lectures, c'est trop pour un plan. Gardez-en au plus "
                f"{_MOST_LOOKS}, ou prenez un intervalle lisible en tout temps.",
                en=f"{len(steps)} looks are too many for a plan. Keep {_MOST_LOOKS} at most, or "
                "take an interval that may be read at any time.",
            )
        spent = [self.spent(each) for each in steps]
        shares = [high - low for low, high in itertools.pairwise([0.0, *spent])]
        if self.dependence == "any":
            bounds = [_farthest(share) for share in shares]
        else:
            bounds = boundaries(steps, shares)
        return tuple(
            Look(fraction, total, z, 1.0 if math.isinf(z) else float(2 * norm.cdf(z) - 1))
            for fraction, total, z in zip(steps, spent, bounds, strict=True)
        )


def boundaries(fractions: Sequence[float], shares: Sequence[float]) -> list[float]:
    """Two-sided boundaries at which each look spends its share of the error.

    Parameters
    ----------
    fractions
        Shape (looks,), growing, of information.
    shares
        Shape (looks,), chance to cross first at each look where there is no effect.

    Returns
    -------
    list of float
        In standard errors; infinite where the share is too small to matter (below 1e-300).
    """
    bounds: list[float] = []
    points, density = np.zeros(1), np.ones(1)
    before = 0.0
    for fraction, share in zip(fractions, shares, strict=True):
        chance = _Crossing(points, density, math.sqrt(fraction), math.sqrt(fraction - before))
        z = _farthest(share) if before == 0 else chance.root(share)
        bounds.append(z)
        points, density = chance.inside(z)
        before = fraction
    return bounds


def crossing_chance(fractions: Sequence[float], bounds: Sequence[float]) -> float:
    """Chance that the largest look is wrong: to cross any of the bounds where nothing is there.

    Parameters
    ----------
    fractions, bounds
        Shape (looks,), growing fractions of information, and bounds in standard errors.
    """
    points, density = np.zeros(1), np.ones(1)
    before = 0.0
    for fraction, z in zip(fractions, bounds, strict=True):
        chance = _Crossing(points, density, math.sqrt(fraction), math.sqrt(fraction - before))
        points, density = chance.inside(z)
        before = fraction
    return 1 - float(density.sum())


@dataclass(frozen=True, eq=False)
class _Crossing:
    """The score of those who have not crossed, and what the next look adds to it."""

    points: Floats
    density: Floats
    scale: float
    step: float

    def beyond(self, z: float) -> float:
        """Chance to cross a bound first at this look."""
        edge = z * self.scale
        tails = norm.sf((edge - self.points) / self.step) + norm.sf(
            (edge + self.points) / self.step
        )
        return float(self.density @ tails)

    def root(self, share: float) -> float:
        """The bound that is crossed with a chance."""
        if share <= _LEAST or self.beyond(_FARTHEST) >= share:
            return math.inf
        return float(
            brentq(lambda z: math.log(max(self.beyond(z), 1e-320)) - math.log(share), 0, _FARTHEST)
        )

    def inside(self, z: float) -> tuple[Floats, Floats]:
        """Points of the score within the bound, with their probabilities."""
        nodes, weights = _panels(min(z, 9.0) * self.scale, self.step)
        kernel = norm.pdf((nodes[:, None] - self.points[None, :]) / self.step) / self.step
        return nodes, (kernel @ self.density) * weights


def _farthest(share: float) -> float:
    return float(norm.isf(share / 2)) if share > _LEAST else math.inf


def _panels(edge: float, step: float) -> tuple[Floats, Floats]:
    """Points and weights over [-edge, edge], close enough for steps of this size."""
    count = max(math.ceil(edge / step), 4)
    width = 2 * edge / count
    middles = -edge + width * (np.arange(count) + 0.5)
    nodes = (middles[:, None] + width / 2 * _NODES[0][None, :]).ravel()
    return nodes, np.tile(width / 2 * _NODES[1], count)


def fractions_of_days(days: Sequence[int]) -> tuple[float, ...]:
    """Information by length of follow-up: days of each look over days of the last."""
    return tuple(each / days[-1] for each in days) if days else ()


def fractions_of_errors(standard_errors: Sequence[float]) -> tuple[float, ...]:
    """Information by precision: (last standard error / that of each look) squared, at most 1."""
    if not standard_errors or min(standard_errors) <= 0:
        return ()
    last = standard_errors[-1]
    return tuple((last / each) ** 2 for each in standard_errors)


def mixture_precision(planned_standard_error: float, level: float = 0.95) -> float:
    """Precision of the mixture whose always-valid interval is narrowest at a planned moment.

    Parameters
    ----------
    planned_standard_error
        Of the estimate at the moment that matters most, above 0.
    level
        Of the interval.

    Notes
    -----
    With v = 1 / se^2 and alpha = 1 - level: v / (-W(-alpha^2 / e) - 1), W the lower branch of
    Lambert's function (Howard, Ramdas, McAuliffe and Sekhon 2021, section 3.5).
    """
    check_level(level)
    _check_error(planned_standard_error)
    branch = float(lambertw(-((1 - level) ** 2) / math.e, -1).real)
    return 1 / planned_standard_error**2 / (-branch - 1)


def always_valid_interval(
    estimate: float,
    standard_error: float,
    *,
    planned_standard_error: float | None = None,
    rho: float | None = None,
    level: float = 0.95,
) -> Interval:
    """An interval that may be read at any time, and as often as one likes.

    Parameters
    ----------
    estimate, standard_error
        Of one quantity, from the data up to now.
    planned_standard_error
        The standard error expected at the moment that matters most, fixed before the first look:
        the interval is narrowest there. Give this or `rho`.
    rho
        Precision of the mixture itself, above 0, fixed before the first look.
    level
        The share of cases in which the true value lies in *all* intervals ever read.

    Raises
    ------
    CannotMeasure
        ``bad_level``, ``bad_standard_error``, ``no_plan``.

    Notes
    -----
    Normal mixture (Robbins 1970; Howard et al. 2021): with information v = 1 / se^2, the half
    width is sqrt((v + rho) log((v + rho) / (rho alpha^2))) / v. It holds for estimates that behave
    as means of growing data with a known variance, and nearly for an estimated one once there are
    some dozens of independent observations (Waudby-Smith et al. 2021); not for a quantity that
    changes from look to look.
    """
    check_level(level)
    _check_error(standard_error)
    if rho is None and planned_standard_error is not None:
        rho = mixture_precision(planned_standard_error, level)
    if rho is None or not (math.isfinite(rho) and rho > 0):
        raise CannotMeasure(
            "no_plan",
            fr=f"Un intervalle lisible en tout temps se règle d'avance{NO_BREAK}: donnez l'erreur "
            "type attendue à la date qui compte.",
            en="An interval that may be read at any time is set beforehand: give the standard "
            "error expected at the date that matters.",
        )
    information = 1 / standard_error**2
    inner = math.log((information + rho) / rho) - 2 * math.log(1 - level)
    half = math.sqrt((information + rho) * inner) / information
    return Interval(estimate, estimate - half, estimate + half, level)


def listed(values: Sequence[float], language: Language) -> str:
    """Up to twelve numbers in words."""
    return "; ".join(number(each, language, 3 if each % 1 else 0) for each in values[:12]) or "—"


def check_level(level: float) -> None:
    """Refuse a level that is not between 0 and 1."""
    if not 0 < level < 1:
        raise CannotMeasure(
            "bad_level",
            fr="Le niveau doit être entre 0 et 1, comme 0,95.",
            en="The level must lie between 0 and 1, as 0.95.",
        )


def _check_error(standard_error: float) -> None:
    if not (math.isfinite(standard_error) and standard_error > 0):
        raise CannotMeasure(
            "bad_standard_error",
            fr="L'erreur type doit être un nombre positif.",
            en="The standard error must be a positive number.",
        )
