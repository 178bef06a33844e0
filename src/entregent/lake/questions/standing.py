"""What was done, as things stand now: narrow, with days, and without what is gone.

A text counts while it stands: not after it, or its author's account, was deleted. What was taken
back says so. Bookkeeping (edits, deletions, undoings) is laid over the rest, and counted by
roll-ups alone.
"""

from typing import TYPE_CHECKING

from entregent.lake.days import DAY_S, local_seconds, number_of, seconds_of
from entregent.lake.engines.engine import Tables
from entregent.lake.questions.asking import Asked
from entregent.lake.rollups.counting import deleted_objects, gone_accounts

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

BOOKKEEPING = ("Update", "Delete", "Undo")
HOUR_S = 3_600


def deeds(
    tables: Tables,
    asked: Asked,
    *,
    since_ever: bool = False,
    bookkeeping: bool = False,
    which: "Callable[[ir.Table], ir.Table] | None" = None,
) -> "ir.Table":
    """What was done in the days that are asked for.

    Its columns are those of ``activities``, and ``at`` (when it was done, else when we learnt it),
    ``version`` (of the text, else `at`), ``hour`` and ``day`` (numbers since 1970, the day in the
    zone), and ``taken_back`` (since when; NULL while it holds).

    Parameters
    ----------
    tables
        Where ``activities`` and ``superseded`` are.
    asked
        Days, and their zone.
    since_ever
        Leave the first day out: to know who is new, all that was before is needed.
    bookkeeping
        Edits, deletions and undoings too, as roll-ups count them.
    which
        Narrows ``activities`` before anything else is asked of a row: its texts, days and what
        became of it cost more than its keys.
    """
    import ibis

    rows, changes = tables.table("activities"), tables.table("superseded")
    if which is not None:
        rows = which(rows)
    if not bookkeeping:
        rows = rows.filter(~rows.type.isin(BOOKKEEPING))
    rows = within(rows, asked, since_ever=since_ever)
    deleted = deleted_objects(changes).mutate(is_deleted=True)
    gone = gone_accounts(changes).mutate(is_gone=True)
    rows = rows.left_join(deleted, "object_key").drop("object_key_right")
    rows = rows.left_join(gone, "actor_key").drop("actor_key_right")
    stands = rows.is_deleted.isnull() & rows.is_gone.isnull()
    rows = rows.filter((rows.type != "Create") | stands).drop("is_deleted", "is_gone")
    newest = newest_change(changes, "relation", ["undone", "done"])
    newest = newest.filter(newest.state == "undone").select(
        key=newest.subject, since=newest.version
    )
    rows = rows.left_join(newest, "key").drop("key_right")
    # An undoing older than the deed that is kept was of an earlier one.
    stale = rows.published.notnull() & (rows.published > rows.since)
    return rows.mutate(
        taken_back=ibis.ifelse(stale, ibis.null(rows.since.type()), rows.since)
    ).drop("since")


def held(
    tables: Tables,
    asked: Asked,
    *,
    since_ever: bool = False,
    which: "Callable[[ir.Table], ir.Table] | None" = None,
) -> "ir.Table":
    """`deeds` that were not taken back."""
    rows = deeds(tables, asked, since_ever=since_ever, which=which)
    return rows.filter(rows.taken_back.isnull()).drop("taken_back")


def authors_of(tables: Tables, asked: Asked, told_of: "ir.Table", of: str) -> "ir.Table":
    """Who wrote the texts that are told of, whenever that was: ``told`` and ``author``.

    Parameters
    ----------
    tables, asked
        As `deeds` has them; its days are of no matter.
    told_of
        What tells of texts, in a column ``told``.
    of
        Column of ``activities`` that it names texts by: ``object_key`` or ``object_id``.
    """

    def which(rows: "ir.Table") -> "ir.Table":
        rows = rows.filter((rows.type == "Create") & rows.actor_key.notnull())
        return rows.semi_join(told_of, rows[of] == told_of.told)

    texts = held(tables, Asked(today=asked.today), which=which)
    texts = texts.select("actor_key", told=texts[of])
    return texts.group_by("told").aggregate(author=texts.actor_key.min())


def within(rows: "ir.Table", asked: Asked, *, since_ever: bool = False) -> "ir.Table":
    """Rows of ``activities`` in the days asked for, with their times."""
    first, last = asked.months
    if first is not None and not since_ever:
        rows = rows.filter(rows.month >= first)
    if last is not None:
        rows = rows.filter(rows.month <= last)
    at = rows.published.coalesce(rows.received_at)
    rows = rows.mutate(
        at=at,
        version=rows.object_updated.coalesce(at),
        hour=(seconds_of(at) // HOUR_S).cast("int64"),
        day=day_in_zone(at, asked),
    )
    if asked.from_day is not None and not since_ever:
        rows = rows.filter(rows.day >= number_of(asked.from_day))
    if asked.until_day is not None:
        rows = rows.filter(rows.day <= number_of(asked.until_day))
    return rows


def day_in_zone(moment: "ir.TimestampValue", asked: Asked) -> "ir.IntegerValue":
    """Number of the day since 1970, in the zone of what is asked."""
    return (local_seconds(moment, asked.changes) // DAY_S).cast("int64")


def date_of(day: "ir.IntegerValue") -> "ir.DateValue":
    """The date of a day's number."""
    return (day * DAY_S).as_timestamp("s").date()


def moment_of_hour(hour: "ir.IntegerValue") -> "ir.TimestampValue":
    """The instant at which an hour begins, by its number."""
    return (hour * HOUR_S).as_timestamp("s").cast("timestamp('UTC')")


def newest_change(changes: "ir.Table", scope: str, states: list[str]) -> "ir.Table":
    """What became last of each thing: ``subject``, ``version``, ``key`` and ``state``."""
    told = changes.filter((changes.scope == scope) & changes.state.isin(states))
    newest = told.group_by("subject").aggregate(most=told["rank"].max())
    told = told.inner_join(newest, ["subject", ("rank", "most")])
    # At one instant, of two that say the same, the one with the larger key.
    return told.group_by(["subject", "state"]).aggregate(
        version=told.version.max(), key=told.key.max()
    )


def newest_rows(rows: "ir.Table", of: str, order: list["ir.Value"]) -> "ir.Table":
    """The first row of each group, in an order without ties."""
    import ibis

    place = ibis.row_number().over(ibis.window(group_by=rows[of], order_by=order))
    rows = rows.mutate(place_in_order=place)
    return rows.filter(rows.place_in_order == 0).drop("place_in_order")


def newest_labels(tables: Tables, texts: "ir.Table", *columns: str) -> "ir.Table":
    """Newest label of each of some texts: ``object_key``, ``read_at``, and the columns named."""
    labels = tables.table("labels").select("object_key", "at", "batch", "key", *columns)
    labels = labels.semi_join(texts, "object_key")
    newest = newest_rows(
        labels, "object_key", [labels["at"].desc(), labels.batch.desc(), labels.key.desc()]
    )
    return newest.select("object_key", *columns, read_at=newest["at"])
