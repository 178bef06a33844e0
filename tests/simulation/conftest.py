"""One world of the usual size, and a small one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from entregent.simulation import Settings, World, simulate
from entregent.vocabulary import Activity

NOW = datetime(2026, 11, 17, 15, 20, tzinfo=UTC)
"""The day for which the examples of the documentation are written."""


@pytest.fixture(scope="session")
def world() -> World:
    """A world of the usual size."""
    return simulate(Settings(now=NOW))


@pytest.fixture(scope="session")
def deeds(world: World) -> Mapping[str, list[Activity]]:
    """Everything that was done in it, part by part."""
    return {part: list(world.deeds(part)) for part in world.parts}


@pytest.fixture(scope="session")
def small() -> World:
    """A world of five hundred people."""
    return simulate(Settings(now=NOW, people=500))
