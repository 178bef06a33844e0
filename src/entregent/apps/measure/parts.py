"""Messages by part of the day, for the last weeks: what « ce qui a bougé » is told from.

Counts alone are stored, never who: how many messages, how many people, how many of them new, and
how many spoke of each subject.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from entregent.apps.measure.deeds import Deeds
from entregent.apps.organisation.answering import subjects
from entregent.lake.days import DAY_S, number_of

if TYPE_CHECKING:
    from entregent.lake.record import Record

PARTS_OF_DAY = ("night", "morning", "afternoon", "evening")
"""Six hours each, from midnight on the clock of the zone."""
PART_S = DAY_S // len(PARTS_OF_DAY)
WEEKS = 8
ENOUGH_PEOPLE = 10
MESSAGES, PEOPLE, NEW, ABOUT = (
    "messages_by_part",
    "people_by_part",
    "new_by_part",
    "about_by_part",
)
PART_METRICS = (MESSAGES, PEOPLE, NEW, ABOUT)
EXPLAINED = "explained"
"""Parts of days of which somebody said why they were unusual."""
_RECENT_DAYS = 2


def count_parts(record: "Record", deeds: Deeds, today: date) -> list[tuple[str, int, float]]:
    """Counts as ``(metric|part, day, value)``; subjects as ``about_by_part|part:slug``."""
    said = deeds.mentions
    first = number_of(today) - 7 * WEEKS - 1
    told = said.mutate(part=((said.seconds % DAY_S) // PART_S).cast("int64"))
    recent = told.filter(told.day >= first)
    rows = (
        recent.group_by(["day", "part"])
        .aggregate(messages=recent.count(), people=recent.actor_key.nunique())
        .to_pyarrow()
        .to_pylist()
    )
    ever = deeds.spoken
    newcomers = ever.group_by("actor_key").aggregate(seconds=ever.seconds.min())
    newcomers = newcomers.mutate(
        day=(newcomers.seconds // DAY_S).cast("int64"),
        part=((newcomers.seconds % DAY_S) // PART_S).cast("int64"),
    )
    newcomers = newcomers.filter(newcomers.day >= first)
    new = newcomers.group_by(["day", "part"]).aggregate(value=newcomers.count())
    found: list[tuple[str, int, float]] = []
    for row in rows:
        part = PARTS_OF_DAY[row["part"]]
        found.append((f"{MESSAGES}|{part}", row["day"], row["messages"]))
        found.append((f"{PEOPLE}|{part}", row["day"], row["people"]))
    found += [
        (f"{NEW}|{PARTS_OF_DAY[row['part']]}", row["day"], row["value"])
        for row in new.to_pyarrow().to_pylist()
    ]
    crowded = [
        (row["day"], row["part"])
        for row in rows
        if row["people"] >= ENOUGH_PEOPLE and row["day"] > number_of(today) - _RECENT_DAYS
    ]
    return found + _subjects(record, told, crowded)


def _subjects(
    record: "Record", told: Any, crowded: Sequence[tuple[int, int]]
) -> list[tuple[str, int, float]]:
    """People who spoke of each subject, in the few parts of days that may be worth telling."""
    if not crowded:
        return []
    from entregent.understanding.queries import Matcher, QueryError, fold, parse
    from entregent.understanding.reading import plain

    asked: dict[int, Any] = {}
    slugs: list[str] = []
    for subject in subjects():
        try:
            query = parse(subject.query) if subject.query else None
        except QueryError:
            query = None
        if query is not None:
            asked[len(slugs)] = query
            slugs.append(subject.slug)
    if not asked:
        return []
    matcher = Matcher(asked)
    people: dict[tuple[int, int, str], set[int]] = defaultdict(set)
    activities = record.table("activities")
    texts = activities.filter(activities.type == "Create").select("object_key", "content", "name")
    chosen = told.filter(told.day.isin(sorted({day for day, _ in crowded})))
    wanted = set(crowded)
    for row in chosen.inner_join(texts, "object_key").to_pyarrow().to_pylist():
        if (row["day"], row["part"]) in wanted:
            folded = fold(plain(row["content"] or row["name"] or ""))
            for hit in matcher.matching(folded):
                people[row["day"], row["part"], slugs[hit]].add(row["actor_key"])
    counts = Counter({key: len(actors) for key, actors in people.items()})
    return [
        (f"{ABOUT}|{PARTS_OF_DAY[part]}:{slug}", day, value)
        for (day, part, slug), value in sorted(counts.items())
    ]
