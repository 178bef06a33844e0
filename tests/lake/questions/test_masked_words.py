"""What was masked in other people's texts is not found in the archive either."""

from __future__ import annotations

from pathlib import Path

from entregent.lake.engines import ask, engine_named
from entregent.lake.forgotten import ForgottenKeys, Scrubber
from entregent.lake.masking import Known, Mask
from entregent.lake.mentions import Slice, mask_slice
from entregent.lake.questions import QUESTIONS
from tests.lake.questions.world import World, build, note
from tests.lake.record_book import account_key


def found(world: World, words: str) -> list[str]:
    asked = world.asked(queries=((words, words),))
    rows = ask(
        engine_named("duckdb"),
        world.open,
        lambda opened: opened.answer(QUESTIONS["search"].expression(opened, asked)),
    )
    return [str(row["object_id"]) for row in rows.to_pylist()]


def test_a_name_that_was_masked_is_not_found_and_the_rest_of_the_text_is(tmp_path: Path) -> None:
    world = build(tmp_path / "lake")
    assert found(world, "bellefleur") == [note("g")]
    mask = Mask(Known(names=("Anne Bellefleur",)))
    scrubber: Scrubber = Scrubber(ForgottenKeys(account_key, lambda key: key), mask)
    part = Slice("activities", "2025-01")
    with world.open(["activities", "labels"]) as record:
        assert mask_slice(record, world.book.lake, part, mask, scrubber, lambda: None) == 1
    assert found(world, "bellefleur") == []
    assert found(world, "plainte") == [note("g")]
