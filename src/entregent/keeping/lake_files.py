"""Files of the lake at one version of each table, told by its log and by nothing else.

Local folders and object stores are read and written by the same means: the library that also
reads the tables, with the same credentials.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

import pyarrow.fs
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from entregent.keeping.errors import Vanished
from entregent.lake.files import file_actions
from entregent.lake.schema import TABLES
from entregent.lake.storage import storage
from entregent.lake.store import KEEPER, Lake

LOG: Final = "_delta_log"
_COMMIT: Final = re.compile(r"(\d{20})\.json")
_CHECKPOINT: Final = re.compile(r"(\d{20})\.checkpoint(?:\.\d{10}\.(\d{10}))?\.parquet")
_HINT: Final = "_last_checkpoint"
DEEPEST: Final = 3
"""Folders under the lake in which tables are looked for."""


@dataclass(frozen=True, slots=True)
class Version:
    """One table at one version: its files with their sizes, by path under the lake."""

    name: str
    number: int
    files: tuple[tuple[str, int], ...]


def table_names(files: pyarrow.fs.FileSystem, folder: str = "", depth: int = 0) -> list[str]:
    """Names of the tables that are there, by path under the lake."""
    found = files.get_file_info(pyarrow.fs.FileSelector(folder, allow_not_found=True))
    inner = [each.path.rstrip("/") for each in found if each.type == pyarrow.fs.FileType.Directory]
    if any(path.rpartition("/")[2] == LOG for path in inner):
        return [folder]
    if depth == DEEPEST:
        return []
    names = [path for path in inner if not path.rpartition("/")[2].startswith((".", "_"))]
    return [name for path in sorted(names) for name in table_names(files, path, depth + 1)]


def version_of(
    lake: Lake, files: pyarrow.fs.FileSystem, name: str, last_batch: int, at: datetime
) -> Version | None:
    """The newest version of a table of which the copied working set knows everything.

    Batches move from the working set to the lake. The working set was copied first; so each batch
    stands in its copy, or in this version, or in both, where the number in the log tells which to
    leave out.

    Parameters
    ----------
    last_batch
        Last number that the copy of the working set knows.
    at
        When it was copied; it tells the version of tables without numbers, as the roll-ups.

    Returns
    -------
    Version or None
        None if the table was made after that.

    Raises
    ------
    Vanished
        If that version is no longer there.
    """
    if name in TABLES:
        lake.open(name)  # a newer program's table is refused
    try:
        table = DeltaTable(lake.path(name), storage_options=lake.options)
        while _is_later(table, files, name, last_batch, at):
            if table.version() == 0:
                return None
            table.load_as_version(table.version() - 1)
        actions = file_actions(table)
    except DeltaError:
        raise Vanished(name) from None
    rows = [
        (f"{name}/{unquote(path)}", int(size))
        for path, size in zip(
            actions["path"].to_pylist(), actions["size_bytes"].to_pylist(), strict=True
        )
    ]
    return Version(name, table.version(), (*sorted(rows), *_log(files, name, table.version())))


def _is_later(
    table: DeltaTable, files: pyarrow.fs.FileSystem, name: str, last_batch: int, at: datetime
) -> bool:
    number = table.transaction_version(KEEPER)
    if number is not None:
        return number > last_batch
    try:
        with opened(files, f"{name}/{LOG}/{table.version():020}.json") as file:
            actions = [json.loads(line) for line in file.read().splitlines()]
    except Vanished:
        # A checkpoint stands in its place: it is long past.
        return False
    told = [action["commitInfo"]["timestamp"] for action in actions if "commitInfo" in action]
    return any(moment > at.timestamp() * 1000 for moment in told)


def _log(files: pyarrow.fs.FileSystem, name: str, version: int) -> list[tuple[str, int]]:
    """The newest checkpoint up to a version, and the commits since: no older history."""
    listed = {
        info.path.rpartition("/")[2]: info
        for info in files.get_file_info(pyarrow.fs.FileSelector(f"{name}/{LOG}"))
    }
    commits = {int(m[1]): each for each in listed if (m := _COMMIT.fullmatch(each))}
    checkpoints: dict[int, list[tuple[str, int]]] = {}
    for each in listed:
        match = _CHECKPOINT.fullmatch(each)
        if match and int(match[1]) <= version:
            parts = int(match[2]) if match[2] else 1
            checkpoints.setdefault(int(match[1]), []).append((each, parts))
    whole = [number for number, found in checkpoints.items() if len(found) == found[0][1]]
    base = max(whole, default=-1)
    wanted = [each for each, _ in checkpoints.get(base, [])]
    for number in range(max(base, 0), version + 1):
        if number in commits:
            wanted.append(commits[number])
        elif number != base:
            raise Vanished(f"{name}/{LOG}")
    if base >= 0 and _HINT in listed and _hinted(files, listed[_HINT].path) == base:
        wanted.append(_HINT)
    return [(f"{name}/{LOG}/{each}", listed[each].size) for each in sorted(wanted)]


def _hinted(files: pyarrow.fs.FileSystem, path: str) -> int:
    with opened(files, path) as file:
        body = file.read(1024 * 1024)
    try:
        return int(json.loads(body)["version"])
    except (ValueError, KeyError, TypeError):
        return -1


@contextmanager
def opened(files: pyarrow.fs.FileSystem, path: str) -> Iterator[Any]:
    """One file; raises `Vanished` if it has gone."""
    try:
        with files.open_input_stream(path) as file:
            yield file
    except FileNotFoundError:
        raise Vanished(path) from None


def is_empty(lake: Lake) -> bool:
    """Whether there is nothing where the lake would be."""
    if lake.is_local:
        return not lake.root.exists() or not any(lake.root.iterdir())
    found = storage(lake).get_file_info(pyarrow.fs.FileSelector("", allow_not_found=True))
    return not found
