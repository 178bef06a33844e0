"""Numbers and days as they are written in the two languages; the library knows no Django."""

import math
from datetime import date
from typing import Final

from entregent.measurement.results import Interval, Language

NO_BREAK: Final = "\N{NO-BREAK SPACE}"
MINUS: Final = "\N{MINUS SIGN}"
_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
        *("septembre", "octobre", "novembre", "décembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August"),
        *("September", "October", "November", "December"),
    ),
}


def digits_for(*values: float) -> int:
    """Decimals that tell some numbers apart without pretending: none from ten on, one below."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    if largest >= 9.95:
        return 0
    if largest >= 0.095:
        return 1
    return 2 if largest >= 0.0095 or largest == 0 else 3


def number(value: float, language: Language, digits: int | None = None) -> str:
    """A number in words of a language: « 1 234,5 » or ``1,234.5``, with a true minus sign.

    Parameters
    ----------
    value
        Any number; what is not finite is written as a dash.
    language
        ``fr`` or ``en``.
    digits
        Decimals; by default as `digits_for` says of this number alone.
    """
    if not math.isfinite(value):
        return "—"
    places = digits_for(value) if digits is None else digits
    text = f"{abs(value):,.{places}f}"
    sign = MINUS if value < 0 and float(text.replace(",", "")) != 0 else ""
    if language == "fr":
        text = text.replace(",", NO_BREAK).replace(".", ",")
    return sign + text


def percent(share: float, language: Language, digits: int = 0) -> str:
    """A share as a percentage: « 12 % » or ``12%``."""
    text = number(100 * share, language, digits)
    return f"{text}{NO_BREAK}%" if language == "fr" else f"{text}%"


def between(interval: Interval, language: Language, digits: int | None = None) -> str:
    """Bounds in words: « de 33 à 49 » or ``33 to 49``."""
    places = digits_for(interval.low, interval.high) if digits is None else digits
    low, high = (number(each, language, places) for each in (interval.low, interval.high))
    return f"de {low} à {high}" if language == "fr" else f"{low} to {high}"


def with_bounds(interval: Interval, language: Language, digits: int | None = None) -> str:
    """An estimate with its bounds: « 41 (de 33 à 49) » or ``41 (33 to 49)``."""
    values = (interval.estimate, interval.low, interval.high)
    places = digits_for(*values) if digits is None else digits
    return f"{number(interval.estimate, language, places)} ({between(interval, language, places)})"


def day_in_words(day: date, language: Language) -> str:
    """A day: « 3 février 2026 », « 1ᵉʳ mars 2026 » or ``February 3, 2026``."""
    month = _MONTHS[language][day.month - 1]
    if language == "en":
        return f"{month} {day.day}, {day.year}"
    return f"{'1ᵉʳ' if day.day == 1 else day.day} {month} {day.year}"
