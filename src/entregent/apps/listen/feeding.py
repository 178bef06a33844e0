"""Asking live feeds: politely, one worker at a time, with their cursor moved as items land."""

import secrets
from dataclasses import asdict
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from entregent.apps.listen import journal
from entregent.apps.listen.actions import close_gap, mark_collected, open_gap, until_next_try
from entregent.apps.listen.keyring import account_key
from entregent.apps.listen.models import Source
from entregent.apps.listen.queries import local_day
from entregent.apps.organisation.actions import record as audit
from entregent.lake.rows import Landing
from entregent.networks.feeds import FeedAnswer, FeedCursor, fetch_feed
from entregent.networks.outgoing import guarded_client
from entregent.networks.reading import Taken

EVERY = timedelta(minutes=15)
CLAIM = timedelta(minutes=5)
_ANSWERED = {"new", "unchanged"}


def ask_due_feeds(*, limit: int = 20) -> int:
    """Ask the feeds whose time has come; returns how many were asked."""
    asked = 0
    with guarded_client(allow_private=settings.FETCH_PRIVATE) as client:
        while asked < limit:
            source = _claim()
            if source is None:
                break
            _ask(source, client)
            asked += 1
    return asked


def _claim() -> Source | None:
    """A feed that is due, claimed so that no other worker asks it too."""
    now = timezone.now()
    # A claim longer than any, or a try that lies ahead: the clock was set back since.
    free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_until__gt=now + 2 * CLAIM)
    its_time = Q(next_try_at__lte=now) | Q(last_try_at__gt=now + CLAIM)
    due = Source.objects.filter(free, its_time, kind=Source.Kind.FEED, is_paused=False).order_by(
        "next_try_at"
    )
    for source in due[:20]:
        claimed = Source.objects.filter(free, pk=source.pk).update(claimed_until=now + CLAIM)
        if claimed:
            return source
    return None


def _ask(source: Source, client: httpx.Client) -> None:
    now = timezone.now()
    kept = source.cursor
    cursor = FeedCursor(
        etag=kept.get("etag", ""),
        last_modified=kept.get("last_modified", ""),
        address=kept.get("address", ""),
    )
    answer = fetch_feed(source.address, cursor, client=client, now=now, source=source.slug)
    landing = Landing(account_key)
    refused = 0
    for outcome in answer.outcomes:
        if isinstance(outcome, Taken):
            journal.gather(landing, outcome)
        else:
            refused += 1
    tables = landing.tables()
    with transaction.atomic():
        if tables:
            journal.land(tables, origin=f"feed:{secrets.token_hex(8)}")
        _note(source, answer, now, refused)


def _note(source: Source, answer: FeedAnswer, now: datetime, refused: int) -> None:
    """Move the cursor and say how it went, in the transaction in which the items land."""
    before = source.error
    if answer.state in _ANSWERED:
        source.error, source.failures = "", 0
        # Paused while the answer was on its way: that gap has only begun.
        if not Source.objects.filter(pk=source.pk, is_paused=True).exists():
            close_gap(source, now)
        mark_collected(source, local_day(now))
    else:
        source.error, source.failures = answer.state, source.failures + 1
        open_gap(source, source.last_try_at or now, answer.state)
    wait = until_next_try(source.failures, EVERY)
    # Once a day is often enough for a feed that says it is gone for good.
    day = timedelta(days=1)
    wait = day if answer.state == "gone" else max(wait, min(answer.ttl or wait, day))
    source.next_try_at = max(now + wait, answer.not_before or now)
    source.cursor = {
        **asdict(answer.cursor),
        "not_before": answer.not_before.isoformat() if answer.not_before else "",
    }
    source.last_try_at = now
    source.refused += refused
    source.claimed_until = None
    source.save(
        update_fields=[
            "error",
            "failures",
            "next_try_at",
            "cursor",
            "last_try_at",
            "refused",
            "claimed_until",
        ]
    )
    if source.error != before:
        # One row a change: a row a question would bury the trail.
        audit(
            acting_user=None,
            action="listen.feed_asked",
            subject=f"source:{source.pk}",
            changes={"state": [before, source.error]},
        )
