"""Somebody to remember, and a record to read them from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from entregent.apps.organisation.models import Member
    from entregent.apps.remember.models import Account
    from entregent.vocabulary import Activity

US = "https://facebook.example/frimas"
MARYSE = "https://facebook.example/maryse.b"
THOMAS = "https://x.example/thomas"
NOON = datetime(2026, 3, 9, 17, tzinfo=UTC)


@pytest.fixture
def home(settings: SettingsWrapper, tmp_path: Path) -> Path:
    """A data folder for this test alone."""
    from entregent.apps.listen import journal

    settings.HOME = tmp_path
    journal.lake().create()
    return tmp_path


@pytest.fixture
def account(db: None) -> Callable[..., Account]:
    """Return a maker of accounts."""
    from entregent.apps.listen.keyring import account_key
    from entregent.apps.remember.models import Account

    def make(uri: str = MARYSE, **more: Any) -> Account:
        facts = {
            "key": account_key(uri),
            "network": "facebook",
            "handle": uri.rpartition("/")[2],
            "first_seen_at": NOON,
            "last_seen_at": NOON,
            **more,
        }
        return Account.objects.create(uri=uri, **facts)

    return make


@pytest.fixture
def maryse(bob: Member, account: Callable[..., Account]) -> int:
    """Maryse, with her account on Facebook."""
    from entregent.apps.remember.actions import add_person, link_account

    person = add_person(acting_user=bob, name="Maryse B.", languages=["fr"], address_form="vous")
    link_account(acting_user=bob, account_id=account().pk, person_id=person, reason="themselves")
    return person


@pytest.fixture
def land(home: Path) -> Callable[..., None]:
    """Return a way to let activities come in."""
    from entregent.apps.listen import journal
    from entregent.apps.listen.keyring import account_key
    from entregent.lake.rows import Landing

    def landed(*activities: Activity) -> None:
        landing = Landing(account_key)
        landing.add(activities=activities)
        with transaction.atomic():
            journal.land(landing.tables(), origin="test")

    return landed
