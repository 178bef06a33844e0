"""Whether all is well: one word for a load balancer, and a page for owners."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from entregent import ledger
from entregent.apps.listen import journal, keyring
from entregent.apps.listen.health import shown_moment
from entregent.apps.organisation.models import Member
from entregent.keeping import health
from entregent.keeping.unfinished import MARK
from entregent.lake.store import Lake

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
Queries = Callable[[int], AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def home(settings: SettingsWrapper, tmp_path: Path) -> Iterator[Path]:
    """A data folder that was started once."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.LEDGER, settings.STATE = None, tmp_path / "state"
    keyring.secret.cache_clear()
    ledger.begin()
    journal.lake().create()
    yield settings.HOME
    keyring.secret.cache_clear()


def test_a_load_balancer_learns_one_word_and_nothing_else() -> None:
    answer = Client().get("/health")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies


def test_it_is_asked_by_address_and_in_plain_http(settings: SettingsWrapper) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/health", headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_it_answers_to_head_and_to_nothing_that_changes() -> None:
    assert Client().head("/health").status_code == 200
    assert Client().post("/health").status_code == 405


def test_it_asks_the_database_one_thing_and_opens_no_table(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Queries
) -> None:
    opened = []
    monkeypatch.setattr(Lake, "open", lambda _, name: opened.append(name))
    with django_assert_max_num_queries(1):
        assert Client().get("/health").status_code == 200
    assert opened == []


def test_a_restore_that_was_cut_off_is_not_well(home: Path) -> None:
    (home / MARK).write_text("x")
    answer = Client().get("/health")
    assert (answer.status_code, answer.content) == (503, b"failed\n")


def test_a_data_folder_that_is_gone_is_not_well(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "nowhere"
    assert Client().get("/health").status_code == 503


@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_owner_sees_every_check_in_their_language(
    language: str, alice: Member, as_member: Browser
) -> None:
    alice.language = language
    alice.save()
    page = as_member(alice).get("/health/").content.decode()
    said = {
        "fr": ("Tout va-t-il bien?", "Sauvegarde", "aucune n&#x27;a encore été faite"),
        "en": ("Is everything well?", "Backup", "none was ever taken"),
    }[language]
    for words in said:
        assert words in page
    assert page.count("<h2>") == len(health.examine())


def test_what_is_wrong_stands_beside_what_to_do(alice: Member, as_member: Browser) -> None:
    ledger.current().path.unlink()
    page = as_member(alice).get("/health/").content.decode()
    assert "Registre des effacements" in page
    assert str(ledger.current().path) in page
    assert "state-failing" in page


def test_the_page_is_for_owners(
    bob: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    assert as_member(bob).get("/health/").status_code == 403
    assert as_member(gwen).get("/health/").status_code == 403
    assert charlie.get("/health/").status_code == 302


def test_an_owner_finds_it_on_the_page_of_the_organisation(
    alice: Member, bob: Member, as_member: Browser
) -> None:
    link = 'href="/health/"'
    assert link in as_member(alice).get("/organisation/").content.decode()
    assert link not in as_member(bob).get("/organisation/").content.decode()


def test_the_same_is_said_in_english_to_programs_whatever_the_language() -> None:
    checks = health.examine()
    with translation.override("en"):
        english = [str(check.finding) for check in checks]
    with translation.override("fr"):
        french = [str(check.finding) for check in checks]
    assert "nothing waits" in english
    assert "rien n'attend" in french


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fr", "26 novembre 2026, 16 h 00 (UTC−05:00)"),
        ("en", "November 26, 2026, 4:00 p.m. (UTC−05:00)"),
    ],
)
def test_a_time_is_written_as_the_language_writes_it(language: str, written: str) -> None:
    told = shown_moment(datetime(2026, 11, 26, 21, tzinfo=UTC))
    with translation.override(language), timezone.override("America/Toronto"):
        assert str(told).replace("\N{NO-BREAK SPACE}", " ") == written
