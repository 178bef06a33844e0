"""Remembering's part of forgetting: who they are, and by what they are known."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from entregent.apps.listen.forgetting import Leaving
from entregent.apps.listen.keyring import account_key
from entregent.apps.organisation.forgetting import Mask, mask_texts, plain_rows
from entregent.apps.remember.models import Account, Consent, Look, Person, Promise, PublicOf
from entregent.apps.remember.seeing import handle_of, in_parts
from entregent.lake.masking import Known


def person_key(person_id: int, known_since: str) -> int:
    """Key under which a person stands in the ledger, as if they were an account.

    The day since when they are known tells apart two people who had the same number, one before a
    restore and one after it.
    """
    return account_key(f"entregent:person:{person_id}:{known_since}")


def key_of(uri: str) -> int:
    """Key of an account in the lake."""
    return account_key(uri)


def accounts_with(keys: Collection[int]) -> list[Account]:
    """Accounts of the working set with some keys."""
    found: list[Account] = []
    for some in in_parts(keys):
        found += Account.objects.filter(key__in=some)
    return found


def person_with(keys: Collection[int]) -> int | None:
    """Number of a person whose own key, as `person_key` gives it, is among some."""
    rows = Person.objects.values_list("pk", "known_since").order_by("pk").iterator()
    return next((pk for pk, since in rows if person_key(pk, since.isoformat()) in keys), None)


def known_here(account_keys: Collection[int], person_id: int | None) -> Known:
    """By what the working set knows somebody."""
    accounts = accounts_with(account_keys)
    known = Known(
        addresses=tuple(row.uri for row in accounts),
        handles=(
            *(row.handle for row in accounts if row.handle),
            *handles_in(row.uri for row in accounts),
        ),
        names=tuple(row.name for row in accounts if row.name),
    )
    names = Person.objects.filter(pk=person_id or 0).values_list("name", flat=True)
    return known | Known(names=tuple(names))


def handles_in(addresses: Iterable[str]) -> tuple[str, ...]:
    """Handles that addresses of accounts tell."""
    return tuple(handle for handle in map(handle_of, addresses) if handle)


def leaving(account_keys: Collection[int], person_id: int | None, known: Known) -> Leaving:
    """Somebody as the other apps need them."""
    return Leaving(tuple(row.pk for row in accounts_with(account_keys)), person_id, known)


def forget_account(who: Leaving) -> dict[str, int]:
    """Remove a person and their accounts, with consents, promises and looks."""
    counts: dict[str, int] = {}
    with transaction.atomic():
        for rows in (
            Account.objects.filter(pk__in=who.account_ids),
            Person.objects.filter(pk=who.person_id or 0),
        ):
            for name, number in rows.delete()[1].items():
                table = name.lower().replace(".", "_")
                counts[table] = counts.get(table, 0) + number
    return counts


def mask_account(mask: Mask) -> int:
    """Mask what promises and proofs of others say of somebody; a namesake keeps their name."""
    return mask_texts(Promise, ["what"], mask) + mask_texts(Consent, ["proof"], mask)


def namesakes(known: Known) -> int:
    """How many others go by the same name or handle: what is theirs stays."""
    names, handles = list(known.names), list(known.handles)
    others = Account.objects.filter(Q(name__in=names) | Q(handle__in=handles))
    return others.count() + Person.objects.filter(name__in=names).count()


def held_on(who: Leaving) -> dict[str, list[dict[str, Any]]]:
    """Everything that remembering keeps of somebody, by table."""
    accounts, person = who.account_ids, who.person_id or 0
    of_accounts = Q(account_id__in=accounts)
    looks = Look.objects.filter(of_accounts | Q(person_id=person))
    publics = PublicOf.objects.filter(person_id=person).order_by("pk")
    return {
        "people": plain_rows(Person.objects.filter(pk=person)),
        "accounts": plain_rows(Account.objects.filter(pk__in=accounts).order_by("pk")),
        "publics": plain_rows(publics, "public__name_fr", "public__name_en"),
        "consents": plain_rows(Consent.objects.filter(person_id=person).order_by("given_at")),
        "promises": plain_rows(Promise.objects.filter(of_accounts).order_by("made_at")),
        "looks": plain_rows(looks.order_by("last_at")),
    }


def how_much(who: Leaving) -> dict[str, int]:
    """How many promises and consents would go."""
    return {
        "promises": Promise.objects.filter(account_id__in=who.account_ids).count(),
        "consents": Consent.objects.filter(person_id=who.person_id or 0).count(),
    }
