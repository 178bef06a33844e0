"""Small forms of the pages that combine several apps."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from entregent.apps.measure import actions as measure
from entregent.apps.organisation.queries import Member
from entregent.apps.organisation.signed_in import member_of
from entregent.apps.remember import actions as remember


@require_POST
def keep_promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Say that a promise was kept."""
    remember.keep_promise(acting_user=_worker(request), promise_id=promise_id)
    messages.success(request, _("The promise is kept."))
    return redirect("pages:today")


@require_POST
def explain_movement(request: HttpRequest, key: str) -> HttpResponse:
    """Say why something that moved is normal; it leaves the page."""
    why = request.POST.get("why", "").strip()[:200]
    try:
        measure.explain_movement(acting_user=_worker(request), key=key, why=why)
    except measure.MeasureRefused:
        messages.error(request, _("Say why it is normal."))
    return redirect("pages:today")


def _worker(request: HttpRequest) -> Member:
    member = member_of(request)
    if not member.may_work:
        raise PermissionDenied("Guests may only look.")
    return member
