"""The house's working time: its hours, and the public holidays of Québec."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from entregent.apps.organisation import answering
from entregent.vocabulary.working_hours import WorkingHours
from entregent.vocabulary.working_hours import after as _after
from entregent.vocabulary.working_hours import worked as _worked


class HouseHours:
    """Working time of the house, read once and asked often."""

    def __init__(self) -> None:
        found = answering.hours()
        self._hours = WorkingHours(found.opens_at, found.closes_at, found.working_days, found.zone)
        # Without one open minute there would be no deadline at all: count every hour instead.
        self._never = not found.working_days or found.opens_at >= found.closes_at

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Working time between two moments."""
        if self._never:
            return max(timedelta(), end - start)
        return _worked(start, end, self._hours, Holidays())

    def after(self, start: datetime, span: timedelta) -> datetime:
        """The moment at which some working time has passed."""
        if self._never:
            return start + span
        return _after(start, span, self._hours, Holidays())

    def waited(self, since: datetime | None) -> timedelta | None:
        """How long somebody waits by now, in working time."""
        return None if since is None else self.worked(since, timezone.now())


def after_working(start: datetime, span: timedelta) -> datetime:
    """The moment at which some working time has passed since another."""
    return HouseHours().after(start, span)


class Holidays:
    """Days on which nobody is there: the public holidays of Québec."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _holidays_of(day.year)


@lru_cache(maxsize=64)
def _holidays_of(year: int) -> frozenset[date]:
    # Loaded late: most pages that open the site never ask.
    import holidays

    return frozenset(holidays.country_holidays("CA", subdiv="QC", years=year))
