"""Instances that are backed up and restored: each with a data folder and a ledger of its own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests import databases
from tests.cli.program import Program, Told
from tests.listen.deeds import post, write

SECRET_WORDS = "la recette des framboises gelées"


@dataclass(frozen=True)
class Instance:
    """An instance in a folder of its own, outside of which it keeps its ledger.

    Attributes
    ----------
    folder
        Holds the data folder ``home`` and the folder ``state`` of the ledger.
    """

    folder: Path
    name: str = "home"

    @property
    def home(self) -> Path:
        return self.folder / self.name

    @property
    def program(self) -> Program:
        return Program(self.home)

    @property
    def ledger(self) -> Path:
        (path,) = (self.folder / "state" / "entregent").glob("ledger-*.jsonl")
        return path

    @property
    def backups(self) -> Path:
        path = self.folder / "backups"
        path.mkdir(exist_ok=True)
        return path

    def __call__(self, *arguments: str | Path, **environment: str) -> Told:
        state = str(self.folder / "state")
        return self.program(*arguments, **{"XDG_STATE_HOME": state, **environment})

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        """The program at work, beside the test."""
        return subprocess.Popen(
            [sys.executable, "-m", "entregent", *map(str, arguments)],
            env=databases.environment(
                self.home, XDG_STATE_HOME=str(self.folder / "state"), COLUMNS="200"
            ),
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def elsewhere(self, name: str) -> Instance:
        """An empty place beside it, where its ledger is at hand."""
        return Instance(self.folder, name)

    def exported(self) -> list[bytes]:
        """Every activity of the present state, as lines in the order of their bytes."""
        told = self("export", "activities")
        assert told.code == 0, told.err
        return sorted(told.out.splitlines())

    def back_up(self, path: Path) -> dict[str, Any]:
        """A backup, and what is said of it."""
        told = self("backup", path, "--json")
        assert (told.code, told.err) == (0, ""), told.err
        found: dict[str, Any] = told.json
        return found


def furnished(folder: Path) -> Instance:
    """An instance with three posts in the lake, one in the journal, and a letter."""
    found = Instance(folder)
    path = write(
        folder / "a.jsonl",
        [post(f"{SECRET_WORDS} {n}", f"https://battures.example/notes/{n}") for n in range(3)],
    )
    assert found("listen", "import", path).code == 0
    letters = found.home / "mail"
    letters.mkdir()
    (letters / "letter.log").write_bytes(b"Bonjour Maryse\n" * 1000)
    return found


def damaged_copy(backup: Path, name: str, place: int = 0) -> None:
    """Flip one bit of a file of a backup that is a folder."""
    path = backup / name
    body = bytearray(path.read_bytes())
    body[place] ^= 1
    path.write_bytes(body)


def manifest(backup: Path) -> dict[str, Any]:
    """The manifest of a backup that is a folder."""
    found: dict[str, Any] = orjson.loads((backup / "manifest.json").read_bytes())
    return found
