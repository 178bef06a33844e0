"""Numbers of listening for whoever watches over the instance: no person, no address, no name."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.lease import KEEPER, is_at_work
from entregent.apps.listen.models import (
    Batch,
    LandedChunk,
    Lease,
    Reopened,
    RollUpState,
    Source,
    SourceGap,
)
from entregent.apps.listen.queries import states_of
from entregent.lake.errors import LakeError
from entregent.lake.files import file_actions
from entregent.lake.schema import TABLES


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """Numbers of one source, known by its number and its network."""

    id: int
    network: str
    state: str
    items: int
    refused: int
    failures: int
    is_gap_open: bool
    last_item_at: datetime | None


@dataclass(frozen=True, slots=True)
class TableFigures:
    """Rows, files and bytes of one table of the lake, as its log tells."""

    name: str
    rows: int
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known at once, without reading the record.

    Attributes
    ----------
    rows_waiting, chunks_waiting, batches_waiting
        In the journal, not in the lake yet.
    wait_s
        How long the oldest of them has waited, in seconds; 0 if nothing waits.
    last_batch
        Number of the newest batch.
    is_kept
        Whether a keeper is at work.
    last_compaction_at
        None before the first one.
    sources, tables
        One entry each; no table if the lake cannot be read.
    rollup_notes
        How many things are noted to be counted again.
    rollup_lag_s
        By roll-up, how long ago it was last brought up to date, in seconds; 0 if nothing is noted.
    """

    rows_waiting: int
    chunks_waiting: int
    batches_waiting: int
    wait_s: float
    last_batch: int
    is_kept: bool
    last_compaction_at: datetime | None
    sources: tuple[SourceFigures, ...]
    tables: tuple[TableFigures, ...]
    rollup_notes: int
    rollup_lag_s: dict[str, float]


def figures() -> Figures:
    """Every number, as of now."""
    now = timezone.now()
    oldest = journal.oldest_waiting()
    lease = Lease.objects.filter(name=KEEPER).first()
    notes = Reopened.objects.count()
    looked = RollUpState.objects.values_list("name", "looked_at")
    return Figures(
        rows_waiting=journal.backlog_rows(),
        chunks_waiting=LandedChunk.objects.filter(body__isnull=False).count(),
        batches_waiting=Batch.objects.count(),
        wait_s=max(0.0, (now - oldest).total_seconds()) if oldest is not None else 0.0,
        last_batch=lease.last_batch if lease is not None else 0,
        is_kept=is_at_work(),
        last_compaction_at=lease.last_compaction_at if lease is not None else None,
        sources=_sources(),
        tables=_tables(),
        rollup_notes=notes,
        rollup_lag_s={
            name: max(0.0, (now - at).total_seconds()) if notes else 0.0
            for name, at in looked
            if at is not None
        },
    )


def _sources() -> tuple[SourceFigures, ...]:
    rows = {row.pk: row for row in Source.objects.order_by("pk")}
    gaps = set(SourceGap.objects.filter(until=None).values_list("source_id", flat=True))
    return tuple(
        SourceFigures(
            id=state.id,
            network=state.network,
            state=state.state,
            items=state.items,
            refused=state.refused,
            failures=rows[state.id].failures,
            is_gap_open=state.id in gaps,
            last_item_at=state.last_item_at,
        )
        for state in states_of(rows.values())
    )


def _tables() -> tuple[TableFigures, ...]:
    lake = journal.lake()
    found = []
    for name in TABLES:
        try:
            table = lake.look(name)
        except LakeError:
            # Doctor says what is wrong; whoever asks for numbers still gets the others.
            return ()
        if table is None:
            continue
        actions = file_actions(table)
        found.append(
            TableFigures(
                name=name,
                rows=sum(rows or 0 for rows in actions["num_records"].to_pylist()),
                files=len(actions),
                size=sum(actions["size_bytes"].to_pylist()),
            )
        )
    return tuple(found)
