"""Windows after a campaign: what each added, and what share of the boost it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.effects import interval_of
from entregent.measurement.results import Interval

Floats = NDArray[np.float64]

WINDOWS: Final = (
    ("1-30", 1, 30),
    ("31-90", 31, 90),
    ("91-180", 91, 180),
    ("181-365", 181, 365),
    ("year2", 366, 730),
    ("year3", 731, 1095),
)
"""Code, first and last day after the campaign, both included; without a hole between."""


@dataclass(frozen=True, slots=True)
class Window:
    """One window after a campaign.

    Attributes
    ----------
    code
        As in `WINDOWS`.
    from_day, to_day
        Days after the campaign's last day, both included.
    first_date, last_date
        The same as dates.
    mean
        What was added per day, over its collected days; None where fewer than half were.
    sustained_share
        Mean divided by the boost per day, from joint draws; None where no boost was shown.
    days_counted
        Collected days.
    is_complete
        Whether all of its days are past and none is cut off.
    is_cut
        Whether it ends early: another campaign began, or the way of counting changed.
    is_told_apart
        Whether what was added can be told from what the series does by itself: False where the
        interval reaches farther than the whole of what there would have been.
    """

    code: str
    from_day: int
    to_day: int
    first_date: date
    last_date: date
    mean: Interval | None
    sustained_share: Interval | None
    days_counted: int
    is_complete: bool
    is_cut: bool
    is_told_apart: bool

    def to_dict(self) -> dict[str, Any]:
        """As the command line's JSON has it."""
        return {
            "code": self.code,
            "from_day": self.from_day,
            "to_day": self.to_day,
            "first_date": self.first_date.isoformat(),
            "last_date": self.last_date.isoformat(),
            "mean": self.mean.to_dict() if self.mean else None,
            "sustained_share": self.sustained_share.to_dict() if self.sustained_share else None,
            "days_counted": self.days_counted,
            "is_complete": self.is_complete,
            "is_cut": self.is_cut,
            "is_told_apart": self.is_told_apart,
        }


@dataclass(frozen=True)
class AddedPaths:
    """What was added day by day: joint draws, from the campaign's first day on.

    Attributes
    ----------
    added
        Shape (paths, days): seen minus counterfactual; NaN where nothing was collected.
    campaign_days
        Length of the campaign.
    without
        Shape (days,): middle of the counterfactual.
    past_sd
        Standard deviation of the days before.
    """

    added: Floats
    campaign_days: int
    without: Floats
    past_sd: float

    @property
    def days_after(self) -> int:
        """Days after the campaign that are at hand, collected or not."""
        return int(self.added.shape[1]) - self.campaign_days

    def mean_between(self, from_day: int, to_day: int) -> tuple[Floats, int]:
        """Mean of each path over days after the campaign, both included, and days collected."""
        return self._mean(self.campaign_days + from_day - 1, self.campaign_days + to_day)

    def is_told_apart(self, from_day: int, to_day: int, mean: Interval) -> bool:
        """Whether an interval of days after the campaign is narrower than what there would be."""
        low, high = self.campaign_days + from_day - 1, self.campaign_days + to_day
        usual = abs(float(np.mean(self.without[low:high])))
        return mean.width / 2 <= max(usual, self.past_sd)

    def during(self) -> tuple[Floats, int]:
        """Mean of each path over the campaign, and how many of its days were collected."""
        return self._mean(0, self.campaign_days)

    def _mean(self, low: int, high: int) -> tuple[Floats, int]:
        part = self.added[:, low : min(high, self.added.shape[1])]
        known = ~np.isnan(part[0]) if part.shape[1] else np.zeros(0, dtype=bool)
        count = int(np.sum(known))
        if not count:
            return np.full(len(self.added), np.nan), 0
        return np.mean(part[:, known], axis=1), count


def share_of(means: Floats, boost: Floats) -> Floats:
    """What was added later as a share of the boost, path by path.

    A boost that was shown lies above zero in all but a few paths: these tell no share.
    """
    is_told = boost > 0
    return np.asarray(means[is_told] / boost[is_told])


def windows_of(
    paths: AddedPaths,
    last_day: date,
    boost: Floats | None,
    level: float,
    *,
    cut_after: int | None = None,
) -> tuple[Window, ...]:
    """Every window, those to come without numbers.

    Parameters
    ----------
    paths
        What was added.
    last_day
        Of the campaign.
    boost
        Boost per day of each path, shape (paths,); None where none was shown.
    level
        Of the intervals.
    cut_after
        Last day after the campaign that still tells of it alone; None if nothing cuts.
    """
    found = []
    for code, low, high in WINDOWS:
        end = min(high, paths.days_after)
        means, count = paths.mean_between(low, end) if end >= low else (np.empty(0), 0)
        is_told = count > 0 and 2 * count >= end - low + 1
        mean = interval_of(means, level) if is_told else None
        found.append(
            Window(
                code=code,
                from_day=low,
                to_day=high,
                first_date=last_day + timedelta(days=low),
                last_date=last_day + timedelta(days=high),
                mean=mean,
                sustained_share=interval_of(share_of(means, boost), level)
                if is_told and boost is not None
                else None,
                days_counted=count,
                is_complete=is_told and paths.days_after >= high,
                is_cut=cut_after is not None and cut_after < high,
                is_told_apart=mean is not None and paths.is_told_apart(low, end, mean),
            )
        )
    return tuple(found)
