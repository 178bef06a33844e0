"""Which table is it? Found by its headers, in French or English, whatever separates the cells."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from entregent.networks.reading import Refused, RowFormat
from entregent.networks.tables.cells import Comma, fold, is_blank, parse_number
from entregent.vocabulary import VocabularyError

SEPARATORS = (",", ";", "\t")
_LATEST_HEADER = 10
_SAMPLE_ROWS = 50


def _nothing_more(_: frozenset[str]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Table(RowFormat):
    """A table whose columns are documented in ``docs/reference/formats-tables.md``.

    Besides its own columns, `read` is given what concerns the whole table under names that begin
    with ``@``: ``@first`` (the row's first cell), ``@comma`` (see `Comma`), and ``@amount`` for
    what the header of ``amount`` says in parentheses.

    Attributes
    ----------
    identity
        Columns that name a row; the ordinal counts rows that share them. Empty where the whole
        row does, so that two equal visits are two.
    missing
        Given the columns present (and ``@`` notes), the column without which the table cannot be
        read, beyond `required`; empty if none.
    others
        Whether every column that is not documented is a metric, and given under its own header.
    """

    identity: tuple[str, ...] = ()
    missing: Callable[[frozenset[str]], str] = _nothing_more
    others: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """What the header row told.

    Attributes
    ----------
    format
        The table that it is.
    separator
        Between cells.
    skip
        Physical lines up to the header's end.
    columns
        For each cell, the column it is given as; empty where it is left aside.
    headers
        The headers as they are written.
    notes
        ``@`` names and their texts.
    """

    format: RowFormat
    separator: str
    skip: int
    columns: tuple[str, ...]
    headers: tuple[str, ...]
    notes: dict[str, str]


def find_heading(sample: str, formats: Sequence[RowFormat]) -> Heading | Refused | None:
    """Find the table that a text is.

    Parameters
    ----------
    sample
        Beginning of the text, whole lines.
    formats
        What it may be, the most particular first.

    Returns
    -------
    Heading, Refused or None
        None where it does not look like a table at all; `Refused` where it does and cannot be
        read, with the column that is missing or doubled.
    """
    candidates: list[tuple[int, int, int, int, str, list[tuple[int, list[str]]]]] = []
    for separator in SEPARATORS:
        rows = list(_rows(sample, separator))
        for index, (_, row) in enumerate(rows[:_LATEST_HEADER]):
            for order, format_ in enumerate(formats):
                matched = _match(row, format_)
                if len(row) > 1 and matched:
                    short = len(format_.required - matched.keys())
                    candidates.append((short, -len(matched), index, order, separator, rows))
    # A table that lacks one column must not pass for one of numbers by day.
    nearly = any(
        c[0] and len(formats[c[3]].required) - c[0] >= 2 and not _takes_others(formats[c[3]])
        for c in candidates
    )
    for short, _, index, order, separator, rows in sorted(candidates, key=lambda c: c[:4]):
        if short:
            break
        if nearly and _takes_others(formats[order]):
            continue
        found = _heading(formats[order], separator, index, rows)
        if found is not None:
            return found
    # The closest one is that of which most columns are there; one column alone is a coincidence.
    close = [c for c in candidates if c[1] <= -2 and not _takes_others(formats[c[3]])]
    if close:
        _, _, index, order, _, rows = min(close, key=lambda c: (c[1], c[0], c[2], c[3]))
        return _explain(formats[order], rows[index][1], rows[index][0])
    return _unknown(sample)


def _takes_others(format_: RowFormat) -> bool:
    return isinstance(format_, Table) and format_.others


def _rows(sample: str, separator: str) -> Iterable[tuple[int, list[str]]]:
    """First rows, each with the number of its last physical line."""
    reader = csv.reader(sample.splitlines(keepends=True), delimiter=separator, strict=True)
    for _ in range(_LATEST_HEADER + _SAMPLE_ROWS):
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue
        yield reader.line_num, row


def _match(row: Sequence[str], format_: RowFormat) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, header in enumerate(row):
        column = _column_of(header, format_)
        if column:
            found.setdefault(column, []).append(index)
    return found


def _column_of(header: str, format_: RowFormat) -> str:
    for written in (fold(header), fold(_split_note(header)[0])):
        for column, accepted in format_.columns.items():
            if written and written in accepted:
                return column
    return ""


def _split_note(header: str) -> tuple[str, str]:
    header = header.strip().removeprefix("\ufeff").strip()
    if header.endswith(")") and "(" in header:
        name, _, text = header[:-1].rpartition("(")
        return name.strip(), text.strip()
    return header, ""


def _heading(
    format_: RowFormat, separator: str, index: int, rows: list[tuple[int, list[str]]]
) -> Heading | Refused | None:
    line, headers = rows[index]
    doubled = _doubled(headers, format_)
    if doubled:
        return Refused(f"line {line}", doubled)
    columns = [_column_of(header, format_) for header in headers]
    notes = {
        "@" + column: text
        for header, column in zip(headers, columns, strict=True)
        if column and (text := _split_note(header)[1])
    }
    if isinstance(format_, Table):
        if format_.others:
            if not _all_numbers(columns, [row for _, row in rows[index + 1 :]], separator):
                return None
            columns = [
                column or header.strip().removeprefix("\ufeff")
                for column, header in zip(columns, headers, strict=True)
            ]
        missing = format_.missing(frozenset(columns) | notes.keys())
        if missing:
            return Refused(f"line {line}", _missing_sentence(format_, missing))
    return Heading(format_, separator, line, tuple(columns), tuple(headers), notes)


def _doubled(headers: Sequence[str], format_: RowFormat) -> str:
    seen: dict[str, str] = {}
    for header in headers:
        name = _column_of(header, format_) or fold(header)
        if name and name in seen:
            both = f"« {seen[name].strip()[:40]} » and « {header.strip()[:40]} »"
            return f"the column « {name} » stands twice, as {both}; keep one of them"
        seen[name] = header
    return ""


def _all_numbers(columns: Sequence[str], rows: Sequence[Sequence[str]], separator: str) -> bool:
    others = [index for index, column in enumerate(columns) if not column]
    found = dict.fromkeys(others, False)
    for row in rows[:_SAMPLE_ROWS]:
        if len(row) != len(columns):
            continue
        for index in others:
            if is_blank(row[index]):
                continue
            try:
                parse_number(row[index], comma_of(separator) or "decimal")
            except VocabularyError:
                return False
            found[index] = True
    return any(found.values())


def comma_of(separator: str) -> Comma:
    """What a comma inside a number means, as far as the separator tells.

    French spreadsheets separate cells by semicolons because their decimals have commas; where
    cells are separated by commas, decimals have points.
    """
    meanings: dict[str, Comma] = {";": "decimal", ",": "thousands"}
    return meanings.get(separator, "")


def _explain(format_: RowFormat, headers: Sequence[str], line: int) -> Refused:
    missing = sorted(format_.required - _match(headers, format_).keys())
    if not missing:
        return _unknown_table(headers, line)
    return Refused(f"line {line}", _missing_sentence(format_, missing[0]))


def _missing_sentence(format_: RowFormat, column: str) -> str:
    accepted = ", ".join(f"« {name} »" for name in sorted(format_.columns.get(column, ()))[:12])
    return f"the column « {column} » of {format_.name} is missing; its header may be {accepted}"


def _unknown(sample: str) -> Refused | None:
    """Say so where a text is a table all the same: the same number of cells, row after row."""
    best: tuple[int, int, list[str]] = (0, 0, [])
    for separator in SEPARATORS:
        rows = [(line, row) for line, row in _rows(sample, separator) if row][:5]
        widths = {len(row) for _, row in rows}
        named = bool(rows) and all(cell.strip() for cell in rows[0][1])
        if named and len(rows) >= 2 and len(widths) == 1 and widths.pop() > max(1, len(best[2])):
            best = (1, rows[0][0], rows[0][1])
    return _unknown_table(best[2], best[1]) if best[0] else None


def _unknown_table(headers: Sequence[str], line: int) -> Refused:
    names = ", ".join(f"« {header.strip()[:30]} »" for header in headers[:6])
    return Refused(
        f"line {line}",
        f"a table whose columns are not known here ({names}); "
        "docs/reference/formats-tables.md lists those that are",
    )
