"""Days on which people live otherwise: public holidays, relâche, the construction holiday."""

from datetime import date, timedelta
from functools import lru_cache

from django.utils.translation import get_language, gettext

from entregent.apps.measure.lines import MomentLine


def holidays_of(first_day: date, last_day: date) -> list[MomentLine]:
    """Holidays of Québec that touch some days (both included), oldest first, in words.

    Public holidays are those of the package `holidays`. Relâche is the first full week of March,
    as most school services have it; the construction holiday is two weeks from the last Sunday but
    one of July.
    """
    in_french = not (get_language() or "fr").startswith("en")
    found = []
    for year in range(first_day.year, last_day.year + 1):
        for day, name in _public(year, "fr" if in_french else "en_CA"):
            found.append(MomentLine("holiday", day, day, name))
        begin = relache(year)
        found.append(
            MomentLine("holiday", begin, begin + timedelta(days=4), gettext("spring break"))
        )
        begin = construction_holiday(year)
        found.append(
            MomentLine(
                "holiday", begin, begin + timedelta(days=13), gettext("construction holiday")
            )
        )
    found.sort(key=lambda moment: (moment.first_day, moment.last_day))
    return [
        moment for moment in found if moment.first_day <= last_day and moment.last_day >= first_day
    ]


def relache(year: int) -> date:
    """Monday of the first full week of March."""
    first = date(year, 3, 1)
    return first + timedelta(days=-first.weekday() % 7)


def construction_holiday(year: int) -> date:
    """Sunday on which it begins: the last but one of July."""
    last = date(year, 7, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7 + 7)


@lru_cache(maxsize=64)
def _public(year: int, language: str) -> tuple[tuple[date, str], ...]:
    import holidays

    told = holidays.country_holidays("CA", subdiv="QC", years=year, language=language)
    return tuple(sorted(told.items()))
