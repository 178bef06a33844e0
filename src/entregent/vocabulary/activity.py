"""Activities: what somebody did, in the words of ActivityStreams 2.0."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from entregent.vocabulary.errors import VocabularyError
from entregent.vocabulary.ids import relation_id
from entregent.vocabulary.objects import Object
from entregent.vocabulary.reading import (
    Json,
    optional_flag,
    optional_text,
    required_uri,
    shown,
    type_name,
    uri_of,
)
from entregent.vocabulary.times import aware, format_time, parse_time

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"
_PUBLIC_NAMES = frozenset({PUBLIC, "as:Public", "Public"})

NAMESPACE: Final = "https://entregent.example/ns#"
JSON_CONTEXT: Final = (
    "https://www.w3.org/ns/activitystreams",
    {"schema": "https://schema.org/", "entregent": NAMESPACE},
)

ACTIVITY_TYPES: Final = frozenset(
    {
        *("Accept", "Add", "Announce", "Arrive", "Block", "Create", "Delete", "Dislike", "Flag"),
        *("Follow", "Ignore", "Invite", "Join", "Leave", "Like", "Listen", "Move", "Offer"),
        *("Question", "Read", "Reject", "Remove", "TentativeAccept", "TentativeReject", "Travel"),
        *("Undo", "Update", "View"),
    }
)
OUR_TYPES: Final = frozenset(
    {"entregent:Call", "entregent:Change", "entregent:Meeting", "entregent:Promise"}
)
RELATIONS: Final = frozenset(
    {"Announce", "Block", "Dislike", "Follow", "Like", "schema:SubscribeAction"}
)
"""Types that hold or do not hold between an actor and an object: a second one changes nothing."""

_SYNONYMS = {"EmojiReact": "Like"}
_TRACES = frozenset({"Arrive", "Listen", "Read", "Travel", "View"})
_PARTS = ("target", "origin", "result", "instrument", "location")


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that one account did, as it was told; it never changes.

    Attributes
    ----------
    id
        URI at its origin; made by `entregent.vocabulary.ids` where the network gives none.
    type
        An ActivityStreams activity type, a ``schema:…Action``, or one of `OUR_TYPES`.
    source
        Connector instance that told it (CloudEvents ``source``).
    received_at
        When we learnt it; aware. Never mixed with `published`.
    dataschema
        Version of the mapping that made it, such as ``mastodon/1``.
    actor
        URI of the account that acted; None for an anonymous trace.
    object, target, origin, result, instrument, location
        What it was done to, and how.
    to, cc
        URIs of its audience; `PUBLIC` stands for everybody.
    content
        The emoji of a reaction; None for everything else.
    published
        When it was done; aware. None where the network does not say.
    voluntary
        True for speech meant to be heard, False for a trace (a visit, a scan, an order).
    legal_basis
        Why it may be kept, such as ``public`` or ``contract``.
    retain_until
        When it must be gone; aware; None where no platform or rule sets an end.
    """

    id: str
    type: str
    source: str
    received_at: datetime
    dataschema: str
    actor: str | None = None
    object: Object | None = None
    target: Object | None = None
    origin: Object | None = None
    result: Object | None = None
    instrument: Object | None = None
    location: Object | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    content: str | None = None
    published: datetime | None = None
    voluntary: bool = True
    legal_basis: str = ""
    retain_until: datetime | None = None

    def __post_init__(self) -> None:
        required_uri(self.id, "id")
        known_type(self.type)
        aware(self.received_at, "received_at")
        if self.published is not None:
            aware(self.published, "published")
        if self.retain_until is not None:
            aware(self.retain_until, "retain_until")

    @property
    def visibility(self) -> str:
        """``public``, ``unlisted``, ``followers``, ``direct``, or ``unknown`` without audience."""
        return visibility_of(self.to, self.cc)

    @classmethod
    def from_as2(
        cls,
        document: Json,
        *,
        source: str,
        received_at: datetime,
        dataschema: str,
        legal_basis: Callable[[tuple[str, ...], tuple[str, ...]], str] | None = None,
    ) -> "Activity":
        """Read an ActivityStreams activity.

        Parameters
        ----------
        document
            A JSON object. What it says of its own source, times of receipt and legal basis
            (``entregent:`` properties, as `to_as2` writes them) comes before the arguments.
        source, received_at, dataschema
            As in the class, where the document does not say.
        legal_basis
            Gives the basis from `to` and `cc`, where the document does not say.

        Notes
        -----
        Where the activity has no audience of its own, its object's counts: some servers write it
        only there.

        Raises
        ------
        VocabularyError
            If the type is unknown, an id cannot be told or made, a time has no zone, or a part of
            the model has the wrong shape. Properties outside the model are left aside.
        """
        get = document.get
        kind = type_name(get("type"), "type")
        kind = known_type(_SYNONYMS.get(kind, kind))
        actor = uri_of(get("actor") or get("attributedTo"), "actor")
        subject = get("object")
        about = Object.from_as2(subject) if subject is not None else None
        content = optional_text(get("content"), "content") if kind == "Like" else None
        to, cc = _audience(get("to"), "to"), _audience(get("cc"), "cc")
        if not to and not cc and isinstance(subject, Mapping):
            to = _audience(subject.get("to"), "object.to")
            cc = _audience(subject.get("cc"), "object.cc")
        more: dict[str, Any] = {
            name: Object.from_as2(document[name], name) for name in _PARTS if get(name)
        }
        published = get("published")
        if published is not None:
            more["published"] = parse_time(published, "published")
        basis = optional_text(get("entregent:legalBasis"), "entregent:legalBasis")
        if basis is None and legal_basis is not None:
            basis = legal_basis(to, cc)
        voluntary = optional_flag(get("entregent:voluntary"), "entregent:voluntary")
        told_at, until = get("entregent:receivedAt"), get("entregent:retainUntil")
        if until:
            more["retain_until"] = parse_time(until, "entregent:retainUntil")
        return cls(
            id=_id_of(get("id"), kind, actor, about, content),
            type=kind,
            actor=actor,
            object=about,
            to=to,
            cc=cc,
            content=content,
            source=optional_text(get("entregent:source"), "entregent:source") or source,
            received_at=parse_time(told_at, "entregent:receivedAt") if told_at else received_at,
            dataschema=optional_text(get("entregent:dataschema"), "entregent:dataschema")
            or dataschema,
            voluntary=is_voluntary(kind) if voluntary is None else voluntary,
            legal_basis=basis or "",
            **more,
        )

    def to_as2(self) -> dict[str, Any]:
        """The activity as ActivityStreams JSON, with its context; what is unknown is left out."""
        document: dict[str, Any] = {"@context": JSON_CONTEXT, "id": self.id, "type": self.type}
        if self.actor is not None:
            document["actor"] = self.actor
        for name in ("object", "target", "origin", "result", "instrument", "location"):
            part: Object | None = getattr(self, name)
            if part is not None:
                document[name] = part.to_as2()
        if self.to:
            document["to"] = list(self.to)
        if self.cc:
            document["cc"] = list(self.cc)
        if self.content is not None:
            document["content"] = self.content
        if self.published is not None:
            document["published"] = format_time(self.published)
        document["entregent:source"] = self.source
        document["entregent:receivedAt"] = format_time(self.received_at)
        document["entregent:dataschema"] = self.dataschema
        document["entregent:voluntary"] = self.voluntary
        document["entregent:legalBasis"] = self.legal_basis
        if self.retain_until is not None:
            document["entregent:retainUntil"] = format_time(self.retain_until)
        return document


def visibility_of(to: tuple[str, ...], cc: tuple[str, ...]) -> str:
    """Who an audience is: see `Activity.visibility`."""
    if PUBLIC in to:
        return "public"
    if PUBLIC in cc:
        return "unlisted"
    if not to and not cc:
        return "unknown"
    if any(uri.rstrip("/").endswith("/followers") for uri in (*to, *cc)):
        return "followers"
    return "direct"


def known_type(kind: str) -> str:
    """Return `kind` if it is a type of activity that the model has; refuse it otherwise."""
    if kind in ACTIVITY_TYPES or kind in OUR_TYPES:
        return kind
    if kind.startswith("schema:") and kind.endswith("Action"):
        return kind
    raise VocabularyError(f"« {shown(kind, 40)} » is not a type of activity", "type")


def is_voluntary(kind: str) -> bool:
    """Whether a type is speech or a deliberate act towards others, rather than a trace.

    Visits, readings, scans, check-ins, searches and orders are traces: their author was doing
    something else than talking to us.
    """
    return not (kind in _TRACES or kind.startswith("schema:"))


def _audience(value: object, where: str) -> tuple[str, ...]:
    if not value:
        return ()
    items = value if isinstance(value, list) else [value]
    found: dict[str, None] = {}
    for index, item in enumerate(items):
        if isinstance(item, str):
            uri = PUBLIC if item in _PUBLIC_NAMES else required_uri(item, f"{where}[{index}]")
            found[uri] = None
        elif isinstance(item, Mapping):
            named = uri_of(item, f"{where}[{index}]")
            if named is not None:
                found[named] = None
    return tuple(found)


def _id_of(
    given: object, kind: str, actor: str | None, about: Object | None, content: str | None
) -> str:
    if given is not None and given != "":
        return required_uri(given, "id")
    target = about.id if about is not None else None
    if target is not None and kind in RELATIONS and actor is not None:
        return relation_id(kind, actor, target, content or "")
    if target is not None and kind in {"Create", "Delete"}:
        return f"{target}#{kind.lower()}"
    raise VocabularyError("the id is missing, and nothing allows one to be made", "id")
