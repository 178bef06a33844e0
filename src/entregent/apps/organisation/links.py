"""One-time links: the secret goes out once, its digest stays."""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from entregent.apps.organisation.models import Member, OneTimeLink

INVITATION_LASTS = timedelta(days=7)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_link(purpose: OneTimeLink.Purpose, member: Member | None = None) -> str:
    """Store a new link, inside the caller's transaction, and return its secret."""
    secret = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(
        purpose=purpose,
        digest=digest_of(secret),
        member=member,
        expires_at=timezone.now() + INVITATION_LASTS if member else None,
    )
    return secret


def close_links(member: Member) -> None:
    """Make a member's open link stop working, inside the caller's transaction."""
    OneTimeLink.objects.filter(member=member).delete()
