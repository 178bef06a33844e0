"""What a series would have done without the campaign: draws of its path, from the days before.

Three models of the past are fitted and averaged by their evidence: a trend with autocorrelated
noise, one whose level walks, one whose slope walks too. None is chosen by eye.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.design import Design, OtherCampaign, design_of, weekdays_of
from entregent.measurement.fitting import (
    DRAWS,
    LEVEL_WALK,
    MODEL_NAMES,
    SLOPE_WALK,
    TREND,
    Fitted,
    Priors,
    fit_model,
    laplace_evidence,
    variances_of,
)
from entregent.measurement.paths import draw_paths
from entregent.measurement.results import CannotMeasure
from entregent.measurement.scales import (
    Scale,
    Scaled,
    first_signal,
    has_odd_zeros,
    innovation_sd,
    may_be_count,
    may_be_log,
    scaled_counts,
    scaled_linear,
    scaled_log,
)
from entregent.measurement.state_space import filter_columns, marginal, smooth_noise

Floats = NDArray[np.float64]
AskedScale = Literal["auto", "linear", "log", "count"]

PATHS: Final = 2000
LEAST_DAYS: Final = 28
"""Collected days before the start below which nothing is estimated."""
MORE_ZEROS: Final = 0.25
"""Share of days at zero beyond that of steady counts, from which on counts come in bursts."""
PRIOR_WEIGHTS: Final = {TREND: 0.35, LEVEL_WALK: 0.3, SLOPE_WALK: 0.35}
_TOUCHES: Final = 6


@dataclass(frozen=True)
class Setting:
    """Everything about a series beside its values.

    Attributes
    ----------
    holidays
        Name of each day on which people live otherwise.
    breaks
        First days of a new way of collecting.
    others
        Campaigns on the same series that began before this one.
    """

    holidays: Mapping[date, str] | None = None
    breaks: tuple[date, ...] = ()
    others: tuple[OtherCampaign, ...] = ()


@dataclass(frozen=True)
class Counterfactual:
    """Paths that the series could have taken without the campaign.

    Attributes
    ----------
    first_day
        Of the paths: the first day of the campaign.
    paths
        Shape (paths, days), on the scale of the series itself.
    scale
        The scale that was modelled.
    models
        Weight of each model, by name; they sum to one.
    effective_draws
        How many independent draws of the parameters the weighted ones are worth.
    largest
        Value at which paths are cut.
    evidence
        Of each scale that was compared; empty where one was given.
    modes
        Mode of each kind of model, where a later fit may start.
    """

    first_day: date
    paths: Floats
    scale: Scale
    models: Mapping[str, float]
    effective_draws: float
    largest: float = math.inf
    evidence: Mapping[Scale, float] = field(default_factory=dict)
    modes: Mapping[int, Floats] = field(default_factory=dict)

    def widened(self, factors: float | Floats) -> "Counterfactual":
        """The same with paths farther from their middle, by one factor or one a day.

        On a logarithmic scale they move by ratios, so that none falls below zero; never beyond the
        bounds that a path has anyway.
        """
        if np.all(np.asarray(factors) == 1.0):
            return self
        if self.scale == "linear":
            # Paths come in pairs of opposite chance: their mean is their middle.
            middle = np.mean(self.paths, axis=0)
            return replace(self, paths=middle + factors * (self.paths - middle))
        middle = np.median(self.paths, axis=0)
        least = 0.5
        ratio = np.log((self.paths + least) / (middle + least))
        paths = (middle + least) * np.exp(factors * ratio) - least
        return replace(self, paths=np.minimum(paths, max(self.largest, float(np.max(middle)))))


@dataclass(frozen=True)
class Model:
    """The averaged engine: configuration here, data in `fit`.

    Parameters
    ----------
    scale
        ``auto`` lets the evidence decide.
    priors
        Scales of the movements.
    paths
        How many paths are drawn; even.
    draws
        Points of each model's importance sample.
    """

    scale: AskedScale = "auto"
    priors: Priors = field(default_factory=Priors)
    paths: int = PATHS
    draws: int = DRAWS

    def fit(
        self,
        first_day: date,
        values: Floats,
        start: int,
        generator: np.random.Generator,
        *,
        controls: Sequence[Floats] = (),
        setting: Setting | None = None,
        modes: Mapping[int, Floats] | None = None,
        until: int | None = None,
    ) -> Counterfactual:
        """Learn from the days before `start` and draw the days from it on.

        Parameters
        ----------
        first_day
            Day of the first value.
        values
            Shape (days,); NaN is 'not collected'. Values from `start` on are not looked at.
        start
            Index of the first day to be drawn.
        generator
            Of every random step.
        controls
            Each of shape (days,), all days collected.
        setting
            Holidays, breaks, other campaigns.
        modes
            Where to start to climb, from an earlier fit.
        until
            Index after the last day to be drawn; all days if left out.

        Raises
        ------
        CannotMeasure
            ``past_too_short``, ``past_constant``, ``not_positive``, ``not_counts``.
        """
        days = len(values) if until is None else until
        past = values[:start]
        _refuse_past(past)
        weekdays = weekdays_of(first_day, start)
        setting = setting or Setting()
        scaled: dict[Scale, Scaled] = {}
        for scale in self._scales(past, weekdays):
            scaled[scale] = _on_scale(scale, past, weekdays)
        design = design_of(
            first_day,
            days,
            start,
            controls=[_standard(control[:days], past) for control in controls],
            control_sd=1.0,
            holidays=setting.holidays,
            breaks=setting.breaks,
            others=setting.others,
        )
        if "count" in scaled:
            scaled["count"] = self._touched(past, scaled["count"], design, weekdays)
        evidence: dict[Scale, float] = {}
        if len(scaled) > 1:
            for scale, told in scaled.items():
                rows, extra, precision, scales = self._inputs(told, design, start)
                found, _ = laplace_evidence(LEVEL_WALK, rows, extra, precision, scales)
                evidence[scale] = found + told.log_density
            best = max(evidence, key=lambda scale: evidence[scale])
        else:
            best = next(iter(scaled))
        told = scaled[best]
        rows, extra, precision, scales = self._inputs(told, design, start)
        fits = [
            fit_model(
                kind,
                rows,
                extra,
                precision,
                scales,
                generator,
                draws=self.draws,
                start=None if modes is None else modes.get(kind),
            )
            for kind in PRIOR_WEIGHTS
        ]
        weights = _model_weights(fits)
        paths = draw_paths(
            fits,
            weights,
            rows,
            extra,
            precision,
            design.columns[start:days],
            self.paths,
            generator,
        )
        worth = sum(weight * fit.effective_draws for weight, fit in zip(weights, fits, strict=True))
        return Counterfactual(
            first_day=date.fromordinal(first_day.toordinal() + start),
            paths=told.back(paths, generator),
            scale=told.scale,
            models={
                MODEL_NAMES[fit.kind]: float(weight)
                for weight, fit in zip(weights, fits, strict=True)
            },
            effective_draws=worth,
            largest=told.largest,
            evidence=evidence,
            modes={fit.kind: fit.mode for fit in fits},
        )

    def _scales(self, past: Floats, weekdays: NDArray[np.int64]) -> list[Scale]:
        if self.scale == "log" and not may_be_log(past):
            raise CannotMeasure(
                "not_positive",
                fr="L'échelle logarithmique demande des valeurs au-dessus de zéro. Choisissez "
                "l'échelle « count » pour des comptes, ou « linear ».",
                en="A logarithmic scale needs values above zero. Choose the scale “count” for "
                "counts, or “linear”.",
            )
        if self.scale == "count" and not may_be_count(past):
            raise CannotMeasure(
                "not_counts",
                fr="L'échelle « count » demande des nombres entiers, zéro ou plus. Choisissez "
                "« linear » ou « log ».",
                en="The scale “count” needs whole numbers, zero or more. Choose “linear” or “log”.",
            )
        if self.scale != "auto":
            return [self.scale]
        found: list[Scale] = ["linear"]
        if may_be_count(past) and not has_odd_zeros(past, weekdays):
            found.append("count")
        elif may_be_log(past):
            found.append("log")
        return found

    def _inputs(
        self, told: Scaled, design: Design, start: int
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Rows, known variances, prior precisions and prior scales, as the filter takes them."""
        rows = np.column_stack([told.values, design.columns[:start]])
        scales = self.priors.as_array()
        scales[2:] *= told.movement
        sds = design.sds.copy()
        for number, name in enumerate(design.names):
            if name == "trend":
                sds[number] *= told.movement
            elif name.startswith("control_"):
                sds[number] *= max(float(np.nanstd(told.values)), 1.0)
        return np.ascontiguousarray(rows), told.extra, 1.0 / sds**2, scales

    def _touched(
        self, past: Floats, told: Scaled, design: Design, weekdays: NDArray[np.int64]
    ) -> Scaled:
        """Counts whose normal likelihood touches theirs at the mode of the signal."""
        start = len(past)
        variances = np.empty(5)
        for turn in range(_TOUCHES):
            rows, extra, precision, scales = self._inputs(told, design, start)
            if turn % 3 == 0:
                _, mode = laplace_evidence(LEVEL_WALK, rows, extra, precision, scales)
                variances_of(LEVEL_WALK, mode, variances)
            coefficients = _coefficients(rows, extra, variances, precision)
            noise = smooth_noise(rows, extra, variances, coefficients)
            known = ~np.isnan(told.values)
            signal = told.centre + told.spread * np.where(known, told.values - noise, 0.0)
            told = scaled_counts(past, signal, told.spread, weekdays)
        return told


def _coefficients(rows: Floats, extra: Floats, variances: Floats, precision: Floats) -> Floats:
    """Posterior means of the coefficients at some variances."""
    columns = rows.shape[1]
    cross, means = np.empty((columns, columns)), np.empty((3, columns))
    covariance = np.empty((3, 3))
    log_f, observed = filter_columns(rows, extra, variances, cross, means, covariance)
    marginal(cross, precision, log_f, observed)
    return np.asarray(np.linalg.solve(np.tril(cross[1:, 1:]).T, cross[1:, 0]))


def _model_weights(fits: Sequence[Fitted]) -> Floats:
    told = np.array([math.log(PRIOR_WEIGHTS[fit.kind]) + fit.log_evidence for fit in fits])
    weights = np.exp(told - np.max(told))
    return np.asarray(weights / np.sum(weights))


def _on_scale(scale: Scale, past: Floats, weekdays: NDArray[np.int64]) -> Scaled:
    if scale == "linear":
        return scaled_linear(past, weekdays)
    if scale == "log":
        return scaled_log(past, weekdays)
    return scaled_counts(past, first_signal(past, weekdays), None, weekdays)


def _standard(control: Floats, past: Floats) -> Floats:
    """A control, centred and scaled by the days before on which the series was collected."""
    known = control[: len(past)][~np.isnan(past)]
    spread = float(np.std(known))
    return np.asarray((control - np.mean(known)) / (spread or 1.0))


def _refuse_past(past: Floats) -> None:
    known = past[~np.isnan(past)]
    if len(known) < LEAST_DAYS:
        raise CannotMeasure(
            "past_too_short",
            fr=f"Il y a {len(known)} jours recueillis avant le début; il en faut au moins "
            f"{LEAST_DAYS} pour savoir ce qui serait arrivé de toute façon. Ajoutez des jours "
            "d'avant, ou lisez ces nombres comme une description.",
            en=f"There are {len(known)} collected days before the start; at least {LEAST_DAYS} "
            "are needed to know what would have happened anyway. Add earlier days, or read these "
            "numbers as a description.",
        )
    if np.all(known == known[0]):
        raise CannotMeasure(
            "past_constant",
            fr="Tous les jours d'avant ont la même valeur\N{NO-BREAK SPACE}: rien ne dit de "
            "combien la série varie d'elle-même. Vérifiez la colonne choisie.",
            en="All days before have the same value: nothing tells how much the series varies by "
            "itself. Check the chosen column.",
        )
    zeros = float(np.mean(known == 0))
    if may_be_count(past) and zeros > 0.5 and zeros > math.exp(-np.mean(known)) + MORE_ZEROS:
        share = round(100 * zeros)
        raise CannotMeasure(
            "past_in_bursts",
            fr=f"Avant le début, {share}\N{NO-BREAK SPACE}% des jours sont à zéro et le reste "
            "vient par bouffées\N{NO-BREAK SPACE}: rien ne dit ce qu'il y aurait eu sans la "
            "campagne. Choisissez une mesure qui vit aussi sans elle, comme les visites ou les "
            "commandes.",
            en=f"Before the start, {share}% of the days are at zero and the rest comes in bursts: "
            "nothing tells what there would have been without the campaign. Choose a measure that "
            "lives without it too, such as visits or orders.",
        )
    if innovation_sd(past, np.arange(len(past)) % 7) == 0.0:
        raise CannotMeasure(
            "past_constant",
            fr="Les jours d'avant ne varient pas d'eux-mêmes. Vérifiez la colonne choisie.",
            en="The days before do not vary by themselves. Check the chosen column.",
        )
