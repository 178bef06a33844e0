"""What proves an erasure: a look through every file and object, and numbers that name nobody."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from entregent.apps.listen import journal
from entregent.apps.remember import forgetting as remember
from entregent.apps.remember.erasures import ErasureLine

if TYPE_CHECKING:
    from entregent.lake.masking import Mask
    from entregent.lake.record import Record

MASKING: Final = "mask:"
"""What the names of steps begin with that mask one part of the lake."""

_KEYED: Final = {"activities": "actor_key", "accounts": "account_key", "labels": "actor_key"}


@contextmanager
def kept(tables: tuple[str, ...]) -> "Iterator[Record]":
    """A look at what is in the lake, without what waits for it."""
    from entregent.lake.record import Record

    with Record(journal.lake(), {}, tables=tables, memory_mb=1024) as record:
        yield record


def look_through(line: ErasureLine, mask: "Mask") -> dict[str, Any]:
    """Look for somebody in every file, unpacked, and by their keys in every table that has them.

    Returns
    -------
    dict
        ``verified``, the files in which something was found (``places``), ``rows_left`` by table,
        and how many ``namesakes`` keep their own name.
    """
    from entregent.lake.searching import addresses, places

    home, lake = Path(settings.HOME), journal.lake()
    folders = [home]
    if lake.is_local and not lake.root.is_relative_to(home):
        folders.append(lake.root)
    found = [_place(path, home) for folder in folders for path in places(folder, mask)]
    if not lake.is_local:
        found += addresses(lake, mask)
    namesakes = remember.namesakes(line.known)
    if namesakes:
        # Who has the same name keeps it, in the database too.
        found = [place for place in found if not place.startswith("entregent.sqlite3")]
    with kept(tuple(_KEYED)) as record:
        rows = {
            name: _count(record, name, column, line.account_keys) for name, column in _KEYED.items()
        }
    rows["remember_account"] = len(remember.accounts_with(line.account_keys))
    left = {name: number for name, number in rows.items() if number}
    return {
        "verified": not (found or left),
        "places": found,
        "rows_left": left,
        "namesakes": namesakes,
    }


def of(line: ErasureLine, verified: Mapping[str, Any]) -> dict[str, Any]:
    """What was done, by table and step: numbers alone."""
    counts = {name: dict(told) for name, told in line.counts.items()}
    erased, files = counts.get("activities", {}), ("tidy", "tidy again")
    masked = {
        name.removeprefix(MASKING): told["rows"]
        for name, told in counts.items()
        if name.startswith(MASKING) and told["rows"]
    }
    lake = journal.lake()
    return {
        "erasure": line.id,
        "requested_at": line.requested_at.isoformat(),
        "requested_by": None if line.requested_by is None else f"member:{line.requested_by}",
        "erased_at": line.erased_at.isoformat() if line.erased_at else None,
        "accounts": len(line.account_keys),
        "removed": {
            "lake": {"activities": erased.get("removed", 0), **counts.get("tables", {})},
            "database": counts.get("apps", {}),
        },
        "rewritten": {"activities": erased.get("rewritten", 0)},
        "masked": {"lake": masked, "database": counts.get("words", {})},
        "hours_counted_again": counts.get("counts", {}).get("hours", 0),
        "files_removed": sum(counts.get(name, {}).get("files", 0) for name in files),
        "versions": {name: table.version() for name in _KEYED if (table := lake.open(name))},
        "seconds": dict(line.seconds),
        **verified,
    }


def _count(record: "Record", name: str, column: str, keys: Sequence[int]) -> int:
    record.focus(name, keys={column: keys})
    query = f"SELECT count(*) FROM {name} WHERE {column} IN (SELECT unnest($keys))"  # noqa: S608 (our own names)
    return int(record.connection.execute(query, {"keys": list(keys)}).fetchall()[0][0])


def _place(path: Path, home: Path) -> str:
    return str(path.relative_to(home)) if path.is_relative_to(home) else str(path)
