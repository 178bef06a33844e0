"""What a plan can show, in words that a manager can repeat before a budget is signed."""

from typing import TYPE_CHECKING

from entregent.measurement.costs import money
from entregent.measurement.results import Language
from entregent.measurement.words import NO_BREAK, number, percent

if TYPE_CHECKING:
    from entregent.measurement.power import PowerResult

_LARGEST_SHARE = 20.0
_HALF = 0.5


def smallest_sentence(result: "PowerResult", language: Language) -> str:
    """« Avec 2 000 $, le plus petit effet visible est de 30 % », and what that is a day."""
    found = result.smallest
    share = _share(found.share, language)
    per_day, total = number(found.per_day, language), number(found.total, language)
    days = _days(result.campaign_days, language)
    if language == "fr":
        begin = f"Sur {days}"
        if result.budget is not None:
            begin = f"Avec {money(result.budget, result.currency, 'fr')}"
        more = f"{per_day} de plus par jour, {total} en tout sur {days}"
        size = f"{share}{NO_BREAK}: {more}" if share else more
        return (
            f"{begin}, le plus petit effet visible est de {size}. En dessous, on n'apprendra rien, "
            "sauf le métier."
        )
    begin = f"Over {days}"
    if result.budget is not None:
        begin = f"With {money(result.budget, result.currency, 'en')}"
    more = f"{per_day} more a day, {total} in all over {days}"
    size = f"{share}: {more}" if share else more
    return (
        f"{begin}, the smallest effect that can be seen is {size}. Below that, nothing will be "
        "learnt but the craft."
    )


def warning(result: "PowerResult", language: Language) -> str:
    """Whether what is hoped for would be seen; plainly where it would not."""
    hoped = result.hoped
    if hoped is None:
        return ""
    times = _times(hoped.chance, language)
    per_day, total = number(hoped.per_day, language), number(hoped.total, language)
    has_budget, is_hopeless = result.budget is not None, hoped.chance < _HALF
    if language == "fr":
        begin = f"On en espère {per_day} de plus par jour, {total} en tout{NO_BREAK}:"
        what = "ce budget" if has_budget else "ce plan"
        hopeless = f"{what} ne peut rien montrer. Un tel effet ne se verrait que {times}."
        doubtful = f"c'est trop peu pour compter dessus. Un tel effet se verrait {times}."
        enough = f"un tel effet se verrait {times}."
    else:
        begin = f"What is hoped for is {per_day} more a day, {total} in all:"
        what = "this budget" if has_budget else "this plan"
        hopeless = f"{what} can show nothing. Such an effect would only be seen {times}."
        doubtful = f"too little to rely on. Such an effect would be seen {times}."
        enough = f"such an effect would be seen {times}."
    told = enough if hoped.is_enough else hopeless if is_hopeless else doubtful
    return f"{begin} {told}"


def remedies(result: "PowerResult", language: Language) -> list[str]:
    """What would make the plan show what is hoped for, a sentence each."""
    remedy, hoped = result.remedy, result.hoped
    if remedy is None or hoped is None:
        return []
    french = language == "fr"
    found = []
    if remedy.budget is not None:
        amount = money(_rounded_up(remedy.budget), result.currency, language)
        found.append(
            f"Au même coût par résultat, il faudrait {amount}."
            if french
            else f"At the same cost for each, it would take {amount}."
        )
    if remedy.days is not None:
        days = _days(remedy.days, language)
        paid = ""
        if result.budget is not None:
            asked = _rounded_up(result.budget * remedy.days / result.campaign_days)
            amount = money(asked, result.currency, language)
            paid = f", soit {amount}" if french else f", that is {amount}"
        found.append(
            f"Au même rythme, il faudrait le tenir {days}{paid}."
            if french
            else f"At the same rate, it would have to be kept up for {days}{paid}."
        )
    if remedy.fewer_days is not None:
        days = _days(remedy.fewer_days, language)
        found.append(
            f"Le même total, concentré sur {days}, se verrait."
            if french
            else f"The same total, put into {days}, would be seen."
        )
    if remedy.control_share is not None:
        share = percent(remedy.control_share, language)
        found.append(
            "Une série témoin, que la campagne ne touche pas, aiderait si elle suit celle-ci de "
            f"près{NO_BREAK}: elle devrait en prédire environ {share} des mouvements."
            if french
            else "A control series, which the campaign does not touch, would help if it goes "
            f"closely with this one: it would have to foretell about {share} of its movements."
        )
    found.append(
        f"Sinon, « apprendre le métier » est un objectif honnête{NO_BREAK}: écrivez-le ainsi dans "
        "le plan.".replace("« ", f"«{NO_BREAK}").replace(" »", f"{NO_BREAK}»")
        if french
        else "Otherwise, “learning the craft” is an honest objective: write it so in the plan."
    )
    return found


def later_sentence(result: "PowerResult", language: Language) -> str:
    """The smallest rate that could be called lasting growth, at each reading."""
    boost = (result.hoped or result.smallest).per_day
    rates = [(each.after_days, each.lasting.per_day) for each in result.read_outs if each.lasting]
    if not rates:
        return ""
    # More than the whole boost cannot be left of it.
    within = [(days, rate) for days, rate in rates if rate <= boost]
    parts = [f"{number(rate, language)} {_when(days, language)}" for days, rate in within]
    top = number(boost, language)
    if language == "fr":
        begin = f"Pour un sommet de {top} de plus par jour,"
        if not within:
            return (
                f"{begin} aucune lecture ne pourra parler de croissance soutenue, même si tout "
                f"restait{NO_BREAK}: sans témoin, la série bouge trop d'elle-même."
            )
        told = (
            f"{begin} on ne pourra parler de croissance soutenue que s'il en reste au moins "
            f"{_joined(parts, 'fr')}."
        )
        if len(within) < len(rates):
            told += f" Plus tard, on ne pourra plus le dire{NO_BREAK}: il faut un témoin."
        return told
    begin = f"For a boost of {top} more a day,"
    if not within:
        return (
            f"{begin} no reading can speak of lasting growth, even if all of it stayed: without a "
            "control, the series moves too much by itself."
        )
    told = f"{begin} lasting growth can only be spoken of if at least {_joined(parts, 'en')} stay."
    if len(within) < len(rates):
        told += " Later it can no longer be told: a control is needed."
    return told


def _when(days: int, language: Language) -> str:
    months = {30: 1, 90: 3, 91: 3, 180: 6, 182: 6, 365: 12, 730: 24, 1095: 36}.get(days)
    if language == "fr":
        return f"après {months} mois" if months else f"après {_days(days, 'fr')}"
    if months:
        return f"after {months} month{'s' if months > 1 else ''}"
    return f"after {_days(days, 'en')}"


def _joined(parts: list[str], language: Language) -> str:
    if len(parts) == 1:
        return parts[0]
    word = "et" if language == "fr" else "and"
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def _share(share: float | None, language: Language) -> str:
    """A share in percent; nothing where it says nothing any more."""
    if share is None or share > _LARGEST_SHARE:
        return ""
    return percent(share, language, 1 if share < 0.0095 else 0)


def _times(chance: float, language: Language) -> str:
    times = min(max(round(100 * chance), 1), 99)
    return f"{times} fois sur 100" if language == "fr" else f"{times} times in 100"


def _days(count: int, language: Language) -> str:
    told = number(count, language, 0)
    if language == "fr":
        return f"{told}{NO_BREAK}{'jour' if count < 2 else 'jours'}"
    return f"{told} {'day' if count == 1 else 'days'}"


def _rounded_up(amount: float) -> float:
    """An amount that is as rough as what it rests on: two figures, upwards."""
    from math import ceil, floor, log10

    step = 10.0 ** max(floor(log10(amount)) - 1, 0)
    return ceil(amount / step - 1e-9) * step
