"""A document is told by its content; what it is not is said plainly."""

from datetime import UTC, datetime

import pytest

from entregent.networks.json_documents import DEEPEST

NOTE = {
    "type": "Create",
    "id": "https://a.example/1",
    "actor": "https://a.example/u",
    "published": "2026-01-30T14:00:00Z",
    "object": {"type": "Note", "id": "https://a.example/n", "content": "Bonjour"},
}


def nested(depth):
    value = []
    for _ in range(depth - 1):
        value = [value]
    return value


def test_it_reads_nesting_up_to_the_limit(tell):
    assert tell(nested(DEEPEST)).nothing == ["an empty answer"]


@pytest.mark.parametrize("depth", [DEEPEST + 1, 100_000])
def test_it_refuses_what_is_nested_deeper(tell, depth):
    (refused,) = tell(nested(depth)).refused
    assert f"more than {DEEPEST} deep" in refused.reason


def test_it_refuses_deep_nesting_inside_a_known_document(tell):
    (refused,) = tell({**NOTE, "schema:x": nested(200)}).refused
    assert "deep" in refused.reason


@pytest.mark.parametrize("value", [None, True, 3, "texte", {"bonjour": 1}, [1]])
def test_it_says_where_to_find_what_is_known(tell, value):
    (refused,) = tell(value).refused
    assert "docs/reference/formats-json.md" in refused.reason


def test_a_bad_element_does_not_stop_the_others(tell):
    bad = {**NOTE, "published": "2026-01-30T14:00:00"}
    told = tell([NOTE, bad, {"qui": "sait"}, NOTE])
    assert [activity.id for activity in told.activities] == ["https://a.example/1"] * 2
    assert [refused.where for refused in told.refused] == ["[1].published", "[2]"]


def test_an_outbox_names_the_place_of_what_it_refuses(told):
    outbox = told("activitystreams/outbox")
    assert [refused.where for refused in outbox.refused] == [
        "orderedItems[1].published",
        "orderedItems[2]",
    ]
    assert [activity.type for activity in outbox.activities] == ["Create", "Update"]


def test_a_recorded_delivery_is_read_with_its_date_and_server(tell, fixture):
    delivery = fixture("activitystreams/delivery")
    assert tell(delivery).one("Create").actor == "https://toile.example/users/rosalie"
    delivery["body"] = fixture("activitystreams/actor") | {"followers_count": 12}
    (point,) = tell(delivery).points
    assert (point.metric, point.value) == ("followers.totalItems", 12.0)
    assert point.at == datetime(2026, 1, 30, 14, 10, 2, tzinfo=UTC)


@pytest.mark.parametrize("status", [400, 404, 410, 500])
def test_an_error_answer_holds_nothing(tell, status):
    answer = {"method": "GET", "uri": "https://a.example/x", "status": status, "json": NOTE}
    assert tell(answer).nothing == ["an error answer"]
    assert tell([answer]).activities == []


def test_an_error_body_holds_nothing(tell):
    assert tell({"error": "Record not found"}).nothing == ["an error answer"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], "an empty answer"),
        ({}, "an empty answer"),
        ({"subject": "acct:a@b.example", "links": []}, "a webfinger answer"),
        ({"feed": [], "cursor": "x"}, "an empty answer of Bluesky"),
        ({"did": "did:plc:a"}, "the DID of a handle"),
        ({"lexicon": 1, "id": "x", "defs": {}}, "a schema of records (lexicon)"),
        ({"posting:default:visibility": "public"}, "settings"),
        ({"id": "1", "following": True, "followed_by": False}, "a relationship"),
        ({"id": "1", "scheduled_at": "2026-01-01T00:00:00Z", "params": {}}, "not published yet"),
        ({"type": "Emoji", "name": ":tuque:"}, "a part of other documents"),
        ({"errcode": "M_FORBIDDEN", "error": "Non"}, "an error answer"),
    ],
)
def test_what_holds_nothing_is_named(tell, value, told):
    (named,) = tell(value).nothing
    assert told in named


def test_a_type_that_is_not_known_is_reported(tell):
    (refused,) = tell(
        {"@context": "https://www.w3.org/ns/activitystreams", "type": "Boast"}
    ).refused
    assert "« Boast »" in refused.reason


def test_a_format_says_its_network(told):
    assert {(read.network, read.format) for read in told("mastodon/timeline").reads} == {
        ("mastodon", "mastodon/list")
    }
