"""A panel: one number for each unit in each period, and which units were treated from when on."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NoReturn, Protocol, TypeVar

import numpy as np

from entregent.measurement.panel.simplex import Floats
from entregent.measurement.results import CannotMeasure

LEAST_BEFORE: Final = 5
LEAST_CONTROLS: Final = 2


class Period(Protocol):
    """What stands on the time axis: a date, a year, a number of a week; anything that sorts."""

    def __lt__(self, other: Any, /) -> bool: ...

    def __hash__(self) -> int: ...


_P = TypeVar("_P", bound=Period)


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Outcomes of units over periods; some units are treated from one period on.

    Attributes
    ----------
    units
        Names, shape (units,).
    periods
        Sorted, shape (periods,).
    outcomes
        Shape (units, periods); NaN where the outcome was not collected, which is not zero.
    treated_units
        Names of those treated, in the order of `units`; their mean is measured.
    treatment_time
        Position in `periods` of the first treated period: periods before it have smaller positions.
    unit
        Of the outcomes, as « paquets par personne »; empty if unknown.
    """

    units: tuple[str, ...]
    periods: tuple[Any, ...]
    outcomes: Floats
    treated_units: tuple[str, ...]
    treatment_time: int
    unit: str = ""

    @classmethod
    def from_rows(
        cls,
        units: Iterable[object],
        periods: Iterable[Period],
        values: Iterable[float | None],
        *,
        treated: Sequence[object],
        start: Period,
        unit: str = "",
        drop_gaps: bool = False,
    ) -> "Panel":
        """A panel from long rows, one for each unit and period, in any order.

        Parameters
        ----------
        units, periods, values
            Of the same length. None and NaN mean not collected.
        treated
            Names of the treated units.
        start
            First treated period, included; it need not be among the periods itself.
        unit
            Of the outcomes.
        drop_gaps
            Leave out controls that were not collected in every period; without it they are refused,
            by name.

        Raises
        ------
        CannotMeasure
            What is doubled, missing, unknown, too short or constant, with the place.
        """
        names, times, outcomes = wide(units, periods, values)
        chosen = _known(names, [str(name) for name in treated])
        try:
            time = sum(bool(each < start) for each in times)
        except TypeError:
            refuse_mixed(start, times[0])
        if drop_gaps:
            gaps = np.isnan(outcomes).sum(axis=1)
            keep = [i for i, name in enumerate(names) if not gaps[i] or name in chosen]
            names, outcomes = tuple(names[i] for i in keep), outcomes[keep]
        panel = cls(names, times, outcomes, chosen, time, unit)
        panel.check()
        return panel

    @property
    def control_units(self) -> tuple[str, ...]:
        """Names of those never treated, in the order of `units`."""
        return tuple(name for name in self.units if name not in set(self.treated_units))

    def check(self) -> None:
        """Refuse what no method can measure.

        Raises
        ------
        CannotMeasure
            With the place and the remedy.
        """
        refuse_gaps(self.units, self.periods, self.outcomes)
        controls = len(self.units) - len(self.treated_units)
        if not self.treated_units:
            raise CannotMeasure(
                "no_treated_unit",
                fr="Aucune unité n'est dite traitée. Nommez les endroits où la campagne a eu lieu.",
                en="No unit is said to be treated. Name those where the campaign took place.",
            )
        if controls < LEAST_CONTROLS:
            raise CannotMeasure(
                "too_few_controls",
                fr=f"Unités témoins : {controls}; il en faut au moins {LEAST_CONTROLS}. "
                "Ajoutez des unités que la campagne n'a pas touchées.",
                en=f"Control units: {controls}; at least {LEAST_CONTROLS} are needed. "
                "Add units that the campaign did not touch.",
            )
        before, after = self.treatment_time, len(self.periods) - self.treatment_time
        if after < 1:
            raise CannotMeasure(
                "nothing_after",
                fr="Aucune période ne suit le début : la dernière est "
                f"{self.periods[-1]}. Vérifiez la date de début.",
                en=f"No period comes after the start: the last one is {self.periods[-1]}. "
                "Check the start date.",
            )
        if before < LEAST_BEFORE:
            raise CannotMeasure(
                "past_too_short",
                fr=f"Périodes avant le début : {before}; il en faut au moins {LEAST_BEFORE}. "
                "Ajoutez du passé, ou prenez des périodes plus courtes.",
                en=f"Periods before the start: {before}; at least {LEAST_BEFORE} are needed. "
                "Add some past, or take shorter periods.",
            )
        self._refuse_constant()

    def _refuse_constant(self) -> None:
        past = self.outcomes[:, : self.treatment_time]
        moves = np.ptp(past, axis=1) > 0
        treated = [i for i, name in enumerate(self.units) if name in set(self.treated_units)]
        still = [self.units[i] for i in treated if not moves[i]]
        if still:
            raise CannotMeasure(
                "constant",
                fr=f"« {still[0]} » a la même valeur à chaque période avant le début. "
                "Vérifiez la colonne des valeurs.",
                en=f"“{still[0]}” has the same value in every period before the start. "
                "Check the value column.",
            )
        if not np.delete(moves, treated).any():
            raise CannotMeasure(
                "constant",
                fr="Aucune unité témoin ne bouge avant le début. Vérifiez la colonne des valeurs.",
                en="No control unit moves before the start. Check the value column.",
            )


def arrays(panel: Panel) -> tuple[Floats, Floats]:
    """Controls, shape (control units, periods), and the mean of the treated, shape (periods,)."""
    chosen = set(panel.treated_units)
    treated = np.array([name in chosen for name in panel.units])
    return panel.outcomes[~treated], panel.outcomes[treated].mean(axis=0)


def wide(
    units: Iterable[object], periods: Iterable[_P], values: Iterable[float | None]
) -> tuple[tuple[str, ...], tuple[_P, ...], Floats]:
    """Names in order, sorted periods and outcomes of shape (units, periods), from long rows.

    Raises
    ------
    CannotMeasure
        On a cell given twice, a value that is no finite number, columns of different lengths,
        periods that do not sort, or more cells missing than there are rows.
    """
    names = [str(name) for name in units]
    times = list(periods)
    numbers = list(values)
    if not names or len({len(names), len(times), len(numbers)}) > 1:
        raise CannotMeasure(
            "bad_rows",
            fr="Il faut au moins une ligne, et autant d'unités que de dates et de valeurs.",
            en="At least one row is needed, and as many units as dates and values.",
        )
    try:
        order: list[_P] = sorted(set(times))
    except TypeError:
        refuse_mixed(times[0], _unlike(times))
    rows = {name: i for i, name in enumerate(sorted(set(names)))}
    columns = {each: i for i, each in enumerate(order)}
    _refuse_sparse(len(names), rows, order)
    outcomes = np.full((len(rows), len(columns)), np.nan)
    first: dict[tuple[int, int], int] = {}
    for line, (name, when, value) in enumerate(zip(names, times, numbers, strict=True), 1):
        cell = rows[name], columns[when]
        if cell in first:
            raise CannotMeasure(
                "doubled_cell",
                fr=f"« {name} » a deux valeurs pour {when} : lignes {first[cell]} et {line}. "
                "Gardez-en une, ou additionnez-les.",
                en=f"“{name}” has two values for {when}: rows {first[cell]} and {line}. "
                "Keep one, or add them up.",
            )
        first[cell] = line
        outcomes[cell] = _number(value, name, when, line)
    return tuple(rows), tuple(order), outcomes


def refuse_gaps(units: Sequence[str], periods: Sequence[Any], outcomes: Floats) -> None:
    """Refuse a panel that was not collected everywhere, naming the first cells.

    Raises
    ------
    CannotMeasure
        With the count and at most three cells.
    """
    gaps = np.argwhere(~np.isfinite(outcomes))
    if not gaps.size:
        return
    cells = [(units[row], periods[column]) for row, column in gaps[:3]]
    more = "" if len(gaps) <= 3 else ", …"
    raise CannotMeasure(
        "missing_cells",
        fr=f"Non recueilli : {len(gaps)} valeur(s), dont "
        + "; ".join(f"« {name} » ({when})" for name, when in cells)
        + more
        + ". Complétez-les, ou écartez ces unités témoins.",
        en=f"Not collected: {len(gaps)} value(s), among them "
        + "; ".join(f"“{name}” ({when})" for name, when in cells)
        + more
        + ". Fill them in, or leave these control units out.",
    )


def plain(period: Any) -> Any:
    """A period as JSON has it."""
    if isinstance(period, date):
        return period.isoformat()
    return period.item() if isinstance(period, np.generic) else period


def label(period: Any) -> str:
    """A period as a key of a JSON object."""
    return str(plain(period))


def _known(names: Sequence[str], treated: Sequence[str]) -> tuple[str, ...]:
    for name in treated:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=3, cutoff=0.5) or list(names[:3])
            raise CannotMeasure(
                "unknown_treated_unit",
                fr=f"Aucune unité ne s'appelle « {name} ». Les plus proches : "
                + ", ".join(f"« {each} »" for each in near)
                + ".",
                en=f"No unit is called “{name}”. The nearest: "
                + ", ".join(f"“{each}”" for each in near)
                + ".",
            )
    return tuple(name for name in names if name in set(treated))


def _number(value: float | None, name: str, when: Any, line: int) -> float:
    if value is None:
        return float("nan")
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("inf")
    if np.isinf(number):
        raise CannotMeasure(
            "not_a_number",
            fr=f"La valeur de « {name} » pour {when} (ligne {line}) n'est pas un nombre : {value}.",
            en=f"The value of “{name}” for {when} (row {line}) is not a number: {value}.",
        )
    return number


def _refuse_sparse(count: int, rows: Mapping[str, int], order: Sequence[Any]) -> None:
    """Refuse before room is made for a table that would be mostly empty."""
    if len(rows) * len(order) > max(2 * count, 1_000):
        raise CannotMeasure(
            "mostly_missing",
            fr=f"{count} lignes pour {len(rows)} unités et {len(order)} périodes : la plupart des "
            "valeurs manquent. Vérifiez les colonnes des unités et des dates.",
            en=f"{count} rows for {len(rows)} units and {len(order)} periods: most values are "
            "missing. Check the unit and date columns.",
        )


def _unlike(periods: Sequence[Any]) -> Any:
    """The first period that does not compare with the very first."""
    for each in periods:
        try:
            _ = each < periods[0]
        except TypeError:
            return each
    return periods[-1]


def refuse_mixed(one: Any, other: Any) -> NoReturn:
    """Refuse two periods that do not compare."""
    raise CannotMeasure(
        "mixed_periods",
        fr=f"Les périodes ne se comparent pas entre elles : {one!r} et {other!r}. "
        "Écrivez-les toutes de la même façon.",
        en=f"Periods cannot be compared with each other: {one!r} and {other!r}. "
        "Write them all in the same way.",
    ) from None
