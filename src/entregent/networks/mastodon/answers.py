"""Whole answers of the API: single things, lists, and recordings of several requests."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from entregent.networks.exchanges import AN_ERROR, is_error, is_exchange, unwrap
from entregent.networks.mastodon.accounts import account_uri, read_account, taken_account
from entregent.networks.mastodon.known import Known, is_account, is_notification, is_status
from entregent.networks.mastodon.notifications import (
    read_groups,
    read_notification,
    read_notifications,
    relations_with,
)
from entregent.networks.mastodon.statuses import is_history, read_history, read_status
from entregent.networks.mastodon.unread import UNREAD
from entregent.networks.reading import Context, JsonFormat, Outcome, Refused, Taken
from entregent.networks.shapes import apart, each, having
from entregent.vocabulary.reading import kind_of

Reader = Callable[[Any, Context, Known], Iterator[Outcome]]
_AROUND = re.compile(
    r"/api/v\d+/(?P<what>accounts|statuses)/(?P<id>[^/]+)/"
    r"(?P<how>followers|following|favourited_by|reblogged_by)"
)
_API = re.compile(r"/api/v\d+/")


class Kind(NamedTuple):
    """One shape of answer, and how it is read with what its document makes known."""

    name: str
    recognise: Callable[[Any], bool]
    read: Reader


def read_context(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give the statuses before and after one (``/api/v1/statuses/…/context``)."""
    yield from _statuses(value, ("ancestors", "descendants"), context, known)


def read_search(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give the accounts and statuses that a search found."""
    if not value["accounts"] and not value["statuses"]:
        yield Taken(nothing="a search that found no account and no post")
    yield from each(value["accounts"], "accounts", context, lambda v, c: _read_one(v, c, known))
    yield from _statuses(value, ("statuses",), context, known)


def read_conversation(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give the last message of a private conversation, and who takes part."""
    yield from each(value["accounts"], "accounts", context, lambda v, c: _read_one(v, c, known))
    if value["last_status"] is not None:
        yield from apart(
            value["last_status"], "last_status", context, lambda v, c: read_status(v, c, known)
        )


def read_familiar(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give accounts that are listed beside another one."""
    if not value["accounts"]:
        yield Taken(nothing="a list of accounts that is empty")
    yield from each(value["accounts"], "accounts", context, lambda v, c: _read_one(v, c, known))


def read_suggestion(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give an account that the server suggests."""
    yield from apart(value["account"], "account", context, lambda v, c: _read_one(v, c, known))


KINDS: Final[tuple[Kind, ...]] = (
    Kind("mastodon/status", is_status, read_status),
    Kind(
        "mastodon/grouped-notifications",
        having("accounts", "notification_groups", "statuses"),
        read_groups,
    ),
    Kind("mastodon/context", having("ancestors", "descendants"), read_context),
    Kind("mastodon/search", having("accounts", "hashtags", "statuses"), read_search),
    Kind("mastodon/conversation", having("accounts", "last_status", "unread"), read_conversation),
    Kind("mastodon/account", is_account, read_account),
    Kind("mastodon/notification", is_notification, read_notification),
    Kind(
        "mastodon/accounts-beside",
        lambda value: isinstance(value, dict) and value.keys() == {"accounts", "id"},
        read_familiar,
    ),
    Kind("mastodon/suggestion", having("account", "source", "sources"), read_suggestion),
)


def is_list(value: Any) -> bool:
    """Whether a value is a list of things that the API shows."""
    return (
        isinstance(value, list)
        and bool(value)
        and (all(_form_of(item) is not None for item in value) or is_history(value))
    )


def read_list(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    """Give each element of a list; what the list itself tells depends on where it came from."""
    around = _AROUND.fullmatch(context.path)
    if all(is_notification(item) for item in value):
        yield from read_notifications(value, context, known)
    elif is_history(value):
        yield from read_history(value, context, known)
    elif around is not None and all(is_account(item) for item in value):
        yield from _read_around(value, around, context, known)
    else:
        for index, item in enumerate(value):
            yield from apart(item, f"[{index}]", context, lambda v, c: _read_one(v, c, known))


def is_recording(value: Any) -> bool:
    """Whether a value is a list of recorded requests to the API."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(is_exchange(item) and "uri" in item for item in value)
        and any(_API.search(item["uri"]) for item in value)
    )


def read_recording(value: Any, context: Context) -> Iterator[Outcome]:
    """Give what each recorded answer holds; what one makes known serves the others."""
    known = Known()
    answers = [unwrap(item, context.at(f"[{index}]")) for index, item in enumerate(value)]
    for body, inner in answers:
        known.learn(body, inner.server)
    for body, inner in answers:
        if is_error(body, inner):
            yield Taken(nothing=AN_ERROR)
        elif not body:
            yield Taken(nothing="an empty answer")
        else:
            yield from apart(body, "", inner, lambda v, c: _read_answer(v, c, known))


def formats() -> tuple[JsonFormat, ...]:
    """The formats of this network, each reading its document as a whole."""
    kinds = (*KINDS, Kind("mastodon/list", is_list, read_list))
    return (
        JsonFormat("mastodon/recording", is_recording, read_recording),
        *(JsonFormat(kind.name, kind.recognise, _alone(kind.read)) for kind in kinds),
        *UNREAD,
    )


def _alone(read: Reader) -> Callable[[Any, Context], Iterator[Outcome]]:
    def read_alone(value: Any, context: Context) -> Iterator[Outcome]:
        yield from read(value, context, Known().learn(value, context.server))

    return read_alone


def _form_of(value: Any) -> Kind | JsonFormat | None:
    kind = next((kind for kind in KINDS if kind.recognise(value)), None)
    return kind or next((form for form in UNREAD if form.recognise(value)), None)


def _read_answer(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    if isinstance(value, list) and is_list(value):
        yield from read_list(value, context, known)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from apart(item, f"[{index}]", context, lambda v, c: _read_one(v, c, known))
    else:
        yield from _read_one(value, context, known)


def _read_one(value: Any, context: Context, known: Known) -> Iterator[Outcome]:
    form = _form_of(value)
    if isinstance(form, Kind):
        yield from form.read(value, context, known)
    elif form is not None:
        yield from form.read(value, context)
    else:
        reason = f"{kind_of(value)} here is no answer of the Mastodon API that is known"
        yield Refused(context.where, reason)


def _statuses(
    value: Any, names: tuple[str, ...], context: Context, known: Known
) -> Iterator[Outcome]:
    for name in names:
        yield from each(value[name], name, context, lambda v, c: read_status(v, c, known))
    if not any(value[name] for name in names):
        yield Taken(nothing="a list of posts that is empty")


def _read_around(
    value: list[Any], around: re.Match[str], context: Context, known: Known
) -> Iterator[Outcome]:
    how, place = around["how"], (context.server, around["id"])
    if around["what"] == "accounts":
        centre = known.accounts.get(place)
    else:
        status = known.statuses.get(place)
        centre = str(status["uri"]) if status is not None else None

    def read_one(item: Any, inner: Context) -> Iterator[Outcome]:
        if centre is None:
            yield taken_account(item, inner)
            return
        other = account_uri(item)
        if how == "following":
            yield from relations_with("Follow", [(centre, other, item)], inner)
        else:
            kind = {"favourited_by": "Like", "reblogged_by": "Announce"}.get(how, "Follow")
            yield from relations_with(kind, [(other, centre, item)], inner)

    for index, item in enumerate(value):
        yield from apart(item, f"[{index}]", context, read_one)
