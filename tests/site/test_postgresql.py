"""What is only so where the working set is in PostgreSQL."""

import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from tests import databases

from entregent.apps.organisation.actions import OrganisationRefused, add_member
from entregent.apps.organisation.models import Member
from entregent.site.database import IDLE_S, LOCK_S, STATEMENT_S
from entregent.site.postgresql.base import WRITE_LOCK

pytestmark = pytest.mark.postgresql


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("TimeZone", "UTC"),
        ("statement_timeout", f"{STATEMENT_S // 60}min"),
        ("lock_timeout", f"{LOCK_S}s"),
        ("idle_in_transaction_session_timeout", f"{IDLE_S // 60}min"),
        ("application_name", "entregent"),
    ],
)
def test_each_connection_has_its_safeguards(name: str, wanted: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        assert cursor.fetchone() == (wanted,)


def in_a_thread(work: list[object], act: object) -> threading.Thread:
    def run() -> None:
        try:
            work.append(act())  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 (what came of it)
            work.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_of_two_members_who_act_at_the_same_instant_the_second_looks_after_the_first(
    alice: Member,
) -> None:
    def add() -> int:
        given = {"name": "Bob", "email": "bob@frimas.example", "language": "fr", "role": "member"}
        return add_member(acting_user=alice, **given)[0]

    came: list[object] = []
    threads = [in_a_thread(came, add) for _ in range(6)]
    for thread in threads:
        thread.join(30)
    refused = [each for each in came if isinstance(each, OrganisationRefused)]
    assert [each.code for each in refused] == ["email_taken"] * 5
    assert Member.objects.filter(email="bob@frimas.example").count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_only_reads_waits_for_nobody(alice: Member) -> None:
    seen: list[object] = []
    with transaction.atomic():
        Member.objects.update(name="Un autre nom")
        in_a_thread(seen, lambda: Member.objects.get(pk=alice.pk).name).join(10)
    assert seen == [alice.name]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_waited_too_long_leaves_a_connection_that_works(alice: Member) -> None:
    def hurried() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            pytest.fail("the lock was held by somebody else")
        with transaction.atomic():
            return Member.objects.count()

    came: list[object] = []
    with transaction.atomic():
        thread = in_a_thread(came, hurried)
        time.sleep(0.5)
    thread.join(10)
    assert came == [1]


@pytest.mark.django_db(transaction=True)
def test_the_lock_goes_with_its_transaction(alice: Member) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Member.objects.update(name=str(1 // 0))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE datname = current_database() AND objid = %s",
            [WRITE_LOCK],
        )
        assert cursor.fetchone() == (0,)


@pytest.fixture
def start(tmp_path: Path) -> Iterator["list[subprocess.Popen[str]]"]:
    """Processes to be ended with the test."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.terminate()
        process.communicate(timeout=60)


def begin(started: "list[subprocess.Popen[str]]", home: Path, *words: str) -> str:
    """Start the program; gives what it says up to « Ctrl+C »."""
    process = subprocess.Popen(
        [sys.executable, "-m", "entregent", *words],
        env=databases.environment(home, LC_ALL="en_CA.UTF-8"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    started.append(process)
    said = ""
    for line in process.stdout or ():
        said += line
        if "Ctrl+C" in line:
            break
    return said


def backends(home: Path) -> int:
    ((count,),) = databases.rows(
        home,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND application_name = 'entregent'",
    )
    return int(count)


def test_pages_share_their_connections_and_survive_a_restart_of_the_server(
    start: "list[subprocess.Popen[str]]", tmp_path: Path
) -> None:
    home = tmp_path / "home"
    said = begin(start, home, "run", "--port", "18451")
    link = next(
        word for word in said.split() if "/first-steps/" in word or "/premiers-pas/" in word
    )
    for _ in range(30):
        with urllib.request.urlopen(link, timeout=20) as page:
            assert page.status == 200
    # The site's pool, its main thread and its worker.
    assert backends(home) <= 4
    databases.change(
        home,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    with urllib.request.urlopen(link, timeout=20) as page:
        assert page.status == 200
    assert start[0].poll() is None
