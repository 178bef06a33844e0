"""What a plan can show: the smallest effect that would be seen, before anything is spent.

Nothing is assumed about the series but what the engine assumes when it measures. The engine draws
the coming days; each drawn future is one that may come true, and the same draws are the interval
that would be laid against it. An effect is planted on each, and counted where the interval would
exclude zero.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import perf_counter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.answering import draws_check
from entregent.measurement.asking import MOST_DAYS_BEFORE, Question
from entregent.measurement.boosts import MARGIN
from entregent.measurement.costs import cost_per_lasting
from entregent.measurement.counterfactual import AskedScale, Counterfactual, Model, Setting
from entregent.measurement.design import OtherCampaign
from entregent.measurement.effects import (
    DayRow,
    day_rows,
    interval_of,
    method_of,
    refuse_level,
)
from entregent.measurement.planning import read_span, refuse_plan
from entregent.measurement.power_result import (
    Hoped,
    PowerResult,
    ReadOutPower,
    Remedy,
    Smallest,
)
from entregent.measurement.results import CannotMeasure, Interval, Origin
from entregent.measurement.series import DailySeries
from entregent.measurement.verdict import FIRST_VERDICT_DAY

__all__ = [
    "Hoped",
    "PowerResult",
    "ReadOutPower",
    "Remedy",
    "Smallest",
    "cost_per_lasting",
    "smallest_effect",
]

Floats = NDArray[np.float64]

LONGEST_LOOKED_AT: Final = 365
"""Days up to which a longer campaign is looked for that would show what is hoped for."""
_WEEK: Final = 7
_BEST_CONTROL: Final = 0.95
"""Share of a series' movement beyond which no other series foretells it."""
_HISTORY_DAYS: Final = 180
_SHOWN_AFTER_DAYS: Final = 60


def smallest_effect(
    series: DailySeries,
    *,
    campaign_days: int,
    from_day: date | None = None,
    read_after_days: Sequence[int] = (30, 90, 180, 365),
    level: float = 0.95,
    power: float = 0.80,
    margin: float = MARGIN,
    hoped: float | None = None,
    budget: float | None = None,
    cost_per: float | None = None,
    currency: str = "CAD",
    controls: Sequence[DailySeries] = (),
    scale: AskedScale = "auto",
    holidays: Mapping[date, str] | None = None,
    breaks: Sequence[date] = (),
    other_campaigns: Sequence[tuple[date, date]] = (),
    seed: int = 0,
) -> PowerResult:
    """Tell the smallest effect that a plan can show on this series.

    Parameters
    ----------
    series
        New follows, visits or orders a day, up to today.
    campaign_days
        Length of the campaign, from 1 to 731 days.
    from_day
        First day of the campaign; the day after the series ends if left out, and at most 366 days
        after it. Where it lies within the series, only the days before it are looked at.
    read_after_days
        Days after the campaign on which it is read again, growing, from 1 to 1095.
    level
        Of the interval, between 0.5 and 1, both excluded.
    power
        How often an effect has to be shown, between 0.5 and 1, both excluded.
    margin
        Share of the boost that counts as nothing, as for `boost`.
    hoped
        What is hoped for in all over the campaign; `budget / cost_per` if left out.
    budget, cost_per
        Planned spending, and spending for each follow, visit or order more that is hoped for.
    currency
        Code of the money, as ``CAD``.
    controls
        Series that the campaign will not touch.
    scale, holidays, breaks, other_campaigns, seed
        As for `effect`.

    Raises
    ------
    CannotMeasure
        Where the past cannot tell, or the plan is none, with the reason and the remedy.

    Notes
    -----
    With ``F`` the drawn distribution of the mean of the coming days, after widening by the placebo
    audit: the interval of an effect excludes zero where ``y + d > q(F, (1 + level) / 2)`` for a
    future ``y`` and an effect ``d``. The smallest effect is the ``d`` for which that holds in a
    share `power` of the futures ``y`` drawn from ``F``; counts get the chance of their own that
    counted people have. Growth is called lasting where the same holds of the mean ``w`` of later
    days less the margin times that of the campaign, ``w - margin * b``. Widths are those of a
    campaign that begins the day after the series: by the day the campaign begins, the days between
    are known too.

    Examples
    --------
    >>> from datetime import date
    >>> import numpy as np
    >>> values = 40 + np.random.default_rng(1).normal(0, 5, 200)
    >>> told = smallest_effect(DailySeries(date(2026, 1, 1), values), campaign_days=28, seed=1)
    >>> 2 < told.smallest.per_day < 8
    True
    """
    started = perf_counter()
    refuse_level(level)
    reads = tuple(read_after_days)
    first, offset = refuse_plan(
        series, campaign_days, from_day, reads, power, margin, (hoped, budget, cost_per)
    )
    ahead = offset + max(campaign_days + max(reads, default=0), LONGEST_LOOKED_AT)
    past = _past_of(series, first, controls)
    start = len(past)
    generator = np.random.default_rng(seed)
    setting = Setting(
        holidays=holidays,
        breaks=tuple(day for day in breaks if past.first_day < day <= past.last_day),
        others=_others(other_campaigns, past),
    )
    model = Model(scale=scale)
    question = Question(
        past,
        start,
        tuple(_continued(control, past, ahead, model, generator, holidays) for control in controls),
        setting,
    )
    told, (placebo, *_) = question.ask(
        model, generator, days=ahead, spans=[campaign_days, ahead], level=level
    )
    during = told.paths[:, offset : offset + campaign_days]
    grown = _growth(told, offset, campaign_days)
    futures = _Futures(told.paths * grown, told.scale == "count", level, power, generator)
    expected = interval_of(np.mean(during, axis=1), level)
    smallest = futures.smallest(0, campaign_days, expected.estimate)
    wanted = _wanted(futures, campaign_days, hoped, budget, cost_per, smallest, expected)
    boost_per_day = wanted.per_day if wanted else smallest.per_day
    return PowerResult(
        smallest=smallest,
        expected=expected,
        read_outs=tuple(
            _read_out(futures, told, offset, campaign_days, days, margin, boost_per_day, first)
            for days in reads
        ),
        hoped=wanted,
        remedy=_remedy(futures, campaign_days, wanted, smallest, budget, cost_per, bool(controls)),
        budget=budget,
        cost_per=cost_per,
        currency=currency,
        campaign_days=campaign_days,
        first_day=first,
        last_day=first + timedelta(days=campaign_days - 1),
        level=level,
        power=power,
        margin=margin,
        scale=told.scale,
        models=told.models,
        placebo=placebo,
        days_before=int(np.sum(~np.isnan(past.values))),
        rows=_rows(past, told, offset + campaign_days + _SHOWN_AFTER_DAYS, level),
        origin=Origin(
            estimand="smallest effect a day that the interval tells from zero",
            unit=series.unit,
            first_day=first,
            last_day=first + timedelta(days=campaign_days - 1),
            method=f"planted on futures drawn by the {method_of('averaged', told.scale)}",
            seed=seed,
            checks=(placebo.check(), draws_check(told)),
        ),
        seconds=perf_counter() - started,
    )


@dataclass(frozen=True)
class _Futures:
    """Drawn futures of the days from the campaign's first on, shape (paths, days)."""

    paths: Floats
    are_counts: bool
    level: float
    power: float
    generator: np.random.Generator

    def smallest(self, low: int, high: int, expected: float) -> Smallest:
        """The smallest effect over the days from `low` up to, not with, `high`."""
        per_day = self.needed(np.mean(self.paths[:, low:high], axis=1), high - low)
        return _as_smallest(per_day, high - low, expected)

    def needed(self, means: Floats, days: int, beyond: float = 0.0) -> float:
        """The smallest rate whose interval lies above `beyond` in a share `power` of futures."""
        top = float(np.quantile(means, 0.5 + self.level / 2))
        plain = beyond + top - float(np.quantile(means, 1 - self.power))
        if not self.are_counts:
            return plain
        # People come one by one: a rate brings a number that varies by itself.
        noise = np.random.default_rng(len(means)).standard_normal(len(means))
        low, high = plain * 0.5, plain * 4 + 4.0 / days
        for _ in range(50):
            middle = (low + high) / 2
            if self._share(means, middle, days, top + beyond, noise) < self.power:
                low = middle
            else:
                high = middle
        return high

    def chance(self, days: int, per_day: float) -> float:
        """How often the interval of such an effect over the first days would exclude zero."""
        means = np.mean(self.paths[:, :days], axis=1)
        top = float(np.quantile(means, 0.5 + self.level / 2))
        noise = np.random.default_rng(len(means)).standard_normal(len(means))
        return self._share(means, per_day, days, top, noise)

    def _share(self, means: Floats, per_day: float, days: int, top: float, noise: Floats) -> float:
        came = np.full(len(means), per_day)
        if self.are_counts and per_day > 0:
            came = np.maximum(per_day + np.sqrt(per_day / days) * noise, 0.0)
        return float(np.mean(means + came > top))


def _as_smallest(per_day: float, days: int, expected: float) -> Smallest:
    return Smallest(per_day, per_day * days, per_day / expected if expected > 0 else None)


def _past_of(series: DailySeries, first: date, controls: Sequence[DailySeries]) -> DailySeries:
    """The days that are learnt from: the last three years before the campaign."""
    last = min(series.last_day, first - timedelta(days=1))
    known = np.flatnonzero(~np.isnan(series.values))
    begin = series.first_day + timedelta(days=int(known[0])) if len(known) else series.first_day
    begin = max(begin, last - timedelta(days=MOST_DAYS_BEFORE - 1))
    for control in controls:
        begin = max(begin, control.first_day)
    return series.between(min(begin, last), last)


def _others(campaigns: Sequence[tuple[date, date]], past: DailySeries) -> tuple[OtherCampaign, ...]:
    return tuple(
        OtherCampaign(low, high)
        for low, high in campaigns
        if low <= past.last_day and high >= past.first_day
    )


def _continued(
    control: DailySeries,
    past: DailySeries,
    ahead: int,
    model: Model,
    generator: np.random.Generator,
    holidays: Mapping[date, str] | None,
) -> Floats:
    """A control over the past and the coming days.

    Of its own drawn futures, one is taken whose mean lies a standard deviation off the middle, away
    from what the control was: neither the luckiest nor the unluckiest.
    """
    values = control.aligned(past.first_day, past.last_day)
    known = np.flatnonzero(~np.isnan(values))
    if len(known) < 2 or np.all(values[known] == values[known[0]]):
        name = control.name or "1"
        raise CannotMeasure(
            "control_missing",
            fr=f"Le témoin « {name} » n'a pas été recueilli les mêmes jours que la série, ou ne "
            "varie pas. Complétez-le, ou retirez-le.",
            en=f"The control “{name}” was not collected on the same days as the series, or does "
            "not vary. Complete it, or leave it out.",
        )
    bridged = np.interp(np.arange(len(values)), known, values[known])
    told = Model(scale="linear", priors=model.priors).fit(
        past.first_day,
        np.concatenate([bridged, np.full(ahead, np.nan)]),
        len(bridged),
        generator,
        setting=Setting(holidays=holidays),
    )
    means = np.mean(told.paths, axis=1)
    is_up = np.median(means) >= np.mean(bridged)
    order = np.argsort(means)
    chosen = order[round((0.84 if is_up else 0.16) * (len(order) - 1))]
    return np.concatenate([bridged, told.paths[chosen]])


def _growth(told: Counterfactual, offset: int, days: int) -> float:
    """Change of the level by the campaign's first day, where widths go with levels."""
    if told.scale == "linear" or not offset:
        return 1.0
    now = float(np.median(np.mean(told.paths[:, :days], axis=1)))
    then = float(np.median(np.mean(told.paths[:, offset : offset + days], axis=1)))
    return then / now if now > 0 else 1.0


def _wanted(
    futures: _Futures,
    days: int,
    hoped: float | None,
    budget: float | None,
    cost_per: float | None,
    smallest: Smallest,
    expected: Interval,
) -> Hoped | None:
    total = hoped
    if total is None and budget is not None and cost_per is not None:
        total = budget / cost_per
    if total is None:
        return None
    per_day = total / days
    return Hoped(
        per_day=per_day,
        total=total,
        share=per_day / expected.estimate if expected.estimate > 0 else None,
        chance=futures.chance(days, per_day),
        is_enough=per_day >= smallest.per_day,
    )


def _read_out(
    futures: _Futures,
    told: Counterfactual,
    offset: int,
    campaign_days: int,
    after_days: int,
    margin: float,
    boost_per_day: float,
    first: date,
) -> ReadOutPower:
    from_day, to_day = read_span(after_days)
    low, high = campaign_days + from_day - 1, campaign_days + to_day
    expected = float(np.median(np.mean(told.paths[:, offset + low : offset + high], axis=1)))
    lasting = None
    if after_days >= FIRST_VERDICT_DAY:
        later = np.mean(futures.paths[:, low:high], axis=1)
        during = np.mean(futures.paths[:, :campaign_days], axis=1)
        rate = futures.needed(later - margin * during, high - low, margin * boost_per_day)
        lasting = _as_smallest(rate, high - low, expected)
    return ReadOutPower(
        after_days=after_days,
        day=first + timedelta(days=campaign_days - 1 + after_days),
        from_day=from_day,
        to_day=to_day,
        shown=futures.smallest(low, high, expected),
        lasting=lasting,
    )


def _remedy(
    futures: _Futures,
    days: int,
    wanted: Hoped | None,
    smallest: Smallest,
    budget: float | None,
    cost_per: float | None,
    has_controls: bool,
) -> Remedy | None:
    if wanted is None or wanted.is_enough:
        return None
    price = cost_per
    if price is None and budget is not None:
        price = budget / wanted.total
    longest = min(LONGEST_LOOKED_AT, futures.paths.shape[1])
    longer = None
    for later in range(days + _WEEK, longest + 1, _WEEK):
        if futures.smallest(0, later, 0.0).per_day <= wanted.per_day:
            longer = later
            break
    fewer = None
    for shorter in range(days - 1, 0, -max(1, days // 60)):
        if futures.smallest(0, shorter, 0.0).total <= wanted.total:
            fewer = shorter
            break
    share = 1.0 - (wanted.per_day / smallest.per_day) ** 2
    return Remedy(
        budget=None if price is None else price * smallest.total,
        days=longer,
        fewer_days=fewer,
        control_share=None if has_controls or share > _BEST_CONTROL else share,
    )


def _rows(past: DailySeries, told: Counterfactual, shown: int, level: float) -> tuple[DayRow, ...]:
    cut = replace(told, paths=told.paths[:, :shown])
    rows = day_rows(past, len(past), cut, level)
    return rows[max(0, len(past) - _HISTORY_DAYS) :]
