"""Times, money, windows and URIs: what is accepted, and what is refused with a reason."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entregent.vocabulary import Money, Object, VocabularyError, Window, format_time, parse_time
from entregent.vocabulary.reading import required_uri, type_name
from entregent.vocabulary.times import EARLIEST, LATEST

HUGE = pytest.param(10**5000, id="huge")
LONE = "\ud800"
aware = st.datetimes(timezones=st.just(UTC), min_value=datetime(1971, 1, 1))


def test_it_refuses_a_date_without_a_zone():
    with pytest.raises(VocabularyError, match="no zone"):
        parse_time("2026-02-03T19:30:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-03",
        "hier",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-02-03T25:00:00Z",
        "2026-W05-1T00:00:00Z",
        "20260203T193000Z",
        "2026-02-03T19:30:60Z",
        "2026-02-03T19:30:00+99:00",
        "2026-02-03T19:30:00Z ",
        "٢٠٢٦-02-03T19:30:00Z",
    ],
)
def test_it_refuses_what_is_no_time(text):
    with pytest.raises(VocabularyError):
        parse_time(text)


@pytest.mark.parametrize("value", [None, 3, True, [], {}, HUGE, LONE * 50])
def test_it_refuses_what_is_no_text_with_one_sentence(value):
    with pytest.raises(VocabularyError) as refused:
        parse_time(value, "published")
    assert str(refused.value).encode()
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("year", ["0001", "1969", "2100", "9999"])
def test_it_refuses_a_year_out_of_bounds(year):
    with pytest.raises(VocabularyError, match=r"year|exists"):
        parse_time(f"{year}-06-01T00:00:00Z")


@given(st.datetimes(timezones=st.just(UTC)))
def test_it_accepts_exactly_what_lies_within_the_bounds(moment):
    text = format_time(moment)
    if EARLIEST <= moment < LATEST:
        assert parse_time(text) == moment
    else:
        with pytest.raises(VocabularyError):
            parse_time(text)


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)),
    st.integers(-23 * 60, 23 * 60),
    st.booleans(),
)
def test_every_offset_tells_the_same_instant(local, minutes, lower):
    moment = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    text = moment.isoformat()
    assert parse_time(text.replace("T", "t") if lower else text) == moment


@pytest.mark.parametrize(
    ("text", "microseconds"), [("0.5", 500_000), ("0.1234567", 123_456), ("0", 0)]
)
def test_it_cuts_what_is_finer_than_a_microsecond(text, microseconds):
    moment = parse_time(f"2026-02-03T19:30:0{text}Z".replace("00.", "00."))
    assert moment.microsecond == microseconds
    assert moment.tzinfo is UTC


def test_it_writes_no_time_without_a_zone():
    with pytest.raises(VocabularyError, match="zone"):
        format_time(datetime(2026, 2, 3))


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("NaN", "CAD"),
        ("Infinity", "CAD"),
        ("1e30", "CAD"),
        ("0.0000001", "CAD"),
        ("", "CAD"),
        ("douze", "CAD"),
        (True, "CAD"),
        (None, "CAD"),
        pytest.param(10**5000, "CAD", id="huge"),
        ("1", "dollars"),
        ("1", None),
        ("1", LONE),
    ],
)
def test_it_refuses_what_is_no_amount(amount, currency):
    with pytest.raises(VocabularyError) as refused:
        Money.parse(amount, currency, "price")
    assert str(refused.value).encode()


def test_it_does_not_add_two_currencies():
    with pytest.raises(VocabularyError, match="CAD and EUR"):
        Money(Decimal(1), "CAD") + Money(Decimal(1), "EUR")


@given(aware, aware, aware)
def test_a_window_holds_its_start_and_not_its_end(start, end, moment):
    assume(start < end)
    window = Window(start, end)
    assert start in window
    assert end not in window
    assert (moment in window) == (start <= moment < end)


@given(aware, aware, aware, aware)
def test_an_overlap_is_what_lies_in_both(a, b, c, d):
    assume(a < b)
    assume(c < d)
    one, other = Window(a, b), Window(c, d)
    both = one.overlap(other)
    assert both == other.overlap(one)
    for moment in (a, b, c, d):
        assert (both is not None and moment in both) == (moment in one and moment in other)


@given(aware)
def test_an_empty_window_is_refused(moment):
    with pytest.raises(VocabularyError, match="end after"):
        Window(moment, moment)


@pytest.mark.parametrize(
    "uri",
    [
        "https://maison.example/a",
        "https://maison.example/été",
        "urn:x:1",
        "did:plc:abc",
        "at://did:plc:a/b/c",
        "tag:maison.example,2026:1",
        "matrix:u/a:b",
    ],
)
def test_it_accepts_an_absolute_address(uri):
    assert required_uri(uri, "id") == uri


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "a/b",
        "/a",
        "https",
        "mailto:",
        "https://a b",
        "https://a\n",
        "https://a\x7f",
        f"https://a{LONE}",
        "https://é à",
        "x" * 5000,
        ":a",
        "1:a",
        None,
        3,
        {},
    ],
)
def test_it_refuses_what_is_no_absolute_address(uri):
    with pytest.raises(VocabularyError) as refused:
        required_uri(uri, "id")
    assert str(refused.value).encode()


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("https://schema.org/Review", "schema:Review"),
        ("as:Note", "Note"),
        ("Note", "Note"),
        ("https://www.w3.org/ns/activitystreams#Note", "Note"),
        (["Note", "x"], "Note"),
    ],
)
def test_it_shortens_known_namespaces(written, short):
    assert type_name(written, "type") == short


@pytest.mark.parametrize("value", [float("nan"), float("inf"), HUGE, True, "45", [1]])
def test_it_refuses_a_latitude_that_is_no_number(value):
    with pytest.raises(VocabularyError, match="latitude"):
        Object.from_as2({"latitude": value})


def test_a_list_within_a_list_is_no_object():
    with pytest.raises(VocabularyError, match="not a list"):
        Object.from_as2([[[["https://maison.example/"]]]])
