"""What can be asked of the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.outbox.models import Freeze, Outgoing


@dataclass(frozen=True, slots=True)
class OutgoingState:
    """How far a text is.

    Attributes
    ----------
    state
        ``draft``, ``approved``, ``sending``, ``sent``, ``failed``, ``unknown`` or ``withdrawn``.
    error
        Code of the last failure; empty if there was none.
    native_id
        URI at its network, once it has left.
    """

    key: UUID
    state: str
    error: str
    created_at: datetime
    approved_at: datetime | None
    sent_at: datetime | None
    native_id: str


@dataclass(frozen=True, slots=True)
class ScheduledLine:
    """A text that leaves later; `is_held` if a freeze holds it back."""

    key: UUID
    network: str
    text: str
    due_at: datetime
    member: str
    is_approved: bool
    is_held: bool


def state_of(keys: Iterable[UUID]) -> dict[UUID, OutgoingState]:
    """How far some texts are, by key."""
    return {
        row.idempotency_key: OutgoingState(
            row.idempotency_key,
            row.state,
            row.error,
            row.created_at,
            row.approved_at,
            row.sent_at,
            row.native_id,
        )
        for row in Outgoing.objects.filter(idempotency_key__in=list(keys)).defer("text")
    }


def keys_of(native_ids: Iterable[str]) -> dict[str, UUID]:
    """Keys of what has left, by the URI that its network gave it."""
    wanted = list(native_ids)
    found: dict[str, UUID] = {}
    for start in range(0, len(wanted), 5_000):
        some = Outgoing.objects.filter(native_id__in=wanted[start : start + 5_000])
        found |= dict(some.values_list("native_id", "idempotency_key"))
    return found


def scheduled(viewer: Member) -> list[ScheduledLine]:
    """What leaves later, soonest first."""
    if not viewer.may_work:
        raise NotFound
    frozen = is_frozen()
    rows = Outgoing.objects.filter(
        is_scheduled=True, state__in=[Outgoing.State.DRAFT, Outgoing.State.APPROVED]
    ).select_related("created_by")
    return [
        ScheduledLine(
            row.idempotency_key,
            row.network,
            row.text,
            row.due_at,
            row.created_by.name,
            row.state == Outgoing.State.APPROVED,
            frozen and row.state == Outgoing.State.APPROVED,
        )
        for row in rows.order_by("due_at", "pk")
    ]


def is_frozen() -> bool:
    """Whether what is scheduled is held back."""
    return Freeze.objects.filter(ended_at=None).exists()


def frozen_since() -> datetime | None:
    """Since when what is scheduled is held back."""
    return Freeze.objects.filter(ended_at=None).values_list("started_at", flat=True).first()


def held_back() -> int:
    """How many scheduled texts a freeze holds back now."""
    if not is_frozen():
        return 0
    return Outgoing.objects.filter(is_scheduled=True, state=Outgoing.State.APPROVED).count()
