"""A record in an object store is in the backup, and comes back to a store or to a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.keeping import Instance
from tests.cli.program import Told, one_plain_line
from tests.listen.deeds import post, write
from tests.object_store import BUCKET, serving


@pytest.fixture(scope="module")
def store() -> Iterator[dict[str, str]]:
    """What the program needs to find a store of its kind, on this machine."""
    with serving() as found:
        yield found.environment


@pytest.mark.slow
def test_it_is_copied_and_comes_back(store: dict[str, str], tmp_path: Path) -> None:
    house = Instance(tmp_path)
    path = write(tmp_path / "a.jsonl", [post(note=f"https://b.example/{n}") for n in range(3)])

    def ask(instance: Instance, lake: str, *words: str | Path) -> Told:
        return instance(*words, **store, **({"ENTREGENT_LAKE": lake} if lake else {}))

    first = f"s3://{BUCKET}/premier"
    assert ask(house, first, "listen", "import", path).code == 0
    whole = sorted(ask(house, first, "export", "activities").out.splitlines())
    assert len(whole) == 3
    assert not (house.home / "lake").exists()
    backup = tmp_path / "backup.tar"
    assert ask(house, first, "backup", backup).code == 0
    for number, lake in enumerate([f"s3://{BUCKET}/second", ""]):
        copy = house.elsewhere(f"copy-{number}")
        told = ask(copy, lake, "restore", backup)
        assert told.code == 0, told.err
        assert sorted(ask(copy, lake, "export", "activities").out.splitlines()) == whole
        assert ask(copy, lake, "doctor", "--json").json["status"] == "ok"
    line = one_plain_line(ask(house.elsewhere("again"), first, "restore", backup))
    assert "there is something at" in line
    assert "ENTREGENT_LAKE" in line
