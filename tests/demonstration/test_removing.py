"""One click removes the demonstration, and nothing that somebody else brought."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from entregent.apps.listen.importing import import_files
from entregent.apps.listen.journal import lake, open_record
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim
from entregent.apps.organisation.actions import OrganisationRefused, add_member
from entregent.apps.organisation.demo import (
    enter_demonstration,
    is_demonstration,
    open_demonstration,
    was_removed,
)
from entregent.apps.organisation.models import Member, Organisation
from entregent.apps.organisation.queries import NotFound
from entregent.demonstration.removing import finish, remove
from entregent.loop import hear
from tests.docs.pages import DOCS

pytestmark = pytest.mark.django_db

Load = Callable[[], None]

KEPT_TABLES = {"AuditEntry", "Lease"}


def rows_left() -> dict[str, int]:
    """Rows of our tables by model, those that only say what was done left out."""
    found = {}
    for config in apps.get_app_configs():
        if config.name.startswith("entregent.apps."):
            for model in config.get_models():
                count = model._default_manager.count()
                if count and model.__name__ not in KEPT_TABLES:
                    found[model.__name__] = count
    return found


def test_nothing_is_left_of_it(load: Load) -> None:
    load()
    keeper = Keeper(Claim(), hear)

    remains = remove(acting_user=None)
    while finish(keeper):
        pass

    assert not remains
    assert rows_left() == {}
    assert {
        name: lake().count(name) for name in ("activities", "labels", "accounts", "series")
    } == {
        "activities": 0,
        "labels": 0,
        "accounts": 0,
        "series": 0,
    }
    files = [file for file in lake().root.rglob("*.parquet") if "_delta_log" not in file.parts]
    assert files == []
    assert was_removed()
    assert not is_demonstration()


def test_what_somebody_else_brought_stays(load: Load) -> None:
    load()
    maude = Member.objects.get(email__startswith="maude")
    member_id, _ = add_member(
        acting_user=maude,
        name="Rosalie Tran-Pelletier",
        email="rosalie@autre.example",
        language="fr",
        role="owner",
    )
    keeper = Keeper(Claim(), hear)
    import_files(
        [DOCS / "tutorial" / "outbox.json"],
        acting_user=None,
        work=lambda: keeper.turn(flush=True),
    )
    keeper.turn(flush=True)

    remains = remove(acting_user=None)
    finish(keeper)

    assert remains
    assert Member.objects.get().pk == member_id
    assert not Organisation.objects.get().is_demo
    with open_record() as record:
        left = record.connection.sql("SELECT DISTINCT source FROM activities").fetchall()
        assert [source for (source,) in left] == ["file:activitystreams"]
        assert record.connection.sql("SELECT count(*) FROM activities").fetchall() == [(3,)]


def test_only_an_owner_removes_it(load: Load) -> None:
    load()
    with pytest.raises(PermissionDenied):
        remove(acting_user=Member.objects.filter(role="member").first())
    assert is_demonstration()


def test_there_is_nothing_to_remove_in_a_house_of_ones_own(alice: Member, home: Path) -> None:
    with pytest.raises(OrganisationRefused, match="not_a_demonstration"):
        remove(acting_user=alice)


def test_the_link_of_its_start_signs_in_once(load: Load) -> None:
    load()
    secret = open_demonstration()
    assert enter_demonstration(secret=secret).name.startswith("Maude")
    with pytest.raises(NotFound):
        enter_demonstration(secret=secret)
    with pytest.raises(NotFound):
        enter_demonstration(secret="anything else")
