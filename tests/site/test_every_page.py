"""What holds for each page, whoever opens it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils.html import escape
from tests.site.html_page import SCRIPT, body, check, forms_of
from tests.site.sample_house import Values, furnish

from entregent.apps.listen import journal
from entregent.apps.organisation.models import Member

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]

SEEN, SIGN_IN, TOKEN, REFUSED, HIDDEN, AWAY = 200, "sign in", 401, 403, 404, 302

# For each address asked by GET: owner, teammate, guest, stranger.
PAGES = {
    "home": (AWAY, AWAY, AWAY, AWAY),
    "address:add": (SEEN, SEEN, REFUSED, SIGN_IN),
    "address:cost": (SEEN, SEEN, REFUSED, SIGN_IN),
    "address:follow": (AWAY, AWAY, AWAY, AWAY),
    "address:links": (SEEN, SEEN, SEEN, SIGN_IN),
    "address:next_step": (SEEN, SEEN, REFUSED, SIGN_IN),
    "address:plan": (SEEN, SEEN, SEEN, SIGN_IN),
    "address:qr": (SEEN, SEEN, SEEN, SIGN_IN),
    "api:docs": (SEEN, SEEN, SEEN, SIGN_IN),
    "api:endpoint": (TOKEN, TOKEN, TOKEN, TOKEN),
    "api:home": (AWAY, AWAY, AWAY, SIGN_IN),
    "api:openapi": (SEEN, SEEN, SEEN, SEEN),
    "coordinate:answer_ask": (SEEN, AWAY, REFUSED, SIGN_IN),
    "coordinate:conversation": (SEEN, SEEN, SEEN, SIGN_IN),
    "coordinate:conversations": (SEEN, SEEN, SEEN, SIGN_IN),
    "coordinate:crisis": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "listen:sources": (SEEN, SEEN, SEEN, SIGN_IN),
    "listen:add_feed": (SEEN, SEEN, REFUSED, SIGN_IN),
    "listen:source": (SEEN, SEEN, SEEN, SIGN_IN),
    "organisation:organisation": (SEEN, SEEN, SEEN, SIGN_IN),
    "organisation:change": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:journal": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:add_member": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:member": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "organisation:renew_link": (AWAY, REFUSED, REFUSED, SIGN_IN),
    "organisation:add_function": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:function": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:first_steps": (AWAY, AWAY, AWAY, AWAY),
    "organisation:invitation": (HIDDEN, HIDDEN, HIDDEN, HIDDEN),
    "organisation:add_public": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:add_subject": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:demonstration": (HIDDEN, HIDDEN, HIDDEN, HIDDEN),
    "organisation:hours": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:public": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:subject": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "organisation:tokens": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "organisation:trust": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "pages:account": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:budget_line": (AWAY, AWAY, AWAY, SIGN_IN),
    "pages:campaign": (SEEN, SEEN, SEEN, SIGN_IN),
    "pages:campaigns": (SEEN, SEEN, SEEN, SIGN_IN),
    "pages:chart": (SEEN, SEEN, SEEN, SIGN_IN),
    "pages:correct": (SEEN, SEEN, REFUSED, SIGN_IN),
    "pages:counts": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:counts_chart": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:counts_csv": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:counts_picture": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:crisis_chart": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:crisis_csv": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:crisis_numbers": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:csv": (SEEN, SEEN, SEEN, SIGN_IN),
    "pages:design": (SEEN, SEEN, REFUSED, SIGN_IN),
    "pages:erasure": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "pages:erasures": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "pages:everything_on_account": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:everything_on_person": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:export_account": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:export_person": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:forget_account": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "pages:forget_person": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "pages:health": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "pages:measure": (SEEN, SEEN, SEEN, SIGN_IN),
    "pages:one_of_two": (HIDDEN, HIDDEN, HIDDEN, SIGN_IN),
    "pages:people": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:person": (SEEN, SEEN, HIDDEN, SIGN_IN),
    "pages:picture": (SEEN, SEEN, SEEN, SIGN_IN),
    "pages:plan": (SEEN, SEEN, SEEN, SIGN_IN),
    "pages:plan_chart": (HIDDEN, HIDDEN, HIDDEN, SIGN_IN),
    "pages:plan_picture": (HIDDEN, HIDDEN, HIDDEN, SIGN_IN),
    "pages:report": (HIDDEN, HIDDEN, HIDDEN, SIGN_IN),
    "pages:remove_demonstration": (SEEN, REFUSED, REFUSED, SIGN_IN),
    "pages:today": (SEEN, SEEN, SEEN, SIGN_IN),
    "pages:vega": (HIDDEN, HIDDEN, HIDDEN, SIGN_IN),
    "pages:what_next": (SEEN, SEEN, SEEN, SIGN_IN),
    "understand:add_query": (SEEN, SEEN, REFUSED, SIGN_IN),
    "understand:queries": (SEEN, SEEN, REFUSED, SIGN_IN),
    "understand:query": (SEEN, SEEN, REFUSED, SIGN_IN),
    "metrics": (SEEN, SEEN, SEEN, SEEN),
    "account_login": (AWAY, AWAY, AWAY, SEEN),
    "account_logout": (SEEN, SEEN, SEEN, AWAY),
    "account_inactive": (SEEN, SEEN, SEEN, SEEN),
    "account_signup": (AWAY, AWAY, AWAY, SIGN_IN),
    "account_set_password": (AWAY, AWAY, AWAY, SIGN_IN),
    "account_change_password": (SEEN, SEEN, SEEN, SIGN_IN),
    "account_reset_password": (SEEN, SEEN, SEEN, SEEN),
    "account_reset_password_done": (SEEN, SEEN, SEEN, SEEN),
    "account_reset_password_from_key": (SEEN, SEEN, SEEN, SEEN),
    "account_reset_password_from_key_done": (SEEN, SEEN, SEEN, SEEN),
}
# Addresses that only take forms, by who may send them.
FOR_GUESTS_TOO = {
    "coordinate:draft",
    "coordinate:side",
    "coordinate:use_line",
    "organisation:language",
    "organisation:revoke_token",
    "pages:measure_picture",
    "pages:measure_rows",
}
FORMS = FOR_GUESTS_TOO | {
    "address:finish",
    "address:launch",
    "coordinate:approve",
    "coordinate:ask",
    "coordinate:ask_approval",
    "coordinate:assign",
    "coordinate:close",
    "coordinate:close_crisis",
    "coordinate:correct",
    "coordinate:crisis_entry",
    "coordinate:decide",
    "coordinate:hand_over",
    "coordinate:leave",
    "coordinate:note",
    "coordinate:open_crisis",
    "coordinate:refuse",
    "coordinate:remind_ask",
    "coordinate:reopen",
    "coordinate:send",
    "coordinate:tell_asked",
    "coordinate:use_answer",
    "coordinate:withdraw_ask",
    "listen:ask_source",
    "listen:keep_for",
    "listen:pause_source",
    "listen:recheck",
    "listen:resume_source",
    "organisation:deactivate_member",
    "organisation:reactivate_member",
    "organisation:remove_function",
    "organisation:remove_public",
    "organisation:remove_subject",
    "pages:add_person",
    "pages:explain_movement",
    "pages:finish_read_out",
    "pages:give_consent",
    "pages:keep_for_person",
    "pages:keep_promise",
    "pages:link",
    "pages:solicit",
    "pages:unlink",
    "pages:withdraw_consent",
    "understand:remove_query",
}
HOSTILE = f"{SCRIPT} =1+1 \N{RIGHT-TO-LEFT OVERRIDE}txt.exe \N{BLUEBERRIES}"


# Pages whose form would end the visit of whoever types.
LEFT_ALONE = {"account_logout", "pages:remove_demonstration"}
TABLES = ("pages:counts_csv", "pages:csv", "pages:crisis_csv", "pages:export_account")
FORMULA = tuple("=+-@\t\r")


@pytest.fixture
def home(settings: SettingsWrapper, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    journal.lake().create()


@pytest.fixture
def values(alice: Member, bob: Member, home: None) -> Values:
    return furnish(alice, bob, HOSTILE)


def patterns(resolver: URLResolver, space: str = "") -> dict[str, list[str]]:
    """Names of addresses, each with the names of its parts."""
    found: dict[str, list[str]] = {}
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found |= patterns(pattern, pattern.namespace or "")
        elif isinstance(pattern, URLPattern):
            name = f"{space}:{pattern.name}" if space else str(pattern.name)
            found[name] = list(pattern.pattern.regex.groupindex)
    return found


# Parts of addresses that name nothing of the house.
OTHER_PARTS: dict[str, Values] = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "bad-key"},
    "api:endpoint": {"rest": "activities"},
    "pages:crisis_chart": {"kind": "night"},
    "pages:crisis_csv": {"kind": "night"},
    "pages:explain_movement": {"key": "no-such-movement"},
    "pages:export_account": {"kind": "csv"},
    "pages:export_person": {"kind": "json"},
    "pages:report": {"language": "fr"},
    "pages:vega": {"name": "old"},
}


def address(name: str, values: Values) -> str:
    parts = {"metric": "follows", "secret": "no-such-secret"} | values | OTHER_PARTS.get(name, {})
    return reverse(name, kwargs={part: parts[part] for part in patterns(get_resolver())[name]})


def spaces(names: Iterable[str]) -> list[str]:
    """The apps of some addresses."""
    return sorted({name.rpartition(":")[0] for name in names})


def of_space(names: Iterable[str], space: str) -> list[str]:
    return sorted(name for name in names if name.rpartition(":")[0] == space)


def outcome(answer: HttpResponse) -> object:
    if answer.status_code == 302 and answer["Location"].startswith("/account/login/?next=/"):
        return SIGN_IN
    return answer.status_code


def test_no_page_is_forgotten_here() -> None:
    assert sorted(patterns(get_resolver())) == sorted([*PAGES, *FORMS])


@pytest.mark.parametrize("space", spaces(PAGES))
def test_each_page_is_open_to_whom_it_should_be(
    alice: Member,
    bob: Member,
    gwen: Member,
    charlie: Client,
    as_member: Browser,
    values: Values,
    space: str,
) -> None:
    browsers = [as_member(alice), as_member(bob), as_member(gwen), charlie]
    found = {}
    for name in of_space(PAGES, space):
        answers = [browser.get(address(name, values)) for browser in browsers]
        found[name] = tuple(outcome(answer) for answer in answers)
        for answer in answers:
            check(answer.headers, body(answer))
    assert found == {name: PAGES[name] for name in found}


@pytest.mark.parametrize("space", spaces(PAGES))
def test_whoever_may_not_open_a_page_may_not_send_its_form_either(
    bob: Member, gwen: Member, charlie: Client, as_member: Browser, values: Values, space: str
) -> None:
    closed = {SIGN_IN, TOKEN, REFUSED, HIDDEN}
    browsers = [as_member(bob), as_member(gwen), charlie]
    for name in of_space(PAGES, space):
        for browser, wanted in zip(browsers, PAGES[name][1:], strict=True):
            if wanted in closed:
                # A page that takes no form at all says so to whoever is signed in.
                answer = outcome(browser.post(address(name, values)))
                assert answer in closed | {405}, name


@pytest.mark.parametrize("space", spaces(FORMS))
def test_each_form_is_closed_to_strangers_and_guests_and_to_links(
    gwen: Member,
    alice: Member,
    charlie: Client,
    as_member: Browser,
    values: Values,
    space: str,
) -> None:
    hers, a_guests = as_member(alice), as_member(gwen)
    for name in of_space(FORMS - {"organisation:language"}, space):
        where = address(name, values)
        assert outcome(charlie.post(where)) == SIGN_IN, name
        assert hers.get(where).status_code == 405, name
        if name not in FOR_GUESTS_TOO:
            assert a_guests.post(where).status_code in {REFUSED, HIDDEN}, name


def test_each_form_wants_the_token_of_its_page(alice: Member, values: Values) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name in FORMS:
        answer = strict.post(address(name, values))
        assert answer.status_code == 403, name
        assert "formulaire" in body(answer), name


@pytest.mark.parametrize(
    "where",
    [
        "/nowhere/",
        "/sources/99/",
        f"/sources/{10**30}/",
        f"/organisation/members/{10**30}/",
        "/organisation/functions/99/",
        "/sources/-1/",
    ],
)
def test_what_is_not_there_is_said_to_be_nowhere(
    alice: Member, as_member: Browser, where: str
) -> None:
    answer = as_member(alice).get(where)
    assert answer.status_code == 404
    assert "Rien ici" in body(answer)
    check(answer.headers, body(answer))


@pytest.mark.parametrize(
    "words", [HOSTILE, "\N{BLUEBERRIES}" * 10_000], ids=["hostile", "ten thousand"]
)
def test_whatever_is_typed_into_any_field_comes_back_harmless(
    alice: Member, as_member: Browser, values: Values, words: str
) -> None:
    hers = as_member(alice)
    seen = [name for name in PAGES if PAGES[name][0] == SEEN and name not in LEFT_ALONE]
    pages = [address(name, values) for name in seen]
    used = set()
    for where in pages:
        for form in forms_of(body(hers.get(where)), where):
            for action in form.actions if form.words else []:
                send = hers.post if form.is_post else hers.get
                answer = send(action, form.filled(words))
                assert answer.status_code < 500, action
                check(answer.headers, body(answer))
                used.add(resolve(action.partition("?")[0]).view_name)
    assert len(used) > 30
    for where in [*pages, f"/<script>{SCRIPT}/", f"/organisation/?a={SCRIPT}"]:
        answer = hers.get(where)
        check(answer.headers, body(answer))
    for where in [address(name, values) for name in TABLES]:
        for row in csv.reader(hers.get(where).content.decode("utf-8-sig").splitlines()):
            assert not [cell for cell in row if cell[:1] in FORMULA], where


def test_hostile_words_are_shown_and_told_as_they_were_written(
    alice: Member, as_member: Browser, values: Values
) -> None:
    hers = as_member(alice)
    for name in ("pages:today", "coordinate:conversation", "pages:person", "pages:campaign"):
        text = body(hers.get(address(name, values)))
        assert escape(SCRIPT) in text, name
        assert "\N{BLUEBERRIES}" in text, name
    login = Client().post("/account/login/", {"login": SCRIPT, "password": SCRIPT, "next": SCRIPT})
    check(login.headers, body(login))
