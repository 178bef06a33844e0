"""The columns of a design: level, trend, weekdays, years, holidays, controls, campaigns."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

YEAR_DAYS: Final = 365.2425
YEARLY_FROM_DAYS: Final = 730
"""Days of past from which on a yearly pattern is looked for."""
HARMONICS: Final = 3
SLOPE_SD: Final = 0.05
"""Prior standard deviation of the trend, in units of noise a day."""
_LEVEL_SD, _WEEKDAY_SD, _YEAR_SD, _HOLIDAY_SD, _BREAK_SD = 10.0, 3.0, 3.0, 2.0, 10.0
_PULSE_SD, _LASTING_SD, _UNSEEN_SD = 10.0, 1.0, 0.5


@dataclass(frozen=True)
class Design:
    """Columns with their names and prior standard deviations.

    Attributes
    ----------
    columns
        Shape (days, columns): all days, those before the start and those after.
    sds
        Shape (columns,), in units of noise.
    names
        One a column.
    """

    columns: Floats
    sds: Floats
    names: tuple[str, ...]

    @property
    def precision(self) -> Floats:
        """Prior precision of each coefficient, shape (columns,)."""
        return np.asarray(1.0 / self.sds**2)


@dataclass(frozen=True, slots=True)
class OtherCampaign:
    """Another campaign on the same series that began before this one: days both included."""

    first_day: date
    last_day: date


def design_of(
    first_day: date,
    days: int,
    start: int,
    *,
    controls: Sequence[Floats] = (),
    control_sd: float = 1.0,
    holidays: Mapping[date, str] | None = None,
    breaks: Sequence[date] = (),
    others: Sequence[OtherCampaign] = (),
    is_plain: bool = False,
) -> Design:
    """Build the design of a series.

    Parameters
    ----------
    first_day
        Of the series.
    days
        How many, before and after the start.
    start
        Index of the first day of the campaign; what is before it is learnt from.
    controls
        Each of shape (days,), standardised on the days before; no NaN.
    control_sd
        Prior standard deviation of their coefficients, in units of noise; shared out among them.
    holidays
        Names of the days on which people live otherwise; days of one name share a coefficient.
    breaks
        First days of a new way of collecting.
    others
        Campaigns before.
    is_plain
        Without trend, weekdays and years, as CausalImpact's default.
    """
    t = np.arange(days, dtype=np.float64)
    names, columns, sds = ["level"], [np.ones(days)], [_LEVEL_SD]

    def add(name: str, column: Floats, sd: float) -> None:
        names.append(name)
        columns.append(column)
        sds.append(sd)

    if not is_plain:
        add("trend", (t - start) / start, SLOPE_SD * start)
        weekday = (first_day.weekday() + np.arange(days)) % 7
        for number in range(6):
            column = (weekday == number).astype(np.float64) - (weekday == 6)
            add(f"weekday_{number}", column, _WEEKDAY_SD)
        if start >= YEARLY_FROM_DAYS:
            turn = 2 * math.pi * (t + first_day.toordinal()) / YEAR_DAYS
            for number in range(1, HARMONICS + 1):
                add(f"year_sin_{number}", np.asarray(np.sin(number * turn)), _YEAR_SD)
                add(f"year_cos_{number}", np.cos(number * turn), _YEAR_SD)
    _add_holidays(add, first_day, days, start, holidays or {})
    for number, column in enumerate(controls):
        add(f"control_{number}", column, control_sd / math.sqrt(len(controls)))
    for day in breaks:
        if 0 < (day - first_day).days < start:
            add(
                f"break_{day.isoformat()}",
                np.asarray(t >= (day - first_day).days, dtype=np.float64),
                _BREAK_SD,
            )
    for number, other in enumerate(others):
        begin, end = (other.first_day - first_day).days, (other.last_day - first_day).days
        if begin < start:
            add(
                f"other_{number}",
                np.asarray((t >= begin) & (t <= end), dtype=np.float64),
                _PULSE_SD,
            )
            add(f"other_{number}_after", np.asarray(t > end, dtype=np.float64), _LASTING_SD)
    return Design(np.column_stack(columns), np.array(sds), tuple(names))


def weekdays_of(first_day: date, days: int) -> NDArray[np.int64]:
    """Number of each day's weekday, 0 is Monday."""
    return np.asarray((first_day.weekday() + np.arange(days)) % 7, dtype=np.int64)


def _add_holidays(
    add: Callable[[str, Floats, float], None],
    first_day: date,
    days: int,
    start: int,
    holidays: Mapping[date, str],
) -> None:
    by_name: dict[str, Floats] = {}
    for number in range(days):
        name = holidays.get(first_day + timedelta(days=number))
        if name:
            by_name.setdefault(name, np.zeros(days))[number] = 1.0
    for name, column in sorted(by_name.items()):
        # One that the past has not seen is thought to be much like other days.
        add(f"holiday_{name}", column, _HOLIDAY_SD if np.any(column[:start]) else _UNSEEN_SD)
