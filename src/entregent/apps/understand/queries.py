"""Reads of understanding: saved queries, what people corrected, how often the machine was right."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from entregent.apps.organisation.answering import function_names
from entregent.apps.organisation.folded import Folded
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.understand.models import Correction, SavedQuery
from entregent.understanding.queries import QueryError, fold, parse

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class QueryLine:
    """A saved query; `function` is empty where it stands for nobody in particular."""

    id: int
    name: str
    text: str
    function_id: int | None
    function: str
    opens_conversations: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether it answers the query."""

    text: str
    is_found: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """A query tried on a text; `normal` is the query as it was understood."""

    matches: bool
    pieces: tuple[Piece, ...]
    normal: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """What somebody said a label should have been; `value` may be « I do not know »."""

    value: str
    machine_value: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often the machine was right among what people looked at and corrected or confirmed."""

    label: str
    total: int
    right: int


def saved_queries(viewer: Member) -> list[QueryLine]:
    """Every saved query by its name, for those who work here."""
    _require_worker(viewer)
    names = function_names()
    return [_line(row, names) for row in SavedQuery.objects.order_by(Folded("name"), "pk")]


def every_query() -> list[tuple[str, str]]:
    """Name and text of every saved query that can be read; for this machine's own command line."""
    found = []
    for name, text in SavedQuery.objects.order_by(Folded("name"), "pk").values_list("name", "text"):
        # A query that was good when it was saved and no longer is stops nothing.
        with suppress(QueryError):
            parse(text)
            found.append((name, text))
    return found


def access_query(viewer: Member, query_id: int) -> QueryLine:
    """One saved query, or `NotFound`."""
    _require_worker(viewer)
    row = SavedQuery.objects.filter(pk=query_id).first()
    if row is None:
        raise NotFound
    return _line(row, function_names())


def try_query(query: str, text: str) -> Trial:
    """Try a query on a text.

    Raises
    ------
    QueryError
        If the query cannot be read.
    """
    parsed, folded = parse(query), fold(text)
    pieces: list[Piece] = []
    place = 0
    for start, end in parsed.evidence(folded):
        if start > place:
            pieces.append(Piece(text[place:start], is_found=False))
        pieces.append(Piece(text[start:end], is_found=True))
        place = end
    if place < len(text):
        pieces.append(Piece(text[place:], is_found=False))
    return Trial(parsed.matches(folded), tuple(pieces), str(parsed))


def corrections(object_ids: Collection[str]) -> dict[str, dict[str, Corrected]]:
    """What was corrected about some texts, by their URI and the label.

    Whoever asks has checked already who may see these texts.
    """
    found: dict[str, dict[str, Corrected]] = {}
    rows = Correction.objects.filter(object_id__in=list(object_ids)).select_related("member")
    for row in rows:
        told = Corrected(row.value, row.machine_value, row.member.name, row.at)
        found.setdefault(row.object_id, {})[row.label] = told
    return found


def corrected_labels() -> "pa.Table":
    """Everything that was corrected, by the texts' keys in the lake; for the worker's counts."""
    import pyarrow as pa

    from entregent.lake.keys import object_key
    from entregent.lake.rollups.counting import CORRECTIONS

    rows = Correction.objects.values_list("object_id", "label", "value")
    return pa.Table.from_pylist(
        [
            {"object_key": object_key(uri), "label": label, "value": value}
            for uri, label, value in rows.iterator()
        ],
        schema=CORRECTIONS,
    )


def accuracy(viewer: Member) -> list[Accuracy]:
    """How often the machine was right, label by label; only what people looked at counts."""
    _require_worker(viewer)
    counted: dict[str, list[bool]] = {}
    rows = Correction.objects.exclude(machine_value="").order_by("label")
    for label, value, machine in rows.values_list("label", "value", "machine_value"):
        counted.setdefault(label, []).append(value == machine)
    return [Accuracy(label, len(each), sum(each)) for label, each in counted.items()]


def _line(row: SavedQuery, names: dict[int, str]) -> QueryLine:
    return QueryLine(
        row.pk,
        row.name,
        row.text,
        row.function_id,
        names.get(row.function_id, "") if row.function_id else "",
        row.opens_conversations,
    )


def _require_worker(viewer: Member) -> None:
    if not viewer.may_work:
        raise NotFound
