"""Reading the shapes that ActivityStreams allows for one property: text, object or list."""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from entregent.vocabulary.errors import VocabularyError

Json: TypeAlias = Mapping[str, Any]
Unread: TypeAlias = object
"""A JSON value whose shape is not known yet."""

LONGEST_URI = 4096
LONGEST_TEXT = 1_000_000

# A scheme, a colon, and something after it without blanks, control characters or lone surrogates.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s\x00-\x1f\x7f\ud800-\udfff]+")
# The same for the usual case of plain ASCII, where only the beginning needs a look.
_START_OF_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.")
_WEB = ("https://", "http://")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}", re.ASCII)
_NAMESPACES = {
    "https://schema.org/": "schema:",
    "http://schema.org/": "schema:",
    "http://schema.org#": "schema:",
    "https://www.w3.org/ns/activitystreams#": "",
    "as:": "",
}


def required_uri(value: object, where: str) -> str:
    """Return `value` if it is an absolute URI of at most `LONGEST_URI` characters."""
    if not isinstance(value, str) or not value:
        raise VocabularyError("the id is missing", where)
    if len(value) <= LONGEST_URI:
        if value.isascii() and value.isprintable() and " " not in value:
            if value.startswith(_WEB) or _START_OF_URI.match(value):
                return value
        elif _URI.fullmatch(value):
            return value
    raise VocabularyError(f"« {shown(value, 60)} » is not an absolute address", where)


def uri_of(value: object, where: str) -> str | None:
    """URI of a property given as text, as an object with ``id`` or ``href``, or as a list of these.

    Of a list, the first one counts. None and the empty text count as absent.
    """
    if isinstance(value, str):
        return required_uri(value, where) if value else None
    if isinstance(value, list):
        value = next((item for item in value if item), None)
    if isinstance(value, Mapping):
        value = value.get("id") or value.get("href") or value.get("url")
    if value is None or value == "":
        return None
    return required_uri(value, where)


def optional_text(value: object, where: str) -> str | None:
    """Return a text of at most `LONGEST_TEXT` characters, or None where it is absent.

    A NUL stands for nothing that anybody wrote, and PostgreSQL keeps none: it is left out.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise VocabularyError(f"text was expected, not {kind_of(value)}", where)
    if len(value) > LONGEST_TEXT:
        raise VocabularyError(f"a text of more than {LONGEST_TEXT} characters", where)
    if "\x00" in value:
        value = value.replace("\x00", "")
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        raise VocabularyError("half of a character (a lone surrogate)", where) from None
    return value


def optional_flag(value: object, where: str) -> bool | None:
    """Return a truth value, or None where it is absent."""
    if value is None or isinstance(value, bool):
        return value
    raise VocabularyError(f"true or false was expected, not {kind_of(value)}", where)


def language_tag(value: object) -> str | None:
    """Return `value` if it has the shape of a BCP 47 tag, such as ``fr-CA``; None otherwise."""
    return value if isinstance(value, str) and _LANGUAGE.fullmatch(value) else None


def type_name(value: object, where: str) -> str:
    """Type of an activity or object, with known namespaces shortened (``schema:Review``)."""
    if isinstance(value, list):
        value = next((item for item in value if isinstance(item, str)), None)
    if not isinstance(value, str) or not value:
        raise VocabularyError("the type is missing", where)
    if value.isalpha() and len(value) <= 100 and value.isascii():
        return value
    value = optional_text(value, where) or ""
    if ":" in value:
        for long, short in _NAMESPACES.items():
            if value.startswith(long):
                value = short + value[len(long) :]
                break
    if not value:
        raise VocabularyError("the type is missing", where)
    if len(value) > 100:
        raise VocabularyError("a type of more than 100 characters", where)
    return value


def mapping(value: object, where: str) -> Json:
    """Return `value` if it is a JSON object."""
    if not isinstance(value, Mapping):
        raise VocabularyError(f"an object was expected, not {kind_of(value)}", where)
    return value


def shown(text: str, longest: int) -> str:
    """The beginning of a text from outside, fit to stand in a message."""
    return text[:longest].encode(errors="replace").decode()


def kind_of(value: object) -> str:
    """JSON name of the type of a value, for messages."""
    if value is None:
        return "null"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list"}
    return names.get(type(value), "an object")
