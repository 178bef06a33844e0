"""Kaplan-Meier, mean and log-rank against numbers of books and against statsmodels."""

import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from entregent.measurement.cohorts import curve, follow, log_rank
from entregent.measurement.results import CannotMeasure

END = date(2026, 11, 30)
# Freireich et al. (1963), Blood 21: weeks to relapse; "+" still in remission.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def people(times):
    """Times in days, '+' for who had not left: (first days, days left)."""
    first, left = [], []
    for each in times.split():
        age = int(each.rstrip("+"))
        day = END - timedelta(days=age if each.endswith("+") else 40)
        first.append(day)
        left.append(None if each.endswith("+") else day + timedelta(days=age))
    return follow(first, left, END)


def test_it_gives_the_curve_of_the_books():
    """Kalbfleisch and Prentice (1980); Collett (2003), table 2.2: to three decimals."""
    found = curve(people(TREATED))
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {int(a): round(float(s), 3) for a, s in zip(found.ages, found.share, strict=True)} == (
        published
    )


def test_a_hand_worked_example():
    """Five people: one leaves on day 2, one on day 5; one was seen 3 days only, two 10."""
    found = curve(people("2 3+ 5 10+ 10+"))
    assert found.at(1, 0.95).estimate == 1
    assert found.at(2, 0.95).estimate == pytest.approx(4 / 5)
    assert found.at(5, 0.95).estimate == pytest.approx(4 / 5 * 2 / 3)
    assert found.mean_days(10, 0.95).estimate == pytest.approx(2 + 3 * 0.8 + 5 * 0.8 * 2 / 3)


def test_the_log_rank_is_that_of_the_books():
    """16.79 on one degree of freedom: Kleinbaum and Klein (2012), chapter 2."""
    found = log_rank(people(TREATED), people(PLACEBO))
    assert found["chi2"] == pytest.approx(16.79, abs=0.005)
    assert found["left"] == 9
    assert found["expected"] == pytest.approx(19.25, abs=0.005)


def test_it_agrees_with_statsmodels_on_random_people():
    rng = np.random.default_rng(7)
    seen, age = rng.integers(1, 300, 400), rng.geometric(0.008, 400)
    group = rng.integers(0, 2, 400)
    times, gone = np.minimum(seen, age), age <= seen
    first = [END - timedelta(days=int(each)) for each in seen]
    left = [
        day + timedelta(days=int(a)) if g else None
        for day, a, g in zip(first, age, gone, strict=True)
    ]
    everyone = follow(first, left, END)
    found = curve(everyone)
    oracle = SurvfuncRight(times, gone.astype(int))
    np.testing.assert_allclose(found.share, oracle.surv_prob, rtol=1e-12)
    errors = found.share * np.sqrt(found.spread)
    np.testing.assert_allclose(errors, oracle.surv_prob_se, rtol=1e-9)
    chi2, p = survdiff(times, gone.astype(int), group)
    ours = log_rank(everyone.part(group == 0), everyone.part(group == 1))
    assert ours["chi2"] == pytest.approx(chi2, rel=1e-9)
    assert ours["p"] == pytest.approx(p, rel=1e-6)


def test_the_interval_is_the_log_log_one():
    """At 6 weeks, 0.857: the 95% bounds 0.620 to 0.952 of R's survfit, conf.type = "log-log"."""
    found = curve(people(TREATED)).at(6, 0.95)
    assert (round(found.low, 3), round(found.high, 3)) == (0.620, 0.952)


def test_bounds_stay_honest_where_nobody_left_and_where_nobody_stayed():
    nobody_left = curve(people("10+ " * 20))
    share = nobody_left.at(10, 0.95)
    assert share.estimate == share.high == 1
    assert share.low == pytest.approx(0.025 ** (1 / 20))
    days = nobody_left.mean_days(10, 0.95)
    assert days.estimate == 10
    assert days.low < 9
    nobody_stayed = curve(people("3 4 4 5"))
    share = nobody_stayed.at(5, 0.95)
    assert share.estimate == share.low == 0
    assert 0.8 < share.high < 1


times = st.lists(
    st.tuples(st.integers(0, 60), st.booleans()).map(lambda t: f"{t[0] % 40}{'+' * t[1]}"),
    min_size=2,
    max_size=40,
)


@given(times, st.integers(0, 39))
def test_someone_who_never_leaves_raises_the_curve(rows, age):
    before = curve(people(" ".join(rows))).at(age, 0.95).estimate
    after = curve(people(" ".join([*rows, "40+"]))).at(age, 0.95).estimate
    assert after >= before - 1e-12


@given(times, st.randoms())
def test_the_order_of_people_changes_nothing(rows, random):
    other = rows.copy()
    random.shuffle(other)
    one, two = (curve(people(" ".join(each))) for each in (rows, other))
    np.testing.assert_array_equal(one.share, two.share)
    assert one.mean_days(30, 0.9) == two.mean_days(30, 0.9)


@given(times, st.integers(0, 45), st.floats(0.5, 0.99))
def test_bounds_hold_the_estimate_between_zero_and_one(rows, age, level):
    found = curve(people(" ".join(rows)))
    share, days = found.at(age, level), found.mean_days(max(age, 1), level)
    assert 0 <= share.low <= share.estimate <= share.high <= 1
    assert 0 <= days.low <= days.estimate <= days.high <= max(age, 1)
    assert all(map(math.isfinite, (share.low, share.high, days.low, days.high)))


@pytest.mark.parametrize(
    ("first", "left", "code"),
    [
        (date(2026, 1, 5), date(2026, 1, 4), "left_before_first"),
        (date(2026, 12, 1), None, "met_after_end"),
        (date(2026, 1, 5), date(2026, 12, 1), "left_after_end"),
    ],
)
def test_it_refuses_days_that_cannot_be_and_names_the_row(first, left, code):
    good = date(2026, 2, 1)
    with pytest.raises(CannotMeasure) as refused:
        follow([good, first], [None, left], END)
    assert refused.value.code == code
    assert "Ligne 2\N{NO-BREAK SPACE}:" in refused.value.fr
    assert "Row 2:" in refused.value.en


def test_it_refuses_lists_of_two_lengths():
    with pytest.raises(CannotMeasure, match="1 first days and 2 departures"):
        follow([END], [None, None], END)
