"""A small world with everything that can go wrong in it: for every engine the same one.

Edits, deletions, undoings and a closed account; what came late and what has no date; texts that are
empty, of one emoji or of 100 kB; keys and days at the ends of what there is; numbers that are none;
rows that an older program wrote; days on which nobody listened; and a batch that still waits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from entregent.lake.days import number_of, offsets
from entregent.lake.keys import activity_key, object_key
from entregent.lake.questions.asking import BESIDE, Asked
from entregent.lake.record import Record
from entregent.lake.schema import TABLES
from entregent.understanding.queries import fold
from entregent.understanding.reading import plain
from entregent.vocabulary import PUBLIC, Activity, Object, Tag, key64
from tests.lake.record_book import RecordBook, account_key

TORONTO = ZoneInfo("America/Toronto")
NOON = datetime(2026, 3, 1, 17, tzinfo=UTC)
TODAY = date(2026, 11, 1)
SMALLEST, LARGEST = -(2**63), 2**63 - 1
SITE = "https://battures.example"
INTENTS = {"?": "question", "plainte": "complaint", "bravo": "praise", "code": "promotion"}


def uri(name: str) -> str:
    return f"{SITE}/users/{name}"


def note(name: str) -> str:
    return f"{SITE}/notes/{name}"


def day(number: float) -> datetime:
    """An instant some days after noon of 1 March 2026, the hour of which is that of Toronto."""
    return NOON + timedelta(days=number)


def deed(kind: str, actor: str | None, at: datetime | None, **parts: Any) -> Activity:
    name = parts.pop("id", None) or f"urn:test:{kind}:{actor}:{at}:{parts.get('object')}"
    return Activity(
        id=name if name.startswith("http") else f"urn:test:{key64(name)}",
        type=kind,
        actor=uri(actor) if actor is not None else None,
        source=parts.pop("source", "file:mastodon"),
        received_at=parts.pop("received_at", day(200)),
        dataschema="test/1",
        published=at,
        **parts,
    )


def say(actor: str, name: str, at: datetime | None, text: str, **parts: Any) -> Activity:
    about = {
        key: parts.pop(key) for key in ("in_reply_to", "tag", "rating", "type") if key in parts
    }
    about.setdefault("type", "Note")
    if about["type"] == "schema:Review":
        about["best_rating"] = 5
    return deed(
        "Create",
        actor,
        at,
        id=f"{note(name)}#create",
        object=Object(id=note(name), content=text, published=at, **about),
        **{"to": (PUBLIC,), **parts},
    )


def edit(actor: str, name: str, at: datetime, text: str) -> Activity:
    about = Object(id=note(name), type="Note", content=text, updated=at)
    return deed(
        "Update", actor, at, id=f"{note(name)}#update-{at:%Y%m%d}", object=about, to=(PUBLIC,)
    )


def delete(actor: str, name: str, at: datetime) -> Activity:
    about = Object(id=note(name), type="Tombstone")
    return deed("Delete", actor, at, id=f"{note(name)}#delete", object=about)


def visit(actor: str | None, at: datetime, code: str = "") -> Activity:
    instrument = Object(id=f"urn:code:{code}", type="entregent:Code", name=code) if code else None
    return deed(
        "View",
        actor,
        at,
        object=Object(id=f"{SITE}/billets", type="Page"),
        instrument=instrument,
        voluntary=False,
        source="file:visits",
    )


def order(actor: str, at: datetime, **parts: Any) -> Activity:
    about = Object(id=f"urn:order:{actor}:{at:%Y%m%d}", type="schema:Order")
    return deed(
        "schema:BuyAction", actor, at, object=about, voluntary=False, source="file:orders", **parts
    )


def undo(activity: Activity, at: datetime) -> Activity:
    about = activity.object
    told = Object(
        id=activity.id,
        type=activity.type,
        actor=activity.actor,
        object=about.id if about is not None else None,
    )
    return Activity(
        id=f"{activity.id}:undo:{at:%Y%m%d}",
        type="Undo",
        actor=activity.actor,
        source=activity.source,
        received_at=activity.received_at,
        dataschema="test/1",
        published=at,
        object=told,
    )


def story() -> list[Activity]:
    """What people did, in no order."""
    like = deed("Like", "bob", day(3), object=Object(id=note("a")), id=f"{SITE}/likes/1")
    follow = deed("Follow", "zoe", day(4), object=Object(id=uri("nous"), type="Person"))
    share = deed("Announce", "bob", day(5), object=Object(id=note("a")), id=f"{SITE}/shares/1")
    mention = Tag(type="Mention", href=uri("anne"), name="@anne")
    return [
        say("anne", "a", day(0), "Où sont les navettes?"),
        say("bob", "b", day(0.1), "<p>Au quai, bravo #Navettes</p>", in_reply_to=note("a")),
        say("zoe", "c", day(0.2), "@anne merci de l'avoir demandé 🫐", tag=(mention,)),
        say("anne", "d", day(1), "à supprimer"),
        delete("anne", "d", day(2)),
        say("zoe", "e", day(1), "première version"),
        edit("zoe", "e", day(6), "deuxième version, l'Œuvre d'été"),
        say("carl", "f", day(1), "d'un compte fermé"),
        deed("Delete", "carl", day(7), object=Object(id=uri("carl"), type="Person")),
        say("dan", "g", day(-400), "après Anne Bellefleur, plainte"),
        say("dan", "h", None, "sans date, un code?"),
        say("dan", "i", day(33), ""),
        say("dan", "j", day(34), "🫐"),
        say("eve", "k", day(35), "x" * 100_000 + " fin-de-texte"),
        say("eve", "l", day(62), "Bravo, bravo!", to=(uri("nous"),)),
        say("eve", "m", day(63), "Bravo à toute l'équipe"),
        say("eve", "n", day(64), "Pas mal", type="schema:Review", rating=4.5),
        say("dan", "o", day(65), "Décevant", type="schema:Review", rating=2),
        like,
        undo(like, day(4)),
        share,
        deed("Like", "zoe", day(3), object=Object(id=note("d")), id=f"{SITE}/likes/2"),
        deed("Like", "zoe", day(3), object=Object(id=note("a")), content="❤️", id=f"{SITE}/likes/3"),
        follow,
        deed("Follow", "dan", day(4), object=Object(id=uri("nous"), type="Person")),
        deed("Accept", "zoe", day(60), object=Object(id="urn:offer:TUQUE15", type="Offer")),
        deed("Join", "zoe", day(61), object=Object(id="urn:c:1", type="entregent:Contest")),
        # From a code to an order, by one account, and by two of one person.
        visit("web-1", day(80), "QUAI"),
        visit("web-1", day(81)),
        visit("web-1", day(82)),
        order("web-1", day(83)),
        order("web-1", day(300)),
        visit("web-2", day(90), "COURRIEL"),
        order("shop-2", day(91)),
        visit("web-3", day(20)),
        order("web-3", day(95)),
        visit(None, day(84)),
        # In Toronto the day before, and hours that are told twice or never when clocks change.
        say("anne", "p", datetime(2026, 3, 8, 4, 59, 59, 999_999, tzinfo=UTC), "minuit moins une"),
        say("anne", "q", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "avant l'heure"),
        say("anne", "r", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "après l'heure"),
        say("old", "s", datetime(1970, 1, 1, tzinfo=UTC), "au commencement"),
        say("old", "t", datetime(1969, 12, 31, 23, 59, 59, 500_000, tzinfo=UTC), "juste avant"),
        say("new", "u", datetime(2100, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "bien plus tard"),
    ]


@dataclass
class World:
    """The record of that world, and what lies beside it."""

    book: RecordBook
    waiting: dict[int, dict[str, pa.Table]] = field(default_factory=dict)

    def open(self, tables: Iterable[str] = tuple(TABLES)) -> Record:
        return Record(self.book.lake, self.waiting, tables=tuple(tables))

    @property
    def beside(self) -> dict[str, pa.Table]:
        first = number_of(date(2026, 2, 27))
        days = [
            {"source": source, "day": first + number, "collected": number not in lost}
            for source, lost in (("file:mastodon", {5, 6}), ("file:series", {4}), ("file:none", ()))
            for number in range(12)
        ]
        corrected = [
            {"object_key": object_key(note("g")), "label": "intent", "value": "praise"},
            {"object_key": object_key(note("b")), "label": "language", "value": "en"},
        ]
        return {
            "source_days": pa.Table.from_pylist(days, BESIDE["source_days"]),
            "corrections": pa.Table.from_pylist(corrected, BESIDE["corrections"]),
        }

    def asked(self, **parts: Any) -> Asked:
        since, until = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        changes = tuple(offsets(TORONTO, until, since=since))
        return Asked(today=TODAY, changes=changes, **parts)


def build(root: Path) -> World:
    """The world in a lake: kept in three batches, and a fourth that waits."""
    book = RecordBook(root)
    told = story()
    world = World(book)
    for part in (told[1::3], told[0::3]):
        _keep(book, book.admit(*part).tables, labelled=part)
    _keep(book, _odd_rows(), labelled=())
    rest = told[2::3]
    tables = dict(book.admit(*rest).tables)
    tables["labels"] = _labels(rest)
    book.number += 1
    world.waiting = {book.number: _numbered(tables, book.number)}
    return world


def _keep(book: RecordBook, tables: dict[str, pa.Table], labelled: Iterable[Activity]) -> None:
    book.number += 1
    labels = _labels(labelled)
    tables = dict(tables) | ({"labels": labels} if len(labels) else {})
    for name, rows in _numbered(tables, book.number).items():
        book.lake.append(name, {book.number: rows})


def _numbered(tables: dict[str, pa.Table], number: int) -> dict[str, pa.Table]:
    return {
        name: rows.set_column(
            rows.schema.get_field_index("batch"),
            "batch",
            pa.array([number] * len(rows), pa.int64()),
        )
        for name, rows in tables.items()
    }


def _labels(told: Iterable[Activity]) -> pa.Table:
    """What the machine makes of texts; one of them as an older program wrote it, unfolded."""
    rows = []
    for each in told:
        about = each.object
        if each.type not in {"Create", "Update"} or about is None or not about.content:
            continue
        assert about.id is not None
        assert each.actor is not None
        text = plain(about.content)
        is_old = about.id == note("b")
        rows.append(
            {
                "key": key64("label", about.id, str(about.updated)),
                "object_key": object_key(about.id),
                "at": about.updated or each.published or each.received_at,
                "language": None if text == "🫐" else "fr",
                "language_certainty": 0.9,
                "intents": [code for sign, code in INTENTS.items() if sign in text.lower()],
                "engine": "test-1",
                "batch": 0,
                "actor_key": None if is_old else account_key(each.actor),
                "folded": None if is_old else fold(text).written(),
            }
        )
    return pa.Table.from_pylist(rows, TABLES["labels"].schema)


def _odd_rows() -> dict[str, pa.Table]:
    """Rows as no reader of ours would make them, and those of the working set."""

    def rows(name: str, *given: dict[str, Any]) -> pa.Table:
        return pa.Table.from_pylist(list(given), TABLES[name].schema)

    plain_row = {"month": "2026-03", "type": "Like", "source": "file:odd", "received_at": day(0)}
    older = {  # without the columns of schema 3
        "month": "2026-03",
        "key": 77,
        "type": "Create",
        "object_key": 78,
        "object_id": note("older"),
        "object_type": "Note",
        "actor": uri("bob"),
        "actor_key": account_key(uri("bob")),
        "in_reply_to": "urn:entregent:alias:mastodon:battures.example:1",
        "content": "réponse d'avant",
        "to": [uri("anne"), PUBLIC],
        "published": day(8),
        "received_at": day(8),
        "source": "file:mastodon",
    }
    series = {"account": uri("nous"), "unit": "count", "source": "file:series"}
    points = [
        (day(-1), 10.0, day(-1)),
        (day(-0.9), 11.0, day(-0.9)),
        (day(0), float("nan"), day(0)),
        (day(1), float("inf"), day(1)),
        (day(2), -0.0, day(2)),
        (day(3), 1e-300, day(3)),
        (day(5), 12.5, day(5)),
    ]
    web2, shop2, web3 = (account_key(uri(name)) for name in ("web-2", "shop-2", "web-3"))

    def link(account: int, person: int | None, agreed: bool, at: datetime) -> dict[str, Any]:
        return {
            "key": key64("link", str(account), str(at)),
            "account_key": account,
            "person": person,
            "publics": ["voisins", "bénévoles"] if agreed else [],
            "may_profile": agreed,
            "rank": int(at.timestamp() * 1_000_000),
            "at": at,
        }

    code = activity_key(visit("web-1", day(80), "QUAI"))
    return {
        "activities": rows(
            "activities",
            older,
            {**plain_row, "key": SMALLEST, "actor_key": LARGEST, "object_key": SMALLEST},
            {**plain_row, "key": LARGEST, "actor_key": SMALLEST, "object_key": LARGEST},
            {**plain_row, "key": 0, "id": "", "actor": "", "object_id": "", "named_keys": []},
            {**plain_row, "key": 1, "type": "Create", "named_keys": [None, 5], "actor_key": 6},
            {**plain_row, "key": 2, "type": "Create", "content": "", "actor_key": 6},
        ),
        "accounts": rows(
            "accounts",
            *(
                {"key": key64(name), "account_key": account_key(uri(name)), "id": uri(name)}
                for name in ("anne", "nous")
            ),
        ),
        "aliases": rows(
            "aliases",
            {"key": 1, "placeholder": older["in_reply_to"], "uri": note("a")},
            {"key": 2, "placeholder": "urn:entregent:alias:x", "uri": note("a")},
            {"key": 3, "placeholder": "urn:entregent:alias:x", "uri": note("b")},
        ),
        "links": rows(
            "links",
            link(web2, 12, False, day(1)),
            link(web2, 12, True, day(2)),
            link(shop2, 12, True, day(2)),
            link(web3, 13, True, day(1)),
            link(web3, None, False, day(2)),
            link(account_key(uri("anne")), 14, True, day(1)),
        ),
        "marks": rows(
            "marks",
            {"key": 1, "activity_key": code, "dimension": "campaign", "value": "voix-d-ici"},
            {
                "key": 2,
                "activity_key": 0,
                "object_key": object_key(note("a")),
                "dimension": "query",
                "value": "navettes",
                "at": day(0),
            },
        ),
        "series": rows(
            "series",
            *(
                {**series, "metric": "followers", "key": number, "at": at, "value": value}
                | {"received_at": received, "dimension": None}
                for number, (at, value, received) in enumerate(points)
            ),
            {**series, "metric": "spend", "key": SMALLEST, "at": day(0), "value": 5.0},
            {**series, "metric": "followers", "key": 0, "at": day(-1), "value": 9.0}
            | {"received_at": day(100), "dimension": None},
        ),
    }
