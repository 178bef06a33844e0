"""Fixtures of the networks, read as the import reads them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import entregent.networks
from entregent.networks.json_documents import Read, read_value
from entregent.networks.reading import Alias, Context, Refused, Taken
from entregent.vocabulary import Account, Activity, Point

NETWORKS = Path(entregent.networks.__file__).parent
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """Everything that one document told."""

    reads: list[Read]

    @property
    def taken(self) -> list[Taken]:
        return [read.outcome for read in self.reads if isinstance(read.outcome, Taken)]

    @property
    def refused(self) -> list[Refused]:
        return [read.outcome for read in self.reads if isinstance(read.outcome, Refused)]

    @property
    def activities(self) -> list[Activity]:
        return [activity for taken in self.taken for activity in taken.activities]

    @property
    def accounts(self) -> dict[str, Account]:
        return {account.id: account for taken in self.taken for account in taken.accounts}

    @property
    def points(self) -> list[Point]:
        return [point for taken in self.taken for point in taken.points]

    @property
    def aliases(self) -> set[Alias]:
        return {alias for taken in self.taken for alias in taken.aliases}

    @property
    def nothing(self) -> list[str]:
        return [taken.nothing for taken in self.taken if taken.nothing]

    def one(self, kind: str) -> Activity:
        """The only activity of this type, told once or more."""
        found = {activity for activity in self.activities if activity.type == kind}
        assert len(found) == 1, found
        return found.pop()

    def of(self, identity: str) -> Activity:
        """The activity with this id."""
        found = {activity for activity in self.activities if activity.id == identity}
        assert len(found) == 1, (identity, [activity.id for activity in self.activities])
        return found.pop()


@pytest.fixture(scope="session")
def tell() -> Callable[..., Told]:
    """Read a JSON value."""

    def tell(value: Any, **known: Any) -> Told:
        return Told(list(read_value(value, Context("file", NOW, **known))))

    return tell


@pytest.fixture(scope="session")
def fixture() -> Callable[[str], Any]:
    """A document among the fixtures, such as ``mastodon/timeline``."""

    def load(name: str) -> Any:
        network, _, document = name.partition("/")
        path = NETWORKS / network / "fixtures" / f"{document}.json"
        return json.loads(path.read_text())

    return load


@pytest.fixture(scope="session")
def told(tell: Callable[..., Told], fixture: Callable[[str], Any]) -> Callable[..., Told]:
    """What a document among the fixtures tells."""
    return lambda name, **known: tell(fixture(name), **known)
