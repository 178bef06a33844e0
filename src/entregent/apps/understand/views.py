"""Pages of saved queries: parse, access, act, render."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from entregent.apps.organisation.queries import Member
from entregent.apps.organisation.signed_in import member_of
from entregent.apps.understand import actions
from entregent.apps.understand import queries as reads
from entregent.apps.understand.actions import UnderstandRefused
from entregent.apps.understand.forms import QueryForm, TrialForm
from entregent.apps.understand.words import LABELS, REFUSALS


@require_GET
def queries(request: HttpRequest) -> HttpResponse:
    """Show the saved queries, and how often the machine was right where people looked."""
    worker = _worker(request)
    accuracy = reads.accuracy(worker)
    context = {
        "queries": reads.saved_queries(worker),
        "total": sum(each.total for each in accuracy),
        "right": sum(each.right for each in accuracy),
        "accuracy": [(LABELS[each.label], each) for each in accuracy],
    }
    return render(request, "understand/queries.html", context)


@require_http_methods(["GET", "POST"])
def add_query(request: HttpRequest) -> HttpResponse:
    """Add a query, or try it first."""
    return _edit(request, _worker(request), None)


@require_http_methods(["GET", "POST"])
def query(request: HttpRequest, query_id: int) -> HttpResponse:
    """Show a query, change it or try it."""
    worker = _worker(request)
    return _edit(request, worker, reads.access_query(worker, query_id))


@require_POST
def remove_query(request: HttpRequest, query_id: int) -> HttpResponse:
    """Remove a query."""
    worker = _worker(request)
    shown = reads.access_query(worker, query_id)
    actions.remove_query(acting_user=worker, query_id=shown.id)
    return redirect("understand:queries")


def _edit(request: HttpRequest, worker: Member, shown: reads.QueryLine | None) -> HttpResponse:
    first: dict[str, Any] = {}
    if shown is not None:
        first = {"name": shown.name, "text": shown.text, "function_id": shown.function_id}
        first["opens_conversations"] = "yes" if shown.opens_conversations else "no"
    context: dict[str, Any] = {"shown": shown, "sample": request.POST.get("sample", "")}
    if "try" in request.POST:
        # What was typed stays in the form; only the words and the text have to be right.
        form = QueryForm(initial={name: request.POST.get(name) for name in QueryForm.base_fields})
        trial = TrialForm(request.POST)
        context["trial"] = trial
        if trial.is_valid():
            said = trial.cleaned_data
            context["sample"] = said["sample"]
            context["result"] = reads.try_query(said["text"], said["sample"])
    else:
        form = QueryForm(request.POST or None, initial=first)
        if form.is_valid():
            try:
                actions.save_query(
                    acting_user=worker,
                    query_id=shown.id if shown else None,
                    **form.cleaned_data,
                )
            except UnderstandRefused as refused:
                form.add_error("name", REFUSALS[refused.code])
            else:
                return redirect("understand:queries")
    return render(request, "understand/query.html", {"form": form, **context})


def _worker(request: HttpRequest) -> Member:
    member = member_of(request)
    if not member.may_work:
        raise PermissionDenied("Guests may only look.")
    return member
