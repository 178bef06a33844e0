from pathlib import Path

import pytest

from tests import databases
from tests.cli.program import Program


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty database, to be copied: making one takes a second and a half."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    assert Program(home)("listen", "sources").code == 0
    return home


@pytest.fixture(scope="module")
def entregent(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program with one data folder for the whole module."""
    home = tmp_path_factory.mktemp("cli") / "home"
    databases.copy(prepared, home)
    return Program(home)


@pytest.fixture
def fresh(prepared: Path, tmp_path: Path) -> Program:
    """The program with a data folder for this test alone."""
    home = tmp_path / "home"
    databases.copy(prepared, home)
    return Program(home)
