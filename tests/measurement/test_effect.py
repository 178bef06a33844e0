"""What was added: planted effects come back, laws hold, and results say what they carry."""

import json
import math
import warnings
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.measurement.planted import added, campaign_of, controls_of, draw, series_of, short_world

from entregent.measurement.effects import effect
from entregent.measurement.results import Interval
from entregent.measurement.series import DailySeries
from entregent.simulation.daily_series import DESIGNS, WITHIN_THE_FAMILY, Effect

SEEDS = st.integers(0, 10_000)


def asked(world, values=None, **options):
    """What was added during the campaign of a world."""
    return effect(series_of(world, values), *campaign_of(world), **{"seed": 1, **options})


@pytest.mark.parametrize("design", sorted(DESIGNS))
def test_the_interval_holds_what_was_planted(design):
    world = draw(design, 11, after=30, effect=Effect(during=8.0))
    controls = () if design == "contaminated_control" else controls_of(world)
    found = asked(world, controls=controls, breaks=world.breaks, other_campaigns=world.others)
    seen = ~np.isnan(world.values[world.start : world.end + 1])
    truth = float(np.mean(world.effect[world.start : world.end + 1][seen]))
    assert found.mean.low <= truth <= found.mean.high
    assert found.days_after == np.sum(seen)
    if design in WITHIN_THE_FAMILY:
        assert found.is_shown


def test_nothing_is_shown_where_nothing_was_planted():
    found = added(0.0)
    assert not found.is_shown
    assert found.p_two_sided > 0.05
    assert found.sentence("fr").startswith("Aucun effet démontré")
    assert found.sentence("en").startswith("No effect shown")


def test_a_loss_is_told_without_a_minus_sign():
    found = added(-6.0)
    assert found.mean.high < 0
    assert "de moins par jour que sans la campagne" in found.sentence("fr")
    assert "less a day than without the campaign" in found.sentence("en")
    assert "−" not in found.sentence("fr")


@given(seed=SEEDS, constant=st.floats(-1e4, 1e4))
@settings(max_examples=5)
def test_adding_a_constant_leaves_the_effect_alone(seed, constant):
    world = short_world(4.0, seed=seed)
    first = asked(world, scale="linear")
    second = asked(world, world.values + constant, scale="linear")
    width = first.mean.high - first.mean.low
    for name in ("estimate", "low", "high"):
        assert abs(getattr(first.mean, name) - getattr(second.mean, name)) < 0.02 * width
    assert first.scale == second.scale == "linear"


@given(seed=SEEDS, factor=st.floats(1e-3, 1e4))
@settings(max_examples=5)
def test_scaling_the_series_scales_the_effect(seed, factor):
    world = short_world(4.0, seed=seed)
    first = asked(world, scale="linear")
    second = asked(world, world.values * factor, scale="linear")
    width = first.mean.high - first.mean.low
    for name in ("estimate", "low", "high"):
        assert abs(getattr(first.mean, name) - getattr(second.mean, name) / factor) < 0.02 * width


@given(seed=SEEDS, lift=st.floats(-3, 3), level=st.sampled_from([0.8, 0.9, 0.95]))
@settings(max_examples=12)
def test_p_and_interval_never_contradict_each_other(seed, lift, level):
    found = asked(short_world(lift, seed=seed), level=level)
    # One draw in a thousand lies between two quantiles.
    if abs(found.p_two_sided - (1 - level)) > 0.002:
        assert found.is_shown == (found.p_two_sided < 1 - level)
    assert 0 < found.p_two_sided <= 1
    assert found.mean.low <= found.mean.estimate <= found.mean.high


@given(seed=SEEDS)
@settings(max_examples=4)
def test_the_same_seed_gives_the_same_result_and_nothing_given_is_changed(seed):
    world = short_world(3.0, seed=seed)
    series = series_of(world)
    before = series.values.copy()
    first, second = (effect(series, *campaign_of(world), seed=seed) for _ in range(2))
    assert (first.mean, first.p_two_sided, first.rows) == (
        second.mean,
        second.p_two_sided,
        second.rows,
    )
    np.testing.assert_array_equal(series.values, before)


def test_another_seed_moves_the_bounds_by_little():
    world = draw("ar6_trend", 3, after=0, effect=Effect(during=5.0))
    found = [asked(world, seed=seed).mean for seed in (1, 2, 3)]
    width = found[0].high - found[0].low
    for name in ("estimate", "low", "high"):
        values = [getattr(each, name) for each in found]
        assert max(values) - min(values) < 0.12 * width


def test_days_that_were_not_collected_are_not_zeros():
    world = short_world(4.0)
    holes = world.values.copy()
    holes[[world.start + 3, world.start + 10, world.start + 11]] = np.nan
    zeros = np.nan_to_num(holes, nan=0.0)
    whole, missing, zero = (asked(world, values) for values in (None, holes, zeros))
    assert missing.days_after == whole.days_after - 3 == 25
    assert missing.total.estimate == pytest.approx(25 * missing.mean.estimate)
    assert abs(missing.mean.estimate - whole.mean.estimate) < 0.5
    assert zero.mean.estimate < whole.mean.estimate - 3
    rows = {row.day: row.observed for row in missing.rows}
    assert rows[world.first_day + timedelta(days=world.start + 3)] is None


def test_holes_in_the_past_widen_and_do_not_move():
    world = draw("iid_trend", 5, before=120, after=0, effect=Effect(during=6.0))
    holes = world.values.copy()
    holes[20:80] = np.nan
    found, whole = asked(world, holes), added(6.0)
    assert found.days_before == 60
    assert found.mean.low <= 6.0 <= found.mean.high
    assert found.mean.high - found.mean.low > whole.mean.high - whole.mean.low


def test_a_higher_level_is_wider():
    widths = [
        interval.high - interval.low
        for interval in (added(6.0, level=level).mean for level in (0.8, 0.95, 0.99))
    ]
    assert widths == sorted(widths)
    assert added(6.0, level=0.8).mean.level == 0.8


def test_only_the_days_before_are_learnt_from():
    world = short_world(0.0, after=40)
    later = world.values.copy()
    later[world.end + 1 :] += 100
    assert asked(world).mean == asked(world, later).mean


def test_a_control_narrows_the_interval():
    world = draw("control_ar6", 5, after=0, effect=Effect(during=3.0))
    alone, helped = asked(world), asked(world, controls=controls_of(world))
    assert helped.mean.low <= 3.0 <= helped.mean.high
    assert helped.mean.high - helped.mean.low < 0.7 * (alone.mean.high - alone.mean.low)
    assert next(check.name for check in helped.origin.checks) == "contaminated_control"


def test_a_week_that_is_missing_before_the_campaign_does_no_harm():
    world = draw("control_ar6", 5, after=0, effect=Effect(during=3.0))
    values = world.values.copy()
    values[world.start - 8 : world.start] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = asked(world, values, controls=controls_of(world))
    assert found.mean.low <= 3.0 <= found.mean.high


def test_a_declared_break_spares_the_estimate():
    world = draw("declared_break", 2, after=0)
    told, silent = asked(world, breaks=world.breaks), asked(world)
    assert told.mean.low <= 0 <= told.mean.high
    assert told.mean.high - told.mean.low < silent.mean.high - silent.mean.low


def test_a_holiday_of_each_year_is_learnt():
    world = draw("iid_trend", 8, before=500, after=0)
    values = world.values.copy()
    closed = {}
    # The same two days of each month stand far below the others.
    for number in range(len(values)):
        day = world.first_day + timedelta(days=number)
        if day.day in {7, 8}:
            values[number] -= 15
            closed[day] = "Fermé"
    told, silent = (asked(world, values, holidays=days) for days in (closed, None))
    assert told.mean.low <= 0 <= told.mean.high
    assert told.mean.high - told.mean.low < silent.mean.high - silent.mean.low


def test_a_result_carries_its_meaning():
    found = added(6.0)
    origin = found.origin
    assert origin.estimand == "mean of seen minus counterfactual over the collected days"
    assert (origin.unit, origin.seed) == ("nouveaux abonnements par jour", 1)
    assert (origin.first_day, origin.last_day) == (found.first_day, found.last_day)
    assert origin.method.startswith("model-averaged state space")
    assert {check.name for check in origin.checks} == {"placebo", "effective_draws"}
    assert sum(found.models.values()) == pytest.approx(1.0)
    assert set(found.models) == {"trend_ar1", "level_walk", "slope_walk"}


def test_table_sentence_document_and_chart_tell_the_same_numbers():
    found = added(6.0)
    rows = {row["what"]: row for row in found.table()}
    document = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    for name in ("mean", "total", "relative"):
        interval: Interval = getattr(found, name)
        assert rows[name]["estimate"] == document[name]["estimate"] == interval.estimate
    assert f"{found.mean.estimate:.1f}".replace(".", ",") in found.sentence("fr")
    assert f"{found.mean.estimate:.1f}" in found.sentence("en")
    drawn = json.dumps(found.chart("fr").to_dict())
    assert str(found.rows[-1].observed) in drawn
    assert "sans la campagne (estimation)" in drawn
    assert "nouveaux abonnements par jour" in drawn


def test_the_document_has_what_the_command_line_promises():
    assert set(added(6.0).to_dict()) >= {
        *("mean", "total", "relative", "p_two_sided", "scale", "models", "placebo"),
        *("days_before", "days_after", "refused", "sentence", "seconds", "origin"),
    }
    assert set(added(6.0).to_dict()["placebo"]) >= {
        *("windows", "z_rms", "false_positive_share", "widened"),
    }


def test_every_day_has_a_row_and_only_those_from_the_start_on_a_counterfactual():
    found = added(6.0)
    for row in found.rows:
        told = (row.counterfactual, row.low, row.high)
        if row.day < found.first_day:
            assert told == (None, None, None)
        else:
            assert None not in told
            assert row.low <= row.counterfactual <= row.high
    days = [row.day for row in found.rows]
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


def test_without_a_positive_counterfactual_there_is_no_share():
    world = short_world(4.0)
    found = asked(world, world.values - 50, scale="linear")
    assert found.relative is None
    assert found.to_dict()["relative"] == {"estimate": None, "low": None, "high": None}


def test_the_prior_of_causalimpact_is_named_and_not_audited():
    found = added(6.0, prior="causalimpact")
    assert found.placebo is None
    assert found.models == {"local_level": 1.0}
    assert found.origin.method == "local level with CausalImpact's priors"
    assert found.to_dict()["placebo"]["windows"] == 0


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([0.0] * 60 + [1.0] * 2 + [0.0] * 60 + [5.0] * 8, id="nearly all zeros"),
        pytest.param([1e9, 1.1e9] * 60 + [2e9] * 8, id="huge"),
        pytest.param([1e-9, 3e-9, 2e-9] * 40 + [9e-9] * 8, id="tiny"),
        pytest.param([-5.0, 5.0, 1.0] * 40 + [50.0] * 8, id="around zero"),
        pytest.param([1.0, 2.0] * 60 + [0.0] * 8, id="a fall to zero"),
        pytest.param([*range(120), *range(200, 208)], id="a straight line"),
    ],
)
def test_odd_series_are_answered_without_a_warning(values):
    series = DailySeries(short_world().first_day, values)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = effect(series, series.first_day + timedelta(days=len(values) - 8), seed=2)
    for interval in (found.mean, found.total):
        assert all(map(math.isfinite, (interval.low, interval.estimate, interval.high)))
    json.dumps(found.to_dict(), allow_nan=False)


def test_many_days_are_answered():
    generator = np.random.default_rng(4)
    values = 40 + generator.normal(0, 3, 5000)
    values[4900:] += 9
    series = DailySeries(short_world().first_day, values)
    found = effect(series, series.first_day + timedelta(days=4900), seed=2)
    assert found.mean.low <= 9 <= found.mean.high
    # What is older than three years is not learnt from.
    assert found.days_before == 3 * 365
