"""Pages of who answers on what, of publics and of opening hours: for owners."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from entregent.apps.organisation import actions_answering, answering, queries_answering
from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.forms import REFUSALS
from entregent.apps.organisation.forms_answering import HoursForm, PublicForm, SubjectForm
from entregent.apps.organisation.models import Member
from entregent.apps.organisation.signed_in import member_of


def owner_of(request: HttpRequest) -> Member:
    """Return the owner who asks; anyone else is refused."""
    viewer = member_of(request)
    if not viewer.is_owner:
        raise PermissionDenied("Only an owner may do this.")
    return viewer


@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """Change when people are there, and tu or vous."""
    owner = owner_of(request)
    now = answering.hours()
    form = HoursForm(
        request.POST or None,
        initial={
            "opens_at": now.opens_at,
            "closes_at": now.closes_at,
            "working_days": list(now.working_days),
            "address_form": answering.default_address_form(),
        },
    )
    return _saved(
        request,
        form,
        lambda: actions_answering.change_hours(acting_user=owner, **form.cleaned_data),
        "organisation/hours.html",
        {},
    )


@require_http_methods(["GET", "POST"])
def add_subject(request: HttpRequest) -> HttpResponse:
    """Add a subject."""
    owner = owner_of(request)
    form = SubjectForm(request.POST or None)
    return _saved(
        request,
        form,
        lambda: actions_answering.add_subject(acting_user=owner, **form.cleaned_data),
        "organisation/subject.html",
        {"subject": None},
    )


@require_http_methods(["GET", "POST"])
def subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Show a subject and change it."""
    owner = owner_of(request)
    shown = queries_answering.access_subject(owner, subject_id)
    first = {name: getattr(shown, name) for name in SubjectForm.base_fields}
    first["needs_approval"] = "yes" if shown.needs_approval else "no"
    form = SubjectForm(request.POST or None, initial=first)
    return _saved(
        request,
        form,
        lambda: actions_answering.change_subject(
            acting_user=owner, subject_id=shown.pk, **form.cleaned_data
        ),
        "organisation/subject.html",
        {"subject": shown},
    )


@require_POST
def remove_subject(request: HttpRequest, subject_id: int) -> HttpResponse:
    """Remove a subject."""
    owner = owner_of(request)
    shown = queries_answering.access_subject(owner, subject_id)
    actions_answering.remove_subject(acting_user=owner, subject_id=shown.pk)
    return redirect("organisation:organisation")


@require_http_methods(["GET", "POST"])
def trust(request: HttpRequest) -> HttpResponse:
    """Say who may answer without approval, and on what."""
    owner = owner_of(request)
    if request.method == "POST":
        pairs = {pair for each in request.POST.getlist("trust") if (pair := _pair(each))}
        actions_answering.set_trust(acting_user=owner, pairs=pairs)
        return redirect("organisation:organisation")
    table = queries_answering.trust_table(owner)
    return render(request, "organisation/trust.html", {"table": table})


@require_http_methods(["GET", "POST"])
def add_public(request: HttpRequest) -> HttpResponse:
    """Add a public."""
    owner = owner_of(request)
    form = PublicForm(request.POST or None)
    return _saved(
        request,
        form,
        lambda: actions_answering.add_public(acting_user=owner, **form.cleaned_data),
        "organisation/public.html",
        {"public": None},
    )


@require_http_methods(["GET", "POST"])
def public(request: HttpRequest, public_id: int) -> HttpResponse:
    """Show a public and rename it."""
    owner = owner_of(request)
    shown = queries_answering.access_public(owner, public_id)
    form = PublicForm(
        request.POST or None, initial={"name_fr": shown.name_fr, "name_en": shown.name_en}
    )
    return _saved(
        request,
        form,
        lambda: actions_answering.rename_public(
            acting_user=owner, public_id=shown.pk, **form.cleaned_data
        ),
        "organisation/public.html",
        {"public": shown},
    )


@require_POST
def remove_public(request: HttpRequest, public_id: int) -> HttpResponse:
    """Remove a public."""
    owner = owner_of(request)
    shown = queries_answering.access_public(owner, public_id)
    actions_answering.remove_public(acting_user=owner, public_id=shown.pk)
    return redirect("organisation:organisation")


def _saved(
    request: HttpRequest,
    form: Form,
    act: Callable[[], object],
    page: str,
    context: dict[str, object],
) -> HttpResponse:
    if form.is_valid():
        try:
            act()
        except OrganisationRefused as refused:
            form.add_error(None, REFUSALS[refused.code])
        else:
            return redirect("organisation:organisation")
    return render(request, page, {"form": form, **context})


def _pair(value: str) -> tuple[int, int] | None:
    member, dash, subject_id = value.partition("-")
    if not dash or not all(part.isascii() and part.isdigit() for part in (member, subject_id)):
        return None
    return (int(member), int(subject_id)) if len(value) < 30 else None
