"""What people write in the cells of a table: numbers, amounts, days and times, in two languages."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from datetime import timezone as fixed_zone
from decimal import Decimal
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from entregent.vocabulary import Money, VocabularyError, parse_time
from entregent.vocabulary.times import check_bounds

Comma: TypeAlias = Literal["decimal", "thousands", ""]
"""What a comma before three last digits means in a table; empty where nobody can say."""

_LONGEST = 60
_SIGN = re.compile(
    r"^(?P<open>\()?(?P<sign>[-+\u2212\u2013])?(?P<rest>.*?)(?P<close>\))?$", re.DOTALL
)
_MONEY_MARK = re.compile(r"^(?:[A-Z]{2,3} ?)?[$€£]|^[A-Z]{3} |[$€£](?: ?[A-Z]{2,3})?$| [A-Z]{3}$")
_CODE = re.compile(r"\b([A-Z]{3})\b")
_PLAIN = re.compile(r"[0-9]+")
_SPACED = re.compile(r"[0-9]{1,3}(?:([ '’])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?")
_ENGLISH = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}")
_DOTTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_EITHER = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_DECIMAL = re.compile(r"[0-9]*[.,][0-9]+|[0-9]+[.,]")

_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_LOCAL = re.compile(
    r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})[ T]+"
    r"(?:([0-9]{1,2})[:h]([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?)"
    r" *(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)
_AMBIGUOUS_DAY = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}\b.*", re.DOTALL)
_WORDED_DAY = re.compile(
    r"(?:(?P<d1>[0-9]{1,2})(?:er)? (?P<m1>[a-z]+)\.?|(?P<m2>[a-z]+)\.? (?P<d2>[0-9]{1,2}),?)"
    r" (?P<year>[0-9]{4})"
)
_TOTAL = re.compile(
    r"(?:grand |sous-)?(?:totals?|totaux)\s*(?:[:-].*)?|results from [0-9].*|résultats de [0-9].*",
    re.IGNORECASE | re.DOTALL,
)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{2}):?([0-9]{2})", re.IGNORECASE)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            *("jan january janv janvier", "feb february fev fevr fevrier", "mar march mars"),
            *("apr april avr avril", "may mai", "jun june juin", "jul july juil juillet"),
            *("aug august aout", "sep sept september septembre", "oct october octobre"),
            *("nov november novembre", "dec december decembre"),
        ),
        start=1,
    )
    for name in names.split()
}


def fold(text: str) -> str:
    r"""Lower case, without accents, punctuation and doubled spaces.

    Examples
    --------
    >>> fold("  Montant dépensé\u00a0(CAD) ")
    'montant depense cad'
    """
    # Some letters have a lower case only once they are decomposed.
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = bare.replace("œ", "oe").replace("æ", "ae")
    kept = "".join(
        letter if letter.isalnum() else " " for letter in bare if not unicodedata.combining(letter)
    )
    return " ".join(kept.split())


def parse_number(text: str, comma: Comma = "") -> Decimal:
    """Read a number as French or English writes it.

    Parameters
    ----------
    text
        Such as ``1 234,50``, ``1,234.50``, ``12,50 $``, ``$12.50`` or ``(12.50)``, which is
        negative. A point before three last digits is a decimal point.
    comma
        What ``1,234`` means here; it is refused where this is empty.

    Raises
    ------
    VocabularyError
        If it is no number, or may be two numbers.

    Examples
    --------
    >>> parse_number("1 234,50 $"), parse_number("(12.50)")
    (Decimal('1234.50'), Decimal('-12.50'))
    """
    match = _SIGN.match(_spaces(text))
    if match is None or len(text) > _LONGEST or bool(match["open"]) != bool(match["close"]):
        raise VocabularyError(f"{shown(text)} is not a number")
    core, negative = match["rest"].strip(), bool(match["open"])
    core = _MONEY_MARK.sub("", core).strip()
    if core[:1] in {"-", "\u2212"} and not match["sign"]:
        core, negative = core[1:].strip(), not negative
    if match["sign"] in {"-", "\u2212", "\u2013"}:
        negative = not negative
    digits = _digits(core, comma, text)
    value = Decimal(digits)
    return -value if negative and value else value


def _digits(core: str, comma: Comma, text: str) -> str:
    if _PLAIN.fullmatch(core):
        return core
    if _SPACED.fullmatch(core):
        return re.sub(r"[ '’]", "", core).replace(",", ".")
    if _ENGLISH.fullmatch(core):
        return core.replace(",", "")
    if _DOTTED.fullmatch(core):
        return core.replace(".", "").replace(",", ".")
    if _EITHER.fullmatch(core) and comma != "decimal":
        if comma == "thousands":
            return core.replace(",", "")
        raise VocabularyError(
            f"{shown(text)} may be read in two ways; write {core.replace(',', '')} "
            f"or {core.replace(',', '.')}"
        )
    if _DECIMAL.fullmatch(core):
        number = "0" + core.replace(",", ".")
        return number + "0" if number.endswith(".") else number
    raise VocabularyError(f"{shown(text)} is not a number")


def read_number(row: Mapping[str, str], column: str) -> Decimal | None:
    """Number in a cell of a row; None where the cell is empty.

    Raises
    ------
    VocabularyError
        Naming the column, if the cell holds something else.
    """
    text = row.get(column, "").strip()
    if is_blank(text):
        return None
    hint: Comma = (
        "decimal"
        if row.get("@comma") == "decimal"
        else ("thousands" if row.get("@comma") == "thousands" else "")
    )
    try:
        return parse_number(text, hint)
    except VocabularyError as error:
        raise VocabularyError(error.reason, column) from None


def read_money(row: Mapping[str, str], column: str, currency: str = "currency") -> Money | None:
    """Amount in a cell, with its currency from its column, from the header, or from the cell."""
    amount = read_number(row, column)
    if amount is None:
        return None
    named = _CODE.search(row[column])
    code = row.get(currency, "").strip() or note(row, column) or (named[1] if named else "")
    if not code:
        raise VocabularyError("the currency is missing; write a code such as CAD", currency)
    try:
        return Money(amount, code.upper())
    except VocabularyError as error:
        raise VocabularyError(
            error.reason, currency if "code" in error.reason else column
        ) from None


def note(row: Mapping[str, str], column: str) -> str:
    """What the header of a column says in parentheses, such as ``CAD`` or ``UTC``."""
    return row.get("@" + column, "").strip()


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no value: empty, or a dash."""
    return text.strip() in {"", "-", "--", "–", "—"}


def is_total(text: str) -> bool:
    """Whether a cell says that its row sums the others, such as ``Total : campagnes``."""
    return _TOTAL.fullmatch(text.strip()) is not None


def read_moment(row: Mapping[str, str], column: str, zone: str = "zone") -> datetime:
    """Time in a cell, in UTC.

    A time without a zone takes it from the table's own column, or from the parentheses in its
    header. Of an hour that comes twice when clocks go back, the first is meant.

    Raises
    ------
    VocabularyError
        Naming the column, if it is empty, no time, without a zone, or out of bounds.
    """
    text = _spaces(row.get(column, ""))
    match = _LOCAL.fullmatch(text)
    if match is None:
        if not text:
            raise VocabularyError("the time is missing", column)
        _refuse_ambiguous(text, column)
        if _DAY.fullmatch(text):
            raise VocabularyError(
                f"{shown(text)} is a day without a time; write 2026-02-03T19:30:00-05:00", column
            )
        return parse_time(text, column)
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    place = match["zone"] or row.get(zone, "").strip() or note(row, column)
    if not place:
        raise VocabularyError(
            f"the time {shown(text)} has no zone; write -05:00 after it, or add a column "
            "« time zone » such as America/Toronto",
            column,
        )
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=zone_of(place, zone))
        moment = local.astimezone(UTC)
        exists = moment.astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        if isinstance(error, VocabularyError):
            raise
        raise VocabularyError(f"{shown(text)} is not a time that exists", column) from None
    if not exists:
        raise VocabularyError(
            f"{shown(text)} does not exist in {place[:40]}: clocks go forward over it", column
        )
    return check_bounds(moment, column)


def read_day(row: Mapping[str, str], column: str, zone: str = "zone") -> datetime:
    """Start of the day in a cell, in UTC.

    The day begins at midnight of the table's own zone (column or header); where there is none, at
    midnight UTC.
    """
    text = _spaces(row.get(column, ""))
    if not text:
        raise VocabularyError("the day is missing", column)
    _refuse_ambiguous(text, column)
    found = _day_of(text)
    if found is None:
        raise VocabularyError(f"{shown(text)} is not a day such as 2026-02-03", column)
    place = row.get(zone, "").strip() or note(row, column) or "UTC"
    try:
        start = datetime.combine(date(*found), time(), zone_of(place, zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        if isinstance(error, VocabularyError):
            raise
        raise VocabularyError(f"{shown(text)} is not a day that exists", column) from None
    return check_bounds(start, column)


def zone_of(name: str, where: str) -> tzinfo:
    """Time zone of a name (``America/Toronto``) or an offset (``-05:00``)."""
    name = name.strip().replace("\u2212", "-")
    if name.upper() in {"Z", "UTC", "GMT"}:
        return UTC
    offset = _OFFSET.fullmatch(name)
    try:
        if offset is not None:
            shift = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
            return fixed_zone(-shift if offset[1] == "-" else shift)
        if "/" in name and len(name) <= 64:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    raise VocabularyError(f"{shown(name)} is not a time zone such as America/Toronto", where)


def shown(text: str) -> str:
    """A cell as a refusal quotes it."""
    text = " ".join(text.split())
    return f"« {text[:40]} »" if len(text) <= 40 else f"« {text[:40]}… »"


def _day_of(text: str) -> tuple[int, int, int] | None:
    match = _DAY.fullmatch(text) or _COMPACT_DAY.fullmatch(text)
    if match is not None:
        return int(match[1]), int(match[2]), int(match[3])
    bare = unicodedata.normalize("NFKD", text.casefold())
    worded = _WORDED_DAY.fullmatch("".join(c for c in bare if not unicodedata.combining(c)))
    month = _MONTHS.get(worded["m1"] or worded["m2"]) if worded is not None else None
    if worded is None or month is None:
        return None
    return int(worded["year"]), month, int(worded["d1"] or worded["d2"])


def _refuse_ambiguous(text: str, column: str) -> None:
    if _AMBIGUOUS_DAY.fullmatch(text):
        raise VocabularyError(
            f"{shown(text)} may be two days (month first or day first); write it as 2026-02-03",
            column,
        )


def _spaces(text: str) -> str:
    # Spaces that do not break, narrow or thin, are what French puts between thousands.
    return " ".join(text.split())
