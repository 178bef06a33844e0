"""The placebo audit: the same question at dates on which nothing happened.

At each pseudo-date the engine is fitted again to what came before, and its answer is compared with
what followed. Where it was wrong more often than it says, its intervals are widened; they are never
narrowed.
"""

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.results import CannotMeasure, Check, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from entregent.measurement.counterfactual import Counterfactual, Model, Setting

Floats = NDArray[np.float64]

MOST_WINDOWS: Final = 8
ENOUGH_WINDOWS: Final = 4
"""Independent windows below which the audit is weak."""
PRIOR_WINDOWS: Final = 2.0
"""What the engine's own word counts for, in windows, when the audit contradicts it."""
LEAST_PAST: Final = 56
_PATHS: Final = 300
_DRAWS: Final = 160


@dataclass(frozen=True)
class Placebo:
    """What the audit found.

    Attributes
    ----------
    scores
        Error of each window in units of its standard deviation, newest first.
    days
        Length of each window.
    false_positives
        Windows in which the engine would have told of an effect.
    widened
        Factor by which intervals are widened, at least 1.
    """

    scores: tuple[float, ...]
    days: int
    false_positives: int
    widened: float

    @property
    def windows(self) -> int:
        """How many windows there were."""
        return len(self.scores)

    @property
    def is_weak(self) -> bool:
        """Whether there were too few to say much."""
        return self.windows < ENOUGH_WINDOWS

    @property
    def z_rms(self) -> float | None:
        """Root of the mean square of the scores; about 1 for an engine that is right."""
        if not self.scores:
            return None
        return math.sqrt(sum(score**2 for score in self.scores) / len(self.scores))

    @property
    def false_positive_share(self) -> float | None:
        """Share of windows in which the engine would have told of an effect."""
        return self.false_positives / self.windows if self.windows else None

    def check(self) -> Check:
        """As a check beside the estimate."""
        outcome: Outcome = "passed" if self.widened == 1.0 else "failed"
        return Check(
            "placebo",
            "informative" if self.is_weak else outcome,
            {
                "windows": self.windows,
                "days": self.days,
                "z_rms": self.z_rms if self.z_rms is not None else math.nan,
                "false_positives": self.false_positives,
                "widened": self.widened,
            },
        )


def window_days(start: int, days: int) -> int:
    """Length of the audit's windows for a question about `days` days after `start` days of past."""
    return max(min(days, start // 6), 7)


def pseudo_starts(start: int, days: int) -> list[int]:
    """Indices on which the windows begin, newest first; they do not overlap."""
    least = max(LEAST_PAST, start // 3)
    found = list(range(start - days, least - 1, -days))
    return found[:MOST_WINDOWS]


def audit(
    model: "Model",
    fitted: "Counterfactual",
    first_day: date,
    values: Floats,
    start: int,
    days: int,
    generator: np.random.Generator,
    *,
    controls: "Sequence[Floats]" = (),
    setting: "Setting | None" = None,
    level: float = 0.95,
) -> Placebo:
    """Ask the same question at dates before the campaign.

    Parameters
    ----------
    model, fitted
        The engine, and what it answered about the campaign: its scale is kept.
    first_day, values, start
        As for the fit.
    days
        Length of the windows.
    generator
        Of every random step.
    controls, setting
        As for the fit.
    level
        Of the interval that a false positive lies outside of.
    """
    quick = replace(model, scale=fitted.scale, paths=_PATHS, draws=_DRAWS)
    scores = []
    for begin in pseudo_starts(start, days):
        known = ~np.isnan(values[begin : begin + days])
        if 2 * np.sum(known) < days:
            continue
        try:
            told = quick.fit(
                first_day,
                values,
                begin,
                generator,
                controls=controls,
                setting=setting,
                modes=fitted.modes,
                until=begin + days,
            )
        except CannotMeasure:
            continue
        scores.append(score_of(told.paths[:, known], values[begin : begin + days][known], told))
    from scipy.special import ndtri

    limit = float(ndtri(0.5 + level / 2))
    total = sum(score**2 for score in scores)
    variance = (PRIOR_WINDOWS + total) / (PRIOR_WINDOWS + len(scores))
    return Placebo(
        scores=tuple(scores),
        days=days,
        false_positives=sum(abs(score) > limit for score in scores),
        widened=max(1.0, math.sqrt(variance)) if scores else 1.0,
    )


def score_of(paths: Floats, seen: Floats, told: "Counterfactual") -> float:
    """How far the mean of what was seen lies from what was foretold, in standard deviations."""
    means, mean = np.mean(paths, axis=1), float(np.mean(seen))
    if told.scale != "linear":
        least = 0.5 / len(seen)
        means, mean = np.log(means + least), math.log(mean + least)
    spread = float(np.std(means))
    return (mean - float(np.median(means))) / spread if spread > 0 else 0.0
