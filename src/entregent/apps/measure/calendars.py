"""Days on which people live otherwise: public holidays, relâche, the construction holiday."""

from datetime import date, timedelta
from functools import lru_cache

from django.utils.translation import get_language, gettext

from entregent.apps.measure.lines import MomentLine
from entregent.measurement.calendars import construction_holiday, relache


def holidays_of(first_day: date, last_day: date) -> list[MomentLine]:
    """Holidays of Québec that touch some days (both included), oldest first, in words.

    Public holidays are those of the package `holidays`; relâche has five days, the construction
    holiday two weeks.
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


@lru_cache(maxsize=64)
def _public(year: int, language: str) -> tuple[tuple[date, str], ...]:
    import holidays

    told = holidays.country_holidays("CA", subdiv="QC", years=year, language=language)
    return tuple(sorted(told.items()))
