"""Writes of who answers on what: subjects, who may answer alone on them, publics, hours."""

from collections.abc import Collection, Sequence
from datetime import time

from django.db import transaction
from django.db.models import QuerySet

from entregent.apps.organisation.actions import (
    OrganisationRefused,
    change_row,
    is_name_taken,
    record,
    require_owner,
)
from entregent.apps.organisation.models import (
    Function,
    Member,
    Organisation,
    Public,
    Role,
    Subject,
    Trust,
)
from entregent.apps.organisation.slugs import free_slug
from entregent.understanding.queries import QueryError, parse

_PLAIN: frozenset[str] = frozenset()
"""Names of subjects and publics are nobody's personal words: the trail may hold them."""


@transaction.atomic
def change_hours(
    *,
    acting_user: Member,
    opens_at: time,
    closes_at: time,
    working_days: Sequence[int],
    address_form: str,
) -> None:
    """Change when people are there to answer, and how channels speak to people."""
    require_owner(acting_user)
    if closes_at <= opens_at:
        raise OrganisationRefused("bad_hours")
    days = sorted(set(working_days))
    if not days or not set(days) <= set(range(7)):
        raise OrganisationRefused("no_working_day")
    change_row(
        acting_user,
        "organisation.hours_changed",
        "organisation:1",
        Organisation.objects.get(),
        {
            "opens_at": opens_at,
            "closes_at": closes_at,
            "working_days": days,
            "address_form": address_form,
        },
        unwritten=_PLAIN,
    )


@transaction.atomic
def add_subject(
    *,
    acting_user: Member,
    name_fr: str,
    name_en: str,
    function_id: int,
    query: str = "",
    needs_approval: bool = False,
) -> int:
    """Add a subject and return its number.

    Its words are in the language of saved queries; none means that only people put it on a
    conversation.
    """
    require_owner(acting_user)
    subject = Subject(
        slug=free_slug(name_fr, Subject.objects.values_list("slug", flat=True)),
        name_fr=name_fr,
        name_en=name_en,
        query=_checked(query),
        function=Function.objects.get(pk=function_id),
        needs_approval=needs_approval,
    )
    _require_free_name(subject, "subject_name_taken")
    subject.save(force_insert=True)
    record(
        acting_user=acting_user,
        action="organisation.subject_added",
        subject=f"subject:{subject.pk}",
        changes={
            "name_fr": [None, name_fr],
            "name_en": [None, name_en],
            "function": [None, f"function:{function_id}"],
            "needs_approval": [None, needs_approval],
        },
    )
    return subject.pk


@transaction.atomic
def change_subject(
    *,
    acting_user: Member,
    subject_id: int,
    name_fr: str,
    name_en: str,
    function_id: int,
    query: str = "",
    needs_approval: bool = False,
) -> None:
    """Change a subject; its slug stays, and so do the conversations that it was put on."""
    require_owner(acting_user)
    _require_free_name(
        Subject(pk=subject_id, name_fr=name_fr, name_en=name_en), "subject_name_taken"
    )
    change_row(
        acting_user,
        "organisation.subject_changed",
        f"subject:{subject_id}",
        Subject.objects.get(pk=subject_id),
        {
            "name_fr": name_fr,
            "name_en": name_en,
            "query": _checked(query),
            "function_id": Function.objects.get(pk=function_id).pk,
            "needs_approval": needs_approval,
        },
        unwritten=_PLAIN,
    )


@transaction.atomic
def remove_subject(*, acting_user: Member, subject_id: int) -> None:
    """Remove a subject: its conversations stay, without it."""
    require_owner(acting_user)
    subject = Subject.objects.get(pk=subject_id)
    subject.delete()
    record(
        acting_user=acting_user,
        action="organisation.subject_removed",
        subject=f"subject:{subject_id}",
        changes={"name_fr": [subject.name_fr, None], "name_en": [subject.name_en, None]},
    )


@transaction.atomic
def set_trust(*, acting_user: Member, pairs: Collection[tuple[int, int]]) -> None:
    """Say who may answer without approval: exactly these pairs of member and subject.

    Only active members who work here, and only subjects that ask for approval, can be named; what
    is said of members whose access is closed, and of other subjects, stays as it was.
    """
    require_owner(acting_user)
    members = set(who_may_be_trusted().values_list("pk", flat=True))
    subjects = set(Subject.objects.filter(needs_approval=True).values_list("pk", flat=True))
    wanted = {pair for pair in pairs if pair[0] in members and pair[1] in subjects}
    shown = Trust.objects.filter(member__in=members, subject__in=subjects)
    known = {(row.member_id, row.subject_id): row for row in shown}
    for pair in sorted(wanted - known.keys()):
        Trust.objects.create(member_id=pair[0], subject_id=pair[1])
        _record_trust(acting_user, pair, trusted=True)
    for pair in sorted(known.keys() - wanted):
        known[pair].delete()
        _record_trust(acting_user, pair, trusted=False)


def _record_trust(acting_user: Member, pair: tuple[int, int], *, trusted: bool) -> None:
    subject = f"subject:{pair[1]}"
    record(
        acting_user=acting_user,
        action="organisation.trust_given" if trusted else "organisation.trust_withdrawn",
        subject=f"member:{pair[0]}",
        changes={"answers_alone_on": [None, subject] if trusted else [subject, None]},
    )


def who_may_be_trusted() -> QuerySet[Member]:
    """Members who could answer alone: active, and no guests."""
    return Member.objects.filter(is_active=True).exclude(role=Role.GUEST)


@transaction.atomic
def add_public(*, acting_user: Member, name_fr: str, name_en: str) -> int:
    """Add one of the organisation's publics and return its number."""
    require_owner(acting_user)
    public = Public(
        slug=free_slug(name_fr, Public.objects.values_list("slug", flat=True)),
        name_fr=name_fr,
        name_en=name_en,
    )
    _require_free_name(public, "public_name_taken")
    public.save(force_insert=True)
    record(
        acting_user=acting_user,
        action="organisation.public_added",
        subject=f"public:{public.pk}",
        changes={"name_fr": [None, name_fr], "name_en": [None, name_en]},
    )
    return public.pk


@transaction.atomic
def rename_public(*, acting_user: Member, public_id: int, name_fr: str, name_en: str) -> None:
    """Change what a public is called."""
    require_owner(acting_user)
    _require_free_name(Public(pk=public_id, name_fr=name_fr, name_en=name_en), "public_name_taken")
    change_row(
        acting_user,
        "organisation.public_renamed",
        f"public:{public_id}",
        Public.objects.get(pk=public_id),
        {"name_fr": name_fr, "name_en": name_en},
        unwritten=_PLAIN,
    )


@transaction.atomic
def remove_public(*, acting_user: Member, public_id: int) -> None:
    """Remove a public: people who were counted in it stay as they are."""
    require_owner(acting_user)
    public = Public.objects.get(pk=public_id)
    public.delete()
    record(
        acting_user=acting_user,
        action="organisation.public_removed",
        subject=f"public:{public_id}",
        changes={"name_fr": [public.name_fr, None], "name_en": [public.name_en, None]},
    )


def _checked(query: str) -> str:
    query = query.strip()
    try:
        if query:
            parse(query)
    except QueryError as error:
        raise OrganisationRefused("bad_query") from error
    return query


def _require_free_name(row: Subject | Public, code: str) -> None:
    others = Subject.objects if isinstance(row, Subject) else Public.objects
    if is_name_taken(others.exclude(pk=row.pk), row.name_fr, row.name_en):
        raise OrganisationRefused(code)
