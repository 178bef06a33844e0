"""One task in a process of its own, so that its memory is its own."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.lake.making import home_of


def run(task: str, size: int, *, home: Path | None = None, **more: Any) -> dict[str, Any]:
    """Run a task on the world of a size.

    Parameters
    ----------
    task, size
        Which, and on what.
    home
        Data folder, if not the world's.
    more
        What else the task is told.

    Returns
    -------
    dict
        What it found, ``task_s`` and ``peak_mb`` (most memory that its process ever had).
    """
    home = home or home_of(size)
    home.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.lake.child", task, str(size), json.dumps(more)],
        env={
            **os.environ,
            "ENTREGENT_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "entregent.site.settings",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    last = ""
    assert process.stdout is not None
    for line in process.stdout:
        if last:
            print(last, flush=True)
        last = line.rstrip()
    if process.wait():
        raise SystemExit(f"{task} of {size:,} failed")
    found: dict[str, Any] = json.loads(last)
    return found


def _tasks() -> dict[str, Callable[..., dict[str, Any]]]:
    from bench.lake import asking, house, postgres, writing

    return {
        "build": house.build,
        "settle": house.settle,
        "index": house.index,
        "roll_up": house.roll_up,
        "ask": asking.ask,
        "postgres": postgres.measure,
        "land": writing.land,
        "land_beside": writing.land_beside,
        "write": writing.write,
        "erase": writing.erase,
    }


def main() -> None:
    """Do what the arguments say, and print one line of JSON at the end."""
    import django

    django.setup()
    from entregent.cli.database import prepare

    prepare()
    task, size, more = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
    begun = time.perf_counter()
    found = _tasks()[task](size, **more)
    found["task_s"] = time.perf_counter() - begun
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found), flush=True)
    # Engines that still tidy up in their threads must not spoil what was found.
    os._exit(0)


if __name__ == "__main__":
    main()
