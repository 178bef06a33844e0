"""Several workers, writers and readers at once: one keeps, and nobody sees an error."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from tests import databases

ROOT = Path(__file__).resolve().parents[2]


def run(home: Path, *arguments: str) -> dict[str, Any]:
    environment = databases.environment(
        home, PYTHONPATH=str(ROOT), DJANGO_SETTINGS_MODULE="entregent.site.settings"
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.listen.together", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def test_workers_writers_and_readers_work_at_once_and_one_keeps(tmp_path: Path) -> None:
    outcome = run(tmp_path / "home", "--seconds", "12")
    assert outcome["workers"] == [-9, 0], "the worker that kept was killed halfway"
    assert set(outcome["others"]) == {0}
    assert outcome["stories"] >= 4, "each writer wrote"
    assert outcome["faults"] == []
    assert outcome["raw_doubles"] == 0
    assert outcome["backlog"] == 0
    assert min(outcome["looks"]) >= 2
    assert outcome["errors"] == []
    # One keeper at a time: nobody who lost the lease had it again, and batches followed each other.
    assert len(outcome["terms"]) >= 2
    assert len(set(outcome["terms"])) == len(outcome["terms"])
    assert outcome["overlaps"] == []
    assert "turn_failed" not in outcome["said"], outcome["said"]
