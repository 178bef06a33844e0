"""What the pages of measuring are given: frozen rows."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Series:
    """One metric by day.

    Attributes
    ----------
    metric, place
        What is counted, and where; an empty place is everything.
    days
        Days of the organisation's zone, one after the other.
    values
        One a day; 0 is a real zero, None is 'not collected' (a gap, before the source began, or
        after the last complete day).
    unit
        In words of the page's language, as « nouveaux abonnements par jour ».
    name
        Of the metric, in words, as « Abonnements ».
    source
        Where it comes from, in words, as « Instagram ».
    complete_until
        Last day that is complete; None while nothing is counted.
    partial
        Networks that were missing on a day although the day is shown, because the others bring
        most of it.
    gaps
        Stretches of days that were not collected between the first day and the last complete one,
        both included, with the codes of their reasons (empty if unknown).
    """

    metric: str
    place: str
    days: tuple[date, ...]
    values: tuple[float | None, ...]
    unit: str
    name: str
    source: str
    complete_until: date | None
    partial: dict[date, tuple[str, ...]] = field(default_factory=dict)
    gaps: tuple["DayGap", ...] = ()

    def rolling(self, width: int = 7) -> tuple[float | None, ...]:
        """Mean of the last `width` days at each day; None where fewer than half were collected."""
        found: list[float | None] = []
        for index in range(len(self.values)):
            window = self.values[max(0, index - width + 1) : index + 1]
            counted = [value for value in window if value is not None]
            enough = self.values[index] is not None and 2 * len(counted) >= width
            found.append(sum(counted) / len(counted) if enough else None)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class DayGap:
    """Days on which nothing was collected, both included; `reason` is a code of listening."""

    first_day: date
    last_day: date
    reason: str


@dataclass(frozen=True, slots=True)
class WindowMean:
    """The mean of a window around a campaign: description, no effect.

    Attributes
    ----------
    code
        ``before``, ``during``, ``1-30``, ``31-90``, ``91-180``, ``181-365``, ``year2``, ``year3``.
    from_day, to_day
        Numbers of days, both included: negative before the campaign (-1 is the day before it),
        from 1 on within it, and after its last day counted from 1 again.
    first_date, last_date
        The same as dates.
    mean
        Over the collected days only; None if there are none.
    days_counted, days_missing
        Days with a value, and days of the window that are past and have none.
    is_to_come, is_running
        Whether it has not begun, or is not over, at the last complete day.
    """

    code: str
    from_day: int
    to_day: int
    first_date: date
    last_date: date
    mean: float | None
    days_counted: int
    days_missing: int
    is_to_come: bool
    is_running: bool

    @property
    def is_thin(self) -> bool:
        """Whether fewer than half of its past days were collected: its mean says little."""
        return self.days_counted < self.days_missing

    @property
    def days(self) -> int:
        """How many days it has in all."""
        return (self.last_date - self.first_date).days + 1


@dataclass(frozen=True, slots=True)
class Stayed:
    """What the newest window that is over, and not thin, has per day more than before.

    Attributes
    ----------
    same_weeks
        The same weeks of an earlier year, before the campaign: what `difference` is taken from
        where enough of them was collected; None where it is taken from `before`.
    """

    before: WindowMean | None
    during: WindowMean | None
    window: WindowMean | None
    difference: float | None
    same_weeks: WindowMean | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that moved: more messages than usual in a part of a day.

    Attributes
    ----------
    key
        Names it in addresses and in the audit trail, as ``2026-11-16-evening``.
    day, part
        ``night``, ``morning``, ``afternoon`` or ``evening`` of a day in the organisation's zone.
    start, until
        The same as ``[start, until)``; aware.
    messages, usual, times
        How many there were; mean of the same weekday and part over the eight weeks before; and
        the first divided by the second (None where there usually is nothing).
    people, new_people
        Different accounts, and those of them that had never spoken before.
    subject, subject_people
        Slug of the subject that most of them spoke of, and how many; empty if there is none.
    """

    key: str
    day: date
    part: str
    start: datetime
    until: datetime
    messages: int
    usual: float
    times: float | None
    people: int
    new_people: int
    subject: str = ""
    subject_people: int = 0
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class ReadOutLine:
    """A reading planned beforehand.

    `read` is the verdict that stood there when it was done, `read_until` the last day it used and
    `read_level` the level of its intervals; empty and None where nothing was worked out then.
    """

    id: int
    campaign_id: int
    campaign_slug: str
    campaign: str
    months: int
    due_on: date
    member_id: int
    member: str
    done_at: datetime | None
    is_late: bool
    read: str = ""
    read_fr: str = ""
    read_en: str = ""
    read_until: date | None = None
    read_level: float | None = None


@dataclass(frozen=True, slots=True)
class MomentLine:
    """What happened on some days, and is drawn on every chart; `kind` adds ``holiday``."""

    kind: str
    first_day: date
    last_day: date
    name: str


@dataclass(frozen=True, slots=True)
class WhatNext:
    """What the accounts did that were first seen during a campaign, at its place.

    One account may stand in several lines; `silent` are those of whom nothing more was seen.

    Attributes
    ----------
    accounts
        Of how many accounts this tells.
    linked
        How many of them are linked to a person who agreed: only these can be seen to buy. None
        for guests, who know nobody; `bought` too.
    left
        Those who took their follow back.
    """

    accounts: int
    came_back: int
    bought: int | None
    recommended: int
    complained: int
    left: int
    silent: int
    linked: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What people said when they were asked « Qu'est-ce qui vous a amené? »."""

    answers: tuple[tuple[str, int], ...]
    declined: int
    asked: int
