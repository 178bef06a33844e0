"""A campaign of the house, as a draft, and a record to land in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.fixtures import SettingsWrapper

    from entregent.apps.address.actions import CampaignDetails
    from entregent.apps.organisation.models import Member

LINES = {
    "objective": "8 abonnements de plus par jour, un an après la fin",
    "in_service_of": "La billetterie",
    "who_cares": "Les familles d'ici, parce que l'hiver est long",
    "how_they_come": "Par les affiches du quai et par l'école",
    "how_measured": "Abonnements par jour, lus à 1, 3 et 12 mois par Jean-Philippe",
}


@pytest.fixture
def home(settings: SettingsWrapper, tmp_path: Path) -> Path:
    """A data folder for this test alone."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.HOME = folder
    return folder


@pytest.fixture
def details(alice: Member) -> CampaignDetails:
    """What a contest is, before its plan."""
    from entregent.apps.address.actions import CampaignDetails
    from entregent.apps.organisation.queries import functions

    place = functions(alice)[0].pk
    return CampaignDetails(
        name="Gagne ton hiver",
        kind="contest",
        serves_id=place,
        function_id=place,
        owner_id=alice.pk,
        first_day=date(2027, 1, 5),
        last_day=date(2027, 2, 1),
        metric="follows",
    )


@pytest.fixture
def slug(alice: Member, details: CampaignDetails) -> str:
    """The draft."""
    from entregent.apps.address.actions import add_campaign

    return add_campaign(acting_user=alice, details=details)
