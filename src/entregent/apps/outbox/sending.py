"""Handing over what is due: each text leaves once, or we know that we do not know.

A row is claimed by a conditional update before the network hears of it, and settled in the one
transaction that also lands it in the journal as an activity of ours. Whoever dies in between leaves
a claim that ends; what was under way then counts as unknown, and is read back before anything else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.html import escape

from entregent.apps.listen import journal
from entregent.apps.listen.keyring import account_key
from entregent.apps.organisation.actions import record as audit
from entregent.apps.outbox.channels import demo_sender, source_of
from entregent.apps.outbox.models import Outgoing
from entregent.apps.outbox.queries import is_frozen
from entregent.lake.rows import Landing
from entregent.networks.bases import DIRECT_MESSAGE, PUBLIC_SPEECH
from entregent.networks.sending import Letter, NotSent, Sender, Sent, Unsure
from entregent.vocabulary import PUBLIC, Activity, Object
from entregent.vocabulary.objects import Tag

CLAIM = timedelta(minutes=2)
"""How long a worker may take with one text before it counts as dead."""
MOST_TRIES = 6
FIRST_WAIT = timedelta(seconds=30)
RESTORED = "restored"
"""Why a text waits that stood in a backup: it may have left after the backup was taken."""

State = Outgoing.State


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a text in this turn: ``sent``, ``failed``, ``unknown`` or ``approved``."""

    key: UUID
    state: str


def send_due(senders: Sequence[Sender], now: datetime, *, limit: int = 50) -> list[Outcome]:
    """Hand over what is due, and read back what is unknown.

    Parameters
    ----------
    senders
        As `channels.senders` gives them; texts for a network that none serves wait.
    now
        Aware.
    """
    done: list[Outcome] = []
    for row in _claimed(senders, now, limit):
        sender = _sender_of(row, senders)
        outcome = _settle(row, _read_back(row, sender) if row.tries > 1 else None, sender, now)
        done.append(outcome)
    return done


def take_answers(now: datetime) -> int:
    """Land what the demonstration's people answered by now; returns how many."""
    sender = demo_sender()
    answers = sender.answers_due(now) if sender is not None else []
    if sender is None or not answers:
        return 0
    landed = [
        replace(answer, source=source_of(answer.source.partition(":")[2], is_demo=True))
        for answer in answers
    ]
    with transaction.atomic():
        _land(landed, "answers")
    # After the transaction: what lands twice has the same id, and is kept once.
    sender.taken(answers)
    return len(answers)


@transaction.atomic
def hold_restored(now: datetime) -> int:
    """Hold what a backup that was put back would send: it may have left since it was taken.

    Each network is asked whether it knows the text. If it does, the text counts as sent; if not, as
    not sent, for a person to look at. What is to leave later than now still does.

    Parameters
    ----------
    now
        Aware.

    Returns
    -------
    int
        How many texts are held.
    """
    held = Outgoing.objects.filter(
        Q(state__in=[State.SENDING, State.UNKNOWN]) | Q(state=State.APPROVED, due_at__lte=now)
    ).update(
        state=State.UNKNOWN,
        error=RESTORED,
        claimed_until=None,
        # Whoever tried once reads back first.
        tries=Greatest(F("tries"), 1),
    )
    if held:
        audit(
            acting_user=None,
            action="outbox.restored_held",
            subject="outbox",
            changes={"texts": [0, held]},
        )
    return held


def _claimed(senders: Sequence[Sender], now: datetime, limit: int) -> Iterable[Outgoing]:
    """Rows that are due, each claimed as it is asked for."""
    served = {sender.network for sender in senders}
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    due = Outgoing.objects.filter(
        free, state__in=[State.APPROVED, State.SENDING, State.UNKNOWN], due_at__lte=now
    )
    if "" not in served:
        due = due.filter(network__in=served)
    for pk in list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            # Asked here again: a freeze may have begun since the list was made.
            held = Q(is_scheduled=True, state=State.APPROVED)
            may = Outgoing.objects.filter(free, pk=pk).exclude(state=State.SENT)
            if is_frozen():
                may = may.exclude(held)
            taken = may.filter(state__in=[State.APPROVED, State.SENDING, State.UNKNOWN]).update(
                state=State.SENDING, claimed_until=now + CLAIM, tries=F("tries") + 1
            )
        if taken:
            yield Outgoing.objects.get(pk=pk)


def _sender_of(row: Outgoing, senders: Sequence[Sender]) -> Sender:
    return next(sender for sender in senders if sender.network in {"", row.network})


def _read_back(row: Outgoing, sender: Sender) -> Sent | Unsure | None:
    # Tried before, and nobody wrote down how it ended: first look, then speak.
    try:
        return sender.read_back(row.idempotency_key)
    except Unsure as error:
        return error
    except OSError:
        return Unsure("unreachable")


def _settle(row: Outgoing, seen: Sent | Unsure | None, sender: Sender, now: datetime) -> Outcome:
    if isinstance(seen, Unsure):
        return _wait(row, State.UNKNOWN, _reason(row, seen.code), now)
    return _mark_sent(row, seen, now) if seen is not None else _send(row, sender, now)


def _send(row: Outgoing, sender: Sender, now: datetime) -> Outcome:
    if row.error == RESTORED:
        # Written for a moment that has passed: a person looks at it again.
        return _fail(row, RESTORED)
    if row.is_scheduled and is_frozen():
        # It was on its way when its worker died, and must not leave in the middle of a freeze.
        return _wait(row, State.APPROVED, row.error, now)
    try:
        sent = sender.send(_letter(row, now))
    except NotSent as error:
        if error.may_pass and row.tries < MOST_TRIES:
            return _wait(row, State.APPROVED, error.code, now)
        return _fail(row, error.code)
    except (Unsure, OSError) as error:
        return _wait(row, State.UNKNOWN, getattr(error, "code", "unreachable"), now)
    return _mark_sent(row, sent, now)


def _reason(row: Outgoing, code: str) -> str:
    """Why a text waits; that it comes from a backup must not be forgotten meanwhile."""
    return RESTORED if row.error == RESTORED else code


def _letter(row: Outgoing, now: datetime) -> Letter:
    return Letter(
        row.idempotency_key,
        row.network,
        row.from_uri,
        row.to_uri,
        row.in_reply_to,
        row.thread,
        row.is_public,
        row.text,
        row.language,
        now,
    )


@transaction.atomic
def _mark_sent(row: Outgoing, sent: Sent, now: datetime) -> Outcome:
    done = (
        Outgoing.objects.filter(pk=row.pk)
        .exclude(state=State.SENT)
        .update(
            state=State.SENT,
            sent_at=sent.at,
            native_id=sent.native_id,
            error="",
            claimed_until=None,
        )
    )
    if done:
        _land([_activity(row, sent, now)], "outbox")
        _note(row, State.SENT)
    return Outcome(row.idempotency_key, State.SENT.value)


@transaction.atomic
def _fail(row: Outgoing, code: str) -> Outcome:
    Outgoing.objects.filter(pk=row.pk, state=State.SENDING).update(
        state=State.FAILED, error=code, claimed_until=None
    )
    _note(row, State.FAILED)
    return Outcome(row.idempotency_key, State.FAILED.value)


def _wait(row: Outgoing, state: Outgoing.State, code: str, now: datetime) -> Outcome:
    """Try again later, less and less often."""
    wait = FIRST_WAIT * 2 ** min(row.tries - 1, 8)
    with transaction.atomic():
        Outgoing.objects.filter(pk=row.pk, state=State.SENDING).update(
            state=state, error=code, claimed_until=now + wait
        )
        if row.error != code:
            _note(row, state)
    return Outcome(row.idempotency_key, state.value)


def _note(row: Outgoing, state: Outgoing.State) -> None:
    audit(
        acting_user=None,
        action="outbox.text_handed_over",
        subject=f"outgoing:{row.idempotency_key}",
        changes={"state": [State.SENDING.value, state.value]},
    )


def _activity(row: Outgoing, sent: Sent, now: datetime) -> Activity:
    """What we said, as an activity of ours: a timeline has one source."""
    to = (PUBLIC, row.to_uri) if row.is_public else (row.to_uri,)
    audience = tuple(uri for uri in to if uri)
    return Activity(
        id=f"{sent.native_id}#create",
        type="Create",
        source=source_of(row.network, is_demo=row.is_demo),
        received_at=now,
        dataschema="outbox/1",
        actor=row.from_uri,
        object=Object(
            id=sent.native_id,
            type="Note",
            content="<p>" + escape(row.text).replace("\n", "<br>") + "</p>",
            language=row.language or None,
            attributed_to=row.from_uri,
            in_reply_to=row.in_reply_to or None,
            context=row.thread or None,
            tag=(Tag("Mention", row.to_uri),) if row.to_uri else (),
        ),
        to=audience,
        published=sent.at,
        legal_basis=PUBLIC_SPEECH if row.is_public else DIRECT_MESSAGE,
    )


def _land(activities: Iterable[Activity], origin: str) -> None:
    landing = Landing(account_key)
    for activity in activities:
        landing.add(activities=[activity], native=activity.id, raw=activity.to_as2())
    journal.land(landing.tables(), origin=origin)
