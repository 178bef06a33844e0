"""How much each predictor counts in a synthetic control: a search around the inner weights.

Inner problem: given importances, the weights of the controls on the simplex whose predictors come
nearest to those of the treated unit. Outer problem: the importances whose weights foretell the
outcome best over the fit periods. Sources:

- Abadie & Gardeazabal, "The economic costs of conflict: a case study of the Basque Country",
  American Economic Review 93 (2003), appendix B; Abadie, Diamond & Hainmueller, "Synth: an R
  package for synthetic control methods in comparative case studies", Journal of Statistical
  Software 42 (2011): both problems, and the two starts.
- Kuosmanen, Zhou, Eskelinen & Malo, "Design flaw of the synthetic control method", MPRA paper
  106390 (2021): the outer problem has many local minima, and the lowest often leaves one predictor
  alone. So what other starts find is kept, for all to see.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize

from entregent.measurement.panel.estimators import steady
from entregent.measurement.panel.simplex import Floats, simplex_minimum

LEAST_IMPORTANCE: Final = 1e-6
"""Of a predictor at the start of a search: none begins at nothing, where it would have to stay."""
FIRST_STEP: Final = 1.0
"""Of a search, in logarithms of an importance."""
SAME_ERROR: Final = 1e-7
"""A search ends where errors differ by less, as a share of the outcome's variance. The importances
themselves may still drift: many give the same weights."""
_EVALUATIONS: Final = 3_000


@dataclass(frozen=True, slots=True)
class Weighed:
    """One end of the search.

    Attributes
    ----------
    importances
        Of the predictors, shape (predictors,); they sum to one.
    weights
        Of the controls, shape (control units,); not negative, they sum to one.
    error
        Mean squared misfit of the outcome over the fit periods, squared units of the outcome.
    """

    importances: Floats
    weights: Floats
    error: float


class ImportanceSearch:
    """The two problems for one treated unit.

    Parameters
    ----------
    controls, treated
        Predictors, shapes (control units, predictors) and (predictors,), in any units; each is
        divided by its standard deviation over the units.
    past, goal
        Outcomes of the controls and of the treated unit over the fit periods, shapes (control
        units, fit periods) and (fit periods,).
    """

    def __init__(self, controls: Floats, treated: Floats, past: Floats, goal: Floats) -> None:
        every = np.vstack([controls, treated])
        spread = every.std(axis=0, ddof=1)
        self._scaled = every / np.where(spread > 0, spread, 1.0)
        self._apart = self._scaled[:-1] - self._scaled[-1]
        self._past, self._goal = past, goal
        self._last: Floats | None = None

    def weights(self, importances: Floats) -> Floats:
        """Inner problem: weights of the controls, shape (control units,)."""
        gram = steady((self._apart * importances) @ self._apart.T, 0.0)
        self._last = simplex_minimum(gram, np.zeros(gram.shape[0]), start=self._last)
        return self._last

    def best(self) -> Weighed:
        """The better end of the two usual starts: equal importances, and those of a regression."""
        ends = [self.ending(start) for start in (self._equal(), self._regression())]
        return min(ends, key=lambda each: each.error)

    def ending(self, start: Floats) -> Weighed:
        """The local minimum that Nelder and Mead's search comes to from some importances.

        Parameters
        ----------
        start
            Shape (predictors,); not negative, not all zero. The search runs over logarithms, so
            that importances stay positive.
        """
        self._last = None
        first = np.log(np.maximum(start / start.sum(), LEAST_IMPORTANCE))
        corners = np.vstack([first, first + FIRST_STEP * np.eye(first.size)])
        found = minimize(
            lambda each: self._error(self.weights(_shares(each))),
            first,
            method="Nelder-Mead",
            options={
                "initial_simplex": corners,
                "adaptive": True,
                "maxfev": _EVALUATIONS,
                "maxiter": _EVALUATIONS,
                "xatol": np.inf,
                "fatol": SAME_ERROR * max(float(self._goal.var()), 1e-300),
            },
        )
        importances = _shares(found.x)
        weights = self.weights(importances)
        return Weighed(importances, weights, self._error(weights))

    def _error(self, weights: Floats) -> float:
        misfit = self._goal - weights @ self._past
        return float(misfit @ misfit) / misfit.size

    def _equal(self) -> Floats:
        return np.ones(self._apart.shape[1])

    def _regression(self) -> Floats:
        """Squared coefficients of the predictors in a regression of each period's outcomes."""
        beside = np.column_stack([np.ones(self._scaled.shape[0]), self._scaled])
        outcomes = np.vstack([self._past, self._goal])
        slopes = np.linalg.lstsq(beside, outcomes, rcond=None)[0][1:]
        squares: Floats = (slopes**2).sum(axis=1)
        return squares if squares.sum() > 0 else self._equal()


def _shares(logarithms: Floats) -> Floats:
    raised = np.exp(logarithms - logarithms.max())
    shares: Floats = raised / raised.sum()
    return shares
