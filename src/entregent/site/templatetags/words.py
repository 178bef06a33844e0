"""Times and acts in the words of the page's language."""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import get_language, gettext, ngettext

from entregent.site.acts import ACTS, FIELDS, VALUES

register = template.Library()

_NB = "\N{NO-BREAK SPACE}"
_CLEAR_WITHOUT_YEAR_D = 300


def _in_french() -> bool:
    return (get_language() or "fr").startswith("fr")


@register.filter
def day(value: date) -> str:
    """Return a date without its year: « 3 février », 'February 3'."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    month = str(MONTHS[value.month])
    if _in_french():
        return f"{'1ᵉʳ' if value.day == 1 else value.day}{_NB}{month}"
    return f"{month}{_NB}{value.day}"


@register.filter
def full_day(value: date) -> str:
    """Return a date with its year: « 3 février 2026 », 'February 3, 2026'."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{day(value)}{_NB if _in_french() else ', '}{value.year}"


@register.filter
def clock(value: datetime) -> str:
    """Return a time of day: « 19 h 30 », '7:30 p.m.'; full hours stand alone: « 19 h »."""
    local = timezone.localtime(value)
    if _in_french():
        minutes = f"{_NB}{local.minute:02}" if local.minute else ""
        return f"{local.hour}{_NB}h{minutes}"
    half = "a.m." if local.hour < 12 else "p.m."
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{_NB}{half}"


@register.filter
def moment(value: datetime) -> str:
    """Return a date and a time: « 3 février 2026, 19 h 30 »."""
    return f"{full_day(value)}, {clock(value)}"


@register.filter
def span(value: timedelta) -> str:
    """Return a length of time in its largest unit: « 3 heures »."""
    minutes = max(1, int(value.total_seconds() // 60))
    if minutes < 60:
        words = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    elif minutes < 48 * 60:
        hours = minutes // 60
        words = ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    else:
        days = minutes // (24 * 60)
        words = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return words.replace(" ", _NB)


@register.filter
def worked(value: timedelta) -> str:
    """Return working time: « 3 h 20 (heures ouvrables) », « 2 jours ouvrables » of eight hours."""
    minutes = max(1, int(value.total_seconds() // 60))
    if minutes >= 16 * 60:
        days = minutes // (8 * 60)
        words = ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days}
        return words.replace(" ", _NB)
    return gettext("%(span)s (working hours)") % {"span": _hours(*divmod(minutes, 60))}


def _hours(hours: int, rest: int) -> str:
    if not hours:
        return f"{rest}{_NB}min"
    if _in_french():
        return f"{hours}{_NB}h{_NB}{rest:02}" if rest else f"{hours}{_NB}h"
    return f"{hours}{_NB}h{_NB}{rest}{_NB}min" if rest else f"{hours}{_NB}h"


@register.filter
def first_name(name: str) -> str:
    """Return how a colleague is greeted."""
    return name.partition(" ")[0]


@register.filter
def weekday(value: date) -> str:
    """Return a date with its weekday and year: « mardi 17 novembre 2026 »."""
    name = str(WEEKDAYS[value.weekday()])
    return f"{name} {full_day(value)}" if _in_french() else f"{name}, {full_day(value)}"


@register.filter
def for_field(value: datetime) -> str:
    """Return a time as a field of date and time wants it, in the zone of the house."""
    return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")


@register.filter
def ago(value: datetime) -> str:
    """Return how long ago something was: « il y a 3 heures »."""
    passed = timezone.now() - value
    if passed < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%(span)s ago") % {"span": span(passed)}


@register.filter
def ahead(value: datetime) -> str:
    """Return how soon something will be: « dans 5 minutes »."""
    left = value - timezone.now()
    if left < timedelta(minutes=1):
        return gettext("in a moment")
    return gettext("in %(span)s") % {"span": span(left)}


@register.filter
def left(value: datetime | None) -> str:
    """Return how much time is left until a moment: « 21 heures »; nothing once it is past."""
    if value is None or value <= timezone.now():
        return ""
    return span(value - timezone.now())


@register.filter
def near(value: datetime) -> str:
    """Return a time as people say it close to today: « hier à 16 h », « le 3 mars »."""
    local, today = timezone.localtime(value).date(), timezone.localdate()
    if local == today:
        return clock(value)
    if local == today - timedelta(days=1):
        return gettext("%(time)s yesterday") % {"time": clock(value)}
    if local == today + timedelta(days=1):
        return gettext("%(time)s tomorrow") % {"time": clock(value)}
    said = full_day(local) if abs((local - today).days) > _CLEAR_WITHOUT_YEAR_D else day(local)
    return f"le{_NB}{said}" if _in_french() else said


@register.simple_tag
def from_to(start: datetime, until: datetime) -> str:
    """Return the days of a closed stretch: « du 3 au 5 mars », « le 3 mars de 8 h à 9 h 30 ».

    A stretch that ends at midnight ends with the day before; years other than this one are said.
    """
    begun, ended = timezone.localtime(start), timezone.localtime(until)
    first, last = begun.date(), ended.date()
    whole = ended.time() == time.min and first < last
    if whole:
        last -= timedelta(days=1)
    said = day if last.year == first.year == timezone.localdate().year else full_day
    if first == last and whole and begun.time() == time.min:
        return gettext("on %(day)s") % {"day": said(first)}
    if first == last:
        return gettext("on %(day)s from %(start)s to %(end)s") % {
            "day": said(first),
            "start": clock(start),
            "end": clock(until),
        }
    if (first.year, first.month) == (last.year, last.month) and _in_french():
        begin = "1ᵉʳ" if first.day == 1 else str(first.day)
        return f"du {begin} au {said(last)}".replace(" ", _NB, 1)
    if first.year == last.year:
        return gettext("from %(start)s to %(end)s") % {"start": day(first), "end": said(last)}
    return gettext("from %(start)s to %(end)s") % {"start": said(first), "end": said(last)}


_MUTE_H = ("horaire", "hébergement", "hôtel", "humour", "hiver", "histoire", "heure", "habitant")


def after_of(name: str) -> str:
    """Return a French name after « de », elided: « de stationnement », « d'accès »."""
    first = unicodedata.normalize("NFD", name)[:1].lower()
    elided = first in "aeiouœ" or name.lower().startswith(_MUTE_H)
    return f"d'{name}" if elided else f"de {name}"


@register.filter
def act(code: str) -> str:
    """Return what was done, from its code in the audit trail; an unknown code stays a code."""
    return str(ACTS.get(code, code))


@register.filter
def word(value: object) -> str:
    """Return a value of the house in words, as a language by its code."""
    return _value(value)


@register.filter
def changes(changed: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Return ``(field, old, new)`` in words; personal values were never written down."""
    rows = []
    for field, pair in changed.items():
        old, new = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        rows.append((str(FIELDS.get(field, field)), _value(old), _value(new)))
    return rows


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value)
    known = VALUES.get(value) if isinstance(value, str | bool) else None
    return str(value if known is None else known)
