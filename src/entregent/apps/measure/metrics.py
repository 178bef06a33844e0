"""The registry of what is counted by day, and how each is counted from the record.

Each counter is one pass over prepared rows, whatever the number of days. Its definition, source
and unit stand in ``docs/reference/metrics.md``; a test holds the two together.
"""

from collections import Counter as Tally
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from entregent.apps.measure.deeds import PRESS_NETWORKS, Counter, Deeds, counted
from entregent.apps.organisation.columns import shortened
from entregent.lake.days import DAY_S

if TYPE_CHECKING:
    import ibis.expr.types as ir

Rows = list[tuple[str, int, float]]

# What these tell is that a code was used; the visit that follows is told by the site itself.
_SEEN_BY_CODE = ("quay", "links")
AWAY_DAYS = 30
"""Days without a word after which a person who speaks again has come back."""
GOOD_SHARE = 0.8
"""Share of the best rating from which a review recommends."""


@dataclass(frozen=True)
class Metric:
    """What is counted by day.

    Attributes
    ----------
    slug
        Its name in tables, addresses and files.
    split
        What its places are: ``account``, ``network``, ``code``, ``where``; empty for none.
    networks
        Networks whose sources tell it; empty where any may.
    count
        Counts it.
    """

    slug: str
    split: str
    networks: tuple[str, ...]
    count: Counter


def _follows(deeds: Deeds) -> Rows:
    rows = deeds.follows.filter(deeds.follows.day >= deeds.from_day)
    return _with_total(
        (row["object_id"], row["day"], row["value"]) for row in counted(rows, "object_id", "day")
    )


def _unfollows(deeds: Deeds) -> Rows:
    rows = deeds.follows.filter(
        deeds.follows.undone_day.notnull() & (deeds.follows.undone_day >= deeds.from_day)
    )
    return _with_total(
        (row["object_id"], row["undone_day"], row["value"])
        for row in counted(rows, "object_id", "undone_day")
    )


def _visits(deeds: Deeds) -> Rows:
    acts = deeds.acts
    elsewhere = deeds.sources_of(_SEEN_BY_CODE) or [""]
    is_visit = (acts.type == "View") & (acts.object_type == "Page")
    return _total(acts.filter(is_visit & ~acts.source.isin(elsewhere)))


def _orders(deeds: Deeds) -> Rows:
    acts = deeds.acts
    return _total(acts.filter(acts.type == "schema:BuyAction"))


def _mentions(deeds: Deeds) -> Rows:
    return _by_network(deeds, deeds.mentions)


def _positive(deeds: Deeds) -> Rows:
    return _by_network(deeds, deeds.mentions.filter(deeds.mentions.state == "positive"))


def _negative(deeds: Deeds) -> Rows:
    return _by_network(deeds, deeds.mentions.filter(deeds.mentions.state == "negative"))


def _people_back(deeds: Deeds) -> Rows:
    import ibis

    said = deeds.spoken
    window = ibis.window(group_by=said.actor_key, order_by=[said.seconds, said.object_key])
    told = said.mutate(before=said.seconds.lag().over(window))
    away = AWAY_DAYS * DAY_S
    is_back = told.before.notnull() & (told.seconds - told.before > away)
    back = told.filter(is_back & told.has_words)
    return _by_network(deeds, back)


def _recommendations(deeds: Deeds) -> Rows:
    acts, ours = deeds.acts, set(deeds.ours)
    shares = acts.filter(
        (acts.type == "Announce") & (acts.actor.isnull() | ~acts.actor.isin(sorted(ours) or [""]))
    )
    found: Tally[tuple[str, int]] = Tally()
    for row in counted(shares, "source", "day"):
        found[deeds.networks.get(row["source"], ""), row["day"]] += row["value"]
    reviews = acts.filter((acts.type == "Create") & (acts.object_type == "schema:Review"))
    for row in counted(reviews, "object_rest", "source", "day"):
        if _is_good(row["object_rest"]):
            found[deeds.networks.get(row["source"], ""), row["day"]] += row["value"]
    return _with_total((place, day, value) for (place, day), value in found.items())


def _coverage(deeds: Deeds) -> Rows:
    acts = deeds.acts
    press = deeds.sources_of(PRESS_NETWORKS) or [""]
    return _total(
        acts.filter(
            (acts.type == "Create")
            & acts.object_type.isin(["Article", "Page"])
            & acts.source.isin(press)
        )
    )


def _scans(deeds: Deeds) -> Rows:
    acts = deeds.acts
    rows = acts.filter((acts.type == "View") & acts.instrument.notnull())
    return _with_total(
        (code_of(row["instrument"]), row["day"], row["value"])
        for row in counted(rows, "instrument", "day")
    )


def _check_ins(deeds: Deeds) -> Rows:
    rows = deeds.acts.filter(deeds.acts.type == "Arrive")
    return _with_total(
        (code_of(row["location"]), row["day"], row["value"])
        for row in counted(rows, "location", "day")
    )


def _redemptions(deeds: Deeds) -> Rows:
    acts = deeds.acts
    offers = acts.filter((acts.type == "Accept") & (acts.object_type == "Offer"))
    told = [
        (_last_part(row["name"] or row["object_id"] or ""), row["day"], row["value"])
        for row in counted(offers, "name", "object_id", "day")
    ]
    # A shop's own orders name the code too: they count for codes of which nothing else tells.
    known = {code for code, _, _ in told}
    orders = acts.filter((acts.type == "schema:BuyAction") & acts.result.contains("discountCode"))
    for row in counted(orders, "result", "day"):
        code = _discount_code(row["result"])
        if code and code not in known:
            told.append((code, row["day"], row["value"]))
    return _with_total(told)


METRICS: Final[Mapping[str, Metric]] = {
    metric.slug: metric
    for metric in (
        Metric("follows", "account", (), _follows),
        Metric("unfollows", "account", (), _unfollows),
        Metric("visits", "", ("web", "visits"), _visits),
        Metric("orders", "", ("ticketing", "orders"), _orders),
        Metric("mentions", "network", (), _mentions),
        Metric("positive", "network", (), _positive),
        Metric("negative", "network", (), _negative),
        Metric("people_back", "network", (), _people_back),
        Metric("recommendations", "network", (), _recommendations),
        Metric("coverage", "", PRESS_NETWORKS, _coverage),
        Metric("scans", "code", ("quay", "visits", "links"), _scans),
        Metric("check_ins", "where", ("quay",), _check_ins),
        Metric("redemptions", "code", ("ticketing", "orders"), _redemptions),
    )
}
"""Every metric, by its slug."""


def code_of(part: str | None) -> str:
    """What people call an instrument or a place, from its JSON; its id's end if it has no name."""
    if not part:
        return ""
    told = orjson.loads(part)
    if isinstance(told, str):
        return _last_part(told)
    return _last_part(told.get("name") or told.get("id") or "")


def _total(rows: "ir.Table") -> Rows:
    return [("", row["day"], row["value"]) for row in counted(rows, "day")]


def _by_network(deeds: Deeds, rows: "ir.Table") -> Rows:
    chosen = rows.filter(rows.day >= deeds.from_day)
    return _with_total(
        (deeds.networks.get(row["source"], ""), row["day"], row["value"])
        for row in counted(chosen, "source", "day")
    )


def _with_total(rows: Iterable[tuple[str, int, float]]) -> Rows:
    """The rows by place and day, and for each day all places together under an empty one."""
    found: Tally[tuple[str, int]] = Tally()
    for place, day, value in rows:
        if place:
            found[shortened(place), day] += value  # type: ignore[assignment]  # counts are whole
        found["", day] += value  # type: ignore[assignment]  # counts are whole
    return [(place, day, value) for (place, day), value in found.items()]


def _is_good(rest: str | None) -> bool:
    told: Any = orjson.loads(rest).get("schema:reviewRating") if rest else None
    if isinstance(told, int | float):
        value, best = float(told), 5.0
    elif isinstance(told, dict):
        value = told.get("schema:ratingValue") or 0.0
        best = told.get("schema:bestRating") or 5.0
    else:
        return False
    return bool(value >= GOOD_SHARE * best)


def _discount_code(result: str) -> str:
    told = orjson.loads(result)
    return str(told.get("schema:discountCode") or "") if isinstance(told, dict) else ""


def _last_part(name: str) -> str:
    """The end of a URI; anything else as it is."""
    if "://" not in name and not name.startswith("urn:"):
        return name
    return name.rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1].rsplit("#", 1)[-1]
