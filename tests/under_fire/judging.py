"""Whether a record is as it should be, worked out from what was told and from other sides of it."""

import io
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
from django.conf import settings

from entregent.apps.coordinate.models import Conversation, Message
from entregent.apps.listen import journal
from entregent.apps.listen.exporting import export_jsonl
from entregent.apps.listen.models import Source, SourceDay
from entregent.apps.remember.models import Account
from entregent.keeping.health import examine
from entregent.lake.days import month_name
from entregent.lake.key_index import KeyIndex
from entregent.lake.near import month_of
from entregent.lake.record import Record, read
from entregent.lake.store import KEEPER
from tests.forget.grep import found_in
from tests.listen.rolling import by_hand, differences, stored
from tests.under_fire.world import Chapter, lost, wrong

KEYS: Final = {
    "activities": "key",
    "superseded": "scope, subject, state, rank, key",
    "raw": "ref",
    "accounts": "key",
    "labels": "key",
    "marks": "key",
    "links": "key",
    "series": "key",
    "aliases": "key",
}
"""What each row of a table is told apart by."""


def acknowledged_and_lost(chapters: Sequence[Chapter], asked: Collection[int]) -> list[str]:
    """Ids that an import said were kept, and that the record does not hold."""

    def ids(record: Record) -> list[str]:
        rows = record.connection.execute("SELECT id FROM activities").fetchall()
        return [uri for (uri,) in rows]

    return sorted(lost(read(journal.open_record, ids), chapters, asked))[:20]


def judge(chapters: Sequence[Chapter], asked: Collection[int]) -> dict[str, Any]:
    """Everything that is wrong, by kind; each entry but the first is to be empty."""
    documents = _exported()
    words = [word for each in chapters if each.number in asked for word in each.words]
    return {
        "activities": len(documents),
        "forgotten": len(asked),
        "faults": wrong(documents, chapters, asked)[:20],
        "doubled": doubled(),
        "waiting": journal.backlog_rows(),
        "counts": _items(chapters),
        "conversations": _conversations(chapters, asked),
        "index": index_and_lake(),
        "roll_ups": [each for side in differences(stored(), by_hand()).values() for each in side],
        "left_of_the_forgotten": found_in(Path(settings.HOME), words)[:20] if words else [],
        "doctor": [
            f"{check.name}: {check.finding}"
            for check in examine()
            if check.status != "ok" and check.name != "disk"
        ],
    }


def doubled() -> dict[str, int]:
    """Rows too many of each table, landed ones included."""

    def count(record: Record) -> dict[str, int]:
        found = {}
        for name, key in KEYS.items():
            told = record.connection.execute(
                f"SELECT (SELECT count(*) FROM {name}) - "
                f"(SELECT count(*) FROM (SELECT DISTINCT {key} FROM {name}))"
            ).fetchall()
            if told[0][0]:
                found[name] = int(told[0][0])
        return found

    return read(journal.open_record, count)


def index_and_lake() -> list[str]:
    """Where the index of keys and the lake do not agree."""
    lake = journal.lake()
    index, table = KeyIndex(lake), lake.open("activities")
    assert table is not None
    rows = table.to_pyarrow_table(columns=["key", "month"])
    covers, last = index.covers(table), table.transaction_version(KEEPER)
    found = [] if covers == last else [f"covers {covers}, the lake holds {last}"]
    months = month_of(index.places_of(rows["key"].to_numpy()))
    named = np.array([month_name(int(each)) if each >= 0 else "" for each in months])
    off = np.flatnonzero(named != np.array(rows["month"].to_pylist()))
    return found + [f"{len(off)} keys are not known, or in another month"] * bool(len(off))


def _exported() -> list[dict[str, Any]]:
    sink = io.BytesIO()
    export_jsonl(sink)
    return [orjson.loads(line) for line in sink.getvalue().splitlines()]


def _items(chapters: Sequence[Chapter]) -> list[str]:
    """Items by source and day: each activity was counted when it came in, and once."""
    told = sum(b'"actor"' in line for each in chapters for line in each.story.lines)
    by_source = sum(Source.objects.values_list("items", flat=True))
    by_day = sum(SourceDay.objects.values_list("items", flat=True))
    if told == by_source == by_day:
        return []
    return [f"{told} told, {by_source} by source, {by_day} by day"]


def _conversations(chapters: Sequence[Chapter], asked: Collection[int]) -> list[str]:
    """Texts said to us, and who said them: each once, none lost, none of the forgotten."""
    told = {
        uri
        for each in chapters
        for uri, is_hers in each.to_us.items()
        if not (is_hers and each.number in asked)
    }
    texts = list(Message.objects.values_list("object_id", flat=True))
    found = [f"{uri} reached nobody" for uri in sorted(told - set(texts))]
    found += [f"{uri} was never said to us" for uri in sorted(set(texts) - told)]
    if len(texts) != Conversation.objects.count():
        found.append(f"{len(texts)} texts in {Conversation.objects.count()} conversations")
    accounts = list(Account.objects.values_list("uri", flat=True))
    found += [f"{len(accounts) - len(set(accounts))} accounts twice"] * (
        len(accounts) != len(set(accounts))
    )
    gone = {each.her for each in chapters if each.number in asked}
    return [*found, *(f"{uri} is remembered" for uri in sorted(gone & set(accounts)))][:20]
