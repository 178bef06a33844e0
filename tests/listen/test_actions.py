"""Who may change what is listened to, and what stands in the audit trail afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from entregent.apps.listen.actions import (
    ListenRefused,
    add_feed,
    ask_source_now,
    close_gap,
    open_gap,
    pause_source,
    resume_source,
)
from entregent.apps.listen.models import Source
from entregent.apps.organisation.models import AuditEntry, Member
from entregent.apps.organisation.queries import NotFound

pytestmark = pytest.mark.django_db

ADDRESS = "https://echo.example/fil"
Change = Callable[..., None]
CHANGES = [pause_source, resume_source, ask_source_now]


def trail() -> list[tuple[str, str]]:
    """Actions and subjects of the audit trail that are about listening."""
    entries = AuditEntry.objects.filter(action__startswith="listen.").order_by("pk")
    return list(entries.values_list("action", "subject"))


@pytest.fixture
def feed(alice: Member) -> int:
    return add_feed(acting_user=alice, address=ADDRESS)


def test_owner_and_teammate_may_add_a_feed(alice: Member, bob: Member) -> None:
    one = add_feed(acting_user=alice, address=ADDRESS)
    two = add_feed(acting_user=bob, address=f" {ADDRESS}/2 ", name=" L'Écho ")
    assert Source.objects.get(pk=one).name == "echo.example"
    assert Source.objects.get(pk=two).name == "L'Écho"
    assert Source.objects.get(pk=two).address == f"{ADDRESS}/2"
    assert trail() == [
        ("listen.source_added", f"source:{one}"),
        ("listen.source_added", f"source:{two}"),
    ]


def test_a_new_feed_is_asked_at_once(feed: int) -> None:
    source = Source.objects.get(pk=feed)
    assert source.next_try_at is not None
    assert source.next_try_at <= timezone.now()


def test_the_audit_trail_holds_the_host_and_not_the_whole_address(alice: Member) -> None:
    add_feed(acting_user=alice, address=f"{ADDRESS}?jeton=secret")
    assert "secret" not in str(AuditEntry.objects.values_list("changes", flat=True))


def test_a_guest_may_look_and_not_change(gwen: Member, feed: int) -> None:
    before = trail()
    with pytest.raises(PermissionDenied):
        add_feed(acting_user=gwen, address=f"{ADDRESS}/2")
    for change in CHANGES:
        with pytest.raises(PermissionDenied):
            change(acting_user=gwen, source_id=feed)
    assert trail() == before
    assert Source.objects.count() == 1


def test_someone_who_has_left_changes_nothing(bob: Member, feed: int) -> None:
    bob.is_active = False
    with pytest.raises(PermissionDenied):
        add_feed(acting_user=bob, address=f"{ADDRESS}/2")
    for change in CHANGES:
        with pytest.raises(PermissionDenied):
            change(acting_user=bob, source_id=feed)


@pytest.mark.parametrize("change", CHANGES)
def test_a_source_that_does_not_exist_is_not_found(change: Change, alice: Member) -> None:
    with pytest.raises(NotFound):
        change(acting_user=alice, source_id=7)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "echo.example/fil",
        "ftp://echo.example/fil",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://:80/",
        "https://nom:mot@echo.example/",
        "https://echo.example:port/",
        "https://[::1",
        "https://echo.example/" + "a" * 2000,
    ],
)
def test_what_is_no_web_address_is_refused(address: str, alice: Member) -> None:
    with pytest.raises(ListenRefused) as refused:
        add_feed(acting_user=alice, address=address)
    assert refused.value.code == "bad_address"
    assert not Source.objects.exists()
    assert trail() == []


def test_a_feed_is_listened_to_once(alice: Member, feed: int) -> None:
    with pytest.raises(ListenRefused) as refused:
        add_feed(acting_user=alice, address=f" {ADDRESS} ")
    assert refused.value.code == "known_address"


def test_pausing_twice_is_pausing_once(alice: Member, feed: int) -> None:
    pause_source(acting_user=alice, source_id=feed)
    pause_source(acting_user=alice, source_id=feed)
    assert trail()[1:] == [("listen.source_paused", f"source:{feed}")]
    assert Source.objects.get(pk=feed).gaps.count() == 1


def test_resuming_what_is_not_paused_changes_nothing(alice: Member, feed: int) -> None:
    before = Source.objects.get(pk=feed).next_try_at
    resume_source(acting_user=alice, source_id=feed)
    assert trail()[1:] == []
    assert Source.objects.get(pk=feed).next_try_at == before


def test_files_are_not_asked(alice: Member) -> None:
    files = Source.objects.create(
        slug="file:mastodon", network="mastodon", kind="file", created_at=timezone.now()
    )
    ask_source_now(acting_user=alice, source_id=files.pk)
    assert Source.objects.get(pk=files.pk).next_try_at is None
    assert trail() == []


def test_a_gap_keeps_the_reason_it_began_with(feed: int) -> None:
    source, now = Source.objects.get(pk=feed), timezone.now()
    open_gap(source, now, "server_error")
    open_gap(source, now, "forbidden")
    assert [gap.reason for gap in source.gaps.all()] == ["server_error"]
    close_gap(source, now)
    open_gap(source, now, "forbidden")
    assert source.gaps.count() == 2
