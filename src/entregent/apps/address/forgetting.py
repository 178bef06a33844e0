"""Addressing's part of forgetting: campaigns, plans and next steps that name somebody."""

from entregent.apps.address.models import Campaign, NextStep, Plan, TrackedLink
from entregent.apps.organisation.forgetting import Mask, mask_texts

_LINES = ["objective", "in_service_of", "who_cares", "how_they_come", "how_measured"]


def mask_account(mask: Mask) -> int:
    """Mask what campaigns say of somebody; returns the rows changed."""
    return sum(
        (
            mask_texts(Campaign, ["name", "place", "planted"], mask),
            mask_texts(Plan, _LINES, mask),
            mask_texts(NextStep, ["what"], mask),
            mask_texts(TrackedLink, ["label", "target"], mask),
        )
    )
