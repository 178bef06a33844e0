"""Archives: what is in them, and what they may not do."""

import gzip
import io
import random
import struct
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entregent.networks.files import Limits, RefusedFile, documents
from entregent.networks.reading import Taken

Open = Callable[..., Any]
NOW = datetime(2026, 3, 1, tzinfo=UTC)
NOTE = (
    b'{"id":"https://social.example/a/%d","type":"Create","actor":"https://social.example/@m",'
    b'"object":{"id":"https://social.example/n/%d","type":"Note","content":"Bonjour"}}'
)
ONE, TWO = NOTE % (1, 1), NOTE % (2, 2)
FIRST, SECOND = "https://social.example/a/1", "https://social.example/a/2"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1_770_000_000
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def linked(kind: bytes, target: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("lien")
        info.type, info.linkname = kind, target
        archive.addfile(info)
        info = tarfile.TarInfo("note.json")
        info.size = len(ONE)
        archive.addfile(info, io.BytesIO(ONE))
    return buffer.getvalue()


PACKED = {
    "zip": zipped,
    "tar.gz": tarred,
    "tar": lambda members: tarred(members, "w"),
}


@pytest.mark.parametrize("kind", PACKED)
def test_each_member_is_a_document_under_its_own_name(
    kind: str, tmp_path: Path, opened: Open
) -> None:
    path = tmp_path / "archive"
    path.write_bytes(PACKED[kind]({"a/one.json": ONE, "b.txt": ONE + b"\n" + TWO}))

    told = opened(path)

    assert told.kinds == {f"{path}!a/one.json": "document", f"{path}!b.txt": "lines"}
    assert told.activities == [FIRST, FIRST, SECOND]


@pytest.mark.parametrize("kind", PACKED)
def test_hidden_members_are_left_out(kind: str, opened: Open) -> None:
    packed = PACKED[kind]({"./a.json": ONE, ".DS_Store": b"x", "__MACOSX/a.json": b"x"})

    told = opened(packed)

    assert (told.activities, told.files) == ([FIRST], [])


def test_an_archive_in_an_archive_is_read(opened: Open) -> None:
    inner = {
        "a.zip": zipped({"one.json": ONE}),
        "b.tar.gz": tarred({"one.json": ONE}),
        "c.json.gz": gzip.compress(ONE),
    }

    for outer in (zipped(inner), tarred(inner), gzip.compress(zipped({"one.json": ONE}))):
        told = opened(outer)
        assert set(told.activities) == {FIRST}
        assert told.files == []


def test_an_archive_three_deep_is_refused_by_name_and_the_rest_goes_on(opened: Open) -> None:
    deep = zipped({"b.zip": zipped({"c.zip": zipped({"d.json": ONE})}), "e.json": TWO})

    told = opened(deep)

    assert told.activities == [SECOND]
    (refused,) = told.files
    assert refused.path.endswith("!b.zip!c.zip")
    assert "unpack it first" in refused.reason


def test_gzip_inside_gzip_is_refused(opened: Open) -> None:
    assert "gzip inside gzip" in opened(gzip.compress(gzip.compress(ONE))).files[0].reason


@pytest.mark.parametrize("name", ["../out.json", "/etc/out.json", "a/../../b", "C:\\out", "..\\x"])
@pytest.mark.parametrize("kind", PACKED)
def test_a_member_that_climbs_out_is_refused_by_name_and_the_rest_goes_on(
    kind: str, name: str, opened: Open
) -> None:
    told = opened(PACKED[kind]({name: ONE, "b.json": TWO}))

    assert told.activities == [SECOND]
    assert ["leads out of the archive" in one.reason for one in told.files] == [True]


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_a_link_or_device_is_refused_by_name_and_the_rest_goes_on(
    kind: bytes, opened: Open
) -> None:
    told = opened(linked(kind, "/etc/passwd"))

    assert told.activities == [FIRST]
    assert [one.path.rpartition("!")[2] for one in told.files] == ["lien"]


def test_a_link_in_a_zip_is_refused(opened: Open) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("lien")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")

    assert "link" in opened(buffer.getvalue()).files[0].reason


def test_an_encrypted_member_is_refused_and_the_rest_goes_on(opened: Open) -> None:
    body = bytearray(zipped({"a.json": ONE, "b.json": TWO}))
    body[6] |= 1
    body[body.index(b"PK\x01\x02") + 8] |= 1

    told = opened(bytes(body))

    assert told.activities == [SECOND]
    assert "encrypted" in told.files[0].reason


def test_a_spreadsheet_is_told_from_an_archive(opened: Open) -> None:
    (refused,) = opened(zipped({"[Content_Types].xml": b"<x/>", "xl/a.xml": b"<x/>"})).files

    assert "save it as CSV" in refused.reason


def test_a_member_larger_than_it_says_is_refused(opened: Open) -> None:
    body = bytearray(zipped({"a.json": ONE + bytes(5000)}))
    struct.pack_into("<L", body, body.index(b"PK\x01\x02") + 24, len(ONE))

    told = opened(bytes(body))

    assert told.activities == []
    assert "damaged" in told.files[0].reason


BOMB = b'{"a":"' + bytes(3_000_000).replace(b"\x00", b"x") + b'"}'
TIGHT = Limits(ratio_from=1_000_000, ratio=20)


@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(BOMB),
        zipped({"a": BOMB}),
        tarred({"a": BOMB}),
        zipped({"a.gz": gzip.compress(BOMB)}),
    ],
)
def test_a_bomb_is_refused_while_it_unpacks(packed: bytes, opened: Open) -> None:
    told = opened(packed, TIGHT)

    assert told.reads == []
    assert any("as a bomb does" in one.reason for one in told.files)


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(archive_members=2), "more than 2 members"),
        (Limits(archive_bytes=400), "unpacks to more than 400 bytes"),
        (Limits(member_bytes=100), "unpacks to more than 100 bytes"),
    ],
)
def test_an_archive_beyond_its_limits_gives_nothing(
    limits: Limits, reason: str, kind: str, opened: Open
) -> None:
    told = opened(PACKED[kind]({"a": ONE, "b": TWO, "c": ONE}), limits)

    assert told.activities == []
    assert reason in told.files[0].reason


def test_an_inner_archive_too_large_to_hold_is_refused(opened: Open) -> None:
    limits = Limits(inner_archive_bytes=100)

    told = opened(zipped({"a.zip": zipped({"b": ONE})}, zipfile.ZIP_STORED), limits)

    assert "inner archive of more than 100 bytes" in told.files[0].reason


def test_a_name_that_is_a_bomb_is_not_held(opened: Open) -> None:
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 3 << 20
    packed = gzip.compress(header.tobuf(tarfile.GNU_FORMAT) + bytes(4 << 20))

    (refused,) = opened(packed).files

    assert "name alone" in refused.reason


def test_members_keep_their_own_dates_where_these_have_a_zone(tmp_path: Path) -> None:
    count = (
        b'{"id":"https://a.example/followers","type":"Collection","totalItems":7,'
        b'"@context":"https://www.w3.org/ns/activitystreams"}'
    )
    path = tmp_path / "a.tar.gz"
    path.write_bytes(tarred({"followers.json": count}))

    (document,) = documents(path, NOW)
    assert not isinstance(document, RefusedFile)
    points = [
        point
        for read in document.read()
        if isinstance(read.outcome, Taken)
        for point in read.outcome.points
    ]

    assert {point.at for point in points} <= {datetime.fromtimestamp(1_770_000_000, UTC)}


LINES = b"\n".join(NOTE % (number, number) for number in range(40))


@pytest.mark.parametrize(
    "packed", [gzip.compress(LINES), zipped({"a": LINES}), tarred({"a": LINES})]
)
def test_of_a_member_that_is_cut_short_nothing_is_taken(packed: bytes, opened: Open) -> None:
    step = max(1, len(packed) // 40)
    for cut in range(len(packed) - 1, 0, -step):
        told = opened(packed[:cut])
        # Only the padding after the last member may be missing from a whole one.
        assert len(told.activities) in {0, 40}
        assert told.files or told.refused
    assert len(opened(packed).activities) == 40


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_members_before_the_cut_are_read_whole_and_the_cut_is_told(mode: str, opened: Open) -> None:
    noise = random.Random(2).randbytes(100_000)
    packed = tarred({"a": ONE, "b": LINES, "c": noise}, mode)

    told = opened(packed[: len(packed) // 2])

    assert FIRST in told.activities
    assert told.files


def test_damage_in_one_zip_member_spares_the_others(opened: Open) -> None:
    body = bytearray(zipped({"a": LINES, "b": ONE}))
    body[60] ^= 0xFF

    told = opened(bytes(body))

    assert told.activities == [FIRST]
    assert "damaged" in told.files[0].reason


def _all(path: Path) -> int:
    told = 0
    for one in documents(path, NOW):
        if isinstance(one, RefusedFile):
            assert one.reason
            told += 1
        else:
            told += sum(1 for _ in one.read())
    return told


SAMPLES = [
    zipped({"a": LINES, "b.zip": zipped({"c": ONE})}),
    tarred({"a": LINES, "b": ONE}),
    tarred({"a": ONE, "b": TWO}, "w"),
    gzip.compress(LINES),
]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sample=st.sampled_from(SAMPLES),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
)
def test_no_damage_to_an_archive_raises(
    sample: bytes, changes: list[tuple[float, int]], tmp_path: Path
) -> None:
    body = bytearray(sample)
    for place, value in changes:
        body[int(place * len(body))] = value
    path = tmp_path / "damaged"
    path.write_bytes(bytes(body))

    assert _all(path) >= 0


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    start=st.sampled_from(
        [
            b"",
            b"PK\x03\x04",
            b"\x1f\x8b\x08",
            b"{",
            b"[",
            b"<rss>",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"date,visits\n",
            b"<html>",
        ]
    ),
    noise=st.binary(max_size=400),
)
def test_no_bytes_raise(start: bytes, noise: bytes, tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(start + noise)

    assert _all(path) >= 1


def test_the_size_that_gzip_says_is_not_believed(opened: Open) -> None:
    packed = bytearray(gzip.compress(LINES))
    packed[-4:] = struct.pack("<L", 1)

    told = opened(bytes(packed))

    assert told.activities == []
    assert "damaged" in told.files[0].reason
