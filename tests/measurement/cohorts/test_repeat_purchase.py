"""BG/NBD: the published fit, laws, simulated buyers, and data that cannot be."""

import contextlib
import csv
import itertools
import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from entregent.measurement.cohorts import (
    Parameters,
    buyers_from_orders,
    buyers_from_summaries,
    compare_repeat_purchase,
    repeat_purchase,
    simulate,
)
from entregent.measurement.results import CannotMeasure

CDNOW = Path(__file__).parents[3].parent / "shared" / "data" / "orders_cdnow"
PUBLISHED = Parameters(r=0.243, alpha=4.414, a=0.793, b=2.426)  # Fader, Hardie, Lee 2005, table 2
shared = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not CDNOW.is_dir(),
        reason="the shared test data (../shared) is not beside this checkout",
    ),
]


def with_marks(function):
    for mark in shared:
        function = mark(function)
    return function


def summaries():
    with (CDNOW / "cdnow_customers_summary.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [[float(row[name]) for row in rows] for name in ("frequency", "recency", "T")], [
        row["ID"] for row in rows
    ]


def orders():
    with (CDNOW / "CDNOW_sample.txt").open(encoding="ascii") as file:
        rows = [line.split() for line in file]
    days = [date(int(row[2][:4]), int(row[2][4:6]), int(row[2][6:])) for row in rows]
    return [row[1] for row in rows], days


@with_marks
def test_it_gives_the_published_fit_of_cdnow():
    columns, ids = summaries()
    found = repeat_purchase(buyers_from_summaries(*columns, people=ids))
    for name, value in (("r", 0.2426), ("alpha", 4.4135), ("a", 0.7929), ("b", 2.4258)):
        assert found.parameters[name].estimate == pytest.approx(value, abs=5e-5)
        assert not found.parameters[name].excludes(value)
    assert not found.model.held
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    check = found.origin.checks[0].numbers
    assert check["observed_share"] == pytest.approx(check["expected_share"], abs=0.01)


@with_marks
def test_orders_give_the_same_people_as_the_published_summaries():
    (frequency, recency, age), _ = summaries()
    found = buyers_from_orders(*orders(), observed_until=date(1997, 9, 30), after_end="leave_out")
    assert len(found) == 2357
    np.testing.assert_array_equal(found.frequency, frequency)
    np.testing.assert_allclose(found.recency, recency, atol=0.005)
    np.testing.assert_allclose(found.age, age, atol=0.005)


@with_marks
def test_it_foresees_the_second_half_of_cdnow():
    """Fader, Hardie and Lee (2005): repeat sales of 78 weeks are foreseen 4% too low."""
    people, days = orders()
    cut = date(1997, 9, 30)
    buyers = buyers_from_orders(people, days, observed_until=cut, after_end="leave_out")
    found = repeat_purchase(buyers)
    sold = len(set(zip(people, days, strict=True))) - len(buyers)
    foreseen = found.model.parameters.expected(buyers.age + 39).sum()
    assert foreseen / sold == pytest.approx(0.96, abs=0.01)
    coming = found.coming(buyers, 39 * 7).sum()
    assert found.coming_in_all(buyers, 39 * 7).estimate == pytest.approx(coming)


def test_it_expects_what_the_authors_expect():
    """Fader, Hardie, Lee, 'Implementing the BG/NBD Model in Excel' (2005): person 1, 1.226."""
    assert PUBLISHED.conditional(2, 30.43, 38.86, 39) == pytest.approx(1.226, abs=0.0005)
    assert PUBLISHED.alive(2, 30.43, 38.86) == pytest.approx(0.7266, abs=0.0001)
    assert PUBLISHED.alive(0, 0, 38.86) == 1


@pytest.mark.parametrize("a", [0.4, 0.99999, 1.0, 1.3, 4.0])
@pytest.mark.parametrize("b", [0.7, 2.4, 900.0])
def test_the_expectation_is_the_mean_over_chances_to_stop(a, b):
    """Given a chance p to stop: (1 - (alpha / (alpha + p t))^r) / p, averaged over Beta(a, b)."""

    def at(p):
        return -np.expm1(-0.6 * np.log1p(p * 52 / 5)) / p * beta.pdf(p, a, b)

    # Cut where the mass lies, so that the singular ends do not mislead the integral.
    cuts = beta.ppf([0.0, 1e-6, 1e-3, 0.1, 0.5, 0.9, 0.999, 1.0], a, b)
    oracle = sum(
        quad(at, max(low, 1e-14), high, limit=200)[0] for low, high in itertools.pairwise(cuts)
    )
    assert Parameters(0.6, 5.0, a, b).expected(52.0) == pytest.approx(oracle, rel=2e-3)


def test_simulated_buyers_buy_as_often_as_expected():
    made = simulate(PUBLISHED, np.full(60_000, 52.0), np.random.default_rng(1))
    error = made.frequency.std() / np.sqrt(60_000)
    assert abs(made.frequency.mean() - PUBLISHED.expected(52.0)) < 4 * error
    assert abs((made.frequency == 0).mean() - PUBLISHED.nobody(52.0)) < 0.01


def test_the_interval_of_the_first_year_is_right_as_often_as_it_says():
    """150 worlds of 600 people: 95% with a Monte-Carlo error of 1.8 points."""
    rng = np.random.default_rng(2)
    truth = float(PUBLISHED.expected(365 / 7))
    right = 0
    for _ in range(150):
        made = simulate(PUBLISHED, rng.uniform(30, 60, 600), rng)
        right += not repeat_purchase(made).expected[365].excludes(truth)
    assert 0.90 <= right / 150 <= 0.99


def test_the_bootstrap_agrees_with_the_observed_information():
    made = simulate(PUBLISHED, np.full(800, 45.0), np.random.default_rng(3))
    quick = repeat_purchase(made).expected[365]
    slow = repeat_purchase(made, draws=60, seed=5)
    assert slow.origin.seed == 5
    assert slow.expected[365].estimate == quick.estimate
    assert slow.expected[365].width == pytest.approx(quick.width, rel=0.35)
    assert slow.to_dict() == repeat_purchase(made, draws=60, seed=5).to_dict()


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 100), st.sampled_from([1.0, 1 / 7, 30.0]))
def test_the_unit_of_time_leaves_people_alive_as_they_were(seed, factor):
    made = simulate(PUBLISHED, np.full(500, 45.0), np.random.default_rng(seed))
    other = buyers_from_summaries(
        made.frequency, made.recency * factor, made.age * factor, unit_days=7 / factor
    )
    one, two = repeat_purchase(made), repeat_purchase(other)
    np.testing.assert_allclose(one.alive(made), two.alive(other), atol=1e-6)
    assert two.parameters["alpha"].estimate == pytest.approx(
        factor * one.parameters["alpha"].estimate, rel=1e-5
    )
    assert two.expected[365].estimate == pytest.approx(one.expected[365].estimate, rel=1e-6)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 100), st.randoms())
def test_the_order_of_orders_changes_nothing(seed, random):
    rows = some_orders(seed, 300)
    shuffled = rows.copy()
    random.shuffle(shuffled)
    one, two = (
        repeat_purchase(buyers_from_orders(*zip(*each, strict=True), observed_until=END))
        for each in (rows, shuffled)
    )
    assert one.expected[365].estimate == pytest.approx(two.expected[365].estimate, rel=1e-6)


END = date(2026, 11, 30)


def some_orders(seed, count, parameters=PUBLISHED):
    """Orders by day of people who first bought 200 to 500 days ago."""
    rng = np.random.default_rng(seed)
    rows = []
    for person in range(count):
        first = END - timedelta(days=int(rng.integers(200, 500)))
        rows.append((person, first))
        rate, stop = (
            rng.gamma(parameters.r, 1 / parameters.alpha),
            rng.beta(parameters.a, parameters.b),
        )
        day = 0.0
        while True:
            day += 7 * rng.exponential(1 / max(rate, 1e-9))
            if day > (END - first).days:
                break
            rows.append((person, first + timedelta(days=int(day))))
            if rng.random() < stop:
                break
    return rows


def test_a_campaign_whose_people_buy_less_is_told_so():
    rare = Parameters(r=0.243, alpha=12.0, a=0.793, b=2.426)
    cohorts = [
        buyers_from_orders(*zip(*rows, strict=True), observed_until=END)
        for rows in (some_orders(1, 900, rare), some_orders(2, 1500))
    ]
    found = compare_repeat_purchase(*cohorts, name="Prévente lève-tôt")
    assert found.expected.difference.high < 0
    assert found.observed_days == 365
    assert found.observed.difference.high < 0
    assert not found.beyond
    nb = "\N{NO-BREAK SPACE}"
    assert f"pendant «{nb}Prévente lève-tôt{nb}» rachètent" in found.sentence("fr")
    assert "first purchase, people who came during “Prévente lève-tôt” buy again" in (
        found.sentence("en")
    )
    assert "n'est pas un effet" in found.caution("fr")
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["observed"]["campaign"]["estimate"] < told["observed"]["others"]["estimate"]
    assert "rachats par personne" in json.dumps(found.chart("fr").to_dict())
    assert "repeat purchases" in json.dumps(found.campaign.chart("en").to_dict())


def test_a_year_nobody_has_lived_yet_is_called_prolonged():
    young = simulate(PUBLISHED, np.full(900, 20.0), np.random.default_rng(4))
    old = simulate(PUBLISHED, np.full(900, 60.0), np.random.default_rng(5))
    found = compare_repeat_purchase(young, old)
    assert found.beyond
    assert "l'estimation prolonge ce qu'on a vu" in found.sentence("fr")
    assert found.observed is None  # summaries do not say when each repeat came


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((-1, 0, 5), "negative"),
        ((1.5, 2, 5), "not whole"),
        ((1, 6, 5), "exceeds"),
        ((0, 3, 5), "without a repeat"),
        ((2, 0, 5), "despite repeat"),
        ((float("nan"), 1, 5), "not finite"),
        ((1, 1, float("inf")), "not finite"),
    ],
)
def test_it_refuses_summaries_that_cannot_be_and_names_the_row(row, words):
    rows = [(1, 2, 5), (0, 0, 4), row]
    with pytest.raises(CannotMeasure, match=words) as refused:
        buyers_from_summaries(*zip(*rows, strict=True))
    assert refused.value.code == "bad_summary"
    assert "Row 3" in refused.value.en
    assert "Ligne 3" in refused.value.fr


def test_it_refuses_doubled_people():
    with pytest.raises(CannotMeasure, match="Rows 1 and 3") as refused:
        buyers_from_summaries([0, 0, 0], [0, 0, 0], [5, 5, 5], people=["a", "b", "a"])
    assert refused.value.code == "doubled_person"


def test_it_refuses_an_order_after_the_end_and_names_the_row():
    with pytest.raises(CannotMeasure, match="Row 2") as refused:
        buyers_from_orders(["a", "b"], [END, END + timedelta(days=1)], observed_until=END)
    assert refused.value.code == "order_after_end"


def test_several_orders_of_one_day_are_one_purchase():
    days = [END - timedelta(days=each) for each in (70, 70, 28, 28)]
    found = buyers_from_orders(["a"] * 4, days, observed_until=END)
    assert (found.frequency[0], found.recency[0], found.age[0]) == (1, 6, 10)


def test_it_refuses_where_nobody_bought_again_and_names_the_remedy():
    with pytest.raises(CannotMeasure, match="Observe longer") as refused:
        repeat_purchase(buyers_from_summaries([0] * 50, [0] * 50, [30] * 50))
    assert refused.value.code == "nobody_repeats"


def test_it_refuses_where_two_people_bought_again():
    with pytest.raises(CannotMeasure, match="It takes at least 5") as refused:
        repeat_purchase(buyers_from_summaries([1, 2] + [0] * 50, [9, 9] + [0] * 50, [30] * 52))
    assert refused.value.code == "too_few_repeats"


def test_where_nobody_seems_to_stop_it_says_so_or_refuses():
    """Everyone buys each week to the end: nothing tells how people stop."""
    faithful = buyers_from_summaries([20] * 50, [20] * 50, [20] * 50)
    with pytest.raises(CannotMeasure, match="pool cohorts") as refused:
        repeat_purchase(faithful, hold=False)
    assert refused.value.code == "not_converged"
    found = repeat_purchase(faithful)
    assert found.model.held
    assert "s'appuie un peu sur des valeurs ordinaires" in found.caution("fr")
    assert [each.outcome for each in found.origin.checks] == ["informative", "failed"]


def test_faithful_people_get_an_interval_that_is_right_as_often_as_it_says():
    """120 worlds of 150 people who hardly stop: 95% with an error of 2 points, none refused."""
    rng = np.random.default_rng(12)
    faithful = Parameters(0.8, 20.0, 0.3, 3.0)
    truth = float(faithful.expected(365 / 7))
    found = [repeat_purchase(simulate(faithful, rng.uniform(15, 50, 150), rng)) for _ in range(120)]
    assert 20 < sum(each.model.held for each in found) < 100
    assert sum(not each.expected[365].excludes(truth) for each in found) / 120 >= 0.90


def test_a_refusal_names_the_cohort():
    good = simulate(PUBLISHED, np.full(500, 60.0), np.random.default_rng(5))
    with pytest.raises(CannotMeasure) as refused:
        compare_repeat_purchase(buyers_from_summaries([0] * 50, [0] * 50, [30] * 50), good)
    assert refused.value.fr.startswith("Cohorte de la campagne")
    assert refused.value.en.startswith("Campaign's cohort: Nobody bought again")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.floats(0.01, 1), st.floats(0.5, 100)),
        min_size=10,
        max_size=60,
    )
)
def test_any_people_get_an_answer_or_a_refusal(rows):
    frequency = [each[0] for each in rows]
    recency = [each[1] * each[2] if each[0] else 0.0 for each in rows]
    buyers = buyers_from_summaries(frequency, recency, [each[2] for each in rows])
    with contextlib.suppress(CannotMeasure):
        year = repeat_purchase(buyers).expected[365]
        assert 0 < year.low <= year.estimate <= year.high < float("inf")
