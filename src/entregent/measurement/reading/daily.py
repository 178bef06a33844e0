"""The series by day of a table: one row a day, in order, with what was not collected missing."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Final

import numpy as np

from entregent.measurement.reading.dates import Days, date_form, days_of, folded, not_daily
from entregent.measurement.reading.finding import (
    blank_cell,
    check_roles,
    date_column,
    value_column,
)
from entregent.measurement.reading.numbers import Numbers, is_missing, numbers_of
from entregent.measurement.reading.refusing import Note, note, refusal, shown
from entregent.measurement.reading.table import Table
from entregent.measurement.results import CannotMeasure
from entregent.measurement.series import DailySeries

_TOTALS: Final = frozenset(
    ("total", "totaux", "totals", "grand total", "total general", "somme", "sum", "moyenne")
) | {"average", "mean", "ensemble"}


@dataclass(frozen=True, slots=True)
class SeriesTable:
    """A table read as series.

    Attributes
    ----------
    outcome
        What is measured, from its first to its last day.
    controls
        Other columns over the same days, in the order they were named.
    notes
        What was decided or left aside, in both languages.
    """

    outcome: DailySeries
    controls: tuple[DailySeries, ...] = ()
    notes: tuple[Note, ...] = ()


def series_from(
    table: Table,
    *,
    date: str | None = None,
    value: str | None = None,
    controls: Sequence[str] = (),
) -> SeriesTable:
    """Read the series of a table that has one row a day.

    Parameters
    ----------
    table
        As `read_table` gives it.
    date, value
        Names of the columns; where left out, the first column of dates and the first column of
        numbers.
    controls
        Names of the columns that the campaign did not touch.

    Raises
    ------
    CannotMeasure
        For an unknown column, with near names; for a cell that cannot be read, a day that stands
        twice, weeks or months instead of days, naming line and column.
    """
    at_date = table.index_of(date) if date is not None else date_column(table)
    at_controls = [table.index_of(name) for name in controls]
    notes = list(table.notes)
    if value is not None:
        at_value = table.index_of(value)
    else:
        at_value, told = value_column(table, {at_date, *at_controls})
        notes += told
    check_roles(table, at_date, at_value, at_controls)
    columns = (at_value, *at_controls)
    rows = _rows_with_days(table, at_date, columns, notes)
    lines = [table.lines[row] for row in rows]
    read = days_of([table.rows[row][at_date] for row in rows], lines, table.names[at_date])
    notes += read.notes
    numbers = [
        numbers_of(
            [table.rows[row][column] for row in rows],
            lines,
            table.names[column],
            separator=table.separator,
        )
        for column in columns
    ]
    for each in numbers:
        notes += each.notes
    kept = _one_row_a_day(table, rows, read.days, table.names[at_date], notes)
    outcome, *others = (
        _series(read, each, kept, table.names[column], table.has_header)
        for column, each in zip(columns, numbers, strict=True)
    )
    _check_steps(read.days, kept, lines, notes)
    return SeriesTable(outcome, tuple(others), tuple(notes))


def _rows_with_days(
    table: Table, at_date: int, columns: Sequence[int], notes: list[Note]
) -> list[int]:
    """Rows that have a day; a total above or below and rows without any value are left aside."""
    kept = []
    last = len(table.rows) - 1
    for index, row in enumerate(table.rows):
        cell = row[at_date]
        if not is_missing(cell) and (index not in {0, last} or not _is_total(row, cell)):
            kept.append(index)
        elif index in {0, last} and _is_total(row, cell):
            line = table.lines[index]
            notes.append(
                note(
                    "total",
                    fr=f"Ligne {line} : un total, laissé de côté.",
                    en=f"Line {line}: a total, left aside.",
                )
            )
        elif not all(is_missing(row[column]) for column in columns):
            raise blank_cell(table.lines[index], table.names[at_date])
    if not kept:
        raise blank_cell(table.lines[0], table.names[at_date])
    return kept


def _is_total(row: Sequence[str], cell: str) -> bool:
    if date_form(cell) is not None:
        return False
    return any(folded(each).rstrip(" :") in _TOTALS for each in row if each)


def _one_row_a_day(
    table: Table, rows: Sequence[int], days: Sequence[dt.date], name: str, notes: list[Note]
) -> list[int]:
    """Positions, in the order of days, of one row for each; a doubled day is refused."""
    first: dict[dt.date, int] = {}
    doubled: list[tuple[int, int]] = []
    same = 0
    for at, day in enumerate(days):
        before = first.setdefault(day, at)
        if before == at:
            continue
        if table.rows[rows[before]] == table.rows[rows[at]]:
            same += 1
        else:
            doubled.append((before, at))
    if doubled:
        raise _doubled(table, rows, days, name, doubled, len(first))
    if same:
        notes.append(
            note(
                "same_rows",
                fr=f"Lignes répétées à l'identique, comptées une fois : {same}.",
                en=f"Rows repeated word for word, counted once: {same}.",
            )
        )
    kept = list(first.values())
    if any(days[b] < days[a] for a, b in itertools.pairwise(kept)):
        notes.append(
            note(
                "unordered",
                fr="Les lignes n'étaient pas dans l'ordre des jours; elles ont été triées.",
                en="The rows were not in the order of days; they were sorted.",
            )
        )
    return sorted(kept, key=lambda at: days[at])


def _doubled(
    table: Table,
    rows: Sequence[int],
    days: Sequence[dt.date],
    name: str,
    doubled: Sequence[tuple[int, int]],
    distinct: int,
) -> CannotMeasure:
    a, b = doubled[0]
    line_a, line_b = table.lines[rows[a]], table.lines[rows[b]]
    remedy = ("gardez une seule ligne par jour", "keep one row a day")
    if len(doubled) >= distinct / 2:
        remedy = (
            "additionnez les lignes de chaque jour, pour n'en avoir qu'une par jour",
            "add up the rows of each day, so that there is one row a day",
        )
    return refusal(
        "doubled_day",
        fr=f"Lignes {line_a} et {line_b}, colonne « {shown(name)} » : le {days[a]} y est deux "
        f"fois : {remedy[0]}.",
        en=f"Lines {line_a} and {line_b}, column « {shown(name)} »: {days[a]} stands twice: "
        f"{remedy[1]}.",
    )


def _check_steps(
    days: Sequence[dt.date], kept: Sequence[int], lines: Sequence[int], notes: list[Note]
) -> None:
    """Refuse weeks, months and far slips of a year; say how many days are missing."""
    steps = [(days[b] - days[a]).days for a, b in itertools.pairwise(kept)]
    if len(steps) >= 2:
        # The lower of two in the middle: a gap in a short table is no step.
        usual = median_low(steps)
        if usual > 1:
            raise not_daily(_step_name(usual), days=usual)
    missing = sum(steps) - len(steps)
    if not missing:
        return
    longest = max(steps)
    at = steps.index(longest)
    if missing > 366 + 3 * len(kept):
        a, b = lines[kept[at]], lines[kept[at + 1]]
        raise refusal(
            "far_apart",
            fr=f"De la ligne {a} ({days[kept[at]]}) à la ligne {b} ({days[kept[at + 1]]}), "
            f"{longest - 1} jours sans ligne : vérifiez l'année de ces dates.",
            en=f"From line {a} ({days[kept[at]]}) to line {b} ({days[kept[at + 1]]}), "
            f"{longest - 1} days without a row: check the year of these dates.",
        )
    before = days[kept[next(at for at, step in enumerate(steps) if step > 1)]]
    notes.append(
        note(
            "missing_days",
            fr="Jours sans ligne, lus comme non recueillis (ce n'est pas zéro) : "
            f"{missing}; le premier suit le {before}.",
            en=f"Days without a row, read as not collected (not as zero): {missing}; the first "
            f"follows {before}.",
        )
    )


def _step_name(days: float) -> str:
    for name, low, high in (
        ("week", 7, 7),
        ("fortnight", 14, 14),
        ("month", 28, 31),
        ("quarter", 89, 92),
        ("year", 364, 366),
    ):
        if low <= days <= high:
            return name
    return "days"


def _series(
    read: Days, numbers: Numbers, kept: Sequence[int], name: str, has_header: bool
) -> DailySeries:
    first, last = read.days[kept[0]], read.days[kept[-1]]
    values = np.full((last - first).days + 1, np.nan)
    for at in kept:
        values[(read.days[at] - first).days] = numbers.values[at]
    return DailySeries(first, values, name if has_header else "", numbers.unit)
