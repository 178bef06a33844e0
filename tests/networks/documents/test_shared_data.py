"""Everything that real servers sent comes in."""

import gzip
import json
from pathlib import Path

import pytest

from entregent.networks.bluesky import identifiers
from entregent.networks.bluesky.identifiers import parse_datetime
from entregent.vocabulary import VocabularyError

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
FOLDERS = (
    "wire",
    "wire_formats/mastodon_api",
    "wire_formats/bluesky",
    "wire_formats/mastodon_export_redacted",
)
FILES = sorted(
    path
    for folder in FOLDERS
    for path in (SHARED / folder).rglob("*")
    if path.name.endswith((".json", ".json.gz"))
)

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not SHARED.is_dir(),
        reason="the shared test data (../shared) is not beside this checkout",
    ),
]


def test_the_shared_data_is_there():
    assert len(FILES) > 160


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SHARED).as_posix())
def test_it_comes_in_without_a_refusal(tell, path):
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    told = tell(json.loads(content))
    assert told.reads
    assert told.refused == []


def lines(name):
    """Lines of a list of names or times, without its comments."""
    path = SHARED / "wire_formats" / "bluesky" / name
    if not path.is_file():
        return []
    kept = [line.rstrip("\n") for line in path.read_text().split("\n")]
    return [line for line in kept if line and not line.startswith("#")]


def as_tried(kind):
    """The question whether a text is of this kind."""
    if kind == "aturi":

        def is_address(text):
            try:
                identifiers.address_in(text, "uri")
            except VocabularyError:
                return False
            return True

        return is_address
    return {
        "did": identifiers.is_did,
        "handle": identifiers.is_handle,
        "nsid": identifiers.is_nsid,
        "tid": identifiers.is_tid,
        "recordkey": identifiers.is_record_key,
        "atidentifier": lambda text: identifiers.is_did(text) or identifiers.is_handle(text),
    }[kind]


KINDS = ["aturi", "did", "handle", "nsid", "tid", "recordkey", "atidentifier"]


@pytest.mark.parametrize("kind", KINDS)
def test_it_accepts_every_valid_name(kind):
    accepts = as_tried(kind)
    assert [text for text in lines(f"{kind}_syntax_valid.txt") if not accepts(text)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_it_refuses_every_invalid_name(kind):
    accepts = as_tried(kind)
    assert [text for text in lines(f"{kind}_syntax_invalid.txt") if accepts(text)] == []


def test_it_reads_valid_times_within_bounds():
    refused = []
    for text in lines("datetime_syntax_valid.txt"):
        try:
            parse_datetime(text, "")
        except VocabularyError as error:
            refused.append((text, error.reason))
    # The protocol allows years that nobody posted in.
    assert [
        text for text, reason in refused if "outside" not in reason and "exists" not in reason
    ] == []
    assert all(not "1970" <= text[:4] < "2100" for text, _ in refused)


def test_it_refuses_invalid_times():
    for name in ("datetime_syntax_invalid.txt", "datetime_parse_invalid.txt"):
        for text in lines(name):
            with pytest.raises(VocabularyError):
                parse_datetime(text, "")
