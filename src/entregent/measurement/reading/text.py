"""The text of a table, out of the bytes that were dropped or pasted."""

import codecs
import re
from typing import Final

from entregent.measurement.reading.refusing import refusal

LARGEST_BYTES: Final = 5_000_000

_SPREADSHEETS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def text_of(data: bytes | str) -> str:
    """Decode a table: UTF-8 with or without its mark, UTF-16 with its mark, else Windows-1252.

    Raises
    ------
    CannotMeasure
        For what is too large, a spreadsheet, a binary file, JSON or a page of HTML.
    """
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > LARGEST_BYTES:
        raise refusal(
            "too_large",
            fr=f"Le tableau pèse {size / 1e6:.0f} Mo et la limite est de 5 Mo : gardez une ligne "
            "par jour et les seules colonnes utiles.",
            en=f"The table has {size / 1e6:.0f} MB and the limit is 5 MB: keep one row a day and "
            "only the columns that are needed.",
        )
    text = data if isinstance(data, str) else _decoded(data)
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    # Surrogates cannot be written to anything that will show the result.
    if _CONTROL.search(text) or any("\ud800" <= each <= "\udfff" for each in set(text)):
        raise _binary()
    _refuse_other_forms(text)
    return text


def _decoded(data: bytes) -> str:
    if data.startswith(_SPREADSHEETS):
        raise refusal(
            "spreadsheet",
            fr="C'est un classeur (Excel ou LibreOffice), pas du texte : enregistrez la feuille "
            "en CSV, ou copiez ses cellules et collez-les.",
            en="This is a spreadsheet file (Excel or LibreOffice), not text: save the sheet as "
            "CSV, or copy its cells and paste them.",
        )
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return data.decode("utf-16")
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise _binary() from None


def _binary() -> Exception:
    return refusal(
        "not_text",
        fr="Ce fichier n'est pas du texte : enregistrez le tableau en CSV (UTF-8).",
        en="This file is not text: save the table as CSV (UTF-8).",
    )


def _refuse_other_forms(text: str) -> None:
    start = text.lstrip()[:1]
    if not start:
        raise refusal(
            "empty",
            fr="Le tableau est vide : il faut une ligne par jour, avec une date et un nombre.",
            en="The table is empty: it needs one row a day, with a date and a number.",
        )
    if start in "{[":
        raise refusal(
            "json",
            fr="C'est du JSON, pas un tableau : exportez en CSV, une ligne par jour.",
            en="This is JSON, not a table: export it as CSV, one row a day.",
        )
    if start == "<":
        raise refusal(
            "html",
            fr="C'est une page HTML ou du XML, pas un tableau : copiez les cellules affichées, ou "
            "exportez en CSV.",
            en="This is a page of HTML or XML, not a table: copy the cells as they are shown, or "
            "export as CSV.",
        )
