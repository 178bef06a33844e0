"""Of the lake, a backup takes what the copied working set knows of: no batch more, none less."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from entregent.keeping import lake_files
from entregent.keeping.errors import Vanished
from entregent.keeping.lake_files import Version, version_of
from entregent.lake.schema import TABLES
from entregent.lake.storage import storage
from entregent.lake.store import KEEPER, Lake
from entregent.lake.tidying import merge_small

NAME = "aliases"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    found = Lake(tmp_path / "un lac à nous")
    found.create()
    return found


def keep(lake: Lake, number: int) -> None:
    """Keep a batch of two rows."""
    schema = TABLES[NAME].schema
    row = {
        name: f"https://battures.example/{number}" if pa.types.is_string(kind) else number
        for name, kind in zip(schema.names, schema.types, strict=True)
        if not pa.types.is_timestamp(kind)
    }
    rows = pa.Table.from_pylist([row, row], schema=schema)
    assert lake.append(NAME, {number: rows})


def taken(lake: Lake, last_batch: int, at: datetime = LATER) -> Version:
    found = version_of(lake, storage(lake), NAME, last_batch, at)
    assert found is not None
    return found


def copied(lake: Lake, version: Version, to: Path) -> DeltaTable:
    """The table as it stands in a backup."""
    for path, size in version.files:
        place = to / path
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(lake.root / path, place)
        assert place.stat().st_size == size
    return DeltaTable(to / version.name)


def test_a_batch_that_the_working_set_does_not_know_stays_out(lake: Lake, tmp_path: Path) -> None:
    for number in (1, 2, 3, 4):
        keep(lake, number)
    table = copied(lake, taken(lake, 2), tmp_path / "copy")
    assert table.transaction_version(KEEPER) == 2
    assert sorted(table.to_pyarrow_table()["batch"].to_pylist()) == [1, 1, 2, 2]


def test_every_batch_that_it_no_longer_holds_is_in(lake: Lake, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        keep(lake, number)
    # The working set was copied when it held 3 and gave out 5: 1 and 2 are here alone.
    table = copied(lake, taken(lake, 5), tmp_path / "copy")
    assert sorted(set(table.to_pyarrow_table()["batch"].to_pylist())) == [1, 2, 3]


def test_a_table_that_is_compacted_meanwhile_holds_the_same_rows(
    lake: Lake, tmp_path: Path
) -> None:
    for number in (1, 2):
        keep(lake, number)
    merge_small(lake, NAME)
    table = copied(lake, taken(lake, 2), tmp_path / "copy")
    assert len(table.file_uris()) == 1
    assert table.transaction_version(KEEPER) == 2


def test_only_the_end_of_the_log_is_taken(lake: Lake, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        keep(lake, number)
    DeltaTable(lake.path(NAME)).create_checkpoint()
    keep(lake, 4)
    version = taken(lake, 4)
    names = {path.rpartition("/")[2] for path, _ in version.files if "_delta_log" in path}
    assert names == {
        "00000000000000000003.checkpoint.parquet",
        "00000000000000000003.json",
        "00000000000000000004.json",
        "_last_checkpoint",
    }
    table = copied(lake, version, tmp_path / "copy")
    assert table.to_pyarrow_table().num_rows == 8
    assert table.transaction_version(KEEPER) == 4


def test_a_checkpoint_after_the_version_is_not_pointed_to(lake: Lake, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        keep(lake, number)
    DeltaTable(lake.path(NAME)).create_checkpoint()
    version = taken(lake, 2)
    assert not any("checkpoint" in path for path, _ in version.files)
    assert copied(lake, version, tmp_path / "copy").to_pyarrow_table().num_rows == 4


def test_the_lake_goes_on_from_the_copy(lake: Lake, tmp_path: Path) -> None:
    keep(lake, 1)
    keep(lake, 2)
    copied(lake, taken(lake, 1), tmp_path / "copy")
    other = Lake(tmp_path / "copy")
    other.create()
    keep(other, 2)
    assert other.count(NAME) == 4


def test_a_version_whose_files_went_is_told(lake: Lake) -> None:
    keep(lake, 1)
    keep(lake, 2)
    version = taken(lake, 1)
    merge_small(lake, NAME, vacuum_hours=0)
    gone = next(path for path, _ in version.files if path.endswith(".parquet"))
    with pytest.raises(Vanished, match="parquet"), lake_files.opened(storage(lake), gone):
        pass


def test_a_version_whose_log_went_is_told(lake: Lake) -> None:
    keep(lake, 1)
    keep(lake, 2)
    merge_small(lake, NAME, vacuum_hours=0)
    for path in (lake.root / NAME / "_delta_log").glob("0000000000000000000[01].json"):
        path.unlink()
    with pytest.raises(Vanished):
        taken(lake, 1)


def test_tables_without_numbers_are_taken_as_of_the_moment(lake: Lake) -> None:
    begun = datetime.now(UTC) - timedelta(seconds=1)
    for number in range(3):
        write_deltalake(lake.path("rollups"), pa.table({"n": [number]}), mode="append")
    files = storage(lake)
    assert lake_files.table_names(files) == sorted([*TABLES, "rollups"])
    found = version_of(lake, files, "rollups", 0, LATER)
    assert found is not None
    assert found.number == 2
    assert version_of(lake, files, "rollups", 0, begun) is None, "made after that"
