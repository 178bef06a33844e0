"""What cannot be answered is refused: with a word, a reason and a remedy in both languages."""

import re
import warnings
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.measurement.planted import MONDAY, campaign_of, controls_of, draw, series_of

import entregent.measurement
from entregent.measurement.boosts import boost
from entregent.measurement.effects import effect
from entregent.measurement.results import CannotMeasure
from entregent.measurement.series import DailySeries
from entregent.simulation.daily_series import Effect

WORLD = draw("control_ar6", 1, before=100, after=100, effect=Effect(during=5.0))
SERIES, CONTROLS, (FIRST, LAST) = series_of(WORLD), controls_of(WORLD), campaign_of(WORLD)
DAY = timedelta(days=1)
# Everything else in the folder is the engine; these, panels, cohorts and reading have other tests.
NOT_THE_ENGINE = {"calendars.py", "costs.py", "looks.py", "planning.py", "power.py", "read_outs.py"}


def ask(values: Any = None, first: date = FIRST, last: date = LAST, **options: Any) -> Any:
    """The usual question, of other values on the same days."""
    series = SERIES if values is None else DailySeries(MONDAY, values, "Abonnements")
    return effect(series, first, last, **options)


def changed(**days: float) -> Any:
    """The usual values, other ones on some days: ``at_12=3.0``."""
    values = SERIES.values.copy()
    for name, value in days.items():
        values[int(name.removeprefix("at_"))] = value
    return values


def holes(low: int, high: int) -> Any:
    values = SERIES.values.copy()
    values[low:high] = np.nan
    return values


def control(values: Any, name: str = "Témoin") -> tuple[DailySeries, ...]:
    return (DailySeries(MONDAY, values, name),)


def touched() -> tuple[DailySeries, ...]:
    """A control that jumps with the campaign."""
    values = CONTROLS[0].values.copy()
    values[WORLD.start :] += 40
    return control(values)


CASES: dict[str, tuple[str, Callable[[], Any]]] = {
    "ten days of past": ("past_too_short", lambda: ask(first=MONDAY + 10 * DAY)),
    "a past that was hardly collected": ("past_too_short", lambda: ask(holes(5, 90))),
    "a constant series": ("past_constant", lambda: ask(np.full(228, 7.0))),
    "all zeros": ("past_constant", lambda: ask(np.zeros(228))),
    "weekdays and nothing else": ("past_constant", lambda: ask(np.arange(228.0) % 7)),
    "bursts among zeros": ("past_in_bursts", lambda: ask(30.0 * (np.arange(228) % 9 == 0))),
    "infinity": ("not_finite", lambda: ask(changed(at_12=np.inf))),
    "no day": ("empty", lambda: DailySeries(MONDAY, [])),
    "no day among single days": ("empty", lambda: DailySeries.of([], [])),
    "a day that is given twice": (
        "doubled_day",
        lambda: DailySeries.of([MONDAY, MONDAY], [1.0, 2.0]),
    ),
    "a campaign before the series": ("campaign_outside", lambda: ask(first=MONDAY - 9 * DAY)),
    "a campaign on its first day": ("campaign_outside", lambda: ask(first=MONDAY)),
    "a campaign after the series": (
        "campaign_outside",
        lambda: ask(first=MONDAY + 300 * DAY, last=MONDAY + 310 * DAY),
    ),
    "an end after the series": ("campaign_outside", lambda: ask(last=MONDAY + 310 * DAY)),
    "an end before the start": ("days_reversed", lambda: ask(last=FIRST - DAY)),
    "a break inside": ("break_inside", lambda: ask(breaks=(FIRST + 4 * DAY,))),
    "half of the days not collected": ("not_collected", lambda: ask(holes(102, 118))),
    "a level of one": ("level", lambda: ask(level=1.0)),
    "a level of a half": ("level", lambda: ask(level=0.5)),
    "a logarithm of zero": ("not_positive", lambda: ask(changed(at_12=0.0), scale="log")),
    "counts with a fraction": ("not_counts", lambda: ask(changed(at_12=0.5), scale="count")),
    "a control that is the outcome": (
        "control_is_outcome",
        lambda: ask(controls=control(SERIES.values)),
    ),
    "a control that is a multiple of it": (
        "control_is_outcome",
        lambda: ask(controls=control(3 * SERIES.values + 1)),
    ),
    "a control that does not vary": (
        "control_constant",
        lambda: ask(controls=control(np.full(228, 4.0))),
    ),
    "a control of other days": (
        "control_missing",
        lambda: ask(controls=(DailySeries(MONDAY + 400 * DAY, np.arange(90.0)),)),
    ),
    "a control that ends with the campaign's start": (
        "control_missing",
        lambda: ask(controls=control(SERIES.values[:100] + np.arange(100) % 5)),
    ),
    "a control that moves with the campaign": (
        "control_moves",
        lambda: ask(controls=touched()),
    ),
    "nine controls for the model of CausalImpact": (
        "too_many_controls",
        lambda: ask(controls=CONTROLS * 9, prior="causalimpact"),
    ),
    "a margin of one": ("margin", lambda: boost(SERIES, (FIRST, LAST), margin=1.0)),
    "a margin below zero": ("margin", lambda: boost(SERIES, (FIRST, LAST), margin=-0.1)),
    "a campaign that still runs": (
        "campaign_running",
        lambda: boost(SERIES, (FIRST, SERIES.last_day + DAY)),
    ),
    "a campaign that was hardly collected": (
        "campaign_not_collected",
        lambda: boost(DailySeries(MONDAY, holes(105, 116)), (FIRST, LAST)),
    ),
    "a boost with a break inside": (
        "break_inside",
        lambda: boost(SERIES, (FIRST, LAST), breaks=(LAST - DAY,)),
    ),
}


def refused(question: Callable[[], Any]) -> CannotMeasure:
    """The refusal of a question, without a warning on the way."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(CannotMeasure) as caught:
            question()
    return caught.value


@pytest.mark.parametrize("case", CASES)
def test_it_refuses(case: str) -> None:
    code, question = CASES[case]
    found = refused(question)
    assert found.code == code
    assert str(found) == found.sentence("en") == found.en
    assert found.sentence("fr") == found.fr != found.en
    for sentence in (found.fr, found.en):
        # A reason and a remedy: two sentences at least, or one after a colon.
        assert re.search(r"[.?]$", sentence)
        assert len(sentence) > 30
        assert "!" not in sentence


def test_every_refusal_of_the_engine_is_tried() -> None:
    folder = Path(entregent.measurement.__file__).parent
    codes = {
        code
        for path in folder.glob("*.py")
        if path.name not in NOT_THE_ENGINE
        for code in re.findall(r'CannotMeasure\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert codes == {code for code, _ in CASES.values()}


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("ten days of past", ("10 jours", "10 collected days")),
        ("a campaign after the series", ("27 octobre 2024", "October 27, 2024")),
        ("a break inside", ("14 avril 2024", "April 14, 2024")),
        ("half of the days not collected", ("16 des 28", "16 of the 28")),
        ("a campaign that was hardly collected", ("11 des 28", "11 of the campaign's 28")),
        ("a day that is given twice", ("1ᵉʳ janvier 2024", "January 1, 2024")),
        ("infinity", ("13 janvier 2024", "January 13, 2024")),
        ("a control that moves with the campaign", ("Témoin", "Témoin")),
    ],
)
def test_a_refusal_names_the_place(case: str, words: tuple[str, str]) -> None:
    found = refused(CASES[case][1])
    assert words[0] in found.fr
    assert words[1] in found.en


def test_the_usual_question_is_answered() -> None:
    # So that none of the refusals above comes from the question that they share.
    assert ask(controls=CONTROLS).mean.low < 5.0
    assert boost(SERIES, (FIRST, LAST)).verdict == "cannot tell yet"
