"""The five lines of a plan, word for word."""

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

PLAN_LINES = {
    "objective": _("Objective (a rate, not a peak)"),
    "in_service_of": _("What it serves"),
    "who_cares": _("Who cares, and why?"),
    "how_they_come": _("How will people get there?"),
    "how_measured": _("When and how it will be measured"),
}


@register.filter
def plan_line(name: str) -> str:
    """Return one of the five lines in words."""
    return str(PLAN_LINES.get(name, name))
