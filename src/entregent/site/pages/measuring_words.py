"""What the measuring pages say beside a verdict, from the numbers of the result."""

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from entregent.site.charts.daily import window_name
from entregent.site.templatetags.measures import days_span

if TYPE_CHECKING:
    from entregent.measurement.placebo import Placebo
    from entregent.measurement.power import PowerResult
    from entregent.measurement.results import Language

_DASH: Final = "—"


def window_rows(result: Any, language: "Language") -> list[dict[str, str]]:
    """The campaign and each window that has a number, as a table has them."""
    from entregent.measurement.words import with_bounds

    found = [
        {
            "name": _("during"),
            "days": days_span(result.first_day, result.last_day),
            "added": with_bounds(result.boost_per_day, language),
            "share": _DASH,
        }
    ]
    for window in result.windows:
        if window.mean is None:
            continue
        share = window.sustained_share
        found.append(
            {
                "name": window_name(window),
                "days": days_span(window.first_date, window.last_date),
                "added": with_bounds(window.mean, language),
                "share": _share(share, language) if share is not None else _DASH,
            }
        )
    return found


def _share(share: Any, language: "Language") -> str:
    from entregent.measurement.words import percent

    middle, low, high = (
        percent(each, language) for each in (share.estimate, share.low, share.high)
    )
    return _("%(middle)s (%(low)s to %(high)s)") % {"middle": middle, "low": low, "high": high}


def placebo_sentence(placebo: "Placebo | None", language: "Language") -> str:
    """What the engine said of dates on which nothing happened."""
    from entregent.measurement.words import percent

    if placebo is None or not placebo.windows:
        return _(
            "The past is too short to try the same question at dates on which nothing happened."
        )
    told = [
        ngettext(
            "The same question was asked of %(windows)s stretch of %(days)s days before the "
            "campaign, on which nothing happened.",
            "The same question was asked of %(windows)s stretches of %(days)s days before the "
            "campaign, on which nothing happened.",
            placebo.windows,
        )
        % {"windows": placebo.windows, "days": placebo.days},
        ngettext("False alarms: %(count)s.", "False alarms: %(count)s.", placebo.false_positives)
        % {"count": placebo.false_positives},
    ]
    if placebo.widened > 1.005:
        told.append(
            _("Intervals were widened by %(share)s, because it was wrong more often than it says.")
            % {"share": percent(placebo.widened - 1, language)}
        )
    if placebo.is_weak:
        told.append(_("With fewer than four stretches, this check is weak."))
    return " ".join(told)


def assumptions(result: Any, language: "Language") -> list[str]:
    """What a measured effect rests on."""
    from entregent.measurement.words import percent

    told = [
        _(
            "What the campaign added is the difference from what the series would have done by "
            "itself, told from %(days)s days before it."
        )
        % {"days": result.days_before},
        _("Nothing else that was new began on the same day."),
        _scale(result.scale),
        _right(language),
    ]
    if hasattr(result, "margin"):
        told.append(
            _("What is left counts as nothing below %(share)s of the boost.")
            % {"share": percent(result.margin, language)}
        )
    return told


def plan_assumptions(result: "PowerResult", language: "Language") -> list[str]:
    """What a plan's smallest effect rests on."""
    return [
        _("The series goes on as in the %(days)s days that are known.")
        % {"days": result.days_before},
        _("An effect counts as seen where the interval excludes zero, 8 times in 10."),
        _scale(result.scale),
        _right(language),
        placebo_sentence(result.placebo, language),
    ]


def next_step(verdict: str) -> str:
    """One thing to do after a verdict."""
    return {
        "sustained": _("Write down what was done after the campaign: that is what to keep."),
        "compounding": _("Write down what was done after the campaign: that is what to keep."),
        "boost only": _(
            "Before the next campaign, write down which rate should stay, not which peak."
        ),
        "payback": _(
            "Next time, sell to people who have not bought yet, or do not lower the price."
        ),
        "no boost shown": _("Before the next one, try the plan: what could it show at all?"),
        "cannot tell yet": _("Put a date in the calendar to read it again, and name who reads it."),
    }.get(verdict, _("Come back when the campaign is over: then there is a verdict."))


def _scale(scale: str) -> str:
    return {
        "linear": _("The series moves by amounts that do not depend on its level."),
        "log": _("The series moves by percentages of its level."),
        "count": _("The series counts people or acts: it varies more where there are more."),
    }[scale]


def _right(language: "Language") -> str:
    del language
    return _("Right 95 times in 100: the true value should lie between the two bounds.")
