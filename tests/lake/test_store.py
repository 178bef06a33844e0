"""The folder of tables: appended to once, kept tidy, and silent about people in its log."""

import shutil
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable

from entregent.lake.admission import admit
from entregent.lake.errors import LakeError, LostRace, NewerLake
from entregent.lake.record import Record, read
from entregent.lake.rows import Landing
from entregent.lake.schema import SCHEMA_VERSION, TABLES
from entregent.lake.store import KEEPER, Lake
from entregent.lake.tidying import merge_small
from entregent.vocabulary import Account, Activity, Point
from tests.lake.record_book import RecordBook, account_key, at, create, delete, told, update

NAME = "Maryse Bélanger-Ouellet"
HANDLE = "@maryse_des_battures"
URI = "https://battures.example/users/maryse-unique"
WORDS = "ma grand-mère tricote des tuques"


def first_log(book: RecordBook, name: str) -> Path:
    return Path(book.lake.path(name)) / "_delta_log" / "00000000000000000000.json"


def rows_of(book: RecordBook, *activities: Activity) -> pa.Table:
    """Rows for the table of activities, not numbered yet."""
    return book.admit(*activities).tables["activities"]


def keys_of(lake: Lake) -> list[int]:
    with Record(lake, {}) as record:
        return [row[0] for row in record.connection.sql("SELECT key FROM activities").fetchall()]


def version(lake: Lake, name: str = "activities") -> int | None:
    table = lake.open(name)
    assert table is not None
    return table.transaction_version(KEEPER)


def test_a_lake_of_a_newer_program_is_refused_with_the_remedy(book: RecordBook) -> None:
    log = first_log(book, "series")
    ours = f"entregent schema {SCHEMA_VERSION}"
    log.write_text(log.read_text().replace(ours, "entregent schema 99"))
    with pytest.raises(NewerLake, match=r"schema 99 .* knows \d+; install the newer Entregent"):
        book.lake.open("series")
    with pytest.raises(NewerLake):
        Record(book.lake, {})


def test_a_table_that_is_not_ours_is_refused(book: RecordBook) -> None:
    log = first_log(book, "series")
    ours = f"entregent schema {SCHEMA_VERSION}"
    log.write_text(log.read_text().replace(ours, "something else"))
    with pytest.raises(NewerLake, match="schema"):
        book.lake.open("series")


def test_a_damaged_log_is_told_with_the_remedy(book: RecordBook) -> None:
    first_log(book, "series").write_text("{nothing")
    with pytest.raises(LakeError, match=r"« series » .* restore the newest backup"):
        book.lake.open("series")


def test_a_lake_of_the_version_before_is_read_and_completed(book: RecordBook) -> None:
    book.keep(create(0))
    for name in set(TABLES) - {"labels"}:
        log = first_log(book, name)
        log.write_text(
            log.read_text().replace(f"entregent schema {SCHEMA_VERSION}", "entregent schema 1")
        )
    shutil.rmtree(book.lake.root / "labels")

    before = keys_of(book.lake)
    book.lake.create()
    book.keep(create(1, note="https://battures.example/notes/2"))

    assert len(before) == 1
    assert len(keys_of(book.lake)) == 2
    assert book.lake.open("labels") is not None


def test_a_table_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    assert lake.open("activities") is None
    assert keys_of(lake) == []


def test_creating_the_tables_twice_changes_nothing(book: RecordBook) -> None:
    book.keep(create(0))
    book.lake.create()
    assert len(keys_of(book.lake)) == 1


def test_a_batch_is_appended_once(book: RecordBook) -> None:
    rows = rows_of(book, create(0))
    assert book.lake.append("activities", {1: rows})
    assert not book.lake.append("activities", {1: rows})
    assert len(keys_of(book.lake)) == 1
    assert version(book.lake) == 1


def test_of_several_batches_only_those_that_are_missing_are_appended(book: RecordBook) -> None:
    first = rows_of(book, create(0))
    second = rows_of(book, create(1, note="https://battures.example/notes/2"))
    book.lake.append("activities", {1: first})
    assert book.lake.append("activities", {1: first, 2: second})
    assert len(keys_of(book.lake)) == 2
    assert version(book.lake) == 2


def test_a_batch_that_brings_nothing_to_a_table_leaves_it_alone(book: RecordBook) -> None:
    assert not book.lake.append("activities", {1: rows_of(book, create(0)).slice(0, 0)})
    assert version(book.lake) is None


class WhileSomebodyElse(Lake):
    """A lake in which another keeper commits between our look at the log and our own commit."""

    def __init__(self, root: Path, rows: pa.Table) -> None:
        super().__init__(root)
        self.rows = rows

    def open(self, name: str) -> DeltaTable | None:
        table = super().open(name)
        Lake(self.root).append(name, {1: self.rows})
        return table


def test_a_commit_in_between_is_a_lost_race_and_nothing_is_written(book: RecordBook) -> None:
    rows = rows_of(book, create(0))
    with pytest.raises(LostRace, match="activities"):
        WhileSomebodyElse(book.lake.root, rows).append("activities", {1: rows})
    assert len(keys_of(book.lake)) == 1
    assert version(book.lake) == 1


def test_however_many_append_the_same_batch_at_once_it_stands_once(book: RecordBook) -> None:
    rows = rows_of(book, create(0))
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def append() -> None:
        start.wait()
        try:
            outcomes.append("wrote" if book.lake.append("activities", {1: rows}) else "known")
        except LostRace:
            outcomes.append("lost")

    threads = [threading.Thread(target=append) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    assert outcomes.count("wrote") == 1
    assert len(keys_of(book.lake)) == 1


def keep_people(book: RecordBook) -> None:
    """Batches that hold everything a person may be known by, in every table."""
    for number in range(1, 4):
        note = f"{URI}/notes/{number}"
        landing = Landing(account_key)
        deeds = [
            create(number, WORDS, note, name=NAME, summary=WORDS, attributed_to=URI),
            update(number + 10, f"{WORDS}!", note),
            delete(number + 20, note),
            told("Like", number, f"{URI}/likes/{number}", actor=URI, content=WORDS),
        ]
        account = Account(URI, "Person", "file:test", at(number), handle=HANDLE, name=NAME)
        point = Point(URI, WORDS, at(number), 5.0, "count", "file:test", at(number), NAME)
        landing.add(
            activities=deeds,
            accounts=[account],
            points=[point],
            aliases=[(f"{URI}/alias", note)],
            native=note,
            raw={"name": NAME, "handle": HANDLE, "content": WORDS},
        )
        from entregent.lake.admission import admit

        with Record(book.lake, {}) as known:
            admitted = admit([landing.tables()], known)
        for name, rows in admitted.numbered(number).items():
            book.lake.append(name, {number: rows})


def test_the_logs_hold_keys_and_times_and_no_word_of_a_person(book: RecordBook) -> None:
    keep_people(book)
    for name in TABLES:
        merge_small(book.lake, name, vacuum_hours=0)
    logs = [path for path in book.lake.root.glob("*/_delta_log/*") if path.suffix == ".json"]
    assert {path.parent.parent.name for path in logs} == set(TABLES)
    said = "".join(path.read_text() for path in logs)
    assert '\\"minValues\\"' in said, "statistics are kept, of keys and times"
    for words in (NAME, HANDLE, URI, WORDS, "Maryse", "maryse", "battures", "tuques"):
        assert words not in said


def test_statistics_name_only_columns_of_keys_and_times(book: RecordBook) -> None:
    for table in TABLES.values():
        kinds = {table.schema.field(name).type for name in table.statistics}
        assert all(pa.types.is_int64(kind) or pa.types.is_timestamp(kind) for kind in kinds)
        opened = book.lake.open(table.name)
        assert opened is not None
        configured = opened.metadata().configuration["delta.dataSkippingStatsColumns"]
        assert configured == ",".join(table.statistics)


def test_compaction_keeps_every_row_in_fewer_files(book: RecordBook) -> None:
    for minute in range(4):
        book.keep(create(minute, f"note {minute}", note=f"https://battures.example/n/{minute}"))
    book.keep(update(60, "corrigé", note="https://battures.example/n/0"))
    before, last = book.present(), version(book.lake)
    removed = {name: merge_small(book.lake, name, vacuum_hours=0) for name in TABLES}
    assert removed["activities"] == 5
    assert list(Path(book.lake.path("activities")).glob("month=*/*.parquet")) != []
    table = book.lake.open("activities")
    assert table is not None
    assert len(table.file_uris()) == 1
    assert book.present() == before
    assert version(book.lake) == last, "the number of the last batch outlives a checkpoint"


def test_who_reads_while_files_are_merged_away_sees_everything(book: RecordBook) -> None:
    for minute in range(3):
        book.keep(create(minute, note=f"https://battures.example/n/{minute}"))
    opened: list[Record] = []

    def open_record() -> Record:
        record = Record(book.lake, {})
        if not opened:
            # Between opening and asking: the files this look knows are gone.
            merge_small(book.lake, "activities", vacuum_hours=0)
        opened.append(record)
        return record

    def count(record: Record) -> Any:
        return record.connection.sql("SELECT count(*) FROM activities").fetchall()[0][0]

    assert read(open_record, count) == 3
    assert len(opened) == 2


def test_admission_leaves_nothing_of_its_own_in_the_look_that_it_used(book: RecordBook) -> None:
    landing = Landing(account_key)
    landing.add(activities=[create(0)])
    with Record(book.lake, {}) as record:
        admit([landing.tables()], record)
        left = record.connection.sql(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal"
        ).fetchall()
    assert left == []


def test_an_error_that_is_not_about_a_file_that_went_is_not_hidden(book: RecordBook) -> None:
    import duckdb

    asked: list[Record] = []

    def ask(record: Record) -> None:
        asked.append(record)
        record.connection.sql("SELECT nothing FROM activities").fetchall()

    with pytest.raises(duckdb.BinderException):
        read(lambda: Record(book.lake, {}), ask)
    assert len(asked) == 1


def test_what_waits_is_seen_until_the_lake_holds_it_and_never_twice(book: RecordBook) -> None:
    admitted = book.admit(create(0)).numbered(1)

    def seen() -> int:
        with Record(book.lake, {1: admitted}) as record:
            rows = record.connection.sql("SELECT count(*) FROM activities").fetchall()
            return int(rows[0][0])

    assert seen() == 1
    book.lake.append("activities", {1: admitted["activities"]})
    assert seen() == 1
