"""What a question is, and what may be asked of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from entregent.lake.days import month_at
from entregent.lake.engines.engine import Tables
from entregent.lake.rollups import counting

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_ROWS: Final = 100_000
"""Rows of an answer at most, whatever is asked for."""

CORRECTIONS: Final = "corrections"
SOURCE_DAYS: Final = "source_days"
BESIDE: Final[Mapping[str, pa.Schema]] = {
    CORRECTIONS: counting.CORRECTIONS,
    SOURCE_DAYS: pa.schema(
        [("source", pa.string()), ("day", pa.int64()), ("collected", pa.bool_())]
    ),
}
"""Tables that are not of the record: what members corrected; when each source was listened to."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a question; each takes of these what it needs.

    Attributes
    ----------
    today
        Day in the zone on which it is asked.
    from_day, until_day
        First and last day, both included; None is since ever, and until now.
    changes
        What the zone adds to UTC: see `entregent.lake.days.offsets`.
    by
        Dimensions, at most three.
    window_days
        Days before a conversion that belong to its path, 1 to 366.
    queries
        Saved queries, as name and text.
    ours
        Keys of our own accounts.
    limit
        Rows at most; 0 is as many as the question gives by itself.
    """

    today: date
    from_day: date | None = None
    until_day: date | None = None
    changes: tuple[tuple[int, int], ...] = ((0, 0),)
    by: tuple[str, ...] = ()
    window_days: int = 30
    queries: tuple[tuple[str, str], ...] = ()
    ours: tuple[int, ...] = ()
    limit: int = 0

    @property
    def months(self) -> tuple[str | None, str | None]:
        """First and last month of UTC that the days touch, as the lake's folders name them."""
        first = self.from_day - timedelta(days=1) if self.from_day is not None else None
        last = self.until_day + timedelta(days=1) if self.until_day is not None else None
        return (
            month_at(first) if first is not None else None,
            month_at(last) if last is not None else None,
        )


Expression = Callable[[Tables, Asked], "ir.Table"]


@dataclass(frozen=True)
class Question:
    """A named query of the record, which every engine answers alike.

    Attributes
    ----------
    name
        What it is called by.
    title
        In a few words, by language: ``fr`` and ``en``.
    says
        What its rows are, by language.
    columns
        What each column holds, by its name; ``*`` stands for the dimensions asked for.
    tables
        Tables of the record that it looks at.
    put
        Makes its expression; without order and limit.
    order
        Columns by which rows are sorted, the largest first after ``-``; all others follow, so that
        the order has no ties.
    takes
        Which of `from`, `until`, `by`, `window_days` and `queries` it minds.
    beside
        Which of `BESIDE` it needs.
    by
        Dimensions where none are asked for.
    rows
        Rows at most where no limit is asked for.
    """

    name: str
    title: Mapping[str, str]
    says: Mapping[str, str]
    columns: Mapping[str, str]
    tables: tuple[str, ...]
    put: Expression
    order: tuple[str, ...]
    takes: frozenset[str] = field(default=frozenset({"from", "until"}))
    beside: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    rows: int = 10_000

    def expression(self, tables: Tables, asked: Asked) -> "ir.Table":
        """The question as an Ibis expression: its rows in order, and no more than asked for."""
        import ibis

        told = self.put(tables, asked)
        first = [name.removeprefix("-") for name in self.order]
        largest = {name.removeprefix("-") for name in self.order if name.startswith("-")}
        rest = [name for name in told.columns if name not in first]
        sortable = [name for name in (*first, *rest) if name in told.columns]
        keys = [ibis.desc(name) if name in largest else ibis.asc(name) for name in sortable]
        most = min(asked.limit or self.rows, MOST_ROWS)
        return told.order_by(keys).limit(most)
