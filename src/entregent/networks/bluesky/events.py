"""Repository events: the firehose, decoded, and Jetstream."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from entregent.networks.bases import PUBLIC_SPEECH
from entregent.networks.bluesky.identifiers import did_in, parse_datetime, uri_in
from entregent.networks.bluesky.records import (
    POST,
    SCHEMA,
    activity_of_record,
    removal_of,
    update_of,
)
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import each
from entregent.vocabulary import Account, Activity, Object, VocabularyError
from entregent.vocabulary.reading import Json, kind_of, mapping, optional_text, shown
from entregent.vocabulary.times import check_bounds


def is_frame(value: Any) -> bool:
    """Whether a value is an event of the firehose, decoded."""
    return isinstance(value, dict) and "seq" in value and ("ops" in value or "did" in value)


def is_frames_by_name(value: Any) -> bool:
    """Whether a value is an object of lists of events."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            isinstance(part, list) and bool(part) and is_frame(part[0]) for part in value.values()
        )
    )


def is_jetstream(value: Any) -> bool:
    """Whether a value is an event of Jetstream."""
    return isinstance(value, dict) and {"did", "time_us", "kind"} <= value.keys()


def read_frame(value: Any, context: Context) -> Iterator[Outcome]:
    """Give what one event of the firehose tells."""
    frame = mapping(value, "")
    if "ops" in frame:
        yield from _commit(frame, context)
    elif isinstance(frame.get("active"), bool):
        yield _account_event(frame, context)
    else:
        yield _identity(frame, context)


def read_frames_by_name(value: Any, context: Context) -> Iterator[Outcome]:
    """Give what each event of each list tells."""
    for name, frames in value.items():
        yield from each(frames, shown(name, 40), context, read_frame)


def read_jetstream(value: Any, context: Context) -> Iterator[Outcome]:
    """Give what one event of Jetstream tells."""
    did, kind = did_in(value.get("did"), "did"), value.get("kind")
    if kind == "commit":
        commit = mapping(value.get("commit"), "commit")
        operation = {
            "action": commit.get("operation"),
            "path": f"{commit.get('collection')}/{commit.get('rkey')}",
            "record": commit.get("record"),
        }
        moment = _microseconds(value.get("time_us"))
        yield from _operation(operation, did, moment, context, raw=value)
    elif kind == "account":
        yield _account_event(mapping(value.get("account"), "account"), context)
    elif kind == "identity":
        yield _identity(mapping(value.get("identity"), "identity"), context)
    else:
        yield Taken(nothing="an event of a kind that tells nothing of what people do")


def _commit(frame: Json, context: Context) -> Iterator[Outcome]:
    did = did_in(frame.get("repo"), "repo")
    moment = parse_datetime(frame.get("time"), "time")

    def read_one(item: Any, inner: Context) -> Iterator[Outcome]:
        yield from _operation(mapping(item, ""), did, moment, inner, raw=item)

    if not frame["ops"]:
        yield Taken(nothing="a commit without operations")
    yield from each(frame["ops"], "ops", context, read_one)


def _operation(
    operation: Json, did: str, moment: datetime, context: Context, *, raw: Any
) -> Iterator[Outcome]:
    path, action, record = operation.get("path"), operation.get("action"), operation.get("record")
    uri = uri_in(f"at://{did}/{path}" if isinstance(path, str) else path, "path")
    if action == "delete":
        removal = removal_of(uri, moment, context)
        if removal is None:
            yield Taken(nothing=f"the removal of a record of type {shown(uri.split('/')[3], 100)}")
        else:
            yield Taken((removal,), native=uri, raw=raw)
    elif action not in ("create", "update"):
        raise VocabularyError("the action is none of create, update, delete", "action")
    elif record is None:
        yield Taken(nothing="a change whose record was not decoded")
    else:
        written = mapping(record, "record")
        if action == "update" and written.get("$type") == POST:
            update = update_of(uri, written, moment, context)
            yield Taken((update,), native=uri, raw=raw)
        else:
            yield from activity_of_record(uri, written, context, raw=raw)


def _account_event(event: Json, context: Context) -> Taken:
    """The account has gone, or is back: a `Delete`, or the `Undo` of one.

    The event says since when, not which earlier event it takes back: the `Undo` names the
    deletion by its type, actor and object.
    """
    did = did_in(event.get("did"), "did")
    sequence = event.get("seq")
    if type(sequence) is not int:
        raise VocabularyError(f"a number was expected, not {kind_of(sequence)}", "seq")
    moment = parse_datetime(event.get("time"), "time")
    active = event.get("active") is True
    activity = Activity(
        id=f"{did}#account-{sequence}",
        type="Undo" if active else "Delete",
        actor=did,
        object=Object(type="Delete", actor=did, object=did)
        if active
        else Object(id=did, type="Person", deleted=moment),
        published=moment,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=PUBLIC_SPEECH,
    )
    return Taken((activity,), native=activity.id, raw=dict(event))


def _identity(event: Json, context: Context) -> Taken:
    handle = optional_text(event.get("handle"), "handle")
    if not handle:
        return Taken(nothing="an event that does not say what changed")
    account = Account(
        id=did_in(event.get("did"), "did"),
        type="Person",
        handle=handle,
        source=context.source,
        received_at=context.received_at,
    )
    return Taken(accounts=(account,), native=account.id, raw=dict(event))


def _microseconds(value: object) -> datetime:
    if type(value) is not int or not 0 <= value < 2**53:
        raise VocabularyError("not a time in microseconds", "time_us")
    return check_bounds(datetime.fromtimestamp(0, UTC) + timedelta(microseconds=value), "time_us")
