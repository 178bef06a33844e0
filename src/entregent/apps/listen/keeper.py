"""The keeper: the one that gives batches their numbers and writes the lake.

Each step can be cut off anywhere and is repaired by the next turn. Rows are decided once, stored,
and from then on only copied: after a crash the stored rows are appended, never computed again.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from entregent.apps.listen import journal, rollups
from entregent.apps.listen.clock import has_passed
from entregent.apps.listen.forgetting import forgotten_keys
from entregent.apps.listen.lease import KEEPER, Claim
from entregent.apps.listen.models import Batch, LandedChunk, Lease, Source
from entregent.apps.listen.queries import zone_of_days
from entregent.apps.listen.tidying import empty_log
from entregent.apps.organisation.actions import record as audit
from entregent.lake import frames
from entregent.lake.admission import Admitted, admit
from entregent.lake.disk import torn, undo
from entregent.lake.errors import LakeError, LostRace
from entregent.lake.key_index import KeyIndex
from entregent.lake.record import Record
from entregent.lake.rollups.store import NAME as ROLL_UPS
from entregent.lake.rollups.store import vacuum as vacuum_roll_ups
from entregent.lake.rollups.touching import touched
from entregent.lake.schema import TABLES
from entregent.lake.store import KEEPER as LOG_NAME
from entregent.lake.store import Lake
from entregent.lake.tidying import VACUUM_HOURS, is_crowded, merge_small, sort_worst

ADMIT_ROWS, LEAST_ROWS, ADMIT_BYTES = 100_000, 500, 48 * 1024 * 1024
"""Rows of one batch: as many as one short transaction can store, between these limits."""
SHORT_S = 0.06
"""How long this transaction should take: the site waits for it."""
APPEND_ROWS, APPEND_BYTES = 100_000, 48 * 1024 * 1024
APPEND_AFTER = timedelta(minutes=1)
ADMIT_AFTER = timedelta(seconds=1)
"""How long a few rows wait for company: each admission has a price of its own."""
COMPACT_AFTER = timedelta(hours=1)
LOOK_AGAIN_S = 300.0
"""Between two looks for a folder that should be sorted."""
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
    marks
        Rows of the lake's ``marks``, as for `labels`.
    """

    labels: pa.Table | None
    settle: Callable[[], None]
    marks: pa.Table | None = None


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
        self._look_again_s = 0.0
        self._rows = 10 * LEAST_ROWS if hear is None else LEAST_ROWS
        self._tables: dict[int, dict[str, pa.Table]] = {}
        self._log_tells = False

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
        done = Turn(admitted=self._admit(hurry=hurry or flush), kept=self._append(flush=flush))
        if self._log_tells:
            self._log_tells = not empty_log(wait_s=0.0)
        return done

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
        days, reopened = items_by_day(tables), touched(tables)
        with transaction.atomic():
            lease = Lease.objects.select_for_update().get(name=KEEPER)
            lease.last_batch += 1
            lease.save(update_fields=["last_batch"])
            settle()
            count_items(days)
            rollups.reopen(reopened)
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

    def compact(self, *, vacuum_hours: int = VACUUM_HOURS) -> dict[str, int] | None:
        """Merge small files of the lake; None without the lease."""
        if not self.claim.take():
            return None
        removed = {}
        for name in TABLES:
            if not self.claim.take():
                return None
            removed[name] = merge_small(journal.lake(), name, vacuum_hours=vacuum_hours)
        vacuum_roll_ups(journal.lake(), hours=vacuum_hours)
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
        """Compact when the last time is long enough ago; else sort a folder that is worth it."""
        last = Lease.objects.values_list("last_compaction_at", flat=True).get(name=KEEPER)
        if last is None or has_passed(last, COMPACT_AFTER):
            return self.compact() is not None
        if monotonic() < self._look_again_s or not self.claim.take():
            return False
        sorted_one = sort_worst(journal.lake()) is not None
        self._look_again_s = monotonic() + (0 if sorted_one else LOOK_AGAIN_S)
        return sorted_one

    def _agree_on_last_batch(self) -> None:
        """Never reuse a number that the lake has seen, even if the database is the older one."""
        store = journal.lake()
        _mend(store)
        store.create()
        seen = [
            table.transaction_version(LOG_NAME) or 0
            for table in map(store.look, TABLES)
            if table is not None
        ]
        with transaction.atomic():
            Lease.objects.filter(name=KEEPER, last_batch__lt=max(seen, default=0)).update(
                last_batch=max(seen, default=0)
            )
            LandedChunk.objects.filter(
                body__isnull=True, landed_at__lt=timezone.now() - FORGOTTEN_COUNTS
            ).delete()
        KeyIndex(store).catch_up()
        # Whoever was cut off may have left in the log what landed of them.
        self._log_tells = bool(forgotten_keys())
        self._knows_last_batch = True

    def _admit(self, *, hurry: bool) -> int:
        rows, oldest = journal.landed_rows()
        if oldest is None:
            return 0
        if not hurry and rows < self._rows and not has_passed(oldest, ADMIT_AFTER):
            return 0
        chunks = journal.waiting_chunks(rows=self._rows, size=ADMIT_BYTES)
        if not chunks:
            return 0
        with Record(journal.lake(), self._waiting()) as known:
            admitted = admit([tables for _, tables in chunks], known, forgotten_keys())
        days = items_by_day(admitted.tables)
        heard = None
        if self._hear is not None and admitted.tables:
            heard = self._hear(admitted.tables)
            for name, made in (("labels", heard.labels), ("marks", heard.marks)):
                if made is not None and len(made):
                    admitted.tables[name] = made
        reopened = touched(admitted.tables)
        if not self.claim.is_held() and not self.claim.take():
            return 0
        number = Lease.objects.values_list("last_batch", flat=True).get(name=KEEPER) + 1
        tables = admitted.numbered(number)
        body = frames.pack(tables) if tables else b""
        began = monotonic()
        with transaction.atomic():
            # The only writer of numbers is the holder; if it is no longer us, nothing happens.
            mine = Lease.objects.select_for_update().filter(
                name=KEEPER, holder=self.claim.holder, last_batch=number - 1
            )
            if not mine.update(last_batch=number if tables else number - 1):
                return 0
            if tables:
                _store(number, tables, body)
            _settle([pk for pk, _ in chunks], admitted)
            if heard is not None:
                heard.settle()
            count_items(days)
            rollups.reopen(reopened)
        # What landed of them is overwritten in the database by now, and stands in its log.
        self._log_tells |= admitted.left_out
        self._pace(chunks, monotonic() - began)
        if tables:
            self._tables[number] = tables
        return len(chunks)

    def _pace(self, chunks: Sequence[tuple[int, Mapping[str, pa.Table]]], spent_s: float) -> None:
        """Choose how many rows the next batch takes, from what this one's transaction took."""
        rows = sum(journal.rows_of(tables) for _, tables in chunks)
        fits = int(rows * SHORT_S / max(spent_s, 1e-3))
        # Not faster than fourfold: a few rows tell little of many.
        self._rows = max(LEAST_ROWS, min(fits, 4 * max(rows, LEAST_ROWS), ADMIT_ROWS))

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
            or has_passed(first, APPEND_AFTER)
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
            if parts and is_crowded(journal.lake(), name):
                merge_small(journal.lake(), name)
        index = KeyIndex(journal.lake())
        told = {n: waiting[n]["activities"] for n in numbers if "activities" in waiting[n]}
        if not index.take(told, numbers[0], numbers[-1]):
            index.catch_up()
        with transaction.atomic():
            Batch.objects.filter(number__in=numbers).delete()
            audit(
                acting_user=None,
                action="listen.batches_kept",
                subject=f"batches:{numbers[0]}-{numbers[-1]}",
                changes={"rows": [0, rows]},
            )
        return len(numbers)


def _mend(store: Lake) -> None:
    """Undo commits that a fall of the machine has cut off: what they held waits still.

    Raises
    ------
    LakeError
        If it does not: a file was damaged after it was safe.
    """
    if not store.is_local:
        return
    for name in TABLES:
        while (found := torn(store.root / name)) is not None:
            if not journal.may_undo(found):
                raise LakeError(
                    f"the file {found.file} is cut off, and nothing of it waits in the journal; "
                    "stop everything and restore the newest backup"
                )
            undo(found)
            with transaction.atomic():
                audit(acting_user=None, action="listen.torn_commit_undone", subject=f"lake:{name}")
    if torn(store.root / ROLL_UPS) is not None:
        # Counted again from the record.
        shutil.rmtree(store.root / ROLL_UPS)


def _store(number: int, tables: Mapping[str, pa.Table], body: bytes) -> None:
    Batch.objects.create(
        number=number,
        ready_at=timezone.now(),
        rows=sum(len(rows) for rows in tables.values()),
        size=sum(rows.nbytes for rows in tables.values()),
        body=body,
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
