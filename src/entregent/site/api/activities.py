"""Activities from the record, in their present state."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from entregent.apps.listen.queries import network_names
from entregent.lake.days import month_at
from entregent.site.api.paging import cursor_of
from entregent.site.api.problems import bad_value
from entregent.understanding.reading import plain
from entregent.vocabulary import PUBLIC, visibility_of

if TYPE_CHECKING:
    from entregent.lake.record import Record

_OPEN_BY_NATURE = ("Follow", "Like", "Dislike", "Announce", "Undo")
"""Acts that networks show to everybody although they name no audience."""

_IS_OPEN = """
    coalesce(list_contains("to", ?), false) OR coalesce(list_contains(cc, ?), false)
    OR (
        coalesce(len("to"), 0) = 0 AND coalesce(len(cc), 0) = 0
        AND (type IN (SELECT unnest(?)) OR (actor IS NULL AND NOT coalesce(voluntary, true)))
    )
"""
"""What was said to everybody, what networks show anyway, and traces of nobody."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def activities(
    *,
    after: tuple[int, ...] | None,
    limit: int,
    with_private: bool,
    since: datetime | None,
    until: datetime | None,
    kind: str | None,
    network: str | None,
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of activities in the order of their times, and the next cursor.

    Parameters
    ----------
    after
        Microseconds since 1970 and key of the last one that was read.
    limit
        How many at most.
    with_private
        Whether what was not said to everybody is told too, and traces of known accounts.
    since, until
        Times ``[since, until)``; in UTC.
    kind, network
        Type of activity, and network, to which the page is limited.
    """
    # The engines of the record are heavy: the site starts without them.
    from entregent.apps.listen import journal
    from entregent.lake.record import read

    names = network_names()
    last = _moment_of(after)
    first_moment = max((each for each in (last, since) if each is not None), default=None)

    wanted: list[tuple[str, list[object]]] = []
    if after is not None and last is not None:
        wanted.append(("(moment, key) > (?, ?)", [last, after[1]]))
    if since is not None:
        wanted.append(("moment >= ?", [since]))
    if until is not None:
        wanted.append(("moment < ?", [until]))
    if kind is not None:
        wanted.append(("type = ?", [kind]))
    if network is not None:
        known = [source for source, name in names.items() if name == network]
        # A source that is gone is still known by the end of its name.
        named = (
            "source IN (SELECT unnest(?)) "
            "OR (ends_with(source, ?) AND source NOT IN (SELECT unnest(?)))"
        )
        wanted.append((named, [known, f":{network}", list(names)]))
    if not with_private:
        wanted.append((_IS_OPEN, [PUBLIC, PUBLIC, list(_OPEN_BY_NATURE)]))

    def ask(record: "Record") -> list[dict[str, Any]]:
        from entregent.lake.present_some import begin, present_some

        begin(record)
        missing = limit + 1
        # A month after the other, from the earliest that may matter: the page fills soon.
        for month in record.months("activities"):
            if first_moment is not None and month < month_at(first_moment):
                continue
            if missing <= 0 or (until is not None and month > month_at(until)):
                break
            missing -= _take(record, month, wanted, missing)
        rows = present_some(record, "SELECT key FROM some_activities")
        return sorted(rows, key=lambda row: (_when(row), row["key"]))

    rows = read(lambda: journal.open_record(tables=_LOOKS_AT), ask)
    following = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return [_shown(row, names) for row in rows[:limit]], following


_LOOKS_AT = ("activities", "superseded", "aliases")


def _take(
    record: "Record", month: str, wanted: list[tuple[str, list[object]]], missing: int
) -> int:
    """Put the first activities of a month that are wanted into ``some_activities``."""
    record.focus("activities", months=[month])
    conditions = " AND ".join(f"({sql})" for sql, _ in wanted) or "true"
    values = [value for _, given in wanted for value in given]
    record.connection.execute(
        "CREATE OR REPLACE TEMP TABLE some_first AS "  # noqa: S608 (our own words; values are given apart)
        "SELECT key, published, received_at FROM (SELECT *, "
        "coalesce(published, received_at) AS moment FROM activities WHERE month = ?) "
        f"WHERE {conditions} ORDER BY moment, key LIMIT ?",
        [month, *values, missing],
    )
    # Their times name few rows: the words of all others are not read. One without a time is rare.
    for column, others in (("published", ""), ("received_at", "AND published IS NULL")):
        span = record.connection.execute(
            f"SELECT min({column}), max({column}) FROM some_first WHERE true {others}"  # noqa: S608
        ).fetchone()
        if span is not None and span[0] is not None:
            record.connection.execute(
                "INSERT INTO some_activities SELECT * FROM activities "  # noqa: S608
                f"WHERE month = ? AND {column} BETWEEN ? AND ? {others} "
                "AND key IN (SELECT key FROM some_first)",
                [month, *span],
            )
    found = record.connection.execute("SELECT count(*) FROM some_first").fetchone()
    return int(found[0]) if found is not None else 0


def _moment_of(place: tuple[int, ...] | None) -> datetime | None:
    try:
        return _EPOCH + place[0] * _MICROSECOND if place is not None else None
    except OverflowError as error:
        raise bad_value("cursor") from error


def _when(row: dict[str, Any]) -> datetime:
    at: datetime = row["published"] or row["received_at"]
    return at


def _cursor(row: dict[str, Any]) -> str:
    return cursor_of((_when(row) - _EPOCH) // _MICROSECOND, row["key"])


def _shown(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    gone = row["deleted"] or row["account_gone"]
    carries = row["type"] in {"Create", "Update"}
    words = row["content"] or row["summary"]
    source: str = row["source"]
    return {
        "id": row["id"],
        "type": row["type"],
        "network": names.get(source) or source.rpartition(":")[2],
        "source": source,
        "actor": row["actor"],
        "published": row["published"],
        "received_at": row["received_at"],
        "audience": visibility_of(tuple(row["to"] or ()), tuple(row["cc"] or ())),
        "voluntary": row["voluntary"] is not False,
        "reaction": row["reaction"],
        "object": {
            "id": row["object_id"],
            "type": "Tombstone" if gone and carries else row["object_type"],
            "name": row["name"],
            "text": plain(words) if words else None,
            "language": row["language"],
            "url": row["url"],
            "author": row["attributed_to"],
            "in_reply_to": row["in_reply_to"],
            "thread": row["context"],
        },
        "instrument": _part(row["instrument"]),
        "location": _part(row["location"]),
        "deleted": gone,
        "undone": row["undone"],
    }


def _part(text: str | None) -> dict[str, Any] | None:
    if not text:
        return None
    found = orjson.loads(text)
    return found if isinstance(found, dict) else {"id": found}
