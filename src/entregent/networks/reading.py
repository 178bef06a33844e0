"""What a network's reader is given and what it gives back.

What is made anew for every line of an import (`Context`, `Taken`, `Refused`) is not frozen: making
frozen ones costs as much as reading the line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from entregent.vocabulary import Account, Activity, Point


@dataclass(slots=True)
class Context:
    """What is known about a document besides its content.

    Attributes
    ----------
    source
        Connector instance, such as ``file:mastodon``; goes into every activity.
    received_at
        When we learnt it; aware, UTC.
    as_of
        When the document was true, for counts that carry no time of their own: the date of the
        recorded answer, else the file's own date; None where nobody can say.
    server
        Host that gave the document, such as ``maison.example``; empty where unknown.
    path, method, status
        Of the recorded request, such as ``/api/v1/statuses/7`` and ``DELETE``; empty or 0.
    where
        Place inside the file to name in a refusal, such as ``orderedItems[3]``.
    """

    source: str
    received_at: datetime
    as_of: datetime | None = None
    server: str = ""
    path: str = ""
    method: str = ""
    status: int = 0
    where: str = ""

    def at(self, place: str) -> "Context":
        """The same context, one step further into the document."""
        joint = "" if not self.where or not place or place.startswith("[") else "."
        # Positions rather than `replace`: this runs for every line of an import.
        return Context(
            self.source,
            self.received_at,
            self.as_of,
            self.server,
            self.path,
            self.method,
            self.status,
            f"{self.where}{joint}{place}",
        )


@dataclass(frozen=True, slots=True)
class Alias:
    """A local id that a server gives to something whose true name is a URI.

    Attributes
    ----------
    scope
        Network and server within which `local` is unique, such as ``mastodon:maison.example``.
    local, uri
        The local id and the URI that it stands for.
    """

    scope: str
    local: str
    uri: str

    @property
    def placeholder(self) -> str:
        """URI used where the local id is met before its true name is known."""
        return placeholder(self.scope, self.local)


def placeholder(scope: str, local: str) -> str:
    """URI that stands for a local id until an `Alias` tells its true name."""
    return f"urn:entregent:alias:{scope}:{local}"


@dataclass(slots=True)
class Taken:
    """What one native object (a status, a record, a row) told.

    Attributes
    ----------
    activities, accounts, points, aliases
        What is kept of it.
    native
        Name of the native object, unique in its network, under which its raw payload is kept;
        empty where there is nothing worth keeping raw.
    raw
        The payload itself: a JSON value, or text.
    nothing
        Why there is nothing to keep, in a few words (``a webfinger answer``); empty otherwise.
    """

    activities: tuple[Activity, ...] = ()
    accounts: tuple[Account, ...] = ()
    points: tuple[Point, ...] = ()
    aliases: tuple[Alias, ...] = ()
    native: str = ""
    raw: Any = None
    nothing: str = ""


@dataclass(slots=True)
class Refused:
    """Something that could not be read: its place in the file, and one sentence that says why."""

    where: str
    reason: str


Outcome: TypeAlias = Taken | Refused


@dataclass(frozen=True, slots=True)
class JsonFormat:
    """A JSON value that a network sends.

    Attributes
    ----------
    name
        Such as ``mastodon/status``; shown to whoever imports a file.
    recognise
        Whether a parsed JSON value is of this format; looks at its keys only, and is quick.
    read
        Gives the outcomes of one value. Raises `VocabularyError` only for the value as a whole;
        inside a container it yields `Refused` and goes on.
    """

    name: str
    recognise: Callable[[Any], bool]
    read: Callable[[Any, Context], Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class RowFormat:
    """A table in text (CSV) whose columns are documented.

    Attributes
    ----------
    name
        Such as ``csv/orders``.
    columns
        Canonical column to the headers accepted for it, folded (lower case, no accents).
    required
        Canonical columns without which it is not this format.
    read
        Gives the outcomes of one row, a mapping from canonical column to cell text.
    """

    name: str
    columns: dict[str, frozenset[str]]
    required: frozenset[str]
    read: Callable[[dict[str, str], int, Context], Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class TextFormat:
    """A whole document that is neither JSON nor a table, such as an RSS feed."""

    name: str
    recognise: Callable[[bytes], bool]
    read: Callable[[bytes, Context], Iterator[Outcome]]


@dataclass(frozen=True, slots=True)
class Network:
    """A place where people speak or leave traces.

    Attributes
    ----------
    slug
        Such as ``mastodon``; the word for it everywhere.
    label
        Its name on screen, the same in every language.
    json, rows, texts
        The formats it is read from, the most particular first.
    """

    slug: str
    label: str
    json: tuple[JsonFormat, ...] = ()
    rows: tuple[RowFormat, ...] = ()
    texts: tuple[TextFormat, ...] = field(default=())
