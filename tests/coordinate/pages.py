"""What the tests of pages of conversations share: addresses, and words that mean harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from entregent.apps.coordinate.models import Conversation
from entregent.apps.organisation.models import Member

Browser = Callable[[Member], Client]

SCRIPT = "<script>alert(1)</script>"
HOSTILE = f"{SCRIPT} =1+1 \N{RIGHT-TO-LEFT OVERRIDE}txt.exe & \"quoted\" 'too' \N{PARTY POPPER}"
HTMX = {"HX-Request": "true"}


def address(name: str, **values: int) -> str:
    """An address of coordinating by its name."""
    return reverse(f"coordinate:{name}", kwargs=values)


def page_of(row: Conversation) -> str:
    """A conversation's own address."""
    return address("conversation", conversation_id=row.pk)


def read(browser: Client, row: Conversation, **asked: str) -> str:
    """A conversation's page as text."""
    answer = browser.get(page_of(row), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def send_form(browser: Client, name: str, row: Conversation, **fields: Any) -> HttpResponse:
    """Send a form of a conversation."""
    return browser.post(address(name, conversation_id=row.pk), fields)


def is_sign_in(answer: HttpResponse) -> bool:
    """Whether a stranger was sent to sign in."""
    return answer.status_code == 302 and answer["Location"].startswith("/account/login/")
