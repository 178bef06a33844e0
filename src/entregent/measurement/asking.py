"""What a question about a campaign needs before anything is estimated: its days, and refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.counterfactual import Counterfactual, Model, Setting
from entregent.measurement.design import OtherCampaign
from entregent.measurement.placebo import Placebo, audit, window_days
from entregent.measurement.results import CannotMeasure
from entregent.measurement.series import DailySeries
from entregent.measurement.words import day_in_words

Floats = NDArray[np.float64]

MOST_DAYS_BEFORE: Final = 3 * 365
"""Days of past that are learnt from: what is older says little, and costs time."""
CONTAMINATION_SPANS: Final = (4, 14)
SURE_WITH: Final = 0.975
SURE_AGAINST: Final = 0.998


@dataclass(frozen=True)
class Question:
    """A series and the campaign that is asked about, checked.

    Attributes
    ----------
    outcome
        From the first collected day that is learnt from to the last day.
    start
        Index of the campaign's first day.
    controls
        Each of shape (days,): the same days, nothing missing.
    setting
        Holidays, breaks, other campaigns.
    """

    outcome: DailySeries
    start: int
    controls: tuple[Floats, ...]
    setting: Setting

    def ask(
        self,
        model: Model,
        generator: np.random.Generator,
        *,
        days: int,
        spans: Sequence[int],
        level: float,
    ) -> tuple[Counterfactual, tuple[Placebo, ...]]:
        """Draw the days from the start on, and audit the engine on the days before.

        Parameters
        ----------
        model
            The engine.
        days
            How many days are drawn; controls must reach as far.
        spans
            Lengths of what is asked about from the start on, shortest first: each is audited by
            windows of its length where the past allows, and widens the days up to its end.
        level
            Of the intervals.

        Returns
        -------
        tuple
            The widened paths, and an audit for each span.
        """
        told = self.draw(model, generator, days=days)
        found: dict[int, Placebo] = {}
        factors = np.ones(days)
        begin = 0
        for span in spans:
            length = window_days(self.start, span)
            if length not in found:
                found[length] = self.audit(model, told, generator, span=span, level=level)
            factors[begin:] = found[length].widened
            begin = span
        return told.widened(factors), tuple(found[window_days(self.start, span)] for span in spans)

    def draw(self, model: Model, generator: np.random.Generator, *, days: int) -> Counterfactual:
        """Draw some days from the start on, as the engine has them before any audit."""
        values = self.outcome.values
        if self.start + days > len(values):
            values = np.concatenate([values, np.full(self.start + days - len(values), np.nan)])
        return model.fit(
            self.outcome.first_day,
            values,
            self.start,
            generator,
            controls=self.controls,
            setting=self.setting,
            until=self.start + days,
        )

    def audit(
        self,
        model: Model,
        told: Counterfactual,
        generator: np.random.Generator,
        *,
        span: int,
        level: float,
    ) -> Placebo:
        """Audit the engine about questions as long as `span`, where the past allows."""
        return audit(
            model,
            told,
            self.outcome.first_day,
            self.outcome.values,
            self.start,
            window_days(self.start, span),
            generator,
            controls=self.controls,
            setting=self.setting,
            level=level,
        )


def question_of(
    series: DailySeries,
    first_day: date,
    last_day: date,
    *,
    controls: Sequence[DailySeries] = (),
    holidays: Mapping[date, str] | None = None,
    breaks: Sequence[date] = (),
    other_campaigns: Sequence[tuple[date, date]] = (),
) -> Question:
    """Check a question, and cut the series to the days that it needs.

    Parameters
    ----------
    series
        The outcome.
    first_day, last_day
        First day of the campaign, and last day that is asked about; both included.
    controls
        Series that the campaign is thought not to have touched.
    holidays
        Name of each day on which people live otherwise.
    breaks
        First days of a new way of collecting.
    other_campaigns
        First and last day of campaigns on the same series that began before.

    Raises
    ------
    CannotMeasure
        With the reason and the remedy.
    """
    _refuse_days(series, first_day, last_day)
    for day in breaks:
        if first_day < day <= last_day:
            raise CannotMeasure(
                "break_inside",
                fr=f"La façon de compter a changé le {day_in_words(day, 'fr')}, pendant les jours "
                "à mesurer. Arrêtez la mesure la veille, ou faites recompter ces jours.",
                en=f"The way of counting changed on {day_in_words(day, 'en')}, within the days to "
                "be measured. End the measurement the day before, or have those days recounted.",
            )
    known = np.flatnonzero(~np.isnan(series.values))
    begin = series.first_day + timedelta(days=int(known[0])) if len(known) else series.first_day
    begin = max(begin, first_day - timedelta(days=MOST_DAYS_BEFORE))
    for control in controls:
        begin = max(begin, control.first_day)
    outcome = series.between(min(begin, first_day), last_day)
    start = outcome.index_of(first_day)
    filled = []
    for number, control in enumerate(controls):
        values = _control_values(control, number, outcome, start)
        filled.append(values)
    if filled:
        # A day without its control tells nothing of the difference.
        gone = np.any(np.isnan(np.vstack(filled)), axis=0)
        values = np.where(gone, np.nan, outcome.values)
        outcome = DailySeries(outcome.first_day, values, outcome.name, outcome.unit)
        filled = [_bridged(values) for values in filled]
    _refuse_gaps(outcome, start)
    others = tuple(
        OtherCampaign(low, high)
        for low, high in other_campaigns
        if low < first_day and high >= outcome.first_day
    )
    setting = Setting(holidays=holidays, breaks=tuple(breaks), others=others)
    return Question(outcome, start, tuple(filled), setting)


def refuse_touched_controls(
    question: Question,
    controls: Sequence[DailySeries],
    model: Model,
    generator: np.random.Generator,
) -> tuple[float, ...]:
    """Refuse controls that move with the campaign; how surely each does, between 0 and 1.

    Each control is asked the same question by itself, over the campaign's first 4 and 14 days. If
    it went the way that the series itself went, beyond what it does by itself in 975 of 1,000,
    it was touched, or something else was at work; so too if it went the other way, beyond 998 of
    1,000.
    """
    found = []
    begin, days = question.start, len(question.outcome) - question.start
    spans = sorted({min(span, days) for span in CONTAMINATION_SPANS})
    rises = _rises(question.outcome.values, begin)
    for values, control in zip(question.controls, controls, strict=True):
        told = model.fit(
            question.outcome.first_day,
            values,
            begin,
            generator,
            setting=Setting(holidays=question.setting.holidays),
            until=begin + spans[-1],
        )
        with_it, against_it = 0.0, 0.0
        for span in spans:
            seen = float(np.mean(values[begin : begin + span]))
            above = float(np.mean(np.mean(told.paths[:, :span], axis=1) < seen))
            with_it = max(with_it, above if rises else 1.0 - above)
            against_it = max(against_it, 1.0 - above if rises else above)
        found.append(with_it)
        if with_it > SURE_WITH or against_it > SURE_AGAINST:
            name = control.name or "1"
            raise CannotMeasure(
                "control_moves",
                fr=f"Le témoin « {name} » bouge lui-même dès le début de la campagne : il ne dit "
                "pas ce qui serait arrivé sans elle. Retirez-le, ou choisissez une série que la "
                "campagne ne touche pas.",
                en=f"The control “{name}” itself moves from the start of the campaign: it does "
                "not tell what would have happened without it. Leave it out, or choose a series "
                "that the campaign does not touch.",
            )
    return tuple(found)


def _rises(values: Floats, start: int) -> bool:
    """Whether the first collected week of the campaign lies above the last collected one before."""
    known = ~np.isnan(values)
    before, after = values[:start][known[:start]][-7:], values[start:][known[start:]][:7]
    return bool(np.mean(after) > np.mean(before))


def _refuse_days(series: DailySeries, first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise CannotMeasure(
            "days_reversed",
            fr=f"Le dernier jour ({day_in_words(last_day, 'fr')}) vient avant le premier "
            f"({day_in_words(first_day, 'fr')}). Inversez-les.",
            en=f"The last day ({day_in_words(last_day, 'en')}) comes before the first "
            f"({day_in_words(first_day, 'en')}). Swap them.",
        )
    if first_day <= series.first_day or first_day > series.last_day:
        raise CannotMeasure(
            "campaign_outside",
            fr=f"Le {day_in_words(first_day, 'fr')} est en dehors de la série, qui va du "
            f"{day_in_words(series.first_day, 'fr')} au {day_in_words(series.last_day, 'fr')}. Il "
            "faut des jours avant le début, et au moins un jour après.",
            en=f"{day_in_words(first_day, 'en')} lies outside the series, which goes from "
            f"{day_in_words(series.first_day, 'en')} to {day_in_words(series.last_day, 'en')}. "
            "There must be days before the start, and at least one from it on.",
        )
    if last_day > series.last_day:
        raise CannotMeasure(
            "campaign_outside",
            fr=f"La série s'arrête le {day_in_words(series.last_day, 'fr')}, avant le "
            f"{day_in_words(last_day, 'fr')}. Choisissez un dernier jour qu'elle contient.",
            en=f"The series ends on {day_in_words(series.last_day, 'en')}, before "
            f"{day_in_words(last_day, 'en')}. Choose a last day that it holds.",
        )


def _refuse_gaps(outcome: DailySeries, start: int) -> None:
    after = outcome.values[start:]
    missing = int(np.sum(np.isnan(after)))
    if 2 * missing > len(after):
        raise CannotMeasure(
            "not_collected",
            fr=f"{missing} des {len(after)} jours à mesurer n'ont pas été recueillis. Ce n'est pas "
            "zéro : on ne sait pas. Rétablissez la collecte, ou choisissez d'autres jours.",
            en=f"{missing} of the {len(after)} days to be measured were not collected. That is not "
            "zero: it is unknown. Restore the collection, or choose other days.",
        )


def _control_values(control: DailySeries, number: int, outcome: DailySeries, start: int) -> Floats:
    name = control.name or str(number + 1)
    values = control.aligned(outcome.first_day, outcome.last_day)
    both = ~np.isnan(values) & ~np.isnan(outcome.values)
    before = both[:start]
    if np.sum(before) < 2 or np.sum(both[start:]) < 1:
        raise CannotMeasure(
            "control_missing",
            fr=f"Le témoin « {name} » n'a pas été recueilli les mêmes jours que la série, avant et "
            "après le début. Complétez-le, ou retirez-le.",
            en=f"The control “{name}” was not collected on the same days as the series, before and "
            "after the start. Complete it, or leave it out.",
        )
    seen, told = outcome.values[both], values[both]
    spread = float(np.std(told[: int(np.sum(before))]))
    if spread == 0.0:
        raise CannotMeasure(
            "control_constant",
            fr=f"Le témoin « {name} » ne varie pas avant le début : il n'apprend rien. Retirez-le.",
            en=f"The control “{name}” does not vary before the start: it tells nothing. Leave it "
            "out.",
        )
    if np.std(seen) > 0 and len(seen) > 2 and abs(np.corrcoef(seen, told)[0, 1]) > 0.999999:
        raise CannotMeasure(
            "control_is_outcome",
            fr=f"Le témoin « {name} » est la série elle-même, ou en est un multiple. Choisissez "
            "une autre série.",
            en=f"The control “{name}” is the series itself, or a multiple of it. Choose another "
            "series.",
        )
    return values


def _bridged(values: Floats) -> Floats:
    """A control whose missing days are bridged: their outcome is missing too, and not looked at."""
    known = np.flatnonzero(~np.isnan(values))
    return np.asarray(np.interp(np.arange(len(values)), known, values[known]))
