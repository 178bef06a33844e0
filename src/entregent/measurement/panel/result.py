"""What a panel says: the effect, where it comes from, and how to show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any, Final

from entregent.measurement.panel.data import label, plain
from entregent.measurement.panel.estimators import Method
from entregent.measurement.results import Interval, Language, Origin, set_in_french
from entregent.measurement.words import between, digits_for, number, with_bounds

INK: Final = "#1b222b"
SOFT: Final = "#515963"
FROST: Final = "#1c5c8c"
PALE: Final = "#e0edf8"
_WITHOUT: Final[Mapping[Language, str]] = {
    "fr": "sans la campagne (estimation)",
    "en": "without the campaign (estimate)",
}
_SEEN: Final[Mapping[Language, str]] = {"fr": "observé", "en": "observed"}


@dataclass(frozen=True, slots=True)
class PeriodEffect:
    """One period: what was seen, what would have been, and the difference.

    Attributes
    ----------
    period
        As it stands in the panel.
    observed
        Mean of the treated units.
    counterfactual
        The weighted controls, at the height of the treated units before.
    estimate
        `observed` less `counterfactual`.
    low, high
        Bounds of this period's effect alone, both included; None before the start, and where the
        past is too short for the level.
    """

    period: Any
    observed: float
    counterfactual: float
    estimate: float
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it: dates in ISO form."""
        return {
            "period": plain(self.period),
            "observed": self.observed,
            "counterfactual": self.counterfactual,
            "effect": self.estimate,
            "low": self.low,
            "high": self.high,
        }


@dataclass(frozen=True, slots=True)
class PredictorRow:
    """One predictor: how near the synthetic control came to the treated unit.

    Attributes
    ----------
    predictor
        Its name.
    importance
        Share of it in the choice of the weights; the importances sum to one. Others may give the
        same weights: it is no measure of how much the predictor matters in the world.
    treated, synthetic, controls_mean
        Of the treated unit, of the weighted controls and of all controls alike, in its own unit.
    """

    predictor: str
    importance: float
    treated: float
    synthetic: float
    controls_mean: float

    def to_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "predictor": self.predictor,
            "importance": self.importance,
            "treated": self.treated,
            "synthetic": self.synthetic,
            "controls_mean": self.controls_mean,
        }


@dataclass(frozen=True, slots=True)
class PanelResult:
    """Effect on the treated units, a mean per unit and period after the start.

    Attributes
    ----------
    effect
        Estimate and bounds, in units of the outcome per treated unit and period.
    p
        Two-sided, of the test that also gives the bounds: at most one minus the level just when the
        bounds leave out zero.
    smallest_p
        The smallest that this test can give: one divided by the number of periods, or two
        where as many come before the start as after. With predictors, one divided by the number of
        units.
    method
        One of `METHODS`.
    treated_units
        Names.
    weights
        Of each control unit; they sum to one.
    time_weights
        Of each period before, for the methods that compare with the past; they sum to one.
    per_period
        The periods after the start, in order.
    past
        The periods before it.
    origin
        Estimand, window, method and checks.
    predictors
        One row for each predictor; empty without predictors.
    """

    effect: Interval
    p: float
    smallest_p: float
    method: Method
    treated_units: tuple[str, ...]
    weights: Mapping[str, float]
    time_weights: Mapping[str, float]
    per_period: tuple[PeriodEffect, ...]
    past: tuple[PeriodEffect, ...]
    origin: Origin
    predictors: tuple[PredictorRow, ...] = ()

    @property
    def total(self) -> Interval:
        """Sum of the effect over all treated units and all periods after the start."""
        times = len(self.treated_units) * len(self.per_period)
        each = self.effect
        return Interval(each.estimate * times, each.low * times, each.high * times, each.level)

    def table(self) -> list[dict[str, Any]]:
        """One row for each period, before and after the start."""
        rows = [(each, False) for each in self.past] + [(each, True) for each in self.per_period]
        return [{**each.to_dict(), "treated": treated} for each, treated in rows]

    def to_dict(self) -> dict[str, Any]:
        """Everything, as JSON has it."""
        return {
            "effect": self.effect.to_dict(),
            "p": self.p,
            "weights": dict(self.weights),
            "per_period": [each.to_dict() for each in self.per_period],
            "time_weights": dict(self.time_weights),
            "total": self.total.to_dict(),
            "level": self.effect.level,
            "smallest_p": self.smallest_p,
            "method": self.method,
            "treated_units": list(self.treated_units),
            "predictors": [each.to_dict() for each in self.predictors],
            "origin": self.origin.to_dict(),
        }

    def sentence(self, language: Language) -> str:
        """The effect in words, with its bounds; « aucun effet démontré » where zero is possible."""
        effect, french = self.effect, language == "fr"
        who = self._who(language)
        unit = f" {self.origin.unit}" if self.origin.unit else ""
        if not effect.excludes(0.0):
            bounds = with_bounds(effect, language)
            text = (
                f"Aucun effet démontré. {who} : {bounds}{unit} d'écart par période avec ce qui "
                "aurait été sans la campagne; zéro reste possible."
                if french
                else f"No effect shown. {who}: {bounds}{unit} per period away from what would have "
                "been without the campaign; zero remains possible."
            )
            return set_in_french(text) if french else text
        more = effect.estimate > 0
        size = Interval(
            abs(effect.estimate),
            min(abs(effect.low), abs(effect.high)),
            max(abs(effect.low), abs(effect.high)),
            effect.level,
        )
        places = digits_for(size.estimate, size.low, size.high)
        much, bounds = number(size.estimate, language, places), between(size, language, places)
        times = max(1, round(100 * self.p))
        if french:
            word = "de plus" if more else "de moins"
            return set_in_french(
                f"{who} : {much}{unit} {word} par période que sans la campagne ({bounds} {word}). "
                f"Sans effet, un écart pareil se verrait {times} fois sur 100."
            )
        word = "more" if more else "less"
        return (
            f"{who}: {much}{unit} {word} per period than without the campaign ({bounds} {word}). "
            f"Without an effect, such a gap would be seen {times} "
            f"time{'' if times == 1 else 's'} in 100."
        )

    def chart(self, language: Language = "fr") -> Any:
        """Observed and counterfactual over time, with the band of each period's effect."""
        alt: Any = import_module("altair")

        rows = self.table()
        for row in rows:
            known = row["low"] is not None
            row["upper"] = row["observed"] - row["low"] if known else row["counterfactual"]
            row["lower"] = row["observed"] - row["high"] if known else row["counterfactual"]
        first = self.per_period[0].period
        kind: Any = "ordinal"
        if isinstance(first, date):
            kind = "temporal"
        elif isinstance(first, (int, float)):
            kind = "quantitative"
        axis = alt.Axis(title=None, tickCount=5, grid=False, labelColor=SOFT)
        if kind == "quantitative":
            axis = alt.Axis(title=None, tickCount=5, grid=False, labelColor=SOFT, format="d")
        x = alt.X("period", type=kind, axis=axis, scale=alt.Undefined)
        if kind == "quantitative":
            x = x.scale(zero=False, nice=False)
        y_axis = alt.Axis(title=self.origin.unit or None, tickCount=4, labelColor=SOFT)
        y = alt.Y("observed:Q", axis=y_axis)
        base = alt.Chart(alt.Data(values=rows))
        band = base.mark_area(color=PALE).encode(x=x, y=alt.Y("lower:Q", axis=y_axis), y2="upper:Q")
        band = band.transform_filter("datum.treated")
        seen = base.mark_line(color=INK, strokeWidth=1.5).encode(x=x, y=y)
        without = base.mark_line(color=FROST, strokeDash=[5, 3], strokeWidth=1.5).encode(
            x=x, y=alt.Y("counterfactual:Q", axis=y_axis)
        )
        start = (
            alt.Chart(alt.Data(values=[{"period": plain(first)}]))
            .mark_rule(color=SOFT, strokeDash=[2, 2])
            .encode(x=x)
        )
        last = alt.Chart(alt.Data(values=[rows[-1]]))
        notes = [
            last.mark_text(align="right", dy=dy, color=color, baseline="middle").encode(
                x=x, y=alt.Y(field, type="quantitative", axis=y_axis), text=alt.value(words)
            )
            for field, words, color, dy in self._notes(language)
        ]
        return alt.layer(band, start, without, seen, *notes).properties(width=560, height=260)

    def _notes(self, language: Language) -> list[tuple[str, str, str, int]]:
        """Direct labels at the ends of the two lines, apart from each other."""
        up = -18 if self.per_period[-1].estimate >= 0 else 18
        return [
            ("observed", _SEEN[language], INK, up),
            ("counterfactual", _WITHOUT[language], FROST, -up),
        ]

    def _who(self, language: Language) -> str:
        names = self.treated_units
        if len(names) > 3:
            return f"{len(names)} unités" if language == "fr" else f"{len(names)} units"
        joined = " et " if language == "fr" else " and "
        return ", ".join(names[:-1]) + joined + names[-1] if len(names) > 1 else names[0]


def named(names: tuple[Any, ...], values: Any) -> dict[str, float]:
    """Weights by name of unit or label of period."""
    return {label(name): float(value) for name, value in zip(names, values, strict=True)}
