"""What every result carries, and the series that questions are asked of."""

import dataclasses
import json
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent import __version__
from entregent.measurement.results import CannotMeasure, Check, Interval, Origin
from entregent.measurement.series import DailySeries

DAY = date(2026, 1, 5)
VALUES = st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("low", "high", "excludes"), [(1, 3, True), (-3, -1, True), (-1, 1, False)]
)
def test_an_interval_knows_whether_it_excludes_zero(low, high, excludes):
    assert Interval((low + high) / 2, low, high).excludes(0.0) is excludes


def test_an_interval_is_usually_right_95_times_in_100():
    assert Interval(2, 1, 3).level == 0.95
    assert Interval(2.0, 1.0, 3.0, 0.8).to_dict() == {"estimate": 2.0, "low": 1.0, "high": 3.0}


@pytest.mark.parametrize(
    "value", [Interval(2, 1, 3), Check("placebo", "passed"), Origin("mean"), DailySeries(DAY, [1])]
)
def test_what_was_found_cannot_be_changed(value):
    name = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, 5)


def test_an_origin_is_json_and_carries_the_version():
    origin = Origin(
        "mean of seen minus counterfactual",
        "visites par jour",
        DAY,
        DAY + timedelta(days=3),
        "model-averaged state space",
        7,
        (Check("placebo", "passed", {"windows": 5.0}),),
    )
    document = json.loads(json.dumps(origin.to_dict()))
    assert document["version"] == __version__
    assert (document["first_day"], document["last_day"]) == ("2026-01-05", "2026-01-08")
    assert document["checks"] == [{"name": "placebo", "outcome": "passed", "windows": 5.0}]
    assert Origin("mean").to_dict()["first_day"] is None


def test_a_refusal_speaks_both_languages():
    refusal = CannotMeasure("why", fr="Parce que.", en="Because.")
    assert (refusal.sentence("fr"), refusal.sentence("en"), str(refusal)) == (
        "Parce que.",
        "Because.",
        "Because.",
    )


def test_a_series_keeps_a_copy_that_nobody_can_write_to():
    values = np.array([1.0, 2.0, 3.0])
    series = DailySeries(DAY, values)
    values[0] = 9.0
    assert series.values[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        series.values[0] = 5.0


@given(VALUES)
def test_single_days_in_any_order_give_the_same_series(values):
    days = [DAY + timedelta(days=2 * number) for number in range(len(values))]
    forward = DailySeries.of(days, values)
    backward = DailySeries.of(days[::-1], values[::-1])
    np.testing.assert_array_equal(forward.values, backward.values)
    for day, value in zip(days, values, strict=True):
        assert forward.value_on(day) == value
        assert forward.value_on(day + timedelta(days=1)) is None
    assert len(forward.days) == len(forward)
    assert (forward.days[0], forward.days[-1]) == (DAY, forward.last_day)


@given(VALUES, st.integers(-5, 40), st.integers(0, 40))
def test_a_part_of_a_series_has_its_values_and_nothing_outside(values, begin, length):
    series = DailySeries(DAY, [np.nan if value is None else value for value in values])
    first = DAY + timedelta(days=begin)
    part = series.between(first, first + timedelta(days=length))
    assert len(part) == length + 1
    for day in part.days:
        assert part.value_on(day) == series.value_on(day)


def test_days_may_be_taken_out_of_a_series():
    series = DailySeries(DAY, [1.0, 2.0, 3.0, 4.0], "Visites", "visites par jour")
    part = series.without(DAY + timedelta(days=1), DAY + timedelta(days=2))
    np.testing.assert_array_equal(part.values, [1.0, np.nan, np.nan, 4.0])
    assert (part.name, part.unit) == ("Visites", "visites par jour")
    assert series.value_on(DAY + timedelta(days=1)) == 2.0
    outside = series.without(DAY - timedelta(days=9), DAY - timedelta(days=3))
    np.testing.assert_array_equal(outside.values, series.values)
