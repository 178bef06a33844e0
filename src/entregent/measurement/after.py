"""The shape of what came after: what lasts, what fades and how fast, and whether it still grows."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.effects import interval_of
from entregent.measurement.results import Interval

Floats = NDArray[np.float64]

LEAST_DAYS: Final = 60
SLOPE_FROM_DAY: Final = 31
_HALF_LIVES: Final = np.geomspace(2.0, 180.0, 16)


@dataclass(frozen=True, slots=True)
class AfterPath:
    """Days after a campaign as ``lasting + fading * 2 ** (-day / half_life)``, and a slope.

    Attributes
    ----------
    lasting
        Rate that stays.
    fading
        What there was more on the first day after.
    half_life_days
        Days in which that halves; None where nothing is shown to fade, or where it fades so slowly
        that it cannot be told from what lasts (three half-lives must be past).
    slope
        Change of what was added, per day, from day 31 on; None with fewer than 60 such days.
    """

    lasting: Interval | None
    fading: Interval | None
    half_life_days: Interval | None
    slope: Interval | None

    def to_dict(self) -> dict[str, Any]:
        """As the command line's JSON has it."""
        return {
            name: value.to_dict() if value is not None else None
            for name, value in (
                ("lasting", self.lasting),
                ("fading", self.fading),
                ("half_life_days", self.half_life_days),
                ("slope", self.slope),
            )
        }


def after_path(added: Floats, level: float) -> AfterPath:
    """Describe the paths after a campaign.

    Parameters
    ----------
    added
        Shape (paths, days): what was added from the first day after on; NaN is 'not collected'.
    level
        Of the intervals.

    Notes
    -----
    Each path is fitted by least squares, over a grid of half-lives. The fit is of the path as
    drawn, so that the spread over paths is that of the answer.
    """
    known = ~np.isnan(added[0]) if added.shape[1] else np.zeros(0, dtype=bool)
    if np.sum(known) < LEAST_DAYS:
        return AfterPath(None, None, None, None)
    day = np.asarray(np.flatnonzero(known) + 1.0, dtype=np.float64)
    paths = added[:, known]
    tried = _HALF_LIVES[day[-1] / 3 >= _HALF_LIVES]
    # All designs share their constant: one product finds what each of them explains of each path.
    columns = 2.0 ** (-day[:, None] / tried)
    level_of = np.mean(columns, axis=0)
    apart = columns - level_of
    size = np.sqrt(np.sum(apart**2, axis=0))
    explained = paths @ (apart / size)
    best = np.argmax(explained**2, axis=1)
    fading = explained[np.arange(len(paths)), best] / size[best]
    lasting = np.mean(paths, axis=1) - level_of[best] * fading
    half_life = tried[best]
    fades = interval_of(fading, level)
    # Half of the paths as slow as the grid goes: what fades cannot be told from what lasts.
    at_edge = bool(np.mean(half_life >= tried[-1]) > 0.5)
    return AfterPath(
        lasting=interval_of(lasting, level),
        fading=fades,
        half_life_days=interval_of(half_life, level) if fades.low > 0 and not at_edge else None,
        slope=_slope(day, paths, level),
    )


def _slope(day: Floats, paths: Floats, level: float) -> Interval | None:
    later = day >= SLOPE_FROM_DAY
    if np.sum(later) < LEAST_DAYS:
        return None
    centred = day[later] - np.mean(day[later])
    return interval_of(paths[:, later] @ centred / float(centred @ centred), level)
