"""A local level with the priors of the R package CausalImpact, for comparison with its answers.

Its defaults (Brodersen and others, 2015, *Annals of Applied Statistics* 9; package 1.4.1): a level
whose steps have a standard deviation of about 0.01 of the series', observed with noise, and
controls chosen by spike and slab. No trend, no weekday, no autocorrelation: its intervals are too
narrow for most series, which the benchmarks show. It is not used for verdicts by default.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.counterfactual import PATHS
from entregent.measurement.fitting import LOCAL_LEVEL, Fitted, fit_model
from entregent.measurement.paths import draw_paths
from entregent.measurement.results import CannotMeasure

Floats = NDArray[np.float64]

LEVEL_GUESS: Final = 0.01
LEVEL_WEIGHT: Final = 32.0
EXPECTED_R2: Final = 0.8
NOISE_WEIGHT: Final = 50.0
EXPECTED_SIZE: Final = 3.0
INFORMATION: Final = 0.01
DIAGONAL: Final = 0.5
MOST_CONTROLS: Final = 8


def local_level(
    values: Floats,
    start: int,
    controls: Sequence[Floats],
    generator: np.random.Generator,
    *,
    paths: int = PATHS,
) -> Floats:
    """Draw the counterfactual path of CausalImpact's default model.

    Parameters
    ----------
    values
        Shape (days,); NaN is missing.
    start
        Index of the first day to be drawn.
    controls
        Each of shape (days,).
    generator
        Of every random step.
    paths
        How many are drawn.

    Returns
    -------
    array
        Shape (paths, days from the start on), on the scale of the series.

    Notes
    -----
    Every subset of the controls is fitted and weighted by its evidence and its prior, instead of
    being sampled: up to eight controls.
    """
    if len(controls) > MOST_CONTROLS:
        raise CannotMeasure(
            "too_many_controls",
            fr=f"Le modèle de CausalImpact prend ici {MOST_CONTROLS} témoins au plus. Gardez les "
            "plus utiles.",
            en=f"CausalImpact's model takes {MOST_CONTROLS} controls at most here. Keep the most "
            "useful ones.",
        )
    past = values[:start]
    known = ~np.isnan(past)
    if np.sum(known) < 3 or np.nanstd(past) == 0.0:
        raise CannotMeasure(
            "past_too_short",
            fr="Il faut au moins trois jours différents avant le début.",
            en="At least three different days are needed before the start.",
        )
    centre, spread = float(np.mean(past[known])), float(np.std(past[known], ddof=1))
    series = (past - centre) / spread
    columns = [
        (control - np.mean(control[:start])) / (np.std(control[:start], ddof=1) or 1.0)
        for control in controls
    ]
    scales = np.array(
        [
            math.sqrt(1 - EXPECTED_R2) if controls else 1.0,
            NOISE_WEIGHT,
            LEVEL_GUESS,
            LEVEL_WEIGHT,
            1.0,
        ]
    )
    if not controls:
        # Without a regression the package guesses the noise by the series itself, weakly.
        scales[1] = 0.01
    # The package counts the intercept among the predictors.
    inclusion = min(EXPECTED_SIZE / (len(controls) + 1), 1.0)
    fits: list[tuple[Fitted, Floats, float]] = []
    for chosen in itertools.product([False, True], repeat=len(controls)):
        held = [column for column, is_in in zip(columns, chosen, strict=True) if is_in]
        chance = math.prod(inclusion if is_in else 1 - inclusion for is_in in chosen)
        if chance == 0.0:
            continue
        design, precision = _rotated(held, len(values), start)
        rows = np.ascontiguousarray(np.column_stack([series, design[:start]]))
        fitted = fit_model(LOCAL_LEVEL, rows, np.zeros(start), precision, scales, generator)
        fits.append((fitted, design, math.log(chance) + fitted.log_evidence))
    told = np.array([weight for _, _, weight in fits])
    weights = np.exp(told - np.max(told))
    weights /= np.sum(weights)
    shares = generator.multinomial(paths // 2, weights)
    found = []
    for (fitted, design, _), share in zip(fits, shares, strict=True):
        if share:
            size = design.shape[1]
            rows = np.ascontiguousarray(np.column_stack([series, design[:start]]))
            precision = np.ones(size)
            found.append(
                draw_paths(
                    [fitted],
                    np.ones(1),
                    rows,
                    np.zeros(start),
                    precision,
                    design[start:],
                    2 * int(share),
                    generator,
                )
            )
    return np.asarray(centre + spread * np.concatenate(found))


def _rotated(held: list[Floats], days: int, start: int) -> tuple[Floats, Floats]:
    """Level and controls, rotated so that the slab's prior has unit precision in each column.

    The slab is Zellner's, half of it on the diagonal, worth 0.01 of an observation.
    """
    columns = [np.ones(days)]
    if held:
        matrix = np.column_stack(held)
        squares = matrix[:start].T @ matrix[:start] / start
        slab = INFORMATION * ((1 - DIAGONAL) * squares + DIAGONAL * np.diag(np.diag(squares)))
        root = np.linalg.cholesky(slab)
        # With b = root^-T c, c of unit precision, b has the precision of the slab.
        columns.append(np.linalg.solve(root, matrix.T).T)
    design = np.column_stack(columns)
    return design, np.ones(design.shape[1])
