"""A disk that can only be read: every command says so, and once it can be written all goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.cli.program import Program, one_plain_line
from tests.cli.test_full_disk import mount
from tests.listen.deeds import post, write


class Locked:
    """A data folder on a disk that is read only, or one in which nothing may be written."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.is_mounted = mount("--bind", home, home) and mount("-o", "remount,bind,ro", home)
        if not self.is_mounted:
            self._allow(0o555, 0o444)
        self.program = Program(home, heeds_permissions=not self.is_mounted)

    def unlock(self) -> None:
        """Let everything be written again."""
        if self.is_mounted:
            subprocess.run(["umount", self.home], check=True)
            self.is_mounted = False
        self._allow(0o755, 0o644)

    def _allow(self, folders: int, files: int) -> None:
        for folder, _, names in os.walk(self.home, topdown=False):
            for name in names:
                Path(folder, name).chmod(files)
            Path(folder).chmod(folders)


@pytest.fixture
def locked(prepared: Path, tmp_path: Path) -> Iterator[Locked]:
    """A house that holds one post, where nothing can be written any more."""
    home = databases.copy(prepared, tmp_path / "home")
    assert Program(home)("listen", "import", write(tmp_path / "a.jsonl", [post()])).code == 0
    found = Locked(home)
    yield found
    found.unlock()


@pytest.mark.sqlite
def test_every_command_says_so_in_one_line_and_nothing_is_lost(
    locked: Locked, tmp_path: Path
) -> None:
    path = write(tmp_path / "b.jsonl", [post(note="https://battures.example/notes/2")])
    for command in (
        ("listen", "import", path),
        ("loop", "--once"),
        ("lake", "compact"),
        ("remember", "erase", "--account", "https://battures.example/users/maryse", "--yes"),
    ):
        line = one_plain_line(locked.program(*command))
        assert f"may not write to {locked.home}" in line
    locked.unlock()
    program = Program(locked.home)
    assert program("listen", "import", path).code == 0
    assert len(program.exported()) == 2


@pytest.mark.sqlite
def test_doctor_says_that_the_folder_cannot_be_written(locked: Locked) -> None:
    told = locked.program("doctor", "--json")
    assert told.json["status"] == "failed"
    (check, *_) = [each for each in told.json["checks"] if each["status"] == "failed"]
    assert f"may not write to {locked.home}" in check["finding"]
    assert "write to it" in check["remedy"]
