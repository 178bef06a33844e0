"""Looks share an engine and snapshots, and none sees what another one does."""

import shutil
from pathlib import Path

import pytest
from deltalake import DeltaTable

from entregent.lake import looking
from entregent.lake.record import Record
from entregent.lake.schema import SCHEMA_VERSION
from entregent.lake.store import KEEPER, Lake
from entregent.vocabulary import Activity
from tests.lake.record_book import NOTE, RecordBook, create, update


def post(number: int) -> Activity:
    """One post of many."""
    return create(number, note=f"{NOTE}{number}")


def keys_of(lake: Lake) -> list[int]:
    with Record(lake, {}) as record:
        return [row[0] for row in record.connection.sql("SELECT key FROM activities").fetchall()]


def test_two_looks_share_an_engine_but_no_table(book: RecordBook) -> None:
    with Record(book.lake, {}) as one, Record(book.lake, {}) as another:
        one.connection.execute("CREATE TEMP TABLE seen AS SELECT 1 AS number")
        another.connection.execute("CREATE TEMP TABLE seen AS SELECT 2 AS number")
        assert one.connection.execute("FROM seen").fetchall() == [(1,)]
    # What the one left behind is gone with it.
    with Record(book.lake, {}) as again:
        assert again.connection.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'seen'"
        ).fetchone() == (0,)


def test_a_look_keeps_seeing_what_it_saw_while_rows_are_kept(book: RecordBook) -> None:
    book.keep(post(1))
    with Record(book.lake, {}) as before:
        book.keep(post(2))
        count = before.connection.sql("SELECT count(*) FROM activities").fetchone()
        before.focus("activities", months=before.months("activities"))
        again = before.connection.sql("SELECT count(*) FROM activities").fetchone()
    assert (count, again) == ((1,), (1,))
    assert len(keys_of(book.lake)) == 2


def test_a_table_whose_log_has_not_grown_is_not_opened_again(book: RecordBook) -> None:
    book.keep(post(1))
    first = book.lake.look("activities")
    assert book.lake.look("activities") is first
    assert book.lake.open("activities") is not first
    book.keep(post(2))
    later = book.lake.look("activities")
    assert later is not first
    assert first is not None
    assert later is not None
    assert (first.count(), later.count()) == (1, 2)


def test_a_table_put_back_from_a_backup_is_opened_again(book: RecordBook, tmp_path: Path) -> None:
    book.keep(post(1))
    shutil.copytree(book.lake.root, tmp_path / "backup")
    book.keep(post(2))
    assert len(keys_of(book.lake)) == 2
    shutil.rmtree(book.lake.root)
    shutil.copytree(tmp_path / "backup", book.lake.root)
    (only,) = keys_of(book.lake)
    # As many commits as before, but others.
    book.keep(post(3))
    assert len({*keys_of(book.lake), only}) == 2


def test_a_look_survives_a_log_that_was_tidied_without_a_commit(book: RecordBook) -> None:
    book.keep(post(1))
    DeltaTable(book.lake.path("activities")).create_checkpoint()
    book.keep(post(2))
    # Its last commit does not name the batch: that is read from what lies before.
    DeltaTable(book.lake.path("activities")).alter.set_table_description("another")
    DeltaTable(book.lake.path("activities")).alter.set_table_description(
        f"entregent schema {SCHEMA_VERSION}"
    )
    kept = book.lake.look("activities")
    assert kept is not None
    # As tidying does when there is nothing to merge: a checkpoint, and what lies before it goes.
    DeltaTable(book.lake.path("activities")).create_checkpoint()
    newest = f"{kept.version():020d}"
    for file in (book.lake.root / "activities" / "_delta_log").glob("0*"):
        if not file.name.startswith(newest):
            file.unlink()
    later = book.lake.look("activities")
    assert later is not None
    assert later.transaction_version(KEEPER) == 2
    assert len(keys_of(book.lake)) == 2


def test_a_fresh_engine_follows_one_that_remembers_many_footers(
    book: RecordBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "_MOST_FOOTERS", 3)
    engines = set()
    for number in range(8):
        book.keep(post(number))
        keys_of(book.lake)
        engines.add(looking._Shared.name)
    # Admission narrows its look to a file or two; a view of a whole table opens nothing by itself.
    assert 2 <= len(engines) < 8


def test_a_payload_is_found_by_the_key_of_what_it_told(book: RecordBook) -> None:
    book.keep(create(1))
    book.keep(update(2, text="Après"))
    with Record(book.lake, {}) as record:
        told = record.connection.sql(
            "SELECT type, raw_ref, payload IS NOT NULL FROM activities "
            "LEFT JOIN raw ON ref = coalesce(raw_ref, activities.key) ORDER BY type"
        ).fetchall()
    assert told == [("Create", None, True), ("Update", None, True)]
