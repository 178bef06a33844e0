"""What happens around every page."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django_htmx.http import HttpResponseClientRedirect
from whitenoise.middleware import WhiteNoiseMiddleware

from entregent.apps.organisation.queries import Member, house


class StaticFiles(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """Serves our static files, each in one piece.

    They are small, and an asynchronous server cannot stream from a blocking file.
    """

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        """Answer with the file, or with 304 where the browser has it."""
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        return response


class TextAlone:
    """Refuses what holds a NUL: no keyboard writes one, and no PostgreSQL keeps one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer « Request not understood », wherever in the request it stands."""
        typed = (text for form in (request.GET, request.POST) for text in _texts(form))
        if any("\x00" in text for text in (request.path, *request.COOKIES.values(), *typed)):
            raise BadRequest("a NUL character")
        return self.get_response(request)


def _texts(form: QueryDict) -> Iterator[str]:
    for name, values in form.lists():
        yield name
        yield from values


class SignInFirst(LoginRequiredMiddleware):
    """Sends strangers to sign-in, and so does a part of a page that refreshes itself."""

    def handle_no_permission(  # type: ignore[override]  # the header htmx needs comes with a 200
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """Answer with a redirection that htmx follows with the whole page."""
        if getattr(request, "htmx", None):
            address = resolve_url(self.get_login_url(view_func))
            return HttpResponseClientRedirect(address)
        return super().handle_no_permission(request, view_func)


class TheirLanguageAndZone:
    """Shows times in the organisation's zone, and the screens in the member's language.

    Strangers get the language of their cookie or browser, from Django's own middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set both for this request, and keep members' pages out of shared caches."""
        organisation = house()
        request.house = organisation  # type: ignore[attr-defined]
        member = request.user if isinstance(request.user, Member) else None
        if member:
            translation.activate(member.language)
            request.LANGUAGE_CODE = member.language
        with timezone.override(organisation.zone if organisation else None):
            response = self.get_response(request)
        if member:
            add_never_cache_headers(response)
        return response
