"""PostgreSQL beside ours: the same rows in tables with the indexes that one would give them."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.lake.asking import statements, timed
from bench.lake.columns import joined
from bench.lake.questions import TILES

PORT = 54_329
COLUMNS = {
    "activities": (
        *("key", "object_key", "actor_key", "id", "type", "actor", "object_id", "object_type"),
        *("content", "language", "in_reply_to", "context", "published", "received_at", "source"),
        *("voluntary", "reply_key", "thread_key"),
    ),
    "superseded": ("subject", "scope", "state", "version", "key"),
    "labels": ("key", "object_key", "at", "language", "state_of_mind", "actor_key"),
    "marks": ("key", "activity_key", "object_key", "dimension", "value", "at"),
    "links": ("key", "account_key", "person", "publics", "may_profile"),
}
INDEXES = (
    "activities (actor_key, published)",
    "activities (object_key)",
    "activities (published)",
    "activities (source, published)",
    "activities (type, published)",
    "activities (key)",
    "superseded (subject)",
    "labels (object_key, at)",
    "marks (dimension, value)",
    "links (account_key)",
)
_KINDS = {"int64": "bigint", "string": "text", "bool": "boolean", "double": "double precision"}


def measure(size: int, *, folder: str) -> dict[str, Any]:
    """Load the world, and ask it what ours is asked."""
    del size
    found: dict[str, Any] = {}
    with _server(Path(folder)) as address:
        import psycopg

        with psycopg.connect(address, autocommit=True) as connection:
            begun = time.perf_counter()
            for name in COLUMNS:
                _load(connection, name)
            found["load_s"] = time.perf_counter() - begun
            begun = time.perf_counter()
            connection.execute("SET maintenance_work_mem = '512MB'")
            for index in INDEXES:
                connection.execute(f"CREATE INDEX ON {index}")
            connection.execute("VACUUM ANALYZE")
            found["index_s"] = time.perf_counter() - begun
            size_row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            found["bytes"] = size_row[0] if size_row is not None else 0
            asked = [(f"tile {n}", "tile", n) for n in range(len(TILES))]
            for name, what, number in (
                *asked,
                ("person", "person", 0),
                ("busiest", "busiest", 0),
                ("page", "page", 0),
            ):
                cases = [
                    lambda sql=sql: connection.execute(sql).fetchall()
                    for sql in statements(what, number, "postgres")
                ]
                found[name] = timed(cases)
                print(f"PostgreSQL, {name}: {found[name]['median_ms']:.0f} ms", flush=True)
    return found


def _load(connection: Any, name: str) -> None:
    """Copy a table from the lake, some thousand rows at a time."""
    from entregent.apps.listen import journal
    from entregent.lake.schema import TABLES

    schema = TABLES[name].schema
    told = []
    for column in COLUMNS[name]:
        kind = schema.field(column).type
        sql = _KINDS.get(str(kind), "text[]" if "list" in str(kind) else "timestamptz")
        told.append(f"{column} {sql}")
    connection.execute(f"CREATE TABLE {name} ({', '.join(told)})")
    table = journal.lake().open(name)
    assert table is not None
    scan = table.to_pyarrow_dataset().to_batches(columns=list(COLUMNS[name]), batch_size=20_000)
    with connection.cursor() as cursor:
        for batch in scan:
            with cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
                copy.write(_csv(batch))


def _csv(batch: Any) -> bytes:
    import io

    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.csv

    def told(column: Any) -> Any:
        if pa.types.is_list(column.type):
            filled = pc.fill_null(pc.binary_join(column, ","), "")
            return pc.binary_join_element_wise("{", filled, "}", "")
        if pa.types.is_timestamp(column.type):
            return joined(column.cast(pa.timestamp("us")).cast(pa.string()), "Z")
        return column

    columns = [told(column) for column in batch.columns]
    file = io.BytesIO()
    pa.csv.write_csv(
        pa.table(columns, names=batch.schema.names),
        file,
        pa.csv.WriteOptions(include_header=False, quoting_style="needed"),
    )
    return file.getvalue()


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """A cluster of its own, of an unprivileged user where we are root; gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody")
        user = {"user": "nobody"}
    data, socket = folder / "data", folder / "socket"
    clean = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    subprocess.run(
        [_binary("initdb"), "-D", str(data), "-U", "bench", "-A", "trust", "-E", "UTF8"],
        check=True,
        stdout=subprocess.DEVNULL,
        env=clean,
        **user,
    )
    socket.mkdir()
    if user:
        shutil.chown(socket, "nobody")
    options = {
        "shared_buffers": "1GB",
        "work_mem": "256MB",
        "max_wal_size": "8GB",
        "effective_cache_size": "3GB",
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "port": str(PORT),
        "wal_level": "minimal",
        "max_wal_senders": "0",
    }
    told = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [_binary("postgres"), "-D", str(data), *told], stdout=log, stderr=log, env=clean, **user
        )
    try:
        _until_it_answers(socket)
        yield f"host={socket} port={PORT} user=bench dbname=postgres"
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _binary(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/local/bin")
    if found is None:
        raise SystemExit(f"{name} of PostgreSQL is not installed")
    return found


def _until_it_answers(socket: Path) -> None:
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(f"host={socket} port={PORT} user=bench dbname=postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("PostgreSQL did not start")
