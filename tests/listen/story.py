"""An invented stream of deeds, and what must remain of it, for tests under fire."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
START = datetime(2026, 2, 1, tzinfo=UTC)
WORDS = [
    "tuque",
    "quai",
    "navette",
    "billet",
    "scène",
    "neige",
    "bravo",
    "merci",
    "framboise",
    "lanterne",
    "rive",
    "accueil",
]


@dataclass
class Story:
    """Lines to import, and the truth about them.

    Attributes
    ----------
    texts
        Newest text of each post that stands; None for one that was deleted.
    likes
        Whether each like stands.
    """

    lines: list[bytes] = field(default_factory=list)
    texts: dict[str, str | None] = field(default_factory=dict)
    likes: dict[str, bool] = field(default_factory=dict)

    def write(self, path: Path) -> Path:
        path.write_bytes(b"\n".join(self.lines) + b"\n")
        return path


def tell(name: str, posts: int, seed: int) -> Story:
    """A story of some posts, a fifth of them edited, a tenth deleted, half of them liked."""
    chance = random.Random(f"{name}-{seed}")
    story = Story()
    deeds: list[dict[str, Any]] = []
    for number in range(posts):
        actor = f"https://battures.example/users/{name}-{chance.randrange(50)}"
        note = f"https://battures.example/notes/{name}/{number}"
        minute = chance.randrange(60 * 24 * 50)
        text = " ".join(chance.choices(WORDS, k=12))
        deeds.append(_deed("Create", f"{note}/create", actor, minute, _note(note, text, minute)))
        story.texts[note] = text
        if chance.random() < 0.2:
            text = f"{text} (corrigé)"
            about = {**_note(note, text, minute), "updated": _time(minute + 5)}
            deeds.append(_deed("Update", f"{note}/update", actor, minute + 5, about))
            story.texts[note] = text
        if chance.random() < 0.1:
            tomb = {"id": note, "type": "Tombstone"}
            deeds.append(_deed("Delete", f"{note}/delete", actor, minute + 9, tomb))
            story.texts[note] = None
        if chance.random() < 0.5:
            like = f"{note}/like"
            deeds.append(_deed("Like", like, f"{actor}-ami", minute + 2, note))
            story.likes[like] = True
            if chance.random() < 0.3:
                undone = {"id": like, "type": "Like", "actor": f"{actor}-ami", "object": note}
                deeds.append(_deed("Undo", f"{like}/undo", f"{actor}-ami", minute + 4, undone))
                story.likes[like] = False
    chance.shuffle(deeds)
    story.lines = [orjson.dumps(deed) for deed in deeds]
    return story


def faults(exported: list[dict[str, Any]], stories: list[Story]) -> list[str]:
    """What is wrong with an export of these stories: lost, doubled, or not as it should be."""
    found: list[str] = []
    by_id: dict[str, dict[str, Any]] = {}
    for document in exported:
        if document["id"] in by_id:
            found.append(f"{document['id']} stands twice")
        by_id[document["id"]] = document
    told = {orjson.loads(line)["id"] for story in stories for line in story.lines}
    found += [f"{uri} is lost" for uri in sorted(told - by_id.keys())]
    found += [f"{uri} came from nowhere" for uri in sorted(by_id.keys() - told)]
    for story in stories:
        for note, text in story.texts.items():
            about = by_id.get(f"{note}/create", {}).get("object", {})
            if text is None and (about.get("type") != "Tombstone" or "content" in about):
                found.append(f"{note} should be a tombstone")
            if text is not None and about.get("content") != text:
                found.append(f"{note} says {about.get('content')!r}, not {text!r}")
        for like, stands in story.likes.items():
            if stands == ("entregent:undone" in by_id.get(like, {})):
                found.append(f"{like} should {'stand' if stands else 'be undone'}")
    return found


def _note(note: str, text: str, minute: int) -> dict[str, Any]:
    return {"id": note, "type": "Note", "content": text, "published": _time(minute)}


def _deed(kind: str, uri: str, actor: str, minute: int, about: Any) -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": uri,
        "type": kind,
        "actor": actor,
        "published": _time(minute),
        "to": [PUBLIC],
        "object": about,
    }


def _time(minute: int) -> str:
    return f"{START + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"
