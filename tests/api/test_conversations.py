"""Conversations and their messages, to whom may read them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from entregent.apps.coordinate.models import Conversation, Message, Note
from entregent.apps.organisation.models import Function, Member
from entregent.apps.remember.models import Account
from entregent.apps.understand.actions import correct_label
from tests.api.conftest import Ask, Token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

AT = datetime(2026, 11, 4, 15, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> =1+1 \u202egro"


@pytest.fixture
def maryse(alice: Member) -> Account:
    return Account.objects.create(
        uri="mailto:maryse@courriel.example",
        key=1,
        network="email",
        name="Maryse B.",
        first_seen_at=AT,
        last_seen_at=AT,
    )


def conversation(account: Account, number: int = 1, *, public: bool = True) -> Conversation:
    return Conversation.objects.create(
        thread=f"https://battures.example/threads/{number}",
        network="mastodon" if public else "email",
        is_public=public,
        account=account,
        function=Function.objects.get(slug="relations-publiques"),
        state="waiting",
        opened_at=AT,
        last_at=AT,
        waiting_since=AT,
        intents=["question"],
    )


def message(row: Conversation, text: str, number: int = 1, **more: object) -> Message:
    given: dict[str, object] = {
        "object_id": f"{row.thread}#{number}",
        "is_ours": False,
        "at": AT + timedelta(minutes=number),
        "labels": {"state_of_mind": "negative", "intents": ["question"]},
        **more,
    }
    return Message.objects.create(conversation=row, account=row.account, text=text, **given)


def test_private_ones_need_the_scope_private(
    alice: Member, maryse: Account, ask: Ask, token: Token
) -> None:
    open_one = conversation(maryse, 1)
    closed = conversation(maryse, 2, public=False)
    secret = token(alice, "conversations")
    assert [each["id"] for each in ask("conversations", secret)[1]["items"]] == [open_one.pk]
    assert ask(f"conversations/{closed.pk}", secret)[0] == 404
    secret = token(alice, "conversations", "private")
    sides = [each["side"] for each in ask("conversations", secret)[1]["items"]]
    assert sides == ["public", "private"]
    assert ask(f"conversations/{closed.pk}", secret)[0] == 200


def test_a_guest_reads_public_ones(gwen: Member, maryse: Account, ask: Ask, token: Token) -> None:
    open_one = conversation(maryse, 1)
    closed = conversation(maryse, 2, public=False)
    secret = token(gwen, "conversations")
    assert [each["id"] for each in ask("conversations", secret)[1]["items"]] == [open_one.pk]
    assert ask(f"conversations/{closed.pk}", secret)[0] == 404
    assert ask(f"conversations/{open_one.pk}", secret)[0] == 200


def test_messages_come_as_they_were_said(
    alice: Member, maryse: Account, ask: Ask, token: Token
) -> None:
    row = conversation(maryse)
    message(row, HOSTILE, 1)
    message(row, "", 2, labels={"withdrawn": True})
    message(row, "Pas encore parti", 3, is_ours=True, object_id=uuid4().urn)
    Note.objects.create(conversation=row, member=alice, text="Entre nous", at=AT)
    status, told = ask(f"conversations/{row.pk}", token(alice, "conversations"))
    assert status == 200
    assert [each["text"] for each in told["messages"]] == [HOSTILE, None]
    assert told["messages"][0]["state_of_mind_by"] == "machine"
    assert told["function"] == "relations-publiques"
    assert told["account"]["name"] == "Maryse B."
    assert "Entre nous" not in str(told)


def test_a_correction_counts_before_the_machine(
    alice: Member, maryse: Account, ask: Ask, token: Token
) -> None:
    row = conversation(maryse)
    said = message(row, "Belle job.")
    correct_label(
        acting_user=alice,
        object_id=said.object_id,
        label="state_of_mind",
        value="unknown",
        machine_value="positive",
    )
    _, told = ask(f"conversations/{row.pk}", token(alice, "conversations"))
    (first,) = told["messages"]
    assert (first["state_of_mind"], first["state_of_mind_by"]) == (None, "member")


def test_paging_and_filters(alice: Member, maryse: Account, ask: Ask, token: Token) -> None:
    rows = [conversation(maryse, number) for number in range(5)]
    Conversation.objects.filter(pk=rows[0].pk).update(state="closed")
    secret = token(alice, "conversations")
    told: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        _, page = ask("conversations", secret, limit=2, cursor=cursor, state="waiting")
        told += [each["id"] for each in page["items"]]
        cursor = page["next"]
    assert told == [row.pk for row in rows[1:]]
    assert ask("conversations", secret, network="quay")[1]["items"] == []
