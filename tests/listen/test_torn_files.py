"""The machine fell, and the newest file of the record is cut off: it is told, and made good."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from entregent.apps.listen import journal
from entregent.apps.listen.health import Check
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.models import Batch
from entregent.keeping.health import examine
from entregent.lake import disk
from entregent.lake.errors import LakeError
from entregent.lake.key_index import KeyIndex
from entregent.lake.tidying import sort
from entregent.vocabulary import Activity, Object
from tests.listen.rolling import keep, land

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 2, 3, 17, tzinfo=UTC)
Export = Callable[[], list[dict[str, Any]]]


def text(name: str, kind: str = "Create") -> Activity:
    note = f"https://battures.example/notes/{name}"
    return Activity(
        id=f"{note}/{kind.lower()}",
        type=kind,
        actor="https://battures.example/users/maryse",
        object=Object(id=note, type="Note", content=f"Merci! ({kind})"),
        published=NOON + timedelta(hours=kind == "Update"),
        received_at=NOON + timedelta(hours=2),
        source="file:activitystreams",
        dataschema="test/1",
    )


@pytest.fixture
def kept_twice(keeper: Keeper) -> Keeper:
    """One batch is in the lake and forgotten; one is in the lake, and waits in the journal still.

    So it stands when the machine falls after an append and before the journal forgets it.
    """
    keep(keeper, text("1"))
    land(text("2"), text("1", "Update"))
    assert keeper.turn(hurry=True).admitted
    (batch,) = Batch.objects.all()
    assert keeper.turn(flush=True).kept
    batch.save(force_insert=True)
    return keeper


def tear_entry(table: Path) -> None:
    """Cut the newest entry of the log in half."""
    path = max((table / "_delta_log").glob("*.json"))
    os.truncate(path, path.stat().st_size // 2)


def empty_entry(table: Path) -> None:
    """Leave nothing of the newest entry: so a file looks whose bytes were never written."""
    os.truncate(max((table / "_delta_log").glob("*.json")), 0)


def tear_file(table: Path) -> None:
    """Cut the newest Parquet file in half."""
    path = max(table.rglob("part-*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    os.truncate(path, path.stat().st_size // 2)


def empty_blocks(table: Path) -> None:
    """Keep the size of the newest Parquet file, and none of its bytes."""
    path = max(table.rglob("part-*.parquet"), key=lambda path: path.stat().st_mtime_ns)
    path.write_bytes(b"\0" * path.stat().st_size)


TEARS = (tear_entry, empty_entry, tear_file, empty_blocks)


def lake_check() -> Check:
    with translation.override("en"):
        found = next(check for check in examine() if check.name == "lake")
        return replace(found, finding=str(found.finding), remedy=str(found.remedy))


@pytest.mark.parametrize("table", ["activities", "superseded"])
@pytest.mark.parametrize("tear", TEARS)
def test_an_append_that_was_cut_off_is_done_again(
    tear: Callable[[Path], None], table: str, kept_twice: Keeper, home: Path, exported: Export
) -> None:
    tear(home / "lake" / table)
    check = lake_check()
    assert check.status == "warning"
    assert table in str(check.finding)
    keep(Keeper(kept_twice.claim))
    assert lake_check().status == "ok"
    found = {each["id"][-8:]: each["object"]["content"] for each in exported()}
    assert sorted(found) == ["1/create", "1/update", "2/create"]
    assert found["1/create"] == "Merci! (Update)"
    assert not Batch.objects.exists()


@pytest.mark.parametrize("tear", TEARS)
def test_what_is_cut_off_and_waits_nowhere_is_told_and_not_passed_over(
    tear: Callable[[Path], None], keeper: Keeper, home: Path
) -> None:
    keep(keeper, text("1"))
    keep(keeper, text("2"))
    tear(home / "lake" / "activities")
    check = lake_check()
    assert check.status == "failed"
    assert "is cut off" in str(check.finding)
    assert "backup" in str(check.remedy)
    with pytest.raises(LakeError, match=r"is cut off.*restore the newest backup"):
        Keeper(keeper.claim).turn(flush=True)


@pytest.mark.parametrize("tear", [tear_file, empty_blocks])
def test_sorting_that_was_cut_off_is_undone_and_nothing_is_lost(
    tear: Callable[[Path], None], keeper: Keeper, home: Path, exported: Export
) -> None:
    for name in ("1", "2", "3"):
        keep(keeper, text(name))
    before = exported()
    sort(journal.lake(), "activities", month_of(journal.lake().root))
    checkpoints = (home / "lake" / "activities" / "_delta_log").glob("*checkpoint*")
    for path in checkpoints:
        path.unlink()
    tear(home / "lake" / "activities")
    assert lake_check().status == "warning"
    Keeper(keeper.claim).turn(flush=True)
    assert exported() == before
    assert lake_check().status == "ok"


def month_of(root: Path) -> str:
    (folder,) = (root / "activities").glob("month=*")
    return folder.name.removeprefix("month=")


def test_a_file_cut_off_in_the_middle_of_the_record_is_told(keeper: Keeper, home: Path) -> None:
    keep(keeper, text("1"))
    path = next((home / "lake" / "activities").rglob("part-*.parquet"))
    keep(keeper, text("2"))
    os.truncate(path, 100)
    check = lake_check()
    assert check.status == "failed"
    assert path.name in str(check.finding)


@pytest.mark.parametrize("what", ["*.run", "manifest.json"])
def test_the_index_of_keys_is_made_again_when_it_is_cut_off(
    what: str, keeper: Keeper, home: Path, exported: Export
) -> None:
    keep(keeper, text("1"))
    for path in (home / "lake" / ".keys").rglob(what):
        os.truncate(path, path.stat().st_size // 2)
    land(text("1"), text("2"))
    keep(Keeper(keeper.claim))
    assert sorted(each["id"][-8:] for each in exported()) == ["1/create", "2/create"]
    table = journal.lake().open("activities")
    assert table is not None
    assert KeyIndex(journal.lake()).covers(table) == table.transaction_version("entregent-keeper")


def test_an_index_that_knows_more_than_the_record_hides_nothing(
    keeper: Keeper, home: Path, exported: Export
) -> None:
    """An older copy of the record came back, and the index of keys stayed."""
    keep(keeper, text("1"))
    keep(keeper, text("2"))
    max((home / "lake" / "activities" / "_delta_log").glob("*.json")).unlink()
    assert len(exported()) == 1
    check = lake_check()
    assert (check.status, "behind" in str(check.finding)) == ("warning", True)
    keep(Keeper(keeper.claim), text("2"))
    assert len(exported()) == 2


def test_the_journal_gives_nothing_up_before_the_disk_has_it(
    keeper: Keeper, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: set[int] = set()
    force = os.fsync

    def watched(handle: int) -> None:
        forced.add(os.fstat(handle).st_ino)
        force(handle)

    monkeypatch.setattr(os, "fsync", watched)
    keep(keeper, text("1"))
    table = home / "lake" / "activities"
    needed = [*table.rglob("part-*.parquet"), *table.rglob("*.json"), table, table / "_delta_log"]
    assert len(needed) >= 5
    assert {path.name for path in needed if path.stat().st_ino not in forced} == set()


def test_what_a_killed_writer_left_half_written_goes(keeper: Keeper, home: Path) -> None:
    keep(keeper, text("1"))
    table = home / "lake" / "activities"
    drafts = [
        table / "month=2026-02" / "part-00000-a.zstd.parquet#1",
        table / "_delta_log" / "00000000000000000009.json#2",
    ]
    for draft in drafts:
        draft.parent.mkdir(exist_ok=True)
        draft.write_bytes(b"PAR1 des mots de quelqu'un")
    keeper.compact()
    assert not [draft for draft in drafts if draft.exists()]


def test_a_commit_in_the_checkpoint_was_safe_before(keeper: Keeper, home: Path) -> None:
    keep(keeper, text("1"))
    keeper.compact()
    assert disk.torn(home / "lake" / "activities") is None
