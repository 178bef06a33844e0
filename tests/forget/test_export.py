"""The export holds every row that is theirs, of every table, and nobody else's words."""

import json
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
from deltalake import DeltaTable

from tests.forget import story
from tests.forget.conftest import House


@pytest.fixture(scope="module")
def exported(built: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = tmp_path_factory.mktemp("export") / "maryse.json"
    told = built.program("remember", "export", "--account", story.MARYSE, "--output", path)
    assert told.returncode == 0, told.stderr.decode()
    document: dict[str, Any] = json.loads(path.read_bytes())
    return document


def _ask(house: House, name: str, query: str) -> list[int]:
    """Ask a table of the lake, read without any code of ours."""
    with duckdb.connect() as connection:
        connection.register("rows", DeltaTable(str(house.home / "lake" / name)).to_pyarrow_table())
        return sorted(key for (key,) in connection.execute(query).fetchall())


def test_every_activity_of_theirs_is_there_and_no_other(
    built: House, exported: dict[str, Any]
) -> None:
    found = sorted(row["key"] for row in exported["record"]["activities"])
    theirs = f"SELECT key FROM rows WHERE actor = '{story.MARYSE}'"
    assert found == _ask(built, "activities", theirs)
    assert len(found) == 7


def test_every_label_of_their_texts_is_there(built: House, exported: dict[str, Any]) -> None:
    wrote = _ask(
        built,
        "activities",
        f"SELECT DISTINCT object_key FROM rows WHERE actor = '{story.MARYSE}' "
        "AND type IN ('Create', 'Update')",
    )
    listed = ", ".join(map(str, wrote))
    found = sorted(row["key"] for row in exported["record"]["labels"])
    assert found == _ask(built, "labels", f"SELECT key FROM rows WHERE object_key IN ({listed})")
    assert found


def test_every_version_of_every_text_is_there(exported: dict[str, Any]) -> None:
    told = json.dumps(exported, ensure_ascii=False)
    assert [word for word in story.WORDS if word not in told] == []


def test_what_was_received_is_there_as_it_came(exported: dict[str, Any]) -> None:
    payloads = [row["payload"] for row in exported["record"]["raw"]]
    assert any(story.WORDS[0] in payload for payload in payloads)


def test_other_peoples_words_are_not(exported: dict[str, Any]) -> None:
    told = json.dumps(exported, ensure_ascii=False)
    for words in ("la soupe était bonne", "sous la même pluie", "quelle voix", "écœurante"):
        assert words not in told


def test_what_colleagues_hold_and_wrote_is_there(exported: dict[str, Any]) -> None:
    held = exported["working_set"]
    assert [row["name"] for row in held["people"]] == [story.NAME]
    assert [row["uri"] for row in held["accounts"]] == [story.MARYSE]
    assert [row["proof"] for row in held["consents"]] == [f"Formulaire signé par {story.NAME}"]
    assert len(held["promises"]) == 1
    assert len(held["looks"]) == 1
    assert [row["text"] for row in held["notes"]] == [f"{story.NAME} a l'air pressée"]
    assert [row["text"] for row in held["drafts"]] == ["Bonjour Maryse, brouillon-topaze"]
    assert held["conversations"]
    assert held["messages"]


def test_the_activities_can_be_read_by_other_programs(exported: dict[str, Any]) -> None:
    theirs, told = exported["activitystreams"]["items"]
    assert theirs["totalItems"] == len(theirs["orderedItems"]) == 7
    assert {item["actor"] for item in theirs["orderedItems"]} == {story.MARYSE}
    assert all("@context" in item for item in theirs["orderedItems"])
    assert [item["id"] for item in told["orderedItems"]] == ["https://frimas.example/notes/1/c"]


def test_an_archive_holds_one_file_for_each_form(built: House, tmp_path: Path) -> None:
    path = tmp_path / "maryse.zip"
    told = built.program("remember", "export", "--account", story.MARYSE, "--output", path)
    assert told.returncode == 0
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == ["as2.json", "json.json"]


def test_one_form_alone_can_be_asked_for(built: House, tmp_path: Path) -> None:
    path = tmp_path / "maryse.json"
    told = built.program("remember", "export", "--person", "1", "--format", "as2", "--output", path)
    assert told.returncode == 0
    assert json.loads(path.read_bytes())["type"] == "Collection"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--account", story.MARYSE), "--yes"),
        (("--yes",), "--account"),
        (("--account", story.MARYSE, "--person", "1", "--yes"), "not by both"),
        (("--account", "maryse", "--yes"), "no address"),
        (("--account", story.US, "--yes"), "own"),
        (("--person", "4711", "--yes"), "4711"),
    ],
)
def test_what_cannot_be_erased_is_refused_in_one_sentence(
    built: House, arguments: tuple[str, ...], reason: str
) -> None:
    told = built.program("remember", "erase", *arguments)
    assert told.returncode == 2
    assert told.stdout == b""
    (line,) = told.stderr.decode().splitlines()
    assert line.startswith("entregent: ")
    assert reason in line


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--account", story.MARYSE, "--format", "xml"), "xml"),
        (("--account", story.MARYSE, "--output", "/"), "folder"),
        (("--account", story.MARYSE, "--output", "/nowhere/at/all.json"), "cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_one_sentence(
    built: House, tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    place = () if "--output" in arguments else ("--output", tmp_path / "x.json")
    told = built.program("remember", "export", *arguments, *place)
    assert told.returncode == 2
    (line,) = told.stderr.decode().splitlines()
    assert reason in line
