"""Rows of words, as a file has them, into people and orders: each fault named by row and column."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from entregent.measurement.cohorts.buyers import buyers_from_orders
from entregent.measurement.cohorts.hazards import Link
from entregent.measurement.cohorts.repeats import YEAR, RepeatComparison, compare_repeat_purchase
from entregent.measurement.cohorts.retention import AGES, Retention, retention
from entregent.measurement.results import CannotMeasure

KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("person", "personne", "id", "people", "client", "customer"),
    "first": ("first", "first_met", "met", "première_rencontre", "premiere_rencontre", "rencontre"),
    "left": ("left", "départ", "depart", "parti", "left_on", "unfollowed"),
    "date": ("date", "jour", "day"),
    "cohort": ("cohort", "cohorte", "campaign", "campagne"),
}
OTHERS: Final = frozenset(
    ("", "other", "others", "autre", "autres", "organic", "organique", "none", "aucune")
)
"""Words of the column of the cohort for people met outside any campaign."""
_ISO = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)

ReadDays = Callable[[Sequence[str], Sequence[int], str], Sequence[date]]
"""Reads a column: its cells, none empty, the line of each, its name; refuses with CannotMeasure."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns; those left empty are found by their usual names.

    Attributes
    ----------
    person, cohort
        Who, and in which campaign they were first met.
    first, left
        Of people: day first met, day they left.
    date
        Of orders: day of the order.
    """

    person: str = ""
    cohort: str = ""
    first: str = ""
    left: str = ""
    date: str = ""


def iso_days(cells: Sequence[str], lines: Sequence[int], name: str) -> list[date]:
    """Days written 2026-02-03, with or without a time, which is dropped.

    Raises
    ------
    CannotMeasure
        ``bad_day`` for anything else, naming line and column.
    """
    found = []
    for cell, line in zip(cells, lines, strict=True):
        match = _ISO.fullmatch(cell)
        try:
            found.append(date.fromisoformat(match[1] if match else ""))
        except ValueError:
            raise CannotMeasure(
                "bad_day",
                fr=f"Ligne {line}, colonne « {name} » : « {cell[:40]} » n'est pas une date. "
                "Écrivez-la 2026-02-03.",
                en=f"Row {line}, column “{name}”: “{cell[:40]}” is not a date. Write it "
                "2026-02-03.",
            ) from None
    return found


def compare_cohorts(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    columns: Columns | None = None,
    campaign: str | None = None,
    observed_until: date | None = None,
    ages: Sequence[int] = AGES,
    headline_days: int = 90,
    level: float = 0.95,
    link: Link = "cloglog",
    lines: Sequence[int] | None = None,
    read_days: ReadDays = iso_days,
) -> Retention:
    """Compare cohorts from rows of person, day first met, cohort, day they left or nothing.

    Parameters
    ----------
    header
        Names of the columns.
    rows
        Cells, in the order of the header, one person a row, in any order.
    columns
        Names of the columns that are meant, where they are not the usual ones.
    campaign
        Word of the cohort's column for the campaign; may be left out where there is only one.
        Everyone else is one of the others.
    observed_until
        Last observed day, included; the latest day of the file if None.
    ages, headline_days, level, link
        As in `retention`.
    lines
        Number of each row in its file, for the errors; 2, 3, ... under a header if None.
    read_days
        Reads a column of days.

    Raises
    ------
    CannotMeasure
        ``no_column``, ``no_rows``, ``bad_row``, ``bad_day``, ``empty_cell``, ``doubled_person``,
        ``which_campaign``, ``left_before_first``, ``left_after_end``, ``met_after_end``, and those
        of `retention`.
    """
    table = _Table(header, rows, columns or Columns(), lines, read_days)
    people = table.words("person")
    _doubled(people, table.lines)
    first = table.days("first", empty=False)
    left = table.days("left", empty=True)
    inside, name = _inside(table.words("cohort", empty=True), campaign)
    met = [day for day in first if day is not None]
    end = observed_until or max([*met, *(day for day in left if day is not None)])
    for number, day, gone in zip(table.lines, met, left, strict=True):
        # Told here, with the row and the columns of the file.
        for column, each in (("first", day), ("left", gone)):
            if each is not None and each > end:
                raise _after(
                    "met_after_end" if column == "first" else "left_after_end",
                    number,
                    table.name_of(column),
                    each,
                    end,
                )
        if gone is not None and gone < day:
            raise CannotMeasure(
                "left_before_first",
                fr=f"Ligne {number}, colonne « {table.name_of('left')} » : le départ "
                f"({gone}) précède la première rencontre ({day}). Corrigez l'une des deux dates.",
                en=f"Row {number}, column “{table.name_of('left')}”: the departure "
                f"({gone}) comes before the first meeting ({day}). Correct one of the two dates.",
            )
    return retention(
        met,
        left,
        inside,
        observed_until=end,
        name=name,
        ages=ages,
        headline_days=headline_days,
        level=level,
        link=link,
    )


def repeat_purchases(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    columns: Columns | None = None,
    campaign: str | None = None,
    observed_until: date | None = None,
    days: int = YEAR,
    level: float = 0.95,
    draws: int = 0,
    seed: int | None = None,
    lines: Sequence[int] | None = None,
    read_days: ReadDays = iso_days,
) -> RepeatComparison:
    """Compare repeat purchase from rows of person, day of an order, cohort.

    A person belongs to the cohort of their first order; of several that day, to the campaign's.

    Parameters
    ----------
    header, rows, columns, campaign, observed_until, level, lines, read_days
        As in `compare_cohorts`, with one order a row.
    days, draws, seed
        As in `compare_repeat_purchase`.

    Raises
    ------
    CannotMeasure
        ``no_column``, ``no_rows``, ``bad_row``, ``bad_day``, ``empty_cell``, ``which_campaign``,
        ``order_after_end``, and those of `compare_repeat_purchase`.
    """
    table = _Table(header, rows, columns or Columns(), lines, read_days)
    people = table.words("person")
    ordered = [day for day in table.days("date", empty=False) if day is not None]
    inside, name = _inside(table.words("cohort", empty=True), campaign)
    end = observed_until or max(ordered)
    for number, day in zip(table.lines, ordered, strict=True):
        if day > end:
            raise _after("order_after_end", number, table.name_of("date"), day, end)
    earliest: dict[str, tuple[date, bool]] = {}
    for person, day, ours in zip(people, ordered, inside, strict=True):
        before = earliest.get(person)
        if before is None or (day, not ours) < (before[0], not before[1]):
            earliest[person] = (day, ours)
    cohorts = []
    for wanted in (True, False):
        chosen = [
            (person, day)
            for person, day in zip(people, ordered, strict=True)
            if earliest[person][1] is wanted
        ]
        cohorts.append(
            buyers_from_orders(
                [person for person, _ in chosen], [day for _, day in chosen], observed_until=end
            )
        )
    return compare_repeat_purchase(
        cohorts[0], cohorts[1], name=name, days=days, level=level, draws=draws, seed=seed
    )


class _Table:
    """Cells by the meaning of their column."""

    def __init__(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        columns: Columns,
        lines: Sequence[int] | None,
        read_days: ReadDays,
    ) -> None:
        self.columns, self.read_days = columns, read_days
        self.lines = list(lines) if lines is not None else list(range(2, 2 + len(rows)))
        self.header = [cell.strip() for cell in header]
        self.rows = rows
        if not rows:
            raise CannotMeasure(
                "no_rows",
                fr="Le fichier ne contient aucune ligne. Donnez une ligne par personne ou par "
                "commande.",
                en="The file holds no row. Give one row a person or an order.",
            )
        for number, row in zip(self.lines, rows, strict=True):
            if len(row) != len(self.header):
                raise CannotMeasure(
                    "bad_row",
                    fr=f"Ligne {number} : {len(row)} cases pour {len(self.header)} colonnes. "
                    "Vérifiez le séparateur et les guillemets de cette ligne.",
                    en=f"Row {number}: {len(row)} cells for {len(self.header)} columns. Check the "
                    "separator and the quotes of this row.",
                )

    def name_of(self, meaning: str) -> str:
        """Name of a column as the file has it."""
        return self.header[self._position(meaning)]

    def words(self, meaning: str, *, empty: bool = False) -> list[str]:
        """Cells of a column without the space around them."""
        position = self._position(meaning)
        found = [row[position].strip() for row in self.rows]
        if not empty and "" in found:
            number = self.lines[found.index("")]
            raise CannotMeasure(
                "empty_cell",
                fr=f"Ligne {number}, colonne « {self.header[position]} » : la case est vide. "
                "Remplissez-la, ou retirez la ligne.",
                en=f"Row {number}, column “{self.header[position]}”: the cell is empty. Fill it, "
                "or remove the row.",
            )
        return found

    def days(self, meaning: str, *, empty: bool) -> list[date | None]:
        """Days of a column; None for an empty cell."""
        cells = self.words(meaning, empty=empty)
        full = [position for position, cell in enumerate(cells) if cell]
        days = self.read_days(
            [cells[each] for each in full],
            [self.lines[each] for each in full],
            self.name_of(meaning),
        )
        found: list[date | None] = [None] * len(cells)
        for position, day in zip(full, days, strict=True):
            found[position] = day
        return found

    def _position(self, meaning: str) -> int:
        given: str = getattr(self.columns, meaning)
        if given:
            if given.strip() in self.header:
                return self.header.index(given.strip())
        else:
            plain = [cell.casefold().replace(" ", "_") for cell in self.header]
            for name in KNOWN[meaning]:
                if name in plain:
                    return plain.index(name)
        wanted = given or KNOWN[meaning][0]
        there = ", ".join(self.header)
        raise CannotMeasure(
            "no_column",
            fr=f"Il n'y a pas de colonne « {wanted} ». Le fichier a : {there}. Nommez la bonne.",
            en=f"There is no column “{wanted}”. Those of the file: {there}. Name the one that "
            "fits.",
        )


def _inside(labels: list[str], campaign: str | None) -> tuple[list[bool], str]:
    named = sorted({label for label in labels if label.casefold() not in OTHERS})
    chosen = campaign.strip() if campaign is not None else ""
    if not chosen and len(named) == 1:
        chosen = named[0]
    if chosen not in labels or not chosen:
        there = ", ".join(named[:10]) or "—"
        raise CannotMeasure(
            "which_campaign",
            fr=f"On ne sait pas quelle campagne comparer. Le fichier a : {there}. Nommez-en une.",
            en=f"It is not known which campaign to compare. Those of the file: {there}. Name one.",
        )
    return [label == chosen for label in labels], chosen


def _doubled(people: list[str], lines: list[int]) -> None:
    seen: dict[str, int] = {}
    for number, person in zip(lines, people, strict=True):
        before = seen.setdefault(person, number)
        if before != number:
            raise CannotMeasure(
                "doubled_person",
                fr=f"Lignes {before} et {number} : « {person[:40]} » y est deux fois. Gardez la "
                "première rencontre de chaque personne.",
                en=f"Rows {before} and {number}: “{person[:40]}” is there twice. Keep each "
                "person's first meeting.",
            )


def _after(code: str, number: int, name: str, day: date, end: date) -> CannotMeasure:
    return CannotMeasure(
        code,
        fr=f"Ligne {number}, colonne « {name} » : le {day} vient après le dernier jour observé "
        f"({end}). Corrigez la date, ou donnez un dernier jour plus tardif.",
        en=f"Row {number}, column “{name}”: {day} comes after the last observed day ({end}). "
        "Correct the date, or give a later last day.",
    )
