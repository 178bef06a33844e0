"""The second pass of forgetting: what other people's texts say of somebody, some rows at a time.

It reads every text once, a month at a time, and can be cut off between two of them. A raw payload
that names somebody is removed whole: it only proves what was received.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from entregent.lake.erasing import Guard, delete, parts, replace
from entregent.lake.files import file_actions
from entregent.lake.forgotten import ADDRESSES, DOCUMENTS, TEXTS, Scrubber
from entregent.lake.masking import Mask
from entregent.lake.record import Record
from entregent.lake.refolding import refold
from entregent.lake.rewriting import Changed
from entregent.lake.store import Lake

ROWS_AT_ONCE: Final = 5_000
_PLAIN: Final = {
    # A namesake keeps their name, and who has the same handle elsewhere keeps it.
    "accounts": ("url", "summary"),
    "series": ("account", "dimension", "metric", "unit"),
    "aliases": ("placeholder", "uri"),
    "marks": ("value",),
}
"""Small tables, and their columns that hold words or addresses."""


@dataclass(frozen=True)
class Slice:
    """A part of the lake that is seen to at once: one table, and one month where it has months."""

    table: str
    month: str = ""

    @property
    def name(self) -> str:
        """As it stands in the erasure's progress."""
        return f"{self.table}:{self.month}" if self.month else self.table


def slices(lake: Lake) -> list[Slice]:
    """Every part that has to be seen to, in a stable order."""
    found = []
    for name in ("activities", "raw"):
        table = lake.open(name)
        if table is not None:
            actions = file_actions(table)
            months = set(actions["partition.month"].to_pylist()) if len(actions) else set()
            found += [Slice(name, month) for month in sorted(months)]
    return found + [Slice(name) for name in _PLAIN]


def mask_slice(
    record: Record, lake: Lake, part: Slice, mask: Mask, scrubber: Scrubber, guard: Guard
) -> int:
    """See to one part; returns the rows that were changed or removed.

    Parameters
    ----------
    record
        A look at its table; for ``activities`` at ``labels`` too.
    lake
        Its tables.
    part
        One of `slices`.
    mask
        What must go, and what stands in its place.
    scrubber
        The same for addresses, with `mask` for its words.
    guard
        Called before each write.
    """
    if part.table == "activities":
        return _rewrite(record, lake, part, mask, scrubber.activity, guard)
    if part.table == "raw":
        return _remove_payloads(record, lake, part, mask, guard)

    def masked(row: dict[str, Any]) -> dict[str, Any] | None:
        return _masked(part.table, row, mask, scrubber)

    return _rewrite(record, lake, part, mask, masked, guard)


def _rewrite(
    record: Record,
    lake: Lake,
    part: Slice,
    mask: Mask,
    change: Callable[[dict[str, Any]], dict[str, Any] | None],
    guard: Guard,
) -> int:
    columns = _PLAIN.get(part.table, (*ADDRESSES, *DOCUMENTS, *TEXTS))
    lists = ("to", "cc") if part.table == "activities" else ()
    where, values = _may_hold(mask, columns, lists)
    if not where:
        return 0
    ask = record.connection
    month = ""
    if part.month:
        record.focus(part.table, months=[part.month])
        month, values["month"] = "month = $month AND ", part.month
    ask.execute(f"SELECT * FROM {part.table} WHERE {month}({where})", values)  # noqa: S608 (our own names)
    reader = ask.fetch_record_batch(ROWS_AT_ONCE)
    changes: list[Changed] = []
    for batch in reader:
        rows = batch.to_pylist()
        changes += [(row, after) for row in rows if (after := change(row)) is not None]
    if part.table == "activities":
        refold(record, lake, changes, guard)
    anew = [row for _, row in changes]
    months = [part.month] if part.month else []
    for some in parts(lake, anew):
        guard()
        replace(lake, part.table, "key", [row["key"] for row in some], some, months=months)
    return len(anew)


def _masked(
    table: str, row: dict[str, Any], mask: Mask, scrubber: Scrubber
) -> dict[str, Any] | None:
    after = dict(row)
    for name in _PLAIN[table]:
        value = after[name]
        if value:
            after[name] = mask(scrubber.address(value) or "", None)
    return after if after != row else None


def _remove_payloads(record: Record, lake: Lake, part: Slice, mask: Mask, guard: Guard) -> int:
    where, values = _may_hold(mask, ("native",), ())
    if not where:
        return 0
    escaped = "replace(payload, '\\/', '/')"
    tests = [f"contains({_folded(escaped)}, {_folded(chr(36) + name)})" for name in values]
    # What is written as \\u00e9 is looked at closely.
    tests.append("contains(payload, '\\u')")
    values["month"] = part.month
    record.focus("raw", months=[part.month])
    ask = record.connection
    ask.execute(
        f"SELECT ref, native, payload FROM raw WHERE month = $month "  # noqa: S608 (our own names)
        f"AND ({where} OR {' OR '.join(tests)})",
        values,
    )
    gone: list[int] = []
    for batch in ask.fetch_record_batch(ROWS_AT_ONCE):
        gone += [
            row["ref"]
            for row in batch.to_pylist()
            if mask.holds(row["native"] or "") or mask.holds(_unescaped(row["payload"]))
        ]
    refs = sorted(set(gone))
    for some in parts(lake, refs):
        guard()
        delete(lake, "raw", "ref", some, months=[part.month])
    return len(gone)


def _unescaped(payload: str | None) -> str:
    """A payload with its characters as they are read, whatever way they were written."""
    if not payload or "\\" not in payload:
        return payload or ""
    try:
        return orjson.dumps(orjson.loads(payload)).decode()
    except orjson.JSONDecodeError:
        return payload


def _may_hold(
    mask: Mask, columns: Sequence[str], lists: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    """Condition under which a row is worth a closer look, and its values."""
    values: dict[str, Any] = {
        f"fragment_{number}": fragment for number, fragment in enumerate(mask.fragments)
    }
    texts = [f'"{column}"' for column in columns]
    texts += [f"array_to_string(\"{column}\", ' ')" for column in lists]
    tests = [
        f"contains({_folded(text)}, {_folded(chr(36) + name)})" for text in texts for name in values
    ]
    return " OR ".join(tests), values


def _folded(expression: str) -> str:
    """Without case and accents, in the engine's words."""
    return f"strip_accents(lower({expression}))"
