"""What the memory check is given about a conversation, in few queries."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from entregent.apps.coordinate.memory_check import (
    DraftFacts,
    Finding,
    HouseFacts,
    Owed,
    PersonFacts,
    Question,
    check,
    order_number,
)
from entregent.apps.coordinate.models import ApprovedLine, Conversation, Message
from entregent.apps.coordinate.queries_accounts import (
    account_lines,
    accounts_beside,
    has_email_consent,
    promises_due,
)
from entregent.apps.coordinate.receiving import answers
from entregent.apps.organisation.queries import Member, members
from entregent.apps.outbox.queries import is_frozen

LOOKED_BACK = 500
"""Messages of the person that are looked at, newest first."""
ANSWERS_FOR = timedelta(days=180)
"""How long after their last words what we write is an answer (LCAP: six months)."""
_SAME_BREATH = timedelta(days=1)
_ASKED = (
    *("conversation_id", "conversation__is_public", "account_id"),
    *("is_ours", "at", "text", "labels"),
)


def findings(
    viewer: Member, conversation: Conversation, *, text: str, language: str, is_public: bool
) -> list[Finding]:
    """What the memory check finds in a text that would answer a conversation."""
    accounts = accounts_beside(viewer, conversation.account_id)
    said: list[Any] = list(
        Message.objects.filter(conversation__account_id__in=accounts)
        .order_by("-at")
        .values(
            "conversation_id",
            "conversation__is_public",
            "account_id",
            "is_ours",
            "at",
            "text",
            "labels",
        )[:LOOKED_BACK]
    )
    # A bystander's words in their thread are not theirs.
    theirs = [each for each in said if each["account_id"] in accounts]
    here = [each for each in theirs if each["conversation_id"] == conversation.pk]
    now = timezone.now()
    is_answer = bool(here) and here[0]["at"] > now - ANSWERS_FOR
    line = account_lines([conversation.account_id])[conversation.account_id]
    private = [each for each in theirs if not each["conversation__is_public"]]
    owed = promises_due(viewer, accounts)
    return check(
        DraftFacts(text, language, is_public, is_answer=is_answer),
        PersonFacts(
            name=line.name,
            unanswered=_unanswered(said, accounts, conversation.pk),
            promises=[
                Owed(what, day) for account in accounts for day, what in owed.get(account, ())
            ],
            complains=bool(here) and _complains(here[0]["labels"]),
            exchanges=len(said),
            since_year=timezone.localtime(said[-1]["at"]).year if said else None,
            order_given=next(filter(None, (order_number(each["text"]) for each in theirs)), ""),
            private_texts=[each["text"] for each in private],
            has_consent=not is_answer and has_email_consent(line.person_id, now),
            do_not_solicit=line.do_not_solicit,
        ),
        HouseFacts(
            today=timezone.localdate(),
            is_frozen=is_frozen(),
            our_domains=_our_domains(viewer),
            our_texts=[text for pair in _lines() for text in pair],
        ),
    )


def _unanswered(
    said: Sequence[Mapping[str, Any]], accounts: Container[int], here: int
) -> list[Question]:
    """Questions of theirs after which we said nothing, but for the one that is being answered."""
    answered: set[int] = set()
    newest: datetime | None = None
    found = []
    for each in said:  # newest first
        place = each["conversation_id"]
        if answers(each["is_ours"], each["labels"]):
            answered.add(place)
        elif each["account_id"] in accounts:
            newest = newest or (each["at"] if place == here else None)
            asked = "question" in each["labels"].get("intents", ())
            current = place == here and newest is not None and each["at"] > newest - _SAME_BREATH
            if asked and place not in answered and not current:
                found.append(Question(each["text"], each["at"]))
    return found[::-1]


def _complains(labels: dict[str, Any]) -> bool:
    return labels.get("state_of_mind") == "negative" or "complaint" in labels.get("intents", ())


def _our_domains(viewer: Member) -> frozenset[str]:
    if not viewer.may_work:
        return frozenset()
    return frozenset(
        member.email.rpartition("@")[2].lower() for member in members(viewer) if member.may_work
    )


def _lines() -> list[tuple[str, str]]:
    return list(ApprovedLine.objects.values_list("text_fr", "text_en"))
