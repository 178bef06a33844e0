"""How much is read from one file before it is refused, so that no file exhausts the machine."""

from dataclasses import dataclass
from typing import Final

_MB: Final = 1 << 20
_GB: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds in bytes, except where the name says otherwise.

    Attributes
    ----------
    member_bytes
        Of one member of an archive, unpacked.
    archive_bytes
        Of all members of an archive, and of the archives in it.
    archive_members
        Number of members.
    ratio, ratio_from
        Unpacked size over packed size, once more than `ratio_from` is unpacked.
    inner_archive_bytes
        Of an archive inside an archive, which is held in memory.
    line_bytes
        Of one line of JSON lines.
    whole_bytes
        Of a JSON document that is parsed at once; larger ones are read element by element.
    element_bytes
        Of one element of such a document, to within 64 kB.
    row_bytes
        Of one physical line of a table.
    text_bytes
        Of a feed.
    """

    member_bytes: int = 4 * _GB
    archive_bytes: int = 20 * _GB
    archive_members: int = 100_000
    ratio: int = 200
    ratio_from: int = 100 * _MB
    inner_archive_bytes: int = 64 * _MB
    line_bytes: int = 8 * _MB
    whole_bytes: int = 16 * _MB
    element_bytes: int = 8 * _MB
    row_bytes: int = 1 * _MB
    text_bytes: int = 32 * _MB


def in_words(size: int) -> str:
    """A size as a sentence says it.

    Examples
    --------
    >>> in_words(8 << 20)
    '8 MB'
    """
    if size >= _GB:
        return f"{size / _GB:g} GB"
    return f"{size / _MB:g} MB" if size >= _MB else f"{size} bytes"


class Unreadable(Exception):
    """A file, or a member of an archive, that is refused as a whole.

    Parameters
    ----------
    reason
        One sentence that says why, and what would be right.
    where
        Place inside it, such as ``line 3``; empty where it is the whole.
    """

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
