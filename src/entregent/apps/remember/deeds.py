"""A row of the record as what somebody said or did: its kinds, its words, its side."""

from collections.abc import Collection, Mapping
from typing import Any

import orjson

from entregent.people.kinds import KINDS
from entregent.vocabulary import Object, visibility_of

TEXTS = frozenset({"Note", "Article", "Page", "Question", "Video", "schema:Review"})
"""Types of objects that are words."""

_OF_INTENTS = {"complaint": "complaint", "promotion": "asked_for_code"}
GOOD, BAD = 0.8, 0.4
"""A review recommends from 4 out of 5 on, and complains up to 2 out of 5."""


def is_words(row: Mapping[str, Any]) -> bool:
    """Whether a row is something said, as it stands now or as it stood before it was taken back."""
    if row["type"] != "Create":
        return False
    return (row["former_type"] or row["object_type"]) in {*TEXTS, "Tombstone"}


def kind_of(row: Mapping[str, Any]) -> str:
    """Kind of a deed that is not words; ``other`` where we have no word for it."""
    kind = row["type"]
    if kind == "View":
        return "scan" if row["instrument"] else "visit"
    if kind == "Join" and row["object_type"] == "entregent:Contest":
        return "contest"
    return KINDS.get(kind, "other")


def kinds_of_words(
    row: Mapping[str, Any], intents: Collection[str], *, helps: bool
) -> tuple[str, ...]:
    """Kinds of a text: always a message, and what its intents and its rating say besides.

    Parameters
    ----------
    row
        Of `present_activities`.
    intents
        Codes of its newest label.
    helps
        Whether it answers somebody else's question.
    """
    found = ["message"]
    found += [kind for intent, kind in _OF_INTENTS.items() if intent in intents]
    if "praise" in intents and "complaint" not in intents and side_of(row) == "public":
        found.append("praise")
    if helps:
        found.append("helped")
    share = rating_of(row)
    if share is not None and (share >= GOOD or share <= BAD):
        found.append("good_review" if share >= GOOD else "bad_review")
    return tuple(found)


def rating_of(row: Mapping[str, Any]) -> float | None:
    """Rating of a review, from 0 to 1 of the best; None without one."""
    if not row["object_rest"] or "reviewRating" not in row["object_rest"]:
        return None
    about = Object.from_as2(orjson.loads(row["object_rest"]))
    best = about.best_rating or 5
    if about.rating is None or best <= 0:
        return None
    return min(1.0, max(0.0, about.rating / best))


def side_of(row: Mapping[str, Any]) -> str:
    """``public`` or ``private``; what is unknown is treated as private."""
    audience = visibility_of(tuple(row["to"] or ()), tuple(row["cc"] or ()))
    return "public" if audience in {"public", "unlisted"} else "private"


def names_one_of(row: Mapping[str, Any], uris: Collection[str]) -> bool:
    """Whether a text is addressed to one of some accounts, or mentions it."""
    if any(uri in uris for uri in (*(row["to"] or ()), *(row["cc"] or ()))):
        return True
    rest = row["object_rest"]
    if not rest or '"tag"' not in rest:
        return False
    tags = _json(rest).get("tag") or []
    return any(
        isinstance(tag, dict) and tag.get("type") == "Mention" and tag.get("href") in uris
        for tag in (tags if isinstance(tags, list) else [tags])
    )


def detail_of(row: Mapping[str, Any]) -> str:
    """What a deed was about, in the words of where it came from; empty if it does not say."""
    kind = kind_of(row)
    if kind in {"follow", "like", "share"}:
        return ""
    places = [row["name"]]
    for part in ("instrument", "location") if kind in {"scan", "check_in"} else ("result",):
        about = _json(row[part])
        places.insert(0, about.get("name") or "")
    if kind == "coupon":
        places.append(_json(row["instrument"]).get("name") or "")
    named = next((str(place) for place in places if place), "")
    return named[:200]


def _json(text: str | None) -> dict[str, Any]:
    if not text:
        return {}
    found = orjson.loads(text)
    return found if isinstance(found, dict) else {}
