"""DuckDB, in this process: the engine that is always there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyarrow as pa

from entregent.lake.engines.allowed import refuse_untested
from entregent.lake.engines.engine import Columns, Opened, as_told

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from entregent.lake.record import Record


class DuckDB:
    """Answers in the connection that the record holds already."""

    name = "duckdb"

    @contextmanager
    def open(self, record: "Record", beside: Mapping[str, pa.Table]) -> Iterator[Opened]:
        """See what the record sees."""
        # Days and hours are those of UTC, whatever this machine's zone.
        record.connection.execute("SET TimeZone = 'UTC'")
        for name, rows in beside.items():
            record.connection.register(name, rows)
        yield _InDuckDB(record, beside)

    def close(self) -> None:
        """Nothing is held between two looks."""


class _InDuckDB(Columns):
    def __init__(self, record: "Record", beside: Mapping[str, pa.Table]) -> None:
        super().__init__(beside)
        self._record = record

    def answer(self, expression: "ir.Table") -> pa.Table:
        """Rows of an expression over this look's tables."""
        import ibis

        refuse_untested(expression)
        statement = str(ibis.to_sql(expression, dialect="duckdb"))
        return as_told(self._record.connection.sql(statement).to_arrow_table(), expression)
