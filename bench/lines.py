"""Invented ActivityStreams lines of the length and mix that a busy account sees."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
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
    "horaire",
    "stationnement",
    "festival",
    "famille",
    "lumière",
    "musique",
    "glace",
    "rampe",
    "foule",
    "café",
    "chaleur",
    "demain",
]
START = datetime(2025, 1, 1, tzinfo=UTC)


def activities(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Half posts (a third with a mention), half likes, shares, follows and visits, over a year."""
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    for number in range(count):
        actor = f"https://battures.example/users/u{chance.randrange(20_000)}"
        when = START + timedelta(seconds=int(number * 31_536_000 / count))
        time = f"{when:%Y-%m-%dT%H:%M:%SZ}"
        if chance.random() < 0.5:
            yield _post(chance, actor, time, f"{actor}/statuses/{number}")
        else:
            kind = chance.choice(["Like", "Announce", "Follow", "View"])
            about = f"https://frimas.example/statuses/{chance.randrange(1_000_000)}"
            if kind == "Follow":
                about = f"https://frimas.example/users/{number}"
            yield {
                "@context": "https://www.w3.org/ns/activitystreams",
                "type": kind,
                "id": f"{actor}/acts/{number}",
                "actor": actor,
                "published": time,
                "object": about,
            }


def _post(chance: random.Random, actor: str, time: str, note: str) -> dict[str, Any]:
    text = "<p>" + " ".join(chance.choices(WORDS, k=chance.randrange(5, 40))) + "</p>"
    audience = {"to": [PUBLIC], "cc": [f"{actor}/followers"]}
    tags = [{"type": "Mention", "href": "https://frimas.example/users/nous", "name": "@nous"}]
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "type": "Create",
        "id": f"{note}/activity",
        "actor": actor,
        "published": time,
        **audience,
        "object": {
            "id": note,
            "type": "Note",
            "summary": None,
            "inReplyTo": None,
            "published": time,
            "url": note,
            "attributedTo": actor,
            **audience,
            "sensitive": False,
            "content": text,
            "contentMap": {"fr": text},
            "attachment": [],
            "tag": tags if chance.random() < 0.3 else [],
        },
    }


def write_lines(path: Path, count: int, seed: int = 7) -> Path:
    """Write some activities as JSON lines."""
    with path.open("wb") as file:
        for activity in activities(count, seed):
            file.write(orjson.dumps(activity) + b"\n")
    return path


def write_bytes(path: Path, size: int, seed: int = 7) -> Path:
    """Write JSON lines until the file has about so many bytes."""
    with path.open("wb") as file:
        for activity in activities(10**9, seed):
            if file.tell() >= size:
                break
            file.write(orjson.dumps(activity) + b"\n")
    return path
