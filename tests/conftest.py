"""What every test may use: a data folder of its own, and Alice, Bob, Gwen and Charlie."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from hypothesis import settings

from tests import databases
from tests.founding import PASSWORD, found

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from entregent.apps.organisation.models import Member

# The same examples on every machine; a race against the clock proves nothing on a busy one.
settings.register_profile("seeded", derandomize=True, deadline=None)
settings.load_profile("seeded")


@pytest.fixture(autouse=True)
def french_first() -> Iterator[None]:
    """Begin in French, whatever language the test before this one ended in."""
    from django.utils import translation

    with translation.override("fr"):
        yield


@pytest.fixture
def password() -> str:
    """The password of everyone in these tests."""
    return PASSWORD


@pytest.fixture
def quick_passwords(settings: SettingsWrapper) -> None:
    """Hash passwords quickly: slowness is what the real way is for."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def alice(db: None, quick_passwords: None) -> Member:
    """The owner: she set the house up."""
    return found()


def _colleague(alice: Member, name: str, role: str) -> Member:
    from entregent.apps.organisation.actions import add_member, choose_password
    from entregent.apps.organisation.models import Member

    member_id, _ = add_member(
        acting_user=alice,
        name=f"{name} Vadeboncœur",
        email=f"{name.lower()}@frimasetframboises.example",
        language="fr",
        role=role,
    )
    member = Member.objects.get(pk=member_id)
    choose_password(acting_user=member, password=PASSWORD)
    return member


@pytest.fixture
def bob(alice: Member) -> Member:
    """Alice's teammate: he works in the house."""
    return _colleague(alice, "Bob", "member")


@pytest.fixture
def gwen(alice: Member) -> Member:
    """A guest, from an agency: she may only look."""
    return _colleague(alice, "Gwen", "guest")


@pytest.fixture
def as_member() -> Callable[[Member], Client]:
    """Return a browser in which a member is signed in."""

    def browser(member: Member) -> Client:
        client = Client()
        client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return browser


@pytest.fixture
def charlie(alice: Member) -> Client:
    """A stranger's browser: nobody is signed in, in a house that is set up."""
    del alice
    return Client()


_WITH_DATABASE = {
    *("db", "transactional_db", "django_db_setup"),
    *("entregent", "fresh", "prepared", "loaded", "site", "demo_site", "start"),
    *("house", "built", "deleted", "erased"),
}
"""Fixtures that give a database, or a program that has one."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what touches the working set, and leave out what is about the other database."""
    other = "sqlite" if databases.IS_POSTGRESQL else "postgresql"
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        asks = item.get_closest_marker("django_db")
        if asks or _WITH_DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is there to run every test, a skipped one is a failure."""
    report = yield
    if report.skipped and os.environ.get("TESTS_MUST_NOT_SKIP") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and nothing may be skipped here: {report.longrepr}"
    return report
