"""How often people buy again, and a campaign's buyers beside the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from entregent.measurement.cohorts.bgnbd import Fit, Parameters, fit
from entregent.measurement.cohorts.buyers import Buyers
from entregent.measurement.cohorts.drawing import two_lines
from entregent.measurement.cohorts.retention import FEWEST, Compared
from entregent.measurement.cohorts.survival import Floats, difference
from entregent.measurement.cohorts.wording import CAUTION, HELD, quoted, times_in_words
from entregent.measurement.results import CannotMeasure, Check, Interval, Language, Origin
from entregent.measurement.words import NO_BREAK, number

NAMES = ("r", "alpha", "a", "b")
DAYS = (30, 90, 180, 365)
YEAR = 365


@dataclass(frozen=True, slots=True)
class RepeatPurchase:
    """What some buyers may be expected to buy again.

    Attributes
    ----------
    people, repeaters
        Buyers, and those who bought again.
    unit_days
        Days in one unit of time of `alpha`.
    parameters
        r, alpha, a, b, each with its interval.
    log_likelihood
        At its largest.
    expected
        Days after the first purchase, with the repeat purchases expected of a new person by then.
    lines
        The same, finer: days, estimate, lower and upper bound.
    model
        The fit itself, for other quantities: `Fit.interval_of`.
    origin
        How it came about.
    """

    people: int
    repeaters: int
    unit_days: float
    parameters: Mapping[str, Interval]
    log_likelihood: float
    expected: Mapping[int, Interval]
    lines: tuple[tuple[float, float, float, float], ...]
    model: Fit
    origin: Origin

    def expected_in(self, days: float) -> Interval:
        """Repeat purchases expected of a new person in so many days after the first purchase."""
        time = days / self.unit_days
        return self.model.interval_of(lambda found: float(found.expected(time)))

    def alive(self, buyers: Buyers) -> Floats:
        """Chance that each person may still buy, shape (people,)."""
        return self._plain.alive(buyers.frequency, buyers.recency, buyers.age)

    def coming(self, buyers: Buyers, days: float) -> Floats:
        """Purchases expected of each person in so many days from now, shape (people,)."""
        return self._plain.conditional(
            buyers.frequency, buyers.recency, buyers.age, days / self.unit_days
        )

    def coming_in_all(self, buyers: Buyers, days: float) -> Interval:
        """Purchases expected of all of them together; of the mean, not of what chance adds."""
        time = days / self.unit_days
        return self.model.interval_of(
            lambda found: float(
                found.conditional(buyers.frequency, buyers.recency, buyers.age, time).sum()
            )
        )

    @property
    def _plain(self) -> Parameters:
        return self.model.parameters

    def table(self) -> list[dict[str, Any]]:
        """One row an age of the expected repeat purchases."""
        return [{"days": days, **each.to_dict()} for days, each in self.expected.items()]

    def sentence(self, language: Language = "fr") -> str:
        """Repeat purchases of the first year."""
        times = times_in_words(self.expected[YEAR], language)
        if language == "fr":
            return (
                f"Dans l'année qui suit son premier achat, une personne rachète {times} en moyenne."
            )
        return f"In the year after a first purchase, a person buys again {times} on average."

    def caution(self, language: Language = "fr") -> str:
        """What weakens the estimate; empty where nothing does."""
        return HELD[language] if self.model.held else ""

    def chart(self, language: Language = "fr") -> Any:
        """Repeat purchases expected by age, as an Altair chart."""
        return two_lines(
            self.lines,
            (),
            language=language,
            x_title=_x_title(language),
            y_title=_y_title(language),
            ticks=list(self.expected),
            steps=False,
            names=("", ""),
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything but the finer points, as JSON has it."""
        return {
            "people": self.people,
            "repeaters": self.repeaters,
            "unit_days": self.unit_days,
            "parameters": {name: each.to_dict() for name, each in self.parameters.items()},
            "log_likelihood": self.log_likelihood,
            "expected": self.table(),
            "sentence": {"fr": self.sentence("fr"), "en": self.sentence("en")},
            "caution": {"fr": self.caution("fr"), "en": self.caution("en")},
            "origin": self.origin.to_dict(),
        }


@dataclass(frozen=True, slots=True)
class RepeatComparison:
    """A campaign's buyers beside the others: a description, never an effect of the campaign.

    Attributes
    ----------
    name
        Of the campaign; empty if it has none.
    campaign, others
        Each cohort by itself.
    days
        Length of time after the first purchase that is compared.
    expected
        Repeat purchases expected of a new person by then, and their difference.
    beyond
        Whether a cohort has not been watched that long, so that the model prolongs it.
    observed_days, observed
        Largest age that both have reached, and the mean repeats counted by then, without a model;
        None where only summaries are known or both are too young.
    origin
        How it came about.
    """

    name: str
    campaign: RepeatPurchase
    others: RepeatPurchase
    days: int
    expected: Compared
    beyond: bool
    observed_days: int | None
    observed: Compared | None
    origin: Origin

    def table(self) -> list[dict[str, Any]]:
        """One row for what the model expects, one for what was counted."""
        rows = [{"what": "expected", "days": self.days, **_flat(self.expected)}]
        if self.observed is not None:
            rows.append({"what": "counted", "days": self.observed_days, **_flat(self.observed)})
        return rows

    def sentence(self, language: Language = "fr") -> str:
        """Repeat purchases of both cohorts, and whether anyone was watched that long."""
        ours, theirs = (
            times_in_words(each, language)
            for each in (self.expected.campaign, self.expected.others)
        )
        if language == "fr":
            since = (
                "Dans l'année qui suit leur premier achat"
                if self.days == YEAR
                else f"Dans les {number(self.days, 'fr', 0)} jours qui suivent leur premier achat"
            )
            name = f"pendant {quoted(self.name, 'fr')}" if self.name else "pendant la campagne"
            text = f"{since}, les personnes venues {name} rachètent {ours} en moyenne; les autres, "
            text += f"{theirs}."
            if self.beyond:
                text += " Aucune personne d'une des cohortes n'a encore été suivie aussi longtemps"
                text += f"{NO_BREAK}: l'estimation prolonge ce qu'on a vu."
            return text
        since = (
            "In the year after their first purchase"
            if self.days == YEAR
            else f"In the {number(self.days, 'en', 0)} days after their first purchase"
        )
        name = f"during {quoted(self.name, 'en')}" if self.name else "during the campaign"
        text = f"{since}, people who came {name} buy again {ours} on average; the others, {theirs}."
        if self.beyond:
            text += " In one of the cohorts nobody has been followed that long yet: the estimate "
            text += "prolongs what was seen."
        return text

    def caution(self, language: Language = "fr") -> str:
        """What the comparison is not, and what weakens it."""
        held = self.campaign.model.held or self.others.model.held
        return f"{CAUTION[language]} {HELD[language]}" if held else CAUTION[language]

    def chart(self, language: Language = "fr") -> Any:
        """Repeat purchases expected by age in both cohorts, as an Altair chart."""
        return two_lines(
            self.campaign.lines,
            self.others.lines,
            language=language,
            x_title=_x_title(language),
            y_title=_y_title(language),
            ticks=list(self.campaign.expected),
            steps=False,
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything but the finer points, as JSON has it."""
        return {
            "name": self.name,
            "campaign": self.campaign.to_dict(),
            "others": self.others.to_dict(),
            "days": self.days,
            "expected": self.expected.to_dict(),
            "beyond": self.beyond,
            "observed_days": self.observed_days,
            "observed": self.observed.to_dict() if self.observed else None,
            "sentence": {"fr": self.sentence("fr"), "en": self.sentence("en")},
            "caution": {"fr": self.caution("fr"), "en": self.caution("en")},
            "origin": self.origin.to_dict(),
        }


def repeat_purchase(
    buyers: Buyers,
    *,
    level: float = 0.95,
    draws: int = 0,
    seed: int | None = None,
    hold: bool = True,
) -> RepeatPurchase:
    """Fit the BG/NBD model to buyers.

    Parameters
    ----------
    buyers
        From `buyers_from_orders` or `buyers_from_summaries`.
    level
        Of every interval, between 0 and 1, both excluded.
    draws
        Of a parametric bootstrap; 0 uses the observed information, which is quicker.
    seed
        Of the bootstrap; 0 if None.
    hold
        Where the data alone do not settle the parameters, as where nobody seems to stop buying:
        whether to lean a little on ordinary ones and say so, or to refuse.

    Raises
    ------
    CannotMeasure
        ``bad_level``, and those of `fit`: ``too_few_people``, ``nobody_repeats``,
        ``too_few_repeats``, ``not_converged``.

    Notes
    -----
    The model lets a person stop only after a purchase, and lets rates of purchase stay as they
    are: it knows no season and no promotion.
    """
    if not 0 < level < 1 or draws < 0:
        raise CannotMeasure(
            "bad_level",
            fr="Le niveau doit être entre 0 et 1, comme 0,95, et le nombre de tirages positif.",
            en="The level must lie between 0 and 1, as 0.95, and the number of draws be positive.",
        )
    used = (0 if seed is None else seed) if draws else None
    found = fit(buyers, level=level, draws=draws, generator=np.random.default_rng(used), hold=hold)
    unit = buyers.unit_days

    def by(days: float) -> Interval:
        return found.interval_of(lambda each: float(each.expected(days / unit)))

    points = [(float(day), by(day)) for day in np.linspace(0, YEAR, 25)[1:]]
    shares = {
        "observed_share": buyers.repeaters / len(buyers),
        "expected_share": 1 - float(found.parameters.nobody(buyers.age).mean()),
    }
    kind = f"parametric bootstrap of {draws}" if draws else "observed information"
    return RepeatPurchase(
        people=len(buyers),
        repeaters=buyers.repeaters,
        unit_days=unit,
        parameters={name: found.interval_of(_parameter(name)) for name in NAMES},
        log_likelihood=found.log_likelihood,
        expected={days: by(days) for days in DAYS},
        lines=(
            (0.0, 0.0, 0.0, 0.0),
            *((day, each.estimate, each.low, each.high) for day, each in points),
        ),
        model=found,
        origin=Origin(
            estimand="repeat purchases of a person in the first year after the first purchase",
            unit="purchases",
            method=f"BG/NBD, maximum likelihood, {kind}",
            seed=used,
            checks=(
                Check("who_buys_again", "informative", shares),
                Check("settled_by_the_data", "failed" if found.held else "passed"),
            ),
        ),
    )


def compare_repeat_purchase(
    campaign: Buyers,
    others: Buyers,
    *,
    name: str = "",
    days: int = YEAR,
    level: float = 0.95,
    draws: int = 0,
    seed: int | None = None,
    hold: bool = True,
) -> RepeatComparison:
    """Two cohorts of buyers, each with its own fit, compared at equal age.

    Parameters
    ----------
    campaign, others
        Buyers of each cohort.
    name
        Of the campaign, for the sentence.
    days
        Time after the first purchase, 1 or more, that is compared.
    level, draws, seed, hold
        As in `repeat_purchase`.

    Raises
    ------
    CannotMeasure
        As in `repeat_purchase`, told of the cohort it is about; ``bad_ages``.
    """
    if days < 1:
        raise CannotMeasure(
            "bad_ages",
            fr="La durée comparée se compte en jours, à partir de 1.",
            en="The time compared counts in days, from 1.",
        )
    fits = []
    for position, (buyers, french, english) in enumerate(
        (
            (campaign, "Cohorte de la campagne", "Campaign's cohort"),
            (others, "Les autres", "Others"),
        )
    ):
        try:
            own = (seed or 0) + position if draws else None
            fits.append(repeat_purchase(buyers, level=level, draws=draws, seed=own, hold=hold))
        except CannotMeasure as refused:
            raise CannotMeasure(
                refused.code, fr=f"{french} : {refused.fr}", en=f"{english}: {refused.en}"
            ) from None
    ours, theirs = (each.expected_in(days) for each in fits)
    reached = min(each.age_reached_by(FEWEST) for each in (campaign, others))
    told = max((age for age in (*DAYS, days) if age <= reached), default=reached)
    counted = [each.observed(told, level) if told >= 1 else None for each in (campaign, others)]
    observed = (
        Compared(counted[0], counted[1], difference(counted[0], counted[1]))
        if counted[0] is not None and counted[1] is not None
        else None
    )
    return RepeatComparison(
        name=name,
        campaign=fits[0],
        others=fits[1],
        days=days,
        expected=Compared(ours, theirs, difference(ours, theirs)),
        beyond=min(each.longest_days for each in (campaign, others)) < days,
        observed_days=told if observed else None,
        observed=observed,
        origin=Origin(
            estimand=f"repeat purchases of a person in {days} days, campaign's minus others'",
            unit="purchases",
            method=fits[0].origin.method,
            seed=fits[0].origin.seed,
            checks=tuple(
                Check(f"{who}_{each.name}", each.outcome, each.numbers)
                for who, one in zip(("campaign", "others"), fits, strict=True)
                for each in one.origin.checks
            ),
        ),
    )


def _parameter(name: str) -> Callable[[Parameters], float]:
    return lambda found: float(getattr(found, name))


def _flat(compared: Compared) -> dict[str, float]:
    row: dict[str, float] = {}
    for part, each in (
        ("campaign", compared.campaign),
        ("others", compared.others),
        ("difference", compared.difference),
    ):
        row |= {part: each.estimate, f"{part}_low": each.low, f"{part}_high": each.high}
    return row


def _x_title(language: Language) -> str:
    return "jours depuis le premier achat" if language == "fr" else "days since the first purchase"


def _y_title(language: Language) -> str:
    return "rachats par personne" if language == "fr" else "repeat purchases per person"
