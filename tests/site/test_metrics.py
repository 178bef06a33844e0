"""Numbers for monitoring: every one that is documented, to those who may, and of nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families
from tests.listen.deeds import MARYSE, post, write

from entregent.apps.listen import journal
from entregent.apps.listen.actions import add_feed
from entregent.apps.listen.importing import import_files
from entregent.apps.listen.keeper import Keeper
from entregent.apps.listen.lease import Claim
from entregent.apps.organisation.actions_tokens import make_token
from entregent.apps.organisation.models import Member
from entregent.site.monitoring import METRICS

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db

FAR = {"REMOTE_ADDR": "203.0.113.7"}
ADDRESS = "https://battures.example/un-fil"


@pytest.fixture(autouse=True)
def home(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    journal.lake().create()


def families(client: Client, **how: str) -> dict[str, Metric]:
    answer = client.get("/metrics", **how)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        family.name + ("_total" if family.type == "counter" else ""): family
        for family in text_string_to_metric_families(answer.content.decode())
    }


def value(found: dict[str, Metric], name: str, **labels: str) -> float:
    (number,) = [
        sample.value for sample in found[name].samples if labels.items() <= sample.labels.items()
    ]
    return float(number)


def hear_one_post(member: Member, folder: Path) -> None:
    """A post that has its batch, and is not in the lake yet."""
    keeper = Keeper(Claim())
    import_files(
        [write(folder / "a.jsonl", [post()])],
        acting_user=member,
        work=lambda: keeper.turn(hurry=True),
    )
    keeper.claim.release()


def token(member: Member, *scopes: str) -> str:
    _, secret = make_token(
        acting_user=member,
        name="surveillance",
        scopes=scopes,
        expires_at=timezone.now() + timedelta(days=30),
    )
    return secret


def test_every_metric_is_told_with_its_type_and_labels(alice: Member) -> None:
    del alice
    client = Client()
    client.get("/nowhere/")
    found = families(client)
    assert found.keys() == METRICS.keys()
    for name, family in found.items():
        assert family.type == METRICS[name].type
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == set(METRICS[name].labels), sample


def test_numbers_are_those_of_the_house(alice: Member, tmp_path: Path) -> None:
    add_feed(acting_user=alice, address=ADDRESS, name="Un fil de Maryse")
    hear_one_post(alice, tmp_path)
    found = families(Client())
    assert value(found, "entregent_journal_rows_waiting") == journal.backlog_rows() > 0
    assert value(found, "entregent_journal_wait_seconds") >= 0
    assert value(found, "entregent_keeper_held") == 0
    assert value(found, "entregent_lake_rows", table="activities") == 0
    assert value(found, "entregent_sources", state="waiting") == 1
    assert not found["entregent_backup_age_seconds"].samples


def test_nobody_and_no_address_is_named(alice: Member, tmp_path: Path) -> None:
    add_feed(acting_user=alice, address=ADDRESS, name="Un fil de Maryse")
    hear_one_post(alice, tmp_path)
    client = Client()
    client.get("/people/12/?q=Maryse")
    text = client.get("/metrics").content.decode()
    for word in ("Maryse", MARYSE, ADDRESS, "battures", alice.email, alice.name):
        assert word.lower() not in text.lower()


def test_requests_are_counted_under_the_names_of_their_pages(alice: Member) -> None:
    del alice
    client = Client()
    labels = {"view": "account_login", "method": "GET", "status": "200"}
    client.get("/account/login/")
    before = value(families(client), "entregent_requests_total", **labels)
    client.get("/account/login/?next=/people/7/")
    found = families(client)
    assert value(found, "entregent_requests_total", **labels) == before + 1
    times = [
        sample
        for sample in found["entregent_request_seconds"].samples
        if sample.labels["view"] == "account_login"
    ]
    buckets = [sample.value for sample in times if sample.name.endswith("_bucket")]
    assert buckets == sorted(buckets)
    (count,) = [sample.value for sample in times if sample.name.endswith("_count")]
    assert buckets[-1] == count


def test_an_owners_token_opens_them_from_elsewhere(alice: Member) -> None:
    secret = token(alice, "monitoring")
    found = families(Client(headers={"authorization": f"Bearer {secret}"}), **FAR)
    assert found.keys() == METRICS.keys()


def test_without_a_token_they_are_for_this_machine_alone(alice: Member) -> None:
    del alice
    answer = Client().get("/metrics", **FAR)
    assert answer.status_code == 401
    assert b"entregent_" not in answer.content


def test_another_token_does_not_open_them(alice: Member, bob: Member) -> None:
    for secret, status in ((token(alice, "series"), 403), ("entregent_wrong", 401)):
        client = Client(headers={"authorization": f"Bearer {secret}"})
        assert client.get("/metrics", **FAR).status_code == status
    from entregent.apps.organisation.actions import OrganisationRefused

    with pytest.raises(OrganisationRefused, match="scope_not_yours"):
        token(bob, "monitoring")


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_a_server_in_front_does_not_make_strangers_this_machine(header: str, alice: Member) -> None:
    del alice
    assert Client(headers={header: "203.0.113.7"}).get("/metrics").status_code == 401


def test_behind_https_everybody_needs_a_token(alice: Member, settings: SettingsWrapper) -> None:
    del alice
    settings.SECURE = True
    assert Client().get("/metrics").status_code == 401


def test_signing_in_does_not_open_them(
    alice: Member, as_member: Callable[[Member], Client]
) -> None:
    assert as_member(alice).get("/metrics", **FAR).status_code == 401
