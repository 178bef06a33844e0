"""The crisis room; what management decides; what was changed, and telling those who had asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone, translation

from entregent.apps.coordinate.actions_core import (
    CoordinateRefused,
    checked_text,
    require_function,
    require_work,
)
from entregent.apps.coordinate.actions_reply import signed
from entregent.apps.coordinate.models import (
    AskedFor,
    Change,
    Conversation,
    Crisis,
    CrisisEntry,
    Decision,
    Message,
)
from entregent.apps.coordinate.queries_access import (
    answer_language,
    is_management,
    may_close,
    refusal_of,
)
from entregent.apps.coordinate.queries_accounts import (
    account_lines,
    has_email_consent,
    our_account,
)
from entregent.apps.coordinate.queries_memory import ANSWERS_FOR
from entregent.apps.coordinate.receiving import pending_id, thread_of
from entregent.apps.coordinate.words import day
from entregent.apps.organisation import answering
from entregent.apps.organisation.actions import record
from entregent.apps.organisation.queries import Member, NotFound, house
from entregent.apps.outbox.actions import Text, end_freeze, queue_all, start_freeze
from entregent.apps.outbox.queries import is_frozen

Kind = CrisisEntry.Kind
_TOLD = {
    "vous": "{hello}\n\nVous l'aviez demandé : {what}. C'est fait depuis le {day}. "
    "Merci de nous l'avoir dit.",
    "tu": "{hello}\n\nTu l'avais demandé : {what}. C'est fait depuis le {day}. "
    "Merci de nous l'avoir dit.",
    "en": "{hello}\n\nYou had asked for it: {what}. It has been done since {day}. "
    "Thank you for telling us.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What came of telling those who had asked.

    Attributes
    ----------
    queued
        Messages on their way.
    reasons
        How many are not told, by reason: ``do_not_solicit``, ``no_way``, ``no_consent``.
    """

    queued: int
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """How many are not told."""
        return sum(self.reasons.values())


@transaction.atomic
def open_crisis(*, acting_user: Member, name: str, query: str = "") -> int:
    """Open the crisis room: everything scheduled is held back from now on.

    Returns the crisis's number. Refused with ``already_open``, ``empty`` or ``too_long``.
    """
    require_work(acting_user)
    if Crisis.objects.filter(closed_at=None).exists():
        raise CoordinateRefused("already_open")
    place = house()
    crisis = Crisis.objects.create(
        name=checked_text(name, 120),
        opened_at=timezone.now(),
        opened_by=acting_user,
        query=query.strip()[:2000],
        is_demo=place is not None and place.is_demo,
    )
    if not is_frozen():
        start_freeze(acting_user=acting_user)
    record(acting_user=acting_user, action="coordinate.crisis_opened", subject=_of(crisis))
    _enter(
        acting_user,
        crisis,
        Kind.FREEZE,
        "Salle de crise ouverte. Tout ce qui était programmé est suspendu.",
        "Crisis room opened. Everything scheduled is held back.",
    )
    return crisis.pk


@transaction.atomic
def add_crisis_entry(
    *, acting_user: Member, crisis_id: int, kind: str, text_fr: str, text_en: str = ""
) -> int:
    """Write down what happened, was said or was decided, in one language or both.

    Also after the crisis is closed: its account is finished then. Refused with ``not_an_option``
    for an unknown kind, ``empty`` or ``too_long``.
    """
    crisis = _crisis(acting_user, crisis_id)
    if kind not in Kind.values:
        raise CoordinateRefused("not_an_option")
    french, english = text_fr.strip(), text_en.strip()
    checked_text(french or english)
    return _enter(acting_user, crisis, Kind(kind), french or english, english or french)


@transaction.atomic
def close_crisis(*, acting_user: Member, crisis_id: int) -> None:
    """Close the room and end the freeze: for owners and public relations.

    Refused with ``already_closed``.
    """
    crisis = _crisis(acting_user, crisis_id)
    if not may_close(acting_user):
        raise PermissionDenied("Owners and public relations close the crisis room.")
    if crisis.closed_at is not None:
        raise CoordinateRefused("already_closed")
    crisis.closed_at = timezone.now()
    crisis.save(update_fields=["closed_at"])
    if is_frozen():
        end_freeze(acting_user=acting_user)
    _enter(
        acting_user,
        crisis,
        Kind.AFTER,
        "Salle de crise fermée. Ce qui devait partir entre-temps est redevenu un brouillon.",
        "Crisis room closed. What should have left meanwhile is a draft again.",
    )
    record(acting_user=acting_user, action="coordinate.crisis_closed", subject=_of(crisis))


@transaction.atomic
def decide(*, acting_user: Member, decision_id: int, choice: int) -> None:
    """Take a decision, by the number of its option: for management.

    Refused with ``already_decided`` or ``not_an_option``.
    """
    require_work(acting_user)
    found = Decision.objects.filter(pk=decision_id).first()
    if found is None or not is_management(acting_user):
        raise NotFound
    if found.decided_at is not None:
        raise CoordinateRefused("already_decided")
    if not 0 <= choice < len(found.options):
        raise CoordinateRefused("not_an_option")
    found.decided_at, found.decided_by, found.choice = timezone.now(), acting_user, choice
    found.save(update_fields=["decided_at", "decided_by", "choice"])
    record(
        acting_user=acting_user,
        action="coordinate.decision_taken",
        subject=f"decision:{found.pk}",
        changes={"choice": [None, choice]},
    )


@transaction.atomic
def record_change(
    *,
    acting_user: Member,
    what_fr: str,
    what_en: str,
    done_on: date,
    function_id: int,
    account_ids: Sequence[int] = (),
) -> int:
    """Write down that something was changed, and who had asked for it; returns its number.

    Refused with ``unknown_function``, ``empty`` or ``too_long``.
    """
    require_work(acting_user)
    require_function(function_id)
    place = house()
    change = Change.objects.create(
        what_fr=checked_text(what_fr, 200),
        what_en=checked_text(what_en, 200),
        done_on=done_on,
        function_id=function_id,
        is_demo=place is not None and place.is_demo,
    )
    known = account_lines(account_ids)
    AskedFor.objects.bulk_create(AskedFor(change=change, account_id=pk) for pk in sorted(known))
    record(
        acting_user=acting_user,
        action="coordinate.change_recorded",
        subject=f"change:{change.pk}",
        changes={"asked": [0, len(known)]},
    )
    return change.pk


@transaction.atomic
def tell_asked(*, acting_user: Member, change_id: int) -> Told:
    """« Prévenir les 7 autres »: queue one message for each who asked and was not told.

    Each is told where they last spoke with us. Who asked not to be solicited is not; by e-mail,
    only who agreed to it or wrote within six months.

    Refused with ``frozen`` or ``nobody_left``.
    """
    require_work(acting_user)
    change = Change.objects.filter(pk=change_id).first()
    if change is None:
        raise NotFound
    if is_frozen():
        raise CoordinateRefused("frozen")
    asked = list(AskedFor.objects.filter(change=change, told_at=None).order_by("pk"))
    if not asked:
        raise CoordinateRefused("nobody_left")
    now = timezone.now()
    left_out: Counter[str] = Counter()
    for each in asked:
        why = _tell(acting_user, change, each, now)
        if why:
            left_out[why] += 1
    told = [each.pk for each in asked if each.told_at is not None]
    AskedFor.objects.filter(pk__in=told).update(told_at=now)
    record(
        acting_user=acting_user,
        action="coordinate.people_told",
        subject=f"change:{change.pk}",
        changes={"told": [0, len(told)], "left_out": [0, sum(left_out.values())]},
    )
    return Told(len(told), dict(left_out))


def _tell(acting_user: Member, change: Change, asked: AskedFor, now: datetime) -> str:
    """Queue one message; returns why not, where it is not."""
    line = account_lines([asked.account_id])[asked.account_id]
    if line.do_not_solicit:
        return "do_not_solicit"
    row = Conversation.objects.filter(account_id=asked.account_id).order_by("-last_at").first()
    if row is None or refusal_of(row, is_public=row.is_public, now=now):
        return "no_way"
    ours = our_account(row.our_uri, row.network)
    newest = row.messages.filter(account_id=row.account_id).order_by("-at").first()
    if ours is None or newest is None:
        return "no_way"
    is_recent = newest.at > now - ANSWERS_FOR
    if row.network == "email" and not is_recent and not has_email_consent(line.person_id, now):
        return "no_consent"
    language = answer_language(row)
    text = signed(
        _words(change, language, line.name if line.person_id else "", line.address_form),
        acting_user,
        language,
    )
    key = queue_all(
        acting_user=acting_user,
        approved_by=acting_user,
        texts=[
            Text(
                network=row.network,
                from_uri=ours[1],
                text=text,
                language=language,
                is_public=row.is_public,
                to_uri=line.uri,
                in_reply_to=newest.object_id,
                thread=thread_of(row.thread),
            )
        ],
    )[0]
    Message.objects.create(
        conversation=row,
        object_id=pending_id(key),
        account_id=ours[0],
        is_ours=True,
        member=acting_user,
        text=text,
        at=now,
        language=language,
        # It answers nothing that waits there.
        labels={"round": True},
    )
    asked.told_at = now
    return ""


def _words(change: Change, language: str, name: str, form: str) -> str:
    form = "en" if language == "en" else form or answering.default_address_form()
    first = name.split(maxsplit=1)[0] if name.split() else ""
    hello = {"en": "Hello", "tu": "Salut"}.get(form, "Bonjour")
    what = (change.what_en if form == "en" else change.what_fr).rstrip(" .")
    with translation.override(language):
        when = day(change.done_on)
    return _TOLD[form].format(
        hello=f"{hello} {first}," if first else f"{hello},",
        what=what[:1].lower() + what[1:],
        day=when,
    )


def _crisis(acting_user: Member, crisis_id: int) -> Crisis:
    found = Crisis.objects.filter(pk=crisis_id).first() if acting_user.may_work else None
    if found is None:
        raise NotFound
    return found


def _enter(
    acting_user: Member, crisis: Crisis, kind: CrisisEntry.Kind, french: str, english: str
) -> int:
    entry = CrisisEntry.objects.create(
        crisis=crisis,
        at=timezone.now(),
        kind=kind,
        text_fr=french,
        text_en=english,
        member=acting_user,
    )
    record(
        acting_user=acting_user,
        action="coordinate.crisis_entry_added",
        subject=_of(crisis),
        changes={"kind": [None, kind.value]},
    )
    return entry.pk


def _of(crisis: Crisis) -> str:
    return f"crisis:{crisis.pk}"
