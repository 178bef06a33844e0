"""Who is signed in."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from entregent.apps.organisation.models import Member


def member_of(request: HttpRequest) -> Member:
    """Return the member who asks; views that strangers may open do not call this."""
    if not isinstance(request.user, Member):
        raise PermissionDenied("Nobody is signed in.")
    return request.user
