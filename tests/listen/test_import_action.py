"""What became of everything in a file is told, item by item, and nothing is kept by halves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from entregent.apps.listen import journal
from entregent.apps.listen.importing import LONGEST_LIST, ImportReport
from entregent.apps.listen.models import Batch, LandedChunk, Source
from entregent.apps.organisation.models import AuditEntry, Member
from tests.listen.deeds import MARYSE, NOTE, deletion, edit, like, post, unlike, write

pytestmark = pytest.mark.django_db

TakeIn = Callable[..., ImportReport]
Export = Callable[[], list[dict[str, Any]]]

OTHER = "https://battures.example/notes/2"


def only(report: ImportReport) -> dict[str, Any]:
    (file,) = report.as_json()["files"]
    return dict(file)


def counts(file: dict[str, Any]) -> dict[str, int]:
    names = ("new", "updated", "known", "deleted")
    return {name: file[name] for name in names if file[name]}


def test_each_kind_of_outcome_is_counted(take_in: TakeIn, tmp_path: Path) -> None:
    deeds = [post(), post("Autre", OTHER), like(), post(), edit("Oui."), deletion(OTHER)]
    path = write(tmp_path / "a.jsonl", deeds)
    path.write_bytes(path.read_bytes() + b'{"id": "https://x.example/1", "type": \n')
    file = only(take_in(path))
    assert file["format"] == "activitystreams/activity"
    assert counts(file) == {"new": 3, "updated": 1, "known": 1, "deleted": 1}
    ((where, reason),) = [(item["where"], item["reason"]) for item in file["refused"]]
    assert where == "line 7"
    assert reason
    assert not LandedChunk.objects.exists()
    assert not Batch.objects.exists()


def test_the_totals_are_the_sums_of_the_files(take_in: TakeIn, tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("des mots, rien que des mots")
    report = take_in(
        write(tmp_path / "a.jsonl", [post()]),
        write(tmp_path / "b.jsonl", [post(), post(note=OTHER)]),
        tmp_path / "c.txt",
    ).as_json()
    totals = report["totals"]
    assert (totals["new"], totals["known"], totals["refused"], totals["files"]) == (2, 1, 1, 3)
    assert [file["path"] for file in report["files"]] == [
        str(tmp_path / name) for name in ("a.jsonl", "b.jsonl", "c.txt")
    ]


def test_the_same_file_again_brings_nothing(
    take_in: TakeIn, tmp_path: Path, exported: Export
) -> None:
    path = write(tmp_path / "a.jsonl", [post(), like(), edit("Oui."), unlike()])
    take_in(path)
    before = exported()
    file = only(take_in(path))
    assert counts(file) == {"known": 4}
    assert exported() == before


def test_an_edit_a_deletion_and_an_undoing_show_in_the_present_state(
    take_in: TakeIn, tmp_path: Path, exported: Export
) -> None:
    take_in(write(tmp_path / "a.jsonl", [post("avant"), post("secret", OTHER), like()]))
    take_in(write(tmp_path / "b.jsonl", [edit("après"), deletion(OTHER), unlike()]))
    present = {document["id"]: document for document in exported()}
    assert present[f"{NOTE}/create"]["object"]["content"] == "après"
    assert present[f"{OTHER}/create"]["object"]["type"] == "Tombstone"
    assert "secret" not in str(present)
    assert present[f"{NOTE}/like"]["entregent:undone"] == "2026-02-03T15:00:00Z"


def test_refusals_are_listed_up_to_a_thousand_and_counted_beyond(
    take_in: TakeIn, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(orjson.dumps(post()) + b"\n" + b"{nothing\n" * (LONGEST_LIST + 5))
    report = take_in(path)
    file = only(report)
    assert file["new"] == 1
    assert len(file["refused"]) == LONGEST_LIST + 1
    assert file["refused"][0]["where"] == "line 2"
    assert "5 more refusals" in file["refused"][-1]["reason"]
    assert report.as_json()["totals"]["refused"] == LONGEST_LIST + 5


def test_each_file_is_one_line_of_the_audit_trail_without_its_words(
    take_in: TakeIn, tmp_path: Path, alice: Member
) -> None:
    take_in(
        write(tmp_path / "maryse.jsonl", [post("mes mots à moi")]),
        write(tmp_path / "b.jsonl", [post(note=OTHER)]),
    )
    entries = AuditEntry.objects.filter(action="listen.file_read")
    assert [entry.member for entry in entries] == [alice, alice]
    trail = str(list(AuditEntry.objects.values_list("subject", "changes")))
    assert "maryse" not in trail
    assert "mes mots" not in trail


def test_a_source_is_made_once_for_each_network(take_in: TakeIn, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", [post()])
    table = tmp_path / "b.csv"
    table.write_text(f"date,metric,value,account\n2026-02-03,visits,5,{MARYSE}\n")
    take_in(path, table)
    take_in(path, table)
    sources = Source.objects.order_by("slug").values_list("slug", "kind", "items")
    assert list(sources) == [("file:activitystreams", "file", 1), ("file:daily", "file", 1)]
    assert AuditEntry.objects.filter(action="listen.source_added").count() == 2


def test_a_file_of_which_nothing_is_read_makes_no_source(take_in: TakeIn, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("des mots, rien que des mots")
    file = only(take_in(path))
    assert file["new"] == 0
    assert len(file["refused"]) == 1
    assert not Source.objects.exists()
    assert not LandedChunk.objects.exists()


def test_refusals_are_counted_for_their_source(take_in: TakeIn, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f"date,metric,value,account\n2026-02-03,visits,5,{MARYSE}\n2026-02-30,visits,5,{MARYSE}\n"
    )
    file = only(take_in(path))
    assert [item["where"] for item in file["refused"]] == ["row 3 (line 3), column « date »"]
    assert Source.objects.get(slug="file:daily").refused == 1


def test_a_value_told_again_with_another_number_is_a_correction(
    take_in: TakeIn, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"

    def tell(value: int) -> dict[str, int]:
        path.write_text(f"date,metric,value,account\n2026-02-03,visits,{value},{MARYSE}\n")
        return counts(only(take_in(path)))

    assert tell(5) == {"new": 1}
    assert tell(5) == {"known": 1}
    assert tell(6) == {"updated": 1}
    assert tell(6) == {"known": 1}
    with journal.open_record() as record:
        values = record.connection.sql("SELECT value FROM series ORDER BY batch").fetchall()
    assert values == [(5.0,), (6.0,)]


def test_a_local_id_gets_its_true_name_from_another_file(
    take_in: TakeIn, tmp_path: Path, exported: Export
) -> None:
    def status(number: int, **parts: Any) -> dict[str, Any]:
        return {
            "id": str(number),
            "uri": f"https://battures.example/notes/{number}",
            "url": f"https://battures.example/@maryse/{number}",
            "created_at": "2026-02-03T12:00:00.000Z",
            "content": "<p>Bonjour</p>",
            "visibility": "public",
            "in_reply_to_id": None,
            "in_reply_to_account_id": None,
            "account": {
                "id": "7",
                "acct": "maryse",
                "username": "maryse",
                "uri": MARYSE,
                "url": "https://battures.example/@maryse",
                "display_name": "Maryse",
                "created_at": "2023-11-01T00:00:00.000Z",
            },
            "media_attachments": [],
            "mentions": [],
            "tags": [],
            **parts,
        }

    answer, question = tmp_path / "answer.json", tmp_path / "question.json"
    answer.write_bytes(orjson.dumps(status(2, in_reply_to_id="1", in_reply_to_account_id="7")))
    question.write_bytes(orjson.dumps(status(1)))

    def answered() -> str:
        (found,) = [d for d in exported() if d["object"]["id"] == OTHER]
        return str(found["object"]["inReplyTo"])

    take_in(answer)
    assert answered().startswith("urn:entregent:alias:")
    take_in(question)
    assert answered() == NOTE


def test_what_breaks_off_leaves_nothing_half_stored(take_in: TakeIn, tmp_path: Path) -> None:
    """A whole document that is broken at its end gives nothing of its beginning."""
    whole = orjson.dumps({"type": "OrderedCollection", "orderedItems": [post(), like()]})
    path = tmp_path / "outbox.json"
    path.write_bytes(whole[:-9])
    file = only(take_in(path))
    assert counts(file) == {}
    assert len(file["refused"]) == 1
    assert not Source.objects.exists()
    path.write_bytes(whole)
    assert counts(only(take_in(path))) == {"new": 2}
