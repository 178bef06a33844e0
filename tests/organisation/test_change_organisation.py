"""The organisation's own page."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from entregent.apps.organisation import actions, queries
from entregent.apps.organisation.actions import OrganisationDetails
from entregent.apps.organisation.models import AuditEntry, Member, Organisation

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
CHANGED = {
    "organisation_name": "Les Framboises",
    "time_zone": "America/Halifax",
    "languages": ["fr"],
    "default_language": "fr",
}


def test_an_owner_changes_it(alice: Member, as_member: Browser) -> None:
    address = reverse("organisation:change")
    assert "Frimas et Framboises" in as_member(alice).get(address).content.decode()
    assert as_member(alice).post(address, CHANGED).status_code == 302
    house = queries.house()
    assert house is not None
    assert (house.name, house.time_zone, house.languages) == (
        "Les Framboises",
        "America/Halifax",
        ("fr",),
    )
    assert AuditEntry.objects.latest("pk").changes == {
        "name": ["Frimas et Framboises", "Les Framboises"],
        "time_zone": ["America/Toronto", "America/Halifax"],
        "languages": [["fr", "en"], ["fr"]],
    }


def test_what_stays_the_same_leaves_no_trace(alice: Member) -> None:
    before = AuditEntry.objects.count()
    details = OrganisationDetails("Frimas et Framboises", "America/Toronto", ["fr", "en"], "fr")
    actions.change_organisation(acting_user=alice, details=details)
    assert AuditEntry.objects.count() == before


def test_only_owners_change_it(bob: Member, gwen: Member, as_member: Browser) -> None:
    details = OrganisationDetails("X", "America/Toronto", ["fr"], "fr")
    for member in (bob, gwen):
        with pytest.raises(PermissionDenied):
            actions.change_organisation(acting_user=member, details=details)
        assert as_member(member).post(reverse("organisation:change"), CHANGED).status_code == 403


def test_the_main_language_is_one_of_its_languages(alice: Member, as_member: Browser) -> None:
    page = as_member(alice).post(
        reverse("organisation:change"), CHANGED | {"default_language": "en"}
    )
    assert "default_language" in page.context["form"].errors


def test_there_is_no_second_organisation(alice: Member) -> None:
    with pytest.raises(IntegrityError, match="organisation_is_one"), transaction.atomic():
        Organisation.objects.create(
            pk=2, name="Autre", time_zone="UTC", languages=["fr"], default_language="fr"
        )
