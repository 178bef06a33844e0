"""The effect on treated units, by any of the four methods."""

from datetime import date, datetime
from typing import Any, cast

import numpy as np
from scipy.sparse import csr_array, vstack

from entregent.measurement.panel.conformal import (
    Question,
    Tested,
    run_test,
    smallest_p,
    window_contrasts,
)
from entregent.measurement.panel.data import LEAST_BEFORE, LEAST_CONTROLS, Panel, arrays
from entregent.measurement.panel.estimators import (
    METHODS,
    Fit,
    Method,
    Solver,
    TimeWeigher,
    Tuning,
    fit,
    tune,
)
from entregent.measurement.panel.result import PanelResult, PeriodEffect, named
from entregent.measurement.panel.simplex import Floats
from entregent.measurement.results import CannotMeasure, Check, Interval, Origin
from entregent.measurement.words import number

_NAMES = {
    "sdid": "synthetic difference-in-differences",
    "ascm": "ridge-augmented synthetic control",
    "sc": "synthetic control on outcomes",
    "did": "difference-in-differences",
}


def panel_effect(
    panel: Panel,
    *,
    method: str = "sdid",
    level: float = 0.95,
    per_period: bool = True,
    solver: str = "exact",
) -> PanelResult:
    """Effect on the treated units: the mean per unit and period after the start.

    Parameters
    ----------
    panel
        Complete: no cell missing.
    method
        ``sdid`` synthetic difference-in-differences, ``ascm`` ridge-augmented synthetic control,
        ``sc`` synthetic control, ``did`` difference-in-differences.
    level
        Of the intervals, between 0 and 1, both excluded.
    per_period
        Whether to find bounds for each period alone, which takes most of the time.
    solver
        ``exact`` goes to the minimum. ``frank_wolfe`` gives, for ``sdid`` and ``sc``, the estimate
        that the reference program publishes after stopping short of it.

    Returns
    -------
    PanelResult
        Nothing is drawn: the same panel gives the same result.

    Raises
    ------
    CannotMeasure
        Where the panel cannot be measured, or has too few periods for the level.

    Notes
    -----
    The bounds hold for an effect that is the same in every period after the start, as long as
    nothing else sets the treated units apart from then on and what the counterfactual leaves over
    is as irregular after the start as before. See `conformal` for the test.
    """
    panel.check()
    chosen, program = _checked(panel, method, level, solver)
    controls, treated = arrays(panel)
    before = panel.treatment_time
    tuning = tune(chosen, controls, treated, before, len(panel.treated_units))
    found = fit(chosen, controls, treated, before, tuning, program)
    scale = _scale(found.gap[:before], treated)
    question = _question(chosen, controls, treated, before, tuning)
    tested = run_test(question, level, estimate=found.effect, scale=scale)
    if tested.low is None or tested.high is None:
        raise _unbounded(chosen)
    days = [each for each in panel.periods[before:] if isinstance(each, date)]
    rows = [
        PeriodEffect(when, float(seen), float(seen - gap), float(gap))
        for when, seen, gap in zip(panel.periods, treated, found.gap, strict=True)
    ]
    after = tuple(rows[before:])
    if per_period:
        after = _with_bounds(after, chosen, controls, treated, before, tuning, level, scale)
    return PanelResult(
        effect=Interval(found.effect, tested.low, tested.high, level),
        p=tested.p,
        smallest_p=smallest_p(before, treated.size - before),
        method=chosen,
        treated_units=panel.treated_units,
        weights=named(panel.control_units, found.weights),
        time_weights=named(panel.periods[:before], found.time_weights)
        if found.time_weights.any()
        else {},
        per_period=after,
        past=tuple(rows[:before]),
        origin=Origin(
            estimand="mean effect per treated unit and period after the start",
            unit=panel.unit,
            first_day=day_of(days[0]) if days else None,
            last_day=day_of(days[-1]) if days else None,
            method=f"{_NAMES[chosen]}, moving-block conformal test refitted under the null",
            checks=(
                _fit_check(found, treated, before),
                _placebo_check(chosen, controls, treated, before, len(panel.treated_units), level),
                _leave_one_out_check(chosen, controls, treated, before, tuning, found),
                _blocks_check(tested, smallest_p(before, treated.size - before), level),
                *spacing_check(panel),
            ),
        ),
    )


def _checked(panel: Panel, method: str, level: float, solver: str) -> tuple[Method, Solver]:
    """The method and the solver, once the question can be answered."""
    if method not in METHODS or solver not in {"exact", "frank_wolfe"}:
        raise CannotMeasure(
            "unknown_method",
            fr=f"Méthode inconnue : {method}, {solver}. Choisissez parmi {', '.join(METHODS)}.",
            en=f"Unknown method: {method}, {solver}. Choose one of {', '.join(METHODS)}.",
        )
    refuse_level(level)
    count = len(panel.periods)
    least = smallest_p(panel.treatment_time, count - panel.treatment_time)
    if least > 1 - level + 1e-12:
        most = f"{np.floor(100 * (1 - least) + 1e-9) / 100:.2f}"
        needed = int(np.ceil(least * count / (1 - level) - 1e-9))
        raise CannotMeasure(
            "too_few_periods_for_level",
            fr=f"Avec {count} périodes, le plus petit p possible est {number(least, 'fr', 3)} : il "
            f"en faut {needed} pour ce niveau. Ajoutez du passé, prenez des périodes plus courtes, "
            f"ou un niveau d'au plus {most.replace('.', ',')}.",
            en=f"With {count} periods the smallest p possible is {least:.3f}: {needed} periods are "
            "needed for this level. Add some past, take shorter periods, or a level of at most "
            f"{most}.",
        )
    return method, cast("Solver", solver)


def _question(
    method: Method, controls: Floats, treated: Floats, before: int, tuning: Tuning
) -> Question:
    contrasts = window_contrasts(controls, before, tuning) if method == "sdid" else None
    return Question(method, controls, treated, before, tuning, contrasts)


def _with_bounds(
    rows: tuple[PeriodEffect, ...],
    method: Method,
    controls: Floats,
    treated: Floats,
    before: int,
    tuning: Tuning,
    level: float,
    scale: float,
) -> tuple[PeriodEffect, ...]:
    """Bounds of each period's effect: the test on the periods before and that one alone."""
    if 1 / (before + 1) > 1 - level + 1e-12:
        return rows
    past = np.arange(before)
    weigher = TimeWeigher(controls, tuning)
    others = None
    if method == "sdid":
        # Place 0 of a window of one period is the period asked about, place k + 1 is period k.
        others = _rows([weigher.weights(np.array([k]), past)[:before] for k in past])
    bounded = []
    for position, row in enumerate(rows, before):
        chosen = np.append(past, position)
        contrasts = None
        if others is not None:
            own = _rows([weigher.weights(np.array([position]), past)[:before]])
            contrasts = vstack([own, others], format="csr")
        question = Question(method, controls[:, chosen], treated[chosen], before, tuning, contrasts)
        tested = run_test(question, level, estimate=row.estimate, scale=scale)
        bounded.append(
            PeriodEffect(
                row.period, row.observed, row.counterfactual, row.estimate, tested.low, tested.high
            )
        )
    return tuple(bounded)


def _rows(weights: list[Floats]) -> csr_array:
    """Time weights on the periods before as rows, with a last column for the period asked about."""
    return csr_array(np.pad(np.stack(weights), ((0, 0), (0, 1))))


def _scale(past_gap: Floats, treated: Floats) -> float:
    """Distance over which a p-value changes; small but not zero where the past fits perfectly."""
    return max(float(past_gap.std()), 1e-6 * float(np.abs(treated - treated.mean()).max()))


def _fit_check(found: Fit, treated: Floats, before: int) -> Check:
    gap = found.gap[:before]
    if found.time_weights.any():
        gap = gap - gap.mean()
    error = float(np.sqrt(np.mean(gap**2)))
    relative = error / float(treated[:before].std())
    outcome: Any = "passed" if relative <= 0.5 else "informative"
    if relative > 1:
        outcome = "failed"
    return Check("pre_fit", outcome, {"rmse": error, "relative_to_sd": relative})


def _placebo_check(
    method: Method, controls: Floats, treated: Floats, before: int, count: int, level: float
) -> Check:
    """The same question at a start in the past, where the answer should be nothing."""
    length = max(1, min(treated.size - before, before // 3))
    start = before - length
    if start < LEAST_BEFORE:
        return Check("placebo_in_time", "informative", {"periods_before": float(start)})
    controls, treated = controls[:, :before], treated[:before]
    tuning = tune(method, controls, treated, start, count)
    found = fit(method, controls, treated, start, tuning)
    reachable = min(level, 1 - smallest_p(start, length))
    tested = run_test(
        _question(method, controls, treated, start, tuning),
        reachable,
        estimate=found.effect,
        scale=_scale(found.gap[:start], treated),
    )
    outcome: Any = "passed" if tested.p > 1 - reachable + 1e-12 else "failed"
    return Check(
        "placebo_in_time",
        outcome,
        {"estimate": found.effect, "p": tested.p, "periods": length, "level": reachable},
    )


def _leave_one_out_check(
    method: Method, controls: Floats, treated: Floats, before: int, tuning: Tuning, found: Fit
) -> Check:
    """The estimate without each of the controls that weigh most, at most ten of them."""
    if controls.shape[0] <= LEAST_CONTROLS:
        return Check("leave_one_out", "informative", {"controls": float(controls.shape[0])})
    heavy = [i for i in np.argsort(-np.abs(found.weights))[:10] if abs(found.weights[i]) > 0.01]
    effects = []
    for i in heavy:
        others = np.delete(controls, i, axis=0)
        effects.append(fit(method, others, treated, before, tuning).effect)
    if not effects:
        return Check("leave_one_out", "informative")
    low, high = min(effects), max(effects)
    outcome: Any = "passed" if low * high > 0 else "informative"
    return Check("leave_one_out", outcome, {"low": low, "high": high, "left_out": len(effects)})


def _blocks_check(tested: Tested, least: float, level: float) -> Check:
    return Check(
        "blocks",
        "informative" if tested.widened else "passed",
        {
            "blocks": tested.blocks,
            "smallest_p": least,
            "alpha": 1 - level,
            "widened_to_hold_estimate": float(tested.widened),
        },
    )


def refuse_level(level: float) -> None:
    """Refuse a level of intervals that is none."""
    if not 0 < level < 1:
        raise CannotMeasure(
            "bad_level",
            fr=f"Le niveau doit se trouver entre 0 et 1 : {level}.",
            en=f"The level must lie between 0 and 1: {level}.",
        )


def spacing_check(panel: Panel) -> tuple[Check, ...]:
    """Dates further apart than their neighbours: whole periods may be missing for everybody."""
    days = [each.toordinal() for each in panel.periods if isinstance(each, date)]
    steps = np.diff(days)
    if steps.size == 0:
        return ()
    usual = float(np.median(steps))
    wide = int((steps > 1.5 * usual).sum())
    outcome: Any = "failed" if wide else "passed"
    return (Check("even_periods", outcome, {"usual_days": usual, "gaps": float(wide)}),)


def day_of(when: date) -> date:
    """The day of a date that may have a time."""
    return when.date() if isinstance(when, datetime) else when


def _unbounded(method: str) -> Exception:
    return CannotMeasure(
        "unbounded",
        fr=f"Avec la méthode {method}, ces données ne bornent pas l'effet : les unités témoins "
        "peuvent imiter n'importe quel saut. Prenez « did », ou plus de périodes avant le début.",
        en=f"With the method {method} these data do not bound the effect: the control units can "
        "imitate any step. Take “did”, or more periods before the start.",
    )
