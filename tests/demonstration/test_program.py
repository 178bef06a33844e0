"""The demonstration by the program itself: loaded once, repaired, told, and removed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests import databases
from tests.cli.program import Program, one_plain_line

SMALL = ("demo", "--people", "250", "--years", "1", "--seed", "7")
FRENCH = {"LC_ALL": "fr_CA.UTF-8"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which a small festival stands."""
    folder = tmp_path_factory.mktemp("festival")
    told = Program(folder / "home")(*SMALL, "--truth", folder / "truth.json")
    assert (told.code, told.err) == (0, "")
    assert told.out.decode().splitlines() == ["The demonstration is loaded. Next: entregent run"]
    return folder


@pytest.fixture
def festival(loaded: Path, tmp_path: Path) -> Program:
    """The same festival, for this test alone."""
    return Program(databases.copy(loaded / "home", tmp_path / "home"))


def count(home: Path, table: str, where: str = "true") -> int:
    ((found,),) = databases.rows(home, f"SELECT count(*) FROM {table} WHERE {where}")
    return int(found)


def heard(program: Program) -> int:
    return sum(each["items"] for each in program("listen", "sources", "--json").json["sources"])


@pytest.fixture
def start() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes to be ended with the test, each with all that it started."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        # What a killed process left of its own session.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def begin(started: list[subprocess.Popen[str]], home: Path, *words: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "entregent", *words],
        env=databases.environment(home, **FRENCH),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    started.append(process)
    return process


def greeting(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if "Ctrl+C" in line:
            break
    return lines


def test_the_truth_is_what_was_planted_the_same_for_the_same_seed(
    loaded: Path, tmp_path: Path
) -> None:
    truth = json.loads((loaded / "truth.json").read_text(encoding="utf-8"))
    assert truth["settings"]["people"] == 250
    assert truth["settings"]["seed"] == 7
    assert len(truth["campaigns"]) == count(loaded / "home", "address_campaign") >= 3
    for campaign in truth["campaigns"].values():
        assert campaign["verdict"]
        assert campaign["fr"]
        assert campaign["en"]
    refused = Program(tmp_path / "home")(*SMALL, "--truth", tmp_path / "no" / "truth.json")
    assert "cannot be written" in one_plain_line(refused)
    assert count(tmp_path / "home", "organisation_organisation") == 0


def test_a_house_that_is_not_empty_is_refused_and_left_as_it_is(
    festival: Program, tmp_path: Path
) -> None:
    before = count(festival.home, "coordinate_message")
    told = festival(*SMALL, "--truth", tmp_path / "truth.json")
    assert "is not empty" in one_plain_line(told)
    assert not (tmp_path / "truth.json").exists()
    assert count(festival.home, "coordinate_message") == before


@pytest.mark.parametrize("words", [("--people", "1"), ("--years", "0"), ("--seed", "-1")])
def test_sizes_that_make_no_festival_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = Program(tmp_path / "home")("demo", *words)
    assert (told.code, told.out) == (2, b"")


def test_who_waits_is_listed_for_people_and_for_programs(festival: Program) -> None:
    listed = festival("coordinate", "inbox")
    waiting = festival("coordinate", "inbox", "--json").json["waiting"]
    lines = listed.out.decode().splitlines()
    assert (
        len(lines)
        == len(waiting)
        == count(festival.home, "coordinate_conversation", "state = 'waiting'")
    )
    assert [line.split()[0] for line in lines] == [str(each["conversation"]) for each in waiting]
    assert any("Maryse B." in line for line in lines)
    due = [each["due_at"] for each in waiting]
    assert due == sorted(due)


def test_a_loading_that_was_killed_is_begun_again_and_ends_as_if_it_had_not_been(
    festival: Program, start: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    home = tmp_path / "killed"
    process = begin(start, home, "demo", "--people", "3000", "--seed", "7")
    deadline = time.monotonic() + 60
    while not _has_texts(home):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    assert (home / "demonstration.loading").exists()

    again = Program(home)
    told = again(*SMALL)

    assert (told.code, told.err) == (0, "")
    assert not (home / "demonstration.loading").exists()
    for table in ("coordinate_message", "remember_account", "address_campaign", "listen_source"):
        assert count(home, table) == count(festival.home, table), table
    assert heard(again) == heard(festival)


def _has_texts(home: Path) -> bool:
    if not home.exists():
        return False
    try:
        return count(home, "coordinate_message") > 0
    except databases.ERRORS:
        return False


def test_a_start_says_six_things_that_were_counted_and_loads_nothing_again(
    festival: Program, start: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    told = []
    for port in ("18431", "18432"):
        process = begin(start, festival.home, "run", "--demo", "--port", port)
        told.append(greeting(process))
        process.terminate()
        process.wait(30)
    first, second = told
    assert not any("se prépare" in line for line in first + second)
    numbers = [int(re.sub(r"\D", "", line.partition(":")[2]) or -1) for line in first[:6]]
    words = [line.partition("\u00a0:")[0].partition(" :")[0] for line in first[:6]]
    assert words == [
        "Écouté",
        "Compris",
        "Retenu",
        "En attente d'une personne",
        "Adressé",
        "Mesuré",
    ]
    assert numbers[0] == len(festival.exported())
    assert numbers[3] == count(festival.home, "coordinate_conversation", "state = 'waiting'")
    assert numbers[4] == count(festival.home, "address_campaign")
    assert numbers[5] > 300
    assert second[:6] == first[:6]
    assert any("Maude" in line for line in first)
    assert len({line for line in first + second if "/demo" in line}) == 2


def test_it_is_removed_and_does_not_come_back_by_itself(
    festival: Program, start: list[subprocess.Popen[str]]
) -> None:
    told = festival("demo", "--remove")
    assert told.code == 0
    assert told.out.decode().splitlines()[0] == "The demonstration is removed."
    assert heard(festival) == 0
    assert festival("coordinate", "inbox").out == b"Nobody is waiting.\n"
    assert "no demonstration" in one_plain_line(festival("demo", "--remove"))
    process = begin(start, festival.home, "run", "--demo", "--port", "18433")
    lines = greeting(process)
    assert any("Première fois" in line for line in lines)
    assert not any("Maude" in line for line in lines)
