"""Bringing what was said to the conversations it belongs to: thousands of texts in few queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from entregent.apps.coordinate.hours import HouseHours
from entregent.apps.coordinate.models import Conversation, Message
from entregent.apps.coordinate.receiving_rows import (
    TalkRow,
    TextRow,
    in_parts,
    insert_talks,
    insert_texts,
    talks_of,
    update_talks,
    update_texts,
)
from entregent.apps.coordinate.routing import (
    STALE,
    WINDOWS,
    Facts,
    Functions,
    is_owed,
    time_to_answer,
)
from entregent.apps.coordinate.routing import (
    route as choose,
)
from entregent.apps.organisation import answering
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.columns import is_short
from entregent.apps.outbox.queries import keys_of
from entregent.apps.understand.hearing import opening_queries
from entregent.apps.understand.said import Said
from entregent.vocabulary import key64

LONGEST_TEXT = 50_000

State = Conversation.State


def answers(is_ours: bool, labels: Mapping[str, Any]) -> bool:
    """Whether a text of a conversation is an answer: ours, on its way, and no message to many."""
    return is_ours and not labels.get("failed") and not labels.get("round")


class Seen(Protocol):
    """An account as remembering gives it."""

    @property
    def id(self) -> int: ...

    @property
    def is_ours(self) -> bool: ...


@transaction.atomic
def route(said: Sequence[Said], accounts: Mapping[str, Seen]) -> None:
    """Open and continue conversations with what was said.

    Parameters
    ----------
    said
        In order of time; what is known already changes nothing.
    accounts
        By URI: those who spoke, ours among them.
    """
    desk = _Desk(said, accounts)
    for each in said:
        desk.take(each)
    desk.write()
    audit(
        acting_user=None,
        action="coordinate.texts_routed",
        subject="conversation:many",
        changes={"conversations": [0, desk.opened], "texts": [0, desk.added]},
    )


def functions_of(said: Sequence[Said]) -> list[str | None]:
    """Slug of the function to which each text would go, whether it opens a conversation or not."""
    functions = _functions()
    slugs = {pk: slug for slug, pk in functions.by_slug.items()}
    chosen = (choose(_facts(each), functions).function_id for each in said)
    return [None if pk is None else slugs.get(pk) for pk in chosen]


def thread_of(conversation_thread: str) -> str:
    """The network's thread behind a conversation's: several people may speak in one thread."""
    return conversation_thread.partition(" ")[0]


def pending_id(key: UUID) -> str:
    """Name of a text of ours until its network has given it one."""
    return key.urn


@dataclass(slots=True)
class _Line:
    """A message, as far as routing needs it; `row` holds what must be written."""

    object_id: str
    account_id: int
    is_ours: bool
    at: datetime
    owed: bool
    intents: Sequence[str]
    version: str
    pk: int | None = None
    row: TextRow | None = None
    is_new: bool = False


@dataclass(slots=True)
class _Talk:
    """A conversation at work."""

    row: TalkRow
    lines: dict[str, _Line] = field(default_factory=dict)
    is_new: bool = False
    is_touched: bool = False
    facts: Facts | None = None  # of the newest text of theirs that is owed an answer

    @property
    def answered_last_at(self) -> datetime | None:
        return max((line.at for line in self.lines.values() if line.is_ours), default=None)


class _Desk:
    """Where the texts of one batch are sorted."""

    def __init__(self, said: Sequence[Said], accounts: Mapping[str, Seen]) -> None:
        self.opened = self.added = 0
        self._accounts = accounts
        self._now = timezone.now()
        self._hours = HouseHours()
        self._functions = _functions()
        self._opening = opening_queries()
        self._our_objects: set[str] = set()
        self._talks: dict[str, _Talk] = {}
        self._by_object: dict[str, _Talk] = {}
        self._pending: list[Message] = []
        self._load(said)

    # Reading what is there

    def _load(self, said: Sequence[Said]) -> None:
        objects = {each.object_id for each in said} | {each.in_reply_to for each in said} - {""}
        threads = {each.thread for each in said}
        threads |= {_own_thread(each.thread, each.actor) for each in said}
        ours = [each for each in said if self._is_ours(each.actor)]
        threads |= {_own_thread(each.thread, uri) for each in ours for uri in each.recipients}
        rows: dict[int, TalkRow] = {}
        for some in in_parts(threads):
            rows |= {row.id: row for row in talks_of(thread__in=some) if row.id is not None}
        for some in in_parts(objects):
            of_objects = Message.objects.filter(object_id__in=some)
            missing = set(of_objects.values_list("conversation_id", flat=True)) - rows.keys()
            for ids in in_parts(missing):
                rows |= {row.id: row for row in talks_of(pk__in=ids) if row.id is not None}
        talks = {pk: _Talk(row) for pk, row in rows.items()}
        for ids in in_parts(talks):
            known = Message.objects.filter(conversation_id__in=ids)
            for conversation, *values in known.values_list("conversation_id", *_LINE):
                self._know(talks[conversation], _line_of(*values))
        self._talks = {talk.row.thread: talk for talk in talks.values()}
        self._awaited = keys_of(each.object_id for each in ours)

    def _is_ours(self, uri: str) -> bool:
        account = self._accounts.get(uri)
        return account is not None and account.is_ours

    def _know(self, talk: _Talk, line: _Line) -> None:
        talk.lines[line.object_id] = line
        self._by_object[line.object_id] = talk

    # Taking one text

    def take(self, said: Said) -> None:
        """Bring one text where it belongs."""
        if not all(map(is_short, (said.object_id, said.thread, said.actor))):
            return
        talk = self._by_object.get(said.object_id)
        if said.is_deleted:
            if talk is not None:
                self._withdraw(talk, said)
        elif talk is not None:
            if said.edits:
                self._edit(talk, said)
        elif self._is_ours(said.actor):
            self._ours(said)
        elif said.actor in self._accounts:
            self._theirs(said)

    def _withdraw(self, talk: _Talk, said: Said) -> None:
        line = talk.lines[said.object_id]
        if said.actor and not self._wrote(said, line):
            return
        line.owed, line.intents, line.version = False, (), said.version.isoformat()
        self._rewrite(line, "", "", {"withdrawn": True, "version": line.version})
        talk.is_touched = True

    def _edit(self, talk: _Talk, said: Said) -> None:
        line = talk.lines[said.object_id]
        if not self._wrote(said, line) or said.version.isoformat() <= line.version:
            return
        line.owed = not line.is_ours and self._owed(talk, said, line.at)
        line.intents, line.version = said.intents, said.version.isoformat()
        self._rewrite(
            line, said.text[:LONGEST_TEXT], said.language[:35], _labels(said, owed=line.owed)
        )
        talk.is_touched = True
        self._mark(talk, said, owed=line.owed)

    def _rewrite(self, line: _Line, text: str, language: str, labels: dict[str, Any]) -> None:
        if line.row is None:
            line.row = TextRow(
                line.object_id, line.account_id, line.is_ours, line.at, "", "", {}, id=line.pk
            )
        line.row.text, line.row.language, line.row.labels = text, language, labels

    def _wrote(self, said: Said, line: _Line) -> bool:
        account = self._accounts.get(said.actor)
        return account is not None and account.id == line.account_id

    def _ours(self, said: Said) -> None:
        key = self._awaited.get(said.object_id)
        if key is not None and self._arrived(said, key):
            return
        talk = self._by_object.get(said.in_reply_to)
        if talk is None:
            named = [_own_thread(said.thread, uri) for uri in said.recipients]
            talk = next((self._talks[x] for x in [*named, said.thread] if x in self._talks), None)
        if talk is None:
            self._our_objects.add(said.object_id)
            return
        self._add(talk, said, owed=False, is_ours=True)
        first = talk.row.first_answer_at
        talk.row.first_answer_at = min(first, said.published) if first else said.published

    def _arrived(self, said: Said, key: UUID) -> bool:
        """What we sent ourselves comes back under the name that its network gave it."""
        row = Message.objects.filter(object_id=pending_id(key)).first()
        if row is None:
            return False
        row.object_id, row.at = said.object_id, said.published
        self._pending.append(row)
        return True

    def _theirs(self, said: Said) -> None:
        talk, joins = self._place(said)
        if talk is None:
            return
        owed = not joins and self._owed(talk, said, said.published)
        self._add(talk, said, owed=owed, is_ours=False)
        if not joins:
            self._mark(talk, said, owed=owed)

    def _place(self, said: Said) -> tuple[_Talk | None, bool]:
        """The conversation of a text, and whether it only joins somebody else's."""
        account = self._accounts[said.actor].id
        own = self._talks.get(_own_thread(said.thread, said.actor))
        found = own or self._by_object.get(said.in_reply_to) or self._talks.get(said.thread)
        if found is not None and (found.row.account_id == account or not said.is_public):
            return found, False
        addressed = self._addresses_us(said)
        if found is not None and not addressed:
            return found, True
        if addressed or any(query in self._opening for query in said.queries):
            return self._open(said, account), False
        return None, False

    def _addresses_us(self, said: Said) -> bool:
        if any(map(self._is_ours, (*said.recipients, *said.mentions))):
            return True
        if said.in_reply_to in self._our_objects or said.thread in self._our_objects:
            return True
        parent = self._by_object.get(said.in_reply_to)
        return parent is not None and parent.lines[said.in_reply_to].is_ours

    def _owed(self, talk: _Talk, said: Said, at: datetime) -> bool:
        answered = talk.answered_last_at
        after_ours = answered is not None and answered < at
        return is_owed(_facts(said), said.text, is_public=talk.row.is_public, after_ours=after_ours)

    def _open(self, said: Said, account_id: int) -> _Talk:
        thread = said.thread
        if thread in self._talks:
            thread = _own_thread(thread, said.actor)
        named = [uri for uri in (*said.recipients, *said.mentions) if self._is_ours(uri)]
        talk = _Talk(
            TalkRow(
                thread=thread,
                network=said.network[:40],
                is_public=said.is_public,
                account_id=account_id,
                our_uri=named[0] if named else "",
                state=State.CLOSED.value,
                opened_at=said.published,
                last_at=said.published,
                is_demo=said.source.startswith("demo:"),
            ),
            is_new=True,
        )
        self._talks[thread] = talk
        self._direct(talk, _facts(said))
        self.opened += 1
        return talk

    def _add(self, talk: _Talk, said: Said, *, owed: bool, is_ours: bool) -> None:
        account = self._accounts[said.actor].id
        row = TextRow(
            object_id=said.object_id,
            account_id=account,
            is_ours=is_ours,
            text=said.text[:LONGEST_TEXT],
            at=said.published,
            language=said.language[:35],
            labels=_labels(said, owed=owed),
        )
        line = _Line(
            said.object_id,
            account,
            is_ours,
            said.published,
            owed,
            said.intents,
            said.version.isoformat(),
            row=row,
            is_new=True,
        )
        self._know(talk, line)
        talk.is_touched = True
        talk.row.last_at = max(talk.row.last_at, said.published)
        talk.row.opened_at = min(talk.row.opened_at, said.published)
        self.added += 1

    def _mark(self, talk: _Talk, said: Said, *, owed: bool) -> None:
        """Let the conversation say what its newest words say."""
        row = talk.row
        if said.language:
            row.language = said.language[:35]
        row.state_of_mind = said.state_of_mind[:8]
        window = WINDOWS.get((row.network, row.is_public))
        if window is not None:
            row.window_until = said.published + window
        if owed:
            talk.facts = _facts(said)
        elif not row.intents:
            row.intents = list(said.intents)

    def _direct(self, talk: _Talk, facts: Facts) -> None:
        chosen = choose(facts, self._functions)
        talk.row.function_id = chosen.function_id
        talk.row.subject_id = chosen.subject_id
        talk.row.reason = chosen.reason

    # Deciding and writing

    def _decide(self, talk: _Talk) -> None:
        """Whose turn it is, from the messages as they stand now."""
        row = talk.row
        was_waiting = row.state == State.WAITING
        answered = talk.answered_last_at
        # Closed or left by a person: only what they say from now on opens it again.
        unanswered = [
            line
            for line in talk.lines.values()
            if line.owed
            and (answered is None or line.at > answered)
            and (was_waiting or talk.is_new or line.is_new)
        ]
        fresh = was_waiting or any(line.at > self._now - STALE for line in unanswered)
        if unanswered and fresh:
            self._wait(talk, unanswered, was_waiting=was_waiting)
            return
        row.waiting_since = row.due_at = None
        ours_now = any(line.is_new and line.is_ours for line in talk.lines.values())
        if was_waiting or talk.is_new or ours_now:
            row.state = (State.CLOSED if answered is None else State.ANSWERED).value

    def _wait(self, talk: _Talk, unanswered: Sequence[_Line], *, was_waiting: bool) -> None:
        row = talk.row
        since = min(line.at for line in unanswered)
        intents = list(dict.fromkeys(intent for line in unanswered for intent in line.intents))
        held = row.member_id is not None or row.reason.get("rule") == "handed_over"
        if talk.facts is not None and not was_waiting and not held:
            self._direct(talk, talk.facts)
        row.state, row.waiting_since, row.intents = State.WAITING.value, since, intents
        row.due_at = self._hours.after(since, time_to_answer(intents))

    def write(self) -> None:
        """Write everything down."""
        touched = [talk for talk in self._talks.values() if talk.is_touched]
        for talk in touched:
            self._decide(talk)
        insert_talks([talk.row for talk in touched if talk.is_new])
        update_talks([talk.row for talk in touched if not talk.is_new])
        new: list[TextRow] = []
        edited: list[TextRow] = []
        for talk in touched:
            for line in talk.lines.values():
                if line.row is None:
                    continue
                line.row.conversation_id = talk.row.id
                (new if line.is_new else edited).append(line.row)
        insert_texts(new)
        update_texts(edited)
        for row in self._pending:
            row.save(update_fields=["object_id", "at"])


def _functions() -> Functions:
    by_slug = answering.functions_by_slug()
    return Functions(
        by_slug=by_slug,
        by_subject={x.slug: (x.id, x.function_id) for x in answering.subjects()},
        by_query={pk: function for pk, function in opening_queries().items() if function},
        english=_EnglishMembers(),
    )


class _EnglishMembers(dict[int, tuple[int, ...]]):
    """Members whose first language is English, by function; asked for once each."""

    def __missing__(self, function_id: int) -> tuple[int, ...]:
        found = answering.function_members(function_id)
        self[function_id] = tuple(member.pk for member in found if member.language == "en")
        return self[function_id]


def _own_thread(thread: str, actor: str) -> str:
    """Name of what one person says in a thread that began with somebody else."""
    name = f"{thread} {actor}"
    return name if is_short(name) else f"{thread} {key64(actor)}"


def _facts(said: Said) -> Facts:
    return Facts(said.intents, said.intent_words, said.subjects, said.queries, said.language)


def _labels(said: Said, *, owed: bool) -> dict[str, Any]:
    return {
        "state_of_mind": said.state_of_mind,
        "words": said.words,
        "intents": said.intents,
        "intent_words": said.intent_words,
        "subjects": [slug for slug, _ in said.subjects],
        "owed": owed,
        "version": said.version.isoformat(),
    }


_LINE = ("object_id", "account_id", "is_ours", "at", "labels", "pk")


def _line_of(
    object_id: str, account_id: int, is_ours: bool, at: datetime, labels: dict[str, Any], pk: int
) -> _Line:
    return _Line(
        object_id,
        account_id,
        answers(is_ours, labels),
        at,
        bool(labels.get("owed")),
        labels.get("intents", ()),
        labels.get("version", ""),
        pk=pk,
    )
