"""What a campaign's page and report show of what was measured: words, in the page's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from entregent.apps.address.queries import CampaignLine, CampaignSheet
from entregent.apps.measure.finding_lines import (
    AddedWindow,
    FindingLine,
    ReadOutPlace,
    YearRate,
)
from entregent.apps.measure.lines import DayGap, WindowMean
from entregent.apps.measure.queries import OTHER_EFFECTS, MetricWords
from entregent.measurement.results import Interval
from entregent.site.charts.daily import per_day, window_name
from entregent.site.findings import wording
from entregent.site.templatetags.words import full_day


@dataclass(frozen=True, slots=True)
class NumberShown:
    """One of the three numbers; where there is none, `none` says why."""

    label: str
    value: str = ""
    bounds: str = ""
    unit: str = ""
    window: str = ""
    none: str = ""


@dataclass(frozen=True, slots=True)
class EffectShown:
    """A row of the other effects; a cell is an interval, or words."""

    name: str
    unit: str
    during: str
    later: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class WindowShown:
    """A row of the windows: what there was, what was added, what share of the boost that is."""

    name: str
    first_date: date
    last_date: date
    mean: str
    added: str
    share: str
    is_running: bool


@dataclass(frozen=True, slots=True)
class YearShown:
    """A row of the base rate year over year: description."""

    name: str
    first_date: date
    last_date: date
    mean: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything, in words; lists of sentences where there are several.

    Attributes
    ----------
    level, promise
        Level of the intervals and why it is that, and what they promise at it.
    by_chance
        What comes of looking at several effects.
    """

    is_known: bool
    title: str
    sentence: str
    established: str
    level: str
    promise: str
    by_chance: str
    mark: str
    following: str
    numbers: tuple[NumberShown, ...]
    effects: tuple[EffectShown, ...]
    years: tuple[YearShown, ...]
    assumed: tuple[str, ...]
    placebo: tuple[str, ...]
    changing: tuple[str, ...]


def shown(
    sheet: CampaignSheet,
    found: FindingLine | None,
    *,
    effects: Mapping[str, FindingLine],
    metrics: Sequence[MetricWords],
    place: ReadOutPlace,
    others: Sequence[CampaignLine],
    gaps: Sequence[DayGap],
    years: Sequence[YearRate],
) -> Shown:
    """Put what was measured into the words of the page's language.

    Parameters
    ----------
    sheet
        The campaign.
    found
        What it added to its own metric; None while that is not worked out.
    effects
        What it added to others, by metric.
    place
        Where its planned read-outs stand.
    others
        Launched campaigns that ran at the same time, or later.
    gaps
        Of its own metric.
    years
        The base rate around it.
    """
    line = sheet.line
    beside = [
        other
        for other in others
        if (found is None or other.id not in found.others)
        and other.first_day <= line.last_day
        and other.last_day >= line.first_day
    ]
    return Shown(
        is_known=found is not None and not found.refused,
        title=verdict_title(line, found),
        sentence=_sentence(line, found),
        established=wording.established(found) if found is not None and not found.refused else "",
        level=found.level_sentence(wording.language()) if found is not None else "",
        promise=wording.promise(found),
        by_chance=wording.by_chance(found),
        mark=_mark(found, place),
        following=_following(place),
        numbers=_numbers(sheet, found),
        effects=tuple(
            _effect(each, effects.get(each.slug))
            for slug in OTHER_EFFECTS
            for each in metrics
            if each.slug == slug != line.metric
        ),
        years=tuple(
            YearShown(
                wording.year_name(rate),
                rate.first_date,
                rate.last_date,
                wording.year_sentence(rate),
            )
            for rate in years
        ),
        assumed=tuple(wording.assumed(found, others, line)) if found is not None else (),
        placebo=tuple(wording.placebo(found.placebo))
        if found is not None and not found.refused
        else (),
        changing=tuple(wording.changing(found, gaps, beside)),
    )


def verdict_title(line: CampaignLine, found: FindingLine | None) -> str:
    """The verdict in its fixed words, or where the answer stands."""
    if not line.is_launched or line.state == "coming":
        return gettext("Verdict: the campaign has not begun")
    if found is None:
        return gettext("Verdict: being worked out")
    if found.is_running:
        return gettext("Under way: no verdict yet")
    return found.title(wording.language())


def windows_shown(
    windows: Sequence[WindowMean], found: FindingLine | None
) -> tuple[WindowShown, ...]:
    """The windows of a metric: means for all, and what was added where that is told."""
    added = {window.code: window for window in found.windows} if found is not None else {}
    during = found.added if found is not None and not found.refused else None
    rows = []
    for window in windows:
        told = added.get(window.code)
        interval = during if window.code == "during" else _told(told)
        rows.append(
            WindowShown(
                name=window_name(window),
                first_date=window.first_date,
                last_date=window.last_date,
                mean=gettext("to come") if window.is_to_come else per_day(window.mean),
                added=_added(window, told, interval),
                share=wording.share_of(told.share)
                if told is not None and told.share is not None and told.is_told_apart
                else "",
                is_running=window.is_running,
            )
        )
    return tuple(rows)


def _sentence(line: CampaignLine, found: FindingLine | None) -> str:
    if not line.is_launched or line.state == "coming":
        return gettext("What it adds will be told from its first day on, with its interval.")
    if found is None:
        return gettext(
            "What the campaign added is worked out from the days that are complete, and will stand "
            "here within minutes. Meanwhile nothing is guessed."
        )
    return found.sentence(wording.language())


def _mark(found: FindingLine | None, place: ReadOutPlace) -> str:
    if found is None or found.refused or not (found.is_running or place.is_early):
        return ""
    return gettext("Read before its planned date: do not quote.")


def _following(place: ReadOutPlace) -> str:
    if place.following is None:
        return ""
    return gettext("Next read-out: %(day)s, by %(name)s.") % {
        "day": full_day(place.following.due_on),
        "name": place.following.member,
    }


def _numbers(sheet: CampaignSheet, found: FindingLine | None) -> tuple[NumberShown, ...]:
    return _during(sheet.line, found), _stayed(found), _cost(sheet, found)


def _during(line: CampaignLine, found: FindingLine | None) -> NumberShown:
    label = gettext("During")
    if found is None:
        return NumberShown(label, none=gettext("being worked out"))
    if found.added is None:
        return NumberShown(label, none=gettext("cannot be measured"))
    window = gettext("from %(start)s to %(end)s") % {
        "start": full_day(line.first_day),
        "end": full_day(min(line.last_day, found.until)),
    }
    return _number(label, found.added, window)


def _stayed(found: FindingLine | None) -> NumberShown:
    label = gettext("What stayed")
    reason = _why_nothing_stayed(found)
    if found is None or found.read is None or reason:
        return NumberShown(label, none=reason)
    return _number(label, found.read.added, _days_after(found))


def _why_nothing_stayed(found: FindingLine | None) -> str:
    reason = ""
    if found is None:
        reason = gettext("being worked out")
    elif found.refused:
        reason = gettext("cannot be measured")
    elif found.is_running:
        reason = gettext("told once the campaign is over")
    elif not found.is_shown:
        reason = gettext("no effect is shown that could have stayed")
    elif found.read is None:
        reason = gettext("too early to tell")
    elif not found.read.is_told_apart:
        reason = gettext("cannot be told apart from what the series does by itself")
    return reason


def _cost(sheet: CampaignSheet, found: FindingLine | None) -> NumberShown:
    label = _cost_label(sheet.line.metric)
    if sheet.cost is None:
        return NumberShown(label, none=gettext("Cost: not given"))
    reason = _why_nothing_stayed(found)
    if found is None or found.read is None or reason:
        return NumberShown(label, none=reason)
    told = cost_of_each(sheet.cost, found)
    if told is None:
        return NumberShown(
            label, none=gettext("cannot be said: it is not shown that anything stayed")
        )
    low, high = (wording.money(each, sheet.currency) for each in (told.low, told.high))
    return NumberShown(
        label,
        value=wording.money(told.estimate, sheet.currency),
        bounds=gettext("%(low)s to %(high)s") % {"low": low, "high": high},
        window=_days_after(found),
    )


def cost_of_each(cost: Decimal, found: FindingLine) -> Interval | None:
    """What each of those cost that were added in the days read; None where zero is not excluded."""
    read = found.read
    if read is None or not read.is_told_apart or read.added.low <= 0:
        return None
    spent = float(cost)
    low, middle, high = (
        spent / (each * read.days)
        for each in (read.added.high, read.added.estimate, read.added.low)
    )
    return Interval(middle, low, high, read.added.level)


def _cost_label(metric: str) -> str:
    labels = {
        "follows": gettext("What each follower who stayed cost"),
        "visits": gettext("What each visit that stayed cost"),
        "orders": gettext("What each order that stayed cost"),
    }
    return labels.get(metric) or gettext("The cost of what stayed")


def _number(label: str, interval: Interval, window: str) -> NumberShown:
    return NumberShown(
        label,
        value=wording.estimate_of(interval),
        bounds=wording.bounds_of(interval),
        unit=gettext("more per day than without the campaign"),
        window=window,
    )


def _days_after(found: FindingLine) -> str:
    assert found.read is not None
    return gettext("days %(first)s to %(last)s after the campaign") % {
        "first": found.read.from_day,
        "last": found.read.to_day,
    }


def _effect(words: MetricWords, found: FindingLine | None) -> EffectShown:
    if found is None:
        return EffectShown(words.name, words.unit, gettext("being worked out"), "—")
    if found.added is None:
        return EffectShown(
            words.name,
            words.unit,
            gettext("cannot be measured"),
            "—",
            note=found.sentence(wording.language()),
        )
    if not found.is_told_apart:
        return EffectShown(words.name, words.unit, gettext("cannot be told apart"), "—")
    if not found.added.excludes(0.0):
        return EffectShown(words.name, words.unit, _not_shown(found.added), "—")
    later = _newest(found)
    return EffectShown(
        words.name,
        words.unit,
        wording.whole_of(found.added),
        "—"
        if later is None
        else _not_shown(later)
        if not later.excludes(0.0)
        else wording.whole_of(later),
    )


def _newest(found: FindingLine) -> Interval | None:
    """What was added later: in the days of the verdict, else in the newest window that is told."""
    if found.lasting is not None:
        return found.lasting
    told = [_told(window) for window in found.windows if window.is_complete]
    known = [interval for interval in told if interval is not None]
    return known[-1] if known else None


def _told(window: AddedWindow | None) -> Interval | None:
    return window.added if window is not None and window.is_told_apart else None


def _not_shown(interval: Interval) -> str:
    return gettext("No effect shown (%(bounds)s)") % {"bounds": wording.bounds_of(interval)}


def _added(window: WindowMean, told: AddedWindow | None, interval: Interval | None) -> str:
    if interval is not None:
        return wording.whole_of(interval)
    if window.code == "before" or window.is_to_come or told is None:
        return ""
    if told.is_cut and told.added is None:
        return gettext("another campaign began")
    if told.added is None:
        return gettext("not enough was collected")
    return gettext("cannot be told apart")
