"""Forgetting somebody from their page: what goes, what stays, one confirmation, and the proof."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.organisation.signed_in import member_of
from entregent.apps.remember import queries
from entregent.apps.remember.actions import note_look
from entregent.apps.remember.erasures import (
    ErasureLine,
    access_erasure,
    ask_for_erasure,
    erasures_seen,
)


@dataclass(frozen=True)
class Meant:
    """Who is meant: their name as the page says it, and where it came from."""

    name: str
    back: str
    back_id: int
    account: str = ""
    person_id: int | None = None


@require_GET
def everything_on_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Everything we keep of a person, as one file."""
    member = member_of(request)
    queries.access_person(member, person_id)
    note_look(acting_user=member, person_id=person_id)
    return _file(member, f"person-{person_id}", person_id=person_id)


@require_GET
def everything_on_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Everything we keep of an account, or of the person behind it, as one file."""
    member = member_of(request)
    account = _account(member, account_id)
    if account.person_id is not None:
        return redirect("pages:everything_on_person", person_id=account.person_id)
    note_look(acting_user=member, account_id=account_id)
    return _file(member, f"account-{account_id}", account=account.uri)


@require_http_methods(["GET", "POST"])
def forget_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say what would go, and forget a person once that is confirmed."""
    member = _owner(request)
    sheet = queries.access_person(member, person_id)
    meant = Meant(sheet.name, "pages:person", person_id, person_id=person_id)
    return _confirm(request, member, meant)


@require_http_methods(["GET", "POST"])
def forget_account(request: HttpRequest, account_id: int) -> HttpResponse:
    """The same for an account that nobody is linked to."""
    member = _owner(request)
    account = _account(member, account_id)
    if account.person_id is not None:
        return redirect("pages:forget_person", person_id=account.person_id)
    name = account.shown or account.uri
    meant = Meant(name, "pages:account", account_id, account=account.uri)
    return _confirm(request, member, meant)


@require_GET
def erasures(request: HttpRequest) -> HttpResponse:
    """List the newest erasures, with how far they are; none names anybody."""
    member = _owner(request)
    rows = [(line, _state(line)) for line in erasures_seen(member)]
    return render(request, "pages/erasures.html", {"rows": rows})


@require_GET
def erasure(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Show how far an erasure is, and its proof once it is done."""
    line = access_erasure(_owner(request), erasure_id)
    context = {"line": line, "state": _state(line), "told": _told(line)}
    part = "_erasure" if request.GET.get("part") == "state" else "erasure"
    return render(request, f"pages/{part}.html", context)


def _confirm(request: HttpRequest, member: Member, meant: Meant) -> HttpResponse:
    # The record's engine is heavy, and the site starts without it.
    from entregent.held import how_much

    if request.method == "POST":
        number_of = ask_for_erasure(
            acting_user=member, account=meant.account, person_id=meant.person_id
        )
        return redirect("pages:erasure", erasure_id=number_of)
    held = how_much(acting_user=member, account=meant.account, person_id=meant.person_id)
    context = {"meant": meant, "goes": _goes(held)}
    return render(request, "pages/forget.html", context)


def _goes(held: Mapping[str, int]) -> list[str]:
    """What would go, a line for each kind of which there is some."""
    lines = (
        (held["accounts"], ngettext("%(n)s account", "%(n)s accounts", held["accounts"])),
        (
            held["activities"],
            ngettext(
                "%(n)s thing that they said or did, in the record",
                "%(n)s things that they said or did, in the record",
                held["activities"],
            ),
        ),
        (
            held["conversations"],
            ngettext(
                "%(n)s conversation, with what colleagues noted, asked and drafted in it",
                "%(n)s conversations, with what colleagues noted, asked and drafted in them",
                held["conversations"],
            ),
        ),
        (
            held["messages"],
            ngettext(
                "%(n)s message, theirs or ours to them",
                "%(n)s messages, theirs or ours to them",
                held["messages"],
            ),
        ),
        (held["promises"], ngettext("%(n)s promise", "%(n)s promises", held["promises"])),
        (held["consents"], ngettext("%(n)s consent", "%(n)s consents", held["consents"])),
    )
    return [words % {"n": number_format(count)} for count, words in lines if count]


def _state(line: ErasureLine) -> str:
    if line.is_done:
        return _("Forgotten") if line.proof.get("verified") else _("Something is left")
    if line.failures:
        return _("It could not go on, and is tried again")
    if line.state == "masking":
        return _("They are gone; other people's texts are being gone through")
    return _("Under way")


def _told(line: ErasureLine) -> list[tuple[str, str]]:
    """The proof in words and numbers."""
    if not line.is_done:
        return []
    proof = line.proof
    removed, masked = proof["removed"], proof["masked"]
    rows = (
        (_("Removed from the record"), sum(removed["lake"].values())),
        (_("Removed from the database"), sum(removed["database"].values())),
        (_("Rows of other people, without them"), proof["rewritten"]["activities"]),
        (
            _("Texts in which they were masked"),
            sum(masked["lake"].values()) + sum(masked["database"].values()),
        ),
        (_("Files removed"), proof["files_removed"]),
    )
    return [(words, number_format(count)) for words, count in rows]


def _file(
    member: Member, name: str, *, account: str = "", person_id: int | None = None
) -> HttpResponse:
    from entregent.held import everything_on

    document = everything_on(acting_user=member, account=account, person_id=person_id)
    answer = HttpResponse(document.as_bytes(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _account(member: Member, account_id: int) -> queries.AccountLine:
    found = queries.access_account(member, account_id).account
    if found.is_ours:
        # We do not remember ourselves.
        raise NotFound("There is no such account.")
    return found


def _owner(request: HttpRequest) -> Member:
    member = member_of(request)
    if not member.is_owner:
        raise PermissionDenied("Only an owner forgets somebody.")
    return member
