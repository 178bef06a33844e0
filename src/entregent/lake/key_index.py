"""Where the activities lie, by their keys: what admission asks instead of the lake."""

from collections.abc import Callable, Mapping
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from entregent.lake import keys
from entregent.lake.days import month_number
from entregent.lake.key_run import Keys, Places
from entregent.lake.known import KnownKeys
from entregent.lake.near import place_of
from entregent.lake.store import KEEPER, Lake
from entregent.vocabulary.activity import RELATIONS

_AT_ONCE = 2_000_000


class KeyIndex:
    """Places of activities by key, and of relations also by the key of their id.

    Opened before a snapshot, it never knows more than the snapshot holds: what is missing is the
    rows of batches after `covers`, and whoever asks looks for these in the lake itself.

    Parameters
    ----------
    lake
        The lake it stands beside.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._keys = KnownKeys(lake.index / "keys")
        self._ids = KnownKeys(lake.index / "ids")

    def covers(self, snapshot: DeltaTable) -> int:
        """Batch up to which, inclusive, all keys of a snapshot are known."""
        told = str(snapshot.metadata().id)
        done = snapshot.transaction_version(KEEPER) or 0
        # More than there is: the lake is older than the index, as after a restore.
        if {self._keys.table_id, self._ids.table_id} != {told} or max(self._covers()) > done:
            return 0
        return min(self._covers())

    def places_of(self, asked: Keys) -> Places:
        """Places of some activities, by key; see `KnownKeys.places_of`."""
        return self._keys.places_of(asked)

    def places_of_ids(self, asked: Keys) -> Places:
        """Places of some relations, by the key of their id."""
        return self._ids.places_of(asked)

    def take(self, parts: Mapping[int, pa.Table], first: int, last: int) -> bool:
        """Add the activities of batches that were appended just now.

        Parameters
        ----------
        parts
            Activities by batch number, with their ``id_key``; batches without any are left out.
        first, last
            Numbers of the batches, both included.

        Returns
        -------
        bool
            False if more than these is missing, or something was not told with them: then
            `catch_up` reads it from the lake.
        """
        table_id, rows = self._keys.table_id, list(parts.values())
        is_whole = table_id == self._ids.table_id and min(self._covers()) >= first - 1
        if not (table_id and is_whole and all("id_key" in each.column_names for each in rows)):
            return False
        related = [each.filter(pc.is_valid(each["id_key"])) for each in rows]
        ids = [(each["id_key"].to_numpy(), _places(each)) for each in related]
        self._ids.add(ids, last, table_id)
        keys = [(each["key"].to_numpy(), _places(each)) for each in rows]
        self._keys.add(keys, last, table_id)
        return True

    def _covers(self) -> tuple[int, int]:
        return self._keys.covers, self._ids.covers

    def catch_up(self, watch: Callable[[int], None] = lambda _: None) -> int:
        """Add what the lake holds by now; only whoever holds the keeper's lease may.

        Parameters
        ----------
        watch
            Told how many keys were added so far.

        Returns
        -------
        int
            How many keys were added.
        """
        snapshot = self._lake.open("activities")
        done = (snapshot.transaction_version(KEEPER) or 0) if snapshot is not None else 0
        if snapshot is None:
            return 0
        covers = self.covers(snapshot)
        if covers >= done:
            return 0
        if not covers:
            self.forget_all()
        columns = ["key", "month", "actor_key", "type", "id"]
        newer = pc.field("batch") > covers
        found = snapshot.to_pyarrow_dataset().to_batches(columns=columns, filter=newer)
        told = str(snapshot.metadata().id)
        added = 0
        parts: list[tuple[Keys, Places]] = []
        ids: list[tuple[Keys, Places]] = []
        for batch in chain(found, [None]):
            size = sum(len(each) for each, _ in parts)
            if parts and (batch is None or size >= _AT_ONCE):
                # What is cut off here is added again: a key that is known twice does no harm.
                self._keys.add(parts, covers, told)
                self._ids.add(ids, covers, told)
                added += size
                watch(added)
                parts, ids = [], []
            if batch is not None and batch.num_rows:
                parts.append((batch["key"].to_numpy(), _places(batch)))
                ids.append(_relations(batch))
        self._keys.add([], done, told)
        self._ids.add([], done, told)
        return added

    def forget_all(self) -> None:
        """Forget every key: whoever takes rows out of the lake so that they may come again."""
        self._keys.forget_all()
        self._ids.forget_all()


def _places(rows: pa.Table | pa.RecordBatch) -> Places:
    names = rows["month"]
    whole = names.combine_chunks() if isinstance(names, pa.ChunkedArray) else names
    encoded = whole.dictionary_encode()
    numbers = np.array([month_number(name) for name in encoded.dictionary.to_pylist()], np.int32)
    return place_of(numbers[encoded.indices.to_numpy()], rows["actor_key"])


def _relations(batch: pa.RecordBatch) -> tuple[Keys, Places]:
    """Keys of the ids of a batch's relations, with their places."""
    places = _places(batch)
    chosen = [
        (at, keys.id_key(uri))
        for at, (kind, uri) in enumerate(
            zip(batch["type"].to_pylist(), batch["id"].to_pylist(), strict=True)
        )
        if kind in RELATIONS
    ]
    at = np.array([place for place, _ in chosen], dtype=np.int64)
    return np.array([key for _, key in chosen], dtype=np.int64), places[at]
