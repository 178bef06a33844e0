"""The demonstration is loaded whole, once, into an empty house."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from entregent.apps.address.models import Campaign, Plan
from entregent.apps.coordinate.models import Ask, Change, Conversation, Crisis, Decision, Message
from entregent.apps.listen.journal import lake, open_record
from entregent.apps.listen.models import Source, SourceGap
from entregent.apps.measure.models import DayCount, Moment, ReadOut
from entregent.apps.organisation.demo import was_removed
from entregent.apps.organisation.models import Member, Organisation
from entregent.apps.remember.models import Account, Consent, Person, Promise
from entregent.demonstration import loading
from entregent.demonstration.summary import summary
from entregent.simulation import Settings, simulate

pytestmark = pytest.mark.django_db

Load = Callable[[], None]


def test_every_table_of_the_loop_holds_something(load: Load) -> None:
    load()
    for model in (
        *(Member, Source, SourceGap, Person, Account, Consent, Promise, Conversation, Message),
        *(Ask, Crisis, Decision, Change, Campaign, Plan, DayCount, Moment, ReadOut),
    ):
        assert model._default_manager.exists(), model.__name__
    told = summary()
    assert told.heard == lake().count("activities")
    assert told.understood == lake().count("labels")
    assert told.campaigns == 7


def test_what_waits_on_the_first_page_is_what_was_staged(load: Load) -> None:
    load()
    assert summary().waiting == 7
    waiting = Conversation.objects.filter(state="waiting")
    assert waiting.filter(account__name__startswith="Maryse").exists()
    assert Promise.objects.filter(kept_at=None).count() == 2


def test_all_texts_went_through_the_loop(load: Load) -> None:
    load()
    with open_record() as record:
        told = record.connection.sql(
            "SELECT count(*) FROM activities WHERE type = 'Create' AND content IS NOT NULL "
            "AND object_key NOT IN (SELECT object_key FROM labels)"
        ).fetchall()
    assert told == [(0,)]
    assert Conversation.objects.exclude(function=None).count() == Conversation.objects.count()
    assert not Conversation.objects.filter(reason={}).exists()


def test_each_activity_is_kept_once(load: Load) -> None:
    load()
    with open_record() as record:
        rows = record.connection.sql(
            "SELECT count(*), count(DISTINCT key), count(DISTINCT id) FROM activities"
        ).fetchall()
    assert len(set(rows[0])) == 1


def test_a_house_that_is_not_empty_is_left_alone(
    alice: Member, home: Path, small: Settings
) -> None:
    with pytest.raises(loading.DemonstrationRefused, match="not_empty"):
        loading.load(small)
    assert not Source.objects.exists()
    assert Organisation.objects.get().name == "Frimas et Framboises"
    assert not Organisation.objects.get().is_demo


def test_a_loading_that_was_cut_off_is_begun_again(load: Load, small: Settings, home: Path) -> None:
    class CutOffError(Exception):
        pass

    def cut(verb: str, done: int, total: int) -> None:
        if verb == "listen":
            raise CutOffError

    with pytest.raises(CutOffError):
        loading.load(small, cut)
    assert loading.marker().exists()

    load()

    assert not loading.marker().exists()
    assert summary().waiting == 7
    with open_record() as record:
        rows = record.connection.sql("SELECT count(*), count(DISTINCT key) FROM activities")
        assert len(set(rows.fetchall()[0])) == 1


def test_the_same_seed_gives_the_same_house(small: Settings) -> None:
    one, other = simulate(small), simulate(small)
    assert one.truth == other.truth
    assert one.people == other.people
    for part in one.parts:
        assert list(one.deeds(part)) == list(other.deeds(part)), part


def test_a_loading_that_was_cut_off_before_it_wrote_anything_is_begun_again(
    load: Load, home: Path
) -> None:
    loading.marker().touch()

    load()

    assert not loading.marker().exists()
    assert summary().campaigns == 7


def test_a_repair_that_was_cut_off_too_is_repaired(load: Load, small: Settings) -> None:
    class CutOffError(Exception):
        pass

    def cut(verb: str, done: int, total: int) -> None:
        if verb == "listen":
            raise CutOffError

    for _ in range(2):
        with pytest.raises(CutOffError):
            loading.load(small, cut)
    assert was_removed(), "the repair removed what the first loading had left"
    assert loading.is_wanted()

    load()

    assert not loading.is_wanted()
    assert Organisation.objects.get().is_demo


def test_a_house_of_ones_own_is_left_alone_whatever_was_cut_off_before(
    alice: Member, home: Path, small: Settings
) -> None:
    loading.marker().touch()
    assert not loading.is_wanted()
    with pytest.raises(loading.DemonstrationRefused, match="not_empty"):
        loading.load(small)
    assert Organisation.objects.get().name == "Frimas et Framboises"
