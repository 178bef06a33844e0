"""Daily counts: one metric a row, or one metric a column."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.tables.cells import fold, is_total, note, read_day, read_number
from entregent.networks.tables.table import Table
from entregent.vocabulary import Point, VocabularyError, native_id

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s]+")
_CURRENCY = re.compile(r"[A-Z]{3}")
_NOTED = re.compile(r"(?P<name>.*?)\s*\((?P<unit>[^()]*)\)")

METRICS: Final = {
    "followers.totalItems": "followers|total followers|abonnes|abonnees|nombre d abonnes",
    "followers.new": "new followers|nouveaux abonnes|nouvelles abonnees|follows|abonnements",
    "visits": "visits|visites|sessions",
    "visitors": "visitors|visiteurs",
    "orders": "orders|commandes",
    "sales": "sales|ventes|revenue|chiffre d affaires",
    "impressions": "impressions",
    "reach": "reach|portee|couverture",
    "views": "views|vues",
    "clicks": "clicks|clics",
    "mentions": "mentions",
    "messages": "messages",
    "searches": "searches|recherches",
}
"""Metrics that have one name in both languages; any other keeps the name its table gives it."""

_NAMES = {written: metric for metric, names in METRICS.items() for written in names.split("|")}


def metric_name(written: str) -> str:
    """Name of a metric as it is kept.

    Examples
    --------
    >>> metric_name("Nouveaux abonnés"), metric_name("Laissez-passer vendus")
    ('followers.new', 'laissez_passer_vendus')
    """
    folded = fold(written)
    return _NAMES.get(folded, folded.replace(" ", "_"))


def read_daily(row: dict[str, str], ordinal: int, context: Context) -> Iterator[Outcome]:
    """Read one row of the long shape: a day, a metric, a value."""
    del ordinal
    if is_total(row["@first"]) or is_total(row["date"]):
        yield Taken(nothing="a row of totals")
        return
    value = read_number(row, "value")
    at = read_day(row, "date")
    if not row["metric"].strip():
        raise VocabularyError("the metric is missing", "metric")
    if value is None:
        yield Taken(nothing="an empty cell: not collected")
        return
    name, unit = _unit(row["metric"], row.get("unit", "") or note(row, "value"))
    yield Taken(points=(_point(row, name, at, float(value), unit, context),))


def read_daily_wide(row: dict[str, str], ordinal: int, context: Context) -> Iterator[Outcome]:
    """Read one row of the wide shape: a day, and one metric in each further column."""
    del ordinal
    if is_total(row["@first"]) or is_total(row["date"]):
        yield Taken(nothing="a row of totals")
        return
    at = read_day(row, "date")
    points = []
    for header in row:
        if header in DAILY_WIDE.columns or header.startswith("@"):
            continue
        value = read_number(row, header)
        if value is not None:
            name, unit = _unit(header, "")
            points.append(_point(row, name, at, float(value), unit, context))
    yield Taken(points=tuple(points), nothing="" if points else "empty cells: not collected")


def _point(
    row: dict[str, str], metric: str, at: datetime, value: float, unit: str, context: Context
) -> Point:
    account = row.get("account", "").strip()
    if not _URI.fullmatch(account):
        account = native_id("daily", fold(account) or "organisation")
    return Point(account, metric, at, value, unit, context.source, context.received_at)


def _unit(metric: str, unit: str) -> tuple[str, str]:
    """A metric and its unit; a currency may stand in parentheses after the metric's name."""
    noted = _NOTED.fullmatch(metric.strip())
    if noted is not None and _CURRENCY.fullmatch(noted["unit"].strip()):
        metric, unit = noted["name"], noted["unit"]
    unit = unit.strip()
    return metric_name(metric), unit if _CURRENCY.fullmatch(unit) else "count"


_DATE = frozenset({"date", "day", "jour", "journee"})
_ACCOUNT = frozenset({"account", "page", "profile", "compte", "profil"})
_ZONE = frozenset({"time zone", "timezone", "fuseau horaire", "fuseau"})

DAILY: Final = Table(
    name="csv/daily",
    columns={
        "date": _DATE,
        "metric": frozenset({"metric", "measure", "indicator", "mesure", "indicateur"}),
        "value": frozenset({"value", "count", "number", "valeur", "nombre", "total"}),
        "unit": frozenset({"unit", "unite"}),
        "account": _ACCOUNT,
        "zone": _ZONE,
    },
    required=frozenset({"date", "metric", "value"}),
    read=read_daily,
)
"""A day, a metric and its value in each row."""

DAILY_WIDE: Final = Table(
    name="csv/daily",
    columns={"date": _DATE, "account": _ACCOUNT, "zone": _ZONE},
    required=frozenset({"date"}),
    read=read_daily_wide,
    others=True,
)
"""A day in each row, and a metric in each further column; every one of them must hold numbers."""
