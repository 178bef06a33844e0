"""The demonstration's organisation: set up at once, removed at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from entregent.apps.organisation.actions import OrganisationRefused, record
from entregent.apps.organisation.links import digest_of, new_link
from entregent.apps.organisation.models import (
    AuditEntry,
    Function,
    Member,
    OneTimeLink,
    Organisation,
    Public,
    Role,
    Subject,
    Trust,
)
from entregent.apps.organisation.queries import NotFound
from entregent.simulation.world import (
    FunctionFacts,
    MemberFacts,
    OrganisationFacts,
    PublicFacts,
    SubjectFacts,
)


@dataclass(frozen=True, slots=True)
class HouseKeys:
    """Numbers of what was written, by the names that the simulated world uses."""

    members: dict[str, int]
    functions: dict[str, int]
    subjects: dict[str, int]
    publics: dict[str, int]


@transaction.atomic
def set_up_demonstration(
    *,
    organisation: OrganisationFacts,
    functions: Sequence[FunctionFacts],
    members: Sequence[MemberFacts],
    subjects: Sequence[SubjectFacts],
    publics: Sequence[PublicFacts],
) -> HouseKeys:
    """Create the invented organisation and everyone in it; nobody has a password.

    Raises
    ------
    OrganisationRefused
        With ``already_set_up`` in a house that has an organisation.
    """
    if Organisation.objects.exists():
        raise OrganisationRefused("already_set_up")
    Organisation.objects.create(
        pk=Organisation.THE_ONE,
        name=organisation.name,
        time_zone=organisation.time_zone,
        languages=list(organisation.languages),
        default_language=organisation.default_language,
        opens_at=organisation.opens_at,
        closes_at=organisation.closes_at,
        working_days=list(organisation.working_days),
        address_form=organisation.address_form,
        is_demo=True,
    )
    function_ids = _functions(functions)
    subject_ids = _subjects(subjects, function_ids)
    Public.objects.bulk_create(
        Public(slug=each.slug, name_fr=each.name_fr, name_en=each.name_en) for each in publics
    )
    member_ids = _members(members, function_ids, subject_ids)
    OneTimeLink.objects.filter(purpose=OneTimeLink.Purpose.SET_UP).delete()
    record(
        acting_user=None,
        action="organisation.demonstration_loaded",
        subject="organisation:1",
        changes={"members": [0, len(member_ids)]},
    )
    return HouseKeys(
        members=member_ids,
        functions=function_ids,
        subjects=subject_ids,
        publics=dict(Public.objects.values_list("slug", "pk")),
    )


def _functions(functions: Sequence[FunctionFacts]) -> dict[str, int]:
    Function.objects.bulk_create(
        Function(
            slug=each.slug,
            name_fr=each.name_fr,
            name_en=each.name_en,
            answers_for_fr=each.answers_for_fr,
            answers_for_en=each.answers_for_en,
        )
        for each in functions
    )
    return dict(Function.objects.values_list("slug", "pk"))


def _subjects(subjects: Sequence[SubjectFacts], functions: dict[str, int]) -> dict[str, int]:
    Subject.objects.bulk_create(
        Subject(
            slug=each.slug,
            name_fr=each.name_fr,
            name_en=each.name_en,
            query=each.query,
            function_id=functions[each.function],
            needs_approval=each.needs_approval,
        )
        for each in subjects
    )
    return dict(Subject.objects.values_list("slug", "pk"))


def _members(
    members: Sequence[MemberFacts], functions: dict[str, int], subjects: dict[str, int]
) -> dict[str, int]:
    found = {}
    for each in members:
        member = Member(
            email=each.email.lower(),
            name=each.name,
            language=each.language,
            role=each.role,
            function_id=functions[each.function] if each.function else None,
            is_demo=True,
        )
        member.set_unusable_password()
        member.save(force_insert=True)
        found[each.key] = member.pk
        Trust.objects.bulk_create(
            Trust(member=member, subject_id=subjects[slug]) for slug in each.trusted_on
        )
    return found


@transaction.atomic
def open_demonstration(*, member_id: int | None = None) -> str:
    """Make a link that signs in once as a member of the demonstration; returns its secret.

    Parameters
    ----------
    member_id
        Who; the first owner if left out.
    """
    if not Organisation.objects.filter(is_demo=True).exists():
        raise OrganisationRefused("not_a_demonstration")
    found = Member.objects.filter(is_demo=True, is_active=True)
    chosen = found.filter(pk=member_id) if member_id else found.filter(role=Role.OWNER)
    member = chosen.order_by("pk").first()
    if member is None:
        raise OrganisationRefused("not_a_demonstration")
    OneTimeLink.objects.filter(member=member).delete()
    secret = new_link(OneTimeLink.Purpose.SIGN_IN, member)
    record(acting_user=None, action="organisation.link_renewed", subject=f"member:{member.pk}")
    return secret


@transaction.atomic
def enter_demonstration(*, secret: str) -> Member:
    """Use up a link into the demonstration; returns who is signed in by it.

    Raises
    ------
    NotFound
        If there is no such link, or it has been used, or is too old.
    """
    link = (
        OneTimeLink.objects.select_for_update()
        .select_related("member")
        .filter(
            purpose=OneTimeLink.Purpose.SIGN_IN,
            digest=digest_of(secret),
            expires_at__gt=timezone.now(),
            member__is_active=True,
            member__is_demo=True,
        )
        .first()
    )
    if link is None or link.member is None:
        raise NotFound
    member = link.member
    link.delete()
    record(acting_user=member, action="organisation.link_used", subject=f"member:{member.pk}")
    return member


def require_may_remove(member: Member | None) -> None:
    """Refuse anyone but an owner; the command line of this machine may."""
    if not is_demonstration():
        raise OrganisationRefused("not_a_demonstration")
    if member is not None and not member.is_owner:
        raise PermissionDenied("Only an owner removes the demonstration.")


@transaction.atomic
def remove_demonstration() -> bool:
    """Remove the invented members, and the organisation if nobody else is in it.

    What the demonstration's members wrote into the audit trail goes with them. Call it last, when
    nothing refers to them any more.

    Returns
    -------
    bool
        Whether an organisation remains, because people who exist work in it.
    """
    AuditEntry.objects.filter(member__is_demo=True).delete()
    Member.objects.filter(is_demo=True).delete()
    remains = Member.objects.exists()
    if remains:
        Organisation.objects.update(is_demo=False)
    else:
        Subject.objects.all().delete()
        Public.objects.all().delete()
        Function.objects.all().delete()
        Organisation.objects.all().delete()
    record(
        acting_user=None,
        action="organisation.demonstration_removed",
        subject="organisation:1",
    )
    return remains


def is_demonstration() -> bool:
    """Whether the house is the invented one."""
    return Organisation.objects.filter(is_demo=True).exists()


def was_removed() -> bool:
    """Whether a demonstration was removed from this house: it is not loaded again."""
    return AuditEntry.objects.filter(action="organisation.demonstration_removed").exists()
