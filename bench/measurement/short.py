"""The short form of the long run: a few worlds of each design, and the speeds."""

import os
import statistics
from concurrent.futures import ProcessPoolExecutor

from bench.measurement import cells, speed
from bench.measurement.long import WORKERS
from entregent.simulation.daily_series import DESIGNS, WITHIN_THE_FAMILY

SEEDS = 12


def run() -> None:
    """Print what it found."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    speed.run()
    # Seeds of its own: neither those of the long run, nor those used while the engine was made.
    first = cells.REPORTED_FROM + 900_000
    with ProcessPoolExecutor(WORKERS) as pool:
        for design in DESIGNS:
            told = list(
                pool.map(cells.coverage_cell, [design] * SEEDS, range(first, first + SEEDS))
            )
            kept = [row for row in told if row["refused"] is None]
            held = [cell[0] for row in kept for cell in row["cells"].values()]
            share = f"{100 * statistics.fmean(held):.0f}% of the intervals hold" if held else "none"
            where = "inside" if design in WITHIN_THE_FAMILY else "outside"
            print(
                f"measurement, {design} ({where}): {share}, {len(told) - len(kept)} of "
                f"{len(told)} refused"
            )
