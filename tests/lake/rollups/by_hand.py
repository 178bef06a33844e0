"""What roll-ups should say, worked out in plain Python and another way than the program's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from entregent.lake.rollups.registry import RollUp

Told = Mapping[str, Any]
Row = tuple[Any, ...]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def counted_by_hand(
    tables: Mapping[str, Sequence[Told]],
    corrections: Sequence[Told],
    roll_ups: Iterable[RollUp],
    zone: ZoneInfo,
) -> set[Row]:
    """Rows ``(grain, roll_up, level, number, first, second, third, activities, accounts)``."""
    state = _State(tables, corrections)
    groups: dict[Row, tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for activity in tables["activities"]:
        if not state.stands(activity):
            continue
        at = activity["published"] or activity["received_at"]
        hour = int((at - EPOCH).total_seconds() // 3600)
        day = (at.astimezone(zone).date() - date(1970, 1, 1)).days
        for roll_up in roll_ups:
            for values in state.values(activity, roll_up):
                for level in range(2 ** len(roll_up.dimensions)):
                    shown = [value if level >> i & 1 else None for i, value in enumerate(values)]
                    shown += [None] * (3 - len(shown))
                    for grain, number in (("hour", hour), ("day", day)):
                        group = groups[(grain, roll_up.name, level, number, *shown)]
                        group[0].add(activity["key"])
                        if activity["actor_key"] is not None:
                            group[1].add(activity["actor_key"])
    return {(*group, len(deeds), len(actors)) for group, (deeds, actors) in groups.items()}


class _State:
    def __init__(self, tables: Mapping[str, Sequence[Told]], corrections: Sequence[Told]) -> None:
        effects = tables["superseded"]
        self.deleted = {
            each["subject"]
            for each in effects
            if (each["scope"], each["state"]) == ("object", "deleted")
        }
        newest: dict[int, Told] = {}
        for each in sorted(effects, key=lambda each: each["rank"]):
            if each["scope"] == "account":
                newest[each["subject"]] = each
        self.gone = {key for key, each in newest.items() if each["state"] == "undone"}
        self.labels: dict[int, list[Told]] = defaultdict(list)
        for each in sorted(tables["labels"], key=lambda x: (x["at"], x["batch"], x["key"])):
            self.labels[each["object_key"]].append(each)
        self.said = {(each["object_key"], each["label"]): each["value"] for each in corrections}
        self.campaigns: dict[int, set[str]] = defaultdict(set)
        versions: dict[tuple[int, str], datetime] = {}
        of_texts = [each for each in tables["marks"] if each["dimension"] != "campaign"]
        for each in of_texts:
            key = each["object_key"], each["dimension"]
            versions[key] = max(each["at"], versions.get(key, each["at"]))
        self.marks: dict[tuple[int, str], set[str]] = defaultdict(set)
        for each in of_texts:
            key = each["object_key"], each["dimension"]
            if each["value"] is not None and each["at"] == versions[key]:
                self.marks[key].add(each["value"])
        for each in tables["marks"]:
            if each["dimension"] == "campaign":
                self.campaigns[each["activity_key"]].add(each["value"])
        self.links: dict[int, Told] = {}
        for each in sorted(tables["links"], key=lambda each: each["rank"]):
            self.links[each["account_key"]] = each

    def stands(self, activity: Told) -> bool:
        if activity["type"] != "Create":
            return True
        return activity["object_key"] not in self.deleted and activity["actor_key"] not in self.gone

    def values(self, activity: Told, roll_up: RollUp) -> Iterable[tuple[Any, ...]]:
        label: Told = {}
        about = activity["object_key"]
        if {"language", "state_of_mind", "intent", "query", "function"} & set(roll_up.dimensions):
            at = activity["published"] or activity["received_at"]
            version = activity["object_updated"] or at
            read = [each for each in self.labels.get(about, []) if each["at"] >= version]
            if activity["type"] != "Create" or not read:
                return []
            label = read[-1]
        choices: list[Sequence[Any]] = []
        for dimension in roll_up.dimensions:
            if dimension in {"source", "type"}:
                choices.append([activity[dimension]])
            elif dimension in {"language", "state_of_mind"}:
                value = self.said.get((about, dimension), label[dimension])
                choices.append([None if value in {"", "und", "unknown"} else value])
            elif dimension == "intent":
                said = self.said.get((about, "intent"))
                intents = [said] if said is not None else list(label["intents"] or [])
                choices.append([None if each == "none" else each for each in intents] or [None])
            elif dimension == "campaign":
                choices.append(sorted(self.campaigns.get(activity["key"], ())))
            elif dimension == "public":
                choices.append(self._publics(activity))
            else:
                choices.append(sorted(self.marks.get((about, dimension), ())))
        return product(*choices)

    def _publics(self, activity: Told) -> Sequence[str]:
        link = self.links.get(activity["actor_key"])
        if link is None or link["person"] is None:
            return []
        if activity["voluntary"] is False and not link["may_profile"]:
            return []
        return list(link["publics"])
