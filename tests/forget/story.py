"""Maryse, who asks to be forgotten, and the people around her, as their networks tell them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
MARYSE = "https://battures.example/users/maryse.bolduc"
PROFILE = "https://battures.example/@maryse.bolduc"
THOMAS = "https://rivage.example/users/thomas"
US = "https://frimas.example/users/nous"
NAME = "Maryse Bolduc-Côté"
POST = "https://battures.example/notes/9001"
DELETED = "https://battures.example/notes/9003"
ANSWER = "https://rivage.example/notes/77"
THEIRS = "https://rivage.example/notes/78"

# Words that nobody else says: whatever is found of them is hers.
WORDS = (
    "Zibeline-patinoire gelée comme un rêve",
    "Ornithorynque-navette en retard encore",
    "Corrigé : quincaillerie-boréale, à 19 h",
    "Bonjour, est-ce que la porte-mandarine est accessible?",
    "Effacé-crépuscule, oubliez ça",
)

WHO = (MARYSE, PROFILE, "maryse.bolduc", NAME, POST)
"""What must not be found anywhere afterwards."""


def note(uri: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": uri, "type": "Note", "content": text, **more}


def act(kind: str, actor: str, uri: str, about: Any, at: str, **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": uri,
        "type": kind,
        "actor": actor,
        "published": at,
        "to": [PUBLIC],
        "object": about,
        **more,
    }


def hers() -> list[dict[str, Any]]:
    """What Maryse wrote and did, over two winters."""
    tag = [{"type": "Mention", "href": US, "name": "@nous@frimas.example"}]
    return [
        act("Create", MARYSE, f"{POST}/c", note(POST, WORDS[0]), "2025-02-03T12:00:00Z"),
        act(
            "Create",
            MARYSE,
            "https://battures.example/notes/9002/c",
            note("https://battures.example/notes/9002", WORDS[1], tag=tag),
            "2026-02-03T12:00:00Z",
            cc=[US],
        ),
        act(
            "Update",
            MARYSE,
            f"{POST}/u",
            note(POST, WORDS[2], updated="2025-02-03T13:00:00Z"),
            "2025-02-03T13:00:00Z",
        ),
        act(
            "Create",
            MARYSE,
            "https://battures.example/notes/9004/c",
            note("https://battures.example/notes/9004", WORDS[3]),
            "2026-02-04T12:00:00Z",
            to=[US],
        ),
        act("Create", MARYSE, f"{DELETED}/c", note(DELETED, WORDS[4]), "2026-02-05T12:00:00Z"),
        act("Like", MARYSE, "https://battures.example/likes/1", THEIRS, "2026-02-05T13:00:00Z"),
        act("Follow", MARYSE, "https://battures.example/follows/1", US, "2026-01-05T13:00:00Z"),
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": MARYSE,
            "type": "Person",
            "preferredUsername": "maryse.bolduc",
            "name": NAME,
            "url": PROFILE,
            "inbox": f"{MARYSE}/inbox",
            "outbox": f"{MARYSE}/outbox",
        },
    ]


def others() -> list[dict[str, Any]]:
    """What others said: to her, of her, under what she wrote, and of something else."""
    mention = (
        f'<p><a href="{PROFILE}" class="u-url mention">@<span>maryse.bolduc</span></a> '
        "tout à fait d'accord, la soupe était bonne</p>"
    )
    named = [{"type": "Mention", "href": MARYSE, "name": "@maryse.bolduc@battures.example"}]
    return [
        act(
            "Create",
            THOMAS,
            f"{ANSWER}/c",
            note(ANSWER, mention, inReplyTo=POST, context=POST, tag=named),
            "2025-02-03T14:00:00Z",
            cc=[MARYSE],
        ),
        act(
            "Create",
            "https://rivage.example/users/olive",
            "https://rivage.example/notes/80/c",
            note(
                "https://rivage.example/notes/80",
                "Moi aussi, sous la même pluie",
                inReplyTo=ANSWER,
                context=POST,
            ),
            "2025-02-03T15:00:00Z",
        ),
        act(
            "Create",
            THOMAS,
            f"{THEIRS}/c",
            note(THEIRS, "J'ai croisé Maryse Bolduc-Côté au quai, quelle voix!"),
            "2026-02-05T12:30:00Z",
        ),
        act("Like", THOMAS, "https://rivage.example/likes/5", POST, "2025-02-03T16:00:00Z"),
        act("Announce", THOMAS, "https://rivage.example/shares/5", POST, "2025-02-03T17:00:00Z"),
        act("Follow", THOMAS, "https://rivage.example/follows/5", MARYSE, "2025-02-02T17:00:00Z"),
        act(
            "Create",
            US,
            "https://frimas.example/notes/1/c",
            note(
                "https://frimas.example/notes/1",
                "Bonjour Maryse, oui : par la rue des Tanneurs, porte-secrète-7.",
                inReplyTo="https://battures.example/notes/9004",
            ),
            "2026-02-04T13:00:00Z",
            to=[MARYSE],
        ),
        act(
            "Create",
            THOMAS,
            "https://rivage.example/notes/81/c",
            note("https://rivage.example/notes/81", "La poutine, écœurante comme toujours."),
            "2026-02-06T12:30:00Z",
        ),
    ]


@dataclass(frozen=True)
class Story:
    """Files of what was told."""

    hers: Path
    others: Path


def write(folder: Path) -> Story:
    return Story(_write(folder / "hers.jsonl", hers()), _write(folder / "others.jsonl", others()))


def _write(path: Path, documents: list[dict[str, Any]]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in documents))
    return path
