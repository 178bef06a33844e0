"""Members make tokens for themselves; each is shown once, and only its digest is kept."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from entregent.apps.organisation import actions, actions_tokens, tokens
from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.models import ApiToken, AuditEntry, Member
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
WANTED = {"name": "<script>alert(1)</script>", "scopes": ["campaigns", "series"], "days": "90"}


def make(member: Member, *scopes: str, days: float = 30) -> tuple[int, str]:
    return actions_tokens.make_token(
        acting_user=member,
        name="Tableau",
        scopes=scopes or ("campaigns",),
        expires_at=timezone.now() + timedelta(days=days),
    )


def test_it_is_shown_once_and_kept_as_a_digest(bob: Member, as_member: Browser) -> None:
    his, address = as_member(bob), reverse("organisation:tokens", args=[bob.pk])
    page = his.post(address, WANTED)
    check(page.headers, page.content.decode())
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    again = his.get(address)
    check(again.headers, again.content.decode())
    assert secret not in again.content.decode()
    row = ApiToken.objects.get()
    assert secret not in str(vars(row))
    assert secret not in str(list(AuditEntry.objects.values()))
    assert tokens.holder_of(secret)[0].member == bob  # type: ignore[union-attr]  # it is good


def test_nobody_makes_one_for_somebody_else(alice: Member, bob: Member, as_member: Browser) -> None:
    address = reverse("organisation:tokens", args=[bob.pk])
    assert as_member(alice).post(address, WANTED).status_code == 200
    assert not ApiToken.objects.exists()
    assert as_member(bob).get(reverse("organisation:tokens", args=[alice.pk])).status_code == 404


def test_its_member_or_an_owner_revokes_it(
    alice: Member, bob: Member, gwen: Member, as_member: Browser
) -> None:
    for member, who in ((bob, bob), (bob, alice)):
        number, secret = make(member)
        address = reverse("organisation:revoke_token", args=[bob.pk, number])
        assert as_member(gwen).post(address).status_code == 404
        with pytest.raises(PermissionDenied):
            actions_tokens.revoke_token(acting_user=gwen, token_id=number)
        assert as_member(who).post(address).status_code == 302
        assert tokens.holder_of(secret) == (None, "revoked")
    of_alice, _ = make(alice)
    elsewhere = reverse("organisation:revoke_token", args=[bob.pk, of_alice])
    assert as_member(bob).post(elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("scopes", "days", "code"),
    [
        ((), 30, "no_scope"),
        (("everything",), 30, "no_scope"),
        (("people",), 30, "scope_not_yours"),
        (("private",), 30, "scope_not_yours"),
        (("campaigns",), 0, "bad_expiry"),
        (("campaigns",), 367, "bad_expiry"),
    ],
)
def test_what_a_guest_may_not_read_and_what_never_ends_is_refused(
    gwen: Member, scopes: tuple[str, ...], days: int, code: str
) -> None:
    with pytest.raises(OrganisationRefused, match=code):
        actions_tokens.make_token(
            acting_user=gwen,
            name="Agence",
            scopes=scopes,
            expires_at=timezone.now() + timedelta(days=days),
        )


def test_a_member_has_twenty_at_most(alice: Member) -> None:
    for _ in range(tokens.MOST):
        make(alice)
    with pytest.raises(OrganisationRefused, match="too_many_tokens"):
        make(alice)


def test_a_closed_access_makes_none(alice: Member, bob: Member) -> None:
    actions.deactivate_member(acting_user=alice, member_id=bob.pk)
    with pytest.raises(OrganisationRefused, match="access_closed"):
        make(Member.objects.get(pk=bob.pk))


def test_a_guest_is_offered_only_what_guests_may_read(gwen: Member, as_member: Browser) -> None:
    page = as_member(gwen).get(reverse("organisation:tokens", args=[gwen.pk]))
    check(page.headers, page.content.decode())
    offered = {value for value, _ in page.context["form"].fields["scopes"].choices}
    assert offered == {"activities", "conversations", "campaigns", "series"}
