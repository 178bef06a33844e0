"""Reads of the organisation, each through a check of who looks."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Q
from django.http import Http404
from django.utils import timezone

from entregent.apps.organisation.folded import Folded
from entregent.apps.organisation.links import digest_of
from entregent.apps.organisation.models import (
    AuditEntry,
    Function,
    Member,
    OneTimeLink,
    Organisation,
    Role,
)

# `Member` too: other apps name who looks or acts, and take the name from here.
__all__ = [
    "AuditLine",
    "House",
    "Member",
    "NotFound",
    "access_function",
    "access_invited",
    "access_member",
    "audit_trail",
    "functions",
    "house",
    "is_last_owner",
    "last_recorded",
    "members",
    "set_up_is_open",
]


class NotFound(Http404):
    """There is no such thing, or this viewer may not know that there is."""


@dataclass(frozen=True, slots=True)
class House:
    """The organisation, as the other apps see it."""

    name: str
    time_zone: str
    languages: tuple[str, ...]
    default_language: str
    is_demo: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The time zone by which its days begin and end."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One line of the audit trail; `name` is empty where the system acted."""

    id: int
    at: datetime
    name: str
    action: str
    subject: str
    changes: dict[str, list[object]]


def house() -> House | None:
    """Return the organisation, or None before the first set-up."""
    row = Organisation.objects.first()
    if row is None:
        return None
    return House(
        name=row.name,
        time_zone=row.time_zone,
        languages=tuple(row.languages),
        default_language=row.default_language,
        is_demo=row.is_demo,
    )


def set_up_is_open(secret: str) -> bool:
    """Return whether a secret opens the first set-up, which nobody has made yet."""
    return (
        not Organisation.objects.exists()
        and OneTimeLink.objects.filter(
            purpose=OneTimeLink.Purpose.SET_UP, digest=digest_of(secret)
        ).exists()
    )


def access_invited(secret: str) -> Member:
    """Return the active member whose one-time link holds this secret."""
    link = (
        OneTimeLink.objects.select_related("member")
        .filter(
            purpose=OneTimeLink.Purpose.INVITATION,
            digest=digest_of(secret),
            expires_at__gt=timezone.now(),
            member__is_active=True,
        )
        .first()
    )
    if link is None or link.member is None:
        raise NotFound
    return link.member


def members(viewer: Member) -> list[Member]:
    """Return the members a viewer may see, active ones first.

    Guests see themselves; members see who is active; owners see everyone.
    """
    seen = Q()
    if not viewer.may_work:
        seen = Q(pk=viewer.pk)
    elif not viewer.is_owner:
        seen = Q(is_active=True)
    rows = Member.objects.filter(seen).select_related("function", "link")
    return list(rows.order_by("-is_active", Folded("name"), "pk"))


def access_member(viewer: Member, member_id: int) -> Member:
    """Return the member whom a viewer may open: oneself, or anyone for an owner."""
    member = Member.objects.select_related("function").filter(pk=member_id).first()
    if member is None or not (viewer.is_owner or viewer.pk == member.pk):
        raise NotFound
    return member


def functions(viewer: Member) -> list[Function]:
    """Return the functions, each with `holders`, the number of its active members."""
    if not viewer.is_active:
        raise PermissionDenied("This access is closed.")
    holders = Count("members", filter=Q(members__is_active=True))
    return list(Function.objects.annotate(holders=holders).order_by("pk"))


def access_function(viewer: Member, function_id: int) -> Function:
    """Return a function for an owner, the only one who changes them."""
    function = Function.objects.filter(pk=function_id).first() if viewer.is_owner else None
    if function is None:
        raise NotFound
    return function


def is_last_owner(member: Member) -> bool:
    """Return whether the house would have no active owner without this member."""
    owners = Member.objects.filter(role=Role.OWNER, is_active=True)
    return member.is_owner and not owners.exclude(pk=member.pk).exists()


def last_recorded(action: str, subject: str) -> datetime | None:
    """When an act was last recorded; for this machine's own checks, and without whose it was."""
    rows = AuditEntry.objects.filter(action=action, subject=subject)
    found: datetime | None = rows.aggregate(at=Max("at"))["at"]
    return found


def audit_trail(viewer: Member, *, before: int | None = None, count: int = 50) -> list[AuditLine]:
    """Return lines of the audit trail for an owner, newest first.

    Parameters
    ----------
    viewer : Member
        Who looks; anyone but an owner is refused.
    before : int, optional
        Lines older than the one with this number (exclusive).
    count : int
        How many lines at most.
    """
    if not viewer.is_owner:
        raise PermissionDenied("Only an owner reads the audit trail.")
    rows = AuditEntry.objects.select_related("member").order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        AuditLine(
            id=row.pk,
            at=row.at,
            name=row.member.name if row.member else "",
            action=row.action,
            subject=row.subject,
            changes=row.changes,
        )
        for row in rows[:count]
    ]
