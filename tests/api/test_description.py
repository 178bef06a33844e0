"""The OpenAPI document is valid, and its page is complete without a script."""

from collections.abc import Callable

import jsonschema
import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from entregent.apps.organisation.models import Member
from entregent.apps.organisation.tokens import SCOPES
from entregent.site.api.docs import plain_text, texts
from entregent.site.api.service import openapi
from entregent.site.api.words import TEXTS
from tests.site.test_every_page import check

pytestmark = pytest.mark.django_db

Browser = Callable[[Member], Client]


def test_every_shape_is_a_json_schema() -> None:
    document = openapi()
    assert document["openapi"].startswith("3.1")
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_question_names_its_scope_its_key_and_its_problems() -> None:
    document = openapi()
    assert list(document["components"]["securitySchemes"].values()) == [
        {"type": "http", "scheme": "bearer"}
    ]
    for path, operations in document["paths"].items():
        assert list(operations) == ["get"], path
        said = operations["get"]
        assert said["x-scope"] in SCOPES
        assert said["security"]
        assert set(said["responses"]) == {"200", "400", "401", "403", "404"}
        assert "application/problem+json" in said["responses"]["401"]["content"]


def test_anybody_may_read_the_document_and_it_says_nothing_of_the_house(charlie: Client) -> None:
    answer = charlie.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json() == openapi()
    assert "Frimas" not in answer.content.decode()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_tells_all_of_it(
    alice: Member, as_member: Browser, charlie: Client, language: str
) -> None:
    assert charlie.get("/api/docs").status_code == 302
    alice.language = language
    alice.save(update_fields=["language"])
    answer = as_member(alice).get("/api/docs")
    text = answer.content.decode()
    check(answer.headers, text)
    document = openapi()
    for path, operations in document["paths"].items():
        assert path in text
        for parameter in operations["get"].get("parameters", ()):
            assert f"<code>{parameter['name']}</code>" in text
    for shape, schema in document["components"]["schemas"].items():
        assert f'id="shape-{shape}"' in text
        assert all(f"<code>{field}</code>" in text for field in schema["properties"])
    assert escape("Des plus anciennes aux plus récentes".lower()) in text or language == "en"


def test_every_text_of_it_is_there_to_be_translated() -> None:
    said = {plain_text(text) for text in texts(openapi())} - {""}
    with translation.override("en"):
        assert said == {str(text) for text in TEXTS}


def test_the_way_in_leads_to_the_page(alice: Member, as_member: Browser) -> None:
    assert as_member(alice).get("/api/")["Location"] == "/api/docs"
