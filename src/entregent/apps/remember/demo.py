"""The demonstration's people: their accounts, consents, and what was promised to them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from entregent.apps.organisation.actions import record as audit
from entregent.apps.remember.linking import links_of
from entregent.apps.remember.models import Account, Consent, Look, Person, Promise, PublicOf
from entregent.simulation.world import AccountFacts, ChannelFacts, PersonFacts, PromiseFacts

if TYPE_CHECKING:
    import pyarrow as pa

# Words come later, and the oldest come first: each of them is newer than this.
_NOT_HEARD = datetime(2000, 1, 1, tzinfo=UTC)


@transaction.atomic
def add_people(
    people: Sequence[PersonFacts],
    accounts: Sequence[AccountFacts],
    channels: Sequence[ChannelFacts],
    *,
    publics: Mapping[str, int],
    account_key: Callable[[str], int],
    now: datetime,
) -> None:
    """Add persons with their publics and consents, their accounts, and the accounts that are ours.

    Accounts of people whom nobody knows are added too, with their names; what they said and when
    comes with their words.
    """
    rows = Person.objects.bulk_create(
        Person(
            name=each.name,
            languages=list(each.languages),
            address_form=each.address_form,
            known_since=each.known_since,
            do_not_solicit=each.do_not_solicit,
            is_demo=True,
        )
        for each in people
    )
    PublicOf.objects.bulk_create(
        PublicOf(person=row, public_id=publics[slug])
        for row, each in zip(rows, people, strict=True)
        for slug in each.publics
    )
    Consent.objects.bulk_create(
        Consent(
            person=row,
            purpose=consent.purpose,
            basis=consent.basis,
            given_at=consent.given_at,
            until=consent.until,
            proof=consent.proof,
            is_demo=True,
        )
        for row, each in zip(rows, people, strict=True)
        for consent in each.consents
    )
    Account.objects.bulk_create(
        Account(
            uri=each.uri,
            key=account_key(each.uri),
            network=each.network,
            handle=each.handle,
            name=each.name,
            language=each.language,
            first_seen_at=now,
            last_seen_at=_NOT_HEARD,
            person=rows[each.person] if each.person is not None else None,
            linked_at=each.linked_at or now if each.person is not None else None,
            link_reason=each.link_reason,
            is_demo=True,
        )
        for each in accounts
    )
    Account.objects.bulk_create(
        Account(
            uri=each.our_uri,
            key=account_key(each.our_uri),
            network=each.network,
            handle=each.our_handle,
            name=each.our_name,
            first_seen_at=now,
            last_seen_at=now,
            is_ours=True,
            is_demo=True,
        )
        for each in channels
        if each.our_uri
    )
    audit(
        acting_user=None,
        action="remember.people_added",
        subject="person:demo",
        changes={"rows": [0, len(people)]},
    )


def links() -> "pa.Table":
    """Rows of the lake's ``links``: whose the demonstration's accounts are."""
    return links_of(Account.objects.filter(is_demo=True, person__isnull=False))


@transaction.atomic
def add_promises(
    promises: Sequence[PromiseFacts],
    *,
    members: Mapping[str, int],
    functions: Mapping[str, int],
    conversations: Mapping[str, int],
) -> None:
    """Add promises; `conversations` gives the numbers of threads."""
    wanted = {each.account for each in promises}
    ids = dict(Account.objects.filter(uri__in=wanted).values_list("uri", "pk"))
    Promise.objects.bulk_create(
        Promise(
            account_id=ids[each.account],
            what=each.what,
            made_at=each.made_at,
            made_by_id=members[each.made_by],
            due_on=each.due_on,
            function_id=functions[each.function],
            conversation_id=conversations.get(each.thread),
            kept_at=each.kept_at,
            kept_by_id=members[each.kept_by] if each.kept_by else None,
            is_demo=True,
        )
        for each in promises
    )
    audit(
        acting_user=None,
        action="remember.promises_made",
        subject="promise:demo",
        changes={"rows": [0, len(promises)]},
    )


@transaction.atomic
def remove_demonstration() -> None:
    """Remove the demonstration's people and accounts, and what was noted of them."""
    Look.objects.filter(member__is_demo=True).delete()
    Promise.objects.filter(account__is_demo=True).delete()
    Promise.objects.filter(made_by__is_demo=True).delete()
    Account.objects.filter(is_demo=True).delete()
    Person.objects.filter(is_demo=True).delete()
