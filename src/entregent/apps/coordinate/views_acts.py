"""What can be done in a conversation: each is one small form, and comes back to its page.

The composer is one form with several buttons: whichever is pressed, the text is kept first.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from entregent.apps.coordinate import actions, queries
from entregent.apps.coordinate.actions import CoordinateRefused, MemoryStops, NewPromise
from entregent.apps.coordinate.words import refusal_sentence
from entregent.apps.organisation.queries import Member
from entregent.apps.organisation.signed_in import member_of
from entregent.apps.understand.actions import UnderstandRefused, correct_label

LONGEST = 20_000
TYPED = "typed_beside_the_answer"
"""Key of the session under which the small fields of a composer wait that could not be taken."""
_SMALL_FIELDS = {
    "because": 300,
    "promise_what": 300,
    "promise_due_on": 20,
    "promise_function": 20,
    "ask_function": 20,
    "ask_question": 2_000,
    "ask_due_at": 40,
}


def _act(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Take a form, and say a refusal on the page that it came from."""

    @require_POST
    @wraps(view)
    def acted(request: HttpRequest, **values: int) -> HttpResponse:
        try:
            return view(request, **values)
        except CoordinateRefused as refused:
            if getattr(request, "htmx", None):
                return HttpResponse(status=422)
            messages.error(request, refusal_sentence(refused.code))
            return _came_from(request, values)

    return acted


def _came_from(request: HttpRequest, values: Mapping[str, int]) -> HttpResponse:
    """Back to where a form stood that could not be taken."""
    member = member_of(request)
    if "crisis_id" in values:
        return redirect("coordinate:crisis", crisis_id=values["crisis_id"])
    if "draft_id" in values:
        return _back(queries.conversation_of_draft(member, values["draft_id"]))
    if "conversation_id" in values:
        return _keep_typed(request, values["conversation_id"])
    if "ask_id" in values and "text" in request.POST:
        return _back(queries.access_ask(member, values["ask_id"]).conversation_id)
    return redirect("pages:today" if values else "coordinate:conversations")


def _keep_typed(request: HttpRequest, conversation_id: int, more: str = "") -> HttpResponse:
    """Back to the composer, with what was typed beside the answer still in its fields."""
    typed = {
        name: request.POST[name][:longest]
        for name, longest in _SMALL_FIELDS.items()
        if request.POST.get(name)
    }
    if "promise_what" in typed or "ask_question" in typed or "because" in typed:
        request.session[TYPED] = {"conversation": conversation_id, **typed}
    return _back(conversation_id, more)


def _back(conversation_id: int, more: str = "") -> HttpResponse:
    return redirect(reverse("coordinate:conversation", args=[conversation_id]) + more)


def _worker(request: HttpRequest) -> Member:
    member = member_of(request)
    if not member.may_work:
        raise PermissionDenied("Guests may only look, and write drafts.")
    return member


def _keep(request: HttpRequest, member: Member, conversation_id: int) -> None:
    """Keep what is written in the composer, if the form holds it."""
    if "text" in request.POST:
        actions.save_draft(
            acting_user=member,
            conversation_id=conversation_id,
            # Forms send two characters for the end of a line; one is kept.
            text=request.POST["text"].replace("\r\n", "\n")[:LONGEST],
            language=request.POST.get("language", "")[:35],
            is_public=bool(request.POST.get("is_public")),
        )


@_act
def draft(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Keep the draft; the page keeps it by itself while somebody writes."""
    _keep(request, member_of(request), conversation_id)
    if getattr(request, "htmx", None):
        return HttpResponse(status=204)
    messages.success(request, _("The draft is saved."))
    return _back(conversation_id)


@_act
def send(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Send the answer, unless memory warns of something that was not answered for."""
    member = _worker(request)
    _keep(request, member, conversation_id)
    try:
        actions.send_reply(
            acting_user=member,
            conversation_id=conversation_id,
            because=request.POST.get("because", "").strip()[:300],
            promise=_promise(request),
        )
    except MemoryStops:
        return _keep_typed(request, conversation_id, "?check=1#check")
    return _back(conversation_id)


@_act
def side(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Move the answer to the other side, private or public: asks once, and removes nothing."""
    member = member_of(request)
    _keep(request, member, conversation_id)
    if "sure" not in request.POST:
        return _back(conversation_id, "?moving=1#moving")
    actions.change_side(
        acting_user=member,
        conversation_id=conversation_id,
        is_public=not request.POST.get("is_public"),
    )
    return _back(conversation_id)


@_act
def ask_approval(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Ask a colleague to approve the draft."""
    member = _worker(request)
    _keep(request, member, conversation_id)
    try:
        actions.ask_approval(
            acting_user=member,
            conversation_id=conversation_id,
            approver_id=_id(request.POST.get("approver")),
            because=request.POST.get("because", "").strip()[:300],
        )
    except MemoryStops:
        return _keep_typed(request, conversation_id, "?check=1#check")
    return _back(conversation_id)


@_act
def approve(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Approve a colleague's draft: it leaves."""
    conversation_id = queries.conversation_of_draft(_worker(request), draft_id)
    actions.approve_draft(acting_user=member_of(request), draft_id=draft_id)
    return _back(conversation_id)


@_act
def refuse(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Send a colleague's draft back, saying what has to change."""
    conversation_id = queries.conversation_of_draft(_worker(request), draft_id)
    reason = request.POST.get("reason", "").strip()[:300]
    actions.refuse_draft(acting_user=member_of(request), draft_id=draft_id, reason=reason)
    return _back(conversation_id)


@_act
def ask(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Ask another function; its answer returns to this conversation."""
    member = _worker(request)
    _keep(request, member, conversation_id)
    actions.ask_function(
        acting_user=member,
        conversation_id=conversation_id,
        function_id=_id(request.POST.get("ask_function")),
        question=request.POST.get("ask_question", "").strip()[:2000],
        due_at=_moment(request.POST.get("ask_due_at", "")),
    )
    return _back(conversation_id)


@require_http_methods(["GET", "POST"])
def answer_ask(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Answer a question that a colleague put to one's function."""
    member = _worker(request)
    asked = queries.access_ask(member, ask_id)
    if request.method == "GET" and not asked.may_answer:
        return _back(asked.conversation_id)
    if request.method == "POST" and (told := request.POST.get("answer", "").strip()):
        try:
            actions.answer_ask(acting_user=member, ask_id=ask_id, answer=told[:4000])
        except CoordinateRefused as refused:
            messages.error(request, refusal_sentence(refused.code))
        else:
            messages.success(request, _("Your answer has gone to the person who asked."))
        return redirect("pages:today")
    return render(request, "coordinate/answer_ask.html", {"ask": asked})


@_act
def use_answer(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Put a colleague's answer into the draft."""
    member = _worker(request)
    conversation_id = queries.access_ask(member, ask_id).conversation_id
    _keep(request, member, conversation_id)
    actions.use_answer(acting_user=member, ask_id=ask_id)
    return _back(conversation_id, "#text")


@_act
def remind_ask(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Remind a function of a question."""
    member = _worker(request)
    conversation_id = queries.access_ask(member, ask_id).conversation_id
    _keep(request, member, conversation_id)
    actions.remind_ask(acting_user=member, ask_id=ask_id)
    messages.success(request, _("A reminder is on its way."))
    return _back(conversation_id) if "text" in request.POST else redirect("pages:today")


@_act
def withdraw_ask(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Take a question back."""
    member = _worker(request)
    conversation_id = queries.access_ask(member, ask_id).conversation_id
    _keep(request, member, conversation_id)
    actions.withdraw_ask(acting_user=member, ask_id=ask_id)
    return _back(conversation_id)


@_act
def use_line(request: HttpRequest, conversation_id: int, line_id: int) -> HttpResponse:
    """Put an approved line at the end of the draft."""
    member = member_of(request)
    _keep(request, member, conversation_id)
    actions.use_line(acting_user=member, conversation_id=conversation_id, line_id=line_id)
    return _back(conversation_id, "#text")


@_act
def assign(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Say who holds a conversation."""
    chosen = request.POST.get("member") or None
    actions.assign(
        acting_user=_worker(request),
        conversation_id=conversation_id,
        member_id=_id(chosen) if chosen else None,
    )
    return _back(conversation_id)


@_act
def hand_over(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Hand a conversation over to another function."""
    actions.hand_over(
        acting_user=_worker(request),
        conversation_id=conversation_id,
        function_id=_id(request.POST.get("function")),
    )
    return _back(conversation_id)


@_act
def note(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Note something for colleagues."""
    text = request.POST.get("text", "").strip()[:4000]
    actions.add_note(acting_user=_worker(request), conversation_id=conversation_id, text=text)
    return _back(conversation_id)


@_act
def leave(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Stay out of a conversation, and say why."""
    member = _worker(request)
    _keep(request, member, conversation_id)
    reason = request.POST.get("leave_reason", "")
    actions.leave(acting_user=member, conversation_id=conversation_id, reason=reason)
    return redirect("pages:today")


@_act
def close(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Close a conversation: nothing more is to be said."""
    actions.close(acting_user=_worker(request), conversation_id=conversation_id)
    return redirect("pages:today")


@_act
def reopen(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Open a conversation again."""
    actions.reopen(acting_user=_worker(request), conversation_id=conversation_id)
    return _back(conversation_id)


@_act
def correct(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """Correct the state of mind that the machine saw in their last words."""
    member = _worker(request)
    sheet = queries.access_conversation(member, conversation_id)
    theirs = [message for message in sheet.messages if not message.is_ours]
    if theirs:
        newest = theirs[-1]
        try:
            correct_label(
                acting_user=member,
                object_id=newest.object_id,
                label="state_of_mind",
                value=request.POST.get("value", ""),
                machine_value=newest.state_of_mind or "unknown",
            )
        except UnderstandRefused:
            messages.error(request, refusal_sentence("not_an_option"))
        else:
            messages.success(request, _("Corrected, and kept as your correction."))
    return _back(conversation_id)


@_act
def open_crisis(request: HttpRequest) -> HttpResponse:
    """Open a crisis room; everything scheduled is held back."""
    name = request.POST.get("name", "").strip()[:120]
    crisis_id = actions.open_crisis(acting_user=_worker(request), name=name)
    return redirect("coordinate:crisis", crisis_id=crisis_id)


@_act
def crisis_entry(request: HttpRequest, crisis_id: int) -> HttpResponse:
    """Write something into the account of a crisis."""
    actions.add_crisis_entry(
        acting_user=_worker(request),
        crisis_id=crisis_id,
        kind=request.POST.get("kind", ""),
        text_fr=request.POST.get("text_fr", "").strip()[:2000],
        text_en=request.POST.get("text_en", "").strip()[:2000],
    )
    return redirect("coordinate:crisis", crisis_id=crisis_id)


@_act
def close_crisis(request: HttpRequest, crisis_id: int) -> HttpResponse:
    """Close a crisis room; what is scheduled leaves again."""
    actions.close_crisis(acting_user=_worker(request), crisis_id=crisis_id)
    return redirect("coordinate:crisis", crisis_id=crisis_id)


@_act
def decide(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Record what management decides."""
    actions.decide(
        acting_user=_worker(request),
        decision_id=decision_id,
        choice=_id(request.POST.get("choice")),
    )
    messages.success(request, _("The decision is recorded."))
    return redirect("pages:today")


@_act
def tell_asked(request: HttpRequest, change_id: int) -> HttpResponse:
    """Tell those who asked for a change that it was made."""
    told = actions.tell_asked(acting_user=_worker(request), change_id=change_id)
    if told.left_out:
        messages.warning(
            request,
            _("Being told: %(told)d. Out of reach, or asked not to be contacted: %(left)d.")
            % {"told": told.queued, "left": told.left_out},
        )
    else:
        messages.success(request, _("They are being told."))
    return redirect("pages:today")


def _promise(request: HttpRequest) -> NewPromise | None:
    what = request.POST.get("promise_what", "").strip()[:300]
    if not what:
        return None
    due = _date(request.POST.get("promise_due_on", ""))
    if due is None:
        raise CoordinateRefused("promise_without_date")
    function_id = _id(request.POST.get("promise_function"))
    return NewPromise(what=what, due_on=due, function_id=function_id)


def _id(text: str | None) -> int:
    """A number that a form names; one that nothing has where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else -1


def _date(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise CoordinateRefused("no_deadline")
    return timezone.make_aware(found) if timezone.is_naive(found) else found
