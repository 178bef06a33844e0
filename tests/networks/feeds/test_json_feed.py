"""JSON Feed."""

from datetime import UTC, datetime
from pathlib import Path

import orjson

from entregent.networks import feeds
from entregent.networks.json_documents import read_value
from entregent.networks.reading import Context, Refused, Taken

CONTEXT = Context("file", datetime(2026, 3, 1, tzinfo=UTC))
FEED = (Path(feeds.__file__).parent / "fixtures" / "balado.json").read_bytes()


def test_a_json_value_that_says_so_is_a_feed() -> None:
    reads = list(read_value(orjson.loads(FEED), CONTEXT))

    assert {(read.format, read.network) for read in reads} == {("feed/json", "feed")}


def test_it_reads_an_item_with_all_its_parts() -> None:
    item = list(read_value(orjson.loads(FEED), CONTEXT))[1].outcome

    assert isinstance(item, Taken)
    (created,) = item.activities
    assert created.source == "file:feed"
    assert created.actor == "https://balado.example/loic"
    assert created.object is not None
    assert created.object.id == "urn:entregent:feed:balado.example%2Ffeed.json:1"
    assert created.object.attachment[0].type == "Audio"


def test_a_bad_item_is_refused_with_its_place_and_the_rest_goes_on() -> None:
    refused = [
        read.outcome
        for read in read_value(orjson.loads(FEED), CONTEXT)
        if isinstance(read.outcome, Refused)
    ]

    assert [one.where for one in refused] == ["items[1].date_published", "items[2]"]
    assert "no zone" in refused[0].reason


def test_a_list_of_items_that_is_no_list_is_refused() -> None:
    (read,) = read_value({"version": "https://jsonfeed.org/version/1", "items": {}}, CONTEXT)

    assert isinstance(read.outcome, Refused)
    assert read.outcome.where == "items"
