"""Notifications, one by one and grouped."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from entregent.networks.bases import INTERACTION
from entregent.networks.mastodon.accounts import (
    SCHEMA,
    account_of,
    account_uri,
    points_of,
    taken_account,
)
from entregent.networks.mastodon.known import Known, is_account, key_of, local_id, own_words
from entregent.networks.mastodon.statuses import read_status
from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.shapes import apart, each, items_of, mapping_in, text_in
from entregent.vocabulary import Activity, Object, VocabularyError, parse_time, relation_id
from entregent.vocabulary.reading import Json, mapping, optional_text, required_uri, shown

_RELATIONS = {
    "emoji_reaction": "Like",
    "favourite": "Like",
    "pleroma:emoji_reaction": "Like",
    "reaction": "Like",
    "reblog": "Announce",
}
_A_STATUS = frozenset({"mention", "poll", "quote", "quoted_update", "status", "update"})


def read_notification(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give what one notification is about."""
    yield from _read_one(value, context, known, known.us([value], context))


def read_notifications(value: list[Any], context: Context, known: Known) -> Iterator[Outcome]:
    """Give what each notification of one answer is about."""
    us = known.us(value, context)
    for index, item in enumerate(value):
        yield from apart(item, f"[{index}]", context, lambda v, c: _read_one(v, c, known, us))


def read_groups(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give what grouped notifications are about (``/api/v2/notifications``).

    A group names some of those who acted, and only when the last one did.
    """
    yield from each(value["accounts"], "accounts", context, _read_account)
    yield from each(value["statuses"], "statuses", context, lambda v, c: read_status(v, c, known))
    partial: dict[str, Json] = {
        key_of(item.get("id")): item
        for item in items_of(value.get("partial_accounts"), "partial_accounts")
        if isinstance(item, dict)
    }
    groups = value["notification_groups"]
    # The groups hold ids; written out as notifications, they tell who « us » is.
    us = known.us(
        [_written_out(item, context, known) for item in items_of(groups, "groups")], context
    )

    def read_one(item: Any, inner: Context) -> Iterator[Outcome]:
        yield from _read_group(mapping(item, ""), inner, known, partial, us)

    yield from each(groups, "notification_groups", context, read_one)


def _read_one(value: Any, context: Context, known: Known, us: str) -> Iterator[Outcome]:
    item = mapping(value, "")
    kind = text_in(item, "type")
    account = mapping_in(item, "account")
    status = item.get("status")
    if status is not None:
        yield from apart(status, "status", context, lambda v, c: read_status(v, c, known))
    relation = _RELATIONS.get(kind)
    if relation is not None:
        shown_status = mapping(status, "status")
        if relation == "Announce" and _is_by(shown_status, account):
            # Some servers show the repost itself here; it has a name of its own.
            return
        about = required_uri(own_words(shown_status).get("uri"), "status.uri")
        content = _emoji_in(item) if relation == "Like" else None
    elif kind == "follow":
        relation, about, content = "Follow", us, None
    else:
        if kind not in _A_STATUS:
            yield _unread(kind)
        elif status is None:
            yield Taken(nothing="a notification about a post that is not shown")
        yield taken_account(account, context)
        return
    moment = parse_time(item.get("created_at"), "created_at")
    actor = account_uri(account)
    activity = _relation(relation, actor, about, content, moment, context)
    yield Taken(
        (activity,),
        (account_of(account, context),),
        points_of(account, context),
        native=activity.id,
        # The status is kept under its own name.
        raw={name: part for name, part in item.items() if name != "status"},
    )


def _is_by(status: Json, account: Json) -> bool:
    """Whether a status is the repost by that account."""
    owner = status.get("account")
    return (
        isinstance(status.get("reblog"), dict)
        and isinstance(owner, dict)
        and owner.get("id") == account.get("id")
    )


def _read_group(
    group: Json, context: Context, known: Known, partial: dict[str, Json], us: str
) -> Iterator[Outcome]:
    kind = text_in(group, "type")
    relation = "Follow" if kind == "follow" else _RELATIONS.get(kind)
    if relation is None:
        if kind not in _A_STATUS:
            yield _unread(kind)
        return
    about = us
    if relation != "Follow":
        local = local_id(group.get("status_id"), "status_id")
        if local is None:
            raise VocabularyError("the status is missing", "status_id")
        about = known.status_uri(local, context)
    actors = items_of(group.get("sample_account_ids"), "sample_account_ids")
    last = group.get("latest_page_notification_at")
    moment = parse_time(last, "latest_page_notification_at") if last and len(actors) == 1 else None
    for item in actors:
        local = key_of(item)
        actor = known.accounts.get((context.server, local))
        if actor is None and local in partial:
            actor = account_uri(partial[local])
        if actor is None:
            yield Taken(nothing="a notification whose account is not told")
            continue
        activity = _relation(
            relation, required_uri(actor, "account.uri"), about, _emoji_in(group), moment, context
        )
        yield Taken((activity,), native=activity.id, raw=dict(group))


def _written_out(group: Any, context: Context, known: Known) -> Any:
    if not isinstance(group, dict):
        return group
    status = known.statuses.get((context.server, key_of(group.get("status_id"))))
    return {"id": "", "account": {}, "created_at": "", "type": group.get("type"), "status": status}


def _read_account(value: Any, context: Context) -> Iterator[Outcome]:
    if not is_account(value):
        raise VocabularyError("this is no account")
    yield taken_account(value, context)


def _unread(kind: str) -> Taken:
    if kind == "follow_request":
        # Nobody follows until the request is accepted; then the network tells of a follow.
        return Taken(nothing="a request to follow that is not accepted yet")
    return Taken(nothing=f"a notification of type {shown(kind, 40)}")


def _emoji_in(item: Json) -> str | None:
    emoji: Any = item.get("emoji")
    if emoji is None and isinstance(item.get("emoji_reaction"), dict):
        emoji = item["emoji_reaction"].get("name")
    return optional_text(emoji, "emoji") or None


def _relation(
    kind: str,
    actor: str,
    about: str,
    content: str | None,
    moment: datetime | None,
    context: Context,
) -> Activity:
    return Activity(
        id=relation_id(kind, actor, about, content or ""),
        type=kind,
        actor=actor,
        object=Object(id=about),
        content=content,
        published=moment,
        source=context.source,
        received_at=context.received_at,
        dataschema=SCHEMA,
        legal_basis=INTERACTION,
    )


def relations_with(
    kind: str, pairs: list[tuple[str, str, Json]], context: Context
) -> Iterator[Outcome]:
    """Give one relation per ``(actor, about, account shown)``."""
    for actor, about, account in pairs:
        activity = _relation(kind, actor, about, None, None, context)
        yield Taken(
            (activity,),
            (account_of(account, context),),
            points_of(account, context),
            native=activity.id,
            raw=account,
        )
