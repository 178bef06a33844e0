"""Pages of the organisation: parse, access, act, render."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_POST

from entregent.apps.organisation import actions, answering, queries, queries_answering
from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.forms import (
    REFUSALS,
    FunctionForm,
    MemberForm,
    NewMemberForm,
    OrganisationForm,
    OwnDetailsForm,
)
from entregent.apps.organisation.models import Member
from entregent.apps.organisation.signed_in import member_of


def organisation(request: HttpRequest) -> HttpResponse:
    """Show the organisation, its functions and its members."""
    return _show_organisation(request, status=200, refusal="")


def change_organisation(request: HttpRequest) -> HttpResponse:
    """Change the organisation's name, time zone or languages."""
    owner = _owner(request)
    house = queries.house()
    if house is None:
        raise queries.NotFound
    form = OrganisationForm(
        request.POST or None,
        initial={
            "organisation_name": house.name,
            "time_zone": house.time_zone,
            "languages": house.languages,
            "default_language": house.default_language,
        },
    )
    if form.is_valid():
        actions.change_organisation(acting_user=owner, details=form.details())
        return redirect("organisation:organisation")
    return render(request, "organisation/change.html", {"form": form})


def add_member(request: HttpRequest) -> HttpResponse:
    """Add a member, then show the link by which they choose a password."""
    owner = _owner(request)
    form = NewMemberForm(request.POST or None, initial={"language": owner.language})
    if form.is_valid():
        said = form.cleaned_data
        try:
            member_id, secret = actions.add_member(
                acting_user=owner,
                name=said["name"],
                email=said["email"],
                language=said["language"],
                role=said["role"],
                function_id=said["function_id"],
            )
        except OrganisationRefused as refused:
            form.add_error("email", REFUSALS[refused.code])
        else:
            return _show_link(request, member_id, secret)
    return render(request, "organisation/add_member.html", {"form": form})


def member(request: HttpRequest, member_id: int) -> HttpResponse:
    """Show a member and change them: owners anyone, members themselves."""
    viewer = member_of(request)
    shown = queries.access_member(viewer, member_id)
    first = {
        "name": shown.name,
        "language": shown.language,
        "role": shown.role,
        "function_id": shown.function_id,
    }
    kind = MemberForm if viewer.is_owner else OwnDetailsForm
    form = kind(request.POST or None, initial=first)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.change_member(
                acting_user=viewer,
                member_id=shown.pk,
                name=said["name"],
                language=said["language"],
                role=said.get("role"),
                function_id=said.get("function_id"),
            )
        except OrganisationRefused as refused:
            form.add_error("role", REFUSALS[refused.code])
        else:
            return redirect("organisation:organisation")
    context = {"form": form, "shown": shown, "is_last_owner": queries.is_last_owner(shown)}
    return render(request, "organisation/member.html", context)


@require_POST
def deactivate_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """Close a member's access."""
    owner = _owner(request)
    shown = queries.access_member(owner, member_id)
    try:
        actions.deactivate_member(acting_user=owner, member_id=shown.pk)
    except OrganisationRefused as refused:
        return _show_organisation(request, status=409, refusal=refused.code)
    return redirect("organisation:organisation")


@require_POST
def reactivate_member(request: HttpRequest, member_id: int) -> HttpResponse:
    """Open a member's access again."""
    owner = _owner(request)
    shown = queries.access_member(owner, member_id)
    actions.reactivate_member(acting_user=owner, member_id=shown.pk)
    return redirect("organisation:organisation")


def renew_link(request: HttpRequest, member_id: int) -> HttpResponse:
    """Make a new one-time link for a member and show it once."""
    owner = _owner(request)
    shown = queries.access_member(owner, member_id)
    # A change of language, or the way back, asks again by GET: that makes no second link.
    if request.method != "POST" or not shown.is_active:
        return redirect("organisation:member", member_id=shown.pk)
    secret = actions.renew_link(acting_user=owner, member_id=shown.pk)
    return _show_link(request, shown.pk, secret)


def add_function(request: HttpRequest) -> HttpResponse:
    """Add a function."""
    owner = _owner(request)
    form = FunctionForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_function(acting_user=owner, **form.cleaned_data)
        except OrganisationRefused as refused:
            form.add_error(None, REFUSALS[refused.code])
        else:
            return redirect("organisation:organisation")
    return render(request, "organisation/function.html", {"form": form, "function": None})


def function(request: HttpRequest, function_id: int) -> HttpResponse:
    """Show a function and rename it."""
    owner = _owner(request)
    shown = queries.access_function(owner, function_id)
    names = FunctionForm.base_fields
    form = FunctionForm(
        request.POST or None, initial={name: getattr(shown, name) for name in names}
    )
    if form.is_valid():
        try:
            actions.rename_function(acting_user=owner, function_id=shown.pk, **form.cleaned_data)
        except OrganisationRefused as refused:
            form.add_error(None, REFUSALS[refused.code])
        else:
            return redirect("organisation:organisation")
    return render(request, "organisation/function.html", {"form": form, "function": shown})


@require_POST
def remove_function(request: HttpRequest, function_id: int) -> HttpResponse:
    """Remove a function that nobody holds."""
    owner = _owner(request)
    shown = queries.access_function(owner, function_id)
    try:
        actions.remove_function(acting_user=owner, function_id=shown.pk)
    except OrganisationRefused as refused:
        return _show_organisation(request, status=409, refusal=refused.code)
    return redirect("organisation:organisation")


def journal(request: HttpRequest) -> HttpResponse:
    """Show the audit trail, fifty lines at a time."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    lines = queries.audit_trail(member_of(request), before=before)
    older = lines[-1].id if len(lines) == 50 else None
    context = {"lines": lines, "older": older, "is_first_page": before is None}
    return render(request, "organisation/journal.html", context)


def _owner(request: HttpRequest) -> Member:
    viewer = member_of(request)
    if not viewer.is_owner:
        raise PermissionDenied("Only an owner may do this.")
    return viewer


def _show_organisation(request: HttpRequest, *, status: int, refusal: str) -> HttpResponse:
    viewer = member_of(request)
    hours = answering.hours()
    today = timezone.localdate()
    context = {
        "members": queries.members(viewer),
        "functions": queries.functions(viewer),
        "organisation": queries.house(),
        "opens_at": datetime.combine(today, hours.opens_at, hours.zone),
        "closes_at": datetime.combine(today, hours.closes_at, hours.zone),
        "working_days": [str(WEEKDAYS[number]) for number in sorted(hours.working_days)],
        "address_form": answering.default_address_form(),
        "subjects": queries_answering.subject_lines(viewer),
        "publics": answering.public_names(),
        "refusal": REFUSALS.get(refusal, ""),
    }
    if viewer.may_work:
        context["trust"] = queries_answering.trust_table(viewer)
    return render(request, "organisation/organisation.html", context, status=status)


def _show_link(request: HttpRequest, member_id: int, secret: str) -> HttpResponse:
    shown = queries.access_member(member_of(request), member_id)
    address = request.build_absolute_uri(reverse("organisation:invitation", args=[secret]))
    return render(request, "organisation/link.html", {"shown": shown, "address": address})
