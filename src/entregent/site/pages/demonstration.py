"""Removing the demonstration: one page that says what goes, and one click."""

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from entregent.apps.organisation.actions import open_set_up
from entregent.apps.organisation.demo import is_demonstration
from entregent.apps.organisation.queries import NotFound
from entregent.apps.organisation.signed_in import member_of


@require_http_methods(["GET", "POST"])
def remove_demonstration(request: HttpRequest) -> HttpResponse:
    """Ask once, then remove it and begin a house of one's own."""
    member = member_of(request)
    if not member.is_owner:
        raise PermissionDenied("Only an owner removes the demonstration.")
    if not is_demonstration():
        raise NotFound
    if request.method == "GET":
        return render(request, "pages/remove_demonstration.html")
    # Heavy, and needed by this click alone.
    from entregent.demonstration.removing import remove

    is_invented = member.is_demo
    remains = remove(acting_user=member)
    if not is_invented:
        return redirect("pages:today")
    logout(request)
    if remains:
        return redirect("account_login")
    return redirect("organisation:first_steps", secret=open_set_up())
