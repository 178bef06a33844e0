"""One test for p-value and interval: moving blocks, the counterfactual weighed again each time.

Under the null that the effect is a given value in every period after the start, that value is taken
away from the treated series, controls are weighed on ALL periods, and the mean of what is left
after the start is compared with the same mean at every other place of the window, the last period
being followed by the first. The p-value is the share of places that look at least as extreme. The
interval is the set of values that this very test does not reject, made whole where it has holes.

Source: Chernozhukov, Wüthrich & Zhu, "An exact and robust conformal inference method for
counterfactual and synthetic controls", Journal of the American Statistical Association 116 (2021).

What is left in the window is always compared with what is left outside it, so that a counterfactual
that stands too high or too low everywhere is not taken for an effect. For ``sdid`` the periods
outside have time weights, found from the controls for each place of the window as for the real one.
For ``ascm``, whose free weights can follow a step, each comparison is divided by its own standard
deviation under the outcome model, as a score test does.

An effect that grows or fades can draw weights found on all periods so far that the estimate itself
is rejected. Then each value gets the larger p-value of two: that one, and one with weights found
outside each place of the window, which never rejects the estimate. This widens, never narrows.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from entregent.measurement.panel.estimators import LEVELLED, Method, TimeWeigher, Tuning, Weigher
from entregent.measurement.panel.simplex import Floats, Positions

_TIED = 1 - 1e-9
_STEPS = 120
_QUIET = 6
_ALONE = 0.999


@dataclass(frozen=True, slots=True)
class Tested:
    """What one test says.

    Attributes
    ----------
    p
        Of the null of no effect, two-sided; at least `smallest_p`.
    low, high
        Bounds, both included, of the effects not rejected; ``low <= 0 <= high`` just when `p` is
        more than one minus the level. None where even the largest effects are not rejected.
    blocks
        Places of the window.
    widened
        Whether the estimate was rejected at first, and the second p-value counted too.
    """

    p: float
    low: float | None
    high: float | None
    blocks: int
    widened: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Periods, the last of which are asked about.

    Attributes
    ----------
    method
        One of `METHODS`.
    controls, treated
        Shapes (control units, periods) and (periods,).
    before
        Periods before the window.
    tuning
        Penalties, held for every null.
    contrasts
        For ``sdid``: shape (periods, periods), from `window_contrasts`.
    """

    method: Method
    controls: Floats
    treated: Floats
    before: int
    tuning: Tuning
    contrasts: csr_array | None = None

    def under(self, value: float) -> Floats:
        """The treated series without a value after the start."""
        series = self.treated.copy()
        series[self.before :] -= value
        return series

    def inside(self, values: Floats) -> Floats:
        """Means over the window at all its places, the real one first, along the last axis."""
        size = values.shape[-1]
        length = size - self.before
        order = np.arange(self.before, size + self.before + length) % size
        sums = np.cumsum(np.take(values, order, axis=-1), axis=-1)
        sums[..., length : size + length - 1] -= sums[..., : size - 1].copy()
        means: Floats = sums[..., length - 1 : size + length - 1] / length
        return means

    def place(self, number: int) -> Positions:
        """Positions of the periods inside the window at one of its places, the real one at 0."""
        size = self.treated.size
        return np.arange(self.before + number, size + number) % size


def window_contrasts(controls: Floats, before: int, tuning: Tuning) -> csr_array:
    """Time weights of every place of the window, shape (periods, periods), the real one first.

    A place that would be compared with the periods after the start alone is compared with those
    before instead: it would otherwise move with the null as much as the real window does, and
    no effect, however large, could be rejected.
    """
    size = controls.shape[1]
    weigher = TimeWeigher(controls, tuning)
    after = np.arange(before, size)
    rows = []
    for place in range(size):
        window = (after + place) % size
        weights = weigher.weights(window)
        past = np.setdiff1d(np.arange(before), window)
        if place and weights[before:].sum() > _ALONE and past.size:
            weights = weigher.weights(window, past)
        rows.append(weights)
    return csr_array(np.stack(rows))


def smallest_p(before: int, after: int) -> float:
    """The smallest p-value that the test can give.

    With as many periods before as after, the window and what is outside it change places at the
    opposite place, which then looks just as extreme.
    """
    return (2 if before == after else 1) / (before + after)


class RefittedTest:
    """Test of a constant effect with controls weighed on all periods under each null."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._weigher = Weigher(question.method, question.controls, question.tuning)
        self._leverage = self._constant_and_spread() if question.method == "ascm" else None

    def p(self, value: float) -> float:
        """Share of places of the window at least as extreme as the real one under a null."""
        question = self._question
        series = question.under(value)
        left = series - self._weigher.weights(series) @ question.controls
        if self._leverage is not None:
            constant, spread = self._leverage
            left = left - constant * (left.sum() / constant.sum())
            return _share(question.inside(left) / spread)
        left = left - left.mean()
        means = question.inside(left)
        if question.contrasts is not None:
            means = means - question.contrasts @ left
        return _share(means)

    def _constant_and_spread(self) -> tuple[Floats, Floats]:
        """What the outcome model leaves of a constant, and the spread of each comparison."""
        question = self._question
        levels, changes = self._weigher.outcome_model()
        constant = 1.0 - levels.T @ changes.sum(axis=1)
        variance = 1 / (question.treated.size - question.before)
        variance = variance - (question.inside(levels) * question.inside(changes)).sum(axis=0)
        variance -= question.inside(constant) ** 2 / constant.sum()
        return constant, np.sqrt(np.maximum(variance, 1e-300))


class OutsideTest:
    """The same test with weights found outside each place of the window, as for the estimate."""

    def __init__(self, question: Question) -> None:
        self._question = question
        size = question.treated.size
        self._outside = []
        for number in range(size):
            outside = np.ones(size, dtype=np.bool_)
            outside[question.place(number)] = False
            weigher = Weigher(question.method, question.controls[:, outside], question.tuning)
            self._outside.append((outside, weigher))

    def p(self, value: float) -> float:
        """Share of places of the window at least as extreme as the real one under a null."""
        question = self._question
        series = question.under(value)
        effects = np.empty(series.size)
        for number, (outside, weigher) in enumerate(self._outside):
            gap = series - weigher.weights(series[outside]) @ question.controls
            effects[number] = gap[~outside].mean()
            if question.contrasts is not None:
                effects[number] -= float((question.contrasts[[number]] @ gap)[0])
            elif question.method in LEVELLED:
                effects[number] -= gap[outside].mean()
        return _share(effects)


def run_test(question: Question, level: float, *, estimate: float, scale: float) -> Tested:
    """The p-value of no effect, and the interval that the same test gives.

    Parameters
    ----------
    question
        The periods and the method at hand.
    level
        Between 0 and 1, both excluded.
    estimate
        What the method says of the window.
    scale
        Distance over which the p-value changes, more than 0.

    Notes
    -----
    From the estimate the p-value is looked at on both sides, in growing steps, with zero among
    them. Beyond a value that is rejected there may be one that is not; the p-value of zero is then
    the largest from zero outwards, and the interval reaches out as far. So both are conservative
    together, and cannot contradict each other.
    """
    alpha = 1 - level + 1e-12
    size = question.treated.size
    least = smallest_p(question.before, size - question.before)
    refitted = RefittedTest(question)
    widened = refitted.p(estimate) <= alpha
    outside = OutsideTest(question) if widened else None

    def p_value(value: float) -> float:
        other = least if outside is None else outside.p(value)
        return max(least, refitted.p(value), other)

    low, beyond_low = _outwards(p_value, estimate, -1.0, scale, alpha)
    high, beyond_high = _outwards(p_value, estimate, 1.0, scale, alpha)
    p_zero = max(beyond_low if estimate >= 0 else 0.0, beyond_high if estimate <= 0 else 0.0)
    return Tested(p_zero, low, high, size, widened)


def _share(means: Floats) -> float:
    sizes = np.abs(means)
    return float(np.count_nonzero(sizes >= sizes[0] * _TIED)) / sizes.size


def _outwards(
    p_value: Callable[[float], float], centre: float, side: float, scale: float, alpha: float
) -> tuple[float | None, float]:
    """Last value not rejected on a side, and the largest p from zero outwards on that side."""
    to_zero = -centre * side
    found = {0.0: p_value(centre)}
    if to_zero >= 0:
        found[to_zero] = p_value(0.0)
    position, step, quiet = 0.0, scale / 8, 0
    for _ in range(_STEPS):
        position += step
        step *= 1.25
        found[position] = p_value(centre + side * position)
        quiet = quiet + 1 if found[position] <= alpha else 0
        if quiet >= _QUIET and position > to_zero:
            break
    else:
        return None, 1.0
    places = sorted(found)
    last = max(number for number, offset in enumerate(places) if found[offset] > alpha)
    accepted, rejected = places[last], places[last + 1]
    for _ in range(40):
        middle = (accepted + rejected) / 2
        if rejected - accepted <= 1e-7 * scale:
            break
        if p_value(centre + side * middle) > alpha:
            accepted = middle
        else:
            rejected = middle
    # Exactly zero where zero is the last value not rejected, whatever rounding does to the sum.
    bound = 0.0 if accepted == to_zero else centre + side * accepted
    beyond = max((found[offset] for offset in places if offset >= to_zero), default=0.0)
    return bound, beyond
