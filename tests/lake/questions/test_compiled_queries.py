"""A saved query finds in the archive what it found in the stream: two compilers, one answer."""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from entregent.lake.questions.compiling import folded_here, holds
from entregent.understanding.queries import Query, QueryError, fold, parse
from entregent.understanding.reading import plain
from tests.understanding.test_queries import queries, texts

WORDS = (
    "été",
    "œuvre",
    "Straße",
    "½",
    "🫐",
    "l'eau",
    "vieux-quai",
    "a_b",
    "x.y",
    "c'est",
    "ǅ",
    "İ",
)
odd = st.one_of(st.sampled_from(WORDS), st.text(max_size=6))
odd_texts = st.lists(st.one_of(odd, st.tuples(st.sampled_from("#@"), odd).map("".join)), max_size=8)


@cache
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def found(query: Query, folded: list[str | None]) -> list[bool | None]:
    """What the compiled query says of some folded texts."""
    table = ibis.table({"number": "int64", "folded": "string"}, name="texts")
    expression = table.select("number", answer=holds(query.root, table.folded)).order_by("number")
    engine().register(
        "texts", pa.table({"number": range(len(folded)), "folded": pa.array(folded, pa.string())})
    )
    rows = engine().sql(str(ibis.to_sql(expression, dialect="duckdb"))).fetchall()
    return [answer for _, answer in rows]


def sound(text: str) -> str:
    """A text that can be stored: half a surrogate pair cannot."""
    return text.encode("utf-8", "replace").decode()


@settings(max_examples=150)
@given(queries, st.lists(texts, min_size=1, max_size=8))
def test_the_stream_and_the_archive_give_one_answer(written: str, told: list[str]) -> None:
    query = parse(written)
    folded = [fold(text) for text in told]
    assert found(query, [each.written() for each in folded]) == [
        query.matches(each) for each in folded
    ]


@settings(max_examples=150)
@given(st.lists(odd, min_size=1, max_size=3), odd_texts, st.sampled_from([" ", " OR ", '"', "*"]))
def test_whatever_is_written_both_compilers_agree(
    words: list[str], told: list[str], joined: str
) -> None:
    written = {'"': f'"{" ".join(words)}"', "*": f"{' '.join(words)}*"}.get(joined)
    try:
        query = parse(written or joined.join(words))
    except QueryError:
        return
    folded = fold(sound(" ".join([*told, *words])))
    assert found(query, [folded.written()]) == [query.matches(folded)]


@pytest.mark.parametrize(
    ("written", "text", "answer"),
    [
        ("ete", "C'est l'Été!", True),
        ("#ete", "C'est l'été", False),
        ("#ete", "Vive #Été", True),
        ("ete", "Vive #Été", True),
        ('"bon ete"', "bon #été", True),
        ('"bon ete"', "bon, mais été", False),
        ("nav*", "les navettes", True),
        ("#nav*", "les navettes #Navette", True),
        ("a.b", "axb", False),
        ("NOT ete", "", True),
        ("🫐", "Bravo🫐🫐", True),
    ],
)
def test_the_archive_finds_what_the_query_says(written: str, text: str, answer: bool) -> None:
    assert found(parse(written), [fold(text).written()]) == [answer]


def test_a_query_as_long_as_may_be_is_asked_of_the_archive_too() -> None:
    words = [f"m{number}" for number in range(800)]
    text = fold(" ".join(words)).written()
    assert found(parse(" ".join(words)), [text, text.replace(" m400 ", " ")]) == [True, False]


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.text("aeiouéèêàçœŒÉÀÇÜabcXYZ019", min_size=1, max_size=6),
            st.sampled_from(
                [" ", ", ", "’", " « ", " » ", "-", "<p>", "</p>", "<br/>", " #", " @"]
            ),
            st.sampled_from(["&amp;", "&nbsp;", "…", "!", "—", "()", "."]),
        ),
        max_size=12,
    )
)
def test_words_of_an_older_record_are_folded_as_the_stream_folds_them(parts: list[str]) -> None:
    text = "".join(parts)
    # A mark before anything but a word marks nothing: no query can ask for it.
    assert unmarked(here(text)) == unmarked(fold(plain(text)).written())


def here(text: str) -> str:
    table = ibis.table({"text": "string"}, name="one")
    engine().register("one", pa.table({"text": pa.array([text], pa.string())}))
    expression = table.select(folded=folded_here(table.text))
    told: Any = engine().sql(str(ibis.to_sql(expression, dialect="duckdb"))).fetchone()
    return str(told[0])


def unmarked(folded: str) -> list[str]:
    return [word for word in folded.split(" ") if word.strip("#@_")]
