"""Answers of the API that are known and hold nothing of what people say or do."""

from collections.abc import Callable
from typing import Any, Final

from entregent.networks.reading import JsonFormat
from entregent.networks.shapes import having, nothing


def _exactly(*names: str) -> Callable[[Any], bool]:
    wanted = frozenset(names)
    return lambda value: isinstance(value, dict) and value.keys() == wanted


_SHAPES: Final[tuple[tuple[str, Callable[[Any], bool]], ...]] = (
    ("a description of a server", having("domain", "version", "configuration")),
    ("a description of a server", having("uri", "version", "title")),
    ("a relationship between two accounts", having("id", "following", "followed_by")),
    ("the state of a poll", having("options", "votes_count", "expires_at")),
    ("a post that is not published yet", having("scheduled_at", "params")),
    ("a filter", having("context", "filter_action")),
    ("a filter", having("context", "phrase")),
    ("a keyword of a filter", having("keyword", "whole_word")),
    ("a post of a filter", _exactly("id", "status_id")),
    ("a list of accounts, by its name alone", having("title", "replies_policy")),
    ("a hashtag", having("name", "url", "history")),
    ("a featured hashtag", having("name", "url", "statuses_count")),
    ("a link that is shared much", having("url", "title", "provider_name")),
    ("the source text of a post that is told elsewhere", _exactly("id", "text", "spoiler_text")),
    ("a policy for notifications", having("for_not_following", "for_not_followers")),
    ("a policy for notifications", having("filter_not_following", "filter_not_followers")),
    ("a count of unread notifications", _exactly("count")),
    ("a report to moderators", having("action_taken", "target_account")),
    ("an administrator's record of an account, which is private", having("account", "confirmed")),
    ("an announcement by a server", having("all_day", "published_at")),
    ("an application", having("name", "website", "redirect_uri")),
    ("an application", having("client_id", "client_secret")),
    ("an application", having("name", "vapid_key")),
    ("a session", having("access_token", "token_type")),
    ("a subscription to push messages", having("endpoint", "server_key")),
    ("a place up to which was read", having("last_read_id", "version")),
    ("places up to which was read", _exactly("home", "notifications")),
    ("settings", having("posting:default:visibility")),
    ("a file that is not posted yet", having("id", "type", "preview_url", "meta")),
    ("a custom emoji", having("shortcode", "static_url")),
    ("a translation", having("detected_source_language", "provider")),
    ("a week of a server's activity", having("week", "statuses", "logins")),
    ("a rule of a server", _exactly("id", "text", "hint")),
    ("a rule of a server", _exactly("id", "text")),
    ("an account without a name, shown in part", having("acct", "avatar", "locked")),
)
UNREAD: Final[tuple[JsonFormat, ...]] = tuple(
    nothing("mastodon/other", told, recognise) for told, recognise in _SHAPES
)
