"""What was planted: the true rate of every day, before chance has its say.

All rates are of a world of `settings.DEFAULT_PEOPLE` people, and grow with its size.
"""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from entregent.simulation.seasons import (
    EDITION_DAYS,
    Calendar,
    nearness,
    summer_of,
    winter_of,
)

FOLLOWS = {
    "instagram": 8.0,
    "facebook": 8.0,
    "x": 2.0,
    "bluesky": 1.4,
    "youtube": 1.6,
    "mastodon": 0.6,
}
"""New follows a day where nothing happens."""

CONTEST_DAYS = 28
CONTEST_DURING = 49.0
CONTEST_LEAVE = 0.2
"""Share of those who came by the contest that leave within 90 days."""
USUAL_LEAVE = 0.03
FRAUDULENT_ENTRIES = 11

VOICES_DAYS = 84
VOICES_DURING = 17.0
VOICES_AFTER = 13.0

PRESALE_DAYS = 28
PULLED_DAYS = 42
PULLED = 1_190
"""Orders of January that the coupon moved six weeks forward."""
COUPON_NEW = 120

PR_DAYS = 9
PR_VISITS = 5.0
PR_ORDERS = 1.0
"""Orders a day that the story of the tuques added for good."""

FAMILY_DAYS = 21
FAMILY_AGO = 19
FAMILY_FOLLOWS = 3.0

ADVERTISING_DAYS = 21
ADVERTISING_BUDGET = 400.0

SCANS = 6_200
CHECK_INS = 2_400
AGREED = 0.09

RENEWALS_FROM = 210
RENEWALS = 1.6
"""Further orders a day from the seventh month of « Les voix d'ici » on, by people who renew."""

_WEEKDAYS = (0.94, 0.96, 1.0, 1.04, 1.02, 0.98, 1.06)


@dataclass(frozen=True)
class Span:
    """Days of a campaign, both inclusive."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Spans:
    """When each campaign ran; None in a world too short for it."""

    contest: Span | None
    voices: Span | None
    presale: Span | None
    tuques: Span | None
    april: Span | None
    quay: Span | None
    family: Span

    @classmethod
    def of(cls, calendar: Calendar) -> "Spans":
        """The campaigns of a world."""

        def span(first: date | None, days: int) -> Span | None:
            return Span(first, first + timedelta(days=days - 1)) if first else None

        winter, summer = calendar.winter(1), calendar.summer(1)
        second, middle = calendar.winter(2), calendar.summer(2)
        year = calendar.year_of(2)
        contest = winter - timedelta(days=24) if winter else None
        # Its first Thursday is the day before the summer edition's second one.
        voices = summer or None
        presale = second - timedelta(days=79) if second else None
        tuques = second - timedelta(days=17) if second else None
        ended = calendar.today - timedelta(days=FAMILY_AGO)
        return cls(
            contest=span(contest, CONTEST_DAYS),
            voices=span(voices, VOICES_DAYS),
            presale=span(presale, PRESALE_DAYS),
            tuques=span(tuques, PR_DAYS),
            april=span(date(year, 4, 7) if year else None, ADVERTISING_DAYS),
            quay=span(middle - timedelta(days=14) if middle else None, EDITION_DAYS + 42),
            family=Span(ended - timedelta(days=FAMILY_DAYS - 1), ended),
        )


def follow_rates(calendar: Calendar, spans: Spans) -> dict[str, list[float]]:
    """New follows of each day by network."""
    scale = calendar.settings.scale
    found: dict[str, list[float]] = {}
    for network, base in FOLLOWS.items():
        rates = []
        for index in range(calendar.days):
            day = calendar.day(index)
            rate = base
            if network == "instagram":
                if spans.contest and day in spans.contest:
                    rate = CONTEST_DURING
                elif day in spans.family:
                    rate += FAMILY_FOLLOWS
            elif network == "facebook" and spans.voices and day >= spans.voices.first:
                rate = VOICES_DURING if day in spans.voices else VOICES_AFTER
            rates.append(rate * _WEEKDAYS[day.weekday()] * scale)
        found[network] = rates
    return found


def storms(calendar: Calendar, random: Random) -> list[date]:
    """Days of storm: three or four each winter, never in the last days of an edition."""
    found = []
    for year in range(calendar.first_day.year, calendar.today.year + 2):
        for month, day in ((12, 9), (1, 11), (1, 28), (3, 8)):
            if random.random() < 0.85:
                chosen = date(year, month, day) + timedelta(days=random.randint(0, 9))
                if calendar.first_day <= chosen < calendar.today:
                    found.append(chosen)
    return sorted(found)


def visit_shape(calendar: Calendar, spans: Spans, stormy: set[date]) -> list[float]:
    """Visits of each day in relation to each other."""
    shape = []
    for index in range(calendar.days):
        day = calendar.day(index)
        rate = 0.55 + nearness(day, since=calendar.opening, rise=24, fall=7, winter=3.1, summer=2.9)
        rate *= (1.06, 1.05, 1.03, 1.06, 1.0, 0.86, 0.94)[day.weekday()]
        if day in stormy:
            rate *= 1.35
        if spans.tuques and day in spans.tuques:
            rate *= PR_VISITS
        shape.append(rate)
    return shape


def order_rates(calendar: Calendar, spans: Spans) -> list[float]:
    """Orders of each day as they would be without the coupon, which moves some of them."""
    scale = calendar.settings.scale
    rates = []
    for index in range(calendar.days):
        day = calendar.day(index)
        rate = _presale(day, calendar.opening)
        rate *= (0.92, 0.95, 1.0, 1.12, 1.14, 0.92, 0.95)[day.weekday()]
        if spans.tuques and day > spans.tuques.last:
            rate += PR_ORDERS
        if spans.voices and (day - spans.voices.first).days >= RENEWALS_FROM:
            rate += RENEWALS
        rates.append(rate * scale)
    return rates


def _presale(day: date, since: date) -> float:
    """How many buy a day for the editions to come: most in the weeks before them."""
    # Tuques, gifts and passes for whenever, all year round.
    rate = 1.1 if (since - day).days < 130 else 0.1
    for year in (day.year, day.year + 1):
        for starts, peak in ((winter_of, 66.0), (summer_of, 55.0)):
            if starts(year) < since:
                continue
            before = (starts(year) - day).days
            if -EDITION_DAYS < before <= 0:
                rate += peak * 0.55
            elif 0 < before <= 130:
                # A hump some three weeks before, with a long thin beginning.
                rate += peak * math.exp(-(((before - 20) / 19.0) ** 2)) + 1.6
    return rate


def negative_share(days_after_crisis: int) -> float:
    """Share of what is said freely that is bitter, so many days after the night of the shuttles.

    Before it and from five months on it is the usual one, 12 %.
    """
    usual = 0.12
    if not 0 <= days_after_crisis < 150:
        return usual
    return usual + 0.5 * math.exp(-days_after_crisis / 52) * (1 - days_after_crisis / 150)
