"""What is written as ActivityStreams is read back as it was."""

from datetime import UTC, datetime
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.vocabulary import (
    ACCOUNT_TYPES,
    PUBLIC,
    Account,
    Activity,
    Attachment,
    Money,
    Object,
    Tag,
    VocabularyError,
    format_time,
    parse_time,
)
from entregent.vocabulary.activity import ACTIVITY_TYPES, OUR_TYPES

NOW = datetime(2026, 1, 30, 12, tzinfo=UTC)

# No NUL: it is left out where a text is read.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
words = st.text("abcdefgh.éœ~-", min_size=1, max_size=8)
uris = st.builds(
    lambda scheme, host, path: f"{scheme}:{host}/{path}",
    st.sampled_from(["https://", "urn", "did:plc", "at://", "matrix"]),
    words,
    words,
)
times = st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))
languages = st.sampled_from(["fr", "fr-CA", "en", "zh-Hant-TW", "iu"])
kinds = st.sampled_from(["Note", "Article", "Event", "schema:Order", "entregent:Contest"])
money = st.builds(
    Money,
    st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=2),
    st.sampled_from(["CAD", "EUR"]),
)
tags = st.builds(Tag, st.sampled_from(["Mention", "Hashtag"]), uris | st.just(""), texts)
attachments = st.builds(
    Attachment, st.sampled_from(["Image", "Video"]), uris | st.just(""), texts, texts
)
leaves = st.booleans() | st.integers(-(2**53), 2**53) | texts
extras = st.dictionaries(
    st.sampled_from(["schema:orderNumber", "entregent:code", "schema:seller"]),
    leaves | st.lists(leaves, max_size=2) | st.dictionaries(words, leaves, max_size=2),
    max_size=2,
).map(lambda found: orjson.dumps(found, option=orjson.OPT_SORT_KEYS).decode() if found else "")


def maybe(strategy):
    return st.none() | strategy


def several(strategy):
    return st.lists(strategy, max_size=3, unique=True).map(tuple)


@st.composite
def objects(draw):
    rating = draw(maybe(st.floats(0, 10)))
    return Object(
        id=draw(maybe(uris)),
        type=draw(kinds),
        name=draw(maybe(texts)),
        summary=draw(maybe(texts)),
        content=draw(maybe(texts)),
        language=draw(maybe(languages)),
        url=draw(maybe(uris)),
        attributed_to=draw(maybe(uris)),
        in_reply_to=draw(maybe(uris)),
        context=draw(maybe(uris)),
        quote=draw(maybe(uris)),
        published=draw(maybe(times)),
        updated=draw(maybe(times)),
        deleted=draw(maybe(times)),
        former_type=draw(maybe(kinds)),
        actor=draw(maybe(uris)),
        object=draw(maybe(uris)),
        latitude=draw(maybe(st.floats(-90, 90))),
        longitude=draw(maybe(st.floats(-180, 180))),
        rating=rating,
        best_rating=draw(maybe(st.floats(0, 10))) if rating is not None else None,
        price=draw(maybe(money)),
        attachment=draw(several(attachments)),
        tag=draw(several(tags)),
        extra=draw(extras),
    )


parts = objects() | st.builds(Object, id=uris)


@st.composite
def activities(draw):
    kind = draw(st.sampled_from(sorted(ACTIVITY_TYPES | OUR_TYPES | {"schema:BuyAction"})))
    return Activity(
        id=draw(uris),
        type=kind,
        source=draw(words),
        received_at=draw(times),
        dataschema=draw(words),
        actor=draw(maybe(uris)),
        object=draw(maybe(parts)),
        target=draw(maybe(parts)),
        origin=draw(maybe(parts)),
        result=draw(maybe(parts)),
        instrument=draw(maybe(parts)),
        location=draw(maybe(parts)),
        to=draw(several(uris | st.just(PUBLIC))),
        cc=draw(several(uris)),
        content=draw(maybe(texts)) if kind == "Like" else None,
        published=draw(maybe(times)),
        voluntary=draw(st.booleans()),
        legal_basis=draw(st.sampled_from(["", "public", "contract"])),
        retain_until=draw(maybe(times)),
    )


def through_json(document):
    return orjson.loads(orjson.dumps(document))


@given(objects())
def test_an_object_comes_back_as_it_was(thing):
    assert Object.from_as2(through_json(thing.to_as2())) == thing


@given(activities())
def test_an_activity_comes_back_as_it_was(activity):
    again = Activity.from_as2(
        through_json(activity.to_as2()), source="other", received_at=NOW, dataschema="other/9"
    )
    assert again == activity


@given(
    st.builds(
        Account,
        id=uris,
        type=st.sampled_from(sorted(ACCOUNT_TYPES)),
        source=words,
        received_at=st.just(NOW),
        handle=texts,
        name=texts,
        url=uris | st.just(""),
        summary=texts,
        created=maybe(times),
        indexable=maybe(st.booleans()),
    )
)
def test_an_account_comes_back_as_it_was(account):
    again = Account.from_as2(through_json(account.to_as2()), source=account.source, received_at=NOW)
    assert again == account


@given(times)
def test_a_time_comes_back_as_it_was(moment):
    assert parse_time(format_time(moment)) == moment


@given(money)
def test_an_amount_comes_back_as_it_was(amount):
    assert Money.parse(str(amount.amount), amount.currency) == amount


@given(money)
def test_an_amount_and_its_opposite_make_nothing(amount):
    assert (amount + -amount).amount == Decimal(0)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "object",
                    "actor",
                    "to",
                    "tag",
                    "content",
                    "contentMap",
                    "attachment",
                    "published",
                    "schema:price",
                    "schema:priceCurrency",
                    "schema:reviewRating",
                    "schema:other",
                    "latitude",
                    "name",
                    "href",
                    "url",
                ]
            ),
            inner,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["id", "actor", "object", "to", "tag", "target"]), JSON))
def test_a_document_is_read_or_refused_and_nothing_else(document):
    try:
        activity = Activity.from_as2(
            {"type": "Create", **document}, source="s", received_at=NOW, dataschema="x/1"
        )
    except VocabularyError as error:
        activity, told = None, str(error)
    else:
        told = orjson.dumps(activity.to_as2()).decode()
    assert told.encode()


@pytest.mark.parametrize("name", ["target", "object"])
def test_it_names_the_place_of_what_it_refuses(name):
    document = {"id": "urn:x:1", "type": "View", name: {"published": "2026-01-30T12:00:00"}}
    with pytest.raises(VocabularyError, match=f"^{name}.published: .*no zone"):
        Activity.from_as2(document, source="s", received_at=NOW, dataschema="x/1")
