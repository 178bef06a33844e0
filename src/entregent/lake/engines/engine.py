"""What an engine is, and what it opens."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from entregent.lake.schema import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from entregent.lake.record import Record


class Tables(Protocol):
    """Tables by name, to write an expression over."""

    def table(self, name: str) -> "ir.Table":
        """A table of the record, or one that lies beside it, as an Ibis expression."""


class Opened(Tables, Protocol):
    """One consistent look at the record, by one engine."""

    def answer(self, expression: "ir.Table") -> pa.Table:
        """Rows of an expression over this look's tables, in the types that Ibis tells.

        Raises
        ------
        Untested
            If it uses an operation of which no test shows that the engines agree.
        """


class Engine(Protocol):
    """Something that answers expressions over the record."""

    name: str

    def open(
        self, record: "Record", beside: Mapping[str, pa.Table]
    ) -> AbstractContextManager[Opened]:
        """See what a record sees, by this engine.

        Parameters
        ----------
        record
            Names the files and holds the rows that wait; stays open meanwhile.
        beside
            Small tables that are not of the record, by name: days, gaps, saved queries.
        """

    def close(self) -> None:
        """Give back what the engine holds: its memory, its connection to a cluster."""


class Columns:
    """Tables by their columns alone.

    Parameters
    ----------
    beside
        Tables that are not of the record.
    prefix
        Stands before each name in the engine.
    """

    def __init__(self, beside: Mapping[str, pa.Table], *, prefix: str = "") -> None:
        self._schemas = {name: table.schema for name, table in TABLES.items()}
        self._schemas |= {name: rows.schema for name, rows in beside.items()}
        self._prefix = prefix

    def table(self, name: str) -> "ir.Table":
        """A table without rows, under its name."""
        import ibis

        schema = ibis.Schema.from_pyarrow(self._schemas[name])
        return ibis.table(schema, name=self._prefix + name)


def as_told(rows: pa.Table, expression: "ir.Table") -> pa.Table:
    """Rows in the types that Ibis tells: engines differ in widths and in what may be NULL."""
    return rows.select(list(expression.columns)).cast(expression.schema().to_pyarrow())
