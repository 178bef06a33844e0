"""A backup is one consistent copy, taken while others go on, and is either whole or not there."""

from __future__ import annotations

import hashlib
import random
import re
import signal
import subprocess
import tarfile
import time
from pathlib import Path

import pytest

from tests.cli.keeping import Instance, damaged_copy, furnished, manifest
from tests.cli.program import one_plain_line
from tests.listen.story import tell

LEAST_KILLS = 3


def test_every_file_is_listed_with_its_size_and_checksum(folder: Path) -> None:
    listed = {item["path"]: item for item in manifest(folder)["files"]}
    there = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert listed.keys() == there.keys()
    for name, body in there.items():
        assert listed[name]["size"] == len(body)
        assert listed[name]["sha256"] == hashlib.sha256(body).hexdigest()


def test_it_holds_keys_letters_record_and_working_set_and_no_ledger(folder: Path) -> None:
    names = {item["path"] for item in manifest(folder)["files"]}
    assert {f"home/{name}" for name in ("accounts.key", "secret.key", "instance.id")} <= names
    assert "home/mail/letter.log" in names
    assert any(name.startswith("database/") for name in names)
    assert any(name.startswith("lake/activities/month=2026-02/") for name in names)
    assert not any("ledger" in name or ".keys" in name for name in names)


def test_only_its_owner_can_read_it(folder: Path, tar: Path) -> None:
    for path in (folder, tar, *folder.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_tar_holds_the_same_files_and_any_tar_program_reads_it(folder: Path, tar: Path) -> None:
    with tarfile.open(tar) as opened:
        names = opened.getnames()
    assert names[-1] == "manifest.json", "written last"
    assert set(names[:-1]) == {item["path"] for item in manifest(folder)["files"]}


@pytest.mark.parametrize("form", ["folder", "tar"])
def test_a_whole_backup_is_verified(form: str, house: Instance, request: object) -> None:
    assert isinstance(request, pytest.FixtureRequest)
    told = house("backup", "--verify", request.getfixturevalue(form))
    assert told.code == 0
    assert b"Every file is what was written" in told.out


def test_it_says_how_far_it_reaches(house: Instance, folder: Path) -> None:
    told = house("backup", "--verify", folder, "--json")
    assert told.json["path"] == str(folder)
    assert told.json["files"] == len(manifest(folder)["files"])
    assert told.json["size"] == sum(item["size"] for item in manifest(folder)["files"])
    assert told.json["last_batch"] == 1


@pytest.mark.parametrize("place", [0, -1])
def test_a_flipped_bit_is_refused_with_the_name_of_the_file(
    place: int, house: Instance, tmp_path: Path
) -> None:
    path = tmp_path / "backup"
    house.back_up(path)
    name = random.Random(place).choice(manifest(path)["files"])["path"]
    damaged_copy(path, name, place)
    assert f"{name} is damaged" in one_plain_line(house("backup", "--verify", path))


def test_a_flipped_bit_in_a_tar_is_refused_with_the_name_of_the_file(
    house: Instance, tmp_path: Path
) -> None:
    path = tmp_path / "backup.tar"
    house.back_up(path)
    body = path.read_bytes()
    place = body.index(b"Bonjour Maryse")
    path.write_bytes(body[:place] + b"b" + body[place + 1 :])
    assert "home/mail/letter.log is damaged" in one_plain_line(house("backup", "--verify", path))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_tar_that_was_cut_off_is_no_backup(
    share: float, house: Instance, tar: Path, tmp_path: Path
) -> None:
    path = tmp_path / "backup.tar"
    body = tar.read_bytes()
    # What a tar ends with, after its last file, are zeros.
    path.write_bytes(body[: int(len(body.rstrip(b"\0")) * share)])
    line = one_plain_line(house("backup", "--verify", path))
    assert "no whole backup" in line or "is damaged" in line


def test_a_missing_file_is_refused_with_its_name(house: Instance, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    house.back_up(path)
    (path / "home" / "mail" / "letter.log").unlink()
    assert "home/mail/letter.log is missing" in one_plain_line(house("backup", "--verify", path))


def test_a_changed_manifest_is_refused(house: Instance, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    house.back_up(path)
    place = path / "manifest.json"
    place.write_bytes(place.read_bytes().replace(b'"last_batch": 1', b'"last_batch": 7'))
    assert "manifest.json is damaged" in one_plain_line(house("backup", "--verify", path))


def test_nothing_is_written_over(house: Instance, folder: Path, tmp_path: Path) -> None:
    assert "is there already" in one_plain_line(house("backup", folder))
    other = tmp_path / "notes.tar"
    other.write_text("mes notes")
    assert "is there already" in one_plain_line(house("backup", other))
    assert other.read_text() == "mes notes"


def test_places_where_no_backup_can_be_are_refused(house: Instance, tmp_path: Path) -> None:
    assert "in the data folder" in one_plain_line(house("backup", house.home / "backup"))
    assert "there is no folder" in one_plain_line(house("backup", tmp_path / "no" / "backup"))
    assert "there is no backup" in one_plain_line(house("backup", "--verify", tmp_path / "no"))


def test_without_its_ledger_an_instance_is_not_backed_up(tmp_path: Path) -> None:
    house = furnished(tmp_path)
    house.ledger.unlink()
    line = one_plain_line(house("backup", house.backups / "whole"))
    assert "ledger" in line
    assert list(house.backups.iterdir()) == []


def test_a_backup_is_recorded_and_its_age_told(house: Instance, folder: Path) -> None:
    checks = {check["name"]: check for check in house("doctor", "--json").json["checks"]}
    assert checks["backup"]["status"] == "ok"
    assert re.match(r"the newest is of \w+\s\d+, 20\d\d, \d", checks["backup"]["finding"])


def begun_backup(house: Instance, target: Path) -> subprocess.Popen[bytes]:
    """A backup that has begun to write, or is done already."""
    worker = house.start("backup", target)
    while worker.poll() is None and not any(target.parent.iterdir()):
        time.sleep(0.002)
    return worker


@pytest.mark.slow
@pytest.mark.parametrize("name", ["backup", "backup.tar"])
def test_a_backup_that_is_killed_leaves_nothing_that_looks_whole(
    name: str, house: Instance, tmp_path: Path
) -> None:
    chance = random.Random(name)
    killed = 0
    for attempt in range(4 * LEAST_KILLS):
        place = tmp_path / f"{attempt}"
        place.mkdir()
        worker = begun_backup(house, place / name)
        time.sleep(chance.uniform(0.0, 0.25))
        worker.kill()
        killed += worker.wait() == -signal.SIGKILL
        for left in place.iterdir():
            told = house("backup", "--verify", left)
            # What has its name is whole; what has not, nobody takes for a backup.
            assert told.code == (0 if left.name == name else 2), told.err
            assert left.name == name or ".draft" in left.name
        if killed >= LEAST_KILLS:
            break
    assert killed >= LEAST_KILLS


@pytest.mark.slow
@pytest.mark.parametrize("name", ["backup", "backup.tar"])
def test_a_backup_that_is_stopped_leaves_nothing(
    name: str, house: Instance, tmp_path: Path
) -> None:
    for attempt, how in enumerate((signal.SIGTERM, signal.SIGINT)):
        place = tmp_path / f"{attempt}"
        place.mkdir()
        worker = begun_backup(house, place / name)
        worker.send_signal(how)
        worker.wait()
        assert [left.name for left in place.iterdir()] in ([], [name])


@pytest.mark.slow
def _untimed(lines: list[bytes]) -> list[bytes]:
    """Exported lines, in an order of their own, without the moment at which each was learnt."""
    return sorted(re.sub(rb'"entregent:receivedAt":"[^"]*",?', b"", line) for line in lines)


def test_a_backup_during_an_import_is_one_moment_of_it(tmp_path: Path) -> None:
    house = furnished(tmp_path)
    before = house.exported()
    story = tell("flow", 8_000, 4)
    path = story.write(tmp_path / "flow.jsonl")
    worker = house.start("listen", "import", path)
    taken, known = [], []
    while worker.poll() is None and len(taken) < 3:
        taken.append(house.backups / f"{len(taken)}.tar")
        known.append(house.back_up(taken[-1])["last_batch"])
    assert worker.wait() == 0
    last = house.back_up(house.backups / "last")["last_batch"]
    assert any(number < last for number in known), "none was taken in the middle"
    whole = house.exported()
    sizes = []
    for number, backup in enumerate(taken):
        copy = house.elsewhere(f"copy-{number}")
        assert copy("restore", backup).code == 0
        lines = copy.exported()
        assert set(before) <= set(lines)
        sizes.append(len(lines))
        if number == len(taken) // 2:
            # What had not come in yet comes in again, and nothing twice.
            assert copy("listen", "import", path).code == 0
            assert _untimed(copy.exported()) == _untimed(whole)
            assert copy("doctor", "--json").json["status"] == "ok"
    assert sizes == sorted(sizes)
