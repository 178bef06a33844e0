"""Nothing is lost and nothing doubled, whenever the power goes; and who reads sees no error."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).resolve().parents[2]


def run(home: Path, *arguments: str) -> dict[str, Any]:
    environment = {**os.environ, "ENTREGENT_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.listen.under_fire", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def test_nothing_is_lost_or_doubled_by_fifty_kills(tmp_path: Path) -> None:
    outcome = run(tmp_path / "home", "crashes", "--kills", "50", "--posts", "120")
    assert outcome["killed"] == 50, "as many children were cut off while they worked"
    assert outcome["finished"] == 0
    assert outcome["faults"] == []
    assert outcome["raw_doubles"] == 0
    assert outcome["backlog"] == 0


def test_ten_readers_see_no_error_during_import_and_compaction(tmp_path: Path) -> None:
    outcome = run(tmp_path / "home", "readers", "--posts", "1500")
    assert outcome["errors"] == []
    assert outcome["looks"] >= 10
    assert outcome["finished"] == 0
    assert outcome["faults"] == []
