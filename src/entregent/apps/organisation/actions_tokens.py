"""Writes of API tokens: made by a member for themselves, shown once, revoked at any time."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from entregent.apps.organisation.actions import OrganisationRefused, record
from entregent.apps.organisation.links import digest_of
from entregent.apps.organisation.models import ApiToken, Member
from entregent.apps.organisation.tokens import MOST, SCOPES, scopes_open_to

LONGEST_LIFE = timedelta(days=366)
"""A year, a leap day included."""


@transaction.atomic
def make_token(
    *, acting_user: Member, name: str, scopes: Collection[str], expires_at: datetime
) -> tuple[int, str]:
    """Make a token for the member who acts; returns its number and the token itself.

    Nobody makes a token for somebody else. The token is given here once: only its digest is kept.
    """
    if not acting_user.is_active:
        raise OrganisationRefused("access_closed")
    wanted = [scope for scope in SCOPES if scope in set(scopes)]
    if not wanted or set(scopes) - set(SCOPES):
        raise OrganisationRefused("no_scope")
    if set(wanted) - scopes_open_to(acting_user):
        raise OrganisationRefused("scope_not_yours")
    now = timezone.now()
    if not now < expires_at <= now + LONGEST_LIFE:
        raise OrganisationRefused("bad_expiry")
    in_use = ApiToken.objects.filter(member=acting_user, revoked_at=None, expires_at__gt=now)
    if in_use.count() >= MOST:
        raise OrganisationRefused("too_many_tokens")
    secret = f"entregent_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        member=acting_user,
        name=name,
        digest=digest_of(secret),
        scopes=wanted,
        created_at=now,
        expires_at=expires_at,
    )
    record(
        acting_user=acting_user,
        action="organisation.token_made",
        subject=f"token:{token.pk}",
        changes={"scopes": [None, wanted], "expires_at": [None, expires_at.isoformat()]},
    )
    return token.pk, secret


@transaction.atomic
def revoke_token(*, acting_user: Member, token_id: int) -> None:
    """Stop a token at once: one's own, or anyone's for an owner."""
    token = ApiToken.objects.get(pk=token_id)
    if not (acting_user.is_owner or (acting_user.is_active and token.member_id == acting_user.pk)):
        raise PermissionDenied("This token is somebody else's.")
    if token.revoked_at is not None:
        return
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(
        acting_user=acting_user, action="organisation.token_revoked", subject=f"token:{token.pk}"
    )


@transaction.atomic
def note_use(*, acting_user: Member, token_id: int) -> None:
    """Keep that a token was used today; once a day is enough to find one that nobody uses."""
    now = timezone.now()
    today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    unused = ApiToken.objects.filter(pk=token_id).exclude(last_used_at__gte=today)
    if unused.update(last_used_at=now):
        record(
            acting_user=acting_user, action="organisation.token_used", subject=f"token:{token_id}"
        )
