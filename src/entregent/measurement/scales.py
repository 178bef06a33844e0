"""The scale a series is modelled on: as it is, by its logarithm, or as counts.

Counts are Poisson around the exponential of a signal with noise of its own (so they may be
overdispersed). Their likelihood is replaced by the normal one that has the same slope and curvature
at the signal's mode (Durbin and Koopman, 2012, section 10.6); what that leaves out at the mode is
added to the evidence, so that scales can be compared.
"""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Scale = Literal["linear", "log", "count"]

LARGEST_MULTIPLE: Final = 10.0
"""Paths on a logarithmic scale are cut at so many times the largest day of the past: beyond it they
say 'nobody knows', whatever their number."""
MOST_REPEATED: Final = 0.4
_LARGEST_MOVEMENT: Final = 0.25
_LEAST_SPREAD: Final = 0.02


@dataclass(frozen=True)
class Scaled:
    """A series on its scale, in units of its own noise.

    Attributes
    ----------
    scale
        Which one.
    values
        Shape (days,); NaN is missing.
    extra
        Shape (days,): known variance of each day, in the same units.
    centre, spread
        ``value on the scale = centre + spread * values``.
    movement
        Unit of the movements of level and slope, as a share of the unit of noise.
    log_density
        What to add to an evidence on this scale to have that of the series itself.
    largest
        Value at which paths are cut; infinite on the linear scale.
    """

    scale: Scale
    values: Floats
    extra: Floats
    centre: float
    spread: float
    movement: float
    log_density: float
    largest: float = math.inf

    def back(self, paths: Floats, generator: np.random.Generator) -> Floats:
        """Paths in units of noise, shape (draws, days), as values; counts are drawn."""
        found = self.centre + self.spread * paths
        if self.scale == "linear":
            return found
        rates = np.exp(np.minimum(found, math.log(self.largest)))
        if self.scale == "log":
            return rates
        return np.asarray(generator.poisson(rates), dtype=np.float64)


def may_be_count(values: Floats) -> bool:
    """Whether all collected values are whole and none is negative."""
    known = values[~np.isnan(values)]
    return bool(np.all(known >= 0) and np.all(known == np.round(known)))


def has_odd_zeros(values: Floats, weekdays: NDArray[np.int64]) -> bool:
    """Whether zeros stand among days of five and more: closed days, or gaps told as zero.

    Counts with a signal on a logarithmic scale cannot hold them.
    """
    known = ~np.isnan(values)
    busy = known & (np.exp(first_signal(values, weekdays, own=0.0)) >= 5.0)
    return bool(np.sum(busy) > 0 and np.mean(values[busy] == 0) > 0.03)


def may_be_log(values: Floats) -> bool:
    """Whether all collected values are above zero."""
    return bool(np.all(values[~np.isnan(values)] > 0))


def scaled_linear(values: Floats, weekdays: NDArray[np.int64]) -> Scaled:
    """The series as it is."""
    spread = innovation_sd(values, weekdays)
    centre = float(np.nanmedian(values))
    known = int(np.sum(~np.isnan(values)))
    return Scaled(
        scale="linear",
        values=(values - centre) / spread,
        extra=np.zeros(len(values)),
        centre=centre,
        spread=spread,
        movement=1.0,
        log_density=-known * math.log(spread),
    )


def scaled_log(values: Floats, weekdays: NDArray[np.int64]) -> Scaled:
    """The logarithm of a series; every collected value is above zero."""
    logs = np.log(values)
    spread = max(innovation_sd(logs, weekdays), _LEAST_SPREAD)
    centre = float(np.nanmedian(logs))
    known = int(np.sum(~np.isnan(values)))
    return Scaled(
        scale="log",
        values=(logs - centre) / spread,
        extra=np.zeros(len(values)),
        centre=centre,
        spread=spread,
        movement=min(1.0, _LARGEST_MOVEMENT / spread),
        log_density=-known * math.log(spread) - float(np.nansum(logs)),
        largest=LARGEST_MULTIPLE * float(np.nanmax(values)),
    )


def first_signal(values: Floats, weekdays: NDArray[np.int64], own: float = 0.5) -> Floats:
    """A first guess at the logarithm of the rate behind counts, shape (days,).

    `own` is the share of the day's own count in it; the rest is the fortnight around it.
    """
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    kernel = np.ones(15)
    total = np.convolve(filled, kernel, mode="same")
    count = np.convolve(known.astype(float), kernel, mode="same")
    overall = float(np.sum(filled) / np.sum(known))
    # A pinch of the overall mean keeps a quiet fortnight from being impossible.
    local = (total + 1.0 * overall) / (count + 1.0)
    expected = np.where(known, local, 0.0)
    factors = np.ones(7)
    for day in range(7):
        chosen = weekdays == day
        factors[day] = (np.sum(filled[chosen]) + 3 * overall) / (
            np.sum(expected[chosen]) + 3 * overall
        )
    smooth = local * factors[weekdays]
    # Between the smooth rate and the count itself, as overdispersed counts have it.
    mixed = (1.0 - own) * smooth + own * filled + 0.05 * overall
    return np.asarray(np.log(np.where(known, mixed, smooth)))


def scaled_counts(
    values: Floats, signal: Floats, spread: float | None, weekdays: NDArray[np.int64]
) -> Scaled:
    """Counts, by the normal likelihood that touches theirs at a signal.

    Parameters
    ----------
    values
        Shape (days,), whole numbers; NaN is missing.
    signal
        Shape (days,): logarithm of the rate at which the two likelihoods touch.
    spread
        Unit of noise; by default it is estimated.
    weekdays
        Shape (days,), 0 is Monday.
    """
    from scipy.special import gammaln

    known = ~np.isnan(values)
    rate = np.exp(signal)
    pseudo = np.where(known, signal + (np.where(known, values, 0.0) - rate) / rate, np.nan)
    if spread is None:
        logs = np.log(values + 0.5)
        spread = max(innovation_sd(logs, weekdays), _LEAST_SPREAD)
    centre = float(np.median(signal))
    counted, at, rates = values[known], signal[known], rate[known]
    exact = counted * at - rates - gammaln(counted + 1.0)
    normal = -0.5 * (np.log(2 * math.pi) - at + (counted - rates) ** 2 / rates)
    return Scaled(
        scale="count",
        values=(pseudo - centre) / spread,
        extra=np.where(known, 1.0 / (rate * spread * spread), 0.0),
        centre=centre,
        spread=spread,
        movement=min(1.0, _LARGEST_MOVEMENT / spread),
        log_density=float(np.sum(exact - normal)) - int(np.sum(known)) * math.log(spread),
        largest=LARGEST_MULTIPLE * max(float(np.nanmax(values)), 1.0),
    )


def innovation_sd(values: Floats, weekdays: NDArray[np.int64]) -> float:
    """Robust standard deviation of what each day brings that the day before did not tell.

    Weekdays are taken off by their medians first. It falls back on the plain standard deviation
    where two days in five repeat the day before; 0 for a constant series.
    """
    plain = values.copy()
    for day in range(7):
        chosen = (weekdays == day) & ~np.isnan(values)
        if np.sum(chosen) >= 3:
            plain[chosen] -= np.median(values[chosen])
    steps = np.diff(plain)
    steps = steps[~np.isnan(steps)]
    if len(steps) < 3:
        return float(np.nanstd(plain))
    if np.mean(np.abs(steps) < 1e-12) > MOST_REPEATED:
        return float(np.std(steps)) / math.sqrt(2)
    return 1.4826 * float(np.median(np.abs(steps - np.median(steps)))) / math.sqrt(2)
