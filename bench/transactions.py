"""How long transactions hold the database of the embedded house while an import is heard."""

import inspect
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import orjson

from bench.lines import write_lines

WANTED_MS = 100


def run(count: int = 60_000) -> None:
    """Import with and without understanding, and print how long transactions took."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_lines(Path(folder) / "activities.jsonl", count)
        for what in ("kept", "understood"):
            found = _child(what, path, Path(folder) / what)
            print(f"import of {count:,} activities, {what}: {found['count']:,} transactions")
            told = ", ".join(
                f"{name} {found[name]:.1f}" for name in ("median", "p95", "p99", "max")
            )
            print(f"  ms that each held the database: {told}; wanted at most {WANTED_MS}")
            print(
                f"  longer: {found['longer']}",
                *(f"    {each}" for each in found["worst"]),
                sep="\n",
            )


def _child(what: str, path: Path, home: Path) -> dict[str, Any]:
    environment = {
        **os.environ,
        "ENTREGENT_HOME": str(home),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "entregent.site.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.transactions", what, str(path)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


@contextmanager
def _watched() -> Iterator[list[tuple[float, str]]]:
    """Note how long each transaction held the database, and whose it was."""
    from django.db.transaction import Atomic, get_connection

    begun: dict[int, float] = {}
    took: list[tuple[float, str]] = []
    enter, leave = Atomic.__enter__, Atomic.__exit__

    def entered(self: Atomic) -> None:
        is_outermost = not get_connection(self.using).in_atomic_block
        enter(self)
        if is_outermost:
            # From here on it has the lock: waiting for it holds up nobody.
            begun[id(get_connection(self.using))] = time.perf_counter()

    def left(self: Atomic, *failure: Any) -> None:
        connection = get_connection(self.using)
        leave(self, *failure)
        if not connection.in_atomic_block and id(connection) in begun:
            frame: Any = inspect.currentframe()
            while frame is not None and "/entregent/" not in frame.f_code.co_filename:
                frame = frame.f_back
            whose = f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}" if frame else ""
            took.append((time.perf_counter() - begun.pop(id(connection)), whose))

    with (
        mock.patch.object(Atomic, "__enter__", entered),
        mock.patch.object(Atomic, "__exit__", left),
    ):
        yield took


def main() -> None:
    """Import in a process of its own, and print one line of JSON."""
    import django

    django.setup()
    from entregent.apps.listen.importing import import_files
    from entregent.apps.listen.working import BackgroundKeeper
    from entregent.cli.database import prepare
    from entregent.loop import hear

    prepare()
    what, path = sys.argv[1], Path(sys.argv[2])
    with _watched() as took, BackgroundKeeper(hear if what == "understood" else None) as keeper:
        report = import_files([path], acting_user=None, work=keeper.wait)
    if report.refusals:
        raise SystemExit("the generated lines were refused")
    took.sort()
    ms = [seconds * 1_000 for seconds, _ in took]
    worst = [f"{each * 1_000:.0f} ms in {whose}" for each, whose in reversed(took[-5:])]
    found = {
        "count": len(ms),
        "median": ms[len(ms) // 2],
        "p95": ms[int(len(ms) * 0.95)],
        "p99": ms[int(len(ms) * 0.99)],
        "max": ms[-1],
        "longer": sum(each > WANTED_MS for each in ms),
        "worst": worst,
    }
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    main()
