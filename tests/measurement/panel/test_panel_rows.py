"""Reading a panel from long rows: what is refused, and that the place is named."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from tests.measurement.panel.worlds import drawn_panel, rows_of

from entregent.measurement.panel import Panel, panel_effect
from entregent.measurement.results import CannotMeasure


@pytest.fixture
def columns():
    return rows_of(drawn_panel(1))


def refusal(columns, **changes):
    asked = {"treated": ["ville 0"], "start": 20} | changes
    with pytest.raises(CannotMeasure) as refused:
        Panel.from_rows(*columns, **asked)
    for language in ("fr", "en"):
        text = refused.value.sentence(language)
        assert "nan" not in text
        assert text.endswith(".")
    return refused.value


def test_it_reads_rows_in_any_order_into_one_matrix(columns):
    panel = Panel.from_rows(*columns, treated=["ville 0"], start=20)
    assert panel.outcomes.shape == (7, 25)
    assert panel.treatment_time == 20
    assert panel.control_units == tuple(f"ville {i}" for i in range(1, 7))


def test_a_start_between_two_periods_begins_at_the_later_one(columns):
    assert Panel.from_rows(*columns, treated=["ville 0"], start=18.5).treatment_time == 19


def test_periods_may_be_days():
    panel = drawn_panel(2)
    units, periods, values = rows_of(panel)
    days = [date(2026, 1, 5) + timedelta(weeks=each) for each in periods]
    start = date(2026, 1, 5) + timedelta(weeks=20)
    read = Panel.from_rows(units, days, values, treated=["ville 0"], start=start)
    found = panel_effect(read, level=0.9)
    assert found.origin.first_day == start
    assert found.to_dict()["per_period"][0]["period"] == start.isoformat()
    spacing = next(check for check in found.origin.checks if check.name == "even_periods")
    assert spacing.outcome == "passed"


def test_a_week_that_is_missing_for_everybody_is_noticed():
    units, periods, values = rows_of(drawn_panel(2))
    days = [date(2026, 1, 5) + timedelta(weeks=each + (each > 7)) for each in periods]
    start = date(2026, 1, 5) + timedelta(weeks=21)
    read = Panel.from_rows(units, days, values, treated=["ville 0"], start=start)
    checks = panel_effect(read, level=0.9).origin.checks
    spacing = next(check for check in checks if check.name == "even_periods")
    assert spacing.outcome == "failed"
    assert spacing.numbers["gaps"] == 1


def test_it_refuses_a_cell_given_twice_and_names_it(columns):
    units, periods, values = columns
    doubled = [*units, "ville 3"], [*periods, 7], [*values, 1.0]
    error = refusal(doubled)
    assert error.code == "doubled_cell"
    assert "“ville 3” has two values for 7: rows 83 and 176" in error.en
    assert "«\N{NO-BREAK SPACE}ville 3\N{NO-BREAK SPACE}»" in error.fr


def test_it_refuses_missing_cells_and_names_them(columns):
    kept = [position for position in range(175) if position not in {30, 31}]
    error = refusal([[column[i] for i in kept] for column in columns])
    assert error.code == "missing_cells"
    assert "2 value(s), among them “ville 1” (5); “ville 1” (6)" in error.en


@pytest.mark.parametrize("empty", [None, float("nan")])
def test_what_was_not_collected_is_missing_and_not_zero(columns, empty):
    units, periods, values = columns
    values[30] = empty
    assert refusal((units, periods, values)).code == "missing_cells"
    panel = Panel.from_rows(units, periods, values, treated=["ville 0"], start=20, drop_gaps=True)
    assert "ville 1" not in panel.units
    assert len(panel.units) == 6


def test_a_treated_unit_with_a_gap_is_refused_even_when_gaps_are_dropped(columns):
    units, periods, values = columns
    values[3] = None
    assert refusal((units, periods, values), drop_gaps=True).code == "missing_cells"


def test_it_refuses_an_unknown_unit_and_names_the_nearest(columns):
    error = refusal(columns, treated=["vile 3"])
    assert error.code == "unknown_treated_unit"
    assert "“ville 3”" in error.en


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"treated": []}, "no_treated_unit"),
        ({"treated": [f"ville {i}" for i in range(6)]}, "too_few_controls"),
        ({"start": 4}, "past_too_short"),
        ({"start": 25}, "nothing_after"),
        ({"start": "mardi"}, "mixed_periods"),
    ],
)
def test_it_refuses_what_cannot_be_compared(columns, changes, code):
    assert refusal(columns, **changes).code == code


def test_it_refuses_a_treated_unit_that_never_moved(columns):
    units, periods, values = columns
    values[:25] = [4.0] * 25
    error = refusal((units, periods, values))
    assert error.code == "constant"
    assert "“ville 0”" in error.en


def test_it_refuses_controls_that_never_moved(columns):
    units, periods, values = columns
    values[25:] = [4.0] * 150
    assert refusal((units, periods, values)).code == "constant"


@pytest.mark.parametrize("value", [float("inf"), "douze"])
def test_it_refuses_a_value_that_is_no_number_and_names_its_row(columns, value):
    units, periods, values = columns
    values[30] = value
    error = refusal((units, periods, values))
    assert error.code == "not_a_number"
    assert "“ville 1” for 5 (row 31)" in error.en


def test_it_refuses_periods_of_two_kinds(columns):
    units, periods, values = columns
    periods[3] = "2026-01-01"
    assert refusal((units, periods, values)).code == "mixed_periods"


def test_it_refuses_times_with_and_without_a_zone(columns):
    units, periods, values = columns
    moments = [datetime(2026, 1, 1) + timedelta(days=each) for each in periods]
    moments[3] = moments[3].replace(tzinfo=UTC)
    error = refusal((units, moments, values), start=datetime(2026, 1, 21))
    assert error.code == "mixed_periods"


def test_it_refuses_columns_of_different_lengths_and_no_rows_at_all(columns):
    units, periods, values = columns
    assert refusal((units[:-1], periods, values)).code == "bad_rows"
    assert refusal(([], [], [])).code == "bad_rows"


def test_it_refuses_rows_that_are_mostly_missing_before_making_room_for_them():
    many = list(range(50_000))
    error = refusal(([str(each) for each in many], many, [1.0] * 50_000))
    assert error.code == "mostly_missing"


def test_it_refuses_an_unknown_method_and_a_level_that_is_none():
    panel = drawn_panel(1)
    for changes in ({"method": "magic"}, {"level": 1.0}, {"solver": "guess"}):
        with pytest.raises(CannotMeasure):
            panel_effect(panel, **changes)


def test_the_inputs_are_left_alone():
    panel = drawn_panel(1)
    copy = panel.outcomes.copy()
    panel_effect(panel, level=0.9)
    assert np.array_equal(panel.outcomes, copy)
