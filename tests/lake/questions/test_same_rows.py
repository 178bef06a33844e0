"""Every named query gives the same rows from DuckDB and from Spark, whatever the record holds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from entregent.lake.engines import Engine, Opened, ask, engine_named
from entregent.lake.errors import LakeError
from entregent.lake.questions import QUESTIONS, Question
from entregent.lake.questions.compiling import holds
from entregent.lake.tidying import merge_small
from entregent.understanding.queries import fold, parse
from tests.lake.questions.world import World, build

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not here: the extra spark"),
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not here: Spark needs it"),
]

CLUSTER = "local-cluster[2,1,1024]"
QUERIES = (
    ("navettes", 'navettes OR "oeuvre d ete" OR bravo NOT équipe'),
    ("fin", '"fin de text*"'),
    ("emoji", "🫐"),
    ("autre", "@anne OR #navettes"),
    ("rien", "NOT bravo"),
)
WRITTEN = (
    *(text for _, text in QUERIES),
    *("ete", "#ete", "nav*", "#nav*", '"bon ete"', '"bon #ete"', "c'est", "½", "a_b", "straße"),
)
TEXTS = (
    *("", "C'est l'été!", "Vive #Été", "bon #été", "bon, mais été", "les navettes #Navette"),
    *("🫐🫐", "Œuvre d'ÉTÉ", "½ a_b STRASSE", "@Anne bravo l'équipe", "Ελλάδα", "x" * 1000),
)
MARCH: dict[str, Any] = {"from_day": date(2026, 3, 1), "until_day": date(2026, 3, 8)}
SEVERAL: dict[str, list[dict[str, Any]]] = {
    "activities-by-hour": [
        {"by": ("language", "intent", "state_of_mind")},
        {"by": ("public", "type")},
        {"by": ("query", "source")},
    ],
    "daily-series": [MARCH],
    "retention": [MARCH],
    "paths": [{"window_days": 366} | MARCH | {"until_day": None}],
    "interactions": [MARCH],
    "search": [{"queries": (), "limit": 3} | MARCH],
}
"""What else is asked of a question than everything."""
EMPTY = [{"queries": (), "limit": 3} | MARCH]

CASES = [
    pytest.param(question, parts, id=f"{question.name}-{number}")
    for question in QUESTIONS.values()
    for number, parts in enumerate([{}, *SEVERAL.get(question.name, [])])
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Engine]:
    """Spark with two executors; starting them takes a while, so once for all."""
    engine = engine_named("spark", spark=CLUSTER)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def opened(world: World, cluster: Engine) -> Iterator[tuple[Opened, Opened]]:
    """The same look by both engines."""
    with (
        world.open() as record,
        engine_named("duckdb").open(record, world.beside) as ours,
        cluster.open(record, world.beside) as theirs,
    ):
        yield ours, theirs


@pytest.mark.parametrize(("question", "parts"), CASES)
def test_both_engines_give_the_same_rows(
    world: World, opened: tuple[Opened, Opened], question: Question, parts: dict[str, Any]
) -> None:
    asked = world.asked(**({"by": question.by, "queries": QUERIES} | parts))
    ours, theirs = (each.answer(question.expression(each, asked)) for each in opened)
    assert theirs.schema == ours.schema
    assert theirs.to_pylist() == ours.to_pylist()
    assert len(ours) or parts in EMPTY


def test_the_cluster_finds_what_the_stream_found(cluster: Engine, world: World) -> None:
    texts = [fold(text) for text in TEXTS]
    beside = {
        "texts": pa.table({"number": range(len(texts)), "folded": [t.written() for t in texts]})
    }

    def put(opened: Opened) -> pa.Table:
        table = opened.table("texts")
        answers = {
            f"query_{place}": holds(parse(written).root, table.folded)
            for place, written in enumerate(WRITTEN)
        }
        return opened.answer(table.select("number", **answers).order_by("number"))

    rows = ask(cluster, lambda: world.open(["series"]), put, beside=beside).to_pylist()
    expected = [[parse(written).matches(text) for written in WRITTEN] for text in texts]
    assert [list(row.values())[1:] for row in rows] == expected


def test_the_cluster_looks_again_where_files_have_gone(cluster: Engine, tmp_path: Path) -> None:
    world = build(tmp_path / "lake")
    looks = 0

    def put(opened: Opened) -> int:
        nonlocal looks
        looks += 1
        if looks == 1:
            merge_small(world.book.lake, "activities", vacuum_hours=0)
        table = opened.table("activities")
        return int(opened.answer(table.aggregate(rows=table.count()))["rows"][0].as_py())

    with world.open() as record:
        kept = record.connection.execute("SELECT count(*) FROM activities").fetchall()[0][0]
    assert ask(cluster, lambda: world.open(["activities"]), put) == kept
    assert looks == 2


def test_a_number_too_large_is_an_error_and_never_an_empty_field(
    cluster: Engine, world: World
) -> None:
    def put(opened: Opened) -> pa.Table:
        table = opened.table("activities")
        return opened.answer(table.select(more=table.key + 1))

    for engine in (cluster, engine_named("duckdb")):
        with pytest.raises((LakeError, duckdb.Error)):
            ask(engine, lambda: world.open(["activities"]), put)
