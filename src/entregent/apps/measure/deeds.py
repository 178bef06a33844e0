"""What the record holds, made ready for counting: narrow, by day, once for all metrics."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from entregent.apps.understand.hearing import TEXTS
from entregent.lake.days import (
    DAY_S,
    day_of,
    local_seconds,
    month_at,
    month_name,
    number_of,
    offsets,
    start_of,
)
from entregent.lake.keys import MOST_NAMED

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from entregent.lake.record import Record

PRESS_NETWORKS = ("press", "feed")
LOOKED_BACK_DAYS = 58
"""Days of which everything that was said is read: the parts of days need them."""
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
        What others say to us or about us, at least from the first day that is counted:
        ``object_key``, ``actor_key``, ``source``, ``seconds`` (on the clock of the zone), ``day``
        and ``state``.
    spoken
        The same with what came without words, and of older days at least when each of these
        accounts spoke first and last: ``has_words`` instead of ``state``.
    follows
        Follows of our accounts that were made, or taken back, from the first day on.
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
    spoken: "ir.Table"
    follows: "ir.Table"
    acts: "ir.Table"
    from_day: int
    networks: Mapping[str, str]
    ours: tuple[str, ...]

    def sources_of(self, networks: tuple[str, ...]) -> list[str]:
        """Sources of some networks."""
        return [source for source, network in self.networks.items() if network in networks]


SpokeBefore = Callable[[int], "pa.Table | None"]
"""Tells when accounts spoke before a day, by its number; None where that is not known."""


def nobody_knows(day: int) -> "pa.Table | None":
    """Nothing is known of the time before a day."""
    del day
    return None


@dataclass(frozen=True)
class House:
    """What must be known of the house before its record can be counted."""

    zone: ZoneInfo
    networks: Mapping[str, str]
    ours: tuple[str, ...]
    now: datetime


def prepare(
    record: "Record", house: House, from_day: date | None, spoke_before: SpokeBefore = nobody_knows
) -> Deeds:
    """Make the tables; from the first day on if `from_day` is None.

    Parameters
    ----------
    record, house
        What is counted, and what must be known of the house.
    from_day
        First day that is counted.
    spoke_before
        Tells when accounts spoke before a day: see `entregent.apps.listen.rollups.spoke_before`.
        Where nobody knows, everything that was ever said is read.
    """
    import ibis

    engine = record.backend()
    first = number_of(from_day) if from_day is not None else -1
    begins, earlier = None, None
    if from_day is not None:
        today = number_of(house.now.astimezone(house.zone).date())
        begins = min(first, today - LOOKED_BACK_DAYS)
        earlier = spoke_before(begins)
    became = _what_became(record)
    chosen = _chosen(record, became, house, from_day, None if earlier is None else begins)
    changes = offsets(house.zone, house.now + timedelta(days=400))
    told = _laid_over(chosen.filter(chosen.type.isin(_COUNTED)), became)
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
    said = told.filter(
        (told.type == "Create")
        & told.object_type.isin(sorted(TEXTS))
        & stands
        & told.actor.notnull()
        & ~told.actor.isin(ours)
        & ~_is_coverage(told, press)
    )
    spoken = said.select("object_key", "actor_key", "source", "seconds", "day", "has_words")
    # As what is known of earlier days, which is told with its fractions.
    spoken = spoken.mutate(seconds=spoken.seconds.cast("float64"))
    if earlier is not None:
        spoken = spoken.filter(spoken.day >= begins)
        spoken = engine.create_table("deeds_spoken_lately", spoken, temp=True)
        spoken = spoken.union(_earlier(ibis.memtable(earlier), spoken, press))
    mentions = said.filter(said.has_words)
    mentions = mentions.select("object_key", "actor_key", "source", "seconds", "day", "version")
    counted_now = mentions.filter(mentions.day >= first)
    labels = record.table("labels").select("object_key", "state_of_mind", read_at=ibis._["at"])
    told_of = labels.inner_join(counted_now.select("object_key", "version"), "object_key")
    # A label of a version older than the one that was told is none of this text.
    told_of = told_of.filter(told_of.read_at >= told_of.version)
    newest = told_of.group_by("object_key").aggregate(
        # An unknown state of mind is an answer too, and hides an older one.
        state=told_of.state_of_mind.coalesce("").argmax(told_of.read_at)
    )
    mentions = mentions.left_join(newest, "object_key").drop("object_key_right", "version")
    # What was done counts on its day, also where it was taken back later; what was said, while it
    # stands.
    is_act = (told.type != "Create") | (
        stands & told.object_type.isin(["schema:Review", *_COVERAGE])
    )
    return Deeds(
        mentions=engine.create_table("deeds_mentions", mentions, temp=True),
        spoken=engine.create_table("deeds_spoken", spoken, temp=True),
        follows=told.filter((told.type == "Follow") & told.object_id.isin(ours)),
        acts=told.filter(is_act & (told.day >= first) & (told.type != "Follow")),
        from_day=first,
        networks=house.networks,
        ours=tuple(house.ours),
    )


def _chosen(
    record: "Record", became: "Became", house: House, from_day: date | None, begins: int | None
) -> "ir.Table":
    """Rows of the activities that are needed, by their months: reading others is what costs.

    `begins` is the first day of which what was said is read; None for all days.
    """
    rows = record.table("activities")
    if from_day is None:
        return rows

    def month_before(day: date) -> str:
        return month_at(start_of(day - timedelta(days=1), house.zone))

    month = month_before(from_day)
    # A follow counts again where it was taken back lately.
    taken = became.undone.filter(became.undone.taken >= start_of(from_day, house.zone))
    keys = taken.key.to_pyarrow().to_numpy()
    months = {month_name(number) for number in record.months_of(keys).tolist() if number >= 0}
    is_followed = (rows.type == "Follow") & rows.month.isin(sorted(months) or [""])
    if begins is None:
        return rows.filter((rows.month >= month) | (rows.type == "Create") | is_followed)
    said_since = min(month, month_before(day_of(begins)))
    # By months alone first: so the engine leaves out whole folders.
    rows = rows.filter((rows.month >= said_since) | rows.month.isin(sorted(months) or [""]))
    is_said = (rows.type == "Create") & (rows.month >= said_since)
    is_followed = (rows.type == "Follow") & rows.month.isin(sorted(months) or [""])
    return rows.filter((rows.month >= month) | is_said | is_followed)


def _is_coverage(rows: "ir.Table", press: list[str]) -> Any:
    return rows.source.isin(press) & rows.object_type.isin(_COVERAGE)


def _earlier(known: "ir.Table", lately: "ir.Table", press: list[str]) -> "ir.Table":
    """When those who spoke lately had spoken before, as rows without what they said."""
    import ibis

    known = known.filter(known.object_type.isin(sorted(TEXTS)) & ~_is_coverage(known, press))
    known = known.semi_join(lately, "actor_key")
    # The first and the last time tell who is new and who comes back.
    found = known.group_by("actor_key").aggregate(
        newest=known.seconds.max(), oldest=known.seconds.min(), source=known.source.min()
    )
    return ibis.union(
        *(
            found.select(
                object_key=ibis.null("int64"),
                actor_key=found.actor_key,
                source=found.source,
                seconds=found[name],
                day=(found[name] // DAY_S).cast("int64"),
                has_words=ibis.literal(False),
            )
            for name in ("newest", "oldest")
        )
    )


@dataclass(frozen=True)
class Became:
    """What became of things: objects deleted, relations undone, accounts gone."""

    deleted: "ir.Table"
    undone: "ir.Table"
    gone: "ir.Table"


def standing(record: "Record", accounts: Collection[int]) -> "ir.Table":
    """Activities of some accounts with what became of them, but without their texts.

    Parameters
    ----------
    record
        A look at ``activities`` and ``superseded``.
    accounts
        Their keys.

    Returns
    -------
    ibis.expr.types.Table
        Its columns are those that counting needs, ``at`` (when it was done, else when we learnt
        it), ``has_words``, ``undone`` (when it was taken back) and ``is_gone`` (its object, or its
        actor, is no more). It tells of these what `entregent.lake.present.present_activities`
        tells.
    """
    import ibis
    import pyarrow as pa

    rows = record.table("activities")
    if len(accounts) <= MOST_NAMED:
        # Named one by one, groups of rows without any of them are passed over.
        rows = rows.filter(rows.actor_key.isin(sorted(accounts)))
    else:
        keys = pa.table({"actor_key": pa.array(sorted(accounts), pa.int64())})
        rows = rows.semi_join(ibis.memtable(keys), "actor_key")
    return _laid_over(rows, _what_became(record))


def _what_became(record: "Record") -> Became:
    import ibis

    engine, changes = record.backend(), record.table("superseded")

    def became(scope: str, state: str, name: str) -> "ir.Table":
        relevant = ["deleted"] if scope == "object" else ["undone", "done"]
        told = changes.filter((changes.scope == scope) & changes.state.isin(relevant))
        newest = told.group_by("subject").aggregate(
            version=told.version.argmax(told["rank"]), state=told.state.argmax(told["rank"])
        )
        chosen = newest.filter(newest.state == state).select("subject", "version")
        return engine.create_table(f"standing_{name}", chosen, temp=True)

    return Became(
        became("object", "deleted", "deleted").select(
            object_key=ibis._.subject, deleted=ibis._.version
        ),
        became("relation", "undone", "undone").select(key=ibis._.subject, taken=ibis._.version),
        became("account", "undone", "gone").select(
            actor_key=ibis._.subject, account_gone=ibis._.version
        ),
    )


def _laid_over(rows: "ir.Table", became: Became) -> "ir.Table":
    import ibis

    rows = rows.left_join(became.deleted, "object_key").drop("object_key_right")
    rows = rows.left_join(became.undone, "key").drop("key_right")
    rows = rows.left_join(became.gone, "actor_key").drop("actor_key_right")
    # An undoing older than the deed that is kept was of an earlier one.
    stale = rows.published.notnull() & (rows.published > rows.taken)
    at = rows.published.coalesce(rows.received_at)
    return rows.select(
        *_COLUMNS,
        at=at,
        version=rows.object_updated.coalesce(at),
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
