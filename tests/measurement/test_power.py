"""What a plan can show, before anything is spent."""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entregent.measurement.boosts import boost
from entregent.measurement.costs import cost_sentence, money
from entregent.measurement.effects import effect
from entregent.measurement.planning import read_span
from entregent.measurement.power import PowerResult, cost_per_lasting, smallest_effect
from entregent.measurement.results import CannotMeasure, Interval
from entregent.measurement.series import DailySeries
from entregent.simulation.daily_series import Effect, PlantedSeries, draw

LANGUAGES = ("fr", "en")


def past(design: str = "ar6_trend", seed: int = 3, days: int = 150) -> DailySeries:
    world = draw(design, seed, before=days, after=0)
    return DailySeries(world.first_day, world.values[:days], unit="abonnements par jour")


@lru_cache
def plan(**asked: float) -> PowerResult:
    return smallest_effect(past(), campaign_days=28, seed=1, **asked)


def whole(world: PlantedSeries) -> DailySeries:
    return DailySeries(world.first_day, world.values)


@pytest.mark.parametrize(("design", "scale"), [("ar6_trend", "linear"), ("count_growth", "count")])
def test_an_effect_of_the_reported_size_is_shown_about_as_often_as_it_says(
    design: str, scale: str
) -> None:
    shown, half_shown, worlds = 0, 0, 11
    for seed in range(worlds):
        world = draw(design, 500 + seed, before=100, after=0, campaign=21)
        series = whole(world)
        start = world.first_day + timedelta(days=world.start)
        found = smallest_effect(
            series, campaign_days=21, from_day=start, read_after_days=(), scale=scale, seed=seed
        )
        generator = np.random.default_rng(seed)
        for factor in (1.0, 0.5):
            rate = factor * found.smallest.per_day
            came = generator.poisson(rate, 21) if scale == "count" else np.full(21, rate)
            values = world.values.copy()
            values[world.start :] += came
            told = effect(
                DailySeries(world.first_day, values), start, scale=scale, seed=seed
            ).mean.low
            shown += factor == 1.0 and told > 0
            half_shown += factor == 0.5 and told > 0
    assert 0.60 <= shown / worlds <= 0.95
    assert half_shown <= shown - worlds / 4


def test_a_longer_campaign_must_bring_more_in_all() -> None:
    short = smallest_effect(past(), campaign_days=7, seed=1)
    long = smallest_effect(past(), campaign_days=56, seed=1)
    assert short.smallest.total < long.smallest.total
    assert short.smallest.total == pytest.approx(7 * short.smallest.per_day)


def test_asking_to_be_surer_costs_a_larger_effect() -> None:
    usual = plan()
    surer = smallest_effect(past(), campaign_days=28, seed=1, power=0.95)
    stricter = smallest_effect(past(), campaign_days=28, seed=1, level=0.99)
    assert surer.smallest.per_day > usual.smallest.per_day < stricter.smallest.per_day


def test_the_smallest_effect_is_shown_with_the_power_asked_for() -> None:
    found = plan(hoped=1000.0)
    as_found = plan(hoped=found.smallest.total)
    assert as_found.hoped is not None
    assert as_found.hoped.chance == pytest.approx(0.80, abs=0.01)
    assert as_found.hoped.share == pytest.approx(found.smallest.share)


@given(st.floats(0.1, 50), st.integers(-500, 500))
@settings(max_examples=4, deadline=None)
def test_scaling_scales_it_and_a_constant_leaves_it_alone(factor: float, constant: int) -> None:
    series = past(days=80)
    moved = DailySeries(series.first_day, factor * series.values + constant)
    asked = {"campaign_days": 14, "read_after_days": (), "scale": "linear", "seed": 1}
    plain = smallest_effect(series, **asked).smallest  # type: ignore[arg-type]
    other = smallest_effect(moved, **asked).smallest  # type: ignore[arg-type]
    assert other.per_day == pytest.approx(factor * plain.per_day, rel=0.05)


def test_the_same_seed_gives_the_same_plan() -> None:
    again = smallest_effect(past(), campaign_days=28, seed=1)
    assert replace(again, seconds=0.0).to_dict() == replace(plan(), seconds=0.0).to_dict()


def test_a_control_that_foretells_the_series_makes_smaller_effects_visible() -> None:
    world = draw("control_ar6", 4, before=150, after=0)
    start = world.first_day + timedelta(days=world.start)
    control = DailySeries(world.first_day, world.controls[0])
    alone = smallest_effect(whole(world), campaign_days=28, from_day=start, seed=1, hoped=40.0)
    beside = smallest_effect(
        whole(world), campaign_days=28, from_day=start, seed=1, hoped=40.0, controls=[control]
    )
    assert beside.smallest.per_day < 0.8 * alone.smallest.per_day
    assert alone.remedy is not None
    assert alone.remedy.control_share is not None
    assert beside.remedy is None or beside.remedy.control_share is None


def test_no_control_is_asked_to_foretell_almost_everything() -> None:
    found = plan(hoped=1.0)
    assert found.remedy is not None
    assert found.remedy.control_share is None
    assert "témoin" not in " ".join(found.remedies("fr"))


def test_days_between_the_series_and_the_campaign_do_not_widen_what_will_be_known_by_then() -> None:
    series = past("random_walk")
    now = smallest_effect(series, campaign_days=28, seed=1)
    later = smallest_effect(
        series, campaign_days=28, seed=1, from_day=series.last_day + timedelta(days=90)
    )
    assert later.first_day == series.last_day + timedelta(days=90)
    assert later.smallest.per_day == pytest.approx(now.smallest.per_day, rel=0.1)
    assert later.expected.width > 1.3 * now.expected.width


# Later readings


@pytest.mark.parametrize(
    ("after", "span"), [(30, (1, 30)), (90, (31, 90)), (180, (91, 180)), (365, (91, 365))]
)
def test_a_reading_looks_at_the_days_that_the_verdict_will_look_at(
    after: int, span: tuple[int, int]
) -> None:
    assert read_span(after) == span
    if after >= 90:
        world = draw("iid_trend", 2, before=120, after=after, effect=Effect(during=9.0))
        first, last = (world.first_day + timedelta(days=each) for each in (world.start, world.end))
        reading = boost(whole(world), (first, last), seed=1).reading
        assert reading is not None
        assert (reading.from_day, reading.to_day) == span


def test_growth_of_the_reported_rate_is_called_lasting() -> None:
    called, half_called, worlds = 0, 0, 8
    for seed in range(worlds):
        world = draw("iid_trend", 900 + seed, before=120, after=120, effect=Effect(during=8.0))
        first, last = (world.first_day + timedelta(days=each) for each in (world.start, world.end))
        found = smallest_effect(
            whole(world), campaign_days=28, from_day=first, read_after_days=(120,), hoped=8.0 * 28
        )
        (read_out,) = found.read_outs
        assert read_out.lasting is not None
        for factor in (1.0, 0.25):
            values = world.values.copy()
            values[world.end + 1 :] += factor * read_out.lasting.per_day
            told = boost(DailySeries(world.first_day, values), (first, last), scale="linear")
            is_lasting = told.verdict in {"sustained", "compounding"}
            called += factor == 1.0 and is_lasting
            half_called += factor == 0.25 and is_lasting
    assert called >= 5
    assert half_called <= called / 3


def test_before_a_verdict_is_given_no_rate_is_called_lasting() -> None:
    early, *later = plan().read_outs
    assert early.lasting is None
    assert all(each.lasting is not None for each in later)
    assert [each.day for each in plan().read_outs] == [
        plan().last_day + timedelta(days=days) for days in (30, 90, 180, 365)
    ]


# Budgets


def test_a_budget_that_can_show_nothing_is_told_so_plainly() -> None:
    found = plan(budget=400.0, cost_per=40.0)
    assert found.hoped is not None
    assert not found.hoped.is_enough
    assert "Avec 400\u00a0$, le plus petit effet visible est de" in found.sentence("fr")
    assert "ce budget ne peut rien montrer" in found.sentence("fr")
    assert "this budget can show nothing" in found.sentence("en")
    assert "apprendre le métier" in " ".join(found.remedies("fr"))
    assert "learning the craft" in " ".join(found.remedies("en"))


def test_what_would_help_does_help() -> None:
    found = plan(budget=400.0, cost_per=20.0)
    assert found.remedy is not None
    assert found.remedy.budget is not None
    richer = plan(budget=1.001 * found.remedy.budget, cost_per=20.0)
    assert richer.hoped is not None
    assert richer.hoped.is_enough
    assert richer.remedy is None
    assert found.remedy.fewer_days is not None
    shorter = smallest_effect(
        past(), campaign_days=found.remedy.fewer_days, hoped=20.0, seed=1, read_after_days=()
    )
    assert shorter.hoped is not None
    assert shorter.hoped.chance > 0.75


def test_a_budget_without_a_price_is_held_against_the_number_hoped_for() -> None:
    found = plan(budget=400.0, hoped=2.0)
    assert found.remedy is not None
    assert found.remedy.budget == pytest.approx(200.0 * found.smallest.total)


def test_without_a_budget_nothing_is_said_of_money() -> None:
    for language in LANGUAGES:
        told = plan().sentence(language)
        assert "$" not in told
        assert "28" in told
    assert plan().hoped is None
    assert plan().warning("fr") == ""
    assert plan().remedies("fr") == []


def test_where_there_may_be_nothing_no_percentage_is_given() -> None:
    series = DailySeries(date(2026, 1, 1), np.random.default_rng(2).normal(-1, 2, 120))
    found = smallest_effect(series, campaign_days=14, seed=1)
    assert found.smallest.share is None
    assert "%" not in found.sentence("fr")


# What it looks like


def test_it_can_be_told_as_table_chart_and_json() -> None:
    found = plan(budget=2000.0, cost_per=20.0)
    assert [row["what"] for row in found.table()][:2] == ["during", "read_out"]
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["smallest"]["per_day"] == found.smallest.per_day
    assert set(told["sentence"]) == {"fr", "en"}
    for language in LANGUAGES:
        drawn = json.dumps(found.chart(language).to_dict())
        assert "abonnements par jour" in drawn
    assert "plus petit effet visible" in json.dumps(found.chart("fr").to_dict(), ensure_ascii=False)
    assert found.rows[-1].observed is None
    assert found.rows[-1].high is not None


def test_growth_that_cannot_be_told_from_the_series_own_is_not_promised() -> None:
    found = smallest_effect(past("random_walk", 5, 365), campaign_days=28, hoped=84.0, seed=1)
    assert "témoin" in found.later("fr")
    assert "control" in found.later("en")


# Refusals


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"campaign_days": 0}, "campaign_days"),
        ({"campaign_days": 5000}, "campaign_days"),
        ({"from_day": date(2020, 1, 1)}, "campaign_outside"),
        ({"from_day": date(2030, 1, 1)}, "too_far_ahead"),
        ({"from_day": date(2024, 1, 11)}, "past_too_short"),
        ({"read_after_days": (90, 30)}, "read_after_days"),
        ({"read_after_days": (0,)}, "read_after_days"),
        ({"level": 1.0}, "level"),
        ({"power": 0.2}, "power"),
        ({"margin": 1.0}, "margin"),
        ({"budget": 0.0}, "amount"),
        ({"budget": 100.0, "cost_per": -1.0}, "amount"),
        ({"hoped": float("nan")}, "amount"),
    ],
)
def test_it_refuses_what_is_no_plan(asked: dict[str, object], code: str) -> None:
    with pytest.raises(CannotMeasure) as refused:
        smallest_effect(past(), **({"campaign_days": 28} | asked))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert refused.value.fr
    assert refused.value.en


def test_it_refuses_a_control_that_was_never_collected() -> None:
    series = past()
    empty = DailySeries(series.first_day, np.full(len(series), np.nan), "météo")
    with pytest.raises(CannotMeasure) as refused:
        smallest_effect(series, campaign_days=28, controls=[empty])
    assert "météo" in refused.value.fr


# What each that stayed has cost


@lru_cache
def measured(after: int = 200, lasting: float = 4.0) -> object:
    world = draw(
        "iid_trend", 7, before=150, after=after, effect=Effect(during=9.0, lasting=lasting)
    )
    first, last = (world.first_day + timedelta(days=each) for each in (world.start, world.end))
    return boost(whole(world), (first, last), seed=1)


def test_what_stayed_has_a_cost_with_bounds() -> None:
    result = measured()
    found = cost_per_lasting(result, 4400.0)  # type: ignore[arg-type]
    assert isinstance(found, Interval)
    assert found.low < found.estimate < found.high
    assert found.low < 4400 / (4.0 * 110) < found.high
    assert "$" in cost_sentence(result, 4400.0, "fr")  # type: ignore[arg-type]


@pytest.mark.parametrize(("after", "lasting", "why"), [(200, 0.0, "démontré"), (20, 4.0, "Trop")])
def test_there_is_no_cost_of_what_is_not_shown_to_have_stayed(
    after: int, lasting: float, why: str
) -> None:
    result = measured(after, lasting)
    assert cost_per_lasting(result, 4400.0) is None  # type: ignore[arg-type]
    assert why in cost_sentence(result, 4400.0, "fr")  # type: ignore[arg-type]


def test_a_cost_is_above_zero() -> None:
    with pytest.raises(CannotMeasure):
        cost_per_lasting(measured(), 0.0)  # type: ignore[arg-type]


def test_money_is_written_as_each_language_has_it() -> None:
    assert money(2000, "CAD", "fr") == "2\u00a0000\u00a0$"
    assert money(2000, "CAD", "en") == "$2,000"
    assert money(2000, "EUR", "fr") == "2\u00a0000\u00a0€"
    assert money(2000, "CHF", "en") == "CHF\u00a02,000"
