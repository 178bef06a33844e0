"""Activities as they are delivered, and objects that come without one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from entregent.networks.bases import basis_of_act, basis_of_speech
from entregent.networks.reading import Context, Outcome, Taken
from entregent.vocabulary import ACCOUNT_TYPES, Account, Activity, Object, VocabularyError
from entregent.vocabulary.activity import ACTIVITY_TYPES, OUR_TYPES
from entregent.vocabulary.reading import type_name

SCHEMA: Final = "activitystreams/1"
OBJECT_TYPES: Final = frozenset(
    {"Article", "Audio", "Event", "Image", "Note", "Page", "Question", "Tombstone", "Video"}
)
_SPEECH: Final = frozenset({"Announce", "Create", "Update"})
_ABOUT_AN_OBJECT: Final = frozenset({"Create", "Delete", "Undo", "Update"})
# A poll is an activity by the standard and an object in the world.
_PLAIN_ACTIVITIES: Final = (ACTIVITY_TYPES | OUR_TYPES | {"EmojiReact"}) - {"Question"}


def kind_in(value: Any) -> str:
    """Type of a JSON object, its known namespaces shortened; empty where it has none."""
    if not isinstance(value, dict):
        return ""
    given = value.get("type")
    if given is None:
        return ""
    try:
        return type_name(given, "type")
    except VocabularyError:
        return ""


def is_activity(value: Any) -> bool:
    """Whether a value is an activity."""
    kind = kind_in(value)
    if kind in _PLAIN_ACTIVITIES:
        return True
    if kind == "Question":
        return "actor" in value
    return kind.startswith("schema:") and kind.endswith("Action")


def is_bare_object(value: Any) -> bool:
    """Whether a value is a note, an article or the like, without the activity that made it."""
    # Who is told apart from other networks' objects that have a type by the mark of ActivityPub.
    return kind_in(value) in OBJECT_TYPES and (
        "attributedTo" in value or "@context" in value or kind_in(value) == "Tombstone"
    )


def read_activity(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the activity, and the account that it holds where it holds one."""
    kind = kind_in(value)
    activity = Activity.from_as2(
        value,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=basis_of_speech if kind in _SPEECH else basis_of_act,
    )
    about = activity.object
    kind = activity.type
    if about is None:
        yield Taken((activity,), _accounts_in(value, context), native=activity.id, raw=value)
        return
    if kind == "Create" and activity.published is None and about.published is not None:
        activity = replace(activity, published=about.published)
    elif kind == "Delete" and about.type is None and about.id == activity.actor:
        # An account that deletes itself names only its address.
        activity = replace(activity, object=replace(about, type="Person"))
    native = about.id if kind in _ABOUT_AN_OBJECT and about.id is not None else activity.id
    yield Taken((activity,), _accounts_in(value, context), native=native, raw=value)


def read_object(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the `Create` that an object without one must have had."""
    about = Object.from_as2(value)
    if about.id is None:
        raise VocabularyError("the id is missing", "id")
    made: dict[str, Any] = {"object": value, "actor": value.get("attributedTo")}
    if about.type == "Tombstone":
        made |= {"type": "Delete", "published": value.get("deleted")}
    else:
        made |= {"type": "Create", "published": value.get("published")}
    yield from read_activity(made | {"id": f"{about.id}#{made['type'].lower()}"}, context)


def _accounts_in(value: dict[str, Any], context: Context) -> tuple[Account, ...]:
    # Only whole actors tell anything; most activities name theirs by address.
    actor, about = value.get("actor"), value.get("object")
    return tuple(
        Account.from_as2(part, source=context.source, received_at=context.received_at)
        for part in (actor, about)
        if isinstance(part, dict) and kind_in(part) in ACCOUNT_TYPES and kind_in(value) != "Delete"
    )
