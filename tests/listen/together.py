"""Workers, writers and readers at once, as a house with several machines has them.

Two workers turn the loop, four writers land what they read, two readers look; the worker that keeps
is killed halfway, and the other takes its place. Run as a program by the tests.

Usage: python -m tests.listen.together --seconds N --posts N --seed N
"""

import argparse
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import groupby
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import orjson

from tests.listen.looking import exported, look_at, prepare_record, raw_doubles

# After it: the one that sets Django up.
from entregent.apps.listen import journal  # isort: skip
from entregent.apps.listen.importing import import_files  # isort: skip
from entregent.apps.listen.lease import KEEPER  # isort: skip
from entregent.apps.listen.models import Lease  # isort: skip
from entregent.apps.organisation.models import AuditEntry  # isort: skip
from tests.listen.story import faults, tell  # isort: skip

WORKERS, WRITERS, READERS = 2, 4, 2
START_S = FINISH_S = 120.0


def write(folder: Path, name: str, posts: int, seed: int, hour: "Hour") -> None:
    """Import one story after the other, and leave the keeping to the workers."""
    hour.wait()
    number = 0
    while not hour.is_over():
        path = tell(f"{name}-{number}", posts, seed).write(folder / f"{name}-{number}.jsonl")
        if import_files([path], acting_user=None).refusals:
            sys.exit(3)
        number += 1
    (folder / f"{name}.written").write_text(str(number))


def look(folder: Path, name: str, hour: "Hour") -> None:
    """Look at the record again and again: it only grows, and holds nothing twice."""
    hour.wait()
    looks, seen, errors = 0, 0, []
    while not (hour.is_over() or errors):
        found, doubles = look_at()
        if doubles or found < seen:
            errors.append(f"{found} after {seen}, {doubles} doubled")
        looks, seen = looks + 1, found
    (folder / f"{name}.seen").write_bytes(orjson.dumps({"looks": looks, "errors": errors}))


def watch(folder: Path, hour: "Hour") -> None:
    """Note who holds the lease, twenty times a second."""
    hour.wait()
    held: list[str] = []
    while not hour.is_over():
        held += keepers()
        time.sleep(0.05)
    terms = [holder for holder, _ in groupby(held)]
    (folder / "terms").write_bytes(orjson.dumps(terms))


def keepers() -> list[str]:
    """Who holds the lease, if somebody does."""
    held = Lease.objects.filter(name=KEEPER).exclude(holder="")
    return list(held.values_list("holder", flat=True))


def worker(said: Path) -> "subprocess.Popen[bytes]":
    """Start a worker, as a house does."""
    with said.open("ab") as aside:
        return subprocess.Popen([sys.executable, "-m", "entregent", "loop"], stderr=aside)


def kill_the_keeper(workers: "list[subprocess.Popen[bytes]]") -> bool:
    """Kill the worker that holds the lease."""
    for process in workers:
        if any(f"/{process.pid}/" in holder for holder in keepers()):
            process.kill()
            process.wait()
            return True
    return False


def overlaps() -> list[str]:
    """Batches that the trail says were kept out of order or twice."""
    told = AuditEntry.objects.filter(action="listen.batches_kept").order_by("pk")
    last, found = 0, []
    for subject in told.values_list("subject", flat=True):
        first, _, end = subject.removeprefix("batches:").partition("-")
        if int(first) != last + 1:
            found.append(f"{subject} after {last}")
        last = int(end)
    return found


class Hour:
    """When all of them work: from the moment at which a keeper is there."""

    def __init__(self, context: BaseContext) -> None:
        self._begun = context.Event()
        self._until = context.Value("d", 0.0)

    def begin(self, seconds: float) -> None:
        self._until.value = time.monotonic() + seconds
        self._begun.set()

    def wait(self) -> None:
        self._begun.wait(START_S)

    def is_over(self) -> bool:
        return time.monotonic() > self._until.value


def together(seconds: float, posts: int, seed: int, folder: Path) -> dict[str, Any]:
    context = multiprocessing.get_context("fork")
    hour = Hour(context)
    said = folder / "workers.txt"
    writers = [
        context.Process(target=write, args=(folder, f"w{number}", posts, seed, hour))
        for number in range(WRITERS)
    ]
    readers = [
        context.Process(target=look, args=(folder, f"r{number}", hour)) for number in range(READERS)
    ]
    others = [*writers, *readers, context.Process(target=watch, args=(folder, hour))]
    for process in others:
        process.start()
    # From here on nothing is forked: this process may open what it likes.
    workers = [worker(said) for _ in range(WORKERS)]
    try:
        wait_for(lambda: bool(keepers()))
        hour.begin(seconds)
        time.sleep(seconds / 2)
        wait_for(lambda: kill_the_keeper(workers))
        for process in others:
            process.join(FINISH_S)
        wait_for(lambda: not journal.backlog_rows())
        for process in workers:
            process.terminate()
        ends = [process.wait(FINISH_S) for process in workers]
    finally:
        for process in (*others, *workers):
            process.kill()
    stories = [
        tell(f"w{number}-{each}", posts, seed)
        for number in range(WRITERS)
        for each in range(int((folder / f"w{number}.written").read_text()))
    ]
    seen = [orjson.loads((folder / f"r{number}.seen").read_bytes()) for number in range(READERS)]
    documents = exported()
    return {
        "workers": sorted(ends),
        "others": [process.exitcode for process in others],
        "stories": len(stories),
        "activities": len(documents),
        "faults": faults(documents, stories)[:20],
        "raw_doubles": raw_doubles(),
        "backlog": journal.backlog_rows(),
        "looks": [each["looks"] for each in seen],
        "errors": [error for each in seen for error in each["errors"]],
        "terms": orjson.loads((folder / "terms").read_bytes()),
        "overlaps": overlaps(),
        "said": said.read_text()[-2000:],
    }


def wait_for(what: Callable[[], bool]) -> None:
    """Look ten times a second, until it is so."""
    late = time.monotonic() + START_S
    while not what():
        if time.monotonic() > late:
            raise TimeoutError
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--posts", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    prepare_record()
    with tempfile.TemporaryDirectory() as folder:
        outcome = together(given.seconds, given.posts, given.seed, Path(folder))
    sys.stdout.buffer.write(orjson.dumps(outcome))


if __name__ == "__main__":
    main()
