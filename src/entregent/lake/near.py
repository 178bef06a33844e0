"""Which files may hold an activity: by its month, and by the part of all accounts it is done by.

The index of keys tells both. Files are sorted by account, so that of a large month only the one or
two are read in which the account's part lies.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from entregent.lake.days import month_name
from entregent.lake.key_run import Places, spread_of

NOBODY: Final = 0
"""Part of what no account did."""
_BITS: Final = 7

Near = dict[str, frozenset[int]]
"""Parts by month."""


def place_of(months: NDArray[np.int32], accounts: pa.Array | pa.ChunkedArray) -> Places:
    """Places of activities: 256 times the month's number, plus the part of who did them."""
    found: Places = months * 256 + part_of(accounts)
    return found


def month_of(places: Places) -> NDArray[np.int32]:
    """Numbers of the months of some places; unknown ones stay unknown."""
    return places >> 8


def part_of(accounts: pa.Array | pa.ChunkedArray) -> NDArray[np.int32]:
    """Parts of accounts, 1 to 128, by their keys; `NOBODY` where there is none."""
    keys = accounts.fill_null(0).to_numpy()
    parts = _part(keys)
    parts[accounts.is_null().to_numpy(zero_copy_only=False).astype(bool)] = NOBODY
    return parts


def _part(keys: NDArray[np.int64]) -> NDArray[np.int32]:
    return (spread_of(keys) >> np.uint64(64 - _BITS)).astype(np.int32) + 1


def bounds_of(part: int) -> tuple[int, int]:
    """Smallest and largest key of the accounts of a part, 1 to 128."""
    width = 1 << (64 - _BITS)
    smallest = (part - 1) * width - (1 << 63)
    return smallest, smallest + width - 1


def near(*found: Places) -> Near:
    """Months and parts of some places; those that are unknown are left out."""
    whole = np.unique(np.concatenate([*found, np.empty(0, np.int32)]).astype(np.int32))
    parts: dict[str, set[int]] = {}
    for place in whole[whole >= 0].tolist():
        parts.setdefault(month_name(place >> 8), set()).add(place & 255)
    return {month: frozenset(each) for month, each in parts.items()}


def overlaps(actions: pa.Table, wanted: Near) -> NDArray[np.bool_]:
    """Which files of the activities may hold something of what is near.

    Parameters
    ----------
    actions
        Files as the log tells of them.
    wanted
        Parts by month.
    """
    months: Iterable[str | None] = actions["partition.month"].to_pylist()
    chosen = np.array([month in wanted for month in months], dtype=bool)
    names = set(actions.column_names)
    if not {"min.actor_key", "max.actor_key", "null_count.actor_key"} <= names:
        return chosen
    low, high, nulls = (
        actions[f"{what}.actor_key"].to_pylist() for what in ("min", "max", "null_count")
    )
    for at in np.flatnonzero(chosen).tolist():
        # Without an account, or with an unknown number of such rows, anything may lie there: also
        # what was emptied since.
        if nulls[at] == 0 and low[at] is not None and high[at] is not None:
            first, last = _part(np.array([low[at], high[at]])).tolist()
            month = actions["partition.month"][at].as_py()
            chosen[at] = any(first <= part <= last for part in wanted[month])
    return chosen
