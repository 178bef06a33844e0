"""How long what a source brings is kept, and whether its origin is asked again."""

from dataclasses import dataclass
from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from entregent.apps.listen.models import Retention, Source
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.queries import Member, NotFound

LONGEST_DAYS: Final = 36_500


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days something is kept after it was done; an empty type is every type."""

    type: str
    days: int


def rules_of(viewer: Member, source_id: int) -> list[Rule]:
    """Rules of a source, the one for every type first; guests see them too, as the source."""
    del viewer
    rows = Retention.objects.filter(source_id=source_id).order_by("type")
    return [Rule(row.type, row.days) for row in rows]


def is_rechecked(viewer: Member, source_id: int) -> bool:
    """Whether what a source brought is asked for again at its origin."""
    del viewer
    return Source.objects.filter(pk=source_id, rechecks=True).exists()


@transaction.atomic
def keep_for(*, acting_user: Member, source_id: int, kind: str, days: int | None) -> None:
    """Keep what a source brings for some days only; None keeps it without an end.

    Parameters
    ----------
    acting_user
        An owner: what is past its end is removed with the next daily pass, and does not come back.
    source_id
        Which source.
    kind
        Type of activity, such as ``View``; empty for all.
    days
        From 1 on.
    """
    source = _source(acting_user, source_id)
    before = Retention.objects.filter(source=source, type=kind).values_list("days", flat=True)
    old = before.first()
    if days is None:
        Retention.objects.filter(source=source, type=kind).delete()
    else:
        Retention.objects.update_or_create(
            source=source, type=kind, defaults={"days": min(max(days, 1), LONGEST_DAYS)}
        )
    if old != days:
        audit(
            acting_user=acting_user,
            action="listen.retention_changed",
            subject=f"source:{source.pk}",
            changes={"days": [old, days], "type": [None, kind or "all"]},
        )


@transaction.atomic
def recheck(*, acting_user: Member, source_id: int, wanted: bool) -> None:
    """Ask the origin again whether what a source brought still stands there, or no longer."""
    source = _source(acting_user, source_id)
    if source.rechecks == wanted:
        return
    source.rechecks = wanted
    source.save(update_fields=["rechecks"])
    audit(
        acting_user=acting_user,
        action="listen.rechecks_changed",
        subject=f"source:{source.pk}",
        changes={"rechecks": [not wanted, wanted]},
    )


def _source(acting_user: Member, source_id: int) -> Source:
    if not acting_user.is_owner:
        raise PermissionDenied("Only an owner decides how long something is kept.")
    source = Source.objects.select_for_update().filter(pk=source_id).first()
    if source is None:
        raise NotFound("There is no such source.")
    return source
