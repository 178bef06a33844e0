"""The present state of the record: each activity once, as things stand now.

An edited object has its newest text wherever it is embedded; a deleted one is a tombstone without
text; what was undone says since when. Only operations that every engine answers alike are used.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from entregent.lake.record import Record
from entregent.lake.rows import activity_of
from entregent.vocabulary import Activity, format_time
from entregent.vocabulary.objects import TOMBSTONE

if TYPE_CHECKING:
    import ibis.expr.types as ir

_TEXT = (
    "name",
    "summary",
    "content",
    "language",
    "url",
    "attributed_to",
    "in_reply_to",
    "context",
    "quote",
    "object_published",
    "object_updated",
    "object_rest",
)
"""Columns that an edit replaces and a deletion empties."""
_BECAME = ("deleted", "undone", "account_gone", "former_type")
"""Columns that tell what became of an activity, its object or its actor."""
_NAMES = ("in_reply_to", "quote", "object_id")
"""Columns in which a local id may stand instead of the true one."""


def present_activities(record: Record) -> "ir.Table":
    """Every activity once, as an Ibis expression.

    Its columns are those of ``activities``, and ``deleted`` (when its object went), ``undone``
    (when it was taken back) and ``account_gone`` (when its actor went); each is NULL otherwise.
    """
    import ibis

    activities = record.table("activities")
    changes = record.table("superseded")

    deleted = _newest(changes, "object", ["deleted"]).select(
        deleted_of="subject", deleted="version"
    )
    edited = _newest(changes, "object", ["edited"]).select(edited_of="subject", newest="key")
    relation = _newest(changes, "relation", ["undone", "done"])
    undone = relation.filter(relation.state == "undone").select(
        undone_of="subject", undone="version"
    )
    account = _newest(changes, "account", ["undone", "done"])
    gone = account.filter(account.state == "undone").select(
        gone_of="subject", account_gone="version"
    )
    newest = activities.semi_join(edited, [("key", "newest")]).select(
        new_key="key", **{f"new_{name}": name for name in (*_TEXT, "object_type")}
    )
    # One after the other without a selection in between: one statement, that is quick to plan.
    rows = (
        activities.left_join(deleted, [("object_key", "deleted_of")])
        .left_join(edited, [("object_key", "edited_of")])
        .left_join(newest, [("newest", "new_key")])
        .left_join(undone, [("key", "undone_of")])
        .left_join(gone, [("actor_key", "gone_of")])
    )
    # An undoing older than the deed that is kept was of an earlier one.
    stale = rows.published.notnull() & (rows.published > rows.undone)
    carries = rows.type.isin(["Create", "Update"])
    replaced = carries & rows.new_object_type.notnull()
    emptied = carries & (rows.deleted.notnull() | rows.account_gone.notnull())
    # What came in as a tombstone has no text to lose, and says itself what it was.
    emptied = emptied & (rows.object_type.coalesce("") != TOMBSTONE)
    rows = rows.mutate(
        **{
            name: ibis.cases(
                (emptied, ibis.null(rows[name].type())),
                (replaced, rows[f"new_{name}"]),
                else_=rows[name],
            )
            for name in _TEXT
        },
        undone=ibis.ifelse(stale, ibis.null(rows.undone.type()), rows.undone),
        former_type=ibis.ifelse(emptied, rows.object_type, ibis.null("string")),
    ).select(*activities.columns, *_BECAME)
    aliases = record.table("aliases")
    known = aliases.group_by("placeholder").aggregate(
        uri=aliases.uri.min(), uris=aliases.uri.nunique()
    )
    # A local id claimed by two things names neither.
    known = known.filter(known.uris == 1)
    named = rows
    for name in _NAMES:
        true_name = known.select(**{f"{name}_alias": "placeholder", f"true_{name}": "uri"})
        named = named.left_join(true_name, [(name, f"{name}_alias")])
    return named.mutate(
        **{name: ibis.coalesce(named[f"true_{name}"], named[name]) for name in _NAMES}
    ).select(*activities.columns, *_BECAME)


def _newest(changes: "ir.Table", scope: str, states: list[str]) -> "ir.Table":
    told = changes.filter((changes.scope == scope) & changes.state.isin(states))
    return told.group_by("subject").aggregate(
        version=told.version.argmax(told["rank"]),
        key=told.key.argmax(told["rank"]),
        state=told.state.argmax(told["rank"]),
    )


def present_batches(record: Record, *, rows: int = 10_000) -> Iterator[pa.RecordBatch]:
    """The present activities in a stable order (time, then key), some rows at a time."""
    table = present_activities(record)
    ordered = table.order_by([table.published.coalesce(table.received_at), table.key])
    return iter(ordered.to_pyarrow_batches(chunk_size=rows))


def present_document(row: dict[str, Any]) -> dict[str, Any]:
    """ActivityStreams JSON of a row of `present_activities`."""
    activity = present_activity(row)
    document = activity.to_as2()
    if row["undone"] is not None:
        document["entregent:undone"] = format_time(row["undone"])
    return document


def present_activity(row: dict[str, Any]) -> Activity:
    """Activity of a row of `present_activities`, its object a tombstone if it was deleted."""
    activity = activity_of(row)
    gone = row["deleted"] or row["account_gone"]
    about = activity.object
    if gone is None or activity.type not in {"Create", "Update"} or about is None:
        return activity
    return replace(activity, object=about.as_tombstone(gone))
