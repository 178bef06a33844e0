"""``entregent measure``: from a file to an answer. No data folder is needed, and none is made."""

import errno
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from entregent.cli.measure_output import BOOST, EFFECT, PANEL, POWER, Showing
from entregent.cli.output import PlainError
from entregent.measurement.reading import (
    LongTable,
    Note,
    SeriesTable,
    Table,
    days_of,
    long_rows,
    read_table,
    series_from,
)
from entregent.measurement.reading.text import LARGEST_BYTES
from entregent.measurement.results import CannotMeasure, Result

Calendar = Literal["quebec", "france", "none"]

_UNREADABLE: Final = frozenset(
    ("no_column", "no_rows", "bad_row", "bad_day", "empty_cell", "doubled_person", "bad_rows")
) | {
    *("which_campaign", "left_before_first", "left_after_end", "met_after_end"),
    *("order_after_end", "unknown_treated_unit", "doubled_cell", "mixed_periods", "bad_span"),
}
"""Codes of refusals that are about a file or an option, not about what can be measured."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What every question about one series says beside its days.

    Attributes
    ----------
    source
        Path of the table; ``-`` for standard input.
    date, value, controls
        Names of columns; None where they are to be found.
    scale, prior, level, seed
        As the library has them.
    holidays
        Calendar of the days on which people live otherwise.
    breaks, other_campaigns
        Days and ``START/END``, as they were typed.
    """

    source: str
    date: str | None = None
    value: str | None = None
    controls: tuple[str, ...] = ()
    scale: str = "auto"
    prior: str = "averaged"
    level: float = 0.95
    seed: int = 0
    holidays: Calendar = "none"
    breaks: tuple[str, ...] = ()
    other_campaigns: tuple[str, ...] = ()


def measure_effect(asked: Asked, showing: Showing, *, start: str, until: str | None) -> int:
    """What a campaign added from a day on; returns the exit code."""
    showing.check()
    first = day(start, "--from", showing)
    last = day(until, "--until", showing) if until is not None else None
    if last is not None and last < first:
        raise backwards("--from", "--until", showing)
    options = _options(asked, showing)
    read = _series(asked, showing)

    def ask() -> Result:
        from entregent.measurement.effects import effect

        return effect(read.outcome, first, last, **options, **_beside(asked, read))

    return show(ask, EFFECT, showing, read.notes)


def measure_boost(
    asked: Asked,
    showing: Showing,
    *,
    campaign: tuple[str, str],
    kind: Literal["flow", "stock"],
    margin: float,
) -> int:
    """Boost or lasting growth; returns the exit code."""
    showing.check()
    first, last = (day(each, "--campaign", showing) for each in campaign)
    if last < first:
        raise backwards("--campaign START", "END", showing)
    options = _options(asked, showing)
    read = _series(asked, showing)

    def ask() -> Result:
        from entregent.measurement.boosts import boost

        return boost(
            read.outcome,
            campaign=(first, last),
            kind=kind,
            margin=margin,
            **options,
            **_beside(asked, read),
        )

    return show(ask, BOOST, showing, read.notes)


def measure_power(
    asked: Asked,
    showing: Showing,
    *,
    days: int,
    start: str | None,
    read_after: tuple[int, ...],
    power: float,
    margin: float,
    hoped: float | None,
    budget: float | None,
    cost_per: float | None,
) -> int:
    """The smallest effect that a plan can show; returns the exit code."""
    showing.check()
    first = day(start, "--from", showing) if start is not None else None
    options = _options(asked, showing)
    del options["prior"]
    read = _series(asked, showing)
    end = max(read.outcome.last_day, first or read.outcome.last_day)

    def ask() -> Result:
        from entregent.measurement.calendars import holiday_names
        from entregent.measurement.power import smallest_effect

        # The days to come have holidays too.
        until = end + timedelta(days=min(days, 731) + 1095)
        return smallest_effect(
            read.outcome,
            campaign_days=days,
            from_day=first,
            read_after_days=tuple(sorted(read_after)),
            power=power,
            margin=margin,
            hoped=hoped,
            budget=budget,
            cost_per=cost_per,
            controls=read.controls,
            holidays=holiday_names(read.outcome.first_day, until, asked.holidays),
            **options,
        )

    return show(ask, POWER, showing, read.notes)


def measure_panel(
    source: str,
    showing: Showing,
    *,
    columns: tuple[str, str, str],
    treated: str,
    start: str,
    method: str,
    solver: str,
    level: float,
    drop_gaps: bool,
    predictors: tuple[str, ...] = (),
    fit: str | None = None,
) -> int:
    """Treated units against those left alone; returns the exit code."""
    showing.check()
    if (predictors or fit is not None) and method != "sc":
        raise showing.wrong(
            fr="--predictor et --fit vont avec --method sc",
            en="--predictor and --fit go with --method sc",
        )
    if fit is not None and not predictors:
        raise showing.wrong(fr="--fit va avec --predictor", en="--fit goes with --predictor")
    table = table_of(source, showing)
    unit, period, value = columns
    try:
        rows = long_rows(table, unit=unit, date=period, value=value)
    except CannotMeasure as error:
        raise showing.plain(error) from None
    first = _period(start, "--from", rows, showing)
    read = [_predictor(each, table, columns, rows, showing) for each in predictors]
    fitted = _span(fit, "--fit", rows, showing) if fit is not None else None
    told = [note for each in (rows, *(one for one, _ in read)) for note in each.notes]

    def ask() -> Result:
        from entregent.measurement.panel import Panel, Predictor, panel_effect, predictor_effect

        panel = Panel.from_rows(
            rows.units,
            rows.periods,
            rows.values.tolist(),
            treated=[name.strip() for name in treated.split(",") if name.strip()],
            start=first,
            unit=rows.unit_of_values,
            drop_gaps=drop_gaps,
        )
        if not read:
            return panel_effect(panel, method=method, level=level, solver=solver)
        found = [
            Predictor.from_rows(
                name, each.units, each.periods, each.values.tolist(), start=first, span=span
            )
            for name, (each, span) in zip(predictors, read, strict=True)
        ]
        return predictor_effect(panel, found, fit=fitted, level=level)

    return show(ask, PANEL, showing, list(dict.fromkeys(told)), _UNREADABLE)


def measure_cohorts(
    source: str,
    showing: Showing,
    *,
    columns: Mapping[str, str],
    campaign: str | None,
    until: str | None,
    level: float,
    age_days: int,
    orders: bool,
    seed: int,
) -> int:
    """People first met in a campaign beside the others; returns the exit code."""
    showing.check()
    end = day(until, "--until", showing) if until is not None else None
    table = table_of(source, showing)

    def read_days(cells: Sequence[str], lines: Sequence[int], name: str) -> Sequence[date]:
        try:
            return days_of(cells, lines, name).days
        except CannotMeasure as error:
            raise showing.plain(error) from None

    def ask() -> Result:
        from entregent.measurement.cohorts import Columns, compare_cohorts, repeat_purchases

        named = Columns(**columns)
        if orders:
            return repeat_purchases(
                table.names,
                table.rows,
                columns=named,
                campaign=campaign,
                observed_until=end,
                days=age_days or 365,
                level=level,
                seed=seed,
                lines=table.lines,
                read_days=read_days,
            )
        return compare_cohorts(
            table.names,
            table.rows,
            columns=named,
            campaign=campaign,
            observed_until=end,
            headline_days=age_days or 90,
            level=level,
            lines=table.lines,
            read_days=read_days,
        )

    return show(ask, {}, showing, table.notes, _UNREADABLE)


def show(
    ask: Callable[[], Result],
    nothing: Mapping[str, Any],
    showing: Showing,
    notes: Sequence[Note] = (),
    unreadable: frozenset[str] = frozenset(),
) -> int:
    """Ask, and show the answer or the refusal; returns the exit code, 0 for both.

    Refusals whose code is among the `unreadable` are about the file or an option.
    """
    started = time.perf_counter()
    try:
        result = ask()
    except CannotMeasure as refused:
        if refused.code in unreadable:
            raise showing.plain(refused) from None
        showing.refuse(nothing, refused, notes, time.perf_counter() - started)
        return 0
    showing.answer(result, notes, time.perf_counter() - started)
    return 0


def table_of(source: str, showing: Showing) -> Table:
    """The table in a file, or on standard input."""
    try:
        if source == "-":
            data = sys.stdin.buffer.read(LARGEST_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason, raison = getattr(error, "strerror", None) or str(error), _raison(error)
        raise showing.wrong(
            fr=f"{source} ne peut pas être lu ({raison}); donnez le chemin d'un tableau CSV, ou - "
            "pour l'entrée standard",
            en=f"{source} cannot be read ({reason}); give the path of a CSV table, or - for "
            "standard input",
        ) from None
    try:
        return read_table(data)
    except CannotMeasure as error:
        raise showing.plain(error) from None


def _raison(error: Exception) -> str:
    known = {
        errno.ENOENT: "il n'existe pas",
        errno.ENOTDIR: "il n'existe pas",
        errno.EISDIR: "c'est un dossier",
        errno.EACCES: "la lecture en est refusée",
        errno.ENAMETOOLONG: "ce nom est trop long",
    }
    number = getattr(error, "errno", None)
    return known.get(number or 0, getattr(error, "strerror", None) or str(error))


def day(text: str, option: str, showing: Showing) -> date:
    """The day that an option names."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise showing.wrong(
            fr=f"{option} : « {text[:40]} » n'est pas un jour; écrivez-le comme 2026-02-03",
            en=f"{option}: « {text[:40]} » is not a day; write it as 2026-02-03",
        ) from None


def backwards(first: str, second: str, showing: Showing) -> PlainError:
    """The refusal of an end before its beginning."""
    return showing.wrong(
        fr=f"{second} vient avant {first}; échangez les deux jours",
        en=f"{second} comes before {first}; exchange the two days",
    )


def _series(asked: Asked, showing: Showing) -> SeriesTable:
    table = table_of(asked.source, showing)
    try:
        return series_from(table, date=asked.date, value=asked.value, controls=asked.controls)
    except CannotMeasure as error:
        raise showing.plain(error) from None


def _period(text: str, option: str, rows: LongTable, showing: Showing) -> date | int:
    """The period that an option names, of the kind that the panel has."""
    if isinstance(rows.periods[0], date):
        return day(text, option, showing)
    try:
        return int(text)
    except ValueError:
        raise showing.wrong(
            fr=f"{option} : « {text[:40]} » n'est pas un nombre entier, comme les périodes du "
            f"tableau (par exemple {rows.periods[0]})",
            en=f"{option}: « {text[:40]} » is no whole number, as the periods of the table are "
            f"({rows.periods[0]} for one)",
        ) from None


def _span(text: str, option: str, rows: LongTable, showing: Showing) -> tuple[Any, Any]:
    """First and last period that an option names as ``FROM:UNTIL``."""
    first, colon, last = text.partition(":")
    if not colon:
        raise showing.wrong(
            fr=f"{option} : « {text[:40]} » s'écrit DÉBUT:FIN, comme {rows.periods[0]}:"
            f"{rows.periods[-1]}",
            en=f"{option}: « {text[:40]} » is written FROM:UNTIL, as {rows.periods[0]}:"
            f"{rows.periods[-1]}",
        )
    return _period(first, option, rows, showing), _period(last, option, rows, showing)


def _predictor(
    text: str,
    table: Table,
    columns: tuple[str, str, str],
    rows: LongTable,
    showing: Showing,
) -> tuple[LongTable, tuple[Any, Any] | None]:
    """Rows of the column that a predictor names, and its span if it names one."""
    name, *span = text.rsplit(":", 2)
    if len(span) == 1 or text in table.names:
        # A name of its own with colons in it.
        name, span = text, []
    unit, period, _ = columns
    try:
        read = long_rows(table, unit=unit, date=period, value=name)
    except CannotMeasure as error:
        raise showing.plain(error) from None
    return read, _span(":".join(span), "--predictor", rows, showing) if span else None


def _options(asked: Asked, showing: Showing) -> dict[str, Any]:
    """What the library is asked with, beside the series."""
    others: list[tuple[date, date]] = []
    for text in asked.other_campaigns:
        start, slash, end = text.partition("/")
        if not slash:
            raise showing.wrong(
                fr=f"--other-campaign : « {text[:40]} » s'écrit 2026-02-03/2026-02-20, du premier "
                "au dernier jour",
                en=f"--other-campaign: « {text[:40]} » is written 2026-02-03/2026-02-20, from the "
                "first to the last day",
            )
        first, last = (day(each, "--other-campaign", showing) for each in (start, end))
        if last < first:
            raise backwards("--other-campaign START", "END", showing)
        others.append((first, last))
    return {
        "scale": asked.scale,
        "prior": asked.prior,
        "level": asked.level,
        "seed": asked.seed,
        "breaks": tuple(day(each, "--break", showing) for each in asked.breaks),
        "other_campaigns": tuple(others),
    }


def _beside(asked: Asked, read: SeriesTable) -> dict[str, Any]:
    """The controls, and the days of a series on which people live otherwise."""
    from entregent.measurement.calendars import holiday_names

    series = read.outcome
    holidays = holiday_names(series.first_day, series.last_day, asked.holidays)
    return {"controls": read.controls, "holidays": holidays}
