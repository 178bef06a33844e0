"""Import of JSON lines, with journal and keeper, beside a bare parse and write of the same rows."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson

from bench.lines import write_lines


def run(count: int = 60_000, rounds: int = 3) -> None:
    """Measure both ways by turns in one run, and print medians and their ratio."""
    ours: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        path = write_lines(Path(folder) / "activities.jsonl", count)
        for number in range(rounds):
            ours.append(_child("ours", path, Path(folder) / f"home{number}"))
            bare.append(_child("bare", path, Path(folder) / f"bare{number}"))
    fast, plain = count / statistics.median(ours), count / statistics.median(bare)
    print(f"import of {count:,} activities, median of {rounds}:")
    print(f"  journal, keeper and lake   {fast:>9,.0f} a second")
    print(f"  bare parse and one write   {plain:>9,.0f} a second")
    print(f"  ratio                      {plain / fast:>9.2f} times slower than bare")


def _child(what: str, path: Path, home: Path) -> float:
    environment = {
        **os.environ,
        "ENTREGENT_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "entregent.site.settings",
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.import_speed", what, str(path), str(home)],
        env=environment,
        check=True,
        capture_output=True,
    )
    return float(orjson.loads(done.stdout)["seconds"])


def _ours(path: Path) -> float:
    import django

    django.setup()
    from entregent.apps.listen.importing import import_files
    from entregent.apps.listen.working import BackgroundKeeper
    from entregent.cli.database import prepare

    prepare()
    _warm()
    begun = time.perf_counter()
    with BackgroundKeeper() as keeper:
        report = import_files([path], acting_user=None, work=keeper.wait)
    took = time.perf_counter() - begun
    if report.refusals:
        raise SystemExit("the generated lines were refused")
    return took


def _bare(path: Path, home: Path) -> float:
    """The same rows, with nothing kept safe and nothing checked twice."""
    from datetime import UTC, datetime

    from deltalake import write_deltalake

    from entregent.lake.rows import Landing
    from entregent.vocabulary import Activity, keyed64

    _warm()
    begun = time.perf_counter()
    landing = Landing(lambda uri: keyed64(b"bench", uri))
    now = datetime.now(UTC)
    with path.open("rb") as file:
        for line in file:
            activity = Activity.from_as2(
                orjson.loads(line), source="bench", received_at=now, dataschema="bench/1"
            )
            landing.add(activities=[activity], native=activity.id, raw=line.decode())
    for name, rows in landing.tables().items():
        by = ["month"] if "month" in rows.column_names else None
        write_deltalake(home / name, rows, partition_by=by)
    return time.perf_counter() - begun


def _warm() -> None:
    import duckdb  # noqa: F401
    import pyarrow as pa

    pa.array([1])


def main() -> None:
    """Measure one way, in a process of its own."""
    what, path, home = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    seconds = _ours(path) if what == "ours" else _bare(path, home)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.buffer.write(orjson.dumps({"seconds": seconds, "peak_mb": peak}))


if __name__ == "__main__":
    main()
