"""Posts as Bluesky shows them: feeds, threads, quotes and notifications."""

from collections.abc import Iterator
from typing import Any

from entregent.networks.bases import PUBLIC_SPEECH
from entregent.networks.bluesky.embeds import shown_record
from entregent.networks.bluesky.identifiers import time_of_tid, uri_in
from entregent.networks.bluesky.profiles import account_of
from entregent.networks.bluesky.records import SCHEMA, activity_of_record
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import apart, each, mapping_in
from entregent.vocabulary import PUBLIC, Activity, Object, VocabularyError, relation_id
from entregent.vocabulary.reading import mapping, shown

_LOST = {
    "app.bsky.feed.defs#notFoundPost": "a post that is not there any more",
    "app.bsky.feed.defs#blockedPost": "a post that is hidden by a block",
}


def is_post_view(value: Any) -> bool:
    """Whether a value is a post as the network shows it."""
    return (
        isinstance(value, dict)
        and {"uri", "cid", "author", "record"} <= value.keys()
        and "reason" not in value
    )


def is_notification(value: Any) -> bool:
    """Whether a value is a notification."""
    return isinstance(value, dict) and {"uri", "author", "reason", "record"} <= value.keys()


def is_feed_item(value: Any) -> bool:
    """Whether a value is an element of a feed: a post, and why it is there."""
    return isinstance(value, dict) and is_post_view(value.get("post"))


def is_thread(value: Any) -> bool:
    """Whether a value is the answer of ``getPostThread``."""
    inner = value.get("thread") if isinstance(value, dict) else None
    return isinstance(inner, dict) and ("post" in inner or inner.get("$type") in _LOST_TYPES)


def read_post_view(value: Any, context: Context) -> Iterator[Outcome]:
    """Give a post, its author, and the post that it quotes where that is shown."""
    record = mapping_in(value, "record")
    author = account_of(mapping_in(value, "author"), context)
    yield Taken(accounts=(author,), native=author.id, raw=value["author"])
    view = value.get("embed")
    yield from activity_of_record(value.get("uri"), record, context, raw=value, view=view)
    quoted = shown_record(view)
    if quoted is not None and isinstance(quoted.get("value"), dict) and "author" in quoted:
        # What is quoted has the shape of a post, but for the name of its record.
        whole = {**quoted, "record": quoted["value"]}
        seen = quoted.get("embeds")
        if isinstance(seen, list) and seen:
            whole["embed"] = seen[0]
        yield from apart(whole, "embed.record", context, read_post_view)


def read_posts(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the posts of ``getPosts``, ``getQuotes`` and ``searchPosts``."""
    yield from each(value["posts"], "posts", context, _read_any_post)


def read_feed(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the posts and reposts of a feed."""
    yield from each(value["feed"], "feed", context, read_feed_item)


def read_feed_item(value: Any, context: Context) -> Iterator[Outcome]:
    """Give one post of a feed, what it answers, and its repost where it is there for that."""
    item = mapping(value, "")
    post = mapping_in(item, "post")
    yield from apart(post, "post", context, read_post_view)
    reply = item.get("reply")
    if isinstance(reply, dict):
        for name in ("root", "parent"):
            if reply.get(name) is not None:
                yield from apart(reply[name], f"reply.{name}", context, _read_any_post)
    reason = item.get("reason")
    if isinstance(reason, dict) and isinstance(reason.get("by"), dict):
        yield _repost(reason, uri_in(post.get("uri"), "post.uri"), context)


def read_thread(value: Any, context: Context) -> Iterator[Outcome]:
    """Give every post of a thread, once."""
    waiting = [(value["thread"], context.at("thread"))]
    seen: set[str] = set()
    while waiting:
        node, inner = waiting.pop()
        if not isinstance(node, dict):
            continue
        post = node.get("post")
        uri = post.get("uri") if isinstance(post, dict) else node.get("uri")
        if not isinstance(uri, str) or uri not in seen:
            seen.add(str(uri))
            yield from apart(node if post is None else post, "post", inner, _read_any_post)
        if node.get("parent") is not None:
            waiting.append((node["parent"], inner.at("parent")))
        replies = node.get("replies")
        if isinstance(replies, list):
            waiting += [
                (reply, inner.at(f"replies[{index}]")) for index, reply in enumerate(replies)
            ]


def read_notifications(value: Any, context: Context) -> Iterator[Outcome]:
    """Give what each notification is about."""
    yield from each(value["notifications"], "notifications", context, read_notification)


def read_notification(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the post, like, repost or follow itself.

    The record says what it is; the reason does not (a reply that also mentions is told as a
    mention).
    """
    item = mapping(value, "")
    author = account_of(mapping_in(item, "author"), context)
    yield Taken(accounts=(author,), native=author.id, raw=item["author"])
    record = mapping_in(item, "record")
    yield from activity_of_record(item.get("uri"), record, context, raw=value)


def _read_any_post(value: Any, context: Context) -> Iterator[Outcome]:
    post = mapping(value, "")
    kind = post.get("$type")
    if isinstance(kind, str) and kind in _LOST:
        yield Taken(nothing=_LOST[kind])
    elif post.get("notFound") is True:
        yield Taken(nothing=_LOST["app.bsky.feed.defs#notFoundPost"])
    elif post.get("blocked") is True:
        yield Taken(nothing=_LOST["app.bsky.feed.defs#blockedPost"])
    elif is_post_view(post):
        yield from read_post_view(value, context)
    else:
        told = f"« {shown(kind, 60)} »" if isinstance(kind, str) else "this"
        raise VocabularyError(f"{told} is not a post that can be read")


def _repost(reason: dict[str, Any], target: str, context: Context) -> Taken:
    account = account_of(reason["by"], context)
    record = reason.get("uri")
    identity = (
        relation_id("Announce", account.id, target)
        if record is None
        else uri_in(record, "reason.uri")
    )
    announce = Activity(
        id=identity,
        type="Announce",
        actor=account.id,
        object=Object(id=target),
        to=(PUBLIC,),
        published=time_of_tid(identity.rpartition("/")[2]) if record is not None else None,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=PUBLIC_SPEECH,
    )
    return Taken((announce,), (account,), native=identity, raw=reason)


_LOST_TYPES = frozenset(_LOST)
