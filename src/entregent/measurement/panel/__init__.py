"""Many units: treated ones against a counterfactual weighed from those left alone."""

from entregent.measurement.panel.data import Panel
from entregent.measurement.panel.effect import panel_effect
from entregent.measurement.panel.estimators import METHODS, Method
from entregent.measurement.panel.markets import Design, MarketPlan, design_markets
from entregent.measurement.panel.predictors import Predictor, predictor_effect
from entregent.measurement.panel.result import PanelResult, PeriodEffect, PredictorRow
from entregent.measurement.panel.staggered import (
    EventTime,
    GroupTime,
    StaggeredPanel,
    StaggeredResult,
    group_time_effects,
)

__all__ = [
    "METHODS",
    "Design",
    "EventTime",
    "GroupTime",
    "MarketPlan",
    "Method",
    "Panel",
    "PanelResult",
    "PeriodEffect",
    "Predictor",
    "PredictorRow",
    "StaggeredPanel",
    "StaggeredResult",
    "design_markets",
    "group_time_effects",
    "panel_effect",
    "predictor_effect",
]
