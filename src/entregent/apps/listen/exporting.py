"""Exporting the present state of the record, as ActivityStreams JSON lines or Parquet."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import orjson
import pyarrow.parquet as pq

from entregent.apps.listen import journal
from entregent.lake.present import present_batches, present_document
from entregent.lake.record import Record, read


def export_jsonl(sink: IO[bytes], watch: Callable[[int], None] = lambda _: None) -> int:
    """Write each activity as one line of ActivityStreams JSON; returns how many.

    Parameters
    ----------
    sink
        Where to write; if it can be wound back, it is when the reading has to begin again.
    watch
        Told how many are written so far.
    """
    # From its end: what stands in a file that is appended to is not ours to wind back over.
    start = sink.seek(0, io.SEEK_END) if sink.seekable() else None
    begun = False

    def write(record: Record) -> int:
        nonlocal begun
        if begun and start is not None:
            sink.seek(start)
            sink.truncate()
        written = 0
        for batch in present_batches(record):
            begun = True
            sink.write(
                b"".join(orjson.dumps(present_document(row)) + b"\n" for row in batch.to_pylist())
            )
            written += batch.num_rows
            watch(written)
        return written

    return read(journal.open_record, write)


def export_parquet(path: Path, watch: Callable[[int], None] = lambda _: None) -> int:
    """Write the present activities as one Parquet file; returns how many.

    Columns are those of the lake's ``activities`` but for its inner keys, with ``deleted``,
    ``undone`` and ``account_gone``.
    """

    def write(record: Record) -> int:
        written = 0
        writer: Any = None
        try:
            for batch in present_batches(record):
                kept = [name for name in batch.schema.names if name not in _INNER]
                rows = batch.select(kept)
                writer = writer or pq.ParquetWriter(path, rows.schema, compression="zstd")
                writer.write_batch(rows)
                written += rows.num_rows
                watch(written)
        finally:
            if writer is not None:
                writer.close()
        if writer is None:
            _write_empty(record, path)
        return written

    return read(journal.open_record, write)


_INNER = frozenset({"month", "key", "object_key", "actor_key", "raw_ref", "batch"})


def _write_empty(record: Record, path: Path) -> None:
    from entregent.lake.present import present_activities

    rows = present_activities(record).drop(*_INNER).limit(0).to_pyarrow()
    pq.write_table(rows, path)
