"""A plan before anything is measured: its days, and refusals of what is no plan."""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from entregent.measurement.results import CannotMeasure
from entregent.measurement.series import DailySeries
from entregent.measurement.verdict import FIRST_VERDICT_DAY, LAST_VERDICT_DAY
from entregent.measurement.words import NO_BREAK, day_in_words

LONGEST_CAMPAIGN_DAYS: Final = 731
LONGEST_READ_DAYS: Final = 1095
FARTHEST_DAYS: Final = 366
_SETTLING_DAYS: Final = 90
_LEAST_READ_DAYS: Final = 30


def read_span(after_days: int) -> tuple[int, int]:
    """Days after a campaign, both included, that are read so many days after it.

    From day 90 on they are those the verdict is read from, as `boost` chooses them.
    """
    if after_days < FIRST_VERDICT_DAY:
        return 1, after_days
    if after_days < _SETTLING_DAYS + _LEAST_READ_DAYS:
        return 31, 90
    return _SETTLING_DAYS + 1, min(after_days, LAST_VERDICT_DAY)


def refuse_plan(
    series: DailySeries,
    campaign_days: int,
    from_day: date | None,
    reads: Sequence[int],
    power: float,
    margin: float,
    amounts: tuple[float | None, float | None, float | None],
) -> tuple[date, int]:
    """Refuse what is no plan for a series.

    Returns
    -------
    first, offset
        First day of the campaign, and how many days lie between the series and it.

    Raises
    ------
    CannotMeasure
        ``campaign_days``, ``campaign_outside``, ``too_far_ahead``, ``read_after_days``, ``power``,
        ``margin``, ``amount``.
    """
    if not 1 <= campaign_days <= LONGEST_CAMPAIGN_DAYS:
        raise CannotMeasure(
            "campaign_days",
            fr=f"Une campagne dure de 1 à {LONGEST_CAMPAIGN_DAYS} jours; {campaign_days} ne "
            "convient pas.",
            en=f"A campaign lasts from 1 to {LONGEST_CAMPAIGN_DAYS} days; {campaign_days} does "
            "not fit.",
        )
    first = series.last_day + timedelta(days=1) if from_day is None else from_day
    if first <= series.first_day:
        raise CannotMeasure(
            "campaign_outside",
            fr=f"La campagne commencerait le {day_in_words(first, 'fr')}, avant la série, qui "
            f"commence le {day_in_words(series.first_day, 'fr')}. Choisissez un jour plus tard.",
            en=f"The campaign would begin on {day_in_words(first, 'en')}, before the series, which "
            f"begins on {day_in_words(series.first_day, 'en')}. Choose a later day.",
        )
    offset = max((first - series.last_day).days - 1, 0)
    if offset > FARTHEST_DAYS:
        raise CannotMeasure(
            "too_far_ahead",
            fr=f"Le {day_in_words(first, 'fr')} vient plus d'un an après la fin de la série "
            f"({day_in_words(series.last_day, 'fr')})"
            f"{NO_BREAK}: personne ne sait où elle en sera. Ajoutez les jours qui manquent, ou "
            "choisissez un début plus proche.",
            en=f"{day_in_words(first, 'en')} comes more than a year after the end of the series "
            f"({day_in_words(series.last_day, 'en')}): nobody knows where it will stand. Add the "
            "missing days, or choose an earlier start.",
        )
    if list(reads) != sorted(set(reads)) or any(
        not 1 <= each <= LONGEST_READ_DAYS for each in reads
    ):
        raise CannotMeasure(
            "read_after_days",
            fr="Les lectures se comptent en jours après la campagne, de plus en plus tard, de 1 à "
            f"{LONGEST_READ_DAYS}.",
            en="Readings count in days after the campaign, later and later, from 1 to "
            f"{LONGEST_READ_DAYS}.",
        )
    if not 0.5 < power < 1:
        raise CannotMeasure(
            "power",
            fr=f"La puissance doit se situer entre 0,5 et 1, sans les atteindre; {power} ne "
            "convient pas. La valeur usuelle est 0,80.",
            en=f"The power must lie between 0.5 and 1, without reaching them; {power} does not. "
            "The usual value is 0.80.",
        )
    if not 0 <= margin < 1:
        raise CannotMeasure(
            "margin",
            fr=f"La marge est une part du sommet, de 0 à 1; {margin} ne convient pas. La marge "
            "usuelle est 0,10.",
            en=f"The margin is a share of the boost, from 0 to 1; {margin} is not. The usual "
            "margin is 0.10.",
        )
    if any(each is not None and not (each > 0 and math.isfinite(each)) for each in amounts):
        raise CannotMeasure(
            "amount",
            fr="Le budget, le coût et le nombre espéré se comptent au-dessus de zéro. Laissez vide "
            "ce qui n'est pas connu.",
            en="Budget, cost and the number hoped for are above zero. Leave out what is not known.",
        )
    return first, offset
