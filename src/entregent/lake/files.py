"""Files of a table's snapshot, and which of them may hold what is asked for.

The log tells the smallest and largest key of each file. After compaction the files of a month are
sorted, and an account's rows lie in one of them.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
from deltalake import DeltaTable

from entregent.lake.near import Near, overlaps


def file_actions(snapshot: DeltaTable) -> pa.Table:
    """One row a file: its path, size, rows, partition, and smallest and largest of each key."""
    return pa.table(snapshot.get_add_actions(flatten=True))


def files_holding(
    snapshot: DeltaTable,
    *,
    months: Collection[str] | None = None,
    near: Near | None = None,
    keys: Mapping[str, Collection[int]] = MappingProxyType({}),
    newer_than: int | None = None,
    actions: pa.Table | None = None,
) -> list[tuple[str, int]]:
    """Addresses and rows of the files that the log's statistics cannot exclude.

    Parameters
    ----------
    snapshot
        Of one table.
    months
        Folders to look into; all if None.
    near
        Months and parts of accounts, of activities; all if None.
    keys
        By column, values of which one must lie between a file's smallest and largest. A file whose
        statistics do not tell is kept.
    newer_than
        Batch of which a file is wanted anyway if it may hold a row of a later one.
    actions
        What `file_actions` answered of this very snapshot, if it was asked already.
    """
    if actions is None:
        actions = file_actions(snapshot)
    chosen = np.ones(len(actions), dtype=bool)
    names = set(actions.column_names)
    if months is not None and "partition.month" in names:
        wanted = frozenset(months)
        chosen &= np.array(
            [month in wanted for month in actions["partition.month"].to_pylist()], dtype=bool
        )
    if near is not None and len(actions):
        chosen &= overlaps(actions, near)
    for column, values in keys.items():
        if f"min.{column}" not in names:
            continue
        asked = np.sort(np.fromiter(values, dtype=np.int64))
        low, high = actions[f"min.{column}"], actions[f"max.{column}"]
        known = np.array(low.is_valid()) & np.array(high.is_valid())
        lows = np.array(low.fill_null(0), dtype=np.int64)
        highs = np.array(high.fill_null(0), dtype=np.int64)
        first = np.searchsorted(asked, lows, side="left")
        after = np.searchsorted(asked, highs, side="right")
        chosen &= ~known | (after > first)
    if newer_than is not None:
        if "max.batch" in names:
            chosen |= np.array(actions["max.batch"].fill_null(2**62), np.int64) > newer_than
        else:
            chosen[:] = True
    rows = actions["num_records"].fill_null(0).to_pylist() if len(actions) else []
    root = snapshot.table_uri.rstrip("/")
    return [
        (f"{root}/{unquote(path)}", int(count))
        for path, count, is_chosen in zip(
            actions["path"].to_pylist(), rows, chosen.tolist(), strict=True
        )
        if is_chosen
    ]
