"""Facets stand for themselves: acts behind each, one scale for all, no score."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.people.facets import ACT_KINDS, FACETS, FULL, SHOWN, Act, Facet, facets

SINCE, UNTIL = date(2024, 1, 15), date(2026, 1, 14)
KINDS = sorted({*(kind for kinds in ACT_KINDS.values() for kind in kinds), "visit"})


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def told(*acts: Act, since: date = SINCE, until: date = UNTIL) -> dict[str, Facet]:
    return {facet.code: facet for facet in facets(acts, since=since, until=until)}


days = st.dates(min_value=date(2023, 6, 1), max_value=date(2026, 6, 1))
acts = st.lists(st.builds(lambda day, kind: Act(at(day), kind), days, st.sampled_from(KINDS)))


def test_each_act_counts_in_the_facet_of_its_kind_with_itself_as_evidence() -> None:
    order = Act(at(date(2025, 2, 1)), "order", "laissez-passer")
    found = told(order)
    assert found["purchases"].newest == (order,)
    assert [code for code in FACETS if code != "silence" and found[code].count] == ["purchases"]


def test_a_person_may_be_long_in_several_facets_at_once() -> None:
    monthly = [
        Act(at(SINCE + timedelta(days=30 * number)), kind)
        for number in range(24)
        for kind in ("coupon", "complaint", "praise")
    ]
    found = told(*monthly)
    for code in ("deals", "complaints", "recommendation"):
        assert found[code].length > 0.95


def test_a_bar_is_full_at_once_a_month_and_no_longer_beyond() -> None:
    many = [Act(at(date(2025, 5, 1)), "message")] * 500
    assert told(*many)["conversation"].length == 1
    one = told(Act(at(date(2025, 5, 1)), "message"))["conversation"]
    assert one.length == pytest.approx(one.per_year / FULL)
    assert one.per_year == pytest.approx(0.5, abs=0.01)


def test_a_few_weeks_are_not_carried_forward_to_a_year() -> None:
    found = told(
        Act(at(date(2025, 1, 20)), "order"), since=date(2025, 1, 15), until=date(2025, 2, 1)
    )
    assert found["purchases"].per_year == 1


def test_silence_is_whole_months_without_any_act_even_a_trace() -> None:
    found = told(
        Act(at(date(2024, 3, 2)), "visit"),
        Act(at(date(2024, 6, 30)), "message"),
        since=date(2024, 1, 15),
        until=date(2024, 8, 10),
    )["silence"]
    # February to July are whole; March and June were not silent.
    assert (found.count, found.out_of) == (4, 6)
    assert [(each.first.month, each.last.month, each.months) for each in found.stretches] == [
        (7, 7, 1),
        (4, 5, 2),
        (2, 2, 1),
    ]


def test_nothing_done_is_seven_facets_of_which_only_silence_has_a_length() -> None:
    found = told()
    assert tuple(found) == FACETS
    assert {code for code, facet in found.items() if facet.length} == {"silence"}
    assert found["silence"].count == found["silence"].out_of == 23


def test_knowing_cannot_begin_after_it_ends() -> None:
    with pytest.raises(ValueError, match="is after"):
        facets([], since=date(2026, 1, 2), until=date(2026, 1, 1))


@given(acts)
def test_lengths_are_between_nothing_and_full_and_evidence_is_newest_first(made: list[Act]) -> None:
    for facet in told(*made).values():
        assert 0 <= facet.length <= 1
        assert len(facet.newest) == min(SHOWN, facet.count) or facet.code == "silence"
        assert list(facet.newest) == sorted(facet.newest, key=lambda act: act.at, reverse=True)
        assert all(act.kind in ACT_KINDS[facet.code] for act in facet.newest)


@given(acts, st.randoms(use_true_random=False))
def test_the_order_in_which_acts_are_told_changes_nothing(made: list[Act], chance: object) -> None:
    mixed = list(made)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert told(*made) == told(*mixed)


@given(acts, st.sampled_from(KINDS))
def test_one_more_act_shortens_no_facet_but_silence(made: list[Act], kind: str) -> None:
    before, after = told(*made), told(*made, Act(at(UNTIL), kind))
    assert after["silence"].count <= before["silence"].count
    for code in ACT_KINDS:
        assert after[code].count >= before[code].count


@given(acts)
def test_what_comes_after_the_last_day_is_left_out(made: list[Act]) -> None:
    kept = [act for act in made if act.at.date() <= UNTIL]
    assert told(*made) == told(*kept)
