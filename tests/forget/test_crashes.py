"""An erasure that is killed at each of its steps is finished by whoever starts next."""

from pathlib import Path

import pytest

from tests.forget import story
from tests.forget.conftest import House
from tests.forget.grep import found_in

pytestmark = pytest.mark.slow

STEPS = {"note", "ledger", "find", "apps", "activities", "tables", "counts", "tidy", "words"}


def _nothing_is_left(house: House, told: dict[str, object], tmp_path: Path) -> None:
    steps = told["steps"]
    assert isinstance(steps, list)
    assert {*STEPS, "tidy again", "verify", "mask:accounts"} <= set(steps)
    assert told["kills"] == len(steps)
    state = house("state")
    assert state["erasure"] == "done"
    assert state["proof"]["verified"] is True
    assert not state["sealed"]
    assert found_in(house.home, [*story.WHO, *story.WORDS]) == []
    again = house("take_in", str(tmp_path))
    assert again["new"] == 0
    assert found_in(house.home, [*story.WHO, *story.WORDS]) == []


def test_killed_before_each_step_the_command_goes_on_where_it_was(
    house: House, tmp_path: Path
) -> None:
    told = house("crashes", "before", str(tmp_path))
    _nothing_is_left(house, told, tmp_path)


def test_killed_before_a_step_is_noted_the_worker_does_it_again(
    house: House, tmp_path: Path
) -> None:
    told = house("crashes", "after", str(tmp_path))
    _nothing_is_left(house, told, tmp_path)
