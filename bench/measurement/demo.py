"""The verdicts on the demonstration's seven campaigns, beside what was planted, seed by seed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from bench.measurement import cells
from bench.measurement.store import Store
from entregent.measurement.boosts import boost
from entregent.measurement.calendars import holiday_names
from entregent.measurement.results import CannotMeasure
from entregent.measurement.series import DailySeries
from entregent.simulation import Settings, World, simulate
from entregent.simulation.world import CampaignFacts

NOW: Final = datetime(2026, 11, 17, 15, 20, tzinfo=UTC)
SEEDS: Final = range(1, 41)
PLANTED: Final = {
    "boost_only": "boost only",
    "sustained": "sustained",
    "payback": "payback",
    "no_effect": "no boost shown",
    "self_selected": "(shown beside the self-selection warning)",
    "too_early": "cannot tell yet",
}
_ZONE: Final = ZoneInfo("America/Toronto")


def demo_cell(name: str, seed: int) -> dict[str, Any]:
    """The verdicts on one world of the usual size."""
    world = simulate(Settings(now=NOW, seed=seed))
    found = {}
    for campaign in world.campaigns:
        others = [
            (other.first_day, other.last_day)
            for other in world.campaigns
            if other.slug != campaign.slug
            and (other.metric, other.place) == (campaign.metric, campaign.place)
        ]
        series = _series(world, campaign)
        try:
            told = boost(
                series,
                (campaign.first_day, campaign.last_day),
                other_campaigns=others,
                holidays=holiday_names(series.first_day, series.last_day),
                seed=seed,
            )
            found[campaign.slug] = [campaign.truth.verdict, told.verdict, told.sentence("en")]
        except CannotMeasure as refused:
            found[campaign.slug] = [campaign.truth.verdict, "cannot be measured", refused.en]
    return {"key": f"{name}/{seed}", "seed": seed, "verdicts": found}


def rows() -> list[dict[str, Any]]:
    """What the store has."""
    return list(Store("demo", cells.fingerprint(with_verdicts=True)).rows())


def _series(world: World, campaign: CampaignFacts) -> DailySeries:
    counted = _counted(world, campaign)
    last = NOW.astimezone(_ZONE).date() - timedelta(days=1)
    first = min(counted)
    values = [
        float(counted.get(first + timedelta(days=n), 0)) for n in range((last - first).days + 1)
    ]
    series = DailySeries(first, np.array(values))
    if campaign.metric == "follows":
        network = next(c.network for c in world.channels if c.our_uri == campaign.place)
        for gap in next(c.gaps for c in world.channels if c.network == network):
            until = gap.until or NOW
            series = series.without(
                gap.start.astimezone(_ZONE).date(), until.astimezone(_ZONE).date()
            )
    return series


def _counted(world: World, campaign: CampaignFacts) -> Counter[date]:
    found: Counter[date] = Counter()
    if campaign.metric == "follows":
        told = (
            each.published
            for each in world.deeds("follows")
            if each.type == "Follow" and each.object.id == campaign.place
        )
    elif campaign.metric == "orders":
        told = (e.published for e in world.deeds("orders") if e.type == "schema:BuyAction")
    elif campaign.metric == "visits":
        told = (e.published for e in world.deeds("visits") if e.type == "View")
    else:
        told = (e.published for e in world.deeds("quay") if e.type == "View" and e.instrument)
    for at in told:
        found[at.astimezone(_ZONE).date()] += 1
    return found
