"""Who answers on what, and when people are there: read by the apps that coordinate."""

from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from entregent.apps.organisation.models import (
    Function,
    Member,
    Organisation,
    Public,
    Subject,
    Trust,
)


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """A subject, as the other apps see it; `query` is in the language of saved queries."""

    id: int
    slug: str
    name_fr: str
    name_en: str
    query: str
    function_id: int
    needs_approval: bool


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """One of the organisation's publics."""

    id: int
    slug: str
    name_fr: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Hours:
    """When people are there: ``[opens_at, closes_at)`` on working days, Monday as 0."""

    opens_at: time
    closes_at: time
    working_days: tuple[int, ...]
    zone: ZoneInfo


def subjects() -> list[SubjectFacts]:
    """Every subject, in the order in which they were added."""
    return [
        SubjectFacts(
            row.pk,
            row.slug,
            row.name_fr,
            row.name_en,
            row.query,
            row.function_id,
            row.needs_approval,
        )
        for row in Subject.objects.order_by("pk")
    ]


def publics() -> list[PublicFacts]:
    """Every public, in the order in which they were added."""
    return [
        PublicFacts(row.pk, row.slug, row.name_fr, row.name_en)
        for row in Public.objects.order_by("pk")
    ]


def public_names() -> list[tuple[int, str]]:
    """Number and name of every public, in the language of the page."""
    return [(row.pk, row.name) for row in Public.objects.order_by("pk")]


def function_names() -> dict[int, str]:
    """Names of the functions in the language of the page, by id."""
    return {row.pk: row.name for row in Function.objects.order_by("pk")}


def functions_by_slug() -> dict[str, int]:
    """Ids of the functions by slug."""
    return dict(Function.objects.values_list("slug", "pk"))


def function_members(function_id: int) -> list[Member]:
    """Active members of a function who may work in it."""
    found = Member.objects.filter(function_id=function_id, is_active=True).exclude(role="guest")
    return list(found.order_by("pk"))


def may_answer_alone(member: Member, subject_id: int | None) -> bool:
    """Whether a member's answer on a subject leaves without approval.

    It does where the subject asks for none, where the member is trusted on it, and where nobody
    could tell the subject.
    """
    if not member.may_work:
        return False
    if subject_id is None:
        return True
    subject = Subject.objects.filter(pk=subject_id).first()
    if subject is None or not subject.needs_approval:
        return True
    return Trust.objects.filter(member=member, subject=subject).exists()


def trusted_subjects(member: Member) -> list[str]:
    """Names of the subjects on which a member answers without approval."""
    found = Subject.objects.filter(needs_approval=False) | Subject.objects.filter(
        trusted__member=member
    )
    return [subject.name for subject in found.distinct().order_by("pk")]


def trusted_members(subject_id: int) -> list[Member]:
    """Members who may approve what others write on a subject: those trusted on it."""
    found = Member.objects.filter(is_active=True, trusted_on__subject_id=subject_id)
    return list(found.order_by("pk"))


def hours() -> Hours:
    """When people are there to answer; the usual week before the set-up."""
    place = Organisation.objects.first() or Organisation(time_zone="America/Toronto")
    return Hours(
        place.opens_at, place.closes_at, tuple(place.working_days), ZoneInfo(place.time_zone)
    )


def default_address_form() -> str:
    """``tu`` or ``vous``, for people who have not shown which they use."""
    place = Organisation.objects.first()
    return place.address_form if place is not None else "vous"
