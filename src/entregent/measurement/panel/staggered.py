"""Starts at different times: an effect for each group and period, never one regression for all.

Source: Callaway & Sant'Anna, "Difference-in-differences with multiple time periods", Journal of
Econometrics 225 (2021), without covariates. A regression with effects of units and periods compares
late starters with early ones that are already treated; where effects grow, it can even turn the
sign (Goodman-Bacon, same volume).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from statistics import NormalDist
from typing import Any, Final, Literal

import numpy as np

from entregent.measurement.panel.data import Period, plain, refuse_gaps, wide
from entregent.measurement.panel.simplex import Floats, Positions
from entregent.measurement.results import (
    CannotMeasure,
    Check,
    Interval,
    Language,
    Origin,
    set_in_french,
)
from entregent.measurement.words import with_bounds

Comparison = Literal["not_yet", "never"]
LEAST_IN_GROUP: Final = 2
FEW_IN_GROUP: Final = 5
_NEVER: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class StaggeredPanel:
    """Outcomes of units over periods, with the start of each unit that has one.

    Attributes
    ----------
    units
        Names, shape (units,).
    periods
        Sorted, shape (periods,).
    outcomes
        Shape (units, periods), no cell missing.
    starts
        Position in `periods` of the first treated period of each unit; −1 for never.
    unit
        Of the outcomes; empty if unknown.
    """

    units: tuple[str, ...]
    periods: tuple[Any, ...]
    outcomes: Floats
    starts: Positions
    unit: str = ""

    @classmethod
    def from_rows(
        cls,
        units: Iterable[object],
        periods: Iterable[Period],
        values: Iterable[float | None],
        *,
        starts: Mapping[str, Any],
        unit: str = "",
    ) -> "StaggeredPanel":
        """From long rows, one for each unit and period, in any order.

        Parameters
        ----------
        units, periods, values
            Of the same length.
        starts
            First treated period of each treated unit, by name; units that are not named, or whose
            start is None or after the last period, are not treated here.
        unit
            Of the outcomes.

        Raises
        ------
        CannotMeasure
            What is doubled, missing or unknown, with the place.
        """
        names, times, outcomes = wide(units, periods, values)
        for name in starts:
            if str(name) not in names:
                raise CannotMeasure(
                    "unknown_treated_unit",
                    fr=f"Aucune unité ne s'appelle « {name} ».",
                    en=f"No unit is called “{name}”.",
                )
        refuse_gaps(names, times, outcomes)
        known = {str(name): when for name, when in starts.items() if when is not None}
        positions = [
            sum(each < known[name] for each in times) if name in known else _NEVER for name in names
        ]
        first = np.array([_NEVER if each >= len(times) else each for each in positions])
        return cls(names, times, outcomes, first, unit)


@dataclass(frozen=True, slots=True)
class GroupTime:
    """Effect on the units that started together, in one period.

    Attributes
    ----------
    start, period
        As they stand in the panel.
    estimate
        Mean effect per unit; before the start, the change since the period before.
    error
        Standard error.
    treated, compared
        Units on each side.
    """

    start: Any
    period: Any
    estimate: float
    error: float
    treated: int
    compared: int


@dataclass(frozen=True, slots=True)
class EventTime:
    """Mean effect so many periods after the start.

    Attributes
    ----------
    periods_since
        0 in the first treated period; negative before it, where nothing should be found.
    effect
        With bounds that hold for all event times together.
    """

    periods_since: int
    effect: Interval


@dataclass(frozen=True, slots=True)
class StaggeredResult:
    """Effects of starts at different times.

    Attributes
    ----------
    overall
        Mean over the treated units of each one's mean effect since its start.
    event_times
        In order; their bounds hold together.
    group_times
        Each group in each period.
    origin
        Estimand, method, seed and checks.
    """

    overall: Interval
    event_times: tuple[EventTime, ...]
    group_times: tuple[GroupTime, ...]
    origin: Origin

    def table(self) -> list[dict[str, Any]]:
        """One row for each event time."""
        return [{"periods_since": e.periods_since, **e.effect.to_dict()} for e in self.event_times]

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return {
            "overall": self.overall.to_dict(),
            "level": self.overall.level,
            "event_times": self.table(),
            "group_times": [
                {
                    "start": plain(each.start),
                    "period": plain(each.period),
                    "estimate": each.estimate,
                    "error": each.error,
                    "treated": each.treated,
                    "compared": each.compared,
                }
                for each in self.group_times
            ],
            "origin": self.origin.to_dict(),
        }

    def sentence(self, language: Language) -> str:
        """The overall effect in words, with its bounds."""
        unit = f" {self.origin.unit}" if self.origin.unit else ""
        bounds = with_bounds(self.overall, language)
        shown = self.overall.excludes(0.0)
        if language == "fr":
            text = (
                f"Écart moyen depuis chaque début : {bounds}{unit} par unité et par période."
                if shown
                else f"Aucun effet démontré : {bounds}{unit} par unité et par période."
            )
            return set_in_french(text)
        if shown:
            return f"Mean gap since each start: {bounds}{unit} per unit and period."
        return f"No effect shown: {bounds}{unit} per unit and period."

    def chart(self) -> Any:
        """Effect by periods since the start, with bounds that hold together."""
        alt: Any = import_module("altair")

        base = alt.Chart(alt.Data(values=self.table()))
        x = alt.X(
            "periods_since:Q", axis=alt.Axis(title=None, tickMinStep=1, tickCount=7, grid=False)
        )
        y_axis = alt.Axis(title=self.origin.unit or None, tickCount=4)
        bars = base.mark_rule(color="#1c5c8c").encode(
            x=x, y=alt.Y("low:Q", axis=y_axis), y2="high:Q"
        )
        dots = base.mark_point(color="#1b222b", filled=True).encode(
            x=x, y=alt.Y("estimate:Q", axis=y_axis)
        )
        zero = (
            alt.Chart(alt.Data(values=[{"zero": 0}])).mark_rule(color="#515963").encode(y="zero:Q")
        )
        return alt.layer(zero, bars, dots).properties(width=560, height=240)


def group_time_effects(
    panel: StaggeredPanel,
    *,
    controls: Comparison = "not_yet",
    level: float = 0.95,
    draws: int = 4_999,
    seed: int | np.random.Generator = 0,
) -> StaggeredResult:
    """Effects by group and period, summed up by time since the start and overall.

    Parameters
    ----------
    panel
        With the start of each unit.
    controls
        ``not_yet``: units never treated or treated later than the period. ``never``: only those.
    level
        Of the bounds, between 0 and 1, both excluded.
    draws
        Of the multiplier bootstrap.
    seed
        Of its generator, or the generator.

    Raises
    ------
    CannotMeasure
        Where no group has a past, at least two units and at least two units to compare with.

    Notes
    -----
    For a group g and a period t from its start on, the effect is the change of its mean from period
    g−1 to t, less that of the units compared with. Assumes that both would have moved alike, and
    that nobody moves before the start. Errors come from the units, taken as drawn independently:
    with few units in a group they are too small, and the check ``small_groups`` says so.
    """
    if not 0 < level < 1:
        raise CannotMeasure(
            "bad_level",
            fr=f"Le niveau doit se trouver entre 0 et 1 : {level}.",
            en=f"The level must lie between 0 and 1: {level}.",
        )
    cells, influence = _cells(panel, controls)
    rng = np.random.default_rng(seed)
    units = len(panel.units)
    signs = rng.choice(np.array([-1.0, 1.0]), size=(draws, units))
    estimates = np.array([cell.estimate for cell in cells])
    groups = np.array([_position(panel, cell.start) for cell in cells])
    since = np.array([_position(panel, cell.period) for cell in cells]) - groups
    combine = _combiner(panel, estimates, influence, groups)

    events = sorted(set(since.tolist()))
    per_event = [combine(np.flatnonzero(since == each)) for each in events]
    spreads = np.stack([each[1] for each in per_event], axis=1)
    errors = _errors(spreads)
    widest = float(np.quantile(np.abs(signs @ spreads / units / errors).max(axis=1), level))
    event_times = tuple(
        EventTime(when, Interval(value, value - widest * error, value + widest * error, level))
        for when, (value, _), error in zip(events, per_event, errors.tolist(), strict=True)
    )
    value, spread = _overall(panel, estimates, influence, groups, since)
    error = float(_errors(spread))
    drawn = float(np.quantile(np.abs(signs @ spread / units / error), level))
    reach = error * max(drawn, NormalDist().inv_cdf((1 + level) / 2))
    return StaggeredResult(
        overall=Interval(value, value - reach, value + reach, level),
        event_times=event_times,
        group_times=tuple(cells),
        origin=Origin(
            estimand="mean over treated units of the mean effect since their start",
            unit=panel.unit,
            method=f"group-time effects, {controls} controls, multiplier bootstrap",
            seed=seed if isinstance(seed, int) else None,
            checks=(_past_check(event_times), _size_check(panel)),
        ),
    )


def _cells(panel: StaggeredPanel, controls: Comparison) -> tuple[list[GroupTime], Floats]:
    """Effects of each group in each period, and the influence of units, shape (cells, units)."""
    outcomes, starts = panel.outcomes, panel.starts
    count, length = outcomes.shape
    cells: list[GroupTime] = []
    rows = []
    for group in sorted({int(each) for each in starts if each > 0}):
        treated = starts == group
        if treated.sum() < LEAST_IN_GROUP:
            continue
        for time in range(1, length):
            base = group - 1 if time >= group else time - 1
            compared = starts == _NEVER
            if controls == "not_yet":
                compared = compared | ((starts > max(time, base)) & ~treated)
            if compared.sum() < LEAST_IN_GROUP:
                continue
            change = outcomes[:, time] - outcomes[:, base]
            own, other = change[treated].mean(), change[compared].mean()
            effect = np.zeros(count)
            effect[treated] = (change[treated] - own) * (count / treated.sum())
            effect[compared] -= (change[compared] - other) * (count / compared.sum())
            rows.append(effect)
            cells.append(
                GroupTime(
                    panel.periods[group],
                    panel.periods[time],
                    float(own - other),
                    float(_errors(effect)),
                    int(treated.sum()),
                    int(compared.sum()),
                )
            )
    if not any(_position(panel, c.period) >= _position(panel, c.start) for c in cells):
        raise CannotMeasure(
            "no_group",
            fr="Aucun groupe n'a à la fois un passé, deux unités et deux unités à comparer. "
            "Pour une seule unité traitée, mesurez-la seule contre des unités témoins.",
            en="No group has a past, two units and two units to compare with. "
            "For a single treated unit, measure it alone against control units.",
        )
    return cells, np.stack(rows)


def _position(panel: StaggeredPanel, period: Any) -> int:
    return panel.periods.index(period)


def _combiner(
    panel: StaggeredPanel, estimates: Floats, influence: Floats, groups: Positions
) -> Callable[[Positions], tuple[float, Floats]]:
    """Mean of chosen cells by size of group, with its influence; shares are estimated too."""
    members = panel.starts[None, :] == groups[:, None]
    shares = members.mean(axis=1)

    def combine(chosen: Positions) -> tuple[float, Floats]:
        share, total = shares[chosen], shares[chosen].sum()
        weights = share / total
        moved = members[chosen] - share[:, None]
        drift = moved / total - np.outer(share, moved.sum(axis=0)) / total**2
        value = float(weights @ estimates[chosen])
        return value, weights @ influence[chosen] + estimates[chosen] @ drift

    return combine


def _overall(
    panel: StaggeredPanel,
    estimates: Floats,
    influence: Floats,
    groups: Positions,
    since: Positions,
) -> tuple[float, Floats]:
    """Mean over groups, by size, of each group's mean since its start."""
    chosen = [
        group for group in sorted(set(groups.tolist())) if (groups == group)[since >= 0].any()
    ]
    means = [(groups == group) & (since >= 0) for group in chosen]
    combine = _combiner(
        panel,
        np.array([estimates[each].mean() for each in means]),
        np.stack([influence[each].mean(axis=0) for each in means]),
        np.array(chosen),
    )
    return combine(np.arange(len(chosen)))


def _errors(influence: Floats) -> Floats:
    """Standard errors from influences of the units, along the first axis."""
    errors: Floats = np.sqrt((influence**2).sum(axis=0)) / influence.shape[0]
    return np.maximum(errors, 1e-300)


def _past_check(event_times: tuple[EventTime, ...]) -> Check:
    """Whether something moved before the starts."""
    past = [each for each in event_times if each.periods_since < 0]
    if not past:
        return Check("before_the_start", "informative")
    moved = sum(each.effect.excludes(0.0) for each in past)
    return Check(
        "before_the_start",
        "failed" if moved else "passed",
        {"periods": float(len(past)), "away_from_zero": float(moved)},
    )


def _size_check(panel: StaggeredPanel) -> Check:
    sizes = [int((panel.starts == group).sum()) for group in set(panel.starts.tolist())]
    left_out = [
        group
        for group in set(panel.starts.tolist())
        if group == 0 or (group > 0 and (panel.starts == group).sum() < LEAST_IN_GROUP)
    ]
    return Check(
        "small_groups",
        "failed" if min(sizes) < FEW_IN_GROUP else "passed",
        {"smallest": float(min(sizes)), "groups_left_out": float(len(left_out))},
    )
