"""ActivityStreams: what other servers deliver, and bare objects."""

from datetime import UTC, datetime

import pytest

FEST = "https://frimas.example/users/festival"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
AS_OF = datetime(2026, 2, 1, tzinfo=UTC)


def test_an_actor_is_an_account_with_its_whole_handle(told):
    (account,) = told("activitystreams/actor").accounts.values()
    assert account.handle == "rosalie@toile.example"
    assert account.name == "Rosalie Thibodeau-Nguyen"
    assert account.indexable is False


def test_counts_are_kept_only_where_their_time_is_known(told):
    assert told("activitystreams/followers").points == []
    (point,) = told("activitystreams/followers", as_of=AS_OF).points
    assert (point.account, point.metric, point.value, point.at) == (
        FEST,
        "followers.totalItems",
        2.0,
        AS_OF,
    )


@pytest.mark.parametrize("kind", ["Note", "Article", "Video"])
def test_a_bare_object_becomes_what_made_it(tell, kind):
    told = tell(
        {
            "type": kind,
            "id": "https://a.example/n",
            "attributedTo": FEST,
            "content": "x",
            "published": "2026-01-30T14:00:00Z",
            "to": [PUBLIC],
        }
    )
    made = told.one("Create")
    assert (made.id, made.actor, made.visibility) == ("https://a.example/n#create", FEST, "public")
    assert made.published == datetime(2026, 1, 30, 14, tzinfo=UTC)


def test_a_bare_tombstone_deletes(tell):
    gone = tell({"type": "Tombstone", "id": "https://a.example/n"}).one("Delete")
    assert (gone.object.id, gone.object.type) == ("https://a.example/n", "Tombstone")


def test_a_reaction_is_a_like_with_its_emoji(told):
    activity = told("activitystreams/activities").of("https://toile.example/users/eddy#react/1")
    assert (activity.type, activity.content) == ("Like", "🎿")


def test_the_audience_may_stand_on_the_object_alone(tell):
    made = tell(
        {
            "type": "Create",
            "id": "https://a.example/1",
            "actor": FEST,
            "object": {"type": "Note", "id": "https://a.example/n", "to": "as:Public"},
        }
    ).one("Create")
    assert (made.to, made.legal_basis) == ((PUBLIC,), "public")


def test_an_audience_given_as_objects_is_read(tell):
    made = tell(
        {
            "type": "Like",
            "id": "https://a.example/1",
            "actor": FEST,
            "object": FEST,
            "to": [{"id": FEST}, PUBLIC],
        }
    ).one("Like")
    assert made.to == (FEST, PUBLIC)


def test_an_unknown_audience_has_no_basis(tell):
    note = {"type": "Note", "id": "https://a.example/n"}
    create = {"type": "Create", "id": "https://a.example/1", "actor": FEST, "object": note}
    made = tell(create).one("Create")
    assert (made.visibility, made.legal_basis) == ("unknown", "")


def test_a_changed_actor_tells_of_its_account(tell, fixture):
    actor = fixture("activitystreams/actor")
    told = tell(
        {"type": "Update", "id": "https://a.example/1", "actor": actor["id"], "object": actor}
    )
    assert told.accounts[actor["id"]].name == "Rosalie Thibodeau-Nguyen"


def test_our_own_trace_keeps_what_it_says_of_itself(tell):
    order = {
        "type": "schema:BuyAction",
        "id": "urn:x:1",
        "actor": "urn:x:a",
        "entregent:legalBasis": "contract",
        "entregent:voluntary": False,
        "entregent:source": "csv",
        "result": {"type": "schema:Order", "schema:price": "12.50", "schema:priceCurrency": "CAD"},
    }
    made = tell(order).one("schema:BuyAction")
    assert (made.legal_basis, made.voluntary, made.source) == ("contract", False, "csv")
    assert str(made.result.price.amount) == "12.50"


def test_raw_payloads_go_by_the_object_they_hold(told):
    natives = [taken.native for taken in told("activitystreams/activities").taken]
    assert natives.count(f"{FEST}/statuses/1") == 2
    assert "https://toile.example/users/eddy#follow/1" in natives
