"""Every write of the organisation: one transaction, a member who acts, an audit row."""

import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet

from entregent.apps.organisation.links import close_links, new_link
from entregent.apps.organisation.models import (
    AuditEntry,
    Function,
    Language,
    Member,
    OneTimeLink,
    Organisation,
    Role,
)
from entregent.apps.organisation.slugs import free_slug
from entregent.apps.organisation.starting_functions import STARTING_FUNCTIONS

# Their old and new values are personal: the trail says that they changed, not to what.
_UNWRITTEN = frozenset({"name", "email", "password"})


class OrganisationRefused(Exception):
    """A change that cannot be made; `code` says why.

    Codes: ``already_set_up``, ``email_taken``, ``bad_time_zone``, ``no_language``,
    ``default_not_spoken``, ``last_owner``, ``function_held``, ``function_used``,
    ``function_name_taken``, ``link_not_valid``, ``subject_name_taken``, ``public_name_taken``,
    ``bad_query``, ``bad_hours``, ``no_working_day``, ``no_scope``, ``scope_not_yours``,
    ``bad_expiry``, ``access_closed``, ``too_many_tokens``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class OrganisationDetails:
    """What an organisation says of itself when it is set up or changed."""

    name: str
    time_zone: str
    languages: Sequence[str]
    default_language: str


def record(
    *,
    acting_user: Member | None,
    action: str,
    subject: str,
    changes: Mapping[str, object] | None = None,
) -> None:
    """Add a row to the audit trail, inside the caller's transaction.

    Parameters
    ----------
    acting_user : Member or None
        Who acts; None is the system itself.
    action : str
        Dotted code, as ``organisation.member_added``.
    subject : str
        Reference to what was changed, as ``member:3``.
    changes : mapping, optional
        ``{field: [old, new]}``. Personal values are never given, only the names of their fields.
    """
    AuditEntry.objects.create(
        member=acting_user, action=action, subject=subject, changes=dict(changes or {})
    )


@transaction.atomic
def open_set_up() -> str:
    """Make the link by which the first owner sets the house up, and return its secret.

    Earlier set-up links stop working.
    """
    if Organisation.objects.exists():
        raise OrganisationRefused("already_set_up")
    OneTimeLink.objects.filter(purpose=OneTimeLink.Purpose.SET_UP).delete()
    secret = new_link(OneTimeLink.Purpose.SET_UP)
    record(acting_user=None, action="organisation.set_up_opened", subject="organisation:1")
    return secret


@transaction.atomic
def set_up(
    *, organisation: OrganisationDetails, name: str, email: str, language: str, password: str
) -> Member:
    """Create the organisation, its first owner and the functions it starts with."""
    if Organisation.objects.exists():
        raise OrganisationRefused("already_set_up")
    _check(organisation)
    Organisation.objects.create(
        pk=Organisation.THE_ONE,
        name=organisation.name,
        time_zone=organisation.time_zone,
        languages=list(organisation.languages),
        default_language=organisation.default_language,
    )
    Function.objects.bulk_create(Function(**each) for each in STARTING_FUNCTIONS)
    owner = Member(email=email.lower(), name=name, language=language, role=Role.OWNER)
    owner.set_password(password)
    owner.save(force_insert=True)
    OneTimeLink.objects.filter(purpose=OneTimeLink.Purpose.SET_UP).delete()
    record(acting_user=owner, action="organisation.set_up", subject="organisation:1")
    record(
        acting_user=owner,
        action="organisation.member_added",
        subject=f"member:{owner.pk}",
        changes={"role": [None, Role.OWNER.value]},
    )
    return owner


@transaction.atomic
def change_organisation(*, acting_user: Member, details: OrganisationDetails) -> None:
    """Change the name, the time zone or the languages of the organisation."""
    require_owner(acting_user)
    _check(details)
    house = Organisation.objects.get()
    change_row(
        acting_user,
        "organisation.changed",
        "organisation:1",
        house,
        {
            "name": details.name,
            "time_zone": details.time_zone,
            "languages": list(details.languages),
            "default_language": details.default_language,
        },
        # An organisation's name is not a person's.
        unwritten=frozenset(),
    )


@transaction.atomic
def add_member(
    *,
    acting_user: Member,
    name: str,
    email: str,
    language: str,
    role: str,
    function_id: int | None = None,
) -> tuple[int, str]:
    """Add a member and return their number and the secret of their one-time link.

    The member chooses a password by this link; until then nobody can sign in as them.
    """
    require_owner(acting_user)
    member = Member(
        email=email.lower(), name=name, language=language, role=role, function_id=function_id
    )
    member.set_unusable_password()
    # Transactions begin by taking the write lock, so nobody takes the address in between.
    if Member.objects.filter(email=member.email).exists():
        raise OrganisationRefused("email_taken")
    member.save(force_insert=True)
    record(
        acting_user=acting_user,
        action="organisation.member_added",
        subject=f"member:{member.pk}",
        changes={"role": [None, role], **_function_change(None, function_id)},
    )
    return member.pk, new_link(OneTimeLink.Purpose.INVITATION, member)


@transaction.atomic
def renew_link(*, acting_user: Member, member_id: int) -> str:
    """Make a new one-time link for an active member; the one before stops working."""
    require_owner(acting_user)
    member = Member.objects.get(pk=member_id, is_active=True)
    close_links(member)
    record(
        acting_user=acting_user, action="organisation.link_renewed", subject=f"member:{member_id}"
    )
    return new_link(OneTimeLink.Purpose.INVITATION, member)


@transaction.atomic
def choose_password(*, acting_user: Member, password: str) -> None:
    """Set the password of the member who holds a one-time link, and use the link up."""
    if not OneTimeLink.objects.filter(member=acting_user).delete()[0]:
        raise OrganisationRefused("link_not_valid")
    acting_user.set_password(password)
    acting_user.save(update_fields=["password"])
    record(
        acting_user=acting_user,
        action="organisation.password_chosen",
        subject=f"member:{acting_user.pk}",
        changes={"password": [None, None]},
    )


@transaction.atomic
def change_member(
    *,
    acting_user: Member,
    member_id: int,
    name: str,
    language: str,
    role: str | None = None,
    function_id: int | None = None,
) -> None:
    """Change a member; a role of None leaves role and function as they are.

    Members may change their own name and language; all else is for owners.
    """
    if role is not None or acting_user.pk != member_id:
        require_owner(acting_user)
    member = Member.objects.get(pk=member_id)
    new: dict[str, object] = {"name": name, "language": language}
    if role is not None:
        if member.role == Role.OWNER and role != Role.OWNER:
            _require_another_owner(member)
        new |= {"role": role, "function_id": function_id}
    change_row(acting_user, "organisation.member_changed", f"member:{member_id}", member, new)


@transaction.atomic
def choose_language(*, acting_user: Member, language: str) -> None:
    """Keep the language in which a member reads the screens."""
    change_row(
        acting_user,
        "organisation.member_changed",
        f"member:{acting_user.pk}",
        acting_user,
        {"language": language},
    )


@transaction.atomic
def deactivate_member(*, acting_user: Member, member_id: int) -> None:
    """Close a member's access; what they did stays in the trail."""
    require_owner(acting_user)
    member = Member.objects.get(pk=member_id)
    if member.role == Role.OWNER:
        _require_another_owner(member)
    close_links(member)
    change_row(
        acting_user,
        "organisation.member_deactivated",
        f"member:{member_id}",
        member,
        {"is_active": False},
    )


@transaction.atomic
def reactivate_member(*, acting_user: Member, member_id: int) -> None:
    """Open a member's access again."""
    require_owner(acting_user)
    member = Member.objects.get(pk=member_id)
    change_row(
        acting_user,
        "organisation.member_reactivated",
        f"member:{member_id}",
        member,
        {"is_active": True},
    )


@transaction.atomic
def add_function(
    *,
    acting_user: Member,
    name_fr: str,
    name_en: str,
    answers_for_fr: str = "",
    answers_for_en: str = "",
) -> int:
    """Add a function and return its number."""
    require_owner(acting_user)
    function = Function(
        slug=free_slug(name_fr, Function.objects.values_list("slug", flat=True)),
        name_fr=name_fr,
        name_en=name_en,
        answers_for_fr=answers_for_fr,
        answers_for_en=answers_for_en,
    )
    _require_free_name(function)
    function.save(force_insert=True)
    record(
        acting_user=acting_user,
        action="organisation.function_added",
        subject=f"function:{function.pk}",
        changes={"name_fr": [None, name_fr], "name_en": [None, name_en]},
    )
    return function.pk


@transaction.atomic
def rename_function(
    *,
    acting_user: Member,
    function_id: int,
    name_fr: str,
    name_en: str,
    answers_for_fr: str = "",
    answers_for_en: str = "",
) -> None:
    """Change what a function is called and what it answers for; its slug stays."""
    require_owner(acting_user)
    _require_free_name(Function(pk=function_id, name_fr=name_fr, name_en=name_en))
    change_row(
        acting_user,
        "organisation.function_renamed",
        f"function:{function_id}",
        Function.objects.get(pk=function_id),
        {
            "name_fr": name_fr,
            "name_en": name_en,
            "answers_for_fr": answers_for_fr,
            "answers_for_en": answers_for_en,
        },
        unwritten=frozenset(),
    )


@transaction.atomic
def remove_function(*, acting_user: Member, function_id: int) -> None:
    """Remove a function that no member holds and that answers for nothing any more."""
    require_owner(acting_user)
    function = Function.objects.get(pk=function_id)
    if function.members.exists():
        raise OrganisationRefused("function_held")
    try:
        function.delete()
    except ProtectedError as error:
        # Its subjects, campaigns, promises and lines would be nobody's.
        raise OrganisationRefused("function_used") from error
    record(
        acting_user=acting_user,
        action="organisation.function_removed",
        subject=f"function:{function_id}",
        changes={"name_fr": [function.name_fr, None], "name_en": [function.name_en, None]},
    )


def change_row(
    acting_user: Member,
    action: str,
    subject: str,
    row: Model,
    new: Mapping[str, object],
    *,
    unwritten: frozenset[str] = _UNWRITTEN,
) -> None:
    """Set fields of a row and record what changed, inside the caller's transaction."""
    changes: dict[str, object] = {}
    for field, value in new.items():
        old = getattr(row, field)
        if old != value and field == "function_id":
            changes |= _function_change(old, value)
            setattr(row, field, value)
        elif old != value:
            told = [None, None] if field in unwritten else [_as_told(old), _as_told(value)]
            changes[field] = told
            setattr(row, field, value)
    if changes:
        row.save(update_fields=list(changes))
        record(acting_user=acting_user, action=action, subject=subject, changes=changes)


def _as_told(value: object) -> object:
    return value.isoformat(timespec="minutes") if isinstance(value, time) else value


def _function_change(old: object, new: object) -> dict[str, object]:
    if old == new:
        return {}
    return {"function": [each and f"function:{each}" for each in (old, new)]}


def require_owner(member: Member) -> None:
    """Refuse anyone but an owner."""
    if not member.is_owner:
        raise PermissionDenied("Only an owner may do this.")


def _require_another_owner(member: Member) -> None:
    others = Member.objects.filter(role=Role.OWNER, is_active=True).exclude(pk=member.pk)
    if not others.exists():
        raise OrganisationRefused("last_owner")


def _require_free_name(function: Function) -> None:
    if is_name_taken(Function.objects.exclude(pk=function.pk), function.name_fr, function.name_en):
        raise OrganisationRefused("function_name_taken")


def is_name_taken(others: QuerySet[Any], french: str, english: str) -> bool:
    """Whether one of a few rows has one of these names already, whatever its case."""
    names = others.values_list("name_fr", "name_en")
    return any(fr.lower() == french.lower() or en.lower() == english.lower() for fr, en in names)


def _check(details: OrganisationDetails) -> None:
    try:
        zoneinfo.ZoneInfo(details.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise OrganisationRefused("bad_time_zone") from error
    if not details.languages or set(details.languages) - set(Language.values):
        raise OrganisationRefused("no_language")
    if details.default_language not in details.languages:
        raise OrganisationRefused("default_not_spoken")
