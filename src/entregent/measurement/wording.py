"""Verdicts in the fixed words of the house, and their sentences from the numbers of the chart."""

from typing import TYPE_CHECKING, Final

from entregent.measurement.results import Interval, Language
from entregent.measurement.words import NO_BREAK, between, number, percent, with_bounds

if TYPE_CHECKING:
    from entregent.measurement.boosts import BoostResult
    from entregent.measurement.verdict import Verdict

TITLES: Final[dict[str, dict[Language, str]]] = {
    "boost only": {"fr": "Pic sans suite", "en": "Boost only"},
    "sustained": {"fr": "Croissance soutenue", "en": "Lasting growth"},
    "compounding": {"fr": "Croissance qui s'accélère", "en": "Growth that compounds"},
    "payback": {"fr": "Emprunté à plus tard", "en": "Borrowed from later"},
    "no boost shown": {"fr": "Aucun effet démontré", "en": "No effect shown"},
    "cannot tell yet": {"fr": "Trop tôt pour le dire", "en": "Too early to tell"},
}
REFUSED: Final[dict[Language, str]] = {
    "fr": "On ne peut pas le mesurer",
    "en": "Cannot be measured",
}


def verdict_title(verdict: "Verdict", language: Language) -> str:
    """A verdict in words."""
    return TITLES[verdict][language]


def verdict_sentence(result: "BoostResult", language: Language) -> str:
    """What the verdict says, in two or three sentences.

    « ajouté » and "more than without the campaign" are kept for what has an interval.
    """
    told = _FRENCH if language == "fr" else _ENGLISH
    return told[result.verdict](result)


def level_sentence(level: float, read_outs: int, language: Language) -> str:
    """The level of an interval, and why it is that.

    Parameters
    ----------
    level
        Between 0 and 1, both excluded.
    read_outs
        How many are planned, right together 95 times in 100; 0 for none.
    language
        ``fr`` or ``en``.
    """
    told = level_in_words(level, language)
    if language == "fr":
        planned = f"le plan prévoit {read_outs} lectures, ensemble justes 95 fois sur 100"
        if read_outs < 2:
            planned = "le plan prévoit 1 lecture, juste 95 fois sur 100"
        if not read_outs:
            planned = "aucune lecture n'était prévue d'avance"
        return f"Fourchette à {told}{NO_BREAK}: {planned}."
    planned = f"{read_outs} read-outs are planned, together right 95 times in 100"
    if read_outs < 2:
        planned = "1 read-out is planned, right 95 times in 100"
    if not read_outs:
        planned = "no read-out was planned beforehand"
    return f"Interval at {told}: {planned}."


def level_in_words(level: float, language: Language) -> str:
    """A level: « 98,7 % » or ``98.7%``."""
    return percent(_short_of_sure(level), language, level_digits(level))


def times_in_100(level: float, language: Language) -> str:
    """How often an interval of a level is right: « 98,7 » or ``98.7``."""
    return number(100 * _short_of_sure(level), language, level_digits(level))


def level_digits(share: float) -> int:
    """Decimals of a level, or of what it leaves, in percent: none where that is whole."""
    return 0 if abs(100 * share - round(100 * share)) < 1e-6 else 1


def _short_of_sure(level: float) -> float:
    """No level is told as 100%."""
    return min(level, 0.999)


def _of(interval: Interval, language: Language) -> str:
    return with_bounds(interval, language)


def _during(result: "BoostResult", language: Language) -> str:
    if language == "fr":
        return f"Pendant la campagne{NO_BREAK}: {_of(result.boost_per_day, 'fr')} de plus par jour."
    return f"During the campaign: {_of(result.boost_per_day, 'en')} more a day."


def _since(result: "BoostResult", language: Language) -> str:
    """What there was later, with the days it was read from."""
    reading = result.reading
    if reading is None:
        return ""
    later = _of(reading.mean, language)
    if language == "fr":
        begin = "Depuis le 90ᵉ jour" if reading.from_day == 91 else "Du 31ᵉ au 90ᵉ jour"
        if reading.to_day == 365:
            begin = "Du 91ᵉ au 365ᵉ jour"
        return f"{begin}{NO_BREAK}: {later} de plus."
    begin = "Since day 90" if reading.from_day == 91 else "From day 31 to day 90"
    if reading.to_day == 365:
        begin = "From day 91 to day 365"
    return f"{begin}: {later} more."


def _told(result: "BoostResult", language: Language) -> str:
    """The boost, and what came later where that can be told apart."""
    told = _during(result, language)
    if result.reading is not None and result.reading.is_told_apart:
        told += f" {_since(result, language)}"
    return told


def _boost_only_fr(result: "BoostResult") -> str:
    return f"{_during(result, 'fr')} {_since(result, 'fr')} La hausse n'est pas restée."


def _boost_only_en(result: "BoostResult") -> str:
    return f"{_during(result, 'en')} {_since(result, 'en')} The rise did not stay."


def _sustained_fr(result: "BoostResult") -> str:
    return f"{_during(result, 'fr')} {_since(result, 'fr')} C'est resté."


def _sustained_en(result: "BoostResult") -> str:
    return f"{_during(result, 'en')} {_since(result, 'en')} It stayed."


def _compounding_fr(result: "BoostResult") -> str:
    return (
        f"{_during(result, 'fr')} {_since(result, 'fr')} C'est resté, et ça monte "
        f"encore{NO_BREAK}: {_monthly(result, 'fr')} de plus par jour, chaque mois."
    )


def _compounding_en(result: "BoostResult") -> str:
    return (
        f"{_during(result, 'en')} {_since(result, 'en')} It stayed, and still grows: "
        f"{_monthly(result, 'en')} more a day, each month."
    )


def _payback_fr(result: "BoostResult") -> str:
    assert result.carry_over is not None
    assert result.balance is not None
    less = Interval(-result.carry_over.estimate, -result.carry_over.high, -result.carry_over.low)
    days = min(result.days_after_campaign, 90)
    return (
        f"Pendant la campagne{NO_BREAK}: {_of(result.boost_total, 'fr')} de plus en tout, puis "
        f"{_of(less, 'fr')} de moins dans les {days} jours qui ont suivi. "
        f"Solde{NO_BREAK}: {_of(result.balance, 'fr')}."
    )


def _payback_en(result: "BoostResult") -> str:
    assert result.carry_over is not None
    assert result.balance is not None
    less = Interval(-result.carry_over.estimate, -result.carry_over.high, -result.carry_over.low)
    days = min(result.days_after_campaign, 90)
    return (
        f"During the campaign: {_of(result.boost_total, 'en')} more in all, then "
        f"{_of(less, 'en')} less in the {days} days that followed. "
        f"Balance: {_of(result.balance, 'en')}."
    )


def _none_fr(result: "BoostResult") -> str:
    if not result.is_told_apart:
        return (
            "Ce que la campagne a pu ajouter ne se départage pas de ce que la série fait "
            f"d'elle-même à ce moment-là{NO_BREAK}: il faudrait un témoin, ou un plus long passé."
        )
    return (
        f"Pendant la campagne, la différence avec ce qui serait arrivé sans elle se situe quelque "
        f"part {between(result.boost_per_day, 'fr')} par jour. Zéro n'est pas exclu."
        if result.boost_per_day.high >= 0
        else f"Pendant la campagne, il y a eu moins que ce qui serait arrivé sans elle{NO_BREAK}: "
        f"{between(result.boost_per_day, 'fr')} par jour."
    )


def _none_en(result: "BoostResult") -> str:
    if not result.is_told_apart:
        return (
            "What the campaign may have added cannot be told from what the series does by itself "
            "at that time: a control would be needed, or a longer past."
        )
    return (
        f"During the campaign, the difference from what would have happened without it lies "
        f"somewhere from {between(result.boost_per_day, 'en')} a day. Zero is not excluded."
        if result.boost_per_day.high >= 0
        else "During the campaign there was less than would have happened without it: "
        f"{between(result.boost_per_day, 'en')} a day."
    )


def _early_fr(result: "BoostResult") -> str:
    begun = f"La campagne est finie depuis {_days(result.days_after_campaign, 'fr')}."
    told = _told(result, "fr")
    if result.more_days_needed is not None:
        rest = f"Au rythme actuel, il en faut encore {number(result.more_days_needed, 'fr', 0)}."
        return f"{begun} {rest} {told}"
    if result.cut_after is not None:
        return (
            f"{told} Une autre campagne, ou une autre façon de compter, commence "
            f"{_days(result.cut_after + 1, 'fr')} après{NO_BREAK}: la suite ne se départage plus."
        )
    return (
        f"{told} La suite ne se départage pas de ce que la série fait d'elle-même{NO_BREAK}: il "
        "faudrait un témoin, ou un plus long passé."
    )


def _early_en(result: "BoostResult") -> str:
    begun = f"The campaign ended {_days(result.days_after_campaign, 'en')} ago."
    told = _told(result, "en")
    if result.more_days_needed is not None:
        rest = f"At the present rate, {number(result.more_days_needed, 'en', 0)} more are needed."
        return f"{begun} {rest} {told}"
    if result.cut_after is not None:
        return (
            f"{told} Another campaign, or another way of counting, begins "
            f"{_days(result.cut_after + 1, 'en')} later: what follows can no longer be told apart."
        )
    return (
        f"{told} What follows cannot be told from what the series does by itself: a control would "
        "be needed, or a longer past."
    )


def _monthly(result: "BoostResult", language: Language) -> str:
    """Change of what is added, by the month."""
    slope = result.path.slope
    assert slope is not None
    return with_bounds(
        Interval(*(30 * n for n in (slope.estimate, slope.low, slope.high))), language
    )


def _days(count: int, language: Language) -> str:
    if language == "fr":
        return f"{number(count, 'fr', 0)} {'jour' if abs(count) < 2 else 'jours'}"
    return f"{number(count, 'en', 0)} {'day' if count == 1 else 'days'}"


_FRENCH: Final = {
    "boost only": _boost_only_fr,
    "sustained": _sustained_fr,
    "compounding": _compounding_fr,
    "payback": _payback_fr,
    "no boost shown": _none_fr,
    "cannot tell yet": _early_fr,
}
_ENGLISH: Final = {
    "boost only": _boost_only_en,
    "sustained": _sustained_en,
    "compounding": _compounding_en,
    "payback": _payback_en,
    "no boost shown": _none_en,
    "cannot tell yet": _early_en,
}
