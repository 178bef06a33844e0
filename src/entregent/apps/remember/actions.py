"""Every write of remembering: one transaction, a member who acts, an audit row.

The trail names people and accounts by number, and fields by their names: never what is in them.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.queries import local_day
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.remember import consenting
from entregent.apps.remember.linking import tell_links
from entregent.apps.remember.models import Account, Consent, Look, Person, Promise, PublicOf
from entregent.apps.remember.seeing import name_accounts, remember_accounts

__all__ = [
    "LINK_REASONS",
    "RememberRefused",
    "add_our_account",
    "add_person",
    "add_person_behind",
    "change_person",
    "give_consent",
    "keep_promise",
    "link_account",
    "make_promise",
    "name_accounts",
    "note_look",
    "remember_accounts",
    "solicit",
    "unlink_account",
    "withdraw_consent",
]

LINK_REASONS = ("themselves", "order", "member_asked")
"""How a link is confirmed: by the person, by their order, by a colleague who asked them."""

_LOOK_AGAIN = timedelta(minutes=1)


class RememberRefused(Exception):
    """A change that cannot be made; `code` says why.

    Codes: ``bad_reason``, ``linked_already``, ``not_linked``, ``is_ours``, ``never_linked``,
    ``no_name``, ``no_proof``, ``not_enough``, ``in_the_future``, ``ends_before``,
    ``nothing_given``, ``nothing_promised``, ``due_before_today``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


# People and their accounts


@transaction.atomic
def add_person(
    *,
    acting_user: Member,
    name: str,
    languages: Sequence[str] = (),
    address_form: str = "",
    known_since: date | None = None,
    public_ids: Sequence[int] = (),
) -> int:
    """Add a person and return their number; their accounts are linked one by one."""
    _require_worker(acting_user)
    _require_name(name)
    person = Person.objects.create(
        name=name.strip(),
        languages=list(languages),
        address_form=address_form,
        known_since=known_since or local_day(timezone.now()),
    )
    PublicOf.objects.bulk_create(PublicOf(person=person, public_id=each) for each in public_ids)
    audit(acting_user=acting_user, action="remember.person_added", subject=f"person:{person.pk}")
    return person.pk


@transaction.atomic
def add_person_behind(*, acting_user: Member, account_id: int, name: str, reason: str) -> int:
    """Add the person behind an account and link them at once; returns the person's number."""
    account = _account(acting_user, account_id)
    person_id = add_person(
        acting_user=acting_user,
        name=name,
        languages=[account.language] if account.language in {"fr", "en"} else [],
        known_since=local_day(account.first_seen_at),
    )
    link_account(acting_user=acting_user, account_id=account_id, person_id=person_id, reason=reason)
    return person_id


@transaction.atomic
def change_person(
    *,
    acting_user: Member,
    person_id: int,
    name: str,
    languages: Sequence[str],
    address_form: str,
    public_ids: Sequence[int],
) -> None:
    """Correct what we hold of a person: name, languages, tu or vous, publics."""
    person = _person(acting_user, person_id)
    _require_name(name)
    changes: dict[str, object] = {}
    new: dict[str, Any] = {
        "name": name.strip(),
        "languages": list(languages),
        "address_form": address_form,
    }
    for field, value in new.items():
        if getattr(person, field) != value:
            setattr(person, field, value)
            changes[field] = [None, None]
    if changes:
        person.save(update_fields=list(changes))
    before = set(PublicOf.objects.filter(person=person).values_list("public_id", flat=True))
    wanted = set(public_ids)
    if before != wanted:
        PublicOf.objects.filter(person=person, public_id__in=before - wanted).delete()
        PublicOf.objects.bulk_create(
            PublicOf(person=person, public_id=each) for each in sorted(wanted - before)
        )
        changes["publics"] = [len(before), len(wanted)]
        tell_links(person_id=person_id)
    if changes:
        _audit_person(acting_user, "remember.person_changed", person_id, changes)


@transaction.atomic
def solicit(*, acting_user: Member, person_id: int, allowed: bool) -> None:
    """Note that a person wants to be addressed first, or not: « Ne pas solliciter »."""
    person = _person(acting_user, person_id)
    if person.do_not_solicit == (not allowed):
        return
    person.do_not_solicit = not allowed
    person.save(update_fields=["do_not_solicit"])
    changes = {"do_not_solicit": [allowed, not allowed]}
    _audit_person(acting_user, "remember.soliciting_changed", person_id, changes)


@transaction.atomic
def link_account(*, acting_user: Member, account_id: int, person_id: int, reason: str) -> None:
    """Link an account to a person, because it is confirmed that it is theirs.

    Parameters
    ----------
    acting_user, account_id, person_id
        Who links which account to whom.
    reason
        One of `LINK_REASONS`; likeness alone is none.
    """
    person = _person(acting_user, person_id)
    account = _account(acting_user, account_id)
    if reason not in LINK_REASONS:
        raise RememberRefused("bad_reason")
    if account.is_ours:
        raise RememberRefused("is_ours")
    if account.network == "linkedin":
        # Its members never enter the records of people.
        raise RememberRefused("never_linked")
    if account.person_id is not None:
        raise RememberRefused("linked_already")
    account.person, account.linked_at, account.link_reason = person, timezone.now(), reason
    account.save(update_fields=["person", "linked_at", "link_reason"])
    tell_links(accounts=[account_id])
    _audit_account(
        acting_user,
        "remember.account_linked",
        account_id,
        {"person": [None, f"person:{person_id}"], "link_reason": [None, reason]},
    )


@transaction.atomic
def unlink_account(*, acting_user: Member, account_id: int) -> None:
    """Take a link back: the account stands alone again, as it did before."""
    account = _account(acting_user, account_id)
    if account.person_id is None:
        raise RememberRefused("not_linked")
    before = account.person_id
    account.person, account.linked_at, account.link_reason = None, None, ""
    account.save(update_fields=["person", "linked_at", "link_reason"])
    tell_links(accounts=[account_id])
    changes = {"person": [f"person:{before}", None]}
    _audit_account(acting_user, "remember.account_unlinked", account_id, changes)


@transaction.atomic
def add_our_account(
    *, acting_user: Member, uri: str, network: str, handle: str = "", name: str = ""
) -> int:
    """Say that an account is ours, and return its number."""
    if not acting_user.is_owner:
        raise PermissionDenied("Only an owner may do this.")
    now = timezone.now()
    account, _ = Account.objects.get_or_create(
        uri=uri,
        defaults={
            "key": account_key(uri),
            "network": network,
            "handle": handle,
            "name": name,
            "first_seen_at": now,
            "last_seen_at": now,
        },
    )
    if account.person_id is not None:
        raise RememberRefused("linked_already")
    account.is_ours = True
    account.save(update_fields=["is_ours"])
    changes = {"is_ours": [False, True]}
    _audit_account(acting_user, "remember.our_account_added", account.pk, changes)
    return account.pk


# Consent


@transaction.atomic
def give_consent(
    *,
    acting_user: Member,
    person_id: int,
    purpose: str,
    basis: str,
    proof: str,
    given_at: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Record what a person agreed to or refused, and return its number.

    Parameters
    ----------
    acting_user, person_id
        Who records it, of whom.
    purpose, basis
        ``email``, ``profile``, ``contest``, ``share_words``; ``express``, ``purchase``,
        ``inquiry``, ``refused``. Only e-mail may stand on an implied basis.
    proof
        Where it can be seen: a form, a message, an order.
    given_at, until
        Aware; now, and the end by the law, where nothing is said.
    """
    _person(acting_user, person_id)
    now = timezone.now()
    given_at = given_at or now
    if not proof.strip():
        raise RememberRefused("no_proof")
    known = purpose in Consent.Purpose.values and basis in Consent.Basis.values
    if not known or not consenting.is_enough(purpose, basis):
        raise RememberRefused("not_enough")
    if given_at > now:
        raise RememberRefused("in_the_future")
    if until is not None and until <= given_at:
        raise RememberRefused("ends_before")
    row = Consent.objects.create(
        person_id=person_id,
        purpose=purpose,
        basis=basis,
        given_at=given_at,
        until=consenting.end_of(basis, given_at, until),
        proof=proof.strip(),
    )
    if purpose == Consent.Purpose.PROFILE:
        tell_links(person_id=person_id)
    changes = {"purpose": [None, purpose], "basis": [None, basis], "proof": [None, None]}
    _audit_person(acting_user, "remember.consent_given", person_id, changes)
    return row.pk


@transaction.atomic
def withdraw_consent(*, acting_user: Member, person_id: int, purpose: str) -> None:
    """Note that a person takes a consent back: nothing given for this purpose holds any more."""
    _person(acting_user, person_id)
    now = timezone.now()
    rows = Consent.objects.filter(person_id=person_id, purpose=purpose, withdrawn_at=None)
    rows = rows.exclude(basis=Consent.Basis.REFUSED)
    if not rows.update(withdrawn_at=now):
        raise RememberRefused("nothing_given")
    if purpose == Consent.Purpose.PROFILE:
        tell_links(person_id=person_id)
    changes = {"purpose": [purpose, None]}
    _audit_person(acting_user, "remember.consent_withdrawn", person_id, changes)


# Promises


@transaction.atomic
def make_promise(
    *,
    acting_user: Member,
    account_id: int,
    what: str,
    due_on: date,
    function_id: int,
    conversation_id: int | None = None,
) -> int:
    """Note what we promise to an account, and who holds it; returns its number."""
    account = _account(acting_user, account_id)
    if account.is_ours:
        raise RememberRefused("is_ours")
    if not what.strip():
        raise RememberRefused("nothing_promised")
    now = timezone.now()
    if due_on < local_day(now):
        raise RememberRefused("due_before_today")
    row = Promise.objects.create(
        account=account,
        what=what.strip()[:300],
        made_at=now,
        made_by=acting_user,
        due_on=due_on,
        function_id=function_id,
        conversation_id=conversation_id,
    )
    audit(
        acting_user=acting_user,
        action="remember.promise_made",
        subject=f"promise:{row.pk}",
        changes={
            "account": [None, f"account:{account_id}"],
            "function": [None, f"function:{function_id}"],
            "due_on": [None, due_on.isoformat()],
        },
    )
    return row.pk


@transaction.atomic
def keep_promise(*, acting_user: Member, promise_id: int) -> None:
    """Note that a promise is kept; a second time changes nothing."""
    _require_worker(acting_user)
    row = Promise.objects.select_for_update().filter(pk=promise_id).first()
    if row is None:
        raise NotFound("There is no such promise.")
    if row.kept_at is not None:
        return
    row.kept_at, row.kept_by = timezone.now(), acting_user
    row.save(update_fields=["kept_at", "kept_by"])
    audit(
        acting_user=acting_user,
        action="remember.promise_kept",
        subject=f"promise:{promise_id}",
        changes={"state": ["open", "kept"]},
    )


# Looks


@transaction.atomic
def note_look(
    *, acting_user: Member, person_id: int | None = None, account_id: int | None = None
) -> None:
    """Note that a member opened a page: one row a day, and one line in the trail."""
    _require_worker(acting_user)
    now = timezone.now()
    subject = f"person:{person_id}" if person_id is not None else f"account:{account_id}"
    today = Look.objects.filter(member=acting_user, day=local_day(now))
    row = (
        today.filter(person_id=person_id)
        if person_id is not None
        else today.filter(account_id=account_id or 0)
    ).first()
    if row is None:
        Look.objects.create(
            person_id=person_id,
            account_id=account_id,
            member=acting_user,
            day=local_day(now),
            last_at=now,
        )
        audit(acting_user=acting_user, action="remember.page_opened", subject=subject)
    elif now - row.last_at > _LOOK_AGAIN:
        row.last_at = now
        row.save(update_fields=["last_at"])


def _audit_person(
    acting_user: Member, action: str, person_id: int, changes: dict[str, Any]
) -> None:
    audit(acting_user=acting_user, action=action, subject=f"person:{person_id}", changes=changes)


def _audit_account(
    acting_user: Member, action: str, account_id: int, changes: dict[str, Any]
) -> None:
    audit(acting_user=acting_user, action=action, subject=f"account:{account_id}", changes=changes)


def _require_worker(member: Member) -> None:
    if not member.may_work:
        raise PermissionDenied("Guests know nobody.")


def _require_name(name: str) -> None:
    if not name.strip():
        raise RememberRefused("no_name")


def _person(acting_user: Member, person_id: int) -> Person:
    _require_worker(acting_user)
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None:
        raise NotFound("There is no such person.")
    return person


def _account(acting_user: Member, account_id: int) -> Account:
    _require_worker(acting_user)
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotFound("There is no such account.")
    return account
