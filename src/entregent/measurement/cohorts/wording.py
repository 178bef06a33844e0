"""Words that the results of cohorts share: shares with their bounds, whose people, the caution."""

from typing import Final

from entregent.measurement.results import Interval, Language
from entregent.measurement.words import NO_BREAK, between, number, percent

CAUTION: Final[dict[Language, str]] = {
    "fr": f"C'est une description{NO_BREAK}: ces gens ont choisi de venir. L'écart entre les deux "
    "cohortes n'est pas un effet de la campagne.",
    "en": "This is a description: these people chose to come. The gap between the two cohorts is "
    "not an effect of the campaign.",
}
HELD: Final[dict[Language, str]] = {
    "fr": "Les données ne disent pas à elles seules comment les gens cessent d'acheter"
    f"{NO_BREAK}: l'estimation s'appuie un peu sur des valeurs ordinaires.",
    "en": "The data alone do not tell how people stop buying: the estimate leans a little on "
    "ordinary values.",
}


def digits_of_shares(*shares: Interval) -> int:
    """Decimals of percents that stand side by side: one where all are surer than two points."""
    return 0 if max(each.width for each in shares) >= 0.02 else 1


def share_in_words(share: Interval, language: Language, digits: int) -> str:
    """A share with its bounds in percent: « 78 % (de 76 à 80) »."""
    hundred = Interval(100 * share.estimate, 100 * share.low, 100 * share.high, share.level)
    bounds = between(hundred, language, digits)
    return f"{percent(share.estimate, language, digits)} ({bounds})"


def times_in_words(times: Interval, language: Language) -> str:
    """A mean number of purchases with its bounds: « 1,2 fois (de 1,1 à 1,3) »."""
    digits = 1 if times.high >= 1 and times.width >= 0.2 else 2
    word = "fois" if language == "fr" else "times"
    middle = number(times.estimate, language, digits)
    return f"{middle}{NO_BREAK}{word} ({between(times, language, digits)})"


def quoted(name: str, language: Language) -> str:
    """A name between the marks of a language."""
    return f"«{NO_BREAK}{name}{NO_BREAK}»" if language == "fr" else f"“{name}”"


def people_of(count: int, campaign: str, language: Language) -> str:
    """« Des 4 812 personnes rencontrées pendant la campagne », with its name if it has one."""
    if language == "fr":
        name = quoted(campaign, "fr") if campaign else "la campagne"
        return f"Des {number(count, 'fr', 0)} personnes rencontrées pendant {name}"
    name = quoted(campaign, "en") if campaign else "the campaign"
    return f"Of the {number(count, 'en', 0)} people first met during {name}"
