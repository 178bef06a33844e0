"""Measuring's part of forgetting: days are counted again, and words about somebody are masked."""

from datetime import date

from entregent.apps.listen.forgetting import Leaving
from entregent.apps.measure.actions import mark_dirty_from
from entregent.apps.measure.models import DayCount, Finding, Moment, ReadOut
from entregent.apps.organisation.forgetting import Mask, mask_texts


def forget_account(leaving: Leaving, first_day: date | None) -> dict[str, int]:
    """Count again from the first day on which somebody did something.

    Parameters
    ----------
    leaving
        Who goes.
    first_day
        In the organisation's zone; None if they did nothing.
    """
    # Places are our own accounts; one that is theirs would be a fault, and is removed.
    gone, _ = DayCount.objects.filter(place__in=leaving.known.addresses).delete()
    if first_day is not None:
        mark_dirty_from(first_day)
    return {"measure_daycount": gone}


def mask_account(mask: Mask) -> int:
    """Mask what moments, read-outs and findings say of somebody; returns the rows changed."""
    return sum(
        (
            mask_texts(Moment, ["name_fr", "name_en"], mask),
            mask_texts(ReadOut, ["reading"], mask),
            mask_texts(Finding, ["refused_fr", "refused_en", "place"], mask),
        )
    )
