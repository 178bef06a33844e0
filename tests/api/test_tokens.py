"""A token opens its scopes, as long as it is good, and never more than its member may read."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from entregent.apps.organisation.actions import change_member, deactivate_member
from entregent.apps.organisation.actions_tokens import revoke_token
from entregent.apps.organisation.models import ApiToken, AuditEntry, Member
from tests.api.conftest import Ask, Token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

PATHS = {
    "activities": "activities",
    "people": "people",
    "people/1": "people",
    "conversations": "conversations",
    "conversations/1": "conversations",
    "campaigns": "campaigns",
    "campaigns/les-voix-d-ici": "campaigns",
    "series?metric=follows": "series",
}
ALL = ("activities", "private", "people", "conversations", "campaigns", "series")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_told_without_a_token(alice: Member, ask: Ask, path: str) -> None:
    assert ask(path)[1]["code"] == "no_token"
    for secret in ("", "entregent_x", "'; DROP TABLE", "é"):
        assert ask(path, secret)[0] == 401


@pytest.mark.parametrize("path", PATHS)
def test_each_question_needs_its_own_scope(
    alice: Member, ask: Ask, token: Token, path: str
) -> None:
    others = [scope for scope in ALL if scope != PATHS[path]]
    status, told = ask(path, token(alice, *others))
    assert (status, told["code"]) == (403, "no_scope")
    assert ask(path, token(alice, PATHS[path]))[0] in {200, 404}


def test_it_stops_when_its_time_is_over(alice: Member, ask: Ask, token: Token) -> None:
    secret = token(alice, "campaigns")
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ask("campaigns", secret)[1]["code"] == "expired_token"


def test_it_stops_when_it_is_revoked(alice: Member, ask: Ask, token: Token) -> None:
    secret = token(alice, "campaigns")
    revoke_token(acting_user=alice, token_id=ApiToken.objects.get().pk)
    status, told = ask("campaigns", secret)
    assert (status, told["code"]) == (401, "revoked_token")
    assert told["detail"] == "Ce jeton a été révoqué."


def test_it_stops_when_the_access_of_its_member_is_closed(
    alice: Member, bob: Member, ask: Ask, token: Token
) -> None:
    secret = token(bob, "campaigns")
    assert ask("campaigns", secret)[0] == 200
    deactivate_member(acting_user=alice, member_id=bob.pk)
    assert ask("campaigns", secret)[1]["code"] == "unknown_token"


def test_it_opens_less_when_its_member_becomes_a_guest(
    alice: Member, bob: Member, ask: Ask, token: Token
) -> None:
    secret = token(bob, "people", "campaigns")
    assert ask("people", secret)[0] == 200
    change_member(acting_user=alice, member_id=bob.pk, name=bob.name, language="fr", role="guest")
    assert ask("people", secret)[1]["code"] == "no_scope"
    assert ask("campaigns", secret)[0] == 200


def test_a_cookie_opens_nothing(alice: Member) -> None:
    signed_in = Client()
    signed_in.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert signed_in.get("/api/campaigns").status_code == 401


def test_its_use_is_noted_once_a_day(alice: Member, ask: Ask, token: Token) -> None:
    secret = token(alice, "campaigns")
    for _ in range(3):
        ask("campaigns", secret)
    assert ApiToken.objects.get().last_used_at is not None
    assert AuditEntry.objects.filter(action="organisation.token_used").count() == 1


def test_nothing_is_written_through_it(alice: Member, token: Token) -> None:
    headers = {"Authorization": f"Bearer {token(alice, *ALL)}"}
    for method in ("post", "put", "patch", "delete", "options"):
        answer = getattr(Client(enforce_csrf_checks=True), method)("/api/people", headers=headers)
        assert answer.status_code == 405
        assert answer["Allow"] == "GET"
        assert "Access-Control-Allow-Origin" not in answer


def test_an_answer_is_kept_nowhere_and_holds_the_policy(alice: Member, token: Token) -> None:
    headers = {"Authorization": f"Bearer {token(alice, 'campaigns')}"}
    for path in ("campaigns", "nowhere", "people"):
        answer = Client().get(f"/api/{path}", headers=headers)
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert not answer.cookies


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("nowhere", "not_found"),
        ("people/99", "not_found"),
        (f"people/{10**30}", "not_found"),
        ("conversations/99", "not_found"),
        (f"conversations/{10**30}", "not_found"),
        ("campaigns/none", "not_found"),
        ("series?metric=likes", "not_found"),
        ("series", "bad_parameter"),
        ("series?metric=follows&since=hier", "bad_parameter"),
        ("series?metric=follows&since=0001-01-01&until=0001-01-02", ""),
        ("series?metric=follows&until=0001-01-01", "bad_parameter"),
        ("people?limit=501", "bad_parameter"),
        ("people?limit=0", "bad_parameter"),
        ("people?cursor=x", "bad_parameter"),
        ("people?cursor=%C3%A9", "bad_parameter"),
        ("campaigns?cursor=MQ", "bad_parameter"),
        ("activities?cursor=MS4y_w", "bad_parameter"),
        ("activities?cursor=OTIyMzM3MjAzNjg1NDc3NTgwNy4x", "bad_parameter"),
        ("activities?since=2026-02-03T12:00:00", "bad_parameter"),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_sentence(
    alice: Member, token: Token, path: str, code: str
) -> None:
    headers = {"Authorization": f"Bearer {token(alice, *ALL)}"}
    answer = Client().get(f"/api/{path}", headers=headers)
    if not code:
        assert answer.status_code == 200
        return
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["code"] == code
    assert told["status"] == answer.status_code < 500
    assert told["detail"].count(".") >= 1
