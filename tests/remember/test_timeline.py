"""The thread of a person is read from the record, and only as far as they agreed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import transaction

from entregent.apps.listen import journal
from entregent.apps.listen.keyring import account_key
from entregent.apps.organisation.models import Member
from entregent.apps.remember import actions, queries
from entregent.apps.remember.models import Account
from entregent.apps.remember.timeline import Thread, read_thread
from entregent.apps.understand.actions import correct_label
from entregent.lake.keys import object_key
from entregent.lake.schema import LABELS
from entregent.vocabulary import PUBLIC, Activity, Object
from entregent.vocabulary.objects import Tag

pytestmark = pytest.mark.django_db(transaction=True)
Land = Callable[..., None]
NOON = datetime(2026, 3, 9, 17, tzinfo=UTC)
US = "https://facebook.example/frimas"
MARYSE = "https://facebook.example/maryse.b"
OTHER = "https://facebook.example/autre"


def did(kind: str, uri: str, minute: int, actor: str = MARYSE, **more: Any) -> Activity:
    at = NOON + timedelta(minutes=minute)
    facts: dict[str, Any] = {"source": "file:facebook", "dataschema": "test/1", **more}
    return Activity(id=uri, type=kind, actor=actor, published=at, received_at=at, **facts)


def said(
    name: str,
    text: str,
    minute: int,
    actor: str = MARYSE,
    to: tuple[str, ...] = (PUBLIC,),
    **more: Any,
) -> Activity:
    about = Object(id=f"https://facebook.example/n/{name}", type="Note", content=text, **more)
    return did("Create", f"{about.id}#create", minute, actor, object=about, to=to)


def labelled(name: str, *intents: str, language: str = "fr", by: str | None = MARYSE) -> None:
    uri = f"https://facebook.example/n/{name}"
    row = {
        "key": object_key(uri) ^ 1,
        "object_key": object_key(uri),
        "at": NOON,
        "language": language,
        "language_certainty": 0.9,
        "state_of_mind": None,
        "strength": 0.0,
        "intents": list(intents),
        "engine": "test",
        "batch": 0,
        "actor_key": account_key(by) if by is not None else None,
    }
    rows = pa.Table.from_pylist([row], schema=LABELS.schema)
    journal.lake().append("labels", {labelled.batch: rows})
    labelled.batch += 1


@pytest.fixture(autouse=True)
def first_batch() -> None:
    labelled.batch = 1  # type: ignore[attr-defined]


@pytest.fixture
def us(account: Callable[..., Account]) -> Account:
    return account(US, is_ours=True)


@pytest.fixture
def thread(bob: Member, maryse: int, us: Account, home: object) -> Callable[..., Thread]:
    """Return a way to read Maryse's thread."""

    def read(*, with_deeds: bool = True, viewer: Member = bob) -> Thread:
        accounts = queries.accounts_of_person(bob, maryse)
        return read_thread(viewer, accounts, with_deeds=with_deeds)

    return read


def test_it_holds_what_they_said_what_they_did_and_what_we_told_them_newest_first(
    land: Land, thread: Callable[..., Thread]
) -> None:
    question = said("q", "<p>La rampe est-elle ouverte?</p>", 0, to=(PUBLIC, US))
    land(
        question,
        said("a", "Oui, depuis hier. — Odile", 5, US, in_reply_to=str(question.object.id)),  # type: ignore[union-attr]
        said("b", "Bienvenue à tout le monde", 6, US),
        said("c", "Et moi?", 7, OTHER),
        did(
            "View",
            "https://quai.example/s/1",
            9,
            instrument=Object(name="Vieux quai"),
            object=Object(id="https://quai.example/p"),
            voluntary=False,
        ),
    )
    found = thread().entries
    assert [(each.way, each.text or each.deed) for each in found] == [
        ("did", "a numérisé un code"),
        ("told", "Oui, depuis hier. — Odile"),
        ("said", "La rampe est-elle ouverte?"),
    ]
    assert (found[0].is_trace, found[0].detail, found[0].side) == (True, "Vieux quai", "")


def test_without_consent_only_words_to_us_and_our_answers_are_read(
    land: Land, thread: Callable[..., Thread]
) -> None:
    ours = said("ours", "Bonne journée sur le quai", 0, US)
    mention = (Tag(type="Mention", href=US, name="@frimas"),)
    land(
        ours,
        said("named", "Bravo @frimas", 1, tag=mention),
        said("under", "Quel vent!", 2, in_reply_to="https://facebook.example/n/ours"),
        said("private", "Mon numéro de commande?", 3, to=(US,)),
        said("elsewhere", "Je parle d'eux à mes amis", 4),
        did("Follow", f"{MARYSE}/f", 5, object=Object(id=US)),
        did("schema:BuyAction", f"{MARYSE}/o", 6, object=Object(name="Laissez-passer")),
    )
    found = thread(with_deeds=False)
    assert [each.text for each in found.entries] == [
        "Mon numéro de commande?",
        "Quel vent!",
        "Bravo @frimas",
    ]
    assert [each.side for each in found.entries] == ["private", "public", "public"]
    assert found.acts == ()
    assert len(thread().entries) == 6


def test_what_was_edited_taken_back_or_undone_stands_as_it_is_now(
    land: Land, thread: Callable[..., Thread]
) -> None:
    first, gone = (Object(id=f"https://facebook.example/n/{name}") for name in ("e", "g"))
    follow = did("Follow", f"{MARYSE}/f", 4, object=Object(id=US))
    land(said("e", "Avant", 0, to=(US,)), said("g", "Secret", 1, to=(US,)), follow)
    land(
        did(
            "Update",
            "https://facebook.example/u",
            2,
            object=Object(
                id=first.id, type="Note", content="Après", updated=NOON + timedelta(hours=1)
            ),
        ),
        did("Delete", "https://facebook.example/d", 3, object=Object(id=gone.id, type="Tombstone")),
        did(
            "Undo",
            f"{MARYSE}/undo",
            5,
            object=Object(id=follow.id, type="Follow", actor=MARYSE, object=US),
        ),
    )
    followed, withdrawn, edited = thread().entries
    assert edited.text == "Après"
    assert (withdrawn.is_withdrawn, withdrawn.text) == (True, "")
    assert followed.undone_at == NOON + timedelta(minutes=5)
    assert [act.kind for act in thread().acts] == ["message"]


def test_acts_of_facets_come_from_intents_ratings_and_deeds(
    land: Land, thread: Callable[..., Thread], bob: Member
) -> None:
    land(
        said("ask", "Où est la navette?", 0, OTHER),
        said("help", "Au vieux quai", 1, in_reply_to="https://facebook.example/n/ask"),
        said("praise", "Le plus beau show", 2),
        said("angry", "Une heure à geler", 3),
        said("wrong", "Ben voyons", 4),
        did("Announce", f"{MARYSE}/s", 5, object=Object(id="https://facebook.example/n/x")),
        did("Accept", f"{MARYSE}/c", 6, object=Object(type="Offer", name="TUQUE15")),
        did("Join", f"{MARYSE}/j", 7, object=Object(type="entregent:Contest")),
        did("schema:BuyAction", f"{MARYSE}/o", 8, object=Object(name="Passe"), voluntary=False),
        did(
            "Create",
            f"{MARYSE}/r#create",
            9,
            object=Object(id=f"{MARYSE}/r", type="schema:Review", content="Bof", rating=2.0),
            to=(PUBLIC,),
        ),
    )
    labelled("ask", "question", by=OTHER)
    labelled("praise", "praise")
    labelled("angry", "complaint")
    labelled("wrong", "complaint")
    correct_label(
        acting_user=bob,
        object_id="https://facebook.example/n/wrong",
        label="intent",
        value="",
        machine_value="complaint",
    )
    kinds = [act.kind for act in thread().acts if act.kind != "message"]
    assert kinds == [
        "bad_review",
        "order",
        "contest",
        "coupon",
        "share",
        "complaint",
        "praise",
        "helped",
    ]


def test_to_answer_a_question_that_nobody_signed_is_not_told_as_help(
    land: Land, thread: Callable[..., Thread]
) -> None:
    land(
        said("ask", "Où est la navette?", 0, actor=None),
        said("help", "Au vieux quai", 1, in_reply_to="https://facebook.example/n/ask"),
    )
    labelled("ask", "question", by=None)
    # Whoever asked is not known: it may have been we.
    assert "helped" not in [act.kind for act in thread().acts]


def test_a_guest_reads_nothing(land: Land, thread: Callable[..., Thread], gwen: Member) -> None:
    land(said("q", "Bonjour", 0, to=(US,)))
    assert thread(viewer=gwen) == Thread()


def test_after_a_link_is_undone_nothing_of_that_account_is_left(
    land: Land,
    thread: Callable[..., Thread],
    bob: Member,
    account: Callable[..., Account],
    maryse: int,
) -> None:
    other = account("https://x.example/maryse", network="x")
    actions.link_account(
        acting_user=bob, account_id=other.pk, person_id=maryse, reason="themselves"
    )
    land(
        said("q", "Ici", 0, to=(US,)),
        said("x", "Et ici", 1, "https://x.example/maryse", to=(US,)),
    )
    assert [each.text for each in thread().entries] == ["Et ici", "Ici"]
    actions.unlink_account(acting_user=bob, account_id=other.pk)
    assert [each.text for each in thread().entries] == ["Ici"]


def test_it_opens_only_the_tables_it_reads(land: Land) -> None:
    with journal.open_record(tables=("activities",)) as record:
        seen = {name for name, *_ in record.connection.sql("SHOW TABLES").fetchall()}
    assert {"activities"} == {name for name in seen if not name.startswith("pending_")}
    land(said("q", "Bonjour", 0))
    with transaction.atomic(), journal.open_record(tables=("activities",)) as record:
        assert record.connection.sql("SELECT count(*) FROM activities").fetchall() == [(1,)]
