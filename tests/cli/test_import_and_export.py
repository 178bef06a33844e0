"""What comes in by the command line stands in the export, as things are now."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests import databases
from tests.cli.program import Program, Told
from tests.listen.deeds import MARYSE, NOTE, deed, deletion, edit, like, post, unlike, write

LOST = "https://battures.example/notes/2"
LIKED = "https://battures.example/notes/3"
REPLY = "https://battures.example/notes/4"
FORGOTTEN = "un secret de Maryse à oublier"


def deeds() -> list[dict[str, Any]]:
    answer = {"id": REPLY, "type": "Note", "content": "Merci!", "inReplyTo": NOTE}
    return [
        post("La navette passe-t-elle?"),
        post(FORGOTTEN, LOST),
        post("La scène sur le quai", LIKED),
        deed("Create", f"{REPLY}/create", answer, "2026-02-03T16:00:00Z"),
        edit("La navette passe-t-elle à 19 h?"),
        deletion(LOST),
        like(LIKED),
        like(),
        unlike(),
        deed("Announce", f"{LIKED}/share", LIKED),
        deed("Follow", "https://battures.example/follows/1", "https://frimas.example/users/nous"),
    ]


@dataclass
class Story:
    """A whole course of commands, run once."""

    program: Program
    path: Path
    first: Told
    second: Told
    exported: Told
    sources: Told


@pytest.fixture(scope="module")
def story(entregent: Program, tmp_path_factory: pytest.TempPathFactory) -> Story:
    path = write(tmp_path_factory.mktemp("files") / "outbox.jsonl", deeds())
    with path.open("ab") as file:
        file.write(b'{"type": "Create", "id": "https://battures.example/x"\n')
    return Story(
        program=entregent,
        path=path,
        first=entregent("listen", "import", path, "--json"),
        second=entregent("listen", "import", path, "--json"),
        exported=entregent("export", "activities"),
        sources=entregent("listen", "sources", "--json"),
    )


def by_id(told: Told) -> dict[str, dict[str, Any]]:
    found = {document["id"]: document for document in told.lines}
    assert len(found) == len(told.lines), "each activity stands once"
    return found


def test_an_import_reports_each_file_and_the_totals(story: Story) -> None:
    report = story.first.json
    (file,) = report["files"]
    assert file["path"] == str(story.path)
    assert file["format"] == "activitystreams/activity"
    counts = {name: file[name] for name in ("new", "updated", "known", "deleted")}
    assert counts == {"new": 9, "updated": 1, "known": 0, "deleted": 1}
    (refusal,) = file["refused"]
    assert refusal.keys() == {"where", "reason"}
    assert refusal["where"] == "line 12"
    assert refusal["reason"]
    assert {name: report["totals"][name] for name in counts} == counts
    assert report["totals"]["refused"] == 1


def test_refusals_listed_give_exit_code_one(story: Story) -> None:
    assert story.first.code == 1


def test_json_is_all_that_stands_on_standard_output(story: Story) -> None:
    assert isinstance(story.first.json, dict)
    assert story.first.err == "", "no progress where nobody looks"


def test_the_same_file_again_brings_nothing_new(story: Story) -> None:
    (file,) = story.second.json["files"]
    assert (file["new"], file["updated"], file["deleted"], file["known"]) == (0, 0, 0, 11)


def test_the_export_holds_each_activity_once_and_nothing_else(story: Story) -> None:
    assert story.exported.code == 0
    assert story.exported.err == ""
    assert set(by_id(story.exported)) == {one["id"] for one in deeds()}


def test_an_edited_object_has_its_newest_text_wherever_it_stands(story: Story) -> None:
    present = by_id(story.exported)
    for uri in (f"{NOTE}/create", f"{NOTE}/update"):
        assert present[uri]["object"]["content"] == "La navette passe-t-elle à 19 h?"


def test_a_deleted_object_is_a_tombstone_and_its_text_is_nowhere(story: Story) -> None:
    tomb = by_id(story.exported)[f"{LOST}/create"]["object"]
    assert (tomb["type"], tomb["formerType"]) == ("Tombstone", "Note")
    assert FORGOTTEN.encode() not in story.exported.out
    assert b"oublier" not in story.exported.out


def test_likes_shares_follows_and_replies_stand_and_what_was_undone_says_so(story: Story) -> None:
    present = by_id(story.exported)
    assert "entregent:undone" not in present[f"{LIKED}/like"]
    assert present[f"{NOTE}/like"]["entregent:undone"] == "2026-02-03T15:00:00Z"
    kinds = sorted(document["type"] for document in present.values())
    assert (kinds.count("Announce"), kinds.count("Follow"), kinds.count("Undo")) == (1, 1, 1)
    assert present[f"{REPLY}/create"]["object"]["inReplyTo"] == NOTE


def test_every_line_is_activitystreams(story: Story) -> None:
    for document in story.exported.lines:
        assert document["@context"]
        assert document["actor"] == MARYSE


def test_sources_say_what_they_brought(story: Story) -> None:
    (source,) = story.sources.json["sources"]
    assert (source["network"], source["kind"], source["state"]) == (
        "activitystreams",
        "file",
        "current",
    )
    assert source["items"] == 11
    assert source["refused"] == 0
    assert len(source["days"]) == 14
    assert source["gaps"] == []
    assert source["error"] is None


def test_sources_are_told_to_people_too(story: Story) -> None:
    told = story.program("listen", "sources")
    assert told.code == 0
    assert b"11 items" in told.out


def test_an_export_to_a_file_is_the_same_as_to_standard_output(
    story: Story, tmp_path: Path
) -> None:
    output = tmp_path / "activities.jsonl"
    told = story.program("export", "activities", "--output", output)
    assert (told.code, told.out) == (0, b"")
    assert "11 activities" in told.err
    assert output.read_bytes() == story.exported.out
    assert list(tmp_path.iterdir()) == [output], "no draft is left"


def test_parquet_holds_the_same_activities(story: Story, tmp_path: Path) -> None:
    output = tmp_path / "activities.parquet"
    told = story.program("export", "activities", "--format", "parquet", "--output", output)
    assert told.code == 0, told.err
    rows = {row["id"]: row for row in pq.read_table(output).to_pylist()}
    assert set(rows) == set(by_id(story.exported))
    assert rows[f"{NOTE}/create"]["content"] == "La navette passe-t-elle à 19 h?"
    assert rows[f"{LOST}/create"]["content"] is None
    assert rows[f"{LOST}/create"]["deleted"] is not None
    assert rows[f"{NOTE}/like"]["undone"] is not None
    assert FORGOTTEN not in str(rows)


def test_parquet_goes_to_standard_output_as_well(story: Story) -> None:
    told = story.program("export", "activities", "--format", "parquet")
    assert told.code == 0, told.err
    assert pq.read_table(io.BytesIO(told.out)).num_rows == len(story.exported.lines)


def test_an_export_of_the_export_is_the_same(story: Story, fresh: Program, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_bytes(story.exported.out)
    told = fresh("listen", "import", path, "--json")
    assert told.code == 0, told.json
    again = {document["id"]: _told(document) for document in fresh.exported()}
    assert again == {document["id"]: _told(document) for document in story.exported.lines}


def _told(document: dict[str, Any]) -> dict[str, Any]:
    """What an activity tells, without how it came to us."""
    ours = {"entregent:receivedAt", "entregent:source", "entregent:dataschema"}
    return {name: value for name, value in document.items() if name not in ours}


def test_the_report_for_people_says_the_same(fresh: Program, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [post(), deletion()])
    empty = tmp_path / "b.json"
    empty.write_text("")
    told = fresh("listen", "import", path, empty)
    assert told.code == 0, told.err
    first, second, totals = told.out.decode().splitlines()
    assert first == f"{path} (activitystreams/activity): 1 new, 1 deleted"
    assert second.startswith(str(empty))
    assert totals.startswith("1 new, ")


def test_a_folder_is_imported_whole(fresh: Program, tmp_path: Path) -> None:
    folder = tmp_path / "dossier"
    (folder / "dedans").mkdir(parents=True)
    write(folder / "a.jsonl", [post()])
    write(folder / "dedans" / "b.jsonl", [post(note=LIKED)])
    told = fresh("listen", "import", folder, "--json")
    assert told.code == 0
    assert [Path(file["path"]).name for file in told.json["files"]] == ["a.jsonl", "b.jsonl"]
    assert told.json["totals"]["new"] == 2


def test_an_empty_house_exports_nothing(fresh: Program, tmp_path: Path) -> None:
    assert fresh.exported() == []
    output = tmp_path / "rien.parquet"
    assert fresh("export", "activities", "--format", "parquet", "--output", output).code == 0
    assert pq.read_table(output).num_rows == 0


def test_a_first_command_makes_the_data_folder_and_keeps_it_private(tmp_path: Path) -> None:
    program = Program(tmp_path / "deep" / "home")
    (tmp_path / "deep").mkdir()
    told = program("listen", "import", write(tmp_path / "a.jsonl", [post()]), "--json")
    assert told.code == 0, told.err
    assert told.json["totals"]["new"] == 1
    assert (program.home.stat().st_mode & 0o077) == 0
    waiting = databases.rows(program.home, "SELECT number FROM listen_batch")
    assert waiting == [], "everything is in the lake"
