"""Days on which people live otherwise: public holidays, relâche, the construction holiday."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal

from entregent.measurement.results import CannotMeasure, Language

Calendar = Literal["quebec", "france", "none"]

CALENDARS: Final = ("quebec", "france", "none")
_RELACHE: Final[Mapping[Language, str]] = {"fr": "relâche", "en": "spring break"}
_CONSTRUCTION: Final[Mapping[Language, str]] = {
    "fr": "vacances de la construction",
    "en": "construction holiday",
}


def holiday_names(
    first_day: date, last_day: date, calendar: Calendar = "quebec", language: Language = "fr"
) -> dict[date, str]:
    """Name of each day between two days (both included) on which people live otherwise.

    Parameters
    ----------
    first_day, last_day
        Both included.
    calendar
        ``quebec`` has the public holidays of the package `holidays`, relâche (first full week of
        March) and the construction holiday; ``france`` the public holidays; ``none`` nothing.
    language
        Of the names.

    Raises
    ------
    CannotMeasure
        ``calendar`` where there is no such calendar.
    """
    if calendar not in CALENDARS:
        raise CannotMeasure(
            "calendar",
            fr=f"Il n'y a pas de calendrier « {calendar} ». Choisissez parmi "
            f"{', '.join(CALENDARS)}.",
            en=f"There is no calendar “{calendar}”. Choose among {', '.join(CALENDARS)}.",
        )
    if calendar == "none":
        return {}
    import holidays

    years = range(first_day.year, last_day.year + 1)
    found: dict[date, str] = {}
    if calendar == "france":
        told = holidays.country_holidays(
            "FR", years=years, language="fr" if language == "fr" else "en_US"
        )
    else:
        for year in years:
            begin = construction_holiday(year)
            for number in range(14):
                found[begin + timedelta(days=number)] = _CONSTRUCTION[language]
            begin = relache(year)
            for number in range(5):
                found[begin + timedelta(days=number)] = _RELACHE[language]
        told = holidays.country_holidays(
            "CA", subdiv="QC", years=years, language="fr" if language == "fr" else "en_CA"
        )
    found.update(told)
    return {day: name for day, name in sorted(found.items()) if first_day <= day <= last_day}


def relache(year: int) -> date:
    """Monday of the first full week of March, as most school services of Québec have it."""
    first = date(year, 3, 1)
    return first + timedelta(days=-first.weekday() % 7)


def construction_holiday(year: int) -> date:
    """Sunday on which Québec's construction holiday begins: the last but one of July."""
    last = date(year, 7, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7 + 7)
