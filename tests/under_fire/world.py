"""What is told while the power goes again and again, and what must remain of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from tests.listen.story import PUBLIC, Story, faults, tell

US = "https://frimas.example/users/nous"


@dataclass(frozen=True)
class Chapter:
    """A file to import, with somebody in it who may ask to be forgotten.

    Attributes
    ----------
    number
        Its place among the chapters.
    story
        All its lines, and the truth about them.
    hers
        Ids of what that person did.
    to_us
        Addresses of the texts that were said to us; by whom, as her or not.
    """

    number: int
    story: Story
    hers: frozenset[str]
    to_us: Mapping[str, bool]

    @property
    def path(self) -> str:
        """Name of its file."""
        return f"{self.number}.jsonl"

    @property
    def her(self) -> str:
        """Address of the account that may be forgotten."""
        return f"https://battures.example/users/zenobie-{self.number:04d}"

    @property
    def words(self) -> tuple[str, ...]:
        """What must not be found once she is forgotten."""
        number = f"{self.number:04d}"
        return (
            f"zenobie-{number}",
            f"Zénobie Quatrevents-{number}",
            f"quincaillerie-boréale-{number}",
            f"zibeline-patinoire-{number}",
        )


def chapter(number: int, posts: int, seed: int) -> Chapter:
    """A chapter: strangers' posts and likes, texts to us, and what one person did and was told."""
    story = tell(f"c{number}", posts, seed)
    made = Chapter(number, story, frozenset(), {})
    hers, others = _hers(made), _others(made)
    asked = [_said_to_us(number, each) for each in range(2)]
    # Known first by what she wrote: who is asked for by an address must stand in the record.
    deeds = [*hers, *others, *asked]
    story.lines = [*map(orjson.dumps, deeds), *story.lines]
    to_us = {each["object"]["id"]: False for each in asked}
    to_us[f"{_texts(made)}/2"] = True
    ids = frozenset(str(each["id"]) for each in hers if "actor" in each)
    return replace(made, hers=ids, to_us=to_us)


def wrong(
    exported: list[dict[str, Any]], chapters: Sequence[Chapter], forgotten: Collection[int]
) -> list[str]:
    """What is lost, doubled, or not as it should be, where some were forgotten."""
    return faults(exported, [_without_her(each, forgotten) for each in chapters])


def lost(ids: Collection[str], chapters: Sequence[Chapter], forgotten: Collection[int]) -> set[str]:
    """Ids of chapters that are not among some."""
    told = {
        uri
        for each in chapters
        for uri in _ids(each.story.lines)
        if each.number not in forgotten or uri not in each.hers
    }
    return told - set(ids)


def _without_her(each: Chapter, forgotten: Collection[int]) -> Story:
    """The story as an export should tell it: accounts are told apart from activities."""
    gone = each.hers if each.number in forgotten else frozenset[str]()
    lines = [
        line
        for line in each.story.lines
        if "actor" in (deed := orjson.loads(line)) and deed["id"] not in gone
    ]
    return replace(each.story, lines=lines)


def _ids(lines: Sequence[bytes]) -> list[str]:
    return [deed["id"] for line in lines if "actor" in (deed := orjson.loads(line))]


def _texts(of: Chapter) -> str:
    return f"https://battures.example/notes/zenobie-{of.number:04d}"


def _hers(of: Chapter) -> list[dict[str, Any]]:
    own = _texts(of)
    first, second = f"{own}/1", f"{own}/2"
    _, name, one, two = of.words
    return [
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": of.her,
            "type": "Person",
            "preferredUsername": f"zenobie-{of.number:04d}",
            "name": name,
            "inbox": f"{of.her}/inbox",
            "outbox": f"{of.her}/outbox",
        },
        _act("Create", of.her, f"{first}/c", _note(first, f"La {one} est fermée"), 12),
        _act(
            "Update",
            of.her,
            f"{first}/u",
            {**_note(first, f"La {one} a rouvert"), "updated": "2026-02-03T13:00:00Z"},
            13,
        ),
        _act(
            "Create",
            of.her,
            f"{second}/c",
            _note(second, f"Où est la {two}?", tag=[{"type": "Mention", "href": US}]),
            14,
            cc=[US],
        ),
        _act("Like", of.her, f"{own}/likes/1", _by_thomas(of), 15),
    ]


def _others(of: Chapter) -> list[dict[str, Any]]:
    thomas = f"https://rivage.example/users/thomas-{of.number}"
    note = _by_thomas(of)
    first = f"{_texts(of)}/1"
    named = [{"type": "Mention", "href": of.her, "name": f"@zenobie-{of.number:04d}"}]
    return [
        _act("Create", thomas, f"{note}/c", _note(note, "La soupe était bonne"), 11),
        _act(
            "Create",
            thomas,
            f"{note}-2/c",
            _note(f"{note}-2", f"D'accord avec {of.words[1]}", inReplyTo=first, tag=named),
            16,
            cc=[of.her],
        ),
        _act("Like", thomas, f"https://rivage.example/likes/{of.number}", first, 17),
    ]


def _by_thomas(of: Chapter) -> str:
    return f"https://rivage.example/notes/{of.number}"


def _said_to_us(number: int, place: int) -> dict[str, Any]:
    asker = f"https://rivage.example/users/olive-{number}-{place}"
    note = f"{asker}/notes/1"
    about = _note(note, "La navette passe-t-elle demain?", tag=[{"type": "Mention", "href": US}])
    return _act("Create", asker, f"{note}/c", about, 18, cc=[US])


def _note(uri: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": uri, "type": "Note", "content": text, **more}


def _act(kind: str, actor: str, uri: str, about: Any, hour: int, **more: Any) -> dict[str, Any]:
    return {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": uri,
        "type": kind,
        "actor": actor,
        "published": f"2026-02-03T{hour}:00:00Z",
        "to": [PUBLIC],
        "object": about,
        **more,
    }


def write(chapters: Sequence[Chapter], folder: Path) -> list[Path]:
    """Write the files of some chapters."""
    return [each.story.write(folder / each.path) for each in chapters]
