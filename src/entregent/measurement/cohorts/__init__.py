"""People first met in a campaign beside those met otherwise, at equal age: a description only.

`retention` compares who is still there, `compare_repeat_purchase` how often they buy again;
`compare_cohorts` and `repeat_purchases` read both from the rows of a file.
"""

from entregent.measurement.cohorts.bgnbd import Fit, Parameters, simulate
from entregent.measurement.cohorts.buyers import Buyers, buyers_from_orders, buyers_from_summaries
from entregent.measurement.cohorts.hazards import HazardRatio, hazard_ratio, period_counts
from entregent.measurement.cohorts.reading import Columns, compare_cohorts, repeat_purchases
from entregent.measurement.cohorts.repeats import (
    RepeatComparison,
    RepeatPurchase,
    compare_repeat_purchase,
    repeat_purchase,
)
from entregent.measurement.cohorts.retention import (
    AtAge,
    Compared,
    NetRetained,
    Retention,
    retention,
)
from entregent.measurement.cohorts.survival import Curve, Follow, curve, follow, log_rank

__all__ = [
    "AtAge",
    "Buyers",
    "Columns",
    "Compared",
    "Curve",
    "Fit",
    "Follow",
    "HazardRatio",
    "NetRetained",
    "Parameters",
    "RepeatComparison",
    "RepeatPurchase",
    "Retention",
    "buyers_from_orders",
    "buyers_from_summaries",
    "compare_cohorts",
    "compare_repeat_purchase",
    "curve",
    "follow",
    "hazard_ratio",
    "log_rank",
    "period_counts",
    "repeat_purchase",
    "repeat_purchases",
    "retention",
    "simulate",
]
