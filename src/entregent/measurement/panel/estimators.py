"""Four ways to weigh control units, and periods before, into a counterfactual.

All work on two arrays: `controls`, shape (control units, periods), and `treated`, shape (periods,),
the mean of the treated units. Sources:

- ``sdid``: Arkhangelsky, Athey, Hirshberg, Imbens & Wager, "Synthetic difference-in-differences",
  American Economic Review 111 (2021), with the penalties of their section 4.
- ``ascm``: Ben-Michael, Feller & Rothstein, "The augmented synthetic control method", Journal of
  the American Statistical Association 116 (2021), ridge outcome model on the outcomes before.
- ``sc``: Abadie, Diamond & Hainmueller, same journal, 105 (2010), on the outcomes alone.
- ``did``: equal weights for all controls and all periods before.
"""

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.panel.frank_wolfe import frank_wolfe_weights
from entregent.measurement.panel.simplex import STEADY, Floats, Positions, simplex_minimum

Method = Literal["sdid", "ascm", "sc", "did"]
Solver = Literal["exact", "frank_wolfe"]
METHODS: tuple[Method, ...] = get_args(Method)
LEVELLED: frozenset[str] = frozenset({"sdid", "did"})
"""Methods that let treated and controls stand at different heights: only movements are matched."""
_MOST_HELD_OUT = 100


@dataclass(frozen=True, slots=True)
class Tuning:
    """Penalties, chosen once on the periods before and then held.

    Attributes
    ----------
    unit_ridge, time_ridge
        Of ``sdid``: weight of the squared weights beside the mean squared misfit, both squared
        units of the outcome.
    outcome_ridge
        Of ``ascm``: penalty of the outcome model.
    """

    unit_ridge: float = 0.0
    time_ridge: float = 0.0
    outcome_ridge: float = 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights and what they leave.

    Attributes
    ----------
    weights
        Of the controls, shape (control units,); they sum to one.
    time_weights
        Of the periods before, shape (periods before,); they sum to one, or are all zero for the
        methods that do not compare with the past.
    gap
        Treated less weighted controls, shape (periods,), after the height before is taken away.
    effect
        Mean of `gap` after the start.
    """

    weights: Floats
    time_weights: Floats
    gap: Floats
    effect: float


class Weigher:
    """Weighs controls on some periods, for as many treated series as are asked.

    Parameters
    ----------
    method
        One of `METHODS`.
    controls
        Shape (control units, periods): the periods to fit on.
    tuning
        The penalties.
    """

    def __init__(self, method: Method, controls: Floats, tuning: Tuning) -> None:
        self.method = method
        self.size = controls.shape[0]
        self._height = controls.mean(axis=0)
        centred = controls - self._height
        if method in LEVELLED:
            centred = centred - centred.mean(axis=1, keepdims=True)
        self._centred = centred
        self._gram = steady(centred @ centred.T, controls.shape[1] * tuning.unit_ridge)
        self._augment = _ridge_operator(centred, tuning.outcome_ridge) if method == "ascm" else None
        self._last: Floats | None = None

    def weights(self, treated: Floats) -> Floats:
        """Weights of the controls, shape (control units,), that sum to one."""
        if self.method == "did":
            return np.full(self.size, 1 / self.size)
        rest = treated - self._height
        if self.method in LEVELLED:
            rest = rest - rest.mean()
        weights = simplex_minimum(self._gram, self._centred @ rest, start=self._last)
        self._last = weights
        if self._augment is not None:
            moved: Floats = weights + self._augment @ (rest - weights @ self._centred)
            return moved
        return weights

    def outcome_model(self) -> tuple[Floats, Floats]:
        """Of ``ascm``: controls less their mean, and change of weights for a misfit of each period.

        Both have shape (control units, periods); what the model gives back of a misfit is the first
        transposed times the second.
        """
        none = np.zeros_like(self._centred)
        return self._centred, none if self._augment is None else self._augment


def fit(
    method: Method,
    controls: Floats,
    treated: Floats,
    before: int,
    tuning: Tuning,
    solver: Solver = "exact",
) -> Fit:
    """Weigh on the periods before, and read the effect after.

    Parameters
    ----------
    method
        One of `METHODS`.
    controls, treated
        Shapes (control units, periods) and (periods,).
    before
        Number of periods before the start, at least 1 and fewer than all.
    tuning
        From `tune`.
    solver
        ``frank_wolfe`` stops where the reference program does, for ``sdid`` and ``sc``.
    """
    over_time = np.full(before, 1 / before) if method == "did" else np.zeros(before)
    if solver == "frank_wolfe" and method in {"sdid", "sc"}:
        weights, over_time = _as_published(method, controls, treated, before, tuning)
    else:
        weights = Weigher(method, controls[:, :before], tuning).weights(treated[:before])
        if method == "sdid":
            after = np.arange(before, treated.size)
            over_time = TimeWeigher(controls, tuning).weights(after)[:before]
    gap = treated - weights @ controls
    gap = gap - over_time @ gap[:before]
    return Fit(weights, over_time, gap, float(gap[before:].mean()))


def _as_published(
    method: Method, controls: Floats, treated: Floats, before: int, tuning: Tuning
) -> tuple[Floats, Floats]:
    """Weights of controls and of periods as the reference program finds them."""
    past, goal = controls[:, :before], treated[:before]
    noise = float(np.diff(past, axis=1).std(ddof=1))
    least = (1e-5 * noise) ** 2
    if method == "sc":
        weights = frank_wolfe_weights(past.T, goal, (1e-6 * noise) ** 2, least)
        return weights, np.zeros(before)
    later = controls[:, before:].mean(axis=1)
    level = past - past.mean(axis=1, keepdims=True)
    return (
        frank_wolfe_weights(level.T, goal - goal.mean(), tuning.unit_ridge, least),
        frank_wolfe_weights(
            past - past.mean(axis=0), later - later.mean(), tuning.time_ridge, least
        ),
    )


class TimeWeigher:
    """Weighs the periods outside a window so that controls look there as they do inside it.

    Parameters
    ----------
    controls
        Shape (control units, periods).
    tuning
        The penalties.
    """

    def __init__(self, controls: Floats, tuning: Tuning) -> None:
        centred = controls - controls.mean(axis=0)
        self._plain = centred.T @ centred
        self._gram = steady(self._plain, controls.shape[0] * tuning.time_ridge)
        self._last: Floats | None = None

    def weights(self, window: Positions, pool: Positions | None = None) -> Floats:
        """Weights, shape (periods,): zero inside the window, and outside the pool if one is given.

        Parameters
        ----------
        window, pool
            Positions of periods.
        """
        size = self._gram.shape[0]
        allowed = np.ones(size, dtype=np.bool_)
        if pool is not None:
            allowed[:] = False
            allowed[pool] = True
        allowed[window] = False
        target = self._plain[:, window].mean(axis=1)
        self._last = simplex_minimum(self._gram, target, allowed=allowed, start=self._last)
        return self._last


def tune(
    method: Method, controls: Floats, treated: Floats, before: int, treated_count: int
) -> Tuning:
    """Penalties of a method, from the periods before alone.

    Parameters
    ----------
    method
        One of `METHODS`.
    controls, treated
        Shapes (control units, periods) and (periods,).
    before
        Number of periods before the start.
    treated_count
        Number of units in the mean `treated`.
    """
    if method == "sdid":
        steps = np.diff(controls[:, :before], axis=1)
        noise = float(steps.std(ddof=1)) if steps.size > 1 else 0.0
        after = treated.size - before
        return Tuning(
            unit_ridge=(treated_count * after) ** 0.5 * noise**2, time_ridge=(1e-6 * noise) ** 2
        )
    if method == "ascm":
        return Tuning(outcome_ridge=_outcome_ridge(controls[:, :before], treated[:before]))
    return Tuning()


def _outcome_ridge(controls: Floats, treated: Floats, count: int = 21) -> float:
    """Penalty of the outcome model: the largest within one standard error of the best.

    Each period before, or a hundred of them, is left out in turn and predicted from the others.
    """
    centred = controls - controls.mean(axis=0)
    rest = treated - controls.mean(axis=0)
    largest = float(np.linalg.norm(centred, 2)) ** 2
    if largest == 0:
        return 1.0
    penalties = largest * 1e-8 ** (np.arange(count) / (count - 1))
    periods = treated.size
    tried = np.unique(np.linspace(0, periods - 1, min(periods, _MOST_HELD_OUT)).astype(np.int64))
    errors = np.empty((tried.size, count))
    last: Floats | None = None
    for row, held_out in enumerate(tried):
        others = np.arange(periods) != held_out
        part, goal = centred[:, others], rest[others]
        weights = simplex_minimum(steady(part @ part.T, 0.0), part @ goal, start=last)
        last = weights
        turned, stretched = _turned(part, goal - weights @ part)
        shrunk = stretched[1][:, None] / (stretched[0][:, None] + penalties)
        predicted = centred[:, held_out] @ (weights[:, None] + turned @ shrunk)
        errors[row] = (rest[held_out] - predicted) ** 2
    mean = errors.mean(axis=0)
    best = int(mean.argmin())
    margin = float(errors[:, best].std(ddof=1)) / tried.size**0.5
    return float(penalties[int(np.flatnonzero(mean <= mean[best] + margin)[0])])


def _turned(part: Floats, misfit: Floats) -> tuple[Floats, tuple[Floats, Floats]]:
    """Directions of the controls, and along each its strength and its share in the misfit.

    The change of weights under a penalty is ``directions @ (share / (strength + penalty))``.
    """
    if part.shape[0] <= part.shape[1]:
        strengths, directions = np.linalg.eigh(part @ part.T)
        return directions, (np.maximum(strengths, 0.0), directions.T @ (part @ misfit))
    left, values, right = np.linalg.svd(part, full_matrices=False)
    return left, (values**2, values * (right @ misfit))


def _ridge_operator(centred: Floats, penalty: float) -> Floats:
    """From a misfit of the periods to the change of weights, shape (control units, periods)."""
    operator: NDArray[np.floating[Any]]
    if centred.shape[0] <= centred.shape[1]:
        gram = centred @ centred.T
        gram[np.diag_indices_from(gram)] += penalty
        operator = np.linalg.solve(gram, centred)
    else:
        gram = centred.T @ centred
        gram[np.diag_indices_from(gram)] += penalty
        operator = np.linalg.solve(gram, centred.T).T
    return operator.astype(np.float64, copy=False)


def steady(gram: Floats, ridge: float) -> Floats:
    """A Gram matrix with its ridge, and at least the one that makes the minimum unique."""
    size = gram.shape[0]
    least = STEADY * max(float(np.trace(gram)) / size, 1e-300)
    gram[np.diag_indices(size)] += max(ridge, least)
    return gram
