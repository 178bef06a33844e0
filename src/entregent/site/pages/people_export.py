"""Everything that is kept about a person, as a file to hand to them."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, JsonResponse

from entregent.apps.organisation.queries import Member, NotFound
from entregent.apps.remember import queries
from entregent.site import csv_cells

if TYPE_CHECKING:
    from entregent.apps.remember.timeline import Entry, Thread

_HEADER = (
    "at",
    "way",
    "network",
    "account",
    "side",
    "trace",
    "text",
    "language",
    "deed",
    "detail",
    "withdrawn",
    "undone_at",
    "address",
)


def of_person(viewer: Member, sheet: queries.PersonSheet, kind: str) -> HttpResponse:
    """A person's file; without a `profile` consent it holds what their page shows, and says so."""
    thread = _thread(viewer, sheet.accounts, with_deeds=sheet.may_profile)
    ids = [each.id for each in sheet.accounts]
    document = {
        "person": {
            "id": sheet.id,
            "name": sheet.name,
            "languages": sheet.languages,
            "address_form": sheet.address_form,
            "known_since": sheet.known_since,
            "do_not_solicit": sheet.do_not_solicit,
            "publics": [each.name for each in sheet.publics],
        },
        "accounts": [asdict(each) for each in sheet.accounts],
        "consents": [asdict(each) for each in queries.consents_of(viewer, sheet.id)],
        "promises": [asdict(each) for each in queries.promises_of(viewer, ids)],
        "looks": [asdict(each) for each in queries.looks_at(viewer, person_id=sheet.id)],
        "traces": "linked" if sheet.may_profile else "not linked: no consent to it",
    }
    return _answer(document, thread, sheet.accounts, f"person-{sheet.id}", kind)


def of_account(viewer: Member, account: queries.AccountLine, kind: str) -> HttpResponse:
    """The file of an account that no person is linked to."""
    thread = _thread(viewer, [account], with_deeds=False)
    document = {
        "account": asdict(account),
        "promises": [asdict(each) for each in queries.promises_of(viewer, [account.id])],
        "looks": [asdict(each) for each in queries.looks_at(viewer, account_id=account.id)],
        "traces": "not linked: no consent to it",
    }
    return _answer(document, thread, [account], f"account-{account.id}", kind)


def _thread(
    viewer: Member, accounts: Iterable[queries.AccountLine], *, with_deeds: bool
) -> "Thread":
    # The record's engine is heavy, and the site starts without it.
    from entregent.apps.remember.timeline import read_thread

    return read_thread(viewer, list(accounts), with_deeds=with_deeds)


def _answer(
    document: dict[str, Any],
    thread: "Thread",
    accounts: Iterable[queries.AccountLine],
    name: str,
    kind: str,
) -> HttpResponse:
    uris = {each.id: each.uri for each in accounts}
    if kind == "csv":
        rows = [_cells(entry, uris) for entry in thread.entries]
        return csv_cells.response(f"{name}.csv", _HEADER, rows)
    if kind != "json":
        raise NotFound("There is no such file.")
    document["thread"] = [
        dict(zip(_HEADER, _cells(entry, uris), strict=True)) for entry in thread.entries
    ]
    answer = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{name}.json"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _cells(entry: "Entry", uris: dict[int, str]) -> tuple[object, ...]:
    return (
        entry.at,
        entry.way,
        entry.network,
        uris.get(entry.account_id or 0, ""),
        entry.side,
        entry.is_trace,
        entry.text,
        entry.language,
        entry.deed,
        entry.detail,
        entry.is_withdrawn,
        entry.undone_at,
        entry.url,
    )
