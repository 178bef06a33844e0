"""The first set-up: one link, one owner, once."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from entregent.apps.organisation import queries
from entregent.apps.organisation.actions import (
    OrganisationDetails,
    OrganisationRefused,
    open_set_up,
    set_up,
)
from entregent.apps.organisation.models import AuditEntry, Function, Member, OneTimeLink

pytestmark = pytest.mark.django_db

ANSWERS = {
    "organisation_name": "Frimas et Framboises",
    "time_zone": "America/Toronto",
    "languages": ["fr", "en"],
    "default_language": "fr",
    "name": "Maude Lafrenière-Ouellon",
    "email": "Maude@FrimasEtFramboises.example",
    "password": "trois tuques et une navette",
}


def page(secret: str) -> str:
    return reverse("organisation:first_steps", args=[secret])


def test_the_first_owner_sets_the_house_up_and_is_signed_in(client: Client) -> None:
    secret = open_set_up()
    assert client.get(page(secret)).status_code == 200
    answer = client.post(page(secret), ANSWERS)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("pages:today")
    owner = Member.objects.get()
    assert owner.is_owner
    assert owner.email == "maude@frimasetframboises.example"
    assert client.get(reverse("organisation:organisation")).status_code == 200
    house = queries.house()
    assert house is not None
    assert (house.name, house.zone.key) == ("Frimas et Framboises", "America/Toronto")
    assert Function.objects.count() == 9


def test_its_secret_is_not_kept() -> None:
    secret = open_set_up()
    assert secret not in OneTimeLink.objects.get().digest


def test_a_newer_link_closes_the_one_before(client: Client) -> None:
    before, now = open_set_up(), open_set_up()
    assert client.get(page(before)).status_code == 404
    assert client.post(page(before), ANSWERS).status_code == 404
    assert client.get(page(now)).status_code == 200
    assert not Member.objects.exists()


def test_nothing_can_be_set_up_twice(alice: Member, client: Client) -> None:
    with pytest.raises(OrganisationRefused, match="already_set_up"):
        open_set_up()
    details = OrganisationDetails("Autre", "America/Toronto", ["fr"], "fr")
    with pytest.raises(OrganisationRefused, match="already_set_up"):
        set_up(organisation=details, name="X", email="x@y.example", language="fr", password="z")
    answer = client.post(page("anything"), ANSWERS)
    assert answer.status_code == 302
    assert list(Member.objects.all()) == [alice]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("organisation_name", ""),
        ("time_zone", "Mars/Olympus"),
        ("languages", []),
        ("languages", ["de"]),
        ("default_language", "en"),
        ("email", "nowhere"),
        ("password", "court"),
        ("password", "motdepasse"),
        ("password", "maude@frimasetframboises"),
    ],
)
def test_a_wrong_answer_is_told_beside_its_question(
    client: Client, field: str, value: object
) -> None:
    answers = ANSWERS | {"languages": ["fr"]} | {field: value}
    answer = client.post(page(open_set_up()), answers)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Member.objects.exists()


def test_before_set_up_every_way_leads_to_the_first_steps(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "entregent run" in answer.content.decode()


@pytest.mark.parametrize(
    ("details", "code"),
    [
        (OrganisationDetails("A", "../etc/passwd", ["fr"], "fr"), "bad_time_zone"),
        (OrganisationDetails("A", "", ["fr"], "fr"), "bad_time_zone"),
        (OrganisationDetails("A", "America/Toronto", [], "fr"), "no_language"),
        (OrganisationDetails("A", "America/Toronto", ["tlh"], "tlh"), "no_language"),
        (OrganisationDetails("A", "America/Toronto", ["fr"], "en"), "default_not_spoken"),
    ],
)
def test_the_action_refuses_what_a_form_would(details: OrganisationDetails, code: str) -> None:
    with pytest.raises(OrganisationRefused, match=code):
        set_up(organisation=details, name="X", email="x@y.example", language="fr", password="z")
    assert not Member.objects.exists()
    assert not AuditEntry.objects.exists()


def test_it_signs_out_whoever_was_signed_in_before(
    client: Client, as_member: Callable[[Member], Client]
) -> None:
    secret = open_set_up()
    client.post(page(secret), ANSWERS)
    assert int(client.session["_auth_user_id"]) == Member.objects.get().pk
