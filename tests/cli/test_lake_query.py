"""Asking the record by name, at the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from entregent.lake.questions import QUESTIONS
from tests import databases
from tests.cli.program import Program

MARYSE = "https://battures.example/users/maryse"
NOTES = [
    ("1", "2026-03-01T17:00:00Z", "Où sont les navettes?"),
    ("2", "2026-03-08T04:30:00Z", "Bravo pour la <b>navette</b> 🫐"),
]


@pytest.fixture(scope="module")
def told(entregent: Program, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program, with two notes in its record, and one that was deleted."""
    path = tmp_path_factory.mktemp("notes") / "outbox.json"
    path.write_text(json.dumps({"type": "OrderedCollection", "orderedItems": activities()}))
    done = entregent("listen", "import", path, "--json")
    assert done.code == 0, done.err
    return entregent


def activities() -> list[dict[str, Any]]:
    made = [
        _create(number, published, content)
        for number, published, content in (
            *NOTES,
            ("3", "2026-03-09T12:00:00Z", "à oublier navette"),
        )
    ]
    gone = {
        "id": "https://battures.example/notes/3#delete",
        "type": "Delete",
        "actor": MARYSE,
        "published": "2026-03-10T12:00:00Z",
        "object": {"id": "https://battures.example/notes/3", "type": "Tombstone"},
    }
    return [*made, gone]


def _create(number: str, published: str, content: str) -> dict[str, Any]:
    uri = f"https://battures.example/notes/{number}"
    return {
        "id": f"{uri}#create",
        "type": "Create",
        "actor": MARYSE,
        "published": published,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "object": {
            "id": uri,
            "type": "Note",
            "attributedTo": MARYSE,
            "content": content,
            "published": published,
        },
    }


@pytest.mark.parametrize("name", list(QUESTIONS))
def test_every_named_query_answers_whatever_the_record_holds(told: Program, name: str) -> None:
    done = told("lake", "query", name, "--from", "2026-03-01", "--until", "2026-03-31", "--json")
    assert done.code == 0, done.err
    assert done.json["query"] == name
    assert all(list(row) == done.json["columns"] for row in done.json["rows"])


def test_days_are_those_of_the_zone_and_a_deleted_text_does_not_count(told: Program) -> None:
    done = told("lake", "query", "activities-by-day", "--by", "type", "--json")
    counts = {row["day"]: row["activities"] for row in done.json["rows"] if row["type"] == "Create"}
    assert counts == {"2026-03-01": 1, "2026-03-07": 1}


def test_hours_are_told_in_utc(told: Program) -> None:
    done = told("lake", "query", "activities-by-hour", "--by", "type", "--json", "--limit", "1")
    assert done.json["rows"] == [
        {"hour": "2026-03-01T17:00:00Z", "type": "Create", "activities": 1, "accounts": 1}
    ]


def test_words_are_found_as_a_saved_query_finds_them(told: Program) -> None:
    done = told("lake", "query", "search", "--words", "navette* NOT bravo", "--json")
    assert [row["object_id"] for row in done.json["rows"]] == ["https://battures.example/notes/1"]
    assert done.json["rows"][0]["words"] == NOTES[0][2]


def test_a_table_is_for_people(told: Program) -> None:
    done = told("lake", "query", "activities-by-day", "--by", "type", "--until", "2026-03-02")
    assert done.code == 0, done.err
    shown = done.out.decode()
    assert "2026-03-01" in shown
    assert "activities" in shown
    empty = told("lake", "query", "paths")
    assert empty.out.decode() == "No rows.\n"


def test_the_audit_trail_says_what_was_asked_and_not_the_words(told: Program) -> None:
    told("lake", "query", "search", "--from", "2026-03-01", "--words", "confidentiel")
    (last,) = databases.rows(
        told.home,
        "SELECT subject, changes, member_id FROM organisation_auditentry "
        "WHERE action = 'lake.query_asked' ORDER BY id DESC LIMIT 1",
    )
    assert last[0] == "question:search"
    changes = json.loads(last[1]) if isinstance(last[1], str) else last[1]
    assert changes == {
        "engine": [None, "duckdb"],
        "from_day": [None, "2026-03-01"],
        "queries": [None, 1],
    }
    assert last[2] is None


def test_the_named_queries_are_listed(told: Program) -> None:
    listed = told("lake", "queries", "--json").json["queries"]
    assert [each["name"] for each in listed] == list(QUESTIONS)
    assert all(set(each["title"]) == {"fr", "en"} for each in listed)
    assert len(told("lake", "queries").out.decode().splitlines()) == len(QUESTIONS)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["activites-par-jour"], "no query is called « activites-par-jour »; did you mean"),
        (["zzz"], "no query is called « zzz »; « entregent lake queries » lists them all"),
        (["paths", "--from", "mars"], "--from « mars » is no day; write it as 2026-03-31"),
        (["paths", "--from", "2026-03-02", "--until", "2026-03-01"], "turn them round"),
        (["paths", "--until", "9999-12-31"], "out of range"),
        (["paths", "--engine", "oracle"], "« oracle » is no engine; choose duckdb or spark"),
        (["paths", "--by", "type"], "paths has no dimensions to choose; leave --by out"),
        (["activities-by-day", "--by", "humeur"], "« humeur » is no dimension; choose among"),
        (["activities-by-day", "--by", "source,type,intent,language"], "one to three dimensions"),
        (["paths", "--words", "x"], "paths looks for no words; leave --words out"),
        (["search", "--words", "NOT"], "--words:"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    told: Program, arguments: list[str], sentence: str
) -> None:
    done = told("lake", "query", *arguments)
    assert done.code == 2
    assert sentence in done.err
    assert done.err.count("\n") == 1
    assert done.out == b""


@pytest.mark.parametrize(
    ("setting", "value"), [("ENTREGENT_ENGINE", "postgres"), ("ENTREGENT_SPARK", "http://x")]
)
def test_a_setting_that_names_no_engine_is_refused(told: Program, setting: str, value: str) -> None:
    done = told("lake", "query", "paths", **{setting: value})
    assert done.code == 2
    assert f"{setting} is '{value}'" in done.err


def test_a_cluster_that_is_not_there_is_said_in_a_sentence(told: Program, tmp_path: Path) -> None:
    done = told(
        "lake", "query", "paths", "--engine", "spark", JAVA_HOME="", PATH=str(tmp_path / "nothing")
    )
    assert done.code == 2
    assert "Java" in done.err or "entregent[spark]" in done.err
