"""A lake with a hand-turned keeper: batches land when the test says so."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from entregent.lake.admission import Admitted, Counts, admit
from entregent.lake.present import present_batches, present_document
from entregent.lake.record import Record
from entregent.lake.rows import Landing
from entregent.lake.store import Lake
from entregent.vocabulary import Activity, Object, keyed64

START = datetime(2026, 2, 3, 12, tzinfo=UTC)
MARYSE = "https://battures.example/users/maryse"
US = "https://frimas.example/users/nous"
NOTE = "https://battures.example/notes/1"


def account_key(uri: str) -> int:
    return keyed64(b"for these tests", uri)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


class RecordBook:
    """Lands, admits and keeps, one batch at a time."""

    def __init__(self, root: Path | Lake) -> None:
        self.lake = root if isinstance(root, Lake) else Lake(root)
        self.lake.create()
        self.number = 0

    def admit(self, *activities: Activity) -> Admitted:
        landing = Landing(account_key)
        for activity in activities:
            landing.add(activities=[activity], native=activity.id, raw={"id": activity.id})
        with Record(self.lake, {}) as known:
            return admit([landing.tables()], known)

    def keep(self, *activities: Activity) -> Counts:
        admitted = self.admit(*activities)
        self.number += 1
        for name, rows in admitted.numbered(self.number).items():
            self.lake.append(name, {self.number: rows})
        return admitted.counts[0]

    def present(self) -> list[dict[str, Any]]:
        with Record(self.lake, {}) as record:
            return [
                present_document(row)
                for batch in present_batches(record)
                for row in batch.to_pylist()
            ]

    def document(self, uri: str) -> dict[str, Any]:
        found = [document for document in self.present() if document["id"] == uri]
        assert len(found) == 1, f"{uri} stands {len(found)} times"
        return found[0]


def told(kind: str, minute: int | None, uri: str, **parts: Any) -> Activity:
    """An activity received long after everything was done."""
    return Activity(
        id=uri,
        type=kind,
        source="file:test",
        received_at=at(10_000),
        dataschema="test/1",
        published=None if minute is None else at(minute),
        **parts,
    )


def create(minute: int, text: str = "Bonjour", note: str = NOTE, **parts: Any) -> Activity:
    about = Object(id=note, type="Note", content=text, published=at(minute), **parts)
    return told("Create", minute, f"{note}#create", actor=MARYSE, object=about)


def update(minute: int, text: str, note: str = NOTE) -> Activity:
    about = Object(id=note, type="Note", content=text, updated=at(minute))
    return told("Update", minute, f"{note}#update-{minute}", actor=MARYSE, object=about)


def delete(minute: int, note: str = NOTE) -> Activity:
    about = Object(id=note, type="Tombstone")
    return told("Delete", minute, f"{note}#delete", actor=MARYSE, object=about)


def like(minute: int | None, name: str = "a", content: str | None = None) -> Activity:
    return told(
        "Like",
        minute,
        f"{MARYSE}/likes/{name}",
        actor=MARYSE,
        object=Object(id=NOTE),
        content=content,
    )


def unlike(minute: int | None, name: str = "a", *, by_id_only: bool = False) -> Activity:
    about = Object(id=f"{MARYSE}/likes/{name}")
    if not by_id_only:
        about = Object(id=about.id, type="Like", actor=MARYSE, object=NOTE)
    uri = f"{MARYSE}/likes/{name}/undo-{minute}"
    return told("Undo", minute, uri, actor=MARYSE, object=about)


def texts(documents: Iterable[dict[str, Any]]) -> set[str]:
    return {
        document["object"]["content"]
        for document in documents
        if isinstance(document.get("object"), dict) and "content" in document["object"]
    }
