"""Timelines: the events of one room, or of all rooms that we are in."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from entregent.networks.matrix.events import MESSAGE, REACTION, REDACTION, event_in, is_event
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import apart, each, items_of
from entregent.vocabulary.reading import Json, mapping, shown

_LISTS = ("events", "chunk")


def is_timeline(value: Any) -> bool:
    """Whether a value holds events of one room, as ``/messages`` and a timeline do."""
    if not isinstance(value, dict):
        return False
    for name in _LISTS:
        events = value.get(name)
        if isinstance(events, list) and events:
            return is_event(events[0])
    return bool(value.keys() & {"next_batch", "prev_batch"}) and "rooms" not in value


def is_sync(value: Any) -> bool:
    """Whether a value is the answer of ``/sync``."""
    return (
        isinstance(value, dict) and "next_batch" in value and isinstance(value.get("rooms"), dict)
    )


def read_timeline(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the events of one room, whose id only the events themselves may tell."""
    yield from _events(value, None, context)


def read_sync(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the events of every room that we are in or have left."""
    empty = True
    for state in ("join", "leave"):
        rooms = value["rooms"].get(state)
        if not isinstance(rooms, dict):
            continue
        for room, inside in rooms.items():
            empty = False
            read_one = partial(_room, room)
            yield from apart(inside, f"rooms.{state}.{shown(room, 40)}", context, read_one)
    if empty:
        yield Taken(nothing="a timeline without events")


def _room(room: str, value: Any, context: Context) -> Iterator[Outcome]:
    inside = mapping(value, "")
    state = inside.get("state")
    before = items_of(state.get("events"), "state.events") if isinstance(state, dict) else []
    timeline = mapping(inside.get("timeline", {}), "timeline")
    yield from _events(timeline, room, context, before)


def _events(
    value: Json, room: str | None, context: Context, before: list[Any] | None = None
) -> Iterator[Outcome]:
    name = next((name for name in _LISTS if name in value), "events")
    events = items_of(value.get(name), name)
    public = _is_public([*(before or []), *events])
    reactions = {
        event["event_id"]
        for event in events
        if isinstance(event, dict) and event.get("type") == REACTION
        if isinstance(event.get("event_id"), str)
    }
    if not events:
        yield Taken(nothing="a timeline without events")

    def read_one(item: Any, inner: Context) -> Iterator[Outcome]:
        removed = REACTION if _redacted(item) in reactions else MESSAGE
        yield from event_in(item, room=room, public=public, context=inner, removed=removed)

    yield from each(events, name, context, read_one)


def _redacted(event: Any) -> str | None:
    if not isinstance(event, dict) or event.get("type") != REDACTION:
        return None
    named = event.get("redacts")
    return named if isinstance(named, str) else None


def _is_public(events: list[Any]) -> bool:
    """Whether the last rule about who may join says everybody."""
    rule: Any = None
    for event in events:
        if isinstance(event, dict) and event.get("type") == "m.room.join_rules":
            content = event.get("content")
            rule = content.get("join_rule") if isinstance(content, dict) else None
    return bool(rule == "public")
