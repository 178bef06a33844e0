"""Work on the record that is killed at random instants; run as a program by tests and benchmarks.

A child imports, keeps, merges, sorts, vacuums, counts and forgets. It is killed and replaced, each
time at a random instant: half of them at any, half while it does what was hit least so far. Then
somebody finishes the work, and everything is looked at.

Usage: python -m tests.under_fire.crashing --kills N --posts N --seed N
The data folder is ENTREGENT_HOME, the ledger's XDG_STATE_HOME. Prints one JSON document.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import orjson

from tests.under_fire.house import FORK, Errors, build, in_child, warm_up
from tests.under_fire.judging import acknowledged_and_lost, judge
from tests.under_fire.world import Chapter, chapter, write

from entregent import forget  # isort: skip  # after the house has set Django up
from entregent.apps.listen import journal
from entregent.apps.listen.importing import import_files
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim, held
from entregent.apps.listen.models import Upkeep
from entregent.apps.listen.rollups import refresh_due
from entregent.apps.understand.queries import corrected_labels
from entregent.lake.schema import TABLES
from entregent.lake.tidying import folders, sort
from entregent.loop import hear, turn

STEPS: Final = (
    *("start", "import", "turn", "append", "merge", "vacuum", "sort", "count", "erase", "daily"),
)
"""What a child can be at when it is killed; `start` is everything before its first step."""
CHUNK_ROWS: Final = 30
"""Of the journal, while we are at it: a chapter lands in several transactions."""
LONGEST_S: Final = 20.0
"""How long is waited for a child to come to a step."""


class Board:
    """What parent and children tell each other, in memory that outlives a killed child."""

    def __init__(self) -> None:
        self._doing = FORK.RawValue("i", 0)
        self._wanted = FORK.RawValue("i", -1)
        self._took_s = FORK.RawArray("d", [0.2] * len(STEPS))

    @property
    def doing(self) -> str:
        """The step that a child is at, or was at when it died; empty between two steps."""
        place = self._doing.value
        return STEPS[place] if place >= 0 else ""

    def begin(self) -> None:
        """A child begins."""
        self._doing.value = 0

    def want(self, step: str | None) -> None:
        """Ask the next child for a step."""
        self._wanted.value = -1 if step is None else STEPS.index(step)

    def wanted(self) -> str | None:
        """What was asked for, once."""
        place, self._wanted.value = self._wanted.value, -1
        return None if place < 0 else STEPS[place]

    def took_s(self, step: str) -> float:
        """How long a step took lately, in seconds."""
        return float(self._took_s[STEPS.index(step)])

    @contextmanager
    def at(self, step: str) -> Iterator[None]:
        """Context of a step."""
        before, begun = self._doing.value, time.monotonic()
        self._doing.value = STEPS.index(step)
        yield
        self._took_s[STEPS.index(step)] = time.monotonic() - begun
        self._doing.value = before if before > 0 else -1


class Worker:
    """A child's work, in a seeded order, until it is killed."""

    def __init__(self, board: Board, chapters: list[Chapter], folder: Path, seed: str) -> None:
        self._board, self._chapters, self._folder = board, chapters, folder
        self._chance = random.Random(seed)
        journal.CHUNK_ROWS = CHUNK_ROWS
        self._keeper = Keeper(Claim(), hear)

    def work(self) -> None:
        """Do one step after the other."""
        wanted = self._board.wanted()
        # Something else first, as a rule: a step is seldom the first thing after a start.
        steps = [self._chance.choice(STEPS[1:])] if self._chance.random() < 0.7 else []
        steps += [wanted] if wanted is not None else []
        while True:
            step = steps.pop(0) if steps else self._chance.choice(STEPS[1:])
            getattr(self, f"do_{step}")()

    def do_import(self) -> None:
        """Land a chapter chunk by chunk, wait until each is admitted, and note that we know."""
        done = read_numbers(self._folder, "told")
        waiting = [each for each in self._chapters if each.number not in done]
        one = waiting[0] if waiting else self._chance.choice(self._chapters)
        with self._board.at("import"):
            report = import_files([self._folder / one.path], acting_user=None, work=self._hurry)
        assert not report.refusals, report
        note_number(self._folder, "told", one.number)

    def _hurry(self) -> None:
        with self._board.at("turn"):
            self._keeper.turn(hurry=True)

    def do_turn(self) -> None:
        """Import, since there is nothing to admit otherwise."""
        self.do_import()

    def do_append(self) -> None:
        """Keep what waits in the lake."""
        self.do_import()
        with self._board.at("append"):
            while self._keeper.turn(flush=True).was_busy:
                pass

    def do_merge(self) -> None:
        """Merge small files."""
        self._compacted("merge", 24)

    def do_vacuum(self) -> None:
        """Merge small files, and remove at once what they replaced."""
        self._compacted("vacuum", 0)

    def _compacted(self, step: str, hours: int) -> None:
        self.do_append()
        with self._board.at(step), held(self._keeper.claim):
            self._keeper.compact(vacuum_hours=hours)

    def do_sort(self) -> None:
        """Sort a folder by its key."""
        lake = journal.lake()
        found = [folder for name in TABLES for folder in folders(lake, name)]
        if not found or not self._keeper.claim.take():
            return
        with self._board.at("sort"), held(self._keeper.claim):
            for folder in self._chance.sample(found, min(3, len(found))):
                sort(lake, folder.table, folder.month)

    def do_count(self) -> None:
        """Count again what has changed."""
        self.do_import()
        with self._board.at("count"):
            while refresh_due(self._keeper.claim, corrected_labels):
                pass

    def do_erase(self) -> None:
        """Forget somebody of a chapter that is in the record, or whoever was not finished."""
        told, asked = read_numbers(self._folder, "told"), read_numbers(self._folder, "asked")
        one = next((each for each in self._chapters if each.number in told - asked), None)
        if one is None:
            self.do_import()
            return
        note_number(self._folder, "asked", one.number)
        with self._board.at("erase"):
            forget.forget(self._keeper, acting_user=None, account=one.her)

    def do_daily(self) -> None:
        """Empty what was deleted at its origin, as if a day had passed."""
        self.do_import()
        Upkeep.objects.all().delete()
        with self._board.at("daily"):
            forget.daily(self._keeper)


def note_number(folder: Path, name: str, number: int) -> None:
    """Note a number outside the house."""
    with (folder / name).open("a") as file:
        file.write(f"{number}\n")


def read_numbers(folder: Path, name: str) -> set[int]:
    """Numbers noted so far."""
    path = folder / name
    return set(map(int, path.read_text().split())) if path.exists() else set()


def crashes(kills: int, posts: int, seed: int, folder: Path) -> dict[str, Any]:
    """Kill a worker some times, then finish the work and judge it."""
    chance = random.Random(seed)
    chapters = [chapter(number, posts, seed) for number in range(max(4, min(kills, 120)))]
    write(chapters, folder)
    in_child(build)
    warm_up()
    board, errors, hits = Board(), Errors(folder), Counter[str]()
    begun = time.monotonic()
    for number in range(kills):
        board.begin()
        aim = min(STEPS[1:], key=lambda step: (hits[step], chance.random()))
        aimed = number % 2 == 0 or kills < 40
        board.want(aim if aimed else None)
        child = FORK.Process(
            target=_work, args=(board, chapters, folder, f"{seed}-{number}", errors)
        )
        child.start()
        _wait(board, aim if aimed else None, chance, child.is_alive)
        child.kill()
        child.join()
        hits[board.doing or "between"] += 1
        if errors.read():
            break
    took_s = time.monotonic() - begun
    told, asked = read_numbers(folder, "told"), read_numbers(folder, "asked")
    # Before anybody reads a file again: what was acknowledged is there.
    gone = in_child(
        acknowledged_and_lost, [each for each in chapters if each.number in told], asked
    )
    in_child(_finish, chapters, folder, asked)
    return {
        "kills": sum(hits.values()),
        "hits": dict(hits.most_common()),
        "seconds": round(took_s, 1),
        "errors": errors.read(),
        "acknowledged": len(told),
        "acknowledged_and_lost": gone,
        **in_child(judge, chapters, asked),
    }


def _wait(
    board: Board, aim: str | None, chance: random.Random, is_alive: Callable[[], bool]
) -> None:
    """Let a child work until a random instant: of its life, or of the step that is aimed at."""
    if aim is None:
        time.sleep(chance.uniform(0.0, 2.0 * sum(map(board.took_s, STEPS[1:])) / len(STEPS)))
        return
    until = time.monotonic() + LONGEST_S
    while board.doing != aim and time.monotonic() < until and is_alive():
        time.sleep(0.0005)
    time.sleep(chance.uniform(0.0, board.took_s(aim)))


def _work(board: Board, chapters: list[Chapter], folder: Path, seed: str, errors: Errors) -> None:
    try:
        Worker(board, chapters, folder, seed).work()
    except BaseException:  # noqa: BLE001 (each one is a finding)
        errors.add(f"{seed} at {board.doing}")


def _finish(chapters: list[Chapter], folder: Path, asked: set[int]) -> None:
    """What people do after a bad day: start the worker, ask again, import again."""
    keeper = Keeper(Claim(), hear)
    for one in chapters:
        if one.number in asked:
            forget.forget(keeper, acting_user=None, account=one.her)
    keeper.claim.release()
    paths = [folder / each.path for each in chapters]
    report = import_files(paths, acting_user=None, work=lambda: keeper.turn(hurry=True) and None)
    assert not report.refusals, report
    while turn(keeper, flush=True, measure=False).was_busy:
        pass
    keeper.compact(vacuum_hours=0)
    keeper.claim.release()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--posts", type=int, default=25)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = crashes(given.kills, given.posts, given.seed, Path(folder))
    sys.stdout.buffer.write(orjson.dumps(outcome))


if __name__ == "__main__":
    main()
