"""Français / English: the page stays."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]


def choose(client: Client, language: str, back: str = "/") -> str:
    answer = client.post(reverse("organisation:language"), {"language": language, "next": back})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_a_member_keeps_it_and_comes_back_to_the_page(bob: Member, as_member: Browser) -> None:
    his = as_member(bob)
    page = "/organisation/?a=1"
    assert choose(his, "en", page) == page
    assert '<html lang="en">' in his.get("/organisation/").content.decode()
    # It is the person's, not the browser's.
    assert '<html lang="en">' in as_member(bob).get("/organisation/").content.decode()


def test_a_stranger_keeps_it_in_the_browser(charlie: Client) -> None:
    login = reverse("account_login")
    assert '<html lang="fr">' in charlie.get(login).content.decode()
    assert choose(charlie, "en", login) == login
    page = charlie.get(login)
    assert '<html lang="en">' in page.content.decode()
    assert page["Content-Language"] == "en"


def test_a_browser_that_asks_for_english_gets_it(charlie: Client) -> None:
    page = charlie.get(reverse("account_login"), headers={"accept-language": "en-CA,fr;q=0.5"})
    assert '<html lang="en">' in page.content.decode()


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_it_never_leads_elsewhere(charlie: Client, back: str) -> None:
    assert choose(charlie, "en", back) == "/"


def test_a_language_that_is_not_spoken_changes_nothing(charlie: Client) -> None:
    choose(charlie, "de")
    assert '<html lang="fr">' in charlie.get(reverse("account_login")).content.decode()


def test_it_is_not_chosen_by_a_link(charlie: Client) -> None:
    assert charlie.get(reverse("organisation:language")).status_code == 405
