"""WordPress comments, Ghost members and Matrix rooms."""

from datetime import UTC, datetime

import pytest

MEMBER = "urn:entregent:ghost:member:65b9000000000000000000a1"
EVENT = "urn:entregent:matrix:event:%24"
PAGE = "https://blogue.example/2026/02/la-grange/"


def test_a_comment_is_dated_in_gmt_as_its_property_says(told):
    comment = told("wordpress/comments").of(f"{PAGE}#comment-1#create")
    assert comment.published == datetime(2026, 2, 2, 15, tzinfo=UTC)


def test_a_comment_without_its_gmt_time_is_refused(tell, fixture):
    comment = fixture("wordpress/comments")[0]
    del comment["date_gmt"]
    (refused,) = tell(comment).refused
    assert refused.where == "date_gmt"


def test_a_comment_keeps_its_address_when_it_changes_page(tell, fixture):
    comment = fixture("wordpress/comments")[0]
    comment["link"] = comment["link"].replace("comment-page-1", "comment-page-7")
    assert tell(comment).one("Create").object.id == f"{PAGE}#comment-1"


def test_a_comment_without_a_link_is_named_by_the_interface(tell, fixture):
    comment = fixture("wordpress/comments")[0]
    del comment["link"]
    note = tell(comment).one("Create").object
    assert note.id == "https://blogue.example/wp-json/wp/v2/comments/1"
    assert note.in_reply_to == "https://blogue.example/wp-json/wp/v2/posts/5"


def test_visitors_of_the_same_name_are_not_the_same(told):
    accounts = told("wordpress/comments").accounts
    assert set(accounts) == {
        "https://odile.example/",
        "urn:entregent:wordpress:blogue.example:user:3",
        "urn:entregent:wordpress:blogue.example:comment:3:author",
    }


@pytest.mark.parametrize("status", ["hold", "spam", "trash"])
def test_a_comment_that_is_not_published_is_not_kept(tell, fixture, status):
    told = tell(fixture("wordpress/comments")[0] | {"status": status})
    assert told.nothing == [f"a comment that is not published ({status})"]


def test_a_new_member_subscribes_by_consent(told):
    added = told("ghost/member_added")
    action = added.one("schema:SubscribeAction")
    assert (action.legal_basis, action.voluntary) == ("consent", True)
    assert action.object.name == "Les nouvelles de la grange"
    assert added.accounts[MEMBER].handle == "jasmin@example.test"
    assert "jasmin" not in action.id


def test_a_member_who_leaves_leaves_no_address_behind(told):
    (taken,) = told("ghost/member_deleted").taken
    assert taken.accounts == ()
    assert "jasmin" not in str(taken).lower()


def test_a_member_who_changes_newsletter_ends_one_and_begins_another(told):
    edited = told("ghost/member_edited")
    begun, ended = edited.one("schema:SubscribeAction"), edited.one("Undo")
    assert begun.object.name == "Bénévoles"
    assert ended.object.object == "urn:entregent:ghost:newsletter:65b9000000000000000000b1"
    assert begun.published == ended.published == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_an_edit_of_something_else_subscribes_to_nothing(tell, fixture):
    event = fixture("ghost/member_edited")
    event["body"]["member"]["previous"] = {"name": "Jasmin V."}
    told = tell(event)
    assert told.activities == []
    assert MEMBER in told.accounts


def test_a_room_is_private_unless_anybody_may_join(told):
    sync = told("matrix/sync")
    assert sync.of(f"{EVENT}un#create").visibility == "direct"
    assert sync.of(f"{EVENT}dix#create").visibility == "public"


def test_a_room_that_is_not_told_is_private(tell, fixture):
    events = fixture("matrix/sync")["rooms"]["join"]["!grange:salon.example"]["timeline"]
    made = tell(events).of(f"{EVENT}un#create")
    assert (made.visibility, made.object.context) == ("direct", None)


def test_plain_text_is_made_harmless_and_html_kept(told):
    sync = told("matrix/sync")
    assert sync.of(f"{EVENT}un#create").object.content == "Qui a la clé &lt;de&gt; la grange?"
    assert sync.of(f"{EVENT}deux#create").object.content == "<b>Moi</b>"


def test_a_redacted_message_carries_no_text(told):
    sync = told("matrix/sync")
    assert sync.of(f"{EVENT}cinq#create").object.content is None
    assert sync.of(f"{EVENT}six").object.id == f"{EVENT}cinq"


def test_a_reaction_taken_back_is_undone(told):
    undone = told("matrix/sync").of(f"{EVENT}sept")
    assert (undone.type, undone.object.id) == ("Undo", f"{EVENT}trois")


def test_an_event_of_another_kind_is_named(tell):
    event = {"type": "m.room.encrypted", "event_id": "$x", "sender": "@a:b", "content": {}}
    assert tell(event).nothing == ["an encrypted message"]
