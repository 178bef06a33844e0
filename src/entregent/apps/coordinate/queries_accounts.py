"""What coordinating asks of the apps before it: who speaks, what was promised, which queries open.

In one place, so that a change over there is a change of this file alone.
"""

from collections.abc import Iterable
from datetime import date, datetime

from entregent.apps.coordinate.queries_lines import AccountLine
from entregent.apps.organisation.queries import Member
from entregent.apps.remember.queries import (
    accounts_of_person,
    has_consent,
    our_accounts,
    person_of,
    promises_of,
    speakers,
)


def account_lines(ids: Iterable[int]) -> dict[int, AccountLine]:
    """Accounts by id, with what is known of the people behind them."""
    return {
        pk: AccountLine(
            id=pk,
            uri=each.uri,
            network=each.network,
            name=each.name,
            language=each.language,
            person_id=each.person_id,
            address_form=each.address_form,
            do_not_solicit=each.do_not_solicit,
        )
        for pk, each in speakers(ids).items()
    }


def accounts_beside(viewer: Member, account_id: int) -> list[int]:
    """The account itself, and those of the same person where the link is confirmed."""
    person = person_of(account_id)
    found = accounts_of_person(viewer, person) if person is not None else []
    return [each.id for each in found] or [account_id]


def our_account(uri: str, network: str) -> tuple[int, str] | None:
    """Id and URI of the account of ours with this URI, else of the first on a network."""
    ours = our_accounts()
    named = [each for each in ours if each.uri == uri]
    beside = [each for each in ours if each.network == network]
    found = next(iter([*named, *beside]), None)
    return None if found is None else (found.id, found.uri)


def promises_due(viewer: Member, ids: Iterable[int]) -> dict[int, list[tuple[date, str]]]:
    """Open promises by account: day and what, soonest first; guests see none."""
    found: dict[int, list[tuple[date, str]]] = {}
    for line in promises_of(viewer, ids):
        if line.is_open:
            found.setdefault(line.account_id, []).append((line.due_on, line.what))
    return found


def has_email_consent(person_id: int | None, at: datetime) -> bool:
    """Whether a person agreed to be written to by e-mail."""
    return person_id is not None and has_consent(person_id, "email", at)
