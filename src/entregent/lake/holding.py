"""Everything that the record holds of some accounts: for whoever asks what is kept of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from entregent.lake.erasing import known_of
from entregent.lake.masking import Known
from entregent.lake.record import Record, read
from entregent.lake.rows import activity_of


@dataclass
class Held:
    """Rows by table, oldest first, each with all its columns; and the activities as documents.

    Attributes
    ----------
    known
        By what the accounts are known.
    tables
        Rows of each table of the record that are theirs.
    activities
        What they did and wrote, every version of it, as ActivityStreams.
    told
        What we said to them.
    """

    known: Known
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    activities: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)


def held_on(
    open_record: Callable[[], Record], accounts: Sequence[int], ours: Sequence[int]
) -> Held:
    """Read everything of some accounts.

    Parameters
    ----------
    open_record
        Opens a look at every table.
    accounts
        Their keys.
    ours
        Keys of the accounts by which the organisation speaks.
    """
    return read(open_record, lambda record: _held(record, list(accounts), list(ours)))


def count_of(open_record: Callable[[], Record], accounts: Sequence[int]) -> int:
    """How many activities of some accounts there are."""

    def count(record: Record) -> int:
        record.focus("activities", keys={"actor_key": accounts})
        asked = record.connection.execute(
            "SELECT count(*) FROM activities WHERE actor_key IN (SELECT unnest($accounts))",
            {"accounts": list(accounts)},
        )
        return int(asked.fetchall()[0][0])

    return read(open_record, count)


def _held(record: Record, accounts: list[int], ours: list[int]) -> Held:
    ask = record.connection
    known = known_of(record, accounts)
    found = Held(known)
    values: dict[str, Any] = {"accounts": accounts, "addresses": list(known.addresses)}
    record.focus("activities", keys={"actor_key": accounts})
    found.tables["activities"] = _rows(ask, _OWN, values)
    record.focus("activities", keys={"actor_key": ours})
    told = _rows(ask, _TOLD, values | {"ours": ours}) if ours else []
    record.focus("activities")
    own = found.tables["activities"]
    wrote = [row for row in own if row["type"] in {"Create", "Update"}]
    values |= {
        "objects": sorted({r["object_key"] for r in wrote if r["object_key"] is not None}),
        "keys": [row["key"] for row in own],
        "refs": sorted({row["raw_ref"] or row["key"] for row in own}),
        "uris": sorted({row["object_id"] for row in wrote if row["object_id"]}),
    }
    record.focus("raw", months=sorted({row["month"] for row in own}))
    for name, query in _OTHERS.items():
        found.tables[name] = _rows(ask, query, values)
    record.focus("raw")
    found.activities = [activity_of(row).to_as2() for row in own]
    found.told = [activity_of(row).to_as2() for row in told]
    return found


_OWN = """
SELECT * FROM activities
WHERE actor_key IN (SELECT unnest($accounts))
   OR (attributed_to IN (SELECT unnest($addresses)) AND type IN ('Create', 'Update'))
ORDER BY coalesce(published, received_at), key
"""
_TOLD = """
SELECT * FROM activities
WHERE actor_key IN (SELECT unnest($ours)) AND type = 'Create'
  AND (list_has_any("to", $addresses) OR list_has_any(cc, $addresses)
       OR (named_keys IS NOT NULL AND list_has_any(named_keys, $accounts)))
ORDER BY coalesce(published, received_at), key
"""
_OTHERS: Final[Mapping[str, str]] = {
    "accounts": "SELECT * FROM accounts WHERE account_key IN (SELECT unnest($accounts)) "
    "ORDER BY received_at, key",
    "labels": "SELECT * FROM labels WHERE object_key IN (SELECT unnest($objects)) "
    'ORDER BY "at", key',
    "raw": "SELECT * FROM raw WHERE ref IN (SELECT unnest($refs)) ORDER BY received_at, ref",
    "superseded": "SELECT * FROM superseded WHERE key IN (SELECT unnest($keys)) "
    "OR subject IN (SELECT unnest($keys)) OR subject IN (SELECT unnest($objects)) "
    "OR subject IN (SELECT unnest($accounts)) ORDER BY version, key",
    "series": "SELECT * FROM series WHERE account IN (SELECT unnest($addresses)) "
    'ORDER BY "at", key',
    "aliases": "SELECT * FROM aliases WHERE uri IN (SELECT unnest($uris)) "
    "OR placeholder IN (SELECT unnest($uris)) ORDER BY key",
    "marks": 'SELECT * FROM marks WHERE activity_key IN (SELECT unnest($keys)) ORDER BY "at", key',
    "links": "SELECT * FROM links WHERE account_key IN (SELECT unnest($accounts)) "
    'ORDER BY "at", key',
}


def _rows(ask: Any, query: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    named = {name: value for name, value in values.items() if f"${name}" in query}
    rows: list[dict[str, Any]] = ask.execute(query, named).fetch_arrow_table().to_pylist()
    return rows
