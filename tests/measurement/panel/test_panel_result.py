"""What a result says of itself, each time from the same numbers."""

import json

import pytest
from tests.measurement.panel.worlds import drawn_panel

from entregent.measurement.panel import METHODS, panel_effect


@pytest.fixture(scope="module")
def found():
    return panel_effect(drawn_panel(3, effect=-4.0), level=0.9)


@pytest.mark.parametrize("method", METHODS)
def test_the_dictionary_is_json_with_the_promised_keys(method):
    told = panel_effect(drawn_panel(3, effect=2.0), method=method, level=0.9).to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert set(told["effect"]) == {"estimate", "low", "high"}
    assert {"effect", "p", "weights", "per_period"} <= set(told)
    assert set(told["per_period"][0]) == {
        "period", "observed", "counterfactual", "effect", "low", "high",
    }  # fmt: skip


def test_the_table_has_one_row_for_each_period(found):
    rows = found.table()
    assert [row["period"] for row in rows] == list(range(25))
    assert [row["treated"] for row in rows] == [False] * 20 + [True] * 5
    assert all(
        row["effect"] == pytest.approx(row["observed"] - row["counterfactual"]) for row in rows
    )


def test_a_shown_effect_is_worded_as_more_or_less_than_without_the_campaign(found):
    french, english = found.sentence("fr"), found.sentence("en")
    assert french.startswith("ville 0\N{NO-BREAK SPACE}: ")
    assert "de moins par période que sans la campagne (de " in french
    assert "fois sur 100" in french
    assert "less per period than without the campaign" in english


def test_what_is_not_shown_is_not_worded_as_no_effect():
    nothing = panel_effect(drawn_panel(3), level=0.9, per_period=False)
    assert nothing.sentence("fr").startswith("Aucun effet démontré. ")
    assert nothing.sentence("en").startswith("No effect shown. ")
    assert "zéro reste possible" in nothing.sentence("fr")


def test_many_treated_units_are_counted_and_not_listed():
    many = panel_effect(drawn_panel(3, treated=4, effect=3.0), level=0.9, per_period=False)
    assert many.sentence("fr").startswith("4 unités")


def test_the_chart_draws_the_rows_of_the_table(found):
    drawn = found.chart().to_dict()
    values = drawn["layer"][0]["data"]["values"]
    assert [row["observed"] for row in values] == [row["observed"] for row in found.table()]
    last = values[-1]
    assert last["lower"] == pytest.approx(last["observed"] - last["high"])
    assert "sans la campagne (estimation)" in json.dumps(drawn, ensure_ascii=False)


def test_the_checks_say_what_was_looked_at(found):
    checks = {check.name: check for check in found.origin.checks}
    assert {"pre_fit", "placebo_in_time", "leave_one_out", "blocks"} <= set(checks)
    assert checks["blocks"].numbers["smallest_p"] == found.smallest_p == 1 / 25
    assert checks["leave_one_out"].numbers["low"] <= checks["leave_one_out"].numbers["high"]


def test_a_campaign_that_began_earlier_than_said_fails_the_placebo():
    panel = drawn_panel(3, before=30, after=5, noise=0.1)
    panel.outcomes[0, 25:30] += 6.0
    checks = panel_effect(panel, level=0.9, per_period=False).origin.checks
    placebo = next(check for check in checks if check.name == "placebo_in_time")
    assert placebo.outcome == "failed"
    assert placebo.numbers["estimate"] == pytest.approx(6.0, abs=1.0)


def test_as_many_periods_after_as_before_double_the_smallest_p():
    panel = drawn_panel(3, before=20, after=20, effect=50.0)
    for method in METHODS:
        found = panel_effect(panel, method=method, level=0.9, per_period=False)
        assert found.p == found.smallest_p == 2 / 40
