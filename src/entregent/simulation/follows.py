"""Follows and their reversal, around the planted rates; and the totals that networks tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from entregent.simulation import cast
from entregent.simulation.making import activity, generator_of, instant
from entregent.simulation.population import Population
from entregent.simulation.rates import (
    CONTEST_LEAVE,
    FOLLOWS,
    USUAL_LEAVE,
    Spans,
    follow_rates,
)
from entregent.simulation.seasons import Calendar
from entregent.vocabulary import Activity, Object, Point, relation_id

if TYPE_CHECKING:
    import numpy as np

_TOTALS = {
    "instagram": 4_210,
    "facebook": 9_870,
    "x": 1_930,
    "bluesky": 140,
    "youtube": 620,
    "mastodon": 85,
}
"""Followers before the first day, in a world of the usual size."""
_LONGEST_STAY = 90


@dataclass(frozen=True)
class Flow:
    """Follows on one network: when, by whom, and when they left (0 for those who stay)."""

    network: str
    at: "np.ndarray"
    person: "np.ndarray"
    left: "np.ndarray"


def flows(calendar: Calendar, spans: Spans, people: Population) -> list[Flow]:
    """The follows of a world, network by network, in order of time."""
    import numpy as np

    found = []
    for network, rates in follow_rates(calendar, spans).items():
        chance = generator_of(calendar.settings.seed, f"follows:{network}")
        wanted = np.array(rates)
        # A little more spread than pure chance: days differ in ways that nobody noted.
        counts = chance.poisson(wanted * chance.gamma(40, 1 / 40, len(wanted)))
        days = np.repeat(np.arange(len(counts)), counts)
        midnights = np.array([calendar.second(day, 0) for day in range(calendar.days)])
        hours = chance.triangular(6, 20, 24, len(days)) * 3600
        at = np.sort(midnights[days] + hours.astype(np.int64))
        days = np.searchsorted(midnights, at, side="right") - 1
        leave = np.full(len(at), USUAL_LEAVE)
        if network == "instagram" and spans.contest:
            first, last = calendar.index(spans.contest.first), calendar.index(spans.contest.last)
            during = (days >= first) & (days <= last)
            # Who came by the contest cannot be told from who would have come anyway.
            leave[during] = CONTEST_LEAVE
        leaves = chance.random(len(at)) < leave
        stay = chance.integers(2 * 86_400, _LONGEST_STAY * 86_400, len(at))
        left = np.where(leaves, at + stay, 0)
        kept = at < calendar.end
        # Each person follows an account once; those after the last one are passers-by.
        order = chance.permutation(people.size)
        number = np.arange(len(at))
        person = order[number % people.size] + number // people.size * people.size
        left = np.where(left < calendar.end, left, 0)
        found.append(Flow(network, at[kept], person[kept], left[kept]))
    return found


def follows(calendar: Calendar, flow_list: list[Flow], people: Population) -> Iterator[Activity]:
    """Follows and unfollows, in order of time."""
    rows: list[tuple[int, int, str, int]] = []
    for flow in flow_list:
        for at, person, left in zip(
            flow.at.tolist(), flow.person.tolist(), flow.left.tolist(), strict=True
        ):
            rows.append((at, 0, flow.network, person))
            if left:
                rows.append((left, 1, flow.network, person))
    rows.sort()
    gaps = gaps_by_network(calendar)
    targets = {network: Object(id=cast.account_of_ours(network)) for network in FOLLOWS}
    for at, undone, network, person in rows:
        if any(start <= at < until for start, until in gaps.get(network, ())):
            continue
        actor = people.uri(network, person)
        ours = cast.account_of_ours(network)
        uri = relation_id("Follow", actor, ours)
        about = targets[network]
        if undone:
            about = Object(id=uri, type="Follow", actor=actor, object=ours)
        yield activity(
            f"{uri}#undo" if undone else uri,
            "Undo" if undone else "Follow",
            instant(at),
            cast.SLUGS[network],
            actor=actor,
            object=about,
            legal_basis="interaction",
        )


def gaps_by_network(calendar: Calendar) -> dict[str, tuple[tuple[int, int], ...]]:
    """Times that were not collected, as seconds since 1970, by network."""
    found = {}
    for channel in cast.channels(calendar):
        found[channel.network] = tuple(
            (
                int(gap.start.timestamp()),
                int(gap.until.timestamp()) if gap.until else calendar.end + 1,
            )
            for gap in channel.gaps
        )
    return found


def totals(calendar: Calendar, flow_list: list[Flow]) -> Iterator[Point]:
    """Followers of each of our accounts at each noon, where the network was asked."""
    import numpy as np

    gaps = gaps_by_network(calendar)
    for flow in flow_list:
        begin = round(_TOTALS[flow.network] * calendar.settings.scale)
        came = np.sort(flow.at)
        gone = np.sort(flow.left[flow.left > 0])
        for day in range(calendar.days):
            at = calendar.second(day, 12 * 3600)
            if at >= calendar.end:
                break
            if any(start <= at < until for start, until in gaps.get(flow.network, ())):
                continue
            count = begin + int(np.searchsorted(came, at)) - int(np.searchsorted(gone, at))
            yield Point(
                account=cast.account_of_ours(flow.network),
                metric="followers.totalItems",
                at=instant(at),
                value=float(count),
                unit="count",
                source=cast.SLUGS[flow.network],
                received_at=instant(at),
            )
