"""Tables of the lake and their columns. Changes only add columns; the version counts them."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

SCHEMA_VERSION: Final = 2
"""Raised by one whenever a column or a table is added."""

TIME: Final = pa.timestamp("us", tz="UTC")
_TEXTS: Final = pa.list_(pa.field("element", pa.string()))


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
    """

    name: str
    schema: pa.Schema
    partition_by: tuple[str, ...]
    statistics: tuple[str, ...]


def _table(
    name: str, columns: dict[str, pa.DataType], *, by: tuple[str, ...] = (), seen: str
) -> LakeTable:
    return LakeTable(name, pa.schema(list(columns.items())), by, tuple(seen.split()))


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
        "raw_ref": pa.int64(),
        "batch": pa.int64(),
    },
    by=("month",),
    seen="key object_key actor_key published received_at batch",
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
)

RAW: Final = _table(
    "raw",
    {
        "month": pa.string(),
        "ref": pa.int64(),
        "native": pa.string(),
        "source": pa.string(),
        "received_at": TIME,
        "retain_until": TIME,
        "payload": pa.string(),
        "batch": pa.int64(),
    },
    by=("month",),
    seen="ref received_at retain_until batch",
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
    },
    seen="key object_key at batch",
)

TABLES: Final = {
    table.name: table for table in (ACTIVITIES, SUPERSEDED, RAW, ACCOUNTS, SERIES, ALIASES, LABELS)
}
"""Every table, in the order in which the keeper appends to them."""

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

LANDED_SUPERSEDED: Final = pa.schema([*SUPERSEDED.schema, ("dated", pa.bool_())])
