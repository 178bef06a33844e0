"""Random histories in which everything happens: answers, edits, deletions, undoings, aliases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from entregent.vocabulary import PUBLIC, Activity, Object, Tag

US = ("https://x.example/nous", "https://social.example/users/nous")
PEOPLE = tuple(f"https://x.example/p{number}" for number in range(6))
BEGIN = datetime(2025, 12, 20, tzinfo=UTC)


def history(random: Random, length: int) -> Iterator[Activity]:
    """Four months of posts, answers, likes, edits, deletions and undoings by some accounts."""
    notes: list[tuple[str, str]] = []
    likes: list[tuple[str, str, str]] = []
    for number in range(length):
        at = BEGIN + timedelta(hours=number * 24 * 100 / length)
        actor = random.choice(US if random.random() < 0.3 else PEOPLE)
        facts: dict[str, Any] = {"published": at, "received_at": at, "dataschema": "test/1"}
        facts |= {"source": "file:x", "actor": actor}
        uri = f"https://x.example/n/{number}"
        chance = random.random()
        if chance < 0.55 or not notes:
            answered = random.choice(notes)[0] if notes and random.random() < 0.7 else None
            if answered and random.random() < 0.2:
                answered = f"urn:local:{answered.rpartition('/')[2]}"
            named = random.choice(PEOPLE + US)
            tags = (Tag("Mention", named, "@n"),) if random.random() < 0.3 else ()
            to = (PUBLIC,) if random.random() < 0.6 else (random.choice(PEOPLE + US),)
            about = Object(
                id=uri,
                type="Note",
                content=f"texte {number}",
                in_reply_to=answered,
                context=random.choice(notes)[0] if answered and random.random() < 0.5 else None,
                tag=tags,
            )
            cc = (random.choice(PEOPLE),) if random.random() < 0.2 else ()
            notes.append((uri, actor))
            yield Activity(id=f"{uri}#c", type="Create", object=about, to=to, cc=cc, **facts)
        elif chance < 0.7:
            liked = random.choice(notes)[0]
            likes.append((actor, liked, uri))
            yield Activity(id=uri, type="Like", object=Object(id=liked), **facts)
        elif chance < 0.85:
            about_uri, author = random.choice(notes)
            # Now and then somebody else edits: a moderator, or a page's other hand.
            facts["actor"] = author if random.random() < 0.7 else actor
            text = Object(id=about_uri, type="Note", content=f"mieux {number}", updated=at)
            yield Activity(id=uri, type="Update", object=text, **facts)
        elif chance < 0.92:
            gone, author = random.choice(notes)
            facts["actor"] = author
            yield Activity(id=uri, type="Delete", object=Object(id=gone), **facts)
        elif chance < 0.94:
            facts["actor"] = PEOPLE[-1]
            closed = Object(id=PEOPLE[-1], type="Person")
            yield Activity(id=uri, type="Delete", object=closed, **facts)
        elif likes:
            who, _, like = random.choice(likes)
            facts["actor"] = who
            yield Activity(id=uri, type="Undo", object=Object(id=like), **facts)
