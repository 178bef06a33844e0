"""What an older release wrote is read as it was, and goes on under this one.

`released/` holds one archive for each: a lake, a chunk of its journal, and the present state as
that release told it. They were written by the release itself, from `record_book.RecordBook`.
"""

import json
import tarfile
from pathlib import Path

import pytest

from entregent.lake import frames
from entregent.lake.admission import admit
from entregent.lake.errors import NewerLake
from entregent.lake.key_index import KeyIndex
from entregent.lake.present import present_batches, present_document
from entregent.lake.record import Record
from entregent.lake.schema import SCHEMA_VERSION, TABLES
from entregent.lake.store import KEEPER, Lake, schema_versions
from entregent.lake.tidying import merge_small, sort

ARCHIVES = sorted((Path(__file__).parent / "released").glob("*.tar.gz"))


@pytest.fixture(params=ARCHIVES, ids=lambda path: path.name.removesuffix(".tar.gz"))
def released(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path


def present(lake: Lake) -> list[dict[str, object]]:
    with Record(lake, {}) as record:
        rows = [row for batch in present_batches(record) for row in batch.to_pylist()]
    found: list[dict[str, object]] = json.loads(json.dumps([present_document(r) for r in rows]))
    return found


def told(released: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((released / "present.json").read_text())
    return found


def test_it_is_read_as_it_was_before_anything_is_changed(released: Path) -> None:
    assert present(Lake(released / "lake")) == told(released)


def test_it_says_the_same_once_it_has_this_release_s_columns(released: Path) -> None:
    lake = Lake(released / "lake")
    lake.create()
    for name, table in TABLES.items():
        found = lake.open(name)
        assert found is not None
        assert {field.name for field in found.schema().fields} == set(table.schema.names)
        assert schema_versions(found)[0] == SCHEMA_VERSION
        statistics = found.metadata().configuration["delta.dataSkippingStatsColumns"]
        assert statistics == ",".join(table.statistics)
    assert present(lake) == told(released)
    lake.create()
    assert present(lake) == told(released)


def test_rows_of_both_releases_stand_beside_each_other(released: Path) -> None:
    lake = Lake(released / "lake")
    lake.create()
    assert KeyIndex(lake).catch_up() > 0
    chunk = frames.unpack((released / "chunk.bin").read_bytes())
    table = lake.open("activities")
    assert table is not None
    number = (table.transaction_version(KEEPER) or 0) + 1
    with Record(lake, {}) as known:
        admitted = admit([chunk], known)
    assert admitted.counts[0].new == 1
    for name, rows in admitted.numbered(number).items():
        lake.append(name, {number: rows})
    assert len(present(lake)) == len(told(released)) + 1
    with Record(lake, {}) as known:
        assert admit([chunk], known).counts[0].known == 1


def test_once_every_file_is_rewritten_none_is_called_old(released: Path) -> None:
    lake = Lake(released / "lake")
    lake.create()
    for name in TABLES:
        found = lake.open(name)
        assert found is not None
        if found.file_uris() and name == "activities":
            assert schema_versions(found)[1] is not None
        sort(lake, name, None)
        merge_small(lake, name, vacuum_hours=0)
        after = lake.open(name)
        assert after is not None
        assert schema_versions(after) == (SCHEMA_VERSION, None)
    assert present(lake) == told(released)


def test_a_newer_lake_is_refused_with_what_to_do(released: Path) -> None:
    lake = Lake(released / "lake")
    table = lake.open("activities")
    assert table is not None
    table.alter.set_table_description(f"entregent schema {SCHEMA_VERSION + 1}")
    with pytest.raises(NewerLake, match="install the newer Entregent"):
        lake.open("activities")
