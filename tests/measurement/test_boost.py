"""Boost or lasting growth: each verdict in a world that was planted for it."""

import json
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from tests.measurement.planted import campaign_of, draw, measured, series_of

from entregent.measurement.boosts import boost, flow_of
from entregent.measurement.series import DailySeries
from entregent.measurement.windows import WINDOWS
from entregent.simulation.daily_series import Effect

PLANTED = {
    "boost only": Effect(during=30.0),
    "sustained": Effect(during=12.0, lasting=7.0),
    "compounding": Effect(during=12.0, lasting=4.0, slope=0.03),
    "payback": Effect(during=12.0, payback=0.9, payback_days=60),
    "no boost shown": Effect(),
}
TITLES = {
    "boost only": ("Pic sans suite", "Boost only"),
    "sustained": ("Croissance soutenue", "Lasting growth"),
    "compounding": ("Croissance qui s'accélère", "Growth that compounds"),
    "payback": ("Emprunté à plus tard", "Borrowed from later"),
    "no boost shown": ("Aucun effet démontré", "No effect shown"),
    "cannot tell yet": ("Trop tôt pour le dire", "Too early to tell"),
}
ENDS = {
    "boost only": ("La hausse n'est pas restée.", "The rise did not stay."),
    "sustained": ("C'est resté.", "It stayed."),
}


@pytest.mark.parametrize("verdict", PLANTED)
def test_a_verdict_is_given_where_it_was_planted(verdict):
    found = measured(planted=PLANTED[verdict])
    assert found.verdict == verdict
    assert found.more_days_needed is None
    assert (found.title("fr"), found.title("en")) == TITLES[verdict]


@pytest.mark.parametrize("verdict", ENDS)
def test_a_sentence_ends_with_what_it_means(verdict):
    found = measured(planted=PLANTED[verdict])
    assert (found.sentence("fr").endswith(ENDS[verdict][0])) is True
    assert (found.sentence("en").endswith(ENDS[verdict][1])) is True
    assert found.sentence("fr").startswith("Pendant la campagne\N{NO-BREAK SPACE}: ")
    assert "de plus par jour" in found.sentence("fr")


def test_every_verdict_has_a_sentence_in_both_languages_without_an_exclamation_mark():
    for verdict, planted in PLANTED.items():
        found = measured(planted=planted)
        for language in ("fr", "en"):
            sentence = found.sentence(language)
            assert len(sentence) > 40, verdict
            assert "!" not in sentence
            assert "nan" not in sentence
            assert "None" not in sentence


@pytest.mark.parametrize("verdict", ["boost only", "sustained", "compounding", "payback"])
def test_intervals_hold_what_was_planted(verdict):
    planted = PLANTED[verdict]
    world = draw("ar6_trend", 3, effect=planted)
    found = measured(planted=planted)
    during = world.effect[world.start : world.end + 1]
    after = world.effect[world.end + 1 :]
    assert found.boost_per_day.low <= np.mean(during) <= found.boost_per_day.high
    assert found.boost_total.low <= np.sum(during) <= found.boost_total.high
    assert found.carry_over.low <= np.sum(after[:90]) <= found.carry_over.high
    for window in found.windows:
        if window.mean is not None:
            truth = np.mean(after[window.from_day - 1 : window.to_day])
            assert window.mean.low <= truth <= window.mean.high
            share = window.sustained_share
            assert share.low <= truth / np.mean(during) <= share.high


def test_a_balance_is_boost_and_what_was_taken_back():
    found = measured(planted=PLANTED["payback"])
    assert found.carry_over.high < 0
    assert found.balance.estimate == pytest.approx(
        found.boost_total.estimate + found.carry_over.estimate, abs=0.1 * found.boost_total.estimate
    )
    assert "Solde\N{NO-BREAK SPACE}: " in found.sentence("fr")
    assert "Balance: " in found.sentence("en")


def test_carry_over_is_told_as_far_as_days_are_past():
    early = measured(planted=Effect(during=12.0, fading=8.0), after=30)
    assert early.carry_over.low > 0
    assert measured(planted=Effect(during=12.0), after=0).carry_over is None


def test_without_a_boost_no_share_is_defined():
    found = measured(planted=PLANTED["no boost shown"])
    assert found.boost_per_day.low <= 0
    assert all(window.sustained_share is None for window in found.windows)
    assert any(window.mean is not None for window in found.windows)
    assert found.reading.share is None
    assert "Zéro n'est pas exclu." in found.sentence("fr")


def test_what_was_less_than_expected_is_no_boost():
    found = measured(planted=Effect(during=-12.0))
    assert found.verdict == "no boost shown"
    assert found.boost_per_day.high < 0
    assert "il y a eu moins" in found.sentence("fr")
    assert "less than would have happened" in found.sentence("en")


@pytest.mark.parametrize("after", [0, 19, 60, 89])
def test_before_the_ninetieth_day_it_is_too_early(after):
    found = measured(planted=Effect(during=12.0, lasting=7.0), after=after)
    assert found.verdict == "cannot tell yet"
    assert found.reading is None
    assert found.more_days_needed == 90 - after
    assert found.days_after_campaign == after
    assert f"il en faut encore {90 - after}" in found.sentence("fr")
    assert f"{90 - after} more are needed" in found.sentence("en")


@pytest.mark.parametrize(("after", "span"), [(90, (31, 90)), (119, (31, 90)), (120, (91, 120))])
def test_a_verdict_is_read_from_days_31_to_90_until_thirty_later_ones_are_past(after, span):
    found = measured(planted=Effect(during=12.0, lasting=7.0), after=after)
    assert (found.reading.from_day, found.reading.to_day) == span
    assert found.verdict == "sustained"


def test_a_verdict_is_never_read_beyond_a_year():
    found = measured(planted=PLANTED["sustained"], after=420)
    assert (found.reading.from_day, found.reading.to_day) == (91, 365)
    assert found.verdict == "sustained"


def test_where_the_interval_holds_the_margin_more_days_are_asked_for_or_none_would_do():
    found = measured(planted=Effect(during=6.0, lasting=1.0), after=100)
    assert found.verdict == "cannot tell yet"
    assert found.reading.share.low < found.margin < found.reading.share.high
    assert found.more_days_needed is None or found.more_days_needed > 0


def test_a_wider_margin_turns_what_stayed_into_a_boost_that_ended():
    planted = Effect(during=30.0, lasting=7.5)
    assert measured(planted=planted).verdict == "sustained"
    assert measured(planted=planted, margin=0.5).verdict == "boost only"
    assert measured(planted=planted, margin=0.5).margin == 0.5


def test_windows_follow_one_another_without_a_hole():
    found = measured(planted=PLANTED["sustained"])
    assert [window.code for window in found.windows] == [code for code, _, _ in WINDOWS]
    for before, after in pairwise(found.windows):
        assert after.from_day == before.to_day + 1
        assert after.first_date == before.last_date + timedelta(days=1)
    assert found.windows[0].from_day == 1
    assert found.windows[0].first_date == found.last_day + timedelta(days=1)


def test_windows_to_come_are_empty_and_have_their_dates():
    found = measured(planted=PLANTED["sustained"], after=120)
    told = [window.code for window in found.windows if window.mean is not None]
    assert told == ["1-30", "31-90", "91-180"]
    complete = [window.code for window in found.windows if window.is_complete]
    assert complete == ["1-30", "31-90"]
    assert found.windows[2].days_counted == 30
    assert all(window.first_date > found.last_day for window in found.windows)


def test_flow_and_stock_of_the_same_world_agree():
    planted = PLANTED["sustained"]
    world = draw("ar6_trend", 3, effect=planted)
    stock = DailySeries(
        world.first_day - timedelta(days=1), np.concatenate([[0.0], np.cumsum(world.values)])
    )
    found = boost(stock, campaign_of(world), kind="stock", seed=1)
    flow = measured(planted=planted)
    assert (found.kind, found.verdict) == ("stock", flow.verdict)
    for name in ("estimate", "low", "high"):
        width = flow.boost_per_day.high - flow.boost_per_day.low
        assert abs(getattr(found.boost_per_day, name) - getattr(flow.boost_per_day, name)) < (
            0.05 * width
        )


def test_a_day_that_was_not_collected_takes_two_changes_of_a_stock_with_it():
    stock = DailySeries(series_of(draw("iid_trend", 1)).first_day, [1.0, 3.0, np.nan, 7.0, 8.0])
    np.testing.assert_array_equal(flow_of(stock).values, [np.nan, 2.0, np.nan, np.nan, 1.0])


def test_a_later_campaign_cuts_the_windows_off():
    world = draw("ar6_trend", 3, effect=PLANTED["sustained"])
    first, last = campaign_of(world)
    later = (last + timedelta(days=61), last + timedelta(days=70))
    found = measured(planted=PLANTED["sustained"], other_campaigns=(later,))
    assert (found.cut_after, found.days_after_campaign) == (60, 60)
    assert found.rows[-1].day == last + timedelta(days=60)
    assert [window.is_cut for window in found.windows] == [False, *[True] * 5]
    assert found.verdict == "cannot tell yet"
    assert found.more_days_needed is None
    assert "ne se départage plus" in found.sentence("fr")
    assert first < last < later[0]


def test_a_break_after_the_campaign_cuts_as_another_campaign_does():
    world = draw("ar6_trend", 3, effect=PLANTED["sustained"])
    day = campaign_of(world)[1] + timedelta(days=200)
    found = measured(planted=PLANTED["sustained"], breaks=(day,))
    assert (found.cut_after, found.days_after_campaign) == (199, 199)
    assert found.verdict == "sustained"


def test_a_cut_to_come_is_told_although_nothing_is_cut_yet():
    world = draw("ar6_trend", 3, after=20, effect=PLANTED["sustained"])
    last = campaign_of(world)[1]
    later = (last + timedelta(days=50), last + timedelta(days=60))
    found = measured(planted=PLANTED["sustained"], after=20, other_campaigns=(later,))
    assert found.cut_after == 49
    assert found.verdict == "cannot tell yet"
    # The ninetieth day will never be this campaign's alone.
    assert found.more_days_needed is None


def test_an_earlier_campaign_is_modelled_beside():
    world = draw("overlapping", 4, effect=PLANTED["sustained"])
    found = measured("overlapping", 4, PLANTED["sustained"], other_campaigns=world.others)
    assert found.cut_after is None
    assert found.boost_per_day.low <= 12.0 <= found.boost_per_day.high


def test_what_fades_is_told_with_its_half_life():
    planted = Effect(during=25.0, lasting=6.0, fading=18.0, half_life_days=14.0)
    path = measured("iid_trend", 6, planted, after=300).path
    assert path.lasting.low <= 6.0 <= path.lasting.high
    assert path.half_life_days.low <= 14.0 * 1.2
    assert path.half_life_days.high >= 14.0 / 1.2
    assert path.fading.low > 0


def test_nothing_fades_where_nothing_was_planted_to_fade():
    assert measured(planted=PLANTED["sustained"]).path.half_life_days is None


def test_no_shape_is_told_before_sixty_days():
    path = measured(planted=PLANTED["sustained"], after=40).path
    assert path.to_dict() == {
        "lasting": None,
        "fading": None,
        "half_life_days": None,
        "slope": None,
    }


def test_what_still_grows_has_a_slope_above_zero():
    slope = measured(planted=PLANTED["compounding"]).path.slope
    assert slope.low <= 0.03 <= slope.high
    assert slope.low > 0


def test_the_document_has_what_the_command_line_promises():
    for planted in (PLANTED["sustained"], PLANTED["no boost shown"]):
        found = measured(planted=planted)
        document = json.loads(json.dumps(found.to_dict(), allow_nan=False))
        assert set(document) >= {
            *("verdict", "boost", "carry_over", "windows", "path", "more_days_needed"),
            *("mean", "total", "scale", "models", "placebo", "days_before", "days_after"),
            *("refused", "sentence", "seconds"),
        }
        assert set(document["path"]) >= {"lasting", "half_life_days", "slope"}
        for window in document["windows"]:
            assert set(window) >= {"from_day", "to_day", "mean", "sustained_share"}


def test_chart_and_table_tell_the_same_windows():
    found = measured(planted=PLANTED["sustained"])
    rows = found.table()
    assert [row["what"] for row in rows] == ["during", *(window.code for window in found.windows)]
    for row, window in zip(rows[1:], found.windows, strict=True):
        assert row["estimate"] == (window.mean.estimate if window.mean else None)
    drawn = json.dumps(found.chart("en").to_dict())
    assert "without the campaign (estimate)" in drawn
    assert "nouveaux abonnements par jour" in drawn


def test_the_same_seed_gives_the_same_result():
    world = draw("ar6_trend", 3, after=100, effect=PLANTED["sustained"])
    first, second = (boost(series_of(world), campaign_of(world), seed=9) for _ in range(2))
    assert (first.verdict, first.windows, first.path, first.reading) == (
        second.verdict,
        second.windows,
        second.path,
        second.reading,
    )
