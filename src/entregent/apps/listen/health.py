"""Whether listening and keeping are well: each check says what it found and what to do."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.lease import KEEPER, is_dead
from entregent.apps.listen.models import Lease, Source
from entregent.lake.errors import LakeError
from entregent.lake.schema import TABLES
from entregent.lake.store import KEEPER as LOG_NAME

LEAST_FREE_BYTES = 1024**3
LONGEST_WAIT = timedelta(minutes=10)
CLOCK_SLACK = timedelta(minutes=2)


@dataclass(frozen=True)
class Check:
    """One finding.

    Attributes
    ----------
    name
        ``database``, ``lake``, ``journal``, ``keeper``, ``disk`` or ``clock``.
    status
        ``ok``, ``warning`` (works, look at it) or ``failed`` (does not work).
    finding, remedy
        What was seen, and what to do; no remedy where nothing is wrong.
    """

    name: str
    status: str
    finding: str
    remedy: str = ""


def examine() -> list[Check]:
    """Run every check; none stops another."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return [
            Check(
                "database",
                "failed",
                f"there is no data yet in {settings.HOME}",
                "run « entregent run », or name the data folder with ENTREGENT_HOME",
            )
        ]
    checks = (_database, _lake, _journal, _keeper, _disk, _clock)
    return [_run(check) for check in checks]


def _run(check: Callable[[], Check]) -> Check:
    name = check.__name__.removeprefix("_")
    try:
        return check()
    except DatabaseError as error:
        return Check(
            name,
            "failed",
            f"the database does not answer: {error}",
            "run « entregent run » once to create it, or restore a backup",
        )
    except LakeError as error:
        return Check(name, "failed", str(error), "see the reference on the lake")
    except OSError as error:
        return Check(
            name,
            "failed",
            f"{error.filename or 'a file'}: {error.strerror}",
            "check that the data folder exists and that we may write to it",
        )


def _database() -> Check:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check(1)")
            answer = cursor.fetchone()[0]
            if answer != "ok":
                return Check(
                    "database",
                    "failed",
                    f"the database is damaged: {answer}",
                    "stop everything and restore the newest backup",
                )
        cursor.execute("SELECT count(*) FROM listen_source")
        count = cursor.fetchone()[0]
    return Check("database", "ok", f"answers, with {count} sources")


def _lake() -> Check:
    lake = journal.lake()
    last = Lease.objects.filter(name=KEEPER).values_list("last_batch", flat=True).first() or 0
    files, ahead = 0, 0
    for name in TABLES:
        table = lake.open(name)
        if table is None:
            continue
        uris = table.file_uris()
        files += len(uris)
        missing = [uri for uri in uris if not Path(uri.removeprefix("file://")).exists()]
        if missing:
            return Check(
                "lake",
                "failed",
                f"{len(missing)} files of « {name} » are missing",
                "restore the newest backup",
            )
        ahead = max(ahead, (table.transaction_version(LOG_NAME) or 0) - last)
    if ahead > 0:
        return Check(
            "lake",
            "warning",
            f"the lake is {ahead} batches ahead of the database, which is older",
            "import again what came since; the keeper takes care of the numbers",
        )
    return Check("lake", "ok", f"{files} files, all there")


def _journal() -> Check:
    rows, oldest = journal.backlog_rows(), journal.oldest_waiting()
    if oldest is not None and timezone.now() - oldest > LONGEST_WAIT:
        minutes = (timezone.now() - oldest).total_seconds() // 60
        return Check(
            "journal",
            "warning",
            f"{rows} rows wait, the oldest since {minutes:.0f} min",
            "start the worker with « entregent run » or « entregent loop --once »",
        )
    return Check("journal", "ok", f"{rows} rows wait" if rows else "nothing waits")


def _keeper() -> Check:
    lease = Lease.objects.filter(name=KEEPER).first()
    if lease is None or not lease.holder:
        return Check("keeper", "ok", "nobody holds the lease: no worker runs now")
    now = timezone.now()
    if is_dead(lease.holder):
        return Check("keeper", "ok", "its holder has died; the next keeper takes it at once")
    if lease.expires_at < now:
        return Check(
            "keeper",
            "warning",
            "its holder is late to renew it",
            "if the worker hangs, stop it and start it again",
        )
    if lease.expires_at > now + timedelta(hours=1):
        return Check(
            "keeper",
            "warning",
            "the lease ends far in the future: a clock was wrong",
            "stop every worker, then start one",
        )
    return Check("keeper", "ok", "a keeper is at work")


def _disk() -> Check:
    usage = shutil.disk_usage(settings.HOME)
    free = f"{usage.free / 1e9:.1f} GB free"
    if usage.free < LEAST_FREE_BYTES:
        return Check(
            "disk",
            "failed" if usage.free < LEAST_FREE_BYTES // 10 else "warning",
            free,
            "make room: below 1 GB the record cannot be compacted",
        )
    return Check("disk", "ok", free)


def _clock() -> Check:
    newest = Source.objects.exclude(last_item_at=None).order_by("-last_item_at").first()
    now = timezone.now()
    if newest is not None and newest.last_item_at is not None:
        ahead = newest.last_item_at - now
        if ahead > CLOCK_SLACK:
            return Check(
                "clock",
                "warning",
                f"the clock was set back by at least {ahead.total_seconds():.0f} s",
                "set the clock; times of receipt in between are not to be trusted",
            )
    return Check("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")
