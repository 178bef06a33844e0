"""What the record holds, made ready for counting: narrow, by day, once for all metrics."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from entregent.apps.measure.days import DAY_S, local_seconds, number_of, offsets, start_of
from entregent.apps.understand.hearing import TEXTS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from entregent.lake.record import Record

PRESS_NETWORKS = ("press", "feed")
_COVERAGE = ("Article", "Page")
_COUNTED = ("Accept", "Announce", "Arrive", "Create", "Follow", "View", "schema:BuyAction")
_COLUMNS = (
    "month",
    "type",
    "actor",
    "actor_key",
    "object_id",
    "object_key",
    "object_type",
    "object_rest",
    "name",
    "instrument",
    "location",
    "result",
    "source",
)


@dataclass(frozen=True)
class Deeds:
    """Tables in the engine, each made once, from which every metric is counted.

    Attributes
    ----------
    mentions
        What others say to us or about us, since ever: ``object_key``, ``actor_key``, ``source``,
        ``seconds`` (on the clock of the zone), ``day`` and ``state``.
    follows
        Follows of our accounts, since ever, with the day on which each was taken back.
    acts
        Everything else from the first month that is counted again.
    from_day
        Number of the first day to be counted.
    networks
        Network of each source.
    ours
        URIs of our accounts.
    """

    mentions: "ir.Table"
    follows: "ir.Table"
    acts: "ir.Table"
    from_day: int
    networks: Mapping[str, str]
    ours: tuple[str, ...]

    def sources_of(self, networks: tuple[str, ...]) -> list[str]:
        """Sources of some networks."""
        return [source for source, network in self.networks.items() if network in networks]


@dataclass(frozen=True)
class House:
    """What must be known of the house before its record can be counted."""

    zone: ZoneInfo
    networks: Mapping[str, str]
    ours: tuple[str, ...]
    now: datetime


def prepare(record: "Record", house: House, from_day: date | None) -> Deeds:
    """Make the tables; from the first day on if `from_day` is None."""
    import ibis

    engine = record.backend()
    changes = offsets(house.zone, house.now + timedelta(days=400))
    told = standing(record)
    told = told.filter(told.type.isin(_COUNTED))
    first = number_of(from_day) if from_day is not None else -1
    if from_day is not None:
        # What people said before tells who is new and who comes back; of the rest, only the months
        # that are counted again are read.
        month = start_of(from_day - timedelta(days=1), house.zone).strftime("%Y-%m")
        told = told.filter((told.month >= month) | told.type.isin(["Create", "Follow"]))
    seconds = local_seconds(told["at"], changes)
    undone = local_seconds(told.undone, changes)
    told = told.mutate(
        seconds=seconds,
        day=(seconds // DAY_S).cast("int64"),
        undone_day=ibis.ifelse(
            told.undone.notnull(), (undone // DAY_S).cast("int64"), ibis.null("int64")
        ),
    )
    told = engine.create_table("deeds", told.drop("at", "month", "undone"), temp=True)

    ours = list(house.ours) or [""]
    press = [slug for slug, network in house.networks.items() if network in PRESS_NETWORKS] or [""]
    stands = ~told.is_gone
    is_coverage = told.source.isin(press) & told.object_type.isin(_COVERAGE)
    said = told.filter(
        (told.type == "Create")
        & told.object_type.isin(sorted(TEXTS))
        & told.has_words
        & stands
        & told.actor.notnull()
        & ~told.actor.isin(ours)
        & ~is_coverage
    ).select("object_key", "actor_key", "source", "seconds", "day")
    labels = record.table("labels")
    newest = labels.group_by("object_key").aggregate(
        # An unknown state of mind is an answer too, and hides an older one.
        state=labels.state_of_mind.coalesce("").argmax(labels["at"])
    )
    said = said.left_join(newest, "object_key").drop("object_key_right")
    # What was done counts on its day, also where it was taken back later; what was said, while it
    # stands.
    is_act = (told.type != "Create") | (
        stands & told.object_type.isin(["schema:Review", *_COVERAGE])
    )
    return Deeds(
        mentions=engine.create_table("deeds_mentions", said, temp=True),
        follows=told.filter((told.type == "Follow") & told.object_id.isin(ours)),
        acts=told.filter(is_act & (told.day >= first) & (told.type != "Follow")),
        from_day=first,
        networks=house.networks,
        ours=tuple(house.ours),
    )


def standing(record: "Record") -> "ir.Table":
    """Activities with what became of them, but without their texts: quick to ask.

    Its columns are those that counting needs, ``at`` (when it was done, else when we learnt it),
    ``has_words``, ``undone`` (when it was taken back) and ``is_gone`` (its object, or its actor,
    is no more). It tells of these what `entregent.lake.present.present_activities` tells.
    """
    import ibis

    engine = record.backend()
    rows, changes = record.table("activities"), record.table("superseded")

    def became(scope: str, state: str, name: str) -> "ir.Table":
        relevant = ["deleted"] if scope == "object" else ["undone", "done"]
        told = changes.filter((changes.scope == scope) & changes.state.isin(relevant))
        newest = told.group_by("subject").aggregate(
            version=told.version.argmax(told["rank"]), state=told.state.argmax(told["rank"])
        )
        chosen = newest.filter(newest.state == state).select("subject", "version")
        return engine.create_table(f"standing_{name}", chosen, temp=True)

    deleted = became("object", "deleted", "deleted").select(
        object_key=ibis._.subject, deleted=ibis._.version
    )
    undone = became("relation", "undone", "undone").select(key=ibis._.subject, taken=ibis._.version)
    gone = became("account", "undone", "gone").select(
        actor_key=ibis._.subject, account_gone=ibis._.version
    )
    rows = rows.left_join(deleted, "object_key").drop("object_key_right")
    rows = rows.left_join(undone, "key").drop("key_right")
    rows = rows.left_join(gone, "actor_key").drop("actor_key_right")
    # An undoing older than the deed that is kept was of an earlier one.
    stale = rows.published.notnull() & (rows.published > rows.taken)
    return rows.select(
        *_COLUMNS,
        at=rows.published.coalesce(rows.received_at),
        has_words=rows.content.notnull() | rows.name.notnull(),
        undone=ibis.ifelse(stale, ibis.null(rows.taken.type()), rows.taken),
        is_gone=rows.deleted.notnull() | rows.account_gone.notnull(),
    )


def counted(table: "ir.Table", *columns: str) -> list[dict[str, Any]]:
    """Rows of a table by some columns, with how many there are as ``value``."""
    grouped = table.group_by(list(columns)).aggregate(value=table.count())
    rows: list[dict[str, Any]] = grouped.to_pyarrow().to_pylist()
    return rows


Counter = Callable[[Deeds], "list[tuple[str, int, float]]"]
"""Gives ``(place, day, value)`` of a metric; an empty place is everything."""
