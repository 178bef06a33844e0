"""Recorded exchanges: an answer or a delivery, kept together with its request."""

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from entregent.networks.reading import Context
from entregent.vocabulary import VocabularyError
from entregent.vocabulary.reading import Json
from entregent.vocabulary.times import check_bounds

AN_ERROR = "an error answer"


def is_exchange(value: Any) -> bool:
    """Whether a value is ``{"request", "body"}`` or ``{"method", "uri", "status", "json"}``."""
    if not isinstance(value, dict):
        return False
    if "body" in value and isinstance(value.get("request"), dict):
        return True
    return isinstance(value.get("uri"), str) and value.keys() >= {"method", "status", "json"}


def is_error(value: Any, context: Context) -> bool:
    """Whether a body says that the request failed, which leaves nothing to keep."""
    if context.status >= 400:
        return True
    return isinstance(value, dict) and "error" in value and isinstance(value["error"], str)


def unwrap(exchange: Json, context: Context) -> tuple[Any, Context]:
    """The body of a recorded exchange, and its context.

    Parameters
    ----------
    exchange
        For which `is_exchange` holds.
    """
    if "body" in exchange:
        request = exchange["request"]
        given = request.get("headers")
        headers = (
            {name.lower(): value for name, value in given.items()}
            if isinstance(given, dict)
            else {}
        )
        known = replace(
            context.at("body"),
            server=_text(headers.get("host")) or context.server,
            path=_text(request.get("path")),
            method=_text(request.get("method")),
            as_of=_moment(headers.get("date")) or context.as_of,
        )
        return exchange["body"], known
    status = exchange["status"]
    server, path = _address(exchange["uri"])
    known = replace(
        context.at("json"),
        server=server or context.server,
        path=path,
        method=_text(exchange["method"]),
        status=status if type(status) is int else 0,
    )
    return exchange["json"], known


def _text(value: object) -> str:
    sound = isinstance(value, str) and len(value) <= 2000 and value.isprintable()
    return value if sound and isinstance(value, str) else ""


def _address(uri: str) -> tuple[str, str]:
    try:
        parts = urlsplit(_text(uri))
    except ValueError:
        return "", ""
    return parts.netloc.rpartition("@")[2], parts.path


def _moment(date: object) -> datetime | None:
    try:
        moment = parsedate_to_datetime(_text(date))
        # « GMT » and « -0000 » both say UTC.
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return check_bounds(aware.astimezone(UTC))
    except (ValueError, TypeError, IndexError, OverflowError, VocabularyError):
        return None
