"""Activities come once each, in their present state; what is private needs its scope."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from entregent.apps.listen.models import LandedChunk
from entregent.apps.organisation.models import Member
from entregent.vocabulary import Activity, Object
from tests.api.conftest import Ask, Land, Token, post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

ODILE = "https://battures.example/users/odile"
AT = datetime(2026, 2, 4, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> =1+1 \u202egro \U0001f9e3 </p>"


def act(kind: str, name: str, about: Object | None = None, **more: object) -> Activity:
    given: dict[str, object] = {
        "published": AT,
        "received_at": AT,
        "source": "file:web",
        "dataschema": "test/1",
        "object": about,
        **more,
    }
    return Activity(id=f"https://battures.example/acts/{name}", type=kind, **given)  # type: ignore[arg-type]


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.lists(st.integers(0, 3), min_size=4, max_size=8), limit=st.integers(2, 3))
def test_paging_tells_each_activity_exactly_once(
    alice: Member, ask: Ask, token: Token, land: Land, minutes: list[int], limit: int
) -> None:
    LandedChunk.objects.all().delete()
    secret = token(alice, "activities")
    same = datetime(2026, 2, 3, tzinfo=UTC)
    land(
        post(number, published=same.replace(minute=minute)) for number, minute in enumerate(minutes)
    )
    told: list[str] = []
    cursor: str | None = ""
    pages = 0
    while cursor is not None:
        status, page = ask("activities", secret, limit=limit, cursor=cursor)
        assert status == 200
        assert len(page["items"]) <= limit
        told += [each["id"] for each in page["items"]]
        cursor, pages = page["next"], pages + 1
    assert len(told) == len(set(told)) == len(minutes)
    assert pages == max(1, -(-len(minutes) // limit))
    times = [minutes[int(uri.split("/")[-2])] for uri in told]
    assert times == sorted(times)


def test_filters_keep_what_they_say(alice: Member, ask: Ask, token: Token, land: Land) -> None:
    land([post(number) for number in range(4)])
    land([act("Like", "like", Object(id="https://battures.example/notes/1"), actor=ODILE)])
    secret = token(alice, "activities")

    def ids(**query: object) -> int:
        return len(ask("activities", secret, **query)[1]["items"])

    assert ids() == 5
    assert ids(type="Like") == 1
    assert ids(network="mastodon") == 4
    assert ids(network="quay") == 0
    assert ids(since="2026-02-03T00:01:00Z", until="2026-02-03T00:03:00Z") == 2
    assert ids(since="2026-02-02T19:01:00-05:00", until="2026-02-03T00:03:00Z") == 2


def test_private_words_and_known_traces_need_the_scope_private(
    alice: Member, ask: Ask, token: Token, land: Land
) -> None:
    ours = "https://frimasetframboises.example/users/bonjour"
    order = Object(id="https://billetterie.example/orders/1", type="Page")
    land(
        [
            post(1),
            post(2, "Rappelez-moi, svp", to=(ours,)),
            post(3, "À mes abonnés", to=("https://battures.example/users/maryse/followers",)),
            post(4, "On ne sait pas à qui", to=()),
            act("View", "visit", order, voluntary=False),
            act("schema:BuyAction", "order", order, actor=ODILE, voluntary=False),
            act("Follow", "follow", Object(id=ours), actor=ODILE),
            act("Block", "block", Object(id=ours), actor=ODILE),
        ]
    )
    _, told = ask("activities", token(alice, "activities"))
    kinds = [(each["type"], each["object"]["text"]) for each in told["items"]]
    assert sorted(kinds, key=str) == [
        ("Create", "La navette passe-t-elle?"),
        ("Follow", None),
        ("View", None),
    ]
    _, told = ask("activities", token(alice, "activities", "private"))
    assert len(told["items"]) == 8


def test_a_guest_hears_nothing_private(gwen: Member, ask: Ask, token: Token, land: Land) -> None:
    land([post(1), post(2, to=("https://frimasetframboises.example/users/bonjour",))])
    assert len(ask("activities", token(gwen, "activities"))[1]["items"]) == 1


def test_a_text_is_told_as_it_stands_now(alice: Member, ask: Ask, token: Token, land: Land) -> None:
    uri = "https://battures.example/notes/1"
    edited = Object(id=uri, type="Note", content="À 19 h", updated=AT)
    gone = Object(id="https://battures.example/notes/2", type="Tombstone")
    land([post(1, "À 18 h"), post(2, "Oubliez ça")])
    land([act("Update", "edit", edited, actor=post(1).actor, to=post(1).to)])
    land([act("Delete", "gone", gone, actor=post(1).actor, to=post(1).to)])
    _, told = ask("activities", token(alice, "activities"), type="Create")
    assert [each["object"]["text"] for each in told["items"]] == ["À 19 h", None]
    assert told["items"][1]["object"]["type"] == "Tombstone"
    assert told["items"][1]["deleted"].startswith("2026-02-04")
    assert "Oubliez" not in str(told)


def test_hostile_words_come_back_as_text(alice: Member, ask: Ask, token: Token, land: Land) -> None:
    land([post(1, f"<p>Bonjour {HOSTILE}"), post(2, "é" * 10_000)])
    _, told = ask("activities", token(alice, "activities"))
    first, second = (each["object"]["text"] for each in told["items"])
    assert "<" not in first
    assert first.startswith("Bonjour")
    assert "=1+1" in first
    assert second == "é" * 10_000
