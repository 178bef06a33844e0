"""The Mastodon API: local ids, visibility, edits, quotes, and who « us » is."""

from datetime import UTC, datetime

import pytest

from entregent.networks.reading import Alias
from entregent.vocabulary import PUBLIC

FEST, ROSE, EDDY = (
    "https://frimas.example/users/festival",
    "https://toile.example/users/rosalie",
    "https://toile.example/users/eddy",
)
AS_OF = datetime(2026, 2, 1, tzinfo=UTC)


def make(told, number, who=ROSE):
    return told("mastodon/timeline").of(f"{who}/statuses/{number}#create")


def test_an_edited_status_is_told_once_with_its_newest_text(told):
    post = make(told, 101, FEST)
    assert "17 h" in post.object.content
    assert post.object.updated == datetime(2026, 1, 30, 16, tzinfo=UTC)
    assert all(activity.type != "Update" for activity in told("mastodon/timeline").activities)


@pytest.mark.parametrize(
    ("number", "who", "visibility", "basis"),
    [
        (101, FEST, "public", "public"),
        (104, EDDY, "unlisted", "public"),
        (106, ROSE, "followers", "followers"),
        (103, ROSE, "direct", "direct-message"),
    ],
)
def test_the_audience_is_the_visibility(told, number, who, visibility, basis):
    made = make(told, number, who)
    assert (made.visibility, made.legal_basis) == (visibility, basis)


def test_a_private_message_goes_to_the_people_mentioned(told):
    assert make(told, 103).to == (FEST,)


def test_a_private_message_to_nobody_is_for_its_author(tell, fixture):
    status = fixture("mastodon/timeline")[2] | {"mentions": []}
    assert tell(status).one("Create").to == (ROSE,)


def test_a_visibility_that_is_not_known_is_refused(tell, fixture):
    status = fixture("mastodon/timeline")[0] | {"visibility": "entre nous"}
    (refused,) = tell(status).refused
    assert refused.where == "visibility"
    assert PUBLIC not in str(refused)


def test_a_reply_to_what_is_not_there_waits_under_its_local_id(told):
    answer = told("mastodon/timeline", server="frimas.example").of(f"{ROSE}/statuses/106#create")
    waiting = Alias("mastodon:frimas.example", "999", "https://x.example/later")
    assert answer.object.in_reply_to == waiting.placeholder
    assert answer.object.context is None


def test_every_status_tells_what_its_local_id_stands_for(told):
    aliases = told("mastodon/timeline", server="frimas.example").aliases
    assert Alias("mastodon:frimas.example", "101", f"{FEST}/statuses/101") in aliases
    assert len(aliases) == 6


def test_a_quote_names_its_post_and_a_revoked_one_does_not(told):
    assert make(told, 104, EDDY).object.quote == f"{FEST}/statuses/101"
    assert make(told, 106).object.quote is None


def test_mentions_hashtags_and_pictures_are_kept(told):
    post, answer = make(told, 101, FEST).object, make(told, 102).object
    assert [(tag.type, tag.name) for tag in post.tag] == [("Hashtag", "#frimas")]
    assert [(tag.type, tag.href) for tag in answer.tag] == [("Mention", FEST)]
    assert post.attachment[0].name == "La grange sous la neige"


def test_a_repost_keeps_no_words_of_its_own(told):
    (repost,) = [
        taken
        for taken in told("mastodon/timeline").taken
        if any(activity.type == "Announce" for activity in taken.activities)
    ]
    assert repost.native == f"{EDDY}/statuses/105"
    assert "reblog" not in repost.raw


def test_a_server_that_shows_the_repost_in_its_notification_tells_it_once(tell, fixture):
    repost = fixture("mastodon/timeline")[4]
    told = tell(
        [
            {
                "id": "1",
                "type": "reblog",
                "created_at": "2026-01-30T17:00:00Z",
                "account": repost["account"],
                "status": repost,
            }
        ]
    )
    assert told.one("Announce").id == f"{EDDY}/statuses/105"


def test_a_like_of_a_repost_is_a_like_of_the_post(tell, fixture):
    repost = fixture("mastodon/timeline")[4]
    told = tell(
        [
            {
                "id": "1",
                "type": "favourite",
                "created_at": "2026-01-30T17:00:00Z",
                "account": repost["account"],
                "status": repost,
            }
        ]
    )
    assert told.one("Like").object.id == f"{FEST}/statuses/101"


def test_it_follows_us_where_the_document_tells_who_we_are(told, tell, fixture):
    assert told("mastodon/notifications").one("Follow").object.id == FEST
    follow = [fixture("mastodon/notifications")[2]]
    assert tell(follow).one("Follow").object.id == "urn:entregent:mastodon:unknown:self"
    known = tell(follow, server="frimas.example").one("Follow")
    assert known.object.id == "urn:entregent:mastodon:frimas.example:self"


def test_what_is_no_act_is_named_and_its_account_kept(told):
    notifications = told("mastodon/notifications")
    assert notifications.nothing == [
        "a request to follow that is not accepted yet",
        "a notification of type severed_relationships",
    ]
    assert set(notifications.accounts) == {FEST, ROSE, EDDY}


def test_an_emoji_reaction_is_a_like_with_its_emoji(told):
    likes = [a for a in told("mastodon/notifications").activities if a.type == "Like"]
    assert sorted((like.actor, like.content) for like in likes) == [(EDDY, None), (ROSE, "🎿")]


def test_a_group_dates_only_what_happened_alone(told):
    grouped = told("mastodon/grouped_notifications")
    assert {like.published for like in grouped.activities if like.type == "Like"} == {None}
    assert grouped.one("Follow").published == datetime(2026, 1, 30, 17, 1, tzinfo=UTC)


def test_accounts_say_what_their_holders_chose(told):
    accounts = told("mastodon/timeline").accounts
    assert accounts[ROSE].indexable is False
    assert accounts[EDDY].type == "Service"
    assert accounts[ROSE].handle == "rosalie@toile.example"
    assert accounts[FEST].handle == "festival@frimas.example"


def test_counts_are_kept_only_where_their_time_is_known(told):
    assert told("mastodon/timeline").points == []
    points = told("mastodon/timeline", as_of=AS_OF).points
    assert {(point.account, point.metric, point.value) for point in points} >= {
        (FEST, "followers.totalItems", 10.0),
        (FEST, "outbox.totalItems", 3.0),
    }
    assert {point.at for point in points} == {AS_OF}


def test_revisions_are_updates_where_the_status_is_known(told):
    recording = told("mastodon/recording")
    update = recording.one("Update")
    assert update.object.id == f"{ROSE}/statuses/102"
    assert update.object.updated == datetime(2026, 1, 30, 14, 11, tzinfo=UTC)
    assert update.to == recording.of(f"{ROSE}/statuses/102#create").to
    assert "the revisions of a post whose address is not told" in recording.nothing


def test_a_deletion_makes_nothing_and_keeps_no_words(told):
    recording = told("mastodon/recording")
    assert recording.one("Delete").object.former_type == "Note"
    (taken,) = [
        taken
        for taken in recording.taken
        if any(activity.type == "Delete" for activity in taken.activities)
    ]
    assert "poussettes" not in str(taken.raw)


def test_a_recording_makes_one_answer_serve_the_others(told):
    followers = [a for a in told("mastodon/recording").activities if a.type == "Follow"]
    assert {(follow.actor, follow.object.id) for follow in followers} == {
        (EDDY, FEST),
        (ROSE, FEST),
    }
    assert "an error answer" in told("mastodon/recording").nothing
