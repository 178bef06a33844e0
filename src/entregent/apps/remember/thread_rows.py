"""What the record holds of a person's accounts: their rows, and what has to be known beside them.

Each look opens the few files in which an account's rows lie. One account is asked for at a time,
since the engine then passes over everybody else's words without reading them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from entregent.apps.remember.our_rows import our_rows
from entregent.lake.keys import created_key, object_key
from entregent.lake.present_some import NEEDED, begin, present_some
from entregent.lake.record import Record

_NEEDED = (
    "month, key, object_key, actor_key, type, object_id, object_type, name, content, language, "
    "url, in_reply_to, context, quote, object_rest, instrument, location, result, "
    '"to", cc, published, received_at, source, voluntary'
)
"""Columns that a thread is made of; all others cost time, and stay empty."""
LOOKS_AT = (*NEEDED, "labels")
"""Tables of the record that are looked at."""
NARROWED = ("activities", "superseded", "labels")
"""Those of which only a few files are."""


@dataclass(frozen=True)
class Found:
    """What the record answers.

    Attributes
    ----------
    rows
        Activities as things stand now.
    authors
        By object, who wrote what they answer: of a thread that a text stands in only where it
        matters whether that was us.
    labels
        By object, the language and the intents of its newest label.
    """

    rows: list[dict[str, Any]]
    authors: Mapping[int, int | None]
    labels: Mapping[int, tuple[str, Collection[str]]]


@dataclass(frozen=True)
class Question:
    """What is asked of the record.

    Attributes
    ----------
    theirs, uris
        Keys and addresses of the accounts.
    ours
        Keys of our own.
    with_others
        Whether it matters who wrote what they answer, if it was none of us.
    """

    theirs: tuple[int, ...]
    uris: tuple[str, ...]
    ours: tuple[int, ...]
    with_others: bool = True

    def ask(self, record: Record) -> Found:
        """Rows of theirs, and rows of ours that were for them."""
        looking = _Looking(record, self)
        looking.take_theirs()
        looking.take_ours()
        rows = looking.rows()
        if not rows:
            return Found([], {}, {})
        answered = {object_key(uri) for row in rows for uri in self.asks_about(row)}
        authors = looking.authors(answered)
        objects = answered | {row["object_key"] for row in rows if row["object_key"] is not None}
        return Found(rows, authors, looking.labels(objects, authors))

    def asks_about(self, row: Mapping[str, Any]) -> Iterable[str]:
        """URIs of what a row answers whose authors matter: each of them takes a look of its own."""
        if row["actor_key"] not in self.theirs:
            return ()
        if not self.with_others:
            return answered_by(row)
        return (row["in_reply_to"],) if row["in_reply_to"] else ()


def answered_by(row: Mapping[str, Any]) -> Iterable[str]:
    """URIs of what a text answers, and of the thread that it stands in."""
    return {uri for uri in (row["in_reply_to"], row["context"]) if uri}


class _Looking:
    """One look at a record, narrowed from step to step."""

    def __init__(self, record: Record, asked: Question) -> None:
        self._record, self._asked = record, asked
        self._ask = record.connection.execute
        begin(record)

    def take_theirs(self) -> None:
        """Everything that they did, with what it changed."""
        for key in self._asked.theirs:
            self._record.focus("activities", keys={"actor_key": [key]})
            self._take(f"SELECT {_NEEDED} FROM activities WHERE actor_key = {key}")  # noqa: S608 (our names)

    def take_ours(self) -> None:
        """What we said to them, or under what they said."""
        if not self._asked.ours:
            return
        rows = our_rows(self._record, self._asked.ours)
        found = rows.filter(_may_be_for(rows, self._asked.theirs, self._numbers(_THEIR_TEXTS)))
        for key in found["actor_key"].unique().to_pylist():
            self._take_exactly(key, found.filter(pc.equal(found["actor_key"], key)))

    def _take_exactly(self, key: int, near: pa.Table) -> None:
        months = set(near["month"].to_pylist())
        self._record.focus("activities", months=months, keys={"actor_key": [key]})
        self._record.connection.register("thread_near", near)
        self._take(
            f"""
            SELECT {_NEEDED} FROM activities
            WHERE actor_key = {key} AND key IN (SELECT key FROM thread_near)
              AND (list_has_any("to", $uris) OR list_has_any(cc, $uris) OR in_reply_to IN (
                       SELECT object_id FROM some_activities
                       WHERE type = 'Create' AND object_id IS NOT NULL))
              AND key NOT IN (SELECT key FROM some_activities)""",  # noqa: S608 (our own names)
            {"uris": list(self._asked.uris)},
        )
        self._record.connection.unregister("thread_near")

    def _take(self, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Put what a query gives into ``some_activities``."""
        # By way of Arrow: inserted directly, the same rows take longer.
        found = self._ask(sql, values or {}).fetch_arrow_table()
        self._record.connection.register("thread_found", found)
        self._ask("INSERT INTO some_activities BY NAME SELECT * FROM thread_found")
        self._record.connection.unregister("thread_found")

    def rows(self) -> list[dict[str, Any]]:
        """The newest rows, as things stand now."""
        return present_some(self._record, _NEWEST)

    def authors(self, objects: Collection[int]) -> dict[int, int | None]:
        """Who wrote some things; those nobody told of are left out."""
        known = dict(self._ask(_KNOWN_AUTHORS).fetchall())
        found = {key: known[key] for key in objects if key in known}
        asked = {created_key(key): key for key in objects if key not in known}
        if not asked:
            return found
        if self._asked.with_others:
            told = self._record.who_did(asked)
            return found | {asked[key]: actor for key, actor in told.items()}
        self._record.connection.register("thread_asked", pa.table({"key": list(asked)}))
        for key in self._asked.ours:
            self._record.focus_near(asked, accounts=[key])
            rows = self._ask(_OURS.format(actor=key)).fetchall()
            found |= {asked[created]: key for (created,) in rows}
        self._record.connection.unregister("thread_asked")
        return found

    def labels(
        self, objects: Collection[int], authors: Mapping[int, int | None]
    ) -> dict[int, tuple[str, Collection[str]]]:
        """Language and intents of some things, by their newest labels."""
        by_writer = "true"
        if not self._record.is_mixed("labels"):
            writers = {*self._numbers(_WRITERS), *authors.values()} - {None}
            # Told so, the engine passes over the groups of rows of everybody else: 15 ms, not 180.
            by_writer = f"actor_key IN ({', '.join(map(str, writers))})" if writers else "false"
            self._record.focus("labels", keys={"actor_key": cast("set[int]", writers)})
        self._record.connection.register("thread_asked", pa.table({"key": list(objects)}))
        rows = self._ask(_LABELS.format(by_writer=by_writer)).fetchall()
        self._record.connection.unregister("thread_asked")
        return {key: (language or "", intents or ()) for key, language, intents in rows}

    def _numbers(self, sql: str) -> list[int]:
        return [number for (number,) in self._ask(sql).fetchall()]


def _may_be_for(rows: pa.Table, theirs: Sequence[int], texts: Sequence[int]) -> pa.Array:
    """Which of our rows name one of some accounts, or answer one of some texts.

    A key names one who was addressed or mentioned; whether it was the former, the words tell.
    Without any key, a row is of an older program, and may be for anybody.
    """
    named, answered = rows["named_keys"], rows["reply_key"]
    hits = pc.is_in(pc.list_flatten(named), value_set=pa.array(theirs, pa.int64()))
    chosen = np.array(pc.is_in(answered, value_set=pa.array(texts, pa.int64())), dtype=bool)
    chosen[np.array(pc.list_parent_indices(named).filter(hits))] = True
    chosen |= np.array(pc.and_(named.is_null(), answered.is_null()), dtype=bool)
    return pa.array(chosen)


_THEIR_TEXTS = """
SELECT object_key FROM some_activities WHERE type = 'Create' AND object_key IS NOT NULL
"""
# What changes other rows is not one itself.
_NEWEST = """
SELECT key FROM some_activities WHERE type NOT IN ('Update', 'Delete', 'Undo')
ORDER BY coalesce(published, received_at) DESC LIMIT 5000
"""
_WRITERS = """
SELECT DISTINCT actor_key FROM some_activities
WHERE actor_key IS NOT NULL AND type IN ('Create', 'Update')
"""
_KNOWN_AUTHORS = """
SELECT object_key, min(actor_key) FROM some_activities
WHERE type = 'Create' AND object_key IS NOT NULL GROUP BY object_key
"""
_OURS = """
SELECT key FROM activities WHERE key IN (SELECT key FROM thread_asked) AND actor_key = {actor}
"""
_LABELS = """
SELECT object_key, arg_max(language, "at"), arg_max(intents, "at") FROM labels
WHERE object_key IN (SELECT key FROM thread_asked) AND {by_writer} GROUP BY object_key
"""
