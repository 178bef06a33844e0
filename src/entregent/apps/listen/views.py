"""Pages of the sources: parse, access, act, render."""

import hashlib
from collections.abc import Callable, Sequence

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from entregent.apps.listen import actions, keeping_rules, queries
from entregent.apps.listen.actions import ListenRefused
from entregent.apps.listen.forms import FeedForm, RetentionForm
from entregent.apps.listen.queries import SourceState
from entregent.apps.listen.strips import Row, row_of, rows_of
from entregent.apps.listen.words import OTHER_REFUSAL, REFUSALS
from entregent.apps.organisation.queries import Member
from entregent.apps.organisation.signed_in import member_of


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """Show every source and its state; htmx asks for the same list every five seconds."""
    states = queries.source_states(member_of(request))
    seen = _digest(states)
    refreshes = bool(getattr(request, "htmx", None))
    if refreshes and request.GET.get("seen") == seen:
        # Nothing to say: the page stays as it is, and so does the reader's place in it.
        response = HttpResponse(status=204)
    else:
        rows = rows_of(states)
        context = {"rows": rows, "seen": seen, "form": FeedForm(), **_summary(rows)}
        page = "listen/_sources.html" if refreshes else "listen/sources.html"
        response = render(request, page, context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_GET
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show one source: its days as a table, its gaps, its troubles."""
    return _show(request, source_id, RetentionForm())


def _show(
    request: HttpRequest, source_id: int, form: RetentionForm, *, status: int = 200
) -> HttpResponse:
    member = member_of(request)
    row = row_of(queries.access_source(member, source_id))
    names = dict(RetentionForm.TYPES)
    rules = keeping_rules.rules_of(member, source_id)
    context = {
        "row": row,
        "days": row.bars[::-1],
        "rules": [(rule, names.get(rule.type, rule.type)) for rule in rules],
        "rechecks": keeping_rules.is_rechecked(member, source_id),
        "form": form,
    }
    return render(request, "listen/source.html", context, status=status)


@require_POST
def keep_for(request: HttpRequest, source_id: int) -> HttpResponse:
    """Say how long something of a source is kept."""
    member = _owner(request)
    queries.access_source(member, source_id)
    form = RetentionForm(request.POST)
    if not form.is_valid():
        return _show(request, source_id, form, status=422)
    keeping_rules.keep_for(
        acting_user=member,
        source_id=source_id,
        kind=form.cleaned_data["type"],
        days=form.cleaned_data["days"],
    )
    return redirect("listen:source", source_id=source_id)


@require_POST
def recheck(request: HttpRequest, source_id: int) -> HttpResponse:
    """Say whether the origin of a source is asked again."""
    member = _owner(request)
    queries.access_source(member, source_id)
    wanted = request.POST.get("wanted") == "1"
    keeping_rules.recheck(acting_user=member, source_id=source_id, wanted=wanted)
    return redirect("listen:source", source_id=source_id)


def add_feed(request: HttpRequest) -> HttpResponse:
    """Add a feed by its address."""
    worker = _worker(request)
    form = FeedForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_feed(
                acting_user=worker,
                address=form.cleaned_data["address"],
                name=form.cleaned_data["name"],
            )
        except ListenRefused as refused:
            form.add_error("address", REFUSALS.get(refused.code, OTHER_REFUSAL))
        else:
            return redirect("listen:sources")
    return render(request, "listen/add_feed.html", {"form": form})


@require_POST
def ask_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Ask a source now, without waiting for its turn."""
    return _act(request, source_id, actions.ask_source_now)


@require_POST
def pause_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Stop asking a source; the gap that follows is shown as one."""
    return _act(request, source_id, actions.pause_source)


@require_POST
def resume_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Ask a paused source again."""
    return _act(request, source_id, actions.resume_source)


def _act(request: HttpRequest, source_id: int, action: Callable[..., None]) -> HttpResponse:
    worker = _worker(request)
    queries.access_source(worker, source_id)
    action(acting_user=worker, source_id=source_id)
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("listen:sources")


def _owner(request: HttpRequest) -> Member:
    member = member_of(request)
    if not member.is_owner:
        raise PermissionDenied("Only an owner decides how long something is kept.")
    return member


def _worker(request: HttpRequest) -> Member:
    member = member_of(request)
    if not member.may_work:
        raise PermissionDenied("Guests may only look.")
    return member


def _digest(states: Sequence[SourceState]) -> str:
    # The minute is part of it, since the page says how long ago things were.
    said = (states, translation.get_language(), timezone.now().strftime("%H:%M"))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _summary(rows: Sequence[Row]) -> dict[str, object]:
    current = [row for row in rows if row.source.state == "current"]
    troubled = [row for row in rows if row.source.state != "current"]
    return {
        "current": len(current),
        "total": len(rows),
        "troubled": troubled[:3],
        "more_troubled": len(troubled[3:]),
    }
