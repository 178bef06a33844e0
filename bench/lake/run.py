"""Makes a world, measures it, and notes what was found; what is known is not measured again."""

import json
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

from bench.lake.child import run as child
from bench.lake.making import ROOT, home_of
from bench.lake.questions import NAMED, OTHERS, TILES
from bench.lake.writing import copy_of

POSTGRES_AT: Final = 10_000_000
_MASKED_TO: Final = 10_000_000
"""Who looks through a hundred million texts for a name takes an hour; that may follow."""
SHORT: Final = 200_000
SIZES: Final = (1_000_000, 10_000_000, 100_000_000)
FIGURES: Final = Path(__file__).with_name("figures.json")
_LAST: Final = "land on nothing"
ASKED: Final = (
    *(("tile", number) for number in range(len(TILES))),
    ("person", 0),
    ("busiest", 0),
    ("page", 0),
    *(("other", number) for number in range(len(OTHERS))),
    *(("named", number) for number in range(len(NAMED))),
)


class Notes:
    """What was found of one size, by its name; a file beside the world."""

    def __init__(self, size: int) -> None:
        self.size = size
        ROOT.mkdir(parents=True, exist_ok=True)
        self._path = ROOT / f"found-{size}.json"
        self.found: dict[str, Any] = {}
        if self._path.exists():
            self.found = json.loads(self._path.read_text(encoding="utf-8"))

    def note(self, name: str, find: Callable[[], Any]) -> Any:
        """What was found under a name; found now if it is not known yet."""
        if name not in self.found:
            begun = time.perf_counter()
            self.found[name] = find()
            self._path.write_text(json.dumps(self.found, indent=1), encoding="utf-8")
            print(f"{self.size:,}: {name}, {time.perf_counter() - begun:.0f} s", flush=True)
        return self.found[name]


def run(size: int, *, anew: bool = False) -> Notes:
    """Make and measure the world of a size.

    Parameters
    ----------
    size
        Activities in all.
    anew
        Whether what was measured before is measured again; the world itself is kept.
    """
    notes = Notes(size)
    if anew:
        kept = ("build", "settle", "index", "roll_up")
        notes.found = {name: notes.found[name] for name in kept if name in notes.found}
    for task in ("build", "settle", "index", "roll_up"):
        notes.note(task, lambda task=task: child(task, size))
    notes.note("disk", lambda: disk(size))
    notes.note("versions", versions)
    notes.note("begun", lambda: f"{datetime.now(UTC):%Y-%m-%d}")
    for what, number in ASKED:
        for engine in ("ours",) if what in {"other", "named"} else ("ours", "duckdb"):
            notes.note(
                f"{what} {number} {engine}",
                lambda what=what, number=number, engine=engine: child(
                    "ask", size, what=what, number=number, engine=engine
                ),
            )
    if size == POSTGRES_AT:
        # Where an unprivileged user may go, too.
        folder = Path("/var/tmp/entregent-bench-postgres")  # noqa: S108 (emptied first)
        notes.note("postgres", lambda: child("postgres", size, folder=str(folder)))
    _write(notes, size)
    return notes


def _write(notes: Notes, size: int) -> None:
    """Land, count again and erase, on a copy."""
    copy = ROOT / f"copy-{size}"
    whole = size <= _MASKED_TO
    tasks: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("land", "land", {}),
        ("roll up again", "roll_up", {}),
        ("land beside", "land_beside", {}),
        ("erase a person", "erase", {"who": "person", "whole": False}),
        ("erase", "erase", {"who": "busiest", "whole": whole}),
    )
    for name, task, more in tasks:
        if name not in notes.found:
            if name == "land" or not copy.exists():
                copy_of(home_of(size), copy)
            notes.note(name, lambda task=task, more=more: child(task, size, home=copy, **more))
    notes.note(_LAST, lambda: child("land", size, home=_empty(size)))
    rmtree(copy, ignore_errors=True)
    rmtree(ROOT / f"empty-{size}", ignore_errors=True)


def _empty(size: int) -> Path:
    home = ROOT / f"empty-{size}"
    rmtree(home, ignore_errors=True)
    return home


def disk(size: int) -> dict[str, int]:
    """Bytes of each table with its log, and of what lies beside the tables."""
    lake = home_of(size) / "lake"
    found = {}
    for folder in sorted(lake.iterdir()):
        if folder.is_dir():
            files = [path for path in folder.rglob("*") if path.is_file()]
            found[folder.name] = sum(path.stat().st_size for path in files)
    return found


def versions() -> dict[str, str]:
    """Of what was measured, and of what it was measured with."""
    names = ("duckdb", "deltalake", "pyarrow", "ibis-framework", "numpy")
    return {"Python": platform.python_version(), **{name: version(name) for name in names}}


def figures() -> dict[int, dict[str, Any]]:
    """What was found of each size: here, or else where it was measured last.

    What was measured whole is kept with the code, so that a page written on another machine does
    not lose a size that takes hours.
    """
    kept = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    told = {}
    for size in SIZES:
        here = Notes(size).found
        is_whole = all(name in here for name in ("versions", _LAST))
        told[size] = here if is_whole or str(size) not in kept else kept[str(size)]
    FIGURES.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return told
