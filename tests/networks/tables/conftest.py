"""Reads a table from its text, as the files do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from entregent.networks import tables
from entregent.networks.reading import Context, Refused, Taken
from entregent.networks.tables import NETWORKS, Heading, find_heading, read_rows
from entregent.vocabulary import Activity, Point

_FIXTURES = Path(tables.__file__).parent / "fixtures"
_FORMATS = [form for network in NETWORKS for form in network.rows]


@dataclass(frozen=True)
class Reading:
    """What a table told."""

    heading: Heading | Refused | None
    taken: list[Taken]
    refused: list[Refused]

    @property
    def format(self) -> str:
        assert isinstance(self.heading, Heading), self.heading
        return self.heading.format.name

    @property
    def activities(self) -> list[Activity]:
        return [activity for one in self.taken for activity in one.activities]

    @property
    def points(self) -> list[Point]:
        return [point for one in self.taken for point in one.points]


def _read(text: str) -> Reading:
    heading = find_heading(text, _FORMATS)
    if not isinstance(heading, Heading):
        return Reading(heading, [], [])
    lines = enumerate(text.splitlines(keepends=True), start=1)
    context = Context("file:table", datetime(2026, 3, 1, tzinfo=UTC))
    outcomes = list(read_rows(lines, heading, context))
    return Reading(
        heading,
        [one for one in outcomes if isinstance(one, Taken)],
        [one for one in outcomes if isinstance(one, Refused)],
    )


@pytest.fixture(scope="session")
def read_table() -> Callable[[str], Reading]:
    """Read a table: a text, or the name of a fixture."""

    def read(given: str) -> Reading:
        if "\n" in given:
            return _read(given)
        return _read((_FIXTURES / given).read_bytes().decode("utf-8-sig"))

    return read
