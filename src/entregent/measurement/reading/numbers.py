"""Numbers as people and spreadsheets write them; what the marks mean is decided by column."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.reading.refusing import Note, note, place, refusal, shown
from entregent.measurement.results import CannotMeasure

Mark = Literal[",", "."]

LARGEST: Final = 1e15
NOT_COLLECTED: Final = frozenset(
    (
        *("", "-", "--", "–", "—", "―", "−", "?", ".", "..", "...", "…"),
        *("na", "n/a", "n.a.", "#n/a", "#na", "n/d", "n.d.", "nd", "null"),
        *("non recueilli", "non recueillie", "non disponible", "s/o", "s.o."),
        *("not collected", "not available", "missing", "manquant", "(vide)", "(blank)"),
    )
)
"""What stands for a value that was not collected, in lower case."""

_SPACES: Final = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}\N{FIGURE SPACE}"
_GROUPING: Final = f"{_SPACES}'’"
_MINUS: Final = "-\N{MINUS SIGN}\N{EN DASH}\N{NON-BREAKING HYPHEN}"
_CURRENCY: Final = r"(?:CA|US|C|A)?[$€£¥]|CAD|USD|EUR"
_NUMBER: Final = re.compile(
    rf"""
    (?P<open>\()? \s*
    (?P<sign>[{re.escape(_MINUS)}+])? \s*
    (?P<before>{_CURRENCY})? \s*
    (?P<late_sign>[{re.escape(_MINUS)}+])?
    (?P<body>[0-9.,]+ (?:[{re.escape(_GROUPING)}][0-9.,]+)*)
    (?P<power>[eE][+-]?[0-9]{{1,3}})? \s*
    (?P<close>\))? \s*
    (?P<unit>[%‰$€£¥°]|[^\W\d_][^\d,;()=]{{0,23}})? \s*
    (?P<late_close>\))?
    """,
    re.VERBOSE,
)
_LONGEST: Final = 60
_PLAIN: Final = re.compile(r"-?[0-9]{1,15}")
# A point that can only be a decimal one.
_POINT: Final = re.compile(r"-?(?:[0-9]{1,12}\.(?:[0-9]{1,2}|[0-9]{4,17})|0\.[0-9]+)")
# « 1 234,5 »: nearly all of what people write, without the long way.
_USUAL: Final = re.compile(
    rf"(-?)([0-9]{{1,3}}(?:[{re.escape(_GROUPING)}][0-9]{{3}})+|[0-9]+)((?:[.,][0-9]+)?)"
)
_WITHOUT_GROUPING: Final = dict.fromkeys(map(ord, _GROUPING))
_NOT_FINITE: Final = frozenset(("nan", "inf", "infinity", "infini", "infinite", "∞"))
_MULTIPLES: Final = frozenset(
    ("k", "m", "b", "md", "mds", "mil", "mille", "mln", "million", "millions", "milliard")
)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers.

    Attributes
    ----------
    values
        One for each cell; NaN where nothing was collected.
    unit
        What stands after (or before) the numbers, as ``$``; empty if nothing does.
    notes
        What was decided.
    """

    values: NDArray[np.float64]
    unit: str
    notes: tuple[Note, ...]


class _Written(NamedTuple):
    """A number taken apart: its sign, its digits with their marks, and whether spaces group it."""

    negative: bool
    body: str
    power: str
    grouped: bool
    unit: str


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing was collected."""
    return not cell or cell.strip().lower() in NOT_COLLECTED


def looks_like_number(cell: str) -> bool:
    """Whether a cell can be read as a number."""
    return bool(_PLAIN.fullmatch(cell)) or _take_apart(cell.strip()) is not None


def numbers_of(
    cells: Sequence[str], lines: Sequence[int], name: str, *, separator: str = ""
) -> Numbers:
    """Read a column of numbers.

    Parameters
    ----------
    cells, lines
        The cells and the line of the file on which each stands.
    name
        Of the column, for what is said about it.
    separator
        Between the cells of the table. It decides only what nothing else does: a column in which
        each mark is one comma before three digits has decimals where semicolons separate the
        cells, and thousands elsewhere; a point before three digits is a decimal point. Where
        whole numbers of three digits stand beside them, the mark is one of thousands.

    Raises
    ------
    CannotMeasure
        For a cell that holds no number, naming line and column; for a column whose cells
        contradict each other about what a comma means, or that mixes units.
    """
    values = np.full(len(cells), np.nan)
    written: dict[int, _Written] = {}
    shown_at: dict[Mark, int] = {}
    for index, cell in enumerate(cells):
        if _PLAIN.fullmatch(cell):
            values[index] = float(cell)
        elif _POINT.fullmatch(cell):
            values[index] = float(cell)
            shown_at.setdefault(".", index)
        elif not is_missing(cell):
            parts = _take_apart(cell.strip())
            if parts is None:
                raise _refuse(cell, lines[index], name)
            written[index] = parts
    decimal, notes = _decimal_mark(cells, lines, name, written, shown_at, separator)
    collected = int(np.isfinite(values).sum()) + len(written)
    unit = _unit(cells, lines, name, written, collected)
    for index, parts in written.items():
        value = _value(parts, decimal)
        if value is None or not math.isfinite(value) or abs(value) > LARGEST:
            raise _refuse(cells[index], lines[index], name)
        values[index] = value
    return Numbers(values, unit, notes)


def _take_apart(cell: str) -> _Written | None:
    """Parts of a number; None where there is none."""
    if len(cell) <= _LONGEST and (usual := _USUAL.fullmatch(cell)):
        sign, whole, rest = usual.groups()
        digits = whole if whole.isdigit() else whole.translate(_WITHOUT_GROUPING)
        return _Written(bool(sign), digits + rest, "", digits is not whole, "")
    found = _NUMBER.fullmatch(cell) if len(cell) <= _LONGEST else None
    if found is None:
        return None
    closed = [each for each in (found["close"], found["late_close"]) if each]
    signs = [each for each in (found["open"], found["sign"], found["late_sign"]) if each]
    unit = (found["unit"] or "").strip()
    groups = re.split(f"[{re.escape(_GROUPING)}]", found["body"])
    if (
        len(closed) != bool(found["open"])
        or len(signs) > 1
        or (found["before"] and unit)
        or unit.lower().rstrip(".") in _MULTIPLES
        or (len(groups) > 1 and not _are_thousands(groups))
        or not any(map(str.isdigit, groups[0]))
    ):
        return None
    return _Written(
        bool(signs) and signs[0] != "+",
        "".join(groups),
        found["power"] or "",
        len(groups) > 1,
        unit or found["before"] or "",
    )


def _are_thousands(groups: Sequence[str]) -> bool:
    """« 1 234,5 »: groups of three digits, and at most one mark, in the last group."""
    last = re.split("[.,]", groups[-1])
    inner = (*groups[1:-1], last[0])
    return (
        1 <= len(groups[0]) <= 3
        and len(last) <= 2
        and all(len(each) == 3 for each in inner)
        and all(map(str.isdigit, groups[:-1]))
    )


def _evidence(parts: _Written) -> Mark | Literal["either", ""] | None:
    """The decimal mark that a number shows; ``either`` if it shows none though it has a mark.

    The empty text is for a number without marks, None for one that makes no sense.
    """
    body = parts.body
    points, commas = body.count("."), body.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        decimal: Mark = "," if body.rfind(",") > body.rfind(".") else "."
        return decimal if body.count(decimal) == 1 and not parts.grouped else None
    mark: Mark = "." if points else ","
    if points + commas > 1:
        return "," if mark == "." else "."
    whole, _, rest = body.partition(mark)
    if len(rest) != 3 or not 1 <= len(whole) <= 3 or whole[0] == "0":
        return mark
    return mark if parts.grouped or parts.power else "either"


def _decimal_mark(
    cells: Sequence[str],
    lines: Sequence[int],
    name: str,
    written: dict[int, _Written],
    shown_at: dict[Mark, int],
    separator: str,
) -> tuple[Mark, tuple[Note, ...]]:
    undecided: dict[Mark, int] = {}
    for index, parts in written.items():
        evidence = _evidence(parts)
        if evidence is None:
            raise _refuse(cells[index], lines[index], name)
        if evidence == "either":
            undecided.setdefault("," if "," in parts.body else ".", index)
        elif evidence:
            shown_at.setdefault(evidence, index)
    if len(shown_at) == 2:
        raise _contradiction(cells, lines, name, shown_at[","], shown_at["."])
    if shown_at:
        return next(iter(shown_at)), ()
    if len(undecided) == 2:
        raise _contradiction(cells, lines, name, undecided[","], undecided["."])
    if not undecided:
        return ".", ()
    ((mark, at),) = undecided.items()
    # « 987 » beside « 1,234 »: a mark that comes in with the thousands separates them.
    beside = any(_PLAIN.fullmatch(cell) and len(cell) == 3 for cell in cells)
    decimals = not beside and (mark == "." or separator == ";")
    decimal: Mark = mark if decimals else "." if mark == "," else ","
    return decimal, (_decided(cells[at], name, decimal),)


def _decided(cell: str, name: str, decimal: Mark) -> Note:
    example = cell.strip()
    mark = "," if "," in example else "."
    decimals = mark == decimal
    french = "la virgule" if mark == "," else "le point"
    english = "comma" if mark == "," else "point"
    return note(
        "decimal_mark",
        fr=f"Colonne « {shown(name)} » : dans « {shown(example)} », {french} a été lu"
        f"{'e' if mark == ',' else ''} comme marque "
        f"{'des décimales' if decimals else 'des milliers'}; rien dans la colonne ne le dit.",
        en=f"Column « {shown(name)} »: the {english} of « {shown(example)} » was read as a "
        f"{'decimal mark' if decimals else 'thousands mark'}; nothing in the column tells.",
    )


def _value(parts: _Written, decimal: Mark) -> float | None:
    thousands = "," if decimal == "." else "."
    whole, point, rest = parts.body.partition(decimal)
    if thousands in rest or decimal in rest:
        return None
    groups = whole.split(thousands)
    if len(groups) > 1 and not (
        1 <= len(groups[0]) <= 3 and all(len(each) == 3 for each in groups[1:])
    ):
        return None
    if point and not rest and not whole:
        return None
    value = float(f"{''.join(groups) or '0'}.{rest or '0'}{parts.power}")
    return -value if parts.negative else value


def _unit(
    cells: Sequence[str],
    lines: Sequence[int],
    name: str,
    written: dict[int, _Written],
    collected: int,
) -> str:
    """The one unit of a column; a word counts as one where half of the cells have it."""
    holders: dict[str, list[int]] = {}
    for index, parts in written.items():
        if parts.unit:
            holders.setdefault(parts.unit, []).append(index)
    if not holders:
        return ""
    unit, at = max(holders.items(), key=lambda item: len(item[1]))
    # « 1 jour », « 2 jours » : one unit.
    others = [i for u, found in holders.items() if _stem(u) != _stem(unit) for i in found]
    same = sum(len(found) for u, found in holders.items() if _stem(u) == _stem(unit))
    if not others and (not unit[0].isalpha() or 2 * same >= collected):
        return unit
    odd = others[0] if others else at[0]
    if not unit[0].isalpha() and others and written[odd].unit[0].isalpha():
        raise _refuse(cells[odd], lines[odd], name)
    if not others:
        raise _refuse(cells[odd], lines[odd], name)
    fr, en = place(lines[odd], name)
    raise refusal(
        "mixed_units",
        fr=f"{fr} : « {shown(cells[odd])} » n'a pas la même unité que "
        f"« {shown(cells[at[0]])} » (ligne {lines[at[0]]}) : gardez une seule unité par colonne.",
        en=f"{en}: « {shown(cells[odd])} » has not the unit of "
        f"« {shown(cells[at[0]])} » (line {lines[at[0]]}): keep one unit a column.",
    )


def _stem(unit: str) -> str:
    return unit.lower().rstrip(".").removesuffix("s")


def _refuse(cell: str, line: int, name: str) -> CannotMeasure:
    fr_where, en_where = place(line, name)
    told = cell.strip()
    if told.startswith("="):
        return refusal(
            "formula",
            fr=f"{fr_where} : « {shown(told)} » est une formule : collez sa valeur.",
            en=f"{en_where}: « {shown(told)} » is a formula: paste its value.",
        )
    if told.lower().lstrip("+-\N{MINUS SIGN}") in _NOT_FINITE:
        return refusal(
            "not_finite",
            fr=f"{fr_where} : « {shown(told)} » n'est pas un nombre fini : laissez la cellule vide "
            "si la valeur n'a pas été recueillie.",
            en=f"{en_where}: « {shown(told)} » is no finite number: leave the cell empty if the "
            "value was not collected.",
        )
    return refusal(
        "not_a_number",
        fr=f"{fr_where} : « {shown(told)} » ne se lit pas comme un nombre : écrivez-le en entier, "
        "comme 1234,5, ou laissez la cellule vide si rien n'a été recueilli.",
        en=f"{en_where}: « {shown(told)} » cannot be read as a number: write it in full, as "
        "1234.5, or leave the cell empty if nothing was collected.",
    )


def _contradiction(
    cells: Sequence[str], lines: Sequence[int], name: str, comma: int, point: int
) -> CannotMeasure:
    both = sorted((comma, point))
    fr = " et ".join(f"« {shown(cells[i])} » (ligne {lines[i]})" for i in both)
    en = " and ".join(f"« {shown(cells[i])} » (line {lines[i]})" for i in both)
    return refusal(
        "mixed_decimal_marks",
        fr=f"Colonne « {shown(name)} » : {fr} n'ont pas la même marque décimale : écrivez toute la "
        "colonne d'une seule façon.",
        en=f"Column « {shown(name)} »: {en} do not have the same decimal mark: write the whole "
        "column in one way.",
    )
