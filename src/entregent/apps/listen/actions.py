"""Every write about sources: one transaction, a member who acts, an audit row."""

import hashlib
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from entregent.apps.listen.models import Source, SourceDay, SourceGap
from entregent.apps.organisation.actions import record as audit
from entregent.apps.organisation.columns import is_short
from entregent.apps.organisation.queries import Member, NotFound


class ListenRefused(Exception):
    """A change that cannot be made; `code` says why.

    Codes: ``bad_address``, ``known_address``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def add_feed(*, acting_user: Member, address: str, name: str = "") -> int:
    """Listen to a feed from now on; returns the source's id.

    Raises
    ------
    ListenRefused
        ``bad_address`` if it is no http or https address, ``known_address`` if it is listened to.
    """
    _require_worker(acting_user)
    address = address.strip()
    parts = _split(address)
    if Source.objects.filter(kind=Source.Kind.FEED, address=address).exists():
        raise ListenRefused("known_address")
    now = timezone.now()
    source = Source.objects.create(
        slug=f"feed:{hashlib.blake2b(address.encode(), digest_size=8).hexdigest()}",
        network="feed",
        kind=Source.Kind.FEED,
        name=name.strip()[:200] or parts,
        address=address,
        created_at=now,
        next_try_at=now,
        rechecks=True,
    )
    audit(
        acting_user=acting_user,
        action="listen.source_added",
        subject=f"source:{source.pk}",
        changes={"address": ["", parts]},
    )
    return source.pk


@transaction.atomic
def pause_source(*, acting_user: Member, source_id: int) -> None:
    """Stop asking a feed; the time until it is resumed stands as a gap."""
    source = _source(acting_user, source_id)
    if source.is_paused:
        return
    source.is_paused = True
    source.save(update_fields=["is_paused"])
    open_gap(source, timezone.now(), "paused")
    audit(
        acting_user=acting_user,
        action="listen.source_paused",
        subject=f"source:{source.pk}",
        changes={"is_paused": [False, True]},
    )


@transaction.atomic
def resume_source(*, acting_user: Member, source_id: int) -> None:
    """Ask a paused feed again, at once; its gap closes with the next answer."""
    source = _source(acting_user, source_id)
    if not source.is_paused:
        return
    source.is_paused = False
    source.next_try_at = timezone.now()
    source.save(update_fields=["is_paused", "next_try_at"])
    audit(
        acting_user=acting_user,
        action="listen.source_resumed",
        subject=f"source:{source.pk}",
        changes={"is_paused": [True, False]},
    )


@transaction.atomic
def ask_source_now(*, acting_user: Member, source_id: int) -> None:
    """Ask a feed as soon as the worker gets to it, unless the server told us to wait longer."""
    source = _source(acting_user, source_id)
    if source.kind != Source.Kind.FEED or source.is_paused:
        return
    wait = source.cursor.get("not_before")
    now = timezone.now()
    source.next_try_at = max(now, datetime.fromisoformat(wait)) if wait else now
    source.save(update_fields=["next_try_at"])
    audit(acting_user=acting_user, action="listen.source_asked", subject=f"source:{source.pk}")


def open_gap(source: Source, start: datetime, reason: str) -> None:
    """Note that nothing is collected from `start` on; inside a transaction.

    The gap that is open already stays, with the reason it began with.
    """
    if not source.gaps.filter(until=None).exists():
        SourceGap.objects.create(source=source, start=start, reason=reason)


def close_gap(source: Source, until: datetime) -> None:
    """Note that things are collected again; inside a transaction."""
    source.gaps.filter(until=None).update(until=until)


def mark_collected(source: Source, day: date) -> None:
    """Note that a source answered on a day, so that no item means zero; inside a transaction."""
    SourceDay.objects.get_or_create(source=source, day=day)


def until_next_try(failures: int, base: timedelta) -> timedelta:
    """How long to wait after some failures in a row: twice as long each time, a day at most."""
    return min(base * (1 << min(failures, 12)), timedelta(days=1))


def _split(address: str) -> str:
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        raise ListenRefused("bad_address") from None
    if parts.scheme not in {"http", "https"} or not host or not is_short(address):
        raise ListenRefused("bad_address")
    if parts.username or parts.password:
        raise ListenRefused("bad_address")
    return host


def _source(acting_user: Member, source_id: int) -> Source:
    _require_worker(acting_user)
    source = Source.objects.select_for_update().filter(pk=source_id).first()
    if source is None:
        raise NotFound("There is no such source.")
    return source


def _require_worker(member: Member) -> None:
    if not member.is_active or member.role not in {"owner", "member"}:
        raise PermissionDenied("Guests may look, not change.")
