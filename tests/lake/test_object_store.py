"""A record in an object store is the same as in a folder: asked of a real server of its kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from entregent.lake.errors import LostRace
from entregent.lake.present import present_batches
from entregent.lake.record import Record, read
from entregent.lake.store import KEEPER, Lake
from entregent.lake.tidying import merge_small
from tests.lake.record_book import NOTE, RecordBook, create, delete, like, texts, unlike, update
from tests.object_store import BUCKET, ObjectStore, serving


@pytest.fixture(scope="module")
def server() -> Iterator[ObjectStore]:
    with serving() as found:
        yield found


@pytest.fixture
def store(server: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """An empty lake in the store."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return Lake(f"s3://{BUCKET}/{tmp_path.name}", spill=tmp_path / "spill")


@pytest.fixture
def book(store: Lake) -> RecordBook:
    return RecordBook(store)


def tell(book: RecordBook) -> None:
    book.keep(create(0, "avant"), like(1))
    book.keep(update(5, "après"), unlike(7))
    book.keep(create(2, "à oublier", note=f"{NOTE}-2"))
    book.keep(delete(8, note=f"{NOTE}-2"))


def test_what_a_store_holds_reads_as_what_a_folder_holds(book: RecordBook, tmp_path: Path) -> None:
    here = RecordBook(tmp_path / "lake")
    tell(book)
    tell(here)
    assert book.present() == here.present()
    assert texts(book.present()) == {"après"}


def test_a_batch_is_appended_once(book: RecordBook) -> None:
    book.keep(create(0))
    parts = {1: book.admit(create(3, note=f"{NOTE}-3")).numbered(1)["activities"]}
    assert book.lake.append("activities", parts) is False
    assert len(book.present()) == 1


def test_of_two_keepers_at_once_one_loses_and_writes_nothing(
    book: RecordBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = book.admit(create(0)).numbered(1)["activities"]
    slow = book.lake.open("activities")
    book.lake.append("activities", {1: rows})
    # The other looked at the log before, and commits after: the store refuses the same name twice.
    monkeypatch.setattr(book.lake, "open", lambda _: slow)
    with pytest.raises(LostRace):
        book.lake.append("activities", {1: rows})
    monkeypatch.undo()


def test_merging_and_removing_files_changes_no_row(book: RecordBook) -> None:
    tell(book)
    before = book.present()
    assert merge_small(book.lake, "activities", vacuum_hours=0) > 0
    assert book.present() == before
    found = book.lake.open("activities")
    assert found is not None
    assert found.transaction_version(KEEPER) == 4


def test_a_reader_whose_files_have_gone_looks_again(book: RecordBook) -> None:
    tell(book)
    looks = 0

    def open_record() -> Record:
        nonlocal looks
        looks += 1
        record = Record(book.lake, {})
        if looks == 1:
            merge_small(book.lake, "activities", vacuum_hours=0)
        return record

    rows = read(
        open_record, lambda record: sum(batch.num_rows for batch in present_batches(record))
    )
    assert (rows, looks) == (len(book.present()), 2)


def test_a_store_is_spoken_to_without_encryption_on_this_machine_alone(
    store: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert store.options == {"allow_http": "true"}
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://store.example:9000")
    assert Lake(store.location, spill=store.spill).options == {}
