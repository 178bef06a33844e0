"""Following a link or a QR code: it is counted, nobody is noted, and people are sent on."""

import re
import uuid

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from entregent.apps.address.models import TrackedLink
from entregent.apps.organisation.queries import NotFound
from entregent.vocabulary import Activity, Object, native_id

NETWORK = "links"
SOURCE = f"file:{NETWORK}"

_MACHINES = re.compile(
    r"bot\b|bot[/;]|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|telegram|discord|"
    r"embedly|curl|wget|python|httpx|go-http|java/|okhttp|libwww|headless|monitor|uptime|"
    r"mastodon|pleroma|misskey|bluesky|cardyb|validator|scanner",
    re.IGNORECASE,
)


def is_a_person(user_agent: str, purpose: str) -> bool:
    """Whether a request looks like somebody's, rather than a machine's or a page fetched ahead."""
    return bool(user_agent) and not _MACHINES.search(user_agent) and "prefetch" not in purpose


def where_to(code: str) -> str:
    """Where a code leads, without counting.

    Raises
    ------
    NotFound
        If there is no such code, or if it is a coupon, which leads nowhere.
    """
    return _link(code).target


@transaction.atomic
def follow(code: str) -> str:
    """Count that somebody followed a code; returns where it leads.

    The record gets a visit without a visitor: the code and the time, and nothing else. The counter
    and what is landed are the trace of this; the audit trail, which says who did what, stays out.

    Raises
    ------
    NotFound
        As `where_to`.
    """
    from entregent.apps.listen import journal
    from entregent.apps.listen.importing import ensure_file_source
    from entregent.apps.listen.keyring import account_key
    from entregent.lake.rows import Landing

    link = _link(code)
    TrackedLink.objects.filter(pk=link.pk).update(follows=F("follows") + 1)
    now = timezone.now()
    ensure_file_source(NETWORK, acting_user=None)
    landing = Landing(account_key)
    landing.add(
        activities=[
            Activity(
                id=uuid.uuid4().urn,
                type="View",
                source=SOURCE,
                received_at=now,
                published=now,
                dataschema="links/1",
                object=Object(id=link.target, type="Page", url=link.target),
                instrument=Object(
                    id=native_id("code", link.code), type="entregent:Code", name=link.code
                ),
                voluntary=False,
                legal_basis="anonymous",
            )
        ]
    )
    journal.land(landing.tables(), origin=SOURCE)
    return link.target


def _link(code: str) -> TrackedLink:
    found = TrackedLink.objects.filter(code__iexact=code).exclude(kind=TrackedLink.Kind.COUPON)
    link = found.first()
    if link is None:
        raise NotFound("No link has this code.")
    return link
