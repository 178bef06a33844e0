"""Records: posts, likes, reposts and follows as their authors write them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from entregent.networks.bases import PUBLIC_SPEECH
from entregent.networks.bluesky.embeds import attachments_of, quoted_by
from entregent.networks.bluesky.identifiers import address_in, created_at, did_in, uri_in
from entregent.networks.bluesky.text import html_of
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import items_of, mapping_in
from entregent.vocabulary import PUBLIC, Account, Activity, Object, Tag, VocabularyError
from entregent.vocabulary.reading import Json, language_tag, mapping, optional_text, shown

SCHEMA: Final = "bluesky/1"
POST: Final = "app.bsky.feed.post"
PROFILE: Final = "app.bsky.actor.profile"
RELATIONS: Final = {
    "app.bsky.feed.like": "Like",
    "app.bsky.feed.repost": "Announce",
    "app.bsky.graph.follow": "Follow",
}


def is_record(value: Any) -> bool:
    """Whether a value is a record with its address, as `getRecord` and `listRecords` give it."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("uri"), str)
        and isinstance(value.get("value"), dict)
        and "$type" in value["value"]
    )


def read_record(value: Any, context: Context) -> Iterator[Outcome]:
    """Give what a record with its address holds."""
    yield from activity_of_record(value.get("uri"), value["value"], context, raw=value)


def activity_of_record(
    address: object, record: Json, context: Context, *, raw: Any, view: object = None
) -> Iterator[Outcome]:
    """Give the activity that a record stands for.

    Parameters
    ----------
    address
        At-address of the record.
    record
        As its author wrote it.
    raw
        What is kept as the raw payload.
    view
        The embed as the network shows it, which knows where pictures are; None if unknown.
    """
    kind = record.get("$type")
    if kind == POST:
        uri = uri_in(address, "uri")
        yield Taken((post_of(uri, record, context, view),), native=uri, raw=raw)
    elif isinstance(kind, str) and kind in RELATIONS:
        uri = uri_in(address, "uri")
        yield Taken((_relation(uri, RELATIONS[kind], record, context),), native=uri, raw=raw)
    elif kind == PROFILE:
        account = _profile(did_in(address_in(address, "uri").authority, "uri"), record, context)
        yield Taken(accounts=(account,), native=account.id, raw=raw)
    elif isinstance(kind, str) and kind:
        yield Taken(nothing=f"a record of type {shown(kind, 100)}")
    else:
        raise VocabularyError("a record without a $type", "value.$type")


def post_of(uri: str, record: Json, context: Context, view: object = None) -> Activity:
    """The `Create` of a post."""
    text = optional_text(record.get("text"), "record.text") or ""
    html, tags = html_of(text, record.get("facets"))
    moment = created_at(record.get("createdAt"), uri, "record.createdAt")
    author = address_in(uri, "uri").authority
    parent, root = _reply_of(record)
    note = Object(
        id=uri,
        type="Note",
        content=html,
        language=_language_of(record),
        attributed_to=_account_uri(author),
        in_reply_to=parent,
        # A post that answers nothing is the root of its own conversation.
        context=root or parent or uri,
        quote=quoted_by(record.get("embed"), view),
        published=moment,
        attachment=attachments_of(record.get("embed"), view),
        tag=tuple(dict.fromkeys((*tags, *_own_tags(record)))),
    )
    return _activity(f"{uri}#create", "Create", _account_uri(author), note, moment, context)


def update_of(uri: str, record: Json, moment: datetime, context: Context) -> Activity:
    """The `Update` of a post that was written anew at `moment`."""
    created = post_of(uri, record, context)
    assert created.object is not None
    return replace(
        created,
        id=f"{uri}#updated-{int(moment.timestamp() * 1000)}",
        type="Update",
        object=replace(created.object, updated=moment),
        published=moment,
    )


def removal_of(uri: str, moment: datetime | None, context: Context) -> Activity | None:
    """What the removal of a record means: a `Delete`, an `Undo`, or nothing that is kept."""
    author, collection, _ = address_in(uri, "path")
    actor = _account_uri(author)
    if collection == POST:
        gone = Object(id=uri, type="Tombstone", former_type="Note", deleted=moment)
        return _activity(f"{uri}#delete", "Delete", actor, gone, moment, context)
    kind = RELATIONS.get(collection)
    if kind is None:
        return None
    undone = Object(id=uri, type=kind, actor=actor)
    return _activity(f"{uri}#undo", "Undo", actor, undone, moment, context)


def _relation(uri: str, kind: str, record: Json, context: Context) -> Activity:
    if kind == "Follow":
        target = did_in(record.get("subject"), "record.subject")
    else:
        subject = mapping(record.get("subject"), "record.subject")
        target = uri_in(subject.get("uri"), "record.subject.uri")
    moment = created_at(record.get("createdAt"), uri, "record.createdAt")
    actor = _account_uri(address_in(uri, "uri").authority)
    return _activity(uri, kind, actor, Object(id=target), moment, context)


def _activity(
    identity: str, kind: str, actor: str, about: Object, moment: datetime | None, context: Context
) -> Activity:
    return Activity(
        id=identity,
        type=kind,
        actor=actor,
        object=about,
        to=(PUBLIC,),
        published=moment,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=PUBLIC_SPEECH,
    )


def _account_uri(authority: str) -> str:
    # Addresses written with a handle are rare; the handle then is all that is known.
    return authority if authority.startswith("did:") else f"at://{authority}"


def _reply_of(record: Json) -> tuple[str | None, str | None]:
    if record.get("reply") is None:
        return None, None
    reply = mapping_in(record, "reply")
    parent = uri_in(mapping(reply.get("parent"), "reply.parent").get("uri"), "reply.parent.uri")
    root = mapping(reply.get("root"), "reply.root").get("uri")
    return parent, uri_in(root, "reply.root.uri")


def _language_of(record: Json) -> str | None:
    # A post in several languages tells nothing of the one that each sentence is in.
    langs = [lang for lang in items_of(record.get("langs"), "record.langs") if lang]
    return language_tag(langs[0]) if len(langs) == 1 else None


def _own_tags(record: Json) -> tuple[Tag, ...]:
    words = items_of(record.get("tags"), "record.tags")
    kept = (word for word in words if isinstance(word, str) and word.isprintable())
    return tuple(Tag("Hashtag", "", f"#{word}") for word in kept)


def _profile(did: str, record: Json, context: Context) -> Account:
    return Account(
        id=did,
        type="Person",
        name=optional_text(record.get("displayName"), "record.displayName") or "",
        summary=html_of(optional_text(record.get("description"), "record.description") or "", None)[
            0
        ],
        source=context.source,
        received_at=context.received_at,
    )
