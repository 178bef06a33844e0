"""The engine asked in one of its two ways: averaged and audited, or as CausalImpact has it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from entregent.measurement.asking import Question, refuse_touched_controls
from entregent.measurement.counterfactual import AskedScale, Counterfactual, Model
from entregent.measurement.placebo import Placebo
from entregent.measurement.results import Check
from entregent.measurement.series import DailySeries

Prior = Literal["averaged", "causalimpact"]

LEAST_DRAWS: Final = 50
"""Independent draws of the parameters below which the numbers are shaky."""


@dataclass(frozen=True)
class Answer:
    """Paths without the campaign, and what was looked at beside them.

    Attributes
    ----------
    told
        Paths, widened.
    placebos
        An audit for each span; empty under CausalImpact's prior.
    checks
        Everything that was looked at.
    """

    told: Counterfactual
    placebos: tuple[Placebo, ...]
    checks: tuple[Check, ...]


def answer(
    question: Question,
    controls: Sequence[DailySeries],
    *,
    prior: Prior,
    scale: AskedScale,
    days: int,
    spans: Sequence[int],
    level: float,
    generator: np.random.Generator,
) -> Answer:
    """Draw what would have been, by one prior or the other.

    Parameters
    ----------
    question, controls
        As checked, and as given.
    prior, scale
        Way and scale.
    days, spans, level
        As for `Question.ask`.
    generator
        Of every random step.
    """
    if prior == "causalimpact":
        from entregent.measurement.causalimpact import local_level

        values = question.outcome.values[: question.start + days]
        paths = local_level(values, question.start, question.controls, generator)
        first_day = question.outcome.days[question.start]
        told = Counterfactual(first_day, paths, "linear", {"local_level": 1.0}, math.nan)
        return Answer(told, (), ())
    model = Model(scale=scale)
    checks = []
    if controls:
        sure = refuse_touched_controls(question, controls, model, generator)
        checks.append(Check("contaminated_control", "passed", {"sureness": max(sure)}))
    told, placebos = question.ask(model, generator, days=days, spans=spans, level=level)
    checks += [placebos[-1].check(), draws_check(told)]
    return Answer(told, placebos, tuple(checks))


def draws_check(told: Counterfactual) -> Check:
    """Whether the importance sample is worth enough draws."""
    enough = told.effective_draws >= LEAST_DRAWS
    return Check(
        "effective_draws", "passed" if enough else "failed", {"draws": told.effective_draws}
    )
