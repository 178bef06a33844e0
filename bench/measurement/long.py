"""The long run: every design and world, on both cores, resumable; hours."""

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from bench.measurement import cells, demo, page, speed
from bench.measurement.store import Store
from entregent.simulation.daily_series import DESIGNS

CHUNK = 5
BATCH = 200
"""Cells between two writes: what a run that is cut off loses at most."""
WORKERS = 2


def run(*, seeds: int = 1_000, verdict_seeds: int = 75) -> None:
    """Run what is missing, and say how far it has come."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    mark = cells.fingerprint()
    # A hundred seeds of every design first, then the next hundred: a short run tells of all.
    coverage = [
        (design, cells.first_seed(design) + number)
        for begin in range(0, seeds, 100)
        for design in DESIGNS
        for number in range(begin, min(begin + 100, seeds))
    ]
    verdicts = [
        (design, cells.REPORTED_FROM + 500_000 + number)
        for begin in range(0, verdict_seeds, 25)
        for design in cells.VERDICT_DESIGNS
        for number in range(begin, min(begin + 25, verdict_seeds))
    ]
    controlled = [cell for cell in coverage if cell[0] in cells.WITH_CONTROLS]
    others = [cell for cell in coverage if cell[0] not in cells.WITH_CONTROLS]
    verdicts_mark = cells.fingerprint(with_verdicts=True)
    work("verdicts", verdicts_mark, cells.verdict_cell, verdicts)
    work("demo", verdicts_mark, demo.demo_cell, [("demonstration", seed) for seed in demo.SEEDS])
    controls_mark = cells.fingerprint(with_controls=True)
    work("coverage-controls", controls_mark, cells.coverage_cell, controlled)
    work("coverage", mark, cells.coverage_cell, others)
    page.write(speed.run(slow=True))


def work(
    name: str,
    mark: str,
    cell: Callable[[str, int], dict[str, Any]],
    wanted: Sequence[tuple[str, int]],
) -> None:
    """Run the cells that a store lacks."""
    store = Store(name, mark)
    known = store.keys()
    missing = [(design, seed) for design, seed in wanted if f"{design}/{seed}" not in known]
    print(f"{name}: {len(wanted) - len(missing)} of {len(wanted)} cells known ({store.path.name})")
    started, told = time.monotonic(), 0.0
    done = 0
    with ProcessPoolExecutor(WORKERS) as pool:
        for begin in range(0, len(missing), BATCH):
            part = missing[begin : begin + BATCH]
            designs, numbers = [each[0] for each in part], [each[1] for each in part]
            store.add(list(pool.map(cell, designs, numbers, chunksize=CHUNK)))
            done += len(part)
            spent = time.monotonic() - started
            if spent - told > 60:
                told = spent
                rest = spent / done * (len(missing) - done)
                print(f"{name}: {done} of {len(missing)}, {rest / 60:.0f} min left", flush=True)
