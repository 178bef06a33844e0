"""People met in a campaign beside the others, at ages that both have reached."""

import json
import math
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entregent.measurement.cohorts import retention
from entregent.measurement.results import CannotMeasure

END = date(2026, 11, 30)
NB = "\N{NO-BREAK SPACE}"


def world(rng, ours=60, others=200, hazards=(0.004, 0.002), seen=(150, 178)):
    """First days, days left and cohorts of people who leave at constant hazards a day."""
    first, left, inside = [], [], []
    for count, hazard, (low, high), flag in (
        (ours, hazards[0], seen, True),
        (others, hazards[1], (0, 700), False),
    ):
        watched = rng.integers(low, high, count)
        ages = np.floor(rng.exponential(1 / hazard, count)).astype(int)
        for each, age in zip(watched, ages, strict=True):
            day = END - timedelta(days=int(each))
            first.append(day)
            left.append(day + timedelta(days=int(age)) if age <= each else None)
            inside.append(flag)
    return first, left, inside


def stays(hazard, age):
    return math.exp(-hazard * (age + 1))


def test_young_cohorts_are_compared_only_at_ages_that_both_reached():
    found = retention(*world(np.random.default_rng(1)), observed_until=END)
    assert 150 <= found.horizon_days < 178
    assert [each.share is not None for each in found.ages] == [True, True, False, False]
    assert found.mean_horizon_days == 90
    assert all(age <= found.horizon_days for line in found.lines for age, *_ in line)
    late = found.ages[2]
    assert late.readable_from is not None
    assert late.readable_from > END
    again = retention(
        *world(np.random.default_rng(1)), observed_until=late.readable_from, ages=[180]
    )
    assert again.ages[0].share is not None


def test_a_longer_follow_up_of_the_others_changes_nothing_beyond_the_common_ages():
    """Departures of the others at ages the campaign has not reached play no part."""
    first, left, inside = world(np.random.default_rng(2))
    base = retention(first, left, inside, observed_until=END)
    kept = [
        None if day is not None and (day - met).days > base.horizon_days and not ours else day
        for met, day, ours in zip(first, left, inside, strict=True)
    ]
    assert sum(day is None for day in kept) > sum(day is None for day in left)
    assert retention(first, kept, inside, observed_until=END).to_dict() == base.to_dict()


def test_its_intervals_are_right_as_often_as_they_say():
    """300 worlds: 95% with a Monte-Carlo error of 1.3 points, also where few leave."""
    rng = np.random.default_rng(3)
    for hazards in ((0.004, 0.002), (0.0008, 0.0004)):
        right = dict.fromkeys(("campaign", "others", "difference", "net", "days"), 0)
        ours, others = hazards
        gap = stays(ours, 90) - stays(others, 90)
        days = sum(stays(ours, age) - stays(others, age) for age in range(90))
        for _ in range(300):
            found = retention(*world(rng, hazards=hazards), observed_until=END)
            at_90 = found.headline
            right["campaign"] += not at_90.share.campaign.excludes(stays(ours, 90))
            right["others"] += not at_90.share.others.excludes(stays(others, 90))
            right["difference"] += not at_90.share.difference.excludes(gap)
            right["net"] += not at_90.campaign.share.excludes(stays(ours, 90))
            right["days"] += not found.mean_days.difference.excludes(days)
        assert all(0.915 <= each / 300 <= 0.99 for each in right.values()), (hazards, right)


def test_no_difference_is_rarely_told_as_one():
    rng = np.random.default_rng(4)
    told = [
        retention(*world(rng, hazards=(0.003, 0.003)), observed_until=END).log_rank["p"] < 0.05
        for _ in range(300)
    ]
    assert sum(told) / 300 <= 0.08


def test_the_sentence_has_the_numbers_of_the_table():
    rng = np.random.default_rng(5)
    found = retention(*world(rng, ours=4812, others=9000), observed_until=END)
    row = next(each for each in found.table() if each["age_days"] == 90)
    ours, low, high = (
        round(100 * row[key]) for key in ("campaign", "campaign_low", "campaign_high")
    )
    theirs = round(100 * row["others"])
    french, english = found.sentence("fr"), found.sentence("en")
    assert french.startswith(
        f"Des 4{NB}812 personnes rencontrées pendant la campagne, {ours}{NB}% (de {low} à {high}) "
        f"suivaient encore à 90 jours; {theirs}{NB}% (de "
    )
    assert "des autres, au même âge." in french
    assert english.startswith(f"Of the 4,812 people first met during the campaign, {ours}% ({low}")
    assert "À 180 jours, on pourra lire à partir du " in french


def test_the_caution_says_that_it_is_a_description():
    found = retention(*world(np.random.default_rng(6)), observed_until=END, name="Gagne ton hiver")
    assert "n'est pas un effet de la campagne" in found.caution("fr")
    assert "not an effect of the campaign" in found.caution("en")
    assert f"«{NB}Gagne ton hiver{NB}»" in found.sentence("fr")
    assert found.to_dict()["caution"]["fr"] == found.caution("fr")


def test_net_retained_counts_only_those_whose_day_has_come():
    first, left, inside = world(np.random.default_rng(7))
    found = retention(first, left, inside, observed_until=END)
    at_90 = found.ages[1].others
    due = [
        (met, day)
        for met, day, ours in zip(first, left, inside, strict=True)
        if not ours and (END - met).days >= 90
    ]
    lost = sum(day is not None and (day - met).days <= 90 for met, day in due)
    assert (at_90.gained, at_90.lost) == (len(due), lost)
    assert at_90.share.estimate == pytest.approx((len(due) - lost) / len(due))


def test_people_met_later_who_leave_faster_are_noticed():
    rng = np.random.default_rng(8)
    first, left, inside = world(rng, others=0)
    for count, hazard, seen in ((400, 0.001, (400, 700)), (400, 0.006, (100, 400))):
        more = world(rng, ours=count, others=0, hazards=(hazard, 0.001), seen=seen)
        first, left = first + more[0], left + more[1]
        inside = inside + [False] * count
    found = retention(first, left, inside, observed_until=END)
    checks = {each.name: each.outcome for each in found.origin.checks}
    assert checks["others_same_over_time"] == "failed"
    assert "ne partent pas au même rythme" in found.caution("fr")


def test_where_too_few_left_there_is_no_ratio_and_the_reason_is_told():
    found = retention(*world(np.random.default_rng(9), hazards=(1e-9, 0.002)), observed_until=END)
    assert found.hazard is None
    assert "départs" in found.hazard_refused[0]
    assert found.to_dict()["hazard_refused"]["en"] == found.hazard_refused[1]


def test_everything_can_be_written_as_json_and_drawn():
    found = retention(*world(np.random.default_rng(10)), observed_until=END)
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["ages"][3]["campaign"] is None
    assert told["hazard_ratio"]["low"] < told["hazard_ratio"]["high"]
    for language, unit in (("fr", "sur 100 personnes"), ("en", "of 100 people")):
        assert unit in json.dumps(found.chart(language).to_dict(), ensure_ascii=False)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.randoms())
def test_the_order_of_rows_changes_nothing(seed, random):
    rows = list(zip(*world(np.random.default_rng(seed), 30, 60), strict=True))
    shuffled = rows.copy()
    random.shuffle(shuffled)
    one, two = (
        retention(*zip(*each, strict=True), observed_until=END).to_dict()
        for each in (rows, shuffled)
    )
    assert one == two


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 40))
def test_people_who_never_leave_raise_what_stays(seed, more):
    first, left, inside = world(np.random.default_rng(seed), 30, 60)
    before = retention(first, left, inside, observed_until=END).headline.share
    old = [END - timedelta(days=160)] * more
    after = retention(
        first + old, left + [None] * more, inside + [True] * more, observed_until=END
    ).headline.share
    assert after.campaign.estimate >= before.campaign.estimate
    assert after.others == before.others


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"level": 1.0}, "bad_level"),
        ({"ages": []}, "bad_ages"),
        ({"ages": [0, 30]}, "bad_ages"),
        ({"period_days": 0}, "bad_ages"),
    ],
)
def test_it_refuses_settings_that_mean_nothing(change, code):
    with pytest.raises(CannotMeasure) as refused:
        retention(*world(np.random.default_rng(1)), observed_until=END, **change)
    assert refused.value.code == code


def test_it_refuses_a_handful_of_people():
    first, left, inside = world(np.random.default_rng(1), ours=9)
    with pytest.raises(CannotMeasure, match="holds 9") as refused:
        retention(first, left, inside, observed_until=END)
    assert refused.value.code == "too_few_people"


def test_it_refuses_people_met_today():
    with pytest.raises(CannotMeasure) as refused:
        retention([END] * 40, [None] * 40, [True, False] * 20, observed_until=END)
    assert refused.value.code == "too_young"
