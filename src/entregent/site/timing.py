"""How long pages take, counted by each process for itself: no address, no member, no words."""

import threading
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

BUCKETS_S: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the histogram, inclusive; one more bucket holds what took longer."""
NOWHERE: Final = "nowhere"
"""Name under which addresses are counted that lead to no page."""
_METHODS: Final = frozenset({"GET", "HEAD", "POST"})


@dataclass(slots=True)
class Timed:
    """Requests to one view: by method and status, and by bucket, not cumulated."""

    answers: dict[tuple[str, int], int] = field(default_factory=dict)
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS_S) + 1))
    seconds: float = 0.0


_lock = threading.Lock()
_views: dict[str, Timed] = {}


def note(view: str, method: str, status: int, seconds: float) -> None:
    """Count one request."""
    known = method if method in _METHODS else "other"
    with _lock:
        timed = _views.setdefault(view, Timed())
        timed.answers[known, status] = timed.answers.get((known, status), 0) + 1
        timed.buckets[bisect_left(BUCKETS_S, seconds)] += 1
        timed.seconds += seconds


def timed() -> dict[str, Timed]:
    """What was counted so far, by view."""
    with _lock:
        return {
            view: Timed(dict(each.answers), list(each.buckets), each.seconds)
            for view, each in _views.items()
        }


class Timing:
    """Counts every request under the name of its page, which says nothing of who or what."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and note how long it took."""
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = match.view_name if match is not None else NOWHERE
        note(view, request.method or "", response.status_code, time.perf_counter() - begun)
        return response
