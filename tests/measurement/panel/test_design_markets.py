"""Which markets to treat, and what the experiment could show."""

import json

import numpy as np
import pytest

from entregent.measurement.panel import design_markets
from entregent.measurement.results import CannotMeasure


def markets(seed=1, *, count=10, length=60, noise=1.0):
    """Past sales of markets that follow two common factors; the last market follows nothing."""
    rng = np.random.default_rng(seed)
    factors = np.cumsum(rng.normal(size=(2, length)), axis=1)
    loadings = rng.uniform(size=(count, 2))
    outcomes = 100 + loadings @ factors + noise * rng.normal(size=(count, length))
    outcomes[-1] = 100 + np.cumsum(4 * rng.normal(size=length))
    return [f"marché {i}" for i in range(count)], outcomes


ASKED = {
    "treated_count": 2,
    "duration": 6,
    "method": "sdid",
    "level": 0.9,
    "shortlist": 4,
    "starts": 12,
}


def test_it_finds_groups_that_could_show_a_lift_best_first():
    plan = design_markets(*markets(), **ASKED, spend_per_unit=500.0)
    assert all(each.smallest_lift <= 0.1 for each in plan.designs)
    lifts = [each.smallest_lift for each in plan.designs]
    assert lifts == sorted(lifts)
    best = plan.designs[0]
    assert best.cost == 1000.0
    assert best.cost_per_unit == pytest.approx(1000 / (best.smallest_lift * 2 * 6 * 100), rel=0.2)
    assert 0 <= plan.drawn < plan.alike <= len(plan.designs)


def test_a_market_that_follows_no_other_is_not_treated():
    plan = design_markets(*markets(), **ASKED)
    assert all("marché 9" not in each.treated_units for each in plan.designs)


def test_excluded_markets_are_not_treated():
    plan = design_markets(*markets(), **ASKED, excluded=["marché 0", "marché 1"])
    chosen = {name for each in plan.designs for name in each.treated_units}
    assert not chosen & {"marché 0", "marché 1"}


def test_power_grows_with_the_lift_and_the_smallest_reaches_what_was_asked():
    plan = design_markets(*markets(noise=2.0), **ASKED, lifts=(0.01, 0.04, 0.2))
    for each in plan.designs:
        assert each.power[0.01] <= each.power[0.2]
        assert each.power[each.smallest_lift] >= 0.8


def test_noisier_markets_need_a_larger_lift():
    quiet = design_markets(*markets(noise=0.5), **ASKED, lifts=(0.01, 0.02, 0.05, 0.1, 0.3))
    loud = design_markets(*markets(noise=6.0), **ASKED, lifts=(0.01, 0.02, 0.05, 0.1, 0.3))
    assert quiet.designs[0].smallest_lift < loud.designs[0].smallest_lift


def test_the_lot_is_drawn_from_the_seed():
    one, two = (design_markets(*markets(), **ASKED, seed=4, candidates=20) for _ in range(2))
    assert one == two


def test_groups_as_good_as_the_best_take_part_in_the_lot():
    rng = np.random.default_rng(1)
    alike = 100 + np.cumsum(rng.normal(size=60)) + rng.normal(size=(10, 60))
    names = [f"marché {i}" for i in range(10)]
    quick = {"shortlist": 12, "starts": 8, "lifts": (0.05,)}
    plans = [design_markets(names, alike, **(ASKED | quick), seed=seed) for seed in range(4)]
    assert all(plan.alike > 2 for plan in plans)
    assert len({plan.drawn for plan in plans}) > 1


def test_groups_that_see_an_effect_where_there_is_none_are_refused():
    with pytest.raises(CannotMeasure, match="4 of 4 groups see an effect where there is none"):
        design_markets(*markets(), **(ASKED | {"method": "did"}))


def test_it_refuses_when_no_group_could_show_anything():
    with pytest.raises(CannotMeasure) as refused:
        design_markets(*markets(noise=30.0), **ASKED, lifts=(0.01, 0.02))
    assert refused.value.code == "no_design"
    assert "2%" in refused.value.en
    assert "2\N{NO-BREAK SPACE}%" in refused.value.fr


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"treated_count": 9}, "too_few_markets"),
        ({"treated_count": 0}, "too_few_markets"),
        ({"duration": 30}, "past_too_short"),
        ({"level": 1.5}, "bad_design"),
        ({"excluded": [f"marché {i}" for i in range(9)]}, "too_few_markets"),
    ],
)
def test_it_refuses_what_cannot_be_planned(changes, code):
    with pytest.raises(CannotMeasure) as refused:
        design_markets(*markets(), **(ASKED | changes))
    assert refused.value.code == code


def test_it_says_what_to_do_and_that_the_lot_decided():
    plan = design_markets(*markets(), **ASKED, spend_per_unit=500.0)
    french = plan.sentence("fr")
    assert french.startswith("Traitez marché ")
    assert "\N{NO-BREAK SPACE}% se verrait 80\N{NO-BREAK SPACE}% du temps" in french
    assert (
        "1\N{NO-BREAK SPACE}000 $" in french
        or "1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}$" in french
    )
    assert ("tiré au sort" in french) == (plan.alike > 0)
    told = plan.to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert len(plan.chart().to_dict()["layer"]) == 2
