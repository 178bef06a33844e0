"""People one after the other, for programs that read them all; what is read is noted."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from entregent.apps.listen.queries import local_day
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.queries import Member
from entregent.apps.remember import consenting
from entregent.apps.remember.lines import ConsentLine
from entregent.apps.remember.models import Account, Consent, Look, Person, Promise, PublicOf


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account whose link to the person is confirmed."""

    id: int
    uri: str
    network: str
    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class OpenPromise:
    """A promise that is to be kept; `function` is a slug."""

    id: int
    what: str
    due_on: date
    function: str


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person without what they said and did: no facet, no score; `publics` are slugs."""

    id: int
    name: str
    languages: tuple[str, ...]
    address_form: str
    known_since: date
    do_not_solicit: bool
    publics: tuple[str, ...]
    accounts: tuple[KnownAccount, ...]
    consents: tuple[ConsentLine, ...]
    open_promises: tuple[OpenPromise, ...]


def people_after(viewer: Member, after: int, count: int) -> list[PersonFacts]:
    """People by their numbers; to guests there is nobody.

    Parameters
    ----------
    viewer
        Who looks.
    after
        Number of the person before; 0 to begin.
    count
        How many at most.
    """
    if not viewer.may_work:
        return []
    return _facts(list(Person.objects.filter(pk__gt=after).order_by("pk")[:count]))


def person_facts(viewer: Member, person_id: int) -> PersonFacts | None:
    """One person; None if there is no such person, or for guests."""
    if not viewer.may_work:
        return None
    found = _facts(list(Person.objects.filter(pk=person_id)))
    return found[0] if found else None


def account_facts(viewer: Member, ids: Sequence[int]) -> dict[int, KnownAccount]:
    """Some accounts by number; whoever asks has checked that the viewer may see their words."""
    if not viewer.is_active:
        return {}
    return {row.pk: _account(row) for row in Account.objects.filter(pk__in=set(ids))}


@transaction.atomic
def note_looks(*, acting_user: Member, person_ids: Sequence[int]) -> None:
    """Note that a member's program read some people: one row a day each, one line in the trail."""
    now = timezone.now()
    today = local_day(now)
    seen = Look.objects.filter(member=acting_user, day=today, person_id__in=person_ids)
    known = set(seen.values_list("person_id", flat=True))
    new = [pk for pk in person_ids if pk not in known]
    if not new:
        return
    Look.objects.bulk_create(
        Look(person_id=pk, member=acting_user, day=today, last_at=now) for pk in new
    )
    audit(
        acting_user=acting_user,
        action="remember.people_read",
        subject=f"person:{new[0]}" if len(new) == 1 else "person:many",
        changes={"people": [0, len(new)]},
    )


def _facts(rows: Sequence[Person]) -> list[PersonFacts]:
    ids = [row.pk for row in rows]
    accounts: dict[int | None, list[KnownAccount]] = defaultdict(list)
    for account in Account.objects.filter(person__in=ids).order_by("linked_at", "pk"):
        accounts[account.person_id].append(_account(account))
    publics: dict[int, list[str]] = defaultdict(list)
    belongs = PublicOf.objects.filter(person__in=ids).select_related("public")
    for each in belongs.order_by("public_id"):
        publics[each.person_id].append(each.public.slug)
    promises: dict[int | None, list[OpenPromise]] = defaultdict(list)
    owed = Promise.objects.filter(account__person__in=ids, kept_at=None)
    for promise in owed.select_related("account", "function").order_by("due_on", "pk"):
        promises[promise.account.person_id].append(
            OpenPromise(promise.pk, promise.what, promise.due_on, promise.function.slug)
        )
    consents = _consents(ids)
    return [
        PersonFacts(
            id=row.pk,
            name=row.name,
            languages=tuple(row.languages),
            address_form=row.address_form,
            known_since=row.known_since,
            do_not_solicit=row.do_not_solicit,
            publics=tuple(publics[row.pk]),
            accounts=tuple(accounts[row.pk]),
            consents=tuple(consents[row.pk]),
            open_promises=tuple(promises[row.pk]),
        )
        for row in rows
    ]


def _consents(ids: Sequence[int]) -> dict[int, list[ConsentLine]]:
    now = timezone.now()
    rows = list(Consent.objects.filter(person__in=ids).order_by("person_id", "given_at", "pk"))
    refused: dict[tuple[int, str], list[Consent]] = defaultdict(list)
    for row in rows:
        if row.basis == Consent.Basis.REFUSED:
            refused[row.person_id, row.purpose].append(row)
    found: dict[int, list[ConsentLine]] = defaultdict(list)
    for row in rows:
        is_held = consenting.holds([row, *refused[row.person_id, row.purpose]], now)
        found[row.person_id].append(
            ConsentLine(
                row.pk,
                row.purpose,
                row.basis,
                row.given_at,
                row.until,
                row.withdrawn_at,
                row.proof,
                is_held,
            )
        )
    return found


def _account(row: Account) -> KnownAccount:
    return KnownAccount(row.pk, row.uri, row.network, row.handle, row.name)
