"""A record with roll-ups beside it, refreshed when the test says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from entregent.lake.days import month_name
from entregent.lake.record import Record
from entregent.lake.rollups.counting import CORRECTIONS, TABLES, count, hours_of
from entregent.lake.rollups.periods import Span, hours_of_month, month_of_hour
from entregent.lake.rollups.registry import ROLL_UPS, SPEAKERS, TEXTS, reached
from entregent.lake.rollups.store import RollUps
from entregent.lake.rollups.touching import ACCOUNT, HOUR, MONTH, OBJECT, Note, touched
from entregent.lake.schema import LABELS, LINKS, MARKS
from entregent.vocabulary import Activity, key64
from tests.lake.record_book import START, RecordBook, account_key
from tests.lake.rollups.by_hand import Row, counted_by_hand

TORONTO = ZoneInfo("America/Toronto")


class RolledBook:
    """Batches in, notes gathered; `refresh` counts what is noted."""

    def __init__(self, book: RecordBook, zone: ZoneInfo = TORONTO) -> None:
        self.book, self.zone = book, zone
        self.notes: set[Note] = set()
        self.corrections: dict[tuple[int, str], str] = {}
        RollUps.create(book.lake)

    def keep(self, *activities: Activity, **more: pa.Table) -> None:
        admitted = self.book.admit(*activities) if activities else None
        tables = dict(admitted.tables if admitted is not None else {}) | more
        self.book.number += 1
        for name, rows in tables.items():
            numbered = rows.set_column(
                rows.schema.get_field_index("batch"),
                "batch",
                pa.array([self.book.number] * len(rows), pa.int64()),
            )
            self.book.lake.append(name, {self.book.number: numbered})
        self.notes |= touched(tables)

    def correct(self, object_key: int, label: str, value: str) -> None:
        self.corrections[object_key, label] = value
        self.notes.add(Note(OBJECT, object_key, TEXTS))

    def refresh(self) -> None:
        """Count again what is noted, month by month."""
        with Record(self.book.lake, {}, tables=TABLES) as record:
            for reach in {note.reach for note in self.notes}:
                keys = {
                    scope: [n.key for n in self.notes if (n.scope, n.reach) == (scope, reach)]
                    for scope in (OBJECT, ACCOUNT)
                }
                hours = hours_of(record, keys[OBJECT], keys[ACCOUNT])
                self.notes |= {Note(HOUR, hour, reach) for hour in hours}
        by_month: dict[str, tuple[set[int], set[str]]] = {}
        for note in self.notes:
            if note.scope in {HOUR, MONTH}:
                month = month_name(note.key) if note.scope == MONTH else month_of_hour(note.key)
                hours, names = by_month.setdefault(month, (set(), set()))
                hours |= set(hours_of_month(month)) if note.scope == MONTH else {note.key}
                names |= reached(note.reach)
        for hours, names in by_month.values():
            self.count(hours, names)
        self.notes = set()

    def count(self, hours: set[int], names: set[str]) -> None:
        span = Span.of(hours, self.zone)
        store = RollUps.create(self.book.lake)
        ordered = sorted(names)
        with Record(self.book.lake, {}, tables=TABLES) as record:
            parts = count(record, self.corrected(), ordered, span)
            counted = dict(zip(ordered, parts, strict=True))
        store.replace(counted, span, self.zone, at=datetime.now(self.zone))

    def corrected(self) -> pa.Table:
        rows = [
            {"object_key": key, "label": label, "value": value}
            for (key, label), value in self.corrections.items()
        ]
        return pa.Table.from_pylist(rows, schema=CORRECTIONS)

    def stored(self) -> set[Row]:
        store = RollUps.open(self.book.lake)
        assert store is not None
        table = store.table.to_pyarrow_table()
        table = table.filter(pc.not_equal(table["roll_up"], SPEAKERS))
        names = ("grain", "roll_up", "level", "number", "first", "second", "third")
        columns = (table[name].to_pylist() for name in (*names, "activities", "accounts"))
        rows = list(zip(*columns, strict=True))
        assert len(rows) == len(set(rows)), "a row stands twice"
        return set(rows)

    def by_hand(self) -> set[Row]:
        with Record(self.book.lake, {}) as record:
            tables = {
                name: record.connection.sql(f"SELECT * FROM {name}").to_arrow_table().to_pylist()
                for name in TABLES
            }
        corrections = self.corrected().to_pylist()
        return counted_by_hand(tables, corrections, ROLL_UPS.values(), self.zone)


def label(object_key: int, at: datetime, **more: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"language": "fr", "state_of_mind": None, "intents": []}
    facts["engine"] = "test"
    key = key64("label", str(object_key), at.isoformat(), str(more))
    return {"key": key, "object_key": object_key, "at": at, "batch": 0, **facts, **more}


def labels(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=LABELS.schema)


def marks(*rows: tuple[int, int, str, str | None, datetime]) -> pa.Table:
    told = [
        (key64("mark", str(each)), activity, about, dimension, value, at, 0)
        for each in rows
        for activity, about, dimension, value, at in [each]
    ]
    columns = zip(*told, strict=True) if told else [()] * len(MARKS.schema)
    return pa.table(
        [pa.array(c, t) for c, t in zip(columns, MARKS.schema.types, strict=True)], MARKS.schema
    )


def link(uri: str, person: int | None, *publics: str, rank: int = 1, may: bool = False) -> pa.Table:
    row = {
        "key": key64("link", uri, str(rank)),
        "account_key": account_key(uri),
        "person": person,
        "publics": list(publics),
        "may_profile": may,
        "rank": rank,
        "at": START,
        "batch": 0,
    }
    return pa.Table.from_pylist([row], schema=LINKS.schema)
