"""The audit trail: what, who, when, and never a personal word."""

import json
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from entregent.apps.organisation import actions, queries
from entregent.apps.organisation.models import AuditEntry, Member

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]


def test_no_personal_word_is_ever_written(alice: Member, bob: Member, gwen: Member) -> None:
    actions.change_member(
        acting_user=alice, member_id=bob.pk, name="Robert Secret", language="en", role="guest"
    )
    actions.deactivate_member(acting_user=alice, member_id=gwen.pk)
    written = json.dumps(list(AuditEntry.objects.values("action", "subject", "changes")))
    for word in ("Alice", "Bob", "Robert", "Gwen", "Vadeboncœur", "@", "phrase"):
        assert word not in written


def test_every_action_has_its_words(alice: Member, bob: Member) -> None:
    from entregent.site.acts import ACTS

    actions.renew_link(acting_user=alice, member_id=bob.pk)
    codes = set(AuditEntry.objects.values_list("action", flat=True))
    assert codes <= set(ACTS)


def test_an_owner_reads_it_page_by_page(alice: Member, as_member: Browser) -> None:
    for number in range(60):
        actions.record(acting_user=None, action="listen.file_read", subject=f"source:{number}")
    page = as_member(alice).get(reverse("organisation:journal"))
    text = page.content.decode()
    assert "source:59" in text
    assert "source:9<" not in text
    assert "Le système" in text
    older = page.context["older"]
    next_page = as_member(alice).get(reverse("organisation:journal"), {"before": older})
    assert "source:9<" in next_page.content.decode()
    assert "Alice Lafrenière" in next_page.content.decode()


@pytest.mark.parametrize("before", ["", "x", "-1", "0", "9" * 18, "9" * 40, "²", "1;drop"])
def test_a_strange_place_in_it_is_no_error(alice: Member, as_member: Browser, before: str) -> None:
    page = as_member(alice).get(reverse("organisation:journal"), {"before": before})
    assert page.status_code == 200


def test_only_owners_read_it(bob: Member, gwen: Member, as_member: Browser) -> None:
    for member in (bob, gwen):
        with pytest.raises(PermissionDenied):
            queries.audit_trail(member)
        assert as_member(member).get(reverse("organisation:journal")).status_code == 403


def test_a_code_without_a_dot_is_refused(alice: Member) -> None:
    with pytest.raises(IntegrityError, match="audit_action"), transaction.atomic():
        actions.record(acting_user=alice, action="changed", subject="member:1")


def test_what_was_not_done_leaves_no_trace(alice: Member) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(actions.OrganisationRefused):
        actions.deactivate_member(acting_user=alice, member_id=alice.pk)
    assert AuditEntry.objects.count() == before
