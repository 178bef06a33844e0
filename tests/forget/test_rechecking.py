"""What was taken down at its origin is found out, and a server in trouble loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.actions import add_feed
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.models import LandedChunk, Source, Upkeep
from entregent.apps.listen.rechecking import recheck_due
from entregent.lake.rows import Landing
from entregent.vocabulary import Activity, Object

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db


@dataclass
class Origin:
    """A server that holds entries, and answers as the test says."""

    port: int = 0
    answers: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def entry(self, number: int) -> str:
        return f"http://127.0.0.1:{self.port}/entries/{number}"


@pytest.fixture
def origin() -> Iterator[Origin]:
    origin = Origin()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            origin.asked.append(self.path)
            status, kind, body = origin.answers.get(self.path, (200, "text/html", b"<p>la</p>"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    origin.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield origin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def source(
    alice: Member, origin: Origin, keeper: Keeper, settings: SettingsWrapper, tmp_path: Path
) -> Source:
    """A feed with six entries in the record, its origin asked again from now on."""
    settings.FETCH_PRIVATE = True
    number = add_feed(acting_user=alice, address=f"http://127.0.0.1:{origin.port}/feed")
    source = Source.objects.get(pk=number)
    landing = Landing(account_key)
    now = timezone.now()
    for entry in range(6):
        uri = origin.entry(entry)
        landing.add(
            activities=[
                Activity(
                    id=f"{uri}#create",
                    type="Create",
                    source=source.slug,
                    received_at=now,
                    published=now,
                    dataschema="feed/rss",
                    object=Object(id=uri, type="Article", content="La doyenne", url=uri),
                )
            ],
            native=uri,
            raw={"uri": uri},
        )
    with transaction.atomic():
        journal.land(landing.tables(), origin="test")
    while keeper.turn(flush=True).was_busy:
        pass
    Upkeep.objects.create(
        name="recheck", done_at=timezone.now() - timedelta(hours=1), place=-(2**63)
    )
    return source


@pytest.fixture
def keeper(settings: SettingsWrapper, tmp_path: Path, db: None) -> Keeper:
    from entregent.apps.listen.lease import Claim

    settings.HOME = tmp_path
    return Keeper(Claim())


def _deleted(keeper: Keeper) -> set[str]:
    while keeper.turn(flush=True).was_busy:
        pass
    with journal.open_record(tables=("activities",)) as record:
        rows = record.connection.sql(
            "SELECT object_id FROM activities WHERE type = 'Delete'"
        ).fetchall()
    return {uri for (uri,) in rows}


def test_what_is_gone_is_heard_as_deleted(source: Source, origin: Origin, keeper: Keeper) -> None:
    origin.answers["/entries/2"] = (410, "text/html", b"")
    origin.answers["/entries/4"] = (404, "text/html", b"")
    assert recheck_due() == 6
    assert _deleted(keeper) == {origin.entry(2), origin.entry(4)}


def test_a_tombstone_says_so_too(source: Source, origin: Origin, keeper: Keeper) -> None:
    body = b'{"id": "x", "type": "Tombstone"}'
    origin.answers["/entries/1"] = (200, "application/activity+json", body)
    recheck_due()
    assert _deleted(keeper) == {origin.entry(1)}


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_an_answer_that_says_nothing_deletes_nothing(
    source: Source, origin: Origin, keeper: Keeper, status: int
) -> None:
    origin.answers["/entries/0"] = (status, "text/html", b"")
    recheck_due()
    assert _deleted(keeper) == set()


def test_a_server_that_has_lost_everything_is_in_trouble(
    source: Source, origin: Origin, keeper: Keeper
) -> None:
    for entry in range(6):
        origin.answers[f"/entries/{entry}"] = (404, "text/html", b"")
    recheck_due()
    assert _deleted(keeper) == set()


def test_what_is_deleted_is_not_asked_for_again(
    source: Source, origin: Origin, keeper: Keeper
) -> None:
    origin.answers["/entries/2"] = (410, "text/html", b"")
    recheck_due()
    _deleted(keeper)
    origin.asked.clear()
    Upkeep.objects.update(done_at=timezone.now() - timedelta(hours=1))
    assert recheck_due() == 5
    assert "/entries/2" not in origin.asked


def test_it_is_not_asked_more_often_than_every_ten_minutes(source: Source, origin: Origin) -> None:
    recheck_due()
    assert recheck_due() == 0
    assert len(origin.asked) == 6


def test_a_source_that_is_not_to_be_asked_is_left_alone(source: Source, origin: Origin) -> None:
    Source.objects.update(rechecks=False)
    assert recheck_due() == 0
    assert origin.asked == []
    assert not LandedChunk.objects.exists()
