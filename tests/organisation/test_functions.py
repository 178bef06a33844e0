"""Functions are added, renamed and removed by owners."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from entregent.apps.organisation import actions, queries
from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.models import AuditEntry, Function, Member
from entregent.apps.organisation.slugs import free_slug

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
NAMES = {
    "name_fr": "Billetterie",
    "name_en": "Ticket office",
    "answers_for_fr": "laissez-passer",
    "answers_for_en": "passes",
}


def test_an_owner_adds_a_function(alice: Member, as_member: Browser) -> None:
    answer = as_member(alice).post(reverse("organisation:add_function"), NAMES)
    assert answer.status_code == 302
    added = Function.objects.get(slug="billetterie")
    with translation.override("en"):
        assert (added.name, added.answers_for) == ("Ticket office", "passes")
    with translation.override("fr"):
        assert (added.name, added.answers_for) == ("Billetterie", "laissez-passer")


def test_a_name_belongs_to_one_function(alice: Member, as_member: Browser) -> None:
    actions.add_function(acting_user=alice, **NAMES)
    page = as_member(alice).post(
        reverse("organisation:add_function"), NAMES | {"name_en": "TICKET OFFICE"}
    )
    assert page.context["form"].errors
    other = Function.objects.get(slug="ventes")
    with pytest.raises(OrganisationRefused, match="function_name_taken"):
        actions.rename_function(acting_user=alice, function_id=other.pk, **NAMES)


def test_an_owner_renames_a_function_and_its_slug_stays(alice: Member, as_member: Browser) -> None:
    sales = Function.objects.get(slug="ventes")
    address = reverse("organisation:function", args=[sales.pk])
    assert as_member(alice).get(address).status_code == 200
    assert as_member(alice).post(address, NAMES).status_code == 302
    sales.refresh_from_db()
    assert (sales.slug, sales.name_fr) == ("ventes", "Billetterie")
    assert AuditEntry.objects.latest("pk").changes["name_fr"] == ["Ventes", "Billetterie"]


def test_a_function_that_is_held_is_not_removed(
    alice: Member, bob: Member, as_member: Browser
) -> None:
    sales = Function.objects.get(slug="ventes")
    actions.change_member(
        acting_user=alice,
        member_id=bob.pk,
        name="Bob",
        language="fr",
        role="member",
        function_id=sales.pk,
    )
    address = reverse("organisation:remove_function", args=[sales.pk])
    assert as_member(alice).post(address).status_code == 409
    actions.change_member(
        acting_user=alice, member_id=bob.pk, name="Bob", language="fr", role="member"
    )
    assert as_member(alice).post(address).status_code == 302
    assert not Function.objects.filter(pk=sales.pk).exists()


def test_only_owners_change_functions(bob: Member, gwen: Member, as_member: Browser) -> None:
    for member in (bob, gwen):
        with pytest.raises(PermissionDenied):
            actions.add_function(acting_user=member, **NAMES)
        with pytest.raises(PermissionDenied):
            actions.rename_function(acting_user=member, function_id=1, **NAMES)
        with pytest.raises(PermissionDenied):
            actions.remove_function(acting_user=member, function_id=1)
        for name, args in (("add_function", []), ("function", [1]), ("remove_function", [1])):
            answer = as_member(member).post(reverse(f"organisation:{name}", args=args), NAMES)
            assert answer.status_code == 403
    assert Function.objects.count() == 9


def test_functions_are_counted_with_who_is_active(alice: Member, bob: Member) -> None:
    first = queries.functions(alice)[0]
    for member in (alice, bob):
        actions.change_member(
            acting_user=alice,
            member_id=member.pk,
            name=member.name,
            language="fr",
            role=member.role,
            function_id=first.pk,
        )
    actions.deactivate_member(acting_user=alice, member_id=bob.pk)
    first = queries.functions(alice)[0]
    assert first.holders == 1  # type: ignore[attr-defined]  # annotated by the query


@given(name=st.text(max_size=80), taken=st.lists(st.text(max_size=60), max_size=5))
def test_a_slug_is_always_free_and_fits(name: str, taken: list[str]) -> None:
    slug = free_slug(name, taken)
    assert slug not in taken
    assert 0 < len(slug) <= 60
    assert free_slug(name, [*taken, slug]) != slug
