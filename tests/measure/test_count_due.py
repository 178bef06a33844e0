"""Counting agrees with counting by hand, and a late item reopens its day."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from entregent.apps.measure import actions
from entregent.apps.measure.metrics import METRICS
from entregent.apps.measure.models import DayCount, RollUp
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.vocabulary import Object
from tests.measure.conftest import (
    FACEBOOK,
    INSTAGRAM,
    NOW,
    OURS,
    PRESS,
    QUAY,
    TICKETS,
    WEB,
    Tell,
    act,
    count,
    days_before,
    follow,
    person,
    said,
    scan,
    unfollow,
    values,
    visit,
)

pytestmark = pytest.mark.django_db
TORONTO = ZoneInfo("America/Toronto")


def test_counts_by_day_are_those_of_a_plain_count(tell: Tell) -> None:
    drawn = random.Random(5)
    moments = [NOW - timedelta(minutes=drawn.randrange(60 * 24 * 400)) for _ in range(300)]
    tell(*(visit(at) for at in moments))
    count()
    by_hand = Counter(at.astimezone(TORONTO).date() for at in moments)
    assert values("visits") == by_hand


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        # Midnight in summer and in winter, and the two nights on which clocks change.
        (datetime(2026, 7, 1, 3, 59, 59, 999_999, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 7, 1, 4, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 2, 1, 4, 59, 59, 999_999, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 2, 1, 5, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 3, 8, 4, 59, 59, tzinfo=UTC), date(2026, 3, 7)),
        (datetime(2026, 3, 9, 3, 59, 59, tzinfo=UTC), date(2026, 3, 8)),
        (datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 9)),
        (datetime(2026, 11, 1, 4, 0, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 11, 2, 5, 0, tzinfo=UTC), date(2026, 11, 2)),
    ],
)
def test_days_begin_and_end_by_the_clock_of_the_house(
    tell: Tell, moment: datetime, day: date
) -> None:
    tell(visit(moment))
    count()
    assert values("visits") == {day: 1}


def test_a_follow_taken_back_counts_as_one_who_left_on_that_day(tell: Tell) -> None:
    tell(
        follow(days_before(100), 1),
        follow(days_before(100), 2),
        follow(days_before(100), 1, INSTAGRAM),
        follow(days_before(99), 3, "https://elsewhere.example/account"),
        unfollow(days_before(40), 1),
    )
    count()
    begun, ended = days_before(100).date(), days_before(40).date()
    assert values("follows", OURS) == {begun: 2}
    assert values("follows", INSTAGRAM) == {begun: 1}
    assert values("follows") == {begun: 3}
    assert values("unfollows", OURS) == {ended: 1}


def test_mentions_are_what_others_say_and_leave_when_deleted(tell: Tell) -> None:
    day = days_before(10)
    note = "https://facebook.example/notes/gone"
    ours = act("Create", day, actor=OURS, object=Object(id="urn:n:1", type="Note", content="Merci"))
    article = act(
        "Create",
        day,
        source=PRESS,
        actor=person(9),
        object=Object(id="https://echo.example/1", type="Article", name="La doyenne"),
    )
    tell(said(day), said(day, note=note), ours, article)
    count()
    assert values("mentions") == {day.date(): 2}
    assert values("mentions", "facebook") == {day.date(): 2}
    assert values("coverage") == {day.date(): 1}

    tell(act("Delete", days_before(1), actor=person(1), object=Object(id=note, type="Tombstone")))
    assert count() > 0
    assert values("mentions") == {day.date(): 1}


def test_states_of_mind_are_those_of_the_newest_text(tell: Tell) -> None:
    at, note = days_before(20), "https://facebook.example/notes/mind"
    tell(said(at, "C'était magnifique, bravo, j'ai adoré!", note=note))
    count()
    assert values("positive") == {at.date(): 1}
    later = at + timedelta(hours=5)
    words = "C'est inacceptable, j'ai honte pour vous, c'était affreux."
    edit = Object(id=note, type="Note", content=words, published=at, updated=later)
    tell(act("Update", later, actor=person(1), object=edit))
    count()
    assert values("positive") == {}
    assert values("negative") == {at.date(): 1}


def test_people_come_back_after_thirty_days_of_silence(tell: Tell) -> None:
    tell(said(days_before(90), who=1), said(days_before(61), who=1), said(days_before(30), who=1))
    count()
    assert values("people_back") == {days_before(30).date(): 1}


def test_traces_are_told_apart(tell: Tell) -> None:
    at = days_before(3)
    offer = Object(id="urn:entregent:offer:TUQUE15", type="Offer", name="TUQUE15")
    with_code = '{"schema:discountCode":"QUAI10"}'
    with_same = '{"schema:discountCode":"TUQUE15"}'
    tell(
        scan(at, "quai"),
        scan(at, "quai"),
        scan(at, "phare"),
        act("Arrive", at, source=QUAY, actor=person(1), location=Object(type="Place", name="Quai")),
        act("Accept", at, source=TICKETS, actor=person(1), object=offer),
        *(
            act(
                "schema:BuyAction",
                at,
                source=TICKETS,
                actor=person(2),
                result=Object(id=f"urn:order:{number}", type="schema:Order", extra=extra),
            )
            for number, extra in enumerate([with_code, with_same, ""])
        ),
        act("Announce", at, actor=person(4), object=Object(id="urn:n:2")),
        act("Announce", at, actor=OURS, object=Object(id="urn:n:3")),
        said(at, "Belle soirée", kind="schema:Review", about={"rating": 5.0, "best_rating": 5.0}),
        said(at, "Trop froid", kind="schema:Review", about={"rating": 2.0, "best_rating": 5.0}),
    )
    count()
    day = at.date()
    assert values("visits") == {}
    assert values("scans") == {day: 3}
    assert values("scans", "quai") == {day: 2}
    assert values("check_ins", "Quai") == {day: 1}
    assert values("orders") == {day: 3}
    # The ticket office told of TUQUE15 itself: the order that names it is the same one.
    assert values("redemptions", "TUQUE15") == {day: 1}
    assert values("redemptions", "QUAI10") == {day: 1}
    assert values("recommendations") == {day: 2}


def test_an_order_stays_on_its_day_when_its_money_is_given_back(tell: Tell) -> None:
    at = days_before(9)
    bought = Object(id="urn:order:1#buy", type="schema:BuyAction", actor=person(2))
    tell(
        act("schema:BuyAction", at, source=TICKETS, actor=person(2), uri="urn:order:1#buy"),
        act("Undo", days_before(2), source=TICKETS, actor=person(2), object=bought),
    )
    count()
    assert values("orders") == {at.date(): 1}


def test_a_visit_by_a_code_is_a_visit_and_a_scan(tell: Tell) -> None:
    at = days_before(9)
    page = Object(id="https://frimas.example/quai", type="Page")
    tool = Object(id="urn:entregent:code:q7", type="entregent:Code", name="q7")
    tell(
        act("View", at, source=WEB, object=page, instrument=tool),
        act("View", at, source=QUAY, object=page, instrument=tool),
    )
    count()
    assert values("visits") == {at.date(): 1}
    assert values("scans", "q7") == {at.date(): 2}


def test_a_late_item_reopens_its_day_and_nothing_older(tell: Tell) -> None:
    tell(visit(days_before(200)), visit(days_before(50)))
    assert count() > 0
    assert count() == 0
    row = RollUp.objects.get(metric="visits")
    assert row.complete_until == date(2026, 11, 23)
    assert row.begins_on == days_before(200).date()
    # A mark on an untouched day: if it went, days before the late one were counted again too.
    DayCount.objects.filter(day=days_before(200).date()).update(value=7)

    tell(visit(days_before(50)))
    assert RollUp.objects.get(metric="visits").dirty_from == days_before(50).date()
    assert count() > 0
    assert values("visits") == {days_before(200).date(): 7, days_before(50).date(): 2}
    assert RollUp.objects.get(metric="visits").begins_on == days_before(200).date()


def test_what_a_crash_leaves_is_counted_again(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(visit(days_before(5)))
    count()
    tell(visit(days_before(5)))

    class PowerCutError(Exception):
        pass

    def cut(*_: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_store", cut)
        with pytest.raises(PowerCutError):
            count()
    assert values("visits") == {days_before(5).date(): 1}
    assert count() > 0
    assert values("visits") == {days_before(5).date(): 2}


def test_what_becomes_dirty_while_counting_stays_dirty(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(visit(days_before(5)))
    count()
    tell(visit(days_before(5)))
    whole = actions._count

    def interrupted(*parts: object) -> object:
        found = whole(*parts)
        RollUp.objects.filter(metric="visits").update(dirty_from=days_before(9).date())
        return found

    monkeypatch.setattr(actions, "_count", interrupted)
    count()
    assert RollUp.objects.get(metric="visits").dirty_from == days_before(9).date()


def test_a_new_day_is_completed_without_anything_new(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(visit(days_before(5)))
    count()
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=2))
    count()
    assert RollUp.objects.get(metric="visits").complete_until == date(2026, 11, 25)
    assert values("visits") == {days_before(5).date(): 1}


def test_all_metrics_are_counted_in_an_empty_house_too(house: Member) -> None:
    assert count() == 0
    assert set(METRICS) <= set(RollUp.objects.values_list("metric", flat=True))
    assert not DayCount.objects.exists()


def test_counting_everything_again_gives_the_same(tell: Tell) -> None:
    tell(said(days_before(80)), follow(days_before(70), 1), visit(days_before(60)))
    count()
    before = sorted(DayCount.objects.values_list("metric", "place", "day", "value"))
    actions.mark_all_dirty()
    assert count() > 0
    assert sorted(DayCount.objects.values_list("metric", "place", "day", "value")) == before


def test_marking_and_counting_leave_one_line_each_in_the_trail(tell: Tell) -> None:
    tell(visit(days_before(5)))
    count()
    acts = AuditEntry.objects.values_list("action", flat=True)
    assert list(acts).count("measure.days_reopened") == 1
    assert list(acts).count("measure.days_counted") == 1
    assert FACEBOOK not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
