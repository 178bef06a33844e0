"""Collections: outboxes, lists of followers, and their pages."""

from collections.abc import Iterator
from typing import Any

from entregent.networks.activitystreams.activities import (
    SCHEMA,
    is_activity,
    is_bare_object,
    kind_in,
    read_activity,
    read_object,
)
from entregent.networks.activitystreams.actors import count_of, is_actor, read_actor
from entregent.networks.activitystreams.unread import refuse_unknown
from entregent.networks.bases import INTERACTION
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import apart, each, refusal
from entregent.vocabulary import Activity, Object, VocabularyError, relation_id
from entregent.vocabulary.reading import uri_of

_TYPES = frozenset({"Collection", "CollectionPage", "OrderedCollection", "OrderedCollectionPage"})
_COUNTED = ("followers", "following", "outbox")


def is_collection(value: Any) -> bool:
    """Whether a value is a collection, or a page of one."""
    return kind_in(value) in _TYPES


def read_collection(value: Any, context: Context) -> Iterator[Outcome]:
    """Give each element on its own, and the count of a collection that counts something."""
    name, owner = _named(value), None
    try:
        owner = _owner_of(value, name)
    except VocabularyError as error:
        yield refusal(error, context)
    points = (
        count_of(owner, f"{name}.totalItems", value.get("totalItems"), context)
        if owner is not None and name
        else []
    )
    if points:
        yield Taken(points=tuple(points))

    def read_item(item: Any, inner: Context) -> Iterator[Outcome]:
        if isinstance(item, str):
            yield _relation(item, name, owner, inner)
        else:
            yield from read_element(item, inner)

    empty = not points
    for listed in ("orderedItems", "items"):
        given = value.get(listed)
        items = given if isinstance(given, list) or given is None else [given]
        for outcome in each(items, listed, context, read_item):
            empty = False
            yield outcome
    first = value.get("first")
    if isinstance(first, dict):
        # The first page repeats its collection's count, not its owner.
        page = {key: part for key, part in first.items() if key != "totalItems"}
        if owner is not None:
            page["attributedTo"] = owner
        for outcome in apart(page, "first", context, read_element):
            empty = False
            yield outcome
    if empty:
        yield Taken(nothing="a collection without elements or a count with a known time")


def read_element(item: Any, context: Context) -> Iterator[Outcome]:
    """Give what one element of a collection holds."""
    if is_activity(item):
        yield from read_activity(item, context)
    elif is_actor(item):
        yield from read_actor(item, context)
    elif is_bare_object(item):
        yield from read_object(item, context)
    elif is_collection(item):
        yield from read_collection(item, context)
    else:
        yield from refuse_unknown(item, context)


def _named(value: dict[str, Any]) -> str:
    """``followers``, ``following`` or ``outbox`` where the address ends in it; else empty."""
    for key in ("partOf", "id"):
        address = value.get(key)
        if isinstance(address, dict):
            address = address.get("id")
        if isinstance(address, str):
            last = address.partition("?")[0].rstrip("/").rpartition("/")[2]
            name = last.removesuffix(".json")
            if name in _COUNTED:
                return name
    return ""


def _owner_of(value: dict[str, Any], name: str) -> str | None:
    if value.get("attributedTo"):
        return uri_of(value["attributedTo"], "attributedTo")
    for key in ("partOf", "id"):
        address = value.get(key)
        if isinstance(address, str) and address.startswith(("http://", "https://")) and name:
            return address.partition("?")[0].rstrip("/").removesuffix(f"/{name}")
    # An export names its outbox after its file; everything in it is by the one who asked for it.
    items = value.get("orderedItems")
    if name == "outbox" and isinstance(items, list) and items and is_activity(items[0]):
        return uri_of(items[0].get("actor"), "orderedItems[0].actor")
    return None


def _relation(address: str, name: str, owner: str | None, context: Context) -> Taken:
    if owner is None or name not in {"followers", "following"}:
        return Taken(nothing="an address alone")
    pair = (address, owner) if name == "followers" else (owner, address)
    follow = Activity(
        id=relation_id("Follow", *pair),
        type="Follow",
        actor=uri_of(pair[0], ""),
        object=Object(id=uri_of(pair[1], "")),
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=INTERACTION,
    )
    return Taken((follow,), native=follow.id, raw=address)
