"""Boost or lasting growth: what a campaign added while it ran, and what is left of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import perf_counter
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.after import AfterPath
from entregent.measurement.answering import Prior, answer
from entregent.measurement.asking import question_of
from entregent.measurement.counterfactual import AskedScale
from entregent.measurement.effects import (
    DayRow,
    day_rows,
    interval_of,
    method_of,
    placebo_dict,
    refuse_level,
    two_sided,
)
from entregent.measurement.placebo import Placebo
from entregent.measurement.results import CannotMeasure, Interval, Language, Origin
from entregent.measurement.series import DailySeries
from entregent.measurement.verdict import (
    LAST_VERDICT_DAY,
    Reading,
    Verdict,
    judge,
    more_days,
)
from entregent.measurement.windows import AddedPaths, Window, windows_of

Floats = NDArray[np.float64]
Kind = Literal["flow", "stock"]
MARGIN: Final = 0.10
"""Share of the boost below which what stayed is as good as nothing."""


@dataclass(frozen=True)
class BoostResult:
    """A campaign, and what is left of it.

    Attributes
    ----------
    verdict
        One of six.
    boost_total, boost_per_day
        What the campaign added while it ran.
    relative
        The boost as a share of what there would have been; None where that may be zero.
    p_two_sided
        Of the boost.
    is_told_apart
        Whether what was added while it ran can be told from what the series does by itself.
    carry_over
        Sum of what was added in the first 90 days after it (or as many as are past); below zero,
        it took from later. None while nothing is past.
    balance
        Boost and carry-over together.
    windows, path
        What came after, by window and as a shape.
    reading
        The days that the verdict is read from; None where it is not read yet.
    more_days_needed
        Further days after which the verdict should be settled; None where it is, or where no number
        of days within a year would settle it.
    margin
        Share of the boost that counts as nothing, fixed beforehand.
    cut_after
        Last day after the campaign that tells of it alone; None if nothing cuts.
    """

    verdict: Verdict
    boost_total: Interval
    boost_per_day: Interval
    relative: Interval | None
    p_two_sided: float
    is_told_apart: bool
    carry_over: Interval | None
    balance: Interval | None
    windows: tuple[Window, ...]
    path: AfterPath
    reading: Reading | None
    more_days_needed: int | None
    margin: float
    kind: Kind
    first_day: date
    last_day: date
    days_after_campaign: int
    cut_after: int | None
    scale: str
    models: Mapping[str, float]
    placebo: Placebo | None
    during_placebo: Placebo | None
    days_before: int
    days_after: int
    rows: tuple[DayRow, ...]
    origin: Origin
    seconds: float

    def sentence(self, language: Language) -> str:
        """The verdict's sentence, from the same numbers as the chart."""
        from entregent.measurement.wording import verdict_sentence

        return verdict_sentence(self, language)

    def title(self, language: Language) -> str:
        """The verdict in the fixed words of the house."""
        from entregent.measurement.wording import verdict_title

        return verdict_title(self.verdict, language)

    def table(self) -> list[dict[str, Any]]:
        """A row for the campaign and for each window."""
        rows: list[dict[str, Any]] = [
            {"what": "during", "from_day": None, "to_day": None, **self.boost_per_day.to_dict()}
        ]
        for window in self.windows:
            bounds = window.mean.to_dict() if window.mean else dict.fromkeys(_BOUNDS)
            share = window.sustained_share
            rows.append(
                {
                    "what": window.code,
                    "from_day": window.from_day,
                    "to_day": window.to_day,
                    **bounds,
                    "share": share.estimate if share else None,
                    "share_low": share.low if share else None,
                    "share_high": share.high if share else None,
                    "days_counted": window.days_counted,
                }
            )
        return rows

    def chart(self, language: Language = "fr") -> Any:
        """Observed and counterfactual, the campaign and its windows, as an Altair chart."""
        from entregent.measurement.charts import boost_chart

        return boost_chart(self, language)

    def to_dict(self) -> dict[str, Any]:
        """The command line's JSON document."""
        half_life = self.path.half_life_days
        return {
            "verdict": self.verdict,
            "boost": {
                "total": self.boost_total.to_dict(),
                "per_day": self.boost_per_day.to_dict(),
                "is_told_apart": self.is_told_apart,
            },
            "carry_over": self.carry_over.to_dict() if self.carry_over else None,
            "balance": self.balance.to_dict() if self.balance else None,
            "windows": [window.to_dict() for window in self.windows],
            "path": {
                **self.path.to_dict(),
                "half_life_days": half_life.to_dict() if half_life else None,
            },
            "reading": self.reading.to_dict() if self.reading else None,
            "more_days_needed": self.more_days_needed,
            "margin": self.margin,
            "kind": self.kind,
            "mean": self.boost_per_day.to_dict(),
            "total": self.boost_total.to_dict(),
            "relative": self.relative.to_dict() if self.relative else dict.fromkeys(_BOUNDS),
            "p_two_sided": self.p_two_sided,
            "scale": self.scale,
            "models": dict(self.models),
            "placebo": placebo_dict(self.placebo),
            "placebo_during": placebo_dict(self.during_placebo),
            "days_before": self.days_before,
            "days_after": self.days_after,
            "refused": None,
            "sentence": {"fr": self.sentence("fr"), "en": self.sentence("en")},
            "seconds": self.seconds,
            "origin": self.origin.to_dict(),
        }


_BOUNDS: Final = ("estimate", "low", "high")


def boost(
    series: DailySeries,
    campaign: tuple[date, date],
    *,
    kind: Kind = "flow",
    margin: float = MARGIN,
    controls: Sequence[DailySeries] = (),
    scale: AskedScale = "auto",
    prior: Prior = "averaged",
    level: float = 0.95,
    seed: int = 0,
    holidays: Mapping[date, str] | None = None,
    breaks: Sequence[date] = (),
    other_campaigns: Sequence[tuple[date, date]] = (),
) -> BoostResult:
    """Tell a boost from lasting growth.

    Parameters
    ----------
    series
        New follows, visits or orders a day (a flow), or how many there are (a stock), of which the
        daily change is then taken.
    campaign
        First and last day, both included.
    kind
        ``flow`` or ``stock``.
    margin
        Share of the boost that is as good as nothing, fixed before the campaign; from 0 included
        to 1 excluded.
    other_campaigns
        First and last day of other campaigns on the same series. Those that began before are
        modelled beside; the first that begins after this one's end cuts the windows off.
    controls, scale, prior, level, seed, holidays, breaks
        As for `effect`. A break after the campaign cuts the windows off.

    Raises
    ------
    CannotMeasure
        Where the data cannot answer, with the reason and the remedy.

    Notes
    -----
    With ``d`` what was added each day, drawn jointly: the boost is the sum of ``d`` over the
    campaign; the sustained share is the mean of ``d`` over a window divided by its mean over the
    campaign, path by path. The verdict is read from days 91 to 365 after the campaign (as many as
    are past, 30 at least), before that from days 31 to 90. ``boost only`` if the share's upper
    limit lies below the margin, ``sustained`` if its lower limit lies above, ``compounding`` if it
    still
    grows beyond doubt, ``payback`` if the carry-over's upper limit lies below zero.
    """
    started = perf_counter()
    refuse_level(level)
    _refuse_margin(margin)
    flow = flow_of(series) if kind == "stock" else series
    first, last = campaign
    end, cut_after = _last_usable(flow, campaign, breaks, other_campaigns)
    question = question_of(
        flow,
        first,
        end,
        controls=controls,
        holidays=holidays,
        breaks=[day for day in breaks if day <= end],
        other_campaigns=[other for other in other_campaigns if other[0] <= last],
    )
    length = (last - first).days + 1
    seen = question.outcome.values[question.start :]
    _refuse_campaign(seen[:length])
    generator = np.random.default_rng(seed)
    # Without controls the path is drawn on, to know when the verdict may be settled.
    is_free = not controls and prior == "averaged"
    ahead = max(len(seen), length + LAST_VERDICT_DAY) if is_free else len(seen)
    found = answer(
        question,
        controls,
        prior=prior,
        scale=scale,
        days=ahead,
        spans=[length, ahead],
        level=level,
        generator=generator,
    )
    told = found.told
    paths = AddedPaths(
        added=seen - told.paths[:, : len(seen)],
        campaign_days=length,
        without=np.median(told.paths, axis=0),
        past_sd=float(np.nanstd(question.outcome.values[: question.start])),
    )
    judged = judge(paths, margin=margin, level=level)
    without = np.mean(told.paths[:, :length][:, ~np.isnan(seen[:length])], axis=1)
    needed = None
    if judged.verdict == "cannot tell yet":
        needed = more_days(
            paths, judged, told.paths, margin=margin, level=level, cut_after=cut_after
        )
    return BoostResult(
        verdict=judged.verdict,
        boost_total=_times(judged.per_day, length),
        boost_per_day=judged.per_day,
        relative=interval_of(judged.during / without, level) if np.all(without > 0) else None,
        p_two_sided=two_sided(judged.during),
        is_told_apart=paths.is_told_apart(1 - length, 0, judged.per_day),
        carry_over=judged.carry_over,
        balance=judged.balance,
        windows=windows_of(paths, last, judged.boost, level, cut_after=cut_after),
        path=judged.path,
        reading=judged.reading,
        more_days_needed=needed,
        margin=margin,
        kind=kind,
        first_day=first,
        last_day=last,
        days_after_campaign=max(paths.days_after, 0),
        cut_after=cut_after,
        scale=told.scale,
        models=told.models,
        placebo=found.placebos[-1] if found.placebos else None,
        during_placebo=found.placebos[0] if found.placebos else None,
        days_before=int(np.sum(~np.isnan(question.outcome.values[: question.start]))),
        days_after=int(np.sum(~np.isnan(seen))),
        rows=day_rows(
            question.outcome, question.start, replace(told, paths=told.paths[:, : len(seen)]), level
        ),
        origin=Origin(
            estimand="mean of seen minus counterfactual during and after the campaign",
            unit=series.unit,
            first_day=first,
            last_day=end,
            method=method_of(prior, told.scale),
            seed=seed,
            checks=found.checks,
        ),
        seconds=perf_counter() - started,
    )


def flow_of(stock: DailySeries) -> DailySeries:
    """Daily change of a stock; NaN on the first day and after each day that was not collected."""
    return DailySeries(
        stock.first_day,
        np.concatenate([[np.nan], np.diff(stock.values)]),
        stock.name,
        stock.unit,
    )


def _refuse_margin(margin: float) -> None:
    if not 0 <= margin < 1:
        raise CannotMeasure(
            "margin",
            fr=f"La marge est une part du sommet, de 0 à 1; {margin} ne convient pas. La marge "
            "usuelle est 0,10.",
            en=f"The margin is a share of the boost, from 0 to 1; {margin} is not. The usual "
            "margin is 0.10.",
        )


def _refuse_campaign(during: Floats) -> None:
    missing = int(np.sum(np.isnan(during)))
    if 3 * missing > len(during):
        raise CannotMeasure(
            "campaign_not_collected",
            fr=f"Rien n'a été recueilli pendant {missing} des {len(during)} jours de campagne. "
            "Rétablissez la collecte, ou ne mesurez que ce qui a suivi.",
            en=f"Nothing was collected during {missing} of the campaign's {len(during)} days. "
            "Restore the collection, or measure only what followed.",
        )


def _last_usable(
    flow: DailySeries,
    campaign: tuple[date, date],
    breaks: Sequence[date],
    other_campaigns: Sequence[tuple[date, date]],
) -> tuple[date, int | None]:
    """Last day that tells of this campaign alone, and how many days after it that is, if cut."""
    first, last = campaign
    cuts = [low for low, _ in other_campaigns if low > last] + [day for day in breaks if day > last]
    end = flow.last_day
    if last > end >= first:
        raise CannotMeasure(
            "campaign_running",
            fr="La campagne n'est pas finie dans ces données. Revenez quand elle le sera, ou "
            "mesurez ce qu'elle ajoute jusqu'ici, sans verdict.",
            en="The campaign is not over in these data. Come back when it is, or measure what it "
            "adds so far, without a verdict.",
        )
    if cuts and min(cuts) <= end:
        end = min(cuts) - timedelta(days=1)
    cut_after = (min(cuts) - last).days - 1 if cuts else None
    return end, cut_after


def _times(interval: Interval, factor: float) -> Interval:
    return Interval(
        interval.estimate * factor, interval.low * factor, interval.high * factor, interval.level
    )
