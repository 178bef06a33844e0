"""What holds for each page, whoever opens it."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from entregent.apps.listen.actions import add_feed
from entregent.apps.organisation import actions
from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]

SEEN, SIGN_IN, REFUSED, HIDDEN, AWAY = 200, "sign in", 403, 404, 302

# For each address asked by GET: owner, teammate, guest, stranger.
PAGES = {
    "home": (AWAY, AWAY, AWAY, AWAY),
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
    "account_login": (AWAY, AWAY, AWAY, SEEN),
    "account_logout": (SEEN, SEEN, SEEN, AWAY),
    "account_inactive": (SEEN, SEEN, SEEN, SEEN),
    "account_signup": (AWAY, AWAY, AWAY, AWAY),
    "account_change_password": (SEEN, SEEN, SEEN, SIGN_IN),
    "account_reset_password": (SEEN, SEEN, SEEN, SEEN),
    "account_reset_password_done": (SEEN, SEEN, SEEN, SEEN),
    "account_reset_password_from_key": (SEEN, SEEN, SEEN, SEEN),
    "account_reset_password_from_key_done": (SEEN, SEEN, SEEN, SEEN),
}
# Addresses that only take forms.
FORMS = {
    "listen:ask_source",
    "listen:pause_source",
    "listen:resume_source",
    "organisation:language",
    "organisation:deactivate_member",
    "organisation:reactivate_member",
    "organisation:remove_function",
}


@pytest.fixture
def feed(alice: Member) -> int:
    return add_feed(
        acting_user=alice, address="https://echo.example/fil", name="<script>alert(1)</script>"
    )


def names(resolver: URLResolver, space: str = "") -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found += names(pattern, pattern.namespace or "")
        elif isinstance(pattern, URLPattern):
            found.append(f"{space}:{pattern.name}" if space else str(pattern.name))
    return found


def address(name: str, bob: Member, feed: int) -> str:
    if name.startswith("account_reset_password_from_key") and not name.endswith("done"):
        return reverse(name, kwargs={"uidb36": "1", "key": "bad-key"})
    values = {"member": bob.pk, "link": bob.pk, "function": 1, "source": feed}
    for part, value in values.items():
        if name.endswith((f":{part}", f"_{part}")) and not name.endswith(f"add_{part}"):
            return reverse(name, args=[value])
    secret = name in {"organisation:first_steps", "organisation:invitation"}
    return reverse(name, args=["no-such-secret"] if secret else [])


def test_no_page_is_forgotten_here() -> None:
    assert sorted(names(get_resolver())) == sorted([*PAGES, *FORMS])


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_open_to_whom_it_should_be(
    alice: Member,
    bob: Member,
    gwen: Member,
    charlie: Client,
    as_member: Browser,
    feed: int,
    name: str,
) -> None:
    browsers = [as_member(alice), as_member(bob), as_member(gwen), charlie]
    where = address(name, bob, feed)
    for browser, wanted in zip(browsers, PAGES[name], strict=True):
        answer = browser.get(where)
        if wanted == SIGN_IN:
            assert answer.status_code == 302
            assert answer["Location"].startswith("/account/login/?next=/")
        else:
            assert answer.status_code == wanted
        check(answer.headers, answer.content.decode())


@pytest.mark.parametrize("name", sorted(FORMS - {"organisation:language"}))
def test_each_form_is_closed_to_strangers_and_guests_and_to_links(
    bob: Member,
    gwen: Member,
    alice: Member,
    charlie: Client,
    as_member: Browser,
    feed: int,
    name: str,
) -> None:
    where = address(name, bob, feed)
    assert charlie.post(where)["Location"].startswith("/account/login/")
    assert as_member(gwen).post(where).status_code == 403
    assert as_member(alice).get(where).status_code == 405


@pytest.mark.parametrize("name", sorted(FORMS))
def test_each_form_wants_the_token_of_its_page(
    alice: Member, bob: Member, feed: int, name: str
) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = strict.post(address(name, bob, feed))
    assert answer.status_code == 403
    assert "formulaire" in answer.content.decode()


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
    assert "Rien ici" in answer.content.decode()
    check(answer.headers, answer.content.decode())


SCRIPT = "<script>alert(1)</script>"


def test_a_script_in_any_field_comes_back_harmless(
    alice: Member, as_member: Browser, feed: int
) -> None:
    hers = as_member(alice)
    forms = {
        "organisation:change": ["organisation_name", "time_zone", "default_language"],
        "organisation:add_member": ["name", "email", "role", "language"],
        "organisation:add_function": ["name_fr", "name_en", "answers_for_fr", "answers_for_en"],
        "listen:add_feed": ["address", "name"],
        "account_change_password": ["oldpassword", "password1"],
        "account_reset_password": ["email"],
    }
    for name, fields in forms.items():
        answer = hers.post(reverse(name), dict.fromkeys(fields, SCRIPT))
        check(answer.headers, answer.content.decode())
    login = Client().post("/account/login/", {"login": SCRIPT, "password": SCRIPT, "next": SCRIPT})
    check(login.headers, login.content.decode())

    # The function was added by its form above: that name is one like another.
    details = actions.OrganisationDetails(SCRIPT, "America/Toronto", ["fr"], "fr")
    actions.change_organisation(acting_user=alice, details=details)
    member_id, secret = actions.add_member(
        acting_user=alice, name=SCRIPT, email="x@y.example", language="fr", role="guest"
    )
    actions.change_member(
        acting_user=alice, member_id=alice.pk, name=SCRIPT, language="fr", role="owner"
    )
    pages = [
        "/organisation/",
        "/organisation/journal/",
        f"/organisation/members/{member_id}/",
        "/sources/",
        f"/sources/{feed}/",
        f"/invitation/{secret}/",
        f"/<script>{SCRIPT}/",
        f"/organisation/?a={SCRIPT}",
    ]
    for page in pages:
        answer = hers.get(page)
        check(answer.headers, answer.content.decode())
        assert "&lt;script&gt;" in answer.content.decode()


class Page(HTMLParser):
    """Notes what a strict page may not have, and what it must."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.language = ""
        self.headings = 0
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"{tag} {name}={value}")
            if name in {"src", "href", "action"} and re.match(
                r"(?i)\s*(javascript|data|http)", value
            ):
                self.faults.append(f"{tag} {name}={value}")
        if tag == "style" or (tag == "script" and not given.get("src", "").startswith("/static/")):
            self.faults.append(f"inline {tag}")
        if tag == "html":
            self.language = given.get("lang", "")
        self.headings += tag == "h1"
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label":
            self.labelled.add(given.get("for", ""))
        if tag in {"input", "select", "textarea"} and given.get("type") != "hidden":
            self.fields.add(given.get("id", ""))


def check(headers: object, text: str) -> None:
    policy = headers["Content-Security-Policy"]  # type: ignore[index]  # a mapping of headers
    assert sorted(policy.split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self'",
    ]
    if not text:
        return
    page = Page()
    page.feed(text)
    assert page.faults == []
    assert page.language in {"fr", "en"}
    assert page.headings == 1
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert page.fields <= page.labelled, "a field has no label"
    assert SCRIPT not in text
