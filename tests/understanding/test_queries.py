"""Saved queries: what is written is found, what is wrong is named, and many are tried as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.understanding.queries import LONGEST, Matcher, QueryError, fold, parse

WORDS = ["navette", "quai", "tuque", "œuf", "gèle", "#tuque", "@quai", "été", "❤️", "l'hiver"]

terms = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from([f"{word}*" for word in ("nav", "qua", "tuq", "#tu", "vieux-qu")]),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda w: f'"{" ".join(w)}"'),
)
queries = st.recursive(
    terms,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from([" AND ", " ", " OR ", " ET ", " OU ", " SAUF "]), inner)
        .map("".join)
        .map(lambda text: f"({text})"),
        inner.map(lambda text: f"NOT {text}"),
    ),
    max_leaves=6,
)
texts = st.lists(
    st.sampled_from([*WORDS, "le", "vieux", "navettes", "Quai,", "TUQUE!"]), max_size=9
).map(" ".join)


@pytest.mark.parametrize(
    ("query", "text", "answers"),
    [
        ("navette", "La NAVETTE n'est pas passée", True),
        ("navette", "Les navettes", False),
        ("navett*", "Les navettes", True),
        ("gele", "On gèle", True),
        ("gèle", "on gele", True),
        ("coeur", "De tout cœur", True),
        ('"vieux quai"', "au vieux-quai", True),
        ('"vieux quai"', "le quai est vieux", False),
        ("«vieux quai»", "au vieux quai", True),
        ("laissez-passer", "un laissez-passer familial", True),
        ("laissez-pass*", "deux laissez-passers", True),
        ("tuque", "ma #tuque", True),
        ("#tuque", "ma tuque", False),
        ("#tuque", "ma #Tuque!", True),
        ("@quai@masto.example", "merci @quai@masto.example", True),
        ("hiver", "l'hiver", True),
        ("a OR b AND c", "a", True),
        ("(a OR b) AND c", "a", False),
        ("navette tuque", "tuque et navette", True),
        ("navette SAUF tuque", "tuque et navette", False),
        ("navette -tuque", "une navette", True),
        ("navette ou tuque", "navette tuque", False),
        ("NOT navette", "le quai", True),
        ("❤", "merci ❤️", True),
    ],
)
def test_a_query_finds_what_it_says(query, text, answers):
    assert parse(query).matches(fold(text)) is answers


@pytest.mark.parametrize(
    ("query", "code", "position"),
    [
        ("", "empty", 1),
        ("   ", "empty", 1),
        ('quai "vieux', "unclosed_quote", 6),
        ("quai (navette", "unclosed_parenthesis", 6),
        ("quai)", "unopened_parenthesis", 5),
        ("quai ()", "nothing_inside", 6),
        ('""', "nothing_inside", 1),
        ("OU quai", "nothing_before", 1),
        ("quai OR", "nothing_after", 6),
        ("quai OR OR navette", "nothing_after", 6),
        ("SAUF", "nothing_after", 1),
        ("quai ***", "no_word", 6),
        ("q*", "short_prefix", 1),
        ("(" * 60 + "quai" + ")" * 60, "too_deep", 41),
        ("a" * (LONGEST + 1), "too_long", LONGEST),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(query, code, position):
    with pytest.raises(QueryError) as refused:
        parse(query)
    assert (refused.value.code, refused.value.position) == (code, position)
    assert str(refused.value) == refused.value.sentence


@given(queries)
def test_the_normal_form_reads_as_itself(text):
    normal = str(parse(text))
    assert str(parse(normal)) == normal


@given(queries, texts)
def test_the_normal_form_finds_the_same(query, text):
    asked = parse(query)
    assert parse(str(asked)).matches(fold(text)) == asked.matches(fold(text))


@given(st.lists(queries, max_size=12), st.lists(texts, max_size=6))
def test_many_tried_as_one_find_what_each_finds_alone(written, told):
    asked = {number: parse(query) for number, query in enumerate(written)}
    matcher = Matcher(asked)
    for text in told:
        alone = [number for number, query in asked.items() if query.matches(fold(text))]
        assert list(matcher.matching(text)) == alone


@given(st.text())
def test_any_text_can_be_asked_or_is_refused_with_a_sentence(text):
    try:
        query = parse(text)
    except QueryError as refused:
        told = refused.sentence
    else:
        told = str(parse(str(query)))
        assert told == str(query)
    assert told


@given(st.text())
def test_words_stand_where_they_are_said_to_stand(text):
    folded = fold(text)
    ends = [0]
    for word, (start, end) in zip(folded.tokens, folded.spans, strict=True):
        assert ends[-1] <= start < end <= len(text)
        assert fold(text[start:end]).tokens == (word,)
        ends.append(end)


def test_evidence_is_what_answered_and_nothing_left_out():
    folded = fold("Au Vieux-Quai, la navette gèle")
    query = parse('"vieux quai" (navette OR autobus) NOT tuque')
    assert [folded.text[start:end] for start, end in query.evidence(folded)] == [
        "Vieux",
        "Quai",
        "navette",
    ]
    assert Matcher({7: query}).words(7, folded) == ("Vieux-Quai", "navette")
    assert parse("tuque").evidence(folded) == ()
