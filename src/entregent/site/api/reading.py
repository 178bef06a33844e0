"""What the API reads from the apps, as plain values; pydantic checks and describes them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from entregent.apps.address import queries as address
from entregent.apps.coordinate import walking as conversing
from entregent.apps.measure import queries as measure
from entregent.apps.organisation.tokens import Holder
from entregent.apps.remember import walking as remembering
from entregent.measurement.results import Interval
from entregent.site.api.paging import cursor_of, cut, place_of
from entregent.site.api.problems import bad_value, not_found

_LAST_DAYS = 89
_LINES = ("objective", "in_service_of", "who_cares", "how_they_come", "how_measured")


def people(asks: Holder, cursor: str, limit: int) -> dict[str, Any]:
    """A page of people."""
    found = remembering.people_after(asks.member, _after(cursor), limit + 1)
    page, following = cut(found, limit, lambda each: cursor_of(each.id))
    remembering.note_looks(acting_user=asks.member, person_ids=[each.id for each in page])
    return {"items": [asdict(each) for each in page], "next": following}


def person(asks: Holder, person_id: int) -> dict[str, Any]:
    """One person."""
    found = remembering.person_facts(asks.member, _number(person_id))
    if found is None:
        raise not_found()
    remembering.note_looks(acting_user=asks.member, person_ids=[found.id])
    return asdict(found)


def conversations(
    asks: Holder, *, state: str | None, network: str | None, cursor: str, limit: int
) -> dict[str, Any]:
    """A page of conversations."""
    found = conversing.conversations_after(
        asks.member,
        _after(cursor),
        limit + 1,
        with_private="private" in asks.scopes,
        state=state,
        network=network,
    )
    page, following = cut(found, limit, lambda each: cursor_of(each.id))
    return {"items": _conversations(asks, page), "next": following}


def conversation(asks: Holder, conversation_id: int) -> dict[str, Any]:
    """One conversation with its messages."""
    number = _number(conversation_id)
    found = conversing.access_facts(asks.member, number, with_private="private" in asks.scopes)
    shown = _conversations(asks, [found])[0]
    return {
        **shown,
        "messages": [_message(m) for m in conversing.messages_said(asks.member, number)],
    }


def _conversations(
    asks: Holder, page: Sequence[conversing.ConversationFacts]
) -> list[dict[str, Any]]:
    accounts = remembering.account_facts(asks.member, [each.account_id for each in page])
    return [
        {
            **asdict(each),
            "side": "public" if each.is_public else "private",
            "account": asdict(accounts[each.account_id]),
            "our_uri": each.our_uri or None,
            "language": each.language or None,
            "state_of_mind": each.state_of_mind or None,
            "subject": each.subject or None,
            "function": each.function or None,
            "left_reason": each.left_reason or None,
        }
        for each in page
    ]


def _message(said: conversing.MessageFacts) -> dict[str, Any]:
    by = "member" if said.is_corrected else "machine" if said.state_of_mind else None
    return {
        **asdict(said),
        "text": None if said.is_withdrawn else said.text,
        "language": said.language or None,
        "state_of_mind": said.state_of_mind or None,
        "state_of_mind_by": by,
    }


def campaigns(asks: Holder, cursor: str, limit: int) -> dict[str, Any]:
    """A page of campaigns, the newest first."""
    listed = address.campaigns(asks.member)
    if cursor:
        day, number = place_of(cursor, 2)
        listed = [each for each in listed if (each.first_day.toordinal(), each.id) < (day, number)]
    page, following = cut(
        listed, limit, lambda each: cursor_of(each.first_day.toordinal(), each.id)
    )
    found = measure.findings(asks.member, page)
    early = measure.read_early(asks.member, page, timezone.localdate())
    return {
        "items": [_campaign(each, found.get(each.slug), early) for each in page],
        "next": following,
    }


def campaign(asks: Holder, slug: str) -> dict[str, Any]:
    """One campaign with its plan and its windows."""
    sheet = address.access_campaign(asks.member, slug)
    line, plan = sheet.line, sheet.plan
    counted = measure.series(asks.member, line.metric, line.place)
    found = measure.finding(asks.member, line)
    early = measure.read_early(asks.member, [line], timezone.localdate())
    return {
        **_campaign(line, found, early),
        **{name: getattr(plan, name) or None if plan else None for name in _LINES},
        "unit": counted.unit,
        "windows": [_window(each, found) for each in measure.windows(line, counted)],
    }


def _campaign(
    line: address.CampaignLine, found: measure.FindingLine | None, early: set[str]
) -> dict[str, Any]:
    names = "slug name kind state serves function first_day last_day metric launched_at"
    return {name: getattr(line, name) for name in names.split()} | {
        "place": line.place or None,
        "verdict": found.verdict or None if found is not None else None,
        "verdict_reason": _why_none(line, found),
        "sentence": dict(found.sentences) if found is not None else None,
        **_level(found),
        "measured_until": found.until if found is not None else None,
        "read_early": found is not None and not found.refused and line.slug in early,
        "added_per_day": _interval(found.added) if found is not None else None,
        "lasting_per_day": _interval(found.lasting) if found is not None else None,
    }


def _level(found: measure.FindingLine | None) -> dict[str, Any]:
    if found is None or found.refused:
        return {"level": None, "level_sentence": None}
    said = {"fr": found.level_sentence("fr"), "en": found.level_sentence("en")}
    return {"level": found.level, "level_sentence": said}


def _why_none(line: address.CampaignLine, found: measure.FindingLine | None) -> str | None:
    if not line.is_launched:
        return "not launched"
    if found is None:
        return "not computed yet"
    return found.refused or ("running" if found.is_running else None)


def _window(window: measure.WindowMean, found: measure.FindingLine | None) -> dict[str, Any]:
    names = "code mean days_counted days_missing is_to_come is_running"
    told = {each.code: each for each in found.windows if each.is_told_apart} if found else {}
    after = told.get(window.code)
    added = found.added if found and window.code == "during" else after.added if after else None
    return {name: getattr(window, name) for name in names.split()} | {
        "first_day": window.first_date,
        "last_day": window.last_date,
        "added": _interval(added),
        "sustained_share": _interval(after.share if after else None),
    }


def _interval(told: Interval | None) -> dict[str, float] | None:
    return told.to_dict() if told is not None else None


def series(
    asks: Holder,
    *,
    metric: str,
    place: str,
    since: date | None,
    until: date,
    cursor: str,
    limit: int,
) -> dict[str, Any]:
    """Days of a metric."""
    try:
        first = since or until - timedelta(days=_LAST_DAYS)
        if cursor:
            first = date.fromordinal(place_of(cursor, 1)[0])
        last = min(until, first + timedelta(days=limit - 1))
        after = last + timedelta(days=1) if last < until else None
    except (ValueError, OverflowError) as error:
        raise bad_value("cursor" if cursor else "since") from error
    counted = measure.series(asks.member, metric, place, first, max(first, last))
    days = zip(counted.days, counted.values, strict=True) if first <= until else ()
    return {
        "metric": counted.metric,
        "place": counted.place or None,
        "name": counted.name,
        "unit": counted.unit,
        "source": counted.source,
        "complete_until": counted.complete_until,
        "items": [
            {"day": day, "value": value, "reason": "not collected" if value is None else None}
            for day, value in days
        ],
        "next": cursor_of(after.toordinal()) if after is not None else None,
    }


def _after(cursor: str) -> int:
    return place_of(cursor, 1)[0] if cursor else 0


def _number(number: int) -> int:
    # More than a row's number can be: the database would not even look.
    if number >= 2**63:
        raise not_found()
    return number
