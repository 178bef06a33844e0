"""A deleted post is forgotten as its author would be: its words leave every file within a day."""

import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests import databases
from tests.forget import story
from tests.forget.conftest import House
from tests.forget.grep import found_in

GONE = story.WORDS[4]


@pytest.fixture(scope="module")
def deleted(built: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The house after a post was deleted, and the worker's daily pass."""
    folder = tmp_path_factory.mktemp("deleted")
    house = House(folder / "home", folder / "state")
    databases.copy(built.home, house.home)
    shutil.copytree(built.state, house.state)
    assert found_in(house.home, [GONE])
    house("delete", str(folder))
    return house


def _exported(house: House) -> list[dict[str, Any]]:
    told = house.program("export", "activities")
    return [orjson.loads(line) for line in told.stdout.splitlines()]


def test_its_words_are_in_no_file(deleted: House) -> None:
    assert found_in(deleted.home, [GONE]) == []


def test_that_there_was_a_post_is_still_known(deleted: House) -> None:
    rows = [row for row in _exported(deleted) if row["type"] == "Create"]
    post = next(row for row in rows if row["object"]["id"] == story.DELETED)
    assert post["object"]["type"] == "Tombstone"
    assert post["object"]["formerType"] == "Note"


def test_what_else_they_wrote_stays(deleted: House) -> None:
    for word in story.WORDS[:4]:
        assert found_in(deleted.home, [word]), word


def test_importing_it_again_does_not_bring_its_words_back(deleted: House, tmp_path: Path) -> None:
    deleted("take_in", str(tmp_path))
    assert found_in(deleted.home, [GONE]) == []


def test_a_restored_older_copy_loses_its_words_again(
    built: House, deleted: House, tmp_path: Path
) -> None:
    # The folder of before the deletion, with the ledger of after it.
    restored = House(tmp_path / "home", tmp_path / "state")
    databases.copy(built.home, restored.home)
    shutil.copytree(deleted.state, restored.state)
    assert found_in(restored.home, [GONE])
    restored("again")
    assert found_in(restored.home, [GONE]) == []


def test_what_may_be_kept_no_longer_goes_with_what_was_received(house: House) -> None:
    before = {row["id"] for row in _exported(house)}
    house("retain", "Like", "30")
    left = {row["id"] for row in _exported(house)}
    likes = {"https://battures.example/likes/1", "https://rivage.example/likes/5"}
    assert before - left == likes
    assert found_in(house.home, likes) == []


def test_a_rule_for_everything_takes_messages_with_it(house: House) -> None:
    house("retain", "", "1")
    assert _exported(house) == []
    assert house("state")["messages"] == []
    assert found_in(house.home, story.WORDS) == []
