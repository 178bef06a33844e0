"""Daily series for measurement: real zeros where we listened, nothing where we did not."""

from typing import TYPE_CHECKING

from entregent.lake.days import number_of
from entregent.lake.engines.engine import Tables
from entregent.lake.questions.asking import SOURCE_DAYS, Asked, Question
from entregent.lake.questions.standing import date_of, day_in_zone, deeds, newest_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir

_LARGEST = 1e300
_OF = ("account", "metric", "dimension", "unit", "source")


def daily_series(tables: Tables, asked: Asked) -> "ir.Table":
    """The last value of each day of every series; empty on days that were not collected."""
    import ibis

    points = tables.table("series")
    # Neither infinite nor not a number; both stand above or below every number.
    points = points.filter((points.value >= -_LARGEST) & (points.value <= _LARGEST))
    points = points.mutate(day=day_in_zone(points["at"], asked))
    points = _in_days(points, asked)
    points = newest_rows(points, "key", [points.received_at.desc(), points.batch.desc()])
    told = points.select(
        *("account", "metric", "source", "day", "at", "received_at", "key", "value"),
        dimension=points.dimension.coalesce(""),
        unit=points.unit.coalesce(""),
    )
    place = ibis.row_number().over(
        ibis.window(
            group_by=[told[name] for name in (*_OF, "day")],
            order_by=[told["at"].desc(), told.received_at.desc(), told.key.desc()],
        )
    )
    told = told.mutate(place_in_day=place)
    told = told.filter(told.place_in_day == 0).select(*_OF, "day", "value")
    lost = tables.table(SOURCE_DAYS)
    lost = _in_days(lost.filter(~lost.collected), asked).select("source", lost_day=lost.day)
    bounds = told.group_by(list(_OF)).aggregate(first=told.day.min(), last=told.day.max())
    missed = bounds.inner_join(lost, "source")
    missed = missed.filter(
        (missed.lost_day >= missed["first"]) & (missed.lost_day <= missed["last"])
    )
    # A day of which only a part was collected has no value either.
    told = told.anti_join(lost, ["source", ("day", "lost_day")])
    missed = missed.select(*_OF, day=missed.lost_day, value=ibis.null("float64"))
    rows = told.union(missed)
    return rows.select(
        "account",
        "metric",
        "dimension",
        "unit",
        "source",
        day=date_of(rows.day),
        value=rows.value,
        collected=rows.value.notnull(),
    )


def daily_activities(tables: Tables, asked: Asked) -> "ir.Table":
    """Activities of each source and type by day: 0 where there were none, empty where unknown."""
    import ibis

    done = deeds(tables, asked, bookkeeping=True).select(
        "source", "type", "day", "key", "actor_key"
    )
    counted = done.group_by(["source", "type", "day"]).aggregate(
        activities=done.count(), accounts=done.actor_key.nunique()
    )
    days = _in_days(tables.table(SOURCE_DAYS), asked)
    kinds = counted.select("source", "type").distinct()
    calendar = days.inner_join(kinds, "source").select("source", "type", "day", "collected")
    rows = calendar.left_join(counted, ["source", "type", "day"])
    nothing = ibis.null("int64")
    known = rows.select(
        "source",
        "type",
        "day",
        activities=ibis.ifelse(rows.collected, rows.activities.coalesce(0), nothing),
        accounts=ibis.ifelse(rows.collected, rows.accounts.coalesce(0), nothing),
        collected=rows.collected,
    )
    # Days of which nobody says whether they were collected, but on which something was done.
    rest = counted.anti_join(days, ["source", "day"]).mutate(collected=ibis.literal(True))
    rows = known.union(rest.select(known.columns))
    return rows.mutate(day=date_of(rows.day))


def _in_days(rows: "ir.Table", asked: Asked) -> "ir.Table":
    if asked.from_day is not None:
        rows = rows.filter(rows.day >= number_of(asked.from_day))
    if asked.until_day is not None:
        rows = rows.filter(rows.day <= number_of(asked.until_day))
    return rows


_COLLECTED = "no where the source was not collected on a quarter of the day or more"
QUESTIONS = (
    Question(
        name="daily-series",
        title={"fr": "Séries quotidiennes", "en": "Daily series"},
        says={
            "fr": "La dernière valeur de chaque jour de chaque série; un jour non recueilli n'a "
            "pas de valeur.",
            "en": "The last value of each day of every series; a day that was not collected has "
            "none.",
        },
        columns={
            "account": "URI of what is counted",
            "metric": "such as followers.totalItems or spend",
            "dimension": "such as a campaign's name; empty for the whole",
            "unit": "count, or a currency",
            "source": "connector that told it",
            "day": "day of the organisation's zone",
            "value": "the number; empty where not collected",
            "collected": _COLLECTED,
        },
        tables=("series",),
        put=daily_series,
        order=("metric", "account", "dimension", "source", "unit", "day"),
        beside=(SOURCE_DAYS,),
    ),
    Question(
        name="daily-activities",
        title={"fr": "Activités quotidiennes", "en": "Daily activities"},
        says={
            "fr": "Activités de chaque source et de chaque type par jour\u00a0: 0 s'il n'y en a "
            "pas eu, rien si le jour n'a pas été recueilli.",
            "en": "Activities of each source and type by day: 0 if there were none, nothing if the "
            "day was not collected.",
        },
        columns={
            "source": "connector that told them",
            "type": "type of activity",
            "day": "day of the organisation's zone",
            "activities": "how many; empty where not collected",
            "accounts": "how many accounts did them, each once",
            "collected": _COLLECTED,
        },
        tables=("activities", "superseded"),
        put=daily_activities,
        order=("source", "type", "day"),
        beside=(SOURCE_DAYS,),
    ),
)
