"""Starts at different times.

Oracle: csdid 0.4.3 (`ATTgt(...).fit(est_method="reg", base_period="varying")`), on the rounded
panel drawn below with numpy's default generator, seed 11; values copied to five decimals.
"""

import json

import numpy as np
import pytest

from entregent.measurement.panel import StaggeredPanel, group_time_effects
from entregent.measurement.results import CannotMeasure

CSDID = {
    "not_yet": {
        "group_time": {(3, 2): (0.25067, 0.40612), (3, 3): (0.984, 0.44739),
                       (3, 8): (3.54533, 0.53606), (5, 2): (-0.22578, 0.37213),
                       (5, 3): (0.584, 0.47673)},
        "event": [-0.288, -0.272, -0.30622, 0.46467, 0.08344, 0.99133, 1.33185, 1.57683, 2.26383,
                  2.65667, 3.54533],
        "overall": 1.641308641975309,
    },
    "never": {
        "group_time": {(3, 2): (-0.00933, 0.56823), (3, 3): (1.192, 0.53331),
                       (3, 8): (3.54533, 0.53606), (5, 2): (-0.36667, 0.54134),
                       (5, 3): (0.59733, 0.53954)},
        "event": [-0.41333, 0.02667, -0.251, 0.47133, -0.02578, 1.11822, 1.40444, 1.636, 2.18033,
                  2.65667, 3.54533],
        "overall": 1.6735185185185184,
    },
}  # fmt: skip


def drawn(rng, sizes=(15, 15, 15, 15), starts=(2, 4, 6, -1), length=8, effect=None):
    first = np.repeat(starts, sizes)
    time = np.arange(length)
    outcomes = rng.normal(size=(first.size, 1)) + np.cumsum(rng.normal(size=length))
    outcomes = outcomes + rng.normal(size=(first.size, length))
    if effect is None:
        since = time - first[:, None]
        effect = np.where((first[:, None] >= 0) & (since >= 0), 1 + 0.5 * since, 0)
    names = tuple(f"unité {i:03}" for i in range(first.size))
    return StaggeredPanel(names, tuple(range(1, length + 1)), np.round(outcomes + effect, 2), first)


@pytest.mark.parametrize("controls", ["not_yet", "never"])
def test_it_agrees_with_another_package(controls):
    found = group_time_effects(drawn(np.random.default_rng(11)), controls=controls)
    cells = {(each.start, each.period): each for each in found.group_times}
    for key, (estimate, error) in CSDID[controls]["group_time"].items():
        assert cells[key].estimate == pytest.approx(estimate, abs=6e-6)
        assert cells[key].error == pytest.approx(error, abs=6e-6)
    assert [each.effect.estimate for each in found.event_times] == pytest.approx(
        CSDID[controls]["event"], abs=6e-6
    )
    assert found.overall.estimate == pytest.approx(CSDID[controls]["overall"], abs=1e-9)


def two_way_fixed_effects(panel):
    """Coefficient of the treatment in a regression with effects of units and of periods."""
    time = np.arange(len(panel.periods))
    treated = ((panel.starts[:, None] >= 0) & (time >= panel.starts[:, None])).astype(float)

    def within(values):
        return values - values.mean(axis=0) - values.mean(axis=1, keepdims=True) + values.mean()

    return float((within(treated) * within(panel.outcomes)).sum() / (within(treated) ** 2).sum())


def test_one_regression_for_all_is_wrong_where_effects_grow_and_this_is_not():
    sizes, starts, length = (40, 40, 4), (1, 5, -1), 9
    first = np.repeat(starts, sizes)
    since = np.arange(length) - first[:, None]
    effect = np.where((first[:, None] >= 0) & (since >= 0), 1.0 * (1 + since), 0)
    truth = np.mean([(1 + np.arange(length - start)).mean() for start in starts[:2]])
    ours, theirs = [], []
    for seed in range(12):
        panel = drawn(np.random.default_rng(seed), sizes, starts, length, effect)
        ours.append(group_time_effects(panel, draws=49).overall.estimate)
        theirs.append(two_way_fixed_effects(panel))
    assert abs(np.mean(ours) - truth) < 0.3
    assert np.mean(theirs) < truth - 2


def test_bands_hold_all_event_times_together():
    whole = 0
    for seed in range(60):
        panel = drawn(np.random.default_rng(seed), (25, 25, 25, 25))
        found = group_time_effects(panel, level=0.9, draws=399, seed=seed)
        truth = [
            0.0 if each.periods_since < 0 else 1 + 0.5 * each.periods_since
            for each in found.event_times
        ]
        whole += all(
            not each.effect.excludes(true)
            for each, true in zip(found.event_times, truth, strict=True)
        )
    assert whole >= 47  # 54 expected, less three Monte-Carlo errors


def test_the_same_seed_gives_the_same_bands_and_a_generator_is_taken():
    panel = drawn(np.random.default_rng(3))
    one, two = group_time_effects(panel, seed=5), group_time_effects(panel, seed=5)
    assert one == two
    assert one.origin.seed == 5
    drawn_by = group_time_effects(panel, seed=np.random.default_rng(5))
    assert drawn_by.event_times == one.event_times


def test_something_that_moved_before_the_start_fails_the_check():
    panel = drawn(np.random.default_rng(3))
    panel.outcomes[15:30, 3] += 8.0
    checks = {check.name: check for check in group_time_effects(panel).origin.checks}
    assert checks["before_the_start"].outcome == "failed"
    assert checks["small_groups"].outcome == "passed"


def test_few_units_in_a_group_are_said():
    panel = drawn(np.random.default_rng(3), (3, 15, 15, 15))
    checks = {check.name: check for check in group_time_effects(panel).origin.checks}
    assert checks["small_groups"].outcome == "failed"
    assert checks["small_groups"].numbers["smallest"] == 3


def test_it_refuses_single_units():
    panel = drawn(np.random.default_rng(3), (1, 1, 1, 15))
    with pytest.raises(CannotMeasure) as refused:
        group_time_effects(panel)
    assert refused.value.code == "no_group"


def test_it_reads_long_rows():
    panel = drawn(np.random.default_rng(3), (4, 4, 4, 4))
    columns = [
        (name, when, float(panel.outcomes[i, t]))
        for i, name in enumerate(panel.units)
        for t, when in enumerate(panel.periods)
    ]
    units, periods, values = zip(*columns, strict=True)
    starts = {
        name: panel.periods[first]
        for name, first in zip(panel.units, panel.starts, strict=True)
        if first >= 0
    }
    read = StaggeredPanel.from_rows(units, periods, values, starts=starts)
    assert group_time_effects(read) == group_time_effects(panel)
    with pytest.raises(CannotMeasure, match="unité 999"):
        StaggeredPanel.from_rows(units, periods, values, starts={"unité 999": 3})


def test_table_sentence_and_chart_come_from_the_same_numbers():
    found = group_time_effects(drawn(np.random.default_rng(11)))
    told = found.to_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert [row["periods_since"] for row in found.table()] == list(range(-5, 6))
    assert found.sentence("fr").startswith("Écart moyen depuis chaque début\N{NO-BREAK SPACE}: 1,6")
    assert found.chart().to_dict()["layer"][1]["data"]["values"] == found.table()
