"""Choosing an engine, and asking it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, TypeVar

import pyarrow as pa

from entregent.lake.engines.duck import DuckDB
from entregent.lake.engines.engine import Engine, Opened
from entregent.lake.engines.spark import LOCAL, Spark
from entregent.lake.errors import LakeError
from entregent.lake.record import read

if TYPE_CHECKING:
    from entregent.lake.record import Record

T = TypeVar("T")

ENGINES: Final = ("duckdb", "spark")
"""Names of the engines, the one that is always there first."""


def engine_named(name: str, *, spark: str = LOCAL) -> Engine:
    """An engine by its name; nothing is started before it is asked.

    Parameters
    ----------
    name
        One of `ENGINES`.
    spark
        Master (``local[2]``, ``local-cluster[2,1,1024]``, ``spark://host:7077``) or address of
        Spark Connect (``sc://host:15002``).

    Raises
    ------
    LakeError
        If there is no such engine.
    """
    if name == DuckDB.name:
        return DuckDB()
    if name == Spark.name:
        return Spark(spark)
    raise LakeError(f"« {name} » is no engine; choose {' or '.join(ENGINES)}")


def ask(
    engine: Engine,
    open_record: "Callable[[], Record]",
    put: Callable[[Opened], T],
    *,
    beside: Mapping[str, pa.Table] | None = None,
) -> T:
    """Ask the record something by an engine, again if a file has gone meanwhile.

    Parameters
    ----------
    engine
        Who answers.
    open_record
        Opens a fresh look.
    put
        Asks it; must be ready to be called again.
    beside
        Tables that are not of the record, by name.
    """

    def once(record: "Record") -> T:
        with engine.open(record, beside or {}) as opened:
            return put(opened)

    return read(open_record, once)
