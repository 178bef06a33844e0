"""How much faster one cohort leaves than another at equal age: survival in whole periods."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri
from scipy.stats import chi2

from entregent.measurement.cohorts.survival import Floats, Follow
from entregent.measurement.results import CannotMeasure, Interval

Link = Literal["cloglog", "logit"]
_FEWEST_LEFT = 5
_STEPS = 100


@dataclass(frozen=True, eq=False)
class PeriodCounts:
    """People of two cohorts by period of age.

    Attributes
    ----------
    from_days
        Shape (periods,), first age of each period; it runs `period_days` days.
    at_risk, left
        Shape (periods, 2), people there at its start who could be watched through its end, and
        those of them who left during it; the campaign's cohort stands first.
    """

    from_days: NDArray[np.int64]
    at_risk: Floats
    left: Floats
    period_days: int


@dataclass(frozen=True, slots=True)
class HazardRatio:
    """How many times faster the campaign's cohort leaves, at equal age.

    Attributes
    ----------
    ratio
        Of hazards under the link ``cloglog``, of odds of leaving within a period under ``logit``;
        above 1, the campaign's people leave faster.
    link, period_days, periods
        What was fitted: periods that someone left in.
    proportional_p
        p-value of a ratio that changes with age, against one that does not.
    change
        Factor by which the ratio moves when age doubles.
    log_likelihood
        At its largest.
    """

    ratio: Interval
    link: Link
    period_days: int
    periods: int
    proportional_p: float
    change: float
    log_likelihood: float


def period_counts(
    campaign: Follow, others: Follow, *, horizon: int, period_days: int
) -> PeriodCounts:
    """Count two cohorts by period of age, up to a horizon.

    A person counts in a period only if they could have been watched through all of it: whether
    they count does not depend on whether they stay.
    """
    periods = (horizon + 1) // period_days
    starts = np.arange(periods, dtype=np.int64) * period_days
    at_risk, left = np.zeros((periods, 2)), np.zeros((periods, 2))
    for column, people in enumerate((campaign, others)):
        gone_age = np.where(people.left_days >= 0, people.left_days, np.iinfo(np.int64).max)
        for row, start in enumerate(starts):
            watched = people.seen_days >= start + period_days - 1
            there = watched & (gone_age >= start)
            at_risk[row, column] = np.count_nonzero(there)
            left[row, column] = np.count_nonzero(there & (gone_age < start + period_days))
    return PeriodCounts(starts, at_risk, left, period_days)


def hazard_ratio(
    counts: PeriodCounts, *, link: Link = "cloglog", level: float = 0.95
) -> HazardRatio:
    """Fit a hazard for each period and one ratio between the cohorts.

    Parameters
    ----------
    counts
        As `period_counts` gives them.
    link
        ``cloglog``: log(-log(1 - h)) = a[period] + b x, whose exp(b) is the ratio of hazards in
        continuous time whatever the period (Prentice and Gloeckler 1978); ``logit``: the ratio of
        odds (Cox 1972).
    level
        Of the interval: Wald's, on the logarithm.

    Raises
    ------
    CannotMeasure
        ``too_few_left`` where fewer than five people of a cohort left, ``no_overlap`` where no
        period holds both cohorts, ``not_converged``.
    """
    both = (counts.at_risk > 0).all(axis=1) & (counts.left.sum(axis=1) > 0)
    # Where everyone of both cohorts left, the period says nothing about the ratio.
    both &= counts.left.sum(axis=1) < counts.at_risk.sum(axis=1)
    at_risk, left = counts.at_risk[both], counts.left[both]
    if len(at_risk) == 0:
        raise CannotMeasure(
            "no_overlap",
            fr="Aucune période ne compte des départs et les deux cohortes. Attendez, ou prenez "
            "des périodes plus longues.",
            en="No period holds departures and both cohorts. Wait, or take longer periods.",
        )
    if left.sum(axis=0).min() < _FEWEST_LEFT:
        fewest = int(left.sum(axis=0).min())
        raise CannotMeasure(
            "too_few_left",
            fr=f"Un rapport demande {_FEWEST_LEFT} départs dans chaque cohorte; l'une en compte "
            f"{fewest}. Attendez, ou lisez la différence.",
            en=f"A ratio takes {_FEWEST_LEFT} departures in each cohort; one has {fewest}. Wait, "
            "or read the difference.",
        )
    age = np.log2(1 + counts.from_days[both] + counts.period_days / 2)
    side = np.array([1.0, 0.0])
    plain = _maximum(at_risk, left, [np.tile(side, (len(age), 1))], link)
    weights = left.sum(axis=1) / left.sum()
    moving = np.outer(age - float(weights @ age), side)
    p, change = 1.0, 1.0
    if len(age) > 1:
        fuller = _maximum(at_risk, left, [np.tile(side, (len(age), 1)), moving], link)
        p = float(chi2.sf(max(2 * (fuller.value - plain.value), 0.0), 1))
        change = float(np.exp(fuller.slopes[1]))
    slope, half = plain.slopes[0], -ndtri((1 - level) / 2) * np.sqrt(plain.covariance[0, 0])
    low, middle, high = (float(np.exp(each)) for each in (slope - half, slope, slope + half))
    return HazardRatio(
        ratio=Interval(middle, low, high, level),
        link=link,
        period_days=counts.period_days,
        periods=len(age),
        proportional_p=p,
        change=change,
        log_likelihood=plain.value,
    )


@dataclass(frozen=True, eq=False)
class _Maximum:
    value: float
    slopes: Floats
    covariance: Floats


def _maximum(at_risk: Floats, left: Floats, columns: list[Floats], link: Link) -> _Maximum:
    """Newton's steps with expected information, halved while the likelihood would fall."""
    periods = len(at_risk)
    slopes = np.stack([column.ravel() for column in columns], axis=1)
    design = np.hstack([np.repeat(np.eye(periods), 2, axis=0), slopes])
    size, gone = at_risk.ravel(), left.ravel()
    pooled = left.sum(axis=1) / at_risk.sum(axis=1)
    theta = np.zeros(design.shape[1])
    theta[:periods] = (
        np.log(-np.log1p(-pooled)) if link == "cloglog" else np.log(pooled / (1 - pooled))
    )
    value = _log_likelihood(design @ theta, size, gone, link)
    for _ in range(_STEPS):
        chance, slope = _chance(design @ theta, link)
        inside = np.maximum(chance * (1 - chance), 1e-300)
        score = design.T @ ((gone - size * chance) * slope / inside)
        information = (design * (size * slope**2 / inside)[:, None]).T @ design
        step = np.linalg.lstsq(information, score, rcond=None)[0]
        best = value
        for _ in range(40):
            best = _log_likelihood(design @ (theta + step), size, gone, link)
            if best >= value - 1e-12 * abs(value):
                break
            step = step / 2
        theta = theta + step
        value = best
        if np.abs(step).max() < 1e-9:
            covariance: Floats = np.asarray(
                np.linalg.pinv(information)[periods:, periods:], dtype=np.float64
            )
            return _Maximum(value, theta[periods:], covariance)
    raise CannotMeasure(
        "not_converged",
        fr="Le rapport n'a pas pu être estimé. Prenez des périodes plus longues, ou lisez la "
        "différence.",
        en="The ratio could not be estimated. Take longer periods, or read the difference.",
    )


def _chance(line: Floats, link: Link) -> tuple[Floats, Floats]:
    line = np.clip(line, -40, 40 if link == "logit" else 3.5)
    if link == "logit":
        chance = expit(line)
        return chance, chance * (1 - chance)
    rate = np.exp(line)
    return -np.expm1(-rate), rate * np.exp(-rate)


def _log_likelihood(line: Floats, size: Floats, gone: Floats, link: Link) -> float:
    chance, _ = _chance(line, link)
    stay = -np.exp(np.clip(line, -40, 3.5)) if link == "cloglog" else np.log1p(-chance)
    return float(gone @ np.log(chance) + (size - gone) @ stay)
