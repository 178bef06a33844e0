"""Events in a room: messages, edits, reactions and redactions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any, Final
from urllib.parse import quote

from entregent.networks.bases import DIRECT_MESSAGE, PUBLIC_SPEECH
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import text_in
from entregent.vocabulary import PUBLIC, Activity, Object, VocabularyError, native_id
from entregent.vocabulary.reading import Json, kind_of, mapping, optional_text, shown
from entregent.vocabulary.times import check_bounds

SCHEMA: Final = "matrix/1"
MESSAGE: Final = "m.room.message"
REACTION: Final = "m.reaction"
REDACTION: Final = "m.room.redaction"


def is_event(value: Any) -> bool:
    """Whether a value is an event of a room."""
    return (
        isinstance(value, dict)
        and {"type", "sender"} <= value.keys()
        and bool(value.keys() & {"content", "event_id"})
        and isinstance(value["type"], str)
    )


def read_event(value: Any, context: Context) -> Iterator[Outcome]:
    """Give what one event tells, in a room that is private as far as is known."""
    yield from event_in(value, room=None, public=False, context=context)


def event_in(
    value: Any, *, room: str | None, public: bool, context: Context, removed: str = MESSAGE
) -> Iterator[Outcome]:
    """Give what one event tells.

    Parameters
    ----------
    room
        The room's id, where the document tells it apart from the event.
    public
        Whether anybody may join the room.
    removed
        Type of the event that a redaction removes, as far as the document tells.
    """
    event = mapping(value, "")
    kind = text_in(event, "type")
    if kind not in {MESSAGE, REACTION, REDACTION}:
        told = "an encrypted message" if kind == "m.room.encrypted" else "an event of type"
        yield Taken(nothing=told if told.endswith("message") else f"{told} {shown(kind, 60)}")
        return
    place = event.get("room_id") if isinstance(event.get("room_id"), str) else room
    audience = _Audience(place, public=public, context=context)
    if kind == REDACTION:
        yield Taken(
            (_removal(event, removed, audience),), native=_target(event), raw=_wordless(event)
        )
        return
    uri = event_uri(text_in(event, "event_id"))
    unsigned = event.get("unsigned")
    because = unsigned.get("redacted_because") if isinstance(unsigned, dict) else None
    content = mapping(event.get("content"), "content")
    if kind == MESSAGE:
        yield Taken((_message(event, content, uri, audience),), native=uri, raw=value)
    elif content:
        yield Taken((_reaction(event, content, uri, audience),), native=uri, raw=value)
    if isinstance(because, dict):
        redaction = {"redacts": event["event_id"], **because}
        removal = _removal(redaction, kind, audience)
        yield Taken((removal,), native=uri, raw=_wordless(redaction))
    elif kind == REACTION and not content:
        yield Taken(nothing="a reaction that was taken back")


def event_uri(event: str) -> str:
    """URI of an event; its id is unique in the world, whatever the room."""
    return native_id("matrix", "event", event)


def user_uri(user: str) -> str:
    """URI of a user, as Matrix writes it.

    Examples
    --------
    >>> user_uri("@alice:maison.example")
    'matrix:u/alice:maison.example'
    """
    name, colon, server = user.removeprefix("@").partition(":")
    if not user.startswith("@") or not name or not colon or not server:
        raise VocabularyError(
            f"« {shown(user, 40)} » is not a user such as @alice:server", "sender"
        )
    return f"matrix:u/{quote(name, safe='')}:{quote(server, safe=':.[]-')}"


class _Audience:
    """Who reads a room, and when and where its activities were learnt."""

    def __init__(self, room: str | None, *, public: bool, context: Context) -> None:
        self.room = native_id("matrix", "room", room) if room else None
        self.context = context
        unknown = native_id("matrix", context.server or "unknown", "room")
        self.to = (PUBLIC,) if public else (self.room or unknown,)
        self.cc = (self.room,) if public and self.room else ()
        self.basis = PUBLIC_SPEECH if public else DIRECT_MESSAGE

    def activity(self, event: Json, identity: str, kind: str, about: Object) -> Activity:
        return Activity(
            id=identity,
            type=kind,
            actor=user_uri(text_in(event, "sender")),
            object=about,
            to=self.to,
            cc=self.cc,
            published=_moment(event),
            source=self.context.source,
            received_at=self.context.received_at,
            dataschema=SCHEMA,
            legal_basis=self.basis,
        )


def _moment(event: Json) -> datetime:
    told = event.get("origin_server_ts")
    if type(told) is not int or not 0 <= told < 2**53:
        raise VocabularyError(
            f"a time in milliseconds was expected, not {kind_of(told)}", "origin_server_ts"
        )
    try:
        moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=told)
    except OverflowError:
        raise VocabularyError("not a time that exists", "origin_server_ts") from None
    return check_bounds(moment, "origin_server_ts")


def _message(event: Json, content: Json, uri: str, audience: _Audience) -> Activity:
    relation = content.get("m.relates_to")
    related = relation if isinstance(relation, dict) else {}
    moment = _moment(event)
    if related.get("rel_type") == "m.replace":
        edited = event_uri(text_in(related, "event_id"))
        fresh = mapping(content.get("m.new_content", content), "content.m.new_content")
        note = _note(event, fresh, edited, audience, updated=moment)
        return audience.activity(event, uri, "Update", note)
    above = related.get("m.in_reply_to")
    parent = event_uri(text_in(above, "event_id")) if isinstance(above, dict) and above else None
    note = _note(event, content, uri, audience, parent=parent)
    return audience.activity(event, f"{uri}#create", "Create", note)


def _note(
    event: Json,
    content: Json,
    uri: str,
    audience: _Audience,
    *,
    parent: str | None = None,
    updated: datetime | None = None,
) -> Object:
    html = content.get("formatted_body")
    if not isinstance(html, str) or content.get("format") != "org.matrix.custom.html":
        body = optional_text(content.get("body"), "content.body")
        html = escape(body, quote=False).replace("\n", "<br>") if body is not None else None
    return Object(
        id=uri,
        type="Note",
        content=optional_text(html, "content.formatted_body"),
        attributed_to=user_uri(text_in(event, "sender")),
        in_reply_to=parent,
        context=audience.room,
        published=_moment(event) if updated is None else None,
        updated=updated,
    )


def _reaction(event: Json, content: Json, uri: str, audience: _Audience) -> Activity:
    related = mapping(content.get("m.relates_to"), "content.m.relates_to")
    target = Object(id=event_uri(text_in(related, "event_id")))
    like = audience.activity(event, uri, "Like", target)
    emoji = optional_text(related.get("key"), "content.m.relates_to.key") or None
    return Activity(
        id=like.id,
        type=like.type,
        actor=like.actor,
        object=target,
        to=like.to,
        cc=like.cc,
        content=emoji,
        published=like.published,
        source=like.source,
        received_at=like.received_at,
        dataschema=like.dataschema,
        legal_basis=like.legal_basis,
    )


def _target(redaction: Json) -> str:
    content = redaction.get("content")
    inner = content.get("redacts") if isinstance(content, dict) else None
    named = redaction.get("redacts") or inner
    if not isinstance(named, str) or not named:
        raise VocabularyError("what is redacted is missing", "redacts")
    return event_uri(named)


def _wordless(redaction: Json) -> dict[str, Any]:
    # The reason given for a redaction may repeat what was redacted.
    return {name: part for name, part in redaction.items() if name != "content"}


def _removal(redaction: Json, kind: str, audience: _Audience) -> Activity:
    identity = event_uri(text_in(redaction, "event_id"))
    target = _target(redaction)
    if kind == REACTION:
        return audience.activity(redaction, identity, "Undo", Object(id=target, type="Like"))
    gone = Object(id=target, type="Tombstone", former_type="Note", deleted=_moment(redaction))
    return audience.activity(redaction, identity, "Delete", gone)
