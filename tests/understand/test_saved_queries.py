"""Saved queries are written, tried and removed by those who work here."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from entregent.apps.organisation.models import AuditEntry, Function, Member
from entregent.apps.organisation.queries import NotFound
from entregent.apps.understand import actions, queries
from entregent.apps.understand.actions import UnderstandRefused
from entregent.apps.understand.models import SavedQuery
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
HOSTILE = "<script>alert(1)</script>"
WORDS = {"name": "Navettes", "text": "navette* ET gel*", "opens_conversations": "yes"}


def test_a_member_writes_changes_and_removes_one(bob: Member, as_member: Browser) -> None:
    his = as_member(bob)
    function = Function.objects.get(slug="marketing").pk
    said = WORDS | {"function_id": str(function)}
    assert his.post(reverse("understand:add_query"), said).status_code == 302
    row = SavedQuery.objects.get()
    assert (row.text, row.function_id, row.opens_conversations) == (WORDS["text"], function, True)
    address = reverse("understand:query", args=[row.pk])
    assert his.post(address, WORDS | {"opens_conversations": "no"}).status_code == 302
    row.refresh_from_db()
    assert (row.function_id, row.opens_conversations) == (None, False)
    his.post(reverse("understand:remove_query", args=[row.pk]))
    assert not SavedQuery.objects.exists()
    codes = AuditEntry.objects.filter(subject=f"query:{row.pk}").order_by("pk")
    assert [each.action for each in codes] == [
        "understand.query_added",
        "understand.query_changed",
        "understand.query_removed",
    ]
    assert "navette" not in str(list(codes.values("changes")))


def test_one_that_cannot_be_read_is_refused_with_its_place(bob: Member, as_member: Browser) -> None:
    page = as_member(bob).post(reverse("understand:add_query"), WORDS | {"text": "navette ET"})
    text = page.content.decode()
    check(page.headers, text)
    assert "navette <mark>E</mark>T" in text
    with pytest.raises(UnderstandRefused, match="bad_query"):
        actions.save_query(acting_user=bob, name="x", text="(")


def test_two_do_not_have_the_same_name(bob: Member, as_member: Browser) -> None:
    actions.save_query(acting_user=bob, name="Navettes", text="navette")
    page = as_member(bob).post(reverse("understand:add_query"), WORDS | {"name": "NAVETTES"})
    assert "name" in page.context["form"].errors


def test_trying_marks_the_words_and_saves_nothing(bob: Member, as_member: Browser) -> None:
    said = {"text": "navette* OR gèle", "sample": f"La navette\nnous GÈLE {HOSTILE}", "try": "1"}
    page = as_member(bob).post(reverse("understand:add_query"), said)
    text = page.content.decode()
    check(page.headers, text)
    assert "<mark>navette</mark>" in text
    assert "<mark>GÈLE</mark>" in text
    assert "La requête trouve ce texte." in text
    assert not SavedQuery.objects.exists()
    page = as_member(bob).post(reverse("understand:add_query"), said | {"text": "NOT navette"})
    assert "La requête ne trouve pas ce texte." in page.content.decode()
    for wrong in ({"text": "("}, {"sample": ""}, {"sample": "a" * 10_001}):
        page = as_member(bob).post(reverse("understand:add_query"), said | wrong)
        check(page.headers, page.content.decode())
        assert "refusal" in page.content.decode()
        assert "result" not in page.context


def test_a_trial_keeps_every_character_of_the_text() -> None:
    text = "La navette, la NAVETTE 🧣 et l'œuf"
    trial = queries.try_query("navette OU oeuf", text)
    assert "".join(piece.text for piece in trial.pieces) == text
    assert [piece.text for piece in trial.pieces if piece.is_found] == ["navette", "NAVETTE", "œuf"]


def test_the_pages_are_for_those_who_work_here(
    alice: Member, bob: Member, gwen: Member, charlie: Client, as_member: Browser
) -> None:
    number = actions.save_query(acting_user=bob, name=HOSTILE, text=f'"{HOSTILE}"')
    pages = [
        reverse("understand:queries"),
        reverse("understand:add_query"),
        reverse("understand:query", args=[number]),
    ]
    for address in pages:
        for member in (alice, bob):
            page = as_member(member).get(address)
            assert page.status_code == 200
            check(page.headers, page.content.decode())
        assert as_member(gwen).get(address).status_code == 403
        assert charlie.get(address)["Location"].startswith("/account/login/")
    remove = reverse("understand:remove_query", args=[number])
    assert as_member(gwen).post(remove).status_code == 403
    assert as_member(bob).get(remove).status_code == 405
    assert as_member(bob).get(reverse("understand:query", args=[99])).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.remove_query(acting_user=gwen, query_id=number)
    with pytest.raises(PermissionDenied):
        actions.save_query(acting_user=gwen, name="x", text="x")
    with pytest.raises(NotFound):
        queries.saved_queries(gwen)
