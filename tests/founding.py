"""The house that tests live in, and the owner who set it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from entregent.apps.organisation.models import Member

PASSWORD = "une phrase de passe de Sainte-Ardoise"


def found() -> Member:
    """Set the house up; returns Alice, its owner."""
    from entregent.apps.organisation.actions import OrganisationDetails, set_up

    return set_up(
        organisation=OrganisationDetails(
            name="Frimas et Framboises",
            time_zone="America/Toronto",
            languages=["fr", "en"],
            default_language="fr",
        ),
        name="Alice Lafrenière",
        email="alice@frimasetframboises.example",
        language="fr",
        password=PASSWORD,
    )
