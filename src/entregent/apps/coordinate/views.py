"""Pages of conversations: parse, access, render."""

import hashlib
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from entregent.apps.coordinate import queries
from entregent.apps.coordinate.actions_reply import signed
from entregent.apps.coordinate.hours import after_working
from entregent.apps.coordinate.queries_lines import ConversationSheet
from entregent.apps.coordinate.templatetags.conversations import (
    KINDS,
    LEAVE_REASONS,
    MINDS,
    Corrections,
    corrected_mind,
)
from entregent.apps.coordinate.views_acts import TYPED
from entregent.apps.organisation.answering import function_names
from entregent.apps.organisation.queries import Member, house, members
from entregent.apps.organisation.signed_in import member_of
from entregent.apps.remember.queries import promises_of
from entregent.apps.understand.queries import corrections

FILTERS = (
    ("waiting", _("Who is waiting")),
    ("mine", _("Mine")),
    ("function", _("My function's")),
    ("all", _("All")),
    ("left", _("We stay out")),
)
LANGUAGES = {"fr": "français", "en": "English"}
ASK_WITHIN = timedelta(hours=4)
_YEARS = (1970, 2200)


@require_GET
def conversations(request: HttpRequest) -> HttpResponse:
    """List conversations, those that wait first."""
    member = member_of(request)
    which = request.GET.get("which", "waiting")
    which = which if which in dict(FILTERS) else "waiting"
    side = request.GET.get("side", "")
    side = side if side in {"public", "private"} else ""
    words = request.GET.get("words", "")[:200]
    start, until = _time(request.GET.get("from", "")), _time(request.GET.get("until", ""))
    number = _number(request.GET.get("page", ""))
    found = queries.conversations(
        member, which=which, side=side, words=words, start=start, until=until, number=number
    )
    asked = {"which": which, "side": side, "words": words}
    between = {
        name: time.isoformat()
        for name, time in (("from", start), ("until", until))
        if time is not None
    }
    context = {
        "found": found,
        "filters": FILTERS,
        **asked,
        "start": start,
        "until": until,
        "between": between,
        "previous": "?" + urlencode(asked | between | {"page": found.number - 1}),
        "next": "?" + urlencode(asked | between | {"page": found.number + 1}),
        "crises": queries.crises(member),
    }
    return render(request, "coordinate/conversations.html", context)


@require_GET
def conversation(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Show one conversation and the composer; htmx asks for its thread alone, now and then."""
    member = member_of(request)
    sheet = queries.access_conversation(member, conversation_id)
    here = reverse("coordinate:conversation", args=[conversation_id])
    corrected = corrections([each.object_id for each in sheet.messages if not each.is_ours])
    told = {"sheet": sheet, "here": here, "corrected": corrected, "seen": _digest(sheet, corrected)}
    if request.GET.get("part") == "thread":
        if request.GET.get("seen") == told["seen"]:
            response = HttpResponse(status=204)
        else:
            response = render(request, "coordinate/_thread.html", told)
    else:
        context = _composer(request, member, sheet, corrected) | told
        response = render(request, "coordinate/conversation.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _composer(
    request: HttpRequest, member: Member, sheet: ConversationSheet, corrected: Corrections
) -> dict[str, object]:
    draft = sheet.draft
    is_public = draft.is_public if draft is not None else sheet.line.is_public
    language = draft.language if draft is not None and draft.language else sheet.language
    findings = []
    typed = request.session.pop(TYPED, {}) if TYPED in request.session else {}
    if typed.get("conversation") != sheet.line.id:
        typed = {}
    if "check" in request.GET and draft is not None:
        findings = queries.check_draft(
            member, sheet.line.id, text=draft.text, language=language, is_public=is_public
        )
    place = house()
    spoken = place.languages if place is not None else ("fr", "en")
    theirs = [message for message in sheet.messages if not message.is_ours]
    return {
        "draft": draft,
        "is_public": is_public,
        "answer_language": language,
        "answer_languages": [(code, LANGUAGES.get(code, code)) for code in spoken],
        "lines": [
            {
                "id": line.id,
                "words": line.text(language),
                "function": line.function,
                "until": line.until,
            }
            for line in sheet.lines
        ],
        "signature": signed("", member, language).strip(),
        "typed": typed,
        "findings": findings,
        "is_blocked": any(finding.is_block for finding in findings),
        "promises": promises_of(member, [sheet.line.account.id]) if member.may_work else [],
        "functions": list(function_names().items()),
        "colleagues": [(each.pk, each.name) for each in members(member) if each.may_work],
        "ask_due_at": _ask_due(),
        "moving": "moving" in request.GET,
        "asking": "ask" in request.GET or "ask_question" in typed,
        "leave_reasons": list(LEAVE_REASONS.items()),
        "minds": [("", _("I do not know")), *MINDS.items()],
        "correctable": bool(theirs),
        "last_mind": corrected_mind(theirs[-1], corrected) if theirs else "",
    }


@require_GET
def crisis(request: HttpRequest, crisis_id: int) -> HttpResponse:
    """Show a crisis: its room while it is open, its account afterwards."""
    sheet = queries.access_crisis(member_of(request), crisis_id)
    return render(request, "coordinate/crisis.html", {"sheet": sheet, "kinds": list(KINDS.items())})


def _ask_due() -> datetime:
    return after_working(timezone.now(), ASK_WITHIN)


def _number(text: str) -> int:
    return (
        int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 and text != "0" else 1
    )


def _time(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    # At the ends of the calendar another zone's time would be beyond them.
    if found is None or not _YEARS[0] <= found.year <= _YEARS[1]:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _digest(sheet: ConversationSheet, corrected: Corrections) -> str:
    # The minute is part of it, since the page says how long ago things were.
    minute = timezone.now().strftime("%H:%M")
    language = translation.get_language()
    told = (sheet.messages, sheet.asks, sheet.line.is_public, corrected, language, minute)
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
