"""Running what is under fire as a program, with a data folder of its own."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from tests import databases

ROOT = Path(__file__).resolve().parents[2]


def run(folder: Path, program: str, *options: str, timeout_s: float = 600) -> dict[str, Any]:
    """Run a program of this package in an empty house; gives what it found."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.under_fire.{program}", *options],
        env=databases.environment(
            folder / "home",
            PYTHONPATH=str(ROOT),
            XDG_STATE_HOME=str(folder / "state"),
            DJANGO_SETTINGS_MODULE="entregent.site.settings",
        ),
        cwd=ROOT,
        capture_output=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found
