"""Whether everything is well: the checks of listening, and those of the instance as a whole."""

import os
import shutil
import socket
import time
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from entregent import ledger
from entregent.apps.listen import health as listening
from entregent.apps.listen import journal
from entregent.apps.listen.health import Check, shown_moment, shown_number
from entregent.apps.organisation.queries import last_recorded
from entregent.apps.remember.erasures import unfinished
from entregent.keeping.unfinished import is_unfinished

BACKED_UP = "keeping.backed_up"
"""Act of the audit trail by which a backup is known."""
LEAST_FREE_BYTES = 1024**3
LEAST_FREE_FOR_LEDGER_BYTES = 16 * 1024**2
BACKUP_AFTER = timedelta(days=7)
"""Age of the newest backup, or of an instance without one, from which it is said."""
ERASURE_AFTER = timedelta(hours=1)
SPARK_ANSWERS_S = 3.0


def examine() -> list[Check]:
    """Run every check; none stops another."""
    checks = [_restore] if is_unfinished() else []
    nothing = listening.no_database()
    if nothing is not None:
        return [*map(listening.run, checks), nothing]
    checks += [*listening.CHECKS, _engine, _erasures, _ledger, _backup, _disk]
    return [listening.run(check) for check in checks]


def status_of(checks: list[Check]) -> str:
    """The worst status of all."""
    found = {check.status for check in checks}
    return next((each for each in ("failed", "warning") if each in found), "ok")


def is_alive() -> bool:
    """Whether the site can work at all: quick, for a load balancer that asks every few seconds."""
    if is_unfinished() or not listening.answers():
        return False
    with suppress(OSError):
        return os.access(settings.HOME, os.W_OK) and (
            shutil.disk_usage(settings.HOME).free >= LEAST_FREE_BYTES // 10
        )
    return False


def _restore() -> Check:
    return Check(
        "restore",
        "failed",
        _("a restore was cut off"),
        _("do it again with « entregent restore PATH --replace --yes »"),
    )


def _engine() -> Check:
    begun = time.monotonic()
    from entregent.lake.record import Record, read

    def ask(record: Record) -> int:
        return int(record.connection.execute("SELECT count(*) FROM superseded").fetchall()[0][0])

    read(lambda: Record(journal.lake(), {}, tables=("superseded",), memory_mb=128), ask)
    took = int((time.monotonic() - begun) * 1000)
    finding = format_lazy(_("DuckDB answered in {number} ms"), number=shown_number(took))
    if settings.ENGINE != "spark":
        return Check("engine", "ok", finding)
    reason = _why_no_spark(settings.SPARK)
    if reason is not None:
        return Check(
            "engine",
            "failed",
            format_lazy(
                _("Spark does not answer at {address}: {reason}"),
                address=settings.SPARK,
                reason=reason,
            ),
            _("start Spark there, or answer named queries with ENTREGENT_ENGINE=duckdb"),
        )
    return Check(
        "engine",
        "ok",
        format_lazy(
            _("{finding}; Spark is there at {address}"), finding=finding, address=settings.SPARK
        ),
    )


def _why_no_spark(address: str) -> str | None:
    """Why Spark cannot be had; None if nothing speaks against it. No session is begun for it."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed"
    place = urlsplit(address)
    if place.hostname and place.port:
        try:
            socket.create_connection((place.hostname, place.port), timeout=SPARK_ANSWERS_S).close()
        except OSError as error:
            return error.strerror or str(error)
    elif address.startswith("local") and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        return "Java is not installed"
    return None


def _erasures() -> Check:
    waiting = unfinished()
    if not waiting:
        return Check("erasures", "ok", _("nobody waits to be forgotten"))
    since = min(asked_at for _number, _state, asked_at, _failures in waiting)
    has_failed = any(failures for _number, _state, _asked_at, failures in waiting)
    said = ngettext_lazy(
        "{number} erasure is not finished, the oldest since {moment}",
        "{number} erasures are not finished, the oldest since {moment}",
        len(waiting),
    )
    finding = format_lazy(said, number=shown_number(len(waiting)), moment=shown_moment(since))
    if not has_failed and since > timezone.now() - ERASURE_AFTER:
        return Check("erasures", "ok", finding)
    return Check(
        "erasures",
        "warning",
        finding,
        _("keep the worker running; if it stays so, ask again with « entregent remember erase »"),
    )


def _ledger() -> Check:
    try:
        entries = ledger.read()
    except ledger.LedgerError as error:
        return Check(
            "ledger",
            "failed",
            str(error),
            _("without it no backup can be restored; put its newest copy back"),
        )
    said = ngettext_lazy(
        "whole, with {number} erasure", "whole, with {number} erasures", len(entries)
    )
    return Check("ledger", "ok", format_lazy(said, number=shown_number(len(entries))))


def _backup() -> Check:
    newest = last_recorded(BACKED_UP, "backup")
    now = timezone.now()
    if newest is not None:
        finding = format_lazy(_("the newest is of {moment}"), moment=shown_moment(newest))
        is_old = newest < now - BACKUP_AFTER
    else:
        finding = _("none was ever taken")
        begun = Path(settings.HOME, ledger.INSTANCE_FILE)
        is_old = begun.exists() and begun.stat().st_mtime < (now - BACKUP_AFTER).timestamp()
    if is_old:
        return Check(
            "backup",
            "warning",
            finding,
            _("take one each night with « entregent backup PATH »"),
        )
    return Check("backup", "ok", finding)


def _disk() -> Check:
    lake = journal.lake()
    folders = [Path(settings.HOME), lake.spill, *([lake.root] if lake.is_local else [])]
    least = dict.fromkeys(folders, LEAST_FREE_BYTES)
    with suppress(ledger.LedgerError):
        least[ledger.current().path.parent] = LEAST_FREE_FOR_LEDGER_BYTES
    usages = {folder: shutil.disk_usage(_there(folder)).free for folder in least}
    # The one that comes first below what it needs, as a share of it.
    folder = min(usages, key=lambda folder: usages[folder] / least[folder])
    free = usages[folder]
    size = shown_number(free / 1e9, 1)
    if free >= least[folder]:
        return Check("disk", "ok", format_lazy(_("{size} GB free"), size=size))
    return Check(
        "disk",
        "failed" if free < least[folder] // 10 else "warning",
        format_lazy(_("{size} GB free for {folder}"), size=size, folder=folder),
        _("make room: with less than 1 GB the record cannot be compacted"),
    )


def _there(folder: Path) -> Path:
    """A folder, or the one above that exists."""
    return next(each for each in (folder, *folder.parents) if each.exists())
