"""One world each: what the engine says of it beside what was planted, and what other ways say."""

import ast
import hashlib
import math
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

import entregent.measurement
from entregent.measurement.asking import Question, question_of, refuse_touched_controls
from entregent.measurement.causalimpact import local_level
from entregent.measurement.counterfactual import Counterfactual, Model
from entregent.measurement.design import weekdays_of
from entregent.measurement.placebo import Placebo, window_days
from entregent.measurement.results import CannotMeasure
from entregent.measurement.series import DailySeries
from entregent.measurement.verdict import judge
from entregent.measurement.windows import AddedPaths
from entregent.simulation.daily_series import Effect, PlantedSeries, draw

Floats = NDArray[np.float64]

REPORTED_FROM: Final = 1_000_000_000
"""First seed of what is reported; seeds below it were used while the engine was made."""
CONTROLS_FROM: Final = REPORTED_FROM + 10_000
"""First seed of worlds with a control: how a control is checked was settled after a look at those
below."""
OTHERS_SEEDS: Final = 300
"""Seeds of each design in which other ways are asked too."""
HORIZONS: Final = (7, 30, 60, 180, 365)
SHARES: Final = (("31-90", 31, 90), ("91-180", 91, 180), ("181-365", 181, 365))
COVERED_EFFECT: Final = Effect(during=4.0, lasting=1.6)
LEVEL: Final = 0.95
WITH_CONTROLS: Final = frozenset({"control_ar6", "contaminated_control"})
"""Designs whose worlds have a control."""
_OF_CONTROLS: Final = frozenset(
    {
        *("refuse_touched_controls", "_rises"),
        *("CONTAMINATION_SPANS", "SURE_WITH", "SURE_AGAINST"),
    }
)

SHAPES: Final = ("null", "boost only", "sustained", "compounding", "payback")
STRENGTHS: Final = (2.0, 4.0, 8.0)
FOLLOW_UPS: Final = (90, 180, 365)
VERDICT_DESIGNS: Final = ("iid_trend", "ar6_trend", "ar9", "random_walk")


def first_seed(design: str) -> int:
    """First seed of a design that is reported."""
    return CONTROLS_FROM if design in WITH_CONTROLS else REPORTED_FROM


def fingerprint(*, with_controls: bool = False, with_verdicts: bool = False) -> str:
    """Names the code of the engine and of the worlds, without docstrings and imports.

    How a control is checked counts only for the worlds that have one, and what makes a verdict only
    for verdicts.
    """
    told = hashlib.sha256()
    folder = Path(entregent.measurement.__file__).parent
    names = (
        *("state_space", "fitting", "design", "scales", "counterfactual", "paths", "placebo"),
        *("asking", "causalimpact"),
        *(("windows", "after", "verdict") if with_verdicts else ()),
    )
    paths = [folder / f"{name}.py" for name in names]
    for path in [*paths, folder.parent / "simulation" / "daily_series.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        tree.body = [node for node in tree.body if _counts(node, with_controls=with_controls)]
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
                value = body[0].value
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    body[0] = ast.Pass()
        told.update(ast.dump(tree).encode())
    return told.hexdigest()[:8]


def _counts(node: ast.stmt, *, with_controls: bool) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return False
    name = getattr(node, "name", "")
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        name = node.target.id
    return with_controls or name not in _OF_CONTROLS


def planted_effect(shape: str, strength: float) -> Effect:
    """What each kind of campaign adds, in units of the series' own noise."""
    return {
        "null": Effect(),
        "boost only": Effect(during=strength, fading=0.5 * strength, half_life_days=7.0),
        "sustained": Effect(during=strength, lasting=0.5 * strength),
        "compounding": Effect(during=strength, lasting=0.3 * strength, slope=0.003 * strength),
        "payback": Effect(during=strength, payback=1.0, payback_days=60),
    }[shape]


def question(world: PlantedSeries) -> tuple[Question, list[DailySeries]]:
    """A world as a user would ask about it."""
    controls = [
        DailySeries(world.first_day, values, f"control {number}")
        for number, values in enumerate(world.controls)
    ]
    found = question_of(
        DailySeries(world.first_day, world.values),
        world.first_day + timedelta(days=world.start),
        world.first_day + timedelta(days=len(world.values) - 1),
        controls=controls,
        breaks=world.breaks,
        other_campaigns=world.others,
    )
    return found, controls


class _Audits:
    """The audits of a question, each made once."""

    def __init__(
        self, asked: Question, model: Model, told: Counterfactual, generator: np.random.Generator
    ) -> None:
        self.asked, self.model, self.told, self.generator = asked, model, told, generator
        self.found: dict[int, Placebo] = {}

    def of(self, span: int) -> Placebo:
        """About questions as long as `span`."""
        length = window_days(self.asked.start, span)
        if length not in self.found:
            self.found[length] = self.asked.audit(
                self.model, self.told, self.generator, span=span, level=LEVEL
            )
        return self.found[length]


def coverage_cell(design: str, seed: int) -> dict[str, Any]:
    """Whether the intervals of one world hold its truth, how wide they are, and other ways' too."""
    world = draw(design, seed, effect=COVERED_EFFECT)
    row: dict[str, Any] = {"key": f"{design}/{seed}", "design": design, "seed": seed}
    generator = np.random.default_rng(seed)
    try:
        asked, controls = question(world)
        model = Model()
        if controls:
            refuse_touched_controls(asked, controls, model, generator)
        told = asked.draw(model, generator, days=len(asked.outcome) - asked.start)
    except CannotMeasure as refused:
        return row | {"refused": refused.code}
    audits = _Audits(asked, model, told, generator)
    skipped = len(world.values) - len(asked.outcome)
    effect = world.effect[asked.start + skipped :]
    seen = asked.outcome.values[asked.start :]
    known = ~np.isnan(seen)
    cells = {}
    for days in HORIZONS:
        widened = told.widened(audits.of(days).widened)
        at = known[:days]
        means = np.mean((seen - widened.paths)[:, :days][:, at], axis=1)
        cells[f"mean {days}"] = _held(means, float(np.mean(effect[:days][at])))
    length = world.end - world.start + 1
    widened = told.widened(
        np.where(
            np.arange(told.paths.shape[1]) < length,
            audits.of(length).widened,
            audits.of(365).widened,
        )
    )
    added = seen - widened.paths
    boost = np.mean(added[:, :length][:, known[:length]], axis=1)
    planted = float(np.mean(effect[:length][known[:length]]))
    for name, low, high in SHARES:
        part = slice(length + low - 1, length + high)
        at = known[part]
        share = np.mean(added[:, part][:, at], axis=1) / boost
        truth = float(np.mean(effect[part][at])) / planted
        cells[f"share {name}"] = _held(share, truth)
    widest = audits.of(60)
    return row | {
        "refused": None,
        "scale": told.scale,
        "models": [round(float(weight), 4) for weight in told.models.values()],
        "z_rms": widest.z_rms,
        "widened": widest.widened,
        "cells": cells,
        "others": _others(asked, effect, generator)
        if seed < first_seed(design) + OTHERS_SEEDS
        else None,
    }


def _held(draws: Floats, truth: float) -> list[float]:
    """Whether an interval holds the truth, its width, and on which side it misses."""
    low, high = np.quantile(draws, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    side = 0 if low <= truth <= high else (1 if low > truth else -1)
    return [float(side == 0), float(high - low), side]


def _others(
    asked: Question, effect: Floats, generator: np.random.Generator
) -> dict[str, dict[str, list[float]]]:
    """The same means by a trend regression and by CausalImpact's default model."""
    values, start = asked.outcome.values, asked.start
    seen = values[start:]
    known = ~np.isnan(seen)
    paths = local_level(values, start, asked.controls, generator)
    found: dict[str, dict[str, list[float]]] = {"regression": {}, "causalimpact": {}}
    for days in HORIZONS:
        at = known[:days]
        truth = float(np.mean(effect[:days][at]))
        means = np.mean((seen - paths)[:, :days][:, at], axis=1)
        found["causalimpact"][f"mean {days}"] = _held(means, truth)
        middle, half = _regression(asked, days)
        low, high = middle - half, middle + half
        side = 0 if low <= truth <= high else (1 if low > truth else -1)
        found["regression"][f"mean {days}"] = [float(side == 0), high - low, side]
    return found


def _regression(asked: Question, days: int) -> tuple[float, float]:
    """Mean of what was added by least squares on trend, weekdays and controls, and half its width.

    What most spreadsheets do: independent noise, no state.
    """
    values, start = asked.outcome.values, asked.start
    total = len(values)
    t = np.arange(total) / start
    weekdays = weekdays_of(asked.outcome.first_day, total)
    dummies = [(weekdays == day).astype(float) for day in range(7)]
    design = np.column_stack([*dummies, t, *asked.controls])
    known = ~np.isnan(values)
    before = known[:start]
    solved, *_ = np.linalg.lstsq(design[:start][before], values[:start][before], rcond=None)
    left = values[:start][before] - design[:start][before] @ solved
    freedom = int(np.sum(before)) - design.shape[1]
    variance = float(left @ left) / freedom
    at = known[start : start + days]
    mean_row = np.mean(design[start : start + days][at], axis=0)
    inverse = np.linalg.pinv(design[:start][before].T @ design[:start][before])
    spread = math.sqrt(variance * (float(mean_row @ inverse @ mean_row) + 1.0 / np.sum(at)))
    seen = float(np.mean(values[start : start + days][at]))
    return seen - float(mean_row @ solved), 1.96 * spread


def verdict_cell(design: str, seed: int) -> dict[str, Any]:
    """The verdict on each shape, strength and length of follow-up, in one world.

    What would have happened anyway does not depend on what the campaign added: it is drawn once.
    """
    world = draw(design, seed)
    asked, _ = question(world)
    generator = np.random.default_rng(seed)
    length = world.end - world.start + 1
    told, _ = asked.ask(
        Model(), generator, days=length + 365, spans=[length, length + 365], level=LEVEL
    )
    past_sd = float(np.nanstd(asked.outcome.values[: asked.start]))
    found = {}
    for shape in SHAPES:
        for strength in STRENGTHS if shape != "null" else STRENGTHS[:1]:
            effect = planted_effect(shape, strength).path(world.start, world.end, len(world.values))
            seen = (world.values + effect)[world.start :]
            for after in FOLLOW_UPS:
                paths = AddedPaths(
                    added=(seen - told.paths)[:, : length + after],
                    campaign_days=length,
                    without=np.median(told.paths, axis=0),
                    past_sd=past_sd,
                )
                judged = judge(paths, margin=0.10, level=LEVEL)
                found[f"{shape}/{strength:g}/{after}"] = judged.verdict
    return {"key": f"{design}/{seed}", "design": design, "seed": seed, "verdicts": found}
