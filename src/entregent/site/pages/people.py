"""The page of a person, and the list of people: parse, access, act, render."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from entregent.apps.listen.queries import local_day
from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.organisation.signed_in import member_of
from entregent.apps.remember import actions, queries
from entregent.apps.remember.actions import RememberRefused
from entregent.apps.remember.words import OTHER_REFUSAL, REASONS, REFUSALS
from entregent.site.pages import people_export as export
from entregent.site.pages import people_sheet as sheets
from entregent.site.pages.people_forms import ConsentForm, NewPersonForm, PersonForm

_FOUND = 5


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Show the people who are known, those to whom something is owed first."""
    member = member_of(request)
    if not member.may_work:
        raise NotFound("Guests know nobody.")
    words = request.GET.get("search", "")
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    page = queries.people(member, words, number=number)
    rows = [
        (
            row,
            [sheets.network_name(each) for each in row.networks],
            sheets.language_names(row.languages),
        )
        for row in page.rows
    ]
    context = {"rows": rows, "page": page, "search": words, "today": local_day(sheets.now())}
    return render(request, "pages/people.html", context)


@require_GET
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person: what we owe them, what we may do, what they said and did."""
    member = member_of(request)
    sheet = queries.access_person(member, person_id)
    actions.note_look(acting_user=member, person_id=person_id)
    return _show_person(request, member, sheet, status=200)


def _show_person(
    request: HttpRequest,
    member: Member,
    sheet: queries.PersonSheet,
    *,
    status: int,
    consent: ConsentForm | None = None,
) -> HttpResponse:
    # The record's engine is heavy, and the site starts without it.
    from entregent.apps.remember.timeline import read_thread

    now = sheets.now()
    thread = read_thread(member, sheet.accounts, with_deeds=sheet.may_profile)
    way = request.GET.get("show", "")
    context = {
        "person": sheet,
        "languages_spoken": sheets.language_names(sheet.languages),
        "known_since": sheets.month_of(sheet.known_since),
        "chips": sheets.chips(sheet.accounts),
        "owed": sheets.owed_to(member, sheet.accounts),
        "permissions": sheets.permissions(queries.consents_of(member, sheet.id)),
        "consent": consent or ConsentForm(initial={"given_on": local_day(now)}),
        "bars": sheets.bars(sheet, thread, now),
        "bar_width": sheets.BAR,
        "scale": sheets.scale(),
        "years": sheets.years(thread, way),
        "way": way if way in sheets.WAYS else "",
        "here": reverse("pages:person", kwargs={"person_id": sheet.id}),
        "looks": queries.looks_at(member, person_id=sheet.id),
        "today": local_day(now),
        "may_profile": sheet.may_profile,
    }
    return render(request, "pages/person.html", context, status=status)


@require_GET
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show an account that no person is linked to; one of a person's leads to them."""
    member = member_of(request)
    found = _account(member, account_id)
    if found.person_id is not None:
        return redirect("pages:person", person_id=found.person_id)
    actions.note_look(acting_user=member, account_id=account_id)
    return _show_account(request, member, found, status=200)


def _show_account(
    request: HttpRequest,
    member: Member,
    found: queries.AccountLine,
    *,
    status: int,
    form: NewPersonForm | None = None,
) -> HttpResponse:
    from entregent.apps.remember.timeline import read_thread

    words, way = request.GET.get("find", ""), request.GET.get("show", "")
    thread = read_thread(member, [found], with_deeds=False)
    context = {
        "account": found,
        "network": sheets.network_name(found.network),
        "languages_spoken": sheets.language_names([found.language] if found.language else []),
        "known_since": sheets.month_of(local_day(found.first_seen_at)),
        "owed": sheets.owed_to(member, [found]),
        "years": sheets.years(thread, way),
        "way": way if way in sheets.WAYS else "",
        "here": reverse("pages:account", kwargs={"account_id": found.id}),
        "looks": queries.looks_at(member, account_id=found.id),
        "today": local_day(sheets.now()),
        "may_profile": False,
        "form": form or NewPersonForm(initial={"name": found.name}),
        "find": words,
        "candidates": _candidates(member, words),
        "reasons": REASONS.items(),
    }
    return render(request, "pages/person_account.html", context, status=status)


def _candidates(member: Member, words: str) -> list[queries.PersonLine]:
    if not words.strip():
        return []
    page = queries.people(member, words, size=_FOUND)
    return [row for row in page.rows if row.person_id is not None]


def correct(request: HttpRequest, person_id: int) -> HttpResponse:
    """Correct name, languages, tu or vous, publics."""
    worker = _worker(request)
    sheet = queries.access_person(worker, person_id)
    form = PersonForm(
        request.POST or None,
        initial={
            "name": sheet.name,
            "languages": sheet.languages,
            "address_form": sheet.address_form,
            "public_ids": [each.id for each in sheet.publics],
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_person(acting_user=worker, person_id=person_id, **form.cleaned_data)
        except RememberRefused as refused:
            form.add_error(None, REFUSALS.get(refused.code, OTHER_REFUSAL))
        else:
            messages.success(request, _("Corrected."))
            return redirect("pages:person", person_id=person_id)
    return render(request, "pages/person_correct.html", {"form": form, "person": sheet})


@require_POST
def give_consent(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record a consent or a refusal."""
    worker = _worker(request)
    sheet = queries.access_person(worker, person_id)
    form = ConsentForm(request.POST)
    if form.is_valid():
        try:
            actions.give_consent(acting_user=worker, person_id=person_id, **form.details())
        except RememberRefused as refused:
            form.add_error(None, REFUSALS.get(refused.code, OTHER_REFUSAL))
        else:
            messages.success(request, _("The consent is recorded."))
            return redirect("pages:person", person_id=person_id)
    return _show_person(request, worker, sheet, status=422, consent=form)


@require_POST
def withdraw_consent(request: HttpRequest, person_id: int) -> HttpResponse:
    """Note that a consent is withdrawn."""
    worker = _worker(request)
    queries.access_person(worker, person_id)
    purpose = request.POST.get("purpose", "")
    return _done(
        request,
        lambda: actions.withdraw_consent(acting_user=worker, person_id=person_id, purpose=purpose),
        _("The consent is withdrawn."),
        reverse("pages:person", kwargs={"person_id": person_id}),
    )


@require_POST
def solicit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Note whether a person may be addressed first."""
    worker = _worker(request)
    queries.access_person(worker, person_id)
    allowed = request.POST.get("allowed") == "1"
    return _done(
        request,
        lambda: actions.solicit(acting_user=worker, person_id=person_id, allowed=allowed),
        _("They may be addressed first.") if allowed else _("This person is not to be solicited."),
        reverse("pages:person", kwargs={"person_id": person_id}),
    )


@require_POST
def keep(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Keep a promise, and come back to whom it was made."""
    worker = _worker(request)
    promise = queries.access_promise(worker, promise_id)
    if promise.person_id is not None:
        back = reverse("pages:person", kwargs={"person_id": promise.person_id})
    else:
        back = reverse("pages:account", kwargs={"account_id": promise.account_id})
    return _done(
        request,
        lambda: actions.keep_promise(acting_user=worker, promise_id=promise_id),
        _("The promise is kept."),
        back,
    )


@require_POST
def add_person(request: HttpRequest, account_id: int) -> HttpResponse:
    """Add the person behind an account, and link them."""
    worker = _worker(request)
    found = _account(worker, account_id)
    form = NewPersonForm(request.POST)
    if form.is_valid():
        try:
            person_id = actions.add_person_behind(
                acting_user=worker,
                account_id=account_id,
                name=form.cleaned_data["name"],
                reason=form.cleaned_data["reason"],
            )
        except RememberRefused as refused:
            form.add_error(None, REFUSALS.get(refused.code, OTHER_REFUSAL))
        else:
            messages.success(request, _("The link is noted."))
            return redirect("pages:person", person_id=person_id)
    return _show_account(request, worker, found, status=422, form=form)


@require_POST
def link(request: HttpRequest, account_id: int) -> HttpResponse:
    """Link an account to a person who is known."""
    worker = _worker(request)
    _account(worker, account_id)
    asked = request.POST.get("person_id", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise NotFound("There is no such person.")
    reason = request.POST.get("reason", "")
    return _done(
        request,
        lambda: actions.link_account(
            acting_user=worker, account_id=account_id, person_id=int(asked), reason=reason
        ),
        _("The link is noted."),
        reverse("pages:account", kwargs={"account_id": account_id}),
    )


@require_POST
def unlink(request: HttpRequest, account_id: int) -> HttpResponse:
    """Take a link back, and show the account as it stands alone again."""
    worker = _worker(request)
    _account(worker, account_id)
    return _done(
        request,
        lambda: actions.unlink_account(acting_user=worker, account_id=account_id),
        _("The link is undone: the account stands alone again."),
        reverse("pages:account", kwargs={"account_id": account_id}),
    )


@require_GET
def export_person(request: HttpRequest, person_id: int, kind: str) -> HttpResponse:
    """Everything that is kept about a person, as JSON or CSV."""
    member = member_of(request)
    sheet = queries.access_person(member, person_id)
    actions.note_look(acting_user=member, person_id=person_id)
    return export.of_person(member, sheet, kind)


@require_GET
def export_account(request: HttpRequest, account_id: int, kind: str) -> HttpResponse:
    """Everything that is kept about an account without a person, as JSON or CSV."""
    member = member_of(request)
    found = _account(member, account_id)
    if found.person_id is not None:
        return redirect("pages:export_person", person_id=found.person_id, kind=kind)
    actions.note_look(acting_user=member, account_id=account_id)
    return export.of_account(member, found, kind)


def _account(member: Member, account_id: int) -> queries.AccountLine:
    found = queries.access_account(member, account_id).account
    if found.is_ours:
        # We do not remember ourselves.
        raise NotFound("There is no such account.")
    return found


def _done(request: HttpRequest, act: Callable[[], None], said: str, back: str) -> HttpResponse:
    try:
        act()
    except RememberRefused as refused:
        messages.error(request, REFUSALS.get(refused.code, OTHER_REFUSAL))
    else:
        messages.success(request, said)
    return redirect(back)


def _worker(request: HttpRequest) -> Member:
    member = member_of(request)
    if not member.may_work:
        raise PermissionDenied("Guests know nobody.")
    return member
