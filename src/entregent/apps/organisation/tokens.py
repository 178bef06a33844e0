"""API tokens: what they may open, and reads of them."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from entregent.apps.organisation.links import digest_of
from entregent.apps.organisation.models import ApiToken, Member
from entregent.apps.organisation.queries import access_member

SCOPES = {
    "activities": _("What was done and said in public, from the record"),
    "private": _("Private words and traces of known accounts too"),
    "conversations": _("Conversations and their messages"),
    "people": _("People, their accounts, consents and open promises"),
    "campaigns": _("Campaigns and their windows"),
    "series": _("Daily counts"),
    "monitoring": _("Numbers about the instance itself, for whoever watches over it"),
}
"""What a token may open, each in a sentence."""

MOST = 20
"""Tokens in use that a member may have."""

_NOT_FOR_GUESTS = frozenset({"private", "people"})
_FOR_OWNERS = frozenset({"monitoring"})


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in a list; `state` is ``open``, ``expired`` or ``revoked``."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    state: str

    @property
    def scope_names(self) -> list[str]:
        """What it opens, in words."""
        return [str(SCOPES[scope]) for scope in self.scopes if scope in SCOPES]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token stands for, and what it opens today: never more than the member may."""

    token_id: int
    member: Member
    scopes: frozenset[str]
    last_used_at: datetime | None


def scopes_open_to(member: Member) -> frozenset[str]:
    """Scopes that a member's token may have.

    Guests read nothing private and no person; only owners watch over the instance.
    """
    if not member.is_active:
        return frozenset()
    closed = frozenset() if member.may_work else _NOT_FOR_GUESTS
    return frozenset(SCOPES) - closed - (frozenset() if member.is_owner else _FOR_OWNERS)


def tokens_of(viewer: Member, member_id: int) -> list[TokenLine]:
    """Tokens of oneself, or of anyone for an owner; those in use first, newest first."""
    shown = access_member(viewer, member_id)
    rows = ApiToken.objects.filter(member=shown).order_by("-pk")
    lines = [
        TokenLine(
            row.pk,
            row.name,
            tuple(row.scopes),
            row.created_at,
            row.expires_at,
            row.last_used_at,
            _state(row),
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: line.state != "open")


def holder_of(secret: str) -> tuple[Holder | None, str]:
    """Whom a token stands for; or None, and why: ``unknown``, ``expired`` or ``revoked``.

    The token of a member whose access is closed is told as unknown.
    """
    token = (
        ApiToken.objects.select_related("member__function").filter(digest=digest_of(secret)).first()
    )
    if token is None or not token.member.is_active:
        return None, "unknown"
    state = _state(token)
    if state != "open":
        return None, state
    scopes = frozenset(token.scopes) & scopes_open_to(token.member)
    return Holder(token.pk, token.member, scopes, token.last_used_at), ""


def _state(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is None or token.expires_at <= timezone.now():
        return "expired"
    return "open"
