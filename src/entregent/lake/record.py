"""One consistent look at the record: what is kept, and what is landed but not yet kept."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import duckdb
import numpy as np
import pyarrow as pa
from deltalake.exceptions import DeltaError
from numpy.typing import NDArray

from entregent.lake import looking
from entregent.lake.days import month_name, month_number
from entregent.lake.errors import FilesGone
from entregent.lake.files import file_actions, files_holding
from entregent.lake.key_index import KeyIndex
from entregent.lake.key_run import UNKNOWN, Keys
from entregent.lake.keys import MOST_NAMED
from entregent.lake.near import NOBODY, Near, bounds_of, month_of, near
from entregent.lake.schema import TABLES, conformed
from entregent.lake.store import KEEPER, Lake, schema_versions
from entregent.lake.subjects import told_of

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from deltalake import DeltaTable

T = TypeVar("T")
Batches = Mapping[int, Mapping[str, pa.Table]]
"""Rows by batch number and table."""

MOST_LOOKS = 6
_MOST_PLACES = 64
"""Months and parts of accounts that a look selects from one by one."""
_GONE = re.compile(
    r"No files found|Cannot open file|No such file|does not exist|FileNotFoundError|NoSuchKey"
    r"|File not found",
    re.IGNORECASE,
)
_TELLING = (
    *(duckdb.IOException, duckdb.HTTPException, duckdb.InvalidInputException),
    DeltaError,
)
"""How it is said that a file has gone: of the table in a folder or a store, or of its log."""


class Record:
    """Views of tables, over the lake's newest snapshot and the batches not yet in it.

    Use it as a context manager; `read` below opens one and survives a vacuum.

    Parameters
    ----------
    lake
        The tables.
    waiting
        Batches that were ready before the snapshot was opened. What the snapshot already holds of
        them is left out, so that nothing is seen twice.
    tables
        Names of those to look at; every one that is not opened saves a few milliseconds.
    narrowed
        Those of which nothing is asked before `focus`: a view of every file takes its time.
    memory_mb, threads
        Limits of an engine of its own, for long work; looks share one if no memory is named.
    """

    def __init__(
        self,
        lake: Lake,
        waiting: Batches,
        *,
        tables: Collection[str] = tuple(TABLES),
        narrowed: Collection[str] = (),
        memory_mb: int | None = None,
        threads: int = looking.THREADS,
    ) -> None:
        self._lake = lake
        self.connection = (
            looking.shared(lake.spill)
            if memory_mb is None
            else looking.connect(lake.spill, memory_mb=memory_mb, threads=threads)
        )
        # Before the snapshots: it must never know more than they hold.
        self._index = KeyIndex(lake) if "activities" in tables else None
        self._snapshots: dict[str, DeltaTable | None] = {}
        self._actions: dict[str, pa.Table] = {}
        self._pending: dict[str, list[pa.Table]] = {}
        for name in tables:
            snapshot = lake.look(name)
            done = (snapshot.transaction_version(KEEPER) or 0) if snapshot is not None else 0
            self._snapshots[name] = snapshot
            self._pending[name] = [
                batch[name] for number, batch in waiting.items() if number > done and name in batch
            ]
            self._show_waiting(name)
            if name not in narrowed:
                self._view(name)

    def months(self, name: str) -> list[str]:
        """Months in which a table has rows, the earliest first."""
        snapshot = self._snapshots[name]
        kept = {row["month"] for row in snapshot.partitions()} if snapshot is not None else set()
        return sorted(kept.union(*(set(part["month"].to_pylist()) for part in self._pending[name])))

    def is_mixed(self, name: str) -> bool:
        """Whether some files of a table may lack columns that newer ones have."""
        snapshot = self._snapshots[name]
        return snapshot is not None and schema_versions(snapshot)[1] is not None

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """See these rows too: landed ones, admitted against this very look."""
        for name, rows in tables.items():
            self._pending[name].append(rows)
            self._show_waiting(name)
            self._view(name)

    def focus(
        self,
        name: str,
        *,
        months: Collection[str] | None = None,
        keys: Mapping[str, Collection[int]] | None = None,
    ) -> None:
        """Look at fewer files of a table from now on: those that may hold what is asked for.

        Rows of other keys come along with them; whoever asks says again which are meant.

        Parameters
        ----------
        name
            One of the tables looked at.
        months
            Folders to look into, as ``2026-11``; all if None.
        keys
            By column, values of which one must lie between a file's smallest and largest.
        """
        self._view(name, months=months, keys=keys or {})

    def focus_near(self, keys: Collection[int], *, accounts: Collection[int] = ()) -> None:
        """Look from now on at those files of activities alone in which some may lie.

        Parameters
        ----------
        keys
            Of activities.
        accounts
            Keys of accounts of which one did them, where that is known.
        """
        assert self._index is not None
        covers = self._covers()
        asked = np.fromiter(keys, np.int64)
        where = near(self._index.places_of(asked)) if covers else {}
        only = {"actor_key": accounts} if accounts else {}
        self._view("activities", where=where, keys=only, newer_than=covers)

    def who_did(self, keys: Collection[int]) -> dict[int, int]:
        """Accounts that did some activities, by the keys of these; what nobody did is left out.

        Parameters
        ----------
        keys
            Of activities.
        """
        if not keys:
            return {}
        if self._lake.is_local and self._covers():
            rows = self._did_by_parts(np.fromiter(keys, np.int64))
        else:
            self.focus_near(keys)
            rows = [f"SELECT key, actor_key FROM activities WHERE key IN ({_listed(keys)})"]  # noqa: S608 (numbers)
        told = self.connection.execute(" UNION ALL ".join(rows)).fetchall()
        return {key: actor for key, actor in told if actor is not None}

    def _did_by_parts(self, keys: Keys) -> list[str]:
        """What to select by who did some activities: of each file, the rows of a part alone."""
        assert self._index is not None
        snapshot, covers = self._snapshots["activities"], self._covers()
        assert snapshot is not None
        places = self._index.places_of(keys)
        actions = self._actions_of("activities", snapshot)
        paths = _paths(
            file for file, _ in files_holding(snapshot, near=near(places), actions=actions)
        )
        looking.note_files(paths)
        # Many places: a statement of a month is planned once, and reads the month's groups.
        grain = 1 if len(np.unique(places)) <= _MOST_PLACES else 256
        rows = []
        somebodys = places[(places != UNKNOWN) & (places & 255 != NOBODY)]
        for place in np.unique(somebodys // grain * grain).tolist():
            month = f"/month={month_name(place >> 8)}/"
            there = [path for path in paths if month in path]
            asked = keys[places // grain * grain == place].tolist()
            if there:
                within = "actor_key BETWEEN {} AND {} AND ".format(*bounds_of(place & 255))
                rows.append(
                    f"SELECT key, actor_key FROM {self.reading('activities', there)} "  # noqa: S608
                    f"WHERE {within if grain == 1 else ''}key IN ({_listed(asked)})"
                )
        waits = f"FROM pending_activities WHERE key IN ({_listed(keys.tolist())})"
        rows.append(f"SELECT key, actor_key {waits}")
        # In the lake, and not in the index yet: those of the last batches.
        late = self._kept("activities", months=(), newer_than=covers)
        if late:
            rows.append(
                f"SELECT key, actor_key FROM ({late}) "  # noqa: S608 (numbers, names of ours)
                f"WHERE batch > {covers} AND key IN ({_listed(keys.tolist())})"
            )
        return rows

    def make_superseded(self, name: str, subjects: pa.Array | pa.ChunkedArray) -> None:
        """Make a table of what became of some things.

        Parameters
        ----------
        name
            Of the table: columns and rows of ``superseded``.
        subjects
            Keys of objects, of activities or of accounts. Being hashes they lie all over the table,
            so that their column alone is read first: few of those asked for have rows there.
        """
        told = self._told_of(subjects)
        kept = self._kept("superseded", keys={"subject": told.tolist()}) if len(told) else ""
        # Named one by one, groups of rows without any of them are passed over.
        among = _listed(told.tolist()) or "NULL"
        if len(told) > MOST_NAMED:
            among = "SELECT subject FROM told_subjects"
        self.connection.register("told_subjects", pa.table({"subject": told}))
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS "
            f"{_with_waiting('superseded', kept)} WHERE subject IN ({among})"
        )
        self.connection.unregister("told_subjects")

    def _told_of(self, subjects: pa.Array | pa.ChunkedArray) -> Keys:
        """Which of some things ``superseded`` tells of, each once."""
        # Of hashes some lie in every file.
        files = self.holding("superseded", {})
        asked: Keys = subjects.to_numpy(zero_copy_only=False)
        if files is None:
            self.connection.register("asked_subjects", pa.table({"subject": subjects}))
            found = self.connection.execute(
                "SELECT DISTINCT subject FROM superseded "
                "WHERE subject IN (SELECT subject FROM asked_subjects)"
            ).fetch_arrow_table()
            self.connection.unregister("asked_subjects")
            told: Keys = found["subject"].to_numpy()
            return told
        waits = [rows["subject"].to_numpy() for rows in self._pending["superseded"]]
        late = asked[np.isin(asked, np.concatenate([*waits, np.empty(0, np.int64)]))]
        return np.union1d(told_of(files, asked), late)

    def _covers(self) -> int:
        """Batch up to which, inclusive, the index of keys knows what this look sees."""
        snapshot = self._snapshots["activities"]
        return self._index.covers(snapshot) if self._index and snapshot is not None else 0

    def months_of(self, keys: Keys) -> NDArray[np.int32]:
        """Month of each activity that is known, kept or not, by its key.

        Parameters
        ----------
        keys
            Shape (n,).

        Returns
        -------
        numpy.ndarray
            Shape (n,): a month's number, or `entregent.lake.key_run.UNKNOWN`.
        """
        assert self._index is not None
        covers = self._covers()
        found = (
            month_of(self._index.places_of(keys))
            if covers
            else np.full(len(keys), UNKNOWN, dtype=np.int32)
        )
        snapshot_rows = self._kept("activities", months=(), newer_than=covers)
        if snapshot_rows:
            # In the lake, and not in the index yet: those of the last batches.
            self.connection.register("asked_keys", pa.table({"key": keys}))
            late = self.connection.execute(
                f"SELECT key, month FROM ({snapshot_rows}) "  # noqa: S608 (names are our own)
                "WHERE batch > ? AND key IN (SELECT key FROM asked_keys)",
                [covers],
            ).fetch_arrow_table()
            self.connection.unregister("asked_keys")
            _fill(found, keys, late)
        for waiting in self._pending["activities"]:
            _fill(found, keys, waiting)
        return found

    def gather(self, name: str, *, keys: Keys, relations: Keys, ids: pa.Array) -> None:
        """Make a table of the activities with some keys, or some ids, looking where they may lie.

        Parameters
        ----------
        name
            Of the table: ``key``, ``id``, ``published``, ``received_at``.
        keys
            Of activities.
        relations, ids
            Ids of relations, and the keys of these ids.
        """
        assert self._index is not None
        columns = "key, id, published, received_at"
        if not len(keys) and not len(ids):
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {name} AS "  # noqa: S608 (names are our own)
                f"SELECT {columns} FROM pending_activities LIMIT 0"
            )
            return
        covers = self._covers()
        where: Near = {}
        if covers:
            where = near(self._index.places_of(keys), self._index.places_of_ids(relations))
        kept = self._kept("activities", where=where, newer_than=covers)
        rows = f"({_with_waiting('activities', kept)})"
        self.connection.register("asked_keys", pa.table({"key": keys}))
        self.connection.register("asked_ids", pa.table({"id": ids.cast(pa.string())}))
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {columns} FROM {rows} "  # noqa: S608
            "WHERE key IN (SELECT key FROM asked_keys) OR id IN (SELECT id FROM asked_ids)"
        )
        self.connection.unregister("asked_keys")
        self.connection.unregister("asked_ids")

    def _show_waiting(self, name: str) -> None:
        self.connection.register(f"pending_{name}", self.waits(name))

    def _view(
        self,
        name: str,
        *,
        months: Collection[str] | None = None,
        where: Near | None = None,
        keys: Mapping[str, Collection[int]] = MappingProxyType({}),
        newer_than: int | None = None,
    ) -> None:
        kept = self._kept(name, months=months, where=where, keys=keys, newer_than=newer_than)
        query = _with_waiting(name, kept)
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    def _kept(
        self,
        name: str,
        *,
        months: Collection[str] | None = None,
        where: Near | None = None,
        keys: Mapping[str, Collection[int]] = MappingProxyType({}),
        newer_than: int | None = None,
    ) -> str:
        """What to select a table's kept rows by; empty if it has no file to look at."""
        snapshot = self._snapshots[name]
        if snapshot is None:
            return ""
        if not self._lake.is_local:
            self.connection.register(f"kept_{name}", snapshot.to_pyarrow_dataset())
            return f"SELECT * FROM kept_{name}"  # noqa: S608 (names are our own)
        paths = _paths(snapshot.file_uris())
        if months is not None or where is not None or keys:
            found = files_holding(
                snapshot,
                months=months,
                near=where,
                keys=keys,
                newer_than=newer_than,
                actions=self._actions_of(name, snapshot),
            )
            paths = _paths(file for file, _ in found)
            # Not those of a whole table: most looks name them, and hardly one opens them.
            looking.note_files(paths)
        return f"SELECT * FROM {self.reading(name, paths)}" if paths else ""  # noqa: S608 (names are our own)

    def _actions_of(self, name: str, snapshot: "DeltaTable") -> pa.Table:
        if name not in self._actions:
            self._actions[name] = file_actions(snapshot)
        return self._actions[name]

    def holding(self, name: str, keys: Mapping[str, Collection[int]]) -> list[str] | None:
        """Paths of a table's files that may hold some keys, as for `focus`.

        None where the lake is in an object store, which the engine reads by other means.
        """
        if not self._lake.is_local:
            return None
        snapshot = self._snapshots[name]
        if snapshot is None:
            return []
        found = files_holding(snapshot, keys=keys, actions=self._actions_of(name, snapshot))
        return _paths(file for file, _ in found)

    def reading(self, name: str, paths: Sequence[str]) -> str:
        """What to select some files of a table from; ``filename`` tells whose a row is."""
        listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
        union = "true" if self.is_mixed(name) else "false"
        return (
            f"read_parquet([{listed}], union_by_name = {union}, "
            "hive_partitioning = true, hive_types_autocast = false)"
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the tables looked at."""
        return tuple(self._snapshots)

    def files(self, name: str) -> list[str]:
        """Addresses of the files of a table's snapshot, for an engine other than ours."""
        snapshot = self._snapshots[name]
        return [] if snapshot is None else list(snapshot.file_uris())

    def waits(self, name: str) -> pa.Table:
        """Rows of a table that this look sees beside those files."""
        schema = TABLES[name].schema
        parts = [conformed(part, schema) for part in self._pending[name]]
        return pa.concat_tables([schema.empty_table(), *parts])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def table(self, name: str) -> "ir.Table":
        """A table of the record as an Ibis expression."""
        return self.backend().table(name)

    def backend(self) -> Any:
        """This look as an Ibis backend."""
        import ibis

        return ibis.duckdb.from_connection(self.connection)


def _with_waiting(name: str, kept: str) -> str:
    """What to select a table's rows by: of what selects the kept ones, and those that wait."""
    columns = ", ".join(f'"{column}"' for column in TABLES[name].schema.names)
    # By name: what an older program wrote lacks columns, and has NULL there.
    rows = f"({kept} UNION ALL BY NAME FROM pending_{name})" if kept else f"pending_{name}"
    return f"SELECT {columns} FROM {rows}"  # noqa: S608 (names are our own)


def _listed(keys: Iterable[int]) -> str:
    return ", ".join(map(str, keys))


def _paths(files: Iterable[str]) -> list[str]:
    """Paths of files that a table's log addresses."""
    return [file.removeprefix("file://") for file in files]


def _fill(found: NDArray[np.int32], keys: Keys, rows: pa.Table) -> None:
    """Note the months of those keys that stand in some rows."""
    held = rows["key"].to_numpy()
    order = np.argsort(held, kind="stable")
    if not len(held):
        return
    place = np.minimum(np.searchsorted(held, keys, sorter=order), len(held) - 1)
    hits = np.flatnonzero(held[order[place]] == keys)
    if len(hits):
        months = rows["month"].take(pa.array(order[place[hits]])).to_pylist()
        found[hits] = [month_number(month) for month in months]


def read(open_record: Callable[[], Record], ask: Callable[[Record], T]) -> T:
    """Ask the record something, from a fresh snapshot again if a file has gone meanwhile.

    Once is enough as a rule: files stay for a day after they were replaced. Where they are removed
    at once, as when a demonstration goes, it may take a few more looks.
    """
    for _ in range(MOST_LOOKS - 1):
        try:
            with open_record() as record:
                return ask(record)
        except (*_TELLING, FilesGone) as error:
            if not _GONE.search(str(error)):
                raise
    with open_record() as record:
        return ask(record)
