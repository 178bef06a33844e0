"""Restoring a backup: nothing is touched before all of it is known to be good.

What was in the place is moved aside, never removed. Until what was forgotten since the backup is
forgotten again, the data folder carries a mark, and no other command works with it.
"""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow.fs
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.migrations.loader import MigrationLoader

from entregent.apps.listen import journal, lease
from entregent.apps.organisation.actions import record as audit
from entregent.apps.outbox.sending import hold_restored
from entregent.keeping import lake_files, working_set
from entregent.keeping.backup import DATABASE, HOME, LAKE, check
from entregent.keeping.errors import KeepingError
from entregent.keeping.manifest import Item, Manifest
from entregent.keeping.shelf import PIECE_BYTES, Backup, sync_folder
from entregent.keeping.unfinished import MARK
from entregent.keeping.working_set import Say
from entregent.lake.schema import SCHEMA_VERSION
from entregent.lake.storage import storage
from entregent.ledger import Entry, Ledger, path_of

ACTION: Final = "keeping.restored"
_DRAFT: Final = ".restoring"
_KEY_FILE: Final = f"{HOME}/accounts.key"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    Attributes
    ----------
    at
        When the backup was taken.
    files, size
        Of the backup.
    forgotten
        Erasures of the ledger that were done again.
    aside
        Folder that holds now what was in the place before; None if nothing was.
    """

    at: str
    files: int
    size: int
    forgotten: int
    aside: Path | None


def restore(path: Path, *, replace: bool, say: Say) -> Restored:
    """Put a backup in the place of the data folder.

    Parameters
    ----------
    path
        A backup: folder or ``.tar`` file.
    replace
        Move aside what is in the place; without it, a place that holds anything is refused.
    say
        Is told how far it has come.

    Raises
    ------
    KeepingError, ledger.LedgerError
        If it cannot be done. What was in the place is as it was, or stands in the folder named.
    """
    home = Path(settings.HOME)
    draft, mark = home / _DRAFT, home / MARK
    shutil.rmtree(draft, ignore_errors=True)
    with Backup(path.expanduser().absolute()) as backup:
        manifest = backup.manifest
        check(backup, say)
        _refuse_unlike(manifest, path)
        entries = _erasures(backup)
        is_used = _is_used(home)
        _refuse_place(home, path, is_used=is_used, replace=replace)
        if shutil.disk_usage(home).free < manifest.size:
            raise KeepingError(
                f"{home} has too little room: {path} needs {manifest.size / 1e6:,.0f} MB"
            )
        try:
            _unpack(backup, draft, say)
            mark.write_text(f"{path}\n", encoding="utf-8")
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
    stamp = f"before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    aside = _move_aside(home, stamp) if is_used else None
    _put_in_place(draft, home, stamp if is_used else None)
    call_command("migrate", interactive=False, verbosity=0)
    lease.free()
    hold_restored(datetime.now(UTC))
    forgotten = _forget_again(entries, say)
    with transaction.atomic():
        audit(
            acting_user=None, action=ACTION, subject="backup", changes={"at": [None, manifest.at]}
        )
    mark.unlink()
    sync_folder(home)
    return Restored(manifest.at, len(manifest.files), manifest.size, forgotten, aside)


def _forget_again(entries: Sequence[Entry], say: Say) -> int:
    if not entries:
        return 0
    from entregent.forget import forget_again

    say("what was forgotten since")
    return forget_again(entries)


def _refuse_unlike(manifest: Manifest, where: Path) -> None:
    """Refuse a backup of a newer program, or of another kind of database."""
    loader = MigrationLoader(None)
    newer = [
        app
        for app, name in manifest.migrations.items()
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    ]
    if newer or manifest.lake_schema > SCHEMA_VERSION:
        raise KeepingError(
            f"{where} was written by Entregent {manifest.program}, which is newer; install that "
            "version or a later one"
        )
    if manifest.database != working_set.kind():
        raise KeepingError(
            f"{where} holds a {manifest.database} database; name one of that kind with DATABASE_URL"
        )


def _erasures(backup: Backup) -> Sequence[Entry]:
    """What the ledger says; it must go at least as far as when the backup was taken."""
    manifest = backup.manifest
    item = next((each for each in manifest.files if each.path == _KEY_FILE), None)
    if item is None:
        raise KeepingError(f"{backup.path} has no {_KEY_FILE}; take another backup")
    with backup.open(item) as file:
        ledger = Ledger(path_of(manifest.instance), file.read(PIECE_BYTES), manifest.instance)
    entries = ledger.read()
    if not ledger.holds(manifest.erasures):
        raise KeepingError(
            f"the ledger {ledger.path} is older than the backup: it lacks erasures that were "
            "written before; put back the newest copy of it"
        )
    return entries


def _is_used(home: Path) -> bool:
    """Whether there is anything but what the start of any command makes."""
    if any(each.name not in {"secret.key", _DRAFT} for each in home.iterdir()):
        return True
    if working_set.kind() == "sqlite":
        return working_set.database_file().exists()
    return working_set.holds_something()


def _refuse_place(home: Path, where: Path, *, is_used: bool, replace: bool) -> None:
    if is_used and not replace:
        raise KeepingError(
            f"the data folder {home} is not empty; to move aside what it holds and put {where} in "
            "its place, add --replace --yes"
        )
    lake = journal.lake()
    if not _is_inside(lake.location, home) and not lake_files.is_empty(lake):
        raise KeepingError(
            f"there is something at {lake.location}; name an empty place with ENTREGENT_LAKE"
        )
    # A database that cannot be asked, since it is damaged, is a reason to restore.
    with suppress(DatabaseError):
        if is_used and lease.is_at_work():
            raise KeepingError(f"Entregent is at work in {home}; stop it, and restore then")


def _is_inside(location: str, home: Path) -> bool:
    return "://" not in location and Path(location).is_relative_to(home)


def _unpack(backup: Backup, draft: Path, say: Say) -> None:
    """Write all files to the draft, or to a lake that is elsewhere; checked once more."""
    lake = journal.lake()
    is_elsewhere = not _is_inside(lake.location, draft.parent)
    done = 0
    # A table's log comes after its files: until then there is no table.
    for item in sorted(backup.manifest.files, key=lambda item: f"/{lake_files.LOG}/" in item.path):
        if is_elsewhere and item.path.startswith(f"{LAKE}/"):
            _upload(backup, item, storage(lake))
        else:
            place = draft / item.path
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with place.open("xb") as file:
                place.chmod(0o600)
                backup.copy(item, file)
        done += item.size
        say(f"{done / 1e6:,.1f} of {backup.manifest.size / 1e6:,.1f} MB")


def _upload(backup: Backup, item: Item, files: pyarrow.fs.FileSystem) -> None:
    with files.open_output_stream(item.path.removeprefix(f"{LAKE}/")) as file:
        backup.copy(item, file)


def _move_aside(home: Path, stamp: str) -> Path:
    """Move what the data folder holds into a new one beside it."""
    aside = home.with_name(f"{home.name}.{stamp}")
    try:
        aside.mkdir(mode=0o700)
        for each in list(home.iterdir()):
            if each.name not in {_DRAFT, MARK}:
                each.rename(aside / each.name)
    except OSError as error:
        raise KeepingError(
            f"what {home} holds cannot be moved to {aside} ({error.strerror}); move it by hand, "
            "and restore into an empty folder"
        ) from None
    return aside


def _put_in_place(draft: Path, home: Path, stamp: str | None) -> None:
    """Move the restored files to where they belong, the database last."""
    for each in sorted((draft / HOME).iterdir()):
        # The start of this very command made a key of its own.
        (home / each.name).unlink(missing_ok=True)
        each.rename(home / each.name)
    if (draft / LAKE).exists():
        root = journal.lake().root
        root.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        (draft / LAKE).rename(root)
    copied = draft / DATABASE / working_set.file_name()
    if working_set.kind() == "sqlite":
        working_set.put_sqlite(copied, stamp)
    else:
        working_set.restore_postgresql(copied, aside=stamp)
    shutil.rmtree(draft)
