"""Sign-in, sign-out and passwords."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    """Forget the tries of other tests: they are counted in memory."""
    cache.clear()


def sign_in(client: Client, email: str, password: str, back: str = "") -> int:
    answer = client.post(LOGIN, {"login": email, "password": password, "next": back})
    return answer.status_code


def test_a_member_signs_in_and_comes_to_today(bob: Member, password: str) -> None:
    client = Client()
    answer = client.post(LOGIN, {"login": bob.email.upper(), "password": password})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("pages:today")


def test_a_stranger_comes_back_to_the_page_they_asked_for(bob: Member, password: str) -> None:
    client = Client()
    asked = client.get("/organisation/?a=1")
    assert asked["Location"] == "/account/login/?next=/organisation/%3Fa%3D1"
    page = client.get(asked["Location"]).content.decode()
    assert 'name="next" value="/organisation/?a=1"' in page
    answer = client.post(
        LOGIN, {"login": bob.email, "password": password, "next": "/organisation/?a=1"}
    )
    assert answer["Location"] == "/organisation/?a=1"


def test_a_wrong_password_is_told_without_telling_who_exists(bob: Member) -> None:
    pages = [
        Client().post(LOGIN, {"login": email, "password": "faux"}).content.decode()
        for email in (bob.email, "personne@nulle.example")
    ]
    sentence = "ne vont pas ensemble"
    assert all(sentence in page for page in pages)


def test_guessing_is_slowed_down(bob: Member, password: str) -> None:
    client = Client()
    codes = [sign_in(client, bob.email, "faux") for _ in range(12)]
    assert codes[0] == 200
    assert sign_in(client, bob.email, password) != 302
    # The memory of one process may be lost; the database's is not.
    cache.clear()
    codes += [sign_in(client, bob.email, "faux") for _ in range(12)]
    cache.clear()
    locked = client.post(LOGIN, {"login": bob.email, "password": password})
    assert locked.status_code == 429
    assert "quart d'heure" in locked.content.decode()


def test_a_closed_access_does_not_open(bob: Member, password: str) -> None:
    Member.objects.filter(pk=bob.pk).update(is_active=False)
    client = Client()
    sign_in(client, bob.email, password)
    assert client.get("/organisation/").status_code == 302


def test_nobody_signs_up_alone(charlie: Client) -> None:
    answer = charlie.post("/account/signup/", {"email": "x@y.example", "password1": "a" * 12})
    assert answer["Location"].startswith(LOGIN)
    assert Member.objects.count() == 1


def test_signing_out_takes_a_form(bob: Member, as_member: Browser) -> None:
    his = as_member(bob)
    assert his.get("/account/logout/").status_code == 200
    assert his.get("/organisation/").status_code == 200
    assert his.post("/account/logout/").status_code == 302
    assert his.get("/organisation/").status_code == 302


def test_a_member_changes_their_password(bob: Member, as_member: Browser, password: str) -> None:
    his, new = as_member(bob), "une navette qui démarre"
    form = {"oldpassword": "faux", "password1": new, "password2": new}
    page = his.post("/account/password/change/", form)
    assert "actuel" in page.content.decode()
    assert (
        his.post("/account/password/change/", form | {"oldpassword": password}).status_code == 302
    )
    assert his.get("/organisation/").status_code == 200
    assert sign_in(Client(), bob.email, new) == 302


def test_a_forgotten_password_makes_a_letter(bob: Member) -> None:
    client, new = Client(), "une navette qui démarre"
    answer = client.post("/account/password/reset/", {"email": bob.email})
    assert answer["Location"] == "/account/password/reset/done/"
    assert "dossier" in client.get(answer["Location"]).content.decode()
    [letter] = mail.outbox
    assert letter.to == [bob.email]
    found = re.search(r"http://testserver(/\S+)", str(letter.body))
    assert found is not None
    page = client.get(found[1], follow=True)
    assert page.status_code == 200
    form = {"password1": new, "password2": new}
    done = client.post(page.request["PATH_INFO"], form, follow=True)
    assert done.status_code == 200
    assert sign_in(Client(), bob.email, new) == 302
    assert "ne marche plus" in Client().get(found[1]).content.decode()


def test_a_letter_for_nobody_is_not_made(charlie: Client) -> None:
    answer = charlie.post("/account/password/reset/", {"email": "personne@nulle.example"})
    assert answer["Location"] == "/account/password/reset/done/"
    assert mail.outbox == []


def test_letters_wait_in_the_data_folder() -> None:
    from entregent.site import settings

    assert Path(settings.EMAIL_FILE_PATH) == settings.HOME / "mail"


def test_a_page_that_refreshes_itself_leads_to_sign_in(charlie: Client) -> None:
    answer = charlie.get("/sources/", headers={"hx-request": "true"})
    assert answer["HX-Redirect"] == LOGIN
    assert answer.content == b""
