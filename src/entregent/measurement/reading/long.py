"""Panels, and plain columns, out of a table."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.reading.dates import days_of
from entregent.measurement.reading.finding import blank_cell
from entregent.measurement.reading.numbers import numbers_of
from entregent.measurement.reading.refusing import Note, place, refusal, shown
from entregent.measurement.reading.table import Table


@dataclass(frozen=True, slots=True)
class LongTable:
    """A panel, one row a unit and a period.

    Attributes
    ----------
    units
        For each row, the name of its unit.
    periods
        For each row its day, or a whole number such as a year: all of one kind.
    values
        Shape (rows,); NaN where nothing was collected.
    lines
        For each row, its line in the text.
    unit_of_values
        What stands after the numbers, as ``$``; empty if nothing does.
    notes
        What was decided.
    """

    units: list[str]
    periods: list[dt.date] | list[int]
    values: NDArray[np.float64]
    lines: list[int]
    unit_of_values: str = ""
    notes: tuple[Note, ...] = ()


def long_rows(table: Table, *, unit: str, date: str, value: str) -> LongTable:
    """Read a panel that has one row a unit and a period.

    Parameters
    ----------
    table
        As `read_table` gives it.
    unit, date, value
        Names of the columns. Periods are days, or whole numbers where every cell is one.

    Raises
    ------
    CannotMeasure
        For an unknown column, a cell that cannot be read, or a unit that has two rows in one
        period, naming the lines.
    """
    at_unit, at_date, at_value = (table.index_of(name) for name in (unit, date, value))
    units, cells = table.column(at_unit), table.column(at_date)
    lines = list(table.lines)
    for index, line in enumerate(lines):
        if not units[index] or not cells[index]:
            raise blank_cell(line, table.names[at_date if units[index] else at_unit])
    notes: tuple[Note, ...] = table.notes
    periods: list[dt.date] | list[int]
    whole = [_is_whole(cell) for cell in cells]
    if all(whole):
        periods = [int(cell) for cell in cells]
    elif sum(whole) > len(whole) / 2:
        at = whole.index(False)
        fr, en = place(lines[at], table.names[at_date])
        raise refusal(
            "not_a_period",
            fr=f"{fr} : « {shown(cells[at])} » n'est pas un nombre entier comme les autres "
            "périodes de la colonne : corrigez la cellule.",
            en=f"{en}: « {shown(cells[at])} » is no whole number like the other periods of the "
            "column: mend the cell.",
        )
    else:
        days = days_of(cells, lines, table.names[at_date])
        periods, notes = days.days, notes + days.notes
    numbers = numbers_of(
        table.column(at_value), lines, table.names[at_value], separator=table.separator
    )
    first: dict[tuple[str, dt.date | int], int] = {}
    written: list[dt.date | int] = [*periods]
    for name, period, line in zip(units, written, lines, strict=True):
        before = first.setdefault((name, period), line)
        if before != line:
            raise refusal(
                "doubled_row",
                fr=f"Lignes {before} et {line} : « {shown(name)} » y est deux fois pour {period} : "
                "gardez une seule ligne par unité et par période.",
                en=f"Lines {before} and {line}: « {shown(name)} » stands twice for {period}: keep "
                "one row a unit and a period.",
            )
    return LongTable(units, periods, numbers.values, lines, numbers.unit, notes + numbers.notes)


def columns(table: Table, names: Sequence[str]) -> Mapping[str, list[str]]:
    """Cells of some columns as they are written, by the names that were asked for.

    Raises
    ------
    CannotMeasure
        For an unknown column, with near names.
    """
    return {name: table.column(table.index_of(name)) for name in names}


def _is_whole(cell: str) -> bool:
    # Eight digits are a day, as 20260203.
    digits = cell.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= 7
