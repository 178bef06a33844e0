"""The verdict on a campaign: from which days it is read, what it says, when it will be settled."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.after import AfterPath, after_path
from entregent.measurement.effects import interval_of
from entregent.measurement.results import Interval
from entregent.measurement.windows import AddedPaths, share_of

Floats = NDArray[np.float64]
Verdict = Literal[
    "boost only", "sustained", "compounding", "payback", "no boost shown", "cannot tell yet"
]

FIRST_VERDICT_DAY: Final = 90
"""Days after the campaign before which no verdict is given but 'no boost shown'."""
LAST_VERDICT_DAY: Final = 365
CARRY_OVER_DAYS: Final = 90
_SETTLING: Final = 91
_LEAST_READ_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """The days a verdict is read from.

    Attributes
    ----------
    from_day, to_day
        After the campaign's last day, both included.
    mean
        What was added per day over them.
    share
        The same as a share of the boost per day; None where no boost was shown.
    is_told_apart
        Whether it can be told from what the series does by itself.
    """

    from_day: int
    to_day: int
    mean: Interval
    share: Interval | None
    is_told_apart: bool = True

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "from_day": self.from_day,
            "to_day": self.to_day,
            "mean": self.mean.to_dict(),
            "sustained_share": self.share.to_dict() if self.share else None,
            "is_told_apart": self.is_told_apart,
        }


@dataclass(frozen=True)
class Judged:
    """A campaign judged by what it added.

    Attributes
    ----------
    during
        Shape (paths,): what was added per day while it ran.
    per_day
        The same as an interval.
    carry_over, balance
        Sum over the first 90 days after it, or as many as are past, and together with the boost.
    reading
        Days that the verdict is read from; None where it is too early, or too little was collected.
    path
        Shape of what came after.
    verdict
        What all this says.
    """

    during: Floats
    per_day: Interval
    carry_over: Interval | None
    balance: Interval | None
    reading: Reading | None
    path: AfterPath
    verdict: Verdict

    @property
    def boost(self) -> Floats | None:
        """Boost per day of each path, where one was shown."""
        return self.during if self.per_day.low > 0 else None


def judge(paths: AddedPaths, *, margin: float, level: float) -> Judged:
    """Judge a campaign by what it added, against a margin fixed beforehand."""
    during, _ = paths.during()
    per_day = interval_of(during, level)
    carry, balance = _carry_over(paths, during, level)
    reading = _reading(paths, during if per_day.low > 0 else None, level)
    path = after_path(paths.added[:, paths.campaign_days :], level)
    verdict = _verdict(per_day, carry, reading, path, margin)
    return Judged(during, per_day, carry, balance, reading, path, verdict)


def _read_span(days_after: int) -> tuple[int, int] | None:
    """Days that a verdict is read from after so many days; None while it is too early."""
    if days_after >= _SETTLING - 1 + _LEAST_READ_DAYS:
        return _SETTLING, min(days_after, LAST_VERDICT_DAY)
    if days_after >= FIRST_VERDICT_DAY:
        return 31, 90
    return None


def _reading(paths: AddedPaths, during: Floats | None, level: float) -> Reading | None:
    span = _read_span(paths.days_after)
    if span is None:
        return None
    means, count = paths.mean_between(*span)
    if 2 * count < span[1] - span[0] + 1:
        return None
    mean = interval_of(means, level)
    return Reading(
        from_day=span[0],
        to_day=span[1],
        mean=mean,
        is_told_apart=paths.is_told_apart(*span, mean),
        share=interval_of(share_of(means, during), level) if during is not None else None,
    )


def _verdict(
    per_day: Interval,
    carry: Interval | None,
    reading: Reading | None,
    path: AfterPath,
    margin: float,
) -> Verdict:
    found: Verdict = "cannot tell yet"
    if per_day.low <= 0:
        found = "no boost shown"
    elif reading is None or reading.share is None:
        pass
    elif carry is not None and carry.high < 0:
        found = "payback"
    elif reading.share.high < margin:
        found = "boost only"
    elif reading.share.low > margin:
        grows = path.slope is not None and path.slope.low > 0
        found = "compounding" if grows else "sustained"
    return found


def more_days(
    paths: AddedPaths,
    judged: Judged,
    drawn: Floats,
    *,
    margin: float,
    level: float,
    cut_after: int | None,
) -> int | None:
    """Further days until the verdict should be settled, if what was added goes on as it is.

    Parameters
    ----------
    paths, judged
        What was added, and what was made of it.
    drawn
        Shape (paths, days): the counterfactual, drawn on to a year after the campaign where that
        can be; its paths say how wide the interval will be then.
    margin, level
        As for `judge`.
    cut_after
        Last day after the campaign that tells of it alone; None if nothing cuts.
    """
    after, reading = paths.days_after, judged.reading
    if reading is None or reading.share is None:
        needed = max(FIRST_VERDICT_DAY - after, 1)
        return needed if cut_after is None or after + needed <= cut_after else None
    boost_now = float(np.median(judged.during))
    going_on = reading.mean.estimate
    longest = drawn.shape[1] - paths.campaign_days
    for later in range(after + 7, min(longest, LAST_VERDICT_DAY) + 1, 7):
        span = _read_span(later)
        if cut_after is not None and later > cut_after:
            return None
        if span is None:
            continue
        low, high = paths.campaign_days + span[0] - 1, paths.campaign_days + span[1]
        means = np.mean(drawn[:, low:high], axis=1)
        share = (going_on + float(np.median(means)) - means) / boost_now
        bounds = np.quantile(share, [0.5 - level / 2, 0.5 + level / 2])
        if bounds[1] < margin or bounds[0] > margin:
            return later - after
    return None


def _carry_over(
    paths: AddedPaths, during: Floats, level: float
) -> tuple[Interval | None, Interval | None]:
    until = min(paths.days_after, CARRY_OVER_DAYS)
    if until < 1:
        return None, None
    means, count = paths.mean_between(1, until)
    if 2 * count < until:
        return None, None
    carry = means * until
    return interval_of(carry, level), interval_of(carry + during * paths.campaign_days, level)
