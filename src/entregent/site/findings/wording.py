"""Sentences beside a verdict: what was assumed, the placebo checks, what would change the answer.

A description says « il y a eu »; an effect says « a ajouté », with its interval.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, ngettext

from entregent.apps.address.queries import CampaignLine
from entregent.apps.measure.finding import LEVEL
from entregent.apps.measure.finding_lines import FindingLine, PlaceboLine, YearRate
from entregent.apps.measure.lines import DayGap
from entregent.measurement.results import Interval, Language
from entregent.measurement.wording import level_digits, times_in_100
from entregent.measurement.words import between, digits_for, number, percent, with_bounds
from entregent.site.charts.daily import per_day
from entregent.site.templatetags.words import full_day

ENOUGH_TO_NAME = 0.01
"""Weight of a model below which it is not named."""


def language() -> Language:
    """The page's language, as the library of measurement names it."""
    return "en" if (get_language() or "fr").startswith("en") else "fr"


def bounds_of(interval: Interval) -> str:
    """« de 33 à 49 »."""
    return between(interval, language(), _digits(interval))


def estimate_of(interval: Interval) -> str:
    """The estimate, with as many decimals as its bounds."""
    return number(interval.estimate, language(), _digits(interval))


def whole_of(interval: Interval) -> str:
    """« 41 (de 33 à 49) »."""
    return with_bounds(interval, language())


def share_of(interval: Interval) -> str:
    """« 52 % (de 38 % à 63 %) » of the boost."""
    told = [percent(each, language()) for each in (interval.estimate, interval.low, interval.high)]
    return gettext("%(share)s (%(low)s to %(high)s)") % dict(
        zip(("share", "low", "high"), told, strict=True)
    )


def money(value: float, currency: str) -> str:
    """An amount: « 45 $ », « 12,50 $ »; cents below a hundred."""
    told = number_format(Decimal(f"{value:.2f}") if value < 100 else round(value), use_l10n=True)
    sign = "$" if currency == "CAD" else currency
    if language() == "en" and sign == "$":
        return f"${told}"
    return f"{told}\N{NO-BREAK SPACE}{sign}"


def established(found: FindingLine) -> str:
    """When the answer was worked out, and from how many days."""
    return ngettext(
        "Established on %(day)s, from %(number)s day",
        "Established on %(day)s, from %(number)s days",
        found.days,
    ) % {"day": full_day(found.computed_at), "number": number(found.days, language(), 0)}


def promise(found: FindingLine | None) -> str:
    """What the intervals promise, at their level."""
    return gettext(
        "Right %(times)s times in 100: the true value should lie between these two bounds."
    ) % {"times": _times(found)}


def by_chance(found: FindingLine | None) -> str:
    """How many effects may seem shown where there are none, since several are looked at."""
    chance = 1 - (found.level if found is not None else LEVEL)
    return gettext(
        "Several effects are looked at together: where nothing was added, %(share)s of them may "
        "seem shown by chance alone."
    ) % {"share": percent(chance, language(), level_digits(chance))}


def assumed(found: FindingLine, others: Sequence[CampaignLine], line: CampaignLine) -> list[str]:
    """What the answer rests on, as it was in fact computed."""
    told = [
        gettext(
            "Days begin at midnight, in the organisation's time zone. A day that was not collected "
            "is left out; it is never taken for zero."
        )
    ]
    if found.refused:
        return told
    told.append(_scale(found.scale))
    told.append(_models(found))
    told.append(
        gettext(
            "Without the campaign, things would have gone on as in the %(before)s collected days "
            "before it: same weekdays, same holidays."
        )
        % {"before": number(found.days_before, language(), 0)}
    )
    told.append(
        gettext("Public holidays, spring break and the construction holiday count as days apart.")
    )
    told += _others(found, others, line)
    told.append(gettext("No change in the way of counting was declared."))
    told.append(
        gettext(
            "What stays counts as nothing below %(margin)s of the boost; this margin is the same "
            "for every campaign, and was fixed beforehand."
        )
        % {"margin": percent(found.margin or 0.1, language())}
    )
    told.append(_level(found))
    told.append(
        gettext("Drawn with the seed %(seed)s, by version %(version)s.")
        % {"seed": found.seed, "version": found.version}
    )
    return told


def _scale(scale: str) -> str:
    if scale == "count":
        return gettext(
            "The series was taken as counts, whose scatter grows with their number: the evidence "
            "chose that."
        )
    if scale == "log":
        return gettext(
            "The series was taken in proportions (a logarithm), since its changes grow with it: "
            "the evidence chose that."
        )
    return gettext("The series was taken as it is, without a logarithm: the evidence chose that.")


def _models(found: FindingLine) -> str:
    names = {
        "trend_ar1": gettext("a steady trend"),
        "level_walk": gettext("a level that wanders"),
        "slope_walk": gettext("a slope that wanders"),
    }
    told = [
        f"{names.get(model, model)} {percent(weight, language())}"
        for model, weight in sorted(found.models.items(), key=lambda pair: -pair[1])
        if weight >= ENOUGH_TO_NAME
    ]
    return gettext(
        "Several models answer together, each as much as the days before speak for it: %(models)s."
    ) % {"models": ", ".join(told)}


def _others(found: FindingLine, others: Sequence[CampaignLine], line: CampaignLine) -> list[str]:
    same = [other for other in others if other.id in found.others]
    earlier = [other.name for other in same if other.first_day <= line.last_day]
    later = [other for other in same if other.first_day > line.last_day]
    told = []
    if earlier:
        told.append(
            gettext("These campaigns on the same measure were taken into account: %(names)s.")
            % {"names": ", ".join(earlier)}
        )
    if later:
        told.append(
            gettext(
                "From %(day)s on, “%(name)s” moves the same measure: nothing later is told of this "
                "campaign."
            )
            % {"day": full_day(later[0].first_day), "name": later[0].name}
        )
    if not told:
        told.append(gettext("No other campaign moved the same measure at the same place."))
    return told


def _level(found: FindingLine) -> str:
    if not found.read_outs:
        return gettext(
            "Each interval is right %(times)s times in 100, taken alone. No read-out was planned "
            "beforehand: whoever looks every day is wrong more often."
        ) % {"times": _times(found)}
    return ngettext(
        "Each interval is right %(times)s times in 100, taken alone, on the date that was planned "
        "beforehand. Whoever looks every day is wrong more often.",
        "Each interval is right %(times)s times in 100, taken alone: %(number)s read-outs were "
        "planned beforehand, and on their dates those of one measure are all right together 95 "
        "times in 100. Whoever looks every day is wrong more often.",
        found.read_outs,
    ) % {"times": _times(found), "number": found.read_outs}


def _times(found: FindingLine | None) -> str:
    return times_in_100(found.level if found is not None else LEVEL, language())


def placebo(found: PlaceboLine | None) -> list[str]:
    """What the engine answered at dates on which nothing had happened, in plain words."""
    if found is None or not found.windows:
        return [
            gettext(
                "None: there were too few days before the campaign to ask the same question at "
                "other dates. The intervals rest on the model alone."
            )
        ]
    told = [
        ngettext(
            "The same question was asked at %(number)s date before this campaign, over "
            "%(days)s days.",
            "The same question was asked at %(number)s dates before this campaign, over "
            "%(days)s days each.",
            found.windows,
        )
        % {"number": found.windows, "days": found.days}
    ]
    if found.z_rms is not None:
        told.append(
            gettext(
                "Its errors were %(times)s times what it announces (1 is right; less is cautious)."
            )
            % {"times": number(found.z_rms, language(), 1)}
        )
    told.append(
        ngettext(
            "%(number)s time out of %(windows)s, it would have told of an effect where there was "
            "none.",
            "%(number)s times out of %(windows)s, it would have told of an effect where there was "
            "none.",
            found.false_positives,
        )
        % {"number": found.false_positives, "windows": found.windows}
    )
    if found.widened > 1.005:
        told.append(
            gettext("All intervals on this page were therefore widened by %(share)s.")
            % {"share": percent(found.widened - 1, language())}
        )
    else:
        told.append(gettext("No interval had to be widened; none is ever narrowed."))
    if found.is_weak:
        told.append(
            gettext("With fewer than four such dates, these checks are weak: they prove little.")
        )
    return told


def changing(
    found: FindingLine | None, gaps: Sequence[DayGap], beside: Sequence[CampaignLine]
) -> list[str]:
    """What would change the answer: more days, what is missing, what else went on."""
    told = []
    if found is not None and found.more_days_needed:
        told.append(
            ngettext(
                "%(number)s more day, at the present rate.",
                "%(number)s more days, at the present rate.",
                found.more_days_needed,
            )
            % {"number": found.more_days_needed}
        )
    elif found is not None and found.verdict == "too_early":
        told.append(
            gettext(
                "More days would not settle it. A series that the campaign cannot touch, as a "
                "control, would."
            )
        )
    missing = sum((gap.last_day - gap.first_day).days + 1 for gap in gaps)
    if missing:
        told.append(
            ngettext(
                "%(number)s day that was not collected, if it came in after all.",
                "%(number)s days that were not collected, if they came in after all.",
                missing,
            )
            % {"number": missing}
        )
    if beside:
        told.append(
            gettext(
                "These campaigns ran at the same time, elsewhere or for something else. They are "
                "only drawn in grey: what they may have added here is not taken out. %(names)s."
            )
            % {"names": ", ".join(other.name for other in beside)}
        )
    told.append(gettext("A correction of the campaign's dates, or of counts that come in late."))
    return told


def year_sentence(rate: YearRate) -> str:
    """The base rate of a year: description, never an effect."""
    if rate.mean is None:
        return gettext("not enough was collected")
    return per_day(rate.mean)


def year_name(rate: YearRate) -> str:
    """A year around the campaign in words."""
    if rate.number == 0:
        return gettext("the year before")
    name = gettext("year %(number)s after") % {"number": rate.number}
    return f"{name} ({gettext('so far')})" if rate.is_running else name


def _digits(interval: Interval) -> int:
    return digits_for(interval.estimate, interval.low, interval.high)
