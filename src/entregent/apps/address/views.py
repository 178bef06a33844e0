"""Pages of the campaigns' plans and links: parse, access, act, render."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from entregent.apps.address import actions, following, queries
from entregent.apps.address.actions import AddressRefused
from entregent.apps.address.forms import (
    CampaignForm,
    Choices,
    CostForm,
    LinkForm,
    NextStepForm,
    PlanForm,
)
from entregent.apps.address.words import KINDS, LINES, LINK_KINDS, REFUSALS, WARNINGS
from entregent.apps.listen.queries import local_day
from entregent.apps.listen.words import NETWORKS
from entregent.apps.organisation.answering import function_names
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.organisation.signed_in import member_of
from entregent.apps.remember.queries import our_accounts


def add(request: HttpRequest) -> HttpResponse:
    """Add a campaign as a draft, then write its plan."""
    worker = _worker(request)
    form = CampaignForm(
        request.POST or None,
        functions=[(str(pk), name) for pk, name in function_names().items()],
        members=_members(worker),
        places=[
            (each.uri, f"{each.name} ({NETWORKS.get(each.network, each.network)})")
            for each in our_accounts()
        ],
        initial={"owner_id": worker.pk, "first_day": local_day(timezone.now())},
    )
    if form.is_valid():
        try:
            slug = actions.add_campaign(acting_user=worker, details=form.details())
        except AddressRefused as refused:
            form.add_error("last_day" if "ends" in refused.code else None, sentence_of(refused))
        else:
            return redirect("address:plan", slug=slug)
    return render(request, "address/add.html", {"form": form})


def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the five lines; guests read them."""
    viewer = member_of(request)
    if request.method == "POST" and not viewer.may_work:
        raise PermissionDenied("Guests may only look.")
    sheet = queries.access_campaign(viewer, slug)
    newest = queries.newest_plan(viewer, slug)
    form = PlanForm(request.POST or None, initial=newest.lines if newest is not None else {})
    if form.is_valid():
        actions.write_plan(acting_user=viewer, slug=slug, lines=form.cleaned_data)
        return redirect("address:plan", slug=slug)
    return _show_plan(request, sheet, form)


@require_POST
def launch(request: HttpRequest, slug: str) -> HttpResponse:
    """Fix the plan and launch, or say which lines are still empty."""
    worker = _worker(request)
    sheet = queries.access_campaign(worker, slug)
    try:
        actions.launch(acting_user=worker, slug=slug)
    except AddressRefused as refused:
        form = PlanForm(initial=sheet.plan.lines if sheet.plan is not None else {})
        return _show_plan(request, sheet, form, sentence_of(refused), status=400)
    return redirect("pages:campaign", slug=slug)


def links(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the links and codes with their counts, and add one."""
    viewer = member_of(request)
    if request.method == "POST" and not viewer.may_work:
        raise PermissionDenied("Guests may only look.")
    sheet = queries.access_campaign(viewer, slug)
    form = LinkForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_link(acting_user=viewer, slug=slug, **form.cleaned_data)
        except AddressRefused as refused:
            field = {"bad_target": "target", "bad_percent": "percent_off"}.get(refused.code, "code")
            form.add_error(field, sentence_of(refused))
        except ValueError:
            form.add_error(None, REFUSALS["bad_code"])
        else:
            return redirect("address:links", slug=slug)
    rows = [
        (link, LINK_KINDS.get(link.kind, link.kind), request.build_absolute_uri(link.path))
        for link in sheet.links
    ]
    return render(request, "address/links.html", {"sheet": sheet, "form": form, "rows": rows})


@require_GET
def qr(request: HttpRequest, slug: str, link_id: int) -> HttpResponse:
    """Draw a link's address as a QR code."""
    link = queries.access_link(member_of(request), slug, link_id)
    if not link.path:
        raise NotFound("A coupon is typed, not scanned.")
    import io

    import segno

    drawing = io.BytesIO()
    address = request.build_absolute_uri(link.path)
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", scale=8, border=4, dark="#000", light="#fff", title=link.code
    )
    answer = HttpResponse(drawing.getvalue(), content_type="image/svg+xml")
    answer["Content-Disposition"] = f'inline; filename="{link.code}.svg"'
    return answer


def next_step(request: HttpRequest, slug: str) -> HttpResponse:
    """« On fait quoi avec ça? »: one action, one owner, one date."""
    worker = _worker(request)
    sheet = queries.access_campaign(worker, slug)
    form = NextStepForm(
        request.POST or None,
        members=_members(worker),
        today=local_day(timezone.now()),
        initial={"member_id": worker.pk},
    )
    if form.is_valid():
        try:
            actions.add_next_step(acting_user=worker, slug=slug, **form.cleaned_data)
        except AddressRefused as refused:
            form.add_error("member_id", sentence_of(refused))
        else:
            return redirect("pages:campaign", slug=slug)
    return render(request, "address/next_step.html", {"sheet": sheet, "form": form})


@require_POST
def finish_next_step(request: HttpRequest, slug: str, next_step_id: int) -> HttpResponse:
    """Note that a next step was done."""
    worker = _worker(request)
    actions.finish_next_step(acting_user=worker, slug=slug, next_step_id=next_step_id)
    return redirect("pages:campaign", slug=slug)


def cost(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what a campaign cost."""
    worker = _worker(request)
    sheet = queries.access_campaign(worker, slug)
    form = CostForm(
        request.POST if request.method == "POST" else None, initial={"cost": sheet.cost}
    )
    if form.is_valid():
        actions.set_cost(acting_user=worker, slug=slug, cost=form.cleaned_data["cost"])
        return redirect("pages:campaign", slug=slug)
    return render(request, "address/cost.html", {"sheet": sheet, "form": form})


@login_not_required
@require_safe
@never_cache
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Send whoever comes by a code to where it leads, and count them if it is a person."""
    headers = request.headers
    purpose = headers.get("Sec-Purpose", "") + headers.get("Purpose", "") + headers.get("X-Moz", "")
    counts = request.method == "GET" and following.is_a_person(
        headers.get("User-Agent", ""), purpose.lower()
    )
    act: Callable[[str], str] = following.follow if counts else following.where_to
    return redirect(act(code))


def sentence_of(refused: AddressRefused) -> str:
    """Why something was refused, in one sentence."""
    names = ", ".join(str(LINES[line]) for line in refused.lines)
    return str(REFUSALS[refused.code]) % {"lines": names}


def _show_plan(
    request: HttpRequest,
    sheet: queries.CampaignSheet,
    form: PlanForm,
    refusal: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "sheet": sheet,
        "form": form,
        "refusal": refusal,
        "kind": KINDS.get(sheet.line.kind, sheet.line.kind),
        "warnings": [WARNINGS[code] for code in sheet.warnings],
        "lines": [
            (label, getattr(sheet.plan, name) if sheet.plan is not None else "")
            for name, label in LINES.items()
        ],
        "changes": [
            (change, [(LINES[name], getattr(change.plan, name)) for name in change.changed])
            for change in sheet.changes
        ],
    }
    return render(request, "address/plan.html", context, status=status)


def _members(viewer: Member) -> Choices:
    return [(str(pk), name) for pk, name in queries.working_members(viewer)]


def _worker(request: HttpRequest) -> Member:
    member = member_of(request)
    if not member.may_work:
        raise PermissionDenied("Guests may only look.")
    return member
