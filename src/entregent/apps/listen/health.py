"""Whether listening and keeping are well: each check says what it found and what to do.

Sentences are written once, for the command line in English and for the page in its language.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import duckdb
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.db.models import Max, Min
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from entregent.apps.listen import journal, rollups
from entregent.apps.listen.lease import KEEPER, is_at_work, is_dead
from entregent.apps.listen.models import Batch, Lease, Reopened, Source, SourceGap
from entregent.apps.listen.queries import every_source_state
from entregent.lake.disk import is_cut_off, torn
from entregent.lake.errors import LakeError
from entregent.lake.files import file_actions
from entregent.lake.schema import TABLES
from entregent.lake.storage import files_under, storage
from entregent.lake.store import KEEPER as LOG_NAME
from entregent.lake.store import Lake

LONGEST_WAIT = timedelta(minutes=10)
CLOCK_SLACK = timedelta(minutes=2)
MOST_NAMED = 3
"""Sources that a sentence names; the page of sources shows them all."""

Words = str | Promise
"""A sentence, or one that is put into words when it is shown."""


@dataclass(frozen=True)
class Check:
    """One finding.

    Attributes
    ----------
    name
        Such as ``database`` or ``lake``.
    status
        ``ok``, ``warning`` (works, look at it) or ``failed`` (does not work).
    finding, remedy
        What was seen, and what to do; no remedy where nothing is wrong.
    """

    name: str
    status: str
    finding: Words
    remedy: Words = ""


def shown_number(value: float, decimals: int = 0) -> Words:
    """A number as the reader's language writes it."""
    return _number(value, decimals)


def shown_moment(value: datetime) -> Words:
    """A time as the reader's language writes it, in the zone of the page, and how far from UTC."""
    return _moment(value)


def _written(value: float, decimals: int) -> str:
    return number_format(value, decimals, force_grouping=True)


def _at(value: datetime) -> str:
    local = timezone.localtime(value)
    offset = local.isoformat()[-6:].replace("-", "\N{MINUS SIGN}")
    return f"{date_format(local, 'DATETIME_FORMAT')} (UTC{offset})"


_number: Callable[[float, int], str] = lazy(_written, str)
_moment: Callable[[datetime], str] = lazy(_at, str)


def reason_of(error: DatabaseError) -> str:
    """What a database said, in one line and without our password."""
    told = " ".join(str(error).split())
    if _is_read_only():
        told = f"{told}: we may not write to {settings.HOME}"
    password = connection.settings_dict.get("PASSWORD")
    return told.replace(password, "…") if password else told


def _is_read_only() -> bool:
    """Whether SQLite cannot be used because nothing may be written beside it."""
    return connection.vendor == "sqlite" and not os.access(settings.HOME, os.W_OK)


def run(check: Callable[[], Check]) -> Check:
    """Run a check; what keeps it from an answer is an answer too."""
    name = check.__name__.removeprefix("_")
    try:
        return check()
    except DatabaseError as error:
        return Check(
            name,
            "failed",
            format_lazy(_("the database does not answer: {reason}"), reason=reason_of(error)),
            _("check that the server named in DATABASE_URL runs, and lets us in")
            if connection.vendor == "postgresql" and isinstance(error, OperationalError)
            else _("check that the data folder exists and that we may write to it")
            if _is_read_only()
            else _("run « entregent run » once to create it, or restore a backup"),
        )
    except LakeError as error:
        return Check(name, "failed", str(error), _("see the reference on the lake"))
    except duckdb.Error as error:
        return Check(
            name,
            "failed",
            format_lazy(
                _("the record cannot be read: {reason}"), reason=str(error).partition("\n")[0]
            ),
            _("look at what is said of the lake"),
        )
    except OSError as error:
        return Check(
            name,
            "failed",
            format_lazy("{}: {}", error.filename or settings.HOME, error.strerror or str(error)),
            _("check that the data folder exists and that we may write to it"),
        )


def no_database() -> Check | None:
    """What is said where there is no database yet: no other check has an answer then."""
    place = connection.settings_dict["NAME"]
    is_a_file = connection.vendor == "sqlite" and "mode=memory" not in str(place)
    if not is_a_file or Path(place).exists():
        return None
    return Check(
        "database",
        "failed",
        format_lazy(_("there is no data yet in {folder}"), folder=settings.HOME),
        _("run « entregent run », or name the data folder with ENTREGENT_HOME"),
    )


def answers() -> bool:
    """Whether the database answers: the quickest of all checks."""
    with suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))
    return False


def _database() -> Check:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            answer = str(cursor.fetchone()[0])
        if answer != "ok":
            return Check(
                "database",
                "failed",
                format_lazy(
                    _("the database is damaged: {reason}"), reason=" ".join(answer.split())
                ),
                _("stop everything and restore the newest backup"),
            )
    sources = Source.objects.count()
    said = ngettext_lazy("answers, with {number} source", "answers, with {number} sources", sources)
    return Check("database", "ok", format_lazy(said, number=shown_number(sources)))


def _lake() -> Check:
    lake = journal.lake()
    cut_off = _cut_off(lake) if lake.is_local else None
    if cut_off is not None:
        return cut_off
    there = storage(lake)
    last = Lease.objects.filter(name=KEEPER).values_list("last_batch", flat=True).first() or 0
    # Numbers before the lake: what is kept in between only brings it further.
    waiting = Batch.objects.aggregate(first=Min("number"))["first"]
    kept = last if waiting is None else min(last, waiting - 1)
    files, seen = 0, 0
    for name in TABLES:
        table = lake.open(name)
        if table is None:
            continue
        wanted = {f"{name}/{unquote(path)}" for path in file_actions(table)["path"].to_pylist()}
        files += len(wanted)
        missing = len(wanted - files_under(there, name)) if wanted else 0
        if missing:
            said = ngettext_lazy(
                "{number} file of « {table} » is missing",
                "{number} files of « {table} » are missing",
                missing,
            )
            return Check(
                "lake",
                "failed",
                format_lazy(said, number=shown_number(missing), table=name),
                _("restore the newest backup"),
            )
        seen = max(seen, table.transaction_version(LOG_NAME) or 0)
    if seen < kept:
        said = ngettext_lazy(
            "the lake is {number} batch behind the database: part of it is gone",
            "the lake is {number} batches behind the database: part of it is gone",
            kept - seen,
        )
        return Check(
            "lake",
            "warning",
            format_lazy(said, number=shown_number(kept - seen)),
            _("restore the newest backup, or import again what came last"),
        )
    if (ahead := seen - last) > 0:
        said = ngettext_lazy(
            "the lake is {number} batch ahead of the database, which is older",
            "the lake is {number} batches ahead of the database, which is older",
            ahead,
        )
        return Check(
            "lake",
            "warning",
            format_lazy(said, number=shown_number(ahead)),
            _("import again what came since; the keeper takes care of the numbers"),
        )
    said = ngettext_lazy("{number} file, all there", "{number} files, all there", files)
    return Check("lake", "ok", format_lazy(said, number=shown_number(files)))


def _cut_off(lake: Lake) -> Check | None:
    """A file of the lake that is not what its log says."""
    for name in TABLES:
        newest = torn(lake.root / name)
        if newest is not None and journal.may_undo(newest):
            return Check(
                "lake",
                "warning",
                format_lazy(_("the newest commit of « {table} » was cut off"), table=name),
                _("start the worker: it undoes this, and writes again what waits in the journal"),
            )
        table = lake.open(name) if newest is None else None
        actions = file_actions(table).select(["path", "size_bytes"]) if table is not None else None
        told = [] if actions is None else actions.to_pylist()
        files = [(lake.root / name / unquote(each["path"]), each["size_bytes"]) for each in told]
        damaged = next((path for path, size in files if is_cut_off(path, size)), None)
        if newest is not None or damaged is not None:
            file = newest.file if newest is not None else damaged
            return Check(
                "lake",
                "failed",
                format_lazy(_("the file {file} is cut off"), file=file),
                _("stop everything and restore the newest backup"),
            )
    return None


def _journal() -> Check:
    rows, oldest = journal.backlog_rows(), journal.oldest_waiting()
    waiting = format_lazy(
        ngettext_lazy("{number} row waits", "{number} rows wait", rows), number=shown_number(rows)
    )
    if oldest is not None and timezone.now() - oldest > LONGEST_WAIT:
        return Check(
            "journal",
            "warning",
            format_lazy(
                _("{waiting}, the oldest since {moment}"),
                waiting=waiting,
                moment=shown_moment(oldest),
            ),
            _("start the worker with « entregent run » or « entregent loop --once »"),
        )
    return Check("journal", "ok", waiting if rows else _("nothing waits"))


def _keeper() -> Check:
    lease = Lease.objects.filter(name=KEEPER).first()
    if lease is None or not lease.holder:
        return Check("keeper", "ok", _("nobody holds the lease: no worker runs now"))
    now = timezone.now()
    if is_dead(lease.holder):
        return Check("keeper", "ok", _("its holder has died; the next keeper takes it at once"))
    if lease.expires_at < now:
        return Check(
            "keeper",
            "warning",
            _("its holder is late to renew it"),
            _("if the worker hangs, stop it and start it again"),
        )
    if lease.expires_at > now + timedelta(hours=1):
        return Check(
            "keeper",
            "warning",
            _("the lease ends far in the future: a clock was wrong"),
            _("stop every worker, then start one"),
        )
    return Check("keeper", "ok", _("a keeper is at work"))


def _gaps() -> Check:
    states = {state.id: state for state in every_source_state()}
    since = dict(SourceGap.objects.filter(until=None).values_list("source_id", "start"))
    down = [
        state
        for state in states.values()
        if state.state in {"failing", "late"} or (state.id in since and state.state != "paused")
    ]
    if not down:
        return Check(
            "gaps",
            "ok",
            format_lazy(
                _("every source is collected, but for what is paused: {number}"),
                number=sum(state.state == "paused" for state in states.values()),
            )
            if any(state.state == "paused" for state in states.values())
            else _("every source is collected"),
        )
    starts = [since[state.id] for state in down if state.id in since]
    said = ngettext_lazy(
        "{number} source is not collected now: {names}",
        "{number} sources are not collected now: {names}",
        len(down),
    )
    names = ", ".join(state.name for state in down[:MOST_NAMED])
    finding = format_lazy(said, number=shown_number(len(down)), names=names)
    if starts:
        finding = format_lazy(
            _("{finding}; a gap is open since {moment}"),
            finding=finding,
            moment=shown_moment(min(starts)),
        )
    return Check(
        "gaps", "warning", finding, _("look at the page of sources: it says why, and what to do")
    )


def _rollups() -> Check:
    waiting = Reopened.objects.count()
    if not waiting:
        return Check("rollups", "ok", _("every hour is counted"))
    said = ngettext_lazy("{number} recount waits", "{number} recounts wait", waiting)
    finding = format_lazy(said, number=shown_number(waiting))
    if is_at_work() and rollups.is_late():
        return Check(
            "rollups",
            "warning",
            format_lazy(_("{finding}, and the worker has not looked for a while"), finding=finding),
            _("look at what the worker says; if it hangs, stop it and start it again"),
        )
    return Check("rollups", "ok", finding)


def _clock() -> Check:
    now = timezone.now()
    newest = Source.objects.aggregate(at=Max("last_item_at"))["at"]
    for moment in (newest, _newest_file()):
        if moment is not None and moment - now > CLOCK_SLACK:
            seconds = int((moment - now).total_seconds())
            return Check(
                "clock",
                "warning",
                format_lazy(
                    _("the clock was set back by at least {number} s"),
                    number=shown_number(seconds),
                ),
                _("set the clock; times of receipt in between are not to be trusted"),
            )
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
            apart = cursor.fetchone()[0] - now
        if abs(apart) > CLOCK_SLACK:
            return Check(
                "clock",
                "warning",
                format_lazy(
                    _("the database's clock is {number} s away from this machine's"),
                    number=shown_number(int(apart.total_seconds())),
                ),
                _("set both clocks by the same source of time"),
            )
    return Check("clock", "ok", format_lazy("{}", shown_moment(now)))


def _newest_file() -> datetime | None:
    """When the newest file of the lake was written, by the clock of whoever wrote it."""
    lake = journal.lake()
    times: list[int] = []
    for name in TABLES:
        # A table that cannot be opened is told by the check of the lake.
        with suppress(LakeError):
            table = lake.look(name)
            if table is not None:
                times += file_actions(table)["modification_time"].to_pylist()
    return datetime.fromtimestamp(max(times) / 1000, UTC) if times else None


CHECKS = (_database, _lake, _journal, _keeper, _gaps, _rollups, _clock)
