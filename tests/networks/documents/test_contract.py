"""What every network owes: each act is seen once, edits update, deletions forget."""

import orjson
import pytest

from entregent.networks.registry import NETWORKS
from entregent.vocabulary import PUBLIC, Activity

FEST, ROSE, EDDY = (
    "https://frimas.example/users/festival",
    "https://toile.example/users/rosalie",
    "https://toile.example/users/eddy",
)
FEST_DID, ROSE_DID = "did:plc:festivaldefrimas000000aa", "did:plc:rosalie0000000000000000bb"
POST = f"{FEST}/statuses/1"
TOOT = f"{FEST}/statuses/101"
SKEET = f"at://{FEST_DID}/app.bsky.feed.post/3mdlaxxmgrk2a"
ANSWER = f"at://{ROSE_DID}/app.bsky.feed.post/3mdlbxxmgrk2a"
EVENT = "urn:entregent:matrix:event:%24"
BRUNO = "matrix:u/bruno:salon.example"
MEMBER = "urn:entregent:ghost:member:65b9000000000000000000a1"
PAGE = "https://blogue.example/2026/02/la-grange/"

ACTS = [
    # document, type, actor, object
    ("activitystreams/activities", "Create", FEST, POST),
    ("activitystreams/activities", "Create", ROSE, f"{ROSE}/statuses/7"),
    ("activitystreams/activities", "Like", EDDY, POST),
    ("activitystreams/activities", "Announce", EDDY, POST),
    ("activitystreams/activities", "Follow", EDDY, FEST),
    ("activitystreams/activities", "Update", FEST, POST),
    ("activitystreams/activities", "Delete", ROSE, f"{ROSE}/statuses/7"),
    ("activitystreams/activities", "Delete", EDDY, EDDY),
    ("activitystreams/activities", "Undo", EDDY, f"{EDDY}#likes/1"),
    ("activitystreams/followers", "Follow", EDDY, FEST),
    ("mastodon/timeline", "Create", FEST, TOOT),
    ("mastodon/timeline", "Create", ROSE, f"{ROSE}/statuses/102"),
    ("mastodon/timeline", "Announce", EDDY, TOOT),
    ("mastodon/notifications", "Like", EDDY, TOOT),
    ("mastodon/notifications", "Announce", EDDY, TOOT),
    ("mastodon/notifications", "Follow", EDDY, FEST),
    ("mastodon/grouped_notifications", "Like", EDDY, TOOT),
    ("mastodon/grouped_notifications", "Follow", EDDY, FEST),
    ("mastodon/recording", "Update", ROSE, f"{ROSE}/statuses/102"),
    ("mastodon/recording", "Delete", ROSE, f"{ROSE}/statuses/102"),
    ("mastodon/recording", "Like", EDDY, f"{ROSE}/statuses/102"),
    ("mastodon/recording", "Follow", EDDY, FEST),
    ("bluesky/feed", "Create", FEST_DID, SKEET),
    ("bluesky/notifications", "Create", ROSE_DID, ANSWER),
    ("bluesky/notifications", "Like", ROSE_DID, SKEET),
    ("bluesky/notifications", "Announce", ROSE_DID, SKEET),
    ("bluesky/notifications", "Follow", ROSE_DID, FEST_DID),
    ("bluesky/likes", "Like", ROSE_DID, SKEET),
    ("bluesky/reposted_by", "Announce", ROSE_DID, SKEET),
    ("bluesky/followers", "Follow", ROSE_DID, FEST_DID),
    ("bluesky/frames", "Create", ROSE_DID, ANSWER),
    ("bluesky/frames", "Update", ROSE_DID, ANSWER),
    ("bluesky/frames", "Delete", ROSE_DID, ANSWER),
    ("bluesky/frames", "Delete", ROSE_DID, ROSE_DID),
    ("bluesky/frames", "Undo", ROSE_DID, f"at://{ROSE_DID}/app.bsky.feed.like/3mdlcxxmgrk2a"),
    ("bluesky/jetstream", "Create", ROSE_DID, ANSWER),
    ("bluesky/jetstream", "Delete", ROSE_DID, ANSWER),
    ("wordpress/comments", "Create", "https://odile.example/", f"{PAGE}#comment-1"),
    (
        "ghost/member_added",
        "schema:SubscribeAction",
        MEMBER,
        "urn:entregent:ghost:newsletter:65b9000000000000000000b1",
    ),
    ("ghost/member_deleted", "Delete", None, MEMBER),
    ("matrix/sync", "Create", BRUNO, f"{EVENT}un"),
    ("matrix/sync", "Like", BRUNO, f"{EVENT}un"),
    ("matrix/sync", "Update", BRUNO, f"{EVENT}un"),
    ("matrix/sync", "Delete", BRUNO, f"{EVENT}cinq"),
    ("matrix/sync", "Undo", BRUNO, f"{EVENT}trois"),
]

REPLIES = [
    ("activitystreams/activities", f"{ROSE}/statuses/7", POST, POST),
    ("mastodon/timeline", f"{ROSE}/statuses/102", TOOT, TOOT),
    ("mastodon/context", f"{EDDY}/statuses/107", f"{ROSE}/statuses/102", TOOT),
    ("bluesky/feed", ANSWER, SKEET, SKEET),
    ("wordpress/comments", f"{PAGE}#comment-2", f"{PAGE}#comment-1", PAGE),
    (
        "matrix/sync",
        f"{EVENT}deux",
        f"{EVENT}un",
        "urn:entregent:matrix:room:%21grange%3Asalon.example",
    ),
]

PRIVATE = [
    ("activitystreams/activities", f"{ROSE}/statuses/8"),
    ("mastodon/timeline", f"{ROSE}/statuses/103"),
    ("matrix/sync", f"{EVENT}un"),
]


@pytest.mark.parametrize(("document", "kind", "actor", "about"), ACTS)
def test_each_act_is_seen_once(told, document, kind, actor, about):
    found = {
        activity.id
        for activity in told(document).activities
        if (activity.type, activity.actor) == (kind, actor)
        and activity.object is not None
        and activity.object.id == about
    }
    assert len(found) == 1


@pytest.mark.parametrize(("document", "reply", "parent", "root"), REPLIES)
def test_a_reply_names_what_it_answers_and_its_conversation(told, document, reply, parent, root):
    note = told(document).of(created(told(document), reply)).object
    assert (note.in_reply_to, note.context) == (parent, root)


@pytest.mark.parametrize(("document", "message"), PRIVATE)
def test_what_is_private_never_looks_public(told, document, message):
    activity = told(document).of(created(told(document), message))
    assert PUBLIC not in activity.to + activity.cc
    assert activity.visibility == "direct"
    assert activity.legal_basis == "direct-message"


DOCUMENTS = sorted({document for document, *_ in ACTS})


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_deleted_carries_no_words(told, document):
    for taken in told(document).taken:
        for activity in taken.activities:
            if activity.type == "Delete":
                assert activity.object.content is None
                assert activity.object.type in {"Tombstone", "Person"}
                assert "content" not in (taken.raw or {})
                assert "text" not in (taken.raw or {})


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_activity_can_be_exported_and_read_again(told, document):
    for activity in told(document).activities:
        written = orjson.loads(orjson.dumps(activity.to_as2()))
        again = Activity.from_as2(
            written, source="other", received_at=activity.received_at, dataschema="other/1"
        )
        assert again == activity


@pytest.mark.parametrize("document", DOCUMENTS)
def test_everything_kept_says_where_it_comes_from(told, document):
    slug = document.partition("/")[0]
    for taken in told(document).taken:
        assert taken.nothing or taken.native
        for activity in taken.activities:
            assert activity.source == f"file:{slug}"
            assert activity.dataschema == f"{slug}/1"
            assert activity.legal_basis
            assert activity.voluntary


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_told_twice_tells_the_same(told, document):
    assert told(document).reads == told(document).reads


def test_networks_and_formats_have_names_of_their_own():
    slugs = [network.slug for network in NETWORKS]
    assert len(slugs) == len(set(slugs))
    for network in NETWORKS:
        assert network.json or network.rows or network.texts


def created(told, about):
    """Id of the activity that made something."""
    (identity,) = {
        activity.id
        for activity in told.activities
        if activity.type == "Create" and activity.object.id == about
    }
    return identity
