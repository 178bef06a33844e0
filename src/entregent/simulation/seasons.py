"""The calendar of the simulated festival: editions, campaigns, storms, and clock time.

Dates are real and move by whole years, so that the last summer edition is always the latest one
before the present.
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from entregent.simulation.settings import Settings

EDITION_DAYS = 10
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition; `number` is 1 for the first of its season, days inclusive."""

    season: str  # winter, summer
    number: int
    first_day: date

    @property
    def last_day(self) -> date:
        """Closing day, a Saturday."""
        return self.first_day + timedelta(days=EDITION_DAYS - 1)


def first_thursday(year: int, month: int, day: int) -> date:
    """The first Thursday from a day on."""
    start = date(year, month, day)
    return start + timedelta(days=(3 - start.weekday()) % 7)


def winter_of(year: int) -> date:
    """First day of a year's winter edition."""
    return first_thursday(year, 2, 3)


def summer_of(year: int) -> date:
    """First day of a year's summer edition."""
    return first_thursday(year, 7, 9)


@dataclass(frozen=True)
class Calendar:
    """Days and times of one world."""

    settings: Settings
    zone: ZoneInfo
    today: date
    last_year: int
    first_day: date
    editions: tuple[Edition, ...]
    _midnights: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings) -> "Calendar":
        """The calendar of a world."""
        zone = ZoneInfo(settings.zone)
        today = settings.now.astimezone(zone).date()
        last = today.year
        if summer_of(last) + timedelta(days=EDITION_DAYS) > today:
            last -= 1
        count = settings.editions
        editions = [
            Edition(season, number, starts(last - count + number))
            for number in range(1, count + 1)
            for season, starts in (("winter", winter_of), ("summer", summer_of))
        ]
        first = date(last - count, 4, 1)
        made = cls(settings, zone, today, last, first, tuple(editions))
        made._midnights.extend(
            int(datetime.combine(first + timedelta(days=n), time(), zone).timestamp())
            for n in range(made.days + 2)
        )
        return made

    @property
    def days(self) -> int:
        """Days from the first one to today, today included."""
        return (self.today - self.first_day).days + 1

    def index(self, day: date) -> int:
        """Number of a day, 0 for the first one."""
        return (day - self.first_day).days

    def day(self, index: int) -> date:
        """The day of a number."""
        return self.first_day + timedelta(days=index)

    def second(self, index: int, of_day: int) -> int:
        """Seconds since 1970 of a second of the day `index`, by the clocks of the place."""
        # The day on which clocks go forward has an hour less.
        return min(self._midnights[index] + of_day, self._midnights[index + 1] - 1)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """An instant by the clocks of the place, in UTC."""
        return datetime.combine(day, time(hour, minute), self.zone).astimezone(UTC)

    @property
    def opening(self) -> date:
        """First day of the first edition: nobody has been there before."""
        return self.editions[0].first_day

    @property
    def end(self) -> int:
        """The present, as seconds since 1970."""
        return int(self.settings.now.timestamp())

    def year_of(self, number: int) -> int | None:
        """Year of the `number`-th of the last three editions; None where there were fewer."""
        count = self.settings.editions
        if count >= 3:
            return self.last_year - 3 + number
        return self.last_year - count + number if number <= count else None

    def winter(self, number: int) -> date | None:
        """First day of one of the last three winter editions."""
        year = self.year_of(number)
        return winter_of(year) if year is not None else None

    def summer(self, number: int) -> date | None:
        """First day of one of the last three summer editions."""
        year = self.year_of(number)
        return summer_of(year) if year is not None else None

    @property
    def closing_night(self) -> date:
        """The Saturday of the night of the shuttles: the last winter's closing night."""
        return winter_of(self.last_year) + timedelta(days=EDITION_DAYS - 1)

    def worked_back(self, hours: float) -> datetime:
        """The instant so many working hours ago: Monday to Friday, 9 to 17 h."""
        left = timedelta(hours=hours)
        moment = self.settings.now.astimezone(self.zone)
        while True:
            day = moment.date()
            opens = datetime.combine(day, time(9), self.zone)
            closes = datetime.combine(day, time(17), self.zone)
            if day.weekday() < 5 and moment > opens:
                end = min(moment, closes)
                if end - opens >= left:
                    return (end - left).astimezone(UTC).replace(second=0, microsecond=0)
                left -= end - opens
            moment = datetime.combine(day - _DAY, time(23, 59), self.zone)

    def next_working_day(self, day: date) -> date:
        """The next day from Monday to Friday after a day."""
        day += _DAY
        while day.weekday() >= 5:
            day += _DAY
        return day


def nearness(
    day: date, *, since: date, rise: float, fall: float, winter: float, summer: float
) -> float:
    """How near the editions are: 0 far away, up to `winter` and `summer` while they last.

    Parameters
    ----------
    since
        The first edition; there is none before it.
    rise, fall
        Days in which interest grows before an edition, and in which it fades after it.
    winter, summer
        Height of the two peaks.
    """
    height = 0.0
    for starts, peak in ((winter_of, winter), (summer_of, summer)):
        for year in (day.year - 1, day.year, day.year + 1):
            first = starts(year)
            if first < since:
                continue
            before = (first - day).days
            after = -before - EDITION_DAYS + 1
            if before > 0:
                height = max(height, peak * 0.75 * math.exp(-before / rise))
            elif after > 0:
                height = max(height, peak * math.exp(-after / fall))
            else:
                height = max(height, peak)
    return height


def is_cold(day: date) -> bool:
    """Whether people speak of winter: November to March."""
    return day.month in {11, 12, 1, 2, 3}


def season_of(day: date) -> str:
    """The edition that a day belongs to in people's minds."""
    after_summer = summer_of(day.year) + timedelta(days=45)
    after_winter = winter_of(day.year) + timedelta(days=60)
    return "summer" if after_winter <= day < after_summer else "winter"
