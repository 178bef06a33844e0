"""Rows of numbers as aligned text, under words of the two languages."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from entregent.measurement.results import Language
from entregent.measurement.words import digits_for, number, percent

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "after_days": ("jours après", "days after"),
    "age_days": ("âge (jours)", "age (days)"),
    "campaign": ("campagne", "campaign"),
    "counterfactual": ("sans la campagne", "without the campaign"),
    "controls_mean": ("moyenne des témoins", "mean of the controls"),
    "day": ("jour", "day"),
    "days": ("jours", "days"),
    "days_counted": ("jours comptés", "days counted"),
    "difference": ("écart", "difference"),
    "effect": ("effet", "effect"),
    "estimate": ("estimation", "estimate"),
    "first_day": ("du", "from"),
    "from_day": ("du jour", "from day"),
    "high": ("haut", "high"),
    "importance": ("importance", "importance"),
    "last_day": ("au", "to"),
    "low": ("bas", "low"),
    "mean": ("moyenne", "mean"),
    "measure": ("mesure", "measure"),
    "observed": ("observé", "observed"),
    "others": ("autres", "others"),
    "period": ("période", "period"),
    "predictor": ("prédicteur", "predictor"),
    "share": ("part", "share"),
    "sustained_share": ("part restée", "sustained share"),
    "synthetic": ("témoin synthétique", "synthetic control"),
    "to_day": ("au jour", "to day"),
    "unit": ("unité", "unit"),
    "weight": ("poids", "weight"),
    "what": ("quoi", "what"),
    "window": ("fenêtre", "window"),
    # Of cells.
    "boost": ("hausse", "boost"),
    "carry_over": ("suite", "carry-over"),
    "counted": ("compté", "counted"),
    "expected": ("attendu", "expected"),
    "half_life_days": ("demi-vie (jours)", "half-life (days)"),
    "lasting": ("durable", "lasting"),
    "lasting_per_day": ("dit durable dès", "called lasting from"),
    "per_day": ("par jour", "per day"),
    "read_out": ("lecture", "reading"),
    "readable_from": ("lisible dès le", "readable from"),
    "relative": ("en proportion", "relative"),
    "slope": ("pente", "slope"),
    "total": ("total", "total"),
    "during": ("pendant", "during"),
    "year2": ("an 2", "year 2"),
    "year3": ("an 3", "year 3"),
    # Of checks, and of what they found.
    "alpha": ("seuil", "threshold"),
    "blocks": ("blocs", "blocks"),
    "campaign_same_over_time": ("campagne, pareille dans le temps", "campaign, same over time"),
    "contaminated_control": ("témoin touché par la campagne", "control touched by the campaign"),
    "draws": ("tirages", "draws"),
    "effective_draws": ("tirages utiles", "effective draws"),
    "false_positives": ("fausses alertes", "false alarms"),
    "false_positive_share": ("part de fausses alertes", "share of false alarms"),
    "fit_better": ("mieux accordés", "fit better"),
    "leave_one_out": ("sans chaque témoin, tour à tour", "without each control in turn"),
    "left_out": ("retirés", "left out"),
    "level": ("niveau", "level"),
    "met_in_the_same_days": ("rencontrés les mêmes jours", "met in the same days"),
    "other_importances": ("autres importances", "other importances"),
    "others_same_over_time": ("autres, pareils dans le temps", "others, same over time"),
    "periods": ("périodes", "periods"),
    "placebo": ("essais à blanc", "placebo record"),
    "placebo_in_time": ("essai à blanc avant le début", "placebo before the start"),
    "pre_fit": ("accord avant le début", "fit before the start"),
    "proportional_hazards": ("rapport constant avec l'âge", "ratio the same at every age"),
    "ratio_when_age_doubles": ("rapport quand l'âge double", "ratio when age doubles"),
    "relative_to_sd": ("en écarts types", "in standard deviations"),
    "rmse": ("erreur moyenne", "mean error"),
    "share_of_others": ("part des autres", "share of the others"),
    "smallest_p": ("plus petit p", "smallest p"),
    "starts": ("départs", "starts"),
    "sureness": ("certitude", "sureness"),
    "treated": ("traité", "treated"),
    "widened": ("élargi", "widened"),
    "widened_to_hold_estimate": ("élargi pour l'estimation", "widened to hold the estimate"),
    "windows": ("fenêtres", "windows"),
    "z_rms": ("écart type des essais", "z rms"),
}
_SHARES: Final = frozenset(("importance", "relative", "share", "sustained_share"))
"""Columns, and rows, that are shares of one."""
_WIDEST: Final = 100
_LONGEST: Final = 30


def word(name: str, language: Language) -> str:
    """A name of the code, as people say it."""
    known = _WORDS.get(name)
    return known[language == "en"] if known else name.replace("_", " ")


def found(value: float, language: Language) -> str:
    """A number that a check found."""
    if value.is_integer():
        return number(value, language, 0)
    return number(value, language, max(2, digits_for(value)) if abs(value) < 10 else None)


def table_lines(rows: Sequence[Mapping[str, Any]], language: Language) -> list[str]:
    """Rows as aligned text under the names of their columns; numbers to the right.

    Bounds stand in the cell of what they bound. Columns that hold nothing, or lists, are left out,
    and so are those that a page is too narrow for, and rows before the last thirty: the JSON
    document has them all.
    """
    if len(rows) > _LONGEST:
        rows = rows[-_LONGEST:]
    names: list[str] = []
    for row in rows:
        names += [name for name in row if name not in names]
    columns: list[list[str]] = []
    for name in names:
        bounds = _bounds_of(name, names)
        if bounds is None:
            continue
        cells = [row.get(name) for row in rows]
        if all(each is None or isinstance(each, (list, dict, tuple)) for each in cells):
            continue
        texts = _cells(name, cells, rows, bounds, language)
        texts = [word(name, language), *texts]
        numeric = any(isinstance(each, (int, float)) for each in cells)
        width = max(map(len, texts))
        columns.append([text.rjust(width) if numeric else text.ljust(width) for text in texts])
    kept = 1
    while kept < len(columns) and sum(len(each[0]) + 2 for each in columns[: kept + 1]) <= _WIDEST:
        kept += 1
    return ["  ".join(cells).rstrip() for cells in zip(*columns[:kept], strict=True)]


def _bounds_of(name: str, names: Sequence[str]) -> tuple[str, str] | tuple[()] | None:
    """Columns with the bounds of a column, if any; None for a column that is itself a bound."""
    # Bounds without a name of their own are those of the column before them.
    if {"low", "high"} <= set(names):
        if name in {"low", "high"}:
            return None
        if names.index(name) == names.index("low") - 1:
            return ("low", "high")
    for end in ("_low", "_high"):
        if name.endswith(end) and name.removesuffix(end) in names:
            return None
    ends = (f"{name}_low", f"{name}_high")
    return ends if set(ends) <= set(names) else ()


def _cells(
    name: str,
    cells: Sequence[Any],
    rows: Sequence[Mapping[str, Any]],
    bounds: tuple[str, str] | tuple[()],
    language: Language,
) -> list[str]:
    digits = _digits([each for each in cells if isinstance(each, float)])
    texts = []
    for value, row in zip(cells, rows, strict=True):
        share = name in _SHARES or row.get("what") in _SHARES
        ends = [row[end] for end in bounds if row.get(end) is not None]
        if share or ends or "predictor" in row:
            # Each row may be about something else: mean, total and share, or a predictor.
            digits = _digits([each for each in (value, *ends) if isinstance(each, float)], share)
        text = _cell(value, language, digits, share=share)
        if len(ends) == 2:
            low, high = (_cell(each, language, digits, share=share) for each in ends)
            text = _between(text, low, high, language)
        texts.append(text)
    return texts


def _digits(values: Sequence[float], share: bool = False) -> int:
    if share:
        return 0 if any(abs(each) >= 0.1 for each in values) else 1
    digits = digits_for(*values)
    return max(digits, 2) if values and max(map(abs, values)) < 2 else digits


def _between(text: str, low: str, high: str, language: Language) -> str:
    return f"{text} (de {low} à {high})" if language == "fr" else f"{text} ({low} to {high})"


def _cell(value: Any, language: Language, digits: int, *, share: bool = False) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return {"fr": ("non", "oui"), "en": ("no", "yes")}[language][value]
    if isinstance(value, date):
        return value.isoformat()
    with contextlib.suppress(AttributeError):
        value = value.item()
    if isinstance(value, int):
        # A year has no thousands.
        return number(value, language, 0) if abs(value) >= 10_000 else str(value)
    if isinstance(value, float):
        written = percent if share else number
        return written(value, language, digits)
    return word(str(value), language)
