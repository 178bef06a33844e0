"""Synthetic control whose weights are chosen by predictors, and its test over the units.

Controls are weighed so that their predictors come near to those of the treated unit; how much each
predictor counts is found so that the outcome is foretold best over the fit periods (`importance`).

The test of `conformal` weighs again under each null on all periods alike. These weights do not come
from all periods alike, so it says nothing here. Each control is taken for treated in turn instead,
by the very same search with the others as its controls, and the treated unit is ranked among them.
With `e` the mean gap after the start and `s` the root mean squared gap in all periods before, a
unit's distance under the null of an effect `v` is ``|e - v| / s``, where `v` is zero for a control.
p is the share of units, the treated one among them, that stand at least as far; the interval is the
set of values not rejected, ``e - s q`` to ``e + s q`` with `q` a distance of a control. So p and
interval cannot contradict each other. Sources:

- Abadie, Diamond & Hainmueller, "Synthetic control methods for comparative case studies", Journal
  of the American Statistical Association 105 (2010): placebos over the units, set against their fit
  before.
- Firpo & Possebom, "Synthetic control method: inference, sensitivity analysis and confidence sets",
  Journal of Causal Inference 6 (2018): intervals from that test.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from entregent.measurement.panel.data import (
    LEAST_BEFORE,
    LEAST_CONTROLS,
    Panel,
    Period,
    arrays,
    refuse_mixed,
)
from entregent.measurement.panel.effect import day_of, refuse_level, spacing_check
from entregent.measurement.panel.importance import ImportanceSearch, Weighed
from entregent.measurement.panel.result import PanelResult, PeriodEffect, PredictorRow, named
from entregent.measurement.panel.simplex import Floats, Positions
from entregent.measurement.results import CannotMeasure, Check, Interval, Origin, Outcome
from entregent.measurement.words import number

OTHER_STARTS: Final = 8
SEED: Final = 0
"""Of the other starts."""


@dataclass(frozen=True, slots=True)
class Predictor:
    """What foretells the outcome: one number for each unit.

    Attributes
    ----------
    name
        Of its column.
    means
        By unit, in the predictor's own unit; a unit without any value is left out.
    """

    name: str
    means: Mapping[str, float]

    @classmethod
    def from_rows(
        cls,
        name: str,
        units: Iterable[object],
        periods: Iterable[Period],
        values: Iterable[float | None],
        *,
        start: Period,
        span: tuple[Period, Period] | None = None,
    ) -> "Predictor":
        """The mean of each unit over a span before the start, from long rows.

        Parameters
        ----------
        name
            Of the column.
        units, periods, values
            Of the same length. None and NaN mean not collected, and are left out of the mean.
        start
            First treated period.
        span
            First and last period, both included; all before the start if None.

        Raises
        ------
        CannotMeasure
            Where the span is turned round, or reaches into the campaign.
        """
        if span is not None:
            refuse_span(name, span, start)
        found: defaultdict[str, list[float]] = defaultdict(list)
        for unit, when, value in zip(units, periods, values, strict=True):
            inside = when < start if span is None else not (when < span[0] or span[1] < when)
            if inside and value is not None and np.isfinite(value):
                found[str(unit)].append(float(value))
        return cls(name, {unit: float(np.mean(each)) for unit, each in found.items()})


@dataclass(frozen=True, slots=True)
class _Gaps:
    """One unit less its synthetic control in all periods, some of them before the start."""

    gap: Floats
    before: int

    @property
    def effect(self) -> float:
        """Mean gap after the start."""
        return float(self.gap[self.before :].mean())

    @property
    def size(self) -> float:
        """Root mean squared gap before the start; not zero where the past fits perfectly."""
        past = float(np.sqrt(np.mean(self.gap[: self.before] ** 2)))
        return max(past, 1e-9 * float(np.abs(self.gap).max()), 1e-300)

    def far(self) -> Floats:
        """Distances from nothing: of the mean after the start, then of each period after it."""
        distances: Floats = np.abs(np.append(self.effect, self.gap[self.before :])) / self.size
        return distances


def predictor_effect(
    panel: Panel,
    predictors: Sequence[Predictor],
    *,
    fit: tuple[Period, Period] | None = None,
    level: float = 0.95,
    per_period: bool = True,
) -> PanelResult:
    """Effect on one treated unit by synthetic control on predictors: the mean per period.

    Parameters
    ----------
    panel
        Complete, with one treated unit.
    predictors
        At least one; each has a value for every unit of the panel, not the same for all.
    fit
        First and last period, both included, over which the outcome must be foretold; all periods
        before the start if None.
    level
        Of the intervals, between 0 and 1, both excluded. With `J` controls the smallest p is
        ``1 / (J + 1)``: 19 controls are needed for 0.95, 9 for 0.90.
    per_period
        Whether to give bounds for each period alone, by the same test on that period.

    Returns
    -------
    PanelResult
        With a row for each of the `predictors`. Its method is ``sc``.

    Raises
    ------
    CannotMeasure
        Where the panel, a predictor or a span cannot be used, or controls are too few for the
        level.

    Notes
    -----
    The test is exact if, without an effect, the treated unit is as likely as any control to stand
    farthest from its synthetic control for its fit before. The search ends in the better of the
    local minima that the two usual starts come to. The check ``other_importances`` says how many
    of `OTHER_STARTS` drawn starts end in a smaller error, and how far the effect moves there.
    """
    panel.check()
    _refuse_several(panel)
    rank = _bounding_rank(len(panel.control_units), level)
    before = panel.treatment_time
    chosen = _fit_positions(panel, fit)
    traits, own = _traits(panel, predictors)
    controls, treated = arrays(panel)
    search = ImportanceSearch(traits, own, controls[:, chosen], treated[chosen])
    weighed = search.best()
    found = _Gaps(treated - weighed.weights @ controls, before)
    placebos = np.array(
        [_placebo(which, traits, controls, chosen, before).far() for which in range(len(traits))]
    )
    reach = found.size * np.sort(placebos, axis=0)[-rank]
    farther = int((placebos[:, 0] >= found.far()[0]).sum())
    rows = [
        PeriodEffect(when, float(seen), float(seen - gap), float(gap))
        for when, seen, gap in zip(panel.periods, treated, found.gap, strict=True)
    ]
    after = rows[before:]
    if per_period:
        after = [
            replace(row, low=row.estimate - float(far), high=row.estimate + float(far))
            for row, far in zip(after, reach[1:], strict=True)
        ]
    days = [each for each in panel.periods[before:] if isinstance(each, date)]
    effect, far = found.effect, float(reach[0])
    return PanelResult(
        effect=Interval(effect, effect - far, effect + far, level),
        p=(1 + farther) / (1 + len(traits)),
        smallest_p=1 / (1 + len(traits)),
        method="sc",
        treated_units=panel.treated_units,
        weights=named(panel.control_units, weighed.weights),
        time_weights={},
        per_period=tuple(after),
        past=tuple(rows[:before]),
        origin=Origin(
            estimand="mean effect per treated unit and period after the start",
            unit=panel.unit,
            first_day=day_of(days[0]) if days else None,
            last_day=day_of(days[-1]) if days else None,
            method="synthetic control on predictors, placebos over the control units",
            seed=SEED,
            checks=(
                _fit_check(weighed, treated[chosen]),
                _leave_one_out_check(weighed, traits, own, panel),
                _other_importances_check(weighed, search, panel),
                *spacing_check(panel),
            ),
        ),
        predictors=tuple(
            PredictorRow(
                predictor=each.name,
                importance=float(weighed.importances[column]),
                treated=float(own[column]),
                synthetic=float(weighed.weights @ traits[:, column]),
                controls_mean=float(traits[:, column].mean()),
            )
            for column, each in enumerate(predictors)
        ),
    )


def refuse_span(what: str, span: tuple[Period, Period], start: Period) -> None:
    """Refuse a span that is turned round, or reaches into the campaign.

    Parameters
    ----------
    what
        Of what the span is: the column of a predictor, or the outcome's.
    span
        First and last period, both included.
    start
        First treated period.
    """
    first, last = span
    try:
        wrong = last < first or not last < start
    except TypeError:
        refuse_mixed(first, start)
    if wrong:
        raise CannotMeasure(
            "bad_span",
            fr=f"« {what} » de {first} à {last} : la première période doit venir avant la "
            f"dernière, et la dernière avant le début ({start}).",
            en=f"“{what}” from {first} to {last}: the first period must come before the last, and "
            f"the last before the start ({start}).",
        )


def _placebo(which: int, traits: Floats, controls: Floats, chosen: Positions, before: int) -> _Gaps:
    """A control taken for treated, with the other controls as its own."""
    others, rest = np.delete(controls, which, axis=0), np.delete(traits, which, axis=0)
    series = controls[which]
    search = ImportanceSearch(rest, traits[which], others[:, chosen], series[chosen])
    return _Gaps(series - search.best().weights @ others, before)


def _fit_positions(panel: Panel, fit: tuple[Period, Period] | None) -> Positions:
    """Positions of the periods over which the outcome must be foretold."""
    if fit is None:
        return np.arange(panel.treatment_time)
    refuse_span("fit", fit, panel.periods[panel.treatment_time])
    first, last = fit
    inside = [not (when < first or last < when) for when in panel.periods]
    if sum(inside) < LEAST_BEFORE:
        raise CannotMeasure(
            "bad_span",
            fr=f"De {first} à {last} : {sum(inside)} période(s); il en faut au moins "
            f"{LEAST_BEFORE} pour choisir les poids. Allongez l'intervalle.",
            en=f"From {first} to {last}: {sum(inside)} period(s); at least {LEAST_BEFORE} are "
            "needed to choose the weights. Lengthen the span.",
        )
    return np.flatnonzero(inside)


def _traits(panel: Panel, predictors: Sequence[Predictor]) -> tuple[Floats, Floats]:
    """Predictors of the controls, shape (control units, predictors), and of the treated unit."""
    if not predictors:
        raise CannotMeasure(
            "no_predictor",
            fr="Aucun prédicteur n'est donné. Nommez au moins une colonne.",
            en="No predictor is given. Name at least one column.",
        )
    names = (*panel.control_units, *panel.treated_units)
    for each in predictors:
        without = [name for name in names if name not in each.means]
        if without:
            raise CannotMeasure(
                "predictor_missing",
                fr=f"« {without[0]} » n'a aucune valeur de « {each.name} » dans l'intervalle "
                "demandé. Complétez la colonne, changez l'intervalle ou retirez l'unité.",
                en=f"“{without[0]}” has no value of “{each.name}” in the span asked for. "
                "Fill the column in, change the span, or leave the unit out.",
            )
        if len({each.means[name] for name in names}) == 1:
            raise CannotMeasure(
                "predictor_constant",
                fr=f"« {each.name} » est pareil pour toutes les unités : rien à en tirer. "
                "Retirez ce prédicteur.",
                en=f"“{each.name}” is the same for all units: nothing can be drawn from it. "
                "Leave this predictor out.",
            )
    table = np.array([[each.means[name] for each in predictors] for name in names])
    return table[:-1], table[-1]


def _refuse_several(panel: Panel) -> None:
    if len(panel.treated_units) > 1:
        raise CannotMeasure(
            "one_treated_unit",
            fr=f"Avec des prédicteurs, une seule unité traitée se mesure à la fois, et non "
            f"{len(panel.treated_units)}. Mesurez-les une par une.",
            en=f"With predictors, one treated unit is measured at a time, not "
            f"{len(panel.treated_units)}. Measure them one by one.",
        )


def _bounding_rank(controls: int, level: float) -> int:
    """Which of the farthest controls bounds the interval, from 1 on."""
    refuse_level(level)
    rank = int(np.floor((1 - level) * (controls + 1) + 1e-9))
    if rank < 1:
        needed = int(np.ceil(1 / (1 - level) - 1e-9)) - 1
        least = 1 / (controls + 1)
        most = f"{np.floor(100 * (1 - least) + 1e-9) / 100:.2f}"
        raise CannotMeasure(
            "too_few_controls_for_level",
            fr=f"Avec {controls} unités témoins, le plus petit p possible est "
            f"{number(least, 'fr', 3)} : il en faut {needed} pour ce niveau. Ajoutez des unités "
            f"témoins, ou prenez un niveau d'au plus {most.replace('.', ',')}.",
            en=f"With {controls} control units the smallest p possible is {least:.3f}: {needed} "
            f"are needed for this level. Add control units, or take a level of at most {most}.",
        )
    return rank


def _fit_check(weighed: Weighed, goal: Floats) -> Check:
    error = weighed.error**0.5
    relative = error / max(float(goal.std()), 1e-300)
    outcome: Outcome = "passed" if relative <= 0.5 else "informative"
    if relative > 1:
        outcome = "failed"
    return Check("pre_fit", outcome, {"rmse": error, "relative_to_sd": relative})


def _leave_one_out_check(weighed: Weighed, traits: Floats, own: Floats, panel: Panel) -> Check:
    """The estimate without each of the controls that weigh most, the importances held."""
    controls, treated = arrays(panel)
    if len(controls) <= LEAST_CONTROLS:
        return Check("leave_one_out", "informative", {"controls": float(len(controls))})
    effects = []
    heavy = [i for i in np.argsort(-weighed.weights)[:10] if weighed.weights[i] > 0.01]
    for i in heavy:
        others, rest = np.delete(controls, i, axis=0), np.delete(traits, i, axis=0)
        search = ImportanceSearch(rest, own, others, treated)
        gap = treated - search.weights(weighed.importances) @ others
        effects.append(float(gap[panel.treatment_time :].mean()))
    low, high = min(effects), max(effects)
    outcome: Outcome = "passed" if low * high > 0 else "informative"
    return Check("leave_one_out", outcome, {"low": low, "high": high, "left_out": len(effects)})


def _other_importances_check(weighed: Weighed, search: ImportanceSearch, panel: Panel) -> Check:
    """How far the effect moves where a search from a drawn start fits the outcome better."""
    controls, treated = arrays(panel)
    rng = np.random.default_rng(SEED)
    starts = rng.dirichlet(np.ones(weighed.importances.size), OTHER_STARTS)
    ends = [search.ending(start) for start in starts]
    better = [each for each in ends if each.error < 0.99 * weighed.error]
    effects = [
        float((treated - each.weights @ controls)[panel.treatment_time :].mean())
        for each in [weighed, *better]
    ]
    return Check(
        "other_importances",
        "informative" if better else "passed",
        {
            "starts": OTHER_STARTS,
            "fit_better": len(better),
            "low": min(effects),
            "high": max(effects),
        },
    )
