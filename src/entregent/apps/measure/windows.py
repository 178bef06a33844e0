"""Windows around a campaign, and the means of what was counted in them. Description only."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from entregent.apps.measure.lines import Series, Stayed, WindowMean

BEFORE_DAYS: Final = 90
YEAR: Final = timedelta(days=364)
"""Fifty-two weeks: weekdays stay where they are."""
AFTER: Final = (
    ("1-30", 1, 30),
    ("31-90", 31, 90),
    ("91-180", 91, 180),
    ("181-365", 181, 365),
    ("year2", 366, 730),
    ("year3", 731, 1095),
)
"""Windows after the last day: code, first and last day, both included; without a hole between."""


def windows_of(first_day: date, last_day: date, series: Series) -> list[WindowMean]:
    """Every window around some days, in the order of time.

    Parameters
    ----------
    first_day, last_day
        Days of the campaign, both included.
    series
        What was counted. Days that it does not have count as missing once they are past; a day
        after `complete_until` is to come.

    Returns
    -------
    list of WindowMean
        ``before`` is the 90 days before, or what there is of them: it begins with the first day
        that was collected.
    """
    values = dict(zip(series.days, series.values, strict=True))
    until = series.complete_until
    start = first_day - timedelta(days=BEFORE_DAYS)
    known = [day for day in _span(start, first_day - timedelta(days=1)) if _is_known(values, day)]
    begin = known[0] if known else start
    one = timedelta(days=1)
    found = [
        _window("before", (begin - first_day).days, -1, begin, first_day - one, values, until),
        _window("during", 1, (last_day - first_day).days + 1, first_day, last_day, values, until),
    ]
    for code, low, high in AFTER:
        first, last = last_day + timedelta(days=low), last_day + timedelta(days=high)
        found.append(_window(code, low, high, first, last, values, until))
    return found


def stayed_of(windows: Sequence[WindowMean], series: Series | None = None) -> Stayed:
    """What the newest complete window has per day more than there was before the campaign.

    It is compared with the same weeks of an earlier year where enough of them was collected, since
    most things have their season; else with the days just before the campaign.

    Parameters
    ----------
    windows
        As `windows_of` gives them.
    series
        What was counted, from its beginning; without it no earlier year is looked at.
    """
    by_code = {window.code: window for window in windows}
    before, during = by_code.get("before"), by_code.get("during")
    after = [
        window
        for window in windows
        if window.code not in {"before", "during"}
        and window.mean is not None
        and not (window.is_to_come or window.is_running or window.is_thin)
    ]
    last = after[-1] if after else None
    same_weeks, gained = None, None
    if last is not None and during is not None and series is not None:
        same_weeks, gained = _same_weeks(last, during.first_date, series)
    if same_weeks is None and last is not None and last.mean is not None and before is not None:
        gained = None if before.mean is None or before.is_thin else last.mean - before.mean
    return Stayed(before, during, last, gained, same_weeks)


def _same_weeks(
    window: WindowMean, begins: date, series: Series
) -> tuple[WindowMean | None, float | None]:
    """The same weeks of the last year before the campaign, and what the window has more.

    Only days are compared of which both were collected, and whose earlier one lies before the
    campaign; nothing is told where these are fewer than half of the window.
    """
    values = dict(zip(series.days, series.values, strict=True))
    days = _span(window.first_date, window.last_date)
    years = 1
    while 2 * sum(day - years * YEAR < begins for day in days) < len(days):
        years += 1
    pairs = [
        (earlier, now, day - years * YEAR)
        for day in days
        if day - years * YEAR < begins
        and (earlier := values.get(day - years * YEAR)) is not None
        and (now := values.get(day)) is not None
    ]
    if not pairs or 2 * len(pairs) < len(days):
        return None, None
    mean = sum(earlier for earlier, _, _ in pairs) / len(pairs)
    gained = sum(now - earlier for earlier, now, _ in pairs) / len(pairs)
    first, last = pairs[0][2], pairs[-1][2]
    found = WindowMean(
        code="same_weeks",
        from_day=(first - begins).days,
        to_day=(last - begins).days,
        first_date=first,
        last_date=last,
        mean=mean,
        days_counted=len(pairs),
        days_missing=(last - first).days + 1 - len(pairs),
        is_to_come=False,
        is_running=False,
    )
    return found, gained


def _window(
    code: str,
    from_day: int,
    to_day: int,
    first: date,
    last: date,
    values: dict[date, float | None],
    until: date | None,
) -> WindowMean:
    past = [] if until is None else _span(first, min(last, until))
    counted = [value for day in past if (value := values.get(day)) is not None]
    is_to_come = until is None or first > until
    return WindowMean(
        code=code,
        from_day=from_day,
        to_day=to_day,
        first_date=first,
        last_date=last,
        mean=sum(counted) / len(counted) if counted else None,
        days_counted=len(counted),
        days_missing=len(past) - len(counted),
        is_to_come=is_to_come,
        is_running=not is_to_come and until is not None and last > until,
    )


def _is_known(values: dict[date, float | None], day: date) -> bool:
    return values.get(day) is not None


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
