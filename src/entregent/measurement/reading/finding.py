"""Which column holds the days and which the numbers, where nobody says so."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from entregent.measurement.reading.dates import date_form, is_date_header
from entregent.measurement.reading.numbers import is_missing, looks_like_number
from entregent.measurement.reading.refusing import Note, note, place, refusal, shown
from entregent.measurement.reading.table import Table
from entregent.measurement.results import CannotMeasure

_SAMPLE: Final = 200
_MOST_PART: Final = 0.8


def date_column(table: Table) -> int:
    """The first column most of whose cells are dates; a name that says so goes before."""
    shares = [_share(table, index, _is_day) for index in range(len(table.names))]
    named = [i for i, share in enumerate(shares) if share > 0.5 and _says_date(table, i)]
    found = named or [i for i, share in enumerate(shares) if share >= _MOST_PART]
    if found:
        return found[0]
    serials = [
        i
        for i in range(len(table.names))
        if _says_date(table, i) and _share(table, i, lambda cell: date_form(cell) is not None) > 0.5
    ]
    months = [
        i
        for i in range(len(table.names))
        if _share(table, i, lambda cell: date_form(cell) in {"month", "week"}) >= _MOST_PART
    ]
    if serials or months:
        return (serials or months)[0]
    names = ", ".join(f"« {shown(name)} »" for name in table.names[:8])
    raise refusal(
        "no_dates",
        fr=f"Aucune colonne ne contient des dates (colonnes : {names}) : il faut une ligne par "
        "jour, avec une date comme 2026-02-03.",
        en=f"No column holds dates (columns: {names}): there must be one row a day, with a date "
        "such as 2026-02-03.",
    )


def _says_date(table: Table, index: int) -> bool:
    return table.has_header and is_date_header(table.names[index])


def _is_day(cell: str) -> bool:
    return date_form(cell) in {"ymd", "numbers", "words", "compact"}


def _is_number(cell: str) -> bool:
    return is_missing(cell) or looks_like_number(cell)


def _share(table: Table, index: int, is_such: Callable[[str], bool]) -> float:
    """Share of the cells of a column, among at most 200 that are not blank, that are such."""
    step = max(1, len(table.rows) // _SAMPLE)
    cells = [row[index] for row in table.rows[::step] if row[index]]
    return sum(map(is_such, cells)) / len(cells) if cells else 0.0


def value_column(table: Table, taken: set[int]) -> tuple[int, list[Note]]:
    """The first column of numbers; columns without a name only count rows."""
    found = [
        index
        for index, name in enumerate(table.names)
        if index not in taken
        and name
        and _share(table, index, _is_number) >= _MOST_PART
        and _share(table, index, looks_like_number) > 0
    ]
    if not found:
        # One column with words in it: its first such cell is named when it is read.
        rest = [i for i in range(len(table.names)) if i not in taken and table.names[i]]
        some = [i for i in rest if _share(table, i, looks_like_number) > 0] or (
            rest if len(rest) == 1 else []
        )
        if not some:
            names = ", ".join(f"« {shown(name)} »" for name in table.names[:8])
            raise refusal(
                "no_numbers",
                fr=f"Aucune colonne ne contient des nombres (colonnes : {names}) : il en faut une "
                "à côté des dates.",
                en=f"No column holds numbers (columns: {names}): there must be one beside the "
                "dates.",
            )
        found = some[:1]
    if len(found) == 1:
        return found[0], []
    others = ", ".join(f"« {shown(table.names[index])} »" for index in found[1:6])
    used = shown(table.names[found[0]])
    return found[0], [
        note(
            "value_column",
            fr=f"Colonne lue : « {used} ». Autres colonnes de nombres : {others}.",
            en=f"Column read: « {used} ». Other columns of numbers: {others}.",
        )
    ]


def check_roles(table: Table, at_date: int, at_value: int, at_controls: Sequence[int]) -> None:
    roles = Counter((at_date, at_value, *at_controls))
    twice = next((index for index, count in roles.items() if count > 1), None)
    if twice is not None:
        name = shown(table.names[twice])
        raise refusal(
            "column_used_twice",
            fr=f"La colonne « {name} » sert deux fois : prenez une colonne différente pour la "
            "date, la valeur et chaque témoin.",
            en=f"The column « {name} » serves twice: take different columns for the date, the "
            "value and each control.",
        )


def blank_cell(line: int, name: str) -> CannotMeasure:
    fr, en = place(line, name)
    return refusal(
        "blank_cell",
        fr=f"{fr} : la cellule est vide : remplissez-la, ou retirez la ligne.",
        en=f"{en}: the cell is empty: fill it, or remove the row.",
    )
