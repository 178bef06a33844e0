"""Rows of simulated activities, made without Django: also in a process of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from entregent.lake.rows import Landing
from entregent.simulation import Settings, simulate
from entregent.vocabulary import keyed64

if TYPE_CHECKING:
    import pyarrow as pa

WORDS = "words"
"""The part of a simulated world that is said; all others are traces."""


@dataclass(frozen=True)
class Columns:
    """Rows by table of the lake."""

    tables: Mapping[str, "pa.Table"] = field(default_factory=dict)

    @property
    def activities(self) -> int:
        """How many activities there are."""
        rows = self.tables.get("activities")
        return 0 if rows is None else len(rows)

    def joined(self, other: "Columns") -> "Columns":
        """These rows, then those."""
        import pyarrow as pa

        found = dict(self.tables)
        for name, rows in other.tables.items():
            found[name] = pa.concat_tables([found[name], rows]) if name in found else rows
        return Columns(found)


def columns_of(settings: Settings, parts: Sequence[str] | None, secret: bytes) -> Columns:
    """Rows of some parts of a simulated world; of all but what is said if `parts` is None."""
    world = simulate(settings)
    keys: dict[str, int] = {}

    def account_key(uri: str) -> int:
        key = keys.get(uri)
        if key is None:
            key = keys[uri] = keyed64(secret, uri)
        return key

    chosen = [part for part in world.parts if part != WORDS] if parts is None else parts
    landing = Landing(account_key)
    for part in chosen:
        for activity in world.deeds(part):
            landing.add(activities=(activity,))
    return Columns(landing.tables())
