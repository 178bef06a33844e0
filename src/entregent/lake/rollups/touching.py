"""What a change makes us count again: hours, or keys whose hours are not known yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from entregent.lake.rollups.periods import month_index, month_of_hour
from entregent.lake.rollups.registry import ALL, BY_MARK, PEOPLE, TEXTS

HOUR: Final = "hour"
MONTH: Final = "month"
OBJECT: Final = "object"
ACCOUNT: Final = "account"

MANY_HOURS: Final = 100
"""Hours of one month beyond which the whole month is noted: it costs little more to count it."""
_HOUR_US = 3_600_000_000


class Note(NamedTuple):
    """One thing to count again.

    Attributes
    ----------
    scope, key
        ``hour`` since 1970, ``month`` since year 0, ``object`` (`object_key` of a text) or
        ``account`` (`actor_key` of everything that it did).
    reach
        Which roll-ups: see `entregent.lake.rollups.registry.reached`.
    """

    scope: str
    key: int
    reach: str


def touched(tables: Mapping[str, pa.Table]) -> set[Note]:
    """What some rows of a batch change in the roll-ups.

    Parameters
    ----------
    tables
        Rows of the record's tables, admitted and not yet counted.
    """
    notes: set[Note] = set()
    created: set[int] = set()
    activities = tables.get("activities")
    if activities is not None:
        when = pc.coalesce(activities["published"], activities["received_at"])
        hours = np.unique(when.cast(pa.int64()).to_numpy() // _HOUR_US)
        notes |= notes_of(hours.tolist(), ALL)
        creates = activities.filter(pc.equal(activities["type"], "Create"))
        created = set(creates["object_key"].to_pylist())
    # What has its `Create` here is counted in its hour anyway.
    notes |= _effects(tables.get("superseded"), created)
    for rows in (tables.get("labels"), _of_texts(tables.get("marks"))):
        if rows is not None:
            objects = set(rows["object_key"].to_pylist()) - created - {None}
            notes |= {Note(OBJECT, key, TEXTS) for key in objects}
    links = tables.get("links")
    if links is not None:
        notes |= {Note(ACCOUNT, key, PEOPLE) for key in set(links["account_key"].to_pylist())}
    return notes


def notes_of(hours: Iterable[int], reach: str) -> set[Note]:
    """Notes of some hours; of a whole month where most of it would be noted."""
    by_month: dict[str, list[int]] = defaultdict(list)
    for hour in hours:
        by_month[month_of_hour(hour)].append(hour)
    notes = set()
    for month, some in by_month.items():
        if len(some) > MANY_HOURS:
            notes.add(Note(MONTH, month_index(month), reach))
        else:
            notes |= {Note(HOUR, hour, reach) for hour in some}
    return notes


def _of_texts(marks: pa.Table | None) -> pa.Table | None:
    """Marks that hang on a text; those of an activity came with it."""
    if marks is None:
        return None
    dimensions = [name for name, column in BY_MARK.items() if column == "object_key"]
    return marks.filter(pc.is_in(marks["dimension"], value_set=pa.array(dimensions)))


def _effects(rows: pa.Table | None, created: set[int]) -> set[Note]:
    if rows is None:
        return set()
    notes = set()
    columns = (rows[name].to_pylist() for name in ("scope", "state", "subject"))
    for scope, state, subject in zip(*columns, strict=True):
        if scope == "account":
            notes.add(Note(ACCOUNT, subject, ALL))
        elif scope == "object" and subject not in created:
            notes.add(Note(OBJECT, subject, ALL if state == "deleted" else TEXTS))
    return notes
