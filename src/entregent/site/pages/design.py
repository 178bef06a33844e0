"""The components that pages are made of, each in use: what a new page picks from."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from entregent.apps.listen.words import STATES
from entregent.apps.organisation.signed_in import member_of

COLOURS = ("paper", "ink", "ink-soft", "rule", "frost", "frost-pale", "raspberry", "well", "amber")
SIZES = (("small", "0.875 rem"), ("text", "1 rem"), ("large", "1.25 rem"), ("title", "1.75 rem"))


@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Show each component with its name and when to use it."""
    if not member_of(request).may_work:
        raise PermissionDenied("Guests may only look.")
    context = {"colours": COLOURS, "sizes": SIZES, "states": list(STATES.items())}
    return render(request, "pages/design.html", context)
