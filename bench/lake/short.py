"""The short form: a small world, made anew, measured and held against plain SQL."""

from shutil import rmtree

from bench.lake import run as lake
from bench.lake.making import ROOT, home_of
from bench.lake.questions import TILES


def run() -> None:
    """Print what it found; ends with an error if a tile answers what plain SQL does not."""
    size = lake.SHORT
    rmtree(home_of(size), ignore_errors=True)
    (ROOT / f"found-{size}.json").unlink(missing_ok=True)
    found = lake.run(size).found
    print(f"lake of {size:,} activities:")
    for number, tile in enumerate(TILES):
        ours, plain = found[f"tile {number} ours"], found[f"tile {number} duckdb"]
        if (ours["rows"], ours["sum"]) != (plain["rows"], plain["sum"]):
            raise SystemExit(f"« {tile.name} » is not what plain SQL answers")
        print(
            f"  {tile.name:<44}{ours['median_ms']:>7.0f} ms, plain DuckDB "
            f"{plain['median_ms']:>7.0f} ms"
        )
    for what in ("person 0", "busiest 0", "page 0"):
        ours, plain = found[f"{what} ours"], found[f"{what} duckdb"]
        print(
            f"  {what:<44}{ours['median_ms']:>7.0f} ms, plain DuckDB {plain['median_ms']:>7.0f} ms"
        )
    print(f"  erasing one person {found['erase']['erase_s']:.1f} s")
