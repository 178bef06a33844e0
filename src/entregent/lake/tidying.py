"""Keeping the tables quick to read: small files merged, an account's rows brought together.

Only whoever holds the keeper's lease may call these.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError

from entregent.lake.disk import remove_replaced, settle
from entregent.lake.errors import LostRace
from entregent.lake.files import file_actions
from entregent.lake.record import Record
from entregent.lake.schema import SCHEMA_VERSION, TABLES, LakeTable
from entregent.lake.store import NO_HOOKS, ROW_GROUP, WRITER, Lake, schema_versions

SMALL_BYTES: Final = 16 * 1024 * 1024
"""Files below this size are merged."""
SORTED_BYTES: Final = 24 * 1024 * 1024
"""Size of the files that sorting makes."""
MOST_SMALL: Final = 24
"""Small files that a folder may hold before they are merged without waiting for the hour."""
MOST_DEPTH: Final = 4.0
"""Files in which a key has to be looked for, on average, before a folder is sorted again."""
VACUUM_HOURS: Final = 24
_CONCURRENT: Final = 2
_SORT_MB: Final = 1_024


@dataclass(frozen=True)
class Folder:
    """Files of one table, or of one month of it.

    Attributes
    ----------
    table, month
        Which; `month` is None where a table has none.
    files, small
        How many, and how many are small.
    depth
        In how many of them a key has to be looked for, on average.
    rows
        How many they hold.
    """

    table: str
    month: str | None
    files: int
    small: int
    depth: float
    rows: int


def folders(lake: Lake, name: str) -> list[Folder]:
    """Folders of a table as its log tells of them; empty if it does not exist."""
    snapshot = lake.look(name)
    if snapshot is None:
        return []
    actions = file_actions(snapshot)
    if not len(actions):
        return []
    table = TABLES[name]
    months = actions["partition.month"].to_pylist() if table.partition_by else [None] * len(actions)
    places: dict[str | None, list[int]] = {}
    for place, month in enumerate(months):
        places.setdefault(month, []).append(place)
    sizes = np.array(actions["size_bytes"].to_pylist())
    rows = np.array(actions["num_records"].fill_null(0).to_pylist())
    return [
        Folder(
            table=name,
            month=month,
            files=len(chosen),
            small=int(np.sum(sizes[chosen] < SMALL_BYTES)),
            depth=_depth(actions.take(pa.array(chosen)), table),
            rows=int(rows[chosen].sum()),
        )
        for month, chosen in places.items()
    ]


def is_crowded(lake: Lake, name: str) -> bool:
    """Whether a folder of a table holds so many small files that reading it suffers."""
    return any(folder.small > MOST_SMALL for folder in folders(lake, name))


def merge_small(lake: Lake, name: str, *, vacuum_hours: int = VACUUM_HOURS) -> int:
    """Merge a table's small files, and remove those that no young snapshot needs.

    Parameters
    ----------
    lake, name
        Which table.
    vacuum_hours
        Age, in hours since they were replaced, from which files are removed.

    Returns
    -------
    int
        Files removed from its newest snapshot.

    Raises
    ------
    LostRace
        If another process committed in between. Nothing was merged then.
    """
    table = lake.open(name)
    if table is None:
        return 0
    since = table.version()
    try:
        outcome = table.optimize.compact(
            target_size=SMALL_BYTES,
            max_concurrent_tasks=_CONCURRENT,
            writer_properties=WRITER,
            post_commithook_properties=NO_HOOKS,
        )
    except CommitFailedError as error:
        raise LostRace(f"another keeper wrote to « {name} »") from error
    settle(table, since)
    remove_replaced(table, hours=vacuum_hours)
    table.create_checkpoint()
    settle(table, since)
    table.cleanup_metadata()
    _describe(table, TABLES[name])
    return int(outcome["numFilesRemoved"])


def sort_worst(lake: Lake) -> Folder | None:
    """Sort the folder whose keys lie in the most files, if one is worth it.

    Returns
    -------
    Folder or None
        What was sorted, as it was before.

    Raises
    ------
    LostRace
        If another process committed in between. Nothing was sorted then.
    """
    found = [folder for name in TABLES for folder in folders(lake, name)]
    worst = max(found, key=lambda folder: folder.depth, default=None)
    if worst is None or worst.depth <= MOST_DEPTH:
        return None
    sort(lake, worst.table, worst.month)
    return worst


def sort(lake: Lake, name: str, month: str | None) -> None:
    """Sort a table, or a month of it, by its key.

    What does not fit into the engine's memory is put aside on the disk: a table in one folder may
    be far larger.
    """
    table = lake.open(name)
    if table is None:
        return
    since, known = table.version(), TABLES[name]
    chosen = "true" if month is None else f"month = '{month}'"
    # With one thread the engine keeps within its memory; with two it may give up.
    with Record(lake, {}, tables=(name,), memory_mb=_SORT_MB, threads=1) as record:
        if month is not None:
            record.focus(name, months=[month])
        # Fetched as they are written: they are never in memory together. By the group of rows,
        # because the library may write neighbouring batches out of turn.
        rows = record.connection.execute(
            f"SELECT * FROM {name} WHERE {chosen} ORDER BY {known.sorted_by}"  # noqa: S608 (names of ours)
        ).fetch_record_batch(ROW_GROUP)
        try:
            write_deltalake(
                table,
                rows.cast(known.schema),
                mode="overwrite",
                predicate=None if month is None else chosen,
                target_file_size=SORTED_BYTES,
                writer_properties=WRITER,
                commit_properties=CommitProperties(max_commit_retries=0),
                post_commithook_properties=NO_HOOKS,
            )
        except CommitFailedError as error:
            raise LostRace(f"another keeper wrote to « {name} »") from error
    settle(table, since)
    table.create_checkpoint()


def _depth(actions: pa.Table, table: LakeTable) -> float:
    """In how many files a key lies, on average over the rows."""
    low, high = f"min.{table.sorted_by}", f"max.{table.sorted_by}"
    if low not in actions.column_names or len(actions) < 2:
        return float(len(actions))
    lows, highs = actions[low], actions[high]
    known = np.array(lows.is_valid()) & np.array(highs.is_valid())
    rows = np.array(actions["num_records"].fill_null(0).to_pylist())
    if not known.any():
        return 1.0
    # As floating numbers: differences of two keys may pass the largest whole number.
    begins = np.sort(np.array(lows.fill_null(0).to_pylist(), dtype=np.float64)[known])
    ends = np.sort(np.array(highs.fill_null(0).to_pylist(), dtype=np.float64)[known])
    middles = (
        np.array(lows.fill_null(0).to_pylist(), dtype=np.float64)
        + np.array(highs.fill_null(0).to_pylist(), dtype=np.float64)
    )[known] / 2
    covering = np.searchsorted(begins, middles, side="right") - np.searchsorted(
        ends, middles, side="left"
    )
    return float(np.average(covering, weights=np.maximum(rows[known], 1)))


def _describe(table: DeltaTable, known: LakeTable) -> None:
    """Take the mark of older files from a table that holds none any more."""
    version, oldest = schema_versions(table)
    if version != SCHEMA_VERSION or oldest is None:
        return
    wanted = set(known.schema.names) - set(known.partition_by)
    dataset = table.to_pyarrow_dataset()
    for path in dataset.files:
        with dataset.filesystem.open_input_file(path) as file:
            if not wanted <= set(pq.read_schema(file).names):
                return
    table.alter.set_table_description(f"entregent schema {SCHEMA_VERSION}")
