"""Understanding's part of forgetting: corrections of their texts, and queries that name them."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from entregent.apps.listen.forgetting import Leaving
from entregent.apps.organisation.forgetting import (
    SOME,
    Mask,
    mask_texts,
    plain_rows,
    without_brackets,
)
from entregent.apps.understand.models import Correction, SavedQuery


def forget_account(leaving: Leaving) -> dict[str, int]:
    """Remove the corrections of somebody's texts; returns the rows by table."""
    return {"understand_correction": forget_texts(leaving.known.objects)}


def forget_texts(object_ids: Sequence[str]) -> int:
    """Remove corrections by the addresses of their texts; returns the rows."""
    gone = 0
    for start in range(0, len(object_ids), SOME):
        with transaction.atomic():
            some = object_ids[start : start + SOME]
            gone += Correction.objects.filter(object_id__in=some).delete()[0]
    return gone


def mask_account(mask: Mask) -> int:
    """Mask what saved queries say of somebody; returns the rows changed."""
    named = mask_texts(SavedQuery, ["name"], mask)
    return named + mask_texts(SavedQuery, ["text"], mask, finish=without_brackets)


def held_on(who: Leaving) -> dict[str, list[dict[str, Any]]]:
    """What members said that labels of somebody's texts should be."""
    found: list[dict[str, Any]] = []
    objects = who.known.objects
    for start in range(0, len(objects), SOME):
        some = objects[start : start + SOME]
        found += plain_rows(Correction.objects.filter(object_id__in=some).order_by("at"))
    return {"corrections": found}
