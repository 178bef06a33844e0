"""Plain grep over everything in a data folder, in what its files hold once they are unpacked.

Where the database is on a server, over its tables as well.

Written apart from the program's own search, and by other means: a fault there is not repeated here.
"""

import gzip
import io
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from tests import databases


def found_in(folder: Path, words: Iterable[str]) -> list[tuple[str, str]]:
    """Each word that stands in a file, with the file's place; case and JSON's escapes aside."""
    wanted = {word: _forms(word) for word in words}
    hits = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        place = str(path.relative_to(folder))
        hits += [
            (f"{place} ({kind})", word)
            for kind, text in unpacked(path)
            for word in _held(text, wanted)
        ]
    for place, value in databases.values(folder):
        hits += [(place, word) for text in (value, *_frames(value)) for word in _held(text, wanted)]
    return sorted(set(hits))


def _held(text: bytes, wanted: Mapping[str, list[bytes]]) -> list[str]:
    low = text.lower()
    return [word for word, forms in wanted.items() if any(form in low for form in forms)]


def unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """What a file holds: its bytes, and what is packed in them."""
    body = path.read_bytes()
    yield "bytes", body
    if body[:4] == b"PAR1":
        yield "parquet", _columns(pq.read_table(path, partitioning=None))
    elif body[:2] == b"\x1f\x8b":
        yield "gzip", gzip.decompress(body)
    elif body[:4] == b"\x28\xb5\x2f\xfd":
        yield "zstd", pa.CompressedInputStream(pa.BufferReader(body), "zstd").read()
    elif body[:16] == b"SQLite format 3\x00":
        yield from _database(path)
    elif body[:1] == b"\x78":
        try:
            yield "zlib", zlib.decompress(body)
        except zlib.error:
            return


def _database(path: Path) -> Iterator[tuple[str, bytes]]:
    """Rows as they are read, with the log, and what is packed in their binary columns."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            for row in connection.execute(f'SELECT * FROM "{name}"'):
                for value in row:
                    if isinstance(value, str):
                        yield f"table {name}", value.encode()
                    elif isinstance(value, bytes):
                        yield f"table {name}", value
                        yield from ((f"table {name}", text) for text in _frames(value))
    connection.close()


def _frames(body: bytes) -> Iterator[bytes]:
    """Arrow tables packed one after the other behind a line that tells their sizes."""
    head, _, rest = body.partition(b"\n")
    try:
        sizes = orjson.loads(head)
    except orjson.JSONDecodeError:
        return
    if not isinstance(sizes, dict):
        return
    start = 0
    for size in sizes.values():
        yield _columns(pyarrow.ipc.open_stream(rest[start : start + size]).read_all())
        start += size


def _columns(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    for column in table.columns:
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            continue
        for value in column.to_pylist():
            if value is not None:
                sink.write(value if isinstance(value, bytes) else str(value).encode())
                sink.write(b"\n")
    return sink.getvalue()


def _forms(word: str) -> list[bytes]:
    escaped = orjson.dumps(word).decode().strip('"')
    ascii_only = "".join(c if ord(c) < 128 else f"\\u{ord(c):04x}" for c in word)
    return [form.lower().encode() for form in {word, escaped, ascii_only, word.replace("/", "\\/")}]
