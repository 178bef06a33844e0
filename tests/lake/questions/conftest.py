"""The world that questions are asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from entregent.lake.engines import ask, engine_named
from entregent.lake.questions import QUESTIONS
from tests.lake.questions.world import World, build

Answer = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("world") / "lake")


@pytest.fixture(scope="module")
def answer(world: World) -> Answer:
    """Rows of a named query, from DuckDB."""

    def rows(name: str, **parts: Any) -> list[dict[str, Any]]:
        question = QUESTIONS[name]
        asked = world.asked(**({"by": question.by} | parts))
        found = ask(
            engine_named("duckdb"),
            lambda: world.open(question.tables),
            lambda opened: opened.answer(question.expression(opened, asked)),
            beside={each: world.beside[each] for each in question.beside},
        )
        told: list[dict[str, Any]] = found.to_pylist()
        return told

    return rows
