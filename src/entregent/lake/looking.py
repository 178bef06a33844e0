"""What looks at the record share: an engine that stays, and snapshots that are not read again.

Opening an engine for each page costs 25 ms, and the footers of the files that it reads as much
again; a table's log costs some milliseconds for each table. None of it changes while the files do
not.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import duckdb
from deltalake import DeltaTable

SHARED_MB: Final = 1_024
"""Memory that all looks of a process share."""
THREADS: Final = 2
_MOST_FOOTERS: Final = 1_000
"""Files whose footers one engine remembers, at most 0.7 MB each: then a fresh one follows."""
_MOST_SNAPSHOTS: Final = 48
_lock = threading.Lock()


def connect(spill: Path, *, memory_mb: int, threads: int) -> duckdb.DuckDBPyConnection:
    """An engine of its own, for work that needs much memory or must keep within little.

    Parameters
    ----------
    spill
        Folder for what does not fit into memory.
    memory_mb, threads
        Its limits.
    """
    return duckdb.connect(config=_limits(spill, memory_mb, threads))


class _Shared:
    """The engine that looks share, by the folder that it spills to."""

    name = ""
    spill: Path | None = None
    number = 0
    holder: duckdb.DuckDBPyConnection | None = None
    files: ClassVar[set[str]] = set()


def shared(spill: Path) -> duckdb.DuckDBPyConnection:
    """A connection to the engine that looks share; its views and tables are its own."""
    limits = _limits(spill, SHARED_MB, THREADS)
    with _lock:
        if _Shared.spill != spill or len(_Shared.files) > _MOST_FOOTERS:
            # Looks that are under way keep the former one until they are closed.
            _Shared.number += 1
            _Shared.name, _Shared.spill, _Shared.files = (
                f":memory:looks{_Shared.number}",
                spill,
                set(),
            )
            _Shared.holder = duckdb.connect(_Shared.name, config=limits)
            _Shared.holder.execute("SET GLOBAL parquet_metadata_cache = true")
        return duckdb.connect(_Shared.name, config=limits)


def note_files(paths: Sequence[str]) -> None:
    """Note whose footers an engine may remember from now on."""
    _Shared.files.update(paths)


def _limits(
    spill: Path, memory_mb: int, threads: int
) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": f"{memory_mb}MB",
        "threads": threads,
        "temp_directory": str(spill),
        # Nothing is downloaded at run time.
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


_Sign = tuple[int, int, int]
"""What tells a file from another of its name: where it lies, when it was written, its size."""


@dataclass(frozen=True)
class _Kept:
    """A snapshot, with the entry that its log ended with and the checkpoint that it began with."""

    entry: _Sign
    checkpoint: _Sign | None
    table: DeltaTable


_snapshots: OrderedDict[Path, _Kept] = OrderedDict()


def kept_snapshot(folder: Path) -> DeltaTable | None:
    """The snapshot of a local table that was opened last, if its log is as it was.

    A snapshot reads its log again when it is asked for a transaction: the entries before a newer
    checkpoint may be gone by then, although nothing was committed.

    Parameters
    ----------
    folder
        Of the table.
    """
    kept = _snapshots.get(folder)
    if kept is None:
        return None
    # What is restored, or undone after a fall of the machine, is another file of that name.
    version = kept.table.version()
    is_same = (
        _sign(_path(folder, version)) == kept.entry and checkpoint_of(folder) == kept.checkpoint
    )
    if not is_same or _path(folder, version + 1).exists():
        _snapshots.pop(folder, None)
        return None
    return kept.table


def keep_snapshot(folder: Path, table: DeltaTable, checkpoint: _Sign | None) -> None:
    """Remember a snapshot that nobody writes with.

    Parameters
    ----------
    folder
        Of the table.
    table
        The snapshot.
    checkpoint
        What `checkpoint_of` told before it was opened: one that came meanwhile counts as newer.
    """
    entry = _sign(_path(folder, table.version()))
    if entry is None:
        return
    with _lock:
        _snapshots[folder] = _Kept(entry, checkpoint, table)
        while len(_snapshots) > _MOST_SNAPSHOTS:
            _snapshots.popitem(last=False)


def _path(folder: Path, version: int) -> Path:
    return folder / "_delta_log" / f"{version:020d}.json"


def checkpoint_of(folder: Path) -> _Sign | None:
    """Tells the newest checkpoint of a local table from any other; None if it has none."""
    return _sign(folder / "_delta_log" / "_last_checkpoint")


def _sign(path: Path) -> _Sign | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
