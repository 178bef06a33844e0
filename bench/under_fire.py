"""Two hundred kills, and ten minutes of many at once: the long form of tests/under_fire.

The tables are for ``docs/benchmarks/crashes.md``.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
KILLS, SECONDS = 200, 600


def crashes(kills: int = KILLS) -> None:
    """Kill a worker again and again; print at what it was, and what was wrong afterwards."""
    found = _run("crashing", "--kills", str(kills), "--posts", "15", "--seed", "2026")
    print(f"killed {found['kills']} times in {found['seconds']:,.0f} s, while it was at:")
    for step, hits in found["hits"].items():
        print(f"  {step:<10}{hits:>5}")
    print(
        f"{found['activities']:,} activities remain, {found['acknowledged']} imports were "
        f"acknowledged, {found['forgotten']} people were forgotten; wrong:"
    )
    _print_wrong(
        found,
        *("errors", "acknowledged_and_lost", "faults", "doubled", "counts", "conversations"),
        *("index", "roll_ups", "left_of_the_forgotten", "doctor"),
    )


def race(seconds: float = SECONDS) -> None:
    """Let four writers, ten readers and one keeper after the other go; print what was wrong."""
    found = _run("racing", "--seconds", str(seconds), "--writers", "4", "--readers", "10")
    print(
        f"{found['seconds']:,.0f} s with 4 writers and 10 readers: {found['keepers_killed']} "
        f"keepers killed after {found['turns']:,} turns, {found['landed']:,} activities landed, "
        f"{found['looks']:,} looks; wrong:"
    )
    _print_wrong(found, "errors", "lost", "doubled", "waiting", "index", "roll_ups", "doctor")


def _print_wrong(found: dict[str, Any], *names: str) -> None:
    wrong = {name: found[name] for name in names if found[name]}
    for name, what in wrong.items():
        print(f"  {name}: {what}")
    if wrong:
        sys.exit(1)
    print("  nothing")


def _run(program: str, *options: str) -> dict[str, Any]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ENTREGENT_", "DJANGO_"))}
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", f"tests.under_fire.{program}", *options],
            env={
                **kept,
                "ENTREGENT_HOME": f"{folder}/home",
                "XDG_STATE_HOME": f"{folder}/state",
                "DJANGO_SETTINGS_MODULE": "entregent.site.settings",
            },
            cwd=ROOT,
            stdout=subprocess.PIPE,
            check=True,
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
