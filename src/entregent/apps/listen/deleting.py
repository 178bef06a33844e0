"""The keeper's daily pass: what was deleted at its origin, and what may be kept no longer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from entregent.apps.listen import journal, rollups
from entregent.apps.listen.clock import has_passed
from entregent.apps.listen.forgetting import keep_all
from entregent.apps.listen.lease import held
from entregent.apps.listen.models import Retention, Upkeep
from entregent.apps.organisation.actions import record as audit
from entregent.lake.errors import LostRace
from entregent.lake.record import Record
from entregent.lake.schema import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from entregent.apps.listen.keeper import Keeper

EVERY: Final = timedelta(hours=20)
"""Twice within a day and a night, so that nothing waits for longer than a day."""
_DELETED, _RETENTION = "deleted", "retention"


@dataclass(frozen=True)
class Gone:
    """What a pass removed: keys of the objects whose texts went, addresses of texts that expired.

    Rows that were emptied, and rows that were removed.
    """

    objects: tuple[int, ...] = ()
    expired: tuple[str, ...] = ()
    emptied: int = 0
    removed: int = 0


def pass_is_due() -> bool:
    """Whether the last daily pass is long enough ago."""
    done = Upkeep.objects.filter(name__in=[_DELETED, _RETENTION])
    times = list(done.values_list("done_at", flat=True))
    return len(times) < 2 or any(has_passed(at, EVERY) for at in times)


def daily_pass(
    keeper: "Keeper",
    note: "Callable[[Collection[int]], None]",
    forget_texts: "Callable[[Sequence[str]], None]",
) -> Gone | None:
    """Empty what was deleted, remove what has expired; None without the lease.

    Parameters
    ----------
    keeper
        Holds the lease.
    note
        Told the keys of deleted objects before their texts go: the ledger.
    forget_texts
        Told the addresses of texts that have expired, before they go: the working set.
    """
    from entregent.lake.emptying import empty_deleted, expire
    from entregent.lake.erasing import tidy

    if not keeper.claim.take():
        return None
    lake = journal.lake()

    def guard() -> None:
        if not keeper.claim.take():
            raise LostRace("another keeper took over")

    with held(keeper.claim):
        if not keep_all(lambda: keeper.turn(flush=True).was_busy):
            return None
        with Record(lake, {}, tables=("activities", "superseded", "raw", "labels")) as record:
            emptied = empty_deleted(record, lake, guard, note)
        with Record(lake, {}, tables=("activities", "raw", "labels", "marks")) as record:
            expired = expire(record, lake, timezone.now(), _rules(), guard, forget_texts)
        if emptied.rows or emptied.payloads or expired.rows:
            tidy(lake, TABLES, guard)
        with transaction.atomic():
            rollups.reopen_hours(expired.hours)
            rollups.reopen_texts(emptied.objects)
            for name in (_DELETED, _RETENTION):
                Upkeep.objects.update_or_create(name=name, defaults={"done_at": timezone.now()})
            if emptied.rows or expired.rows:
                audit(
                    acting_user=None,
                    action="listen.texts_forgotten",
                    subject="lake",
                    changes={"texts": [emptied.rows, 0], "rows": [expired.rows, 0]},
                )
    return Gone(emptied.objects, expired.objects, emptied.rows, expired.rows)


def forget_objects(keeper: "Keeper", objects: Collection[int]) -> int:
    """Empty the texts of some objects again, by their keys; the caller holds the lease."""
    from entregent.lake.emptying import empty_objects
    from entregent.lake.erasing import tidy

    lake = journal.lake()

    def guard() -> None:
        if not keeper.claim.take():
            raise LostRace("another keeper took over")

    with held(keeper.claim), Record(lake, {}, tables=("activities", "raw", "labels")) as record:
        emptied = empty_objects(record, lake, objects, guard)
    if emptied.rows:
        tidy(lake, TABLES, guard)
    return len(emptied.objects)


def _rules() -> list[tuple[str, str, int]]:
    return list(Retention.objects.order_by("pk").values_list("source__slug", "type", "days"))
