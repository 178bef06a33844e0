"""What a backup says of itself: when, of what, by which program, and every file's checksum."""

import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import Any, Final

import orjson

from entregent.keeping.errors import KeepingError
from entregent.ledger import Place

FORMAT: Final = 1
NAME: Final = "manifest.json"
"""Written last: a backup without it is not whole."""


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a backup: its path in it, bytes, and SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything about a backup but its files' contents.

    Attributes
    ----------
    program
        Version of the program that wrote it.
    at
        When the working set was copied (RFC 3339, UTC).
    instance
        Whose it is: the ledger of this instance is needed to restore it.
    database
        ``sqlite`` or ``postgresql``.
    migrations
        Name of the newest migration of each app.
    lake_schema
        Schema version of the lake.
    last_batch
        Number of the last batch that the working set knows.
    versions
        Version of each Delta table.
    erasures
        How far the ledger was written when the backup began.
    """

    program: str
    at: str
    instance: str
    database: str
    migrations: dict[str, str]
    lake_schema: int
    last_batch: int
    versions: dict[str, int]
    erasures: Place
    files: tuple[Item, ...] = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(item.size for item in self.files)

    def dumps(self) -> bytes:
        """As it stands in a backup."""
        document = {"entregent": "backup", "format": FORMAT, **asdict(self)}
        return orjson.dumps({**document, "digest": _digest(document)}, option=orjson.OPT_INDENT_2)


def loads(body: bytes, where: str) -> Manifest:
    """Read a manifest.

    Parameters
    ----------
    body
        Its bytes.
    where
        Name of the backup, for messages.

    Raises
    ------
    KeepingError
        If it is damaged, or was written by a newer program.
    """
    damaged = KeepingError(f"{where}: {NAME} is damaged; take another backup")
    try:
        document = orjson.loads(body)
        if not isinstance(document, dict) or document.pop("entregent") != "backup":
            raise damaged
        if document["format"] > FORMAT:
            raise KeepingError(
                f"{where} was written by Entregent {document['program']}, which is newer; "
                "install that version or a later one"
            )
        digest = document.pop("digest")
        if digest != _digest({"entregent": "backup", **document}):
            raise damaged
        del document["format"]
        return Manifest(
            **{
                **document,
                "erasures": Place(**document["erasures"]),
                "files": tuple(_item(item) for item in document["files"]),
            }
        )
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError):
        raise damaged from None


def _item(document: dict[str, Any]) -> Item:
    item = Item(**document)
    path = PurePosixPath(item.path)
    # Nothing of a backup is written outside the folder it is restored to.
    if path.is_absolute() or ".." in path.parts or str(path) != item.path:
        raise ValueError(item.path)
    return item


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()
