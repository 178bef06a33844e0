"""Statuses: posts, replies, quotes, private messages, and the reposts that wrap them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from entregent.networks.bases import basis_of_act, basis_of_speech
from entregent.networks.mastodon.accounts import (
    SCHEMA,
    account_of,
    account_uri,
    points_of,
)
from entregent.networks.mastodon.known import Known, alias_of, is_status, local_id
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import apart, items_of, mapping_in, text_in
from entregent.vocabulary import (
    PUBLIC,
    Activity,
    Attachment,
    Object,
    Tag,
    VocabularyError,
    parse_time,
)
from entregent.vocabulary.reading import (
    Json,
    language_tag,
    mapping,
    optional_text,
    required_uri,
    shown,
    uri_of,
)

_MEDIA: Final = {"audio": "Audio", "gifv": "Video", "image": "Image", "video": "Video"}
_ONE_STATUS = re.compile(r"/api/v\d+/statuses/([^/]+)")
_HISTORY = re.compile(r"/api/v\d+/statuses/([^/]+)/history")

Audience = tuple[tuple[str, ...], tuple[str, ...]]


def read_status(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give what a status holds: its own words, what it quotes, or whom it reposts."""
    status = mapping(value, "")
    if context.method == "DELETE" and _ONE_STATUS.fullmatch(context.path):
        yield _removal(status, context, known)
        return
    inner = status.get("reblog")
    if isinstance(inner, dict):
        yield from apart(inner, "reblog", context, lambda v, c: read_status(v, c, known))
        yield _repost(status, inner, context, known)
        return
    created = create_of(status, context, known)
    author = mapping_in(status, "account")
    assert created.object is not None
    uri = str(created.object.id)
    yield Taken(
        (created,),
        (account_of(author, context),),
        points_of(author, context),
        alias_of(status, uri, context),
        native=uri,
        raw=value,
    )
    quoted = _quoted_status(status)
    if quoted is not None:
        yield from apart(quoted, "quote", context, lambda v, c: read_status(v, c, known))


def create_of(status: Json, context: Context, known: Known) -> Activity:
    """The `Create` of a status, with its newest text."""
    uri = required_uri(status.get("uri"), "uri")
    author = account_uri(mapping_in(status, "account"))
    moment = parse_time(status.get("created_at"), "created_at")
    edited = status.get("edited_at")
    parent = local_id(status.get("in_reply_to_id"), "in_reply_to_id")
    mentioned = known.mentioned(status, context)
    note = Object(
        id=uri,
        type="Note",
        summary=optional_text(status.get("spoiler_text"), "spoiler_text") or None,
        content=optional_text(status.get("content"), "content"),
        language=language_tag(status.get("language")),
        url=uri_of(status.get("url"), "url"),
        attributed_to=author,
        in_reply_to=known.status_uri(parent, context) if parent is not None else None,
        context=known.root_of(status, context),
        quote=_quote_of(status, context, known),
        published=moment,
        updated=parse_time(edited, "edited_at") if edited else None,
        attachment=_attachments_of(status),
        tag=_tags_of(status, mentioned),
    )
    to, cc = audience_of(status, author, tuple(mentioned))
    return Activity(
        id=f"{uri}#create",
        type="Create",
        actor=author,
        object=note,
        to=to,
        cc=cc,
        published=moment,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=basis_of_speech(to, cc),
    )


def audience_of(status: Json, author: str, mentioned: tuple[str, ...]) -> Audience:
    """``to`` and ``cc`` that a status's visibility stands for.

    Raises
    ------
    VocabularyError
        If the visibility is not known: whether it is private cannot be guessed.
    """
    visibility, followers = text_in(status, "visibility"), f"{author.rstrip('/')}/followers"
    if visibility == "public":
        return (PUBLIC,), (followers, *mentioned)
    if visibility == "unlisted":
        return (followers,), (PUBLIC, *mentioned)
    if visibility in {"private", "local"}:
        return (followers,), mentioned
    if visibility in {"direct", "limited"}:
        # A message that names nobody is for its author alone, and as private as any.
        return (mentioned or (author,)), ()
    raise VocabularyError(
        f"« {shown(visibility, 40)} » is not a visibility that is known", "visibility"
    )


def is_history(value: Any) -> bool:
    """Whether a value is the list of a status's revisions."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(item, dict)
            and {"account", "content", "created_at", "spoiler_text"} <= item.keys()
            and not is_status(item)
            and "id" not in item
            for item in value
        )
    )


def read_history(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give an `Update` for each revision after the first, where the status is known."""
    place = _HISTORY.fullmatch(context.path)
    status = known.statuses.get((context.server, place[1])) if place is not None else None
    if status is None:
        yield Taken(nothing="the revisions of a post whose address is not told")
        return
    if len(value) == 1:
        yield Taken(nothing="the revisions of a post that was not edited")

    def read_one(item: Any, inner: Context) -> Iterator[Outcome]:
        yield _revision(item, status, inner, known)

    for index, item in enumerate(value[1:], start=1):
        yield from apart(item, f"[{index}]", context, read_one)


def _revision(revision: Json, status: Json, context: Context, known: Known) -> Taken:
    created = create_of(status, context, known)
    moment = parse_time(revision.get("created_at"), "created_at")
    assert created.object is not None
    note = replace(
        created.object,
        content=optional_text(revision.get("content"), "content"),
        summary=optional_text(revision.get("spoiler_text"), "spoiler_text") or None,
        attachment=_attachments_of(revision),
        updated=moment,
    )
    update = replace(
        created,
        id=f"{note.id}#updated-{int(moment.timestamp() * 1000)}",
        type="Update",
        object=note,
        published=moment,
    )
    return Taken((update,), native=str(note.id), raw=revision)


def _repost(wrapper: Json, inner: Json, context: Context, known: Known) -> Taken:
    uri = required_uri(wrapper.get("uri"), "uri")
    author = mapping_in(wrapper, "account")
    actor = account_uri(author)
    to, cc = audience_of(wrapper, actor, ())
    announce = Activity(
        id=uri,
        type="Announce",
        actor=actor,
        object=Object(id=required_uri(inner.get("uri"), "reblog.uri")),
        to=to,
        cc=cc,
        published=parse_time(wrapper.get("created_at"), "created_at"),
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=basis_of_act(to, cc),
    )
    # The words inside belong to the post that is shared, and are kept with it alone.
    kept = {name: part for name, part in wrapper.items() if name != "reblog"}
    return Taken(
        (announce,),
        (account_of(author, context),),
        points_of(author, context),
        alias_of(wrapper, uri, context),
        native=uri,
        raw=kept,
    )


def _removal(status: Json, context: Context, known: Known) -> Taken:
    uri = required_uri(status.get("uri"), "uri")
    author = mapping_in(status, "account")
    actor = account_uri(author)
    inner = status.get("reblog")
    if isinstance(inner, dict):
        kind, identity = "Undo", f"{uri}#undo"
        about = Object(
            id=uri, type="Announce", actor=actor, object=uri_of(inner.get("uri"), "reblog")
        )
    else:
        kind, identity = "Delete", f"{uri}#delete"
        about = Object(id=uri, type="Tombstone", former_type="Note")
    to, cc = audience_of(status, actor, tuple(known.mentioned(status, context)))
    removal = Activity(
        id=identity,
        type=kind,
        actor=actor,
        object=about,
        to=to,
        cc=cc,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=basis_of_act(to, cc),
    )
    # The answer repeats the text that was to be deleted; it must not stay in the raw payload.
    return Taken(
        (removal,),
        (account_of(author, context),),
        points_of(author, context),
        alias_of(status, uri, context),
        native=uri,
        raw={"id": status.get("id"), "uri": uri},
    )


def _quoted_status(status: Json) -> Json | None:
    quote = status.get("quote")
    if not isinstance(quote, dict):
        return None
    inner = quote.get("quoted_status", quote)
    return inner if is_status(inner) else None


def _quote_of(status: Json, context: Context, known: Known) -> str | None:
    quote = status.get("quote")
    if not isinstance(quote, dict):
        return None
    # A quote that its author has not accepted, or has taken back, is no quote.
    if quote.get("state", "accepted") != "accepted":
        return None
    inner = _quoted_status(status)
    if inner is not None:
        return uri_of(inner.get("uri"), "quote.uri")
    local = local_id(quote.get("quoted_status_id"), "quote.quoted_status_id")
    return known.status_uri(local, context) if local is not None else None


def _attachments_of(status: Json) -> tuple[Attachment, ...]:
    where = "media_attachments"
    found: list[Attachment] = []
    for index, item in enumerate(items_of(status.get(where), where)):
        place = f"{where}[{index}]"
        media = mapping(item, place)
        kind = media.get("type")
        found.append(
            Attachment(
                _MEDIA.get(kind, "Document") if isinstance(kind, str) else "Document",
                uri_of(media.get("url") or media.get("remote_url"), f"{place}.url") or "",
                name=optional_text(media.get("description"), f"{place}.description") or "",
            )
        )
    return tuple(found)


def _tags_of(status: Json, mentioned: dict[str, str]) -> tuple[Tag, ...]:
    tags = [
        Tag("Mention", required_uri(uri, "mentions"), optional_text(handle, "mentions") or "")
        for uri, handle in mentioned.items()
    ]
    for index, item in enumerate(items_of(status.get("tags"), "tags")):
        place = f"tags[{index}]"
        word = mapping(item, place)
        name = optional_text(word.get("name"), f"{place}.name") or ""
        tags.append(Tag("Hashtag", uri_of(word.get("url"), f"{place}.url") or "", f"#{name}"))
    return tuple(dict.fromkeys(tags))
