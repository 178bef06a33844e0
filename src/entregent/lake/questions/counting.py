"""Counts by hour and by day, in up to three dimensions, with distinct accounts exact."""

from typing import TYPE_CHECKING

from entregent.lake.engines.engine import Tables
from entregent.lake.questions.asking import CORRECTIONS, Asked, Question
from entregent.lake.questions.standing import date_of, deeds, moment_of_hour
from entregent.lake.rollups.counting import Prepared, rows_of, texts_of
from entregent.lake.rollups.registry import RollUp

if TYPE_CHECKING:
    import ibis.expr.types as ir

_NARROW = (
    *("key", "object_key", "actor_key", "source", "type", "voluntary"),
    *("version", "hour", "day"),
)
_COLUMNS = {
    "*": "the dimensions asked for; empty is unknown",
    "activities": "how many activities",
    "accounts": "how many accounts did them, each once; anonymous traces have none",
}


def by_hour(tables: Tables, asked: Asked) -> "ir.Table":
    """Activities and accounts by hour of UTC."""
    rows = _counted(tables, asked, "hour")
    return rows.mutate(hour=moment_of_hour(rows.hour))


def by_day(tables: Tables, asked: Asked) -> "ir.Table":
    """Activities and accounts by day of the zone."""
    rows = _counted(tables, asked, "day")
    return rows.mutate(day=date_of(rows.day))


def _counted(tables: Tables, asked: Asked, grain: str) -> "ir.Table":
    done = deeds(tables, asked, bookkeeping=True).select(*_NARROW).mutate(in_hours=True)
    dimensions = asked.by
    if dimensions:
        texts = texts_of(done, tables.table("labels"), tables.table(CORRECTIONS))
        prepared = Prepared(done, texts, tables.table("marks"), tables.table("links"))
        done = rows_of(RollUp("asked", dimensions), prepared)
    grouped = done.group_by([grain, *dimensions])
    return grouped.aggregate(activities=done.count(), accounts=done.actor_key.nunique())


QUESTIONS = tuple(
    Question(
        name=name,
        title={"fr": f"Activités {par}", "en": f"Activities {by}"},
        says={
            "fr": f"Combien d'activités et de comptes {par}, selon trois dimensions au plus. Ce "
            "qui a été repris compte quand même à son heure; un texte supprimé ne compte plus.",
            "en": f"How many activities and accounts {by}, in three dimensions at most. What was "
            "taken back still counts in its hour; a deleted text no longer does.",
        },
        columns={grain: unit, **_COLUMNS},
        tables=("activities", "superseded", "labels", "marks", "links"),
        put=put,
        order=(grain,),
        takes=frozenset({"from", "until", "by"}),
        beside=(CORRECTIONS,),
        by=("source", "type"),
    )
    for name, grain, par, by, unit, put in (
        (
            "activities-by-hour",
            "hour",
            "par heure",
            "by hour",
            "when the hour of UTC begins",
            by_hour,
        ),
        (
            "activities-by-day",
            "day",
            "par jour",
            "by day",
            "day of the organisation's zone",
            by_day,
        ),
    )
)
