"""A count or amount by calendar day, where what was not collected is missing and never zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.results import CannotMeasure
from entregent.measurement.words import day_in_words

Values = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DailySeries:
    """One value a day, without a hole in the calendar.

    Parameters
    ----------
    first_day
        Day of the first value.
    values
        Shape (days,), one a calendar day; NaN is 'not collected'. Kept as a read-only copy.
    name, unit
        In the words of the user, as ``Abonnements`` and ``nouveaux abonnements par jour``.

    Raises
    ------
    CannotMeasure
        ``not_finite`` where a value is infinite, ``empty`` where there is no day.
    """

    first_day: date
    values: Values
    name: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        values = np.array(self.values, dtype=np.float64).reshape(-1)
        if len(values) == 0:
            raise CannotMeasure(
                "empty",
                fr="La série ne contient aucun jour. Donnez au moins une valeur par jour.",
                en="The series holds no day. Give at least one value a day.",
            )
        infinite = np.flatnonzero(np.isinf(values))
        if len(infinite):
            day = self.first_day + timedelta(days=int(infinite[0]))
            raise CannotMeasure(
                "not_finite",
                fr=f"La valeur du {day_in_words(day, 'fr')} est infinie. Corrigez-la, ou "
                "laissez-la vide si ce jour n'a pas été recueilli.",
                en=f"The value of {day_in_words(day, 'en')} is infinite. Correct it, or leave it "
                "empty if that day was not collected.",
            )
        values.setflags(write=False)
        object.__setattr__(self, "values", values)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def last_day(self) -> date:
        """Day of the last value."""
        return self.first_day + timedelta(days=len(self.values) - 1)

    @property
    def days(self) -> list[date]:
        """Every calendar day, oldest first."""
        return [self.first_day + timedelta(days=number) for number in range(len(self.values))]

    def index_of(self, day: date) -> int:
        """Position of a day; negative, or past the end, for days outside."""
        return (day - self.first_day).days

    def value_on(self, day: date) -> float | None:
        """Value of a day; None where nothing was collected or the day lies outside."""
        index = self.index_of(day)
        if not 0 <= index < len(self.values) or np.isnan(self.values[index]):
            return None
        return float(self.values[index])

    def between(self, first_day: date, last_day: date) -> "DailySeries":
        """The same calendar days, both included; days outside are NaN."""
        return DailySeries(first_day, self.aligned(first_day, last_day), self.name, self.unit)

    def aligned(self, first_day: date, last_day: date) -> Values:
        """Values of some calendar days, both included, shape (days,); NaN outside."""
        count = (last_day - first_day).days + 1
        found = np.full(max(count, 0), np.nan)
        start = self.index_of(first_day)
        low, high = max(start, 0), min(start + count, len(self.values))
        if high > low:
            found[low - start : high - start] = self.values[low:high]
        return found

    def without(self, first_day: date, last_day: date) -> "DailySeries":
        """The same series where some days, both included, were not collected."""
        values = self.values.copy()
        low = max(self.index_of(first_day), 0)
        high = self.index_of(last_day) + 1
        values[low : max(high, low)] = np.nan
        return DailySeries(self.first_day, values, self.name, self.unit)

    @classmethod
    def of(
        cls, days: Sequence[date], values: Sequence[float | None], name: str = "", unit: str = ""
    ) -> "DailySeries":
        """A series of single days in any order; days between that are not named are NaN.

        Raises
        ------
        CannotMeasure
            ``doubled_day`` where a day is named twice, ``empty`` where there is none.
        """
        if not days:
            return cls(date(1970, 1, 1), np.empty(0), name, unit)
        first, last = min(days), max(days)
        found = np.full((last - first).days + 1, np.nan)
        seen: set[date] = set()
        for day, value in zip(days, values, strict=True):
            if day in seen:
                raise CannotMeasure(
                    "doubled_day",
                    fr=f"Le {day_in_words(day, 'fr')} est donné deux fois. Gardez une seule ligne "
                    "par jour.",
                    en=f"{day_in_words(day, 'en')} is given twice. Keep one row a day.",
                )
            seen.add(day)
            if value is not None:
                found[(day - first).days] = value
        return cls(first, found, name, unit)
