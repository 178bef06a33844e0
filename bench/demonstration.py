"""The demonstration of 20,000 people: generated and kept, beside generating alone.

Beside seconds of the clock stand those of the processor, so that other work on the machine shows.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

PEOPLE = 20_000


def run(home: Path) -> None:
    """Load the demonstration into an empty data folder, and print the report."""
    print("\n".join(report(home)))


def report(home: Path, people: int = PEOPLE) -> list[str]:
    """Measure each way in a process of its own.

    Parameters
    ----------
    home
        Data folder that is not there yet; the festival stays in it.
    people
        Size of the festival.
    """
    alone = _measure("alone", home, people)
    loaded = _measure("load", home, people)
    lines = [
        (
            f"demonstration of {people:,} people, {loaded['activities']:,.0f} activities, "
            f"{loaded['texts']:,.0f} texts, on {os.cpu_count()} cores:"
        )
    ]
    for name, ran in (("generated and kept", loaded), ("generated alone", alone)):
        took = f"{ran['seconds']:>8.1f} s, {ran['cores_s']:>6.1f} s of a core"
        lines.append(f"  {name:<28}{took}")
    ratio = loaded["cores_s"] / alone["cores_s"]
    return [*lines, f"  keeping costs {ratio:.2f} times what generating costs"]


def _measure(way: str, home: Path, people: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.demonstration", way, str(people)],
        env={**os.environ, "ENTREGENT_HOME": str(home)},
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _alone(people: int) -> dict[str, float]:
    """Make the rows of everything, and keep none."""
    from django.utils import timezone

    from entregent.demonstration.columns import WORDS, columns_of
    from entregent.simulation import Settings

    settings = Settings(people=people, now=timezone.now())
    begun = time.perf_counter()
    silent = columns_of(settings, None, b"bench" * 8)
    said = columns_of(settings, [WORDS], b"bench" * 8)
    seconds = time.perf_counter() - begun
    activities = silent.activities + said.activities
    return {"seconds": seconds, "activities": activities, "cores_s": _cores_s()}


def _load(people: int) -> dict[str, float]:
    """Load as the first start does; what is counted afterwards is counted in the lake."""
    from django.core.management import call_command
    from django.utils import timezone

    from entregent.apps.listen.queries import count_items
    from entregent.demonstration.loading import load
    from entregent.simulation import Settings

    call_command("migrate", interactive=False, verbosity=0)
    settings = Settings(people=people, now=timezone.now())
    begun = time.perf_counter()
    load(settings)
    seconds = time.perf_counter() - begun
    cores_s = _cores_s()
    activities, texts = count_items()
    return {"seconds": seconds, "activities": activities, "texts": texts, "cores_s": cores_s}


def _cores_s() -> float:
    """Time of the processor until now, with that of processes that have ended."""
    found = os.times()
    return found.user + found.system + found.children_user + found.children_system


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "entregent.site.settings")
    import django

    django.setup()
    ways = {"alone": _alone, "load": _load}
    print(json.dumps(ways[sys.argv[1]](int(sys.argv[2]))))
