"""Conversations and messages as plain rows, read and written by the thousand.

Model instances cost more than everything else that routing does with a text: rows go to the
database by `executemany`, and nowhere else in this app.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models

from entregent.apps.coordinate.models import Conversation, Message

T = TypeVar("T")
SOME = 5_000
"""Values that one query names."""


@dataclass(slots=True)
class TalkRow:
    """A row of conversations; names as in the model."""

    thread: str
    network: str
    is_public: bool
    account_id: int
    opened_at: datetime
    last_at: datetime
    state: str
    our_uri: str = ""
    language: str = ""
    state_of_mind: str = ""
    intents: list[str] = field(default_factory=list)
    subject_id: int | None = None
    function_id: int | None = None
    reason: dict[str, Any] = field(default_factory=dict)
    member_id: int | None = None
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    window_until: datetime | None = None
    first_answer_at: datetime | None = None
    left_reason: str = ""
    is_demo: bool = False
    id: int | None = None


@dataclass(slots=True)
class TextRow:
    """A row of messages; names as in the model."""

    object_id: str
    account_id: int
    is_ours: bool
    at: datetime
    text: str
    language: str
    labels: dict[str, Any]
    conversation_id: int | None = None
    id: int | None = None


_TALK = tuple(each.name for each in fields(TalkRow))
_TALK_WRITTEN = tuple(name for name in _TALK if name != "id")
_TALK_CHANGING = (
    *("our_uri", "language", "state_of_mind", "intents", "subject_id", "function_id", "reason"),
    *("state", "opened_at", "last_at", "waiting_since", "due_at", "window_until"),
    *("first_answer_at", "left_reason"),
)
_TEXT_WRITTEN = tuple(each.name for each in fields(TextRow) if each.name != "id")
_TEXT_CHANGING = ("text", "language", "labels")


def talks_of(**lookup: Any) -> list[TalkRow]:
    """Conversations that a lookup finds."""
    return [
        TalkRow(*values) for values in Conversation.objects.filter(**lookup).values_list(*_TALK)
    ]


def insert_talks(rows: Sequence[TalkRow]) -> None:
    """Write new conversations, and give each its number."""
    _insert(Conversation, _TALK_WRITTEN, rows)
    numbers: dict[str, int] = {}
    for threads in in_parts(row.thread for row in rows):
        found = Conversation.objects.filter(thread__in=threads)
        numbers |= dict(found.values_list("thread", "pk"))
    for row in rows:
        row.id = numbers[row.thread]


def update_talks(rows: Sequence[TalkRow]) -> None:
    """Write what changed in conversations."""
    _update(Conversation, _TALK_CHANGING, rows)


def insert_texts(rows: Sequence[TextRow]) -> None:
    """Write new messages."""
    _insert(Message, _TEXT_WRITTEN, rows)


def update_texts(rows: Sequence[TextRow]) -> None:
    """Write the new words of messages."""
    _update(Message, _TEXT_CHANGING, rows)


def in_parts(values: Iterable[T]) -> Iterator[list[T]]:
    """Values in lists that one query can name."""
    rest = iter(values)
    while some := list(islice(rest, SOME)):
        yield some


def _insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Any]) -> None:
    if not rows:
        return
    # What the dataclass leaves out is written empty: every column of ours allows it.
    columns = ", ".join(_quoted(names))
    places = ", ".join(["%s"] * len(names))
    # Names of tables and columns are ours, and every value is a parameter.
    into = f"INSERT INTO {_table(model)} ({columns}) VALUES ({places})"  # noqa: S608 (see above)
    _many(into, names, rows)


def _update(model: type[models.Model], names: Sequence[str], rows: Sequence[Any]) -> None:
    if not rows:
        return
    assignments = ", ".join(f"{column} = %s" for column in _quoted(names))
    change = f"UPDATE {_table(model)} SET {assignments} WHERE id = %s"  # noqa: S608 (as above)
    _many(change, (*names, "id"), rows)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 (documented by Django)


def _many(statement: str, names: Sequence[str], rows: Sequence[Any]) -> None:
    values_of = attrgetter(*names)
    adapted = _Adapted()
    with connection.cursor() as cursor:
        cursor.executemany(
            statement, [[adapted[type(x)](x) for x in values_of(row)] for row in rows]
        )


class _Adapted(dict[type, Any]):
    """How the database takes a value, by its type."""

    def __init__(self) -> None:
        dump = json.JSONEncoder(ensure_ascii=False).encode
        super().__init__(
            {datetime: connection.ops.adapt_datetimefield_value, dict: dump, list: dump}
        )

    def __missing__(self, kind: type) -> Any:
        self[kind] = _same
        return _same


def _same(value: T) -> T:
    return value


def _quoted(names: Iterable[str]) -> list[str]:
    return [connection.ops.quote_name(name) for name in names]
