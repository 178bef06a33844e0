"""The sentences of the page Today."""

from collections.abc import Sequence, Sized
from datetime import date

from django import template
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

from entregent.apps.measure.lines import Movement
from entregent.apps.organisation.answering import subjects
from entregent.site.templatetags.words import after_of
from entregent.site.templatetags.words import day as day_words

register = template.Library()

PARTS = {
    "night": ("nuit", "night"),
    "morning": ("matin", "morning"),
    "afternoon": ("après-midi", "afternoon"),
    "evening": ("soir", "evening"),
}
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@register.simple_tag
def today_sentence(waiting: int, due: Sized, read_outs: Sized) -> str:
    """Return the one sentence under the greeting; what is zero is left out."""
    parts = []
    if waiting:
        parts.append(
            ngettext(
                "%(n)d person is waiting for an answer",
                "%(n)d people are waiting for an answer",
                waiting,
            )
            % {"n": waiting}
        )
    if len(due):
        parts.append(
            ngettext("%(n)d promise is due", "%(n)d promises are due", len(due)) % {"n": len(due)}
        )
    if len(read_outs):
        parts.append(
            ngettext(
                "%(n)d read-out is planned for today",
                "%(n)d read-outs are planned for today",
                len(read_outs),
            )
            % {"n": len(read_outs)}
        )
    if not parts:
        return gettext("Nobody is waiting, and nothing is due today.")
    return capfirst(f"{', '.join(parts)}.")


@register.simple_tag
def due(day: date, today: date) -> str:
    """Return when something falls due, as people say it: « Dû demain »."""
    left = (day - today).days
    if left < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -left) % {"n": -left}
    if left == 0:
        return gettext("Due today")
    if left == 1:
        return gettext("Due tomorrow")
    return gettext("Due on %(day)s") % {"day": day_words(day)}


@register.simple_tag
def planned(day: date, today: date) -> str:
    """Return when a read-out is planned: « Prévue demain »."""
    left = (day - today).days
    if left < 0:
        return due(day, today)
    if left == 0:
        return gettext("Planned for today")
    if left == 1:
        return gettext("Planned for tomorrow")
    return gettext("Planned for %(day)s") % {"day": day_words(day)}


@register.simple_tag
def decide_by(day: date, today: date) -> str:
    """Return by when a decision is wanted: « À prendre d'ici demain »."""
    left = (day - today).days
    if left < 0:
        return due(day, today)
    if left == 0:
        return gettext("To be made today")
    if left == 1:
        return gettext("To be made by tomorrow")
    return gettext("To be made by %(day)s") % {"day": day_words(day)}


@register.simple_tag
def movement_sentence(movement: Movement) -> str:
    """Return what moved, with its comparison and its evidence."""
    in_french = (get_language() or "fr").startswith("fr")
    part = PARTS[movement.part][0 if in_french else 1]
    days: Sequence[str] = _DAYS if in_french else _ENGLISH_DAYS
    when = f"{days[movement.day.weekday()]} {part}"
    if movement.times is None:
        told = ngettext(
            "Usually nobody writes on a %(when)s: %(people)d person, %(new)d of them new.",
            "Usually nobody writes on a %(when)s: %(people)d people, %(new)d of them new.",
            movement.people,
        )
    else:
        told = _many_times(movement.people)
    told %= {
        "times": round(movement.times or 0),
        "when": when,
        "people": movement.people,
        "new": movement.new_people,
    }
    subject = next((each for each in subjects() if each.slug == movement.subject), None)
    if subject is None:
        return told
    name = (subject.name_fr if in_french else subject.name_en).lower()
    about = gettext("They are talking about %(subject)s.") % {
        "subject": after_of(name) if in_french else name
    }
    return f"{told} {about}"


def _many_times(people: int) -> str:
    return ngettext(
        "%(times)d times as many messages as usual on a %(when)s: %(people)d person, %(new)d of "
        "them new.",
        "%(times)d times as many messages as usual on a %(when)s: %(people)d people, %(new)d of "
        "them new.",
        people,
    )
