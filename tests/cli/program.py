"""The real program, run as people run it, each with a data folder and a database of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tests import databases

# Root without CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: files may be what their modes say.
_WITHOUT_PRIVILEGE = """
import ctypes, os, sys
for capability in (1, 2):
    assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0
os.execv(sys.executable, [sys.executable, "-m", "entregent", *sys.argv[1:]])
"""


@dataclass(frozen=True)
class Told:
    """How a command ended and what it said."""

    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return orjson.loads(self.out)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [orjson.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Program:
    """Entregent, with a data folder.

    Attributes
    ----------
    home
        The data folder.
    heeds_permissions
        Run it so that permissions count even if it is root who runs the tests.
    patience_s
        Seconds that a command may take.
    """

    home: Path
    heeds_permissions: bool = False
    patience_s: int = 120

    def __call__(self, *arguments: str | Path, **environment: str) -> Told:
        done = subprocess.run(
            [sys.executable, *self._start(), *map(str, arguments)],
            env=databases.environment(self.home, **{"COLUMNS": "200", **environment}),
            cwd=next(folder for folder in self.home.parents if folder.is_dir()),
            capture_output=True,
            timeout=self.patience_s,
            check=False,
        )
        told = Told(done.returncode, done.stdout, done.stderr.decode())
        assert "Traceback" not in told.err, told.err
        assert b"Traceback" not in told.out
        return told

    def _start(self) -> list[str]:
        if self.heeds_permissions and os.getuid() == 0:
            return ["-c", _WITHOUT_PRIVILEGE]
        return ["-m", "entregent"]

    def exported(self) -> list[dict[str, Any]]:
        """Every activity of the present state."""
        told = self("export", "activities")
        assert told.code == 0, told.err
        return told.lines


def one_plain_line(told: Told) -> str:
    """What a command that could not begin says: one line for people, and nothing else."""
    assert told.code == 2
    assert told.out == b""
    (line,) = told.err.splitlines()
    assert line.startswith("entregent: ")
    return line
