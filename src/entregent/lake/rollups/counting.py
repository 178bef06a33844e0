"""How roll-ups are counted: Ibis expressions that every engine answers alike.

What was done counts in its hour and on its day, also where it was taken back later; a thing that
was said counts while it stands: not after it, or its author's account, was deleted. This is what
`entregent.apps.measure.deeds` says too.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from entregent.lake.days import DAY_S, local_seconds, seconds_of
from entregent.lake.key_run import Keys
from entregent.lake.keys import created_key
from entregent.lake.record import Record
from entregent.lake.rollups.periods import HOUR_S, Span
from entregent.lake.rollups.registry import BY_MARK, ROLL_UPS, SEVERAL, SPEAKERS, RollUp
from entregent.lake.schema import TABLES as RECORD_TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

TABLES = ("activities", "superseded", "labels", "marks", "links")
"""Tables of the record that counting looks at."""
GRAINS = ("hour", "day")
SPEAKER = "speaker"
"""Grain of the speakers: one row for each account that spoke on a day."""

CORRECTIONS = pa.schema(
    [("object_key", pa.int64()), ("label", pa.string()), ("value", pa.string())]
)
"""What members said labels should be: one row for each text and label."""

COUNTS = pa.schema(
    [
        ("grain", pa.string()),
        ("roll_up", pa.string()),
        ("level", pa.int64()),
        ("number", pa.int64()),  # of the hour or day since 1970
        ("first", pa.string()),
        ("second", pa.string()),
        ("third", pa.string()),
        ("activities", pa.int64()),
        ("accounts", pa.int64()),
        ("actor_key", pa.int64()),  # of speakers alone, as the next one
        ("seconds", pa.float64()),  # when it spoke last that day, on the clock of the zone
    ]
)
"""What counting gives: values of dimensions by their places; NULL is unknown, or not told apart."""

_DEEDS = {
    **dict.fromkeys(("key", "object_key", "actor_key"), "int64"),
    **dict.fromkeys(("source", "type"), "string"),
    "voluntary": "boolean",
    "version": "timestamp('UTC')",
    "hour": "int64",
    "day": "int64",
    "in_hours": "boolean",
    "seconds": "float64",
    "object_type": "string",
}
_BESIDE = {
    # Words for searching are not counted, and take more room than all else.
    "labels": "SELECT * EXCLUDE (folded) FROM labels WHERE "
    "(object_key IN (SELECT object_key FROM rollup_deeds WHERE type = 'Create'))",
    "marks": "SELECT * FROM marks WHERE "
    "(object_key IN (SELECT object_key FROM rollup_deeds WHERE type = 'Create') "
    "OR activity_key IN (SELECT key FROM rollup_deeds))",
    "links": "SELECT * FROM links WHERE account_key IN (SELECT actor_key FROM rollup_deeds)",
}
"""What is laid beside the activities that count, by table; of a long record a small part of it."""
_PLACES = ("first", "second", "third")
_UNKNOWN = ("", "und", "unknown", "none")


@dataclass(frozen=True)
class Prepared:
    """Tables from which every roll-up is counted.

    Attributes
    ----------
    deeds
        Activities of the days, as `deeds_of` gives them.
    texts
        Those of them that are texts which were read, as `texts_of` gives them.
    marks, links
        Tables of the record.
    """

    deeds: "ir.Table"
    texts: "ir.Table"
    marks: "ir.Table"
    links: "ir.Table"


def count(
    record: Record, corrections: pa.Table, names: Iterable[str], span: Span
) -> Iterator[pa.Table]:
    """Count some roll-ups in a span, one after the other; each as rows of `COUNTS`.

    Parameters
    ----------
    record
        A look at `TABLES`; it is narrowed to the span's months.
    corrections
        Rows of `CORRECTIONS`.
    names
        Of the roll-ups; `entregent.lake.rollups.registry.SPEAKERS` too.
    span
        Hours, and the days that they touch.
    """
    engine, connection = record.backend(), record.connection
    record.focus("activities", months=span.months)
    activities, superseded = record.table("activities"), record.table("superseded")
    _make(record, "deeds", engine.compile(deeds_of(activities, superseded, span)))
    # What was read of a text, or marked, is never older than the text.
    floor = connection.execute("SELECT min(version) FROM rollup_deeds").fetchall()[0][0]
    since = "" if floor is None else f""" AND "at" >= '{floor.isoformat()}'"""
    for name, beside in _BESIDE.items():
        _make(record, name, beside if name == "links" else beside + since)
    connection.register("rollup_corrections", corrections.cast(CORRECTIONS))
    _make(record, "texts", _texts_sql())
    for name in names:
        if name == SPEAKERS:
            yield connection.sql(_speakers_sql()).to_arrow_table().cast(COUNTS)
            continue
        roll_up = ROLL_UPS[name]
        _make(record, "rows", _rows_sql(roll_up))
        parts = [
            connection.sql(counts_sql(roll_up, grain, level)).to_arrow_table().cast(COUNTS)
            for grain in GRAINS
            for level in roll_up.levels
        ]
        yield pa.concat_tables(parts)


def _make(record: Record, name: str, sql: str) -> None:
    """What a query gives as a table of the engine, in the place of an earlier one of this name."""
    made = f"CREATE OR REPLACE TEMP TABLE rollup_{name} AS {sql}"
    record.connection.execute(made)


# Building an expression takes longer than counting a few hours: these are always the same.


@lru_cache(maxsize=1)
def _texts_sql() -> str:
    return _sql(texts_of(_named("deeds"), _named("labels"), _named("corrections")))


@lru_cache(maxsize=1)
def _speakers_sql() -> str:
    return _sql(speakers_of(_named("deeds")))


@lru_cache(maxsize=64)
def _rows_sql(roll_up: RollUp) -> str:
    prepared = Prepared(_named("deeds"), _named("texts"), _named("marks"), _named("links"))
    return _sql(rows_of(roll_up, prepared))


def _named(name: str) -> "ir.Table":
    """A table that counting makes, or looks at, by its name alone."""
    import ibis

    if name == "corrections":
        return ibis.table(ibis.Schema.from_pyarrow(CORRECTIONS), name="rollup_corrections")
    if name in {"deeds", "texts"}:
        more = {"language": "string", "state_of_mind": "string", "intents": "array<string>"}
        return ibis.table(_DEEDS | (more if name == "texts" else {}), name=f"rollup_{name}")
    schema = ibis.Schema.from_pyarrow(RECORD_TABLES[name].schema)
    return ibis.table(schema, name=f"rollup_{name}")


def _sql(rows: "ir.Table") -> str:
    import ibis

    return str(ibis.to_sql(rows, dialect="duckdb"))


def deeds_of(activities: "ir.Table", superseded: "ir.Table", span: Span) -> "ir.Table":
    """What counts, of the days of a span: narrow, with the number of its hour and of its day.

    Its columns are ``key``, ``object_key``, ``actor_key``, ``source``, ``type``, ``voluntary``,
    ``version`` (of the text, else when it was done), ``hour`` and ``day``, ``in_hours`` (whether
    the hour is one of the span's, not only the day), ``seconds`` (on the clock of the zone) and
    ``object_type``.
    """
    at = activities.published.coalesce(activities.received_at)
    rows = activities.filter(
        activities.month.isin(span.months) & (at >= span.begins) & (at < span.ends)
    )
    at = rows.published.coalesce(rows.received_at)
    rows = rows.select(
        "key",
        "object_key",
        "actor_key",
        "source",
        "type",
        "voluntary",
        "object_type",
        version=rows.object_updated.coalesce(at),
        hour=(seconds_of(at) // HOUR_S).cast("int64"),
        seconds=local_seconds(at, span.offsets),
    )
    rows = rows.mutate(day=(rows.seconds // DAY_S).cast("int64"))
    rows = rows.filter(_is_in(rows.day, span.days))
    rows = rows.mutate(in_hours=_is_in(rows.hour, span.hours))
    rows = rows.select(*_DEEDS)
    said = rows.filter(rows.type == "Create")
    said = said.anti_join(deleted_objects(superseded), "object_key")
    said = said.anti_join(gone_accounts(superseded), "actor_key")
    return rows.filter(rows.type != "Create").union(said)


def _is_in(value: Any, numbers: Collection[int]) -> Any:
    """Whether a value is one of some numbers: a comparison for each run of them."""
    import ibis

    ordered = np.array(sorted(numbers), np.int64)
    runs = np.split(ordered, np.flatnonzero(np.diff(ordered) > 1) + 1)
    return ibis.or_(*(value.between(int(run[0]), int(run[-1])) for run in runs))


def deleted_objects(superseded: "ir.Table") -> "ir.Table":
    """Keys of the objects that were deleted."""
    told = superseded.filter((superseded.scope == "object") & (superseded.state == "deleted"))
    return told.select(object_key=told.subject).distinct()


def gone_accounts(superseded: "ir.Table") -> "ir.Table":
    """Keys of the accounts that are no more."""
    told = superseded.filter(
        (superseded.scope == "account") & superseded.state.isin(["undone", "done"])
    )
    newest = told.group_by("subject").aggregate(state=told.state.argmax(told["rank"]))
    return newest.filter(newest.state == "undone").select(actor_key=newest.subject)


def texts_of(deeds: "ir.Table", labels: "ir.Table", corrections: "ir.Table") -> "ir.Table":
    """Texts that were read, each with its newest label and what was corrected of it.

    Its columns are those of `deeds`, and ``language``, ``state_of_mind`` and ``intents``. A label
    of a version older than the one that the activity told does not count.
    """
    import ibis

    said = deeds.filter(deeds.type == "Create")
    told = labels.select(
        "object_key",
        "language",
        "state_of_mind",
        "intents",
        read_at=labels["at"],
        read_in=labels.batch,
        label_key=labels.key,
    )
    rows = said.inner_join(told, "object_key")
    rows = rows.filter(rows.read_at >= rows.version)
    newest = ibis.row_number().over(
        ibis.window(
            group_by=rows.key,
            order_by=[rows.read_at.desc(), rows.read_in.desc(), rows.label_key.desc()],
        )
    )
    rows = rows.mutate(place=newest)
    rows = rows.filter(rows.place == 0).drop("place", "read_at", "read_in", "label_key")
    for label in ("language", "state_of_mind", "intent"):
        one = corrections.filter(corrections.label == label)
        one = one.select("object_key", **{f"said_{label}": one.value})
        rows = rows.left_join(one, "object_key").drop("object_key_right")
    given = rows.said_intent
    intents = ibis.ifelse(given.isnull(), rows.intents, ibis.array([given]))
    return rows.select(
        *deeds.columns,
        language=_known(rows.said_language.coalesce(rows.language)),
        state_of_mind=_known(rows.said_state_of_mind.coalesce(rows.state_of_mind)),
        intents=intents,
    )


def rows_of(roll_up: RollUp, prepared: Prepared) -> "ir.Table":
    """Rows from which a roll-up is counted: one for each activity and each of its values.

    Its columns are ``key``, ``actor_key``, ``hour``, ``day``, ``in_hours`` and the roll-up's
    dimensions.
    """
    rows = prepared.texts if roll_up.counts_texts else prepared.deeds
    for dimension in roll_up.dimensions:
        if dimension in BY_MARK:
            rows = _marked(rows, prepared.marks, dimension)
        elif dimension == "public":
            rows = _of_publics(rows, prepared.links)
        elif dimension == "intent":
            rows = _with_intent(rows)
    return rows.select("key", "actor_key", "hour", "day", "in_hours", *roll_up.dimensions)


def counts_sql(roll_up: RollUp, grain: str, level: int) -> str:
    """Counts at one combination of a roll-up's dimensions, by hour or by day.

    Its columns are those of `COUNTS`. It is plain SQL: to build so many expressions takes longer
    than to count a month.
    """
    told = roll_up.at_level(level)
    left_out = SEVERAL.intersection(roll_up.dimensions).difference(told)
    # An activity with several values stands on several rows.
    activities = "count(DISTINCT key)" if left_out else "count(*)"
    values = [f'"{each}"' if each in told else "NULL" for each in roll_up.dimensions]
    places = zip(_PLACES, (*values, "NULL", "NULL"), strict=False)
    groups = ", ".join([grain, *(f'"{each}"' for each in told)])
    # In the order in which they are stored: values that come again side by side take no room.
    return f"""
        SELECT '{grain}' AS grain, '{roll_up.name}' AS roll_up, {level} AS level, {grain} AS number,
            {", ".join(f"{value} AS {place}" for place, value in places)},
            {activities} AS activities, count(DISTINCT actor_key) AS accounts,
            NULL AS actor_key, NULL AS seconds
        FROM rollup_rows WHERE in_hours OR '{grain}' = 'day'
        GROUP BY {groups} ORDER BY {groups}"""  # noqa: S608 (names are our own)


def speakers_of(deeds: "ir.Table") -> "ir.Table":
    """When each account spoke last on each day, by source and by type of what it said.

    Its columns are those of `COUNTS`: the source is the first value, the type the second.
    """
    import ibis

    rows = deeds.filter((deeds.type == "Create") & deeds.actor_key.notnull())
    grouped = rows.group_by(["day", "actor_key", "source", "object_type"]).aggregate(
        last=rows.seconds.max()
    )
    return grouped.select(
        grain=ibis.literal(SPEAKER),
        roll_up=ibis.literal(SPEAKERS),
        level=ibis.literal(0, "int64"),
        number=grouped.day,
        first=grouped.source,
        second=grouped.object_type,
        third=ibis.null("string"),
        activities=ibis.null("int64"),
        accounts=ibis.null("int64"),
        actor_key=grouped.actor_key,
        seconds=grouped["last"],
    )


def _known(value: Any) -> Any:
    """A label's value; NULL for « I do not know »."""
    import ibis

    return ibis.ifelse(value.isin(_UNKNOWN), ibis.null("string"), value)


def _with_intent(rows: "ir.Table") -> "ir.Table":
    """A row for each intent, and one without for what has none."""
    import ibis

    has_some = rows.intents.length().coalesce(0) > 0
    told = rows.filter(has_some)
    told = told.mutate(intent=told.intents.unnest()).drop("intents")
    told = told.mutate(intent=_known(told.intent))
    without = rows.filter(~has_some).mutate(intent=ibis.null("string")).drop("intents")
    return told.select(without.columns).union(without)


def _marked(rows: "ir.Table", marks: "ir.Table", dimension: str) -> "ir.Table":
    """Rows that have marks of a dimension, with their values.

    Marks of a text are those that its newest version got; a version without any has one whose
    value is NULL.
    """
    column = BY_MARK[dimension]
    told = marks.filter(marks.dimension == dimension)
    if column == "object_key":
        newest = told.group_by("object_key").aggregate(newest=told["at"].max())
        told = told.inner_join(newest, "object_key")
        told = told.filter(told["at"] == told.newest)
    told = told.filter(told.value.notnull())
    told = told.select(column if column == "object_key" else "activity_key", "value").distinct()
    if column == "activity_key":
        told = told.rename(key="activity_key")
    found = rows.inner_join(told, "key" if column == "activity_key" else "object_key")
    return found.rename({dimension: "value"})


def _of_publics(rows: "ir.Table", links: "ir.Table") -> "ir.Table":
    """What people of a public did; traces only where they agreed to be remembered by them."""
    import ibis

    newest = ibis.row_number().over(
        ibis.window(group_by=links.account_key, order_by=[links["rank"].desc(), links.key.desc()])
    )
    told = links.mutate(place=newest)
    told = told.filter((told.place == 0) & told.person.notnull())
    told = told.select(
        "may_profile", actor_key=told.account_key, public=told.publics.unnest()
    ).distinct()
    found = rows.inner_join(told, "actor_key")
    return found.filter(found.voluntary.coalesce(True) | found.may_profile.coalesce(False))


def hours_of(record: Record, objects: Collection[int], accounts: Collection[int]) -> set[int]:
    """Hours of the texts with some keys, and of everything that some accounts did.

    Parameters
    ----------
    record
        A look at ``activities``; it is narrowed to where they may lie.
    objects, accounts
        Keys as in ``object_key`` and ``actor_key``.
    """
    found: set[int] = set()
    if objects:
        created = np.array([created_key(key) for key in objects], np.int64)
        record.focus_near(created.tolist())
        found |= _hours(record, "key", created)
    if accounts:
        keys = np.array(sorted(accounts), np.int64)
        record.focus("activities", keys={"actor_key": keys.tolist()})
        found |= _hours(record, "actor_key", keys)
    return found


def _hours(record: Record, column: str, keys: Keys) -> set[int]:
    record.connection.register("rollup_asked", pa.table({"asked": keys}))
    rows = record.connection.execute(
        "SELECT DISTINCT floor(epoch_us(coalesce(published, received_at)) / 3600000000) "  # noqa: S608
        f"FROM activities WHERE {column} IN (SELECT asked FROM rollup_asked)"
    ).fetchall()
    record.connection.unregister("rollup_asked")
    return {int(hour) for (hour,) in rows}
