"""Doctor says what is well, what is not and what to do; other commands say it in one line."""

from pathlib import Path
from typing import Any

import pytest

from entregent.lake.schema import SCHEMA_VERSION
from tests import databases
from tests.cli.program import Program, Told, one_plain_line
from tests.listen.deeds import post, write

NAMES = [
    *("database", "lake", "journal", "keeper", "gaps", "rollups", "clock"),
    *("engine", "erasures", "ledger", "backup", "disk"),
]


@pytest.fixture(scope="module")
def kept(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in whose lake one activity is kept."""
    folder = tmp_path_factory.mktemp("kept")
    databases.copy(prepared, folder / "home")
    path = write(folder / "a.jsonl", [post()])
    assert Program(folder / "home")("listen", "import", path).code == 0
    return folder / "home"


@pytest.fixture
def house(kept: Path, tmp_path: Path) -> Program:
    """The program with a copy of that folder, which the test may damage."""
    return Program(databases.copy(kept, tmp_path / "home"))


def failed(told: Told, names: list[str] = NAMES) -> dict[str, dict[str, Any]]:
    """The checks that failed, by name; none stopped another."""
    assert told.code == 1
    assert told.err == ""
    document = told.json
    assert document["status"] == "failed"
    assert [check["name"] for check in document["checks"]] == names
    found = {check["name"]: check for check in document["checks"] if check["status"] == "failed"}
    assert all(check["finding"] and check["remedy"] for check in found.values())
    assert not any("\n" in check["finding"] for check in document["checks"])
    return found


def test_a_good_house_is_well(house: Program) -> None:
    told = house("doctor", "--json")
    assert told.code == 0, told.out
    assert told.json["status"] == "ok"
    assert [(check["name"], check["status"]) for check in told.json["checks"]] == [
        (name, "ok") for name in NAMES
    ]
    assert {check["remedy"] for check in told.json["checks"]} == {None}


def test_it_tells_people_in_lines(house: Program) -> None:
    told = house("doctor")
    assert told.code == 0
    lines = told.out.decode().splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == NAMES


@pytest.mark.sqlite
def test_an_empty_home_is_told_what_to_do_and_is_not_changed(tmp_path: Path) -> None:
    program = Program(tmp_path / "home")
    found = failed(program("doctor", "--json"), ["database"])
    assert "entregent run" in found["database"]["remedy"]
    assert not (program.home / "entregent.sqlite3").exists()
    assert not (program.home / "lake").exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("how", ["overwritten", "no database"])
def test_a_damaged_database_is_told(how: str, house: Program) -> None:
    path = house.home / "entregent.sqlite3"
    body = path.read_bytes()
    for name in ("entregent.sqlite3-wal", "entregent.sqlite3-shm"):
        (house.home / name).unlink(missing_ok=True)
    path.write_bytes(
        {
            "overwritten": body[:4096] + b"\xaa" * (len(body) - 4096),
            "no database": b"ceci n'est pas une base",
        }[how]
    )
    assert "database" in failed(house("doctor", "--json"))
    assert "doctor" in one_plain_line(house("export", "activities"))


def test_a_missing_file_of_the_lake_is_told(house: Program) -> None:
    (file,) = (house.home / "lake" / "activities").glob("month=*/*.parquet")
    file.unlink()
    found = failed(house("doctor", "--json"))
    assert list(found) == ["lake"]
    assert "activities" in found["lake"]["finding"]
    assert one_plain_line(house("export", "activities"))


def test_a_damaged_log_of_the_lake_is_told(house: Program) -> None:
    for path in (house.home / "lake" / "activities" / "_delta_log").iterdir():
        path.write_bytes(b"{nothing")
    assert list(failed(house("doctor", "--json"))) == ["lake"]
    assert one_plain_line(house("export", "activities"))


def test_a_lake_of_a_newer_program_is_refused_with_the_remedy(
    house: Program, tmp_path: Path
) -> None:
    log = house.home / "lake" / "raw" / "_delta_log" / "00000000000000000000.json"
    good = log.read_text()
    log.write_text(good.replace(f"entregent schema {SCHEMA_VERSION}", "entregent schema 99"))
    found = failed(house("doctor", "--json"))
    assert "install the newer Entregent" in found["lake"]["finding"]
    other = post(note="https://battures.example/notes/2")
    path = write(tmp_path / "b.jsonl", [other])
    for command in (("export", "activities"), ("listen", "import", path)):
        assert "install the newer Entregent" in one_plain_line(house(*command))
    log.write_text(good)
    assert house("loop", "--once").code == 0
    assert other["id"] in {document["id"] for document in house.exported()}, "nothing was lost"


def test_a_database_of_a_newer_program_is_refused_with_the_remedy(house: Program) -> None:
    databases.change(
        house.home,
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('listen', '9999_later', '2026-01-01')",
    )
    assert "newer Entregent" in one_plain_line(house("listen", "sources"))


def test_a_lake_ahead_of_an_older_database_is_a_warning(house: Program) -> None:
    databases.change(house.home, "UPDATE listen_lease SET last_batch = 0")
    told = house("doctor", "--json")
    assert (told.code, told.json["status"]) == (0, "warning")
    (warning,) = [check for check in told.json["checks"] if check["status"] == "warning"]
    assert warning["name"] == "lake"
    assert warning["remedy"]


@pytest.mark.sqlite
def test_a_read_only_house_is_told(house: Program) -> None:
    for place in (house.home, *house.home.rglob("*")):
        place.chmod(0o555 if place.is_dir() else 0o444)
    lowly = Program(house.home, heeds_permissions=True)
    found = failed(lowly("doctor", "--json"))
    assert "database" in found
    assert "write" in found["database"]["finding"]
    assert one_plain_line(lowly("export", "activities"))
    for place in (house.home, *house.home.rglob("*")):
        place.chmod(0o755)
