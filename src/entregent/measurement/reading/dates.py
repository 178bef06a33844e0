"""Days as people and spreadsheets write them; which number is the month is decided by column."""

import itertools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from entregent.measurement.reading.refusing import Note, note, place, refusal, shown
from entregent.measurement.results import CannotMeasure

Form = Literal["ymd", "numbers", "words", "compact", "serial", "month", "week", "year"]

_EARLIEST: Final = 1700
_LATEST: Final = 2200
"""Years from, and years before which, a day is taken for one."""
_LONGEST: Final = 60
_SERIAL_ZERO: Final = date(1899, 12, 30)
_CLOCK: Final = (
    r"(?:[Tt ,]\s*(?:à\s+)?[0-2]?[0-9][:hH.][0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?"
    r"(?:\s?[AaPp]\.?[Mm]\.?)?\s?(?P<zone>[Zz]|UTC|GMT|[+\-\u2212][0-9]{2}:?[0-9]{2})?)?"
)
_YMD: Final = re.compile(rf"([0-9]{{4}})([-/.\u2010\u2011])([0-9]{{1,2}})\2([0-9]{{1,2}}){_CLOCK}")
_NUMBERS: Final = re.compile(rf"([0-9]{{1,2}})([-/. ])([0-9]{{1,2}})\2([0-9]{{4}}){_CLOCK}")
_SHORT_YEAR: Final = re.compile(r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}")
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL: Final = re.compile(r"([2-7][0-9]{4})(?:[.,]0+)?")
_DAY_FIRST: Final = re.compile(
    rf"(?:[^\W\d_]+\.?,?\s+)?([0-9]{{1,2}})(?:\s?(?:er|ᵉʳ|st|nd|rd|th))?[\s\-./]+(?:de\s+|of\s+)?"
    rf"([^\W\d_]+)\.?[\s\-./,]+([0-9]{{4}}){_CLOCK}"
)
_MONTH_FIRST: Final = re.compile(
    rf"(?:[^\W\d_]+\.?,?\s+)?([^\W\d_]+)\.?\s+([0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+([0-9]{{4}}){_CLOCK}"
)
_MONTH: Final = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{4}|([^\W\d_]+)\.?[\s\-/]+[0-9]{2,4}"
)
_WEEK: Final = re.compile(
    r"[0-9]{4}[- ]?[WS][0-9]{1,2}|(?:w|s|sem|semaine|week)\.?\s?[0-9]{1,2}\b.*", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}")

_WORDS_FOR_MONTHS: Final = (
    "janvier janv jan january",
    "fevrier fevr fev feb february",
    "mars mar march",
    "avril avr april apr",
    "mai may",
    "juin jun june",
    "juillet juill juil jul july",
    "aout aou august aug",
    "septembre sept sep september",
    "octobre oct october",
    "novembre nov november",
    "decembre dec december",
)
_MONTHS: Final = {
    word: index for index, words in enumerate(_WORDS_FOR_MONTHS, 1) for word in words.split()
}
_HEADERS: Final = frozenset(
    ("date", "dates", "jour", "jours", "journee", "horodatage", "heure", "moment")
) | {"day", "days", "timestamp", "datetime", "time"}


@dataclass(frozen=True, slots=True)
class Days:
    """A column of days, in the order of its cells, with what was decided."""

    days: list[date]
    notes: tuple[Note, ...]


class _Read(NamedTuple):
    """What a cell says: a day, or two numbers of which one is the month."""

    form: Form
    day: date | None = None
    first: int = 0
    second: int = 0
    year: int = 0
    zone: str | None = None
    timed: bool = False


def is_date_header(name: str) -> bool:
    """Whether the name of a column says that it holds days."""
    words = re.split(r"[\W_]+", folded(name))
    return any(word in _HEADERS for word in words)


def folded(text: str) -> str:
    """Lower case, without accents, with single spaces."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in flat if not unicodedata.combining(each)).split())


def date_form(cell: str) -> Form | None:
    """The form in which a cell writes a day (or a month, a week, a year); None where it does not.

    Whole numbers of five digits, as spreadsheets count days, are ``serial``.
    """
    found = _read(cell.strip())
    return found.form if isinstance(found, _Read) else None


def days_of(cells: Sequence[str], lines: Sequence[int], name: str) -> Days:
    """Read a column of days.

    A time counts for its day where it was written: at its own offset. Offsets may differ by an
    hour, as summer time makes them; other mixtures, or some times with and some without offset,
    are refused.

    Parameters
    ----------
    cells, lines
        The cells, none of them empty, and the line of the file on which each stands.
    name
        Of the column.

    Raises
    ------
    CannotMeasure
        For a cell that is no day, naming line and column; for months, weeks or years; for day and
        month in an order that nothing tells where forms are mixed.
    """
    plain = _all_plain(cells)
    if plain is not None:
        return Days(plain, ())
    read: list[_Read] = []
    for cell, line in zip(cells, lines, strict=True):
        found = _read(cell.strip())
        if isinstance(found, str):
            raise _refuse(found, cell, line, name)
        if found.form in {"month", "week", "year"}:
            raise not_daily(found.form, example=cell, line=line, name=name)
        read.append(found)
    forms = {each.form for each in read}
    if "serial" in forms:
        _check_serials(cells, lines, name, read)
    day_first, notes = _order(cells, lines, name, read, mixed=len(forms) > 1)
    notes += _zones(cells, lines, name, read)
    if "serial" in forms:
        notes += (_serial_note(name, read[0].day, cells[0]),)
    days = []
    for index, each in enumerate(read):
        day = each.day if each.form != "numbers" else _day_of(each, day_first=day_first)
        if day is None or not _EARLIEST <= day.year < _LATEST:
            raise _refuse("no_such_day", cells[index], lines[index], name)
        days.append(day)
    return Days(days, notes)


def _all_plain(cells: Sequence[str]) -> list[date] | None:
    """Days of a column in which each is written as 2026-02-03, the quick way; else None."""
    if not all(len(cell) == 10 and cell[4] == cell[7] == "-" for cell in cells):
        return None
    try:
        days = list(map(date.fromisoformat, cells))
    except ValueError:
        return None
    return days if all(_EARLIEST <= day.year < _LATEST for day in days) else None


def not_daily(
    step: str, *, example: str = "", line: int = 0, name: str = "", days: float = 0
) -> CannotMeasure:
    """The refusal of a series with longer steps than a day."""
    words = {
        "month": ("une ligne par mois", "one row a month"),
        "week": ("une ligne par semaine", "one row a week"),
        "fortnight": ("une ligne toutes les deux semaines", "one row every two weeks"),
        "quarter": ("une ligne par trimestre", "one row a quarter"),
        "year": ("une ligne par an", "one row a year"),
    }
    fr_step, en_step = words.get(
        step, (f"une ligne tous les {days:.0f} jours", f"one row every {days:.0f} days")
    )
    fr, en = f"Ce tableau a {fr_step}", f"This table has {en_step}"
    if example:
        fr_place, en_place = place(line, name)
        fr = f"{fr_place} : « {shown(example)} » n'est pas un jour; ce tableau a {fr_step}"
        en = f"{en_place}: « {shown(example)} » is not a day; this table has {en_step}"
    return refusal(
        "not_daily",
        fr=f"{fr}, et la mesure demande des données par jour : exportez-les jour par jour.",
        en=f"{en}, and measuring needs data by day: export them day by day.",
    )


@lru_cache(maxsize=4096)
def _read(cell: str) -> _Read | str:
    """What a cell says; the code of a refusal where it says no day."""
    if len(cell) > _LONGEST:
        return "not_a_date"
    for pattern, reading in _FORMS:
        if (found := pattern.fullmatch(cell)) and (said := reading(found)):
            return said
    return "not_a_date"


def _year_first(found: re.Match[str]) -> _Read | str:
    day = _real(int(found[1]), int(found[3]), int(found[4]))
    timed = found.end(4) < found.end()
    return _Read("ymd", day, zone=found["zone"], timed=timed) if day else "no_such_day"


def _year_last(found: re.Match[str]) -> _Read | str:
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if _real(year, second, first) is None and _real(year, first, second) is None:
        return "no_such_day"
    timed = found.end(4) < found.end()
    return _Read("numbers", None, first, second, year, found["zone"], timed)


def _digits(found: re.Match[str]) -> _Read | str:
    day = _real(int(found[1]), int(found[2]), int(found[3]))
    return _Read("compact", day) if day else "no_such_day"


def _serial(found: re.Match[str]) -> _Read:
    return _Read("serial", _SERIAL_ZERO + timedelta(days=int(found[1])))


def _day_then_month(found: re.Match[str]) -> _Read | str | None:
    return _in_words(found, number=found[1], word=found[2])


def _month_then_day(found: re.Match[str]) -> _Read | str | None:
    return _in_words(found, number=found[2], word=found[1])


def _in_words(found: re.Match[str], *, number: str, word: str) -> _Read | str | None:
    """« 3 février 2026 » or ``February 3, 2026``; None where the word is no month."""
    month = _month(word)
    if not month:
        return None
    day = _real(int(found[3]), month, int(number))
    timed = found.end(3) < found.end()
    return _Read("words", day, zone=found["zone"], timed=timed) if day else "no_such_day"


def _month_alone(found: re.Match[str]) -> _Read | None:
    return _Read("month") if not found[1] or _month(found[1]) else None


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Read | str | None]], ...]] = (
    (_YMD, _year_first),
    (_NUMBERS, _year_last),
    (_COMPACT, _digits),
    (_SERIAL, _serial),
    (_SHORT_YEAR, lambda _: "short_year"),
    (_DAY_FIRST, _day_then_month),
    (_MONTH_FIRST, _month_then_day),
    (_YEAR, lambda _: _Read("year")),
    (_MONTH, _month_alone),
    (_WEEK, lambda _: _Read("week")),
)


def _month(word: str) -> int:
    return _MONTHS.get(folded(word), 0)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _EARLIEST <= year < _LATEST else None
    except ValueError:
        return None


def _day_of(read: _Read, *, day_first: bool) -> date | None:
    if day_first:
        return _real(read.year, read.second, read.first)
    return _real(read.year, read.first, read.second)


def _order(
    cells: Sequence[str], lines: Sequence[int], name: str, read: Sequence[_Read], *, mixed: bool
) -> tuple[bool, tuple[Note, ...]]:
    """Whether the day stands before the month where both are numbers."""
    at = [index for index, each in enumerate(read) if each.form == "numbers"]
    by_day = next((index for index in at if read[index].first > 12), None)
    by_month = next((index for index in at if read[index].second > 12), None)
    if by_day is not None and by_month is not None:
        both = sorted((by_day, by_month))
        fr = " et ".join(f"« {shown(cells[i])} » (ligne {lines[i]})" for i in both)
        en = " and ".join(f"« {shown(cells[i])} » (line {lines[i]})" for i in both)
        raise refusal(
            "mixed_dates",
            fr=f"Colonne « {shown(name)} » : {fr} mettent le jour et le mois dans un ordre "
            "différent : écrivez toutes les dates comme 2026-02-03.",
            en=f"Column « {shown(name)} »: {en} put day and month in a different order: write all "
            "dates as 2026-02-03.",
        )
    if not at or by_day is not None or by_month is not None:
        return by_month is None, ()
    open_to_doubt = [i for i in at if read[i].first != read[i].second]
    if not open_to_doubt:
        return True, ()
    first = open_to_doubt[0]
    if mixed:
        fr, en = place(lines[first], name)
        raise refusal(
            "mixed_dates",
            fr=f"{fr} : « {shown(cells[first])} » se lit de deux façons, et les dates de cette "
            "colonne ne sont pas toutes écrites de la même façon : écrivez-les comme 2026-02-03.",
            en=f"{en}: « {shown(cells[first])} » can be read in two ways, and the dates of this "
            "column are not all written in one way: write them as 2026-02-03.",
        )
    # Rows that follow day by day in one reading alone tell the order.
    day_first = _follow(read, day_first=True) or not _follow(read, day_first=False)
    fr_order, en_order = ("jour, mois", "day, month") if day_first else ("mois, jour", "month, day")
    told = note(
        "date_order",
        fr=f"Colonne « {shown(name)} » : « {shown(cells[first])} » a été lu dans l'ordre "
        f"{fr_order}; aucune date de la colonne ne tranche.",
        en=f"Column « {shown(name)} »: « {shown(cells[first])} » was read in the order {en_order}; "
        "no date of the column decides it.",
    )
    return day_first, (told,)


def _follow(read: Sequence[_Read], *, day_first: bool) -> bool:
    days = [_day_of(each, day_first=day_first) for each in read]
    steps = [abs((b - a).days) for a, b in itertools.pairwise(days) if a and b and a != b]
    return bool(steps) and all(step == 1 for step in steps)


def _zones(
    cells: Sequence[str], lines: Sequence[int], name: str, read: Sequence[_Read]
) -> tuple[Note, ...]:
    first_of: dict[int | None, int] = {}
    for index, each in enumerate(read):
        if each.timed:
            first_of.setdefault(_offset_min(each.zone), index)
    offsets = [offset for offset in first_of if offset is not None]
    if (offsets and None in first_of) or (offsets and max(offsets) - min(offsets) > 60):
        if None in first_of:
            a, b = first_of[None], first_of[offsets[0]]
        else:
            a, b = first_of[min(offsets)], first_of[max(offsets)]
        a, b = sorted((a, b))
        raise refusal(
            "mixed_zones",
            fr=f"Colonne « {shown(name)} » : « {shown(cells[a])} » (ligne {lines[a]}) et "
            f"« {shown(cells[b])} » (ligne {lines[b]}) n'ont pas le même fuseau horaire : "
            "donnez le seul jour, compté partout au même endroit.",
            en=f"Column « {shown(name)} »: « {shown(cells[a])} » (line {lines[a]}) and "
            f"« {shown(cells[b])} » (line {lines[b]}) are not in the same time zone: give the "
            "day alone, counted in one place.",
        )
    if not offsets:
        return ()
    example = read[first_of[offsets[0]]].zone
    return (
        note(
            "zone",
            fr=f"Colonne « {shown(name)} » : chaque heure compte pour le jour où elle est écrite "
            f"(fuseau {example}).",
            en=f"Column « {shown(name)} »: each time counts for the day on which it is written "
            f"(zone {example}).",
        ),
    )


def _offset_min(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone[0] not in "+-\u2212":
        return 0
    minutes = 60 * int(zone[1:3]) + int(zone[-2:])
    return minutes if zone[0] == "+" else -minutes


def _check_serials(
    cells: Sequence[str], lines: Sequence[int], name: str, read: Sequence[_Read]
) -> None:
    """Refuse numbers of days unless the column says that it holds dates and all are such."""
    odd = next((i for i, each in enumerate(read) if each.form != "serial"), None)
    if odd is not None or not is_date_header(name):
        at = next(i for i, each in enumerate(read) if each.form == "serial")
        raise _refuse("not_a_date", cells[at], lines[at], name)


def _serial_note(name: str, day: date | None, cell: str) -> Note:
    return note(
        "serial_dates",
        fr=f"Colonne « {shown(name)} » : les dates sont des numéros de tableur; {shown(cell)} a "
        f"été lu comme le {day}.",
        en=f"Column « {shown(name)} »: the dates are day numbers of a spreadsheet; {shown(cell)} "
        f"was read as {day}.",
    )


def _refuse(code: str, cell: str, line: int, name: str) -> CannotMeasure:
    fr, en = place(line, name)
    words = {
        "not_a_date": ("ne se lit pas comme une date", "cannot be read as a date"),
        "no_such_day": (
            f"n'est pas un jour qui existe entre {_EARLIEST} et {_LATEST - 1}",
            f"is no day that exists between {_EARLIEST} and {_LATEST - 1}",
        ),
        "short_year": ("a une année de deux chiffres", "has a year of two digits"),
    }
    fr_reason, en_reason = words[code]
    return refusal(
        code,
        fr=f"{fr} : « {shown(cell)} » {fr_reason} : écrivez-la comme 2026-02-03.",
        en=f"{en}: « {shown(cell)} » {en_reason}: write it as 2026-02-03.",
    )
