"""RSS, Atom and CDF."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entregent.networks import feeds
from entregent.networks.feeds.xml_feeds import kind_of_feed, open_feed, read_feed
from entregent.networks.reading import Context, Outcome, Refused, Taken
from entregent.vocabulary import PUBLIC, Activity, VocabularyError

FIXTURES = Path(feeds.__file__).parent / "fixtures"
CONTEXT = Context("file:feed", datetime(2026, 3, 1, tzinfo=UTC))


def outcomes_of(name: str) -> list[Outcome]:
    return list(read_feed((FIXTURES / name).read_bytes(), CONTEXT))


def activities_in(outcomes: list[Outcome]) -> list[Activity]:
    return [act for one in outcomes if isinstance(one, Taken) for act in one.activities]


def rss(body: str, prolog: str = "") -> bytes:
    return f'{prolog}<rss version="2.0"><channel><title>T</title>{body}</channel></rss>'.encode()


def test_it_reads_an_article_with_all_its_parts() -> None:
    article = activities_in(outcomes_of("blogue.rss"))[0]

    assert article.type == "Create"
    assert article.actor == "urn:entregent:feed:echo.example%2Ffeed"
    assert article.to == (PUBLIC,)
    assert article.published == datetime(2026, 2, 4, 0, 30, tzinfo=UTC)
    about = article.object
    assert about is not None
    assert (about.id, about.type) == ("https://echo.example/?p=12", "Article")
    assert about.url == "https://echo.example/la-doyenne/"
    assert about.name == "La doyenne aux tuques"
    assert about.summary == "Yvette, 91 ans."
    assert about.language == "fr-CA"
    assert [tag.name for tag in about.tag] == ["#Tricot", "#Frimas"]
    assert [(one.type, one.url) for one in about.attachment] == [
        ("Audio", "https://echo.example/yvette.mp3")
    ]


def test_words_are_kept_as_they_were_said() -> None:
    about = activities_in(outcomes_of("blogue.rss"))[0].object

    assert about is not None
    assert about.content is not None
    assert "<script>" in about.content


def test_the_feed_itself_is_an_account() -> None:
    first = outcomes_of("blogue.rss")[0]

    assert isinstance(first, Taken)
    assert [(a.type, a.name, a.url) for a in first.accounts] == [
        ("Service", "L'Écho des Battures", "https://echo.example/")
    ]


def test_an_entry_without_id_or_date_has_the_same_id_each_time() -> None:
    first, again = (activities_in(outcomes_of("blogue.rss"))[1] for _ in range(2))

    assert first.id == again.id
    assert first.id.startswith("urn:entregent:feed-entry:")
    assert first.published is None


def test_an_entry_of_the_year_9999_is_refused_and_the_rest_goes_on() -> None:
    outcomes = outcomes_of("blogue.rss")

    refused = [one for one in outcomes if isinstance(one, Refused)]
    assert [(one.where, "9999" in one.reason) for one in refused] == [("entry[2].published", True)]
    assert len(activities_in(outcomes)) == 2


def test_a_comment_of_a_blog_answers_its_article_by_the_articles_own_id() -> None:
    (comment,) = activities_in(outcomes_of("commentaires.rss"))

    assert comment.object is not None
    assert comment.object.type == "Note"
    assert comment.object.in_reply_to == "https://echo.example/?p=12"
    assert comment.actor == "urn:entregent:feed:echo.example:author:Maryse%20B."


def test_an_entry_that_was_corrected_gives_an_update_too() -> None:
    created, updated, *_ = activities_in(outcomes_of("journal.atom"))

    assert (created.type, updated.type) == ("Create", "Update")
    assert created.actor == "https://shoreline.example/siobhan"
    assert updated.published == datetime(2026, 2, 5, tzinfo=UTC)
    assert updated.id == "tag:shoreline.example,2026:1#update:2026-02-05T00:00:00Z"
    assert created.object == updated.object


def test_a_reply_by_the_threading_extension_is_a_note() -> None:
    reply = activities_in(outcomes_of("journal.atom"))[-1]

    assert reply.object is not None
    assert reply.object.type == "Note"
    assert reply.object.in_reply_to == "tag:shoreline.example,2026:1"
    assert reply.object.content == "1 &lt; 2"
    assert reply.actor == "mailto:ann@reader.example"


def test_every_activity_comes_back_from_its_own_json() -> None:
    for name in ("blogue.rss", "commentaires.rss", "journal.atom"):
        for activity in activities_in(outcomes_of(name)):
            again = Activity.from_as2(
                activity.to_as2(), source="x", received_at=CONTEXT.received_at, dataschema="x"
            )
            assert again == activity


def test_an_entry_that_stands_twice_counts_once() -> None:
    entry = "<item><guid>https://a.example/1</guid><title>A</title></item>"
    outcomes = list(read_feed(rss(entry * 2), CONTEXT))

    assert len(activities_in(outcomes)) == 1
    assert isinstance(outcomes[-1], Taken)
    assert "twice" in outcomes[-1].nothing


def test_a_feed_without_entries_is_no_mistake() -> None:
    (only,) = read_feed(rss(""), CONTEXT)

    assert isinstance(only, Taken)
    assert only.nothing == "a feed without entries"


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<?xml version="1.0"?><!-- <rss> --><!DOCTYPE rss [<!ENTITY % x "y">]>',
    ],
)
def test_it_refuses_entities_before_it_parses(prolog: str) -> None:
    with pytest.raises(VocabularyError, match="entities"):
        list(read_feed(rss("<item><title>&b;</title></item>", prolog), CONTEXT))


def test_it_refuses_entities_in_another_encoding() -> None:
    body = rss("", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE rss [<!ENTITY a "b">]>')

    with pytest.raises(VocabularyError, match="entities"):
        list(read_feed(body.decode().encode("utf-16"), CONTEXT))


def test_words_about_entities_are_not_entities() -> None:
    body = rss("<item><title>XML</title><description><![CDATA[<!ENTITY a>]]></description></item>")

    assert len(activities_in(list(read_feed(body, CONTEXT)))) == 1


def test_it_refuses_more_entries_than_it_can_hold() -> None:
    with pytest.raises(VocabularyError, match="5,000 entries"):
        list(read_feed(rss("<item/>" * 5001), CONTEXT))


def test_a_feed_says_how_long_it_wants_to_be_left_alone() -> None:
    _, ttl = open_feed((FIXTURES / "blogue.rss").read_bytes(), CONTEXT)

    assert ttl == timedelta(hours=1)


def test_a_web_page_is_told_apart_and_its_feed_is_named() -> None:
    page = (
        b'<!DOCTYPE html><html><head><link rel="alternate" type="application/rss+xml" '
        b'href="https://echo.example/feed/"></head><body></body></html>'
    )

    with pytest.raises(VocabularyError, match=r"HTML page.*https://echo\.example/feed/"):
        list(read_feed(page, CONTEXT))


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b'<?xml version="1.0"?><!-- <html> --><rss version="2.0">', "rss"),
        (b'<rdf:RDF xmlns:rdf="x">', "rss"),
        (b'\xef\xbb\xbf<feed xmlns="http://www.w3.org/2005/Atom">', "atom"),
        ("<feed >".encode("utf-16"), "atom"),
        (b'<CHANNEL HREF="x">', "cdf"),
        (b"<html><body>rss", ""),
        (b"", ""),
    ],
)
def test_it_knows_a_feed_by_its_first_element(head: bytes, kind: str) -> None:
    assert kind_of_feed(head) == kind


@given(st.binary(max_size=300), st.sampled_from(["<rss><channel>", "<feed>", ""]))
def test_no_bytes_raise_anything_but_a_refusal(noise: bytes, start: str) -> None:
    told: list[object] = []
    try:
        told += read_feed(start.encode() + noise, CONTEXT)
    except VocabularyError as refusal:
        told.append(refusal.reason)
    assert told
