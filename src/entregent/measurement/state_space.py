"""The linear-Gaussian state space of a daily series, and its filter.

The value of day ``t``, on the scale it is modelled on, is ::

    z[t] = x[t]' b + level[t] + ar[t] + noise[t]
    level[t + 1] = level[t] + slope[t] + N(0, sd_level²)
    slope[t + 1] = slope[t] + N(0, sd_slope²)
    ar[t + 1] = rho ar[t] + N(0, sd_ar²)
    noise[t] ~ N(0, sd_noise² + extra[t])

``level`` and ``slope`` begin at zero: where they stand at first is a column of ``x`` each, as are
the weekdays, holidays and controls. The coefficients ``b`` are normal beforehand, and are
integrated out: the filter runs over the columns of ``x`` beside ``z`` with the same gains (the
augmented filter of de Jong, 1991, "The diffuse Kalman filter", Annals of Statistics 19), so that
its cost is linear in days and does not grow with the cube of the columns.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from entregent.measurement.compiled import compiled

Floats = NDArray[np.float64]

LOG_2_PI: Final = math.log(2 * math.pi)
NOISE, AR, RHO, LEVEL, SLOPE = range(5)
"""Positions of the parameters in a row of `variances_of`."""


@compiled
def filter_columns(
    rows: Floats, extra: Floats, variances: Floats, cross: Floats, means: Floats, covariance: Floats
) -> tuple[float, int]:
    """Run the filter over the series and the columns of its design.

    Parameters
    ----------
    rows
        Shape (days, columns): the series first (NaN is missing), then the design.
    extra
        Shape (days,): known variance of each day's noise, beside that of the model.
    variances
        Shape (5,): variance of noise, variance of the autoregression's innovations, ``rho``,
        variances of level and slope.
    cross, means, covariance
        Filled: sums of products of scaled innovations, shape (columns, columns), lower triangle;
        predicted states one day after the last, shape (3, columns): level, slope,
        autoregression; their covariance, shape (3, 3).

    Returns
    -------
    tuple
        Sum of the logarithms of the innovations' variances, and how many days were observed.
    """
    days, columns = rows.shape
    noise, innovation, rho = variances[0], variances[1], variances[2]
    v_level, v_slope = variances[3], variances[4]
    for i in range(columns):
        for j in range(columns):
            cross[i, j] = 0.0
        for k in range(3):
            means[k, i] = 0.0
    p00, p01, p02, p11, p12 = 0.0, 0.0, 0.0, 0.0, 0.0
    p22 = innovation / (1.0 - rho * rho)
    log_f, observed = 0.0, 0
    scaled = np.empty(columns)
    for t in range(days):
        if not math.isnan(rows[t, 0]):
            m0, m1, m2 = p00 + p02, p01 + p12, p02 + p22
            f = m0 + m2 + noise + extra[t]
            k0, k1, k2 = m0 / f, m1 / f, m2 / f
            root = 1.0 / math.sqrt(f)
            log_f += math.log(f)
            observed += 1
            for i in range(columns):
                v = rows[t, i] - means[0, i] - means[2, i]
                means[0, i] += k0 * v
                means[1, i] += k1 * v
                means[2, i] += k2 * v
                scaled[i] = v * root
            for i in range(columns):
                at = scaled[i]
                for j in range(i + 1):
                    cross[i, j] += at * scaled[j]
            p00 -= k0 * m0
            p01 -= k0 * m1
            p02 -= k0 * m2
            p11 -= k1 * m1
            p12 -= k1 * m2
            p22 -= k2 * m2
        for i in range(columns):
            means[0, i] += means[1, i]
            means[2, i] *= rho
        p00 += 2.0 * p01 + p11 + v_level
        p02 = rho * (p02 + p12)
        p01 += p11
        p12 *= rho
        p11 += v_slope
        p22 = rho * rho * p22 + innovation
    covariance[0, 0], covariance[1, 1], covariance[2, 2] = p00, p11, p22
    covariance[0, 1] = covariance[1, 0] = p01
    covariance[0, 2] = covariance[2, 0] = p02
    covariance[1, 2] = covariance[2, 1] = p12
    return log_f, observed


@compiled
def cholesky(matrix: Floats, size: int) -> bool:
    """Replace a lower triangle by its Cholesky factor; False if it fails."""
    for j in range(size):
        total = matrix[j, j]
        for k in range(j):
            total -= matrix[j, k] * matrix[j, k]
        if not total > 0.0:
            return False
        root = math.sqrt(total)
        matrix[j, j] = root
        for i in range(j + 1, size):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = total / root
    return True


@compiled
def marginal(cross: Floats, precision: Floats, log_f: float, observed: int) -> float:
    """Logarithm of the evidence, the coefficients integrated out; replaces `cross` by a factor.

    Parameters
    ----------
    cross
        As `filter_columns` fills it; on return its lower right part holds the Cholesky factor of
        the posterior precision of the coefficients, and its first column below the first row the
        solution of that factor with the products of series and design.
    precision
        Shape (columns - 1,): prior precision of each coefficient, positive.
    log_f, observed
        As `filter_columns` returns them.
    """
    size = cross.shape[0] - 1
    log_prior = 0.0
    factor = np.empty((size, size))
    for i in range(size):
        log_prior += math.log(precision[i])
        for j in range(i + 1):
            factor[i, j] = cross[i + 1, j + 1]
        factor[i, i] += precision[i]
    if not cholesky(factor, size):
        return -math.inf
    log_factor, explained = 0.0, 0.0
    for i in range(size):
        total = cross[i + 1, 0]
        for j in range(i):
            total -= factor[i, j] * cross[j + 1, 0]
        cross[i + 1, 0] = total / factor[i, i]
        explained += cross[i + 1, 0] * cross[i + 1, 0]
        log_factor += math.log(factor[i, i])
        for j in range(i + 1):
            cross[i + 1, j + 1] = factor[i, j]
    left = cross[0, 0] - explained
    found: float = -0.5 * (observed * LOG_2_PI + log_f + left + 2.0 * log_factor - log_prior)
    return found


@compiled
def smooth_noise(rows: Floats, extra: Floats, variances: Floats, coefficients: Floats) -> Floats:
    """The smoothed part of each day's value that its known extra variance explains.

    The filter and the backward pass of the disturbance smoother (Durbin and Koopman, 2012, *Time
    series analysis by state space methods*, section 4.5), with the coefficients held fixed.

    Returns
    -------
    array
        Shape (days,): what to take off the series to have the signal; 0 where it is missing.
    """
    days, columns = rows.shape
    noise, innovation, rho = variances[0], variances[1], variances[2]
    a0, a1, a2 = 0.0, 0.0, 0.0
    p00, p01, p02, p11, p12 = 0.0, 0.0, 0.0, 0.0, 0.0
    p22 = innovation / (1.0 - rho * rho)
    gains = np.zeros((days, 3))
    ratio = np.zeros(days)
    inverse = np.zeros(days)
    for t in range(days):
        if not math.isnan(rows[t, 0]):
            v = rows[t, 0] - a0 - a2
            for i in range(1, columns):
                v -= rows[t, i] * coefficients[i - 1]
            m0, m1, m2 = p00 + p02, p01 + p12, p02 + p22
            f = m0 + m2 + noise + extra[t]
            k0, k1, k2 = m0 / f, m1 / f, m2 / f
            gains[t, 0], gains[t, 1], gains[t, 2] = k0, k1, k2
            ratio[t], inverse[t] = v / f, 1.0 / f
            a0, a1, a2 = a0 + k0 * v, a1 + k1 * v, a2 + k2 * v
            p00 -= k0 * m0
            p01 -= k0 * m1
            p02 -= k0 * m2
            p11 -= k1 * m1
            p12 -= k1 * m2
            p22 -= k2 * m2
        a0, a2 = a0 + a1, rho * a2
        p00 += 2.0 * p01 + p11 + variances[3]
        p02 = rho * (p02 + p12)
        p01 += p11
        p12 *= rho
        p11 += variances[4]
        p22 = rho * rho * p22 + innovation
    found = np.zeros(days)
    r0, r1, r2 = 0.0, 0.0, 0.0
    for t in range(days - 1, -1, -1):
        # Back over the transition first: level and slope add up, the autoregression shrinks.
        r1, r2 = r0 + r1, rho * r2
        if inverse[t] > 0.0:
            back = gains[t, 0] * r0 + gains[t, 1] * r1 + gains[t, 2] * r2
            error = ratio[t] - back
            found[t] = extra[t] * error
            r0, r2 = r0 + error, r2 + error
    return found
