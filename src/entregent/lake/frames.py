"""Several tables as one run of bytes, for the journal."""

import io
from collections.abc import Mapping

import orjson
import pyarrow as pa
import pyarrow.ipc

_OPTIONS = pyarrow.ipc.IpcWriteOptions(compression="lz4")


def pack(tables: Mapping[str, pa.Table]) -> bytes:
    """Tables as bytes; `unpack` gives them back."""
    bodies = []
    for rows in tables.values():
        sink = io.BytesIO()
        with pyarrow.ipc.new_stream(sink, rows.schema, options=_OPTIONS) as writer:
            writer.write_table(rows.combine_chunks())
        bodies.append(sink.getvalue())
    sizes = dict(zip(tables, map(len, bodies), strict=True))
    return orjson.dumps(sizes) + b"\n" + b"".join(bodies)


def unpack(body: bytes) -> dict[str, pa.Table]:
    """Tables that `pack` made bytes of."""
    head, _, rest = body.partition(b"\n")
    tables, start = {}, 0
    for name, size in orjson.loads(head).items():
        tables[name] = pyarrow.ipc.open_stream(rest[start : start + size]).read_all()
        start += size
    return tables
