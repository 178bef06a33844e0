"""Asks one question many times, in a process of its own: ours or plain DuckDB."""

import math
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.lake import questions
from bench.lake.questions import NAMED, OTHERS, TILES, Rows

RUNS = 21
MOST_S = 20.0
"""A question that takes longer than this in all is asked fewer times, and the page says so."""
PEOPLE = 25


def ask(size: int, *, what: str, number: int, engine: str) -> dict[str, Any]:
    """Ask a question; what it took, and what it answered in short.

    Parameters
    ----------
    size
        Of the world; the environment names its folder.
    what
        ``tile``, ``person``, ``busiest``, ``page``, ``other`` or ``named``.
    number
        Of the tile, the other question or the named query.
    engine
        ``ours`` or ``duckdb``.
    """
    del size
    if engine == "ours":
        return timed(_ours(what, number))
    plain = _Plain()
    return timed([lambda sql=sql: plain.rows(sql) for sql in statements(what, number, "duckdb")])


def statements(what: str, number: int, engine: str) -> list[str]:
    """The plain questions; several where several people are asked for by turns."""
    if what == "tile":
        return [TILES[number].sql(engine)]
    if what == "page":
        return [questions.page_sql(engine)]
    return [questions.person_sql(key) for _, key in people_of(what)]


def _ours(what: str, number: int) -> Sequence[Callable[[], Rows]]:
    if what == "tile":
        return [TILES[number].ours]
    if what == "page":
        return [questions.api_page]
    if what == "named":
        return [lambda: questions.named(NAMED[number])]
    if what == "other":
        return [list(OTHERS.values())[number]]
    from entregent.lake.present_some import warm_up

    warm_up()
    return [lambda who=who: questions.thread_of(who) for who, _ in people_of(what)]


def people_of(what: str) -> list[tuple[int, int]]:
    """Numbers and keys of some people; for ``busiest``, of the one who did most."""
    from entregent.apps.listen import journal
    from entregent.apps.remember.models import Account

    known = list(
        Account.objects.exclude(person=None).order_by("pk").values_list("person_id", "key")
    )
    if what == "person":
        return known[:PEOPLE]
    keys = ", ".join(str(key) for _, key in known)
    with journal.open_record(tables=("activities",)) as record:
        record.focus("activities", months=record.months("activities")[-1:])
        found = record.connection.execute(
            "SELECT actor_key FROM activities "  # noqa: S608 (numbers)
            f"WHERE actor_key IN ({keys}) GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
    busiest = found[0] if found is not None else known[0][1]
    return [(who, key) for who, key in known if key == busiest]


def timed(cases: Sequence[Callable[[], Rows]]) -> dict[str, Any]:
    """What asking takes, some cases by turns: the first time, and the times after it."""
    begun = time.perf_counter()
    answer = cases[0]()
    first = time.perf_counter() - begun
    took: list[float] = []
    processor = time.process_time()
    while len(took) < RUNS and sum(took) < MOST_S:
        case = cases[(len(took) + 1) % len(cases)]
        begun = time.perf_counter()
        case()
        took.append(time.perf_counter() - begun)
    processor = time.process_time() - processor
    took.sort()
    return {
        "cpu_ms": processor / len(took) * 1_000,
        "first_ms": first * 1_000,
        "median_ms": statistics.median(took) * 1_000,
        "p95_ms": took[math.ceil(0.95 * len(took)) - 1] * 1_000,
        "runs": len(took),
        "rows": len(answer),
        "sum": sum(value for row in answer for value in row[-2:] if isinstance(value, int)),
    }


class _Plain:
    """DuckDB over the files that count, and nothing else."""

    def __init__(self) -> None:
        import duckdb

        from entregent.apps.listen import journal

        self._engine = duckdb.connect(config={"threads": 2, "memory_limit": "4GB"})
        for name in ("activities", "superseded", "labels", "marks", "links"):
            table = journal.lake().open(name)
            assert table is not None
            files = ", ".join(f"'{uri.removeprefix('file://')}'" for uri in table.file_uris())
            self._engine.execute(
                f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{files}], "  # noqa: S608
                "hive_partitioning = true, hive_types_autocast = false)"
            )

    def rows(self, sql: str) -> Rows:
        """Answer of a statement."""
        return self._engine.execute(sql).fetchall()
