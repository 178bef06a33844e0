"""Whole answers of Bluesky, and how each is recognised."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from entregent.networks.bluesky.events import (
    is_frame,
    is_frames_by_name,
    is_jetstream,
    read_frame,
    read_frames_by_name,
    read_jetstream,
)
from entregent.networks.bluesky.posts import (
    is_feed_item,
    is_notification,
    is_post_view,
    is_thread,
    read_feed,
    read_feed_item,
    read_notification,
    read_notifications,
    read_post_view,
    read_posts,
    read_thread,
)
from entregent.networks.bluesky.profiles import (
    is_profile,
    read_followers,
    read_follows,
    read_likes,
    read_profile,
    read_reposters,
)
from entregent.networks.bluesky.records import is_record, read_record
from entregent.networks.reading import Context, JsonFormat, Outcome
from entregent.networks.shapes import each, having, nothing

Reader = Callable[[Any, Context], Iterator[Outcome]]


def _has_list(name: str, *beside: str) -> Callable[[Any], bool]:
    def recognise(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and isinstance(value.get(name), list)
            and all(other in value for other in beside)
        )

    return recognise


def _is_listing_of(name: str, recognise: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def recognise_first(value: Any) -> bool:
        items = value.get(name) if isinstance(value, dict) else None
        return isinstance(items, list) and bool(items) and recognise(items[0])

    return recognise_first


def _read_each(name: str, read: Reader) -> Reader:
    def read_all(value: Any, context: Context) -> Iterator[Outcome]:
        return each(value[name], name, context, read)

    return read_all


_LISTS = frozenset({"actors", "feed", "follows", "notifications", "posts", "profiles", "records"})
_BESIDE = frozenset({"cursor", "hitsTotal", "priority", "seenAt", "subject", "uri", "cid"})


def _is_handle_answer(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {"did"} and isinstance(value["did"], str)


def _is_empty(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    lists = value.keys() & _LISTS
    return (
        bool(lists)
        and not value.keys() - lists - _BESIDE
        and all(value[name] == [] for name in lists)
    )


FORMATS: Final[tuple[JsonFormat, ...]] = (
    JsonFormat("bluesky/record", is_record, read_record),
    JsonFormat("bluesky/event", is_frame, read_frame),
    JsonFormat("bluesky/jetstream", is_jetstream, read_jetstream),
    JsonFormat("bluesky/post", is_post_view, read_post_view),
    JsonFormat("bluesky/notification", is_notification, read_notification),
    JsonFormat("bluesky/feed-item", is_feed_item, read_feed_item),
    JsonFormat("bluesky/thread", is_thread, read_thread),
    JsonFormat("bluesky/feed", _is_listing_of("feed", is_feed_item), read_feed),
    JsonFormat("bluesky/posts", _is_listing_of("posts", is_post_view), read_posts),
    JsonFormat(
        "bluesky/notifications",
        _is_listing_of("notifications", is_notification),
        read_notifications,
    ),
    JsonFormat("bluesky/likes", _has_list("likes", "uri"), read_likes),
    JsonFormat("bluesky/reposted-by", _has_list("repostedBy", "uri"), read_reposters),
    JsonFormat("bluesky/followers", _has_list("followers", "subject"), read_followers),
    JsonFormat("bluesky/follows", _is_listing_of("follows", is_profile), read_follows),
    JsonFormat(
        "bluesky/records",
        _is_listing_of("records", is_record),
        _read_each("records", read_record),
    ),
    JsonFormat(
        "bluesky/profiles",
        _is_listing_of("profiles", is_profile),
        _read_each("profiles", read_profile),
    ),
    JsonFormat(
        "bluesky/profiles",
        _is_listing_of("actors", is_profile),
        _read_each("actors", read_profile),
    ),
    nothing("bluesky/repository", "a description of a repository", having("did", "didDoc")),
    nothing("bluesky/did", "a DID document", having("verificationMethod", "id")),
    nothing("bluesky/handle", "the DID of a handle", _is_handle_answer),
    nothing("bluesky/session", "a session", having("did", "accessJwt")),
    nothing("bluesky/schema", "a schema of records (lexicon)", having("lexicon", "defs")),
    nothing("bluesky/empty", "an empty answer of Bluesky", _is_empty),
    JsonFormat("bluesky/profile", is_profile, read_profile),
    JsonFormat("bluesky/events", is_frames_by_name, read_frames_by_name),
)
