"""Writes the invented world into a lake as a keeper leaves it; cut off, it goes on by the month."""

import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from deltalake import CommitProperties, PostCommitHookProperties, Transaction, write_deltalake

from bench.lake.cast import Cast
from bench.lake.months import BATCH_ROWS, Month
from bench.lake.world import MONTHS, NETWORKS, OURS, Said, World, begin_us
from entregent.lake.schema import ACCOUNTS, LINKS, SERIES, TABLES, TIME
from entregent.lake.store import KEEPER, WRITER, Lake
from entregent.vocabulary import key64

ROOT: Final = Path(__file__).parents[2] / "var" / "bench" / "lake"
LINKED: Final = 20
"""One account in so many belongs to a person."""
_PUBLICS = ("abonnes", "benevoles", "familles", "presse")


def home_of(size: int) -> Path:
    """Data folder of a world."""
    return ROOT / str(size)


def make(world: World, lake: Lake, secret: bytes, folder: Path) -> dict[str, Any]:
    """Write the months that are missing.

    Parameters
    ----------
    world
        What to write.
    lake
        Where to.
    secret
        Behind the keys of accounts.
    folder
        Where what was said in the last written month is kept, to go on from.

    Returns
    -------
    dict
        ``rows`` and ``seconds`` of what was written now.
    """
    lake.create()
    cast = Cast(world, secret)
    before, first_batch, rows = Said.nothing(), 1, 0
    begun = time.perf_counter()
    table = lake.open("activities")
    done = (table.transaction_version(KEEPER) or 0) if table is not None else 0
    for month in range(MONTHS):
        last = first_batch + (world.rows(month) - 1) // BATCH_ROWS
        kept = folder / f"said-{month}.npz"
        if done >= last and kept.exists():
            if month == MONTHS - 1 or done < last + 1:
                with np.load(kept) as found:
                    before = Said(**found)
        else:
            _clear(lake, month, first_batch, done)
            made = Month(cast, month, before, first_batch)
            before = made.said
            np.savez(kept.with_suffix(".part.npz"), **vars(before))
            kept.with_suffix(".part.npz").replace(kept)
            _write(lake, cast, made)
            rows += world.rows(month)
            spent = time.perf_counter() - begun
            print(
                f"month {month + 1} of {MONTHS}: {rows:,} rows, {rows / spent:,.0f}/s", flush=True
            )
        first_batch = last + 1
    return {"rows": rows, "seconds": time.perf_counter() - begun}


def _clear(lake: Lake, month: int, first_batch: int, done: int) -> None:
    """Take away what a run that was cut off wrote of a month."""
    if done >= first_batch:
        raise SystemExit(f"month {month + 1} is known, but not what was said in it: begin anew")
    for name in TABLES:
        table = lake.open(name)
        if table is not None and table.count():
            table.delete(f"batch >= {first_batch}")


def _write(lake: Lake, cast: Cast, month: Month) -> None:
    """Append a month; its number stands in the log with its last rows, in the activities last."""
    at = begin_us(month.month)
    parts: dict[str, pa.Table] = {
        "accounts": _accounts(cast, month, at),
        "links": _links(cast, month, at),
        "series": _series(cast, month),
    }
    for tables in month.slices():
        for name, rows in tables.items():
            if name in parts:
                _append(lake, name, parts[name], None)
            parts[name] = rows
    for name in TABLES:
        if name != "activities" and name in parts:
            _append(lake, name, parts[name], month.last_batch)
    _append(lake, "activities", parts["activities"], month.last_batch)


def _append(lake: Lake, name: str, rows: pa.Table, batch: int | None) -> None:
    write_deltalake(
        lake.path(name),
        rows,
        mode="append",
        writer_properties=WRITER,
        commit_properties=CommitProperties(
            app_transactions=None if batch is None else [Transaction(KEEPER, batch)]
        ),
        post_commithook_properties=PostCommitHookProperties(
            create_checkpoint=True, cleanup_expired_logs=False
        ),
    )


def _newcomers(world: World, month: int) -> np.ndarray:
    return np.arange(world.present(month - 1) if month else 0, world.present(month))


def _accounts(cast: Cast, month: Month, at: int) -> pa.Table:
    some = _newcomers(cast.world, month.month)
    uris, handles = cast.uris(some), cast.handles(some)
    names = cast.names(some)
    facts = zip(uris.to_pylist(), handles.to_pylist(), names.to_pylist(), strict=True)
    key = [
        key64("account", uri, "Person", handle, name, uri, "", "None")
        for uri, handle, name in facts
    ]
    slugs = pa.array([f"file:{network}" for network in NETWORKS])
    return _table(
        ACCOUNTS.schema,
        len(some),
        key=pa.array(key, pa.int64()),
        account_key=pa.array(cast.keys[some]),
        id=uris,
        type=pa.repeat("Person", len(some)),
        handle=handles,
        name=names,
        url=uris,
        source=slugs.take(pa.array(cast.world.networks[some])),
        received_at=pa.repeat(pa.scalar(at, pa.int64()).cast(TIME), len(some)),
        batch=pa.repeat(month.first_batch, len(some)),
    )


def _links(cast: Cast, month: Month, at: int) -> pa.Table:
    some = _newcomers(cast.world, month.month)
    some = some[(some % LINKED == LINKED - 1) & (some >= OURS)]
    publics = [[_PUBLICS[number // LINKED % len(_PUBLICS)]] for number in some.tolist()]
    return _table(
        LINKS.schema,
        len(some),
        key=pa.array([key64("link", str(key)) for key in cast.keys[some].tolist()], pa.int64()),
        account_key=pa.array(cast.keys[some]),
        person=pa.array(some // LINKED + 1),
        publics=pa.array(publics, LINKS.schema.field("publics").type),
        may_profile=pa.array(some % 3 > 0),
        rank=pa.repeat(at, len(some)),
        at=pa.repeat(pa.scalar(at, pa.int64()).cast(TIME), len(some)),
        batch=pa.repeat(month.first_batch, len(some)),
    )


def _series(cast: Cast, month: Month) -> pa.Table:
    days = np.arange(begin_us(month.month), begin_us(month.month + 1), 86_400_000_000)
    ours = cast.uris(np.arange(OURS)).to_pylist()
    told = [(uri, at) for uri in ours for at in days.tolist()]
    count = len(told)
    return _table(
        SERIES.schema,
        count,
        key=pa.array([key64("point", uri, "followers", str(at)) for uri, at in told]),
        account=pa.array([uri for uri, _ in told]),
        metric=pa.repeat("followers.totalItems", count),
        at=pa.array([at for _, at in told], pa.int64()).cast(TIME),
        value=pa.array([float(1_000 + at // 86_400_000_000) for _, at in told]),
        source=pa.repeat("file:mastodon", count),
        received_at=pa.array([at for _, at in told], pa.int64()).cast(TIME),
        batch=pa.repeat(month.first_batch, count),
    )


def _table(schema: pa.Schema, count: int, **columns: pa.Array) -> pa.Table:
    return pa.table(
        {each.name: columns.get(each.name, pa.nulls(count, each.type)) for each in schema}
    ).cast(schema)
