"""Members are added by owners, and choose their password by a link that works once."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from entregent.apps.organisation import actions, queries
from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.models import AuditEntry, Function, Member, OneTimeLink

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
NEW = {"name": "Kim-Ly Trottier", "email": "Kim-Ly@frimas.example", "language": "fr"}


def add(alice: Member) -> tuple[Member, str]:
    member_id, secret = actions.add_member(acting_user=alice, role="member", **NEW)
    return Member.objects.get(pk=member_id), secret


def link(secret: str) -> str:
    return reverse("organisation:invitation", args=[secret])


def test_an_owner_adds_a_member_who_chooses_a_password(
    alice: Member, as_member: Browser, client: Client
) -> None:
    second = queries.functions(alice)[1]
    page = as_member(alice).post(
        reverse("organisation:add_member"), NEW | {"role": "member", "function_id": str(second.pk)}
    )
    found = re.search(r"http://testserver(/invitation/[\w-]+/)", page.content.decode())
    assert found is not None
    member = Member.objects.get(email="kim-ly@frimas.example")
    assert member.function_id == second.pk
    assert not member.has_usable_password()

    assert "Kim-Ly Trottier" in client.get(found[1]).content.decode()
    assert client.post(found[1], {"password": "court"}).status_code == 200
    assert client.post(found[1], {"password": "une tuque par artiste"}).status_code == 302
    assert int(client.session["_auth_user_id"]) == member.pk
    assert Client().get(found[1]).status_code == 404


def test_a_link_ends_after_seven_days(alice: Member, client: Client) -> None:
    _, secret = add(alice)
    OneTimeLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(link(secret)).status_code == 404


def test_a_new_link_closes_the_one_before(alice: Member, client: Client) -> None:
    member, before = add(alice)
    now = actions.renew_link(acting_user=alice, member_id=member.pk)
    assert client.get(link(before)).status_code == 404
    assert client.get(link(now)).status_code == 200


def test_a_link_cannot_be_used_twice_at_once(alice: Member) -> None:
    member, _ = add(alice)
    actions.choose_password(acting_user=member, password="une tuque par artiste")
    with pytest.raises(OrganisationRefused, match="link_not_valid"):
        actions.choose_password(acting_user=member, password="une autre tuque encore")


def test_asking_for_the_link_page_again_makes_no_second_link(
    alice: Member, as_member: Browser
) -> None:
    member, secret = add(alice)
    address = reverse("organisation:renew_link", args=[member.pk])
    assert as_member(alice).get(address).status_code == 302
    assert Client().get(link(secret)).status_code == 200


def test_an_address_serves_one_member(alice: Member, as_member: Browser) -> None:
    add(alice)
    with pytest.raises(OrganisationRefused, match="email_taken"):
        add(alice)
    page = as_member(alice).post(reverse("organisation:add_member"), NEW | {"role": "member"})
    assert "email" in page.context["form"].errors


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "king"},
        {"language": "de"},
        {"function_id": "99999999"},
        {"name": ""},
        {"email": "-"},
    ],
)
def test_what_is_wrong_adds_nobody(
    alice: Member, as_member: Browser, wrong: dict[str, str]
) -> None:
    as_member(alice).post(reverse("organisation:add_member"), NEW | {"role": "member"} | wrong)
    assert list(Member.objects.all()) == [alice]


def test_an_owner_changes_a_member(alice: Member, bob: Member, as_member: Browser) -> None:
    first = queries.functions(alice)[0].pk
    answer = as_member(alice).post(
        reverse("organisation:member", args=[bob.pk]),
        {"name": "Robert", "language": "en", "role": "guest", "function_id": str(first)},
    )
    assert answer.status_code == 302
    bob.refresh_from_db()
    assert (bob.name, bob.language, bob.role, bob.function_id) == ("Robert", "en", "guest", first)
    entry = AuditEntry.objects.latest("pk")
    assert entry.changes == {
        "name": [None, None],
        "language": ["fr", "en"],
        "role": ["member", "guest"],
        "function": [None, f"function:{first}"],
    }


def test_members_change_their_own_name_and_language_alone(bob: Member, as_member: Browser) -> None:
    first = Function.objects.order_by("pk")[0].pk
    as_member(bob).post(
        reverse("organisation:member", args=[bob.pk]),
        {"name": "Robert", "language": "en", "role": "owner", "function_id": str(first)},
    )
    bob.refresh_from_db()
    assert (bob.name, bob.language, bob.role, bob.function_id) == ("Robert", "en", "member", None)


def test_members_do_not_reach_one_another(bob: Member, gwen: Member, as_member: Browser) -> None:
    address = reverse("organisation:member", args=[gwen.pk])
    assert as_member(bob).get(address).status_code == 404
    assert as_member(bob).post(address, {"name": "X", "language": "fr"}).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.change_member(acting_user=bob, member_id=gwen.pk, name="X", language="fr")
    with pytest.raises(PermissionDenied):
        actions.change_member(
            acting_user=bob, member_id=bob.pk, name="Bob", language="fr", role="owner"
        )


def test_the_last_owner_stays(alice: Member, bob: Member, as_member: Browser) -> None:
    with pytest.raises(OrganisationRefused, match="last_owner"):
        actions.deactivate_member(acting_user=alice, member_id=alice.pk)
    page = as_member(alice).post(
        reverse("organisation:member", args=[alice.pk]),
        {"name": "Alice", "language": "fr", "role": "member"},
    )
    assert "role" in page.context["form"].errors
    refused = as_member(alice).post(reverse("organisation:deactivate_member", args=[alice.pk]))
    assert refused.status_code == 409
    actions.change_member(
        acting_user=alice, member_id=bob.pk, name="Bob", language="fr", role="owner"
    )
    actions.deactivate_member(acting_user=alice, member_id=alice.pk)
    assert queries.is_last_owner(Member.objects.get(pk=bob.pk))


def test_closing_an_access_signs_the_member_out(
    alice: Member, bob: Member, as_member: Browser
) -> None:
    his = as_member(bob)
    assert his.get("/organisation/").status_code == 200
    as_member(alice).post(reverse("organisation:deactivate_member", args=[bob.pk]))
    assert his.get("/organisation/")["Location"].startswith("/account/login/")
    as_member(alice).post(reverse("organisation:reactivate_member", args=[bob.pk]))
    assert as_member(bob).get("/organisation/").status_code == 200


def test_closing_an_access_closes_its_link(alice: Member, client: Client) -> None:
    member, secret = add(alice)
    actions.deactivate_member(acting_user=alice, member_id=member.pk)
    assert client.get(link(secret)).status_code == 404


@pytest.mark.parametrize("action", ["deactivate_member", "reactivate_member", "renew_link"])
def test_only_owners_open_and_close_accesses(
    bob: Member, gwen: Member, as_member: Browser, action: str
) -> None:
    for member in (bob, gwen):
        with pytest.raises(PermissionDenied):
            getattr(actions, action)(acting_user=member, member_id=bob.pk)
        answer = as_member(member).post(reverse(f"organisation:{action}", args=[bob.pk]))
        assert answer.status_code == 403


def test_each_sees_whom_their_role_shows(alice: Member, bob: Member, gwen: Member) -> None:
    closed, _ = add(alice)
    actions.deactivate_member(acting_user=alice, member_id=closed.pk)
    assert [each.pk for each in queries.members(alice)][-1] == closed.pk
    assert {each.pk for each in queries.members(bob)} == {alice.pk, bob.pk, gwen.pk}
    assert queries.members(gwen) == [gwen]


@pytest.mark.parametrize(
    "wrong",
    [{"email": "Upper@case.example"}, {"role": "king"}, {"language": "de"}],
)
def test_the_database_itself_refuses(alice: Member, wrong: dict[str, str]) -> None:
    values = {"email": "x@y.example", "name": "X", "language": "fr", "role": "guest"} | wrong
    with (
        pytest.raises(IntegrityError, match="member_"),
        transaction.atomic(),
    ):
        Member.objects.create(**values)
