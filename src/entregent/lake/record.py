"""One consistent look at the record: what is kept, and what is landed but not yet kept."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import duckdb
import numpy as np
import pyarrow as pa
from deltalake.exceptions import DeltaError

from entregent.lake.days import month_name, month_number
from entregent.lake.errors import FilesGone
from entregent.lake.files import files_holding
from entregent.lake.key_index import KeyIndex
from entregent.lake.known import UNKNOWN, Keys, Months
from entregent.lake.schema import TABLES, conformed
from entregent.lake.store import KEEPER, Lake, schema_versions

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from deltalake import DeltaTable

T = TypeVar("T")
Batches = Mapping[int, Mapping[str, pa.Table]]
"""Rows by batch number and table."""

MOST_LOOKS = 6
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
    memory_mb, threads
        Limits of the engine.
    """

    def __init__(
        self,
        lake: Lake,
        waiting: Batches,
        *,
        tables: Collection[str] = tuple(TABLES),
        memory_mb: int = 512,
        threads: int = 2,
    ) -> None:
        self._lake = lake
        self.connection = duckdb.connect(
            config={
                "memory_limit": f"{memory_mb}MB",
                "threads": threads,
                "temp_directory": str(lake.spill),
                # Nothing is downloaded at run time.
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        # Before the snapshots: it must never know more than they hold.
        self._index = KeyIndex(lake) if "activities" in tables else None
        self._snapshots: dict[str, DeltaTable | None] = {}
        self._pending: dict[str, list[pa.Table]] = {}
        for name in tables:
            snapshot = lake.open(name)
            done = (snapshot.transaction_version(KEEPER) or 0) if snapshot is not None else 0
            self._snapshots[name] = snapshot
            self._pending[name] = [
                batch[name] for number, batch in waiting.items() if number > done and name in batch
            ]
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
        self._view(name, months, keys or {})

    def months_of(self, keys: Keys) -> Months:
        """Month of each activity that is known, kept or not, by its key.

        Parameters
        ----------
        keys
            Shape (n,).

        Returns
        -------
        numpy.ndarray
            Shape (n,): a month's number, or `entregent.lake.known.UNKNOWN`.
        """
        assert self._index is not None
        snapshot = self._snapshots["activities"]
        covers = self._index.covers(snapshot) if snapshot is not None else 0
        found = (
            self._index.months_of(keys) if covers else np.full(len(keys), UNKNOWN, dtype=np.int16)
        )
        snapshot_rows = self._kept("activities", (), {}, newer_than=covers)
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
        snapshot = self._snapshots["activities"]
        covers = self._index.covers(snapshot) if snapshot is not None else 0
        months: set[int] = set()
        if covers:
            months.update(self._index.months_of(keys).tolist())
            months.update(self._index.months_of_ids(relations).tolist())
        names = {month_name(number) for number in months - {UNKNOWN}}
        rows = self._activities(months=names, newer_than=covers)
        self.connection.register("asked_keys", pa.table({"key": keys}))
        self.connection.register("asked_ids", pa.table({"id": ids.cast(pa.string())}))
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {columns} FROM {rows} "  # noqa: S608
            "WHERE key IN (SELECT key FROM asked_keys) OR id IN (SELECT id FROM asked_ids)"
        )
        self.connection.unregister("asked_keys")
        self.connection.unregister("asked_ids")

    def _activities(self, *, months: Collection[str], newer_than: int) -> str:
        """Rows of some months, of newer batches, and of those that wait, to select from."""
        kept = self._kept("activities", months, {}, newer_than=newer_than)
        waits = "SELECT * FROM pending_activities"
        return f"({kept} UNION ALL BY NAME {waits})" if kept else f"({waits})"

    def _view(
        self,
        name: str,
        months: Collection[str] | None = None,
        keys: Mapping[str, Collection[int]] = MappingProxyType({}),
    ) -> None:
        self.connection.register(f"pending_{name}", self.waits(name))
        columns = ", ".join(f'"{column}"' for column in TABLES[name].schema.names)
        kept = self._kept(name, months, keys)
        waits = f"SELECT {columns} FROM pending_{name}"  # noqa: S608 (names are our own)
        # By name: what an older program wrote lacks columns, and has NULL there.
        query = (
            f"SELECT {columns} FROM ({kept} UNION ALL BY NAME {waits})"  # noqa: S608
            if kept
            else waits
        )
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    def _kept(
        self,
        name: str,
        months: Collection[str] | None,
        keys: Mapping[str, Collection[int]],
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
        if months is not None or keys:
            found = files_holding(snapshot, months=months, keys=keys, newer_than=newer_than)
            paths = _paths(file for file, _ in found)
        return f"SELECT * FROM {self.reading(name, paths)}" if paths else ""  # noqa: S608 (names are our own)

    def holding(self, name: str, keys: Mapping[str, Collection[int]]) -> list[str] | None:
        """Paths of a table's files that may hold some keys, as for `focus`.

        None where the lake is in an object store, which the engine reads by other means.
        """
        if not self._lake.is_local:
            return None
        snapshot = self._snapshots[name]
        found = files_holding(snapshot, keys=keys) if snapshot is not None else []
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


def _paths(files: Iterable[str]) -> list[str]:
    """Paths of files that a table's log addresses."""
    return [file.removeprefix("file://") for file in files]


def _fill(found: Months, keys: Keys, rows: pa.Table) -> None:
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
