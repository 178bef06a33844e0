"""ActivityStreams deeds of invented people, and files of them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

MARYSE = "https://battures.example/users/maryse"
NOTE = "https://battures.example/notes/1"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def deed(kind: str, uri: str, about: Any, at: str = "2026-02-03T12:00:00Z") -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": uri,
        "type": kind,
        "actor": MARYSE,
        "published": at,
        "to": [PUBLIC],
        "object": about,
    }


def post(
    text: str = "La navette passe-t-elle?", note: str = NOTE, at: str = "2026-02-03T12:00:00Z"
) -> dict[str, Any]:
    about = {"id": note, "type": "Note", "content": text, "published": at}
    return deed("Create", f"{note}/create", about, at)


def edit(text: str, note: str = NOTE, at: str = "2026-02-03T13:00:00Z") -> dict[str, Any]:
    about = {"id": note, "type": "Note", "content": text, "updated": at}
    return deed("Update", f"{note}/update", about, at)


def deletion(note: str = NOTE, at: str = "2026-02-03T14:00:00Z") -> dict[str, Any]:
    return deed("Delete", f"{note}/delete", {"id": note, "type": "Tombstone"}, at)


def like(note: str = NOTE) -> dict[str, Any]:
    return deed("Like", f"{note}/like", note)


def unlike(note: str = NOTE) -> dict[str, Any]:
    about = {"id": f"{note}/like", "type": "Like", "actor": MARYSE, "object": note}
    return deed("Undo", f"{note}/unlike", about, "2026-02-03T15:00:00Z")


def write(path: Path, deeds: Iterable[dict[str, Any]]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in deeds))
    return path
