"""Keys: what makes two activities the same one.

A post told by two sources is one `Create`: its key is made of the object. A like is one relation
between an actor and an object, whatever id each server gave it. The rest is known by its id.
"""

from datetime import datetime
from functools import lru_cache
from typing import Final

from entregent.vocabulary import ACCOUNT_TYPES, Activity, Object, key64
from entregent.vocabulary.activity import RELATIONS

MOST_NAMED: Final = 1_000
"""Keys that a question of the record names one by one, at most."""
_OF_OBJECT = {"Create": 0x43726561746500, "Delete": 0x44656C65746500}
"""An object is created once and deleted once: the object's key, turned by a constant, tells it."""


def activity_key(activity: Activity) -> int:
    """Key of an activity: the same for the same deed, whoever told it."""
    about = activity.object
    target = about.id if about is not None else None
    if about is None or target is None:
        return id_key(activity.id)
    kind = activity.type
    if kind in _OF_OBJECT:
        return object_key(target) ^ _OF_OBJECT[kind]
    if kind == "Update":
        version = about.updated or activity.published
        return key64(kind, target, str(milliseconds(version))) if version else id_key(activity.id)
    if kind in RELATIONS and activity.actor is not None:
        return relation_key(kind, activity.actor, target, activity.content)
    return id_key(activity.id)


def created_key(subject: int) -> int:
    """Key of the `Create` of an object, by the object's key."""
    return subject ^ _OF_OBJECT["Create"]


def relation_key(kind: str, actor: str, target: str, content: str | None) -> int:
    """Key of a like, share, follow or block; an emoji makes a reaction of its own."""
    return key64(kind, actor, target, content or "")


def id_key(uri: str) -> int:
    """Key of an activity that only its id tells apart."""
    return key64("id", uri)


@lru_cache(maxsize=8192)
def object_key(uri: str) -> int:
    """Key of what an activity is about, and of the raw payload that told it."""
    return key64("object", uri)


def undone_key(about: Object) -> int | None:
    """Key of the activity that an `Undo` takes back; None where it cannot be told."""
    if about.type in RELATIONS and about.actor is not None and about.object is not None:
        return relation_key(about.type, about.actor, about.object, about.content)
    return id_key(about.id) if about.id is not None else None


def deletes_account(activity: Activity) -> bool:
    """Whether a `Delete` closes a whole account rather than one object."""
    about = activity.object
    if activity.type != "Delete" or about is None:
        return False
    return about.type in ACCOUNT_TYPES or (about.id is not None and about.id == activity.actor)


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970; sources differ below that."""
    return int(moment.timestamp() * 1000)
