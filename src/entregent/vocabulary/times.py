"""Times as networks write them: always with a zone, always kept in UTC."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from entregent.vocabulary.errors import VocabularyError
from entregent.vocabulary.reading import kind_of, shown

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""First instant that is accepted (inclusive)."""
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""First instant that is refused (exclusive)."""

_RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)


_LONGEST = 100


def parse_time(text: object, where: str = "") -> datetime:
    """Read an RFC 3339 time.

    Parameters
    ----------
    text
        Such as ``2026-02-03T19:30:00-05:00``. The zone is required; seconds are optional, as
        ActivityStreams allows; fractions beyond a microsecond are cut.
    where
        Place to name if the time is refused.

    Returns
    -------
    datetime
        Aware, in UTC, in ``[EARLIEST, LATEST)``.

    Raises
    ------
    VocabularyError
        If it is no time, has no zone, or lies outside the bounds.

    Examples
    --------
    >>> parse_time("2026-02-03T19:30:00-05:00")
    datetime.datetime(2026, 2, 4, 0, 30, tzinfo=datetime.timezone.utc)
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise VocabularyError(f"{_shown(text)} is not a date and time", where)
    try:
        return _parse(text)
    except VocabularyError as error:
        raise VocabularyError(error.reason, where) from None


# A post and the object in it mostly carry the same time.
@lru_cache(maxsize=1024)
def _parse(text: str) -> datetime:
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise VocabularyError(
            f"{_shown(text)} is not a date and time such as 2026-02-03T19:30:00-05:00"
        )
    if match["zone"] is None:
        raise VocabularyError(f"the time {_shown(text)} has no zone; write Z or an offset after it")
    try:
        if match["zone"] == "Z" and text[10] != "t":
            # How most networks write it, and so the way that must be short.
            moment = datetime.fromisoformat(text)
            if EARLIEST.year <= moment.year < LATEST.year:
                return moment
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise VocabularyError(f"{_shown(text)} is not a time that exists") from None
    return check_bounds(moment)


def check_bounds(moment: datetime, where: str = "") -> datetime:
    """Return `moment` if it lies in ``[EARLIEST, LATEST)``; refuse it otherwise."""
    if not EARLIEST <= moment < LATEST:
        raise VocabularyError(
            f"the year {moment.year} is outside {EARLIEST.year} to "
            f"{LATEST.year - 1}; correct the date",
            where,
        )
    return moment


def format_time(moment: datetime) -> str:
    """Write an aware time as RFC 3339 in UTC, without needless zeros.

    Examples
    --------
    >>> format_time(datetime(2026, 2, 4, 0, 30, tzinfo=UTC))
    '2026-02-04T00:30:00Z'
    """
    moment = aware(moment).astimezone(UTC)
    text = moment.replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if moment.microsecond else text) + "Z"


def aware(moment: datetime, where: str = "") -> datetime:
    """Return `moment` unchanged if it carries a zone; refuse it otherwise."""
    if moment.utcoffset() is None:
        raise VocabularyError("a time without a zone; give it one (UTC is safest)", where)
    return moment


def _shown(value: object) -> str:
    if not isinstance(value, str):
        return kind_of(value)
    return f"« {shown(value, 40)}{'…' if len(value) > 40 else ''} »"
