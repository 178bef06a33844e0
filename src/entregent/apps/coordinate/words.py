"""The codes of coordinating in words: why it is here, what the memory check found, refusals."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from entregent.apps.coordinate.memory_check import Finding
from entregent.apps.coordinate.queries_lines import FindingLine

NB = "\N{NO-BREAK SPACE}"

LEFT_REASONS = {
    "not_worth": _("it does not deserve one"),
    "not_allowed": _("it cannot be discussed"),
    "elsewhere": _("to be dealt with elsewhere"),
}

REFUSALS = {
    "guest": _("Guests write drafts; sending is for members."),
    "no_channel": _("Nothing can be sent on this network from here yet. Answer there, by hand."),
    "window_closed": _("The network no longer lets us answer: the time it allows has passed."),
    "needs_approval": _("On this subject, an answer is approved before it goes out."),
    "no_draft": _("Write the answer first."),
    "empty": _("Write the answer first."),
    "too_long": _("This text is too long: at most 10,000 characters."),
    "not_an_approver": _("This person cannot approve it. Choose somebody in the list."),
    "not_to_approve": _("This draft is no longer waiting for approval."),
    "already_answered": _("This question already has its answer."),
    "not_answered": _("There is no answer to use yet."),
    "not_open": _("This question is no longer open."),
    "reminded_already": _("A reminder went out less than an hour ago."),
    "not_a_reason": _("Choose one of the three reasons."),
    "deadline_passed": _("Choose a deadline that is still to come."),
    "already_open": _("A crisis room is already open."),
    "already_closed": _("This crisis is closed."),
    "already_decided": _("This has been decided already."),
    "not_an_option": _("Choose one of the options."),
    "frozen": _("Everything is held back while the crisis room is open."),
    "nobody_left": _("Everyone who asked for it has been told."),
    "unknown_member": _("Choose a member who works here."),
    "unknown_function": _("Choose a function."),
    "no_deadline": _("Choose by when the answer is needed."),
    "promise_without_date": _("Say by when you promise it."),
    "no_line": _("This line is not valid today."),
    "memory": _("Something should be looked at before this goes out."),
}

_REASONS = {
    "handed_over": _("With %(function)s: a colleague handed it over."),
    "press": _("With %(function)s: someone from the press is writing."),
    "job": _("With %(function)s: it is about working here."),
    "subject": _("With %(function)s, which handles “%(subject)s”."),
    "query": _("With %(function)s: a saved query of theirs found it."),
    "daily": _("With %(function)s, which looks after the daily dialogue."),
}
_REASONS_WITH_WORDS = {
    "press": _("With %(function)s: someone from the press is writing (%(words)s)."),
    "job": _("With %(function)s: it is about working here (%(words)s)."),
    "subject": _("With %(function)s, which handles “%(subject)s” (%(words)s)."),
}

_SENTENCES = {
    "unanswered_question": _("Their question of %(day)s has not been answered."),
    "offer_to_complaint": _("This person is complaining: this text offers them a discount."),
    "welcome_to_known": _("You are welcoming them: %(n)d exchanges since %(words)s."),
    "order_already_given": _("They have already given their order number: %(words)s."),
    "private_fact_in_public": _("Everyone could read this, which is private: “%(words)s”."),
    "no_consent": _("This person has not agreed to be written to first."),
    "no_consent do_not_solicit": _("This person asked not to be solicited."),
    "frozen": _("The crisis room is open: this text offers something."),
    "frozen scheduled": _("The crisis room is open: nothing scheduled goes out."),
}

OTHER_REFUSAL = _("This cannot be done now.")


def refusal_sentence(code: str) -> str:
    """Why something is refused, in one sentence."""
    return str(REFUSALS.get(code, OTHER_REFUSAL))


def reason_sentence(
    reason: Mapping[str, object], function: str, subject: str, words: Sequence[str]
) -> str:
    """Why a conversation is where it is.

    Parameters
    ----------
    reason
        As `routing.route` gave it.
    function, subject
        Names in the language of the page; empty where there is none.
    words
        Words that told.
    """
    if not function:
        return gettext("No function holds this yet.")
    quoted = ", ".join(_quoted(word) for word in words[:3])
    values = {"function": function, "subject": subject, "words": quoted}
    rule = str(reason.get("rule", ""))
    if rule == "subject" and not subject:
        rule = "daily"
    told = _REASONS_WITH_WORDS.get(rule) if quoted else None
    return str(told or _REASONS.get(rule, _REASONS["daily"])) % values


def finding_line(finding: Finding) -> FindingLine:
    """What the memory check found, in one sentence, and what would mend it."""
    return FindingLine(
        finding.code, finding.is_block, _sentence(finding), _remedy(finding.code, finding.evidence)
    )


def _sentence(finding: Finding) -> str:
    code, evidence = finding.code, finding.evidence
    if code == "promise_due" and finding.due_on is not None:
        return _promise(evidence, finding.due_on)
    sentence = _SENTENCES.get(f"{code} {evidence}") or _SENTENCES[code]
    return str(sentence) % {
        "day": day(finding.at) if finding.at is not None else "",
        "n": finding.count,
        "words": evidence,
    }


def _remedy(code: str, evidence: str) -> str:
    if code == "private_fact_in_public":
        return gettext("Take it out, or answer in private.")
    if code == "no_consent":
        return gettext("Wait until they write, or record their consent on their page.")
    if code == "frozen" and evidence == "scheduled":
        return gettext("Send it once the crisis is closed.")
    if code == "frozen":
        return gettext("Take the offer out, or send it once the crisis is closed.")
    return ""


def _promise(what: str, due_on: date) -> str:
    today = timezone.localdate()
    values = {"what": what, "day": day(due_on)}
    if due_on < today:
        return gettext("We promised them “%(what)s” by %(day)s, and it is late.") % values
    if due_on == today:
        return gettext("We promised them “%(what)s” by today.") % values
    if due_on == today + timedelta(days=1):
        return gettext("We promised them “%(what)s” by tomorrow.") % values
    return gettext("We promised them “%(what)s” by %(day)s.") % values


def day(value: date) -> str:
    """A day without its year: « 4 novembre », 'November 4'."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    month = str(MONTHS[value.month])
    if in_english():
        return f"{month}{NB}{value.day}"
    return f"{'1ᵉʳ' if value.day == 1 else value.day}{NB}{month}"


def in_english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "fr").startswith("en")


def _quoted(word: str) -> str:
    return f"“{word}”" if in_english() else f"«{NB}{word}{NB}»"
