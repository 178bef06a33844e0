"""A file is told by what it holds, never by its name."""

import gzip
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from entregent.networks import feeds, tables
from entregent.networks.reading import Taken

Open = Callable[..., Any]
RSS = (Path(feeds.__file__).parent / "fixtures" / "blogue.rss").read_bytes()
ORDERS = (Path(tables.__file__).parent / "fixtures" / "commandes.csv").read_bytes()
JSON_FEED = (Path(feeds.__file__).parent / "fixtures" / "balado.json").read_bytes()


def note(number: int, text: str = "Bonjour") -> bytes:
    """One activity, on one line."""
    author = "https://social.example/@maryse"
    about = {"id": f"https://social.example/n/{number}", "type": "Note", "content": text}
    return orjson.dumps(
        {
            "id": f"https://social.example/a/{number}",
            "type": "Create",
            "actor": author,
            "published": "2026-02-03T19:30:00Z",
            "object": about,
        }
    )


@pytest.mark.parametrize(
    ("content", "kind", "formats"),
    [
        (note(1), "document", {"activitystreams/activity"}),
        (b"[" + note(1) + b",\n" + note(2) + b"]", "document", {"activitystreams/activity"}),
        (
            orjson.dumps(orjson.loads(note(1)), option=orjson.OPT_INDENT_2),
            "document",
            {"activitystreams/activity"},
        ),
        (note(1) + b"\n" + note(2), "lines", {"activitystreams/activity"}),
        (note(1) + b"\r\n\r\n" + note(2) + b"\r\n", "lines", {"activitystreams/activity"}),
        (RSS, "text", {"feed/rss"}),
        (JSON_FEED, "document", {"feed/json"}),
        (ORDERS, "table", {"csv/orders"}),
        (b"", "empty", {"empty"}),
        (b" \n \n", "empty", {"empty"}),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_it_knows_each_content(
    content: bytes, kind: str, formats: set[str], packed: bool, opened: Open
) -> None:
    told = opened(gzip.compress(content) if packed else content)

    assert set(told.kinds.values()) == {kind}
    assert told.formats == formats
    assert told.files == []


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "a PNG picture"),
        (b"%PDF-1.7\n" + bytes(40), "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word document"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"window.YTD.tweets.part0 = []", "an archive of X"),
        (b"Bonjour tout le monde.\n", "plain text"),
        (b"<svg></svg>", "XML, and no feed"),
        (bytes(2000), "neither text nor an archive"),
        (b"nom,ville\nA,B\n", "columns are not known"),
    ],
)
def test_what_it_does_not_know_is_refused_once_and_named(
    content: bytes, named: str, opened: Open
) -> None:
    (refused,) = opened(content).files

    assert named in refused.reason


def test_a_page_given_as_a_feed_is_refused_with_the_feed_that_it_names(opened: Open) -> None:
    page = b'<!DOCTYPE html>\n<link rel="alternate" type="application/rss+xml" href="https://echo.example/feed/">'

    (refused,) = opened(page).files

    assert "an HTML page, not a feed" in refused.reason
    assert "https://echo.example/feed/" in refused.reason


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("content", [note(1), note(1) + b"\n" + note(2), ORDERS])
def test_text_with_a_byte_order_mark_is_read(encoding: str, content: bytes, opened: Open) -> None:
    mark = "\ufeff" if encoding.startswith("utf-16-") else ""
    told = opened((mark + content.decode()).encode(encoding))

    assert told.activities == opened(content).activities
    assert told.activities


def test_a_table_of_excel_is_read_in_its_own_encoding_and_says_so(opened: Open) -> None:
    told = opened(ORDERS.decode().replace("ᵒ", "o").encode("cp1252"))

    first = told.reads[0][1].outcome
    assert "Windows-1252" in first.nothing
    assert len(told.activities) == 4
    assert "Tremblay" not in first.nothing


def test_a_table_of_broken_utf8_is_refused_with_line_and_byte(opened: Open) -> None:
    broken = ORDERS.replace(b"ligne", b"l\xffgne", 1)
    byte = broken.splitlines()[2].index(b"\xff") + 1

    (refused,) = opened(broken).files

    assert refused.where == f"line 3, byte {byte}"
    assert "broken UTF-8" in refused.reason


def test_a_folder_is_walked_in_order_without_what_is_hidden(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "b").mkdir()
    for name in ("b/2.txt", "a.csv", ".hidden", "c"):
        (tmp_path / name).write_bytes(note(1))

    told = opened(tmp_path)

    assert [Path(path).relative_to(tmp_path).as_posix() for path in told.kinds] == [
        "a.csv",
        "b/2.txt",
        "c",
    ]


def test_what_is_no_file_is_refused(tmp_path: Path, opened: Open) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert "no such file" in opened(tmp_path / "absent").files[0].reason
    assert "neither a file nor a folder" in opened(tmp_path / "pipe").files[0].reason


def test_counts_take_the_date_of_their_file(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "followers.json"
    path.write_bytes(
        b'{"id":"https://a.example/f","type":"Collection","totalItems":7,'
        b'"@context":"https://www.w3.org/ns/activitystreams"}'
    )
    os.utime(path, (1_770_000_000, 1_770_000_000))

    points = [
        point
        for _, read in opened(path).reads
        if isinstance(read.outcome, Taken)
        for point in read.outcome.points
    ]

    assert {point.at for point in points} <= {datetime.fromtimestamp(1_770_000_000, UTC)}


def test_sources_are_named_by_network(opened: Open) -> None:
    for content, source in ((RSS, "file:feed"), (ORDERS, "file:orders")):
        told = [read.outcome for _, read in opened(content).reads]
        sources = {
            activity.source for one in told if isinstance(one, Taken) for activity in one.activities
        }
        assert sources == {source}
