"""Only words bring an account in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from entregent.apps.organisation.models import AuditEntry
from entregent.apps.remember.actions import name_accounts, remember_accounts
from entregent.apps.remember.models import Account
from entregent.apps.remember.seeing import handle_of
from entregent.apps.understand.said import Said
from entregent.lake.schema import ACCOUNTS, ACTIVITIES

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 9, 17, tzinfo=UTC)
MARYSE = "https://facebook.example/maryse.b"
NO_ROWS = ACTIVITIES.schema.empty_table()


def said(actor: str = MARYSE, minute: int = 0, **more: Any) -> Said:
    at = NOON + timedelta(minutes=minute)
    facts: dict[str, Any] = {
        "object_id": f"{actor}/{minute}",
        "object_key": 1,
        "version": at,
        "actor": actor,
        "actor_key": 1,
        "network": "facebook",
        "source": "file:facebook",
        "published": at,
        "text": "Bonjour",
        "language": "fr",
    }
    return Said(**{**facts, **more})


def told(uri: str, name: str, handle: str = "", minute: int = 0) -> pa.Table:
    row = dict.fromkeys(ACCOUNTS.schema.names)
    row |= {"id": uri, "name": name, "handle": handle}
    row["received_at"] = NOON + timedelta(minutes=minute)
    return pa.Table.from_pylist([row], schema=ACCOUNTS.schema)


def test_who_spoke_is_remembered_with_first_and_last_words_and_newest_language() -> None:
    found = remember_accounts(
        [said(minute=0), said(minute=5, language="en"), said(minute=9, language="")], NO_ROWS
    )
    row = Account.objects.get()
    assert found[MARYSE].id == row.pk
    assert (row.first_seen_at, row.last_seen_at) == (NOON, NOON + timedelta(minutes=9))
    assert (row.language, row.handle, row.network) == ("en", "maryse.b", "facebook")


def test_older_words_that_come_later_move_the_first_time_only() -> None:
    remember_accounts([said(minute=10, language="en")], NO_ROWS)
    before = Account.objects.get().pk
    remember_accounts([said(minute=-10, language="fr")], NO_ROWS)
    row = Account.objects.get()
    assert (row.pk, row.language) == (before, "en")
    assert row.first_seen_at < NOON < row.last_seen_at


def test_what_was_taken_back_makes_nobody_known() -> None:
    assert remember_accounts([said(is_deleted=True, text="")], NO_ROWS) == {}
    assert not Account.objects.exists()


def test_ours_are_given_too_and_stay_ours(account: Callable[..., Account]) -> None:
    us = account("https://facebook.example/frimas", is_ours=True, name="Frimas")
    found = remember_accounts([said(), said(us.uri, minute=3)], NO_ROWS)
    assert {uri: each.is_ours for uri, each in found.items()} == {MARYSE: False, us.uri: True}
    assert found[us.uri].name == "Frimas"
    quiet = remember_accounts([], NO_ROWS)
    assert set(quiet) == {us.uri}


def test_a_link_and_a_name_outlive_new_words(maryse: int) -> None:
    name_accounts(told(MARYSE, "Maryse B."))
    remember_accounts([said(minute=60)], NO_ROWS)
    row = Account.objects.get()
    assert (row.person_id, row.name, row.link_reason) == (maryse, "Maryse B.", "themselves")


def test_names_come_to_known_accounts_only_and_the_newest_wins() -> None:
    remember_accounts([said()], NO_ROWS)
    several = pa.concat_tables(
        [
            told(MARYSE, "Maryse Bé", "mbe", minute=5),
            told(MARYSE, "Maryse", minute=1),
            told("https://facebook.example/autre", "Autre"),
        ]
    )
    assert name_accounts(several) == 1
    row = Account.objects.get()
    assert (row.name, row.handle) == ("Maryse Bé", "mbe")


def test_members_of_linkedin_stay_without_name() -> None:
    uri = "https://linkedin.example/in/jeanne-roy"
    remember_accounts([said(uri, network="linkedin")], NO_ROWS)
    name_accounts(told(uri, "Jeanne Roy", "jeanne-roy"))
    row = Account.objects.get()
    assert (row.name, row.handle) == ("", "")


def test_thousands_are_remembered_in_few_queries_with_one_line_in_the_trail() -> None:
    crowd = [said(f"https://facebook.example/u{number}", number % 60) for number in range(3_000)]
    with CaptureQueriesContext(connection) as asked:
        remember_accounts(crowd, NO_ROWS)
    assert len(asked) < 60
    assert Account.objects.count() == 3_000
    entry = AuditEntry.objects.get(action="remember.accounts_seen")
    assert entry.member is None
    assert entry.changes == {"accounts": [0, 3_000]}
    with CaptureQueriesContext(connection) as asked:
        remember_accounts(crowd, NO_ROWS)
    assert len(asked) < 10


@given(st.text(max_size=300))
def test_a_handle_is_short_whatever_the_address(text: str) -> None:
    for uri in (text, f"https://x.example/{text}", f"mailto:{text}"):
        handle = handle_of(uri)
        assert len(handle) <= 200
        assert not handle.isdigit() or uri.startswith("mailto:")
