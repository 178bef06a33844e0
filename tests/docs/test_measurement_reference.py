"""The page on measurement names all that measuring can say, and its numbers are the code's."""

from __future__ import annotations

import ast
import dataclasses
import inspect
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import pytest

import entregent.measurement
from entregent.measurement.after import AfterPath
from entregent.measurement.boosts import BoostResult, Kind, boost
from entregent.measurement.cohorts import AtAge, Compared, Retention
from entregent.measurement.counterfactual import AskedScale, Model
from entregent.measurement.effects import DayRow, EffectResult, Prior, effect
from entregent.measurement.fitting import MODEL_NAMES, Priors
from entregent.measurement.looks import Dependence, Spending
from entregent.measurement.panel import (
    METHODS,
    PanelResult,
    PeriodEffect,
    Predictor,
    PredictorRow,
    panel_effect,
    predictor_effect,
)
from entregent.measurement.placebo import Placebo
from entregent.measurement.power import (
    Hoped,
    PowerResult,
    ReadOutPower,
    Remedy,
    Smallest,
    smallest_effect,
)
from entregent.measurement.results import Check, Interval, Origin
from entregent.measurement.series import DailySeries
from entregent.measurement.verdict import Reading, Verdict
from entregent.measurement.windows import WINDOWS, Window
from entregent.measurement.wording import TITLES
from tests.docs.pages import DOCS, code_words, prose, rows, sections

PAGE = DOCS / "reference" / "measurement.md"
EXPLANATION = DOCS / "explanation" / "boost-or-lasting-growth.md"
SECTIONS = sections(PAGE)
WORDS = set(code_words(prose(PAGE)))
FOLDER = Path(entregent.measurement.__file__).parent
REFUSING = {"CannotMeasure", "cannot", "refusal", "_refuse", "_outside", "_after"}
"""What makes a refusal, its code first."""
RESULTS = (
    *(Interval, Check, Origin, DailySeries, EffectResult, DayRow, Placebo, BoostResult, Window),
    *(Reading, AfterPath, PanelResult, PeriodEffect, PowerResult, Smallest, ReadOutPower, Hoped),
    *(Remedy, Retention, AtAge, Compared, Predictor, PredictorRow),
)
ASKING = (effect, boost, smallest_effect)


def refusal_codes() -> set[str]:
    """Every code with which the library refuses."""
    found = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                first = node.args[0]
                if name in REFUSING and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found


def test_every_refusal_is_listed_and_none_that_is_not_there() -> None:
    listed = {word for row in rows(SECTIONS["Refusals"]) for word in code_words(row[0])}
    assert listed == refusal_codes()


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.__name__)
def test_every_field_of_a_result_is_named(result: Any) -> None:
    fields = {field.name for field in dataclasses.fields(result)}
    assert fields <= WORDS


def test_every_option_is_listed_and_none_that_is_not_there() -> None:
    listed = {word for row in rows(SECTIONS["Options"]) for word in code_words(row[0])}
    assert listed == {name for each in ASKING for name in inspect.signature(each).parameters}


def test_the_options_of_panels_are_those_of_the_code() -> None:
    for asking in (panel_effect, predictor_effect):
        named = ", ".join(inspect.signature(asking).parameters)
        assert f"{asking.__name__}({named})" in WORDS


def test_verdicts_have_their_rules_and_their_words() -> None:
    ruled = {word for row in rows(SECTIONS["Verdicts"]) for word in code_words(row[0])}
    assert ruled == set(get_args(Verdict)) == set(TITLES)
    explained = EXPLANATION.read_text(encoding="utf-8").replace("\n", " ")
    for verdict, title in TITLES.items():
        assert f"| {verdict} | « {title['fr']} »" in explained


@pytest.mark.parametrize(
    "choice", [AskedScale, Prior, Kind, Spending], ids=["scale", "prior", "kind", "spending"]
)
def test_every_choice_is_named(choice: Any) -> None:
    assert set(get_args(choice)) <= WORDS


def test_models_and_methods_are_named() -> None:
    assert {*MODEL_NAMES.values(), *METHODS} <= WORDS
    assert all(f'dependence="{each}"' in WORDS for each in get_args(Dependence))


def test_windows_are_those_of_the_code() -> None:
    text = " ".join(SECTIONS["What is estimated"].split())
    for _, first, last in WINDOWS:
        assert f"{first}-{last}" in text


def test_priors_are_those_of_the_code() -> None:
    text = " ".join(SECTIONS["The model of the past"].split())
    told = Priors()
    assert (f"noise {told.noise}, `ar` {told.ar}, level {told.level}, slope {told.slope};") in text
    weights = import_module("entregent.measurement.counterfactual").PRIOR_WEIGHTS
    by_name = {code_words(row[1])[0]: float(row[2]) for row in rows(text_of_models())}
    assert by_name == {MODEL_NAMES[kind]: weight for kind, weight in weights.items()}
    assert Model().priors == told


def text_of_models() -> str:
    """The table of the averaged models."""
    return SECTIONS["The model of the past"].split("`local_level`")[0]


def test_numbers_are_those_of_the_code() -> None:
    table = list(rows(SECTIONS["Numbers of the code"]))
    assert len(table) > 20
    for name, value in table:
        module, _, constant = name.strip("`").rpartition(".")
        found = getattr(import_module(f"entregent.measurement.{module}"), constant)
        assert found == float(value), name
