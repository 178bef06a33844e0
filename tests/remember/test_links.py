"""Accounts are linked to people when that is confirmed, and never otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.organisation.queries import NotFound
from entregent.apps.remember import actions, queries
from entregent.apps.remember.actions import RememberRefused
from entregent.apps.remember.models import Account, Person

pytestmark = pytest.mark.django_db
Maker = Callable[..., Account]


def test_a_confirmed_link_says_who_when_and_how(bob: Member, maryse: int) -> None:
    (account,) = queries.accounts_of_person(bob, maryse)
    assert account.link_reason == "themselves"
    assert account.linked_at is not None
    assert queries.person_of(account.id) == maryse
    entry = AuditEntry.objects.get(action="remember.account_linked")
    assert entry.member == bob
    assert entry.changes["person"] == [None, f"person:{maryse}"]


def test_undoing_a_link_restores_the_account_as_it_was(
    bob: Member, maryse: int, account: Maker
) -> None:
    other = account("https://x.example/maryse", network="x", name="Maryse")
    before = Account.objects.filter(pk=other.pk).values().get()
    actions.link_account(acting_user=bob, account_id=other.pk, person_id=maryse, reason="order")
    actions.unlink_account(acting_user=bob, account_id=other.pk)
    assert Account.objects.filter(pk=other.pk).values().get() == before
    assert len(queries.accounts_of_person(bob, maryse)) == 1


@pytest.mark.parametrize("reason", ["", "looks_alike", "same_name"])
def test_likeness_is_no_reason(bob: Member, maryse: int, account: Maker, reason: str) -> None:
    other = account("https://x.example/maryse")
    with pytest.raises(RememberRefused, match="bad_reason"):
        actions.link_account(acting_user=bob, account_id=other.pk, person_id=maryse, reason=reason)


@pytest.mark.parametrize(
    ("more", "code"),
    [({"network": "linkedin"}, "never_linked"), ({"is_ours": True}, "is_ours")],
)
def test_some_accounts_are_never_linked(
    bob: Member, maryse: int, account: Maker, more: dict[str, object], code: str
) -> None:
    other = account("https://autre.example/u", **more)
    with pytest.raises(RememberRefused, match=code):
        actions.link_account(
            acting_user=bob, account_id=other.pk, person_id=maryse, reason="themselves"
        )


def test_an_account_belongs_to_one_person(bob: Member, maryse: int) -> None:
    (account,) = queries.accounts_of_person(bob, maryse)
    thomas = actions.add_person(acting_user=bob, name="Thomas")
    with pytest.raises(RememberRefused, match="linked_already"):
        actions.link_account(
            acting_user=bob, account_id=account.id, person_id=thomas, reason="order"
        )


def test_somebody_new_behind_an_account_is_known_since_their_first_words(
    bob: Member, account: Maker
) -> None:
    other = account("https://x.example/thomas", language="en")
    person = actions.add_person_behind(
        acting_user=bob, account_id=other.pk, name="Thomas A.", reason="member_asked"
    )
    sheet = queries.access_person(bob, person)
    assert (sheet.languages, sheet.known_since) == (("en",), other.first_seen_at.date())
    assert [each.id for each in sheet.accounts] == [other.pk]


def test_who_was_refused_leaves_nobody_behind(bob: Member, account: Maker) -> None:
    other = account("https://linkedin.example/in/x", network="linkedin")
    with pytest.raises(RememberRefused, match="never_linked"):
        actions.add_person_behind(
            acting_user=bob, account_id=other.pk, name="X", reason="themselves"
        )
    assert not Person.objects.exists()


def test_corrections_are_told_by_their_fields_never_by_their_words(
    bob: Member, maryse: int
) -> None:
    actions.change_person(
        acting_user=bob,
        person_id=maryse,
        name="Maryse Bélanger-Roy",
        languages=["fr", "en"],
        address_form="tu",
        public_ids=[],
    )
    sheet = queries.access_person(bob, maryse)
    assert (sheet.name, sheet.languages, sheet.address_form) == (
        "Maryse Bélanger-Roy",
        ("fr", "en"),
        "tu",
    )
    entry = AuditEntry.objects.get(action="remember.person_changed")
    assert set(entry.changes) == {"name", "languages", "address_form"}
    assert "Maryse" not in str(list(AuditEntry.objects.values()))


def test_a_guest_knows_nobody_and_changes_nothing(
    gwen: Member, maryse: int, account: Maker
) -> None:
    theirs = Account.objects.get().pk
    with pytest.raises(NotFound):
        queries.access_person(gwen, maryse)
    with pytest.raises(NotFound):
        queries.access_account(gwen, theirs)
    assert queries.accounts_of_person(gwen, maryse) == []
    assert queries.people(gwen, "Maryse").rows == ()
    with pytest.raises(PermissionDenied):
        actions.add_person(acting_user=gwen, name="X")
    with pytest.raises(PermissionDenied):
        actions.unlink_account(acting_user=gwen, account_id=theirs)


def test_only_an_owner_says_what_is_ours(alice: Member, bob: Member) -> None:
    uri = "https://mastodon.example/@frimas"
    with pytest.raises(PermissionDenied):
        actions.add_our_account(acting_user=bob, uri=uri, network="mastodon")
    actions.add_our_account(acting_user=alice, uri=uri, network="mastodon", name="Frimas")
    (ours,) = queries.our_accounts()
    assert (ours.uri, ours.is_ours) == (uri, True)


def test_whom_we_owe_comes_first_and_accounts_are_found_by_words_alone(
    bob: Member, alice: Member, maryse: int, account: Maker
) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from entregent.apps.organisation.queries import functions

    actions.add_person(acting_user=bob, name="Adèle")
    account("https://x.example/maryse_du_quai", network="x")
    (theirs,) = queries.accounts_of_person(bob, maryse)
    actions.make_promise(
        acting_user=bob,
        account_id=theirs.id,
        what="confirmer la rampe",
        due_on=timezone.localdate() + timedelta(days=3),
        function_id=functions(alice)[0].pk,
    )
    listed = queries.people(bob)
    assert [row.name for row in listed.rows] == ["Maryse B.", "Adèle"]
    assert listed.rows[0].promises == 1
    found = queries.people(bob, "MARYSE")
    assert [(row.person_id, row.handle) for row in found.rows] == [
        (maryse, "maryse.b"),
        (None, "maryse_du_quai"),
    ]
    first, second = (queries.people(bob, "maryse", number=n, size=1) for n in (1, 2))
    assert (first.rows + second.rows, first.has_next, second.has_next) == (found.rows, True, False)
