"""A small festival, loaded once for all tests of this folder that only look at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from entregent.simulation import Settings

NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)


@pytest.fixture
def small() -> Settings:
    """A festival of few people, on a Tuesday morning."""
    from entregent.simulation import Settings

    return Settings(people=500, years=3, seed=7, now=NOW)


@pytest.fixture
def home(settings: SettingsWrapper, tmp_path: Path) -> Path:
    """A data folder for this test alone."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.HOME = folder
    return folder


@pytest.fixture
def load(home: Path, db: None, small: Settings) -> Callable[[], None]:
    """Load the small festival into this test's house."""
    from entregent.demonstration import loading

    def loaded() -> None:
        loading.load(small)

    return loaded
