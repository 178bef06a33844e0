"""A house with an empty record, and a keeper that works when the test says so."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from entregent.apps.listen.importing import ImportReport
    from entregent.apps.listen.keeper import Keeper
    from entregent.apps.organisation.models import Member


@pytest.fixture
def home(settings: SettingsWrapper, tmp_path: Path) -> Path:
    """A data folder for this test alone."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.HOME = folder
    return folder


@pytest.fixture
def keeper(db: None, home: Path) -> Keeper:
    """A keeper that turns when it is told to."""
    from entregent.apps.listen.keeper import Keeper
    from entregent.apps.listen.lease import Claim

    return Keeper(Claim())


@pytest.fixture
def take_in(keeper: Keeper, alice: Member) -> Callable[..., ImportReport]:
    """Import files as Alice, the keeper working meanwhile; everything is in the lake after it."""
    from entregent.apps.listen.importing import import_files

    def take(*paths: Path) -> ImportReport:
        report = import_files(paths, acting_user=alice, work=lambda: _work(keeper))
        _work(keeper)
        return report

    return take


def _work(keeper: Keeper) -> None:
    while keeper.turn(flush=True).was_busy:
        pass


@pytest.fixture
def exported(home: Path) -> Callable[[], list[dict[str, Any]]]:
    """Give the present state, as it would be exported."""
    from entregent.apps.listen.exporting import export_jsonl

    def export() -> list[dict[str, Any]]:
        sink = io.BytesIO()
        export_jsonl(sink)
        return [orjson.loads(line) for line in sink.getvalue().splitlines()]

    return export
