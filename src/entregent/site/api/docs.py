"""The OpenAPI document as a page: every path, parameter, answer and shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from entregent.apps.organisation.tokens import SCOPES

_METHODS = ("get",)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a question."""

    name: str
    kind: str
    is_required: bool
    default: str
    description: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its status, and the shape it has."""

    status: str
    shape: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One question that can be asked."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    scope_words: str
    parameters: tuple[Parameter, ...]
    answers: tuple[Answer, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of an answer, with its fields."""

    name: str
    description: str
    fields: tuple[Parameter, ...]


def endpoints(document: dict[str, Any], address: str) -> list[Endpoint]:
    """Every question of the document, in its order.

    Parameters
    ----------
    document
        The OpenAPI document.
    address
        Where the API is, with a slash at the end; for the examples.
    """
    found = []
    for path, operations in document["paths"].items():
        for method in _METHODS:
            said = operations[method]
            scope = said["x-scope"]
            answers = tuple(
                Answer(status, _shape_of(answer)) for status, answer in said["responses"].items()
            )
            found.append(
                Endpoint(
                    said["operationId"],
                    method.upper(),
                    path,
                    _in_words(said["summary"]),
                    _in_words(said.get("description", "")),
                    scope,
                    str(SCOPES[scope]),
                    tuple(_parameter(each) for each in said.get("parameters", ())),
                    answers,
                    _example(address, path, said.get("parameters", ())),
                )
            )
    return found


def shapes(document: dict[str, Any]) -> list[Shape]:
    """Every shape of the document, by its name."""
    found = []
    for name, schema in sorted(document["components"]["schemas"].items()):
        required = set(schema.get("required", ()))
        fields = tuple(
            Parameter(
                field,
                _kind(said),
                field in required,
                "",
                _in_words(said.get("description", "")),
            )
            for field, said in schema.get("properties", {}).items()
        )
        found.append(Shape(name, _in_words(schema.get("description", "")), fields))
    return found


def texts(document: dict[str, Any]) -> Iterator[str]:
    """Every text of ours in the document: all of them are there in French too."""
    for operations in document["paths"].values():
        for said in operations.values():
            yield said["summary"]
            yield said.get("description", "")
            yield from (each.get("description", "") for each in said.get("parameters", ()))
    for schema in document["components"]["schemas"].values():
        yield schema.get("description", "")
        yield from (each.get("description", "") for each in schema.get("properties", {}).values())


def plain_text(text: str) -> str:
    """A text of the document as the page shows it: one line, no marks."""
    return " ".join(text.replace("`", "").split())


def _in_words(text: str) -> str:
    # The texts are those of the document: `words.TEXTS` names them for the catalogue.
    text = plain_text(text)
    return translation.gettext(text) if text else ""


def _parameter(said: dict[str, Any]) -> Parameter:
    schema = said["schema"]
    default = schema.get("default")
    return Parameter(
        said["name"],
        _kind(schema),
        said.get("required", False),
        "" if default is None or default == "" else str(default),
        _in_words(said.get("description") or schema.get("description", "")),
    )


def _kind(schema: dict[str, Any]) -> str:
    """A type in few words, as « string or null »."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return gettext("%(one)s or %(other)s") % {
            "one": _kind(schema["anyOf"][0]),
            "other": _kind(schema["anyOf"][-1]),
        }
    if "enum" in schema:
        return ", ".join(str(each) for each in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return gettext("list of %(kind)s") % {"kind": _kind(schema["items"])}
    return str(schema.get("format") or schema.get("type") or "object")


def _shape_of(answer: dict[str, Any]) -> str:
    (content,) = answer["content"].values()
    return _kind(content["schema"])


def _example(address: str, path: str, parameters: list[dict[str, Any]]) -> str:
    values = {"person_id": "1", "conversation_id": "1", "slug": "les-voix-d-ici"}
    asked = path.removeprefix("/api/")
    for name, value in values.items():
        asked = asked.replace(f"{{{name}}}", value)
    required = [each["name"] for each in parameters if each.get("in") == "query"]
    query = (
        "?metric=follows" if "metric" in required else "?limit=20" if "limit" in required else ""
    )
    return f'curl -H "Authorization: Bearer $TOKEN" "{address}{asked}{query}"'
