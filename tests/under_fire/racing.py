"""Many write, one keeps and is killed, many read; run as a program by tests and benchmarks.

Writers land chunks as sources do, and import files as people do. One keeper hears, keeps, compacts,
sorts and counts; every few seconds it is killed, and another takes its place. Readers look again
and again, and what they see must hold together each time.

Usage: python -m tests.under_fire.racing --seconds N --writers N --readers N --seed N
The data folder is ENTREGENT_HOME, the ledger's XDG_STATE_HOME. Prints one JSON document.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from tests.under_fire.house import FORK, Errors, build, in_child, warm_up
from tests.under_fire.judging import doubled, index_and_lake

from entregent.apps.listen import journal  # isort: skip  # after the house has set Django up
from entregent.apps.listen.importing import import_files
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim
from entregent.apps.listen.tiles import tile
from entregent.apps.organisation.models import Member
from entregent.keeping.health import examine
from entregent.lake.errors import LostRace
from entregent.lake.record import Record, read
from entregent.lake.tidying import sort_worst
from entregent.loop import hear, turn
from tests.listen.deeds import deed
from tests.listen.rolling import by_hand, differences, stored

TOGETHER: Final = 24
"""Deeds that land in one transaction: a reader sees all of them, or none."""
START: Final = datetime(2026, 2, 1, tzinfo=UTC)


class Race:
    """What all processes share: when it is over, and how often each did what."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.errors = Errors(folder)
        self._over = FORK.RawValue("b", 0)
        self._done = {name: FORK.Value("q", 0) for name in ("landed", "looks", "tiles", "turns")}

    @property
    def is_over(self) -> bool:
        """Whether to end after what is being done."""
        return bool(self._over.value)

    def end(self) -> None:
        """Ask everybody to end."""
        self._over.value = 1

    def count(self, name: str, number: int = 1) -> None:
        """Note that something was done."""
        with self._done[name].get_lock():
            self._done[name].value += number

    def counts(self) -> dict[str, int]:
        """How often each thing was done."""
        return {name: value.value for name, value in self._done.items()}

    def run(self, who: str, step: Callable[[], None]) -> None:
        """Do a step until it is over; an error ends it, and is a finding."""
        try:
            while not self.is_over:
                step()
        except BaseException:  # noqa: BLE001 (each one is a finding)
            self.errors.add(who)


# Those who write


def write(race: Race, number: int) -> None:
    """Import files of a few chunks, each known again by whoever reads."""
    journal.CHUNK_ROWS = TOGETHER
    chance = random.Random(f"{race.seed}-writer-{number}")
    files = 0

    def one_file() -> None:
        nonlocal files
        path = race.folder / f"{number}-{files}.jsonl"
        chunks = chance.randrange(1, 4)
        lines = [
            orjson.dumps(line)
            for chunk in range(chunks)
            for line in _chunk(f"w{number}-{files}-{chunk}", chance)
        ]
        path.write_bytes(b"\n".join(lines) + b"\n")
        report = import_files([path], acting_user=None)
        totals = report.as_json()["totals"]
        assert totals["new"] == len(lines), totals
        files += 1
        race.count("landed", len(lines))
        time.sleep(chance.uniform(0.0, 0.4))

    race.run(f"writer {number}", one_file)


def _chunk(name: str, chance: random.Random) -> list[dict[str, Any]]:
    about = f"https://battures.example/notes/{name}"
    found = []
    for place in range(TOGETHER):
        at = f"{START + timedelta(minutes=chance.randrange(60 * 24 * 50)):%Y-%m-%dT%H:%M:%SZ}"
        note = {"id": f"{about}/{place}", "type": "Note", "content": "Merci!", "published": at}
        found.append(deed("Create", f"{about}/{place}/create", note, at))
    return found


# Who keeps


def keep(race: Race, number: int) -> None:
    """Work as the worker does, without its pauses, until killed."""
    keeper = Keeper(Claim(), hear)
    chance = random.Random(f"{race.seed}-keeper-{number}")

    def one_turn() -> None:
        turn(keeper, flush=chance.random() < 0.5, measure=False)
        # What comes once an hour, and what comes once in five minutes.
        if chance.random() < 0.2:
            keeper.compact()
        if chance.random() < 0.2 and keeper.claim.take():
            sort_worst(journal.lake())
        race.count("turns")

    def unless_lost() -> None:
        try:
            one_turn()
        except LostRace:
            # So does the loop: somebody else is the keeper now.
            time.sleep(0.05)

    race.run(f"keeper {number}", unless_lost)
    keeper.claim.release()


# Those who read


def look(race: Race, number: int) -> None:
    """Look at the record, and at a tile before it: both only grow, and hold together."""
    seen, counted = 0, 0
    alice = Member.objects.get(role="owner")

    def once() -> None:
        nonlocal seen, counted
        told = tile(alice, "source", START, START + timedelta(days=51))
        rows, distinct, chunks, labels = read(_small_record, _count)
        assert told.total <= rows, f"a tile tells {told.total} of {rows}"
        assert told.total >= counted, f"a tile told {counted}, and now {told.total}"
        assert rows == distinct, f"{rows - distinct} rows twice"
        assert rows >= seen, f"{seen} rows, and now {rows}"
        assert not chunks, f"seen in part: {chunks[:3]}"
        assert not labels, f"{labels} labels twice, or of texts that are not there"
        seen, counted = rows, told.total
        race.count("looks")
        race.count("tiles")

    race.run(f"reader {number}", once)


def _small_record() -> Record:
    return journal.open_record(memory_mb=128, tables=("activities", "labels"))


def _count(record: Record) -> tuple[int, int, list[tuple[str, int]], int]:
    ask = record.connection.execute
    ((rows, distinct),) = ask("SELECT count(*), count(DISTINCT key) FROM activities").fetchall()
    chunks = ask(
        "SELECT split_part(id, '/', 5) AS chunk, count(*) FROM activities "
        f"GROUP BY chunk HAVING count(*) <> {TOGETHER}"
    ).fetchall()
    ((labels,),) = ask("SELECT count(*) - count(DISTINCT key) FROM labels").fetchall()
    return int(rows), int(distinct), chunks, int(labels)


def race_for(seconds: float, writers: int, readers: int, seed: int, folder: Path) -> dict[str, Any]:
    """Let all of them go for some time; the keeper is killed every few seconds."""
    chance = random.Random(seed)
    race = Race(folder, seed)
    in_child(build)
    warm_up()
    others = [FORK.Process(target=write, args=(race, number)) for number in range(writers)]
    others += [FORK.Process(target=look, args=(race, number)) for number in range(readers)]
    begun = time.monotonic()
    for process in others:
        process.start()
    keepers = 0
    while time.monotonic() - begun < seconds and not race.errors.read():
        keeper = FORK.Process(target=keep, args=(race, keepers))
        before = race.counts()["turns"]
        keeper.start()
        # Every other one comes to the end of a turn first, however busy the machine is.
        while keepers % 2 and race.counts()["turns"] == before and keeper.is_alive():
            time.sleep(0.01)
        keeper.join(chance.uniform(0.5, 4.0))
        keeper.kill()
        keeper.join()
        keepers += 1
    took_s = time.monotonic() - begun
    # Writers wait for a keeper: the last one ends with them.
    last = FORK.Process(target=_keep_until_they_end, args=(race,))
    last.start()
    race.end()
    for process in others:
        process.join()
    (folder / "all ended").touch()
    last.join()
    landed = race.counts()["landed"]
    return {
        "seconds": round(took_s, 1),
        "keepers_killed": keepers,
        "errors": race.errors.read(),
        "codes": [process.exitcode for process in (*others, last)],
        **race.counts(),
        "lost": landed - in_child(_rows),
        **in_child(_judge),
    }


def _keep_until_they_end(race: Race) -> None:
    keeper = Keeper(Claim(), hear)
    try:
        while not (race.folder / "all ended").exists():
            if not turn(keeper, measure=False).was_busy:
                time.sleep(0.05)
        while turn(keeper, flush=True, measure=False).was_busy:
            pass
    except BaseException:  # noqa: BLE001 (each one is a finding)
        race.errors.add("last keeper")
    finally:
        keeper.claim.release()


def _rows() -> int:
    return int(read(_small_record, _count)[0])


def _judge() -> dict[str, Any]:
    return {
        "doubled": doubled(),
        "waiting": journal.backlog_rows(),
        "index": index_and_lake(),
        "roll_ups": [each for side in differences(stored(), by_hand()).values() for each in side],
        "doctor": [
            f"{check.name}: {check.finding}"
            for check in examine()
            if check.status != "ok" and check.name != "disk"
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--readers", type=int, default=10)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcome = race_for(given.seconds, given.writers, given.readers, given.seed, Path(folder))
    sys.stdout.buffer.write(orjson.dumps(outcome))


if __name__ == "__main__":
    main()
