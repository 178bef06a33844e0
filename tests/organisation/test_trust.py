"""Who may answer without approval, and on what."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from entregent.apps.organisation import actions, actions_answering, answering
from entregent.apps.organisation.models import AuditEntry, Function, Member, Subject, Trust
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]


@pytest.fixture
def press(alice: Member) -> Subject:
    return subject(alice, "Presse", approved=True)


def subject(alice: Member, name: str, *, approved: bool) -> Subject:
    number = actions_answering.add_subject(
        acting_user=alice,
        name_fr=name,
        name_en=name,
        function_id=Function.objects.get(slug="relations-publiques").pk,
        needs_approval=approved,
    )
    return Subject.objects.get(pk=number)


def test_ticking_trusts_and_unticking_takes_it_back(
    alice: Member, bob: Member, press: Subject, as_member: Browser
) -> None:
    hers, address = as_member(alice), reverse("organisation:trust")
    check(hers.get(address).headers, hers.get(address).content.decode())
    assert not answering.may_answer_alone(bob, press.pk)
    hers.post(address, {"trust": [f"{bob.pk}-{press.pk}", "x", "1-", "٣-1", "9" * 40 + "-1"]})
    assert answering.may_answer_alone(bob, press.pk)
    assert answering.trusted_subjects(bob) == ["Presse"]
    assert "checked" in hers.get(address).content.decode()
    hers.post(address, {})
    assert not answering.may_answer_alone(bob, press.pk)
    codes = AuditEntry.objects.filter(subject=f"member:{bob.pk}").order_by("pk")
    assert [each.action for each in codes][-2:] == [
        "organisation.trust_given",
        "organisation.trust_withdrawn",
    ]
    assert codes.last().changes == {  # type: ignore[union-attr]  # there are two
        "answers_alone_on": [f"subject:{press.pk}", None]
    }


def test_an_owner_is_not_trusted_by_being_one(alice: Member, press: Subject) -> None:
    assert not answering.may_answer_alone(alice, press.pk)


def test_a_subject_without_approval_needs_no_trust(alice: Member, bob: Member) -> None:
    hours = subject(alice, "Horaires", approved=False)
    assert answering.may_answer_alone(bob, hours.pk)
    assert answering.may_answer_alone(bob, None)


def test_nobody_is_trusted_who_does_not_work_here(
    alice: Member, bob: Member, gwen: Member, press: Subject
) -> None:
    actions.deactivate_member(acting_user=alice, member_id=bob.pk)
    pairs = [(gwen.pk, press.pk), (bob.pk, press.pk), (99, press.pk), (alice.pk, 99)]
    actions_answering.set_trust(acting_user=alice, pairs=pairs)
    assert not Trust.objects.exists()


def test_trust_of_a_closed_access_comes_back_with_it(
    alice: Member, bob: Member, press: Subject
) -> None:
    actions_answering.set_trust(acting_user=alice, pairs=[(bob.pk, press.pk)])
    actions.deactivate_member(acting_user=alice, member_id=bob.pk)
    actions_answering.set_trust(acting_user=alice, pairs=[])
    actions.reactivate_member(acting_user=alice, member_id=bob.pk)
    assert answering.may_answer_alone(Member.objects.get(pk=bob.pk), press.pk)
