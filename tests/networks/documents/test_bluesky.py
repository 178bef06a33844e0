"""Bluesky: facets placed by byte, clocks in record keys, quotes, and events."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.networks.bluesky.identifiers import time_of_tid
from entregent.networks.bluesky.text import html_of

FEST, ROSE = "did:plc:festivaldefrimas000000aa", "did:plc:rosalie0000000000000000bb"
EDDY = "did:plc:eddy00000000000000000000cc"
POST = f"at://{FEST}/app.bsky.feed.post/3mdlaxxmgrk2a"
ANSWER = f"at://{ROSE}/app.bsky.feed.post/3mdlbxxmgrk2a"
QUOTE = f"at://{EDDY}/app.bsky.feed.post/3mdlcxxmgrk2a"


def record(uri=POST, **changed):
    value = {
        "$type": "app.bsky.feed.post",
        "text": "Bonjour",
        "langs": ["fr"],
        "createdAt": "2026-01-30T14:00:00.000Z",
    }
    return {"uri": uri, "cid": "bafyinvented", "value": value | changed}


def test_facets_become_links_beyond_an_emoji(told):
    note = told("bluesky/feed").of(f"{ANSWER}#create").object
    assert note.content == (
        f'🎿 Ça glisse, <a href="https://bsky.app/profile/{FEST}">@festival.frimas.example</a>!'
        '<br>Voir <a href="https://frimas.example/pistes">https://frimas.example/pistes</a>'
        ' &amp; &lt;venir&gt; <a href="https://bsky.app/hashtag/Frimas">#Frimas</a>'
    )
    assert [(tag.type, tag.href, tag.name) for tag in note.tag] == [
        ("Mention", FEST, "@festival.frimas.example"),
        ("Hashtag", "", "#Frimas"),
    ]


LINK = {"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/"}
slices = st.builds(
    lambda start, end: {"index": {"byteStart": start, "byteEnd": end}, "features": [LINK]},
    st.integers(-2, 20),
    st.integers(-2, 20),
)


@given(st.text("aé🎿<&\n", max_size=8), st.lists(slices, max_size=4))
def test_facets_never_change_the_words(text, facets):
    html, _ = html_of(text, facets)
    shown = html.replace('<a href="https://a.example/">', "").replace("</a>", "")
    assert shown == html_of(text, None)[0]


@pytest.mark.parametrize("uri", ["javascript:alert(1)", 'https://a.example/" onclick="', 3, None])
def test_a_hostile_link_gives_no_way_out_of_its_attribute(uri):
    facet = {"index": {"byteStart": 0, "byteEnd": 3}, "features": [LINK | {"uri": uri}]}
    html, _ = html_of("ici", [facet])
    assert "javascript" not in html
    assert html.count('"') in {0, 2}


def test_a_time_without_a_zone_is_that_of_the_record_key(tell):
    post = tell(record(createdAt="2026-01-30T09:00:00.5")).one("Create")
    assert post.published == time_of_tid("3mdlaxxmgrk2a")
    assert post.published.tzinfo is UTC


def test_a_time_without_a_zone_is_refused_where_the_key_tells_none(tell):
    uri = f"at://{FEST}/app.bsky.feed.post/premiere"
    (refused,) = tell(record(uri, createdAt="2026-01-30T09:00:00")).refused
    assert refused.where == "record.createdAt"
    assert "no zone" in refused.reason


def test_a_record_key_tells_its_time():
    assert time_of_tid("3jzfcijpj2z2a") == datetime(2023, 6, 30, 15, 3, 1, 887007, tzinfo=UTC)
    assert time_of_tid("premiere") is None
    assert time_of_tid("jzzzzzzzzzzzz") is None


@given(st.integers(0, 4_000_000_000_000_000), st.integers(0, 1023))
def test_record_keys_keep_their_microseconds(microseconds, clock):
    digits, number = "", (microseconds << 10) | clock
    for _ in range(13):
        number, digit = divmod(number, 32)
        digits = "234567abcdefghijklmnopqrstuvwxyz"[digit] + digits
    moment = time_of_tid(digits)
    assert round(moment.timestamp() * 1_000_000) == microseconds


def test_a_quote_brings_the_quoted_post_and_its_pictures(told):
    feed = told("bluesky/feed")
    note = feed.of(f"{QUOTE}#create").object
    assert note.quote == POST
    assert (note.attachment[0].name, note.attachment[0].url) == (
        "La patinoire",
        "https://images.example/patinoire.jpg",
    )
    assert feed.of(f"{POST}#create").actor == FEST


def test_a_quote_that_was_withdrawn_is_none(tell, fixture):
    view = fixture("bluesky/feed")["feed"][2]["post"]
    view["embed"]["record"] = {
        "record": {"$type": "app.bsky.embed.record#viewDetached", "uri": POST, "detached": True}
    }
    assert tell(view).one("Create").object.quote is None


def test_a_repost_in_a_feed_has_the_time_of_its_record(told):
    repost = told("bluesky/feed").one("Announce")
    assert repost.actor == ROSE
    assert repost.published == time_of_tid("3mdldxxmgrk2a")


def test_what_is_hidden_or_gone_is_named(told):
    assert told("bluesky/feed").nothing == ["a post that is not there any more"]
    assert told("bluesky/thread").nothing == ["a post that is hidden by a block"]


def test_a_notification_is_classified_by_its_record(told):
    # Its reason says « mention ».
    assert told("bluesky/notifications").of(f"{ANSWER}#create").object.in_reply_to == POST


def test_our_followers_come_with_their_records(told):
    ids = {activity.id for activity in told("bluesky/followers").activities}
    assert f"at://{ROSE}/app.bsky.graph.follow/3mdldxxmgrk2a" in ids


def test_the_followers_of_another_do_not_take_the_record_of_our_own(tell, fixture):
    document = fixture("bluesky/followers")
    document["followers"][1]["viewer"].pop("followedBy")
    for follow in tell(document).activities:
        assert follow.id.startswith("urn:entregent:follow:")


def test_an_edit_in_the_stream_is_an_update(told):
    update = told("bluesky/frames").one("Update")
    assert update.object.content == "Ça glisse en titi!"
    assert update.object.updated == datetime(2026, 1, 30, 19, tzinfo=UTC)
    assert update.id == f"{ANSWER}#updated-1769799600000"


def test_a_removed_like_is_undone(told):
    undone = told("bluesky/frames").of(f"at://{ROSE}/app.bsky.feed.like/3mdlcxxmgrk2a#undo")
    assert (undone.object.type, undone.object.actor) == ("Like", ROSE)


def test_an_account_that_leaves_and_comes_back(told):
    frames = told("bluesky/frames")
    gone, back = frames.of(f"{ROSE}#account-4"), frames.of(f"{ROSE}#account-5")
    assert (gone.type, gone.object.id, gone.object.type) == ("Delete", ROSE, "Person")
    assert (back.type, back.object.type, back.object.object) == ("Undo", "Delete", ROSE)


def test_an_event_without_a_state_holds_nothing(tell):
    frame = {"t": "subscribe_repos.Account", "seq": 1, "did": ROSE, "handle": None}
    assert tell({"identity_account": [frame]}).nothing == [
        "an event that does not say what changed"
    ]


def test_a_changed_handle_is_told(told):
    assert told("bluesky/jetstream").accounts[ROSE].handle == "rosalie.frimas.example"


def test_a_profile_has_counts_and_asks_not_to_be_shown(told):
    profile = told("bluesky/profile", as_of=datetime(2026, 2, 1, tzinfo=UTC))
    assert {point.metric: point.value for point in profile.points} == {
        "followers.totalItems": 12.0,
        "following.totalItems": 3.0,
        "outbox.totalItems": 4.0,
    }
    assert told("bluesky/feed").accounts[EDDY].indexable is False
    assert told("bluesky/feed").accounts[EDDY].handle == ""


def test_a_record_of_another_kind_is_named(tell):
    told = tell(record(**{"$type": "app.bsky.feed.generator"}))
    assert told.nothing == ["a record of type app.bsky.feed.generator"]


@pytest.mark.parametrize(("langs", "language"), [(["fr"], "fr"), (["fr", "en"], None), ([], None)])
def test_a_language_is_kept_only_where_it_is_the_only_one(tell, langs, language):
    assert tell(record(langs=langs)).one("Create").object.language == language
