"""The words of campaigns and their charts."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from entregent.apps.coordinate.queries_lines import AnsweredLine
from entregent.apps.listen.words import OTHER_REASON, REASONS
from entregent.apps.measure.lines import ReadOutLine, WindowMean
from entregent.measurement.wording import level_in_words
from entregent.site.charts import daily
from entregent.site.charts.drawing import bundle_name
from entregent.site.templatetags.words import day, full_day

if TYPE_CHECKING:
    from entregent.site.pages.charts import CampaignChart, OneOfTwo

register = template.Library()

VERDICTS = {
    "boost_only": _("Boost only"),
    "sustained": _("Lasting growth"),
    "compounding": _("Growth that compounds"),
    "payback": _("Borrowed from later"),
    "no_effect": _("No effect shown"),
    "too_early": _("Too early to tell"),
    "self_selected": _("To be read with the warning about self-selection"),
}
KINDS = {
    "contest": _("contest"),
    "dialogue": _("dialogue"),
    "coupon": _("coupon"),
    "pr": _("PR moment"),
    "advertising": _("advertising"),
    "event": _("event"),
}


def in_english() -> bool:
    """Whether the page is read in English."""
    return (get_language() or "fr").startswith("en")


@register.simple_tag
def vega_bundle() -> str:
    """Return the address of the module that draws charts."""
    return reverse("pages:vega", args=[bundle_name()])


@register.filter
def per_day(value: float | None) -> str:
    """Return a mean as it is written."""
    return daily.per_day(value)


@register.filter
def window_name(window: WindowMean) -> str:
    """Return a window in words."""
    return daily.window_name(window)


@register.filter
def verdict_name(code: str) -> str:
    """Return a verdict in its fixed words."""
    return str(VERDICTS.get(code, code))


@register.filter
def campaign_kind(code: str) -> str:
    """Return what a campaign is."""
    return str(KINDS.get(code, code))


@register.filter
def gap_reason(code: str) -> str:
    """Return why something was not collected."""
    return str(REASONS.get(code, OTHER_REASON))


@register.simple_tag
def days_span(first: date, last: date) -> str:
    """Return days from a first to a last: « du 3 au 5 mars 2026 », « le 3 mars 2026 »."""
    if first == last:
        return gettext("on %(day)s") % {"day": full_day(first)}
    if (first.year, first.month) == (last.year, last.month) and not in_english():
        begin = "1ᵉʳ" if first.day == 1 else str(first.day)
        return f"du\N{NO-BREAK SPACE}{begin} au {full_day(last)}"
    if first.year == last.year:
        return gettext("from %(start)s to %(end)s") % {"start": day(first), "end": full_day(last)}
    return gettext("from %(start)s to %(end)s") % {
        "start": full_day(first),
        "end": full_day(last),
    }


@register.simple_tag
def chart_description(shown: "CampaignChart") -> str:
    """Return what a chart shows, for whoever does not see it."""
    return daily.describe(shown.series, shown.windows)


@register.simple_tag
def two_sentence(one: "OneOfTwo") -> str:
    """Return what one of the two charts shows, as description: no effect is claimed."""
    before, during, newest = one.before, one.during, one.newest
    if during is None or during.mean is None:
        return gettext("Nothing was collected during the campaign.")
    told = gettext("During: %(mean)s a day.") % {"mean": daily.per_day(during.mean)}
    if before is not None and before.mean is not None:
        told = (
            gettext("Before: %(mean)s a day.") % {"mean": daily.per_day(before.mean)} + " " + told
        )
    if newest is None or newest.mean is None:
        return told
    after = gettext("From %(start)s to %(end)s: %(mean)s a day.") % {
        "start": full_day(newest.first_date),
        "end": full_day(newest.last_date),
        "mean": daily.per_day(newest.mean),
    }
    return f"{told} {after}"


@register.simple_tag
def read_sentence(read_out: ReadOutLine) -> str:
    """Return what stood there when a planned read-out was done."""
    said = read_out.read_en if in_english() else read_out.read_fr
    if read_out.read_until is None or not said:
        return ""
    verdict = str(VERDICTS.get(read_out.read, ""))
    until = full_day(read_out.read_until)
    told = gettext("Read then, from days up to %(day)s:") % {"day": until}
    if read_out.read_level is not None:
        level = level_in_words(read_out.read_level, "en" if in_english() else "fr")
        told = gettext("Read then, from days up to %(day)s, with intervals at %(level)s:") % {
            "day": until,
            "level": level,
        }
    return " ".join(part for part in (told, f"{verdict}." if verdict else "", said) if part)


@register.simple_tag
def planted_sentence(planted: object) -> str:
    """Return what was planted, in the language of the page."""
    return str(getattr(planted, "en" if in_english() else "fr", ""))


@register.simple_tag
def names_of(answered: "Sequence[AnsweredLine]") -> list[str]:
    """Return the names of the functions that answered somebody."""
    return [line.function for line in answered]


@register.simple_tag
def functions_sentence(names: Sequence[str]) -> str:
    """Return who took part: a campaign carried by one function says so."""
    if not names:
        return gettext("Nobody answered anybody during the campaign.")
    if len(names) == 1:
        return gettext("%(function)s only.") % {"function": names[0]}
    return ""
