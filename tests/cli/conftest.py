from pathlib import Path

import pytest

from tests import databases
from tests.cli.keeping import Instance, furnished
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


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """An instance to back up, for the whole module."""
    return furnished(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def folder(house: Instance) -> Path:
    """Its backup, as a folder."""
    path = house.backups / "whole"
    house.back_up(path)
    return path


@pytest.fixture(scope="module")
def tar(house: Instance) -> Path:
    """Its backup, as one file."""
    path = house.backups / "whole.tar"
    house.back_up(path)
    return path
