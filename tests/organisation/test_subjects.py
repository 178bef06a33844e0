"""Subjects, publics and hours are kept by owners: who answers, on what, and when."""

from collections.abc import Callable
from datetime import time

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import translation

from entregent.apps.organisation import actions_answering, answering
from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.models import AuditEntry, Function, Member, Public, Subject
from entregent.apps.organisation.query_field import SENTENCES, explained
from entregent.understanding import queries as understanding
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]
HOSTILE = "<script>alert(1)</script>"


def shuttle(**more: object) -> dict[str, object]:
    function = Function.objects.get(slug="relations-publiques").pk
    return {
        "name_fr": "Navettes",
        "name_en": "Shuttles",
        "function_id": function,
        "query": 'navette* OU "vieux quai"',
        "needs_approval": "yes",
        **more,
    }


def test_an_owner_adds_changes_and_removes_a_subject(alice: Member, as_member: Browser) -> None:
    hers = as_member(alice)
    assert hers.post(reverse("organisation:add_subject"), shuttle()).status_code == 302
    (facts,) = answering.subjects()
    assert (facts.slug, facts.needs_approval) == ("navettes", True)
    address = reverse("organisation:subject", args=[facts.id])
    check(hers.get(address).headers, hers.get(address).content.decode())
    hers.post(address, shuttle(name_fr="Navettes et bus", needs_approval="no"))
    (facts,) = answering.subjects()
    assert (facts.slug, facts.name_fr, facts.needs_approval) == (
        "navettes",
        "Navettes et bus",
        False,
    )
    hers.post(reverse("organisation:remove_subject", args=[facts.id]))
    assert answering.subjects() == []
    codes = AuditEntry.objects.filter(subject=f"subject:{facts.id}").order_by("pk")
    assert [each.action.rpartition("_")[2] for each in codes] == ["added", "changed", "removed"]


def test_words_that_cannot_be_read_are_refused_with_their_place_marked(
    alice: Member, as_member: Browser
) -> None:
    page = as_member(alice).post(
        reverse("organisation:add_subject"), shuttle(query=f"navette ET ({HOSTILE}")
    )
    text = page.content.decode()
    check(page.headers, text)
    assert "La parenthèse au caractère 12 n'est jamais fermée" in text.replace("&#x27;", "'")
    assert "<mark>(</mark>&lt;script" in text
    assert not Subject.objects.exists()
    with pytest.raises(OrganisationRefused, match="bad_query"):
        actions_answering.add_subject(
            acting_user=alice, **{**shuttle(query="ET"), "needs_approval": False}
        )


def test_every_fault_of_a_query_is_told_in_the_page_s_language() -> None:
    with translation.override("en"):
        assert {code: str(each) for code, each in SENTENCES.items()} == understanding.SENTENCES
    error = understanding.QueryError("too_long", 4000)
    assert "<mark></mark>" in explained("", error)


def test_a_name_belongs_to_one_subject_and_one_public(alice: Member) -> None:
    given = {**shuttle(), "needs_approval": False}
    actions_answering.add_subject(acting_user=alice, **given)
    with pytest.raises(OrganisationRefused, match="subject_name_taken"):
        actions_answering.add_subject(acting_user=alice, **{**given, "name_en": "SHUTTLES"})
    actions_answering.add_public(acting_user=alice, name_fr="Bénévoles", name_en="Volunteers")
    with pytest.raises(OrganisationRefused, match="public_name_taken"):
        actions_answering.add_public(acting_user=alice, name_fr="Autres", name_en="volunteers")


def test_a_function_that_answers_for_something_stays(alice: Member, as_member: Browser) -> None:
    actions_answering.add_subject(acting_user=alice, **{**shuttle(), "needs_approval": False})
    function = Function.objects.get(slug="relations-publiques")
    page = as_member(alice).post(reverse("organisation:remove_function", args=[function.pk]))
    assert page.status_code == 409
    assert Function.objects.filter(pk=function.pk).exists()


def test_an_owner_names_the_publics(alice: Member, as_member: Browser) -> None:
    hers = as_member(alice)
    names = {"name_fr": "Élus et bailleurs de fonds", "name_en": "Elected people and funders"}
    hers.post(reverse("organisation:add_public"), names)
    (public,) = answering.publics()
    address = reverse("organisation:public", args=[public.id])
    check(hers.get(address).headers, hers.get(address).content.decode())
    hers.post(address, names | {"name_fr": "Bailleurs de fonds"})
    assert answering.publics()[0].name_fr == "Bailleurs de fonds"
    hers.post(reverse("organisation:remove_public", args=[public.id]))
    assert answering.publics() == []


def test_an_owner_says_when_people_are_there(alice: Member, as_member: Browser) -> None:
    hers = as_member(alice)
    said = {
        "opens_at": "08:30",
        "closes_at": "16:30",
        "working_days": ["0", "1", "5"],
        "address_form": "tu",
    }
    address = reverse("organisation:hours")
    assert hers.post(address, said).status_code == 302
    hours = answering.hours()
    assert (hours.opens_at, hours.closes_at, hours.working_days) == (
        time(8, 30),
        time(16, 30),
        (0, 1, 5),
    )
    assert answering.default_address_form() == "tu"
    assert AuditEntry.objects.latest("pk").changes["opens_at"] == ["09:00", "08:30"]
    assert "de 8\xa0h\xa030 à 16\xa0h\xa030" in hers.get("/organisation/").content.decode()
    for wrong in ({"closes_at": "08:00"}, {"working_days": ["9"]}, {"opens_at": "x"}):
        page = hers.post(address, said | wrong)
        assert page.status_code == 200
        assert page.context["form"].errors


def test_the_page_shows_all_of_it_to_each(
    alice: Member, bob: Member, gwen: Member, as_member: Browser
) -> None:
    actions_answering.add_subject(
        acting_user=alice, **{**shuttle(name_fr=HOSTILE), "needs_approval": True}
    )
    actions_answering.add_public(acting_user=alice, name_fr=HOSTILE, name_en="Volunteers")
    for member in (alice, bob, gwen):
        page = as_member(member).get("/organisation/")
        check(page.headers, page.content.decode())
        assert "&lt;script&gt;" in page.content.decode()
        assert ("Qui peut répondre sans approbation" in page.content.decode()) is member.may_work


def test_only_owners_change_any_of_it(bob: Member, gwen: Member, as_member: Browser) -> None:
    addresses = [
        reverse("organisation:hours"),
        reverse("organisation:trust"),
        reverse("organisation:add_subject"),
        reverse("organisation:add_public"),
        reverse("organisation:subject", args=[1]),
        reverse("organisation:public", args=[1]),
        reverse("organisation:remove_subject", args=[1]),
        reverse("organisation:remove_public", args=[1]),
    ]
    for member in (bob, gwen):
        assert {as_member(member).post(address).status_code for address in addresses} == {403}
        refused: list[tuple[Callable[..., object], dict[str, object]]] = [
            (actions_answering.set_trust, {"pairs": []}),
            (actions_answering.remove_subject, {"subject_id": 1}),
            (actions_answering.remove_public, {"public_id": 1}),
            (actions_answering.add_public, {"name_fr": "a", "name_en": "b"}),
            (
                actions_answering.change_hours,
                {
                    "opens_at": time(1),
                    "closes_at": time(2),
                    "working_days": [1],
                    "address_form": "tu",
                },
            ),
        ]
        for act, given in refused:
            with pytest.raises(PermissionDenied):
                act(acting_user=member, **given)
    assert {Client().post(address)["Location"][:15] for address in addresses} == {"/account/login/"}
    assert not Public.objects.exists()


def test_what_is_not_there_is_not_found(alice: Member, as_member: Browser) -> None:
    for name in ("subject", "public"):
        assert as_member(alice).get(reverse(f"organisation:{name}", args=[99])).status_code == 404
