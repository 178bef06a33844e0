"""Who was first met when, and who comes back in the months after."""

from typing import TYPE_CHECKING

from entregent.lake.days import number_of
from entregent.lake.engines.engine import Tables
from entregent.lake.questions.asking import Asked, Question
from entregent.lake.questions.kinds import kind_of
from entregent.lake.questions.standing import date_of, held, newest_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir


def cohorts(tables: Tables, asked: Asked) -> "ir.Table":
    """Accounts by the month in which they were first met, and by what they did then."""
    met = _first_met(tables, asked)
    month = _month_of(met.day)
    met = met.mutate(month=month, first_deed=kind_of(met))
    return met.group_by(["month", "first_deed"]).aggregate(accounts=met.count())


def retention(tables: Tables, asked: Asked) -> "ir.Table":
    """Of the accounts first met in a month, how many did something in each later one."""
    met = _first_met(tables, asked)
    met = met.select("actor_key", month=_month_of(met.day), met_in=_index_of(met.day))
    size = met.group_by("month").aggregate(of_accounts=met.count())
    done = _of_accounts(tables, asked)
    active = done.select("actor_key", active_in=_index_of(done.day)).distinct()
    rows = met.inner_join(active, "actor_key")
    rows = rows.mutate(age_months=rows.active_in - rows.met_in)
    counted = rows.group_by(["month", "age_months"]).aggregate(accounts=rows.count())
    return counted.inner_join(size, "month").select(
        "month", "age_months", "accounts", "of_accounts"
    )


def _of_accounts(tables: Tables, asked: Asked) -> "ir.Table":
    done = held(tables, asked, since_ever=True)
    return done.filter(done.actor_key.notnull())


def _first_met(tables: Tables, asked: Asked) -> "ir.Table":
    done = _of_accounts(tables, asked).select(
        "actor_key", "at", "key", "day", "type", "object_type", "instrument"
    )
    met = newest_rows(done, "actor_key", [done["at"].asc(), done.key.asc()])
    return met if asked.from_day is None else met.filter(met.day >= number_of(asked.from_day))


def _month_of(day: "ir.IntegerValue") -> "ir.DateValue":
    return date_of(day).truncate("M")


def _index_of(day: "ir.IntegerValue") -> "ir.IntegerValue":
    """Number of the month since year 0."""
    date = date_of(day)
    return (date.year() * 12 + date.month()).cast("int64")


QUESTIONS = (
    Question(
        name="cohorts",
        title={"fr": "Cohortes", "en": "Cohorts"},
        says={
            "fr": "Combien de comptes ont été vus pour la première fois chaque mois, selon ce "
            "qu'ils ont fait d'abord.",
            "en": "How many accounts were first met in each month, by what they did first.",
        },
        columns={
            "month": "first day of the month in which they were first met",
            "first_deed": "kind of the first deed",
            "accounts": "how many accounts",
        },
        tables=("activities", "superseded"),
        put=cohorts,
        order=("month", "-accounts"),
    ),
    Question(
        name="retention",
        title={"fr": "Qui revient", "en": "Who comes back"},
        says={
            "fr": "Parmi les comptes vus pour la première fois un mois donné, combien ont fait "
            "quelque chose chacun des mois suivants.",
            "en": "Of the accounts first met in a month, how many did something in each month "
            "after.",
        },
        columns={
            "month": "first day of the month in which they were first met",
            "age_months": "months since then; 0 is that very month",
            "accounts": "how many of them did something",
            "of_accounts": "how many were first met in that month",
        },
        tables=("activities", "superseded"),
        put=retention,
        order=("month", "age_months"),
    ),
)
