"""Letters are plain text, whatever somebody called themselves or the house."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from entregent.apps.organisation import actions
from entregent.apps.organisation.models import Member

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script> =1+1 \u202eabc 🫐"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_hostile_names_stay_words_in_a_letter(alice: Member, language: str) -> None:
    details = actions.OrganisationDetails(HOSTILE, "America/Toronto", ["fr", "en"], "fr")
    actions.change_organisation(acting_user=alice, details=details)
    actions.change_member(
        acting_user=alice, member_id=alice.pk, name=HOSTILE, language=language, role="owner"
    )

    Client().post(reverse("account_reset_password"), {"email": alice.email})

    (letter,) = mail.outbox
    assert letter.to == [alice.email]
    assert letter.content_subtype == "plain"
    assert getattr(letter, "alternatives", []) == []
    assert "\n" not in letter.subject
    assert "&lt;" not in letter.body, "plain text is not escaped as HTML"
    head = letter.message().as_bytes().partition(b"\n\n")[0]
    assert head.count(b"\nTo:") == 1
    assert b"\nBcc:" not in head
