"""Sorted and merged, the tables say the same, and an account's rows lie together."""

import os
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from entregent.lake.errors import LostRace
from entregent.lake.files import files_holding
from entregent.lake.key_index import KeyIndex
from entregent.lake.key_run import UNKNOWN
from entregent.lake.record import Record
from entregent.lake.schema import TABLES, conformed
from entregent.lake.store import KEEPER
from entregent.lake.tidying import MOST_DEPTH, folders, is_crowded, merge_small, sort, sort_worst
from entregent.vocabulary import Activity, Object
from tests.lake.record_book import RecordBook, account_key, at, create, told

ACCOUNTS = [f"https://battures.example/users/{number}" for number in range(60)]


def post(account: str, number: int) -> Activity:
    note = f"{account}/{number}"
    about = Object(id=note, type="Note", content=f"message {number}", published=at(number))
    return told("Create", number, f"{note}#create", actor=account, object=about)


def talk(book: RecordBook, rounds: int) -> None:
    """Everybody writes once a round; each round is a batch, and a file."""
    for number in range(rounds):
        book.keep(*(post(account, number) for account in ACCOUNTS))


def test_rows_of_an_account_are_looked_for_in_one_file_once_they_are_sorted(
    book: RecordBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(book, 6)
    before = book.present()
    assert [folder.depth for folder in folders(book.lake, "activities")] == [6.0]
    monkeypatch.setattr("entregent.lake.tidying.SORTED_BYTES", 8_000)
    assert (found := sort_worst(book.lake)) is not None
    assert (found.table, found.depth) == ("activities", 6.0)
    table = book.lake.open("activities")
    assert table is not None
    held = files_holding(table, keys={"actor_key": [account_key(ACCOUNTS[7])]})
    assert len(held) == 1
    assert max(folder.depth for folder in folders(book.lake, "activities")) <= MOST_DEPTH
    assert book.present() == before


def test_a_table_larger_than_the_memory_for_it_is_sorted(
    book: RecordBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, count = book.lake, 300_000
    random = np.random.default_rng(5)
    words = [" ".join(random.choice(["neige", "fête", "quai", "soir"], 120)) for _ in range(500)]
    rows = pa.table(
        {
            "key": pa.array(random.permutation(count)),
            "actor_key": pa.array(random.integers(-(1 << 40), 1 << 40, count)),
            "folded": pa.array([words[n % 500] for n in range(count)]),
        }
    )
    lake.append("labels", {1: conformed(rows, TABLES["labels"].schema)})
    # Words alone take 180 megabytes.
    monkeypatch.setattr("entregent.lake.tidying._SORT_MB", 64)
    sort(lake, "labels", None)
    found = lake.open("labels")
    assert found is not None
    assert found.transaction_version(KEEPER) == 1
    held = found.to_pyarrow_table(columns=["key", "actor_key", "folded"])
    assert held.sort_by("key").equals(rows.sort_by("key"))
    # Files come in their order but for neighbours; each of their groups of rows is in order.
    spans = []
    for path in found.file_uris():
        file = pq.ParquetFile(path.removeprefix("file://"))
        for number in range(file.num_row_groups):
            keys = file.read_row_group(number, ["actor_key"])["actor_key"].to_numpy()
            assert (np.diff(keys) >= 0).all()
            spans.append((keys[0], keys[-1]))
    spans.sort()
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert folders(lake, "labels")[0].depth == 1.0


def test_of_a_keeper_that_writes_meanwhile_nothing_is_lost(
    book: RecordBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk(book, 2)
    before = book.lake.open("activities")
    book.keep(post(ACCOUNTS[0], 9))
    present = book.present()
    monkeypatch.setattr(book.lake, "open", lambda _: before)
    with pytest.raises(LostRace):
        sort(book.lake, "activities", None)
    monkeypatch.undo()
    assert book.present() == present


def test_a_look_at_one_account_finds_all_that_it_did(book: RecordBook) -> None:
    talk(book, 3)
    sort(book.lake, "activities", None)
    for account in (ACCOUNTS[0], ACCOUNTS[33], "https://battures.example/users/nobody"):
        with Record(book.lake, {}) as record:
            key = account_key(account)
            whole = record.connection.execute(
                "SELECT id FROM activities WHERE actor_key = ? ORDER BY id", [key]
            ).fetchall()
            record.focus("activities", keys={"actor_key": [key]})
            narrow = record.connection.execute(
                "SELECT id FROM activities WHERE actor_key = ? ORDER BY id", [key]
            ).fetchall()
        assert narrow == whole
        assert len(whole) == (3 if account in ACCOUNTS else 0)


def test_small_files_are_merged_before_they_are_many(
    book: RecordBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("entregent.lake.tidying.MOST_SMALL", 3)
    talk(book, 3)
    assert not is_crowded(book.lake, "activities")
    talk(book, 1)
    book.keep(create(59, "encore", note="https://battures.example/n/more"))
    assert is_crowded(book.lake, "activities")
    merge_small(book.lake, "activities")
    assert not is_crowded(book.lake, "activities")


def test_the_index_knows_each_key_of_the_lake_and_goes_on_where_it_stood(book: RecordBook) -> None:
    talk(book, 2)
    assert KeyIndex(book.lake).catch_up() == 2 * len(ACCOUNTS)
    assert KeyIndex(book.lake).catch_up() == 0
    book.keep(create(30, "plus tard", note="https://battures.example/n/late"))
    with Record(book.lake, {}) as record:
        keys = record.connection.sql("SELECT key FROM activities").fetchnumpy()["key"]
        # The last batch is in the lake, and not in the index yet.
        assert UNKNOWN not in record.months_of(keys)
        assert record.months_of(np.array([12345])).tolist() == [UNKNOWN]
    assert KeyIndex(book.lake).catch_up() == 1


def test_without_its_index_the_record_knows_the_same(book: RecordBook) -> None:
    talk(book, 2)
    KeyIndex(book.lake).catch_up()
    activity = post(ACCOUNTS[0], 0)
    assert book.admit(activity).counts[0].known == 1
    KeyIndex(book.lake).forget_all()
    assert book.admit(activity).counts[0].known == 1


def test_what_a_killed_writer_left_is_removed_once_it_is_old(book: RecordBook) -> None:
    talk(book, 2)
    table = book.lake.open("activities")
    assert table is not None
    whole = Path(table.file_uris()[0].removeprefix("file://"))
    left = [whole.with_name(f"part-left-{age}.parquet") for age in ("old", "young")]
    for path in left:
        path.write_bytes(whole.read_bytes())
    two_days_ago = time.time() - 48 * 3_600
    os.utime(left[0], (two_days_ago, two_days_ago))
    merge_small(book.lake, "activities")
    assert [path.exists() for path in left] == [False, True]
