"""People who bought once, with what they bought again: from orders, or from their summaries."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from entregent.measurement.cohorts.survival import Days, Floats
from entregent.measurement.results import CannotMeasure, Interval
from entregent.measurement.words import day_in_words


@dataclass(frozen=True, eq=False)
class Buyers:
    """What the model of repeat purchase needs to know of each person.

    Attributes
    ----------
    frequency
        Shape (people,), repeat purchases: days with an order after the first such day.
    recency
        Shape (people,), time from the first order to the last; 0 where there is no repeat.
    age
        Shape (people,), time from the first order to the last observed day ('T' in the papers).
    unit_days
        Days in one unit of time.
    repeat_person, repeat_days
        Shape (repeats,), whose each repeat was (position of the person) and how many days after
        the first; None where only summaries are known.
    """

    frequency: Floats
    recency: Floats
    age: Floats
    unit_days: float = 7.0
    repeat_person: Days | None = None
    repeat_days: Days | None = None

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def repeaters(self) -> int:
        """People who bought again."""
        return int(np.count_nonzero(self.frequency))

    @property
    def longest_days(self) -> int:
        """Days since the earliest first order."""
        return round(float(self.age.max()) * self.unit_days)

    def age_reached_by(self, people: int) -> int:
        """Largest age in days that at least so many have reached; -1 if there are fewer."""
        if people > len(self):
            return -1
        return round(float(np.sort(self.age)[-people]) * self.unit_days)

    def observed(self, age_days: int, level: float) -> Interval | None:
        """Mean repeats up to an age, of those who have reached it, normal interval: no model.

        None where only summaries are known.
        """
        if self.repeat_person is None or self.repeat_days is None:
            return None
        counts = np.bincount(self.repeat_person[self.repeat_days <= age_days], minlength=len(self))
        counts = counts[np.round(self.age * self.unit_days) >= age_days]
        if len(counts) < 2:
            return None
        mean = float(counts.mean())
        half = float(-ndtri((1 - level) / 2) * counts.std(ddof=1) / np.sqrt(len(counts)))
        return Interval(mean, max(mean - half, 0.0), mean + half, level)


def buyers_from_orders(
    people: Sequence[Hashable],
    days: Sequence[date],
    *,
    observed_until: date,
    unit_days: float = 7.0,
    after_end: Literal["refuse", "leave_out"] = "refuse",
) -> Buyers:
    """Buyers from a list of orders, in any order; several orders of a day are one purchase.

    Parameters
    ----------
    people, days
        Who ordered, and when.
    observed_until
        Last observed day, included.
    unit_days
        Days in one unit of time; changes nothing but the unit of ``alpha``.
    after_end
        What becomes of orders after the last observed day.

    Raises
    ------
    CannotMeasure
        ``lengths_differ``, ``order_after_end`` naming the row, ``no_orders``, ``bad_unit``.
    """
    _check_unit(unit_days)
    if len(people) != len(days):
        raise CannotMeasure(
            "lengths_differ",
            fr=f"Il y a {len(people)} personnes et {len(days)} dates. Donnez une personne et une "
            "date par commande.",
            en=f"There are {len(people)} people and {len(days)} dates. Give one person and one "
            "date an order.",
        )
    of_person: dict[Hashable, set[int]] = {}
    end = observed_until.toordinal()
    for number, (person, day) in enumerate(zip(people, days, strict=True), start=1):
        if day.toordinal() <= end:
            of_person.setdefault(person, set()).add(day.toordinal())
        elif after_end == "refuse":
            raise CannotMeasure(
                "order_after_end",
                fr=f"Ligne {number} : commande du {day_in_words(day, 'fr')}, après le dernier jour "
                f"observé ({day_in_words(observed_until, 'fr')}). Corrigez la date, ou donnez un "
                "dernier jour plus tardif.",
                en=f"Row {number}: order of {day_in_words(day, 'en')}, after the last observed day "
                f"({day_in_words(observed_until, 'en')}). Correct the date, or give a later last "
                "day.",
            )
    if not of_person:
        raise _no_orders()
    whose, when, frequency, recency, age = [], [], [], [], []
    for position, ordered in enumerate(of_person.values()):
        first = min(ordered)
        later = sorted(day - first for day in ordered if day != first)
        whose.extend([position] * len(later))
        when.extend(later)
        frequency.append(len(later))
        recency.append(later[-1] if later else 0)
        age.append(end - first)
    return Buyers(
        frequency=np.array(frequency, dtype=np.float64),
        recency=np.array(recency, dtype=np.float64) / unit_days,
        age=np.array(age, dtype=np.float64) / unit_days,
        unit_days=unit_days,
        repeat_person=np.array(whose, dtype=np.int64),
        repeat_days=np.array(when, dtype=np.int64),
    )


def buyers_from_summaries(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    *,
    people: Sequence[Hashable] | None = None,
    unit_days: float = 7.0,
) -> Buyers:
    """Buyers from one summary a person: repeat purchases, time of the last one, time watched.

    Parameters
    ----------
    frequency
        Shape (people,), whole numbers from 0.
    recency, age
        Shape (people,), in units of `unit_days`, from the first order; recency at most age.
    people
        Who each is, so that doubled ones are refused.
    unit_days
        Days in one unit of time.

    Raises
    ------
    CannotMeasure
        ``bad_summary`` or ``doubled_person`` naming the row, ``lengths_differ``, ``no_orders``,
        ``bad_unit``.
    """
    _check_unit(unit_days)
    try:
        counts, last, watched = (
            np.array(each, dtype=np.float64).reshape(-1) for each in (frequency, recency, age)
        )
    except (TypeError, ValueError):
        raise CannotMeasure(
            "bad_summary",
            fr="Les résumés doivent être des nombres : fréquence, récence et durée de chacun.",
            en="Summaries must be numbers: frequency, recency and age of each person.",
        ) from None
    if not len(counts) == len(last) == len(watched):
        raise CannotMeasure(
            "lengths_differ",
            fr=f"Il y a {len(counts)} fréquences, {len(last)} récences et {len(watched)} durées. "
            "Donnez les trois pour chaque personne.",
            en=f"There are {len(counts)} frequencies, {len(last)} recencies and {len(watched)} "
            "ages. Give all three for each person.",
        )
    if len(counts) == 0:
        raise _no_orders()
    finite = np.isfinite(counts) & np.isfinite(last) & np.isfinite(watched)
    for wrong, french, english in (
        (~finite, "une valeur manque ou n'est pas finie", "a value is missing or not finite"),
        (
            (counts < 0) | (last < 0) | (watched < 0),
            "une valeur est négative",
            "a value is negative",
        ),
        (
            counts != np.round(counts),
            "la fréquence n'est pas entière",
            "the frequency is not whole",
        ),
        (
            last > watched * (1 + 1e-12),
            "la récence dépasse la durée d'observation",
            "the recency exceeds the time watched",
        ),
        (
            (counts == 0) & (last > 0),
            "la récence est positive sans achat répété",
            "the recency is positive without a repeat purchase",
        ),
        (
            (counts > 0) & (last == 0),
            "la récence est nulle malgré des achats répétés",
            "the recency is zero despite repeat purchases",
        ),
    ):
        if wrong.any():
            number = int(np.flatnonzero(wrong)[0]) + 1
            raise CannotMeasure(
                "bad_summary",
                fr=f"Ligne {number} : {french}. Corrigez-la, ou donnez la liste des commandes.",
                en=f"Row {number}: {english}. Correct it, or give the list of orders.",
            )
    if people is not None:
        seen: dict[Hashable, int] = {}
        for number, person in enumerate(people, start=1):
            before = seen.setdefault(person, number)
            if before != number:
                raise CannotMeasure(
                    "doubled_person",
                    fr=f"Lignes {before} et {number} : la même personne. Gardez un résumé par "
                    "personne.",
                    en=f"Rows {before} and {number}: the same person. Keep one summary a person.",
                )
    return Buyers(counts, np.minimum(last, watched), watched, unit_days)


def _check_unit(unit_days: float) -> None:
    if not (np.isfinite(unit_days) and unit_days > 0):
        raise CannotMeasure(
            "bad_unit",
            fr="L'unité de temps doit être un nombre de jours positif, comme 7.",
            en="The unit of time must be a positive number of days, as 7.",
        )


def _no_orders() -> CannotMeasure:
    return CannotMeasure(
        "no_orders",
        fr="Aucune commande jusqu'au dernier jour observé. Vérifiez les dates, ou donnez un "
        "dernier jour plus tardif.",
        en="No order up to the last observed day. Check the dates, or give a later last day.",
    )
