"""Landing, counting again and erasing: on an empty lake, and on a copy of the large one."""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.lake.cast import Cast
from bench.lake.months import Month
from bench.lake.world import MONTHS, Said, World

if TYPE_CHECKING:
    import pyarrow as pa

    from entregent.vocabulary import Activity

LANDED = 60_000
LANDED_BESIDE = 200_000
OTHER_SEED = 7


def copy_of(home: Path, copy: Path) -> None:
    """A data folder that shares the files of another; whoever writes there writes files anew."""
    shutil.rmtree(copy, ignore_errors=True)
    for path in home.rglob("*"):
        target = copy / path.relative_to(home)
        if path.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif path.suffix == ".parquet" or path.suffix in {".keys", ".months"}:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.hardlink_to(path)
        elif path.suffix != ".npz":
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def _new_rows(seed: int, count: int) -> tuple["pa.Table", list["Activity"]]:
    """Rows of another world's last month in order of time, and what they tell."""
    import pyarrow as pa

    from entregent.lake.rows import activity_of

    world = World(count * MONTHS, seed)
    month = Month(Cast(world, b"other"), MONTHS - 1, Said.nothing(), 1)
    rows = pa.concat_tables([tables["activities"] for tables in month.slices()])
    rows = rows.sort_by("published").slice(0, count)
    return rows, [activity_of(row) for row in rows.to_pylist()]


def _chunks(told: list["Activity"]) -> Iterator[dict[str, "pa.Table"]]:
    """Rows of the lake's tables, as many at a time as importing lands."""
    from entregent.apps.listen import journal
    from entregent.apps.listen.keyring import account_key
    from entregent.lake.rows import Landing

    for begin in range(0, len(told), journal.CHUNK_ROWS):
        landing = Landing(account_key)
        landing.add(activities=told[begin : begin + journal.CHUNK_ROWS])
        yield landing.tables()


def land(size: int) -> dict[str, Any]:
    """Land new activities of the last month, and keep them; then write the same rows barely."""
    from deltalake import write_deltalake
    from django.db import transaction

    from entregent.apps.listen import journal
    from entregent.apps.listen.keeper import Keeper
    from entregent.apps.listen.lease import Claim

    del size
    rows, told = _new_rows(OTHER_SEED, LANDED)
    keeper = Keeper(Claim())
    while keeper.turn(flush=True).was_busy:
        pass

    begun, cpu = time.perf_counter(), time.process_time()
    chunks = list(_chunks(told))
    made_s, made_cpu = time.perf_counter() - begun, time.process_time() - cpu

    begun, cpu = time.perf_counter(), time.process_time()
    for chunk in chunks:
        with transaction.atomic():
            journal.land(chunk, origin="bench")
    landed_s, landed_cpu = time.perf_counter() - begun, time.process_time() - cpu

    begun, cpu = time.perf_counter(), time.process_time()
    while keeper.turn(flush=True).was_busy:
        pass
    kept_s, kept_cpu = time.perf_counter() - begun, time.process_time() - cpu
    keeper.claim.release()

    bare_s, bare_cpu = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(3):
            begun, cpu = time.perf_counter(), time.process_time()
            write_deltalake(f"{folder}/{number}", rows, partition_by=["month"])
            bare_s.append(time.perf_counter() - begun)
            bare_cpu.append(time.process_time() - cpu)
    return {
        "rows": len(told),
        "stages": {
            "made": [made_s, made_cpu],
            "landed": [landed_s, landed_cpu],
            "kept": [kept_s, kept_cpu],
            "bare": [min(bare_s), min(bare_cpu)],
        },
    }


def land_beside(size: int) -> dict[str, Any]:
    """Keep what another process lands meanwhile, as a worker and a source do: a core for each."""
    from entregent.apps.listen.keeper import Keeper
    from entregent.apps.listen.lease import Claim

    keeper = Keeper(Claim())
    while keeper.turn(flush=True).was_busy:
        pass
    command = [sys.executable, "-m", "bench.lake.child", "write", str(size), "{}"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdout.readline()  # it has what it will land
        begun, cpu = time.perf_counter(), time.process_time()
        writer.stdin.write("go\n")
        writer.stdin.flush()
        # A few rows at the end would wait for more: they are kept at once.
        while writer.poll() is None:
            if not keeper.turn().was_busy:
                time.sleep(0.005)
        while keeper.turn(flush=True).was_busy:
            pass
        took, cpu = time.perf_counter() - begun, time.process_time() - cpu
        written = json.loads(writer.stdout.readline())
    keeper.claim.release()
    return {"seconds": took, "kept_cpu_s": cpu, **written}


def write(size: int) -> dict[str, Any]:
    """Make rows and land them, once a line comes in: the other half of `land_beside`."""
    from django.db import transaction

    from entregent.apps.listen import journal

    del size
    _, told = _new_rows(OTHER_SEED + 1, LANDED_BESIDE)
    print("ready", flush=True)
    sys.stdin.readline()
    begun, cpu = time.perf_counter(), time.process_time()
    for chunk in _chunks(told):
        with transaction.atomic():
            journal.land(chunk, origin="bench")
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    return {"rows": len(told), "written_s": took, "written_cpu_s": cpu}


class _Enough(Exception):
    """What was to be measured has been done."""


def erase(size: int, *, who: str, whole: bool) -> dict[str, Any]:
    """Forget somebody whom the working set knows.

    Parameters
    ----------
    size
        Of the world; the environment names its folder.
    who
        ``person``, the first one, or ``busiest``.
    whole
        Whether other people's texts are masked, and every file is looked through, as well.
    """
    from bench.lake.asking import people_of
    from entregent import forget
    from entregent.apps.listen.keeper import Keeper
    from entregent.apps.listen.lease import Claim

    del size
    person = people_of(who)[0][0]
    steps: list[tuple[str, float]] = []
    begun = time.perf_counter()

    def watch(step: str, _: object) -> None:
        if step.startswith("mask") and not whole:
            raise _Enough
        steps.append((step, time.perf_counter() - begun))

    keeper = Keeper(Claim())
    with contextlib.suppress(_Enough):
        forget.forget(keeper, acting_user=None, person_id=person, watch=watch)
    took = time.perf_counter() - begun
    keeper.claim.release()
    ends = [*(at for _, at in steps[1:]), took]
    spent = {name: end - at for (name, at), end in zip(steps, ends, strict=True)}
    return {"erase_s": took, "steps": spent}
