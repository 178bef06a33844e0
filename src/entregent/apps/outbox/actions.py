"""Every write of the outbox: nothing leaves for a network without a row made here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from entregent.apps.organisation.actions import record
from entregent.apps.organisation.queries import Member, NotFound, house
from entregent.apps.outbox.models import Freeze, Outgoing


class OutboxRefused(Exception):
    """A change that cannot be made; `code` says why.

    Codes: ``empty``, ``too_long``, ``not_a_draft``, ``already_left``, ``frozen``, ``not_frozen``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


LONGEST = 10_000
"""Characters of one text."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is to leave: attributes as in `entregent.networks.sending.Letter`."""

    network: str
    from_uri: str
    text: str
    language: str
    is_public: bool
    to_uri: str = ""
    in_reply_to: str = ""
    thread: str = ""


@transaction.atomic
def queue(
    *,
    acting_user: Member,
    text: Text,
    approved_by: Member | None = None,
    at: datetime | None = None,
) -> UUID:
    """Put a text into the outbox and return its key.

    Parameters
    ----------
    acting_user
        Who wrote it.
    approved_by
        Who lets it leave, the writer themselves where no approval is asked; a draft if left out.
    at
        When it shall leave; at once if left out. What is scheduled is held back by a freeze.

    Raises
    ------
    OutboxRefused
        With ``empty`` or ``too_long``.
    """
    return queue_all(acting_user=acting_user, texts=[text], approved_by=approved_by, at=at)[0]


@transaction.atomic
def queue_all(
    *,
    acting_user: Member,
    texts: Iterable[Text],
    approved_by: Member | None = None,
    at: datetime | None = None,
) -> list[UUID]:
    """Put several texts into the outbox, as `queue` does with one."""
    _require_work(acting_user)
    if approved_by is not None:
        _require_work(approved_by)
    now = timezone.now()
    place = house()
    state = Outgoing.State.APPROVED if approved_by is not None else Outgoing.State.DRAFT
    rows = [
        Outgoing(
            idempotency_key=uuid4(),
            network=each.network,
            from_uri=each.from_uri,
            to_uri=each.to_uri,
            in_reply_to=each.in_reply_to,
            thread=each.thread,
            is_public=each.is_public,
            text=_checked(each.text),
            language=each.language,
            state=state,
            created_at=now,
            created_by=acting_user,
            approved_at=now if approved_by is not None else None,
            approved_by=approved_by,
            due_at=at or now,
            is_scheduled=at is not None,
            is_demo=place is not None and place.is_demo,
        )
        for each in texts
    ]
    Outgoing.objects.bulk_create(rows)
    keys = [row.idempotency_key for row in rows]
    record(
        acting_user=acting_user,
        action="outbox.text_queued",
        subject=f"outgoing:{keys[0]}" if keys else "outgoing:none",
        changes={"state": [None, state.value], "texts": [0, len(keys)]},
    )
    return keys


@transaction.atomic
def approve(*, acting_user: Member, key: UUID) -> None:
    """Let a draft leave."""
    _require_work(acting_user)
    now = timezone.now()
    done = Outgoing.objects.filter(idempotency_key=key, state=Outgoing.State.DRAFT).update(
        state=Outgoing.State.APPROVED, approved_at=now, approved_by=acting_user
    )
    _require_change(done, key, "not_a_draft")
    _note(acting_user, "outbox.text_approved", key, [Outgoing.State.DRAFT, Outgoing.State.APPROVED])


@transaction.atomic
def withdraw(*, acting_user: Member, key: UUID) -> None:
    """Take back what has not left yet."""
    _require_work(acting_user)
    waiting = [Outgoing.State.DRAFT, Outgoing.State.APPROVED]
    before = Outgoing.objects.filter(idempotency_key=key).values_list("state", flat=True).first()
    done = Outgoing.objects.filter(idempotency_key=key, state__in=waiting).update(
        state=Outgoing.State.WITHDRAWN
    )
    _require_change(done, key, "already_left")
    _note(acting_user, "outbox.text_withdrawn", key, [before, Outgoing.State.WITHDRAWN])


@transaction.atomic
def schedule(*, acting_user: Member, key: UUID, at: datetime) -> None:
    """Set when something that has not left yet shall leave."""
    _require_work(acting_user)
    waiting = [Outgoing.State.DRAFT, Outgoing.State.APPROVED]
    done = Outgoing.objects.filter(idempotency_key=key, state__in=waiting).update(
        due_at=at, is_scheduled=True
    )
    _require_change(done, key, "already_left")
    record(
        acting_user=acting_user,
        action="outbox.text_scheduled",
        subject=f"outgoing:{key}",
        changes={"due_at": [None, at.isoformat()]},
    )


@transaction.atomic
def start_freeze(*, acting_user: Member) -> int:
    """Hold back everything scheduled, from now on; returns the freeze's number.

    Raises
    ------
    OutboxRefused
        With ``frozen`` if it is already so.
    """
    _require_work(acting_user)
    if Freeze.objects.filter(ended_at=None).exists():
        raise OutboxRefused("frozen")
    place = house()
    freeze = Freeze.objects.create(
        started_at=timezone.now(),
        started_by=acting_user,
        is_demo=place is not None and place.is_demo,
    )
    record(acting_user=acting_user, action="outbox.freeze_started", subject=f"freeze:{freeze.pk}")
    return freeze.pk


@transaction.atomic
def end_freeze(*, acting_user: Member) -> None:
    """Let what is scheduled leave again.

    What fell due during the freeze does not leave by itself: it is written for a moment that has
    passed. It becomes a draft again, for a person to look at.

    Raises
    ------
    OutboxRefused
        With ``not_frozen`` if nothing is held back.
    """
    _require_work(acting_user)
    now = timezone.now()
    freeze = Freeze.objects.filter(ended_at=None).first()
    if freeze is None:
        raise OutboxRefused("not_frozen")
    Freeze.objects.filter(pk=freeze.pk).update(ended_at=now, ended_by=acting_user)
    missed = Outgoing.objects.filter(
        state=Outgoing.State.APPROVED, is_scheduled=True, due_at__lte=now
    ).update(state=Outgoing.State.DRAFT, approved_at=None, approved_by=None)
    record(
        acting_user=acting_user,
        action="outbox.freeze_ended",
        subject=f"freeze:{freeze.pk}",
        changes={"texts": [0, missed]},
    )


def _checked(text: str) -> str:
    found = text.strip()
    if not found:
        raise OutboxRefused("empty")
    if len(found) > LONGEST:
        raise OutboxRefused("too_long")
    return found


def _require_work(member: Member) -> None:
    if not member.may_work:
        raise PermissionDenied("Guests write drafts; what leaves is for members.")


def _require_change(done: int, key: UUID, code: str) -> None:
    if done:
        return
    if Outgoing.objects.filter(idempotency_key=key).exists():
        raise OutboxRefused(code)
    raise NotFound


def _note(acting_user: Member, action: str, key: UUID, states: list[object]) -> None:
    record(
        acting_user=acting_user,
        action=action,
        subject=f"outgoing:{key}",
        changes={"state": [state and str(state) for state in states]},
    )
