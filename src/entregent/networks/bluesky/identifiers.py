"""Names and times of the AT Protocol: DIDs, handles, at-addresses, record keys, timestamps."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from entregent.vocabulary import VocabularyError, parse_time
from entregent.vocabulary.reading import kind_of, shown
from entregent.vocabulary.times import EARLIEST, LATEST

_DID = re.compile(r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]", re.ASCII)
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?", re.ASCII)
_NSID = re.compile(
    rf"[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?(?:\.{_LABEL})+\.[a-zA-Z][a-zA-Z0-9]{{0,62}}",
    re.ASCII,
)
_KEY = re.compile(r"[a-zA-Z0-9_~.:-]{1,512}", re.ASCII)
_TID_DIGITS: Final = "234567abcdefghijklmnopqrstuvwxyz"
_TID = re.compile(rf"[234567abcdefghij][{_TID_DIGITS}]{{12}}", re.ASCII)
_CLOCK_BITS: Final = 10
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,20})?(?:Z|(?!-00:00)[+-]\d{2}:\d{2})", re.ASCII
)
_NO_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,20})?", re.ASCII)


class Address(NamedTuple):
    """Parts of an at-address; collection and key are empty where it names a whole repository."""

    authority: str
    collection: str
    key: str


def is_did(text: str) -> bool:
    """Whether a text is a DID."""
    return len(text) <= 2048 and _DID.fullmatch(text) is not None


def is_handle(text: str) -> bool:
    """Whether a text is a handle."""
    return len(text) <= 253 and _HANDLE.fullmatch(text) is not None


def is_nsid(text: str) -> bool:
    """Whether a text names a collection."""
    return len(text) <= 317 and _NSID.fullmatch(text) is not None


def is_record_key(text: str) -> bool:
    """Whether a text is the key of a record."""
    return text not in {".", ".."} and _KEY.fullmatch(text) is not None


def is_tid(text: str) -> bool:
    """Whether a text is a timestamp identifier."""
    return _TID.fullmatch(text) is not None


def did_in(value: object, where: str) -> str:
    """Return `value` if it is a DID; refuse it otherwise."""
    if not isinstance(value, str):
        raise VocabularyError(f"a DID was expected, not {kind_of(value)}", where)
    if not is_did(value):
        raise VocabularyError(f"« {shown(value, 40)} » is not a DID such as did:plc:…", where)
    return value


def address_in(value: object, where: str) -> Address:
    """Parts of an at-address; refuse what is none.

    Examples
    --------
    >>> address_in("at://did:plc:alice/app.bsky.feed.post/3jzfcijpj2z2a", "uri").key
    '3jzfcijpj2z2a'
    """
    if not isinstance(value, str):
        raise VocabularyError(f"an at-address was expected, not {kind_of(value)}", where)
    scheme, _, rest = value.partition("://")
    authority, _, path = rest.partition("/")
    collection, slash, key = path.partition("/")
    sound = (
        scheme == "at"
        and len(value) <= 4096
        and (is_did(authority) or is_handle(authority))
        and (not collection if "/" not in rest else is_nsid(collection))
        and (is_record_key(key) if slash else True)
    )
    if not sound:
        raise VocabularyError(
            f"« {shown(value, 60)} » is not an address such as at://did:plc:…/collection/key",
            where,
        )
    return Address(authority, collection, key)


def uri_in(value: object, where: str) -> str:
    """Return `value` if it is an at-address of a record; refuse it otherwise."""
    if not address_in(value, where).key or not isinstance(value, str):
        raise VocabularyError("the address names no record", where)
    return value


def time_of_tid(text: str) -> datetime | None:
    """When a timestamp identifier was made, in UTC; None where it is none, or out of bounds."""
    if not is_tid(text):
        return None
    number = 0
    for digit in text:
        number = number * 32 + _TID_DIGITS.index(digit)
    microseconds = number >> _CLOCK_BITS
    if microseconds >= int(LATEST.timestamp()) * 1_000_000:
        return None
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)


def parse_datetime(value: object, where: str) -> datetime:
    """Read a time as the protocol writes it: seconds, a capital T, and a zone are required."""
    if isinstance(value, str) and not _TIME.fullmatch(value) and not _NO_ZONE.fullmatch(value):
        raise VocabularyError(f"« {shown(value, 40)} » is not a time of the AT Protocol", where)
    return parse_time(value, where)


def created_at(value: object, uri: str, where: str) -> datetime:
    """When a record was made: what it says, else what its key says.

    A time without a zone is not guessed at: the record's key, where it is a timestamp identifier,
    carries its own clock, in UTC.
    """
    if isinstance(value, str) and _NO_ZONE.fullmatch(value):
        moment = time_of_tid(uri.rpartition("/")[2])
        if moment is not None and moment >= EARLIEST:
            return moment
    return parse_datetime(value, where)
