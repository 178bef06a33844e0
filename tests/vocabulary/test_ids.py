"""Ids and keys are equal for equal things, and different for different ones."""

from hypothesis import given
from hypothesis import strategies as st

from entregent.vocabulary import key64, keyed64, native_id, relation_id, row_id
from entregent.vocabulary.reading import required_uri

# Few letters, so that equal values and shifted borders do turn up.
bits = st.text("ab:%\ud800é", max_size=3)
several = st.lists(bits, max_size=3)
kinds = st.sampled_from(["Like", "Follow", "Announce"])


@given(several, several)
def test_native_ids_are_equal_exactly_where_their_parts_are(one, other):
    assert (native_id("x", *one) == native_id("x", *other)) == (one == other)


@given(st.tuples(kinds, bits, bits, bits), st.tuples(kinds, bits, bits, bits))
def test_relations_are_equal_exactly_where_who_and_what_are(one, other):
    assert (relation_id(*one) == relation_id(*other)) == (one == other)


@given(several, st.integers(0, 3), several, st.integers(0, 3))
def test_rows_are_equal_exactly_where_content_and_ordinal_are(one, first, other, second):
    same = (one, first) == (other, second)
    assert (row_id("visits", one, first) == row_id("visits", other, second)) == same


@given(several, several)
def test_keys_are_equal_exactly_where_texts_are(one, other):
    assert (key64(*one) == key64(*other)) == (one == other)


@given(bits, bits)
def test_a_key_needs_its_secret(secret, text):
    assert -(2**63) <= keyed64(b"a", text) < 2**63
    assert keyed64(b"a", text) == keyed64(b"a", text)
    assert keyed64(b"a", text) != keyed64(b"b", text)


@given(bits.filter(bool), st.integers(0, 9))
def test_every_id_is_an_address(text, ordinal):
    for made in (
        native_id("x", text),
        relation_id("Like", text, text),
        row_id("x", [text], ordinal),
    ):
        assert required_uri(made, "id") == made
