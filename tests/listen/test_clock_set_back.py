"""The clock was wrong and is set back: nothing waits until it has come to where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from django.utils import timezone, translation

from entregent import forget
from entregent.apps.listen import actions, deleting, lease, rollups
from entregent.apps.listen.feeding import ask_due_feeds
from entregent.apps.listen.health import CHECKS
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import KEEPER, Claim
from entregent.apps.listen.models import LandedChunk, Lease, RollUpState, Source
from entregent.apps.organisation.models import Member
from tests.listen.deeds import post, write
from tests.listen.feed_site import serving
from tests.listen.rolling import by_hand, differences, keep, land, refresh, stored
from tests.listen.test_torn_files import Export, text

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db


@contextmanager
def clock(ahead: timedelta) -> Iterator[None]:
    """Context in which this machine's clock is ahead of the right time."""
    right = timezone.now
    with mock.patch.object(timezone, "now") as now:
        now.side_effect = lambda: right() + ahead
        yield


AHEAD = timedelta(days=400)


def check(name: str) -> tuple[str, str]:
    with translation.override("en"):
        found = next(each for each in CHECKS if each.__name__ == f"_{name}")()
        return found.status, str(found.finding)


def test_what_landed_before_is_admitted_and_kept(keeper: Keeper, exported: Export) -> None:
    with clock(AHEAD):
        land(text("1"))
    assert keeper.turn().admitted == 1
    assert not LandedChunk.objects.exists()
    keep(keeper)
    with clock(AHEAD):
        land(text("2"))
        assert keeper.turn(hurry=True).admitted == 1
    assert keeper.turn().kept == 1
    assert len(exported()) == 2


def test_nothing_is_counted_twice_by_reading_again(keeper: Keeper, exported: Export) -> None:
    with clock(AHEAD):
        keep(keeper, text("1"), text("1", "Update"))
        refresh(keeper)
    keep(keeper, text("1"), text("1", "Update"), text("2"))
    refresh(keeper)
    assert len(exported()) == 3
    assert differences(stored(), by_hand()) == {"too much": [], "missing": []}


def test_roll_ups_are_late_at_once_and_not_in_a_year(keeper: Keeper) -> None:
    with clock(AHEAD):
        keep(keeper, text("1"))
        refresh(keeper)
        assert RollUpState.objects.filter(looked_at__gt=timezone.now() - timedelta(1)).exists()
    keep(keeper, text("2"))
    assert rollups.is_late()


def test_compaction_and_the_daily_pass_are_due_again(keeper: Keeper, home: Path) -> None:
    with clock(AHEAD):
        keep(keeper, text("1"))
        assert keeper.compact_if_due()
        assert forget.daily(keeper)
        assert not deleting.pass_is_due()
    assert deleting.pass_is_due()
    assert keeper.compact_if_due()


def test_a_lease_from_a_wrong_clock_passes_on_when_its_holder_is_silent(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = Claim("elsewhere/00000000/1/1/word")
    with clock(AHEAD):
        assert theirs.take()
    ours = Claim()
    assert not ours.take(), "they may be at work"
    status, finding = check("keeper")
    assert (status, "a clock was wrong" in finding) == ("warning", True)
    monkeypatch.setattr(lease, "monotonic", lambda now=lease.monotonic: now() + 20)
    assert not ours.take(), "for as long as a lease lasts"
    monkeypatch.setattr(lease, "monotonic", lambda now=lease.monotonic: now() + 20)
    assert ours.take()
    assert Lease.objects.get(name=KEEPER).expires_at < timezone.now() + timedelta(minutes=1)


def test_a_holder_that_renews_keeps_its_lease_however_wrong_its_clock(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = Claim("elsewhere/00000000/1/1/word"), Claim()
    for _ in range(4):
        with clock(AHEAD):
            theirs._renewed_s = float("-inf")
            assert theirs.take()
        assert not ours.take()
        monkeypatch.setattr(lease, "monotonic", lambda now=lease.monotonic: now() + 20)


def test_a_feed_is_asked_at_once_and_its_items_stand_once(
    keeper: Keeper, alice: Member, settings: SettingsWrapper, exported: Export
) -> None:
    settings.FETCH_PRIVATE = True
    with serving() as site:
        with clock(AHEAD):
            actions.add_feed(acting_user=alice, address=site.address)
            assert ask_due_feeds() == 1
            keep(keeper)
        before = len(exported())
        assert ask_due_feeds() == 1, "and not in a year"
        assert ask_due_feeds() == 0, "once, and then as often as usual"
    keep(keeper)
    assert len(exported()) == before
    assert Source.objects.get().error == ""


def test_doctor_says_by_how_much(
    keeper: Keeper, take_in: Callable[..., Any], tmp_path: Path
) -> None:
    with clock(AHEAD):
        take_in(write(tmp_path / "a.jsonl", [post()]))
    status, finding = check("clock")
    assert status == "warning"
    assert "set back by at least" in finding
