"""The whole way with the record in an object store: import, keep, tidy, export, as in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.cli.program import Program
from tests.cli.test_lake_query import activities
from tests.object_store import BUCKET, ObjectStore, serving


@pytest.fixture(scope="module")
def store() -> Iterator[ObjectStore]:
    with serving() as found:
        yield found


def test_what_comes_in_is_the_same_in_a_store_as_in_a_folder(
    prepared: Path, store: ObjectStore, tmp_path: Path
) -> None:
    told = tmp_path / "outbox.json"
    told.write_text(json.dumps({"type": "OrderedCollection", "orderedItems": activities()}))
    exported = []
    for name, environment in (
        ("here", {}),
        ("there", {**store.environment, "ENTREGENT_LAKE": f"s3://{BUCKET}/registre"}),
    ):
        home = databases.copy(prepared, tmp_path / name)
        program = Program(home)
        (file,) = program("listen", "import", told, "--json", **environment).json["files"]
        assert (file["new"], file["deleted"]) == (3, 1)
        for command in (("loop", "--once"), ("lake", "compact")):
            done = program(*command, **environment)
            assert done.code == 0, done.err
        done = program("export", "activities", **environment)
        assert done.code == 0, done.err
        exported.append([{**line, "entregent:receivedAt": ""} for line in done.lines])
        days = program("lake", "query", "activities-by-day", "--json", **environment)
        exported.append(days.json["rows"])
        assert (home / "lake" / "activities").exists() is (name == "here")
    assert exported[:2] == exported[2:]
    assert len(exported[0]) == 4
