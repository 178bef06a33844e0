"""Words and marks of the pages of conversations."""

from collections.abc import Iterable, Mapping

from django import template
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entregent.apps.coordinate.queries_lines import MessageLine
from entregent.apps.listen.words import NETWORKS
from entregent.apps.understand.queries import Corrected

register = template.Library()

Corrections = Mapping[str, Mapping[str, Corrected]]
"""What colleagues corrected, by the URI of a text and the label."""

STATES = {
    "waiting": _("waiting for an answer"),
    "answered": _("answered"),
    "closed": _("nothing to answer"),
    "left": _("we stay out"),
}
LEAVE_REASONS = {
    "not_worth": _("it does not deserve it"),
    "not_allowed": _("it may not be discussed"),
    "elsewhere": _("it belongs elsewhere"),
}
KINDS = {
    "event": _("event"),
    "alert": _("alert"),
    "freeze": _("held back"),
    "line": _("what we said"),
    "mistake": _("our mistake"),
    "decision": _("decision"),
    "after": _("afterwards"),
}
MINDS = {
    "positive": _("pleased"),
    "negative": _("displeased"),
    "mixed": _("of two minds"),
    "neutral": _("neutral"),
}
INTENTS = {
    "question": _("asks a question"),
    "complaint": _("complains"),
    "praise": _("praises"),
    "purchase": _("wants to buy"),
    "promotion": _("is after a coupon or a contest"),
    "job": _("looks for work or to volunteer"),
    "press": _("writes for the press"),
}
ERRORS = {
    "refused": _("The network refused it."),
    "no_sender": _("Entregent does not publish on this network yet."),
    "unreachable": _("The network does not answer; we try again."),
    "restored": _("A backup was put back, and it had not left. See whether it still fits."),
}


@register.filter
def network_name(slug: str) -> str:
    """Return a network in words."""
    return capfirst(str(NETWORKS.get(slug, slug)))


@register.filter
def state_name(code: str) -> str:
    """Return whose turn it is."""
    return str(STATES.get(code, code))


@register.filter
def leave_name(code: str) -> str:
    """Return why we stay out of a conversation."""
    return str(LEAVE_REASONS.get(code, code))


@register.filter
def kind_name(code: str) -> str:
    """Return what kind of thing an entry of a crisis tells."""
    return str(KINDS.get(code, code))


@register.filter
def error_name(code: str) -> str:
    """Return why something did not leave."""
    return str(ERRORS.get(code, ""))


@register.simple_tag
def marked(message: MessageLine, corrected: Corrections | None = None) -> SafeString:
    """Return the text of a message, with the words that decided its label marked."""
    pieces: list[SafeString] = []
    at = 0
    # Words that misled the machine are no evidence of what a colleague said.
    decided = () if _correction(message, corrected) else message.words
    for start, end in _apart((start, end) for start, end, _weight in decided):
        pieces += [
            escape(message.text[at:start]),
            format_html("<mark>{}</mark>", message.text[start:end]),
        ]
        at = end
    pieces.append(escape(message.text[at:]))
    # Each piece is escaped above; only the breaks between lines are ours.
    return mark_safe("".join(pieces).replace("\n", "<br>"))  # noqa: S308


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those left out that begin within another."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if end > start and (not found or start >= found[-1][1]):
            found.append((start, end))
    return found


def corrected_mind(message: MessageLine, corrected: Corrections) -> str:
    """Return the state of mind of a message: a colleague's correction, else the machine's."""
    told = _correction(message, corrected)
    mind = told.value if told is not None else message.state_of_mind
    return mind if mind in MINDS else ""


def _correction(message: MessageLine, corrected: Corrections | None) -> Corrected | None:
    return (corrected or {}).get(message.object_id, {}).get("state_of_mind")


@register.simple_tag
def label_sentence(message: MessageLine, corrected: Corrections | None = None) -> SafeString:
    """Return what was understood of a message: by the machine with its words, or by whom."""
    told = _correction(message, corrected)
    if told is not None:
        said_instead = str(MINDS.get(told.value, _("I do not know")))
        by = gettext("corrected by %(name)s") % {"name": told.name}
        return SafeString(f"{escape(capfirst(said_instead))} · {escape(by)}")
    said = [str(INTENTS[code]) for code in message.intents if code in INTENTS]
    mind = MINDS.get(message.state_of_mind)
    if mind is not None:
        said.insert(0, str(mind))
    doubt = "" if mind is not None else gettext("I do not know · for a person to decide")
    words = [message.text[start:end] for start, end, _weight in message.words]
    words += [word for group in message.intent_words for word in group]
    unique = list(dict.fromkeys(word for word in words if word))[:6]
    parts = [capfirst(", ".join(said)), doubt]
    if unique and said:
        quoted = format_html_join(", ", "<q>{}</q>", ((word,) for word in unique))
        parts.append(format_html("{} {}", gettext("judging by:"), quoted))
    return SafeString(" · ".join(str(conditional_escape(part)) for part in parts if part))
