"""A backup comes back whole, obeys the ledger, and is known to be good before anything changes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from tests import databases
from tests.cli.keeping import SECRET_WORDS, Instance, damaged_copy, furnished
from tests.cli.program import one_plain_line
from tests.listen.deeds import MARYSE, post, write


@pytest.fixture(scope="module")
def whole(house: Instance) -> list[bytes]:
    """Every activity of that house."""
    return house.exported()


def counts(house: Instance) -> list[int]:
    """Rows of some tables of the working set, and of those tables alone."""
    names = ("listen_source", "listen_sourceday", "remember_account", "organisation_function")
    return [databases.rows(house.home, f"SELECT count(*) FROM {name}")[0][0] for name in names]


@pytest.mark.parametrize("form", ["folder", "tar"])
def test_what_comes_back_is_the_same_to_the_byte(
    form: str, house: Instance, whole: list[bytes], request: pytest.FixtureRequest
) -> None:
    copy = house.elsewhere(f"restored-{form}")
    told = copy("restore", request.getfixturevalue(form), "--json")
    assert (told.code, told.err) == (0, "")
    assert (told.json["forgotten"], told.json["aside"]) == (0, None)
    assert copy.exported() == whole
    assert counts(copy) == counts(house)
    for name in ("accounts.key", "secret.key", "instance.id", "mail/letter.log"):
        assert (copy.home / name).read_bytes() == (house.home / name).read_bytes()
    checks = copy("doctor", "--json").json
    assert checks["status"] == "ok", checks


def test_it_goes_on_from_there(house: Instance, folder: Path, tmp_path: Path) -> None:
    copy = house.elsewhere("goes-on")
    assert copy("restore", folder).code == 0
    path = write(tmp_path / "b.jsonl", [post("La suite", "https://battures.example/notes/9")])
    told = copy("listen", "import", path, folder.parent.parent / "a.jsonl", "--json")
    assert (told.json["totals"]["new"], told.json["totals"]["known"]) == (1, 3)


def test_only_its_owner_can_read_what_came_back(house: Instance, folder: Path) -> None:
    copy = house.elsewhere("modes")
    assert copy("restore", folder).code == 0
    for path in copy.home.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_folder_that_holds_something_is_left_alone(
    house: Instance, folder: Path, whole: list[bytes]
) -> None:
    assert "is not empty" in one_plain_line(house("restore", folder))
    assert "--yes" in one_plain_line(house("restore", folder, "--replace"))
    assert house.exported() == whole


def test_what_was_there_is_moved_aside_and_not_removed(
    house: Instance, folder: Path, whole: list[bytes], tmp_path: Path
) -> None:
    copy = house.elsewhere("replaced")
    assert copy("restore", folder).code == 0
    path = write(tmp_path / "b.jsonl", [post("Plus tard", "https://battures.example/notes/9")])
    assert copy("listen", "import", path).code == 0
    (copy.home / "mail" / "letter.log").write_bytes(b"une autre lettre")
    told = copy("restore", folder, "--replace", "--yes", "--json")
    assert told.code == 0, told.err
    assert copy.exported() == whole
    aside = Path(told.json["aside"])
    assert (aside / "mail" / "letter.log").read_bytes() == b"une autre lettre"
    assert aside.parent == copy.home.parent
    if not databases.IS_POSTGRESQL:
        assert len(Instance(aside.parent, aside.name).exported()) == len(whole) + 1


@pytest.mark.parametrize("name", ["lake", "database", "home/accounts.key"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    name: str, house: Instance, folder: Path, tmp_path: Path
) -> None:
    path = tmp_path / "backup"
    shutil.copytree(folder, path)
    file = next(
        each for each in sorted([path / name, *path.joinpath(name).rglob("*")]) if each.is_file()
    )
    where = file.relative_to(path).as_posix()
    damaged_copy(path, where, file.stat().st_size // 2)
    copy = house.elsewhere(f"untouched-{name.replace('/', '-')}")
    assert f"{where} is damaged" in one_plain_line(copy("restore", path))
    assert [each.name for each in copy.home.iterdir()] == ["secret.key"]


def test_without_the_ledger_nothing_comes_back(house: Instance, folder: Path) -> None:
    copy = house.elsewhere("no-ledger")
    line = one_plain_line(copy("restore", folder, XDG_STATE_HOME=str(copy.folder / "no-state")))
    assert "ledger" in line
    assert "ENTREGENT_LEDGER" in line
    assert [each.name for each in copy.home.iterdir()] == ["secret.key"]


def test_a_damaged_ledger_is_refused(house: Instance, folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(house.ledger.read_bytes().replace(b'"version":1', b'"version":0'))
    copy = house.elsewhere("damaged-ledger")
    line = one_plain_line(copy("restore", folder, ENTREGENT_LEDGER=str(path)))
    assert f"{path} is damaged at line 1" in line


def changed_manifest(folder: Path, to: Path, **changes: object) -> Path:
    """A backup whose manifest says something else, and is whole."""
    from entregent.keeping import manifest

    shutil.copytree(folder, to)
    body = orjson.loads((to / manifest.NAME).read_bytes())
    body |= changes
    del body["digest"]
    body["digest"] = manifest._digest(body)
    (to / manifest.NAME).write_bytes(orjson.dumps(body))
    return to


@pytest.mark.parametrize(
    "changes",
    [
        {"lake_schema": 99},
        {"migrations": {"listen": "9999_later"}},
        {"format": 99},
    ],
    ids=["lake", "database", "format"],
)
def test_a_backup_of_a_newer_program_is_refused(
    changes: dict[str, object], house: Instance, folder: Path, tmp_path: Path
) -> None:
    path = changed_manifest(folder, tmp_path / "backup", **changes)
    copy = house.elsewhere("older-program")
    assert "newer" in one_plain_line(copy("restore", path))
    assert not (copy.home / "accounts.key").exists()


def test_a_path_that_leads_out_of_the_folder_is_refused(
    house: Instance, folder: Path, tmp_path: Path
) -> None:
    outside = {"path": "home/../../outside", "size": 1, "sha256": "0" * 64}
    path = changed_manifest(folder, tmp_path / "backup", files=[outside])
    assert "damaged" in one_plain_line(house.elsewhere("outside")("restore", path))


def test_a_restore_that_was_cut_off_is_not_used_and_can_be_done_again(
    house: Instance, folder: Path, whole: list[bytes]
) -> None:
    copy = house.elsewhere("cut-off")
    assert copy("restore", folder).code == 0
    (copy.home / "restore-is-not-finished").write_text("x")
    assert "was cut off" in one_plain_line(copy("export", "activities"))
    assert "was cut off" in one_plain_line(copy("listen", "sources"))
    assert "restore" in {
        check["name"]
        for check in copy("doctor", "--json").json["checks"]
        if check["status"] == "failed"
    }
    assert copy("restore", folder, "--replace", "--yes").code == 0
    assert copy.exported() == whole


def test_what_was_forgotten_after_the_backup_stays_forgotten(tmp_path: Path) -> None:
    house = furnished(tmp_path)
    backup = house.backups / "before.tar"
    house.back_up(backup)
    told = house("remember", "erase", "--account", MARYSE, "--yes")
    assert told.code == 0, told.err
    copy = house.elsewhere("restored")
    told = copy("restore", backup, "--json")
    assert told.code == 0, told.err
    assert told.json["forgotten"] > 0
    assert copy.exported() == house.exported()
    assert not any(SECRET_WORDS.encode() in line for line in copy.exported())
    assert MARYSE.encode() not in b"".join(
        path.read_bytes() for path in copy.home.rglob("*") if path.is_file()
    )
    assert copy("doctor", "--json").json["status"] == "ok"


def test_a_ledger_older_than_the_backup_is_refused(tmp_path: Path) -> None:
    house = furnished(tmp_path)
    early = house.ledger.read_bytes()
    assert house("remember", "erase", "--account", MARYSE, "--yes").code == 0
    house.back_up(house.backups / "after")
    house.ledger.write_bytes(early)
    line = one_plain_line(house.elsewhere("restored")("restore", house.backups / "after"))
    assert "older than the backup" in line


_QUEUE = """
import django

django.setup()
from entregent.apps.outbox.actions import Text, queue
from tests.founding import found

text = Text("mastodon", "https://frimas.example/us", "Oui, la rampe est là.", "fr", True)
alice = found()
queue(acting_user=alice, approved_by=alice, text=text)
"""


def test_what_the_backup_would_send_again_is_held(house: Instance, folder: Path) -> None:
    copy = house.elsewhere("with-a-text")
    assert copy("restore", folder).code == 0
    subprocess.run(
        [sys.executable, "-c", _QUEUE],
        env=databases.environment(copy.home, DJANGO_SETTINGS_MODULE="entregent.site.settings"),
        check=True,
    )
    backup = house.backups / "with-a-text"
    assert copy("backup", backup).code == 0
    again = house.elsewhere("with-a-text-again")
    assert again("restore", backup).code == 0
    assert databases.rows(again.home, "SELECT state, error, tries FROM outbox_outgoing") == [
        ("unknown", "restored", 1)
    ]
