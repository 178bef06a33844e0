"""Forgotten means forgotten where the lake lies in an object store, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.forget import story
from tests.forget.conftest import House
from tests.forget.grep import found_in
from tests.forget.test_forgotten_means_forgotten import EVERYTHING
from tests.object_store import BUCKET, ObjectStore, serving

PREFIX = "maison/lac"


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectStore]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def house(server: ObjectStore, tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("forget-store")
    more = {**server.environment, "ENTREGENT_LAKE": f"s3://{BUCKET}/{PREFIX}"}
    house = House(folder / "home", folder / "state", more)
    house("build", str(folder))
    return house


def fetched(server: ObjectStore, to: Path) -> Path:
    """Every object of the store, as files."""
    store = server.client()
    for page in store.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for each in page.get("Contents", ()):
            path = to / each["Key"]
            path.parent.mkdir(parents=True, exist_ok=True)
            store.download_file(BUCKET, each["Key"], str(path))
    return to


def erase(house: House, uri: str) -> Any:
    done = house.program("remember", "erase", "--account", uri, "--yes", "--json")
    return done.returncode, orjson.loads(done.stdout)


def test_no_byte_is_left_in_any_object_nor_in_any_file(
    house: House, server: ObjectStore, tmp_path: Path
) -> None:
    before = {word for _, word in found_in(fetched(server, tmp_path / "before"), EVERYTHING)}
    # What colleagues wrote is in the database alone.
    assert before >= {*story.WORDS}
    code, proof = erase(house, story.MARYSE)
    assert (code, proof["verified"], proof["places"]) == (0, True, [])
    assert found_in(fetched(server, tmp_path / "after"), EVERYTHING) == []
    assert found_in(house.home, EVERYTHING) == []


def test_an_object_that_still_names_somebody_is_told_by_its_address(
    house: House, server: ObjectStore
) -> None:
    key = f"{PREFIX}/oublie.json"
    server.client().put_object(Bucket=BUCKET, Key=key, Body=story.THOMAS.encode())
    _, proof = erase(house, story.THOMAS)
    assert proof["verified"] is False
    assert proof["places"] == [f"s3://{BUCKET}/{key}"]
