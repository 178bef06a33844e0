"""Read-outs planned beforehand, and the mark of a number read before its date."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.measurement.looks import AlphaSpending, fractions_of_days
from entregent.measurement.read_outs import level_of, plan_read_outs
from entregent.measurement.results import CannotMeasure
from entregent.measurement.wording import level_sentence

END = date(2026, 8, 31)
NB = "\N{NO-BREAK SPACE}"
TOGETHER = "ensemble justes 95 fois sur 100."


def test_dates_follow_the_calendar_and_are_cut_to_the_month():
    plan = plan_read_outs(END)
    assert [each.day for each in plan.read_outs] == [
        date(2026, 9, 30),
        date(2026, 11, 30),
        date(2027, 2, 28),
        date(2027, 8, 31),
        date(2028, 8, 31),
        date(2029, 8, 31),
    ]
    assert [each.fr for each in plan.read_outs][:2] == ["1 mois", "3 mois"]
    assert [each.en for each in plan.read_outs][:2] == ["1 month", "3 months"]


def test_before_the_first_date_a_number_carries_its_mark():
    status = plan_read_outs(END).status_at(date(2026, 9, 29))
    assert status.early
    assert status.current is None
    assert status.readable_on == date(2026, 9, 30)
    assert status.mark("fr") == f"Lu avant la date prévue{NB}: à ne pas citer."
    assert status.mark("en") == "Read early: do not quote"
    assert status.sentence("fr").endswith("Lisible à partir du 30 septembre 2026.")


def test_on_its_date_it_may_be_read_at_its_level():
    plan = plan_read_outs(END)
    status = plan.status_at(date(2026, 9, 30))
    assert not status.early
    assert status.mark("fr") == ""
    assert status.level == plan.read_outs[0].look.level > 0.95
    assert status.sentence("fr") == (
        "Lecture à 1 mois, prévue le 30 septembre 2026. "
        f"Prochaine lecture{NB}: le 30 novembre 2026."
    )
    assert status.sentence("en") == (
        "Read-out at 1 month, planned for September 30, 2026. Next: November 30, 2026."
    )


def test_a_later_read_out_asked_for_now_is_early():
    plan = plan_read_outs(END)
    status = plan.status_at(date(2026, 12, 1), read_out=2)
    assert status.early
    assert status.current == plan.read_outs[1]
    assert status.readable_on == date(2027, 2, 28)
    assert status.level == plan.read_outs[2].look.level


def test_the_last_one_says_so():
    status = plan_read_outs(END).status_at(date(2031, 1, 1))
    assert status.following is None
    assert status.sentence("fr").endswith("C'est la dernière.")


@given(st.integers(-100, 1500))
def test_a_day_is_early_or_has_a_read_out(days):
    plan = plan_read_outs(END)
    status = plan.status_at(END + timedelta(days=days))
    assert status.early == (status.current is None)
    if status.following is not None:
        assert status.following.day > status.day
    assert json.loads(json.dumps(status.to_dict()))["early"] == status.early


def test_a_plan_can_follow_one_quantity_by_its_length():
    rule = AlphaSpending(0.9, "obrien-fleming")
    plan = plan_read_outs(
        END, months=[6, 12], fractions=fractions_of_days([181, 365]), spending=rule
    )
    assert [each.look for each in plan.read_outs] == list(rule.looks([181 / 365, 1.0]))
    assert "ensemble, elles visent juste 90 fois sur 100" in plan.sentence("fr")


def test_everything_can_be_written_as_json_and_drawn():
    plan = plan_read_outs(END, fractions=[1e-5, 0.1, 0.2, 0.4, 0.7, 1], spending=AlphaSpending())
    told = json.loads(json.dumps(plan.to_dict(), allow_nan=False))
    assert told["read_outs"][0]["z"] is None
    assert told["read_outs"][5]["day"] == "2029-08-31"
    assert "erreurs types" in json.dumps(plan.chart("fr").to_dict(), ensure_ascii=False)
    assert "standard errors" in json.dumps(plan.chart("en").to_dict())


@pytest.mark.parametrize("months", [[], [0, 3], [3, 1], [3, 3], [5000]])
def test_it_refuses_months_that_do_not_grow(months):
    with pytest.raises(CannotMeasure) as refused:
        plan_read_outs(END, months=months)
    assert refused.value.code == "bad_months"


def test_it_refuses_fractions_for_other_read_outs():
    with pytest.raises(CannotMeasure) as refused:
        plan_read_outs(END, months=[1, 3], fractions=[1.0])
    assert refused.value.code == "bad_fractions"


@pytest.mark.parametrize("count", [1, 2, 3, 6, 25, 100])
def test_levels_by_number_are_those_of_a_plan_and_spend_the_error_once(count):
    plan = plan_read_outs(END, months=range(1, count + 1))
    levels = [level_of(number, count) for number in range(count)]
    assert levels == [each.look.level for each in plan.read_outs]
    assert sum(1 - level for level in levels) == pytest.approx(0.05)
    assert levels == sorted(levels)


@pytest.mark.parametrize(
    ("level", "read_outs", "fr", "en"),
    [
        (
            level_of(0, 6),
            6,
            f"Fourchette à 98,7{NB}%{NB}: le plan prévoit 6 lectures, {TOGETHER}",
            "Interval at 98.7%: 6 read-outs are planned, together right 95 times in 100.",
        ),
        (
            level_of(0, 1),
            1,
            f"Fourchette à 95{NB}%{NB}: le plan prévoit 1 lecture, juste 95 fois sur 100.",
            "Interval at 95%: 1 read-out is planned, right 95 times in 100.",
        ),
        (
            0.95,
            0,
            f"Fourchette à 95{NB}%{NB}: aucune lecture n'était prévue d'avance.",
            "Interval at 95%: no read-out was planned beforehand.",
        ),
        (
            level_of(99, 100),
            100,
            f"Fourchette à 99,9{NB}%{NB}: le plan prévoit 100 lectures, {TOGETHER}",
            "Interval at 99.9%: 100 read-outs are planned, together right 95 times in 100.",
        ),
    ],
)
def test_the_level_is_said_in_both_languages_and_never_as_certainty(level, read_outs, fr, en):
    assert level_sentence(level, read_outs, "fr") == fr
    assert level_sentence(level, read_outs, "en") == en
