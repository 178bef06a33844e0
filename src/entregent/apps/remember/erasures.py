"""Erasures as rows that are due: asked for, gone on with after any crash, and proved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from entregent.apps.listen.keyring import account_key, seal, unseal
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.remember.forgetting import known_here, person_key
from entregent.apps.remember.models import Account, Erasure, Person
from entregent.lake.masking import Known

State = Erasure.State
_SOONEST, _LATEST = timedelta(seconds=30), timedelta(hours=1)


class ErasureRefused(Exception):
    """An erasure that cannot be asked for; `code` says why.

    Codes: ``is_ours``, ``no_address``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ErasureLine:
    """An erasure as it stands.

    Attributes
    ----------
    known
        By what they are known; nothing once it is done.
    found
        Keys that were found in the lake; empty before and afterwards.
    """

    id: int
    state: str
    requested_at: datetime
    requested_by: int | None
    person_id: int | None
    account_keys: tuple[int, ...]
    steps: tuple[str, ...]
    counts: Mapping[str, Any]
    seconds: Mapping[str, float]
    known: Known
    found: Mapping[str, Any]
    erased_at: datetime | None
    finished_at: datetime | None
    proof: Mapping[str, Any]
    failures: int

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return self.state == State.DONE


@dataclass(frozen=True)
class Asked:
    """Who is meant: keys of the accounts, the person behind them, and the address given."""

    account_keys: frozenset[int]
    person_id: int | None
    address: str = ""


def who_is(*, acting_user: Member | None, account: str = "", person_id: int | None = None) -> Asked:
    """Who is meant by an account's address or a person's number.

    An account stands for the person behind it, where the link is confirmed, with all their
    accounts.

    Parameters
    ----------
    acting_user
        A member who works here, or None at the command line.
    account
        Address of one of their accounts; it need not be known.
    person_id
        Their number, instead.

    Raises
    ------
    ErasureRefused
        If the account is ours, or what was given is no address.
    NotFound
        If there is no such person.
    """
    if acting_user is not None and not acting_user.may_work:
        raise PermissionDenied("Guests know nobody.")
    if person_id is None:
        if ":" not in account:
            raise ErasureRefused("no_address")
        row = Account.objects.filter(uri=account).first()
        if row is not None and row.is_ours:
            raise ErasureRefused("is_ours")
        person_id = row.person_id if row is not None else None
    elif not Person.objects.filter(pk=person_id).exists():
        raise NotFound("There is no such person.")
    keys = {account_key(account)} if account else set()
    if person_id is not None:
        keys |= set(Account.objects.filter(person_id=person_id).values_list("key", flat=True))
    return Asked(frozenset(keys), person_id, account)


@transaction.atomic
def ask_for_erasure(
    *, acting_user: Member | None, account: str = "", person_id: int | None = None
) -> int:
    """Ask that somebody be forgotten, and return the erasure's number; it cannot be undone.

    Parameters
    ----------
    acting_user
        An owner, or None at the command line.
    account, person_id
        As for `who_is`.
    """
    if acting_user is not None and not acting_user.is_owner:
        raise PermissionDenied("Only an owner may do this.")
    asked = who_is(acting_user=acting_user, account=account, person_id=person_id)
    known = Known(addresses=(account,)) if account else Known()
    return add_erasure(acting_user, set(asked.account_keys), asked.person_id, known).pk


@transaction.atomic
def add_erasure(
    acting_user: Member | None, keys: set[int], person_id: int | None, known: Known
) -> Erasure:
    """Write an erasure down, or find the one that is under way for the same keys."""
    wanted = sorted(keys)
    for row in Erasure.objects.exclude(state=State.DONE):
        if row.account_keys == wanted and row.person_id == person_id:
            return row
    row = Erasure.objects.create(
        state=State.DUE,
        requested_at=timezone.now(),
        requested_by=acting_user,
        person_id=person_id,
        account_keys=wanted,
        sealed=_sealed(known | known_here(wanted, person_id), {}),
    )
    audit(
        acting_user=acting_user,
        action="remember.erasure_asked",
        subject=f"erasure:{row.pk}",
        changes={
            "accounts": [len(wanted), 0],
            "person": [None if person_id is None else f"person:{person_id}", None],
        },
    )
    return row


def erasure(number: int) -> ErasureLine:
    """An erasure by its number; for whoever asked for it, and the command line."""
    row = Erasure.objects.filter(pk=number).first()
    if row is None:
        raise NotFound("There is no such erasure.")
    return _line(row)


def access_erasure(viewer: Member, number: int) -> ErasureLine:
    """An erasure by its number, for owners; to others there is none."""
    if not viewer.is_owner:
        raise NotFound("There is no such erasure.")
    return erasure(number)


def next_due(number: int | None = None) -> ErasureLine | None:
    """The oldest erasure that is to be gone on with now, or the one with a number."""
    due = Erasure.objects.exclude(state=State.DONE)
    if number is not None:
        row = due.filter(pk=number).first()
    else:
        now = timezone.now()
        row = due.filter(Q(next_try_at=None) | Q(next_try_at__lte=now)).order_by("pk").first()
    return _line(row) if row is not None else None


def unfinished() -> list[tuple[int, str, datetime, int]]:
    """Number, state, time of request and failures of what is not done; for the doctor."""
    rows = Erasure.objects.exclude(state=State.DONE).order_by("pk")
    return list(rows.values_list("pk", "state", "requested_at", "failures"))


def erasures_seen(viewer: Member, count: int = 20) -> list[ErasureLine]:
    """The newest erasures; to owners alone."""
    if not viewer.is_owner:
        return []
    return [_line(row) for row in Erasure.objects.order_by("-pk")[:count]]


def account_keys_of(person_id: int | None, keys: tuple[int, ...]) -> list[int]:
    """Keys under which an erasure stands in the ledger: of accounts, and of the person."""
    row = Person.objects.filter(pk=person_id or 0).first()
    own = [person_key(row.pk, row.known_since.isoformat())] if row is not None else []
    return [*keys, *own]


@transaction.atomic
def step_done(
    number: int,
    step: str,
    *,
    counts: Mapping[str, Any] | None = None,
    seconds: float = 0.0,
    known: Known | None = None,
    found: Mapping[str, Any] | None = None,
    state: str | None = None,
) -> None:
    """Note that a step is done, with what it counted; what it found out is sealed."""
    row = Erasure.objects.select_for_update().get(pk=number)
    if step not in row.steps:
        row.steps = [*row.steps, step]
    if counts:
        row.counts = {**row.counts, step: dict(counts)}
    row.seconds = {**row.seconds, step: round(seconds + row.seconds.get(step, 0.0), 3)}
    if known is not None or found is not None:
        before = _opened(row)
        row.sealed = _sealed(
            known if known is not None else before[0], found if found is not None else before[1]
        )
    if state is not None and state != row.state:
        row.state = state
        if state == State.MASKING:
            row.erased_at = timezone.now()
    row.failures, row.next_try_at = 0, None
    row.save()


@transaction.atomic
def step_failed(number: int) -> None:
    """Note that a step could not be done, and try it again later."""
    row = Erasure.objects.select_for_update().get(pk=number)
    row.failures += 1
    row.next_try_at = timezone.now() + min(_SOONEST * 2 ** min(row.failures, 10), _LATEST)
    row.save(update_fields=["failures", "next_try_at"])


@transaction.atomic
def finish(number: int, proof: Mapping[str, Any]) -> None:
    """Note that everything is done: what they were known by goes, the proof stays."""
    row = Erasure.objects.select_for_update().get(pk=number)
    row.state, row.finished_at, row.sealed = State.DONE, timezone.now(), None
    row.proof = {**proof, "finished_at": row.finished_at.isoformat()}
    row.save()
    audit(
        acting_user=None,
        action="remember.erasure_done",
        subject=f"erasure:{row.pk}",
        changes={"verified": [None, bool(proof.get("verified"))]},
    )


def _line(row: Erasure) -> ErasureLine:
    known, found = _opened(row)
    return ErasureLine(
        id=row.pk,
        state=row.state,
        requested_at=row.requested_at,
        requested_by=row.requested_by_id,
        person_id=row.person_id,
        account_keys=tuple(row.account_keys),
        steps=tuple(row.steps),
        counts=row.counts,
        seconds=row.seconds,
        known=known,
        found=found,
        erased_at=row.erased_at,
        finished_at=row.finished_at,
        proof=row.proof,
        failures=row.failures,
    )


def _sealed(known: Known, found: Mapping[str, Any]) -> bytes:
    return seal(orjson.dumps([known.packed().decode(), found]))


def _opened(row: Erasure) -> tuple[Known, dict[str, Any]]:
    if row.sealed is None:
        return Known(), {}
    known, found = orjson.loads(unseal(bytes(row.sealed)))
    return Known.unpacked(known.encode()), found
