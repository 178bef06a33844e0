"""JSON: lines, documents, and documents too large to be held."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from entregent.networks.files import Limits

Open = Callable[..., Any]
SMALL = Limits(whole_bytes=4096, element_bytes=200_000, line_bytes=4096)


def note(number: int, text: str = "Bonjour") -> bytes:
    about = {"id": f"https://social.example/n/{number}", "type": "Note", "content": text}
    return orjson.dumps(
        {
            "id": f"https://social.example/a/{number}",
            "type": "Create",
            "actor": "https://social.example/@maryse",
            "object": about,
        }
    )


NOTES = [note(number) for number in range(100)]
IDS = [f"https://social.example/a/{number}" for number in range(100)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b'{"a": 1', "ends before it is complete"),
        (b"bonjour", "is not JSON"),
        (b'{"a": "\xff"}', "broken UTF-8 at byte 8"),
        (b'{"a": NaN}', "not finite"),
        (b'{"a": Infinity}', "not finite"),
        (b'{"a": 1e999}', "not finite"),
        (b'{"a": "\\ud800"}', "lone surrogate"),
        (b"[" * 61 + b"]" * 61, "nested more than 60 deep"),
        (b"[" * 5000 + b"]" * 5000, "nested more than 60 deep"),
        (b'{"a": "' + b"x" * 5000 + b'"}', "more than 4096 bytes"),
    ],
)
def test_a_bad_line_is_refused_by_its_number_and_the_rest_goes_on(
    bad: bytes, reason: str, opened: Open
) -> None:
    told = opened(b"\n".join([note(1), bad, note(2)]), SMALL if b"xxx" in bad else None)

    assert told.activities == [IDS[1], IDS[2]]
    ((where, why),) = told.refused
    assert where.startswith("line 2")
    assert reason in why


def test_a_bad_first_line_does_not_hide_that_there_are_lines(opened: Open) -> None:
    told = opened(b'{"a": \n' + note(1) + b"\n" + note(2))

    assert told.activities == [IDS[1], IDS[2]]
    assert [where for where, _ in told.refused] == ["line 1"]


@pytest.mark.parametrize("position", [0, 1])
def test_a_line_without_end_is_skipped_and_not_held(
    position: int, tmp_path: Path, opened: Open
) -> None:
    path = tmp_path / "long"
    with path.open("wb") as file:
        if position:
            file.write(note(1) + b"\n")
        file.write(b'{"content":"')
        for _ in range(60):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n' + note(2) + b"\n")
    limits = Limits(whole_bytes=1 << 20, element_bytes=1 << 20, line_bytes=1 << 20)

    tracemalloc.start()
    told = opened(path, limits)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert told.activities == [IDS[1], IDS[2]][1 - position :]
    assert told.refused == [(f"line {1 + position}", "a line of more than 1 MB; it was skipped")]
    assert peak < 20 << 20


def test_of_two_equal_keys_the_last_counts(opened: Open) -> None:
    doubled = note(1)[:-1] + b',"id":"https://social.example/a/9"}'

    assert opened(doubled).activities == ["https://social.example/a/9"]


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        (b"[", b"]", "[{}]"),
        (b'{"type":"OrderedCollection","orderedItems":[', b"]}", "orderedItems[{}]"),
        (b'{"items":[', b'],"totalItems":100}', "items[{}]"),
        (b'{"extra":{"items":[{"a":[1]}]},"posts":[', b'],"items":[]}', "posts[{}]"),
    ],
)
def test_a_large_document_is_read_element_by_element(
    before: bytes, after: bytes, place: str, opened: Open
) -> None:
    elements = [*NOTES[:7], b'{"what": "else"}', *NOTES[7:]]
    told = opened(before + b",".join(elements) + after, SMALL)

    assert set(told.kinds.values()) == {"large document"}
    assert told.activities == IDS
    assert [where for where, _ in told.refused] == [place.format(7)]


def test_bare_addresses_in_a_large_list_keep_what_they_mean(opened: Open) -> None:
    followers = [f"https://social.example/@{number}" for number in range(2500)]
    content = orjson.dumps(
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "type": "OrderedCollection",
            "id": "https://social.example/@maryse/followers",
            "orderedItems": followers,
        }
    )

    told = opened(content, SMALL)

    assert told.activities == opened(content).activities
    assert len(told.activities) == 2500


def test_large_and_small_documents_tell_the_same(opened: Open) -> None:
    content = b'{"@context":"x","type":"OrderedCollection","orderedItems":[%b]}' % b",".join(NOTES)

    assert opened(content, SMALL).activities == opened(content).activities


def test_a_large_element_is_refused_and_the_rest_goes_on(opened: Open) -> None:
    heavy = orjson.dumps({"a": ["x" * 1000] * 500})
    told = opened(b"[" + note(1) + b"," + heavy + b"," + note(2) + b"]", SMALL)

    assert told.activities == [IDS[1], IDS[2]]
    ((where, reason),) = told.refused
    assert where == "[1]"
    assert "an element of more than" in reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[" + b",".join(NOTES), "ends before it is complete"),
        (b"[" + b",".join(NOTES) + b"]}", "not JSON"),
        (b"[" + b" ".join(NOTES) + b"]", "not JSON"),
        (b"[" + b",".join(NOTES) + b',{"a":NaN}]', "not JSON"),
        (b"[" + b",".join(NOTES) + b',{"a":"\xff"}]', "broken UTF-8"),
        (b"[" + b",".join(NOTES) + b',{"a":"' + b"x" * 500_000 + b'"}]', "a text of more than"),
        (b"[" + b",".join([*NOTES, b"[" * 60 + b"]" * 60]) + b"]", "nested more than 60 deep"),
        (b'{"a":{"b":[' + b",".join(NOTES) + b"]}}", "without a list that is known"),
    ],
)
def test_a_large_document_that_is_broken_anywhere_gives_nothing(
    content: bytes, reason: str, opened: Open
) -> None:
    told = opened(content, SMALL)

    assert told.activities == []
    assert [reason in one.reason for one in told.files] == [True]
