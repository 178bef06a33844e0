"""The keeper: the one that gives batches their numbers and writes the lake.

Each step can be cut off anywhere and is repaired by the next turn. Rows are decided once, stored,
and from then on only copied: after a crash the stored rows are appended, never computed again.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.lease import KEEPER, Claim
from entregent.apps.listen.models import Batch, LandedChunk, Lease, Source
from entregent.apps.listen.queries import zone_of_days
from entregent.apps.organisation.actions import record as audit
from entregent.lake import frames
from entregent.lake.admission import Admitted, admit
from entregent.lake.errors import LostRace
from entregent.lake.record import Record
from entregent.lake.schema import TABLES
from entregent.lake.store import KEEPER as LOG_NAME

ADMIT_ROWS, ADMIT_BYTES = 10_000, 16 * 1024 * 1024
APPEND_ROWS, APPEND_BYTES = 100_000, 48 * 1024 * 1024
APPEND_AFTER = timedelta(minutes=1)
ADMIT_AFTER = timedelta(seconds=1)
"""How long a few rows wait for company: each admission has a price of its own."""
COMPACT_AFTER = timedelta(hours=6)
FORGOTTEN_COUNTS = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """What one turn of the keeper did: chunks admitted, batches appended."""

    admitted: int = 0
    kept: int = 0

    @property
    def was_busy(self) -> bool:
        """Whether there was anything to do, so that the next turn should follow at once."""
        return bool(self.admitted or self.kept)


@dataclass(frozen=True)
class Heard:
    """What was made of admitted rows before they are kept.

    Attributes
    ----------
    labels
        Rows of the lake's ``labels``; they go into the same batch.
    settle
        Writes the working set's part; called in the transaction that stores the batch.
    """

    labels: pa.Table | None
    settle: Callable[[], None]


Hear = Callable[[Mapping[str, pa.Table]], Heard]
"""Understands admitted rows, by table; computes, and leaves writing to `Heard.settle`."""


class Keeper:
    """Works while its claim holds the lease, and does nothing otherwise.

    Parameters
    ----------
    claim
        The process's claim to the lease.
    hear
        What else is done with what is admitted; nothing if left out.
    """

    def __init__(self, claim: Claim, hear: Hear | None = None) -> None:
        self.claim = claim
        self._hear = hear
        self._knows_last_batch = False
        self._tables: dict[int, dict[str, pa.Table]] = {}

    def turn(self, *, hurry: bool = False, flush: bool = False) -> Turn:
        """Admit what has landed, and append what is due.

        Parameters
        ----------
        hurry
            Admit a few rows at once, because somebody waits for their counts.
        flush
            Admit and append everything now.

        Raises
        ------
        LostRace
            If another keeper wrote to the lake: the lease was lost while we worked.
        """
        if not self.claim.take():
            self._knows_last_batch = False
            self._tables.clear()
            return Turn()
        if not self._knows_last_batch:
            self._agree_on_last_batch()
        return Turn(admitted=self._admit(hurry=hurry or flush), kept=self._append(flush=flush))

    def keep_new(self, tables: Mapping[str, pa.Table], settle: Callable[[], None]) -> int:
        """Keep rows of which the record is known to hold none: without journal and admission.

        For whoever fills an empty record and begins again after a crash: rows that were cut off
        halfway are not completed by the next turn.

        Parameters
        ----------
        tables
            Rows by table, as the lake has them; their batch number is given here.
        settle
            Writes the working set's part, in the transaction that takes the number.

        Returns
        -------
        int
            The batch's number.

        Raises
        ------
        LostRace
            If another keeper holds the lease.
        """
        if not self.claim.take():
            raise LostRace("another keeper is at work")
        if not self._knows_last_batch:
            self._agree_on_last_batch()
        days = items_by_day(tables)
        with transaction.atomic():
            lease = Lease.objects.select_for_update().get(name=KEEPER)
            lease.last_batch += 1
            lease.save(update_fields=["last_batch"])
            settle()
            count_items(days)
        number = lease.last_batch
        for name, rows in Admitted(dict(tables)).numbered(number).items():
            if not self.claim.take():
                raise LostRace("another keeper took over")
            journal.lake().append(name, {number: rows.select(TABLES[name].schema.names)})
        with transaction.atomic():
            audit(
                acting_user=None,
                action="listen.batches_kept",
                subject=f"batches:{number}-{number}",
                changes={"rows": [0, sum(len(rows) for rows in tables.values())]},
            )
        return number

    def compact(self, *, vacuum_hours: int = 24) -> dict[str, int] | None:
        """Merge small files of the lake; None without the lease."""
        if not self.claim.take():
            return None
        removed = journal.lake().compact(vacuum_hours=vacuum_hours)
        with transaction.atomic():
            Lease.objects.filter(name=KEEPER).update(last_compaction_at=timezone.now())
            audit(
                acting_user=None,
                action="listen.lake_compacted",
                subject="lake",
                changes={"files": [sum(removed.values()), 0]},
            )
        return removed

    def compact_if_due(self) -> bool:
        """Compact when the last time is long enough ago."""
        last = Lease.objects.values_list("last_compaction_at", flat=True).get(name=KEEPER)
        if last is not None and last > timezone.now() - COMPACT_AFTER:
            return False
        return self.compact() is not None

    def _agree_on_last_batch(self) -> None:
        """Never reuse a number that the lake has seen, even if the database is the older one."""
        store = journal.lake()
        store.create()
        seen = [
            table.transaction_version(LOG_NAME) or 0
            for table in map(store.open, TABLES)
            if table is not None
        ]
        with transaction.atomic():
            Lease.objects.filter(name=KEEPER, last_batch__lt=max(seen, default=0)).update(
                last_batch=max(seen, default=0)
            )
            LandedChunk.objects.filter(
                body__isnull=True, landed_at__lt=timezone.now() - FORGOTTEN_COUNTS
            ).delete()
        self._knows_last_batch = True

    def _admit(self, *, hurry: bool) -> int:
        rows, oldest = journal.landed_rows()
        if oldest is None:
            return 0
        if not hurry and rows < ADMIT_ROWS and oldest > timezone.now() - ADMIT_AFTER:
            return 0
        chunks = journal.waiting_chunks(rows=ADMIT_ROWS, size=ADMIT_BYTES)
        if not chunks:
            return 0
        with Record(journal.lake(), self._waiting(), memory_mb=256) as known:
            admitted = admit([tables for _, tables in chunks], known)
        days = items_by_day(admitted.tables)
        heard = None
        if self._hear is not None and admitted.tables:
            heard = self._hear(admitted.tables)
            if heard.labels is not None and len(heard.labels):
                admitted.tables["labels"] = heard.labels
        if not self.claim.is_held() and not self.claim.take():
            return 0
        with transaction.atomic():
            lease = Lease.objects.select_for_update().get(name=KEEPER)
            if lease.holder != self.claim.holder:
                return 0
            if admitted.tables:
                lease.last_batch += 1
                lease.save(update_fields=["last_batch"])
                tables = admitted.numbered(lease.last_batch)
                _store(lease.last_batch, tables)
            _settle([pk for pk, _ in chunks], admitted)
            if heard is not None:
                heard.settle()
            count_items(days)
        if admitted.tables:
            self._tables[lease.last_batch] = tables
        return len(chunks)

    def _waiting(self) -> dict[int, dict[str, pa.Table]]:
        """Batches that are not in the lake yet; those of our own making are at hand."""
        numbers = list(Batch.objects.order_by("number").values_list("number", flat=True))
        missing = [number for number in numbers if number not in self._tables]
        if missing:
            self._tables |= journal.waiting_batches(missing)
        self._tables = {n: self._tables[n] for n in numbers if n in self._tables}
        return self._tables

    def _append(self, *, flush: bool) -> int:
        ready = Batch.objects.order_by("number")
        total = ready.aggregate(rows=Sum("rows"), size=Sum("size"))
        first = ready.values_list("ready_at", flat=True).first()
        if first is None:
            return 0
        due = (
            flush
            or total["rows"] >= APPEND_ROWS
            or total["size"] >= APPEND_BYTES
            or first <= timezone.now() - APPEND_AFTER
        )
        if not due:
            return 0
        numbers: list[int] = []
        rows = size = 0
        for number, batch_rows, batch_size in ready.values_list("number", "rows", "size"):
            if numbers and (rows + batch_rows > 2 * APPEND_ROWS or size > APPEND_BYTES):
                break
            numbers.append(number)
            rows, size = rows + batch_rows, size + batch_size
        waiting = self._waiting()
        for name in TABLES:
            parts = {number: waiting[number][name] for number in numbers if name in waiting[number]}
            if parts and self.claim.take():
                journal.lake().append(name, parts)
            elif parts:
                return 0
        with transaction.atomic():
            Batch.objects.filter(number__in=numbers).delete()
            audit(
                acting_user=None,
                action="listen.batches_kept",
                subject=f"batches:{numbers[0]}-{numbers[-1]}",
                changes={"rows": [0, rows]},
            )
        return len(numbers)


def _store(number: int, tables: dict[str, pa.Table]) -> None:
    Batch.objects.create(
        number=number,
        ready_at=timezone.now(),
        rows=sum(len(rows) for rows in tables.values()),
        size=sum(rows.nbytes for rows in tables.values()),
        body=frames.pack(tables),
    )


def _settle(chunk_ids: list[int], admitted: Admitted) -> None:
    awaited = dict(LandedChunk.objects.filter(pk__in=chunk_ids).values_list("id", "awaited"))
    for pk, counts in zip(chunk_ids, admitted.counts, strict=True):
        if awaited.get(pk):
            LandedChunk.objects.filter(pk=pk).update(body=None, counts=journal.as_json(counts))
    LandedChunk.objects.filter(pk__in=[pk for pk in chunk_ids if not awaited.get(pk)]).delete()


def items_by_day(tables: Mapping[str, pa.Table]) -> Counter[tuple[str, date]]:
    """Items of some rows, by source and by day in the organisation's zone."""
    zone = zone_of_days()
    found: Counter[tuple[str, date]] = Counter()
    for name, column in (("activities", "published"), ("series", "at")):
        rows = tables.get(name)
        if rows is None:
            continue
        when = pc.coalesce(rows[column], rows["received_at"])
        # Some zones begin their days at a quarter or half past an hour of UTC.
        quarters = pc.floor_temporal(when, multiple=15, unit="minute")
        grouped = pa.table({"source": rows["source"], "quarter": quarters}).group_by(
            ["source", "quarter"], use_threads=False
        )
        for row in grouped.aggregate([([], "count_all")]).to_pylist():
            found[row["source"], row["quarter"].astimezone(zone).date()] += row["count_all"]
    return found


def count_items(days: Counter[tuple[str, date]]) -> None:
    """Add items to their sources and days; inside a transaction."""
    sources = dict(Source.objects.values_list("slug", "id"))
    rows = [
        (sources[slug], day, items, True) for (slug, day), items in days.items() if slug in sources
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO listen_sourceday (source_id, day, items, collected) "
            "VALUES (%s, %s, %s, %s) ON CONFLICT (source_id, day) "
            "DO UPDATE SET items = listen_sourceday.items + excluded.items, collected = true",
            rows,
        )
    by_source: Counter[int] = Counter()
    for source_id, _, items, _ in rows:
        by_source[source_id] += items
    for source_id, items in by_source.items():
        Source.objects.filter(pk=source_id).update(
            items=F("items") + items, last_item_at=timezone.now()
        )
