"""What a campaign added: the mean, the total and the share, each with its interval."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.answering import Prior, answer
from entregent.measurement.asking import question_of
from entregent.measurement.counterfactual import AskedScale, Counterfactual, Model
from entregent.measurement.placebo import Placebo
from entregent.measurement.results import CannotMeasure, Check, Interval, Language, Origin
from entregent.measurement.series import DailySeries
from entregent.measurement.words import NO_BREAK, between, day_in_words, with_bounds

Floats = NDArray[np.float64]

MEAN_DAYS: Final = 7
"""Days of the running mean that the chart shows."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the chart, the table and the CSV; None is 'not collected'.

    Attributes
    ----------
    observed
        Value of the day.
    mean7
        Mean of the last seven collected days.
    counterfactual, low, high
        What the mean of seven days would have been without the campaign, with its bounds; None
        before the campaign.
    """

    day: date
    observed: float | None
    mean7: float | None
    counterfactual: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class EffectResult:
    """What was added between two days.

    Attributes
    ----------
    mean, total, relative
        Per day; over all collected days; as a share of what there would have been (None where
        that may be zero).
    p_two_sided
        Twice the smaller share of paths on one side of what was seen.
    scale
        Scale that was modelled.
    models
        Weight of each model.
    placebo
        The audit; None under CausalImpact's prior.
    days_before, days_after
        Collected days.
    rows
        Every day, for chart and table.
    """

    mean: Interval
    total: Interval
    relative: Interval | None
    p_two_sided: float
    scale: str
    models: Mapping[str, float]
    placebo: Placebo | None
    days_before: int
    days_after: int
    first_day: date
    last_day: date
    rows: tuple[DayRow, ...]
    origin: Origin
    seconds: float

    @property
    def is_shown(self) -> bool:
        """Whether the interval excludes zero."""
        return self.mean.excludes(0.0)

    def sentence(self, language: Language) -> str:
        """What was added, in a sentence; or that no effect was shown."""
        first, last = (day_in_words(day, language) for day in (self.first_day, self.last_day))
        if not self.is_shown:
            bounds = between(self.mean, language)
            if language == "fr":
                return (
                    f"Aucun effet démontré, du {first} au {last}{NO_BREAK}: la différence avec ce "
                    f"qui serait arrivé sans la campagne se situe quelque part {bounds} par jour."
                )
            return (
                f"No effect shown from {first} to {last}: the difference from what would have "
                f"happened without the campaign lies somewhere from {bounds} a day."
            )
        total = with_bounds(_magnitude(self.total), language)
        mean = with_bounds(_magnitude(self.mean), language)
        if language == "fr":
            more = "de plus" if self.mean.estimate > 0 else "de moins"
            return (
                f"Du {first} au {last}{NO_BREAK}: {mean} {more} par jour que sans la campagne, "
                f"soit {total} en tout."
            )
        more = "more" if self.mean.estimate > 0 else "less"
        return (
            f"From {first} to {last}: {mean} {more} a day than without the campaign, {total} in "
            "all."
        )

    def table(self) -> list[dict[str, Any]]:
        """The three estimates, a row each."""
        told = [("mean", self.mean), ("total", self.total), ("relative", self.relative)]
        return [
            {"what": name, **(interval.to_dict() if interval else dict.fromkeys(_BOUNDS))}
            for name, interval in told
        ]

    def chart(self, language: Language = "fr") -> Any:
        """What was seen beside what would have been, as an Altair chart."""
        from entregent.measurement.charts import effect_chart

        return effect_chart(self, language)

    def to_dict(self) -> dict[str, Any]:
        """The command line's JSON document."""
        return {
            "mean": self.mean.to_dict(),
            "total": self.total.to_dict(),
            "relative": self.relative.to_dict() if self.relative else dict.fromkeys(_BOUNDS),
            "p_two_sided": self.p_two_sided,
            "scale": self.scale,
            "models": dict(self.models),
            "placebo": placebo_dict(self.placebo),
            "days_before": self.days_before,
            "days_after": self.days_after,
            "refused": None,
            "sentence": {"fr": self.sentence("fr"), "en": self.sentence("en")},
            "seconds": self.seconds,
            "origin": self.origin.to_dict(),
        }


_BOUNDS: Final = ("estimate", "low", "high")


def effect(
    series: DailySeries,
    first_day: date,
    last_day: date | None = None,
    *,
    controls: Sequence[DailySeries] = (),
    scale: AskedScale = "auto",
    prior: Prior = "averaged",
    level: float = 0.95,
    seed: int = 0,
    holidays: Mapping[date, str] | None = None,
    breaks: Sequence[date] = (),
    other_campaigns: Sequence[tuple[date, date]] = (),
) -> EffectResult:
    """Estimate what a campaign added to a daily series.

    Parameters
    ----------
    series
        The outcome, day by day; NaN is 'not collected'.
    first_day, last_day
        Days the estimate is about, both included; to the end of the series if left out. Only days
        before the first are learnt from.
    controls
        Series that the campaign did not touch, collected over the same days.
    scale
        ``auto`` lets the evidence choose; ``linear``, ``log`` or ``count`` decide.
    prior
        ``averaged``, or ``causalimpact`` for a local level with that package's priors.
    level
        Of the intervals, between 0.5 and 1, both excluded.
    seed
        Of the draws: the same gives the same result.
    holidays
        Name of each day on which people live otherwise (see `calendars.holiday_names`).
    breaks
        First days of a new way of collecting.
    other_campaigns
        First and last day of campaigns on the same series that began before.

    Raises
    ------
    CannotMeasure
        Where the data cannot answer, with the reason and the remedy.

    Notes
    -----
    The estimand is the mean (sum) of ``seen - counterfactual`` over the collected days, where the
    counterfactual path is drawn jointly: shared parameters, states and shocks of all its days. The
    interval is between quantiles of these draws, widened by the placebo audit.

    Examples
    --------
    >>> from datetime import date
    >>> import numpy as np
    >>> values = 40 + np.random.default_rng(1).normal(0, 3, 200)
    >>> values[170:] += 12
    >>> series = DailySeries(date(2026, 1, 1), values)
    >>> found = effect(series, date(2026, 6, 20), seed=1)
    >>> found.is_shown, round(found.mean.estimate)
    (True, 12)
    """
    started = perf_counter()
    refuse_level(level)
    last = series.last_day if last_day is None else last_day
    question = question_of(
        series,
        first_day,
        last,
        controls=controls,
        holidays=holidays,
        breaks=breaks,
        other_campaigns=other_campaigns,
    )
    generator = np.random.default_rng(seed)
    days = len(question.outcome) - question.start
    found = answer(
        question,
        controls,
        prior=prior,
        scale=scale,
        days=days,
        spans=[days],
        level=level,
        generator=generator,
    )
    told = found.told
    seen = question.outcome.values[question.start :]
    known = ~np.isnan(seen)
    added = seen[known] - told.paths[:, known]
    means = np.mean(added, axis=1)
    count = int(np.sum(known))
    beside: tuple[Check, ...] = ()
    if controls and prior == "averaged":
        plain = replace(question, controls=()).draw(Model(scale=scale), generator, days=days)
        alone = interval_of(np.mean(seen[known] - plain.paths[:, known], axis=1), level)
        beside = (Check("without_controls", "informative", alone.to_dict()),)
    without = np.mean(told.paths[:, known], axis=1)
    mean = interval_of(means, level)
    if prior == "causalimpact":
        mean = Interval(float(np.mean(means)), mean.low, mean.high, level)
    return EffectResult(
        mean=mean,
        total=Interval(count * mean.estimate, count * mean.low, count * mean.high, level),
        relative=interval_of(means / without, level) if np.all(without > 0) else None,
        p_two_sided=two_sided(means),
        scale=told.scale,
        models=told.models,
        placebo=found.placebos[0] if found.placebos else None,
        days_before=int(np.sum(~np.isnan(question.outcome.values[: question.start]))),
        days_after=count,
        first_day=first_day,
        last_day=last,
        rows=day_rows(question.outcome, question.start, told, level),
        origin=Origin(
            estimand="mean of seen minus counterfactual over the collected days",
            unit=series.unit,
            first_day=first_day,
            last_day=last,
            method=method_of(prior, told.scale),
            seed=seed,
            checks=(*found.checks, *beside),
        ),
        seconds=perf_counter() - started,
    )


def refuse_level(level: float) -> None:
    """Refuse a level that is none."""
    if not 0.5 < level < 1:
        raise CannotMeasure(
            "level",
            fr=f"Le niveau doit se situer entre 0,5 et 1, sans les atteindre; {level} ne convient "
            "pas. Le niveau usuel est 0,95.",
            en=f"The level must lie between 0.5 and 1, without reaching them; {level} does not. "
            "The usual level is 0.95.",
        )


def method_of(prior: Prior, scale: str) -> str:
    """Name of the method, as a result carries it."""
    if prior == "causalimpact":
        return "local level with CausalImpact's priors"
    return f"model-averaged state space, {scale} scale"


def interval_of(draws: Floats, level: float) -> Interval:
    """Median and bounds of some draws."""
    low, middle, high = np.quantile(draws, [0.5 - level / 2, 0.5, 0.5 + level / 2])
    return Interval(float(middle), float(low), float(high), level)


def two_sided(draws: Floats) -> float:
    """Twice the smaller share of draws on one side of zero; never below what they can tell."""
    above = float(np.mean(draws > 0))
    return min(1.0, 2.0 * max(min(above, 1.0 - above), 0.5 / len(draws)))


def placebo_dict(placebo: Placebo | None) -> dict[str, Any]:
    """The audit, as the command line's JSON has it."""
    if placebo is None:
        return {"windows": 0, "z_rms": None, "false_positive_share": None, "widened": 1.0}
    return {
        "windows": placebo.windows,
        "z_rms": placebo.z_rms,
        "false_positive_share": placebo.false_positive_share,
        "widened": placebo.widened,
        "days": placebo.days,
        "is_weak": placebo.is_weak,
    }


def day_rows(
    outcome: DailySeries, start: int, told: Counterfactual, level: float
) -> tuple[DayRow, ...]:
    """Every day: what was seen, and from the start on what would have been."""
    values = outcome.values
    days = max(len(values), start + told.paths.shape[1])
    seen = np.full(days, np.nan)
    seen[: len(values)] = values
    means = running_mean(seen)
    # The running mean of a path begins with what was seen before the start.
    ahead = told.paths.shape[1]
    lead = seen[max(0, start - MEAN_DAYS + 1) : start]
    joined = np.concatenate([np.tile(lead, (len(told.paths), 1)), told.paths], axis=1)
    known = ~np.isnan(joined)
    sums = np.cumsum(np.where(known, joined, 0.0), axis=1)
    counts = np.cumsum(known, axis=1)
    shift = len(lead)
    ends = np.arange(shift, shift + ahead)
    begins = ends - MEAN_DAYS
    at_begin = np.where(begins >= 0, sums[:, np.maximum(begins, 0)], 0.0)
    count_begin = np.where(begins >= 0, counts[:, np.maximum(begins, 0)], 0)
    rolled = (sums[:, ends] - at_begin) / np.maximum(counts[:, ends] - count_begin, 1)
    low, middle, high = np.quantile(rolled, [0.5 - level / 2, 0.5, 0.5 + level / 2], axis=0)
    found = []
    for index in range(days):
        at = index - start
        bands = (
            (float(middle[at]), float(low[at]), float(high[at]))
            if 0 <= at < ahead
            else (None, None, None)
        )
        found.append(
            DayRow(
                outcome.first_day + timedelta(days=index),
                _or_none(seen[index]),
                _or_none(means[index]),
                *bands,
            )
        )
    return tuple(found)


def running_mean(values: Floats) -> Floats:
    """Mean of the last seven days at each day; NaN where fewer than four were collected."""
    known = ~np.isnan(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(ends - MEAN_DAYS, 0)
    count = counts[ends] - counts[begins]
    enough = (2 * count >= np.minimum(MEAN_DAYS, ends)) & known
    return np.where(enough, (sums[ends] - sums[begins]) / np.maximum(count, 1), np.nan)


def _magnitude(interval: Interval) -> Interval:
    """The same without its sign, where the whole of it lies below zero."""
    if interval.estimate >= 0:
        return interval
    return Interval(-interval.estimate, -interval.high, -interval.low, interval.level)


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
