"""Reads of who answers on what, as the organisation's own page shows them."""

from collections import defaultdict
from dataclasses import dataclass

from entregent.apps.organisation.folded import Folded
from entregent.apps.organisation.models import Function, Member, Public, Role, Subject, Trust
from entregent.apps.organisation.queries import NotFound


@dataclass(frozen=True, slots=True)
class SubjectLine:
    """A subject in a list; `trusted` are the names of those who answer alone on it."""

    id: int
    name: str
    query: str
    function: str
    needs_approval: bool
    trusted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrustCell:
    """Whether one member answers alone on one subject."""

    value: str
    subject: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class TrustRow:
    """One member's line of the table."""

    member: str
    function: str
    cells: tuple[TrustCell, ...]


@dataclass(frozen=True, slots=True)
class TrustTable:
    """Members by the subjects whose answers are approved first."""

    subjects: tuple[str, ...]
    rows: tuple[TrustRow, ...]


def subject_lines(viewer: Member) -> list[SubjectLine]:
    """Every subject; guests do not see who is trusted."""
    if not viewer.is_active:
        raise NotFound
    trusted: dict[int, list[str]] = defaultdict(list)
    if viewer.may_work:
        rows = Trust.objects.filter(member__is_active=True).select_related("member")
        for row in rows.order_by(Folded("member__name"), "pk"):
            trusted[row.subject_id].append(row.member.name)
    return [
        SubjectLine(
            row.pk,
            row.name,
            row.query,
            row.function.name,
            row.needs_approval,
            tuple(trusted[row.pk]),
        )
        for row in Subject.objects.select_related("function").order_by("pk")
    ]


def trust_table(viewer: Member) -> TrustTable:
    """Who may answer without approval on what, for those who work here."""
    if not viewer.may_work:
        raise NotFound
    subjects = list(Subject.objects.filter(needs_approval=True).order_by("pk"))
    members = Member.objects.filter(is_active=True).exclude(role=Role.GUEST)
    pairs = set(Trust.objects.values_list("member_id", "subject_id"))
    rows = [
        TrustRow(
            member.name,
            member.function.name if member.function else "",
            tuple(
                TrustCell(f"{member.pk}-{each.pk}", each.name, (member.pk, each.pk) in pairs)
                for each in subjects
            ),
        )
        for member in members.select_related("function").order_by(Folded("name"), "pk")
    ]
    return TrustTable(tuple(each.name for each in subjects), tuple(rows))


def access_subject(viewer: Member, subject_id: int) -> Subject:
    """A subject, for an owner, the only one who changes them."""
    found = Subject.objects.filter(pk=subject_id).first() if viewer.is_owner else None
    if found is None:
        raise NotFound
    return found


def access_public(viewer: Member, public_id: int) -> Public:
    """A public, for an owner, the only one who changes them."""
    found = Public.objects.filter(pk=public_id).first() if viewer.is_owner else None
    if found is None:
        raise NotFound
    return found


def function_options() -> list[tuple[str, str]]:
    """Functions to choose from, by their names in the language of the page."""
    return [(str(row.pk), row.name) for row in Function.objects.order_by("pk")]
