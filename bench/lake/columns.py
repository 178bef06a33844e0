"""Small makers of columns."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.lake.world import Ints
from entregent.lake.schema import TIME


def column(values: Any, kind: pa.DataType, count: int) -> Any:
    if values is None:
        return pa.nulls(count, kind)
    if isinstance(values, (str, bool)):
        return pa.repeat(pa.scalar(values, kind), count)
    return values if values.type == kind else values.cast(kind)


def time(at: Ints) -> pa.Array:
    return pa.array(at, pa.int64()).cast(TIME)


def where(chosen: Any, values: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(chosen), values, None)


def joined(*parts: Any) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def create_end(networks: Any) -> pa.Array:
    return pc.if_else(pa.array(networks == 0), "/activity", "#create")


def lists(values: pa.Array, has: Any, *, empty: bool = False) -> pa.Array:
    """A list of one value where there is one; else NULL, or an empty list."""
    ends = np.concatenate([[0], np.cumsum(has)]).astype(np.int32)
    kept = values.filter(pa.array(has))
    mask = None if empty else pa.array(~np.asarray(has))
    kind = pa.list_(pa.field("element", kept.type))
    return pa.ListArray.from_arrays(pa.array(ends), kept, mask=mask).cast(kind)


def received(at: Ints, actors: Ints) -> Ints:
    """When we learnt it: with the next look, once a minute, at each network."""
    minute = at // 60_000_000 + 1
    return minute * 60_000_000 + (minute * 2_654_435_761 + (actors % 7) * 40_503) % 900_000
