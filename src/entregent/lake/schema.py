"""Tables of the lake and their columns. Changes only add; the version counts them."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

# The system's allocator gives memory back after a batch; Arrow's own keeps a hundred megabytes.
pa.set_memory_pool(pa.system_memory_pool())

SCHEMA_VERSION: Final = 4
"""Raised by one whenever a column or a table is added, or an empty column comes to mean more.

4: a `raw_ref` that is NULL stands for the activity's own key.
"""

TIME: Final = pa.timestamp("us", tz="UTC")
_TEXTS: Final = pa.list_(pa.field("element", pa.string()))
_KEYS: Final = pa.list_(pa.field("element", pa.int64()))


@dataclass(frozen=True)
class LakeTable:
    """One table.

    Attributes
    ----------
    name
        Its folder under the lake.
    schema
        Columns in order.
    partition_by
        Column that splits it into folders; empty for none.
    statistics
        Columns whose smallest and largest value may stand in the log: keys and times only, so
        that no word of a person ever does.
    sorted_by
        Key by which compaction sorts: rows of one account, or of one thing, lie together, so that
        the statistics leave all other files out.
    """

    name: str
    schema: pa.Schema
    partition_by: tuple[str, ...]
    statistics: tuple[str, ...]
    sorted_by: str


def _table(
    name: str,
    columns: dict[str, pa.DataType],
    *,
    by: tuple[str, ...] = (),
    seen: str,
    sorted_by: str,
) -> LakeTable:
    schema = pa.schema(list(columns.items()))
    return LakeTable(name, schema, by, tuple(seen.split()), sorted_by)


ACTIVITIES: Final = _table(
    "activities",
    {
        "month": pa.string(),  # YYYY-MM of published, else of received_at
        "key": pa.int64(),  # one per activity; see keys.py
        "object_key": pa.int64(),
        "actor_key": pa.int64(),  # keyed: useless without the instance's secret
        "id": pa.string(),
        "type": pa.string(),
        "actor": pa.string(),
        "object_id": pa.string(),
        "object_type": pa.string(),
        "name": pa.string(),
        "summary": pa.string(),
        "content": pa.string(),
        "language": pa.string(),
        "url": pa.string(),
        "attributed_to": pa.string(),
        "in_reply_to": pa.string(),
        "context": pa.string(),
        "quote": pa.string(),
        "object_published": TIME,
        "object_updated": TIME,
        "object_rest": pa.string(),  # JSON of the object's other parts
        "target": pa.string(),  # JSON, like the next four
        "origin": pa.string(),
        "result": pa.string(),
        "instrument": pa.string(),
        "location": pa.string(),
        "to": _TEXTS,
        "cc": _TEXTS,
        "reaction": pa.string(),
        "published": TIME,
        "received_at": TIME,
        "source": pa.string(),
        "dataschema": pa.string(),
        "voluntary": pa.bool_(),
        "legal_basis": pa.string(),
        "retain_until": TIME,
        "raw_ref": pa.int64(),  # payload that told it; NULL: the one under its own key, if any
        "batch": pa.int64(),
        # Since schema 3; NULL in older rows.
        "reply_key": pa.int64(),  # object_key of what it answers
        "thread_key": pa.int64(),  # object_key of its context
        "named_keys": _KEYS,  # accounts addressed or mentioned, as in actor_key
    },
    by=("month",),
    seen="key object_key actor_key published received_at batch",
    sorted_by="actor_key",
)

SUPERSEDED: Final = _table(
    "superseded",
    {
        "subject": pa.int64(),  # object_key, key or actor_key, by scope
        "scope": pa.string(),  # object, relation, account
        "state": pa.string(),  # edited, deleted; undone, done
        "rank": pa.int64(),  # 2 * microseconds of the version, + 1 for deleted and undone
        "version": TIME,
        "key": pa.int64(),  # the activity that says so
        "told_of": pa.int64(),  # key of the id of the activity taken back or done again
        "batch": pa.int64(),
    },
    seen="subject rank version batch",
    sorted_by="subject",
)

RAW: Final = _table(
    "raw",
    {
        "month": pa.string(),
        "ref": pa.int64(),  # key of the first activity that it told
        "native": pa.string(),
        "source": pa.string(),
        "received_at": TIME,
        "retain_until": TIME,
        "payload": pa.string(),
        "batch": pa.int64(),
    },
    by=("month",),
    seen="ref received_at retain_until batch",
    sorted_by="ref",
)

ACCOUNTS: Final = _table(
    "accounts",
    {
        "key": pa.int64(),  # of everything told: the same facts twice are one row
        "account_key": pa.int64(),
        "id": pa.string(),
        "type": pa.string(),
        "handle": pa.string(),
        "name": pa.string(),
        "url": pa.string(),
        "summary": pa.string(),
        "created": TIME,
        "indexable": pa.bool_(),
        "source": pa.string(),
        "received_at": TIME,
        "batch": pa.int64(),
    },
    seen="key account_key received_at batch",
    sorted_by="account_key",
)

SERIES: Final = _table(
    "series",
    {
        "key": pa.int64(),  # of account, metric, dimension and time
        "account": pa.string(),
        "metric": pa.string(),
        "dimension": pa.string(),
        "at": TIME,
        "value": pa.float64(),
        "unit": pa.string(),
        "source": pa.string(),
        "received_at": TIME,
        "batch": pa.int64(),
    },
    seen="key at received_at batch",
    sorted_by="key",
)

ALIASES: Final = _table(
    "aliases",
    {
        "key": pa.int64(),
        "placeholder": pa.string(),
        "uri": pa.string(),
        "batch": pa.int64(),
    },
    seen="key batch",
    sorted_by="key",
)

LABELS: Final = _table(
    "labels",
    {
        "key": pa.int64(),  # of the object, its version and the engine
        "object_key": pa.int64(),
        "at": TIME,  # version of the text that was read
        "language": pa.string(),
        "language_certainty": pa.float64(),
        "state_of_mind": pa.string(),  # empty for « I do not know »
        "strength": pa.float64(),
        "intents": _TEXTS,
        "engine": pa.string(),
        "batch": pa.int64(),
        # Since schema 3; NULL in older rows.
        "actor_key": pa.int64(),  # who wrote the text
        "folded": pa.string(),  # its words, as saved queries meet them: people's words still
    },
    seen="key object_key at batch actor_key",
    sorted_by="actor_key",
)

MARKS: Final = _table(
    "marks",
    {
        "key": pa.int64(),  # of activity, dimension and value
        "activity_key": pa.int64(),
        "object_key": pa.int64(),
        "dimension": pa.string(),  # campaign, query, function
        "value": pa.string(),  # its slug
        "at": TIME,  # when the activity was done
        "batch": pa.int64(),
    },
    seen="key activity_key object_key at batch",
    sorted_by="activity_key",
)

LINKS: Final = _table(
    "links",
    {
        "key": pa.int64(),  # of the account and the moment
        "account_key": pa.int64(),
        "person": pa.int64(),  # number in the working set; NULL: belongs to nobody we know
        "publics": _TEXTS,
        "may_profile": pa.bool_(),  # a consent to a profile holds
        "rank": pa.int64(),  # microseconds of `at`: the newest counts
        "at": TIME,
        "batch": pa.int64(),
    },
    seen="key account_key person rank at batch",
    sorted_by="account_key",
)

TABLES: Final = {
    table.name: table
    for table in (
        *(ACTIVITIES, SUPERSEDED, RAW, ACCOUNTS, SERIES, ALIASES, LABELS),
        *(MARKS, LINKS),
    )
}
"""Every table, in the order in which the keeper appends to them."""


def conformed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows in the columns of a schema: what an older program did not know is NULL."""
    columns = [
        rows[field.name] if field.name in rows.schema.names else pa.nulls(len(rows), field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(columns, names=schema.names).cast(schema)


LANDED_ACTIVITIES: Final = pa.schema(
    [
        *ACTIVITIES.schema,
        ("version", TIME),  # published, else received_at: what newest means
        ("dated", pa.bool_()),  # whether the origin gave the time
        ("derived", pa.bool_()),  # an Update made from an edited Create
        ("id_key", pa.int64()),
        ("item", pa.int64()),  # ordinal, in its chunk, of the native object it came from
    ]
)
"""Activities as they lie in the journal: their columns, and what admission needs to know."""

KEPT_BESIDE: Final = ("id_key",)
"""What a batch keeps of its activities beside their columns: what the index of keys asks for."""

LANDED_SUPERSEDED: Final = pa.schema([*SUPERSEDED.schema, ("dated", pa.bool_())])
