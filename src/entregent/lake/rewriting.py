"""Writing single files of a local table anew, without some rows, or with others in their place.

The library rewrites by a predicate: it evaluates it for every row of the table, holds several files
in memory at once, and refuses predicates that name many keys. Here only files that hold one of the
keys are read, one after the other, and the log is told which file stands for which. Committing is
what it is to every writer of such tables: to create the next file of the log, and to fail if it is
there (https://github.com/delta-io/delta/blob/master/PROTOCOL.md).
"""

import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import DeltaTable

from entregent.lake.disk import force
from entregent.lake.errors import LostRace
from entregent.lake.files import file_actions
from entregent.lake.schema import TABLES, LakeTable, conformed
from entregent.lake.store import KEEPER, Lake

_ROW_GROUP: Final = 128 * 1024
_LEVEL: Final = 1
"""Of compression: three takes half as long again, and saves next to nothing."""
_OWN_EACH: Final = frozenset(
    {"id", "object_id", "content", "in_reply_to", "url", "payload", "native", "folded"}
)
"""Columns in which hardly a value comes twice."""
_AT_ONCE: Final = 2
"""Files that are written at the same time; each needs memory for one group of rows."""


Change = Callable[[dict[str, Any]], dict[str, Any] | None]
"""Gives what stands in the place of a row: itself if it stays as it is, None if it goes."""
Changed = tuple[dict[str, Any], dict[str, Any]]
"""A row as it was, and as it will be."""


@dataclass(frozen=True)
class _File:
    """A file as the log names it."""

    path: str
    size: int
    partition: Mapping[str, str]


def rewrite(
    lake: Lake,
    name: str,
    column: str,
    values: Collection[int],
    change: Change | None = None,
    *,
    months: Collection[str] = (),
    first: Callable[[list[Changed]], object] = len,
) -> int:
    """Remove rows whose key is among some values, or put others in their place.

    Parameters
    ----------
    lake, name
        A local lake, and one of its tables.
    column
        That holds the key.
    values
        Keys of the rows that are meant.
    change
        Gives the row that stands in the place of one, or None if it goes; all go if left out.
    months
        Folders that may hold them; all if empty.
    first
        Told the rows that are changed, before any of it counts.

    Returns
    -------
    int
        Files that were written anew.

    Raises
    ------
    LostRace
        If another process committed in between. Nothing counts as written then.
    """
    snapshot = lake.open(name)
    if snapshot is None or not values:
        return 0
    root = lake.root / name
    work = _Work(root, TABLES[name], column, pa.array(sorted(values), pa.int64()), change)
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        done = workers.map(work.see_to, _candidates(snapshot, column, values, months))
        log = [action for actions in done for action in actions]
    first(work.changed)
    if log:
        _commit(snapshot, root, log)
    return sum("remove" in action for action in log)


def _candidates(
    snapshot: DeltaTable, column: str, values: Collection[int], months: Collection[str]
) -> list[_File]:
    """Files that the log's statistics cannot exclude."""
    actions = file_actions(snapshot)
    if not len(actions):
        return []
    asked = np.sort(np.fromiter(values, dtype=np.int64))
    names = actions.column_names
    columns = {
        "path": actions["path"].to_pylist(),
        "size": actions["size_bytes"].to_pylist(),
        "month": actions["partition.month"].to_pylist() if "partition.month" in names else None,
        "low": actions[f"min.{column}"].to_pylist() if f"min.{column}" in names else None,
        "high": actions[f"max.{column}"].to_pylist() if f"max.{column}" in names else None,
    }
    found = []
    for index, path in enumerate(columns["path"]):
        month = columns["month"][index] if columns["month"] is not None else None
        if months and month is not None and month not in months:
            continue
        low = columns["low"][index] if columns["low"] is not None else None
        high = columns["high"][index] if columns["high"] is not None else None
        if low is not None and high is not None:
            first = np.searchsorted(asked, low, side="left")
            if first >= len(asked) or asked[first] > high:
                continue
        partition = {"month": month} if month is not None else {}
        found.append(_File(path, int(columns["size"][index]), partition))
    return found


@dataclass
class _Work:
    """What is to be done with each file."""

    root: Path
    table: LakeTable
    column: str
    wanted: pa.Array
    change: Change | None
    changed: list[Changed] = field(default_factory=list)

    def see_to(self, file: _File) -> list[dict[str, Any]]:
        """Write a file anew beside the old one, if it is meant; returns what the log is told."""
        old = self.root / unquote(file.path)
        if not self._is_meant(old):
            return []
        table = self.table
        schema = pa.schema([each for each in table.schema if each.name not in table.partition_by])
        new = old.with_name(f"part-00000-{_uuid()}-c000.zstd.parquet")
        statistics = _Statistics(table.statistics)
        is_touched = False
        with (
            pq.ParquetFile(old) as source,
            pq.ParquetWriter(
                new,
                schema,
                compression="zstd",
                compression_level=_LEVEL,
                use_dictionary=_repeating(schema),
                write_statistics=list(table.statistics),
            ) as sink,
        ):
            for group in range(source.metadata.num_row_groups):
                rows = conformed(source.read_row_group(group), schema)
                after = self._changed(rows, file.partition)
                is_touched = is_touched or after is not rows
                if len(after):
                    sink.write_table(after, row_group_size=_ROW_GROUP)
                    statistics.add(after)
        if not is_touched:
            new.unlink()
            return []
        return _told(self.root, file, new, statistics)

    def _is_meant(self, path: Path) -> bool:
        with pq.ParquetFile(path) as file:
            return any(
                pc.any(pc.is_in(part.column(0), value_set=self.wanted)).as_py()
                for part in file.iter_batches(_ROW_GROUP, columns=[self.column])
            )

    def _changed(self, rows: pa.Table, partition: Mapping[str, str]) -> pa.Table:
        """Rows as they will be; in slices, so that what stays is not copied."""
        meant = np.flatnonzero(pc.is_in(rows[self.column], value_set=self.wanted).to_numpy())
        pieces, begins = [rows.schema.empty_table()], 0
        for place in meant.tolist():
            after = None
            if self.change is not None:
                (row,) = rows.slice(place, 1).to_pylist()
                whole = {name: {**partition, **row}[name] for name in self.table.schema.names}
                after = self.change(whole)
                if after == whole:
                    continue
                if after is not None:
                    self.changed.append((whole, after))
            pieces.append(rows.slice(begins, place - begins))
            if after is not None:
                told = {name: after[name] for name in rows.schema.names}
                pieces.append(pa.Table.from_pylist([told], schema=rows.schema))
            begins = place + 1
        return pa.concat_tables([*pieces, rows.slice(begins)]) if begins else rows


def _told(root: Path, file: _File, new: Path, statistics: "_Statistics") -> list[dict[str, Any]]:
    """What the log is told of a file and of the one that stands for it."""
    now = int(time.time() * 1000)
    gone = {
        "path": file.path,
        "dataChange": True,
        "deletionTimestamp": now,
        "extendedFileMetadata": True,
        "partitionValues": dict(file.partition),
        "size": file.size,
    }
    if not statistics.rows:
        new.unlink()
        return [{"remove": gone}]
    force(new)
    added = {
        "path": quote(str(new.relative_to(root)), safe="/=-._"),
        "partitionValues": dict(file.partition),
        "size": new.stat().st_size,
        "modificationTime": now,
        "dataChange": True,
        "stats": statistics.as_json(),
    }
    return [{"remove": gone}, {"add": added}]


def _repeating(schema: pa.Schema) -> list[str]:
    """Columns whose values come again and again: only there a dictionary is worth its time."""
    found = []
    for each in schema:
        if each.name in _OWN_EACH:
            continue
        if pa.types.is_string(each.type):
            found.append(each.name)
        elif pa.types.is_list(each.type) and pa.types.is_string(each.type.value_type):
            found.append(f"{each.name}.list.element")
    return found


class _Statistics:
    """Smallest and largest values of a file, of those columns alone that may stand in the log."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.rows = 0
        self._columns = columns
        self._low: dict[str, Any] = {}
        self._high: dict[str, Any] = {}
        self._nulls = dict.fromkeys(columns, 0)

    def add(self, rows: pa.Table) -> None:
        self.rows += len(rows)
        for name in self._columns:
            column = rows[name]
            self._nulls[name] += column.null_count
            ends = pc.min_max(column).as_py()
            if ends["min"] is not None:
                self._low[name] = min(ends["min"], self._low.get(name, ends["min"]))
                self._high[name] = max(ends["max"], self._high.get(name, ends["max"]))

    def as_json(self) -> str:
        told = {
            "numRecords": self.rows,
            "minValues": {name: _plain(value) for name, value in self._low.items()},
            "maxValues": {name: _plain(value) for name, value in self._high.items()},
            "nullCount": self._nulls,
        }
        return orjson.dumps(told).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return value


def _commit(snapshot: DeltaTable, root: Path, log: Sequence[dict[str, Any]]) -> None:
    """Make the next file of the log, whole or not at all, and only if nobody else has."""
    told = {
        "commitInfo": {
            "timestamp": int(time.time() * 1000),
            "operation": "DELETE",
            "operationParameters": {},
            "engineInfo": "entregent",
        }
    }
    done = snapshot.transaction_version(KEEPER)
    marks = [] if done is None else [{"txn": {"appId": KEEPER, "version": done}}]
    folder = root / "_delta_log"
    draft = folder / f".{secrets.token_hex(8)}.json.part"
    draft.write_bytes(b"".join(orjson.dumps(each) + b"\n" for each in (told, *log, *marks)))
    try:
        force(draft)
        (folder / f"{snapshot.version() + 1:020}.json").hardlink_to(draft)
    except FileExistsError:
        for action in log:
            if "add" in action:
                with suppress(OSError):
                    (root / unquote(action["add"]["path"])).unlink()
        raise LostRace(f"another keeper wrote to « {root.name} »") from None
    finally:
        draft.unlink(missing_ok=True)
    force(folder)


def _uuid() -> str:
    text = secrets.token_hex(16)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
