"""How many are still there at each age: Kaplan and Meier, with intervals that hold at the ends."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import chi2

from entregent.measurement.results import CannotMeasure, Interval
from entregent.measurement.words import day_in_words

Days = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Follow:
    """People with the age at which they left, and the age to which we could have seen them.

    Attributes
    ----------
    seen_days
        Shape (people,), days from the day each was first met to the last observed day, zero or
        more: known for everyone, also for those who left.
    left_days
        Shape (people,), age in days at which each left; -1 for those who had not left.
    met
        Shape (people,), day each was first met, as a proleptic ordinal.
    """

    seen_days: Days
    left_days: Days
    met: Days

    def __len__(self) -> int:
        return len(self.seen_days)

    @property
    def left_count(self) -> int:
        """People who left at any age seen."""
        return int(np.count_nonzero(self.left_days >= 0))

    def part(self, chosen: NDArray[np.bool_]) -> "Follow":
        """Some of the people."""
        return Follow(self.seen_days[chosen], self.left_days[chosen], self.met[chosen])

    def within(self, horizon: int) -> "Follow":
        """The same people, watched no longer than an age, itself included."""
        gone = np.where(self.left_days <= horizon, self.left_days, -1)
        return Follow(np.minimum(self.seen_days, horizon), gone, self.met)

    def age_reached_by(self, people: int) -> int:
        """Largest age that at least so many could have reached, whether or not they stayed."""
        return int(np.sort(self.seen_days)[-people]) if people <= len(self) else -1

    def readable_from(self, age: int, people: int) -> date | None:
        """Day at the end of which so many people could have reached an age; None if too few."""
        if people > len(self):
            return None
        return date.fromordinal(int(np.sort(self.met)[people - 1]) + age)


def follow(
    first_days: Sequence[date], left_days: Sequence[date | None], observed_until: date
) -> Follow:
    """People from calendar days.

    Parameters
    ----------
    first_days
        Day each person was first met.
    left_days
        Day each left, not before the first; None for who had not left.
    observed_until
        Last observed day, included: whoever had not left then is censored.

    Raises
    ------
    CannotMeasure
        ``lengths_differ``, ``left_before_first``, ``met_after_end``, ``left_after_end``, each
        naming the row; rows count from 1.
    """
    if len(first_days) != len(left_days):
        raise CannotMeasure(
            "lengths_differ",
            fr=f"Il y a {len(first_days)} premiers jours et {len(left_days)} départs. Donnez-en "
            "autant, une case vide pour qui n'est pas parti.",
            en=f"There are {len(first_days)} first days and {len(left_days)} departures. Give as "
            "many of both, empty for whoever has not left.",
        )
    for number, (first, left) in enumerate(zip(first_days, left_days, strict=True), start=1):
        if first > observed_until:
            raise _outside("met_after_end", number, first, observed_until, "première rencontre")
        if left is not None and left < first:
            raise CannotMeasure(
                "left_before_first",
                fr=f"Ligne {number} : le départ ({day_in_words(left, 'fr')}) précède la première "
                f"rencontre ({day_in_words(first, 'fr')}). Corrigez l'une des deux dates.",
                en=f"Row {number}: the departure ({day_in_words(left, 'en')}) comes before the "
                f"first meeting ({day_in_words(first, 'en')}). Correct one of the two dates.",
            )
        if left is not None and left > observed_until:
            raise _outside("left_after_end", number, left, observed_until, "départ")
    met = np.array([day.toordinal() for day in first_days], dtype=np.int64)
    left_age = np.array(
        [
            -1 if left is None else (left - first).days
            for first, left in zip(first_days, left_days, strict=True)
        ],
        dtype=np.int64,
    )
    return Follow(observed_until.toordinal() - met, left_age, met)


def _outside(code: str, number: int, day: date, end: date, word: str) -> CannotMeasure:
    english = "departure" if code == "left_after_end" else "first meeting"
    return CannotMeasure(
        code,
        fr=f"Ligne {number} : {word} le {day_in_words(day, 'fr')}, après le dernier jour observé "
        f"({day_in_words(end, 'fr')}). Corrigez la date, ou donnez un dernier jour plus tardif.",
        en=f"Row {number}: {english} on {day_in_words(day, 'en')}, after the last observed day "
        f"({day_in_words(end, 'en')}). Correct the date, or give a later last day.",
    )


@dataclass(frozen=True, eq=False)
class Curve:
    """Share still there after each age at which someone left (Kaplan and Meier 1958).

    Attributes
    ----------
    ages
        Shape (steps,), ages in days at which someone left, growing.
    at_risk, left
        Shape (steps,), people still there and watched just before, and those who left.
    share
        Shape (steps,), share still there after that age.
    spread
        Shape (steps,), Greenwood's sum, the variance of the logarithm of the share; infinite once
        nobody is left.
    people
        Number of people at the start.
    seen_days
        Shape (people,), sorted: how long each could have been seen.
    """

    ages: Days
    at_risk: Days
    left: Days
    share: Floats
    spread: Floats
    people: int
    seen_days: Days

    def at(self, age: int, level: float) -> Interval:
        """Share still there at an age, with a pointwise interval.

        Notes
        -----
        Greenwood's variance on the scale of log(-log share) (Kalbfleisch and Prentice 1980), which
        keeps the bounds between 0 and 1. While nobody has left the bound below is the exact one of
        a proportion, (alpha/2)^(1/n) among those who could have been seen that long; once nobody
        stays the bound above is 1 - (alpha/2)^(1/n) among the last who were watched.
        """
        step = int(np.searchsorted(self.ages, age, side="right")) - 1
        tail = (1 - level) / 2
        if step < 0:
            watched = int(np.count_nonzero(self.seen_days >= age))
            return Interval(1.0, tail ** (1 / watched) if watched else 0.0, 1.0, level)
        share = float(self.share[step])
        if share <= 0:
            return Interval(0.0, 0.0, 1 - tail ** (1 / int(self.at_risk[step])), level)
        turn = float(-ndtri(tail)) * np.sqrt(self.spread[step]) / abs(np.log(share))
        low, high = share ** np.exp(turn), share ** np.exp(-turn)
        return Interval(share, float(low), float(high), level)

    def mean_days(self, horizon: int, level: float) -> Interval:
        """Mean days there out of the first `horizon` (restricted mean).

        Notes
        -----
        Area under the curve from 0 to the horizon; variance: sum over the steps of
        (area from the step on)^2 left / (at_risk (at_risk - left)). The interval is normal for the
        logarithm of the days lost, horizon - mean, which holds better when few have left; while
        nobody has, the days lost are at most the exact bound of a proportion times the horizon.
        """
        tail = (1 - level) / 2
        inside = self.ages < horizon
        ages, at_risk, left = self.ages[inside], self.at_risk[inside], self.left[inside]
        if len(ages) == 0:
            watched = max(int(np.count_nonzero(self.seen_days >= horizon)), 1)
            return Interval(float(horizon), horizon * tail ** (1 / watched), float(horizon), level)
        heights = np.concatenate([[1.0], self.share[inside]])
        areas = heights * np.diff(np.concatenate([[0], ages, [horizon]]))
        beyond = np.cumsum(areas[::-1])[::-1][1:]
        stay = at_risk - left
        terms = np.zeros(len(ages))
        some = stay > 0
        terms[some] = beyond[some] ** 2 * left[some] / (at_risk[some] * stay[some])
        lost = horizon - float(areas.sum())
        factor = math.exp(-float(ndtri(tail)) * math.sqrt(float(terms.sum())) / lost)
        low = max(horizon - lost * factor, 0.0)
        return Interval(horizon - lost, low, horizon - lost / factor, level)


def curve(people: Follow) -> Curve:
    """The curve of some people; who leaves at the age of another's last sight leaves first."""
    gone = people.left_days[people.left_days >= 0]
    ages, left = np.unique(gone, return_counts=True)
    ended = np.sort(np.where(people.left_days >= 0, people.left_days, people.seen_days))
    at_risk = len(people) - np.searchsorted(ended, ages, side="left")
    stay = at_risk - left
    spread = np.full(len(ages), np.inf)
    some = stay > 0
    spread[some] = left[some] / (at_risk[some] * stay[some])
    kept: Floats = np.asarray(stay / at_risk, dtype=np.float64)
    share: Floats = np.asarray(np.cumprod(kept), dtype=np.float64)
    return Curve(
        ages=ages.astype(np.int64),
        at_risk=at_risk.astype(np.int64),
        left=left.astype(np.int64),
        share=share,
        spread=np.cumsum(spread),
        people=len(people),
        seen_days=np.sort(people.seen_days),
    )


def difference(first: Interval, second: Interval) -> Interval:
    """First minus second, of independent estimates whose intervals need not be symmetric.

    Notes
    -----
    Recovers the variances from the bounds (MOVER; Zou and Donner 2008).
    """
    gap = first.estimate - second.estimate
    down = np.hypot(first.estimate - first.low, second.high - second.estimate)
    up = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return Interval(gap, gap - float(down), gap + float(up), first.level)


def wilson(count: int, total: int, level: float) -> Interval:
    """A proportion with Wilson's interval (1927)."""
    z = float(-ndtri((1 - level) / 2))
    share = count / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    inner = share * (1 - share) / total + z * z / (4 * total * total)
    half = z / (1 + z * z / total) * float(np.sqrt(inner))
    return Interval(share, max(middle - half, 0.0), min(middle + half, 1.0), level)


def log_rank(first: Follow, second: Follow) -> dict[str, float]:
    """Whether two groups leave at the same rate, age by age (Mantel 1966).

    Returns
    -------
    dict
        ``chi2`` on one degree of freedom, its ``p``, and people who left and were to be expected
        to leave in the first group; ``chi2`` 0 and ``p`` 1 where nobody left.
    """
    ages = np.unique(
        np.concatenate([each.left_days[each.left_days >= 0] for each in (first, second)])
    )
    counts: list[tuple[Any, Any]] = []
    for each in (first, second):
        ended = np.sort(np.where(each.left_days >= 0, each.left_days, each.seen_days))
        at_risk = len(each) - np.searchsorted(ended, ages, side="left")
        gone = np.sort(each.left_days)
        left = np.searchsorted(gone, ages, "right") - np.searchsorted(gone, ages, "left")
        counts.append((at_risk.astype(float), left.astype(float)))
    (risk, left), (other_risk, other_left) = counts
    total, gone_total = risk + other_risk, left + other_left
    expected = gone_total * risk / total
    several = total > 1
    variance = np.zeros(len(ages))
    variance[several] = (expected * other_risk / total * (total - gone_total))[several] / (
        total[several] - 1
    )
    observed = float(left.sum())
    found = {"left": observed, "expected": float(expected.sum()), "chi2": 0.0, "p": 1.0}
    if variance.sum() > 0:
        found["chi2"] = (observed - found["expected"]) ** 2 / float(variance.sum())
        found["p"] = float(chi2.sf(found["chi2"], 1))
    return found
