"""A full disk ends what was begun with one sentence, loses nothing, and with room all goes on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.cli.program import Program, Told
from tests.listen.deeds import post, write

MB = 1024 * 1024


def mount(*arguments: str | Path) -> bool:
    """Whether a file system could be mounted, as only root may, and not everywhere."""
    command = ["mount", *map(str, arguments)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


class Disk:
    """A disk with little room: a file system of its own, in memory."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        if not mount("-t", "tmpfs", "-o", f"size={64 * MB}", "none", folder):
            pytest.skip("no small disk can be made: only root may mount one")

    def fill(self, room: int) -> None:
        """Leave room for so many bytes."""
        used = sum(path.stat().st_blocks * 512 for path in self.folder.rglob("*"))
        assert mount("-o", f"remount,size={used + room}", self.folder)

    def make_room(self) -> None:
        """Let everything be written again."""
        assert mount("-o", f"remount,size={64 * MB}", self.folder)

    def give_back(self) -> None:
        """Unmount it."""
        subprocess.run(["umount", self.folder], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk, with room as yet."""
    found = Disk(tmp_path / "disk")
    yield found
    found.give_back()


def told_plainly(told: Told) -> str:
    """One sentence, and no result that could be taken for a whole one."""
    assert told.code == 2, told
    (line,) = told.err.splitlines()
    assert line.startswith("entregent: ")
    return line


@pytest.mark.sqlite
@pytest.mark.parametrize("room", [20_000, 300_000])
def test_an_import_that_fills_the_disk_loses_nothing(
    room: int, disk: Disk, prepared: Path, tmp_path: Path
) -> None:
    program = Program(databases.copy(prepared, disk.folder / "home"))
    before = [post(f"avant {n}", f"https://battures.example/notes/a{n}") for n in range(5)]
    assert program("listen", "import", write(tmp_path / "a.jsonl", before)).code == 0
    words = " ".join(f"{n:x}" for n in range(700))
    many = [post(f"{n} {words}", f"https://battures.example/notes/b{n}") for n in range(300)]
    path = write(tmp_path / "b.jsonl", many)
    disk.fill(room)
    line = told_plainly(program("listen", "import", path))
    assert any(word in line for word in ("full", "space", "disk")), line
    disk.make_room()
    kept = {each["id"] for each in program.exported()}
    assert kept >= {each["id"] for each in before}, "what was acknowledged is there"
    assert program("listen", "import", path).code == 0
    assert program("loop", "--once").code == 0
    ids = [each["id"] for each in program.exported()]
    assert len(ids) == len(set(ids))
    assert set(ids) == {each["id"] for each in [*before, *many]}
    (lake,) = [
        check for check in program("doctor", "--json").json["checks"] if check["name"] == "lake"
    ]
    assert lake["status"] == "ok", lake


@pytest.mark.sqlite
def test_doctor_says_that_the_disk_is_full(disk: Disk, prepared: Path) -> None:
    program = Program(databases.copy(prepared, disk.folder / "home"))
    disk.fill(200_000)
    checks = {check["name"]: check for check in program("doctor", "--json").json["checks"]}
    assert checks["disk"]["status"] == "failed"
    assert "make room" in checks["disk"]["remedy"]
