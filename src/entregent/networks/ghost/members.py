"""Members of a Ghost site: they subscribe to newsletters, leave them, and are removed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from entregent.networks.bases import CONSENT
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import items_of, mapping_in, text_in
from entregent.vocabulary import Account, Activity, Object, native_id, parse_time
from entregent.vocabulary.reading import Json, mapping, optional_text

SCHEMA: Final = "ghost/1"
SUBSCRIBE: Final = "schema:SubscribeAction"


def is_member_event(value: Any) -> bool:
    """Whether a value is the body of a webhook about a member."""
    if not isinstance(value, dict):
        return False
    member = value.get("member")
    return isinstance(member, dict) and {"current", "previous"} <= member.keys()


def read_member_event(value: Any, context: Context) -> Iterator[Outcome]:
    """Give what changed: subscriptions begun and ended, or the member gone.

    Ghost's ids are unique in the world, and the address that a webhook was sent to is ours, not
    the site's: a member is named by its id alone.
    """
    member = mapping_in(value, "member")
    current, previous = mapping_in(member, "current"), mapping_in(member, "previous")
    if not current:
        yield _gone(native_id("ghost", "member", text_in(previous, "id")), context)
        return
    uri = native_id("ghost", "member", text_in(current, "id"))
    opened = parse_time(current.get("created_at"), "member.current.created_at")
    account = Account(
        id=uri,
        type="Person",
        handle=optional_text(current.get("email"), "member.current.email") or "",
        name=optional_text(current.get("name"), "member.current.name") or "",
        created=opened,
        source=context.source,
        received_at=context.received_at,
    )
    now = _newsletters(current)
    begun, ended, moment = now, dict[str, str](), opened
    if previous:
        # An edit tells only what it changed.
        before = _newsletters(previous) if "newsletters" in previous else now
        moment = parse_time(current.get("updated_at"), "member.current.updated_at")
        begun = {key: name for key, name in now.items() if key not in before}
        ended = {key: name for key, name in before.items() if key not in now}
    # Whoever subscribes again after leaving begins anew.
    again = f"{int(moment.timestamp())}" if previous else ""
    activities = [
        _subscription(uri, key, name, moment, again, context) for key, name in begun.items()
    ]
    activities += [_ending(uri, key, moment, context) for key in ended]
    yield Taken(tuple(activities), (account,), native=uri, raw=value)


def _newsletters(member: Json) -> dict[str, str]:
    where = "member.newsletters"
    found: dict[str, str] = {}
    for index, item in enumerate(items_of(member.get("newsletters"), where)):
        letter = mapping(item, f"{where}[{index}]")
        found[text_in(letter, "id")] = optional_text(letter.get("name"), f"{where}.name") or ""
    return found


def _subscription(
    uri: str, key: str, name: str, moment: datetime, again: str, context: Context
) -> Activity:
    letter = Object(
        id=native_id("ghost", "newsletter", key), type="schema:Periodical", name=name or None
    )
    identity = f"{uri}:newsletter:{key}" + (f":{again}" if again else "")
    return _activity(identity, SUBSCRIBE, uri, letter, moment, context)


def _ending(uri: str, key: str, moment: datetime, context: Context) -> Activity:
    # Which subscription is undone is told by its type, actor and object.
    undone = Object(type=SUBSCRIBE, actor=uri, object=native_id("ghost", "newsletter", key))
    identity = f"{uri}:newsletter:{key}:{int(moment.timestamp())}:ended"
    return _activity(identity, "Undo", uri, undone, moment, context)


def _gone(uri: str, context: Context) -> Taken:
    # Neither the account nor the payload is kept: both hold the address of who has just left.
    gone = Object(id=uri, type="Person")
    deleted = _activity(f"{uri}#delete", "Delete", None, gone, None, context)
    return Taken((deleted,), native=uri, raw={"event": "member.deleted", "member": uri})


def _activity(
    identity: str,
    kind: str,
    actor: str | None,
    about: Object,
    moment: datetime | None,
    context: Context,
) -> Activity:
    return Activity(
        id=identity,
        type=kind,
        actor=actor,
        object=about,
        published=moment,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        # Asked for by the person, in so many words.
        voluntary=True,
        legal_basis=CONSENT,
    )
