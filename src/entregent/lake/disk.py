"""The lake's files as a disk has them: forced there, left half written, or cut off.

The library that writes them forces nothing to the disk. A commit counts as kept only once it is
settled: whatever waits elsewhere until then is not given up before. So the newest commit of a
table may be found cut off after a fall of the machine, and no other.

Nothing of that applies to a lake in an object store: it shows a file whole or not at all.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import orjson
from deltalake import DeltaTable

_LOG: Final = "_delta_log"
_NUMBERED: Final = re.compile(r"(\d{20})\.(json|checkpoint.*\.parquet)")
_DRAFT: Final = re.compile(r".*#\d+|_commit_.*\.tmp|\..*\.part")
"""Names under which the library, or `rewriting`, writes what it has not finished."""
_ENDS: Final = b"PAR1"


@dataclass(frozen=True)
class Torn:
    """The newest commit of a table, of which something is cut off.

    Attributes
    ----------
    entry
        Its file in the log.
    file
        What is cut off: that file, or one it adds.
    adds_rows
        Whether it appended batches; so it is, too, where its entry tells nothing.
    batch
        The last one of them; None where the entry does not tell.
    """

    entry: Path
    file: Path
    adds_rows: bool
    batch: int | None = None


def folder_of(table: DeltaTable) -> Path | None:
    """Folder of a table; None in an object store."""
    uri = table.table_uri
    if uri.startswith("file://"):
        return Path(unquote(urlsplit(uri).path))
    return None if "://" in uri else Path(uri)


def settle(table: DeltaTable, since: int) -> None:
    """Force to the disk what a table's commits wrote, from one version on and with it.

    Parameters
    ----------
    table
        Any snapshot of it.
    since
        Version of the first commit; 0 for all that the log still tells of.
    """
    folder = folder_of(table)
    if folder is None:
        return
    log = folder / _LOG
    entries = [path for number, path in _numbered(log) if number >= since]
    added = [path for entry in entries for path, _ in _added(folder, _lines(entry)[0])]
    places = {path.parent for path in added} | {log, folder, folder.parent}
    for path in [*added, *entries, log / "_last_checkpoint", *sorted(places)]:
        force(path)


def torn(folder: Path) -> Torn | None:
    """The newest commit of a table's folder, if something of it is cut off."""
    log = folder / _LOG
    found = sorted(_numbered(log)) if log.is_dir() else []
    entries = [each for each in found if each[1].suffix == ".json"]
    checkpoint = max((n for n, path in found if path.suffix != ".json"), default=-1)
    if not entries or checkpoint >= entries[-1][0]:
        return None  # it was settled before it went into the checkpoint
    entry = entries[-1][1]
    lines, is_whole = _lines(entry)
    told = next((line["commitInfo"] for line in lines if "commitInfo" in line), None)
    adds = told is None or told.get("operationParameters", {}).get("mode") == "Append"
    numbers = [line["txn"]["version"] for line in lines if "txn" in line]
    batch = max(numbers) if numbers else None
    if not is_whole:
        return Torn(entry, entry, adds, batch)
    file = next((path for path, size in _added(folder, lines) if is_cut_off(path, size)), None)
    return None if file is None else Torn(entry, file, adds, batch)


def undo(found: Torn) -> None:
    """Take a commit back that is cut off: without its entry it was never made."""
    found.entry.unlink()
    force(found.entry.parent)


def is_cut_off(path: Path, size: int) -> bool:
    """Whether a Parquet file is not what the log says; False if it is gone: that is another ill."""
    try:
        if path.stat().st_size != size:
            return True
        with path.open("rb") as file:
            file.seek(-len(_ENDS), os.SEEK_END)
            return file.read() != _ENDS
    except FileNotFoundError:
        return False


def remove_replaced(table: DeltaTable, *, hours: int) -> int:
    """Remove files of a table that no snapshot younger than a limit needs.

    Also, whatever their age is, what a writer that was killed left half written. Only under the
    keeper's lease, and after `settle`: what was replaced goes when its replacement is on the disk.
    It serves a lake in an object store, too.

    Parameters
    ----------
    table
        Its newest snapshot.
    hours
        Age, since they were replaced, from which files are removed; 0 for all.

    Returns
    -------
    int
        Files removed.
    """
    # In full: also files that no log mentions, of a keeper that was killed.
    gone = table.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=True)
    return len(gone) + _remove_drafts(table)


def _remove_drafts(table: DeltaTable) -> int:
    folder = folder_of(table)
    if folder is None:
        return 0
    drafts = [path for path in folder.rglob("*") if _DRAFT.fullmatch(path.name)]
    for path in drafts:
        path.unlink(missing_ok=True)
    return len(drafts)


def _numbered(log: Path) -> Iterator[tuple[int, Path]]:
    for path in log.iterdir():
        name = _NUMBERED.fullmatch(path.name)
        if name:
            yield int(name[1]), path


def _lines(entry: Path) -> tuple[list[dict[str, Any]], bool]:
    """Lines of an entry of the log as far as they can be read, and whether that was all."""
    if entry.suffix != ".json":
        return [], True
    try:
        lines = entry.read_bytes().splitlines()
    except FileNotFoundError:
        return [], True
    found = []
    for line in lines:
        try:
            found.append(orjson.loads(line))
        except orjson.JSONDecodeError:
            return found, False
    return found, bool(found)


def _added(folder: Path, lines: Iterable[dict[str, Any]]) -> list[tuple[Path, int]]:
    adds = [line["add"] for line in lines if "add" in line]
    return [(folder / unquote(add["path"]), int(add["size"])) for add in adds]


def force(path: Path) -> None:
    """See a file, or a folder's list of files, onto the disk; nothing if it is gone."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return  # replaced and removed since
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
