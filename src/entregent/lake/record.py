"""One consistent look at the record: what is kept, and what is landed but not yet kept."""

import re
from collections.abc import Callable, Collection, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import duckdb
import pyarrow as pa

from entregent.lake.schema import TABLES
from entregent.lake.store import KEEPER, Lake

if TYPE_CHECKING:
    import ibis.expr.types as ir

T = TypeVar("T")
Batches = Mapping[int, Mapping[str, pa.Table]]
"""Rows by batch number and table."""

MOST_LOOKS = 6
_GONE = re.compile(r"No files found|Cannot open file|No such file|does not exist", re.IGNORECASE)


class Record:
    """Views of tables, over the lake's newest snapshot and the batches not yet in it.

    Use it as a context manager; `read` below opens one and survives a vacuum.

    Parameters
    ----------
    lake
        The tables.
    waiting
        Batches that were ready before the snapshot was opened. What the snapshot already holds of
        them is left out, so that nothing is seen twice.
    tables
        Names of those to look at; every one that is not opened saves a few milliseconds.
    memory_mb, threads
        Limits of the engine.
    """

    def __init__(
        self,
        lake: Lake,
        waiting: Batches,
        *,
        tables: Collection[str] = tuple(TABLES),
        memory_mb: int = 512,
        threads: int = 2,
    ) -> None:
        self.connection = duckdb.connect(
            config={
                "memory_limit": f"{memory_mb}MB",
                "threads": threads,
                "temp_directory": str(lake.root / ".spill"),
                # Nothing is downloaded at run time.
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        self._files: dict[str, list[str]] = {}
        self._pending: dict[str, list[pa.Table]] = {}
        for name in tables:
            snapshot = lake.open(name)
            done = (snapshot.transaction_version(KEEPER) or 0) if snapshot is not None else 0
            self._files[name] = snapshot.file_uris() if snapshot is not None else []
            self._pending[name] = [
                batch[name] for number, batch in waiting.items() if number > done and name in batch
            ]
            self._view(name, TABLES[name].schema)

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """See these rows too: landed ones, admitted against this very look."""
        for name, rows in tables.items():
            self._pending[name].append(rows)
            self._view(name, TABLES[name].schema)

    def _view(self, name: str, schema: pa.Schema) -> None:
        parts = [part.select(schema.names).cast(schema) for part in self._pending[name]]
        self.connection.register(
            f"pending_{name}", pa.concat_tables([schema.empty_table(), *parts])
        )
        columns = ", ".join(f'"{column}"' for column in schema.names)
        query = f"SELECT {columns} FROM pending_{name}"  # noqa: S608 (names are our own)
        if self._files[name]:
            listed = ", ".join(
                "'" + file.removeprefix("file://").replace("'", "''") + "'"
                for file in self._files[name]
            )
            query = (
                f"SELECT {columns} FROM read_parquet([{listed}], union_by_name = true, "  # noqa: S608
                f"hive_partitioning = true, hive_types_autocast = false) UNION ALL BY NAME {query}"
            )
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def table(self, name: str) -> "ir.Table":
        """A table of the record as an Ibis expression."""
        return self.backend().table(name)

    def backend(self) -> Any:
        """This look as an Ibis backend."""
        import ibis

        return ibis.duckdb.from_connection(self.connection)


def read(open_record: Callable[[], Record], ask: Callable[[Record], T]) -> T:
    """Ask the record something, from a fresh snapshot again if a file has gone meanwhile.

    Once is enough as a rule: files stay for a day after they were replaced. Where they are removed
    at once, as when a demonstration goes, it may take a few more looks.
    """
    for _ in range(MOST_LOOKS - 1):
        try:
            with open_record() as record:
                return ask(record)
        except (duckdb.IOException, duckdb.HTTPException) as error:
            if not _GONE.search(str(error)):
                raise
    with open_record() as record:
        return ask(record)
