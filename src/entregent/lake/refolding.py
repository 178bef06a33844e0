"""The words that labels keep for searching follow the texts that they were taken from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from entregent.lake.erasing import Guard, parts, replace
from entregent.lake.record import Record
from entregent.lake.rewriting import Changed
from entregent.lake.store import Lake
from entregent.understanding.folding import fold
from entregent.understanding.reading import plain


def refold(record: Record, lake: Lake, changes: Sequence[Changed], guard: Guard) -> int:
    """Give labels the words of the texts as they will be; returns the rows written anew.

    Called before the texts themselves are written: cut off in between, it finds them again.

    Parameters
    ----------
    record, lake
        A look at ``labels``, and its tables.
    changes
        Of texts and of others, which are left out.
    guard
        Called before each write.
    """
    words: dict[tuple[int, datetime], str | None] = {}
    for before, after in changes:
        if before["object_key"] is None or _text(before) == _text(after):
            continue
        version = before["object_updated"] or before["published"] or before["received_at"]
        text = _text(after)
        words[before["object_key"], version] = fold(plain(text)).written() if text else None
    if not words:
        return 0
    asked = record.connection.execute(
        "SELECT * FROM labels WHERE folded IS NOT NULL AND object_key IN (SELECT unnest($objects))",
        {"objects": sorted({key for key, _ in words})},
    )
    rows = [
        # A version that nobody changes now keeps no words: they may say the same.
        row | {"folded": words.get((row["object_key"], row["at"]))}
        for row in asked.fetch_arrow_table().to_pylist()
    ]
    for some in parts(lake, rows):
        guard()
        replace(lake, "labels", "key", [row["key"] for row in some], some)
    return len(rows)


def _text(row: dict[str, Any]) -> str | None:
    found: str | None = row["content"] or row["name"]
    return found
