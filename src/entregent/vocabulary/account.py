"""Accounts: what acts on a network. A person may hold several; an account is never a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from entregent.vocabulary.errors import VocabularyError
from entregent.vocabulary.reading import Json, optional_text, required_uri, shown, type_name, uri_of
from entregent.vocabulary.times import aware, format_time, parse_time

ACCOUNT_TYPES: Final = frozenset({"Application", "Group", "Organization", "Person", "Service"})


@dataclass(frozen=True, slots=True)
class Account:
    """What one source told of one account.

    Attributes
    ----------
    id
        URI of the account at its origin.
    type
        One of `ACCOUNT_TYPES`.
    handle
        Name by which it is addressed, without a leading ``@``; empty if unknown.
    name
        Name as the holder writes it; empty if unknown.
    url
        Page of the account; empty if unknown.
    summary
        What the holder says of it, as HTML; empty if unknown.
    source
        Connector instance that told it.
    received_at
        When we learnt it; aware.
    created
        When the account was opened, if the network says so.
    indexable
        False where the holder asked not to be found by search; None where nothing was said.
    """

    id: str
    type: str
    source: str
    received_at: datetime
    handle: str = ""
    name: str = ""
    url: str = ""
    summary: str = ""
    created: datetime | None = None
    indexable: bool | None = None

    def __post_init__(self) -> None:
        required_uri(self.id, "id")
        aware(self.received_at, "received_at")
        if self.type not in ACCOUNT_TYPES:
            raise VocabularyError(f"« {shown(self.type, 40)} » is not a type of account", "type")

    @classmethod
    def from_as2(cls, document: Json, *, source: str, received_at: datetime) -> "Account":
        """Read an ActivityStreams actor.

        Raises
        ------
        VocabularyError
            If it is no actor, or one of its parts has the wrong shape.
        """
        published = document.get("published")
        indexable = document.get("indexable")
        return cls(
            id=required_uri(document.get("id"), "id"),
            type=type_name(document.get("type"), "type"),
            handle=optional_text(document.get("preferredUsername"), "preferredUsername") or "",
            name=optional_text(document.get("name"), "name") or "",
            url=uri_of(document.get("url"), "url") or "",
            summary=optional_text(document.get("summary"), "summary") or "",
            created=parse_time(published, "published") if published is not None else None,
            indexable=indexable if isinstance(indexable, bool) else None,
            source=source,
            received_at=received_at,
        )

    def to_as2(self) -> dict[str, Any]:
        """The account as an ActivityStreams actor; what is unknown is left out."""
        document: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "preferredUsername": self.handle,
            "name": self.name,
            "url": self.url,
            "summary": self.summary,
        }
        if self.created is not None:
            document["published"] = format_time(self.created)
        if self.indexable is not None:
            document["indexable"] = self.indexable
        return {name: value for name, value in document.items() if value != ""}
