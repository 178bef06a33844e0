"""Whatever the JSON, it is read or refused in one sentence; nothing is raised."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import entregent.networks
from entregent.networks.json_documents import read_value
from entregent.networks.reading import Context, Refused

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONTEXTS = [
    Context("file", NOW),
    Context("file", NOW, as_of=NOW, server="frimas.example", path="/api/v1/statuses/102/history"),
    Context("file", NOW, as_of=NOW, path="/api/v1/accounts/1/followers", method="GET"),
    Context("file", NOW, path="/api/v1/statuses/102", method="DELETE"),
]
DOCUMENTS = [
    json.loads(path.read_text())
    for path in sorted(Path(entregent.networks.__file__).parent.glob("*/fixtures/*.json"))
]


def parts_of(value):
    """Every place inside a document."""
    waiting, found = [((), value)], {()}
    while waiting:
        place, part = waiting.pop()
        inside = part.items() if isinstance(part, dict) else enumerate(part)
        for key, inner in inside:
            found.add((*place, key))
            if isinstance(inner, dict | list):
                waiting.append(((*place, key), inner))
    return sorted(found, key=repr)


PLACES = [parts_of(document) for document in DOCUMENTS]
KEYS = sorted(
    {key for places in PLACES for place in places for key in place if isinstance(key, str)}
)
odd = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(
        [
            "Note",
            "Create",
            "Like",
            "https://a.example/1",
            "did:plc:a",
            "public",
            "2026-01-30T14:00:00Z",
            "2026-01-30T14:00:00",
            "\ud800",
            "-",
            "m.reaction",
            "app.bsky.feed.post",
            "at://did:plc:a/app.bsky.feed.like/1",
            10**30,
            -1,
        ]
    )
)
anything = st.recursive(
    odd,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=15,
)
calmly = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def check(value, context):
    reads = list(read_value(value, context))
    assert reads
    for read in reads:
        if isinstance(read.outcome, Refused):
            assert read.outcome.reason.encode()
            assert read.outcome.where.isprintable()
            continue
        for activity in read.outcome.activities:
            assert orjson.dumps(activity.to_as2())
        for account in read.outcome.accounts:
            assert orjson.dumps(account.to_as2())
        for alias in read.outcome.aliases:
            assert alias.placeholder.encode()
        assert (
            f"{read.outcome.native}{read.outcome.nothing}".encode()
            or read.outcome.accounts
            or read.outcome.points
        )


@calmly
@given(anything, st.sampled_from(CONTEXTS))
def test_arbitrary_json_is_read_or_refused(value, context):
    check(value, context)


@calmly
@given(st.data(), st.integers(0, len(DOCUMENTS) - 1), st.sampled_from(CONTEXTS))
def test_a_spoilt_document_is_read_or_refused(data, index, context):
    document = copy.deepcopy(DOCUMENTS[index])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(PLACES[index]))
        value = data.draw(anything)
        if not place:
            document = value
            break
        part = document
        for key in place[:-1]:
            try:
                part = part[key]
            except (KeyError, IndexError, TypeError):
                part = None
                break
        if isinstance(part, dict) and data.draw(st.booleans()):
            part.pop(place[-1], None)
        elif isinstance(part, dict) or (isinstance(part, list) and place[-1] in range(len(part))):
            part[place[-1]] = value
    check(document, context)
