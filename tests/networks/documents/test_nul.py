"""Wherever a NUL stands in what a network sent, it does not come in: PostgreSQL keeps none."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import entregent.networks
from entregent.networks.json_documents import read_value
from entregent.networks.reading import Context, Refused

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIXTURES = sorted(Path(entregent.networks.__file__).parent.glob("*/fixtures/*.json"))


def places_of_text(value, place=()) -> Iterator[tuple]:
    if isinstance(value, str):
        yield place
    elif isinstance(value, dict | list):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in inside:
            yield from places_of_text(part, (*place, key))


def with_nul(document, place):
    changed = copy.deepcopy(document)
    part = changed
    for key in place[:-1]:
        part = part[key]
    text = part[place[-1]]
    part[place[-1]] = text[:1] + "\x00" + text[1:]
    return changed


@pytest.mark.parametrize(
    "path", FIXTURES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}"
)
def test_a_nul_anywhere_is_left_out_or_refused(path: Path) -> None:
    document = json.loads(path.read_text())
    for place in list(places_of_text(document))[:400]:
        for read in read_value(with_nul(document, place), Context("file", NOW, as_of=NOW)):
            outcome = read.outcome
            if isinstance(outcome, Refused):
                continue
            told = (outcome.activities, outcome.accounts, outcome.points, outcome.aliases)
            assert "\\x00" not in repr(told), place
