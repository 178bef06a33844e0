"""``/health`` without a slash: what a load balancer asks every few seconds."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

PATH: Final = "/health"


class Alive:
    """Answers before anything else looks at the request.

    A load balancer asks by address and in plain http: neither the host's name nor https is asked
    of it, and it learns one word.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Say ``ok`` (200) or ``failed`` (503)."""
        if request.path_info != PATH:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        from entregent.keeping.health import is_alive

        alive = is_alive()
        return HttpResponse(
            "ok\n" if alive else "failed\n",
            status=200 if alive else 503,
            content_type="text/plain; charset=utf-8",
            headers={"Cache-Control": "no-store"},
        )
