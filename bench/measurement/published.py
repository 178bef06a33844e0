"""Numbers that others have published, reproduced where the data are at hand."""

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from tests.measurement.panel import basque
from tests.measurement.panel.prop99 import FIRST_TREATED_YEAR, long_rows

from entregent.measurement.cohorts import buyers_from_summaries, repeat_purchase
from entregent.measurement.effects import effect
from entregent.measurement.panel import Panel, Predictor, panel_effect, predictor_effect
from entregent.measurement.series import DailySeries

SHARED: Final = Path(__file__).parents[3] / "shared" / "data"


def section() -> str:
    """The table of the page."""
    lines = [
        "## Published numbers",
        "",
        "| case | published | here | tolerance | source |",
        "|---|---|---|---|---|",
    ]
    for row in (_comparison, _arma, _cdnow, _panel, _basque):
        lines += row()
    return "\n".join(lines)


def _comparison() -> list[str]:
    rows = _table("causal_series/comparison_data.csv")
    if rows is None:
        return []
    days = [date.fromisoformat(row["DATE"]) for row in rows]
    names = [name for name in rows[0] if name != "DATE"]
    series = [DailySeries.of(days, [float(row[name]) for row in rows], name) for name in names]
    first = date(2019, 7, 15)
    told = effect(series[0], first, controls=series[1:], prior="causalimpact", seed=1)
    ours = effect(series[0], first, controls=series[1:], seed=1).mean
    mean = told.mean
    here = (
        f"{mean.estimate:.0f} (sd {mean.width / 3.92:.0f}), [{mean.low:.0f}, {mean.high:.0f}], "
        f"one-sided p {told.p_two_sided / 2:.3f}"
    )
    published = "−657 (sd 736), [−2076, 832], one-sided p .2006; by HMC −708.5 (727.5)"
    default = f"{ours.estimate:.0f}, [{ours.low:.0f}, {ours.high:.0f}]"
    return [
        _row("CausalImpact, `comparison_data`, its prior", published, here, "0.1 sd", _README),
        _row("the same by our default", "—", default, "—", "—"),
    ]


def _arma() -> list[str]:
    rows = _table("causal_series/arma_data.csv")
    if rows is None:
        return []
    values = np.array([float(row["y"]) for row in rows])
    values[70:] += 5
    first = date(2020, 1, 1)
    series = DailySeries(first, values)
    control = DailySeries(first, np.array([float(row["X"]) for row in rows]), "X")
    start = first + timedelta(days=70)
    told = effect(series, start, controls=[control], prior="causalimpact", seed=1)
    mean = told.mean
    here = (
        f"{mean.estimate:.2f} (sd {mean.width / 3.92:.2f}), [{mean.low:.2f}, {mean.high:.2f}], "
        f"cumulative {told.total.estimate:.1f}"
    )
    published = "4.89 (sd 0.31), [4.26, 5.47], cumulative 146.6"
    name = "CausalImpact, `arma_data`, +5 after row 70, its prior"
    return [_row(name, published, here, "0.1 sd; bounds 0.1", _README)]


def _cdnow() -> list[str]:
    rows = _table("orders_cdnow/cdnow_customers_summary.csv")
    if rows is None:
        return []
    buyers = buyers_from_summaries(
        [float(row["frequency"]) for row in rows],
        [float(row["recency"]) for row in rows],
        [float(row["T"]) for row in rows],
    )
    found = repeat_purchase(buyers).model.parameters
    here = f"r {found.r:.4f}, alpha {found.alpha:.4f}, a {found.a:.4f}, b {found.b:.4f}"
    published = "r .2426, alpha 4.4135, a .7929, b 2.4258"
    return [_row("CDNOW, BG/NBD", published, here, "0.0005", "Fader, Hardie and Lee (2005)")]


def _panel() -> list[str]:
    found = []
    for method, published in (("sdid", -15.603829), ("did", -27.349111), ("sc", -19.619665)):
        told = [
            panel_effect(
                Panel.from_rows(*long_rows(), treated=["California"], start=FIRST_TREATED_YEAR),
                method=method,
                solver=solver,
                per_period=False,
            )
            for solver in ("frank_wolfe", "exact")
        ]
        bounds = told[0].effect
        here = (
            f"{bounds.estimate:.6f}; at the true minimum {told[1].effect.estimate:.6f}; "
            f"[{bounds.low:.1f}, {bounds.high:.1f}], p {told[0].p:.3f}"
        )
        name = f"Proposition 99, {method}"
        found.append(_row(name, f"{published:.6f}", here, "0.000001", "synthdid, by mlsynth"))
    return found


def _basque() -> list[str]:
    start = basque.FIRST_TREATED_YEAR
    found = predictor_effect(
        Panel.from_rows(*basque.long_rows("gdpcap"), treated=[basque.BASQUE], start=start),
        [
            Predictor.from_rows(name, *basque.long_rows(name), start=start, span=span)
            for name, span in basque.PREDICTORS.items()
        ],
        fit=basque.FIT_YEARS,
        level=0.9,
        per_period=False,
    )
    checks = {check.name: check.numbers for check in found.origin.checks}
    other, bounds = checks["other_importances"], found.effect
    here = (
        f"Catalonia {found.weights['Catalonia']:.4f}, Madrid {found.weights['Madrid']:.4f}, "
        f"effect {bounds.estimate:.5f}, MSPE {checks['pre_fit']['rmse'] ** 2:.6f}; 90 percent "
        f"[{bounds.low:.2f}, {bounds.high:.2f}], p {found.p:.3f}; {other['fit_better']:.0f} of "
        f"{other['starts']:.0f} other starts fit better, effect down to {other['low']:.2f}"
    )
    published = "Catalonia .8508, Madrid .1492, effect -0.69956, MSPE .008865"
    tolerance = "weights 0.01, effect 0.005, MSPE 2 percent"
    return [_row("Basque Country, sc on predictors", published, here, tolerance, "pysyncon 1.7.0")]


_README: Final = "tfcausalimpact README"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _table(name: str) -> list[dict[str, str]] | None:
    path = SHARED / name
    if not path.exists():
        return None
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
