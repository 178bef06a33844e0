"""What the house makes of an activity when it is heard: its campaign, its queries, its function.

Nothing is written here. The marks go into the keeper's batch, for the roll-ups to count by.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from entregent.apps.address.models import TrackedLink
from entregent.apps.coordinate.receiving import functions_of
from entregent.apps.understand.said import Said
from entregent.vocabulary import key64

if TYPE_CHECKING:
    import pyarrow as pa

Codes = Mapping[str, str]
"""Slug of the campaign of each code, the code in small letters."""
_Mark = tuple[int, int | None, str, str | None, datetime]
"""Activity, object, dimension, value and time of a mark."""


def marks(rows: "pa.Table", said: Sequence[Said], ours: Collection[str]) -> "pa.Table":
    """Rows of the lake's ``marks`` for what was admitted.

    Parameters
    ----------
    rows
        Columns of the lake's ``activities``.
    said
        The texts among them.
    ours
        URIs of our accounts: what we say ourselves goes to no function.
    """
    return _table([*_of_texts(said, ours), *_of_campaigns(rows, codes())])


def campaign_marks(rows: "pa.Table", known: Codes) -> "pa.Table":
    """Rows of ``marks`` that name the campaigns of activities, and nothing else."""
    return _table(_of_campaigns(rows, known))


def codes() -> Codes:
    """Codes of every campaign."""
    found = TrackedLink.objects.values_list("code", "campaign__slug")
    return {code.lower(): slug for code, slug in found}


def _of_texts(said: Sequence[Said], ours: Collection[str]) -> Iterable[_Mark]:
    texts = [each for each in said if not each.is_deleted]
    for each, function in zip(texts, functions_of(texts), strict=True):
        slugs = [function] if function is not None and each.actor not in ours else []
        told = {"query": [str(pk) for pk in each.queries], "function": slugs}
        for dimension, found in told.items():
            # An edit says so, too, if nothing of it is left: its older marks are none any more.
            nothing: list[str | None] = [None] if each.edits else []
            for value in found or nothing:
                yield each.activity_key, each.object_key, dimension, value, each.version


def _of_campaigns(rows: "pa.Table", known: Codes) -> Iterable[_Mark]:
    """Scans and visits by a code, coupons used, orders that name one."""
    import pyarrow.compute as pc

    kinds = rows["type"]
    views = rows.filter(pc.equal(kinds, "View"))
    yield from _by_code(views, "instrument", known, _code_followed)
    orders = rows.filter(pc.equal(kinds, "schema:BuyAction"))
    yield from _by_code(orders, "result", known, _code_used)
    offers = pc.and_(pc.equal(kinds, "Accept"), pc.equal(rows["object_type"], "Offer"))
    yield from _by_code(rows.filter(offers), "name", known, str)


def _by_code(
    rows: "pa.Table", column: str, known: Codes, code_of: Callable[[str], str]
) -> Iterable[_Mark]:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = rows.filter(pc.is_valid(rows[column]))
    texts = pc.unique(rows[column]).to_pylist()
    slugs = {text: known.get(code_of(text).lower()) for text in texts}
    wanted = pa.array([text for text, slug in slugs.items() if slug is not None], pa.string())
    found = rows.filter(pc.is_in(rows[column], value_set=wanted))
    when = pc.coalesce(found["published"], found["received_at"]).to_pylist()
    columns = (found[name].to_pylist() for name in ("key", "object_key", column))
    for key, object_key, text, at in zip(*columns, when, strict=True):
        yield key, object_key, "campaign", slugs[text], at


def _code_followed(instrument: str) -> str:
    return _part(instrument, "name")


def _code_used(result: str) -> str:
    return _part(result, "schema:discountCode")


def _part(text: str, name: str) -> str:
    told = orjson.loads(text)
    return str(told.get(name) or "") if isinstance(told, dict) else ""


def _table(found: Iterable[_Mark]) -> "pa.Table":
    import pyarrow as pa

    from entregent.lake.schema import MARKS

    rows = [
        (key64("mark", str(key), dimension, value or ""), key, about, dimension, value, at, 0)
        for key, about, dimension, value, at in found
    ]
    columns = zip(*rows, strict=True) if rows else [()] * len(MARKS.schema)
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, MARKS.schema.types, strict=True)],
        schema=MARKS.schema,
    )
