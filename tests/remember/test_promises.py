"""Promises are made to accounts, held by functions, and shown until they are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from entregent.apps.listen.queries import local_day
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.organisation.queries import NotFound, functions
from entregent.apps.remember import actions, queries
from entregent.apps.remember.actions import RememberRefused
from entregent.apps.remember.models import Account, Look, Promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    from django.utils import timezone

    return local_day(timezone.now())


@pytest.fixture
def promise(bob: Member, alice: Member, maryse: int, today: date) -> Callable[..., int]:
    """Return a way to promise Maryse something."""
    held_by = functions(alice)[0].pk
    account = Account.objects.get().pk

    def make(what: str = "confirmer la rampe", days: int = 1) -> int:
        made = actions.make_promise(
            acting_user=bob,
            account_id=account,
            what=what,
            due_on=today + timedelta(days=max(0, days)),
            function_id=held_by,
        )
        if days < 0:
            Promise.objects.filter(pk=made).update(due_on=today + timedelta(days=days))
        return made

    return make


def test_open_promises_stand_with_the_longest_overdue_first(
    bob: Member, promise: Callable[..., int]
) -> None:
    tomorrow, late = promise(days=1), promise(days=-2)
    lines = queries.open_promises(bob)
    assert [(line.id, line.days_late, line.is_late) for line in lines] == [
        (late, 2, True),
        (tomorrow, -1, False),
    ]
    assert lines[0].name == "Maryse B."
    assert lines[0].made_by == bob.name


def test_a_promise_is_kept_once_by_whoever_keeps_it(
    alice: Member, bob: Member, promise: Callable[..., int], today: date
) -> None:
    made = promise()
    actions.keep_promise(acting_user=alice, promise_id=made)
    actions.keep_promise(acting_user=bob, promise_id=made)
    line = queries.access_promise(bob, made)
    assert line.kept_by == alice.name
    assert queries.open_promises(bob) == []
    assert queries.promises_kept_on(bob, today) == 1
    assert queries.promises_kept_on(bob, today - timedelta(days=1)) == 0
    assert AuditEntry.objects.filter(action="remember.promise_kept").count() == 1


def test_kept_promises_come_after_open_ones(bob: Member, promise: Callable[..., int]) -> None:
    kept, still = promise("rappeler"), promise("confirmer")
    actions.keep_promise(acting_user=bob, promise_id=kept)
    ids = [line.id for line in queries.promises_of(bob, [Account.objects.get().pk])]
    assert ids == [still, kept]


def test_nothing_is_promised_for_yesterday_nor_without_words(
    promise: Callable[..., int], bob: Member, alice: Member, today: date
) -> None:
    with pytest.raises(RememberRefused, match="nothing_promised"):
        promise("  ")
    with pytest.raises(RememberRefused, match="due_before_today"):
        actions.make_promise(
            acting_user=bob,
            account_id=Account.objects.get().pk,
            what="rappeler",
            due_on=today - timedelta(days=1),
            function_id=functions(alice)[0].pk,
        )


def test_guests_see_and_keep_no_promise(
    gwen: Member, promise: Callable[..., int], today: date
) -> None:
    made = promise()
    assert queries.open_promises(gwen) == []
    assert queries.promises_of(gwen, [Account.objects.get().pk]) == []
    assert queries.promises_kept_on(gwen, today) == 0
    with pytest.raises(NotFound):
        queries.access_promise(gwen, made)
    with pytest.raises(PermissionDenied):
        actions.keep_promise(acting_user=gwen, promise_id=made)


def test_promises_leave_no_words_in_the_trail(promise: Callable[..., int]) -> None:
    promise("rappeler Maryse au 418 555-0142")
    trail = str(list(AuditEntry.objects.values()))
    assert not [word for word in ("rappeler", "Maryse", "418 555", "555-0142") if word in trail]


def test_a_look_is_one_row_a_day_and_one_line_in_the_trail(
    alice: Member, bob: Member, maryse: int
) -> None:
    for viewer in (bob, bob, alice):
        actions.note_look(acting_user=viewer, person_id=maryse)
    actions.note_look(acting_user=bob, account_id=Account.objects.get().pk)
    assert [look.name for look in queries.looks_at(bob, person_id=maryse)] == [
        alice.name,
        bob.name,
    ]
    assert Look.objects.count() == 3
    assert AuditEntry.objects.filter(action="remember.page_opened").count() == 3


def test_who_stands_behind_an_account_is_told_for_many_at_once(
    bob: Member, maryse: int, account: Callable[..., Account]
) -> None:
    nameless = account("https://x.example/12345", handle="", language="en")
    found = queries.speakers([Account.objects.get(person=maryse).pk, nameless.pk])
    told = {each.name: (each.language, each.address_form) for each in found.values()}
    assert told == {"Maryse B.": ("fr", "vous"), "": ("en", "")}
