"""People without facets or scores, to whom may know them; every reading is noted."""

from datetime import UTC, date, datetime

import pytest

from entregent.apps.organisation.actions import OrganisationRefused
from entregent.apps.organisation.models import AuditEntry, Function, Member, Public
from entregent.apps.remember.models import Account, Consent, Look, Person, Promise, PublicOf
from tests.api.conftest import Ask, Token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

AT = datetime(2026, 3, 9, 15, tzinfo=UTC)


@pytest.fixture
def maryse(alice: Member) -> Person:
    person = Person.objects.create(
        name="Maryse <b>B.</b>",
        languages=["fr"],
        address_form="vous",
        known_since=date(2023, 11, 2),
    )
    account = Account.objects.create(
        uri="mailto:maryse@courriel.example",
        key=1,
        network="email",
        person=person,
        linked_at=AT,
        link_reason="themselves",
        first_seen_at=AT,
        last_seen_at=AT,
    )
    for purpose, basis in (("email", "express"), ("profile", "refused")):
        Consent.objects.create(
            person=person, purpose=purpose, basis=basis, given_at=AT, proof="formulaire"
        )
    public = Public.objects.create(slug="benevoles", name_fr="Bénévoles", name_en="Volunteers")
    PublicOf.objects.create(person=person, public=public)
    Promise.objects.create(
        account=account,
        what="confirmer l'accès",
        made_at=AT,
        made_by=alice,
        due_on=date(2026, 3, 12),
        function=Function.objects.get(slug="relations-publiques"),
    )
    return person


def test_a_person_is_what_we_know_and_owe(
    alice: Member, maryse: Person, ask: Ask, token: Token
) -> None:
    _, told = ask(f"people/{maryse.pk}", token(alice, "people"))
    assert told["name"] == "Maryse <b>B.</b>"
    assert told["publics"] == ["benevoles"]
    assert [each["network"] for each in told["accounts"]] == ["email"]
    assert [(each["purpose"], each["holds"]) for each in told["consents"]] == [
        ("email", True),
        ("profile", False),
    ]
    assert [each["what"] for each in told["open_promises"]] == ["confirmer l'accès"]
    assert set(told) == {
        *("id", "name", "languages", "address_form", "known_since", "do_not_solicit"),
        *("publics", "accounts", "consents", "open_promises"),
    }


def test_paging_tells_each_person_once_and_notes_it(
    alice: Member, maryse: Person, ask: Ask, token: Token
) -> None:
    for number in range(4):
        Person.objects.create(name=f"Personne {number}", known_since=date(2024, 1, 1))
    secret = token(alice, "people")
    for _ in range(2):
        told: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            _, page = ask("people", secret, limit=2, cursor=cursor)
            told += [each["id"] for each in page["items"]]
            cursor = page["next"]
        assert told == sorted(Person.objects.values_list("pk", flat=True))
    assert Look.objects.filter(member=alice).count() == 5
    assert AuditEntry.objects.filter(action="remember.people_read").count() == 3


def test_a_guest_knows_nobody(gwen: Member, token: Token) -> None:
    with pytest.raises(OrganisationRefused, match="scope_not_yours"):
        token(gwen, "people")
