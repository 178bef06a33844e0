"""Reads the rows of a table one by one; a row that is refused does not stop the next."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace

from entregent.networks.reading import Context, Outcome, Refused, Taken
from entregent.networks.tables.table import Heading, Table, comma_of
from entregent.vocabulary import VocabularyError, key64

MOST_ROWS = 3_000_000
"""Rows of one table; each costs some 100 bytes, to tell equal rows and doubled values apart."""


def read_rows(
    lines: Iterable[tuple[int, str | None]], heading: Heading, context: Context
) -> Iterator[Outcome]:
    """Read a table.

    Parameters
    ----------
    lines
        All physical lines of the text, with their line ends, numbered from 1; None for a line too
        long to be held.
    heading
        What `find_heading` told of it.
    context
        As for every reader; ``where`` is filled in here.

    Yields
    ------
    Outcome
        What each row told. A place is given as ``row 12 (line 14), column « amount »``: rows are
        counted as a spreadsheet does, the header included; lines as a text editor does.
    """
    text = _Text(lines)
    reader = csv.reader(text, delimiter=heading.separator, strict=True)
    rows = _Rows(heading, context)
    number = 0
    while True:
        start = text.line + 1
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if start > heading.skip:
                yield Refused(f"row {number} (line {start})", _csv_sentence(error, text.line))
            continue
        place = f"row {number} (line {start})"
        for line in text.taken_too_long():
            yield Refused(f"line {line}", "a line too long to be a row of a table; it was skipped")
        if start <= heading.skip or not any(cell.strip() for cell in cells):
            continue
        if number > MOST_ROWS:
            yield Refused(place, f"a table of more than {MOST_ROWS:,} rows; split it by month")
            return
        yield from rows.read(cells, place)


class _Text:
    """The lines for the csv module, which cannot be told to skip one."""

    def __init__(self, lines: Iterable[tuple[int, str | None]]) -> None:
        self._lines = iter(lines)
        self._too_long: list[int] = []
        self.line = 0

    def __iter__(self) -> "_Text":
        return self

    def __next__(self) -> str:
        self.line, text = next(self._lines)
        if text is None:
            self._too_long.append(self.line)
            return "\n"
        return text

    def taken_too_long(self) -> list[int]:
        taken, self._too_long = self._too_long, []
        return taken


class _Rows:
    """What has to be remembered of the rows before."""

    def __init__(self, heading: Heading, context: Context) -> None:
        self._heading = heading
        self._context = context
        self._format = heading.format
        self._shared = {**heading.notes, "@comma": comma_of(heading.separator)}
        self._identity = self._format.identity if isinstance(self._format, Table) else ()
        self._seen: set[int] = set()
        self._again: dict[int, int] = {}
        self._points: set[int] = set()

    def read(self, cells: list[str], place: str) -> Iterator[Outcome]:
        columns = self._heading.columns
        if len(cells) > len(columns) and not any(cells[len(columns) :]):
            cells = cells[: len(columns)]
        if len(cells) != len(columns):
            yield Refused(
                place,
                f"{len(cells)} cells, where the header has {len(columns)}; "
                "is a separator or a quotation mark missing?",
            )
            return
        row = {
            column: cell.replace("\x00", "")
            for column, cell in zip(columns, cells, strict=True)
            if column
        }
        names = self._identity or tuple(columns)
        ordinal = self._ordinal(key64(*(row.get(name, "") for name in names if name)))
        row |= {**self._shared, "@first": cells[0] if cells else ""}
        context = replace(self._context, where=place)
        try:
            for outcome in self._format.read(row, ordinal, context):
                yield self._checked(outcome, place) if isinstance(outcome, Taken) else outcome
        except VocabularyError as error:
            yield Refused(self._place(place, error.where), error.reason)

    def _ordinal(self, key: int) -> int:
        if key not in self._seen:
            self._seen.add(key)
            return 0
        self._again[key] = self._again.get(key, 0) + 1
        return self._again[key]

    def _checked(self, taken: Taken, place: str) -> Outcome:
        """Refuse a value that the table gives twice: nobody can say which one is right."""
        keys = [key64(p.account, p.metric, p.dimension, p.at.isoformat()) for p in taken.points]
        if len(set(keys)) < len(keys) or not self._points.isdisjoint(keys):
            double = next(
                point
                for point, key in zip(taken.points, keys, strict=True)
                if key in self._points or keys.count(key) > 1
            )
            what = f"{double.metric}{', ' + double.dimension if double.dimension else ''}"
            return Refused(
                place,
                f"doubled: {what[:80]} of {double.at:%Y-%m-%d} was given before; keep one row",
            )
        self._points.update(keys)
        return taken

    def _place(self, place: str, column: str) -> str:
        if not column:
            return place
        names = dict(zip(self._heading.columns, self._heading.headers, strict=True))
        return f"{place}, column « {names.get(column, column).strip()[:40]} »"


def _csv_sentence(error: csv.Error, line: int) -> str:
    told = str(error)
    if "field larger" in told or "unexpected end" in told:
        return f"a quotation mark that opens here is not closed by line {line}"
    if "new-line" in told:
        return "the lines end in an old way (CR alone); save the file again as CSV UTF-8"
    return 'a quotation mark inside a cell is not doubled; write "" for it'
