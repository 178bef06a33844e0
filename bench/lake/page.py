"""Writes ``docs/benchmarks/lake.md`` from what was found of each size."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench.lake.asking import MOST_S, RUNS
from bench.lake.questions import NAMED, OTHERS, TILES
from bench.lake.run import POSTGRES_AT, SIZES, figures
from bench.lake.world import ACTIVITIES_AN_ACCOUNT, MONTHS, SEED

PAGE: Final = Path(__file__).parents[2] / "docs" / "benchmarks" / "lake.md"
NOT_RUN: Final = "not run"
_MB = 1_000_000
_TILE_MS, _TILE_P95_MS, _PERSON_MS = 300, 1_000, 300
Found = dict[str, Any]


def write() -> None:
    """Write the page; sizes that were not run say so."""
    found = figures()
    parts = [
        _head(found),
        _wanted(found),
        _disk(found),
        _asked(found, "Tiles", [(tile.name, f"tile {n}") for n, tile in enumerate(TILES)], _TILES),
        _asked(
            found,
            "A person, and pages",
            [
                ("a person's thread, 25 people by turns", "person 0"),
                ("the thread of the busiest person of 400", "busiest 0"),
                ("a page of the API, 100 activities from a day on", "page 0"),
                *((name, f"other {n}") for n, name in enumerate(OTHERS)),
            ],
            _PEOPLE,
        ),
        _asked(
            found,
            "Named queries",
            [(f"`{name}`", f"named {n}") for n, name in enumerate(NAMED)],
            _NAMED,
        ),
        _beside(found),
        _landing(found),
        _erasing(found),
        _making(found),
        _TAIL,
    ]
    PAGE.write_text("\n\n".join(part.strip() for part in parts) + "\n", encoding="utf-8")
    print(f"{PAGE} written")


def _head(found: dict[int, Found]) -> str:
    told: Found = next((each["versions"] for each in found.values() if "versions" in each), {})
    used = ", ".join(f"{name} {number}" for name, number in told.items())
    sizes = ", ".join(
        f"{size:,} ({each.get('begun', 'day not noted')})" for size, each in found.items() if each
    )
    return f"""# The lake at size

Written by `make bench-lake`, from invented worlds (seed {SEED}) of {MONTHS} months, one account for
each {ACTIVITIES_AN_ACCOUNT} activities, in the lake's own tables and keys, as a keeper leaves them.
Sizes that were run, and on which day: {sizes or "none"}.
{used}; 2 shared cores.
Each question is asked in a process of its own: once, and then {RUNS} times (fewer where these
take over {MOST_S:.0f} s).
*First* is the first time in a fresh process, with its imports; the median and the 95th
percentile are of the times after it, with the files in the system's memory. Times are of the
clock, on a machine with other work."""


def _wanted(found: dict[int, Found]) -> str:
    """What is wanted at the largest size, what was found there, and whether that is enough."""
    lines = ["## Wanted, and found", "", _table_head(f"at {SIZES[-1]:,}", ["wanted", "found", ""])]
    largest = found[SIZES[-1]]
    for name, most, unit, figure in _WANTED:
        wanted = f"{abs(most):,} {unit}".strip()
        try:
            value = figure(largest)
        except KeyError:
            lines.append(_row(name, [wanted, NOT_RUN, ""]))
            continue
        is_met = value <= most if most >= 0 else value >= -most
        told = f"{value:,.1f}" if value < 10 else f"{value:,.0f}"
        lines.append(_row(name, [wanted, f"{told} {unit}".strip(), "met" if is_met else "missed"]))
    lines += [
        "",
        "What was tried for what is missed: [the decision](../adr/0011-the-record-grows.md).",
    ]
    return "\n".join(lines)


def _tiles(f: Found, name: str) -> float:
    return max(f[f"tile {n} ours"][name] for n in range(len(TILES)))


def _least_times(f: Found) -> float:
    """Times that the plain scan takes of the tile where it takes fewest, of those over 50 ms."""
    plain = [
        (f[f"tile {n} duckdb"]["median_ms"], f[f"tile {n} ours"]["median_ms"])
        for n in range(len(TILES))
    ]
    return min(told / ours for told, ours in plain if told > _WORTH_MS)


def _ratio(landed: Found) -> float:
    stages = landed["stages"]
    whole: float = sum(stages[stage][1] for stage in ("made", "landed", "kept"))
    return whole / float(stages["bare"][1])


def _two_cores_rate(f: Found) -> float:
    return float(f["land beside"]["rows"] / f["land beside"]["seconds"])


_WORTH_MS: Final = 50
_WANTED: Final[tuple[tuple[str, float, str, Callable[[Found], float]], ...]] = (
    ("room without payloads", 12_000, "MB", lambda f: _without_raw(f) / _MB),
    ("slowest tile, median", _TILE_MS, "ms", lambda f: _tiles(f, "median_ms")),
    ("slowest tile, 95th percentile", _TILE_P95_MS, "ms", lambda f: _tiles(f, "p95_ms")),
    ("most memory for a tile", 4_000, "MB", lambda f: _tiles(f, "peak_mb")),
    ("least gain of a tile on the plain scan", -5, "times", _least_times),
    ("a person's thread, median", _PERSON_MS, "ms", lambda f: f["person 0 ours"]["median_ms"]),
    ("landing, a second", -20_000, "", _two_cores_rate),
    ("landing by a bare write", 4, "times", lambda f: _ratio(f["land"])),
    ("erasing one person", 60, "s", lambda f: _seconds_of(f["erase a person"]["steps"], "removed")),
    ("erasing, most memory", 3_000, "MB", lambda f: f["erase a person"]["peak_mb"]),
)
"""What, the most that is wanted (the least, if below zero), its unit, and how it is found."""


def _disk(found: dict[int, Found]) -> str:
    names = sorted({name for each in found.values() for name in each.get("disk", {})})
    lines = ["## Room on disk", "", _table_head("MB of", [f"{size:,}" for size in SIZES])]
    lines += [
        _row(_DISK.get(name, name), _each(found, lambda f, n=name: _mb(f["disk"].get(n, 0))))
        for name in names
    ]
    lines += [
        _row("**all but payloads**", _each(found, lambda f: _mb(_without_raw(f)))),
        _row(
            "bytes an activity",
            _each(found, lambda f: f"{_without_raw(f) / f['build']['rows']:.0f}"),
        ),
    ]
    return "\n".join(lines)


_DISK: Final = {
    "raw": "raw payloads (of the newest month alone)",
    ".keys": "index of keys, which can be made again",
    "rollups": "roll-ups",
}
_TILES: Final = f"""At most {_TILE_MS} ms at the median and {_TILE_P95_MS:,} ms at the 95th
percentile are wanted at every size, and less than 4,000 MB. Accounts are distinct in each hour or
day."""
_PEOPLE: Final = f"""At most {_PERSON_MS} ms are wanted for a person's thread. The last two read the
record as a whole: their pages load them apart."""
_NAMED: Final = """`entregent lake query NAME --from 2026-06-01 --until 2026-06-30`, by DuckDB; the
archive is searched for two saved queries. No limit is set: these are the analysts'."""


def _asked(found: dict[int, Found], title: str, asked: list[tuple[str, str]], wanted: str) -> str:
    lines = [
        f"## {title}",
        "",
        wanted,
        "",
        "First / median / 95th percentile in ms, and the most memory of the process in MB.",
        "",
        _table_head("question", [f"{size:,}" for size in SIZES]),
    ]
    for name, key in asked:

        def cell(f: Found, key: str = key) -> str:
            told = f[f"{key} ours"]
            return (
                f"{told['first_ms']:,.0f} / {told['median_ms']:,.0f} / {told['p95_ms']:,.0f}, "
                f"{told['peak_mb']:,.0f} MB"
            )

        lines.append(_row(name, _each(found, cell)))
    return "\n".join(lines)


def _beside(found: dict[int, Found]) -> str:
    lines = [
        "## Beside plain DuckDB and PostgreSQL",
        "",
        "The same questions in plain SQL: by DuckDB over the same Parquet files (its view of the",
        f"months that matter, 2 threads), and by PostgreSQL at {POSTGRES_AT:,} rows with indexes",
        "on account, object, time, source and type (analysed, warm). *Times* is plain DuckDB's",
        "median by ours. Where one of them takes more than 50 ms, ours is wanted not slower; tiles",
        "are wanted at least 5 times quicker than the plain scan.",
        "",
        "Medians in ms: ours / DuckDB (times) / PostgreSQL.",
        "",
        _table_head("question", [f"{size:,}" for size in SIZES]),
    ]
    asked = [(tile.name, f"tile {n}") for n, tile in enumerate(TILES)]
    asked += [
        ("a person's thread", "person 0"),
        ("the busiest person's", "busiest 0"),
        ("a page of the API", "page 0"),
    ]
    for name, key in asked:

        def cell(f: Found, key: str = key) -> str:
            ours, plain = f[f"{key} ours"]["median_ms"], f[f"{key} duckdb"]["median_ms"]
            told = f"{ours:,.0f} / {plain:,.0f} ({plain / ours:.1f})"
            asked_key = key if key.startswith("tile") else key.partition(" ")[0]
            server = f.get("postgres", {}).get(asked_key)
            told += f" / {server['median_ms']:,.0f}" if server else ""
            if key.startswith("tile") and not _agree(f, key):
                told += " **not the same answer**"
            return told

        lines.append(_row(name, _each(found, cell)))
    server = found[POSTGRES_AT].get("postgres")
    if server:
        lines += [
            "",
            (
                f"PostgreSQL took {server['load_s'] / 60:.0f} minutes to load, "
                f"{server['index_s'] / 60:.0f} to index, and {server['bytes'] / _MB:,.0f} MB."
            ),
        ]
    return "\n".join(lines)


def _agree(f: Found, key: str) -> bool:
    """Whether ours and the plain question gave as many rows, and the same sum of all counts."""
    ours, plain = f[f"{key} ours"], f[f"{key} duckdb"]
    return bool(ours["rows"] == plain["rows"] and ours["sum"] == plain["sum"])


def _landing(found: dict[int, Found]) -> str:
    lines = [
        "## Landing",
        "",
        "Activities a second without understanding, by the processor and (by the clock): rows",
        "made, landed in the journal, admitted and kept, in one process. *On two cores*, by the",
        "clock: one process makes rows and lands them while another keeps, as sources and a worker",
        "do; at least 20,000 a second are wanted. *Ratio* is what it all takes in one process by",
        "what a bare `write_deltalake` of the same rows takes, by the processor, and in brackets",
        "what landing, admitting and keeping take, the rows being made for both: at most 4 is",
        "wanted. Where both parse lines and make rows of them, the ratio is [about 2](import.md).",
        "",
        _table_head(
            "lake", ["rows made", "landed", "admitted and kept", "all", "on two cores", "ratio"]
        ),
    ]
    for size, each in found.items():
        for name, title in (("land on nothing", "empty"), ("land", f"{size:,}")):
            if name in each and (name == "land" or size == SIZES[0]):
                told = each[name]
                stages, rows = told["stages"], told["rows"]
                whole = [
                    sum(stages[stage][place] for stage in ("made", "landed", "kept"))
                    for place in (0, 1)
                ]
                cells = [
                    f"{rows / cpu:,.0f} ({rows / clock:,.0f})"
                    for clock, cpu in (*(stages[s] for s in ("made", "landed", "kept")), whole)
                ]
                made = stages["made"][1] / stages["bare"][1]
                ratio = f"{_ratio(told):.1f} ({_ratio(told) - made:.1f})"
                has_beside = name == "land" and "land beside" in each
                cells.append(f"{_two_cores_rate(each):,.0f}" if has_beside else NOT_RUN)
                lines.append(_row(title, [*cells, ratio]))
    return "\n".join(lines)


def _erasing(found: dict[int, Found]) -> str:
    lines = [
        "## Erasing, and counting again",
        "",
        "Erasing one of 400 people from a copy, and the busiest of them. At most 60 s are wanted",
        "at 100 million for what they did and every reference to it, and less than 3,000 MB;",
        "masking and the look through every file follow (not run at 100 million).",
        "Counting again: every roll-up of the hours in which a batch landed.",
        "",
        _table_head("", [f"{size:,}" for size in SIZES]),
        _row(
            "erasing, most memory",
            _each(found, lambda f: f"{f['erase']['peak_mb']:,.0f} MB"),
        ),
        _row(
            "what one did, and every reference",
            _each(found, lambda f: _erased(f, "removed", "erase a person")),
        ),
        *(_row(title, _each(found, lambda f, p=part: _erased(f, p))) for title, part in _PARTS),
    ]
    lines.append(
        _row(
            "counting again after a batch",
            _each(
                found,
                lambda f: (
                    f"{f['roll up again']['task_s']:.0f} s for "
                    f"{f['roll up again']['hours']:,} hours, "
                    f"{f['roll up again']['peak_mb']:,.0f} MB"
                ),
            ),
        )
    )
    return "\n".join(lines)


_PARTS: Final = (
    ("what the busiest did, and every reference", "removed"),
    ("masking other people's texts", "masked"),
    ("looking through every file", "verified"),
)


def _erased(f: Found, part: str, name: str = "erase") -> str:
    """Seconds of some steps: those that remove, those that mask, the one that looks again."""
    steps = f[name]["steps"]
    return f"{_seconds_of(steps, part):,.1f} s" if _steps_of(steps, part) else NOT_RUN


def _steps_of(steps: dict[str, float], part: str) -> set[str]:
    masks = {step for step in steps if step.startswith(("mask", "words", "tidy again"))}
    return {
        "removed": set(steps) - masks - {"verify"},
        "masked": masks,
        "verified": {"verify"} & set(steps),
    }[part]


def _seconds_of(steps: dict[str, float], part: str) -> float:
    return sum(steps[step] for step in _steps_of(steps, part))


def _making(found: dict[int, Found]) -> str:
    lines = ["## Making it", "", _table_head("step", [f"{size:,}" for size in SIZES])]
    for name, title in (
        ("build", "the world, written"),
        ("settle", "tables in one folder, sorted"),
        ("index", "index of keys"),
        ("roll_up", "roll-ups, counted from nothing"),
    ):
        lines.append(
            _row(
                title,
                _each(
                    found, lambda f, n=name: f"{f[n]['task_s']:,.0f} s, {f[n]['peak_mb']:,.0f} MB"
                ),
            )
        )
    return "\n".join(lines)


_TAIL: Final = """## Again

`make bench-lake SIZE=1000000` makes and measures one size; cut off, it goes on where it stood, by
the month while it makes the world. `make bench` runs a short form of 200,000 activities."""


def _without_raw(f: Found) -> int:
    return sum(size for name, size in f["disk"].items() if name != "raw")


def _mb(size: int) -> str:
    return f"{size / _MB:,.1f}" if size < 10 * _MB else f"{size / _MB:,.0f}"


def _each(found: dict[int, Found], cell: Callable[[Found], str]) -> list[str]:
    cells = []
    for each in found.values():
        try:
            cells.append(cell(each))
        except KeyError:
            cells.append(NOT_RUN)
    return cells


def _table_head(first: str, columns: list[str]) -> str:
    return f"| {first} | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}"


def _row(first: str, cells: list[str]) -> str:
    return f"| {first} | {' | '.join(cells)} |"
