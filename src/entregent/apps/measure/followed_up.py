"""What people did after a campaign, and what they said when they were asked. Read from the lake."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from entregent.apps.address.queries import CampaignLine
from entregent.apps.listen.queries import zone_of_days
from entregent.apps.measure.deeds import standing
from entregent.apps.measure.lines import Asked, WhatNext
from entregent.apps.measure.metrics import code_of
from entregent.apps.organisation.queries import Member
from entregent.apps.remember.queries import (
    account_ids,
    accounts_of_person,
    has_consent,
    speakers,
)
from entregent.lake.days import month_at, start_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from entregent.lake.record import Record

_GOES_AWAY = ("Undo", "Delete", "Block", "entregent:Promise")
_RECOMMENDS = ("Announce",)
_DECLINED = frozenset({"", "declined", "refus", "refusé", "ne veut pas dire", "no answer"})
_LISTED = 8
_NEEDED = ["actor_key", "actor", "at", "type", "object_id", "object_key", "object_type", "undone"]


def did_next(record: "Record", viewer: Member, campaign: CampaignLine) -> WhatNext | None:
    """What the accounts did that were first seen during a campaign, at its place.

    First seen: the first of all that is known of them lies between its first and its last day, and
    it was a follow of the campaign's place. After: from the day that follows the last one on.
    """
    if not campaign.place:
        return None
    zone = zone_of_days()
    begin = start_of(campaign.first_day, zone)
    end = start_of(campaign.last_day + timedelta(days=1), zone)
    followers = _followers(record, campaign.place, begin, end)
    if not followers:
        return None
    told = standing(record, followers).select(_NEEDED)
    told = record.backend().create_table("told", told, temp=True)
    first = told.group_by("actor_key").aggregate(first=told["at"].min())
    newcomers = told.filter(
        (told.type == "Follow")
        & (told.object_id == campaign.place)
        & (told["at"] >= begin)
        & (told["at"] < end)
    )
    newcomers = newcomers.group_by("actor_key").aggregate(
        uri=newcomers.actor.min(), undone=newcomers.undone.max()
    )
    newcomers = newcomers.inner_join(first, "actor_key")
    newcomers = newcomers.filter((newcomers["first"] >= begin) & (newcomers["first"] < end))
    people = {row["actor_key"]: row for row in _rows(newcomers)}
    if not people:
        return None
    later = told.filter(
        (told["at"] >= end) & ~told.type.isin(_GOES_AWAY) & told.actor.isin(_uris(people))
    )
    acts = later.left_join(_labels(record, later), "object_key").select(
        "actor_key", "type", "object_type", "intents"
    )
    back: set[int] = set()
    recommended: set[int] = set()
    complained: set[int] = set()
    bought: set[int] = set()
    for row in _rows(acts.distinct()):
        key, intents = row["actor_key"], row["intents"] or []
        back.add(key)
        if row["type"] in _RECOMMENDS or row["object_type"] == "schema:Review":
            recommended.add(key)
        if "complaint" in intents:
            complained.add(key)
        if row["type"] == "schema:BuyAction":
            bought.add(key)
    linked, buyers = _linked_buyers(record, viewer, people, end)
    bought |= buyers
    left = {key for key, row in people.items() if row["undone"] is not None}
    return WhatNext(
        accounts=len(people),
        came_back=len(back),
        bought=len(bought) if viewer.may_work else None,
        recommended=len(recommended),
        complained=len(complained),
        left=len(left),
        silent=len(set(people) - back - bought - left),
        linked=linked if viewer.may_work else None,
    )


def _followers(record: "Record", place: str, begin: datetime, end: datetime) -> list[int]:
    """Keys of the accounts that followed a place at some time within ``[begin, end)``."""
    rows = _between(record, begin, end)
    rows = rows.filter((rows.type == "Follow") & (rows.object_id == place) & rows.actor.notnull())
    return [row["actor_key"] for row in _rows(rows.select("actor_key").distinct())]


def _between(record: "Record", begin: datetime, end: datetime | None = None) -> "ir.Table":
    """Activities within ``[begin, end)``; by their months first, so that others are not opened."""
    rows = record.table("activities")
    at = rows.published.coalesce(rows.received_at)
    rows = rows.filter((rows.month >= month_at(begin)) & (at >= begin))
    return rows if end is None else rows.filter((rows.month <= month_at(end)) & (at < end))


def asked_what_brought_them(record: "Record", campaign: CampaignLine) -> Asked | None:
    """Answers to « Qu'est-ce qui vous a amené? » during a campaign and the month after it."""
    zone = zone_of_days()
    begin = start_of(campaign.first_day, zone)
    end = start_of(campaign.last_day + timedelta(days=31), zone)
    rows = _between(record, begin, end)
    rows = rows.filter(rows.type == "schema:ReplyAction")
    rows = rows.group_by(["content", "name", "result"]).aggregate(value=rows.count())
    answers: dict[str, int] = {}
    declined = 0
    for row in _rows(rows):
        said = (row["content"] or code_of(row["result"]) or "").strip()
        if said.lower() in _DECLINED:
            declined += row["value"]
        else:
            answers[said] = answers.get(said, 0) + row["value"]
    asked = declined + sum(answers.values())
    if not asked:
        return None
    listed = sorted(answers.items(), key=lambda pair: (-pair[1], pair[0]))[:_LISTED]
    return Asked(answers=tuple(listed), declined=declined, asked=asked)


def _linked_buyers(
    record: "Record", viewer: Member, people: dict[int, dict[str, Any]], end: datetime
) -> tuple[int, set[int]]:
    """How many are linked to a person who agreed, and those of whom another account bought."""
    if not viewer.may_work:
        return 0, set()
    ids = account_ids(_uris(people))
    keys = {row["uri"]: key for key, row in people.items()}
    now = timezone.now()
    linked: dict[str, int] = {}
    for account_id, speaker in speakers(ids.values()).items():
        person = speaker.person_id
        if person is not None and has_consent(person, "profile", now):
            for account in accounts_of_person(viewer, person):
                linked[account.uri] = keys[speaker.uri]
        del account_id
    if not linked:
        return 0, set()
    rows = _between(record, end)
    bought = rows.filter((rows.type == "schema:BuyAction") & rows.actor.isin(sorted(linked)))
    buyers = {linked[row["actor"]] for row in _rows(bought.select("actor").distinct())}
    return len(set(linked.values())), buyers


def _labels(record: "Record", rows: "ir.Table") -> "ir.Table":
    labels = record.table("labels").semi_join(rows, "object_key")
    return labels.group_by("object_key").aggregate(intents=labels.intents.argmax(labels["at"]))


def _uris(people: dict[int, dict[str, Any]]) -> list[str]:
    return sorted(row["uri"] for row in people.values())


def _rows(table: "ir.Table") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return found
