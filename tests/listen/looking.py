"""Looks at a record while others work on it, for programs that the tests run.

It makes nothing ready but what is loaded: who forks after it has nothing open.
"""

import io
import multiprocessing
from typing import Any

import django
import orjson

django.setup()

# Loaded before any child is made: Arrow looks for pandas at its first use.
import pandas as pd  # noqa: E402, F401

from entregent.apps.listen import journal  # noqa: E402
from entregent.apps.listen.exporting import export_jsonl  # noqa: E402
from entregent.cli.database import prepare  # noqa: E402
from entregent.lake.record import Record, read  # noqa: E402


def exported() -> list[dict[str, Any]]:
    sink = io.BytesIO()
    export_jsonl(sink)
    return [orjson.loads(line) for line in sink.getvalue().splitlines()]


def raw_doubles() -> int:
    def count(record: Record) -> int:
        rows = record.connection.sql("SELECT count(*) - count(DISTINCT ref) FROM raw").fetchall()
        return int(rows[0][0])

    return read(journal.open_record, count)


def look_at() -> tuple[int, int]:
    """How many activities the record holds, and how many of them twice."""
    return read(_small_record, _count)


def _small_record() -> Record:
    return journal.open_record(memory_mb=128)


def _count(record: Record) -> tuple[int, int]:
    rows = record.connection.sql(
        "SELECT count(*), count(*) - count(DISTINCT key) FROM activities"
    ).fetchall()
    return int(rows[0][0]), int(rows[0][1])


def prepare_record() -> None:
    """Make database and lake, in a child: this process must have nothing open when it forks."""
    first = multiprocessing.get_context("fork").Process(target=_prepare)
    first.start()
    first.join()


def _prepare() -> None:
    prepare()
    journal.lake().create()
