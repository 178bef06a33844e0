"""When something goes wrong the page says so in plain words, and nothing more."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.template.loader import get_template
from django.test import Client
from django.utils import translation
from django.views.defaults import server_error

from entregent.apps.organisation.models import Member


@pytest.mark.parametrize(("language", "words"), [("fr", "Notre erreur"), ("en", "Our mistake")])
def test_our_own_mistake_is_told_as_ours(language: str, words: str) -> None:
    with translation.override(language):
        answer = server_error(HttpRequest())
    assert answer.status_code == 500
    assert words in answer.content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_told_the_remedy(client: Client) -> None:
    answer = client.get("/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "ENTREGENT_HOSTS" in answer.content.decode()


def test_a_role_that_may_not_is_told_who_may(
    bob: Member, as_member: Callable[[Member], Client]
) -> None:
    page = as_member(bob).get("/organisation/journal/")
    assert page.status_code == 403
    assert "Une personne propriétaire" in page.content.decode()


@pytest.mark.django_db
def test_the_way_out_of_a_house_that_is_not_set_up_yet(client: Client) -> None:
    assert client.get("/nowhere/").status_code == 404
    assert client.get("/sources/").status_code == 302


def test_errors_do_not_need_what_may_be_broken() -> None:
    for name in ("400.html", "403_csrf.html", "500.html", "locked_out.html"):
        assert "<h1>" in get_template(name).render({})
