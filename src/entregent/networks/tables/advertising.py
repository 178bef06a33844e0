"""Advertising: what each campaign cost and reached on each day, as Meta and Google export it."""

from collections.abc import Iterator
from typing import Final

from entregent.networks.reading import Context, Outcome, Taken
from entregent.networks.tables.cells import (
    fold,
    is_blank,
    is_total,
    read_day,
    read_money,
    read_number,
)
from entregent.networks.tables.table import Table
from entregent.vocabulary import Point, VocabularyError, native_id

_COUNTS: Final = ("impressions", "reach", "clicks", "link_clicks", "interactions")


def _missing(columns: frozenset[str]) -> str:
    if not columns & {"day", "start"}:
        return "day"
    if not columns & {"spend", *_COUNTS}:
        return "spend"
    return "currency" if "spend" in columns and not columns & {"currency", "@spend"} else ""


def read_advertising(row: dict[str, str], ordinal: int, context: Context) -> Iterator[Outcome]:
    """Read one row: one campaign on one day."""
    del ordinal
    campaign = row["campaign"].strip()
    if _is_total(row, campaign):
        yield Taken(nothing="a row of totals")
        return
    if not campaign:
        raise VocabularyError("the campaign is missing", "campaign")
    at = read_day(row, _day_column(row))
    account = native_id("advertising", fold(row.get("account", "")) or "organisation")
    points = []
    spend = read_money(row, "spend") if "spend" in row else None
    if spend is not None:
        points.append(
            Point(
                account,
                "spend",
                at,
                float(spend.amount),
                spend.currency,
                context.source,
                context.received_at,
                campaign,
            )
        )
    for metric in _COUNTS:
        value = read_number(row, metric)
        if value is not None:
            points.append(
                Point(
                    account,
                    metric,
                    at,
                    float(value),
                    "count",
                    context.source,
                    context.received_at,
                    campaign,
                )
            )
    yield Taken(points=tuple(points), nothing="" if points else "empty cells: not collected")


def _day_column(row: dict[str, str]) -> str:
    if row.get("day", "").strip():
        return "day"
    start, end = row.get("start", "").strip(), row.get("end", "").strip()
    if start and (not end or start == end) and "end" in row:
        return "start"
    if "start" not in row:
        return "day"
    raise VocabularyError(
        "the row is about several days; export again with a breakdown by day", "start"
    )


def _is_total(row: dict[str, str], campaign: str) -> bool:
    """Whether a row sums the others: Google says so; Meta leaves the campaign out."""
    if is_total(row.get("@first", "")) or is_total(campaign):
        return True
    return not campaign and is_blank(row.get("day", ""))


ADVERTISING: Final = Table(
    name="csv/advertising",
    columns={
        "day": frozenset({"day", "date", "jour"}),
        "start": frozenset(
            {"reporting starts", "debut des rapports", "debut du rapport", "start", "debut"}
        ),
        "end": frozenset({"reporting ends", "fin des rapports", "fin du rapport", "end", "fin"}),
        "campaign": frozenset(
            {"campaign", "campaign name", "campagne", "nom de la campagne", "nom de campagne"}
        ),
        "spend": frozenset(
            {
                "spend",
                "cost",
                "amount spent",
                "cout",
                "couts",
                "montant depense",
                "depense",
                "depenses",
            }
        ),
        "currency": frozenset(
            {
                "currency",
                "currency code",
                "devise",
                "code de devise",
                "code de la devise",
                "monnaie",
            }
        ),
        "impressions": frozenset({"impressions", "impr"}),
        "reach": frozenset({"reach", "portee", "couverture"}),
        "clicks": frozenset({"clicks", "clicks all", "clics", "clics tous"}),
        "link_clicks": frozenset(
            {"link clicks", "clics sur un lien", "clics sur le lien", "clics sur les liens"}
        ),
        "interactions": frozenset({"interactions"}),
        "account": frozenset(
            {
                "account",
                "account name",
                "account id",
                "compte",
                "nom du compte",
                "id du compte",
                "customer id",
                "numero client",
            }
        ),
        "zone": frozenset({"time zone", "timezone", "fuseau horaire", "fuseau"}),
    },
    required=frozenset({"campaign"}),
    read=read_advertising,
    missing=_missing,
)
"""Day, campaign, and what it cost, showed and brought."""
