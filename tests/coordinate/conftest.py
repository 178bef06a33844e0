"""A scene for each test."""

import pytest

from entregent.apps.organisation.models import Member
from tests.coordinate.scene import OURS, Scene, make_demo, set_scene


@pytest.fixture
def scene(alice: Member) -> Scene:
    """The house of the tests, with one account of ours and two subjects."""
    del alice
    scene = set_scene(acces="service-a-la-clientele", billetterie="ventes")
    scene.account(OURS, ours=True)
    return scene


@pytest.fixture
def demo(scene: Scene) -> Scene:
    """The same, where things can be sent."""
    make_demo()
    return scene
