"""Spark: the engine for the day one machine is not enough. It reads the same files.

No table format of its own is needed: the lake's log tells the files, Spark reads them as Parquet.
"""

import itertools
import os
import re
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pyarrow as pa

from entregent.lake.engines.allowed import refuse_untested
from entregent.lake.engines.engine import Columns, Opened, as_told
from entregent.lake.errors import FilesGone, LakeError
from entregent.lake.schema import TABLES, TIME

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from entregent.lake.record import Record

LOCAL: Final = "local[*]"
"""Master where none is named: this machine alone."""

_KINDS: Final[Mapping[pa.DataType, str]] = {
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.string(): "STRING",
    pa.date32(): "DATE",
    TIME: "TIMESTAMP",
}
_ANSWERS: Final = {
    # Days and hours are those of UTC; a time is an instant, as in the lake.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    # As in DuckDB, a number too large or a text that is none is an error and not NULL.
    "spark.sql.ansi.enabled": "true",
    # A month is a text, 2026-11, and not a number or a day.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # Times before 1900 are what they say.
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
}
_OURS: Final = {
    "spark.log.level": "ERROR",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
}
_ON_THIS_MACHINE: Final = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}
_GONE: Final = re.compile(r"FILE_NOT_EXIST|PATH_NOT_FOUND|FileNotFoundException|does not exist")
_opened = itertools.count(1)


class Spark:
    """Answers on a cluster, or on this machine as if it were one.

    Parameters
    ----------
    address
        Master (``local[2]``, ``local-cluster[2,1,1024]``, ``spark://host:7077``) or address of
        Spark Connect (``sc://host:15002``). Every machine there sees the lake under the path or
        address that we see it under.
    """

    name = "spark"

    def __init__(self, address: str) -> None:
        self._address = address
        self._session: Any = None

    def session(self) -> Any:
        """The session, started when it is first needed.

        Raises
        ------
        LakeError
            If Spark is not installed, or cannot be started or reached.
        """
        if self._session is None:
            self._session = _start(self._address)
        return self._session

    @contextmanager
    def open(self, record: "Record", beside: Mapping[str, pa.Table]) -> Iterator[Opened]:
        """See what the record sees: the same files, and the rows that wait."""
        session = self.session()
        prefix = f"opened{next(_opened)}_"
        views = []
        try:
            with _plain_errors():
                for name in record.names:
                    frame = _frame(session, record.files(name), record.waits(name), name)
                    frame.createOrReplaceTempView(prefix + name)
                    views.append(prefix + name)
                for name, rows in beside.items():
                    _given(session, rows).createOrReplaceTempView(prefix + name)
                    views.append(prefix + name)
            yield _InSpark(session, beside, prefix)
        finally:
            for view in views:
                session.catalog.dropTempView(view)

    def close(self) -> None:
        """End the session, and the processes that it started."""
        if self._session is not None:
            self._session.stop()
            self._session = None


class _InSpark(Columns):
    def __init__(self, session: Any, beside: Mapping[str, pa.Table], prefix: str) -> None:
        super().__init__(beside, prefix=prefix)
        self._session = session

    def answer(self, expression: "ir.Table") -> pa.Table:
        """Rows of an expression over this look's tables."""
        import ibis

        refuse_untested(expression)
        statement = str(ibis.to_sql(expression, dialect="pyspark"))
        with _plain_errors():
            return as_told(self._session.sql(statement).toArrow(), expression)


def _frame(session: Any, files: list[str], waits: pa.Table, name: str) -> Any:
    """Rows of a table: those of its files, and those that wait."""
    waiting = _given(session, waits)
    if not files:
        return waiting
    # Columns are named with their types: what an older file lacks is NULL, and no file is opened
    # to find out.
    columns = _columns(TABLES[name].schema)
    root = _address(files[0]).rpartition(f"/{name}/")[0] + f"/{name}"
    reader = session.read.schema(columns).option("basePath", root)
    kept = reader.parquet(*map(_address, files)).select(waits.column_names)
    return kept.union(waiting) if len(waits) else kept


def _given(session: Any, rows: pa.Table) -> Any:
    """Rows that are at hand; their types are told, since no rows tell none."""
    return session.createDataFrame(rows, _columns(rows.schema))


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f"`{field.name}` {_kind(field.type)}" for field in schema)


def _kind(told: pa.DataType) -> str:
    return f"ARRAY<{_kind(told.value_type)}>" if pa.types.is_list(told) else _KINDS[told]


def _address(file: str) -> str:
    """A file as Spark finds it: its name for S3 is another."""
    return re.sub(r"^s3://", "s3a://", file)


def _start(address: str) -> Any:
    if find_spec("pyspark") is None:
        raise LakeError(
            "the engine « spark » is not installed; add the extra: pip install 'entregent[spark]'"
        )
    is_remote = address.startswith("sc://")
    if not is_remote and not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise LakeError(
            "Spark needs Java 17 or later on this machine; install it (on Debian: "
            "openjdk-17-jre-headless), or name a Spark Connect address, sc://…"
        )
    import ibis
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    # Naming it loads the words in which Spark is asked.
    assert ibis.pyspark
    builder = SparkSession.builder
    if is_remote:
        builder = builder.remote(address)
    else:
        settings = _OURS | (_ON_THIS_MACHINE if address.startswith("local") else {})
        builder = builder.appName("entregent").master(address)
        for name, value in settings.items():
            builder = builder.config(name, value)
    try:
        if is_remote:
            # Asked by the library itself, a server that is not there is waited for.
            place = urlsplit(address)
            socket.create_connection((place.hostname or "", place.port or 15002), 5).close()
        session = builder.getOrCreate()
        for name, value in _ANSWERS.items():
            session.conf.set(name, value)
    except (PySparkException, OSError, ValueError, RuntimeError) as error:
        told = str(error).strip().partition("\n")[0][:200]
        raise LakeError(
            f"Spark at « {address} » does not answer ({told}); look at ENTREGENT_SPARK"
        ) from error
    return session


@contextmanager
def _plain_errors() -> Iterator[None]:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        # What went wrong in a task on the way to us comes as it is in Java.
        told = str(error)
        if _GONE.search(told):
            raise FilesGone("a file of the lake does not exist any more") from error
        first = next((line for line in told.splitlines() if "Exception: " in line), told)
        raise LakeError(f"Spark could not answer: {first.strip()[:300]}") from error
