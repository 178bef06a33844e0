"""A house with a record, tokens, and programs that ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from entregent.apps.organisation.models import Member
    from entregent.vocabulary import Activity

Ask = Callable[..., tuple[int, Any]]
Token = Callable[..., str]
Land = Callable[[Iterable["Activity"]], None]


@pytest.fixture
def home(settings: SettingsWrapper, tmp_path: Path) -> Path:
    """A data folder for this test alone."""
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def token(db: None) -> Token:
    """Make a token for a member, and give it as it is sent."""
    from entregent.apps.organisation.actions_tokens import make_token

    def make(member: Member, *scopes: str, days: int = 30) -> str:
        _, secret = make_token(
            acting_user=member,
            name="Tableau de bord",
            scopes=scopes,
            expires_at=timezone.now() + timedelta(days=days),
        )
        return secret

    return make


@pytest.fixture
def ask() -> Ask:
    """Ask the API as a program does: no cookie, a token, an answer in JSON."""

    def answer(path: str, secret: str | None = None, **query: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {secret}"} if secret is not None else {}
        response = Client().get(f"/api/{path}", query, headers=headers)
        return response.status_code, orjson.loads(response.content)

    return answer


@pytest.fixture
def land(home: Path, db: None) -> Land:
    """Land activities in the journal, where every look at the record sees them."""
    from entregent.apps.listen import journal
    from entregent.apps.listen.keyring import account_key
    from entregent.lake.rows import Landing

    def put(activities: Iterable[Activity]) -> None:
        landing = Landing(account_key)
        landing.add(activities=activities)
        with transaction.atomic():
            journal.land(landing.tables(), origin="test")

    return put


def post(number: int, text: str = "La navette passe-t-elle?", **more: Any) -> Activity:
    """A post of an invented person, said to everybody if nothing else is told."""
    from entregent.vocabulary import PUBLIC, Activity, Object

    uri = f"https://battures.example/notes/{number}"
    given: dict[str, Any] = {
        "actor": "https://battures.example/users/maryse",
        "to": (PUBLIC,),
        "published": datetime(2026, 2, 3, tzinfo=UTC) + timedelta(minutes=number),
        "source": "file:mastodon",
        **more,
    }
    return Activity(
        id=f"{uri}/create",
        type="Create",
        object=Object(id=uri, type="Note", content=text),
        received_at=datetime(2026, 3, 1, tzinfo=UTC),
        dataschema="test/1",
        **given,
    )
