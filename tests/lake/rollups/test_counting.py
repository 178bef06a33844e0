"""Counting a little again gives what counting everything gives, whatever came in, in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entregent.lake.keys import object_key
from entregent.lake.rollups.periods import hour_of
from entregent.lake.rollups.registry import ROLL_UPS
from entregent.vocabulary import Activity, Object
from tests.lake.record_book import NOTE, RecordBook, at, create, delete, like, told, unlike, update
from tests.lake.rollups.book import RolledBook, label, labels, link, marks

# Clocks of Toronto and St. John's go back and forward between these, and a month and a year end.
MOMENTS = [
    datetime(2025, 10, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2025, 11, 2, 3, 30, tzinfo=UTC),
    datetime(2025, 11, 2, 4, 29, 59, tzinfo=UTC),
    datetime(2025, 11, 2, 5, 30, tzinfo=UTC),
    datetime(2025, 11, 3, 4, 59, tzinfo=UTC),
    datetime(2025, 12, 31, 23, tzinfo=UTC),
    datetime(2026, 1, 1, 4, 30, tzinfo=UTC),
    datetime(2026, 1, 1, 5, tzinfo=UTC),
    datetime(2026, 3, 8, 2, 45, tzinfo=UTC),
    datetime(2026, 3, 8, 7, 15, tzinfo=UTC),
    datetime(2026, 3, 9, 3, 30, tzinfo=UTC),
]
ACTORS = [f"https://battures.example/users/{name}" for name in ("maryse", "jude", "odile")]
NOTES = [f"https://battures.example/notes/{number}" for number in range(4)]


@pytest.fixture
def rolled(book: RecordBook) -> RolledBook:
    return RolledBook(book)


def check(rolled: RolledBook) -> None:
    found, right = rolled.stored(), rolled.by_hand()
    assert found - right == set(), "too much"
    assert right - found == set(), "missing"


def said(note: str, when: datetime, actor: str = ACTORS[0], words: str = "Bonjour") -> Activity:
    about = Object(id=note, type="Note", content=words, published=when)
    return act("Create", f"{note}#create", when, actor, about)


def act(kind: str, uri: str, when: datetime | None, actor: str | None, about: Object) -> Activity:
    return Activity(
        id=uri,
        type=kind,
        actor=actor,
        object=about,
        published=when,
        received_at=MOMENTS[-1],
        source="file:test",
        dataschema="test/1",
    )


def test_a_deleted_text_is_not_counted_and_its_deletion_is(rolled: RolledBook) -> None:
    rolled.keep(create(0))
    rolled.refresh()
    rolled.keep(delete(200))
    rolled.refresh()
    check(rolled)
    hour = hour_of(at(0))
    by_type = {row[5]: row[7] for row in rolled.stored() if row[:3] == ("hour", "source", 2)}
    assert by_type == {"Delete": 1}
    assert not [row for row in rolled.stored() if row[3] == hour]


def test_a_like_taken_back_counts_in_its_hour(rolled: RolledBook) -> None:
    rolled.keep(create(0), like(5))
    rolled.keep(unlike(70))
    rolled.refresh()
    check(rolled)
    types = {
        (row[3] - hour_of(at(0)), row[5])
        for row in rolled.stored()
        if row[:3] == ("hour", "source", 2)
    }
    assert types == {(0, "Create"), (0, "Like"), (1, "Undo")}


def test_accounts_of_a_day_are_no_sum_of_those_of_its_hours(rolled: RolledBook) -> None:
    rolled.keep(create(0), create(70, note=NOTE + "0"), like(75))
    rolled.refresh()
    rows = rolled.stored()
    hours = [row[8] for row in rows if row[:3] == ("hour", "source", 0)]
    days = [row[8] for row in rows if row[:3] == ("day", "source", 0)]
    assert (sum(hours), days) == (2, [1])


def test_a_text_that_arrives_after_its_deletion_is_not_counted(rolled: RolledBook) -> None:
    rolled.keep(delete(200))
    rolled.refresh()
    rolled.keep(create(0))
    rolled.refresh()
    check(rolled)
    assert not [row for row in rolled.stored() if row[3] == hour_of(at(0))]


def test_an_account_that_goes_takes_its_texts_and_brings_them_back(rolled: RolledBook) -> None:
    actor = ACTORS[0]
    rolled.keep(said(NOTES[0], MOMENTS[1]), said(NOTES[1], MOMENTS[8]))
    rolled.refresh()
    before = rolled.stored()
    gone = act("Delete", "urn:gone", MOMENTS[9], actor, Object(id=actor, type="Person"))
    rolled.keep(gone)
    rolled.refresh()
    check(rolled)
    assert not [row for row in rolled.stored() if row[5] == "Create"]
    about = Object(id="urn:gone", type="Delete", actor=actor, object=actor)
    rolled.keep(act("Undo", "urn:back", MOMENTS[10], actor, about))
    rolled.refresh()
    check(rolled)
    assert {row for row in before if row[1:3] == ("source", 3)} <= rolled.stored()


def test_a_label_of_an_edit_counts_in_the_hour_of_the_text(rolled: RolledBook) -> None:
    about = object_key(NOTE)
    first = labels(label(about, at(0), state_of_mind="positive", intents=["praise"]))
    rolled.keep(create(0), labels=first)
    rolled.refresh()
    newer = label(about, at(90), state_of_mind="negative", intents=["complaint", "question"])
    rolled.keep(update(90, "Non."), labels=labels(newer))
    rolled.refresh()
    check(rolled)
    intents = {row[5] for row in rolled.stored() if row[:3] == ("hour", "intent", 2)}
    hours = {row[3] for row in rolled.stored() if row[1] == "intent" and row[0] == "hour"}
    assert intents == {"complaint", "question"}
    assert hours == {hour_of(at(0))}
    # Two intents, one text.
    assert {row[7] for row in rolled.stored() if row[:3] == ("hour", "intent", 0)} == {1}


def test_what_a_member_corrected_is_laid_over_the_label(rolled: RolledBook) -> None:
    about = object_key(NOTE)
    told = label(about, at(0), state_of_mind="positive", language="en", intents=["praise"])
    rolled.keep(create(0), labels=labels(told))
    rolled.refresh()
    rolled.correct(about, "state_of_mind", "unknown")
    rolled.correct(about, "language", "fr")
    rolled.correct(about, "intent", "none")
    rolled.refresh()
    check(rolled)
    shown = {row[4:7] for row in rolled.stored() if row[:3] == ("hour", "state_of_mind", 7)}
    assert shown == {("file:test", "fr", None)}


def test_an_edit_that_no_query_finds_takes_its_text_out(rolled: RolledBook) -> None:
    about = object_key(NOTE)
    rolled.keep(
        create(0),
        labels=labels(label(about, at(0))),
        marks=marks((1, about, "query", "7", at(0)), (1, about, "function", "web", at(0))),
    )
    rolled.refresh()
    assert {row[4] for row in rolled.stored() if row[:3] == ("day", "query", 1)} == {"7"}
    rolled.keep(
        update(90, "Autre chose"),
        labels=labels(label(about, at(90))),
        marks=marks((2, about, "query", None, at(90)), (2, about, "function", "web", at(90))),
    )
    rolled.refresh()
    check(rolled)
    assert not [row for row in rolled.stored() if row[1] == "query"]
    assert [row for row in rolled.stored() if row[1] == "function"]


def test_traces_of_a_person_count_for_a_public_only_where_they_agreed(rolled: RolledBook) -> None:
    from dataclasses import replace

    trace = replace(told("View", 3, "urn:visit", actor=ACTORS[0]), voluntary=False)
    rolled.keep(create(0), trace)
    rolled.refresh()

    def kinds() -> set[Any]:
        return {row[5] for row in rolled.stored() if row[:3] == ("hour", "public", 2)}

    assert kinds() == set()
    rolled.keep(links=link(ACTORS[0], 5, "touristes", "gens-d-ici"))
    rolled.refresh()
    assert kinds() == {"Create"}
    rolled.keep(links=link(ACTORS[0], 5, "touristes", rank=2, may=True))
    rolled.refresh()
    assert kinds() == {"Create", "View"}
    check(rolled)
    rolled.keep(links=link(ACTORS[0], None, rank=3))
    rolled.refresh()
    assert kinds() == set()


# Anything, in any order

moments = st.sampled_from(MOMENTS) | st.datetimes(
    datetime(2025, 10, 30), datetime(2026, 3, 12), timezones=st.just(UTC)
)
steps = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(NOTES), moments, st.sampled_from(ACTORS)),
    st.tuples(
        st.just("edit"), st.sampled_from(NOTES), moments, st.sampled_from(["fr", "en", "und"])
    ),
    st.tuples(st.just("delete"), st.sampled_from(NOTES), moments),
    st.tuples(st.just("like"), st.sampled_from(NOTES), moments, st.sampled_from(ACTORS)),
    st.tuples(st.just("unlike"), st.sampled_from(NOTES), moments, st.sampled_from(ACTORS)),
    st.tuples(st.just("leave"), st.sampled_from(ACTORS), moments),
    st.tuples(st.just("return"), st.sampled_from(ACTORS), moments),
    st.tuples(
        st.just("correct"),
        st.sampled_from(NOTES),
        st.sampled_from([("language", "fr"), ("state_of_mind", "negative"), ("intent", "none")]),
    ),
    st.tuples(st.just("link"), st.sampled_from(ACTORS), st.sampled_from([None, 1, 2])),
    st.just(("refresh",)),
)


@settings(max_examples=15)
@given(
    told_steps=st.lists(st.lists(steps, min_size=1, max_size=6), min_size=1, max_size=4),
    zone=st.sampled_from(["America/Toronto", "America/St_Johns"]),
)
def test_counting_a_little_again_is_counting_everything(
    told_steps: list[list[tuple[Any, ...]]], zone: str
) -> None:
    with TemporaryDirectory() as folder:
        rolled = RolledBook(RecordBook(Path(folder) / "lake"), ZoneInfo(zone))
        for number, batch in enumerate(told_steps):
            take(rolled, batch, number)
        rolled.refresh()
        check(rolled)


def take(rolled: RolledBook, batch: list[tuple[Any, ...]], number: int) -> None:
    activities: list[Activity] = []
    read: list[dict[str, Any]] = []
    found: list[tuple[int, int, str, str | None, datetime]] = []
    for place, (kind, *rest) in enumerate(batch):
        if kind in {"say", "edit"}:
            note, when, other = rest
            about = object_key(note)
            if kind == "say":
                activities.append(said(note, when, other))
                read.append(label(about, when, state_of_mind="positive", intents=["praise"]))
                found += [(about, about, name, "a", when) for name in ("query", "function")]
            else:
                edited = Object(id=note, type="Note", content="Autre", updated=when)
                uri = f"{note}#update-{when:%Y%m%dT%H%M%S%f}"
                activities.append(act("Update", uri, when, ACTORS[0], edited))
                mood = "mixed" if when.minute % 2 else None
                read.append(label(about, when, language=other, state_of_mind=mood))
                found.append((about + 1, about, "query", None if when.minute % 2 else "b", when))
        elif kind == "delete":
            about_it = Object(id=rest[0], type="Tombstone")
            activities.append(act("Delete", f"{rest[0]}#delete", rest[1], ACTORS[0], about_it))
        elif kind in {"like", "unlike"}:
            note, when, actor = rest
            liked = Object(id=note)
            if kind == "unlike":
                liked = Object(type="Like", actor=actor, object=note)
            verb = "Like" if kind == "like" else "Undo"
            uri = f"{actor}/{kind}/{note[-1]}/{when:%Y%m%dT%H%M%S%f}"
            activities.append(act(verb, uri, when, actor, liked))
        elif kind in {"leave", "return"}:
            actor, when = rest
            person = Object(id=actor, type="Person")
            if kind == "return":
                person = Object(id=f"{actor}#gone", type="Delete", actor=actor, object=actor)
            verb = "Delete" if kind == "leave" else "Undo"
            uri = f"{actor}/{kind}/{when:%Y%m%dT%H%M%S%f}"
            activities.append(act(verb, uri, when, actor, person))
        elif kind == "correct":
            rolled.correct(object_key(rest[0]), *rest[1])
        elif kind == "link":
            publics = ["touristes", "gens-d-ici"][: rest[1] or 0]
            rolled.keep(links=link(rest[0], rest[1], *publics, rank=10 * number + place))
        else:
            rolled.refresh()
    more = {"labels": labels(*read)} if read else {}
    if found:
        more["marks"] = marks(*dict.fromkeys(found))
    if activities:
        rolled.keep(*activities, **more)


def test_every_roll_up_is_told_something_by_these_tests(rolled: RolledBook) -> None:
    about = object_key(NOTES[0])
    when = MOMENTS[0]
    text = said(NOTES[0], when)
    rolled.keep(
        text,
        labels=labels(label(about, when, intents=["praise"])),
        marks=marks(
            (
                rolled.book.admit(text).tables["activities"]["key"][0].as_py(),
                about,
                "campaign",
                "c",
                when,
            ),
            (about, about, "query", "1", when),
            (about, about, "function", "web", when),
        ),
        links=link(ACTORS[0], 1, "touristes"),
    )
    rolled.refresh()
    check(rolled)
    assert {row[1] for row in rolled.stored()} == set(ROLL_UPS)
    assert timedelta(0) < MOMENTS[-1] - MOMENTS[0]
