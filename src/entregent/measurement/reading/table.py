"""A pasted or dropped text as a table of cells, each with the line on which it stands."""

import csv
import difflib
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from entregent.measurement.reading.dates import date_form, folded
from entregent.measurement.reading.numbers import is_missing, looks_like_number
from entregent.measurement.reading.refusing import Note, note, refusal, shown
from entregent.measurement.reading.text import text_of
from entregent.measurement.results import CannotMeasure

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 1_000
SEPARATORS: Final = ("\t", ";", "|", ",")
"""Tried in this order: where two cut the rows equally well, a comma is a decimal one."""

_SAMPLE_LINES: Final = 200
_SAMPLE_CHARACTERS: Final = 200_000

_Row = tuple[int, list[str]]
"""A row and the line of the file on which it begins, from 1."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells as they are written, without title, blank rows and footnotes.

    Attributes
    ----------
    names
        Of the columns, as written; ``1``, ``2``, … where there is no header.
    rows
        Each as long as `names`; cells have no spaces around them.
    lines
        For each row, the line of the text on which it begins, from 1.
    separator
        Between the cells; empty for a single column.
    has_header
        Whether the names were read.
    notes
        What was left aside.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    separator: str = ","
    has_header: bool = True
    notes: tuple[Note, ...] = ()

    def column(self, index: int) -> list[str]:
        """Cells of a column, from the top."""
        return [row[index] for row in self.rows]

    def index_of(self, name: str) -> int:
        """Place of a column, from 0, by its name; case, accents and spaces do not count.

        Raises
        ------
        CannotMeasure
            Where no column, or more than one, has that name.
        """
        at = [index for index, each in enumerate(self.names) if each == name.strip()]
        if not at:
            at = [i for i, each in enumerate(self.names) if folded(each) == folded(name)]
        if len(at) == 1:
            return at[0]
        if at:
            columns = ", ".join(str(index + 1) for index in at)
            raise refusal(
                "doubled_column",
                fr=f"Plusieurs colonnes s'appellent « {shown(name)} » (les numéros {columns}) : "
                "donnez-leur des noms différents.",
                en=f"Several columns are called « {shown(name)} » (numbers {columns}): give them "
                "different names.",
            )
        raise self._unknown(name)

    def _unknown(self, name: str) -> CannotMeasure:
        by_fold = {folded(each): each for each in self.names if each}
        near = difflib.get_close_matches(folded(name), list(by_fold), n=3, cutoff=0.6)
        likely = [by_fold[each] for each in near] or [each for each in self.names[:8] if each]
        names = ", ".join(f"« {shown(each)} »" for each in likely)
        more = ", …" if not near and len(self.names) > 8 else ""
        fr = f"Peut-être {names}?" if near else f"Les colonnes sont {names}{more}."
        en = f"Perhaps {names}?" if near else f"The columns are {names}{more}."
        return refusal(
            "unknown_column",
            fr=f"Aucune colonne ne s'appelle « {shown(name)} ». {fr}",
            en=f"No column is called « {shown(name)} ». {en}",
        )


def read_table(data: bytes | str) -> Table:
    """Read a table from what somebody pasted, dropped or named.

    The encoding (UTF-8, UTF-16 with its mark, Windows-1252), the separator (tab, semicolon, bar
    or comma), the header and what stands around the table are found from the text.

    Parameters
    ----------
    data
        The bytes of a file, or text; at most 5 MB and 200,000 rows.

    Raises
    ------
    CannotMeasure
        For what is no table, naming the line where there is one.
    """
    text = text_of(data)
    separator, skip = _declared(text)
    if not separator:
        separator = _separator(text)
    rows = _rows(text, separator or ",", skip)
    if not rows:
        raise _no_rows()
    header, begin, end = _layout(rows)
    names = _names(header, rows[begin:end])
    if len(names) > MOST_COLUMNS:
        raise refusal(
            "too_many_columns",
            fr=f"Le tableau a {len(names)} colonnes et la limite est de {MOST_COLUMNS} : gardez "
            "les seules colonnes utiles.",
            en=f"The table has {len(names)} columns and the limit is {MOST_COLUMNS}: keep only "
            "those that are needed.",
        )
    body = [(line, _fitted(cells, len(names), line)) for line, cells in rows[begin:end]]
    if not body:
        raise _no_rows()
    return Table(
        tuple(names),
        tuple(cells for _, cells in body),
        tuple(line for line, _ in body),
        separator,
        header is not None,
        _left_aside(rows[end:]),
    )


def _left_aside(rows: Sequence[_Row]) -> tuple[Note, ...]:
    if not rows:
        return ()
    line, cells = rows[0]
    words = next(cell for cell in cells if cell)
    return (
        note(
            "footnote",
            fr=f"Ligne {line} : « {shown(words)} » a été laissé de côté : une note sous le "
            "tableau.",
            en=f"Line {line}: « {shown(words)} » was left aside: a note under the table.",
        ),
    )


def _no_rows() -> CannotMeasure:
    return refusal(
        "empty",
        fr="Le tableau n'a aucune ligne de données : il faut une ligne par jour, avec une date et "
        "un nombre.",
        en="The table has no row of data: it needs one row a day, with a date and a number.",
    )


def _declared(text: str) -> tuple[str, int]:
    """The separator that a first line ``sep=;`` names, as spreadsheets write it, and its lines."""
    first = text[:20].partition("\n")[0].strip().strip('"')
    if first.lower().startswith("sep=") and first[4:] in SEPARATORS:
        return first[4:], 1
    return "", 0


def _separator(text: str) -> str:
    """The separator that cuts most rows of the beginning into the same number of cells."""
    sample = text[:_SAMPLE_CHARACTERS]
    if len(text) > _SAMPLE_CHARACTERS:
        sample = sample.rpartition("\n")[0] or sample
    best = (0.0, "")
    for separator in SEPARATORS:
        widths: list[int] = []
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    widths.append(len(row))
                if len(widths) >= _SAMPLE_LINES:
                    break
        except csv.Error:
            continue
        wide = Counter(width for width in widths if width > 1)
        share = max(wide.values()) / len(widths) if wide else 0.0
        if share > best[0] + 0.1:
            best = (share, separator)
    return best[1]


def _rows(text: str, separator: str, skip: int) -> list[_Row]:
    """Rows with something in them."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[_Row] = []
    before = 0
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if before >= skip and any(stripped):
                rows.append((before + 1, stripped))
            before = reader.line_num
            if len(rows) > MOST_ROWS:
                raise refusal(
                    "too_many_rows",
                    fr="Le tableau a plus de 200 000 lignes : gardez une ligne par jour.",
                    en="The table has more than 200,000 rows: keep one row a day.",
                )
    except csv.Error:
        raise refusal(
            "quotes",
            fr=f"Ligne {before + 1} : des guillemets ouverts n'y sont pas refermés, ou la ligne "
            "est trop longue pour un tableau : corrigez-la, ou exportez de nouveau en CSV.",
            en=f"Line {before + 1}: a quotation mark is not closed there, or the line is too long "
            "for a table: mend it, or export as CSV again.",
        ) from None
    return rows


def _layout(rows: Sequence[_Row]) -> tuple[list[str] | None, int, int]:
    """The header if there is one, and the rows of data from the first up to, not with, the last."""
    filled = [sum(1 for cell in cells if cell) for _, cells in rows]
    usual = Counter(filled[: _SAMPLE_LINES * 5]).most_common(1)[0][0]
    begin, end = 0, len(rows)
    if usual > 1:
        # A title or a remark stands alone on its row; so does a footnote.
        while begin < end and filled[begin] == 1 and not _has_day(rows[begin][1]):
            begin += 1
        while end > begin and filled[end - 1] == 1 and not _has_day(rows[end - 1][1]):
            end -= 1
    if begin >= end:
        return None, 0, len(rows)
    if _is_header(rows[begin][1], rows[begin + 1 : begin + 6]):
        return rows[begin][1], begin + 1, end
    return None, begin, end


def _is_header(first: Sequence[str], following: Sequence[_Row]) -> bool:
    """Whether a row names columns: no date in it, and words over what are dates or numbers."""
    if _has_day(first):
        return False
    words = [
        index
        for index, cell in enumerate(first)
        if not is_missing(cell) and not looks_like_number(cell)
    ]
    if not words:
        return False
    under = [
        cells[index]
        for _, cells in following
        for index in words
        if index < len(cells) and not is_missing(cells[index])
    ]
    return not under or len(words) == len(first) or any(_is_value(cell) for cell in under)


def _is_value(cell: str) -> bool:
    return looks_like_number(cell) or date_form(cell) in {"ymd", "numbers", "words", "month"}


def _has_day(cells: Iterable[str]) -> bool:
    return any(date_form(cell) in {"ymd", "numbers", "words"} for cell in cells)


def _names(header: Sequence[str] | None, rows: Sequence[_Row]) -> list[str]:
    """Names of the columns; columns without a name and without a cell are left aside."""
    if header is None:
        widths = Counter(_width(cells) for _, cells in rows)
        usual = widths.most_common(1)[0][0]
        return [str(index + 1) for index in range(max(1, usual))]
    names = list(header)
    while len(names) > 1 and not names[-1]:
        at = len(names) - 1
        if any(at < len(cells) and cells[at] for _, cells in rows):
            break
        names.pop()
    return names


def _width(cells: Sequence[str]) -> int:
    """Number of cells up to the last one that is not blank."""
    return next((i + 1 for i in reversed(range(len(cells))) if cells[i]), 0)


def _fitted(cells: list[str], width: int, line: int) -> tuple[str, ...]:
    """A row as wide as the table: blank cells are added, and too many are refused."""
    if len(cells) > width and any(cells[width:]):
        raise refusal(
            "too_many_cells",
            fr=f"Ligne {line} : {_width(cells)} cellules pour {width} "
            f"colonne{'s' if width > 1 else ''}; si une virgule y marque les décimales ou les "
            "milliers, séparez les cellules par des points-virgules.",
            en=f"Line {line}: {_width(cells)} cells for {width} column{'s' if width > 1 else ''}; "
            "if a comma there marks decimals or thousands, separate the cells by semicolons.",
        )
    return tuple(cells[:width]) + ("",) * (width - len(cells))
