"""A house in which Maryse is known, made once and copied for each test that changes it."""

import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests import databases


@dataclass(frozen=True)
class House:
    """A data folder, the folder beside it where its ledger is, and what else it is told."""

    home: Path
    state: Path
    more: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str) -> Any:
        """Run `tests.forget.house`; gives its JSON."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.forget.house", *arguments],
            env=databases.environment(
                self.home,
                XDG_STATE_HOME=str(self.state),
                DJANGO_SETTINGS_MODULE="entregent.site.settings",
                **self.more,
            ),
            capture_output=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        return orjson.loads(done.stdout)

    def program(self, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
        """Run the command line."""
        return subprocess.run(
            [sys.executable, "-m", "entregent", *map(str, arguments)],
            env=databases.environment(self.home, XDG_STATE_HOME=str(self.state), **self.more),
            capture_output=True,
            timeout=900,
            check=False,
        )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The house as it is before anybody asks to be forgotten; not to be changed."""
    folder = tmp_path_factory.mktemp("forget")
    house = House(folder / "home", folder / "state")
    house("build", str(folder))
    return house


@pytest.fixture
def house(built: House, tmp_path: Path) -> House:
    """A house for this test alone."""
    return _copy(built, tmp_path)


@pytest.fixture(scope="session")
def erased(built: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Any]:
    """The house after the command, and what the command said; not to be changed."""
    from tests.forget.story import MARYSE

    house = _copy(built, tmp_path_factory.mktemp("erased"))
    done = house.program("remember", "erase", "--account", MARYSE, "--yes", "--json")
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return house, orjson.loads(done.stdout)


def _copy(built: House, folder: Path) -> House:
    home, state = folder / "home", folder / "state"
    databases.copy(built.home, home)
    shutil.copytree(built.state, state)
    return House(home, state)
