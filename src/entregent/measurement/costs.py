"""What each follow, visit or order that stayed has cost; or why that cannot be said."""

import math
from typing import TYPE_CHECKING, Final

from entregent.measurement.results import CannotMeasure, Interval, Language
from entregent.measurement.words import NO_BREAK, between, number

if TYPE_CHECKING:
    from entregent.measurement.boosts import BoostResult

_SIGNS: Final = {"CAD": "$", "USD": "$", "EUR": "€", "GBP": "£"}


def cost_per_lasting(result: "BoostResult", cost: float) -> Interval | None:
    """Spending for each follow, visit or order that the campaign went on adding.

    Parameters
    ----------
    result
        A campaign that was measured.
    cost
        What it cost, above zero, in any currency.

    Returns
    -------
    Interval or None
        Cost divided by what was added over the days that the verdict is read from (the boost itself
        is not among them, so this can only fall as days go by); None where these days are still to
        come, or where their interval includes zero: then the cost has no upper bound.

    Raises
    ------
    CannotMeasure
        ``cost`` for a cost that is none.
    """
    if not (cost > 0 and math.isfinite(cost)):
        raise CannotMeasure(
            "cost",
            fr="Le coût doit être un montant au-dessus de zéro. Laissez-le vide s'il n'est pas "
            "connu.",
            en="The cost must be an amount above zero. Leave it out if it is not known.",
        )
    reading = result.reading
    if reading is None or reading.mean.low <= 0:
        return None
    days = reading.to_day - reading.from_day + 1
    mean = reading.mean
    return Interval(
        cost / (days * mean.estimate),
        cost / (days * mean.high),
        cost / (days * mean.low),
        mean.level,
    )


def cost_sentence(
    result: "BoostResult", cost: float, language: Language, currency: str = "CAD"
) -> str:
    """The cost of what stayed in a sentence, or why there is none."""
    found = cost_per_lasting(result, cost)
    reading = result.reading
    if found is not None and reading is not None:
        digits = 2 if found.estimate < 10 else 0
        told = money(found.estimate, currency, language, digits)
        bounds = between(found, language, digits)
        if language == "fr":
            return (
                f"Chacun de ceux qui sont restés a coûté {told} ({bounds}), compté du "
                f"{reading.from_day}ᵉ au {reading.to_day}ᵉ jour."
            )
        return (
            f"Each that stayed has cost {told} ({bounds}), counted from day {reading.from_day} to "
            f"day {reading.to_day}."
        )
    if reading is None:
        return (
            "Trop tôt pour dire ce que coûte chacun de ceux qui sont restés."
            if language == "fr"
            else "Too early to tell what each that stayed has cost."
        )
    spent = money(cost, currency, language)
    return (
        f"Pas de coût par personne restée{NO_BREAK}: il n'est pas démontré qu'il en soit resté. "
        f"Les {spent} sont dépensés."
        if language == "fr"
        else f"No cost for each that stayed: it is not shown that any did. The {spent} are spent."
    )


def money(amount: float, currency: str, language: Language, digits: int = 0) -> str:
    """An amount: « 2 000 $ » or ``$2,000``; an unknown currency by its code."""
    sign = _SIGNS.get(currency.upper(), currency)
    told = number(amount, language, digits)
    if language == "fr":
        return f"{told}{NO_BREAK}{sign}"
    return f"{sign}{told}" if len(sign) == 1 else f"{sign}{NO_BREAK}{told}"
