"""The landing journal: what came in is safe here, with its source's cursor, before anything else.

Landing a chunk and moving the cursor is one transaction. The keeper turns chunks into numbered
batches, and batches into rows of the lake.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from django.conf import settings
from django.db import transaction
from django.db.models import Min, Sum
from django.utils import timezone

from entregent.apps.listen.forgetting import forgotten_keys
from entregent.apps.listen.models import Batch, LandedChunk
from entregent.lake import frames
from entregent.lake.admission import Counts, admit
from entregent.lake.disk import Torn
from entregent.lake.record import Record
from entregent.lake.rows import Landing
from entregent.lake.schema import TABLES
from entregent.lake.store import Lake
from entregent.networks.reading import Taken

CHUNK_ROWS = 1_000
"""Rows of one chunk, at most: its transaction stays well under 100 ms."""
CHUNK_BYTES = 4 * 1024 * 1024
BACKLOG_BYTES = 64 * 1024 * 1024
"""Packed bytes that may wait in the journal before whoever lands more has to pause."""


def lake() -> Lake:
    """The lake of this instance: in its data folder, or where ENTREGENT_LAKE says."""
    home = Path(settings.HOME)
    if settings.LAKE:
        return Lake(settings.LAKE, spill=home / "spill")
    return Lake(home / "lake")


def gather(landing: Landing, taken: Taken) -> None:
    """Add to a landing what a network's reader took from one native object."""
    landing.add(
        activities=taken.activities,
        accounts=taken.accounts,
        points=taken.points,
        aliases=[(alias.placeholder, alias.uri) for alias in taken.aliases],
        native=taken.native,
        raw=taken.raw,
    )


def land(
    tables: Mapping[str, pa.Table], *, origin: str, place: int = 0, awaited: bool = False
) -> int:
    """Write a chunk into the journal, inside the caller's transaction; returns its id.

    Parameters
    ----------
    tables
        Rows as `entregent.lake.rows.Landing` gathers them.
    origin, place
        Which import or fetch they came from, and which of its files.
    awaited
        Whether somebody will ask for the counts with `take_counts`.
    """
    body = frames.pack(tables)
    rows = rows_of(tables)
    chunk = LandedChunk.objects.create(
        landed_at=timezone.now(),
        origin=origin,
        place=place,
        rows=rows,
        size=sum(table.nbytes for table in tables.values()),
        body=body,
        awaited=awaited,
    )
    return chunk.pk


def rows_of(tables: Mapping[str, pa.Table]) -> int:
    """Rows of a chunk that count: activities and points of series."""
    return sum(len(tables[name]) for name in ("activities", "series") if name in tables)


def backlog_bytes() -> int:
    """Bytes, unpacked, of the chunks and batches that are not in the lake yet."""
    landed = LandedChunk.objects.filter(body__isnull=False).aggregate(total=Sum("size"))["total"]
    ready = Batch.objects.aggregate(total=Sum("size"))["total"]
    return (landed or 0) + (ready or 0)


def backlog_rows() -> int:
    """Rows that are safe in the journal and not in the lake yet."""
    ready = Batch.objects.aggregate(total=Sum("rows"))["total"]
    return landed_rows()[0] + (ready or 0)


def oldest_waiting() -> datetime | None:
    """Since when the oldest row waits; None if nothing does."""
    landed = landed_rows()[1]
    ready = Batch.objects.aggregate(oldest=Min("ready_at"))["oldest"]
    return min((moment for moment in (landed, ready) if moment is not None), default=None)


def landed_rows() -> tuple[int, datetime | None]:
    """How many rows are landed and not admitted, and since when the oldest of them waits."""
    found = LandedChunk.objects.filter(body__isnull=False).aggregate(
        rows=Sum("rows"), oldest=Min("landed_at")
    )
    return found["rows"] or 0, found["oldest"]


def waiting_chunks(
    *, rows: int | None = None, size: int | None = None
) -> list[tuple[int, dict[str, pa.Table]]]:
    """The oldest landed chunks with their rows, at least one if there is any.

    Parameters
    ----------
    rows, size
        How many rows and unpacked bytes are enough; None for all there are.
    """
    found: list[tuple[int, dict[str, pa.Table]]] = []
    taken_rows = taken_bytes = 0
    waiting = LandedChunk.objects.filter(body__isnull=False).order_by("id")
    for pk, chunk_rows, chunk_size in list(waiting.values_list("id", "rows", "size")):
        too_many = rows is not None and taken_rows + chunk_rows > rows
        too_large = size is not None and taken_bytes + chunk_size > size
        if found and (too_many or too_large):
            break
        body = waiting.filter(pk=pk).values_list("body", flat=True).first()
        # None if it was admitted meanwhile: its rows stand in a batch by now.
        if body is not None:
            found.append((pk, frames.unpack(bytes(body))))
            taken_rows, taken_bytes = taken_rows + chunk_rows, taken_bytes + chunk_size
    return found


def waiting_batches(numbers: Sequence[int] | None = None) -> dict[int, dict[str, pa.Table]]:
    """Batches that are ready for the lake, with their rows, by number."""
    found = Batch.objects.order_by("number")
    if numbers is not None:
        found = found.filter(number__in=numbers)
    return {batch.number: frames.unpack(bytes(batch.body)) for batch in found.iterator(4)}


def may_undo(found: Torn) -> bool:
    """Whether undoing a torn commit loses nothing: it appended nothing, or what waits still."""
    waiting = Batch.objects.all()
    if found.batch is not None:
        waiting = waiting.filter(number=found.batch)
    return not found.adds_rows or waiting.exists()


def open_record(
    *,
    memory_mb: int | None = None,
    tables: Collection[str] = tuple(TABLES),
    narrowed: Collection[str] = (),
) -> Record:
    """A look at everything that was said so far, kept or not.

    Chunks are read before batches, and batches before the lake: what moves on in between is seen
    twice, and then left out by admission or by the lake's own log. The other way round it would
    be seen nowhere. So no lock is needed, and who reads holds up nobody who writes.

    Parameters
    ----------
    memory_mb
        Limit of an engine of its own; looks share one if left out.
    tables
        Names of those to look at, if not all; while something waits all are opened nevertheless.
    narrowed
        Those of which nothing is asked before `Record.focus`.
    """
    chunks = waiting_chunks()
    # What is new among landed rows can only be told from all of them.
    wanted = tuple(TABLES) if chunks else tables
    record = Record(
        lake(),
        waiting_batches(),
        tables=wanted,
        narrowed=() if chunks else narrowed,
        memory_mb=memory_mb,
    )
    if chunks:
        # Against this very snapshot: it may hold by now what was only landed a moment ago.
        landed = [tables for _, tables in chunks]
        record.add(admit(landed, record, forgotten_keys()).numbered(0))
    return record


def take_counts(chunk_ids: Sequence[int]) -> dict[int, Counts]:
    """Counts of the chunks that are admitted, by id; they are removed from the journal."""
    with transaction.atomic():
        done = LandedChunk.objects.filter(pk__in=chunk_ids, body__isnull=True)
        found = {pk: Counts(**(counts or {})) for pk, counts in done.values_list("id", "counts")}
        LandedChunk.objects.filter(pk__in=found).delete()
    return found


def as_json(counts: Counts) -> dict[str, int]:
    """Counts as they stand in the journal."""
    return asdict(counts)
