"""Paths to conversion: from first contact by a link or a code, over visits, to an order.

Steps of one account belong together; those of several accounts only where their person agreed to
be remembered across them.
"""

from typing import TYPE_CHECKING

from entregent.lake.days import DAY_S, number_of, seconds_of
from entregent.lake.engines.engine import Tables
from entregent.lake.questions.asking import Asked, Question
from entregent.lake.questions.kinds import kind_of
from entregent.lake.questions.standing import held, newest_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir

ORDERS = ("schema:BuyAction", "schema:OrderAction")
MOST_STEPS = 6
_WHO = ("account_key", "person")


def path_steps(tables: Tables, asked: Asked) -> "ir.Table":
    """Steps before each first order: each kind once, where it came first."""
    import ibis

    steps = _steps(tables, asked)
    return steps.select(
        account_key=ibis.ifelse(steps.person == 0, steps.account_key, ibis.null("int64")),
        person=ibis.ifelse(steps.person == 0, ibis.null("int64"), steps.person),
        step=steps.place + 1,
        kind=steps.kind,
        first_at=steps.first_at,
        times=steps.times,
        campaign=steps.campaign,
        ordered_at=steps.ordered_at,
    )


def paths(tables: Tables, asked: Asked) -> "ir.Table":
    """How many first orders each path led to."""
    import ibis

    steps = _steps(tables, asked)
    spread = steps.group_by([*_WHO, "ordered_at"]).aggregate(
        **{
            f"step_{place}": ibis.ifelse(
                steps.place == place, steps.kind, ibis.null("string")
            ).max()
            for place in range(MOST_STEPS)
        },
        first_at=steps.first_at.min(),
    )
    path = spread.step_0
    for place in range(1, MOST_STEPS):
        following = ibis.literal(" > ") + spread[f"step_{place}"]
        path = path + following.coalesce("")
    took = (seconds_of(spread.ordered_at) - seconds_of(spread.first_at)) // DAY_S
    spread = spread.mutate(path=path, days=took.cast("int64"))
    return spread.group_by("path").aggregate(
        orders=spread.count(), shortest_days=spread.days.min(), longest_days=spread.days.max()
    )


def _steps(tables: Tables, asked: Asked) -> "ir.Table":
    """``account_key`` or ``person`` (0 for none), place, kind, first_at, times, campaign."""
    import ibis

    done = held(tables, asked, since_ever=True)
    done = done.filter(done.actor_key.notnull())
    marks = tables.table("marks")
    marked = marks.filter(marks.dimension == "campaign")
    marked = marked.group_by("activity_key").aggregate(campaign=marked.value.min())
    done = done.select(
        "key", "actor_key", "at", "day", "type", is_order=done.type.isin(ORDERS), kind=kind_of(done)
    )
    done = done.left_join(_persons(tables), "actor_key").drop("actor_key_right")
    person = done.person.coalesce(0)
    done = done.mutate(
        person=person, account_key=ibis.ifelse(person == 0, done.actor_key, ibis.literal(0))
    )
    done = done.left_join(marked, done.key == marked.activity_key).drop("activity_key")

    ordered = done.filter(done.is_order)
    first = ordered.group_by([*_WHO]).aggregate(
        ordered_at=ordered["at"].min(), ordered_day=ordered.day.min()
    )
    if asked.from_day is not None:
        first = first.filter(first.ordered_day >= number_of(asked.from_day))
    rows = done.inner_join(first, list(_WHO))
    before = (rows["at"] <= rows.ordered_at) & (
        rows["at"] >= rows.ordered_at - ibis.interval(days=asked.window_days)
    )
    rows = rows.filter(before & (~rows.is_order | (rows["at"] == rows.ordered_at)))
    kinds = rows.group_by([*_WHO, "ordered_at", "kind"]).aggregate(
        first_at=rows["at"].min(), times=rows.count(), campaign=rows.campaign.min()
    )
    # The order ends the path, also where something else was done at that very instant.
    kinds = kinds.mutate(is_end=(kinds.kind == "order").ifelse(1, 0))
    place = ibis.row_number().over(
        ibis.window(
            group_by=[kinds.account_key, kinds.person],
            order_by=[kinds.is_end.asc(), kinds.first_at.asc(), kinds.kind.asc()],
        )
    )
    kinds = kinds.mutate(from_start=place)
    # The last steps are kept: the order is always among them.
    size = kinds.group_by([*_WHO]).aggregate(steps=kinds.count())
    kinds = kinds.inner_join(size, list(_WHO))
    left_out = ibis.ifelse(kinds.steps > MOST_STEPS, kinds.steps - MOST_STEPS, 0)
    kinds = kinds.mutate(place=kinds.from_start - left_out)
    return kinds.filter(kinds.place >= 0)


def _persons(tables: Tables) -> "ir.Table":
    """Persons who agreed to be remembered across their accounts, by account."""
    links = tables.table("links")
    newest = newest_rows(links, "account_key", [links["rank"].desc(), links.key.desc()])
    agreed = newest.filter(newest.person.notnull() & newest.may_profile.coalesce(False))
    return agreed.select(actor_key=agreed.account_key, person=agreed.person)


_WINDOW = "Seuls les derniers jours avant la commande comptent (30 si rien n'est dit)."
QUESTIONS = (
    Question(
        name="paths",
        title={"fr": "Chemins jusqu'à l'achat", "en": "Paths to an order"},
        says={
            "fr": "À combien de premières commandes chaque chemin a mené\u00a0: ce qui a été fait "
            f"avant, chaque geste une fois, dans l'ordre. {_WINDOW}",
            "en": "How many first orders each path led to: what was done before, each kind of deed "
            "once, in order of its first time. Only the last days before the order count (30 if "
            "nothing is said). It describes; it does not say what caused the order.",
        },
        columns={
            "path": f"kinds of deeds, the last {MOST_STEPS}, the order at the end",
            "orders": "how many first orders it led to",
            "shortest_days": "whole days from its first deed to the order, at least",
            "longest_days": "and at most",
        },
        tables=("activities", "superseded", "links", "marks"),
        put=paths,
        order=("-orders", "path"),
        takes=frozenset({"from", "until", "window_days"}),
    ),
    Question(
        name="path-steps",
        title={"fr": "Étapes jusqu'à l'achat", "en": "Steps to an order"},
        says={
            "fr": f"Les étapes de chaque compte jusqu'à sa première commande. {_WINDOW}",
            "en": "The steps of each account up to its first order, within the same days as paths.",
        },
        columns={
            "account_key": "key of the account; empty where a person agreed to be remembered",
            "person": "number of that person, else empty",
            "step": "from 1",
            "kind": "kind of deed: scan, visit, message, coupon, …, order",
            "first_at": "when it came first",
            "times": "how often it came",
            "campaign": "slug of a campaign that it belongs to, if any",
            "ordered_at": "when the first order was placed",
        },
        tables=("activities", "superseded", "links", "marks"),
        put=path_steps,
        order=("ordered_at", "account_key", "person", "step"),
        takes=frozenset({"from", "until", "window_days"}),
    ),
)
