"""Reading what was admitted: each text with its language, state of mind, intents and subjects.

Nothing is written here. What is found goes into the keeper's batch as labels, and on to the verbs
that remember and coordinate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from entregent.apps.listen.queries import network_names
from entregent.apps.organisation.answering import subjects
from entregent.apps.organisation.queries import house
from entregent.apps.understand.models import SavedQuery
from entregent.apps.understand.said import Said
from entregent.understanding.queries import Folded, Matcher, Query, QueryError, fold, parse
from entregent.understanding.reading import ENGINE, plain, read
from entregent.vocabulary import PUBLIC, key64, visibility_of

if TYPE_CHECKING:
    import pyarrow as pa

TEXTS = frozenset({"Note", "Article", "Page", "Question", "Video", "schema:Review"})
"""Types of objects whose words are read."""

_COLUMNS = (
    "key",
    "type",
    "actor",
    "actor_key",
    "object_id",
    "object_key",
    "object_type",
    "name",
    "content",
    "language",
    "in_reply_to",
    "context",
    "object_rest",
    "object_updated",
    "to",
    "cc",
    "published",
    "received_at",
    "source",
)


def understand(rows: "pa.Table") -> list[Said]:
    """Read the texts among admitted activities.

    Parameters
    ----------
    rows
        Columns of the lake's ``activities``.

    Returns
    -------
    list of Said
        In order of time; what was taken back too, without its words.
    """
    reader = _Reader.of_the_house()
    columns = [rows[name].to_pylist() for name in _COLUMNS]
    found = []
    for values in zip(*columns, strict=True):
        row = dict(zip(_COLUMNS, values, strict=True))
        said = reader.said(row)
        if said is not None:
            found.append(said)
    found.sort(key=lambda said: said.published)
    return found


def opening_queries() -> dict[int, int | None]:
    """Saved queries that open conversations, and the function that each names."""
    found = SavedQuery.objects.filter(opens_conversations=True)
    return dict(found.values_list("pk", "function_id"))


def labels(said: Iterable[Said]) -> "pa.Table":
    """Rows of the lake's ``labels`` for texts, each version of a text once."""
    import pyarrow as pa

    from entregent.lake.schema import LABELS

    seen: dict[int, tuple[object, ...]] = {}
    for each in said:
        if each.is_deleted:
            continue
        key = key64("label", each.object_id, each.version.isoformat(), ENGINE)
        seen[key] = (
            key,
            each.object_key,
            each.version,
            each.language or None,
            each.language_certainty,
            each.state_of_mind or None,
            each.strength,
            list(each.intents),
            ENGINE,
            0,
            each.actor_key,
            each.folded,
        )
    columns = zip(*seen.values(), strict=True) if seen else [()] * len(LABELS.schema)
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, LABELS.schema.types, strict=True)],
        schema=LABELS.schema,
    )


@dataclass(frozen=True)
class _Reader:
    spoken: tuple[str, ...]
    networks: Mapping[str, str]
    subjects: tuple[str, ...]
    queries: tuple[int, ...]
    asked: Mapping[int, Query]
    matcher: Matcher

    @classmethod
    def of_the_house(cls) -> "_Reader":
        """What this organisation speaks, and asks of everything that is said."""
        place = house()
        asked: dict[int, Query] = {}
        slugs: list[str] = []
        for subject in subjects():
            query = _parsed(subject.query)
            if query is not None:
                asked[len(slugs)] = query
                slugs.append(subject.slug)
        ids: list[int] = []
        for pk, text in SavedQuery.objects.order_by("pk").values_list("pk", "text"):
            query = _parsed(text)
            if query is not None:
                asked[len(slugs) + len(ids)] = query
                ids.append(pk)
        spoken = place.languages if place is not None else ("fr", "en")
        return cls(tuple(spoken), network_names(), tuple(slugs), tuple(ids), asked, Matcher(asked))

    def said(self, row: Mapping[str, Any]) -> Said | None:
        """One row as a text, or nothing if it holds none."""
        kind, about = row["type"], row["object_id"]
        if about is None:
            return None
        if kind == "Delete":
            return Said(**self._of(row), is_deleted=True)
        words = row["content"] or row["name"]
        if kind not in {"Create", "Update"} or row["object_type"] not in TEXTS or not words:
            return None
        if row["actor"] is None:
            return None
        return self._read(row, plain(words), edits=kind == "Update")

    def _read(self, row: Mapping[str, Any], text: str, *, edits: bool) -> Said | None:
        if not text:
            return None
        to, cc = tuple(row["to"] or ()), tuple(row["cc"] or ())
        understood = read(text, spoken=self.spoken, prior=_declared(row["language"], self.spoken))
        folded = fold(text)
        hits = self.matcher.matching(folded)
        mood = understood.state_of_mind
        return Said(
            **self._of(row),
            text=text,
            folded=folded.written(),
            audience=visibility_of(to, cc),
            recipients=tuple(uri for uri in (*to, *cc) if uri != PUBLIC),
            mentions=_mentions(row["object_rest"]),
            in_reply_to=row["in_reply_to"] or "",
            thread=row["context"] or row["in_reply_to"] or row["object_id"],
            language=understood.language.language or "",
            language_certainty=understood.language.certainty,
            state_of_mind=mood.value or "",
            strength=mood.strength,
            words=tuple((word.start, word.end, word.weight) for word in mood.words),
            intents=tuple(intent.code for intent in understood.intents),
            intent_words=tuple(tuple(intent.words) for intent in understood.intents),
            subjects=tuple(
                (self.subjects[hit], self._words_of(hit, folded))
                for hit in hits
                if hit < len(self.subjects)
            ),
            queries=tuple(
                self.queries[hit - len(self.subjects)] for hit in hits if hit >= len(self.subjects)
            ),
            edits=edits,
        )

    def _words_of(self, hit: int, folded: Folded) -> tuple[str, ...]:
        spans = self.asked[hit].evidence(folded)
        return tuple(dict.fromkeys(folded.text[start:end] for start, end in spans))

    def _of(self, row: Mapping[str, Any]) -> dict[str, Any]:
        when: datetime = row["published"] or row["received_at"]
        source: str = row["source"]
        return {
            "object_id": row["object_id"],
            "object_key": row["object_key"],
            "activity_key": row["key"],
            "version": row["object_updated"] or when,
            "actor": row["actor"] or "",
            "actor_key": row["actor_key"] or 0,
            "network": self.networks.get(source) or source.rpartition(":")[2],
            "source": source,
            "published": when,
        }


def _parsed(text: str) -> Query | None:
    # A query that was good when it was saved and no longer is must not stop listening.
    try:
        return parse(text) if text else None
    except QueryError:
        return None


def _declared(language: str | None, spoken: Iterable[str]) -> str | None:
    tag = (language or "").partition("-")[0].lower()
    return tag if tag in spoken else None


def _mentions(rest: str | None) -> tuple[str, ...]:
    if not rest or '"tag"' not in rest:
        return ()
    tags = orjson.loads(rest).get("tag") or []
    if isinstance(tags, dict):
        tags = [tags]
    return tuple(tag["href"] for tag in tags if tag.get("type") == "Mention" and tag.get("href"))
