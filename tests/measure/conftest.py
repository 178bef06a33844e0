"""A house with an account of its own, a record, and counting when the test says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from entregent.vocabulary import PUBLIC, Activity, Object, native_id

if TYPE_CHECKING:
    import pyarrow as pa
    from pytest_django.fixtures import SettingsWrapper

    from entregent.apps.listen.keeper import Heard
    from entregent.apps.organisation.models import Member

OURS = "https://facebook.example/frimas"
INSTAGRAM = "https://instagram.example/frimas"
PRESS_URI = "https://echo.example/"
FACEBOOK, PRESS, WEB, TICKETS, QUAY = (
    "file:facebook",
    "file:press",
    "file:web",
    "file:ticketing",
    "file:quay",
)
NOW = datetime(2026, 11, 24, 15, 30, tzinfo=UTC)
Tell = Callable[..., None]
_numbers = iter(range(10**9))


def person(number: int) -> str:
    return f"https://facebook.example/people/{number}"


def act(kind: str, at: datetime, *, source: str = FACEBOOK, **parts: Any) -> Activity:
    return Activity(
        id=parts.pop("uri", f"urn:test:{next(_numbers)}"),
        type=kind,
        source=source,
        received_at=at,
        published=at,
        dataschema="test/1",
        **parts,
    )


def said(at: datetime, text: str = "Bonjour tout le monde", who: int = 1, **parts: Any) -> Activity:
    note = parts.pop("note", f"https://facebook.example/notes/{next(_numbers)}")
    kind = parts.pop("kind", "Note")
    about = Object(id=note, type=kind, content=text, published=at, **parts.pop("about", {}))
    return act("Create", at, actor=person(who), object=about, to=(PUBLIC, OURS), **parts)


def follow(at: datetime, who: int, place: str = OURS) -> Activity:
    return act("Follow", at, actor=person(who), object=Object(id=place))


def unfollow(at: datetime, who: int, place: str = OURS) -> Activity:
    about = Object(type="Follow", actor=person(who), object=place)
    return act("Undo", at, actor=person(who), object=about)


def visit(at: datetime) -> Activity:
    page = Object(id="https://frimas.example/billets", type="Page")
    return act("View", at, source=WEB, object=page, voluntary=False)


def scan(at: datetime, code: str) -> Activity:
    tool = Object(id=native_id("code", code), type="entregent:Code", name=code)
    return act("View", at, source=QUAY, instrument=tool, voluntary=False)


@pytest.fixture
def home(settings: SettingsWrapper, tmp_path: Path) -> Path:
    """A data folder for this test alone."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.HOME = folder
    return folder


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Stop the clock of the site at a Tuesday morning."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return NOW


@pytest.fixture
def house(home: Path, alice: Member, clock: datetime) -> Member:
    """Sources that were listened to for three years, and an account of ours on two networks."""
    from entregent.apps.listen.models import Source, SourceDay
    from entregent.apps.remember.models import Account

    for slug in (FACEBOOK, PRESS, WEB, TICKETS, QUAY):
        source = Source.objects.create(
            slug=slug, network=slug.removeprefix("file:"), kind="file", name=slug, created_at=NOW
        )
        SourceDay.objects.create(source=source, day=date(2023, 11, 1))
        SourceDay.objects.create(source=source, day=date(2026, 11, 24))
    for key, (uri, network) in enumerate([(OURS, "facebook"), (INSTAGRAM, "instagram")]):
        Account.objects.create(
            uri=uri, key=key, network=network, first_seen_at=NOW, last_seen_at=NOW, is_ours=True
        )
    return alice


def heard(tables: Mapping[str, pa.Table]) -> Heard:
    """What of the loop concerns counting: labels, and which days are dirty."""
    from entregent.apps.listen.keeper import Heard
    from entregent.apps.measure.actions import mark_dirty, origins_of
    from entregent.apps.understand.hearing import labels, understand

    rows = tables["activities"]
    origins = origins_of(rows)
    return Heard(labels(understand(rows)), lambda: mark_dirty(rows, origins))


@pytest.fixture
def tell(house: Member) -> Tell:
    """Land activities and keep them; counting is the test's own step."""
    from django.db import transaction

    from entregent.apps.listen import journal
    from entregent.apps.listen.keeper import Keeper
    from entregent.apps.listen.keyring import account_key
    from entregent.apps.listen.lease import Claim
    from entregent.lake.rows import Landing

    keeper = Keeper(Claim(), heard)

    def land(*activities: Activity) -> None:
        landing = Landing(account_key)
        for activity in activities:
            landing.add(activities=[activity])
        with transaction.atomic():
            journal.land(landing.tables(), origin="test")
        while keeper.turn(flush=True).was_busy:
            pass

    return land


def count() -> int:
    from entregent.apps.measure.actions import count_due

    return count_due()


def values(metric: str, place: str = "") -> dict[date, float]:
    from entregent.apps.measure.models import DayCount

    rows = DayCount.objects.filter(metric=metric, place=place)
    return dict(rows.values_list("day", "value"))


def days_before(number: int) -> datetime:
    return NOW - timedelta(days=number)
