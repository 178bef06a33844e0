"""Activities, accounts and points as rows, and activities back from rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

import orjson
import pyarrow as pa

from entregent.lake import keys
from entregent.lake.days import month_at
from entregent.lake.schema import (
    ACCOUNTS,
    ALIASES,
    LANDED_ACTIVITIES,
    LANDED_SUPERSEDED,
    LINKS,
    MARKS,
    RAW,
    SERIES,
)
from entregent.vocabulary import PUBLIC, Account, Activity, Object, Point, format_time, key64
from entregent.vocabulary.activity import RELATIONS

AccountKey = Callable[[str], int]
"""Gives the keyed hash of an account's URI."""

_PARTS = ("target", "origin", "result", "instrument", "location")
_REST = (
    "deleted",
    "former_type",
    "actor",
    "object",
    "latitude",
    "longitude",
    "rating",
    "best_rating",
    "price",
)
_REST_OF = attrgetter(*_REST)
_WORDS_OF = attrgetter("content", "name", "summary", "url", "attributed_to", "published")
_NO_WORDS = (None,) * 6
_NO_REST = (None,) * len(_REST)
_CHANGES = frozenset({"Update", "Delete", "Undo"})
_NOTHING = Object()


@dataclass
class Landing:
    """Rows of one chunk, gathered column by column, on their way into the journal.

    Parameters
    ----------
    account_key
        Gives the keyed hash of an account's URI.
    """

    account_key: AccountKey
    items: int = field(default=0, init=False)
    size: int = field(default=0, init=False)
    _rows: dict[str, list[tuple[object, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        self._rows = {name: [] for name in LANDED_SCHEMAS}

    def __len__(self) -> int:
        return len(self._rows["activities"]) + len(self._rows["series"])

    def add(
        self,
        *,
        activities: Iterable[Activity] = (),
        accounts: Iterable[Account] = (),
        points: Iterable[Point] = (),
        aliases: Iterable[tuple[str, str]] = (),
        native: str = "",
        raw: object = None,
    ) -> None:
        """Add what one native object told; `aliases` are pairs of placeholder and URI."""
        payload = raw if isinstance(raw, str) else None
        if payload is None and native and raw is not None:
            payload = orjson.dumps(raw).decode()
        first: Activity | None = None
        ref: int | None = None
        for activity in activities:
            if first is None:
                first = activity
                ref = keys.activity_key(activity) if payload is not None else None
            self._add_activity(activity, ref, derived=False)
            edit = _derived_update(activity)
            if edit is not None:
                self._add_activity(edit, ref, derived=True)
        if first is not None and payload is not None:
            self._add_raw(first, native, ref, payload)
            self.size += len(payload)
        for account in accounts:
            self._rows["accounts"].append(self._account_row(account))
        for point in points:
            self._rows["series"].append(_point_row(point))
        for placeholder, uri in aliases:
            self._rows["aliases"].append((key64("alias", placeholder, uri), placeholder, uri, 0))
        self.items += 1

    def tables(self) -> dict[str, pa.Table]:
        """The rows as tables, without those that are empty; the batch is still unknown."""
        found = {}
        for name, rows in self._rows.items():
            if rows:
                schema = LANDED_SCHEMAS[name]
                columns = [
                    pa.array(column, type=kind)
                    for column, kind in zip(zip(*rows, strict=True), schema.types, strict=True)
                ]
                found[name] = pa.Table.from_arrays(columns, schema=schema)
        return found

    def _add_raw(self, first: Activity, native: str, ref: int | None, payload: str) -> None:
        when = first.published or first.received_at
        self._rows["raw"].append(
            (
                month_at(when),
                ref,
                native,
                first.source,
                first.received_at,
                first.retain_until,
                payload,
                0,
            )
        )

    def _add_activity(self, activity: Activity, ref: int | None, *, derived: bool) -> None:
        about = activity.object or _NOTHING
        key = keys.activity_key(activity)
        version = activity.published or activity.received_at
        is_relation = activity.type in RELATIONS
        if is_relation and _says_more(about) and not activity.type.startswith("schema:"):
            # What is liked or shared speaks for itself elsewhere; here only its name counts.
            about = Object(id=about.id, type=about.type)
        self._rows["activities"].append(
            (
                month_at(version),
                key,
                keys.object_key(about.id) if about.id is not None else None,
                self.account_key(activity.actor) if activity.actor is not None else None,
                activity.id,
                activity.type,
                activity.actor,
                about.id,
                about.type,
                about.name,
                about.summary,
                about.content,
                about.language,
                about.url,
                about.attributed_to,
                about.in_reply_to,
                about.context,
                about.quote,
                about.published,
                about.updated,
                _rest_of(about),
                _json(activity.target),
                _json(activity.origin),
                _json(activity.result),
                _json(activity.instrument),
                _json(activity.location),
                activity.to or None,
                activity.cc or None,
                activity.content,
                activity.published,
                activity.received_at,
                activity.source,
                activity.dataschema,
                activity.voluntary,
                activity.legal_basis,
                activity.retain_until,
                ref,
                0,
                keys.object_key(about.in_reply_to) if about.in_reply_to is not None else None,
                keys.object_key(about.context) if about.context is not None else None,
                self._named(activity, about),
                version,
                activity.published is not None,
                derived,
                keys.id_key(activity.id) if is_relation else None,
                self.items,
            )
        )
        self.size += len(about.content or "") + 200
        if activity.type in _CHANGES:
            self._add_effect(activity, about, key, version)

    def _named(self, activity: Activity, about: Object) -> list[int] | None:
        """Keys of the accounts that an activity is addressed to, or mentions."""
        mentioned = (tag.href for tag in about.tag if tag.type == "Mention" and tag.href)
        uris = dict.fromkeys((*activity.to, *activity.cc, *mentioned))
        found = [self.account_key(uri) for uri in uris if not _is_collection(uri)]
        return found or None

    def _add_effect(self, activity: Activity, about: Object, key: int, version: datetime) -> None:
        """Note what an edit, a deletion or an undoing changes of something else."""
        kind, target = activity.type, about.id
        dated = activity.published is not None
        told_of = keys.id_key(target) if target is not None else None
        subject: int | None = None
        if kind == "Update" and target is not None:
            scope, state, subject = "object", "edited", keys.object_key(target)
            dated, version = dated or about.updated is not None, about.updated or version
        elif keys.deletes_account(activity) and target is not None:
            scope, state, subject = "account", "undone", self.account_key(target)
        elif kind == "Delete" and target is not None:
            scope, state, subject = "object", "deleted", keys.object_key(target)
        elif kind == "Undo" and about.type == "Delete" and about.object is not None:
            scope, state, subject = "account", "done", self.account_key(about.object)
        elif kind == "Undo":
            scope, state, subject = "relation", "undone", keys.undone_key(about)
        if subject is not None:
            row = effect_row(subject, scope, state, version, key, told_of)
            self._rows["superseded"].append((*row, dated))

    def _account_row(self, account: Account) -> tuple[object, ...]:
        facts = (
            account.id,
            account.type,
            account.handle,
            account.name,
            account.url,
            account.summary,
            str(account.indexable),
        )
        return (
            key64("account", *facts),
            self.account_key(account.id),
            *facts[:-1],
            account.created,
            account.indexable,
            account.source,
            account.received_at,
            0,
        )


LANDED_SCHEMAS: dict[str, pa.Schema] = {
    "activities": LANDED_ACTIVITIES,
    "superseded": LANDED_SUPERSEDED,
    "raw": RAW.schema,
    "accounts": ACCOUNTS.schema,
    "series": SERIES.schema,
    "aliases": ALIASES.schema,
    "marks": MARKS.schema,
    "links": LINKS.schema,
}


def effect_row(
    subject: int, scope: str, state: str, version: datetime, key: int, told_of: int | None
) -> tuple[object, ...]:
    """A row of `superseded`: what became of something, and since which version."""
    final = state in {"deleted", "undone"}
    return (subject, scope, state, rank(version, final=final), version, key, told_of, 0)


def rank(version: datetime, *, final: bool) -> int:
    """Order of versions: by microsecond, and at the same one taking back wins."""
    since = version - datetime(1970, 1, 1, tzinfo=UTC)
    micros = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return 2 * micros + final


def _is_collection(uri: str) -> bool:
    """Whether an address stands for many at once, as the public or somebody's followers do."""
    return uri == PUBLIC or uri.endswith(("/followers", "/following"))


def _point_row(point: Point) -> tuple[object, ...]:
    told = ["point", point.account, point.metric, point.dimension, format_time(point.at)]
    if point.metric.endswith(".totalItems"):
        # Two totals seen at the same instant are two sightings; a day's value told again with
        # another number is a correction.
        told.append(repr(point.value))
    return (
        key64(*told),
        point.account,
        point.metric,
        point.dimension,
        point.at,
        point.value,
        point.unit,
        point.source,
        point.received_at,
        0,
    )


def _derived_update(activity: Activity) -> Activity | None:
    """The `Update` that an edited `Create` implies: its newest text counts as an edit."""
    about = activity.object
    if activity.type != "Create" or about is None or about.id is None or about.updated is None:
        return None
    if about.updated == (about.published or activity.published):
        return None
    stamp = keys.milliseconds(about.updated)
    return replace(
        activity, id=f"{about.id}#updated-{stamp}", type="Update", published=about.updated
    )


def _says_more(about: Object) -> bool:
    """Whether an object is told with more than its id and type."""
    return _WORDS_OF(about) != _NO_WORDS or _rest_of(about) is not None


def _rest_of(about: Object) -> str | None:
    """JSON of the parts of an object that have no column of their own; None if there are none."""
    told = _REST_OF(about)
    if told == _NO_REST and not (about.attachment or about.tag or about.extra):
        return None
    rest = Object(
        attachment=about.attachment,
        tag=about.tag,
        extra=about.extra,
        **dict(zip(_REST, told, strict=True)),
    )
    return orjson.dumps(rest.to_as2()).decode()


def _json(part: Object | None) -> str | None:
    return None if part is None else orjson.dumps(part.to_as2()).decode()


def activity_of(row: Mapping[str, Any]) -> Activity:
    """The activity that a row holds."""
    rest = Object.from_as2(orjson.loads(row["object_rest"])) if row["object_rest"] else Object()
    about = replace(
        rest,
        id=row["object_id"],
        type=row["object_type"],
        name=row["name"],
        summary=row["summary"],
        content=row["content"],
        language=row["language"],
        url=row["url"],
        attributed_to=row["attributed_to"],
        in_reply_to=row["in_reply_to"],
        context=row["context"],
        quote=row["quote"],
        published=row["object_published"],
        updated=row["object_updated"],
    )
    parts = {name: Object.from_as2(orjson.loads(row[name])) for name in _PARTS if row[name]}
    return Activity(
        id=row["id"],
        type=row["type"],
        actor=row["actor"],
        object=about if about != Object() else None,
        to=tuple(row["to"] or ()),
        cc=tuple(row["cc"] or ()),
        content=row["reaction"],
        published=row["published"],
        received_at=row["received_at"],
        source=row["source"],
        dataschema=row["dataschema"],
        voluntary=row["voluntary"],
        legal_basis=row["legal_basis"] or "",
        retain_until=row["retain_until"],
        **parts,
    )
