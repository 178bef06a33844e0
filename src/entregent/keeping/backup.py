"""Backups: one consistent copy of everything, taken while others go on reading and writing.

The working set is copied first, at one instant; then the lake, each table at the newest version
that this copy knows of. In the other order a batch that moved in between would be in neither.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from django.conf import settings
from django.db import transaction

from entregent import __version__, ledger
from entregent.apps.listen import journal
from entregent.apps.listen.keyring import secret
from entregent.apps.organisation.actions import record as audit
from entregent.keeping import lake_files, working_set
from entregent.keeping.errors import KeepingError, Vanished
from entregent.keeping.health import BACKED_UP
from entregent.keeping.manifest import Manifest
from entregent.keeping.shelf import Backup, Shelf, draft_of, new_shelf
from entregent.keeping.working_set import Copied, Say
from entregent.lake.schema import SCHEMA_VERSION
from entregent.lake.storage import storage

DATABASE: Final = "database"
LAKE: Final = "lake"
HOME: Final = "home"
"""Folders of a backup."""

T = TypeVar("T")
TRIES: Final = 5
"""How often something is begun anew because files went under the copy."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a backup holds, and how far it reaches."""

    path: Path
    at: str
    files: int
    size: int
    last_batch: int


def back_up(target: Path, say: Say) -> Report:
    """Write a backup.

    Parameters
    ----------
    target
        Its name; one that ends with ``.tar`` makes one file, any other a folder.
    say
        Is told how far it has come.

    Raises
    ------
    KeepingError, ledger.LedgerError
        If it cannot be done; nothing that looks like a backup is left then.
    """
    target = target.expanduser().absolute()
    if target.resolve().is_relative_to(Path(settings.HOME).resolve()):
        raise KeepingError(
            f"{target} lies in the data folder; choose a place outside, best on another machine"
        )
    # Before anything is copied: what is forgotten from here on stands after this place.
    _, erasures = ledger.current().read_to_end()
    secret()  # makes the key of the accounts, should there be none yet
    with new_shelf(target) as shelf:
        copied, versions = _again(shelf, partial(_copy_pair, shelf, target, say))
        _copy_home(shelf, say)
        manifest = Manifest(
            program=__version__,
            at=f"{copied.at:%Y-%m-%dT%H:%M:%SZ}",
            instance=ledger.instance_id(),
            database=copied.kind,
            migrations=copied.migrations,
            lake_schema=SCHEMA_VERSION,
            last_batch=copied.last_batch,
            versions=versions,
            erasures=erasures,
            files=tuple(shelf.files),
        )
        shelf.finish(manifest, target)
    with transaction.atomic():
        audit(
            acting_user=None,
            action=BACKED_UP,
            subject="backup",
            changes={"bytes": [0, manifest.size], "files": [0, len(manifest.files)]},
        )
    return _report(target, manifest)


def verify(path: Path, say: Say) -> Report:
    """Read a backup through, and compare every file with its checksum.

    Raises
    ------
    KeepingError
        If it is not whole; the message names the file.
    """
    with Backup(path.expanduser().absolute()) as backup:
        check(backup, say)
        return _report(backup.path, backup.manifest)


def check(backup: Backup, say: Say) -> None:
    """Compare every file of an open backup with its checksum; raises `KeepingError`."""
    done = 0
    for item in backup.manifest.files:
        backup.copy(item)
        done += item.size
        say(f"{_mb(done)} of {_mb(backup.manifest.size)}")


def _report(path: Path, manifest: Manifest) -> Report:
    return Report(path, manifest.at, len(manifest.files), manifest.size, manifest.last_batch)


def _again(shelf: Shelf, copy: Callable[[], T]) -> T:
    """Copy what belongs together, anew if files of it went meanwhile."""
    mark = len(shelf.files)
    for attempt in range(TRIES):
        try:
            return copy()
        except Vanished as gone:
            if attempt == TRIES - 1:
                raise KeepingError(
                    f"files went while they were copied, {TRIES} times ({gone}); try again when "
                    "nothing is being erased"
                ) from None
            shelf.rewind(mark)
    raise AssertionError


def _copy_pair(shelf: Shelf, target: Path, say: Say) -> tuple[Copied, dict[str, int]]:
    """The working set, then the lake."""
    with _draft(target) as draft:
        copied = working_set.copy(draft, say)
        with draft.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            shelf.put(f"{DATABASE}/{working_set.file_name()}", size, file)
    versions: dict[str, int] = {}
    for name in lake_files.table_names(storage(journal.lake())):
        version = _again(shelf, partial(_copy_table, shelf, name, copied, say))
        if version is not None:
            versions[name] = version
    return copied, versions


def _copy_table(shelf: Shelf, name: str, copied: Copied, say: Say) -> int | None:
    lake = journal.lake()
    files = storage(lake)
    version = lake_files.version_of(lake, files, name, copied.last_batch, copied.at)
    if version is None:
        return None
    total = sum(size for _, size in version.files)
    done = 0
    for path, size in version.files:
        say(f"{LAKE}/{name}, {_mb(done)} of {_mb(total)}")
        with lake_files.opened(files, path) as file:
            shelf.put(f"{LAKE}/{path}", size, file)
        done += size
    return version.number


def _copy_home(shelf: Shelf, say: Say) -> None:
    """Everything else in the data folder: keys, letters, pictures."""
    home = Path(settings.HOME)
    for path in _others(home):
        say(f"{path.name}")
        with suppress(Vanished):
            _again(shelf, partial(_copy_file, shelf, home, path))


def _copy_file(shelf: Shelf, home: Path, path: Path) -> None:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            shelf.put(f"{HOME}/{path.relative_to(home).as_posix()}", size, file)
    except FileNotFoundError:
        return


def _others(home: Path) -> Iterator[Path]:
    """Files of the data folder that are neither database, nor lake, nor for a moment only."""
    lake = journal.lake()
    left_out = {lake.spill, lake.index}
    if lake.is_local:
        left_out.add(lake.root)
    if working_set.kind() == "sqlite":
        database = working_set.database_file()
        left_out |= {database.with_name(database.name + end) for end in ("", "-wal", "-shm")}
    for folder, inner, names in os.walk(home):
        place = Path(folder)
        inner[:] = sorted(
            name for name in inner if place / name not in left_out and not name.startswith(".")
        )
        for name in sorted(names):
            path = place / name
            if name.startswith(".") or path in left_out:
                continue
            with suppress(FileNotFoundError):
                if stat.S_ISREG(path.lstat().st_mode):
                    yield path


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """A file beside the target for the copy of the working set, removed in any case."""
    path = draft_of(target)
    try:
        yield path
    finally:
        for end in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
