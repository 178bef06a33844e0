"""Files that are written anew hold what they held, but for the rows that were meant."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st

from entregent.lake.errors import LostRace
from entregent.lake.files import file_actions
from entregent.lake.record import Record
from entregent.lake.rewriting import rewrite
from entregent.lake.schema import LABELS
from entregent.lake.store import KEEPER, Lake

START = datetime(2026, 2, 3, 12, tzinfo=UTC)


def row(number: int, batch: int = 1) -> dict[str, Any]:
    """A label; every seventh has no author, as older rows."""
    return {
        "key": number * 7_919 % 1_000_003,
        "object_key": number,
        "at": START + timedelta(minutes=number),
        "language": "fr",
        "language_certainty": 0.5,
        "state_of_mind": "joy",
        "strength": None if number % 3 else 1.0,
        "intents": ["praise", "question"][: number % 3] or None,
        "engine": "test",
        "batch": batch,
        "actor_key": None if number % 7 == 0 else number % 5,
        "folded": None,
    }


def made(root: Path, *batches: int) -> Lake:
    """A lake with some rows in each of several batches, and so in as many files."""
    lake = Lake(root)
    lake.create()
    first = 0
    for number, rows in enumerate(batches, start=1):
        told = [row(first + each, number) for each in range(rows)]
        lake.append("labels", {number: pa.Table.from_pylist(told, schema=LABELS.schema)})
        first += rows
    return lake


def rows_of(lake: Lake) -> list[dict[str, Any]]:
    table = DeltaTable(lake.path("labels")).to_pyarrow_table().to_pylist()
    return sorted(table, key=lambda each: (each["object_key"], each["batch"]))


@given(
    gone=st.sets(st.integers(min_value=0, max_value=59)),
    other=st.sets(st.integers(min_value=0, max_value=59)),
)
@settings(max_examples=25)
def test_what_goes_goes_what_comes_stands_in_its_place(
    tmp_path_factory: pytest.TempPathFactory, gone: set[int], other: set[int]
) -> None:
    lake = made(tmp_path_factory.mktemp("lake"), 20, 25, 15)
    before = rows_of(lake)
    keys = {each["object_key"]: each["key"] for each in before}
    replaced = [{**each, "language": "en"} for each in before if each["object_key"] in other]
    values = [keys[number] for number in gone | other]
    anew = {each["key"]: each for each in replaced}
    rewrite(lake, "labels", "key", values, lambda each: anew.get(each["key"]))
    wanted = [
        {**each, "language": "en"} if each["object_key"] in other else each
        for each in before
        if each["object_key"] not in gone - other
    ]
    assert rows_of(lake) == wanted


def test_the_order_of_the_rows_stays(tmp_path: Path) -> None:
    lake = made(tmp_path, 40)
    before = DeltaTable(lake.path("labels")).to_pyarrow_table()["object_key"].to_pylist()
    rewrite(lake, "labels", "object_key", [5], lambda each: each | {"language": "en"})
    assert DeltaTable(lake.path("labels")).to_pyarrow_table()["object_key"].to_pylist() == before


def test_files_that_hold_none_of_the_keys_are_left_alone(tmp_path: Path) -> None:
    lake = made(tmp_path, 20, 20, 20)
    before = set(DeltaTable(lake.path("labels")).file_uris())
    assert rewrite(lake, "labels", "object_key", [25, 999]) == 1
    assert len(before & set(DeltaTable(lake.path("labels")).file_uris())) == 2
    assert rewrite(lake, "labels", "object_key", [999]) == 0
    assert DeltaTable(lake.path("labels")).version() == 4


def test_a_file_of_which_nothing_is_left_goes(tmp_path: Path) -> None:
    lake = made(tmp_path, 3, 4)
    assert rewrite(lake, "labels", "object_key", [0, 1, 2]) == 1
    assert [each["object_key"] for each in rows_of(lake)] == [3, 4, 5, 6]


def test_the_log_tells_the_same_statistics_as_the_library(tmp_path: Path) -> None:
    lake = made(tmp_path, 30)
    told = [row(each) for each in range(30) if each != 11]
    other = Lake(tmp_path / "other")
    other.create()
    other.append("labels", {1: pa.Table.from_pylist(told, schema=LABELS.schema)})
    rewrite(lake, "labels", "object_key", [11])
    ours = file_actions(DeltaTable(lake.path("labels"))).to_pylist()[0]
    theirs = file_actions(DeltaTable(other.path("labels"))).to_pylist()[0]
    for name, value in theirs.items():
        if name.startswith(("min.", "max.", "null_count.", "num_records")):
            assert ours[name] == value, name


def test_no_key_and_no_word_stands_in_the_log(tmp_path: Path) -> None:
    lake = made(tmp_path, 30)
    rewrite(lake, "labels", "key", [row(11)["key"]])
    newest = max((tmp_path / "labels" / "_delta_log").glob("*.json")).read_text()
    assert str(row(11)["key"]) not in newest
    assert not list((tmp_path / "labels" / "_delta_log").glob("*.part"))


def test_the_keepers_number_stays_in_the_log(tmp_path: Path) -> None:
    lake = made(tmp_path, 10, 10)
    rewrite(lake, "labels", "object_key", [3])
    table = lake.open("labels")
    assert table is not None
    assert table.transaction_version(KEEPER) == 2
    table.create_checkpoint()
    assert DeltaTable(lake.path("labels")).transaction_version(KEEPER) == 2


def test_whoever_lost_the_race_has_written_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = made(tmp_path, 10)
    before = rows_of(lake)
    open_now = lake.open

    def opened(name: str) -> DeltaTable | None:
        # Somebody else commits between our look and our commit.
        snapshot = open_now(name)
        told = pa.Table.from_pylist([row(77, 2)], schema=LABELS.schema)
        monkeypatch.setattr(lake, "open", open_now)
        lake.append(name, {2: told})
        return snapshot

    monkeypatch.setattr(lake, "open", opened)
    with pytest.raises(LostRace):
        rewrite(lake, "labels", "object_key", [3])
    assert rows_of(lake) == sorted([*before, row(77, 2)], key=lambda each: each["object_key"])
    named = {Path(uri).name for uri in DeltaTable(lake.path("labels")).file_uris()}
    assert {path.name for path in (tmp_path / "labels").glob("*.parquet")} == named


def test_what_was_written_anew_is_read_appended_to_merged_and_cleaned(tmp_path: Path) -> None:
    lake = made(tmp_path, 20, 20)
    rewrite(lake, "labels", "object_key", [3, 30])
    lake.append("labels", {3: pa.Table.from_pylist([row(99, 3)], schema=LABELS.schema)})
    table = DeltaTable(lake.path("labels"))
    table.optimize.compact()
    table.vacuum(0, dry_run=False, enforce_retention_duration=False, full=True)
    table.create_checkpoint()
    with Record(lake, {}, tables=("labels",)) as record:
        found = record.connection.sql("SELECT count(*) FROM labels").fetchall()
    assert found == [(39,)]


def test_other_engines_read_what_was_written(tmp_path: Path) -> None:
    lake = made(tmp_path, 20)
    rewrite(lake, "labels", "object_key", [3], lambda each: each | {"language": "en"})
    (file,) = DeltaTable(lake.path("labels")).file_uris()
    with duckdb.connect() as connection:
        rows = connection.execute(
            'SELECT count(*), count(DISTINCT key), min("at") FROM read_parquet(?)',
            [file.removeprefix("file://")],
        ).fetchall()
    assert rows[0][:2] == (20, 20)


def test_a_table_without_the_rows_is_left_at_its_version(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.create()
    assert rewrite(lake, "superseded", "subject", [1, 2, 3]) == 0
    assert DeltaTable(lake.path("superseded")).version() == 0
