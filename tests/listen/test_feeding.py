"""Feeds are asked politely, and what they bring lands together with their cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError
from django.utils import timezone

from entregent.apps.listen.actions import (
    add_feed,
    ask_source_now,
    close_gap,
    open_gap,
    pause_source,
    resume_source,
)
from entregent.apps.listen.feeding import EVERY, ask_due_feeds
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.models import LandedChunk, Source, SourceDay
from entregent.apps.listen.queries import access_source, local_day
from entregent.apps.organisation.models import AuditEntry, Member
from tests.listen.failing import failing_at
from tests.listen.feed_site import FeedSite, rss, serving

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db

Export = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def site(settings: SettingsWrapper, home: Path) -> Iterator[FeedSite]:
    settings.FETCH_PRIVATE = True
    with serving() as one:
        yield one


@pytest.fixture
def feed(site: FeedSite, alice: Member) -> int:
    return add_feed(acting_user=alice, address=site.address, name="Écho")


def ask(feed: int) -> Source:
    """Ask the feed now, as if its time had come."""
    Source.objects.filter(pk=feed).update(next_try_at=timezone.now())
    assert ask_due_feeds() == 1
    return Source.objects.get(pk=feed)


def gaps(source: Source) -> list[tuple[str, bool]]:
    """Reason of each gap, oldest first, and whether it is open."""
    return [(gap.reason, gap.until is None) for gap in source.gaps.order_by("start")]


def test_new_entries_come_in_and_are_counted_for_their_feed(
    feed: int, keeper: Keeper, exported: Export
) -> None:
    assert ask_due_feeds() == 1
    keeper.turn(flush=True)
    assert {document["object"]["name"] for document in exported()} == {"La doyenne", "Le quai"}
    source = Source.objects.get(pk=feed)
    assert source.items == 2
    assert source.last_item_at is not None
    days = dict(SourceDay.objects.filter(source=source).values_list("day", "items"))
    assert days[datetime(2026, 2, 3).date()] == 2


def test_the_same_entries_again_bring_nothing(feed: int, keeper: Keeper, exported: Export) -> None:
    for _ in range(2):
        ask(feed)
        keeper.turn(flush=True)
    assert len(exported()) == 2
    assert Source.objects.get(pk=feed).items == 2


def test_it_is_asked_again_in_its_time_and_not_before(feed: int, site: FeedSite) -> None:
    source = ask(feed)
    assert source.next_try_at is not None
    assert abs(source.next_try_at - timezone.now() - EVERY) < timedelta(seconds=20)
    assert ask_due_feeds() == 0
    assert len(site.asked) == 1


def test_it_asks_with_the_marks_of_the_last_answer(feed: int, site: FeedSite) -> None:
    date = "Tue, 03 Feb 2026 00:00:00 GMT"
    site.headers = {"ETag": '"v1"', "Last-Modified": date}
    ask(feed)
    LandedChunk.objects.all().delete()
    source = ask(feed)
    assert site.asked[1][1]["If-None-Match"] == '"v1"'
    assert site.asked[1][1]["If-Modified-Since"] == date
    assert not LandedChunk.objects.exists(), "not modified: nothing lands"
    assert (source.error, source.failures) == ("", 0)


@pytest.mark.parametrize("status", [200, 429, 503])
def test_it_waits_as_long_as_the_server_asks(
    status: int, feed: int, site: FeedSite, alice: Member
) -> None:
    site.status, site.headers = status, {"Retry-After": "7200"}
    source = ask(feed)
    assert source.next_try_at is not None
    assert source.next_try_at - timezone.now() > timedelta(minutes=119)
    ask_source_now(acting_user=alice, source_id=feed)
    assert ask_due_feeds() == 0


def test_a_feed_that_moved_for_good_is_asked_at_its_new_place(feed: int, site: FeedSite) -> None:
    site.moved = {"/feed": "/new"}
    ask(feed)
    source = ask(feed)
    assert [path for path, _ in site.asked] == ["/feed", "/new", "/new"]
    assert source.address == site.address, "what was typed stays as it was typed"


@pytest.mark.parametrize(
    ("status", "state"),
    [(403, "forbidden"), (404, "not_found"), (429, "rate_limited"), (500, "server_error")],
)
def test_what_a_server_refuses_is_named_and_opens_a_gap_until_it_answers(
    status: int, state: str, feed: int, site: FeedSite, alice: Member
) -> None:
    ask(feed)
    site.status = status
    ask(feed)
    source = ask(feed)
    assert (source.error, source.failures) == (state, 2)
    assert gaps(source) == [(state, True)]
    assert access_source(alice, feed).state == "failing"
    assert source.next_try_at is not None
    assert source.next_try_at - timezone.now() > 3 * EVERY
    site.status = 200
    source = ask(feed)
    assert (source.error, source.failures) == ("", 0)
    assert gaps(source) == [(state, False)]
    assert access_source(alice, feed).state == "current"
    changes = AuditEntry.objects.filter(action="listen.feed_asked").order_by("pk")
    assert [entry.changes["state"] for entry in changes] == [["", state], [state, ""]]


def test_a_feed_that_is_gone_for_good_is_asked_once_a_day(feed: int, site: FeedSite) -> None:
    site.status = 410
    source = ask(feed)
    assert source.error == "gone"
    assert source.next_try_at is not None
    assert source.next_try_at - timezone.now() > timedelta(hours=23)
    assert gaps(source) == [("gone", True)]


def test_a_feed_is_left_alone_as_long_as_it_says_itself(feed: int, site: FeedSite) -> None:
    site.body = rss(more="<ttl>120</ttl>")
    source = ask(feed)
    assert source.next_try_at is not None
    assert source.next_try_at - timezone.now() > timedelta(minutes=119)


def test_a_page_is_not_a_feed(feed: int, site: FeedSite) -> None:
    site.body = b"<!doctype html><html><body>Bienvenue</body></html>"
    source = ask(feed)
    assert source.error == "not_a_feed"
    assert not LandedChunk.objects.exists()


def test_a_server_that_is_away_is_unreachable(alice: Member, home: Path) -> None:
    with serving() as closed:
        address = closed.address
    from django.test import override_settings

    with override_settings(FETCH_PRIVATE=True):
        source = ask(add_feed(acting_user=alice, address=address))
    assert source.error == "unreachable"


def test_an_address_of_this_machine_is_refused_unless_it_is_allowed(
    feed: int, site: FeedSite, settings: SettingsWrapper
) -> None:
    settings.FETCH_PRIVATE = False
    source = ask(feed)
    assert source.error == "refused_address"
    assert site.asked == []


def test_an_entry_that_cannot_be_read_is_counted_and_the_others_come_in(
    feed: int, site: FeedSite, keeper: Keeper, exported: Export
) -> None:
    far = (
        "<item><guid>https://echo.example/9</guid><title>Trop loin</title>"
        "<pubDate>Fri, 31 Dec 9999 12:00:00 GMT</pubDate></item>"
    )
    site.body = rss(("1", "La doyenne"), more=far)
    source = ask(feed)
    keeper.turn(flush=True)
    assert source.refused == 1
    assert len(exported()) == 1


def test_a_day_on_which_it_answered_is_collected_even_if_it_brought_nothing(
    feed: int, site: FeedSite, alice: Member
) -> None:
    site.body = rss()
    ask(feed)
    today = local_day(timezone.now())
    assert dict(access_source(alice, feed).days)[today] == 0
    assert dict(access_source(alice, feed).days)[today - timedelta(days=1)] is None


def test_a_day_on_which_it_only_failed_is_not_collected(
    feed: int, site: FeedSite, alice: Member
) -> None:
    site.status = 500
    ask(feed)
    assert dict(access_source(alice, feed).days)[local_day(timezone.now())] is None


def test_the_cursor_does_not_move_when_the_items_cannot_land(
    feed: int, site: FeedSite, keeper: Keeper, exported: Export
) -> None:
    site.headers = {"ETag": '"v1"'}
    full = failing_at("INSERT ON listen_landedchunk", "the disk is full")
    with full, pytest.raises(DatabaseError, match="disk is full"):
        ask_due_feeds()
    source = Source.objects.get(pk=feed)
    assert source.cursor == {}
    assert source.last_try_at is None
    # The claim of the worker that failed runs out.
    Source.objects.update(claimed_until=timezone.now())
    ask(feed)
    keeper.turn(flush=True)
    assert "If-None-Match" not in site.asked[-1][1]
    assert len(exported()) == 2


def test_a_feed_that_another_worker_is_asking_is_left_alone(feed: int) -> None:
    Source.objects.update(claimed_until=timezone.now() + timedelta(minutes=1))
    assert ask_due_feeds() == 0
    Source.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))
    assert ask_due_feeds() == 1
    assert Source.objects.get(pk=feed).claimed_until is None


def test_a_paused_feed_is_not_asked_and_the_pause_is_a_gap_until_the_next_answer(
    feed: int, alice: Member
) -> None:
    ask(feed)
    pause_source(acting_user=alice, source_id=feed)
    Source.objects.update(next_try_at=timezone.now())
    assert ask_due_feeds() == 0
    ask_source_now(acting_user=alice, source_id=feed)
    assert ask_due_feeds() == 0
    assert access_source(alice, feed).state == "paused"
    resume_source(acting_user=alice, source_id=feed)
    assert gaps(Source.objects.get(pk=feed)) == [("paused", True)]
    assert ask_due_feeds() == 1
    assert gaps(Source.objects.get(pk=feed)) == [("paused", False)]


def test_asking_now_does_not_wait_for_its_time(feed: int, site: FeedSite, alice: Member) -> None:
    ask(feed)
    ask_source_now(acting_user=alice, source_id=feed)
    assert ask_due_feeds() == 1
    assert len(site.asked) == 2


def test_an_answer_on_its_way_does_not_end_a_pause_that_began_meanwhile(
    feed: int, alice: Member
) -> None:
    from entregent.apps.listen.feeding import _note
    from entregent.networks.feeds import FeedAnswer, FeedCursor

    asked = Source.objects.get(pk=feed)
    before = timezone.now() - timedelta(seconds=5)
    pause_source(acting_user=alice, source_id=feed)
    _note(asked, FeedAnswer("new", FeedCursor()), before, 0)
    source = Source.objects.get(pk=feed)
    assert source.is_paused
    assert gaps(source) == [("paused", True)]


def test_a_gap_never_ends_before_it_begins(feed: int) -> None:
    source = Source.objects.get(pk=feed)
    open_gap(source, timezone.now(), "server_error")
    close_gap(source, timezone.now() + timedelta(seconds=1))
    gap = source.gaps.get()
    assert gap.until is not None
    assert gap.start <= gap.until
