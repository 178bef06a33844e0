"""What people correct is laid over what the machine said, and counts for and against it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.urls import reverse

from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.understand import actions, queries
from entregent.apps.understand.actions import UnderstandRefused
from entregent.apps.understand.hearing import labels, understand
from entregent.apps.understand.models import Correction
from tests.api.conftest import post
from tests.site.test_every_page import check

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
NOTE = "https://battures.example/@maryse/1"


def correct(member: Member, value: str, machine: str | None, note: str = NOTE) -> None:
    actions.correct_label(
        acting_user=member,
        object_id=note,
        label="state_of_mind",
        value=value,
        machine_value=machine,
    )


def test_the_last_word_counts_and_the_trail_holds_no_words(alice: Member, bob: Member) -> None:
    correct(bob, "negative", "positive")
    correct(alice, "mixed", "positive")
    told = queries.corrections([NOTE])[NOTE]["state_of_mind"]
    assert (told.value, told.machine_value, told.name) == ("mixed", "positive", alice.name)
    last = AuditEntry.objects.latest("pk")
    assert last.changes == {"state_of_mind": ["negative", "mixed"]}
    assert "maryse" not in str(list(AuditEntry.objects.values()))
    assert queries.corrections(["https://battures.example/2"]) == {}


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("state_of_mind", "happy"),
        ("state_of_mind", "<b>"),
        ("intent", "positive"),
        ("language", "français"),
        ("language", "FR"),
        ("colour", "blue"),
        ("colour", ""),
    ],
)
def test_a_label_takes_only_its_values(bob: Member, label: str, value: str) -> None:
    with pytest.raises(UnderstandRefused, match="bad_label"):
        actions.correct_label(
            acting_user=bob, object_id=NOTE, label=label, value=value, machine_value=""
        )
    assert not Correction.objects.exists()


def test_guests_correct_nothing(gwen: Member) -> None:
    with pytest.raises(PermissionDenied):
        correct(gwen, "positive", "negative")


def test_accuracy_is_what_people_confirmed_out_of_what_they_looked_at(
    bob: Member, as_member: Browser
) -> None:
    page = as_member(bob).get(reverse("understand:queries")).content.decode()
    assert "on ne peut rien en dire" in page
    for number in range(5):
        machine = "negative" if number < 3 else "positive"
        correct(bob, "negative", machine, f"{NOTE}/{number}")
    correct(bob, "negative", "", f"{NOTE}/never-read")
    (told,) = queries.accuracy(bob)
    assert (told.total, told.right) == (5, 3)
    answer = as_member(bob).get(reverse("understand:queries"))
    check(answer.headers, answer.content.decode())
    assert "Sur vos 5 corrections, la machine avait raison 3 fois." in answer.content.decode()


def test_what_the_machine_said_is_found_in_the_record(
    bob: Member, settings: SettingsWrapper, tmp_path: Path
) -> None:
    from entregent.apps.listen import journal
    from entregent.apps.listen.keyring import account_key
    from entregent.lake.rows import Landing

    settings.HOME = tmp_path
    landing = Landing(account_key)
    landing.add(activities=[post(1, "C'était vraiment merveilleux, j'ai adoré le spectacle!")])
    tables = landing.tables()
    with transaction.atomic():
        journal.land(tables, origin="test")
    said = understand(tables["activities"])
    journal.lake().create()
    journal.lake().append("labels", {1: labels(said)})
    uri = said[0].object_id
    actions.correct_label(acting_user=bob, object_id=uri, label="state_of_mind", value="")
    actions.correct_label(acting_user=bob, object_id=f"{uri}0", label="intent", value="press")
    row = Correction.objects.get(object_id=uri)
    assert (row.value, row.machine_value) == ("unknown", "positive")
    assert Correction.objects.get(object_id=f"{uri}0").machine_value == ""
