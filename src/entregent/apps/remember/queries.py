"""Reads of people, accounts, consents and promises, each through a check of who looks.

Guests know nobody: to them a person is not found, and lists are empty.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from entregent.apps.listen.queries import local_day, zone_of_days
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.remember import consenting
from entregent.apps.remember.lines import (
    AccountLine,
    AccountSheet,
    ConsentLine,
    LookLine,
    PeoplePage,
    PersonLine,
    PersonSheet,
    PromiseLine,
    PublicLine,
    Speaker,
)
from entregent.apps.remember.listing import people
from entregent.apps.remember.models import Account, Consent, Look, Person, Promise, PublicOf
from entregent.apps.remember.seeing import in_parts

__all__ = [
    "AccountLine",
    "AccountSheet",
    "ConsentLine",
    "LookLine",
    "PeoplePage",
    "PersonLine",
    "PersonSheet",
    "PromiseLine",
    "Speaker",
    "access_account",
    "access_person",
    "access_promise",
    "account_ids",
    "account_uris",
    "accounts_of_person",
    "consents_of",
    "count_people",
    "has_consent",
    "looks_at",
    "open_promises",
    "our_accounts",
    "people",
    "person_of",
    "promises_kept_on",
    "promises_of",
    "speakers",
]


def access_person(viewer: Member, person_id: int) -> PersonSheet:
    """A person, or `NotFound`: for guests there is none."""
    row = Person.objects.filter(pk=person_id).first() if viewer.may_work else None
    if row is None:
        raise NotFound("There is no such person.")
    publics = PublicOf.objects.filter(person=row).select_related("public").order_by("public_id")
    return PersonSheet(
        id=row.pk,
        name=row.name,
        languages=tuple(row.languages),
        address_form=row.address_form,
        known_since=row.known_since,
        do_not_solicit=row.do_not_solicit,
        publics=tuple(PublicLine(each.public_id, each.public.name) for each in publics),
        accounts=tuple(accounts_of_person(viewer, person_id)),
        may_profile=has_consent(person_id, Consent.Purpose.PROFILE, timezone.now()),
    )


def access_account(viewer: Member, account_id: int) -> AccountSheet:
    """An account, or `NotFound`: for guests there is none."""
    found = Account.objects.select_related("person").filter(pk=account_id)
    row = found.first() if viewer.may_work else None
    if row is None:
        raise NotFound("There is no such account.")
    return AccountSheet(_account(row), row.person.name if row.person is not None else "")


def accounts_of_person(viewer: Member, person_id: int) -> list[AccountLine]:
    """Accounts whose link to a person is confirmed, in the order of their linking."""
    if not viewer.may_work:
        return []
    found = Account.objects.filter(person_id=person_id).order_by("linked_at", "pk")
    return [_account(row) for row in found]


def our_accounts() -> list[AccountLine]:
    """Accounts by which the organisation speaks."""
    return [_account(row) for row in Account.objects.filter(is_ours=True).order_by("pk")]


def person_of(account_id: int) -> int | None:
    """The person behind an account, where the link is confirmed."""
    found = Account.objects.filter(pk=account_id).values_list("person_id", flat=True)
    return found.first()


def account_ids(uris: Iterable[str]) -> dict[str, int]:
    """Ids of the known accounts among some URIs."""
    found: dict[str, int] = {}
    for some in in_parts(set(uris)):
        found |= dict(Account.objects.filter(uri__in=some).values_list("uri", "pk"))
    return found


def account_uris(ids: Iterable[int]) -> dict[int, str]:
    """Addresses of some accounts, by id."""
    found: dict[int, str] = {}
    for some in in_parts(set(ids)):
        found |= dict(Account.objects.filter(pk__in=some).values_list("pk", "uri"))
    return found


def speakers(ids: Iterable[int]) -> dict[int, Speaker]:
    """Who stands behind some accounts, by id; whoever asks has checked what they may see."""
    found: dict[int, Speaker] = {}
    for some in in_parts(set(ids)):
        for row in Account.objects.filter(pk__in=some).select_related("person"):
            person = row.person
            known = person.languages if person is not None else []
            found[row.pk] = Speaker(
                id=row.pk,
                uri=row.uri,
                network=row.network,
                name=(person.name if person is not None else "") or row.name or row.handle,
                handle=row.handle,
                language=_spoken(known, row.language),
                person_id=row.person_id,
                address_form=person.address_form if person is not None else "",
                do_not_solicit=person.do_not_solicit if person is not None else False,
                is_ours=row.is_ours,
            )
    return found


def _spoken(known: Sequence[str], heard: str) -> str:
    """One of the person's languages: the one of their latest words if it is among them."""
    return heard if heard in known or not known else known[0]


def count_people() -> tuple[int, int]:
    """How many people are known, and how many accounts of others; for the command line."""
    return Person.objects.count(), Account.objects.filter(is_ours=False).count()


# Promises


def promises_of(viewer: Member, account_ids: Iterable[int]) -> list[PromiseLine]:
    """Promises to some accounts: open ones first, as they are due; then kept ones, newest first."""
    found = _promises(viewer, Q(account_id__in=list(account_ids)))
    kept = [line for line in found if not line.is_open]
    kept.sort(key=lambda line: line.kept_at or line.made_at, reverse=True)
    return [line for line in found if line.is_open] + kept


def open_promises(viewer: Member) -> list[PromiseLine]:
    """Every promise that is to be kept, the longest overdue first."""
    return _promises(viewer, Q(kept_at=None))


def access_promise(viewer: Member, promise_id: int) -> PromiseLine:
    """A promise, or `NotFound`: for guests there is none."""
    found = _promises(viewer, Q(pk=promise_id))
    if not found:
        raise NotFound("There is no such promise.")
    return found[0]


def promises_kept_on(viewer: Member, day: date) -> int:
    """How many promises were kept on a day of the organisation's zone."""
    if not viewer.may_work:
        return 0
    start = datetime.combine(day, time(), tzinfo=zone_of_days())
    until = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone_of_days())
    return Promise.objects.filter(kept_at__gte=start, kept_at__lt=until).count()


def _promises(viewer: Member, which: Q) -> list[PromiseLine]:
    if not viewer.may_work:
        return []
    today = local_day(timezone.now())
    found = Promise.objects.filter(which).select_related(
        "account__person", "function", "made_by", "kept_by"
    )
    return [_promise(row, today) for row in found.order_by("due_on", "made_at", "pk")]


def _promise(row: Promise, today: date) -> PromiseLine:
    account = row.account
    person = account.person
    return PromiseLine(
        id=row.pk,
        account_id=row.account_id,
        person_id=account.person_id,
        name=(person.name if person is not None else "") or account.name or account.handle,
        network=account.network,
        what=row.what,
        made_at=row.made_at,
        made_by=row.made_by.name,
        due_on=row.due_on,
        function_id=row.function_id,
        function=row.function.name,
        conversation_id=row.conversation_id,
        kept_at=row.kept_at,
        kept_by=row.kept_by.name if row.kept_by is not None else "",
        days_late=(today - row.due_on).days,
    )


# Consents and looks


def consents_of(viewer: Member, person_id: int) -> list[ConsentLine]:
    """Every consent and refusal of a person, by purpose, newest first."""
    if not viewer.may_work:
        return []
    now = timezone.now()
    by_purpose: dict[str, list[Consent]] = defaultdict(list)
    for row in Consent.objects.filter(person_id=person_id).order_by("-given_at", "-pk"):
        by_purpose[row.purpose].append(row)
    found = []
    for purpose in Consent.Purpose.values:
        rows = by_purpose[purpose]
        refusals = [row for row in rows if row.basis == Consent.Basis.REFUSED]
        found += [
            ConsentLine(
                row.pk,
                row.purpose,
                row.basis,
                row.given_at,
                row.until,
                row.withdrawn_at,
                row.proof,
                consenting.holds([row, *refusals], now),
            )
            for row in rows
        ]
    return found


def has_consent(person_id: int, purpose: str, at: datetime) -> bool:
    """Whether a person's consent to a purpose holds at a time."""
    return consenting.holds(Consent.objects.filter(person_id=person_id, purpose=purpose), at)


def looks_at(
    viewer: Member, *, person_id: int | None = None, account_id: int | None = None
) -> list[LookLine]:
    """Who opened a page, newest first: the last fifty days and colleagues."""
    if not viewer.may_work:
        return []
    if person_id is not None:
        found = Look.objects.filter(person_id=person_id)
    elif account_id is not None:
        found = Look.objects.filter(account_id=account_id)
    else:
        found = Look.objects.none()
    return [
        LookLine(row.member.name, row.day, row.last_at)
        for row in found.select_related("member").order_by("-last_at", "-pk")[:50]
    ]


def _account(row: Account) -> AccountLine:
    return AccountLine(
        id=row.pk,
        uri=row.uri,
        network=row.network,
        handle=row.handle,
        name=row.name,
        language=row.language,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        is_ours=row.is_ours,
        person_id=row.person_id,
        linked_at=row.linked_at,
        link_reason=row.link_reason,
    )
