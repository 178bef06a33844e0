"""What cannot be read is refused with file, line and reason; all the rest comes in, whole."""

import io
import random
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.cli.program import Program, Told
from tests.listen.deeds import MARYSE, post

GOOD: list[str] = []
"""Ids of the activities that must come in; filled as the files are made."""


def good(name: str) -> dict[str, Any]:
    one = post(f"Bonjour de {name}", f"https://battures.example/notes/{name}")
    GOOD.append(one["id"])
    return one


def line(one: dict[str, Any]) -> bytes:
    return orjson.dumps(one) + b"\n"


def bad(name: str, **parts: Any) -> dict[str, Any]:
    """A deed that must not come in."""
    return {**post("Jamais", f"https://battures.example/bad/{name}"), **parts}


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def cut_tar() -> bytes:
    noise = random.Random(7).randbytes(30_000).hex()
    content = line(bad("tar", context=noise))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.json")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]


def long_line(path: Path) -> None:
    """A good line, one of 40 MB, and a good line."""
    with path.open("wb") as file:
        file.write(line(good("before-long")))
        file.write(b'{"id": "https://battures.example/bad/long", "type": "Create", "content": "')
        file.seek(40 << 20, io.SEEK_CUR)
        file.write(b'"}\n')
        file.write(line(good("after-long")))


ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a "ha ha ha ha ha ha">
%s]>
<rss version="2.0"><channel><title>&j;</title>
<item><guid>https://battures.example/bad/bomb</guid><title>&j;</title></item></channel></rss>
""" % b"\n".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))

PAGE = b"<!doctype html><html><head><title>Blogue</title></head><body>Bienvenue</body></html>"
NO_ZONE = {"published": "2026-02-03T12:00:00"}
FAR = {"published": "9999-12-31T12:00:00Z"}


def folder_of(folder: Path) -> Path:
    """A folder of everything that can be wrong, and a good file beside it."""
    folder.mkdir()
    head = b"date,metric,value,account\n"
    outbox = {"type": "OrderedCollection", "orderedItems": [bad("1"), bad("2"), bad("3")]}
    whole = orjson.dumps(outbox)
    files: dict[str, bytes] = {
        "good.jsonl": line(good("good-1")) + line(good("good-2")),
        "unknown.bin": b"\x00\x01\x02" + random.Random(1).randbytes(5000),
        "words.txt": b"Des mots, rien que des mots.\nEncore des mots.\n",
        "cut.zip": zipped({"a.json": line(bad("zip"))})[:-40],
        "cut.tar.gz": cut_tar(),
        "bomb.zip": zipped({"a.json": line(bad("bomb")), "b.json": b"{}\n" * (37 << 20)}),
        "climbs.zip": zipped({"../../evil.json": line(bad("evil")), "a.json": line(good("zip"))}),
        "utf8.jsonl": line(good("utf8"))
        + line(bad("utf8")).replace(b"Jamais", b"Jam\xffais")
        + line(good("after-utf8")),
        "utf8.csv": head + f"2026-02-03,abonnés,5,{MARYSE}\n".encode() + b"2026-02-04,r\xe9,5,x\n",
        "no_zone.jsonl": line(bad("no-zone", **NO_ZONE)) + line(good("zone")),
        "far.jsonl": line(bad("far", **FAR)) + line(good("near")),
        "missing.csv": b"date,order number,currency\n2026-02-03T12:00:00Z,1,CAD\n",
        "doubled.csv": b"date,metric,value,value,account\n2026-02-03,visits,5,6,x\n",
        "page.rss": PAGE,
        "entities.rss": ENTITIES,
        "cut.json": whole[:-9],
        "utf8.json": whole.replace(b"bad/3", b"bad/\xff"),
        "comma.json": whole.replace(b'},{"@context"', b'} {"@context"'),
        "deep.json": b"[" * 100_000 + b"]" * 100_000,
        "deep.jsonl": line(good("shallow")) + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    long_line(folder / "long.jsonl")
    return folder


@dataclass(frozen=True)
class Outcome:
    """What was said of each file, and what stands in the record afterwards."""

    told: Told
    refused: dict[str, list[tuple[str, str]]]
    exported: list[dict[str, Any]]
    sources: list[dict[str, Any]]


@pytest.fixture(scope="module")
def outcome(entregent: Program, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = folder_of(tmp_path_factory.mktemp("bad") / "files")
    told = entregent("listen", "import", folder, "--json")
    refused: dict[str, list[tuple[str, str]]] = {}
    for file in told.json["files"]:
        name = file["path"].removeprefix(f"{folder}/")
        refused[name] = [(item["where"], item["reason"]) for item in file["refused"]]
    sources = entregent("listen", "sources", "--json").json["sources"]
    return Outcome(told, refused, entregent.exported(), sources)


def test_refusals_give_exit_code_one_and_one_document(outcome: Outcome) -> None:
    assert outcome.told.code == 1
    assert outcome.told.err == ""


def test_exactly_what_is_good_is_kept(outcome: Outcome) -> None:
    assert sorted(document["id"] for document in outcome.exported) == sorted(GOOD)
    assert "Jamais" not in str(outcome.exported)
    assert outcome.told.json["totals"]["new"] == len(GOOD)


@pytest.mark.parametrize(
    ("name", "where", "words"),
    [
        ("unknown.bin", "", "neither text nor an archive"),
        ("words.txt", "", "neither JSON, nor a table, nor a feed"),
        ("cut.zip", "", "cut short or damaged"),
        ("cut.tar.gz!a.json", "", "cut short"),
        ("bomb.zip", "", "200 times"),
        ("climbs.zip!../../evil.json", "", "leads out of the archive"),
        ("utf8.jsonl", "line 2", "UTF-8"),
        ("utf8.csv", "line 3", "UTF-8"),
        ("no_zone.jsonl", "line 1", "zone"),
        ("far.jsonl", "line 1", "9999"),
        ("missing.csv", "line 1", "total"),
        ("doubled.csv", "line 1", "value"),
        ("page.rss", "", "page"),
        ("entities.rss", "", "entit"),
        ("cut.json", "line 1", "ends before it is complete"),
        ("utf8.json", "line 1", "UTF-8"),
        ("comma.json", "line 1", "not JSON"),
        ("deep.json", "", "deep"),
        ("deep.jsonl", "line 2", "deep"),
        ("long.jsonl", "line 2", "8 MB"),
    ],
)
def test_it_is_refused_with_its_place_and_the_reason(
    name: str, where: str, words: str, outcome: Outcome
) -> None:
    ((place, reason), *more) = outcome.refused[name]
    assert more == []
    assert place.startswith(where)
    assert words in reason
    assert "\n" not in reason


def test_good_files_have_no_refusal(outcome: Outcome) -> None:
    assert outcome.refused["good.jsonl"] == []
    assert outcome.refused["climbs.zip!a.json"] == []


def test_what_is_refused_makes_no_source(outcome: Outcome) -> None:
    assert [source["network"] for source in outcome.sources] == ["activitystreams"]


def test_nothing_climbs_out_of_an_archive(outcome: Outcome, entregent: Program) -> None:
    assert outcome.refused
    places = [entregent.home, *entregent.home.parents[:3]]
    assert not [path for place in places for path in place.glob("**/evil.json")]
