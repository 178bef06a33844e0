"""What ActivityPub servers also send, which holds nothing to keep, and what is not known."""

from collections.abc import Iterator
from typing import Any

from entregent.networks.activitystreams.activities import kind_in
from entregent.networks.reading import Context, Outcome, Refused, Taken
from entregent.networks.shapes import having, nothing
from entregent.vocabulary.reading import kind_of, shown

_UNREAD_TYPES = {
    "Emoji": "a custom emoji",
    "Place": "a place without a visit",
    "Profile": "a profile that only points to its account",
    "QuoteAuthorization": "a permission to quote",
    "QuoteRequest": "a request to quote",
    "Relationship": "a relationship without an act",
}


def is_unknown(value: Any) -> bool:
    """Whether a value claims to be ActivityStreams, and is nothing that is read."""
    if not isinstance(value, dict) or "type" not in value:
        return False
    given = value.get("@context")
    contexts = given if isinstance(given, list) else [given]
    return "https://www.w3.org/ns/activitystreams" in [c for c in contexts if isinstance(c, str)]


def refuse_unknown(value: Any, context: Context) -> Iterator[Outcome]:
    """Say what is not read."""
    kind = kind_in(value)
    if kind in _UNREAD_TYPES:
        yield Taken(nothing=_UNREAD_TYPES[kind])
    elif kind:
        reason = f"« {shown(kind, 40)} » is not a type of activity or object that is read"
        yield Refused(context.where, reason)
    else:
        yield Refused(context.where, f"{kind_of(value)} here is no activity: it has no type")


def _is_part(value: Any) -> bool:
    return kind_in(value) in _UNREAD_TYPES


def _is_index(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != {"links"}:
        return False
    links = value["links"]
    first = links[0] if isinstance(links, list) and links else None
    told = first.get("rel") if isinstance(first, dict) else None
    return isinstance(told, str) and "nodeinfo" in told


UNREAD = (
    nothing("activitystreams/part", "a part of other documents", _is_part),
    nothing("webfinger", "a webfinger answer", having("subject", "links")),
    nothing("nodeinfo", "a description of a server", having("version", "software", "protocols")),
    nothing("nodeinfo", "an index of a server's descriptions", _is_index),
)
