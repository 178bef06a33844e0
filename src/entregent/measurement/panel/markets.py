"""A geographic experiment before it is run: which markets to treat, and what it could show.

Groups of markets are looked for whose counterfactual predicts them best where it was not fitted.
For the best ones lifts are planted at starts in the past and the test of `panel_effect` is run: the
share that it finds is the power, and the share that it finds where nothing was planted must stay
near one minus the level.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import combinations
from math import comb
from typing import Any, Final

import numpy as np

from entregent.measurement.panel.conformal import Question, RefittedTest, window_contrasts
from entregent.measurement.panel.data import LEAST_BEFORE, LEAST_CONTROLS, refuse_gaps
from entregent.measurement.panel.estimators import METHODS, Method, fit, tune
from entregent.measurement.panel.simplex import Floats, Positions
from entregent.measurement.results import CannotMeasure, Check, Language, Origin, set_in_french
from entregent.measurement.words import NO_BREAK, number, percent

LIFTS: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
LEAST_STARTS: Final = 5
_ALIKE: Final = 1.25


@dataclass(frozen=True, slots=True)
class Design:
    """One group of markets that could be treated.

    Attributes
    ----------
    treated_units
        Names.
    holdout_error
        Root mean square of what the counterfactual missed over the last `duration` periods, not
        used for fitting, as a share of the mean outcome.
    power
        Share of planted lifts found, by lift.
    false_positive_share
        Share found where nothing was planted.
    smallest_lift
        Smallest lift found with the power asked for, and every larger one too; None if none was.
    cost
        Of the whole test: spend per market times markets; None where no spend was given.
    cost_per_unit
        Cost by unit of the outcome gained at the smallest lift; None likewise.
    """

    treated_units: tuple[str, ...]
    holdout_error: float
    power: Mapping[float, float]
    false_positive_share: float
    smallest_lift: float | None
    cost: float | None
    cost_per_unit: float | None

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: power by lift in words."""
        return {
            "treated_units": list(self.treated_units),
            "holdout_error": self.holdout_error,
            "power": {f"{lift:g}": share for lift, share in self.power.items()},
            "false_positive_share": self.false_positive_share,
            "smallest_lift": self.smallest_lift,
            "cost": self.cost,
            "cost_per_unit": self.cost_per_unit,
        }


@dataclass(frozen=True, slots=True)
class MarketPlan:
    """Designs that could show something, best first.

    Attributes
    ----------
    designs
        By smallest lift, then by fit. At least one.
    drawn
        Position in `designs` of the one drawn by lot among those that are as good as the best.
    alike
        Number of designs that took part in that lot.
    duration
        Periods of the experiment.
    level, power
        Of the test, and asked for.
    origin
        Method, seed and checks.
    """

    designs: tuple[Design, ...]
    drawn: int
    alike: int
    duration: int
    level: float
    power: float
    origin: Origin

    def table(self) -> list[dict[str, Any]]:
        """One row for each design."""
        return [each.to_dict() for each in self.designs]

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return {
            "designs": self.table(),
            "drawn": self.drawn,
            "alike": self.alike,
            "duration": self.duration,
            "level": self.level,
            "power": self.power,
            "origin": self.origin.to_dict(),
        }

    def sentence(self, language: Language) -> str:
        """What the drawn design could show, at what cost, and how it was drawn."""
        best = self.designs[self.drawn]
        names = ", ".join(best.treated_units)
        lift = percent(best.smallest_lift or 0.0, language)
        share = percent(self.power, language)
        if language == "fr":
            text = (
                f"Traitez {names} pendant {self.duration} périodes : une hausse de {lift} se "
                f"verrait {share} du temps. "
            )
            if best.cost is not None:
                text += f"Coût : {number(best.cost, 'fr', 0)}{NO_BREAK}$. "
            text += (
                f"Ce groupe a été tiré au sort parmi {self.alike} choix aussi bons; ne le "
                "choisissez pas vous-même."
                if self.alike > 1
                else "Aucun autre groupe n'était aussi bon : rien n'a été tiré au sort, et ce qui "
                "distingue ce groupe peut se confondre avec l'effet."
            )
            return set_in_french(text)
        text = (
            f"Treat {names} for {self.duration} periods: a lift of {lift} would be seen {share} of "
            "the time. "
        )
        if best.cost is not None:
            text += f"Cost: ${number(best.cost, 'en', 0)}. "
        return text + (
            f"This group was drawn by lot among {self.alike} groups as good; do not choose one "
            "yourself."
            if self.alike > 1
            else "No other group was as good: nothing was drawn by lot, and what sets this group "
            "apart can be taken for the effect."
        )

    def chart(self) -> Any:
        """Power by planted lift for the drawn design."""
        alt: Any = import_module("altair")

        best = self.designs[self.drawn]
        rows = [{"lift": 0.0, "power": best.false_positive_share}] + [
            {"lift": lift, "power": share} for lift, share in best.power.items()
        ]
        x = alt.X("lift:Q", axis=alt.Axis(title=None, format="%", tickCount=5, grid=False))
        y = alt.Y("power:Q", axis=alt.Axis(title=None, format="%", tickCount=4)).scale(
            domain=[0, 1]
        )
        line = alt.Chart(alt.Data(values=rows)).mark_line(color="#1b222b", point=True)
        asked = alt.Chart(alt.Data(values=[{"power": self.power}])).mark_rule(
            color="#515963", strokeDash=[2, 2]
        )
        return alt.layer(asked.encode(y=y), line.encode(x=x, y=y)).properties(width=420, height=220)


def design_markets(
    units: Sequence[str],
    outcomes: Floats,
    *,
    treated_count: int,
    duration: int,
    lifts: Sequence[float] = LIFTS,
    method: Method = "sdid",
    level: float = 0.95,
    power: float = 0.8,
    excluded: Sequence[str] = (),
    spend_per_unit: float | None = None,
    candidates: int = 300,
    shortlist: int = 8,
    starts: int = 20,
    seed: int | np.random.Generator = 0,
) -> MarketPlan:
    """Groups of markets to treat, with the smallest lift that each could show.

    Parameters
    ----------
    units
        Names of the markets, shape (units,).
    outcomes
        Their past, before any experiment, shape (units, periods), no cell missing.
    treated_count
        Markets to treat, at least 1.
    duration
        Periods of the experiment, at least 1.
    lifts
        Relative effects to plant, each more than 0.
    method
        One of `METHODS`: that of the later measurement.
    level, power
        Of the test, and asked for; both between 0 and 1, excluded.
    excluded
        Markets that cannot be treated; they still serve as controls.
    spend_per_unit
        For the whole experiment in one treated market.
    candidates
        Groups to compare; all of them where there are no more.
    shortlist
        Groups for which power is found.
    starts
        Starts in the past at which lifts are planted, at most.
    seed
        Of the generator that draws groups and the final lot, or the generator.

    Raises
    ------
    CannotMeasure
        Where the past is too short, too few markets are left, or no group could show any lift.
    """
    names = tuple(str(name) for name in units)
    _check(names, outcomes, treated_count, duration, level, power, method)
    first = _first_start(outcomes.shape[1], duration, level)
    rng = np.random.default_rng(seed)
    barred = {str(name) for name in excluded}
    eligible = [i for i, name in enumerate(names) if name not in barred]
    if len(eligible) < treated_count:
        raise CannotMeasure(
            "too_few_markets",
            fr=f"Marchés qui peuvent être traités : {len(eligible)}; il en faut {treated_count}.",
            en=f"Markets that can be treated: {len(eligible)}; {treated_count} are needed.",
        )
    groups = _groups(eligible, treated_count, candidates, rng)
    errors = [_holdout_error(outcomes, group, duration, method) for group in groups]
    best = sorted(range(len(groups)), key=lambda i: (errors[i], groups[i]))[:shortlist]
    last = outcomes.shape[1] - duration
    begins = np.unique(np.linspace(first, last, min(starts, last - first + 1)).astype(np.int64))
    designs = []
    for i in best:
        shares = _power(outcomes, groups[i], duration, begins, lifts, method, level)
        designs.append(
            _design(names, outcomes, groups[i], errors[i], shares, duration, power, spend_per_unit)
        )
    allowed = 1 - level + 2 * (level * (1 - level) / begins.size) ** 0.5
    suits = [
        each
        for each in designs
        if each.smallest_lift is not None and each.false_positive_share <= allowed
    ]
    if not suits:
        raise _nothing_suits(designs, max(lifts), power, allowed)
    suits.sort(key=lambda each: (each.smallest_lift, each.holdout_error))
    alike = [
        number_
        for number_, each in enumerate(suits)
        if each.smallest_lift == suits[0].smallest_lift
        and each.holdout_error <= _ALIKE * suits[0].holdout_error
    ]
    return MarketPlan(
        designs=tuple(suits),
        drawn=int(rng.choice(alike)),
        alike=len(alike),
        duration=duration,
        level=level,
        power=power,
        origin=Origin(
            estimand="smallest relative lift shown with the power asked for",
            method=f"{method}, lifts planted at {begins.size} starts in the past",
            seed=seed if isinstance(seed, int) else None,
            checks=(
                Check(
                    "placebo_starts",
                    "passed" if begins.size >= 2 * LEAST_STARTS else "informative",
                    {"starts": float(begins.size), "groups_compared": float(len(groups))},
                ),
            ),
        ),
    )


def _check(
    names: tuple[str, ...],
    outcomes: Floats,
    treated_count: int,
    duration: int,
    level: float,
    power: float,
    method: str,
) -> None:
    if outcomes.shape[0] != len(names):
        raise CannotMeasure(
            "bad_rows",
            fr="Il faut autant de noms que de lignes de résultats.",
            en="As many names as rows of outcomes are needed.",
        )
    refuse_gaps(names, range(1, outcomes.shape[1] + 1), outcomes)
    if method not in METHODS or not (0 < level < 1 and 0 < power < 1):
        raise CannotMeasure(
            "bad_design",
            fr="Le niveau et la puissance se trouvent entre 0 et 1, et la méthode est une de "
            f"{', '.join(METHODS)}.",
            en="Level and power lie between 0 and 1, and the method is one of "
            f"{', '.join(METHODS)}.",
        )
    if treated_count < 1 or duration < 1 or len(names) - treated_count < LEAST_CONTROLS:
        raise CannotMeasure(
            "too_few_markets",
            fr=f"Marchés : {len(names)}. Il en faut au moins un à traiter, {LEAST_CONTROLS} de "
            "témoins, et une durée d'au moins une période.",
            en=f"Markets: {len(names)}. At least one to treat, {LEAST_CONTROLS} as controls and a "
            "duration of at least one period are needed.",
        )


def _first_start(periods: int, duration: int, level: float) -> int:
    """Earliest start in the past with enough periods before it for the level."""
    first = max(LEAST_BEFORE, 2 * duration, int(np.ceil(1 / (1 - level) - 1e-9)) - duration)
    needed = first + duration + LEAST_STARTS - 1
    if periods < needed:
        raise CannotMeasure(
            "past_too_short",
            fr=f"Périodes : {periods}; il en faut {needed} pour essayer {duration} périodes à ce "
            "niveau. Ajoutez du passé, ou prévoyez une expérience plus courte.",
            en=f"Periods: {periods}; {needed} are needed to try {duration} periods at this level. "
            "Add some past, or plan a shorter experiment.",
        )
    return first


def _groups(
    eligible: list[int], treated_count: int, candidates: int, rng: np.random.Generator
) -> list[tuple[int, ...]]:
    """All groups, or as many drawn ones as may be compared."""
    if comb(len(eligible), treated_count) <= candidates:
        return list(combinations(eligible, treated_count))
    drawn: set[tuple[int, ...]] = set()
    while len(drawn) < candidates:
        chosen = rng.choice(len(eligible), size=treated_count, replace=False)
        drawn.add(tuple(sorted(eligible[i] for i in chosen)))
    return sorted(drawn)


def _split(outcomes: Floats, group: tuple[int, ...]) -> tuple[Floats, Floats]:
    return np.delete(outcomes, group, axis=0), outcomes[list(group)].mean(axis=0)


def _holdout_error(
    outcomes: Floats, group: tuple[int, ...], duration: int, method: Method
) -> float:
    """What the counterfactual misses over the last periods, as a share of the mean outcome."""
    controls, treated = _split(outcomes, group)
    before = treated.size - duration
    found = fit(
        method, controls, treated, before, tune(method, controls, treated, before, len(group))
    )
    miss = float(np.sqrt(np.mean(found.gap[before:] ** 2)))
    return miss / max(float(np.abs(treated).mean()), 1e-300)


def _power(
    outcomes: Floats,
    group: tuple[int, ...],
    duration: int,
    begins: Positions,
    lifts: Sequence[float],
    method: Method,
    level: float,
) -> dict[float, float]:
    """Share of starts at which each lift is found; 0 is where nothing was planted."""
    controls, treated = _split(outcomes, group)
    wanted = [0.0, *sorted(lifts)]
    found = np.zeros(len(wanted))
    for begin in begins:
        size = int(begin) + duration
        past, series = controls[:, :size], treated[:size]
        tuning = tune(method, past, series, int(begin), len(group))
        contrasts = window_contrasts(past, int(begin), tuning) if method == "sdid" else None
        question = Question(method, past, series, int(begin), tuning, contrasts)
        for i, lift in enumerate(wanted):
            planted = series.copy()
            planted[int(begin) :] *= 1 + lift
            test = RefittedTest(replace(question, treated=planted))
            found[i] += test.p(0.0) <= 1 - level + 1e-12
    return {lift: float(share) for lift, share in zip(wanted, found / begins.size, strict=True)}


def _design(
    names: tuple[str, ...],
    outcomes: Floats,
    group: tuple[int, ...],
    error: float,
    shares: dict[float, float],
    duration: int,
    power: float,
    spend_per_unit: float | None,
) -> Design:
    smallest = None
    for lift in sorted(shares, reverse=True):
        if lift == 0 or shares[lift] < power:
            break
        smallest = lift
    cost = None if spend_per_unit is None else spend_per_unit * len(group)
    gained = 0.0
    if smallest is not None:
        gained = smallest * float(outcomes[list(group), -duration:].sum())
    return Design(
        treated_units=tuple(names[i] for i in group),
        holdout_error=error,
        power={lift: share for lift, share in shares.items() if lift > 0},
        false_positive_share=shares[0.0],
        smallest_lift=smallest,
        cost=cost,
        cost_per_unit=cost / gained if cost is not None and gained > 0 else None,
    )


def _nothing_suits(
    designs: list[Design], largest: float, power: float, allowed: float
) -> Exception:
    """The refusal, with the nearest that was found."""
    noisy = sum(each.false_positive_share > allowed for each in designs)
    nearest = max(max(each.power.values()) for each in designs)
    return CannotMeasure(
        "no_design",
        fr=f"Aucun groupe ne fait l'affaire : une hausse de {percent(largest, 'fr')} ne se verrait "
        f"au mieux que {percent(nearest, 'fr')} du temps (voulu : {percent(power, 'fr')}), et "
        f"{noisy} groupe(s) sur {len(designs)} voient un effet où il n'y en a pas. "
        "Traitez plus de marchés, plus longtemps, ou plus fort.",
        en=f"No group suits: a lift of {percent(largest, 'en')} would at best be seen "
        f"{percent(nearest, 'en')} of the time (wanted: {percent(power, 'en')}), and "
        f"{noisy} of {len(designs)} groups see an effect where there is none. "
        "Treat more markets, for longer, or more strongly.",
    )
