"""What one document tells of its own local ids, so that they become true names."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from entregent.networks.reading import Alias, Context, placeholder
from entregent.vocabulary import VocabularyError, native_id
from entregent.vocabulary.reading import Json, kind_of

_CREDENTIAL = "source"
_OURS = frozenset({"favourite", "reblog"})


def is_status(value: Any) -> bool:
    """Whether a value is a status."""
    return isinstance(value, dict) and {"account", "created_at", "visibility"} <= value.keys()


def own_words(status: Json) -> Json:
    """The status that somebody wrote: where `status` only reposts it, the one inside."""
    inner = status.get("reblog")
    return inner if isinstance(inner, dict) else status


def is_account(value: Any) -> bool:
    """Whether a value is an account."""
    return (
        isinstance(value, dict)
        and {"acct", "username"} <= value.keys()
        and bool(value.keys() & {"display_name", "followers_count", "note"})
    )


def is_notification(value: Any) -> bool:
    """Whether a value is a notification."""
    return (
        isinstance(value, dict)
        and {"account", "created_at", "id", "type"} <= value.keys()
        and isinstance(value["type"], str)
        and "visibility" not in value
    )


def local_id(value: object, where: str) -> str | None:
    """A local id, which some servers write as a number; None where it is absent."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and len(value) <= 200 and value.isprintable() and " " not in value:
        return value
    if type(value) is int and 0 <= value < 2**63:
        return str(value)
    raise VocabularyError(f"a local id was expected, not {kind_of(value)}", where)


def key_of(value: object) -> str:
    """A local id as a key to look up; empty where it is none."""
    try:
        return local_id(value, "") or ""
    except VocabularyError:
        return ""


def scope_of(context: Context) -> str:
    """Within which local ids of statuses are unique."""
    return f"mastodon:{context.server}"


@dataclass
class Known:
    """Local ids met in one document or recording, by server.

    Attributes
    ----------
    statuses
        Server and local id to the status itself.
    accounts
        Server and local id to the URI of the account.
    credentials
        Server to the accounts that signed in.
    """

    statuses: dict[tuple[str, str], Json] = field(default_factory=dict)
    accounts: dict[tuple[str, str], str] = field(default_factory=dict)
    credentials: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, value: Any, server: str) -> "Known":
        """Take note of every status and account inside `value`; gives itself back."""
        for part in _objects_in(value):
            name = part.get("id")
            if not isinstance(name, str):
                continue
            if is_status(part) and _is_told(part.get("uri")):
                # The first telling is the oldest in a recording; later ones change no name.
                self.statuses.setdefault((server, name), part)
            elif is_account(part):
                uri = part.get("uri") or part.get("url")
                if _is_told(uri):
                    self.accounts[server, name] = uri
                    if isinstance(part.get(_CREDENTIAL), dict):
                        self.credentials.setdefault(server, set()).add(uri)
        return self

    def status_uri(self, local: str, context: Context) -> str:
        """URI of a status: its true name where the document tells it, else a placeholder."""
        status = self.statuses.get((context.server, local))
        return placeholder(scope_of(context), local) if status is None else str(status["uri"])

    def root_of(self, status: Json, context: Context) -> str | None:
        """URI of the first status of the conversation, as far as the document shows it whole."""
        seen: set[str] = set()
        while True:
            parent = status.get("in_reply_to_id")
            if parent is None:
                uri = status.get("uri")
                return uri if _is_told(uri) else None
            key = key_of(parent)
            above = self.statuses.get((context.server, key))
            if above is None or key in seen:
                return None
            seen.add(key)
            status = above

    def us(self, notifications: list[Any], context: Context) -> str:
        """URI of the account whom some notifications are for.

        The answer does not say. In this order: who wrote what was liked and shared; who signed in
        during the recording; who is mentioned every time; else a name that stands for the account
        that asked, on this server.
        """
        told = [item for item in notifications if is_notification(item)]
        authors = {
            uri
            for item in told
            if item["type"] in _OURS and isinstance(item.get("status"), dict)
            for account in [own_words(item["status"]).get("account")]
            if isinstance(account, dict)
            for uri in [account.get("uri") or account.get("url")]
            if _is_told(uri)
        }
        signed_in = self.credentials.get(context.server, set())
        for candidates in (authors, signed_in, self._always_mentioned(told, context)):
            if len(candidates) == 1:
                return next(iter(candidates))
        return native_id("mastodon", context.server or "unknown", "self")

    def mentioned(self, status: Json, context: Context) -> dict[str, str]:
        """URI to handle of whom a status mentions; the account's page where its URI is unknown."""
        found: dict[str, str] = {}
        mentions = status.get("mentions")
        for item in mentions if isinstance(mentions, list) else []:
            if isinstance(item, dict):
                uri = self.accounts.get((context.server, key_of(item.get("id"))))
                uri, handle = uri or item.get("url"), item.get("acct") or item.get("username")
                if _is_told(uri):
                    found[uri] = f"@{handle}" if isinstance(handle, str) else ""
        return found

    def _always_mentioned(self, notifications: list[Json], context: Context) -> set[str]:
        mentions = [
            set(self.mentioned(item["status"], context))
            for item in notifications
            if item["type"] == "mention" and isinstance(item.get("status"), dict)
        ]
        return set.intersection(*mentions) if mentions else set()


def _is_told(uri: object) -> TypeGuard[str]:
    return isinstance(uri, str) and uri != "" and "\x00" not in uri


def alias_of(status: Json, uri: str, context: Context) -> tuple[Alias, ...]:
    """What the local id of a status stands for."""
    local = local_id(status.get("id"), "id")
    return (Alias(scope_of(context), local, uri),) if local is not None else ()


def _objects_in(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(v for v in part.values() if type(v) is dict or type(v) is list)
        elif isinstance(part, list):
            waiting.extend(v for v in part if type(v) is dict or type(v) is list)
