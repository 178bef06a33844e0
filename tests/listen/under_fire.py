"""Imports and compactions that are killed, and readers meanwhile; run as a program by the tests.

A program of its own, so that its children start from a process that has everything loaded and
nothing open: killing one at any instant then costs no more than that instant.

Usage: python -m tests.listen.under_fire crashes|readers --kills N --posts N --seed N
The data folder is ENTREGENT_HOME. Prints one JSON document.
"""

import argparse
import io
import multiprocessing
import random
import sys
import tempfile
import threading
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import django
import orjson

django.setup()

# Loaded before any child is made: Arrow looks for pandas at its first use.
import pandas as pd  # noqa: E402, F401

from entregent.apps.listen import journal  # noqa: E402
from entregent.apps.listen.exporting import export_jsonl  # noqa: E402
from entregent.apps.listen.importing import import_files  # noqa: E402
from entregent.apps.listen.keeper import Keeper  # noqa: E402
from entregent.apps.listen.lease import Claim  # noqa: E402
from entregent.apps.listen.working import BackgroundKeeper  # noqa: E402
from entregent.cli.database import prepare  # noqa: E402
from entregent.lake.record import Record, read  # noqa: E402
from tests.listen.story import faults, tell  # noqa: E402


def import_one(path: Path) -> None:
    with BackgroundKeeper() as keeper:
        report = import_files([path], acting_user=None, work=keeper.wait)
    if report.refusals:
        sys.exit(3)


def compact(vacuum_hours: int) -> None:
    keeper = Keeper(Claim())
    keeper.compact(vacuum_hours=vacuum_hours)
    keeper.claim.release()


def exported() -> list[dict[str, Any]]:
    sink = io.BytesIO()
    export_jsonl(sink)
    return [orjson.loads(line) for line in sink.getvalue().splitlines()]


def raw_doubles() -> int:
    def count(record: Record) -> int:
        rows = record.connection.sql("SELECT count(*) - count(DISTINCT ref) FROM raw").fetchall()
        return int(rows[0][0])

    return read(journal.open_record, count)


def crashes(kills: int, posts: int, seed: int, folder: Path) -> dict[str, Any]:
    """Kill an import or a compaction at each of some random instants, then finish the work."""
    context = multiprocessing.get_context("fork")
    chance = random.Random(seed)
    stories, paths = [], []
    longest, cut_off = 0.8, 0
    while cut_off < kills and len(paths) < 4 * kills:
        number = len(paths)
        stories.append(tell(f"s{number}", posts, seed))
        paths.append(stories[-1].write(folder / f"{number}.jsonl"))
        worker: BaseProcess = context.Process(target=import_one, args=(paths[-1],))
        if number % 10 == 9:
            worker = context.Process(target=compact, args=(0,))
        begun = time.monotonic()
        worker.start()
        worker.join(chance.uniform(0.0, longest))
        if worker.exitcode is None:
            cut_off += 1
            worker.kill()
            worker.join()
        else:
            longest = max(longest, time.monotonic() - begun)
    finisher = context.Process(target=_finish, args=(paths,))
    finisher.start()
    finisher.join()
    documents = exported()
    return {
        "killed": cut_off,
        "finished": finisher.exitcode,
        "activities": len(documents),
        "faults": faults(documents, stories)[:20],
        "raw_doubles": raw_doubles(),
        "backlog": journal.backlog_rows(),
    }


def _finish(paths: list[Path]) -> None:
    with BackgroundKeeper() as keeper:
        import_files(paths, acting_user=None, work=keeper.wait)
    compact(0)


def readers(posts: int, seed: int, folder: Path, count: int = 10) -> dict[str, Any]:
    """Read with many readers while one process imports and compacts again and again."""
    context = multiprocessing.get_context("fork")
    stories = [tell(f"r{number}", posts, seed) for number in range(4)]
    paths = [story.write(folder / f"{number}.jsonl") for number, story in enumerate(stories)]
    writer = context.Process(target=_write_and_compact, args=(paths,))
    writer.start()
    errors: list[str] = []
    looks: list[int] = []
    done = threading.Event()

    def look_again_and_again() -> None:
        seen = 0
        while not done.is_set():
            try:
                found, doubles = read(_small_record, _count)
            except Exception as error:  # noqa: BLE001 (each one is the finding)
                errors.append(repr(error)[:300])
                return
            if doubles or found < seen:
                errors.append(f"{found} after {seen}, {doubles} doubled")
            seen = found
            looks.append(found)

    threads = [threading.Thread(target=look_again_and_again) for _ in range(count)]
    for thread in threads:
        thread.start()
    writer.join()
    done.set()
    for thread in threads:
        thread.join()
    return {
        "errors": errors[:10],
        "looks": len(looks),
        "finished": writer.exitcode,
        "faults": faults(exported(), stories)[:20],
    }


def _small_record() -> Record:
    return journal.open_record(memory_mb=128)


def _count(record: Record) -> tuple[int, int]:
    rows = record.connection.sql(
        "SELECT count(*), count(*) - count(DISTINCT key) FROM activities"
    ).fetchall()
    return int(rows[0][0]), int(rows[0][1])


def _write_and_compact(paths: list[Path]) -> None:
    for path in paths:
        import_one(path)
        compact(0)


def _prepare() -> None:
    prepare()
    journal.lake().create()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["crashes", "readers"])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--posts", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    # In a child: this process must have nothing open when it makes the others.
    first = multiprocessing.get_context("fork").Process(target=_prepare)
    first.start()
    first.join()
    with tempfile.TemporaryDirectory() as folder:
        if given.what == "crashes":
            outcome = crashes(given.kills, given.posts, given.seed, Path(folder))
        else:
            outcome = readers(given.posts, given.seed, Path(folder))
    sys.stdout.buffer.write(orjson.dumps(outcome))


if __name__ == "__main__":
    main()
