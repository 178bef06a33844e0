"""What was said about something, found by a query in all conversations that a viewer may see."""

from dataclasses import dataclass
from datetime import datetime

from entregent.apps.coordinate.models import Message
from entregent.apps.coordinate.queries_access import seen_by
from entregent.apps.organisation.queries import Member
from entregent.understanding.queries import QueryError, fold, parse


@dataclass(frozen=True, slots=True)
class SaidLine:
    """One text of theirs: when, by whom (an account's number), and the machine's label."""

    at: datetime
    account_id: int
    state_of_mind: str


def said_about(viewer: Member, query: str, start: datetime, until: datetime) -> list[SaidLine]:
    """Texts of others in ``[start, until)`` that a query finds, oldest first; all for no query."""
    try:
        asked = parse(query) if query else None
    except QueryError:
        return []
    found = Message.objects.filter(
        conversation__in=seen_by(viewer), is_ours=False, at__gte=start, at__lt=until
    ).order_by("at")
    rows = found.values_list("at", "account_id", "labels", "text")
    return [
        SaidLine(at, account_id, (labels or {}).get("state_of_mind") or "")
        for at, account_id, labels, text in rows.iterator(5_000)
        if asked is None or asked.matches(fold(text))
    ]
