"""Each text leaves once, or we know that we do not know."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.models import LandedChunk
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.outbox import actions, queries
from entregent.apps.outbox.models import Outgoing
from entregent.apps.outbox.sending import CLAIM, MOST_TRIES, hold_restored, send_due
from entregent.networks.demo_network import Sender as DemoSender
from entregent.networks.sending import Letter, NotSent, Sent, Unsure

pytestmark = pytest.mark.django_db
MARYSE = "https://fete.example/@maryse"
OURS = "https://fete.example/@frimas"


@dataclass
class Network:
    """A network that does what it is told, letter after letter."""

    plan: list[Exception | None] = field(default_factory=list)
    arrived: dict[UUID, Sent] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    network: str = "mastodon"
    loses: bool = False

    def send(self, letter: Letter) -> Sent:
        self.calls.append("send")
        wrong = self.plan.pop(0) if self.plan else None
        if wrong is None or self.loses:
            sent = Sent(f"https://fete.example/notes/{letter.idempotency_key}", letter.at)
            self.arrived[letter.idempotency_key] = sent
        if wrong is not None:
            raise wrong
        return self.arrived[letter.idempotency_key]

    def read_back(self, key: UUID) -> Sent | None:
        self.calls.append("read back")
        return self.arrived.get(key)


@pytest.fixture
def network() -> Network:
    LandedChunk.objects.all().delete()
    return Network()


def text(words: str = "Oui, la rampe est là.", **more: object) -> actions.Text:
    facts = {
        "network": "mastodon",
        "from_uri": OURS,
        "to_uri": MARYSE,
        "language": "fr",
        "is_public": False,
    }
    return actions.Text(text=words, **(facts | more))  # type: ignore[arg-type]


def queued(member: Member, *, at: datetime | None = None, **more: object) -> UUID:
    return actions.queue(acting_user=member, approved_by=member, text=text(**more), at=at)


def state(key: UUID) -> str:
    return queries.state_of([key])[key].state


def landed() -> list[dict[str, object]]:
    return [
        row for _, tables in journal.waiting_chunks() for row in tables["activities"].to_pylist()
    ]


def test_what_is_approved_leaves_and_stands_in_the_journal(alice: Member, network: Network) -> None:
    key = queued(alice, words="Bonjour <Maryse>\nÀ demain", in_reply_to="urn:q", thread="urn:t")
    now = timezone.now()
    (outcome,) = send_due([network], now)
    assert (outcome.key, outcome.state) == (key, "sent")
    (row,) = landed()
    assert row["content"] == "<p>Bonjour &lt;Maryse&gt;<br>À demain</p>"
    assert (row["actor"], row["to"]) == (OURS, [MARYSE])
    assert (row["in_reply_to"], row["context"]) == ("urn:q", "urn:t")
    assert row["object_id"] == queries.state_of([key])[key].native_id
    assert row["legal_basis"] == "direct-message"
    assert send_due([network], now + timedelta(days=1)) == []
    assert len(network.arrived) == 1


def test_a_public_text_says_so(alice: Member, network: Network) -> None:
    queued(alice, is_public=True)
    send_due([network], timezone.now())
    (row,) = landed()
    assert row["to"] == ["https://www.w3.org/ns/activitystreams#Public", MARYSE]


def test_a_draft_does_not_leave(alice: Member, bob: Member, network: Network) -> None:
    key = actions.queue(acting_user=bob, text=text())
    assert send_due([network], timezone.now()) == []
    actions.approve(acting_user=alice, key=key)
    send_due([network], timezone.now())
    assert state(key) == "sent"
    with pytest.raises(actions.OutboxRefused, match="not_a_draft"):
        actions.approve(acting_user=alice, key=key)
    with pytest.raises(actions.OutboxRefused, match="already_left"):
        actions.withdraw(acting_user=alice, key=key)


def test_what_is_withdrawn_does_not_leave(alice: Member, network: Network) -> None:
    key = queued(alice)
    actions.withdraw(acting_user=alice, key=key)
    assert send_due([network], timezone.now()) == []


def test_a_worker_that_died_before_sending_is_read_back_and_sent_once(
    alice: Member, network: Network
) -> None:
    key = queued(alice)
    now = timezone.now()
    Outgoing.objects.update(state="sending", claimed_until=now + CLAIM, tries=1)
    assert send_due([network], now) == []
    send_due([network], now + CLAIM)
    assert (state(key), network.calls) == ("sent", ["read back", "send"])


def test_a_worker_that_died_after_sending_does_not_send_again(
    alice: Member, network: Network
) -> None:
    key = queued(alice)
    now = timezone.now()
    Outgoing.objects.update(state="sending", claimed_until=now, tries=1)
    network.arrived[key] = Sent("https://fete.example/notes/1", now)
    send_due([network], now)
    assert (state(key), network.calls) == ("sent", ["read back"])
    assert len(landed()) == 1


def test_an_answer_that_never_came_is_unknown_until_it_is_read_back(
    alice: Member, network: Network
) -> None:
    key = queued(alice)
    now = timezone.now()
    network.plan, network.loses = [Unsure("timeout")], True
    send_due([network], now)
    assert state(key) == "unknown"
    send_due([network], now + timedelta(hours=3))
    assert (state(key), network.calls) == ("sent", ["send", "read back"])


def test_what_may_pass_is_tried_again_less_and_less_often(alice: Member, network: Network) -> None:
    key = queued(alice)
    network.plan = [NotSent("rate_limited", may_pass=True)] * MOST_TRIES
    now, tries = timezone.now(), 0
    while state(key) == "approved":
        tries += 1
        send_due([network], now)
        assert send_due([network], now + timedelta(seconds=29)) == []
        now += timedelta(hours=3)
    assert (state(key), tries) == ("failed", MOST_TRIES)
    assert queries.state_of([key])[key].error == "rate_limited"


def test_a_refusal_is_final(alice: Member, network: Network) -> None:
    key = queued(alice)
    network.plan = [NotSent("forbidden")]
    (outcome,) = send_due([network], timezone.now())
    assert (outcome.state, state(key)) == ("failed", "failed")
    assert send_due([network], timezone.now() + timedelta(days=1)) == []
    assert landed() == []


def test_a_network_that_nobody_serves_waits(alice: Member, network: Network) -> None:
    key = queued(alice, network="linkedin")
    assert send_due([network], timezone.now()) == []
    assert send_due([], timezone.now()) == []
    assert state(key) == "approved"


def test_a_freeze_holds_what_is_scheduled_and_lets_a_person_answer(
    alice: Member, network: Network
) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    later = queued(alice, at=soon, words="Quelle soirée magique!")
    actions.start_freeze(acting_user=alice)
    answer = queued(alice)
    send_due([network], soon)
    assert (state(later), state(answer)) == ("approved", "sent")
    assert (queries.is_frozen(), queries.held_back()) == (True, 1)
    (line,) = queries.scheduled(alice)
    assert line.is_held
    with pytest.raises(actions.OutboxRefused, match="frozen"):
        actions.start_freeze(acting_user=alice)


def test_what_a_freeze_held_past_its_time_is_a_draft_again(alice: Member, network: Network) -> None:
    key = queued(alice, at=timezone.now() - timedelta(minutes=5))
    tomorrow = queued(alice, at=timezone.now() + timedelta(days=1))
    actions.start_freeze(acting_user=alice)
    actions.end_freeze(acting_user=alice)
    assert (state(key), state(tomorrow)) == ("draft", "approved")
    assert send_due([network], timezone.now()) == []
    with pytest.raises(actions.OutboxRefused, match="not_frozen"):
        actions.end_freeze(acting_user=alice)


def test_what_was_on_its_way_when_a_freeze_began_does_not_leave(
    alice: Member, network: Network
) -> None:
    key = queued(alice, at=timezone.now())
    Outgoing.objects.update(state="sending", claimed_until=timezone.now(), tries=1)
    actions.start_freeze(acting_user=alice)
    send_due([network], timezone.now())
    assert (state(key), network.calls) == ("approved", ["read back"])


def test_what_a_backup_would_send_again_is_read_back_and_never_sent(
    alice: Member, network: Network
) -> None:
    now = timezone.now()
    left, not_left, later = queued(alice), queued(alice), queued(alice, at=now + timedelta(days=1))
    network.arrived[left] = Sent("https://fete.example/notes/1", now)
    assert hold_restored(now + timedelta(seconds=1)) == 2
    assert {state(left), state(not_left)} == {"unknown"}
    send_due([network], now + timedelta(seconds=1))
    assert (state(left), state(not_left), state(later)) == ("sent", "failed", "approved")
    assert Outgoing.objects.get(idempotency_key=not_left).error == "restored"
    assert network.calls == ["read back", "read back"]


def test_what_was_restored_waits_until_its_network_can_be_asked(
    alice: Member, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, now = queued(alice), timezone.now()
    hold_restored(now)

    def is_down(key: UUID) -> None:
        raise OSError

    with monkeypatch.context() as down:
        down.setattr(network, "read_back", is_down)
        send_due([network], now)
    assert state(key) == "unknown"
    send_due([network], now + timedelta(hours=1))
    assert (state(key), network.calls) == ("failed", ["read back"])


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 10_001])
def test_nothing_and_too_much_are_refused(alice: Member, words: str) -> None:
    with pytest.raises(actions.OutboxRefused):
        queued(alice, words=words)


def test_the_trail_holds_no_words(alice: Member, network: Network) -> None:
    queued(alice, words="Maryse habite au quai")
    send_due([network], timezone.now())
    trail = str(list(AuditEntry.objects.values("action", "subject", "changes")))
    assert "outbox.text_queued" in trail
    assert "Maryse" not in trail
    assert "quai" not in trail


# The demonstration's network


def letter(key: str = "7f0c2a66-3a39-4f3c-9df3-0c7f0e6a1b01", **more: object) -> Letter:
    facts = {
        "network": "email",
        "from_uri": OURS,
        "to_uri": MARYSE,
        "in_reply_to": "urn:q",
        "thread": "urn:t",
        "is_public": False,
        "text": "Bonjour, la rampe est là.",
        "language": "fr",
        "at": timezone.now(),
    }
    return Letter(UUID(key), **(facts | more))  # type: ignore[arg-type]


def test_the_same_key_twice_is_one_letter(tmp_path: Path) -> None:
    sender = DemoSender(tmp_path)
    first = sender.send(letter())
    assert sender.send(letter(text="autre chose")) == first
    assert sender.read_back(letter().idempotency_key) == first
    assert len((tmp_path / "sent.jsonl").read_text().splitlines()) == 1


def test_a_line_that_was_cut_off_has_not_left(tmp_path: Path) -> None:
    sender = DemoSender(tmp_path)
    sender.send(letter())
    whole = (tmp_path / "sent.jsonl").read_bytes()
    (tmp_path / "sent.jsonl").write_bytes(whole[:-20])
    assert sender.read_back(letter().idempotency_key) is None
    again = sender.send(letter())
    assert sender.read_back(letter().idempotency_key) == again


@pytest.mark.parametrize(
    ("words", "language", "said"),
    [
        ("Bonjour, vous pouvez passer.", "fr", "vous"),
        ("Salut, tu peux passer.", "fr", "tu"),
        ("Hello, come by.", "en", "Thank"),
    ],
)
def test_people_answer_after_some_seconds_and_once(
    tmp_path: Path, words: str, language: str, said: str
) -> None:
    from entregent.networks.demo_network.thanks import THANKS

    sender = DemoSender(tmp_path)
    sent = letter(text=words, language=language)
    sender.send(sent)
    assert sender.answers_due(sent.at + timedelta(seconds=2)) == []
    (answer,) = sender.answers_due(sent.at + timedelta(seconds=6))
    assert answer.object is not None
    assert answer.object.content in THANKS["en" if language == "en" else said]
    assert (answer.actor, answer.to, answer.object.context) == (MARYSE, (OURS,), "urn:t")
    sender.taken([answer])
    assert sender.answers_due(sent.at + timedelta(days=1)) == []
