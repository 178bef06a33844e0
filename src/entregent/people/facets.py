"""Facets of a person: how often they do each kind of thing, with the acts that say so.

Nobody is of one type: every facet stands for itself, and all of them may be long at once. There is
no sum, no rank and no score, and nothing here compares one person with another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

ACT_KINDS: Final = {
    "deals": frozenset({"coupon", "contest", "asked_for_code"}),
    "conversation": frozenset({"message"}),
    "help": frozenset({"helped"}),
    "recommendation": frozenset({"share", "praise", "good_review"}),
    "purchases": frozenset({"order", "gift", "subscription"}),
    "complaints": frozenset({"complaint", "bad_review"}),
}
"""Kinds of acts that make each facet; other kinds only break the silence."""
FACETS: Final = (*ACT_KINDS, "silence")
"""Codes of the facets, in the order in which they are shown."""
FULL: Final = 12.0
"""A bar is full at 12 a year, once a month: the same scale for all seven."""
SHOWN: Final = 3
"""Acts, or stretches of silence, that are given with each facet."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person did.

    Attributes
    ----------
    at
        When; aware, in the zone by which months are to be counted.
    kind
        One of those in `ACT_KINDS`, or any other name.
    what
        The act in words.
    voluntary
        Whether it was meant to be heard, rather than a trace.
    """

    at: datetime
    kind: str
    what: str = ""
    voluntary: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """Months without any act, from the first day of one to the first day of another, included."""

    first: date
    last: date
    months: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet.

    Attributes
    ----------
    code
        One of `FACETS`.
    count
        Acts; for silence, months without any.
    out_of
        For silence, the whole months that are known; 0 for the others.
    per_year
        `count` by the years that are known; less than a year counts as one, so that nothing is
        carried forward from a few weeks.
    length
        Of the bar: `per_year` by `FULL`, at most 1.
    newest
        The newest acts that make it, newest first.
    stretches
        For silence, its newest stretches.
    """

    code: str
    count: int
    out_of: int
    per_year: float
    length: float
    newest: tuple[Act, ...] = ()
    stretches: tuple[Stretch, ...] = ()


def facets(acts: Iterable[Act], *, since: date, until: date) -> tuple[Facet, ...]:
    """Tell the facets of one person.

    Parameters
    ----------
    acts
        In any order; one deed may be several acts of different kinds.
    since
        Day since which the person is known; an older act moves it back.
    until
        Last day, included; what is later is left out.

    Returns
    -------
    tuple of Facet
        One for each of `FACETS`, in their order.

    Raises
    ------
    ValueError
        If `since` is after `until`.
    """
    if since > until:
        raise ValueError(f"since ({since}) is after until ({until})")
    told = sorted(
        (act for act in acts if act.at.date() <= until),
        key=lambda act: (act.at, act.kind, act.what),
        reverse=True,
    )
    start = min([since, *(act.at.date() for act in told[-1:])])
    years = max(1.0, (until - start).days / 365.25)
    found = [_facet(code, told, years) for code in ACT_KINDS]
    return (*found, _silence(told, start, until, years))


def _facet(code: str, told: Sequence[Act], years: float) -> Facet:
    made = [act for act in told if act.kind in ACT_KINDS[code]]
    per_year = len(made) / years
    return Facet(code, len(made), 0, per_year, min(1.0, per_year / FULL), tuple(made[:SHOWN]))


def _silence(told: Sequence[Act], start: date, until: date, years: float) -> Facet:
    # The months in which knowing began and in which it is read are not whole: they say nothing.
    known = range(_month(start) + 1, _month(until))
    spoken = {_month(act.at) for act in told}
    silent = [month for month in known if month not in spoken]
    per_year = len(silent) / years
    return Facet(
        "silence",
        len(silent),
        len(known),
        per_year,
        min(1.0, per_year / FULL),
        stretches=_stretches(silent)[-SHOWN:][::-1],
    )


def _stretches(months: Sequence[int]) -> tuple[Stretch, ...]:
    runs: list[list[int]] = []
    for month in months:
        if runs and runs[-1][-1] == month - 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    return tuple(Stretch(_first_day(run[0]), _first_day(run[-1]), len(run)) for run in runs)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
