"""Activities from the record, in their present state."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import orjson

from entregent.apps.listen.queries import network_names
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

    wanted: list[tuple[str, list[object]]] = []
    if after is not None and last is not None:
        wanted.append(("(moment, key) > (?, ?)", [last, after[1]]))
        # Folders of earlier months are not opened at all.
        wanted.append(("month >= ?", [_month(last)]))
    if since is not None:
        wanted.append(("moment >= ? AND month >= ?", [since, _month(since)]))
    if until is not None:
        wanted.append(("moment < ? AND month <= ?", [until, _month(until)]))
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
        conditions = " AND ".join(f"({sql})" for sql, _ in wanted) or "true"
        values = [value for _, given in wanted for value in given]
        statement = (
            "SELECT * FROM (SELECT *, coalesce(published, received_at) AS moment "  # noqa: S608 (our own words; values are given apart)
            f"FROM ({_present()})) WHERE {conditions} ORDER BY moment, key LIMIT ?"
        )
        found = record.connection.sql(statement, params=[*values, limit + 1])
        rows: list[dict[str, Any]] = found.to_arrow_table().to_pylist()
        return rows

    rows = read(journal.open_record, ask)
    following = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return [_shown(row, names) for row in rows[:limit]], following


class _Columns:
    """The record's tables by their columns alone."""

    def table(self, name: str) -> Any:
        """A table without rows."""
        import ibis

        from entregent.lake.schema import TABLES

        return ibis.table(ibis.Schema.from_pyarrow(TABLES[name].schema), name=name)


@cache
def _present() -> str:
    """The present state as a statement; writing it takes longer than answering it."""
    import ibis

    from entregent.lake.present import present_activities

    return str(ibis.to_sql(present_activities(cast("Record", _Columns())), dialect="duckdb"))


def _moment_of(place: tuple[int, ...] | None) -> datetime | None:
    try:
        return _EPOCH + place[0] * _MICROSECOND if place is not None else None
    except OverflowError as error:
        raise bad_value("cursor") from error


def _month(moment: datetime) -> str:
    return f"{moment.year:04}-{moment.month:02}"


def _cursor(row: dict[str, Any]) -> str:
    return cursor_of((row["moment"] - _EPOCH) // _MICROSECOND, row["key"])


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
