"""Series of a metric by day: real zeros where we listened, nothing where we did not."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.utils import timezone

from entregent.apps.listen.queries import Collection, Gap, collections, zone_of_days
from entregent.apps.listen.words import NETWORKS
from entregent.apps.measure.lines import DayGap, Series
from entregent.apps.measure.metrics import METRICS, Metric
from entregent.apps.measure.models import DayCount, RollUp
from entregent.apps.measure.words import METRICS as WORDS
from entregent.apps.organisation.queries import NotFound
from entregent.apps.remember.queries import our_accounts
from entregent.lake.days import start_of

GAP_SHARE = 0.25
"""Share of a day from which on a gap makes it a day that was not collected."""
MISSING_SHARE = 0.25
"""Share that networks usually bring from which on a day without them is not collected."""


@dataclass(frozen=True)
class Listening:
    """When each network was listened to; read once for several series."""

    collections: Mapping[str, tuple[Collection, ...]]
    accounts: Mapping[str, str]
    names: Mapping[str, str]
    counted: Mapping[str, RollUp]
    gap_days: Mapping[str, Mapping[date, str]]

    @classmethod
    def now(cls) -> "Listening":
        """As things stand."""
        by_network: dict[str, list[Collection]] = defaultdict(list)
        for collection in collections():
            by_network[collection.network].append(collection)
        ours, zone = our_accounts(), zone_of_days()
        return cls(
            collections={network: tuple(found) for network, found in by_network.items()},
            accounts={each.uri: each.network for each in ours},
            names={each.uri: each.name for each in ours},
            counted=RollUp.objects.in_bulk(),
            gap_days={
                each.slug: gap_days(each.gaps, zone)
                for found in by_network.values()
                for each in found
            },
        )

    def lost_on(self, networks: Iterable[str], day: date) -> dict[str, str] | None:
        """Networks that were not collected on a day, with the codes of the reasons.

        None if none of them was listened to yet. One that begins later than the others is not
        missed before: it is simply not part of what was listened to.
        """
        lost: dict[str, str] = {}
        has_begun = False
        for network in networks:
            begun = [
                each
                for each in self.collections.get(network, ())
                if each.first_day is not None and each.first_day <= day
            ]
            if begun:
                has_begun = True
                reason = self._reason(begun, day)
                if reason is not None:
                    lost[network] = reason
        return lost if has_begun else None

    def _reason(self, begun: list[Collection], day: date) -> str | None:
        going_on = [each for each in begun if each.last_day is None or day <= each.last_day]
        if not going_on:
            return ""
        for each in going_on:
            reason = self.gap_days.get(each.slug, {}).get(day)
            if reason is not None:
                return reason
        return None


def series_of(
    listening: Listening,
    metric: str,
    place: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
) -> Series:
    """The days of a metric at a place; from the first to the last counted one if left out."""
    known = METRICS.get(metric)
    if known is None:
        raise NotFound("There is no such metric.")
    counted = listening.counted.get(metric)
    until = counted.complete_until if counted is not None else None
    begins = counted.begins_on if counted is not None else None
    name, unit = WORDS[metric]
    weights = _weights(listening, known, place)
    first, last = first_day or begins, last_day or until
    days: list[date] = []
    values: list[float | None] = []
    partial: dict[date, tuple[str, ...]] = {}
    missing: list[tuple[date, str]] = []
    if first is not None and last is not None:
        told = dict(
            DayCount.objects.filter(
                metric=metric, place=place, day__range=(first, last)
            ).values_list("day", "value")
        )
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        for day in days:
            if until is None or day > until or begins is None:
                values.append(None)
                continue
            lost = listening.lost_on(weights, day) if weights else {}
            is_before = lost is None or (not weights and day < begins)
            if is_before or _share(lost or {}, weights) >= MISSING_SHARE:
                values.append(None)
                missing.append((day, next((code for code in (lost or {}).values() if code), "")))
            else:
                values.append(told.get(day, 0.0))
                if lost:
                    partial[day] = tuple(sorted(lost))
    return Series(
        metric=metric,
        place=place,
        days=tuple(days),
        values=tuple(values),
        unit=str(unit),
        name=str(name),
        source=_source(listening, place, weights),
        complete_until=until,
        partial=partial,
        gaps=_stretches(missing),
    )


def _weights(listening: Listening, metric: Metric, place: str) -> dict[str, float]:
    """Networks that tell a metric at a place, each with what it has brought of it so far."""
    if metric.split == "account" and place:
        network = listening.accounts.get(place, "")
        return {network: 1.0} if network in listening.collections else {}
    if metric.split == "network" and place:
        return {place: 1.0} if place in listening.collections else {}
    if metric.networks:
        told = [network for network in metric.networks if network in listening.collections]
        return dict.fromkeys(told, 1.0)
    brought: dict[str, float] = {}
    totals = DayCount.objects.filter(metric=metric.slug).exclude(place="").values("place")
    for row in totals.annotate(total=Sum("value")):
        network = row["place"]
        if metric.split == "account":
            network = listening.accounts.get(network, "")
        if network in listening.collections:
            brought[network] = brought.get(network, 0.0) + row["total"]
    return brought


def _share(lost: Iterable[str], weights: Mapping[str, float]) -> float:
    total = sum(weights.values())
    if not total:
        return 0.0
    return sum(weights[network] for network in lost) / total


def gap_days(gaps: Iterable[Gap], zone: ZoneInfo) -> dict[date, str]:
    """Days that gaps make uncollected, with the reason's code; open ones go on until today."""
    found = {}
    now = timezone.now()
    for gap in gaps:
        day, last = gap.start.astimezone(zone).date(), (gap.until or now).astimezone(zone).date()
        while day <= last:
            if _covers(gap, day, zone):
                found[day] = gap.reason
            day += timedelta(days=1)
    return found


def _covers(gap: Gap, day: date, zone: ZoneInfo) -> bool:
    begin, end = start_of(day, zone), start_of(day + timedelta(days=1), zone)
    start, until = max(gap.start, begin), _earlier(gap.until, end)
    return (until - start) / (end - begin) >= GAP_SHARE


def _earlier(moment: datetime | None, other: datetime) -> datetime:
    return other if moment is None else min(moment, other)


def _stretches(missing: list[tuple[date, str]]) -> tuple[DayGap, ...]:
    found: list[DayGap] = []
    for day, reason in missing:
        last = found[-1] if found else None
        if last is not None and last.reason == reason and (day - last.last_day).days == 1:
            found[-1] = DayGap(last.first_day, day, reason)
        else:
            found.append(DayGap(day, day, reason))
    return tuple(found)


def _source(listening: Listening, place: str, weights: Mapping[str, float]) -> str:
    names = [str(NETWORKS.get(network, network)) for network in sorted(weights)]
    if place in listening.accounts:
        network = listening.accounts[place]
        names = [str(NETWORKS.get(network, network))]
    return ", ".join(names)
