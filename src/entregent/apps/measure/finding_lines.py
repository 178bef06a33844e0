"""What the pages are given of what was measured: frozen rows, read from what the worker stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from entregent.apps.measure.finding import LEVEL
from entregent.apps.measure.lines import ReadOutLine, Series
from entregent.apps.measure.models import Finding
from entregent.measurement.results import Interval, Language
from entregent.measurement.wording import REFUSED, TITLES, level_sentence

CODES = {
    "boost only": "boost_only",
    "sustained": "sustained",
    "compounding": "compounding",
    "payback": "payback",
    "no boost shown": "no_effect",
    "cannot tell yet": "too_early",
}
"""Verdicts of the engine, as addresses, the API and the demonstration name them."""


@dataclass(frozen=True, slots=True)
class AddedWindow:
    """What was added in a window after a campaign; `added` and `share` are None where untold.

    Attributes
    ----------
    share
        Of what the campaign added per day while it ran.
    is_told_apart
        Whether the campaign can be told apart from what the series does by itself so much later.
    is_cut
        Whether something else began before it was over.
    """

    code: str
    first_date: date
    last_date: date
    added: Interval | None
    share: Interval | None
    days_counted: int
    is_complete: bool
    is_cut: bool
    is_told_apart: bool


@dataclass(frozen=True, slots=True)
class ReadDays:
    """Days after the campaign that a verdict is read from, and what was added in them per day."""

    from_day: int
    to_day: int
    added: Interval
    is_told_apart: bool

    @property
    def days(self) -> int:
        """How many they are."""
        return self.to_day - self.from_day + 1


@dataclass(frozen=True, slots=True)
class PlaceboLine:
    """The audit at dates on which nothing happened.

    Attributes
    ----------
    windows, days
        How many, and how long each.
    z_rms
        How large the errors were, in those that were announced; 1 where it was right.
    false_positives
        Windows in which an effect would have been told.
    widened
        Factor by which every interval was widened; 1 for none.
    """

    windows: int
    days: int
    z_rms: float | None
    false_positives: int
    widened: float
    is_weak: bool


@dataclass(frozen=True, slots=True)
class WithoutLine:
    """What the mean of seven days would have been on a day without the campaign."""

    day: date
    without: float
    low: float
    high: float


@dataclass(frozen=True)
class FindingLine:
    """What a campaign added to a metric, or why that cannot be told.

    Attributes
    ----------
    verdict
        One of `CODES`; empty while the campaign runs, and where it was refused.
    refused
        Code of the reason; empty where there is a result.
    sentences
        In both languages, from the numbers of the chart.
    added
        Per day during the campaign, or so far; None where it was refused.
    is_told_apart
        Whether that can be told from what the metric does by itself.
    total
        The same in all.
    read
        The days that the verdict is read from.
    last_used
        Last day that tells of this campaign alone.
    more_days_needed
        Further days after which the verdict should be settled; None where that is unknown.
    scale, models
        What was modelled, and the weight of each model.
    others
        Ids of campaigns with the same metric at the same place.
    level
        Of all its intervals.
    read_outs
        How many were planned when it was worked out, 0 for none: `level` is that of the one meant.
    """

    campaign_id: int
    metric: str
    place: str
    computed_at: datetime
    until: date
    is_running: bool
    verdict: str
    refused: str
    sentences: Mapping[str, str]
    added: Interval | None
    is_told_apart: bool
    total: Interval | None
    read: ReadDays | None
    windows: tuple[AddedWindow, ...]
    placebo: PlaceboLine | None
    days_before: int
    days_after: int
    last_used: date | None
    more_days_needed: int | None
    margin: float | None
    scale: str
    models: Mapping[str, float]
    others: tuple[int, ...]
    level: float
    read_outs: int
    seed: int | None
    version: str

    @property
    def days(self) -> int:
        """Collected days that were used."""
        return self.days_before + self.days_after

    @property
    def is_shown(self) -> bool:
        """Whether something was added while the campaign ran, beyond doubt."""
        return self.added is not None and self.added.low > 0

    @property
    def lasting(self) -> Interval | None:
        """What was added per day in the days the verdict is read from; None where untold."""
        return self.read.added if self.read is not None and self.read.is_told_apart else None

    def title(self, language: Language) -> str:
        """The verdict in its fixed words; empty while the campaign runs."""
        if self.refused:
            return REFUSED[language]
        return next(
            (TITLES[name][language] for name, code in CODES.items() if code == self.verdict), ""
        )

    def sentence(self, language: Language) -> str:
        """What was found, or the reason why nothing can be."""
        return self.sentences[language]

    def level_sentence(self, language: Language) -> str:
        """The level of its intervals, and why it is that; empty where there are none."""
        return "" if self.refused else level_sentence(self.level, self.read_outs, language)


@dataclass(frozen=True, slots=True)
class ReadOutPlace:
    """Where the planned read-outs of a campaign stand on a day.

    Attributes
    ----------
    is_early
        Whether read-outs are planned and the date of none has come: what is read is not quoted.
    following
        The next one that is planned.
    """

    is_early: bool
    following: ReadOutLine | None


@dataclass(frozen=True, slots=True)
class YearRate:
    """What there was per day in a year around a campaign: description, no effect.

    Attributes
    ----------
    number
        0 is the year before the campaign's first day, 1 the first after its last day, and so on.
    mean
        Over the collected days; None where these are fewer than half.
    is_running
        Whether the year is not over yet.
    """

    number: int
    first_date: date
    last_date: date
    mean: float | None
    is_running: bool


def finding_line(row: Finding) -> FindingLine | None:
    """A stored row as pages have it; None while its first answer is being worked out."""
    if row.computed_at is None or row.until is None:
        return None
    told: dict[str, Any] = row.result
    is_running = bool(told.get("is_running"))
    # While a campaign runs, its mean so far stands where the boost is told later.
    boost: dict[str, Any] = told.get("boost") or {
        "per_day": told.get("mean"),
        "total": told.get("total"),
    }
    origin = told.get("origin") or {}
    level: float = told.get("level", LEVEL)
    return FindingLine(
        campaign_id=row.campaign_id,
        metric=row.metric,
        place=row.place,
        computed_at=row.computed_at,
        until=row.until,
        is_running=is_running,
        verdict=CODES.get(told.get("verdict", ""), ""),
        refused=row.refused,
        sentences=told.get("sentence") or {"fr": row.refused_fr, "en": row.refused_en},
        added=_interval(boost["per_day"], level),
        is_told_apart=boost.get("is_told_apart", True),
        total=_interval(boost["total"], level),
        read=_read(told.get("reading"), level),
        windows=tuple(_window(each, level) for each in told.get("windows", ())),
        placebo=_placebo(told),
        days_before=told.get("days_before", 0),
        days_after=told.get("days_after", 0),
        last_used=_day(told.get("last_used")),
        more_days_needed=told.get("more_days_needed"),
        margin=told.get("margin"),
        scale=told.get("scale", ""),
        models=told.get("models", {}),
        others=tuple(told.get("others", ())),
        level=level,
        read_outs=told.get("read_outs", 0),
        seed=origin.get("seed"),
        version=origin.get("version", ""),
    )


def without_lines(rows: Mapping[str, Any], told: FindingLine | None) -> tuple[WithoutLine, ...]:
    """The stored rows of a finding, oldest first, as far as it can be told apart."""
    first = _day(rows.get("first"))
    if first is None or told is None:
        return ()
    ends = [
        window.first_date
        for window in told.windows
        if window.added is not None and not window.is_told_apart
    ]
    end = min(ends, default=date.max)
    values = zip(rows["without"], rows["low"], rows["high"], strict=True)
    found = (
        WithoutLine(first + timedelta(days=number), *each) for number, each in enumerate(values)
    )
    return tuple(line for line in found if line.day < end)


def read_out_place(read_outs: Sequence[ReadOutLine], day: date) -> ReadOutPlace:
    """Where planned read-outs stand on a day; without a plan nothing is early."""
    coming = [each for each in read_outs if each.due_on > day]
    return ReadOutPlace(
        is_early=bool(read_outs) and len(coming) == len(read_outs),
        following=min(coming, key=lambda each: each.due_on, default=None),
    )


def year_rates(first_day: date, last_day: date, counted: Series) -> list[YearRate]:
    """The base rate year over year around a campaign; empty before its first year after is over.

    Parameters
    ----------
    first_day, last_day
        Of the campaign, both included.
    counted
        The metric, from a year before the campaign on if there is as much.
    """
    until, year = counted.complete_until, timedelta(days=365)
    if until is None or until < last_day + year:
        return []
    values = dict(zip(counted.days, counted.values, strict=True))
    found = [_year(0, first_day - year, first_day - timedelta(days=1), values, until)]
    begin = last_day + timedelta(days=1)
    while begin <= until:
        end = begin + year - timedelta(days=1)
        found.append(_year(len(found), begin, end, values, until))
        begin += year
    return found


def _year(
    number: int, first: date, last: date, values: Mapping[date, float | None], until: date
) -> YearRate:
    end = min(last, until)
    days = [first + timedelta(days=each) for each in range((end - first).days + 1)]
    known = [value for day in days if (value := values.get(day)) is not None]
    mean = sum(known) / len(known) if known and 2 * len(known) >= len(days) else None
    return YearRate(number, first, last, mean, last > until)


def _interval(told: Mapping[str, float] | None, level: float) -> Interval | None:
    if not told or told.get("estimate") is None:
        return None
    return Interval(told["estimate"], told["low"], told["high"], level)


def _read(told: Mapping[str, Any] | None, level: float) -> ReadDays | None:
    added = _interval(told["mean"], level) if told else None
    if told is None or added is None:
        return None
    return ReadDays(told["from_day"], told["to_day"], added, told.get("is_told_apart", True))


def _window(told: Mapping[str, Any], level: float) -> AddedWindow:
    return AddedWindow(
        code=told["code"],
        first_date=date.fromisoformat(told["first_date"]),
        last_date=date.fromisoformat(told["last_date"]),
        added=_interval(told["mean"], level),
        share=_interval(told["sustained_share"], level),
        days_counted=told["days_counted"],
        is_complete=told["is_complete"],
        is_cut=told["is_cut"],
        is_told_apart=told.get("is_told_apart", True),
    )


def _placebo(told: Mapping[str, Any]) -> PlaceboLine | None:
    placebo = told.get("placebo")
    if not placebo:
        return None
    share = placebo.get("false_positive_share") or 0.0
    windows = placebo["windows"]
    return PlaceboLine(
        windows=windows,
        days=placebo.get("days", 0),
        z_rms=placebo.get("z_rms"),
        false_positives=round(share * windows),
        widened=placebo.get("widened") or 1.0,
        is_weak=placebo.get("is_weak", True),
    )


def _day(told: str | None) -> date | None:
    return date.fromisoformat(told) if told else None
