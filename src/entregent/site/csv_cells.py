"""CSV that a spreadsheet may open: what people typed stays text there."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.http import HttpResponse
from django.utils.text import get_valid_filename

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""With these at its beginning, a spreadsheet takes a text for a formula."""


def cell(value: object) -> str:
    """A value as one cell: numbers plain, dates in ISO form, texts never a formula.

    A text that begins like a formula gets an apostrophe before it, as spreadsheets write it
    themselves; so does one that begins with an apostrophe and then such a sign, so that nothing is
    lost when it is taken off again.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip("' ").startswith(FORMULA_SIGNS) else text


def text_of(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow([cell(each) for each in header])
    writer.writerows([cell(each) for each in row] for row in rows)
    return sheet.getvalue()


def response(
    filename: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """A table as a file to download, in UTF-8 with the mark that spreadsheets look for."""
    answer = HttpResponse(
        "\N{BYTE ORDER MARK}" + text_of(header, rows), content_type="text/csv; charset=utf-8"
    )
    name = get_valid_filename(filename).encode("ascii", "ignore").decode() or "table.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
