"""Accounts as Bluesky shows them, and lists of who follows, likes and reposts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from entregent.networks.bases import INTERACTION
from entregent.networks.bluesky.identifiers import did_in, parse_datetime, uri_in
from entregent.networks.bluesky.records import SCHEMA
from entregent.networks.bluesky.text import html_of
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import each, items_of, mapping_in
from entregent.vocabulary import Account, Activity, Object, Point, relation_id
from entregent.vocabulary.reading import Json, mapping, optional_text

_COUNTS = (
    ("followersCount", "followers.totalItems"),
    ("followsCount", "following.totalItems"),
    ("postsCount", "outbox.totalItems"),
)
_NO_HANDLE = "handle.invalid"
_HIDDEN = "!no-unauthenticated"


def is_profile(value: Any) -> bool:
    """Whether a value is an account as the network shows it."""
    return (
        isinstance(value, dict)
        and {"did", "handle"} <= value.keys()
        and isinstance(value.get("did"), str)
        and not value.keys() & {"seq", "didDoc", "time", "kind", "accessJwt"}
    )


def account_of(view: Json, context: Context) -> Account:
    """The account that a profile shows."""
    did = did_in(view.get("did"), "did")
    handle = optional_text(view.get("handle"), "handle") or ""
    created = view.get("createdAt")
    about = optional_text(view.get("description"), "description") or ""
    labels = [item for item in items_of(view.get("labels"), "labels") if isinstance(item, dict)]
    hidden = any(item.get("val") == _HIDDEN and item.get("src") == did for item in labels)
    return Account(
        id=did,
        type="Person",
        handle="" if handle == _NO_HANDLE else handle,
        name=optional_text(view.get("displayName"), "displayName") or "",
        summary=html_of(about, None)[0] if about else "",
        created=parse_datetime(created, "createdAt") if created is not None else None,
        indexable=False if hidden else None,
        source=context.source,
        received_at=context.received_at,
    )


def read_profile(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the account, and its counts where the time they were true is known."""
    account = account_of(value, context)
    points: list[Point] = []
    for name, metric in _COUNTS:
        count = value.get(name)
        if context.as_of is not None and type(count) is int and 0 <= count < 2**53:
            points.append(
                Point(
                    account.id,
                    metric,
                    context.as_of,
                    float(count),
                    "count",
                    context.source,
                    context.received_at,
                )
            )
    yield Taken(accounts=(account,), points=tuple(points), native=account.id, raw=value)


def read_likes(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the likes of one post (``getLikes``), which names no record of theirs."""
    target = uri_in(value.get("uri"), "uri")

    def read_one(item: Any, inner: Context) -> Iterator[Outcome]:
        like = mapping(item, "")
        account = account_of(mapping_in(like, "actor"), inner)
        told = like.get("createdAt")
        moment = parse_datetime(told, "createdAt") if told is not None else None
        yield _related("Like", account, target, inner, raw=item, moment=moment)

    yield from each(value["likes"], "likes", context, read_one)


def read_reposters(value: Any, context: Context) -> Iterator[Outcome]:
    """Give the reposts of one post (``getRepostedBy``), which names no record of theirs."""
    target = uri_in(value.get("uri"), "uri")

    def read_one(item: Any, inner: Context) -> Iterator[Outcome]:
        account = account_of(mapping(item, ""), inner)
        yield _related("Announce", account, target, inner, raw=item)

    yield from each(value["repostedBy"], "repostedBy", context, read_one)


def read_followers(value: Any, context: Context) -> Iterator[Outcome]:
    """Give who follows one account (``getFollowers``)."""
    subject = account_of(mapping_in(value, "subject"), context)
    yield Taken(accounts=(subject,), native=subject.id, raw=value["subject"])
    ours = _is_our_own(value)

    def read_one(item: Any, inner: Context) -> Iterator[Outcome]:
        view = mapping(item, "")
        account = account_of(view, inner)
        record = _viewer(view).get("followedBy") if ours else None
        yield _related("Follow", account, subject.id, inner, raw=item, record=record)

    yield from each(value["followers"], "followers", context, read_one)


def read_follows(value: Any, context: Context) -> Iterator[Outcome]:
    """Give whom one account follows (``getFollows``)."""
    told = value.get("subject")
    subject = account_of(mapping(told, "subject"), context) if told is not None else None
    if subject is not None:
        yield Taken(accounts=(subject,), native=subject.id, raw=told)

    def read_one(item: Any, inner: Context) -> Iterator[Outcome]:
        view = mapping(item, "")
        account = account_of(view, inner)
        record = _viewer(view).get("following")
        # The record lies in the repository of who follows, so its address tells who that is.
        ours = subject is not None and str(record).startswith(f"at://{subject.id}/")
        if subject is None:
            yield Taken(accounts=(account,), native=account.id, raw=item)
            return
        follow = _related(
            "Follow", subject, account.id, inner, raw=item, record=record if ours else None
        )
        yield replace(follow, accounts=(account,))

    yield from each(value["follows"], "follows", context, read_one)


def _is_our_own(value: Json) -> bool:
    """Whether the followers are those of the account that asked.

    Only then is ``viewer.followedBy`` the record of this follow; otherwise it is the record of
    somebody who also follows us. Who asked is not said: it must not follow itself, and every
    follower shown must follow it.
    """
    subject = _viewer(value.get("subject"))
    followers = items_of(value.get("followers"), "followers")
    return not subject.keys() & {"following", "followedBy", "knownFollowers"} and all(
        "followedBy" in _viewer(item) for item in followers
    )


def _viewer(view: object) -> dict[str, Any]:
    viewer = view.get("viewer") if isinstance(view, dict) else None
    return viewer if isinstance(viewer, dict) else {}


def _related(
    kind: str,
    account: Account,
    target: str,
    context: Context,
    *,
    raw: Any,
    record: object = None,
    moment: datetime | None = None,
) -> Taken:
    identity = relation_id(kind, account.id, target) if record is None else uri_in(record, "viewer")
    activity = Activity(
        id=identity,
        type=kind,
        actor=account.id,
        object=Object(id=target),
        published=moment,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=INTERACTION,
    )
    return Taken((activity,), (account,), native=identity, raw=raw)
