"""Answers that others published for the same data, and what ours are beside them."""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from entregent.measurement.effects import effect
from entregent.measurement.series import DailySeries

SHARED = Path(__file__).parents[2].parent / "shared" / "data" / "causal_series"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not SHARED.is_dir(),
        reason="the shared test data (../shared) is not beside this checkout",
    ),
]


def columns(name):
    """Columns of a file by name; NaN where a cell is empty."""
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        key: np.array([float(row[key]) if row[key] else np.nan for row in rows])
        for key in rows[0]
        if key != "DATE"
    }


@cache
def arma(prior, seed=0):
    """arma_data with 5 added from row 70 on, as its authors' README does."""
    found = columns("arma_data.csv")
    values = found["y"].copy()
    values[70:] += 5
    first = date(2020, 1, 1)
    return effect(
        DailySeries(first, values),
        first + timedelta(days=70),
        controls=(DailySeries(first, found["X"], "X"),),
        prior=prior,
        seed=seed,
    )


@cache
def comparison(prior, seed=0):
    """comparison_data, whose past ends with 2019-07-14."""
    found = columns("comparison_data.csv")
    first = date(2019, 4, 16)
    return effect(
        DailySeries(first, found["CHANGED"]),
        date(2019, 7, 15),
        controls=tuple(
            DailySeries(first, values, name) for name, values in found.items() if name != "CHANGED"
        ),
        prior=prior,
        seed=seed,
    )


def test_arma_data_gives_the_published_answer_under_the_published_prior():
    # tfcausalimpact's README: 4.89 (0.31), [4.26, 5.47], cumulative 146.6; the difference between
    # samplers of its bounds is about 0.1 (bsts-causalimpact: 4.88, [4.31, 5.52]).
    found = arma("causalimpact")
    assert found.mean.estimate == pytest.approx(4.89, abs=0.03)
    assert found.mean.low == pytest.approx(4.26, abs=0.15)
    assert found.mean.high == pytest.approx(5.47, abs=0.15)
    assert found.total.estimate == pytest.approx(146.6, abs=0.9)
    assert found.p_two_sided < 0.01


def test_our_averaged_answer_to_arma_data_holds_the_planted_five():
    found = arma("averaged")
    assert found.mean.low <= 5.0 <= found.mean.high
    assert found.is_shown
    # Whoever averages over models that may drift says less surely what drifts.
    published = arma("causalimpact").mean
    assert found.mean.high - found.mean.low > published.high - published.low


def test_comparison_data_shows_no_effect_as_published():
    # R's CausalImpact 1.4.1 by tfcausalimpact's README: -657 (736), [-2076, 832], tail .2006,
    # drawn by a sampler whose own error is some 50; by HMC -708.5 (727.5). A tenth of the sd.
    found = comparison("causalimpact")
    assert found.mean.estimate == pytest.approx(-657, abs=74)
    assert found.mean.low == pytest.approx(-2076, abs=74)
    assert found.mean.high == pytest.approx(832, abs=74)
    assert found.p_two_sided / 2 == pytest.approx(0.2006, abs=0.02)
    assert not found.is_shown
    assert found.days_after == 18


def test_our_averaged_answer_to_comparison_data_holds_the_published_one():
    found = comparison("averaged")
    assert not found.is_shown
    assert found.mean.low <= -657 <= found.mean.high
